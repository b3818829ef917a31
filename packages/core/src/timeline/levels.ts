/**
 * What makes a crowded row cost columns and not spans: how much time it had spent in each paint when each block of
 * stretches began. The time in a column is then a difference of two sums, exact at any zoom, and what is walked are the
 * rests of two blocks. Made for a row when it is first drawn that crowded.
 */
import { BLOCK, BLOCK_SHIFT, type Edges, FLAG_SHIFT } from './edges.ts'
import { MARKED } from './model.ts'

/** Paints, and `NONE` as the last: a sum for each, so that adding needs no question. */
export const SUMS = 8

export type Levels = {
  /** When block b begins; one more: when the last one ends. */
  readonly timeNs: Float64Array
  /** `SUMS` for each block: ns spent before it begins; one more, as above. */
  readonly sumNs: Float64Array
  /** Marked stretches before each block; undefined: none are marked. */
  readonly marked: Uint32Array | undefined
}

export function levelsOf(edges: Edges, hasMarks: boolean): Levels {
  const blocks = Math.ceil(edges.count / BLOCK)
  const timeNs = new Float64Array(blocks + 1)
  const sumNs = new Float64Array((blocks + 1) * SUMS)
  const marked = hasMarks ? new Uint32Array(blocks + 1) : undefined
  for (let b = 0; b < blocks; b++) {
    const from = b << BLOCK_SHIFT
    const to = Math.min(edges.count, from + BLOCK)
    if (from < edges.from || to > edges.to) edges.load(from)
    const sums = b * SUMS
    const after = sums + SUMS
    for (let k = 0; k < SUMS; k++) sumNs[after + k] = sumNs[sums + k]
    let marks = 0
    const time = edges.timeNs
    const code = edges.code
    const shift = edges.from
    for (let i = from - shift; i < to - shift; i++) {
      sumNs[after + (code[i] & 7)] += time[i + 1] - time[i]
      marks += (code[i] >> FLAG_SHIFT) & MARKED
    }
    timeNs[b] = time[from - shift]
    timeNs[b + 1] = time[to - shift]
    if (marked) marked[b + 1] = marked[b] + marks
  }
  return { timeNs, sumNs, marked }
}
