/**
 * What garbage collections, tasks and regions have in common: from a time to a time, many at once. As a row shows them:
 * stretches that do not overlap, each with the row that it is, or several rows in one.
 */

import { orderBy } from '../../base/order.ts'
import { OPEN_END, OPEN_START, type Paint } from '../model.ts'
import { Edges, NONE } from './edges.ts'

/** In order of time, none overlapping another. */
export type Stretches = {
  readonly count: number
  readonly startNs: Float64Array
  readonly endNs: Float64Array
  readonly ref: Int32Array //  row in the table; -1: several
  readonly flags: Uint8Array // OPEN_START, OPEN_END
}

/** Those of `rows` as stretches: overlapping ones become one. A begin that is NaN was before the trace, an end after it. */
export function unite(rows: Uint32Array, startNs: Float64Array, endNs: Float64Array, durationNs: number): Stretches {
  const begins = Float64Array.from(rows, row => (Number.isNaN(startNs[row]) ? 0 : startNs[row]))
  const order = orderBy(begins)
  const made = {
    startNs: new Float64Array(rows.length),
    endNs: new Float64Array(rows.length),
    ref: new Int32Array(rows.length),
    flags: new Uint8Array(rows.length),
  }
  let count = 0
  for (const at of order) {
    const row = rows[at]
    const toNs = Number.isNaN(endNs[row]) ? durationNs : endNs[row]
    const flags = (Number.isNaN(startNs[row]) ? OPEN_START : 0) | (Number.isNaN(endNs[row]) ? OPEN_END : 0)
    if (count > 0 && begins[at] < made.endNs[count - 1]) {
      made.endNs[count - 1] = Math.max(made.endNs[count - 1], toNs)
      made.ref[count - 1] = -1
      made.flags[count - 1] |= flags
      continue
    }
    made.startNs[count] = begins[at]
    made.endNs[count] = Math.max(begins[at], toNs)
    made.ref[count] = row
    made.flags[count++] = flags
  }
  return {
    count,
    startNs: made.startNs.slice(0, count),
    endNs: made.endNs.slice(0, count),
    ref: made.ref.slice(0, count),
    flags: made.flags.slice(0, count),
  }
}

/** Stretches as a row of one paint. */
export class StretchEdges extends Edges {
  readonly paints: readonly number[]
  private readonly stretches: Stretches
  private readonly paint: Paint

  constructor(stretches: Stretches, paint: Paint) {
    super(2 * stretches.count)
    this.stretches = stretches
    this.paint = paint
    this.paints = [paint]
  }

  protected fill(): void {
    const { startNs, endNs } = this.stretches
    const { timeNs, code, from, to } = this
    for (let i = from; i < to; i += 2) {
      timeNs[i - from] = startNs[i >> 1]
      timeNs[i - from + 1] = endNs[i >> 1]
      code[i - from] = this.paint
      code[i - from + 1] = NONE
    }
    timeNs[to - from] = to < this.count ? startNs[to >> 1] : timeNs[to - from - 1]
  }

  beginNs(i: number): number {
    return this.stretches.startNs[i >> 1]
  }

  find(timeNs: number): number {
    const { startNs, count } = this.stretches
    let low = 0
    let high = count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (startNs[middle] <= timeNs) low = middle + 1
      else high = middle
    }
    return 2 * Math.max(0, low - 1)
  }

  ref(i: number): number {
    return this.stretches.ref[i >> 1]
  }

  openFlags(i: number): number {
    return this.stretches.flags[i >> 1]
  }
}
