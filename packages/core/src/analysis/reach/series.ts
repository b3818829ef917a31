/**
 * Goroutines that one `go` statement starts again and again, for the same starter: a helper for each request, a try after
 * a try. What the many did that came and went while somebody waited, the next one does as well.
 */
import type { Trace } from '../../trace/tables.ts'
import type { Frame } from '../scene/frames.ts'
import type { Scene } from '../scene/scene.ts'
import { reachOf, remembered } from './reach.ts'

/** So many are no accident. */
const MANY = 3
/** Of more children of one goroutine the youngest tell as much. */
const MAX_CHILDREN = 4096

/**
 * Have at least three come and gone since then that were started where this row was, by the same goroutine, which lives?
 * The first of them was born after it, or after `sinceNs`.
 */
export type Series = (row: number, sinceNs: number) => boolean

const known = new WeakMap<Scene, Series>()

export function seriesIn(scene: Scene): Series {
  const series = known.get(scene) ?? make(scene)
  known.set(scene, series)
  return series
}

function make(scene: Scene): Series {
  const { trace, standing, book, startedAt } = scene
  if (!trace) return () => false
  const reach = reachOf(scene)
  const { birthNs, deathNs, creationStack } = trace.goroutines
  let children: ReturnType<typeof childrenOf> | undefined
  const startOf = remembered((stack: number): Frame | undefined =>
    book.stack(trace, stack).find(frame => !frame.plumbing),
  )
  return (row, sinceNs) => {
    const parent = reach.creator(row)
    const creator = parent < 0 ? -1 : standing.traceRow[parent]
    const start = startedAt(row)
    if (creator < 0 || !start) return false
    children ??= childrenOf(trace)
    const { first, row: rows } = children
    let gone = 0
    for (let at = first[creator + 1] - 1; at >= Math.max(first[creator], first[creator + 1] - MAX_CHILDREN); at--) {
      const g = rows[at]
      if (!(birthNs[g] > sinceNs) || Number.isNaN(deathNs[g]) || creationStack[g] <= 0) continue
      if (startOf(creationStack[g]) === start && ++gone === MANY) return true
    }
    return false
  }
}

/** Rows of the trace by who started them, in order. */
function childrenOf({ goroutines: { creator, length } }: Trace): { first: Uint32Array; row: Uint32Array } {
  const first = new Uint32Array(length + 1)
  for (let g = 0; g < length; g++) if (creator[g] >= 0) first[creator[g] + 1]++
  for (let g = 0; g < length; g++) first[g + 1] += first[g]
  const row = new Uint32Array(first[length])
  const next = first.slice()
  for (let g = 0; g < length; g++) if (creator[g] >= 0) row[next[creator[g]]++] = g
  return { first, row }
}
