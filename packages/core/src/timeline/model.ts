/**
 * What a timeline *is* here. `rows.ts` says which rows there are, `scene.ts` what of them is to be drawn for a stretch
 * of time and a width, `levels.ts` makes that cost pixels and not events, `filter.ts` says whom to keep; a page draws it.
 *
 *   Trace ─► Timeline ─► Layout (which rows, in what order) ─► Scene (typed arrays for what is on the screen)
 *            + stuck       + filter, expanded rows               + time range, width, first row
 *
 * X is in columns: one column is one pixel of the device; column 0 begins at `Scene.startNs`. Nothing here knows colours
 * or the DOM.
 */
import type { RowIndex, Trace } from '../trace/tables.ts'

/** What a stretch of a row shows. The first four are `GoState`, value by value. */
export const Paint = { running: 0, runnable: 1, waiting: 2, syscall: 3, gc: 4, stw: 5, user: 6 } as const
export type Paint = (typeof Paint)[keyof typeof Paint]
export const PAINTS = 7

/**
 *   counter     a value over time (heap, goroutines by state …): twice as high as the others
 *   ranges      stop-the-world, GC, sweeping, mark assists: `subject` is a RangeKind
 *   heading     a section that opens and closes: procs, threads, tasks, regions
 *   proc, thread   `subject` is a row in procs, threads
 *   taskType    all tasks of a type; opens into `task` rows (`subject`: string row of the type; row in tasks)
 *   regionType  all regions of a type (`subject`: string row of the type)
 *   group       the goroutines that began in one function (`subject`: row in `Timeline.groups`); where there is only
 *               one, or the filter keeps only one, its goroutine row stands there instead (depth 0, label: the function)
 *   goroutine   `subject` is a row in goroutines
 *   more        closes a list that was cut (a type with 100,000 tasks): says how many are not shown
 */
export type RowKind =
  | 'counter'
  | 'ranges'
  | 'heading'
  | 'proc'
  | 'thread'
  | 'taskType'
  | 'task'
  | 'regionType'
  | 'group'
  | 'goroutine'
  | 'more'

export type CounterKind = 'heap' | 'goroutines' | 'threads' | 'gomaxprocs'
/** What a counter's `Row.subject` counts into. Its key is the same word, but "thread-counts": "threads" is the section. */
export const COUNTER_KINDS: readonly CounterKind[] = ['heap', 'goroutines', 'threads', 'gomaxprocs']

export type Row = {
  /**
   * Says which row it is in URLs and requests, the same for every layout of a trace: "heap", "stw", "procs", "p3" (proc
   * id), "m41" (thread id), "f:main.worker", "g41" (goroutine id), "task:TYPE", "t7" (task id), "region:TYPE".
   * Where a trace uses an id again, the second one is "g41.2", "t7.2".
   */
  readonly key: string
  readonly kind: RowKind
  readonly subject: number
  /** "P3", "thread 41", "main.worker", "41"; may hold anything a stranger's program is called. */
  readonly label: string
  /** Beside the label, dimmed: how many, "runtime.main", a note. */
  readonly note: string
  /** 0, 1 for what stands below a heading or group, 2 for tasks below their type. */
  readonly depth: number
  /** undefined: does not open. */
  readonly expanded: boolean | undefined
  readonly stuck: boolean
}

/** Goroutines by the function that they began with. Row 0 … length − 1, in no order that matters. */
export type GroupTable = {
  readonly length: number
  readonly entry: Int32Array //      row in strings; 0 where unknown
  readonly stuckCount: Uint32Array
  /** Goroutine rows by group: those of group k are members.row[members.first[k]] …, stuck ones first, then by `rows.ts`. */
  readonly members: RowIndex
  readonly groupOf: Uint32Array //   by goroutine row
}

/** A trace and what is derived from it once. Whatever is dear is made when it is first asked for (`levels.ts`, `tracks.ts`). */
export type Timeline = {
  readonly trace: Trace
  /** By goroutine row: 1 where a finding says that it is stuck. */
  readonly stuck: Uint8Array
  readonly groups: GroupTable
  /** By goroutine row: 1 for the workers of the garbage collector, whose running is `Paint.gc`. */
  readonly isGcWorker: Uint8Array
}

/** Which rows there are for a filter and a set of expanded rows. A million rows cost no object each. */
export type Layout = {
  readonly rowCount: number
  /** So many rows at the top are twice as high as the others: the counters. */
  readonly tallRows: number
  /** The row at an index from 0 to rowCount − 1. */
  rowAt(index: number): Row
  /** Index of the row with this key; -1: not in this layout. */
  indexOf(key: string): number
  /** Index of a goroutine's own row, else of its group's; -1: filtered out. */
  indexOfGoroutine(goroutine: number): number
  /** Goroutines that the filter keeps. */
  readonly kept: number
}

export type SceneRequest = {
  readonly startNs: number
  readonly endNs: number
  /** Width in pixels of the device; at most `MAX_COLUMNS`. */
  readonly columns: number
  readonly firstRow: number
  readonly rowCount: number
}
export const MAX_COLUMNS = 16_384

/** Bits of `boxFlags` and `shareFlags`. */
export const MARKED = 1 //   the filter's terms about spans fit it (or one in the column)
export const STUCK = 2 //    a finding's waiters wait here
export const OPEN_START = 4 // began before the trace did
export const OPEN_END = 8 //   not over when the trace ended

/**
 * What is to be drawn: for each row boxes (stretches at least one column wide), shares (columns in which more than one
 * thing happened) and ticks. A column is either: boxes are cut at the edge of a column that is mixed, and what is cut off
 * is in its shares. Where neither box nor share covers a column nothing was there. What happened in a column at all has a
 * share of 1 at least. Rows of each table are grouped by scene row: those of row r are boxFirst[r] … boxFirst[r + 1] − 1,
 * in order of x.
 */
export type Scene = SceneRequest & {
  readonly rows: readonly Row[]

  readonly boxFirst: Uint32Array //  rows.length + 1
  readonly boxX0: Float32Array //    columns, cut to 0 … columns
  readonly boxX1: Float32Array
  readonly boxPaint: Uint8Array //   Paint
  readonly boxFlags: Uint8Array
  readonly boxReason: Uint16Array // row in Trace.reasons; 0: none
  /** Row in the table that the row's kind names: span (goroutine, proc, thread), range, task, region; -1: several. */
  readonly boxRef: Int32Array
  readonly boxLabel: Int32Array //   row in `labels`, for boxes wide enough to be written on; -1: none
  readonly labels: readonly string[]

  readonly shareFirst: Uint32Array //  rows.length + 1
  readonly shareColumn: Uint16Array // which column; ascending within a row
  readonly shares: Uint8Array //       PAINTS for each: how much of the column, of 255; what is missing is background
  readonly shareFlags: Uint8Array

  readonly tickFirst: Uint32Array //   rows.length + 1
  readonly tickX: Float32Array //      CPU samples, and logs on rows of tasks

  readonly counters: readonly CounterLine[]
}

/** A counter row: its series are stacked where `stacked`, else drawn over each other. */
export type CounterLine = {
  readonly row: number // in the scene
  readonly kind: CounterKind
  readonly stacked: boolean
  /** Full height of the row, the same for every scene of a trace. */
  readonly max: number
  readonly unit: 'bytes' | 'count'
  readonly series: readonly CounterSeries[]
}
export type CounterSeries = {
  readonly name: string
  readonly paint: Paint
  /** One per column: mean over its time for counts, the largest for bytes; NaN: not known yet. */
  readonly values: Float32Array
}

/** Shares of states over the whole trace or a part, over all goroutines, for the minimap. */
export type Minimap = { readonly columns: number; readonly shares: Uint8Array } // PAINTS for each column

/** What a filter keeps and marks. */
export type Selection = {
  /** By goroutine row: 1 is kept. undefined: all are. */
  readonly keep: Uint8Array | undefined
  readonly kept: number
  /** By span row: 1 where all terms about spans fit. undefined: the filter has no such term. */
  readonly marks: Uint8Array | undefined
  readonly marked: number
}

export type FrameText = { readonly function: string; readonly file: string; readonly line: number }

/** A goroutine at a time: where a link leads. */
export type SpanLink = {
  readonly span: number // row in spans; -1: none
  readonly goroutine: number // row in goroutines
  readonly id: number // Go's id
  readonly name: string // its entry function
  readonly timeNs: number
}

export type SpanDetail = {
  readonly span: number
  readonly goroutine: number
  readonly id: number
  readonly name: string
  readonly label: string
  readonly state: 'running' | 'runnable' | 'waiting' | 'syscall'
  /** Go's words, "sync.Mutex.Lock" or "chan receive"; '' where there is none. */
  readonly reason: string
  readonly startNs: number
  readonly endNs: number
  readonly openStart: boolean
  readonly openEnd: boolean
  readonly stuck: boolean
  /** Go's ids; -1: none. Where it ran, for a running or syscall span; else where it ran last. */
  readonly proc: number
  readonly thread: number
  /** When it last ran; NaN: not seen. For a running span its own start. */
  readonly lastRanNs: number
  /** Where it began to wait, or called, or was preempted; empty: not known. For a running span where it is known to have stopped next. */
  readonly stack: readonly FrameText[]
  /** What `stack` is, in words: "blocked at", "called at", "preempted at", "ran until". */
  readonly stackIs: string
  /** Who woke (or created) it, for a runnable span; for a waiting one who ended the wait; for a running one who had woken it. */
  readonly wokenBy: SpanLink | undefined
  readonly wokenByStack: readonly FrameText[]
  /** Whom it woke (or created) during this span, in order of time; at most 100. */
  readonly woke: readonly SpanLink[]
  readonly wokeCount: number
  readonly creator: SpanLink | undefined
  readonly creationStack: readonly FrameText[]
  /** The goroutine's neighbouring spans; -1: none. */
  readonly previous: number
  readonly next: number
  /** CPU samples within it. */
  readonly samples: number
}

/** Sums over a stretch of time, of the goroutines kept. */
export type RangeSums = {
  readonly startNs: number
  readonly endNs: number
  readonly goroutines: number // alive in it
  readonly stateNs: readonly [running: number, runnable: number, waiting: number, syscall: number]
  /** Waiting by reason, longest first; at most 20. */
  readonly reasons: readonly { readonly reason: string; readonly ns: number; readonly spans: number }[]
  /** Running by entry function, longest first; at most 10. */
  readonly functions: readonly { readonly name: string; readonly runningNs: number; readonly goroutines: number }[]
  readonly gcNs: number
  readonly stwNs: number
  readonly stwCount: number
}

export type SearchHit = {
  readonly kind: 'goroutine' | 'function' | 'reason'
  readonly text: string
  readonly note: string
  /** The filter that finds the same: "g:41", "fn:…", "reason:…". */
  readonly filter: string
}
