/**
 * Tools that fold equal stacks write behind the header how many there were, and their ids as far as they list them:
 *
 *   goroutine 7 [sync.Mutex.Lock, 31 minutes]: 2 times: [[7 9]
 */

/** How many goroutines a header stands for, and the ids of others than its own. */
export type Fold = { readonly count: number; readonly others: readonly number[] }

/** A list of ids is as long as its line; a count in a remark is not a million by accident. */
const MAX_COUNT = 10_000_000
const FOLDED = /^\s*\(?(\d{1,8})\s*(?:times|x|×|goroutines|instances|duplicates)\b[^[]*(\[[\d\s,[\]]*)?/u

/** Reads the remark behind the header of goroutine `id`; undefined: it says nothing of the kind. */
export function readFold(remark: string, id: number): Fold | undefined {
  const found = FOLDED.exec(remark)
  if (!found) return undefined
  const count = Math.min(MAX_COUNT, Number(found[1]))
  const listed = new Set(Array.from(found[2]?.matchAll(/\d{1,15}/g) ?? [], ([digits]) => Number(digits)))
  listed.delete(id)
  const others = [...listed].slice(0, Math.max(0, count - 1))
  return { count: Math.max(1, count), others }
}
