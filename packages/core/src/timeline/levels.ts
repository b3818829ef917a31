/**
 * What makes a crowded row cost columns and not spans: how much time it had spent in each paint when each block of
 * stretches began. The time in a column is then a difference of two sums, exact at any zoom, and what is walked are the
 * rests of two blocks. Made for a row when it is first drawn that crowded.
 */
import { BLOCK, BLOCK_SHIFT, type Edges, FLAG_SHIFT } from './edges.ts'
import { MARKED } from './model.ts'

export type Levels = {
  /** When block b begins; one more: when the last one ends. */
  readonly timeNs: Float64Array
  /** Which paints are summed up, in this order. */
  readonly paints: readonly number[]
  /** `paints.length` for each block: ns spent before it begins; one more, as above. */
  readonly sumNs: Float64Array
  /** Marked stretches before each block; undefined: none are marked. */
  readonly marked: Uint32Array | undefined
}

export function levelsOf(edges: Edges, hasMarks: boolean): Levels {
  const { count, paints } = edges
  const blocks = Math.ceil(count / BLOCK)
  const timeNs = new Float64Array(blocks + 1)
  const sumNs = new Float64Array((blocks + 1) * paints.length)
  const marked = hasMarks ? new Uint32Array(blocks + 1) : undefined
  // By paint; what is nothing falls into the last, which nobody reads.
  const spentNs = new Float64Array(8)
  let marks = 0
  for (let b = 0; b < blocks; b++) {
    const begin = b << BLOCK_SHIFT
    if (begin < edges.from || begin >= edges.to) edges.load(begin)
    const { timeNs: time, code, from } = edges
    const end = Math.min(count, begin + BLOCK) - from
    for (let i = begin - from; i < end; i++) {
      spentNs[code[i] & 7] += time[i + 1] - time[i]
      marks += (code[i] >> FLAG_SHIFT) & MARKED
    }
    timeNs[b] = time[begin - from]
    timeNs[b + 1] = time[end]
    for (let k = 0; k < paints.length; k++) sumNs[(b + 1) * paints.length + k] = spentNs[paints[k]]
    if (marked) marked[b + 1] = marks
  }
  return { timeNs, paints, sumNs, marked }
}
