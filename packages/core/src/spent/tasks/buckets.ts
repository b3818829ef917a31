/**
 * Buckets of a histogram of durations: five for every power of ten, as `TimeHistogram` of
 * `internal/trace/traceviewer/histogram.go` has them. Bucket b holds what is at least `bucketFromNs(b)` and below
 * `bucketFromNs(b + 1)`; what is below a nanosecond is in the first.
 */

/** A float64 of nanoseconds is exact for 104 days, 16 powers of ten; the last bucket holds all that is longer. */
export const BUCKETS = 96
const PER_DECADE = 5

const FROM_NS = Float64Array.from({ length: BUCKETS + 1 }, (_, b) =>
  // Powers of ten are borders that people read, so they are exact.
  b % PER_DECADE === 0 ? 10 ** (b / PER_DECADE) : Math.round(10 ** (b / PER_DECADE) * 1e3) / 1e3,
)

export function bucketFromNs(bucket: number): number {
  return bucket === 0 ? 0 : FROM_NS[bucket]
}

export function bucketOf(ns: number): number {
  if (!(ns >= 1)) return 0
  let bucket = Math.min(BUCKETS - 1, Math.floor(Math.log10(ns) * PER_DECADE))
  // A logarithm is off by one in its last digit, and that at borders.
  if (ns < FROM_NS[bucket]) bucket--
  else if (bucket < BUCKETS - 1 && ns >= FROM_NS[bucket + 1]) bucket++
  return bucket
}

/** One bar: how many took at least `fromNs`, and less than `toNs`. */
export type Bucket = { readonly fromNs: number; readonly toNs: number; readonly count: number }
