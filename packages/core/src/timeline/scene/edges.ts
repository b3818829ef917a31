/**
 * A row as `sweep.ts` reads it: stretches that follow each other without a gap, loaded block by block into two plain
 * columns. Stretch i begins at its edge and ends at the next one; where nothing is, the code says `NONE`.
 *
 *   edge      0        1    2           3    4
 *             │running │NONE│ running   │NONE│         spans on a proc: every second stretch is a gap, maybe of no length
 *             │waiting │run │ waiting   │              a goroutine: none is
 *
 * So one loop, which knows nothing of tables, draws goroutines, procs, garbage collections and regions.
 */

import { positionAt } from '../../trace/lookup.ts'
import { GoState, type Trace } from '../../trace/tables.ts'
import { MARKED, OPEN_END, OPEN_START, Paint, STUCK, type Timeline } from '../model.ts'
import { LONG, type Track, trackEndNs, trackPositionAt } from '../tracks.ts'

/** The low bits of a code: a Paint, or nothing. The bits above are flags (`MARKED`, `STUCK`). */
export const NONE = 7
export const FLAG_SHIFT = 3

/** A column of a crowded row costs one block: half of it before the column's edge, half behind. */
export const BLOCK_SHIFT = 5
export const BLOCK = 1 << BLOCK_SHIFT

export abstract class Edges {
  /** How many stretches. */
  readonly count: number
  /** Loaded are stretches `from` to `to` − 1: stretch i begins at timeNs[i − from] and ends at timeNs[i − from + 1]. */
  from = 0
  to = 0
  timeNs: Float64Array = new Float64Array(BLOCK + 1)
  code: Uint8Array = new Uint8Array(BLOCK)

  constructor(count: number) {
    this.count = count
  }

  /** Loads the block that holds stretch `i`. */
  load(i: number): void {
    this.from = i & -BLOCK
    this.to = Math.min(this.count, this.from + BLOCK)
    this.fill()
  }

  /** Fills `timeNs` and `code` with the stretches `from` to `to` − 1, and the end of the last. */
  protected abstract fill(): void

  /** Adds to `spentNs`, by the low bits of their codes, what stretches `begin` to `end` − 1 take; returns how many are marked. */
  addUp(begin: number, end: number, spentNs: Float64Array): number {
    if (begin < this.from || begin >= this.to) this.load(begin)
    const { timeNs, code, from } = this
    let marks = 0
    for (let i = begin - from; i < end - from; i++) {
      spentNs[code[i] & NONE] += timeNs[i + 1] - timeNs[i]
      marks += (code[i] >> FLAG_SHIFT) & MARKED
    }
    return marks
  }

  /** When stretch `i` begins. */
  abstract beginNs(i: number): number

  /** The first stretch that can reach beyond `timeNs`: the last one that begins at it or before, else 0. */
  abstract find(timeNs: number): number

  /** What a stretch is: a row in the table that the kind of row names; -1: several. */
  abstract ref(i: number): number

  /** `OPEN_START` and `OPEN_END`, where they are due. */
  abstract openFlags(i: number): number

  /** The paints that its codes may have. */
  abstract readonly paints: readonly number[]
}

const GOROUTINE_PAINTS = [Paint.running, Paint.runnable, Paint.waiting, Paint.syscall, Paint.gc]

/** The spans of one goroutine. */
export class GoroutineEdges extends Edges {
  readonly paints = GOROUTINE_PAINTS
  private readonly trace: Trace
  private readonly g: number
  private readonly first: number
  private readonly runPaint: number
  private readonly isStuck: boolean
  private readonly marks: Uint8Array | undefined

  constructor({ trace, isGcWorker, stuck }: Timeline, g: number, marks: Uint8Array | undefined) {
    const { first } = trace.spansOf
    super(first[g + 1] - first[g])
    this.trace = trace
    this.g = g
    this.first = first[g]
    this.runPaint = isGcWorker[g] === 1 ? Paint.gc : Paint.running
    this.isStuck = stuck[g] === 1
    this.marks = marks
  }

  /** Loads everything at once and for good. */
  loadAll(): void {
    this.timeNs = new Float64Array(this.count + 1)
    this.code = new Uint8Array(this.count)
    this.to = this.count
    this.fill()
  }

  protected fill(): void {
    const { startNs, stateReason } = this.trace.spans
    const { row } = this.trace.spansOf
    const { timeNs, code, marks, first, from, to, runPaint } = this
    for (let i = from; i < to; i++) {
      const span = row[first + i]
      const state = stateReason[span] & 3
      timeNs[i - from] = startNs[span]
      code[i - from] = state === GoState.running ? runPaint : state
      if (marks && marks[span] === 1) code[i - from] |= MARKED << FLAG_SHIFT
    }
    timeNs[to - from] = to < this.count ? startNs[row[first + to]] : this.endNs()
    if (!this.isStuck || to !== this.count) return
    // A finding is about what a goroutine waits for when the trace ends.
    const last = to - 1 - from
    if ((code[last] & NONE) === Paint.waiting) code[last] |= STUCK << FLAG_SHIFT
  }

  private endNs(): number {
    const deathNs = this.trace.goroutines.deathNs[this.g]
    return Number.isNaN(deathNs) ? this.trace.durationNs : deathNs
  }

  beginNs(i: number): number {
    return this.trace.spans.startNs[this.ref(i)]
  }

  find(timeNs: number): number {
    const at = positionAt(this.trace, this.g, timeNs)
    return at < 0 ? 0 : at - this.first
  }

  ref(i: number): number {
    return this.trace.spansOf.row[this.first + i]
  }

  openFlags(i: number): number {
    return openFlagsOf(this.trace, this.ref(i), i === 0, i === this.count - 1)
  }
}

const TRACK_PAINTS = [Paint.running, Paint.syscall, Paint.gc]

/** The spans on one proc or thread. */
export class TrackEdges extends Edges {
  readonly paints = TRACK_PAINTS
  private readonly trace: Trace
  private readonly track: Track
  private readonly of: number
  private readonly first: number
  private readonly isGcWorker: Uint8Array
  private readonly marks: Uint8Array | undefined

  constructor({ trace, isGcWorker }: Timeline, track: Track, of: number, marks: Uint8Array | undefined) {
    super(2 * (track.first[of + 1] - track.first[of]))
    this.trace = trace
    this.track = track
    this.of = of
    this.first = track.first[of]
    this.isGcWorker = isGcWorker
    this.marks = marks
  }

  protected fill(): void {
    const { startNs, stateReason, goroutine } = this.trace.spans
    const { row, lengthNs } = this.track
    const { timeNs, code, marks, isGcWorker, first, from, to } = this
    // Blocks begin at even stretches: never with a gap.
    for (let i = 0; i < to - from; i += 2) {
      const at = first + ((from + i) >> 1)
      const span = row[at]
      const isRunning = (stateReason[span] & 3) === GoState.running
      const beginNs = startNs[span]
      timeNs[i] = beginNs
      timeNs[i + 1] = lengthNs[at] === LONG ? this.endNs(at) : beginNs + lengthNs[at]
      code[i] = isRunning ? (isGcWorker[goroutine[span]] === 1 ? Paint.gc : Paint.running) : Paint.syscall
      if (marks && marks[span] === 1) code[i] |= MARKED << FLAG_SHIFT
      code[i + 1] = NONE
    }
    timeNs[to - from] = to < this.count ? startNs[row[first + (to >> 1)]] : timeNs[to - from - 1]
  }

  /** Without loading: it goes over all of a busy proc's spans. */
  override addUp(begin: number, end: number, spentNs: Float64Array): number {
    const { stateReason, goroutine } = this.trace.spans
    const { row, lengthNs } = this.track
    const { marks, isGcWorker, first } = this
    let marked = 0
    for (let at = first + (begin >> 1); at < first + (end >> 1); at++) {
      const span = row[at]
      const isRunning = (stateReason[span] & 3) === GoState.running
      const paint = isRunning ? (isGcWorker[goroutine[span]] === 1 ? Paint.gc : Paint.running) : Paint.syscall
      spentNs[paint] += lengthNs[at] === LONG ? this.endNs(at) - this.trace.spans.startNs[span] : lengthNs[at]
      if (marks) marked += marks[span]
    }
    return marked
  }

  private endNs(at: number): number {
    return trackEndNs(this.trace, this.track, this.of, at)
  }

  beginNs(i: number): number {
    return this.trace.spans.startNs[this.ref(i)]
  }

  find(timeNs: number): number {
    return 2 * Math.max(0, trackPositionAt(this.trace, this.track, this.of, timeNs) - this.first)
  }

  ref(i: number): number {
    return this.track.row[this.first + (i >> 1)]
  }

  openFlags(i: number): number {
    const isLast = i + 2 === this.count && this.endNs(this.first + (i >> 1)) === this.trace.durationNs
    return openFlagsOf(this.trace, this.ref(i), i === 0, isLast)
  }
}

function openFlagsOf(trace: Trace, span: number, isFirst: boolean, isLast: boolean): number {
  const g = trace.spans.goroutine[span]
  const { birthNs, deathNs } = trace.goroutines
  const openStart = isFirst && trace.spans.startNs[span] === 0 && Number.isNaN(birthNs[g])
  return (openStart ? OPEN_START : 0) | (isLast && Number.isNaN(deathNs[g]) ? OPEN_END : 0)
}
