/**
 * Where the batches are, proc by proc, in the order of the file; and which of them are to be believed. A batch says whose
 * it is and when it began, and has neither length nor checksum: behind damage any bytes may look like one.
 */
import { type Column, f64, i32, u8, u32 } from '../../base/column.ts'
import type { Complaints } from './complaints.ts'

/** Rows that fit into `placeOf`; no machine has more processors. */
const MAX_PROCS = 0xffff
/** Ticks are 16 to 64 cycles: this many are days. No two times of a trace are further apart. */
const MAX_TICKS = 2 ** 42
/** These are half an hour: what is further apart in a damaged trace is sooner damage than a very idle program. */
const MAX_TICKS_IN_DAMAGE = 2 ** 36

/** What stood before the batch in its proc's order of events is missing, so nobody knows who runs there. */
const AFTER_LOSS = 1
/** The batch was found by searching behind damage, and ended in damage again. It may be none. */
const DUBIOUS = 2

/** `procs` are in the order in which they appear; pid -1 is "no proc". */
export class Batches {
  readonly start: Column<Float64Array> = f64() // offset of the head
  readonly size: Column<Uint32Array> = u32() //   in bytes, up to the next batch or the damage
  readonly ticks: Column<Float64Array> = f64() // when it began
  readonly next: Column<Int32Array> = i32() //    the proc's next batch
  readonly procOf = new Map<number, number>()
  readonly pids: number[] = []
  readonly firstOf: number[] = [] // by proc; -1: it has none
  /** The first batch's time; NaN while there was none. */
  base = Number.NaN
  /** Something is damaged: from then on times that are far apart are not believed. */
  damaged = false
  private readonly flags: Column<Uint8Array> = u8()
  private readonly lastOf: number[] = []
  private readonly complaints: Complaints
  // By proc: how many of the losses that may concern any proc were counted when its newest batch was added.
  private readonly lossesSeen: number[] = []
  private losses = 0
  private agreeing = 0 // batches that lie near `base`: one alone may be damaged itself
  // Times of batches that are beyond doubt.
  private earliest = Number.POSITIVE_INFINITY
  latest = Number.NEGATIVE_INFINITY

  constructor(complaints: Complaints) {
    this.complaints = complaints
  }

  /** How far apart two times that follow each other can be. */
  get maxGap(): number {
    return this.damaged ? MAX_TICKS_IN_DAMAGE : MAX_TICKS
  }

  /** Can a batch begin at this time? */
  isNear(ticks: number): boolean {
    return this.agreeing < 2 || this.isWithin(ticks, this.maxGap)
  }

  private isWithin(ticks: number, gap: number): boolean {
    return ticks >= this.earliest - gap && ticks <= this.latest + gap
  }

  /** A time that was found where a batch was expected. The first one may be damaged: one that differs replaces it. */
  met(ticks: number, isBeyondDoubt: boolean): void {
    if (!this.isWithin(ticks, this.maxGap)) {
      this.agreeing = 0
      this.base = this.earliest = this.latest = ticks
    }
    this.agreeing++
    if (isBeyondDoubt) this.trust(ticks)
  }

  trust(ticks: number): void {
    this.earliest = Math.min(this.earliest, ticks)
    this.latest = Math.max(this.latest, ticks)
  }

  /** The index of a proc, which is added if it is new; -1 where there are too many. `at` is where it is named. */
  proc(pid: number, at: number): number {
    const known = this.procOf.get(pid)
    if (known !== undefined) return known
    if (this.pids.length >= MAX_PROCS) {
      this.complaints.note('procs', at)
      return -1
    }
    const proc = this.pids.push(pid) - 1
    this.procOf.set(pid, proc)
    this.firstOf.push(-1)
    this.lastOf.push(-1)
    this.lossesSeen.push(0)
    return proc
  }

  add(proc: number, start: number, end: number, ticks: number, isDubious: boolean): void {
    const row = this.start.push(start)
    this.size.push(end - start)
    this.ticks.push(ticks)
    this.next.push(-1)
    this.flags.push((this.lossesSeen[proc] === this.losses ? 0 : AFTER_LOSS) | (isDubious ? DUBIOUS : 0))
    this.lossesSeen[proc] = this.losses
    if (this.lastOf[proc] < 0) this.firstOf[proc] = row
    else this.next.data[this.lastOf[proc]] = row
    this.lastOf[proc] = row
  }

  /** Events are missing that come next for this proc; for any proc where it is -1. */
  lost(proc: number): void {
    if (proc < 0) this.losses++
    else this.lossesSeen[proc] = -1
  }

  isAfterLoss(row: number): boolean {
    return (this.flags.data[row] & AFTER_LOSS) !== 0
  }

  /** Dubious batches that lie outside of the times of all others are none: bytes of a string, say, that looked like one. */
  dropFalse(): void {
    const { firstOf, next } = this
    for (let proc = 0; proc < firstOf.length; proc++) {
      while (this.isFalse(firstOf[proc])) firstOf[proc] = next.data[firstOf[proc]]
      for (let row = firstOf[proc]; row >= 0; row = next.data[row])
        while (this.isFalse(next.data[row])) next.data[row] = next.data[next.data[row]]
    }
  }

  private isFalse(row: number): boolean {
    return row >= 0 && (this.flags.data[row] & DUBIOUS) !== 0 && !this.isWithin(this.ticks.data[row], 0)
  }
}
