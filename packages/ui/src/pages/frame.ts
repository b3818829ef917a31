/** Which part of time to show, so that a span is seen: pure arithmetic on time ranges. */
import type { TimeRange } from '../state/url.ts'

/** Room before a span, as a share of what is seen: what led to a wait lies before it. */
const LEAD = 0.2
/** Beyond the trace's end, as a share of what is seen. */
const AIR = 0.02
/** A span narrower than this share of the width is hardly a pixel of most screens. */
const VISIBLE = 0.0015
/** Less than the shortest span that tells anything. */
const SHORTEST_NS = 500

/** All of the span with what came before it, within the whole; where it lasts to the end, with air to see that it does. */
export function framed(span: TimeRange, whole: TimeRange): TimeRange {
  const lengthNs = Math.max((span.endNs - span.startNs) * 1.4, SHORTEST_NS)
  const to = within({ startNs: span.startNs - LEAD * lengthNs, endNs: span.startNs + (1 - LEAD) * lengthNs }, whole)
  const isAll = to.startNs === whole.startNs && to.endNs === whole.endNs
  return isAll || span.endNs < whole.endNs ? to : { ...to, endNs: to.endNs + Math.round(AIR * (to.endNs - to.startNs)) }
}

/**
 * The seen range where the span's begin is well seen in it; else moved to it. The scale stays: whoever steps from span to
 * span compares them. Only to what is hardly a pixel wide it zooms, by no more than a tenth at a time.
 */
export function showing(span: TimeRange, seen: TimeRange, whole: TimeRange): TimeRange {
  const seenNs = seen.endNs - seen.startNs
  const spanNs = span.endNs - span.startNs
  const at = (span.startNs - seen.startNs) / seenNs
  const share = (Math.min(span.endNs, seen.endNs) - Math.max(span.startNs, seen.startNs)) / seenNs
  if (at >= 0 && at <= 0.98 && share >= VISIBLE) return seen
  const wide = spanNs / seenNs < VISIBLE ? Math.max(1.4 * spanNs, seenNs / 10, SHORTEST_NS) : seenNs
  const widthNs = Math.min(wide, seenNs)
  const startNs = span.startNs - Math.min(LEAD, Math.max(1 - spanNs / widthNs, 0.05)) * widthNs
  return within({ startNs, endNs: startNs + widthNs }, whole)
}

function within({ startNs, endNs }: TimeRange, whole: TimeRange): TimeRange {
  const lengthNs = Math.min(endNs - startNs, whole.endNs - whole.startNs)
  const from = Math.round(Math.max(whole.startNs, Math.min(startNs, whole.endNs - lengthNs)))
  // Whole nanoseconds: an address is to be read.
  return { startNs: from, endNs: Math.min(whole.endNs, Math.round(from + lengthNs)) }
}

/** Without digits that nobody sees: a millionth of what is seen is less than a pixel. */
export function shortened<T extends TimeRange>(seen: T): T {
  const digits = Math.max(0, Math.min(9, 6 - Math.floor(Math.log10(seen.endNs - seen.startNs))))
  const round = (value: number) => Number(value.toFixed(digits))
  return { ...seen, startNs: round(seen.startNs), endNs: round(seen.endNs) }
}
