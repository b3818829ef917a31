/** Goroutines by the function they began with: what tables, rows and profiles group by. By counting, no object each. */
import { remembered } from '../base/remembered.ts'
import { TextNumbers } from '../base/text-numbers.ts'
import type { RowIndex, Trace } from '../trace/tables.ts'

/** One row for each entry function, in the order in which they are first met. */
export type Entries = {
  readonly length: number
  readonly entry: Int32Array //    row in strings; text '' where the function is not known
  readonly members: RowIndex //    goroutines, ascending
  readonly entryOf: Uint32Array // by goroutine: row here
}

export const entriesOf = remembered(groupByEntry)

function groupByEntry(trace: Trace): Entries {
  const texts = new TextNumbers(trace.strings)
  const entryOf = new Uint32Array(trace.goroutines.length)
  for (let g = 0; g < entryOf.length; g++) entryOf[g] = texts.of(trace.goroutines.entry[g])
  const entry = Int32Array.from(texts.rows)
  const first = new Uint32Array(entry.length + 1)
  for (let g = 0; g < entryOf.length; g++) first[entryOf[g] + 1]++
  for (let k = 0; k < entry.length; k++) first[k + 1] += first[k]
  const row = new Uint32Array(entryOf.length)
  const next = first.slice(0, entry.length)
  for (let g = 0; g < entryOf.length; g++) row[next[entryOf[g]]++] = g
  return { length: entry.length, entry, members: { first, row }, entryOf }
}

/** Rows by name of the entry function. */
export function entryNames(trace: Trace): ReadonlyMap<string, number> {
  const { entry, length } = entriesOf(trace)
  const names = new Map<string, number>()
  for (let k = 0; k < length; k++) names.set(trace.strings.text(entry[k]), k)
  return names
}

/**
 * The runtime's own goroutines, which a dump leaves out: by the name of their entry, as `IsSystemGoroutine` of
 * `internal/trace/summary.go` tells them.
 */
export function isSystemEntry(name: string): boolean {
  return name === '' || (name !== 'runtime.main' && name.startsWith('runtime.'))
}
