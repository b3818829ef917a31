/**
 * How long each span is, as a column beside those of the table, which has begins alone. A sum over a range then reads
 * rows in their order, where it would have to follow each goroutine: a fifth of the time.
 */
import { remembered } from '../base/remembered.ts'
import { positionOf } from '../trace/lookup.ts'
import { lastSpanOf, spanEndNs, type Trace } from '../trace/tables.ts'

/** It goes on when the trace ends. */
export const UNENDED = 0xffffffff
/** Four bytes do not hold it (4.3 s are the most, whole nanoseconds): `farEndNs` tells its end. */
export const FAR = 0xfffffffe

export type SpanLengths = {
  /** By row in spans: nanoseconds, `FAR` or `UNENDED`. */
  readonly lengthNs: Uint32Array
  /** Rows of what was there when the trace began: they stand anywhere in the table. */
  readonly early: Uint32Array
}

export const lengthsOf = remembered((trace: Trace): SpanLengths => {
  const { startNs, goroutine, length } = trace.spans
  const lengthNs = new Uint32Array(length)
  const early: number[] = []
  const last = new Int32Array(trace.goroutines.length).fill(-1)
  const lastNs = new Float64Array(trace.goroutines.length)
  for (let row = 0; row < length; row++) {
    const g = goroutine[row]
    const timeNs = startNs[row]
    if (last[g] >= 0) lengthNs[last[g]] = stored(timeNs - lastNs[g])
    last[g] = row
    lastNs[g] = timeNs
    if (timeNs === 0) early.push(row)
  }
  const { deathNs } = trace.goroutines
  for (let g = 0; g < last.length; g++)
    if (last[g] >= 0) lengthNs[last[g]] = Number.isNaN(deathNs[g]) ? UNENDED : stored(deathNs[g] - lastNs[g])
  return { lengthNs, early: Uint32Array.from(early) }
})

function stored(ns: number): number {
  const whole = ns >>> 0
  return whole === ns && whole < FAR ? whole : FAR
}

/** The end of a span that its length does not tell. */
export function farEndNs(trace: Trace, span: number): number {
  const g = trace.spans.goroutine[span]
  if (span === lastSpanOf(trace, g))
    return Number.isNaN(trace.goroutines.deathNs[g]) ? trace.durationNs : trace.goroutines.deathNs[g]
  return spanEndNs(trace, g, positionOf(trace, span))
}
