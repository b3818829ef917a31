/**
 * One way to write a moment of a trace, for ruler, pointer, tooltip and strip alike: the unit belongs to the trace, so
 * that two moments can be compared at a glance, and the digits to how finely one looks.
 */
export type TimeUnit = { readonly ns: number; readonly name: string }

const SECONDS: TimeUnit = { ns: 1e9, name: 's' }
const MILLISECONDS: TimeUnit = { ns: 1e6, name: 'ms' }
const MICROSECONDS: TimeUnit = { ns: 1e3, name: 'µs' }

/** What the moments of a trace of this length are counted in. */
export function unitOfTrace(traceNs: number): TimeUnit {
  return traceNs >= 1e9 ? SECONDS : traceNs >= 1e6 ? MILLISECONDS : MICROSECONDS
}

/** Traces know nanoseconds, and a ruler's ticks may stand between two. */
const LEAST_STEP_NS = 1e-3

/** How many decimals tell moments apart that are `stepNs` from each other. */
export function decimalsFor(stepNs: number, { ns }: TimeUnit): number {
  return Math.max(0, Math.ceil(-Math.log10(Math.max(stepNs, LEAST_STEP_NS) / ns) - 1e-9))
}

/** "1.7130 s" of a trace of some seconds, seen to a tenth of a millisecond. */
export function momentText(timeNs: number, stepNs: number, traceNs: number): string {
  const unit = unitOfTrace(traceNs)
  const text = (timeNs / unit.ns).toFixed(decimalsFor(Math.max(stepNs, 1), unit))
  return `${text.replace(/^-(?=[0.]+$)/, '')} ${unit.name}`
}

/** How finely the ends of a stretch are told: a thousandth of its length is more than the eye sees of it. */
export function stepOfStretch(lengthNs: number): number {
  return lengthNs / 1000
}
