/**
 * What page and worker say to each other. The worker holds the captures; the page gets typed arrays for what is on the
 * screen. Each request has a number and gets one answer with it; while `open` runs, progress comes in between.
 */
import type {
  CounterKind,
  Diagnosis,
  Minimap,
  Problem,
  RangeSums,
  Row,
  Scene,
  SceneRequest,
  SearchHit,
  SpanDetail,
} from '@unhang/core'

export type { CounterKind, Row, Scene, SceneRequest }

/** One capture to open: bytes of a dropped file, or a place on the page's own server. */
export type Source =
  | { readonly name: string; readonly bytes: ArrayBuffer }
  | {
      readonly name: string
      readonly url: string
      readonly size: number
      /** Why the file is not whole, where whoever captured it knows. */
      readonly cut?: string | undefined
    }

export type Progress = {
  readonly stage: 'fetching' | 'unpacking' | 'reading' | 'diagnosing' | 'drawing'
  /** The capture in question; '' where it is about all of them. */
  readonly name: string
  readonly done: number // bytes; of `total`, 0 where that is not known
  readonly total: number
}

/** A trace among the captures, as the page shows it before anything is drawn. */
export type TraceInfo = {
  readonly name: string
  readonly goVersion: string
  readonly durationNs: number
  readonly goroutines: number
  readonly spans: number
  readonly procs: number
  /** Texts of `Trace.reasons`, by row. */
  readonly reasons: readonly string[]
  readonly problems: readonly Problem[]
  /** Rows to have open at first. */
  readonly expanded: readonly string[]
}

/** A file that is no capture, or could not be read: the page lives on. */
export type Refused = { readonly name: string; readonly message: string; readonly isExecutable: boolean }

export type Opened = {
  readonly traces: readonly TraceInfo[]
  /** Absent when nothing could be opened. */
  readonly diagnosis: Diagnosis | undefined
  /** For each finding the trace in which its waiters are, and the rows of their last spans (at most 100); -1: in no trace. */
  readonly findingPlaces: readonly { readonly trace: number; readonly spans: readonly number[] }[]
  readonly refused: readonly Refused[]
}

export type LayoutInfo = {
  readonly rowCount: number
  readonly tallRows: number
  readonly kept: number
  readonly goroutines: number
  readonly marked: number
  readonly hasMarks: boolean
  /** What is wrong with the filter, in words, and where in its text; the layout is then that without a filter. */
  readonly filterError: { readonly message: string; readonly from: number; readonly to: number } | undefined
}

/** Where a span stands in the layout: index of its goroutine's own row, or its group's; -1: filtered out. */
export type SpanPlace = {
  readonly row: number
  readonly groupKey: string
  readonly startNs: number
  readonly endNs: number
}

export type DetailWithPlaces = {
  readonly detail: SpanDetail
  readonly place: SpanPlace
  /** Of `detail.wokenBy` and each of `detail.woke`: layout rows for the arrows. */
  readonly wokenByRow: number
  readonly wokeRows: readonly number[]
}

/** Name of a request: what it is asked with, what it answers. `trace` is an index into `Opened.traces`. */
export type Requests = {
  open: { ask: { sources: readonly Source[] }; answer: Opened }
  layout: { ask: { trace: number; filter: string; expanded: readonly string[] }; answer: LayoutInfo }
  scene: { ask: { trace: number; request: SceneRequest }; answer: Scene }
  minimap: { ask: { trace: number; columns: number }; answer: Minimap }
  /** Indexes of rows in the layout; -1: not there. */
  rowsOf: { ask: { trace: number; keys: readonly string[] }; answer: readonly number[] }
  /** The span that a row shows at a time; -1: none. */
  spanAt: { ask: { trace: number; row: number; timeNs: number }; answer: number }
  /** When the bar that a row of pauses, tasks or regions shows at a time began and ended. */
  stretchAt: {
    ask: { trace: number; row: number; timeNs: number; nsPerColumn: number }
    answer: { readonly startNs: number; readonly endNs: number } | undefined
  }
  /** The span of a goroutine (Go's id) that holds the time; -1: none. */
  spanOf: { ask: { trace: number; goroutineId: number; timeNs: number }; answer: number }
  detail: { ask: { trace: number; span: number }; answer: DetailWithPlaces | undefined }
  /** What a row shows at a time, in a few lines for a tooltip. */
  describe: { ask: { trace: number; row: number; timeNs: number; nsPerColumn: number }; answer: readonly string[] }
  /** The next (1) or previous (-1) span that a filter marks, from a span on, in order of time; -1: none. */
  step: { ask: { trace: number; filter: string; from: number; direction: 1 | -1 }; answer: number }
  search: { ask: { trace: number; text: string; limit: number }; answer: { hits: readonly SearchHit[]; total: number } }
  complete: { ask: { trace: number; text: string; caret: number }; answer: readonly Completion[] }
  sums: { ask: { trace: number; startNs: number; endNs: number }; answer: RangeSums }
}

/** Replaces text[from, to) by `insert`. */
export type Completion = { readonly from: number; readonly to: number; readonly insert: string; readonly note: string }

export type RequestName = keyof Requests
export type ToWorker = { readonly id: number; readonly name: RequestName; readonly ask: unknown }
export type FromWorker =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly id: number; readonly progress: Progress }
