/**
 * What tables of where the time went have in common: bars of it, what of the trace they are of, histograms in a line
 * each. Without colour the blocks tell the states apart.
 */
import {
  BUCKET_NS,
  formatCount,
  formatNs,
  GoState,
  HISTOGRAMS,
  type Histogram,
  type HistogramName,
  quantileNs,
  rangeText,
  type SpentColumns,
  STAY_KINDS,
  StayCode,
  type Trace,
  WHOLE_COLUMN,
} from '@unhang/core'
import type { Colors } from './output.ts'
import { table, width } from './table.ts'

/** As the page draws them: what runs fills the row, what waits is a line. In the order of a bar, by `GoState`. */
const STATES: readonly { readonly state: GoState; readonly block: string; readonly name: string }[] = [
  { state: GoState.running, block: '█', name: 'running' },
  { state: GoState.syscall, block: '▓', name: 'syscall' },
  { state: GoState.runnable, block: '▒', name: 'runnable' },
  { state: GoState.waiting, block: '─', name: 'waiting' },
]

function painted(state: GoState, text: string, colors: Colors): string {
  if (state === GoState.running) return colors.green(text)
  if (state === GoState.syscall) return colors.magenta(text)
  return state === GoState.runnable ? colors.yellow(text) : colors.dim(text)
}

/** "█ running  ▓ syscall  ▒ runnable  ─ waiting" */
export function legendText(colors: Colors): string {
  return STATES.map(({ state, block, name }) => `${painted(state, block, colors)} ${name}`).join('  ')
}

/** How a row's time is shared by the states, in `width` characters. */
export function shareBar(spent: SpentColumns, row: number, width: number, colors: Colors): string {
  const ns = [
    spent.kindNs[StayCode.running][row],
    spent.kindNs[StayCode.runnable][row],
    spent.waitingNs[row],
    spent.kindNs[StayCode.syscall][row],
  ]
  const cells = apportioned(
    STATES.map(({ state }) => ns[state]),
    width,
  )
  return STATES.map(({ state, block }, i) => painted(state, block.repeat(cells[i]), colors)).join('')
}

/** Whole cells in the proportion of `parts`, by largest remainders; none where there is nothing to share. */
export function apportioned(parts: readonly number[], cells: number): readonly number[] {
  const all = parts.reduce((a, b) => a + b, 0)
  if (!(all > 0)) return parts.map(() => 0)
  const exact = parts.map(part => (part / all) * cells)
  const given = exact.map(Math.floor)
  const left = cells - given.reduce((a, b) => a + b, 0)
  const order = [...exact.keys()].sort((a, b) => exact[b] - given[b] - (exact[a] - given[a]))
  for (const i of order.slice(0, left)) given[i]++
  return given
}

/**
 * A strip of `livesOf`: each column shows the state that took most of it. Whoever waits mostly runs for moments, and these are
 * what one looks for: where it ran at all there is a bar as high as its share.
 */
export function lifeStrip(lives: Uint8Array, row: number, columns: number, colors: Colors): string {
  let strip = ''
  for (let column = 0; column < columns; column++) {
    const shares = lives.subarray((row * columns + column) * 4, (row * columns + column) * 4 + 4)
    const { state, block } = STATES.reduce((a, b) => (shares[b.state] > shares[a.state] ? b : a))
    const ran = shares[GoState.running]
    if (shares.every(share => share === 0)) strip += ' '
    else if (ran > 0 && (state === GoState.running || state === GoState.waiting))
      strip += painted(GoState.running, heightOf(ran / WHOLE_COLUMN), colors)
    else strip += painted(state, block, colors)
  }
  return strip
}

/** "of 0.5s-1s (500 ms)" of a part, the whole length of all of it. */
export function stretchText(trace: Trace, { scope: { fromNs, toNs } }: SpentColumns): string {
  if (fromNs <= 0 && toNs >= trace.durationNs) return formatNs(trace.durationNs)
  return `${rangeText({ startNs: fromNs, endNs: toNs })} (${formatNs(toNs - fromNs)})`
}

/** The kind of wait that took most of a row's time, and how much of it: "select 98 %"; '' where it never waits. */
export function mostlyText(spent: SpentColumns, row: number): string {
  const all = spent.totalNs[row]
  if (!(spent.waitingNs[row] > 0)) return ''
  const code = STAY_KINDS.reduce(
    (best, _, i) => (i >= StayCode.sync && spent.kindNs[i][row] > spent.kindNs[best][row] ? i : best),
    StayCode.sync as number,
  )
  return `${kindText(STAY_KINDS[code])} ${Math.round((spent.kindNs[code][row] / all) * 100)} %`
}

/** Kinds in the words of a screen. */
export function kindText(kind: string): string {
  return kind === 'gc' ? 'GC' : kind
}

const HEIGHTS = '▁▂▃▄▅▆▇█'

/** The lowest of them for any share above 0. */
function heightOf(share: number): string {
  return HEIGHTS[Math.max(0, Math.ceil(Math.min(1, share) * HEIGHTS.length) - 1)]
}

const LABELS: Readonly<Partial<Record<HistogramName, string>>> = {
  life: 'lives',
  runnable: 'scheduler latency',
}

/**
 * Histograms above one axis, a line each: the taller the more often. `histograms` are those of `HISTOGRAMS`; what never
 * happened has no line.
 */
export function histogramText(histograms: readonly Histogram[], screen: number, colors: Colors): string {
  const named = HISTOGRAMS.map((name, i) => ({ name, histogram: histograms[i] }))
  const shown = named.filter(({ name, histogram }) => name !== 'waiting' && histogram.count.some(count => count > 0))
  if (shown.length === 0) return ''
  const used = BUCKET_NS.map((_, bucket) => bucket).filter(bucket =>
    shown.some(({ histogram }) => histogram.count[bucket] > 0),
  )
  const [from, to] = [used[0], used[used.length - 1]]
  const rows = shown.map(({ name, histogram }) => [
    LABELS[name] ?? (STAY_KINDS.indexOf(name as never) >= StayCode.sync ? `waits: ${kindText(name)}` : name),
    formatCount(histogram.count.reduce((a, b) => a + b, 0)),
    heightsText(histogram, from, to),
    formatNs(quantileNs(histogram, 0.5)),
    formatNs(quantileNs(histogram, 0.99)),
    `${cutOf(histogram, histogram.longestNs) ? '≥ ' : ''}${formatNs(histogram.longestNs)}`,
  ])
  const head = ['', 'count', axisText(from, to), 'half ≤', '99 % ≤', 'longest']
  const title = colors.bold('how long single stays and lives were')
  const whole = table([head, ...rows], ['l', 'r', 'l', 'r', 'r', 'r'])
  // From nanoseconds to hours there are 40 buckets: where they leave no room the quantiles go.
  if (!whole.split('\n').some(line => width(line) > screen)) return `${title}\n${whole}`
  const few = [head, ...rows].map(row => [...row.slice(0, 3), row[5]])
  return `${title}\n${table(few, ['l', 'r', 'l', 'r'])}`
}

/** Is the longest, or may it be, longer than what is seen of it? */
function cutOf({ cut, count }: Histogram, longestNs: number): boolean {
  const bucket = count.findLastIndex(times => times > 0)
  return longestNs > 0 && bucket >= 0 && cut[bucket] > 0
}

function heightsText({ count }: Histogram, from: number, to: number): string {
  const most = Math.max(...count)
  return Array.from(count.subarray(from, to + 1), times => (times === 0 ? ' ' : heightOf(times / most))).join('')
}

/** The first bucket's begin, and where there is room each power of a thousand. */
function axisText(from: number, to: number): string {
  let axis = ''
  for (let bucket = from; bucket <= to; bucket++) {
    const at = bucket - from
    const isUnit = /^10*$/.test(String(BUCKET_NS[bucket])) && (String(BUCKET_NS[bucket]).length - 1) % 3 === 0
    if ((at > 0 && !isUnit) || at < axis.length + (at > 0 ? 1 : 0)) continue
    const text = formatNs(BUCKET_NS[bucket])
    axis = axis.padEnd(at) + text
  }
  return axis
}
