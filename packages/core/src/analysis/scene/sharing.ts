/**
 * Which goroutines have a pointer in common. The arguments of a dump are searched once; as numbers they are small, and
 * looking through all of them costs little: it is done for each lock.
 */
import type { Dump } from '../../dump/tables.ts'
import { pointersOf } from './pointers.ts'
import type { Standing } from './standing.ts'

/** All pointers of all goroutines, each with its row in the standing; in order of rows. */
export type AllPointers = { readonly address: Float64Array; readonly row: Int32Array }

/** Of the newest dump that shows each goroutine; `rowsById` are the rows of each dump. */
export function argumentsOf(
  standing: Standing,
  dumps: readonly Dump[],
  rowsById: readonly ReadonlyMap<number, number>[],
): AllPointers {
  const searched = dumps.map(() => new Map<number, readonly number[]>())
  const address: number[] = []
  const rows: number[] = []
  for (let row = 0; row < standing.length; row++) {
    for (let d = dumps.length - 1; d >= 0; d--) {
      const inDump = rowsById[d].get(standing.id[row])
      if (inDump === undefined) continue
      const { firstArg } = dumps[d].rows
      for (let at = firstArg[inDump]; at < firstArg[inDump + 1]; at++) {
        for (const one of numbersIn(dumps[d], dumps[d].frameArgs[at], searched[d])) {
          address.push(one)
          rows.push(row)
        }
      }
      break
    }
  }
  return { address: Float64Array.from(address), row: Int32Array.from(rows) }
}

/** Many frames have the same arguments: each text is searched once. */
function numbersIn({ strings }: Dump, text: number, searched: Map<number, readonly number[]>): readonly number[] {
  let found = searched.get(text)
  if (!found) {
    found = pointersOf(strings.text(text)).map(Number).filter(Number.isSafeInteger)
    searched.set(text, found)
  }
  return found
}

/** Rows that have each of these pointers, "0x…". */
export function sharingIn(all: AllPointers, addresses: ReadonlySet<string>): Map<string, number[]> {
  const holders = new Map<string, number[]>()
  if (addresses.size === 0) return holders
  const byNumber = new Map<number, number[]>()
  for (const text of addresses) byNumber.set(Number(text), [])
  for (let i = 0; i < all.address.length; i++) {
    const rows = byNumber.get(all.address[i])
    if (rows && rows.at(-1) !== all.row[i]) rows.push(all.row[i])
  }
  for (const text of addresses) {
    const rows = byNumber.get(Number(text)) ?? []
    if (rows.length > 0) holders.set(text, rows)
  }
  return holders
}
