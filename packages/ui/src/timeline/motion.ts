/**
 * How one view becomes another within 120 ms: long enough for the eye to follow, short enough not to be waited for.
 * The width goes by equal factors in equal times, so a zoom by a million looks as even as one by two, and a point that
 * both views show at the same x stays there all the way.
 */
import type { View } from './contract.ts'

export const EASE_MS = 120

export type Motion = { readonly from: View; readonly to: View; readonly startMs: number }

export function easeOut(progress: number): number {
  const rest = 1 - Math.min(Math.max(progress, 0), 1)
  return 1 - rest * rest * rest
}

/** The view at `eased` of the way, from 0 to 1. */
export function between(from: View, to: View, eased: number): View {
  if (eased >= 1) return to
  if (eased <= 0) return from
  const width0 = from.endNs - from.startNs
  const width1 = to.endNs - to.startNs
  const widthNs = width0 * (width1 / width0) ** eased
  // The share of the way that the width has gone; where it does not change, the time's own.
  const way = Math.abs(width1 - width0) < width0 * 1e-9 ? eased : (widthNs - width0) / (width1 - width0)
  const startNs = from.startNs + (to.startNs - from.startNs) * way
  return { startNs, endNs: startNs + widthNs, top: from.top + (to.top - from.top) * eased }
}

export function viewAt(motion: Motion, nowMs: number): View {
  return between(motion.from, motion.to, easeOut((nowMs - motion.startMs) / EASE_MS))
}

export function isOver(motion: Motion, nowMs: number): boolean {
  return nowMs - motion.startMs >= EASE_MS
}
