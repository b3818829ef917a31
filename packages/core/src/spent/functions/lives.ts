/** A goroutine's life along time, as a strip of columns: how much of each column it spent in each state. */
import { positionAt } from '../../trace/lookup.ts'
import { spanEndNs, type Trace } from '../../trace/tables.ts'

/** Share of a column that a whole byte can say. */
export const WHOLE_COLUMN = 255

/**
 * For each of `goroutines` (rows) `columns` columns of `fromNs` … `toNs`, and of each four shares in `WHOLE_COLUMN`ths, by
 * `GoState`; all are 0 where it was not there. A state that occurs at all has 1 at least.
 */
export function livesOf(
  trace: Trace,
  goroutines: ArrayLike<number>,
  fromNs: number,
  toNs: number,
  columns: number,
): Uint8Array {
  const lives = new Uint8Array(goroutines.length * columns * 4)
  const sums = new Float64Array(columns * 4)
  for (let i = 0; i < goroutines.length; i++) {
    sums.fill(0)
    sumLife(trace, goroutines[i], fromNs, toNs, sums)
    const columnNs = (toNs - fromNs) / columns
    for (let at = 0; at < columns * 4; at++)
      if (sums[at] > 0) lives[i * columns * 4 + at] = Math.max(1, Math.round((sums[at] / columnNs) * WHOLE_COLUMN))
  }
  return lives
}

function sumLife(trace: Trace, g: number, fromNs: number, toNs: number, sums: Float64Array): void {
  const { spansOf, spans } = trace
  const columns = sums.length / 4
  const columnNs = (toNs - fromNs) / columns
  for (let at = Math.max(spansOf.first[g], positionAt(trace, g, fromNs)); at < spansOf.first[g + 1]; at++) {
    const span = spansOf.row[at]
    const beginNs = Math.max(fromNs, spans.startNs[span])
    if (beginNs >= toNs) break
    const endNs = Math.min(toNs, spanEndNs(trace, g, at))
    const state = spans.stateReason[span] & 3
    const first = Math.min(columns - 1, Math.floor((beginNs - fromNs) / columnNs))
    const last = Math.min(columns - 1, Math.floor((endNs - fromNs) / columnNs))
    if (first === last) sums[first * 4 + state] += Math.max(0, endNs - beginNs)
    else {
      sums[first * 4 + state] += fromNs + (first + 1) * columnNs - beginNs
      for (let column = first + 1; column < last; column++) sums[column * 4 + state] += columnNs
      sums[last * 4 + state] += Math.max(0, endNs - (fromNs + last * columnNs))
    }
  }
}
