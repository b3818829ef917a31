/** What durations look like together: their sum, extremes, quantiles and histogram. */
import { BUCKETS, type Bucket, bucketFromNs, bucketOf } from './buckets.ts'

export type Latency = {
  readonly count: number
  readonly totalNs: number
  readonly meanNs: number
  readonly minNs: number
  readonly maxNs: number
  /** By nearest rank: the least duration that is not below so many percent of all. */
  readonly p50Ns: number
  readonly p95Ns: number
  readonly p99Ns: number
  /** From the first bucket that holds any to the last, empty ones between them included. */
  readonly histogram: readonly Bucket[]
}

/** Undefined where there are no durations. Sorts `ns` in place. */
export function latencyOf(ns: Float64Array): Latency | undefined {
  const count = ns.length
  if (count === 0) return undefined
  ns.sort()
  let totalNs = 0
  for (let i = 0; i < count; i++) totalNs += ns[i]
  const rank = (share: number) => ns[Math.max(0, Math.ceil(share * count) - 1)]
  return {
    count,
    totalNs,
    meanNs: totalNs / count,
    minNs: ns[0],
    maxNs: ns[count - 1],
    p50Ns: rank(0.5),
    p95Ns: rank(0.95),
    p99Ns: rank(0.99),
    histogram: histogramOf(ns),
  }
}

/** Of ascending durations: each bucket ends where the next begins, so borders are looked for, not each duration. */
function histogramOf(ns: Float64Array): Bucket[] {
  const last = bucketOf(ns[ns.length - 1])
  const buckets: Bucket[] = []
  let from = 0
  for (let b = bucketOf(ns[0]); b <= last; b++) {
    const end = b === BUCKETS - 1 ? ns.length : firstNotBelow(ns, bucketFromNs(b + 1), from)
    buckets.push({ fromNs: bucketFromNs(b), toNs: bucketFromNs(b + 1), count: end - from })
    from = end
  }
  return buckets
}

function firstNotBelow(ns: Float64Array, value: number, from: number): number {
  let low = from
  let high = ns.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ns[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}
