/**
 * What a trace *is* here. Everything else makes this (readers, through `build.ts`) or reads it (analyses, timeline).
 *
 * Tables are structs of typed arrays; a row is an index into them and the only kind of reference. Time is nanoseconds
 * since the trace began, as a float64 (exact for 104 days). In integer columns -1 is "none"; in time columns NaN is.
 * After `TraceBuilder.freeze` nobody writes.
 */
import type { Problem } from '../base/errors.ts'
import type { FrameTable, StackTable } from '../base/stacks.ts'
import type { StringTable } from '../base/strings.ts'

/** Go's own states of a goroutine (`internal/trace/resources.go`), less "not exist" and "undetermined". */
export const GoState = { running: 0, runnable: 1, waiting: 2, syscall: 3 } as const
export type GoState = (typeof GoState)[keyof typeof GoState]
export const GO_STATE_NAMES = ['running', 'runnable', 'waiting', 'syscall'] as const

/** One row per goroutine that any event names. */
export type GoroutineTable = {
  readonly length: number
  readonly id: Float64Array //           Go's goroutine id
  readonly entry: Int32Array //          row in strings: the function it began with
  readonly creator: Int32Array //        row in goroutines
  readonly creationStack: Int32Array //  row in stacks: where the creator said `go`
  readonly birthNs: Float64Array //      NaN: existed when the trace began
  readonly deathNs: Float64Array //      NaN: alive when the trace ended
  readonly statedNs: Float64Array //     when the trace first said what state it was in before; 0: from its begin on, or born later
  readonly label: Int32Array //          row in strings: the newest label
}

/**
 * One row per stay of a goroutine in a state, in the order in which they began. `startNs` never decreases from row to
 * row, except that a goroutine which existed when the trace began has a first span with startNs = 0, wherever that
 * row stands. A span ends where the next one of its goroutine starts, else at its death, else with the trace: see `spanEndNs`.
 *
 *   state      stateReason & 3      place                          stack
 *   running    GoState.running      proc << 16 | thread            -1
 *   syscall    GoState.syscall      proc << 16 | thread            where it called
 *   runnable   GoState.runnable     the goroutine that woke or     the waker's (or creator's) stack; its own where it
 *                                   created it; -1: none, preempted   was preempted (place -1 and reason not 0)
 *   waiting    GoState.waiting      -1                             where it blocked
 */
export type SpanTable = {
  readonly length: number
  readonly startNs: Float64Array
  readonly goroutine: Uint32Array //   row in goroutines
  readonly stateReason: Uint16Array // state | reason << 2; reason is a row in `Trace.reasons`
  readonly place: Int32Array //        see above; use `procOf`, `threadOf`
  readonly stack: Int32Array //        row in stacks
}

/** Rows of one table grouped by rows of another: those of g are row[first[g]] … row[first[g + 1] - 1]. */
export type RowIndex = { readonly first: Uint32Array; readonly row: Uint32Array }

export const RangeKind = { gcMark: 0, gcSweep: 1, markAssist: 2, stopTheWorld: 3 } as const
export type RangeKind = (typeof RangeKind)[keyof typeof RangeKind]

/** Garbage collection, sweeping, mark assists and stop-the-world, each from begin to end. */
export type RangeTable = {
  readonly length: number
  readonly kind: Uint8Array //      RangeKind
  readonly name: Int32Array //      row in strings: Go's name, as "stop-the-world (start trace)"
  readonly startNs: Float64Array // 0 where it was active when the trace began
  readonly endNs: Float64Array //   NaN: still active at the end
  readonly goroutine: Int32Array // row in goroutines; -1 for gcMark and gcSweep
  readonly proc: Int32Array //      row in procs; only for gcSweep
  readonly stack: Int32Array
  readonly stated: StatedTable
}

/** Ranges that were active when the trace began: when that was said, and by whom. Only formats since Go 1.22 say so. */
export type StatedTable = {
  readonly length: number
  readonly range: Int32Array //  row in ranges
  readonly timeNs: Float64Array
  readonly proc: Int32Array //   row in procs: of the thread that said it; -1: it had none
}

export const MetricKind = { heapAlloc: 0, heapGoal: 1, gomaxprocs: 2 } as const
export const METRIC_NAMES = [
  '/memory/classes/heap/objects:bytes',
  '/gc/heap/goal:bytes',
  '/sched/gomaxprocs:threads',
] as const

export type MetricTable = {
  readonly length: number
  readonly kind: Uint8Array // MetricKind
  readonly timeNs: Float64Array
  readonly value: Float64Array
}

export type TaskTable = {
  readonly length: number
  readonly id: Float64Array
  readonly parent: Int32Array //    row in tasks
  readonly type: Int32Array //      row in strings; 0 where its begin was not seen
  readonly startNs: Float64Array // NaN: its begin was not seen
  readonly endNs: Float64Array //   NaN: its end was not seen
  readonly goroutine: Int32Array // the one that began it; -1 where that was not seen
  readonly stack: Int32Array
}

export type RegionTable = {
  readonly length: number
  readonly task: Int32Array //      row in tasks; -1: background
  readonly type: Int32Array //      row in strings
  readonly startNs: Float64Array // NaN: began before the trace
  readonly endNs: Float64Array //   NaN: still open at the end
  readonly goroutine: Int32Array
  readonly stack: Int32Array
}

export type LogTable = {
  readonly length: number
  readonly timeNs: Float64Array
  readonly goroutine: Int32Array
  readonly task: Int32Array //     row in tasks; -1: none
  readonly category: Int32Array // row in strings
  readonly message: Int32Array //  row in strings; equal messages may have different rows
  readonly stack: Int32Array
}

/** CPU samples; place as in running spans. */
export type SampleTable = {
  readonly length: number
  readonly timeNs: Float64Array
  readonly goroutine: Int32Array
  readonly place: Int32Array
  readonly stack: Int32Array
}

export type LabelTable = {
  readonly length: number
  readonly timeNs: Float64Array
  readonly goroutine: Int32Array
  readonly label: Int32Array // row in strings
}

/** The kinds of events that Go's reader surfaces beside transitions, in the words of `internal/trace/event.go`. */
export const EVENT_KINDS = [
  'goroutine', // state transitions of goroutines
  'proc', //      state transitions of procs
  'sync',
  'metric',
  'label',
  'stacksample',
  'rangebegin',
  'rangeactive',
  'rangeend',
  'taskbegin',
  'taskend',
  'regionbegin',
  'regionend',
  'log',
  'experimental',
] as const
export const EventKind = Object.freeze(Object.fromEntries(EVENT_KINDS.map((kind, i) => [kind, i]))) as {
  readonly [K in (typeof EVENT_KINDS)[number]]: number
}

export type Trace = {
  /** Of the header: 11, 19, 21 (v1) or 22, 23, 25, 26 (v2). The format's version, not the writer's: Go 1.24 writes 23. */
  readonly version: number
  /** Size of the input, uncompressed. */
  readonly byteLength: number
  /** From the first event (a generation's begin) to the last. */
  readonly durationNs: number
  /** A reading of the wall clock, where the format has one (since Go 1.25). */
  readonly clock: { readonly atNs: number; readonly unixNs: number } | undefined
  /** When each generation began; one row for v1. */
  readonly generationNs: Float64Array
  readonly strings: StringTable
  readonly frames: FrameTable
  readonly stacks: StackTable
  readonly reasons: Int32Array // rows in strings; reason 0 is ''
  readonly goroutines: GoroutineTable
  readonly spans: SpanTable
  readonly spansOf: RowIndex //   spans by goroutine, in order of time
  readonly procs: { readonly length: number; readonly id: Float64Array }
  readonly threads: { readonly length: number; readonly id: Float64Array }
  readonly ranges: RangeTable
  readonly metrics: MetricTable
  readonly tasks: TaskTable
  readonly regions: RegionTable
  readonly logs: LogTable
  readonly samples: SampleTable
  readonly labels: LabelTable
  /** How many events of each of `EVENT_KINDS` Go's reader would have surfaced. */
  readonly eventCounts: Float64Array
  /** What could not be read; empty for a whole trace. */
  readonly problems: readonly Problem[]
}

const NO_PLACE = 0xffff

/** Packs where a goroutine ran; rows that do not fit into 16 bits (or -1) come out as none. */
export function placeOf(proc: number, thread: number): number {
  const p = proc >= 0 && proc < NO_PLACE ? proc : NO_PLACE
  const t = thread >= 0 && thread < NO_PLACE ? thread : NO_PLACE
  return (p << 16) | t
}

/** The proc of a running or syscall span's (or a sample's) place; -1: none. */
export function procOf(place: number): number {
  const proc = place >>> 16
  return proc === NO_PLACE ? -1 : proc
}

/** The thread of a running or syscall span's (or a sample's) place; -1: none. */
export function threadOf(place: number): number {
  const thread = place & 0xffff
  return thread === NO_PLACE ? -1 : thread
}

/** Where the span ends that stands at `at` in `trace.spansOf.row`, a span of goroutine `g`. */
export function spanEndNs(trace: Trace, g: number, at: number): number {
  if (at + 1 < trace.spansOf.first[g + 1]) return trace.spans.startNs[trace.spansOf.row[at + 1]]
  const deathNs = trace.goroutines.deathNs[g]
  return Number.isNaN(deathNs) ? trace.durationNs : deathNs
}

/** The row of the last span of a goroutine; -1 where it has none. */
export function lastSpanOf(trace: Trace, g: number): number {
  const end = trace.spansOf.first[g + 1]
  return end === trace.spansOf.first[g] ? -1 : trace.spansOf.row[end - 1]
}
