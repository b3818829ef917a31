/**
 * Times as a ruler writes them: ticks at round times, about a hand's breadth apart, with no more digits than tell them
 * from their neighbours. Far into a trace and zoomed in, what all ticks have in common is said once, at the left.
 */
export type Tick = { readonly timeNs: number; readonly text: string }
/** `base`: '' or the time to which the ticks' texts are to be added. */
export type Ruler = { readonly base: string; readonly ticks: readonly Tick[]; readonly stepNs: number }

const UNITS = [
  { ns: 1e9, name: 's' },
  { ns: 1e6, name: 'ms' },
  { ns: 1e3, name: 'µs' },
  { ns: 1, name: 'ns' },
] as const

/** From so many units of the tick's own unit on, ticks count from a base: "123 456 789 ns" does not fit, "+789 ns" does. */
const LONG = 100_000
/** More ticks than any screen has room for: a guard against a caller's zero width. */
const MAX_TICKS = 200

/** 1, 2 or 5 times a power of ten, at least `leastNs`. */
export function niceStep(leastNs: number): number {
  const power = 10 ** Math.floor(Math.log10(leastNs))
  const digit = [1, 2, 5, 10].find(candidate => candidate * power >= leastNs * (1 - 1e-9)) ?? 10
  return digit * power
}

export function rulerOf(startNs: number, endNs: number, widthPx: number, tickPx: number): Ruler {
  const stepNs = Math.max(niceStep(((endNs - startNs) / Math.max(widthPx, 1)) * tickPx), 1e-3)
  const unit = unitOf(stepNs)
  const isLong = Math.abs(endNs) / unit.ns >= LONG
  const baseNs = isLong ? Math.floor(startNs / unit.ns / 1000) * unit.ns * 1000 : 0
  const decimals = decimalsOf(stepNs / unit.ns)
  const ticks: Tick[] = []
  // Counted in steps: adding a step again and again would add up its rounding too.
  const first = Math.ceil((startNs - baseNs) / stepNs)
  for (let index = 0; index < MAX_TICKS; index++) {
    const offsetNs = (first + index) * stepNs
    if (baseNs + offsetNs > endNs) break
    const text = `${isLong ? '+' : ''}${(offsetNs / unit.ns).toFixed(decimals)} ${unit.name}`
    ticks.push({ timeNs: baseNs + offsetNs, text: text.replace(/^-(?=[0.]+ )/, '') })
  }
  return { base: isLong ? timeText(baseNs, unit.ns * 1000) : '', ticks, stepNs }
}

/** A moment, as finely as `stepNs`: "1.250 s", "3.123 456 7 s" without the spaces. */
export function timeText(timeNs: number, stepNs: number): string {
  if (timeNs === 0) return '0 s'
  const unit = UNITS.find(candidate => Math.abs(timeNs) >= candidate.ns) ?? UNITS[3]
  const decimals = Math.min(decimalsOf(stepNs / unit.ns), 12)
  return `${(timeNs / unit.ns).toFixed(decimals)} ${unit.name}`
}

function unitOf(stepNs: number): { readonly ns: number; readonly name: string } {
  return UNITS.find(unit => stepNs >= unit.ns * 0.1) ?? UNITS[3]
}

/** How many decimals show a step of this size. */
function decimalsOf(step: number): number {
  return Math.min(Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)), 12)
}
