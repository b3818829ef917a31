/**
 * Times as a ruler writes them: ticks at round times, about a hand's breadth apart, with no more digits than tell them
 * from their neighbours. Far into a trace and zoomed in, what all ticks have in common is said once, at the left.
 */
import { decimalsFor, momentText, type TimeUnit, unitOfTrace } from '@unhang/core'

export type Tick = { readonly timeNs: number; readonly text: string }
/** `base`: '' or the time to which the ticks' texts are to be added. */
export type Ruler = { readonly base: string; readonly ticks: readonly Tick[]; readonly stepNs: number }

/** Units of ticks so far into a trace that what they have in common is said once. */
const FINE_UNITS: readonly TimeUnit[] = [
  { ns: 1e6, name: 'ms' },
  { ns: 1e3, name: 'µs' },
  { ns: 1, name: 'ns' },
]

/** Longer moments do not fit between two ticks. */
const LONG = 12
/** Ticks are so far apart, in css pixels at the usual text size. */
export const TICK_PX = 96
/** More ticks than any screen has room for: a guard against a caller's zero width. */
const MAX_TICKS = 200

/** 1, 2 or 5 times a power of ten, at least `leastNs`. */
export function niceStep(leastNs: number): number {
  const power = 10 ** Math.floor(Math.log10(leastNs))
  const digit = [1, 2, 5, 10].find(candidate => candidate * power >= leastNs * (1 - 1e-9)) ?? 10
  return digit * power
}

/** `traceNs`: what unit the trace's moments have. */
export function rulerOf(startNs: number, endNs: number, widthPx: number, tickPx: number, traceNs: number): Ruler {
  const stepNs = Math.max(niceStep(((endNs - startNs) / Math.max(widthPx, 1)) * tickPx), 1e-3)
  const own = unitOfTrace(traceNs)
  const isLong = (endNs / own.ns).toFixed(Math.min(decimalsFor(stepNs, own), 12)).length > LONG - own.name.length - 1
  const unit = isLong ? fineUnit(stepNs) : own
  const baseNs = isLong ? Math.floor(startNs / unit.ns / 1000) * unit.ns * 1000 : 0
  const decimals = decimalsFor(stepNs, unit)
  const ticks: Tick[] = []
  // Counted in steps: adding a step again and again would add up its rounding too.
  const first = Math.ceil((startNs - baseNs) / stepNs)
  for (let index = 0; index < MAX_TICKS; index++) {
    const offsetNs = (first + index) * stepNs
    if (baseNs + offsetNs > endNs) break
    const text = `${isLong ? '+' : ''}${(offsetNs / unit.ns).toFixed(decimals)} ${unit.name}`
    ticks.push({ timeNs: baseNs + offsetNs, text: text.replace(/^-(?=[0.]+ )/, '') })
  }
  return { base: isLong ? momentText(baseNs, unit.ns * 1000, traceNs) : '', ticks, stepNs }
}

/** The unit in which a step is neither a small fraction nor a large number. */
function fineUnit(stepNs: number): TimeUnit {
  return FINE_UNITS.find(unit => stepNs >= unit.ns * 0.1) ?? FINE_UNITS[2]
}
