/** Which part of time to show, so that a span is seen: pure arithmetic on time ranges. */
import type { TimeRange } from '../state/url.ts'

/** Room before a span, as a share of what is seen: what led to a wait lies before it. */
const LEAD = 0.2
/** A span narrower than this share of the width is not seen well. */
const VISIBLE = 0.01
/** Less than the shortest span that tells anything. */
const SHORTEST_NS = 500

/** All of the span with what came before it, within the whole. */
export function framed(span: TimeRange, whole: TimeRange): TimeRange {
  const lengthNs = Math.max((span.endNs - span.startNs) * 1.4, SHORTEST_NS)
  return within({ startNs: span.startNs - LEAD * lengthNs, endNs: span.startNs + (1 - LEAD) * lengthNs }, whole)
}

/** The seen range where the span's begin is well seen in it; else moved, and zoomed only if it must be. */
export function showing(span: TimeRange, seen: TimeRange, whole: TimeRange): TimeRange {
  const seenNs = seen.endNs - seen.startNs
  const at = (span.startNs - seen.startNs) / seenNs
  const share = (Math.min(span.endNs, seen.endNs) - Math.max(span.startNs, seen.startNs)) / seenNs
  if (at >= 0 && at <= 0.98 && share >= VISIBLE) return seen
  const spanShare = (span.endNs - span.startNs) / seenNs
  if (spanShare < VISIBLE || spanShare > 1) return framed(span, whole)
  const startNs = span.startNs - Math.min(LEAD, 1 - spanShare) * seenNs
  return within({ startNs, endNs: startNs + seenNs }, whole)
}

function within({ startNs, endNs }: TimeRange, whole: TimeRange): TimeRange {
  const lengthNs = Math.min(endNs - startNs, whole.endNs - whole.startNs)
  const from = Math.round(Math.max(whole.startNs, Math.min(startNs, whole.endNs - lengthNs)))
  // Whole nanoseconds: an address is to be read.
  return { startNs: from, endNs: Math.min(whole.endNs, Math.round(from + lengthNs)) }
}
