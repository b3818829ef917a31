/** Goroutines by the function they began with: what tables, rows and profiles group by. By counting, no object each. */
import { remembered } from '../base/remembered.ts'
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
  const entryOf = new Uint32Array(trace.goroutines.length)
  const entry = Int32Array.from(numberEntries(trace, entryOf))
  const first = new Uint32Array(entry.length + 1)
  for (let g = 0; g < entryOf.length; g++) first[entryOf[g] + 1]++
  for (let k = 0; k < entry.length; k++) first[k + 1] += first[k]
  const row = new Uint32Array(entryOf.length)
  const next = first.slice(0, entry.length)
  for (let g = 0; g < entryOf.length; g++) row[next[entryOf[g]]++] = g
  return { length: entry.length, entry, members: { first, row }, entryOf }
}

/**
 * Fills `entryOf` and returns the entry of each group. Names of functions are compared as text, once for each: two that
 * differ only in broken UTF-8 look the same, and then nobody could tell their rows apart.
 */
function numberEntries(trace: Trace, entryOf: Uint32Array): number[] {
  const { entry } = trace.goroutines
  const numberOfRow = new Uint32Array(trace.strings.length) // + 1; 0: not seen yet
  const numberOfText = new Map<string, number>()
  const entries: number[] = []
  for (let g = 0; g < entryOf.length; g++) {
    const row = Math.max(0, entry[g])
    if (numberOfRow[row] === 0) {
      const text = trace.strings.text(row)
      const known = numberOfText.get(text)
      numberOfRow[row] = known ?? entries.push(row)
      numberOfText.set(text, numberOfRow[row])
    }
    entryOf[g] = numberOfRow[row] - 1
  }
  return entries
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
