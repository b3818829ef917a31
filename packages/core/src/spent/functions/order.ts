/** Rows of a table in the order of any of its columns. */
import { orderBy } from '../../base/order.ts'
import type { Trace } from '../../trace/tables.ts'
import type { SpentColumns } from './columns.ts'
import { STAY_KINDS, type StayKind } from './kinds.ts'
import type { SpentFunctions, SpentGoroutines } from './tables.ts'

/** Columns of time that both tables have. */
export const SPENT_COLUMNS = ['total', 'waiting', ...STAY_KINDS, 'assist', 'sweep', 'stw'] as const
export type SpentColumn = (typeof SPENT_COLUMNS)[number]

export const FUNCTION_SORTS = ['name', 'goroutines', ...SPENT_COLUMNS] as const
export type FunctionSort = (typeof FUNCTION_SORTS)[number]

export const GOROUTINE_SORTS = ['id', 'birth', 'death', ...SPENT_COLUMNS] as const
export type GoroutineSort = (typeof GOROUTINE_SORTS)[number]

/** A column of time, by row. */
export function columnOf(table: SpentColumns, column: SpentColumn): Float64Array {
  if (column === 'total') return table.totalNs
  if (column === 'waiting') return table.waitingNs
  if (column === 'assist') return table.assistNs
  if (column === 'sweep') return table.sweepNs
  if (column === 'stw') return table.stwNs
  return table.kindNs[STAY_KINDS.indexOf(column satisfies StayKind)]
}

/** What is many or long comes first; names, ids and births from the first on. */
export function isDescending(sort: FunctionSort | GoroutineSort): boolean {
  return sort !== 'name' && sort !== 'id' && sort !== 'birth'
}

/** More of them are a machine's, and nobody looks up in which order equals stand. */
const NAMED = 10_000

/** Rows in order; where they are equal, the one with more time, then the name. */
export function orderFunctions(
  trace: Trace,
  table: SpentFunctions,
  sort: FunctionSort,
  descending = isDescending(sort),
): Uint32Array {
  const byName = sort === 'name' || table.length <= NAMED ? namesInOrder(trace, table) : table.entryRow.map((_, i) => i)
  if (sort === 'name') return descending ? byName.reverse() : byName
  const byTotal = reordered(byName, table.totalNs, true)
  const keys = sort === 'goroutines' ? table.goroutines : columnOf(table, sort)
  return reordered(byTotal, keys, descending)
}

/** Those rows whose function has the text in its name, whatever the case; '' is in all of them. */
export function functionsNamed(trace: Trace, { entry }: SpentFunctions, rows: Uint32Array, text: string): Uint32Array {
  if (text === '') return rows
  const sought = text.toLowerCase()
  return rows.filter(row => trace.strings.text(entry[row]).toLowerCase().includes(sought))
}

/** Rows in order; where they are equal, as they were first seen. */
export function orderGoroutines(
  trace: Trace,
  table: SpentGoroutines,
  sort: GoroutineSort,
  descending = isDescending(sort),
): Uint32Array {
  if (sort === 'id') return ordered(gathered(trace.goroutines.id, table.goroutine), descending)
  if (sort !== 'birth' && sort !== 'death') return ordered(columnOf(table, sort), descending)
  // Who was there before the trace comes before those who were born in it; who lives on dies after all others.
  const keys = gathered(sort === 'birth' ? trace.goroutines.birthNs : trace.goroutines.deathNs, table.goroutine)
  const unknownNs = sort === 'birth' ? 0 : trace.durationNs + 2
  for (let row = 0; row < keys.length; row++) keys[row] = Number.isNaN(keys[row]) ? unknownNs : keys[row] + 1
  return ordered(keys, descending)
}

function gathered(column: Float64Array, rows: Uint32Array): Float64Array {
  const values = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) values[i] = column[rows[i]]
  return values
}

/** Stable. Nanoseconds are rounded: only whole numbers are sorted fast, and a range may begin between two. */
function ordered(keys: Float64Array, descending: boolean): Uint32Array {
  let most = 0
  if (descending) for (let row = 0; row < keys.length; row++) most = Math.max(most, keys[row])
  most = Math.round(most)
  const whole = new Float64Array(keys.length)
  for (let row = 0; row < keys.length; row++) {
    const key = Math.round(keys[row])
    whole[row] = descending ? most - key : key
  }
  return orderBy(whole)
}

/** As `ordered`, from an order on that stays where keys are equal. */
function reordered(order: Uint32Array, keys: Float64Array, descending: boolean): Uint32Array {
  return ordered(gathered(keys, order), descending).map(at => order[at])
}

function namesInOrder(trace: Trace, { entry }: SpentFunctions): Uint32Array {
  const names = Array.from(entry, row => trace.strings.text(row))
  const order = Uint32Array.from(entry.keys())
  return order.sort((a, b) => (names[a] < names[b] ? -1 : names[a] > names[b] ? 1 : 0))
}
