/**
 * What makes a crowded row cost columns and not spans: how much time it had spent in each paint when each block of
 * stretches began. The time in a column is then a difference of two sums, exact at any zoom, and what is walked are the
 * rests of two blocks. Made for a row when it is first drawn that crowded.
 */
import { BLOCK, BLOCK_SHIFT, type Edges } from './edges.ts'

export type Levels = {
  /** When block b begins. */
  readonly timeNs: Float64Array
  /** Which paints are summed up, in this order. */
  readonly paints: readonly number[]
  /** `paints.length` for each block: ns spent before it begins. */
  readonly sumNs: Float64Array
  /** Marked stretches before each block; undefined: none are marked. */
  readonly marked: Uint32Array | undefined
}

export function levelsOf(edges: Edges, hasMarks: boolean): Levels {
  const { count, paints } = edges
  const blocks = Math.ceil(count / BLOCK)
  const timeNs = new Float64Array(blocks)
  const sumNs = new Float64Array(blocks * paints.length)
  const marked = hasMarks ? new Uint32Array(blocks) : undefined
  // By paint; what is nothing falls into the last, which nobody reads.
  const spentNs = new Float64Array(8)
  let marks = 0
  for (let b = 0; b < blocks; b++) {
    const begin = b << BLOCK_SHIFT
    timeNs[b] = edges.beginNs(begin)
    for (let k = 0; k < paints.length; k++) sumNs[b * paints.length + k] = spentNs[paints[k]]
    if (marked) marked[b] = marks
    if (b + 1 < blocks) marks += edges.addUp(begin, begin + BLOCK, spentNs)
  }
  return { timeNs, paints, sumNs, marked }
}
