/** Which tasks and regions a scope asks about: those that overlap its range and have a goroutine in it. */
import type { Scope } from '../scope.ts'

/** Closed at both ends: what begins when the trace ends is of the trace. */
export function overlaps({ fromNs, toNs }: Scope, startNs: number, endNs: number): boolean {
  // NaN, of a begin or end that was not seen, fits: it lies outside of the trace.
  return !(startNs > toNs) && !(endNs < fromNs)
}

/** Is the goroutine asked about, at some time between the two? */
export function asksAbout(scope: Scope, g: number, startNs: number, endNs: number): boolean {
  if (scope.keep && scope.keep[g] !== 1) return false
  const { within } = scope
  if (!within) return true
  for (let i = firstEndingBehind(within, g, startNs); i < within.first[g + 1]; i++) {
    if (within.startNs[i] > endNs) return false
    if (overlaps(scope, within.startNs[i], within.endNs[i])) return true
  }
  return false
}

function firstEndingBehind({ first, endNs }: NonNullable<Scope['within']>, g: number, timeNs: number): number {
  let low = first[g]
  let high = first[g + 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (endNs[middle] < timeNs) low = middle + 1
    else high = middle
  }
  return low
}
