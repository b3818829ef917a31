/**
 * The crowd as a list of changes: a goroutine leaves one state and enters another, is born, dies. Each span's begin is
 * such a change and each death is one, so the lists are columns by span row and by goroutine row, in order of time.
 *
 * How many goroutines are in a state at a time, and how long all of them together have been in it until then, is the
 * sum of the changes before. A list remembers these sums at each block of changes: whatever stretch of time is asked
 * for costs the rests of two blocks. Exact at any zoom, and bounded by columns.
 */
import { GoState } from '../../trace/tables.ts'
import { Paint, type Timeline } from '../model.ts'
import { gallop } from './gallop.ts'
import type { Window } from './window.ts'

/** States of the crowd: `GoState`, and the collector's workers when they run. Paints of the same number. */
export const CROWD_STATES = 5
/** In a change: no state, before birth or after death. Counted with the states, for a loop without questions. */
const NOWHERE = CROWD_STATES
const SUMS = CROWD_STATES + 1

/** `after | before << 3` by row. */
export type ChangeTable = { readonly timeNs: Float64Array; readonly change: Uint8Array }

const cache = new WeakMap<Timeline, { spans: ChangeTable; deaths: ChangeTable }>()

/** Of each span's begin, by span row, and of each death, by goroutine row. Made when first asked for. */
export function changesOf(timeline: Timeline): { spans: ChangeTable; deaths: ChangeTable } {
  const known = cache.get(timeline)
  if (known) return known
  const { trace, isGcWorker } = timeline
  const { goroutine, stateReason, startNs, length } = trace.spans
  const change = new Uint8Array(length)
  const now = new Uint8Array(trace.goroutines.length).fill(NOWHERE)
  for (let row = 0; row < length; row++) {
    const g = goroutine[row]
    const state = stateReason[row] & 3
    const after = state === GoState.running && isGcWorker[g] === 1 ? Paint.gc : state
    change[row] = after | (now[g] << 3)
    now[g] = after
  }
  const deathChange = new Uint8Array(now.length)
  for (let g = 0; g < now.length; g++) deathChange[g] = NOWHERE | (now[g] << 3)
  const made = {
    spans: { timeNs: startNs, change },
    deaths: { timeNs: trace.goroutines.deathNs, change: deathChange },
  }
  cache.set(timeline, made)
  return made
}

/** Sums up to the begin of each block, which is the time of the last change before it. */
type Blocks = {
  readonly timeNs: Float64Array
  readonly counts: Int32Array //   SUMS for each: goroutines in the state
  readonly areaNs: Float64Array // SUMS for each: goroutines × ns
}

/**
 * Changes in order of time: rows of a table, order[from] to order[to − 1]; without an order from and to are rows. What
 * stands at time 0 is how things were when the trace began, wherever in the list it stands.
 */
export class ChangeList {
  private readonly table: ChangeTable
  private readonly order: Uint32Array | undefined
  private readonly from: number
  private readonly to: number
  private readonly shift: number
  private blocks: Blocks | undefined
  // The walk: sums at the begin of the block it is in, and what changed since.
  private block = -1
  private at = 0
  private latestNs = 0
  private readonly counts = new Float64Array(SUMS)
  private readonly lateNs = new Float64Array(SUMS)

  /** A block has 2 ** `shift` changes. */
  constructor(table: ChangeTable, order: Uint32Array | undefined, from: number, to: number, shift: number) {
    this.table = table
    this.order = order
    this.from = from
    this.to = to
    this.shift = shift
  }

  /** Adds the mean number of goroutines in each state in each column: CROWD_STATES for a column. */
  addMeans({ startNs, nsPerColumn, columns }: Window, durationNs: number, means: Float64Array): void {
    if (this.from === this.to) return
    const { areaNs, timeNs } = this.blocks ?? this.sum()
    this.enter(0)
    // What was spent since the block's begin, for the column's two ends. Differences of small numbers stay exact.
    const sinceNs = new Float64Array(CROWD_STATES)
    let beganNs = 0
    for (let c = 0; c <= columns; c++) {
      const untilNs = Math.min(durationNs, Math.max(0, startNs + c * nsPerColumn))
      const before = this.block
      const at = this.at
      const block = gallop(timeNs, before, untilNs)
      if (block !== before) this.enter(block)
      this.walk(untilNs)
      const isStill = block === before && this.at === at
      // At the finest zoom a column is less than what rounding takes from a time.
      const isWhole = startNs + (c - 1) * nsPerColumn >= 0 && startNs + c * nsPerColumn <= durationNs
      const part = isWhole ? 1 : (untilNs - beganNs) / nsPerColumn
      for (let k = 0; k < CROWD_STATES; k++) {
        const now = this.counts[k] * (untilNs - timeNs[block]) - this.lateNs[k]
        const blocksNs = areaNs[block * SUMS + k] - areaNs[before * SUMS + k]
        if (c > 0)
          means[(c - 1) * CROWD_STATES + k] += isStill
            ? this.counts[k] * part
            : (blocksNs + now - sinceNs[k]) / nsPerColumn
        sinceNs[k] = now
      }
      beganNs = untilNs
    }
  }

  private enter(block: number): void {
    this.block = block
    this.at = this.from + (block << this.shift)
    this.lateNs.fill(0)
    for (let k = 0; k < SUMS; k++) this.counts[k] = this.blocks ? this.blocks.counts[block * SUMS + k] : 0
  }

  /** Takes the changes of the block up to `untilNs`. */
  private walk(untilNs: number): void {
    const { order, counts, lateNs } = this
    const { timeNs, change } = this.table
    const blockNs = this.blocks ? this.blocks.timeNs[this.block] : 0
    const end = Math.min(this.to, this.from + ((this.block + 1) << this.shift))
    let at = this.at
    let latestNs = this.latestNs
    for (; at < end; at++) {
      const row = order === undefined ? at : order[at]
      const ns = timeNs[row]
      if (ns > untilNs) break
      if (ns <= 0) continue
      latestNs = ns
      const after = change[row] & 7
      const before = change[row] >> 3
      counts[after]++
      lateNs[after] += ns - blockNs
      counts[before]--
      lateNs[before] -= ns - blockNs
    }
    this.at = at
    this.latestNs = latestNs
  }

  /** One walk over all changes. */
  private sum(): Blocks {
    const count = Math.ceil((this.to - this.from) / (1 << this.shift))
    const blocks = {
      timeNs: new Float64Array(count),
      counts: new Int32Array(count * SUMS),
      areaNs: new Float64Array(count * SUMS),
    }
    this.blocks = blocks
    for (let at = this.from; at < this.to; at++) {
      const row = this.order === undefined ? at : this.order[at]
      if (this.table.timeNs[row] > 0) continue
      blocks.counts[this.table.change[row] & 7]++
      blocks.counts[this.table.change[row] >> 3]--
    }
    for (let b = 0; b + 1 < count; b++) {
      this.enter(b)
      this.walk(Number.POSITIVE_INFINITY)
      const nextNs = Math.max(blocks.timeNs[b], this.latestNs)
      blocks.timeNs[b + 1] = nextNs
      for (let k = 0; k < SUMS; k++) {
        blocks.counts[(b + 1) * SUMS + k] = this.counts[k]
        blocks.areaNs[(b + 1) * SUMS + k] =
          blocks.areaNs[b * SUMS + k] + this.counts[k] * (nextNs - blocks.timeNs[b]) - this.lateNs[k]
      }
    }
    return blocks
  }
}
