/** A histogram of durations: a column for each bucket; a click asks for what is in it. */
import { type Bucket, formatCount, formatNs } from '@unhang/core'
import { useState } from 'preact/hooks'
import { bucketAfter } from './bucket-keys.ts'

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
  const [under, setUnder] = useState<number | undefined>()
  const last = histogram[histogram.length - 1]
  if (!last) return null
  const most = Math.max(1, ...histogram.map(({ count }) => count))
  const filled = [...histogram.keys()].filter(bucket => histogram[bucket].count > 0)
  const chosen = histogram.findIndex(({ fromNs, toNs }) => fromNs === minNs && toNs === maxNs)
  const at = under ?? (chosen < 0 ? undefined : chosen)
  const said = ({ count, fromNs, toNs }: Bucket) =>
    `${formatCount(count)} of ${of}: ${borderText(fromNs)} to ${borderText(toNs)}`
  const keys = (event: KeyboardEvent) => {
    const to = bucketAfter(event.key, at, filled)
    if (to !== undefined) setUnder(to)
    else if ((event.key === 'Enter' || event.key === ' ') && at !== undefined) onPick(histogram[at])
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div class="latency-histogram">
      <span class="latency-border">{borderText(histogram[0].fromNs)}</span>
      <span
        class="latency-bars"
        style={{ '--bars': histogram.length }}
        role="slider"
        tabIndex={0}
        aria-label={`latencies of ${of}`}
        aria-valuemin={0}
        aria-valuemax={histogram.length - 1}
        aria-valuenow={at ?? filled[0] ?? 0}
        aria-valuetext={
          at === undefined ? `${borderText(histogram[0].fromNs)} to ${borderText(last.toNs)}` : said(histogram[at])
        }
        onKeyDown={keys}
        onBlur={() => setUnder(undefined)}
        onPointerLeave={() => setUnder(undefined)}
      >
        {histogram.map((bucket, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the slider around it has the keys
          // biome-ignore lint/a11y/noStaticElementInteractions: for the pointer alone
          <span
            key={bucket.fromNs}
            class={`latency-bar${i === chosen ? ' chosen' : ''}${i === at ? ' at' : ''}`}
            title={said(bucket)}
            onPointerEnter={() => setUnder(i)}
            onClick={() => (bucket.count > 0 ? onPick(bucket) : undefined)}
          >
            {bucket.count > 0 ? <Bar share={bucket.count / most} /> : null}
          </span>
        ))}
      </span>
      <span class="latency-border">{borderText(last.toNs)}</span>
    </div>
  )
}

/** The least is still seen. */
function Bar({ share }: { readonly share: number }) {
  return <span style={{ height: `${Math.max(8, share * 100)}%` }} />
}
