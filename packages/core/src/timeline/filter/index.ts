/** Rows of a table by the goroutine that they belong to, by counting. */
import type { RowIndex } from '../../trace/tables.ts'

/** `owner`: by row, -1 for rows that belong to none. Rows of an owner stay in their order. */
export function rowsByOwner(owner: Int32Array, owners: number): RowIndex {
  const first = new Uint32Array(owners + 1)
  for (let i = 0; i < owner.length; i++) if (owner[i] >= 0) first[owner[i] + 1]++
  for (let k = 0; k < owners; k++) first[k + 1] += first[k]
  const next = first.slice(0, owners)
  const row = new Uint32Array(first[owners])
  for (let i = 0; i < owner.length; i++) if (owner[i] >= 0) row[next[owner[i]]++] = i
  return { first, row }
}
