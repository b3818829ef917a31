/**
 * Ordered events of the old formats become rows of the model, as Go's own conversion to the new format has it
 * (`tracev1.go`): which transitions come of an event, with which reason, which of them only state what was so before.
 * Events that cannot be (they follow damage) are left out or mended: every goroutine's spans stay a sequence.
 */
import { grown } from '../../base/column.ts'
import type { TraceBuilder } from '../build.ts'
import { EventKind, GoState, placeOf, procOf, threadOf } from '../tables.ts'
import { Clock } from './clock.ts'
import type { Complaints } from './complaints.ts'
import type { Cursor } from './cursor.ts'
import { type Goroutines, NOBODY } from './goroutines.ts'
import type { Order, Sink } from './order.ts'
import { Places } from './places.ts'
import type { Scan } from './scan.ts'
import { Scenery } from './scenery.ts'
import { Ev, REASONS } from './spec.ts'
import type { Symbols } from './symbols.ts'

/** What the model knows of a goroutine, beside the four states of `GoState`. */
const Known = {
  /** An event named it; it is not in the model. */
  never: 4,
  /** It existed when the trace began; its state was not told yet, and it is not in the model. */
  announced: 5,
  /** It was created for a C thread, which has been in that "system call" all along; it has no span yet. */
  adopted: 6,
  dead: 7,
} as const

const NOWHERE = -1
/** No row of a proc or a thread is that large: `placeOf`. */
const NONE = 0xffff

export class Converter implements Sink {
  readonly clock: Clock
  /** Of the order, which can look ahead. */
  order: Order | undefined
  private readonly builder: TraceBuilder
  private readonly symbols: Symbols
  private readonly scan: Scan
  private readonly goroutines: Goroutines
  private readonly complaints: Complaints
  private readonly scenery: Scenery
  private readonly places: Places
  private readonly reasons = new Uint16Array(64)
  // By slot of `Goroutines`.
  private state: Uint8Array
  private rows: Int32Array
  private on: Uint16Array // the proc where it runs
  private thread: Uint16Array // the thread that it holds
  private readonly holders: number[] = [] // by thread: the slot that got it last
  /** The first Gomaxprocs ends the listing of what existed before: `convertEvent` in `tracev1.go`. */
  private listing = true
  private lister = NOBODY

  constructor(
    builder: TraceBuilder,
    symbols: Symbols,
    scan: Scan,
    goroutines: Goroutines,
    complaints: Complaints,
    version: number,
    ticksPerSecond: number,
  ) {
    this.builder = builder
    this.symbols = symbols
    this.scan = scan
    this.goroutines = goroutines
    this.complaints = complaints
    this.clock = new Clock(ticksPerSecond)
    this.scenery = new Scenery(builder, symbols, version, complaints)
    this.places = new Places(builder, scan.batches.pids)
    const capacity = goroutines.capacity
    this.state = new Uint8Array(capacity).fill(Known.never)
    this.rows = new Int32Array(capacity).fill(-1)
    this.on = new Uint16Array(capacity)
    this.thread = new Uint16Array(capacity).fill(NONE)
    for (const [type, text] of REASONS) this.reasons[type] = builder.reason(builder.strings.internText(text))
  }

  event(cursor: Cursor): void {
    this.clock.begin(cursor.ticks)
    if (this.goroutines.length > this.state.length) this.grow()
    switch (cursor.type) {
      case Ev.goStart:
      case Ev.goStartLocal:
      case Ev.goStartLabel:
        this.start(cursor)
        return
      case Ev.goUnblock:
      case Ev.goUnblockLocal:
        this.unblock(cursor)
        return
      case Ev.goSched:
      case Ev.goPreempt:
        this.leave(cursor, GoState.runnable)
        return
      case Ev.goSysCall:
        this.call(cursor)
        return
      case Ev.goSysBlock:
        this.vacate(cursor)
        return
      case Ev.goSysExit:
      case Ev.goSysExitLocal:
        this.exit(cursor.goroutine, cursor.ticks, cursor.at)
        return
      case Ev.goCreate:
        this.create(cursor)
        return
      case Ev.goEnd:
        this.end(cursor)
        return
      case Ev.goWaiting:
        this.existing(cursor, GoState.waiting)
        return
      case Ev.goInSyscall:
        this.existing(cursor, GoState.syscall)
        return
      case Ev.procStart:
      case Ev.procStop:
        this.procEvent(cursor)
        return
      case Ev.futileWakeup:
        return
      case Ev.gomaxprocs:
        if (this.listing) {
          this.endListing(cursor.ticks)
          return
        }
    }
    if (this.reasons[cursor.type] !== 0 || cursor.type === Ev.goBlock) {
      this.leave(cursor, GoState.waiting)
      return
    }
    const context = { goroutine: this.rows[cursor.goroutine], proc: this.places.procRow(cursor.proc) }
    this.scenery.event(cursor, this.clock.stamp(cursor.ticks), context)
  }

  private grow(): void {
    const from = this.state.length
    this.state = grown(this.state, this.goroutines.length)
    this.rows = grown(this.rows, this.goroutines.length)
    this.on = grown(this.on, this.goroutines.length)
    this.thread = grown(this.thread, this.goroutines.length)
    this.thread.fill(NONE, from)
    this.state.fill(Known.never, from)
    this.rows.fill(-1, from)
  }

  private transition(ticks: number): number {
    this.builder.eventCounts[EventKind.goroutine]++
    return this.clock.stamp(ticks)
  }

  private span(timeNs: number, slot: number, state: GoState, reason: number, place: number, stack: number): void {
    const isSomewhere = state === GoState.running || state === GoState.syscall
    const where = isSomewhere ? this.hold(slot, place) : place
    if (!isSomewhere) this.thread[slot] = NONE
    this.builder.span(timeNs, this.rows[slot], state, reason, where, stack)
    this.state[slot] = state
  }

  /** A thread carries one goroutine: where another one has not let go of it yet, nobody knows the thread of this one. */
  private hold(slot: number, place: number): number {
    const thread = threadOf(place)
    this.thread[slot] = thread < 0 ? NONE : thread
    if (thread < 0) return place
    const holder = this.holders[thread] ?? NOBODY
    if (holder !== NOBODY && holder !== slot && this.thread[holder] === thread) {
      this.thread[slot] = NONE
      return placeOf(procOf(place), -1)
    }
    this.holders[thread] = slot
    return place
  }

  /** A stack whose outermost function has no name says nothing of where the goroutine began. */
  private own(slot: number, stack: number): void {
    if (stack > 0 && this.builder.stacks.rootFunction(stack) > 0) this.builder.ownStack(this.rows[slot], stack)
  }

  /** It exists since before the trace, in that state. */
  private sinceBegin(slot: number, state: GoState, place: number): void {
    if (this.rows[slot] < 0) this.rows[slot] = this.builder.goroutine(this.goroutines.id(slot), Number.NaN, -1, -1)
    this.span(0, slot, state, 0, place, -1)
  }

  /**
   * Is there a living goroutine in this slot that can do what `at` says? One that nobody told of was in the state
   * `from` since the trace began.
   */
  private lives(slot: number, from: GoState, at: number): boolean {
    const state = this.state[slot]
    if (state === from) return true
    // A CPU sample can hide that a system call blocks: `Order.blocks`.
    if (state !== GoState.running || from !== GoState.syscall) this.complaints.note('state', at)
    if (state === Known.dead || slot === NOBODY) return false
    if (state > GoState.syscall) this.sinceBegin(slot, from, NOWHERE)
    return true
  }

  private start(cursor: Cursor): void {
    const { goroutine: slot, proc, ticks } = cursor
    // The one that started the tracing is listed last, and as running. Where a second one starts the list's end is lost.
    if (this.listing && this.lister !== NOBODY) this.endListing(ticks)
    const fresh = this.listing && (this.state[slot] === Known.never || this.state[slot] === Known.announced)
    if (!fresh && !this.lives(slot, GoState.runnable, cursor.at)) return
    if (slot === NOBODY) return
    this.lister = slot
    const timeNs = this.transition(ticks)
    this.takeProc(proc, slot, timeNs, cursor.at)
    this.places.arrive(proc, slot)
    if (fresh) this.sinceBegin(slot, GoState.running, this.places.here(proc))
    else this.span(timeNs, slot, GoState.running, 0, this.places.here(proc), -1)
    if (cursor.type !== Ev.goStartLabel) return
    this.builder.eventCounts[EventKind.label]++
    this.builder.goLabel(this.clock.again(), this.rows[slot], this.symbols.string(cursor.c))
  }

  /** A proc runs one goroutine: where the end of the last one's stay is lost, it ends now, and nobody knows why. */
  private takeProc(proc: number, slot: number, timeNs: number, at: number): void {
    const other = this.places.running[proc]
    this.places.running[proc] = slot
    if (other !== NOBODY && other !== slot && this.on[other] === proc && this.state[other] === GoState.running) {
      this.complaints.note('state', at)
      this.span(timeNs, other, GoState.runnable, 0, NOWHERE, -1)
    }
    this.on[slot] = proc
  }

  private leaveProc(cursor: Cursor): void {
    const { running } = this.places
    if (running[cursor.proc] === cursor.goroutine) running[cursor.proc] = NOBODY
  }

  private leave(cursor: Cursor, to: GoState): void {
    const { goroutine: slot } = cursor
    this.leaveProc(cursor)
    if (!this.lives(slot, GoState.running, cursor.at)) return
    const stack = this.symbols.stack(cursor.stack, cursor.at)
    this.own(slot, stack)
    this.span(this.transition(cursor.ticks), slot, to, this.reasons[cursor.type], NOWHERE, stack)
  }

  private unblock(cursor: Cursor): void {
    const slot = cursor.subject
    if (!this.lives(slot, GoState.waiting, cursor.at)) return
    const stack = this.symbols.stack(cursor.stack, cursor.at)
    this.span(this.transition(cursor.ticks), slot, GoState.runnable, 0, this.rows[cursor.goroutine], stack)
  }

  /** A call that does not block is an event without length in these formats: Go's conversion gives it 1 ns. */
  private call(cursor: Cursor): void {
    const { goroutine: slot, proc } = cursor
    if (!this.lives(slot, GoState.running, cursor.at)) return
    const stack = this.symbols.stack(cursor.stack, cursor.at)
    const place = this.places.here(proc)
    this.own(slot, stack)
    const timeNs = this.transition(cursor.ticks)
    this.takeProc(proc, slot, timeNs, cursor.at)
    this.span(timeNs, slot, GoState.syscall, 0, place, stack)
    const lookAhead = this.order?.callOf(cursor) ?? 'returns'
    if (lookAhead === 'blocks') return
    this.builder.eventCounts[EventKind.goroutine]++
    const back = lookAhead === 'returns' ? place : placeOf(-1, threadOf(place))
    if (lookAhead === 'hidden') this.on[slot] = NONE
    this.span(this.clock.again(), slot, GoState.running, 0, back, -1)
  }

  /**
   * The proc is taken from a goroutine in a system call; nothing else comes of it. After damage the call's own event may
   * be missing: then the goroutine must not seem to run on, on a proc that others have.
   */
  private vacate(cursor: Cursor): void {
    const { goroutine: slot, proc } = cursor
    const place = this.places.here(proc)
    this.leaveProc(cursor)
    this.places.leave(proc, slot)
    if (this.state[slot] !== GoState.running || this.on[slot] !== proc || this.isSound) return
    this.complaints.note('state', cursor.at)
    this.span(this.transition(cursor.ticks), slot, GoState.syscall, 0, place, -1)
  }

  private get isSound(): boolean {
    return this.complaints.isEmpty && this.scan.damage.length === 0
  }

  exit(slot: number, ticks: number, at = 0): void {
    this.clock.begin(ticks)
    if (!this.lives(slot, GoState.syscall, at)) return
    this.span(this.transition(ticks), slot, GoState.runnable, 0, NOWHERE, -1)
  }

  private create(cursor: Cursor): void {
    const slot = cursor.subject
    if (this.listing) {
      if (this.state[slot] === Known.never) this.state[slot] = Known.announced
      return
    }
    if (this.state[slot] !== Known.never) {
      this.complaints.note('state', cursor.at)
      return
    }
    const timeNs = this.transition(cursor.ticks)
    const stack = this.symbols.stack(cursor.stack, cursor.at)
    const creator = this.rows[cursor.goroutine]
    const adopted = this.order?.isAdopted(cursor, slot) === true
    this.rows[slot] = this.builder.goroutine(this.goroutines.id(slot), adopted ? Number.NaN : timeNs, creator, stack)
    this.own(slot, this.symbols.stack(cursor.b % 2 ** 32, cursor.at))
    if (adopted) this.state[slot] = Known.adopted
    else this.span(timeNs, slot, GoState.runnable, 0, creator, stack)
  }

  private end(cursor: Cursor): void {
    const { goroutine: slot } = cursor
    this.leaveProc(cursor)
    if (!this.lives(slot, GoState.running, cursor.at)) return
    this.builder.die(this.transition(cursor.ticks), this.rows[slot])
    this.thread[slot] = NONE
    this.state[slot] = Known.dead
    this.scenery.forget(this.rows[slot])
  }

  /** The state of a goroutine that existed before the trace, or that belongs to a C thread. */
  private existing(cursor: Cursor, state: GoState): void {
    const { goroutine: slot } = cursor
    const known = this.state[slot]
    if (known === Known.dead || slot === NOBODY) {
      this.complaints.note('state', cursor.at)
      return
    }
    const timeNs = this.transition(cursor.ticks)
    if (known > GoState.syscall) {
      this.sinceBegin(slot, state, NOWHERE)
      return
    }
    this.complaints.note('state', cursor.at)
    this.span(timeNs, slot, state, 0, NOWHERE, -1)
  }

  /** Those that were listed without a state were runnable. */
  private endListing(ticks: number): void {
    this.listing = false
    for (let slot = NOBODY + 1; slot < this.state.length; slot++) {
      if (this.state[slot] !== Known.announced) continue
      this.transition(ticks)
      this.sinceBegin(slot, GoState.runnable, NOWHERE)
    }
  }

  private procEvent(cursor: Cursor): void {
    this.builder.eventCounts[EventKind.proc]++
    this.clock.stamp(cursor.ticks)
    if (cursor.type === Ev.procStart) this.places.start(cursor.proc, cursor.a)
    else this.places.stop(cursor.proc)
  }

  sample(row: number): void {
    const { ticks, pid, goroutine, stack } = this.scan.samples
    this.clock.begin(ticks.data[row])
    this.builder.eventCounts[EventKind.stacksample]++
    const timeNs = this.clock.stamp(ticks.data[row])
    const slot = this.goroutines.slot(goroutine.data[row])
    const place = this.places.ofSample(this.scan.batches.procOf.get(pid.data[row]) ?? -1)
    this.builder.sample(timeNs, this.rows[slot] ?? -1, place, this.symbols.stack(stack.data[row], 0))
  }

  /** A trace that ends within its listing still shows what was listed. */
  finish(): void {
    if (this.listing && this.scan.ticksPerSecond === 0 && this.clock.hasBegun) this.endListing(Number.NEGATIVE_INFINITY)
  }
}
