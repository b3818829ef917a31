/** `unhang functions` for people: a line for each entry function, the biggest first, with a bar of how its time was spent. */
import { formatCount, formatNs, type SpentFunctions, StayCode, type Trace } from '@unhang/core'
import { counted, cutBegin, widthOf } from './frames.ts'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'
import { legendText, mostlyText, shareBar, stretchText } from './spent.ts'
import { type Alignment, table, width } from './table.ts'

export type SpentView = { readonly colors: Colors; readonly columns: number | undefined; readonly limit: number }

/** From here on there is room for every column. */
export const WIDE = 110
const BAR = 12
const WIDE_BAR = 20
/** A name that is cut to fewer letters tells nothing. */
const LEAST_NAME = 12
/** Lines of the section on garbage collection. */
const TOP_GC = 5

/** `order`: rows of the table, all that are to be told of. */
export function functionsText(
  name: string,
  trace: Trace,
  spent: SpentFunctions,
  order: ArrayLike<number>,
  view: SpentView,
): string {
  const { colors, limit } = view
  const screen = widthOf(view.columns)
  const all = spent.goroutines.reduce((a, b) => a + b, 0)
  const head = `${colors.bold(printable(name))}   ${stretchText(trace, spent)}   ${counted(all, 'goroutine')} of ${counted(spent.length, 'function')}`
  const rows = Array.from(order).slice(0, limit)
  const more = order.length - rows.length
  return [
    `${head}\n\n`,
    mainTable(trace, spent, rows, screen, colors),
    more > 0 ? `  … ${counted(more, 'more function')} (--limit ${order.length} or --json has all)\n` : '',
    rows.length > 0 ? `\n  ${legendText(colors)}\n` : '',
    gcSection(trace, spent, order, screen, colors),
  ].join('')
}

function mainTable(
  trace: Trace,
  spent: SpentFunctions,
  rows: readonly number[],
  screen: number,
  colors: Colors,
): string {
  const isWide = screen >= WIDE
  const head = isWide
    ? ['count', 'total', 'running', 'runnable', 'syscall', 'waiting', 'where it went', 'waits for', 'function']
    : ['count', 'total', 'running', 'runnable', 'where it went', 'function']
  const alignment: Alignment[] = head.map((_, i) => (i < head.length - (isWide ? 3 : 2) ? 'r' : 'l'))
  const cells = rows.map(row => {
    const of = (code: number) => timeText(spent.kindNs[code][row])
    const first = [
      formatCount(spent.goroutines[row]),
      formatNs(spent.totalNs[row]),
      of(StayCode.running),
      of(StayCode.runnable),
    ]
    const bar = shareBar(spent, row, isWide ? WIDE_BAR : BAR, colors)
    return isWide
      ? [...first, of(StayCode.syscall), timeText(spent.waitingNs[row]), bar, mostlyText(spent, row)]
      : [...first, bar]
  })
  const room = Math.max(LEAST_NAME, screen - 2 - usedBy([head.slice(0, -1), ...cells]))
  const named = cells.map((row, i) => [...row, cutBegin(functionText(trace, spent.entry[rows[i]]), room)])
  return table([head, ...named], alignment)
}

/** A dash where nothing of it happened: in a column of times what is 0 must not be searched for. */
export function timeText(ns: number): string {
  return ns > 0 ? formatNs(ns) : '–'
}

/** How wide the columns are, with what stands between and behind them. */
export function usedBy(rows: readonly (readonly string[])[]): number {
  const widths = rows[0].map((_, column) => rows.reduce((most, row) => Math.max(most, width(row[column])), 0))
  return widths.reduce((sum, most) => sum + most + 2, 0)
}

export function functionText(trace: Trace, entry: number): string {
  return printable(trace.strings.text(entry)) || '(unknown)'
}

/** What goroutines did for the collector, and whoever stopped the world: it lies over their other times. */
function gcSection(
  trace: Trace,
  spent: SpentFunctions,
  order: ArrayLike<number>,
  screen: number,
  colors: Colors,
): string {
  const ns = (row: number) => spent.assistNs[row] + spent.sweepNs[row] + spent.stwNs[row]
  const rows = Array.from(order)
    .filter(row => ns(row) > 0)
    .sort((a, b) => ns(b) - ns(a))
  if (rows.length === 0) return ''
  const cells = rows
    .slice(0, TOP_GC)
    .map(row => [timeText(spent.assistNs[row]), timeText(spent.sweepNs[row]), timeText(spent.stwNs[row])])
  const head = ['mark assist', 'sweep', 'stopped the world']
  const room = Math.max(LEAST_NAME, screen - 2 - usedBy([head, ...cells]))
  const named = cells.map((row, i) => [...row, cutBegin(functionText(trace, spent.entry[rows[i]]), room)])
  const more = rows.length > TOP_GC ? `  … ${counted(rows.length - TOP_GC, 'more function')}\n` : ''
  const title = `${colors.bold('for the garbage collector')} ${colors.dim('(within the times above)')}`
  return `\n${title}\n${table([[...head, 'function'], ...named], ['r', 'r', 'r', 'l'])}${more}`
}
