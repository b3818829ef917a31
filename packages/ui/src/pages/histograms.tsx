/** How long single stays were, a small histogram for each kind: a click, or Enter, on a bar keeps those who had such a stay. */
import {
  BUCKET_NS,
  formatCount,
  formatNs,
  HISTOGRAMS,
  type Histogram,
  type HistogramName,
  quantileNs,
  type StayAsk,
} from '@unhang/core'
import { useState } from 'preact/hooks'
import { bucketAfter } from '../widgets/bucket-keys.ts'
import { counted } from '../words.ts'

const TITLES: Readonly<Partial<Record<HistogramName, string>>> = {
  running: 'runs',
  runnable: 'scheduler latency',
  syscall: 'syscalls',
  gc: 'waits: GC',
  life: 'lives',
}

function titleOf(name: HistogramName): string {
  return TITLES[name] ?? `waits: ${name}`
}

/** "with a wait (sync) of 20 to 50 µs" */
export function staysText({ kind, fromBucket, toBucket }: StayAsk): string {
  const length = lengthText(fromBucket, toBucket)
  if (kind === 'life') return `that were there for ${length}`
  if (kind === 'running') return `with a run of ${length}`
  if (kind === 'runnable') return `that waited for a processor for ${length}`
  if (kind === 'syscall') return `with a syscall of ${length}`
  return `with a wait (${kind === 'gc' ? 'GC' : kind}) of ${length}`
}

function lengthText(from: number, to: number): string {
  const end = BUCKET_NS[to + 1]
  return end === undefined
    ? `${formatNs(BUCKET_NS[from])} and more`
    : `${formatNs(BUCKET_NS[from])} to ${formatNs(end)}`
}

type HistogramsProps = {
  /** By `HISTOGRAMS`. */
  readonly histograms: readonly Histogram[]
  readonly chosen: StayAsk | undefined
  onChoose(stays: StayAsk | undefined): void
}

export function Histograms({ histograms, chosen, onChoose }: HistogramsProps) {
  const shown = HISTOGRAMS.map((name, i) => ({ name, histogram: histograms[i] })).filter(
    ({ name, histogram }) => name !== 'waiting' && histogram?.count.some(count => count > 0),
  )
  const used = BUCKET_NS.map((_, bucket) => bucket).filter(bucket =>
    shown.some(({ histogram }) => histogram.count[bucket] > 0),
  )
  const axis = { from: used[0] ?? 0, to: used[used.length - 1] ?? 0 }
  return (
    <section class="histograms" aria-label="how long single stays were">
      {shown.map(({ name, histogram }) => (
        <Panel
          key={name}
          name={name}
          histogram={histogram}
          axis={axis}
          chosen={chosen?.kind === name ? chosen : undefined}
          onChoose={onChoose}
        />
      ))}
    </section>
  )
}

type PanelProps = {
  readonly name: HistogramName
  readonly histogram: Histogram
  /** The same for all, so that they can be compared. */
  readonly axis: { readonly from: number; readonly to: number }
  readonly chosen: StayAsk | undefined
  onChoose(stays: StayAsk | undefined): void
}

function Panel({ name, histogram, axis, chosen, onChoose }: PanelProps) {
  const buckets = Array.from({ length: axis.to - axis.from + 1 }, (_, i) => axis.from + i)
  const [under, setUnder] = useState<number | undefined>()
  const all = histogram.count.reduce((a, b) => a + b, 0)
  const at = under ?? chosen?.fromBucket
  const most = histogram.count.reduce((a, b) => Math.max(a, b), 0)
  const choose = (bucket: number) =>
    onChoose(chosen?.fromBucket === bucket ? undefined : { kind: name, fromBucket: bucket, toBucket: bucket })
  const keys = (event: KeyboardEvent) => {
    const filled = buckets.filter(bucket => histogram.count[bucket] > 0)
    const to = bucketAfter(event.key, at, filled)
    if (to !== undefined) setUnder(to)
    else if ((event.key === 'Enter' || event.key === ' ') && at !== undefined) choose(at)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const said = at === undefined ? summaryText(histogram, all) : bucketText(histogram, at)
  return (
    <div class="histogram">
      <h3>
        {titleOf(name)} <span class="dim">{formatCount(all)}</span>
      </h3>
      <div
        class="histogram-bars"
        role="slider"
        tabIndex={0}
        aria-label={`${titleOf(name)}, by length`}
        aria-valuemin={axis.from}
        aria-valuemax={axis.to}
        aria-valuenow={at ?? axis.from}
        aria-valuetext={said}
        onKeyDown={keys}
        onBlur={() => setUnder(undefined)}
        onPointerLeave={() => setUnder(undefined)}
      >
        {buckets.map(bucket => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the slider around it has the keys
          // biome-ignore lint/a11y/noStaticElementInteractions: for the pointer alone
          <span
            key={bucket}
            class={bucket === at ? 'histogram-bucket at' : 'histogram-bucket'}
            onPointerEnter={() => setUnder(bucket)}
            onClick={() => (histogram.count[bucket] > 0 ? choose(bucket) : undefined)}
          >
            <Bar name={name} histogram={histogram} bucket={bucket} most={most} />
          </span>
        ))}
      </div>
      <p class="histogram-axis dim" aria-hidden="true">
        <span>{formatNs(BUCKET_NS[axis.from])}</span>
        <span>{formatNs(BUCKET_NS[axis.to + 1] ?? BUCKET_NS[axis.to])}</span>
      </p>
      <p class="histogram-said">{said}</p>
    </div>
  )
}

/** High by the logarithm of how many: the one long wait among a thousand short ones is what is looked for. */
function Bar({
  name,
  histogram,
  bucket,
  most,
}: Pick<PanelProps, 'name' | 'histogram'> & { bucket: number; most: number }) {
  const count = histogram.count[bucket]
  if (count === 0) return null
  const height = (Math.log2(1 + count) / Math.log2(1 + most)) * 100
  const cut = (histogram.cut[bucket] / count) * 100
  const kind =
    name === 'running' || name === 'runnable' || name === 'syscall' ? name : name === 'life' ? 'life' : 'waits'
  return (
    <span class={`histogram-bar ${kind}`} style={{ height: `${Math.max(4, height)}%` }}>
      {cut > 0 ? <span class="histogram-cut" style={{ height: `${cut}%` }} /> : null}
    </span>
  )
}

function summaryText(histogram: Histogram, all: number): string {
  if (all === 1) return `it took ${formatNs(histogram.longestNs)}`
  return `half ≤ ${formatNs(quantileNs(histogram, 0.5))}, longest ${formatNs(histogram.longestNs)}`
}

function bucketText({ count, ns, cut }: Histogram, bucket: number): string {
  const length = lengthText(bucket, bucket)
  if (count[bucket] === 0) return `${length}: none`
  const more = cut[bucket] > 0 ? `, ${formatCount(cut[bucket])} longer than seen` : ''
  return `${length}: ${counted(count[bucket], 'time')}, ${formatNs(ns[bucket])} in all${more}`
}
