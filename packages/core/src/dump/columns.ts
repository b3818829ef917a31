/**
 * Logs as tables: what consoles of logs export as CSV, and what they show in columns.
 *
 *   "timestamp","message"                    | @timestamp          | @message              |
 *   "1772510706000","goroutine 7 [select]:"  | 2026-03-03 04:05:06 | goroutine 7 [select]: |
 */
import { dumpLinesIn, type Entry, textOfEntries } from './entries.ts'
import { LARGEST_PASTED, type Remade } from './pieces.ts'

const CSV = /^\ufeff?"?[\w@. /-]{1,60}"?(?:[,;\t]"?[\w@. /-]{1,60}"?){1,40}\r?\n/
const BARS = /(?:^[ \t]*\|[^\n]*\|[ \t]*\r?\n){3}/m
const MAX_COLUMNS = 64

/** May this be such a text? Looks at its begin. */
export function isTable(head: string): boolean {
  return CSV.test(head) || BARS.test(head)
}

/** The cells of the column that looks most like a dump, a line each. */
export function columnOf(bytes: Uint8Array): Remade | undefined {
  if (bytes.length > LARGEST_PASTED) return undefined
  const text = new TextDecoder().decode(bytes)
  const columns = CSV.test(text) ? ofCsv(text) : cellsOf(text, /[|\n]/g)
  let best: readonly Entry[] = []
  let most = 0
  for (const cells of columns) {
    const found = cells.reduce((sum, { value }) => sum + dumpLinesIn(value), 0)
    if (found > most) [best, most] = [cells, found]
  }
  if (most === 0) return undefined
  return textOfEntries(text, bytes.length, best)
}

/** A message with a comma in it may stand without quotes: then it is the last one, and all of the rest. */
function ofCsv(text: string): Entry[][] {
  const columns = cellsOf(text, /[,;\t\n]/g)
  const count = text.slice(0, text.indexOf('\n')).split(/[,;\t]/).length
  return columns.length > count ? [lastOfLines(text, count)] : columns
}

function lastOfLines(text: string, count: number): Entry[] {
  const cells: Entry[] = []
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at)
    const end = newline === -1 ? text.length : newline
    let from = at
    for (let i = 1; i < count && from <= end; i++) {
      const part = text.slice(from, end).search(/[,;\t]/)
      from = part === -1 ? end + 1 : from + part + 1
    }
    if (from <= end) cells.push({ value: withoutQuotes(text.slice(from, end).trimEnd()), from, to: end })
    at = end + 1
  }
  return cells
}

/** Cells by column. `ends` finds what ends a cell that is not quoted. */
function cellsOf(text: string, ends: RegExp): Entry[][] {
  const columns: Entry[][] = []
  let column = 0
  for (let at = 0; at < text.length; ) {
    ends.lastIndex = text[at] === '"' ? quotedEnd(text, at) : at
    const to = ends.exec(text)?.index ?? text.length
    columns[column] ??= []
    columns[column].push({ value: withoutQuotes(text.slice(at, to).trim()), from: at, to })
    column = text[to] === '\n' ? 0 : Math.min(column + 1, MAX_COLUMNS)
    at = to + 1
  }
  return columns
}

/** Behind the quote that ends the cell at `at`; two quotes are one of its text. */
function quotedEnd(text: string, at: number): number {
  let quote = text.indexOf('"', at + 1)
  while (quote !== -1 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2)
  return quote === -1 ? text.length : quote + 1
}

function withoutQuotes(value: string): string {
  return value.startsWith('"') ? value.slice(1, value.endsWith('"') ? -1 : undefined).replaceAll('""', '"') : value
}
