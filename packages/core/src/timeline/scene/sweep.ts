/**
 * Draws one row: a walk over its stretches in a window.
 *
 * 1. A stretch at least one column wide becomes a box, with its exact ends.
 * 2. A narrower one is mixed into the column in which it lies, or the two, by its time.
 * 3. A column is either boxes or mixed, never both: where a narrow stretch fell into the column in which a box begins or
 *    ends, the box is cut at the column's edge and what is cut off is mixed in. So nothing is drawn twice, nothing is
 *    left out, and the widths of boxes and the shares of columns add up to the time that was spent.
 * 4. A remainder of a box too narrow to be seen or hit is mixed as well.
 * 5. Where a block of stretches ends within a column, all blocks that do are taken at once from the sums in `levels.ts`.
 *
 * Times are counted from the window's start, in columns where they are called x.
 */

import { MARKED } from '../model.ts'
import { BLOCK, BLOCK_SHIFT, type Edges, FLAG_SHIFT, NONE } from './edges.ts'
import { gallop } from './gallop.ts'
import type { Levels } from './levels.ts'
import type { Window } from './window.ts'

export interface RowSink {
  /** A stretch `i` of the row from x0 to x1. */
  box(x0: number, x1: number, code: number, i: number): void
  /** How much of a column each paint has, 0 to 1; by `Paint`. */
  share(column: number, parts: Float64Array, flags: number): void
}

/** A box's remainder below it is mixed into its column. */
const SLIVER = 0.05
/** And where its column has other boxes already, below this it is left out: less than shares are rounded by. */
const NOTHING = 1 / 256

export class Sweep {
  private readonly window: Window
  private readonly sink: RowSink
  private readonly parts = new Float64Array(8)
  private flags = 0
  /** The column that is being mixed; -1: none. It ends at `endNs`. */
  private column = -1
  private endNs = 0
  /** A box that is held back, for its end may be cut. x0 is NaN where there is none: all comparisons with it fail. */
  private boxX0 = Number.NaN
  private boxX1 = 0
  private boxCode = 0
  private boxAt = 0

  constructor(window: Window, sink: RowSink) {
    this.window = window
    this.sink = sink
  }

  /** Draws a row, of which `levels` are the sums. */
  row(edges: Edges, levels: Levels | undefined): void {
    const { startNs, nsPerColumn } = this.window
    const lengthNs = this.window.endNs - startNs
    const perNs = 1 / nsPerColumn
    let i = edges.count === 0 ? 0 : edges.find(startNs)
    while (i < edges.count) {
      if (levels && (i & (BLOCK - 1)) === 0) {
        const b = this.skip(levels, i >> BLOCK_SHIFT)
        i = b << BLOCK_SHIFT
      }
      if (i < edges.from || i >= edges.to) edges.load(i)
      const { timeNs, code, from } = edges
      const stop = levels ? Math.min(edges.to, (i & -BLOCK) + BLOCK) : edges.to
      for (; i < stop; i++) {
        const a = timeNs[i - from] - startNs
        if (a >= lengthNs) {
          i = edges.count
          break
        }
        const b = timeNs[i - from + 1] - startNs
        const kind = code[i - from]
        if ((kind & NONE) === NONE || b <= 0 || b <= a) continue
        const lo = Math.max(0, a)
        const hi = Math.min(lengthNs, b)
        if ((b - a) * perNs >= 1) this.box(lo * perNs, hi * perNs, kind, i)
        else if (hi <= this.endNs && lo < this.endNs) {
          this.parts[kind & NONE] += (hi - lo) * perNs
          this.flags |= kind >> FLAG_SHIFT
        } else this.mix(lo, hi, kind)
      }
    }
    this.close()
  }

  /** From block b on, takes those that end within the column in which b begins; returns the block to go on with. */
  private skip(levels: Levels, b: number): number {
    const { startNs, endNs, nsPerColumn, columns } = this.window
    const begin = levels.timeNs[b]
    if (begin < startNs || begin >= endNs) return b
    const column = Math.min(columns - 1, Math.floor((begin - startNs) / nsPerColumn))
    const columnEndNs = Math.min(endNs, startNs + (column + 1) * nsPerColumn)
    // The last block is always walked: its last stretch may be the stuck one.
    const to = gallop(levels.timeNs, b, columnEndNs)
    if (to === b) return b
    if (this.column !== column) this.open(column)
    const { paints, sumNs } = levels
    const sums = paints.length
    for (let k = 0; k < sums; k++) this.parts[paints[k]] += (sumNs[to * sums + k] - sumNs[b * sums + k]) / nsPerColumn
    if (levels.marked && levels.marked[to] > levels.marked[b]) this.flags |= MARKED
    return to
  }

  /** Mixes a narrow stretch from `lo` to `hi` into its column, or its two. */
  private mix(lo: number, hi: number, kind: number): void {
    const { nsPerColumn, columns } = this.window
    if (lo >= this.endNs) this.open(Math.min(columns - 1, Math.floor(lo / nsPerColumn)))
    // Rounding may put it behind the column's end.
    while (lo >= this.endNs) this.open(this.column + 1)
    for (let from = lo; from < hi; ) {
      const to = Math.min(hi, this.endNs)
      this.parts[kind & NONE] += (to - from) / nsPerColumn
      this.flags |= kind >> FLAG_SHIFT
      from = to
      if (from < hi) this.open(this.column + 1)
    }
  }

  /** Ends the column that is being mixed and begins another; a box that reaches into it is cut. */
  private open(column: number): void {
    this.closeColumn()
    const cut = this.boxX1 > column ? this.boxX1 - Math.max(column, this.boxX0) : 0
    const code = this.boxCode
    this.boxX1 = Math.min(this.boxX1, column)
    this.closeBox()
    this.column = column
    this.endNs = column + 1 >= this.window.columns ? Number.POSITIVE_INFINITY : (column + 1) * this.window.nsPerColumn
    if (cut > 0) this.part(cut, code)
  }

  private part(width: number, code: number): void {
    this.parts[code & NONE] += width
    this.flags |= code >> FLAG_SHIFT
  }

  private box(x0: number, x1: number, code: number, i: number): void {
    if (this.boxX1 - this.boxX0 < SLIVER) this.open(Math.floor(this.boxX0))
    let begin = x0
    if (this.column >= 0 && x0 < this.column + 1) {
      begin = Math.min(x1, this.column + 1)
      this.part(begin - x0, code)
      if (begin === x1) return
    }
    this.closeColumn()
    this.closeBox()
    this.boxX0 = begin
    this.boxX1 = x1
    this.boxCode = code
    this.boxAt = i
  }

  private close(): void {
    this.closeColumn()
    if (this.boxX1 - this.boxX0 < SLIVER) this.open(Math.floor(this.boxX0))
    this.closeColumn()
    this.closeBox()
  }

  private closeColumn(): void {
    if (this.column < 0) return
    this.sink.share(this.column, this.parts, this.flags)
    this.parts.fill(0)
    this.flags = 0
    this.column = -1
    this.endNs = 0
  }

  private closeBox(): void {
    if (this.boxX1 - this.boxX0 >= NOTHING) this.sink.box(this.boxX0, this.boxX1, this.boxCode, this.boxAt)
    this.boxX0 = Number.NaN
    this.boxX1 = 0
  }
}
