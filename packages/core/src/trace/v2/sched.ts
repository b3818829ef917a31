/**
 * The scheduler's state while a trace is read again: which goroutine, proc and thread is in which status, what
 * sequence number each expects next, and who is bound to whom (`internal/trace/order.go`). The hot loop (`merge.ts`)
 * and the rare events (`rare.ts`) work on it; rows are those of the builder.
 */
import { f64, grown, i32 } from '../../base/column.ts'
import type { TraceBuilder } from '../build.ts'
import { RangeKind } from '../tables.ts'
import type { Report } from './batches.ts'
import { GenerationTables } from './generation.ts'
import { GoroutineIds, UNDEFINED_ID } from './idmap.ts'
import { NO_ID } from './wire.ts'

/** `tracev2.GoStatus`; 0 is "does not exist (any more)". */
export const GoStatus = { none: 0, runnable: 1, running: 2, syscall: 3, waiting: 4 } as const
/** `tracev2.ProcStatus`. */
export const ProcStatus = { none: 0, running: 1, idle: 2, syscall: 3, syscallAbandoned: 4 } as const

/**
 * Sequence numbers start anew with each generation. One float64 holds both: generation × 2^32 + number; a run of
 * 2^32 transitions of one goroutine within a generation does not happen.
 */
export const SEQ_SPACE = 4294967296

const RANGE_NAMES = ['GC concurrent mark phase', 'GC incremental sweep', 'GC mark assist']

/** What a handler answers: done; not yet, another thread's event must come first; or broken (`Sched.failure` says how). */
export const DONE = 0
export const WAIT = 1
export const BAD = 2

export class Sched {
  readonly builder: TraceBuilder
  readonly tables: GenerationTables
  readonly report: Report

  readonly ids = new GoroutineIds()
  goStatus = new Uint8Array(64)
  goSeq = new Float64Array(64)
  /** The innermost open region of a goroutine, an index into `openRegions`; -1: none. */
  goRegion = new Int32Array(64)
  /** Rows of regions, in the order of their begins. */
  readonly openRegions = i32()
  /** Three numbers for each: its task's id, its type's string row, the region around it. */
  readonly regionKeys = f64()

  procStatus = new Uint8Array(16)
  procSeq = new Float64Array(16)
  procSweep = new Int32Array(16)
  private readonly procRows = new Map<number, number>()
  readonly procIds: number[] = []

  threadG = new Int32Array(16)
  threadP = new Int32Array(16)
  private readonly threadRows = new Map<number, number>()
  /** The thread's row in the builder, given at its first event; -1 before. */
  readonly threadShown: number[] = []
  readonly threadIds: number[] = []

  /** The generation's share of a sequence number. */
  genBase = Number.NaN // a float64 from the start: a field that changes its kind costs all code that knows it
  /** True: states are learned from this generation's statements (the first one, or the first after damage). */
  initial = true
  /** True: what came before is damaged, so a statement that contradicts it is right. */
  resync = false
  /** True: something broke in this generation; mend what does not fit instead of giving up. */
  lenient = false
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

  constructor(bytes: Uint8Array, version: number, builder: TraceBuilder, report: Report) {
    this.builder = builder
    this.last = builder.now
    this.report = report
    this.tables = new GenerationTables(bytes, version, builder, report)
  }

  bad(message: string): typeof BAD {
    this.failure = message
    return BAD
  }

  /** Adds a goroutine in a status, its sequence number at 0. */
  addGoroutine(id: number, status: number, birthNs: number, creator: number, creationStack: number): number {
    const row = this.builder.goroutine(id, birthNs, creator, creationStack)
    if (row >= this.goStatus.length) {
      this.goStatus = grown(this.goStatus)
      this.goSeq = grown(this.goSeq)
      this.goRegion = grown(this.goRegion)
    }
    this.goStatus[row] = status
    this.goSeq[row] = this.genBase
    this.goRegion[row] = -1
    this.ids.set(id, row)
    return row
  }

  /** The row of a living goroutine; -1. */
  living(id: number): number {
    const row = this.ids.find(id)
    return row >= 0 && this.goStatus[row] !== GoStatus.none ? row : -1
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
      this.procSweep = grown(this.procSweep)
    }
    this.procSweep[row] = -1
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
    this.threadShown.push(-1)
    if (index >= this.threadG.length) {
      this.threadG = grown(this.threadG)
      this.threadP = grown(this.threadP)
    }
    this.threadG[index] = -1
    this.threadP[index] = -1
    return index
  }

  findThread(id: number): number {
    return this.threadRows.get(id) ?? -1
  }

  /** The builder's row of a thread: it has one from its first event on, as in Go's reader. "No thread" has none. */
  show(thread: number): number {
    const known = this.threadShown[thread]
    if (known >= 0 || this.threadIds[thread] >= NO_ID) return known
    const row = this.builder.thread(this.threadIds[thread])
    this.threadShown[thread] = row
    return row
  }

  /** The stack's row; -1 for none. */
  stack(id: number, offset: number): number {
    const { dense } = this.tables.stacks
    const row = id < dense.length ? dense[id] : this.tables.stacks.far(id)
    return row === UNDEFINED_ID ? this.unknownId('stack', id, offset, -1) : row
  }

  /** The string's row; 0 (empty) where it is not defined. */
  string(id: number, offset: number): number {
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
    this.genBase = number * SEQ_SPACE
    this.initial = initial || resync
    this.resync = resync
    this.lenient = false
    this.reportedIds = 0
  }
}
