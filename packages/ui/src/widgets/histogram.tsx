/** A histogram of durations: a column for each bucket; a click asks for what is in it. */
import { type Bucket, formatCount, formatNs } from '@unhang/core'

type HistogramProps = {
  readonly of: string
  readonly histogram: readonly Bucket[]
  /** What is chosen now. */
  readonly minNs: number | undefined
  readonly maxNs: number | undefined
  onPick(bucket: Bucket): void
}

/** Borders stand between buckets five to a power of ten: two digits tell them apart. */
export function borderText(ns: number): string {
  if (ns < 10) return `${Math.round(ns * 10) / 10} ns`
  const unit = 10 ** (Math.floor(Math.log10(ns) + 1e-9) - 1)
  return formatNs(Math.round(ns / unit) * unit)
}

export function Histogram({ of, histogram, minNs, maxNs, onPick }: HistogramProps) {
  const most = Math.max(1, ...histogram.map(({ count }) => count))
  const last = histogram[histogram.length - 1]
  if (!last) return null
  return (
    <div class="latency-histogram">
      <span class="latency-border">{borderText(histogram[0].fromNs)}</span>
      <span class="latency-bars" style={{ '--bars': histogram.length }}>
        {histogram.map(bucket => {
          const said = `${formatCount(bucket.count)} of ${of}: ${borderText(bucket.fromNs)} to ${borderText(bucket.toNs)}`
          const isChosen = bucket.fromNs === minNs && bucket.toNs === maxNs
          // The least is still seen.
          const height = bucket.count === 0 ? 0 : Math.max(8, (bucket.count / most) * 100)
          return (
            <button
              key={bucket.fromNs}
              type="button"
              class={`latency-bar${isChosen ? ' chosen' : ''}`}
              title={said}
              aria-label={said}
              aria-pressed={isChosen}
              disabled={bucket.count === 0}
              onClick={() => onPick(bucket)}
            >
              <span style={{ height: `${height}%` }} />
            </button>
          )
        })}
      </span>
      <span class="latency-border">{borderText(last.toNs)}</span>
    </div>
  )
}
