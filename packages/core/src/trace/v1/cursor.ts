/**
 * The second pass over the bytes, proc by proc: the next event of one proc, with its time, its goroutine and what must
 * have happened before it (the table in `stateTransition` of `order.go`).
 */

import type { Meter } from '../../base/progress.ts'
import type { Batches } from './batches.ts'
import type { Complaints } from './complaints.ts'
import { GARBAGE, type Goroutines, NOBODY, Status } from './goroutines.ts'
import { Ev, LENGTH_FIRST, type Spec } from './spec.ts'

/** What all cursors of a trace share. */
export type Source = {
  readonly bytes: Uint8Array
  readonly spec: Spec
  readonly batches: Batches
  /** No event can be later. */
  readonly endTicks: number
  readonly goroutines: Goroutines
  readonly complaints: Complaints
  readonly meter: Meter
  /** Clocks of processors may differ by that many ticks without being damaged. */
  readonly slack: number
}

/** An event needs no other one to have happened. */
export const UNORDERED = -1
/** The event has no sequence number: the status alone must fit. */
export const NO_SEQUENCE = -1

export class Cursor {
  readonly proc: number
  // The event.
  at = 0
  type = 0
  ticks = 0
  /** The slot of the goroutine that did it, or that it is about. */
  goroutine = NOBODY
  a = 0
  b = 0
  c = 0
  /** Go's id of the stack; 0: none. */
  stack = 0
  /** Of a log's message. */
  textAt = 0
  textSize = 0
  // What it waits for: `subject` must have this status and this sequence number.
  subject = UNORDERED
  sequence = NO_SEQUENCE
  status: number = Status.dead

  private readonly source: Source
  private batch: number
  private pos = 0
  private end = 0
  private lastTicks = Number.NEGATIVE_INFINITY
  private limit = Number.POSITIVE_INFINITY // no event of this batch can be later: the time of the next batch
  private running = NOBODY

  constructor(source: Source, proc: number, firstBatch: number) {
    this.source = source
    this.proc = proc
    this.batch = firstBatch
  }

  /** Makes this cursor stand where another one stands, to look ahead from there. */
  standAt(other: Cursor): void {
    this.batch = other.batch
    this.pos = other.pos
    this.end = other.end
    this.lastTicks = other.lastTicks
    this.limit = other.limit
    this.running = other.running
  }

  /** Steps to the proc's next event; false when there is none. */
  advance(): boolean {
    for (;;) {
      while (this.pos >= this.end) if (!this.openBatch()) return false
      if (this.decode()) return true
    }
  }

  private openBatch(): boolean {
    if (this.batch < 0) return false
    const { batches } = this.source
    const start = batches.start.data[this.batch]
    this.pos = start + 1
    this.end = start + batches.size.data[this.batch]
    // The scout only looks ahead.
    if (this.proc >= 0) this.source.meter.add(batches.size.data[this.batch])
    if (batches.isAfterLoss(this.batch)) this.running = NOBODY
    this.batch = batches.next.data[this.batch]
    this.limit = this.batch < 0 ? this.source.endTicks : batches.ticks.data[this.batch]
    this.number() // the proc
    this.startAt(this.number(), start)
    return true
  }

  /** A batch's time that lies before the last event or behind the next batch is damaged. */
  private startAt(ticks: number, at: number): void {
    const { slack, complaints } = this.source
    const { base, maxGap } = this.source.batches
    const previous = Math.max(this.lastTicks, base - maxGap)
    const fits = ticks + slack >= previous && ticks - slack <= Math.min(this.limit, base + maxGap)
    if (!fits) complaints.note('clock', at)
    this.lastTicks = fits ? ticks : Math.max(this.lastTicks, Math.min(base, this.limit))
  }

  /** Reads what stands at `pos`; false where that is no event of this proc. Its shape was checked by `Scan`. */
  private decode(): boolean {
    const { bytes, spec } = this.source
    const at = this.pos++
    const head = bytes[at]
    const type = head & 63
    if (type === Ev.string) return this.passString()
    if (head >> 6 === LENGTH_FIRST) {
      const size = this.number()
      if (type === Ev.stack || type === Ev.cpuSample) {
        this.pos += size
        return false
      }
    }
    const first = this.number()
    if (type === Ev.frequency || type === Ev.timerGoroutine) return false
    let values = spec.values[type] - 1 - spec.hasStack[type]
    this.at = at
    this.type = type
    this.ticks = this.lastTicks = this.checked(first, at)
    this.a = values > 0 ? this.number() : 0
    this.b = --values > 0 ? this.number() : 0
    this.c = --values > 0 ? this.number() : 0
    this.stack = spec.hasStack[type] ? this.number() % 2 ** 32 : 0
    if (type === Ev.log) this.readText()
    this.attribute(type)
    return true
  }

  private checked(delta: number, at: number): number {
    const ticks = this.lastTicks + delta
    if (delta <= this.source.batches.maxGap && ticks - this.source.slack <= this.limit) return ticks
    this.source.complaints.note('clock', at)
    return this.lastTicks
  }

  private passString(): false {
    this.number()
    this.readText()
    return false
  }

  private readText(): void {
    this.textSize = this.number()
    this.textAt = this.pos
    this.pos += this.textSize
  }

  /** Whose event it is, and what it waits for. */
  private attribute(type: number): void {
    const { goroutines } = this.source
    this.goroutine = this.running
    switch (type) {
      case Ev.goCreate:
        this.expect(goroutines.slot(this.a), 0, Status.dead)
        return
      case Ev.goStart:
      case Ev.goStartLabel:
        this.goroutine = this.running = goroutines.slot(this.a)
        this.expect(this.running, this.b, Status.runnable)
        return
      case Ev.goStartLocal:
        this.goroutine = this.running = goroutines.slot(this.a)
        this.expect(this.running, NO_SEQUENCE, Status.runnable)
        return
      case Ev.goUnblock:
        this.expect(goroutines.slot(this.a), this.b, Status.waiting)
        return
      case Ev.goUnblockLocal:
        this.expect(goroutines.slot(this.a), NO_SEQUENCE, Status.waiting)
        return
      case Ev.goSysExit:
        this.goroutine = goroutines.slot(this.a)
        this.expect(this.goroutine, this.b, Status.waiting)
        return
      case Ev.goSysExitLocal:
        // Its time stands where that of the other kind stands.
        this.c = this.b
        this.goroutine = goroutines.slot(this.a)
        this.expect(this.goroutine, NO_SEQUENCE, Status.waiting)
        return
      case Ev.goWaiting:
      case Ev.goInSyscall:
        this.goroutine = goroutines.slot(this.a)
        this.expect(this.goroutine, 1, Status.runnable)
        return
      case Ev.gcStart:
        this.expect(GARBAGE, this.a, Status.dead)
        return
      case Ev.goEnd:
      case Ev.goStop:
        this.running = NOBODY
        this.expect(UNORDERED, NO_SEQUENCE, Status.dead)
        return
      default:
        if (!LEAVES[type]) {
          this.expect(UNORDERED, NO_SEQUENCE, Status.dead)
          return
        }
        this.running = NOBODY
        this.expect(this.goroutine, NO_SEQUENCE, Status.running)
        return
    }
  }

  private expect(subject: number, sequence: number, status: number): void {
    this.subject = subject
    this.sequence = sequence
    this.status = status
  }

  private number(): number {
    const { bytes } = this.source
    let byte = bytes[this.pos++]
    if (byte < 128) return byte
    let value = byte & 127
    let scale = 128
    for (;;) {
      byte = bytes[this.pos++]
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
  }
}

/** By type: the goroutine ceases to run, and must have run. */
const LEAVES = new Uint8Array(64)
for (const type of [
  Ev.goSched,
  Ev.goPreempt,
  Ev.goSleep,
  Ev.goBlock,
  Ev.goBlockSend,
  Ev.goBlockRecv,
  Ev.goBlockSelect,
  Ev.goBlockSync,
  Ev.goBlockCond,
  Ev.goBlockNet,
  Ev.goBlockGC,
  Ev.goSysBlock,
])
  LEAVES[type] = 1
