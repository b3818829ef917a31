/** When the garbage collector worked or the world stood still: what `during:` lays spans against. */

import { positionAt } from '../../trace/lookup.ts'
import { RangeKind, spanEndNs, type Trace } from '../../trace/tables.ts'
import type { During } from './spec.ts'

/** Stretches that do not overlap, in order of time. */
export type Stretches = { readonly from: Float64Array; readonly to: Float64Array }

const KINDS: Readonly<Record<Exclude<During, 'assist'>, RangeKind>> = {
  gc: RangeKind.gcMark,
  stw: RangeKind.stopTheWorld,
  sweep: RangeKind.gcSweep,
}

/** When any of these was going on, whoever did it. */
export function stretchesOf(trace: Trace, during: readonly During[]): Stretches {
  const { ranges } = trace
  const wanted = during.flatMap(word => (word === 'assist' ? [] : [KINDS[word]]))
  const rows: number[] = []
  for (let row = 0; row < ranges.length; row++) {
    if (wanted.includes(ranges.kind[row] as RangeKind)) rows.push(row)
  }
  return merged(trace, rows)
}

function merged(trace: Trace, rows: number[]): Stretches {
  const { startNs, endNs } = trace.ranges
  const from: number[] = []
  const to: number[] = []
  for (const row of rows.sort((a, b) => startNs[a] - startNs[b])) {
    const last = from.length - 1
    const end = Number.isNaN(endNs[row]) ? trace.durationNs : endNs[row]
    // Where two only touch, a span of no length between them is in neither: then it is not in both together.
    if (last >= 0 && startNs[row] < to[last]) to[last] = Math.max(to[last], end)
    else {
      from.push(startNs[row])
      to.push(end)
    }
  }
  return { from: Float64Array.from(from), to: Float64Array.from(to) }
}

/** The last stretch that begins before `timeNs`; -1: none does. */
export function lastBefore({ from }: Stretches, timeNs: number): number {
  let low = 0
  let high = from.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (from[middle] < timeNs) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** By span: 1 where its own goroutine assisted the collector in it. */
export function assistedSpans(trace: Trace): Uint8Array {
  const { ranges, spans, spansOf } = trace
  const rowsOf = new Map<number, number[]>()
  for (let row = 0; row < ranges.length; row++) {
    const g = ranges.goroutine[row]
    if (ranges.kind[row] !== RangeKind.markAssist || g < 0) continue
    const rows = rowsOf.get(g)
    if (rows) rows.push(row)
    else rowsOf.set(g, [row])
  }
  const assisted = new Uint8Array(spans.length)
  for (const [g, rows] of rowsOf) {
    const { from, to } = merged(trace, rows)
    for (let i = 0; i < from.length; i++) {
      // From the span that it began in on.
      let at = Math.max(spansOf.first[g], positionAt(trace, g, from[i]))
      for (; at < spansOf.first[g + 1] && spans.startNs[spansOf.row[at]] < to[i]; at++) {
        if (spanEndNs(trace, g, at) > from[i]) assisted[spansOf.row[at]] = 1
      }
    }
  }
  return assisted
}
