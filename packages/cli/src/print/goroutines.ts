/** `unhang goroutines` for people: each one's life as a strip along time, with its sums; below it how long stays were. */
import { formatNs, type Histogram, lastSpanIn, livesOf, type SpentGoroutines, StayCode, type Trace } from '@unhang/core'
import { counted, cutBegin, length, widthOf } from './frames.ts'
import { functionText, type SpentView, timeText, usedBy, WIDE } from './functions.ts'
import { printable } from './printable.ts'
import { histogramText, legendText, lifeStrip, stretchText } from './spent.ts'
import { type Alignment, table } from './table.ts'

/** Shorter strips show no life. */
const LEAST_STRIP = 20
/** Of a name in a table of goroutines of several functions. */
const NAME = 26

export type GoroutinesView = SpentView & {
  /** All are of this one; undefined: of any. */
  readonly function: string | undefined
}

export function goroutinesText(
  name: string,
  trace: Trace,
  spent: SpentGoroutines,
  order: ArrayLike<number>,
  histograms: readonly Histogram[],
  view: GoroutinesView,
): string {
  const { colors, limit } = view
  const width = widthOf(view.columns)
  const who = view.function === undefined ? '' : ` of ${colors.bold(printable(view.function) || '(unknown)')}`
  const head = `${colors.bold(printable(name))}   ${stretchText(trace, spent)}   ${counted(spent.length, 'goroutine')}${who}`
  if (spent.length === 0) return `${head}\n`
  const rows = Array.from({ length: Math.min(limit, order.length) }, (_, i) => order[i])
  const more = order.length - rows.length
  return [
    `${head}\n\n`,
    mainTable(trace, spent, rows, width, view),
    more > 0 ? `  … ${counted(more, 'more goroutine')} (--limit ${order.length} or --json has all)\n` : '',
    `\n  ${legendText(colors)}  ▁ runs for a moment\n`,
    `\n${histogramText(histograms, width, colors)}`,
  ].join('')
}

function mainTable(
  trace: Trace,
  spent: SpentGoroutines,
  rows: readonly number[],
  width: number,
  view: GoroutinesView,
): string {
  const { colors } = view
  const isWide = width >= WIDE
  const isNamed = view.function === undefined
  const { id, entry } = trace.goroutines
  const cells = rows.map(row => {
    const of = (code: number) => timeText(spent.kindNs[code][row])
    const first = [String(id[spent.goroutine[row]]), formatNs(spent.totalNs[row]), of(StayCode.running)]
    const times = [of(StayCode.runnable), of(StayCode.syscall), timeText(spent.waitingNs[row])]
    return isWide ? [...first, ...times] : isNamed ? first : [...first, of(StayCode.runnable)]
  })
  const titles = ['goroutine', 'total', 'running', 'runnable', 'syscall', 'waiting']
  const head = titles.slice(0, cells[0].length)
  const lasts = rows.map(row =>
    isNamed ? cutBegin(functionText(trace, entry[spent.goroutine[row]]), NAME) : lastText(trace, spent, row),
  )
  const lastTitle = isNamed ? 'function' : 'at the end'
  const lastWidth = Math.max(length(lastTitle), ...lasts.map(length))
  const columns = Math.max(LEAST_STRIP, width - 2 - usedBy([head, ...cells]) - lastWidth - 2)
  const { fromNs, toNs } = spent.scope
  const lives = livesOf(
    trace,
    rows.map(row => spent.goroutine[row]),
    fromNs,
    toNs,
    columns,
  )
  const strips = rows.map((_, i) => lifeStrip(lives, i, columns, colors))
  const alignment: Alignment[] = [...head.map((): Alignment => 'r'), 'l', 'l']
  return table(
    [[...head, scaleText(fromNs, toNs, columns), lastTitle], ...cells.map((row, i) => [...row, strips[i], lasts[i]])],
    alignment,
  )
}

/** "0 ns          2.3 s": where a strip begins and ends. */
function scaleText(fromNs: number, toNs: number, columns: number): string {
  const [from, to] = [fromNs === 0 ? '0' : formatNs(fromNs), formatNs(toNs)]
  return from + to.padStart(columns - length(from))
}

/** What it did last within the range: "sync", "running", "ended". */
function lastText(trace: Trace, { scope, goroutine }: SpentGoroutines, row: number): string {
  const g = goroutine[row]
  if (trace.goroutines.deathNs[g] <= scope.toNs) return 'ended'
  const sr = trace.spans.stateReason[lastSpanIn(trace, scope, g)]
  const state = ['running', 'runnable', 'waiting', 'syscall'][sr & 3]
  const reason = trace.strings.text(trace.reasons[sr >>> 2])
  return (sr & 3) === 2 && reason !== '' ? printable(reason, 24) : state
}
