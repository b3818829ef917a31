/**
 * The scheduler's state while a trace is read again: which goroutine, proc and thread is in which status, what
 * sequence number each expects next, and who is bound to whom (`internal/trace/order.go`). The hot loop (`merge.ts`)
 * and the rare events (`rare.ts`) work on it; rows are those of the builder.
 */
import { f64, grown, i32 } from '../../base/column.ts'
import type { Meter } from '../../base/progress.ts'
import type { TraceBuilder } from '../build.ts'
import { GoState, placeOf, RangeKind } from '../tables.ts'
import type { Report } from './batches.ts'
import { GenerationTables } from './generation.ts'
import { GoroutineIds, UNDEFINED_ID } from './idmap.ts'
import { NO_ID } from './wire.ts'

/** `tracev2.GoStatus`; 0 is "does not exist (any more)". */
export const GoStatus = { none: 0, runnable: 1, running: 2, syscall: 3, waiting: 4 } as const
/** `tracev2.ProcStatus`. */
export const ProcStatus = { none: 0, running: 1, idle: 2, syscall: 3, syscallAbandoned: 4 } as const

/** Where what stands in a goroutine's numbers. Sequence numbers beyond 2^31 within a generation do not happen. */
export const GO_SIZE = 4
export const GO_STATUS = 0
export const GO_SEQ = 1
export const GO_GENERATION = 2
export const GO_THREAD = 3

/** What stands in a thread's first number while no goroutine is bound to it: none has been yet, or none is any more. */
const NEVER_RAN = -1
export const IDLE = -2

/** Where what stands in a thread's numbers. */
export const THREAD_SIZE = 4
export const THREAD_GO = 0
export const THREAD_PROC = 1
export const THREAD_ROW = 2
export const THREAD_PLACE = 3

const RANGE_NAMES = ['GC concurrent mark phase', 'GC incremental sweep', 'GC mark assist']

/** What a handler answers: done; not yet, another thread's event must come first; or broken (`Sched.failure` says how). */
export const DONE = 0
export const WAIT = 1
export const BAD = 2

export class Sched {
  readonly builder: TraceBuilder
  readonly tables: GenerationTables
  readonly report: Report
  readonly meter: Meter

  readonly ids = new GoroutineIds()
  /**
   * Four numbers a goroutine, side by side because they are needed together: its status (GoStatus), the newest
   * sequence number and the generation that counts it, and the thread it was bound to last (true only if that thread
   * says so too).
   */
  go = new Int32Array(64 * GO_SIZE)
  /** Innermost open regions (indices into `openRegions`) by goroutine. */
  readonly goRegions = new Map<number, number>()
  /** Rows of regions, in the order of their begins. */
  readonly openRegions = i32()
  /** Three numbers for each: its task's id, its type's string row, the region around it. */
  readonly regionKeys = f64()

  procStatus = new Uint8Array(16)
  procSeq = new Int32Array(16)
  procGeneration = new Int32Array(16)
  procSweep = new Int32Array(16)
  /** 1: the proc was started after the trace began, so nobody has run on it since then. */
  procStarted = new Uint8Array(16)
  /** The thread a proc was bound to last; true only if that thread says so too. */
  procThread = new Int32Array(16).fill(-1)
  private readonly procRows = new Map<number, number>()
  readonly procIds: number[] = []

  /**
   * Four numbers a thread: the goroutine and the proc bound to it (rows, or -1), its row in the builder (given at its
   * first event; -1 before), and proc and builder's row packed as a span's place.
   */
  threads = new Int32Array(16 * THREAD_SIZE)
  private readonly threadRows = new Map<number, number>()
  readonly threadIds: number[] = []

  /** Counts generations from 1. */
  generation = 0
  /** True: states are learned from this generation's statements (the first one, or the first after damage). */
  initial = true
  /** True: what came before is damaged, so a statement that contradicts it is right. */
  resync = false
  /** True: something broke in this generation; mend what does not fit instead of giving up. */
  lenient = false
  /** True: something broke in this generation or before, so bindings may contradict each other. */
  damaged = false
  /** The time of the event that happens, or of the newest one: `TraceBuilder.now`. */
  readonly last: Float64Array
  /** Events by wire type; `goSwitch` and lost procs are counted by what they surface as in `extra…`. */
  readonly counts = new Uint32Array(256)
  extraProc = 0
  sampleCount = 0
  /** The time of the newest event that is no sync. */
  lastEventNs = Number.NaN
  firstClock: { ns: number; unixNs: number } | undefined
  failure = ''

  gcSeq = 0
  /** -1 undetermined, 0 not running, 1 running. */
  gcState = -1
  gcRange = -1
  readonly assists = new Map<number, number>()
  readonly stops = new Map<number, number>()
  private readonly rangeNames = new Map<number, number>()
  readonly activeTasks = new Set<number>()
  private reportedIds = 0

  /** `goroutines` is a guess at their number: room costs nothing until it is used. */
  constructor(
    bytes: Uint8Array,
    version: number,
    builder: TraceBuilder,
    report: Report,
    goroutines: number,
    meter: Meter,
  ) {
    if (goroutines > 64) this.go = new Int32Array(goroutines * GO_SIZE)
    this.builder = builder
    this.last = builder.now
    this.report = report
    this.meter = meter
    this.tables = new GenerationTables(bytes, version, builder, report, meter)
  }

  bad(message: string): typeof BAD {
    this.failure = message
    return BAD
  }

  /** Adds a goroutine in a status, its sequence number at 0. */
  addGoroutine(id: number, status: number, birthNs: number, creator: number, creationStack: number): number {
    const row = this.builder.goroutine(id, birthNs, creator, creationStack)
    const at = row * GO_SIZE
    if (at >= this.go.length) this.go = grown(this.go)
    this.go[at + GO_STATUS] = status
    this.go[at + GO_THREAD] = -1
    this.setSeq(row, 0)
    this.ids.set(id, row)
    return row
  }

  /** May event number `seq` of the goroutine come now? Only the one right after the newest may. */
  follows(row: number, seq: number): boolean {
    const at = row * GO_SIZE
    return this.go[at + GO_SEQ] + 1 === seq && this.go[at + GO_GENERATION] === this.generation
  }

  setSeq(row: number, seq: number): void {
    const at = row * GO_SIZE
    this.go[at + GO_SEQ] = seq
    this.go[at + GO_GENERATION] = this.generation
  }

  procFollows(proc: number, seq: number): boolean {
    return this.procSeq[proc] + 1 === seq && this.procGeneration[proc] === this.generation
  }

  setProcSeq(proc: number, seq: number): void {
    this.procSeq[proc] = seq
    this.procGeneration[proc] = this.generation
  }

  status(row: number): number {
    return this.go[row * GO_SIZE + GO_STATUS]
  }

  setStatus(row: number, status: number): void {
    this.go[row * GO_SIZE + GO_STATUS] = status
  }

  /** Has any goroutine been bound to the thread yet? */
  hasRun(thread: number): boolean {
    return this.threads[thread * THREAD_SIZE + THREAD_GO] !== NEVER_RAN
  }

  /** The goroutine bound to a thread; -1. */
  goOf(thread: number): number {
    return Math.max(-1, this.threads[thread * THREAD_SIZE + THREAD_GO])
  }

  bindGo(thread: number, row: number): void {
    if (this.damaged) this.mendGo(thread, row)
    if (row >= 0) this.unbindGo(row)
    this.threads[thread * THREAD_SIZE + THREAD_GO] = row < 0 ? IDLE : row
    if (row >= 0) this.go[row * GO_SIZE + GO_THREAD] = thread
  }

  /** The proc bound to a thread; -1. */
  procOf(thread: number): number {
    return this.threads[thread * THREAD_SIZE + THREAD_PROC]
  }

  bindProc(thread: number, proc: number): void {
    if (this.damaged) this.mendProc(thread, proc)
    if (proc >= 0) this.procThread[proc] = thread
    this.setProc(thread, proc)
  }

  private setProc(thread: number, proc: number): void {
    const at = thread * THREAD_SIZE
    this.threads[at + THREAD_PROC] = proc
    this.threads[at + THREAD_PLACE] = placeOf(proc, this.threads[at + THREAD_ROW])
  }

  /** Another goroutine takes the thread, or this one comes from another thread: who is pushed away stops running. */
  private mendGo(thread: number, row: number): void {
    const had = this.goOf(thread)
    if (had >= 0 && had !== row) this.detach(had)
  }

  /** The thread that a goroutine is bound to; -1. */
  private threadOf(row: number): number {
    const thread = this.go[row * GO_SIZE + GO_THREAD]
    return thread >= 0 && this.goOf(thread) === row ? thread : -1
  }

  private unbindGo(row: number): void {
    const thread = this.threadOf(row)
    if (thread >= 0) this.threads[thread * THREAD_SIZE + THREAD_GO] = IDLE
  }

  /** The thread that a proc is bound to; -1. */
  ownerOf(proc: number): number {
    const thread = this.procThread[proc]
    return thread >= 0 && this.procOf(thread) === proc ? thread : -1
  }

  /** A proc changes its thread: who ran with it, or with the one that this thread had, stops running. */
  private mendProc(thread: number, proc: number): void {
    if (this.procOf(thread) === proc) return
    this.detach(this.goOf(thread), GoStatus.running)
    const owner = proc < 0 ? -1 : this.ownerOf(proc)
    if (owner < 0) return
    this.detach(this.goOf(owner), GoStatus.running)
    this.setProc(owner, -1)
  }

  /**
   * A goroutine that is said to be elsewhere leaves its thread; one that ran is at least runnable. With `only`, one in
   * another status is left alone.
   */
  detach(row: number, only = -1): void {
    if (row < 0 || (only >= 0 && this.status(row) !== only)) return
    this.unbindGo(row)
    if (this.status(row) !== GoStatus.running && this.status(row) !== GoStatus.syscall) return
    this.setStatus(row, GoStatus.runnable)
    this.builder.spanNow(row, GoState.runnable, -1, -1)
  }

  /** Where the goroutine bound to a thread runs, as spans have it. */
  placeOf(thread: number): number {
    return this.threads[thread * THREAD_SIZE + THREAD_PLACE]
  }

  /** The row of a living goroutine; -1. */
  living(id: number): number {
    const row = this.ids.find(id)
    return row >= 0 && this.status(row) !== GoStatus.none ? row : -1
  }

  /** The row of a proc; added (status none) where it is new. */
  proc(id: number): number {
    const known = this.procRows.get(id)
    if (known !== undefined) return known
    const row = this.builder.proc(id)
    this.procRows.set(id, row)
    this.procIds[row] = id
    if (row >= this.procStatus.length) {
      this.procStatus = grown(this.procStatus)
      this.procSeq = grown(this.procSeq)
      this.procGeneration = grown(this.procGeneration)
      this.procSweep = grown(this.procSweep)
      this.procStarted = grown(this.procStarted)
      this.procThread = grown(this.procThread)
    }
    this.procSweep[row] = -1
    this.procThread[row] = -1
    return row
  }

  findProc(id: number): number {
    return this.procRows.get(id) ?? -1
  }

  /** The index of a thread, added where it is new. Not a row of the builder: see `show`. */
  thread(id: number): number {
    const known = this.threadRows.get(id)
    if (known !== undefined) return known
    const index = this.threadIds.length
    this.threadRows.set(id, index)
    this.threadIds.push(id)
    const at = index * THREAD_SIZE
    if (at >= this.threads.length) this.threads = grown(this.threads)
    this.threads[at + THREAD_GO] = NEVER_RAN
    this.threads[at + THREAD_PROC] = -1
    this.threads[at + THREAD_ROW] = -1
    this.threads[at + THREAD_PLACE] = placeOf(-1, -1)
    return index
  }

  findThread(id: number): number {
    return this.threadRows.get(id) ?? -1
  }

  /** The builder's row of a thread: it has one from its first event on, as in Go's reader. "No thread" has none. */
  show(thread: number): number {
    const at = thread * THREAD_SIZE
    const known = this.threads[at + THREAD_ROW]
    if (known >= 0 || this.threadIds[thread] >= NO_ID) return known
    const row = this.builder.thread(this.threadIds[thread])
    this.threads[at + THREAD_ROW] = row
    this.setProc(thread, this.threads[at + THREAD_PROC])
    return row
  }

  /** The stack's row; -1 for none. */
  stack(id: number, offset: number): number {
    const row = this.tables.stacks.get(id)
    return row === UNDEFINED_ID ? this.unknownId('stack', id, offset, -1) : row
  }

  /** The string's row; 0 (empty) where it is not defined. */
  string(id: number, offset: number): number {
    return this.builder.strings.canonical(this.message(id, offset))
  }

  /** A row of the string that need not equal those of equal strings: for the messages of logs. */
  message(id: number, offset: number): number {
    const row = this.tables.strings.get(id)
    return row === UNDEFINED_ID ? this.unknownId('string', id, offset, 0) : row
  }

  /** The reason's row for a string id. */
  reason(id: number, offset: number): number {
    const { reasons } = this.tables
    const known = reasons.get(id)
    if (known !== UNDEFINED_ID) return known
    const row = this.builder.reason(this.string(id, offset))
    reasons.set(id, row)
    return row
  }

  /** Begins a range under Go's name for it (`Event.Range` in `internal/trace/event.go`); `reason` is a string row. */
  rangeBegin(ns: number, kind: RangeKind, reason: number, goroutine: number, proc: number, stack: number): number {
    const key = kind === RangeKind.stopTheWorld ? reason : -1 - kind
    let name = this.rangeNames.get(key)
    if (name === undefined) {
      const stop = kind === RangeKind.stopTheWorld
      name = this.builder.strings.internText(
        stop ? `stop-the-world (${this.builder.strings.textOf(reason)})` : RANGE_NAMES[kind],
      )
      this.rangeNames.set(key, name)
    }
    return this.builder.rangeBegin(ns, kind, name, goroutine, proc, stack)
  }

  private unknownId(what: string, id: number, offset: number, instead: number): number {
    // A cut generation lacks its tables: every event would say so.
    if (this.reportedIds++ < 3)
      this.report(offset, `found invalid ${what} ID ${id}`, `that ${what}: it is shown as none`)
    return instead
  }

  /** Begins a generation: sequence numbers count from 0 again. */
  beginGeneration(number: number, initial: boolean, resync: boolean): void {
    this.generation = number
    this.initial = initial || resync
    this.damaged ||= resync
    this.resync = resync
    this.lenient = false
    this.reportedIds = 0
  }
}
