/** Two tables of where the time went: a row for each entry function, or one for each goroutine. */

import { orderBy } from '../../base/order.ts'
import { remembered } from '../../base/remembered.ts'
import type { Trace } from '../../trace/tables.ts'
import { entriesOf } from '../entries.ts'
import type { Scope } from '../scope.ts'
import { type Beside, presentIn, type SpentColumns, spentColumns } from './columns.ts'

/** Functions of which some goroutine is there within the scope. */
export type SpentFunctions = SpentColumns & {
  /** Row in strings: its name; text '' where it is not known. */
  readonly entry: Int32Array
  /** Row in `entriesOf(trace)`. */
  readonly entryRow: Uint32Array
  /** How many: distinct ids, as Go counts. */
  readonly goroutines: Float64Array
}

/** Goroutines that are there within the scope, each life of an id by itself. */
export type SpentGoroutines = SpentColumns & {
  /** Row in goroutines, ascending. */
  readonly goroutine: Uint32Array
}

export function spentFunctions(trace: Trace, scope: Scope, beside?: Beside): SpentFunctions {
  const { entryOf, entry, length } = entriesOf(trace)
  const present = presentIn(trace, scope)
  const counts = countIds(trace, present.goroutine, length)
  const entryRow = Uint32Array.from(counts.keys()).filter(k => counts[k] > 0)
  const rowOfEntry = new Int32Array(length).fill(-1)
  entryRow.forEach((k, row) => {
    rowOfEntry[k] = row
  })
  const rowOf = new Int32Array(trace.goroutines.length).fill(-1)
  for (let i = 0; i < present.goroutine.length; i++) {
    const g = present.goroutine[i]
    rowOf[g] = rowOfEntry[entryOf[g]]
  }
  return {
    ...spentColumns(trace, present, rowOf, entryRow.length, beside),
    entry: Int32Array.from(entryRow, k => entry[k]),
    entryRow,
    goroutines: Float64Array.from(entryRow, k => counts[k]),
  }
}

export function spentGoroutines(trace: Trace, scope: Scope): SpentGoroutines {
  const present = presentIn(trace, scope)
  const { goroutine } = present
  const rowOf = new Int32Array(trace.goroutines.length).fill(-1)
  for (let row = 0; row < goroutine.length; row++) rowOf[goroutine[row]] = row
  return { ...spentColumns(trace, present, rowOf, goroutine.length), goroutine }
}

/** Distinct ids by entry function. */
function countIds(trace: Trace, present: Uint32Array, entries: number): Float64Array {
  const { entryOf } = entriesOf(trace)
  const counts = new Float64Array(entries)
  const order = idsInOrder(trace, present)
  if (!order) {
    for (let i = 0; i < present.length; i++) counts[entryOf[present[i]]]++
    return counts
  }
  const { id } = trace.goroutines
  const lastId = new Float64Array(entries).fill(Number.NaN)
  for (let i = 0; i < order.length; i++) {
    const g = present[order[i]]
    if (id[g] === lastId[entryOf[g]]) continue
    lastId[entryOf[g]] = id[g]
    counts[entryOf[g]]++
  }
  return counts
}

const hasDistinctIds = remembered(({ goroutines }: Trace): boolean => {
  const { id } = goroutines
  const order = orderBy(id)
  for (let i = 1; i < order.length; i++) if (id[order[i]] === id[order[i - 1]]) return false
  return true
})

/** Positions in `present` by id; undefined where no id of the trace is there twice, which is nearly always so. */
function idsInOrder(trace: Trace, present: Uint32Array): Uint32Array | undefined {
  if (hasDistinctIds(trace)) return undefined
  const ids = new Float64Array(present.length)
  for (let i = 0; i < present.length; i++) ids[i] = trace.goroutines.id[present[i]]
  return orderBy(ids)
}
