/** `unhang diff` for people: what differs in a sentence or two, then what grew and what shrank, by function and by wait. */
import {
  type FunctionChange,
  formatCount,
  formatNs,
  type SpentSide,
  type TraceDiff,
  type WaitChange,
  words,
} from '@unhang/core'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'
import { type Alignment, table } from './table.ts'
import { wrap } from './wrap.ts'

export const DIFF_SORTS = ['change', 'before', 'after', 'name'] as const
export type DiffSort = (typeof DIFF_SORTS)[number]

export type DiffView = {
  readonly sort: DiffSort
  /** Rows of each table. */
  readonly limit: number
  readonly colors: Colors
  readonly columns?: number | undefined
}

type Change = FunctionChange | WaitChange

const COLUMNS = 80
/** Wider sentences are hard to read. */
const MAX_COLUMNS = 110

export function traceDiffText(diff: TraceDiff, view: DiffView): string {
  const { colors } = view
  const width = Math.min(Math.max(view.columns ?? COLUMNS, 60), MAX_COLUMNS)
  const [verdict, ...more] = diff.summary
  const sentences = [
    ...wrap(printable(verdict, 1000), width).map(text => colors.bold(text)),
    ...more.flatMap(text => wrap(printable(text, 1000), width - 2).map((part, i) => `${i === 0 ? '• ' : '  '}${part}`)),
  ]
  const sections = [
    `${sentences.join('\n')}\n`,
    sidesText(diff),
    ...tables('by function', diff.functions, view, 'rrrrll', ['goroutines', '', ''], functionCells),
    ...tables('by what is waited for where', diff.waits, view, 'rrrrl', ['waits', ''], waitCells),
  ]
  return sections.join('\n')
}

function sidesText({ before, after }: TraceDiff): string {
  const rows = [before, after].map(({ name, goVersion, startNs, endNs, goroutines, problems }, i) => [
    i === 0 ? 'before' : 'after',
    formatNs(endNs - startNs),
    `${formatCount(goroutines)} goroutines`,
    `go ${printable(goVersion)}`,
    `${printable(name)}${problems > 0 ? ' (not whole)' : ''}`,
  ])
  return table(rows, [...'lrrll'] as Alignment[])
}

/** What grew and what shrank apart, each what did so most first; in another order all together. */
function tables<C extends Change>(
  title: string,
  changes: readonly C[],
  view: DiffView,
  alignment: string,
  head: readonly string[],
  cellsOf: (change: C) => readonly string[],
): readonly string[] {
  const make = (lead: string, of: readonly C[]) => {
    if (of.length === 0) return []
    const rows = of.slice(0, view.limit).map(change => [...timeCells(change), ...cellsOf(change)])
    const more = of.length - rows.length
    const rest = more > 0 ? `  … ${formatCount(more)} more (--limit)\n` : ''
    const columns = ['before', 'after', 'change', ...head]
    return [
      `${view.colors.bold(`${lead}, ${title}`)}\n${table([columns, ...rows], [...alignment] as Alignment[])}${rest}`,
    ]
  }
  if (view.sort !== 'change') return make('what differs, per second of trace', sorted(changes, view.sort))
  const shrunk = changes.filter(({ changeNs }) => changeNs < 0).reverse()
  return [
    ...make(
      'more per second of trace',
      changes.filter(({ changeNs }) => changeNs > 0),
    ),
    ...make('less per second of trace', shrunk),
  ]
}

function sorted<C extends Change>(changes: readonly C[], sort: 'before' | 'after' | 'name'): readonly C[] {
  if (sort === 'name')
    return changes.toSorted((a, b) => (a.function < b.function ? -1 : a.function > b.function ? 1 : 0))
  return changes.toSorted((a, b) => b[sort].perSecondNs - a[sort].perSecondNs)
}

function timeCells({ before, after, changeNs }: Change): readonly string[] {
  const sign = changeNs > 0 ? '+' : '−'
  return [timeOf(before), timeOf(after), `${sign}${formatNs(Math.abs(changeNs))}`]
}

const timeOf = ({ perSecondNs }: SpentSide) => (perSecondNs === 0 ? '0' : formatNs(perSecondNs))

function functionCells({ function: name, kind, presence, before, after }: FunctionChange): readonly string[] {
  const goroutines = countsText(before.goroutines, after.goroutines)
  return [goroutines, kind, `${nameOf(name)}${presence === 'both' ? '' : ` (${presence})`}`]
}

function waitCells({ function: name, reason, at, presence, before, after }: WaitChange): readonly string[] {
  const place = (after.site ?? before.site) as typeof after.site
  const where = place ? ` at ${place.file === '' ? nameOf(at) : printable(words.line(place))}` : ''
  const own = at !== '' && at !== name ? ` in ${nameOf(at)}` : ''
  const said = `${printable(reason) || 'unknown'}${own}${where}`
  return [
    countsText(before.waits, after.waits),
    `${nameOf(name)}${presence === 'both' ? '' : ` (${presence})`}: ${said}`,
  ]
}

/** "10", where it is the same in both; "10 → 30". */
function countsText(before: number, after: number): string {
  return before === after ? formatCount(after) : `${formatCount(before)} → ${formatCount(after)}`
}

const nameOf = (name: string) => (name === '' ? '(unknown)' : printable(words.shortName(name)))
