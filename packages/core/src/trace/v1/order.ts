/**
 * Merges the procs' events into one order, by Go's rules (`order.go`): an event may come once the goroutine it is about
 * has the status and the sequence number that it asks for; of those that may come, the earliest does.
 *
 *   ready     cursors whose event may come        blocked   cursors whose event may not; each stands in the list of the
 *   exits     true ends of system calls                     goroutine that it waits for and is asked again when that moves
 *   samples   CPU samples, by time
 *
 * Go's parser puts the end of a system call where it is written and moves it to its true time afterwards, over all
 * events. Here `Scan` has found the true times, and a goroutine that enters a system call arms its next one: so nothing
 * needs to be kept. Where the events contradict each other Go gives up; here the earliest blocked one is let through.
 */
import type { Complaints } from './complaints.ts'
import { Cursor, NO_SEQUENCE, type Source, UNORDERED } from './cursor.ts'
import { type Goroutines, Status } from './goroutines.ts'
import { TimeHeap } from './heap.ts'
import type { Scan } from './scan.ts'
import { Ev } from './spec.ts'

/** Takes the events in order. */
export type Sink = {
  event(cursor: Cursor): void
  /** A system call of the goroutine of this slot returned. */
  exit(goroutine: number, ticks: number): void
  /** The CPU sample of this row of `Scan.samples`. */
  sample(row: number): void
}

/** How often cursors may be asked in vain, beyond some for each event, before the order is by time alone. */
const PATIENCE = 1_000_000
const PATIENCE_PER_EVENT = 8

export class Order {
  private readonly scan: Scan
  private readonly sink: Sink
  private readonly goroutines: Goroutines
  private readonly complaints: Complaints
  private readonly slack: number
  private readonly cursors: Cursor[] = []
  private readonly scout: Cursor
  private readonly ready = new TimeHeap()
  private readonly blocked = new TimeHeap()
  private readonly nextWaiter: Int32Array // by proc: the next that waits for the same, plus 1
  private patience = PATIENCE
  private latest = Number.NEGATIVE_INFINITY

  private readonly exits = new TimeHeap()
  private readonly nextExit: Int32Array // by row of `Scan.exits`: the goroutine's next one
  private readonly firstExit = new Map<number, number>()
  private readonly lastExit = new Map<number, number>() // the time of the newest one that came

  private readonly sampleOrder: Uint32Array
  private readonly nextSample: Int32Array // by place in `sampleOrder`: the goroutine's next one
  private readonly firstSample = new Map<number, number>()
  private samplesDone = 0

  constructor(source: Source, scan: Scan, sink: Sink) {
    this.scan = scan
    this.sink = sink
    this.goroutines = source.goroutines
    this.complaints = source.complaints
    this.slack = source.slack
    scan.batches.firstOf.forEach((first, proc) => {
      this.cursors.push(new Cursor(source, proc, first))
    })
    this.scout = new Cursor(source, -1, -1)
    this.nextWaiter = new Int32Array(this.cursors.length)
    const { exits, samples } = scan
    const exitOrder = ordered(exits.ticks.data, exits.ticks.length)
    this.nextExit = chained(
      exitOrder,
      exits.ticks.length,
      row => this.slotOf(exits.goroutine.data[row]),
      this.firstExit,
    )
    this.sampleOrder = ordered(samples.ticks.data, samples.ticks.length)
    const bySample = Uint32Array.from(this.sampleOrder.keys())
    const ofSample = (at: number) => this.slotOf(samples.goroutine.data[this.sampleOrder[at]])
    this.nextSample = chained(bySample, bySample.length, ofSample, this.firstSample)
  }

  private slotOf(goroutine: number): number {
    return this.goroutines.slot(goroutine)
  }

  run(): void {
    for (const cursor of this.cursors) if (cursor.advance()) this.place(cursor)
    for (;;) {
      const ready = this.ready.first
      const exit = this.exits.first
      const sample = this.sampleTicks()
      const first = Math.min(ready, exit, sample)
      // Go refuses a trace whose times contradict its order. A small contradiction is a matter of clocks, and the order
      // is right; a large one means that what this cursor waits for is lost.
      if (this.blocked.length > 0 && (first === Number.POSITIVE_INFINITY || this.blocked.first + this.slack < first))
        this.force()
      else if (first === Number.POSITIVE_INFINITY) return
      else if (ready === first) this.step(this.cursors[this.ready.pop()])
      else if (exit === first) this.exit()
      else this.sample()
    }
  }

  /**
   * Does a system call block? Go's conversion looks for the goroutine's next event of any kind: only where that one says
   * so does it count as blocking. A CPU sample in between hides it.
   */
  callOf(cursor: Cursor): 'returns' | 'blocks' | 'hidden' {
    const scout = this.lookAhead(cursor, cursor.goroutine)
    if (!scout || scout.type !== Ev.goSysBlock) return 'returns'
    const sample = this.firstSample.get(cursor.goroutine) ?? -1
    if (sample < 0) return 'blocks'
    return this.scan.samples.ticks.data[this.sampleOrder[sample]] < scout.ticks ? 'hidden' : 'blocks'
  }

  /** Is a goroutine that was just created one of a C thread, whose state follows at once? */
  isAdopted(cursor: Cursor, goroutine: number): boolean {
    const { scout } = this
    scout.standAt(cursor)
    return scout.advance() && scout.goroutine === goroutine && scout.type === Ev.goInSyscall
  }

  /** The next event of a goroutine on the proc where it runs; it is nearly always the next one at all. */
  private lookAhead(cursor: Cursor, goroutine: number): Cursor | undefined {
    const { scout } = this
    scout.standAt(cursor)
    for (let n = 0; n < 100 && scout.advance(); n++) if (scout.goroutine === goroutine) return scout
    return undefined
  }

  private place(cursor: Cursor): void {
    const { proc } = cursor
    if (this.isReady(cursor)) {
      this.ready.push(proc, cursor.ticks)
      return
    }
    this.blocked.push(proc, cursor.ticks)
    this.wait(proc, cursor.subject)
  }

  private wait(proc: number, subject: number): void {
    this.nextWaiter[proc] = this.goroutines.waiter[subject]
    this.goroutines.waiter[subject] = proc + 1
  }

  private isReady(cursor: Cursor): boolean {
    const { subject } = cursor
    if (subject === UNORDERED || this.patience < 0) return true
    const { status, sequence } = this.goroutines
    if (status[subject] === cursor.status && (cursor.sequence === NO_SEQUENCE || cursor.sequence === sequence[subject]))
      return true
    return this.hasExited(cursor)
  }

  /** Is this the written end of a system call whose true end has come already? */
  private hasExited(cursor: Cursor): boolean {
    if (cursor.type !== Ev.goSysExit && cursor.type !== Ev.goSysExitLocal) return false
    const last = this.lastExit.get(cursor.subject)
    return cursor.c !== 0 && last !== undefined && cursor.c <= last
  }

  private force(): void {
    const cursor = this.cursors[this.blocked.pop()]
    this.unlink(cursor)
    this.complaints.note('order', cursor.at)
    this.step(cursor)
  }

  private step(cursor: Cursor): void {
    this.patience += PATIENCE_PER_EVENT
    if (!this.hasExited(cursor)) {
      if (cursor.ticks < this.latest) this.complaints.note('clock', cursor.at)
      else this.latest = cursor.ticks
      this.move(cursor)
      this.sink.event(cursor)
    }
    if (cursor.advance()) this.place(cursor)
  }

  /** The goroutine's status after the event (`next` in `stateTransition`). */
  private move(cursor: Cursor): void {
    const { subject, type } = cursor
    if (subject === UNORDERED) return
    const { goroutines } = this
    if (cursor.sequence !== NO_SEQUENCE) goroutines.sequence[subject] = cursor.sequence + 1
    else if (type === Ev.goStartLocal || type === Ev.goUnblockLocal || type === Ev.goSysExitLocal)
      goroutines.sequence[subject]++
    goroutines.status[subject] = NEXT[type]
    if (this.exits.has(subject)) this.exits.remove(subject)
    if (type === Ev.goSysBlock || type === Ev.goInSyscall) this.arm(subject, cursor.ticks)
    else if ((type === Ev.goSysExit || type === Ev.goSysExitLocal) && cursor.c !== 0) this.passExits(subject, cursor.c)
    this.wake(subject)
  }

  /** Asks again those that wait for this goroutine. */
  private wake(subject: number): void {
    let waiter = this.goroutines.waiter[subject]
    this.goroutines.waiter[subject] = 0
    while (waiter !== 0) {
      const proc = waiter - 1
      waiter = this.nextWaiter[proc]
      this.patience--
      if (this.isReady(this.cursors[proc])) {
        this.blocked.remove(proc)
        this.ready.push(proc, this.cursors[proc].ticks)
      } else this.wait(proc, subject)
    }
  }

  private unlink(cursor: Cursor): void {
    const { waiter } = this.goroutines
    const own = cursor.proc + 1
    if (waiter[cursor.subject] === own) {
      waiter[cursor.subject] = this.nextWaiter[cursor.proc]
      return
    }
    let before = waiter[cursor.subject]
    while (this.nextWaiter[before - 1] !== own) {
      this.patience--
      before = this.nextWaiter[before - 1]
    }
    this.nextWaiter[before - 1] = this.nextWaiter[cursor.proc]
  }

  /** The goroutine's next end of a system call comes at its true time. */
  private arm(goroutine: number, ticks: number): void {
    const row = this.skipExits(goroutine, exit => exit < ticks)
    if (row >= 0) this.exits.push(goroutine, this.scan.exits.ticks.data[row])
  }

  private passExits(goroutine: number, ticks: number): void {
    this.lastExit.set(goroutine, Math.max(ticks, this.lastExit.get(goroutine) ?? ticks))
    this.skipExits(goroutine, exit => exit <= ticks)
  }

  private skipExits(goroutine: number, isPast: (ticks: number) => boolean): number {
    const first = this.firstExit.get(goroutine)
    if (first === undefined) return -1
    let row = first
    while (row >= 0 && isPast(this.scan.exits.ticks.data[row])) row = this.nextExit[row]
    if (row !== first) this.firstExit.set(goroutine, row)
    return row
  }

  private exit(): void {
    const ticks = this.exits.first
    const goroutine = this.exits.pop()
    const { goroutines } = this
    this.latest = Math.max(this.latest, ticks)
    goroutines.status[goroutine] = Status.runnable
    goroutines.sequence[goroutine]++
    this.passExits(goroutine, ticks)
    this.sink.exit(goroutine, ticks)
    this.wake(goroutine)
  }

  private sampleTicks(): number {
    if (this.samplesDone === this.sampleOrder.length) return Number.POSITIVE_INFINITY
    return this.scan.samples.ticks.data[this.sampleOrder[this.samplesDone]]
  }

  private sample(): void {
    const at = this.samplesDone++
    const row = this.sampleOrder[at]
    this.latest = Math.max(this.latest, this.scan.samples.ticks.data[row])
    this.firstSample.set(this.slotOf(this.scan.samples.goroutine.data[row]), this.nextSample[at])
    this.sink.sample(row)
  }
}

/** By type: the status of the goroutine behind an event that is ordered. */
const NEXT = new Uint8Array(64).fill(Status.waiting)
for (const type of [Ev.goCreate, Ev.goSched, Ev.goPreempt]) NEXT[type] = Status.runnable
for (const type of [Ev.goUnblock, Ev.goUnblockLocal, Ev.goSysExit, Ev.goSysExitLocal]) NEXT[type] = Status.runnable
for (const type of [Ev.goStart, Ev.goStartLabel, Ev.goStartLocal]) NEXT[type] = Status.running
NEXT[Ev.gcStart] = Status.dead

/** The rows in the order of time; rows of one time stay in the order of the file. */
function ordered(ticks: Float64Array, count: number): Uint32Array {
  const rows = new Uint32Array(count)
  let sorted = true
  for (let i = 0; i < count; i++) {
    rows[i] = i
    if (i > 0 && ticks[i] < ticks[i - 1]) sorted = false
  }
  return sorted ? rows : rows.sort((a, b) => ticks[a] - ticks[b] || a - b)
}

/** Links each row to the next of the same goroutine, and says which is a goroutine's first. */
function chained(rows: Uint32Array, count: number, slotOf: (row: number) => number, first: Map<number, number>) {
  const next = new Int32Array(count).fill(-1)
  for (let i = count - 1; i >= 0; i--) {
    const slot = slotOf(rows[i])
    next[rows[i]] = first.get(slot) ?? -1
    first.set(slot, rows[i])
  }
  return next
}
