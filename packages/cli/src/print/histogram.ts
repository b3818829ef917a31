/** Histograms of durations as text: one line of blocks for a table, bars with their borders for one type. */
import { type Bucket, formatCount, formatNs } from '@unhang/core'
import { length } from './frames.ts'

const BLOCKS = '▁▂▃▄▅▆▇█'

/** "1 ms ▂▁█▃ 16 ms": the share of each bucket; an empty one is a space. */
export function sparkText(histogram: readonly Bucket[]): string {
  const most = Math.max(0, ...histogram.map(({ count }) => count))
  if (most === 0) return ''
  const blocks = histogram.map(({ count }) =>
    count === 0 ? ' ' : BLOCKS[Math.max(0, Math.ceil((count / most) * BLOCKS.length) - 1)],
  )
  return `${borderText(histogram[0].fromNs)} ${blocks.join('')} ${borderText(histogram[histogram.length - 1].toNs)}`
}

const BAR = 40

/** A line for each bucket: its borders, a bar, how many. */
export function histogramLines(histogram: readonly Bucket[]): string[] {
  const most = Math.max(1, ...histogram.map(({ count }) => count))
  const from = histogram.map(({ fromNs }) => borderText(fromNs))
  const to = histogram.map(({ toNs }) => borderText(toNs))
  const wide = Math.max(...[...from, ...to].map(length))
  return histogram.map(({ count }, i) => {
    const bar = '█'.repeat(Math.round((count / most) * BAR)) || (count > 0 ? '▏' : '')
    return `  ${from[i].padStart(wide)} – ${to[i].padEnd(wide)}  ${bar.padEnd(BAR)}  ${formatCount(count)}`.trimEnd()
  })
}

/** A border of a bucket: two digits tell all of them apart. */
export function borderText(ns: number): string {
  if (ns < 10) return `${Math.round(ns * 10) / 10} ns`
  const unit = 10 ** (Math.floor(Math.log10(ns) + 1e-9) - 1)
  return formatNs(Math.round(ns / unit) * unit)
}
