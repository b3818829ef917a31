/**
 * What page and worker say to each other. The worker holds the captures; the page gets typed arrays for what is on the
 * screen. Each request has a number and gets one answer with it; while `open` and `answer` run, progress comes in between.
 * `open` is answered when timelines and groups can be drawn; what the captures say is asked by `answer`, and while that is
 * looked for, other requests have their turn.
 */
import type {
  CounterKind,
  Diagnosis,
  DiagnosisInput,
  DiffMoves,
  DumpFilter,
  DumpForm,
  DumpState,
  FrameText,
  Likeness,
  Minimap,
  Problem,
  RangeSums,
  Row,
  Scene,
  SceneRequest,
  SearchHit,
  SpanDetail,
} from '@unhang/core'
import type { CompareRequests } from './protocol/compare.ts'
import type { FunctionsRequests } from './protocol/functions.ts'
import type { MmuRequests } from './protocol/mmu.ts'
import type { ProfileRequests } from './protocol/profiles.ts'
import type { TasksRequests } from './protocol/tasks.ts'

export type { CounterKind, Row, Scene, SceneRequest }

/** One capture to open: bytes of a dropped file, or a place on the page's own server. */
export type Source =
  | { readonly name: string; readonly bytes: ArrayBuffer; readonly cut?: string | undefined }
  | {
      readonly name: string
      readonly url: string
      readonly size: number
      /** Why the file is not whole, where whoever captured it knows. */
      readonly cut?: string | undefined
    }

export type Progress = {
  readonly stage: 'fetching' | 'unpacking' | 'reading' | 'measuring' | 'diagnosing' | 'source' | 'drawing'
  /** The capture in question; '' where it is about all of them. */
  readonly name: string
  readonly done: number // bytes, of a diagnosis steps, of a curve lengths; of `total`, 0 where that is not known
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
}

/** A dump among the captures. */
export type DumpInfo = {
  readonly name: string
  readonly form: DumpForm
  readonly goroutines: number
  /** The trace of the same process; -1: there is none. */
  readonly trace: number
}

/** A moment whose goroutines can be grouped: a dump, or any time of a trace; without one, its end. */
export type MomentRef =
  | { readonly kind: 'dump'; readonly index: number }
  | { readonly kind: 'trace'; readonly index: number; readonly atNs: number | undefined }

/** A group, by a goroutine of it ("g41"), or where ids are not known a row of the dump ("r7"). */
export type GroupPlace = { readonly of: MomentRef; readonly key: string }

/** A file that is no capture, or could not be read: the page lives on. */
export type Refused = { readonly name: string; readonly message: string; readonly isExecutable: boolean }

/** What is open, before anybody knows what it says. */
export type Opened = {
  /** As an answer tells of them. */
  readonly inputs: readonly DiagnosisInput[]
  readonly traces: readonly TraceInfo[]
  /** For each trace the rows to have open at first. */
  readonly expanded: readonly (readonly string[])[]
  readonly dumps: readonly DumpInfo[]
  readonly refused: readonly Refused[]
}

/** What captures say, with what their source says. */
export type Told = {
  readonly diagnosis: Diagnosis
  /** Source that the captures name is at hand. */
  readonly hasSource: boolean
}

/** What it says. */
export type Answered = {
  readonly diagnosis: Diagnosis
  /** Source that the captures name was at hand, and the diagnosis is what it says, too. */
  readonly hasSource: boolean
  /** As in `Opened`, now that it is known who is stuck. */
  readonly expanded: readonly (readonly string[])[]
  /** For each finding the trace in which its waiters are, and the rows of their last spans (at most 100); -1: in no trace. */
  readonly findingPlaces: readonly { readonly trace: number; readonly spans: readonly number[] }[]
  /** For each finding the group of its waiters, where they are shown with the most. */
  readonly findingGroups: readonly (GroupPlace | undefined)[]
}

export type LayoutInfo = {
  /** It is known who is stuck: they stand first, and are marked. */
  readonly isAnswered: boolean
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
  /** The moment in which this goroutine's group tells the most; undefined: it is in none. */
  readonly moment: MomentRef | undefined
}

export type GroupSort = 'wait' | 'count' | 'name' | 'change'

export type GroupsAsk = {
  readonly of: MomentRef
  /** The earlier moment that it is compared with. */
  readonly against: MomentRef | undefined
  readonly like: Likeness
  readonly filter: DumpFilter
  readonly sort: GroupSort
}

/** What all groups have together. The rows come by their index, see `groupRows`. */
export type GroupsInfo = {
  /** Names this list when its rows are asked for. */
  readonly list: number
  readonly length: number
  /** Groups, and goroutines that there are, whatever the filter keeps. */
  readonly all: number
  readonly goroutines: number
  /** Goroutines that the filter keeps. */
  readonly kept: number
  /** Goroutines that it leaves out because their form does not tell what is asked. */
  readonly unknown: number
  /** Goroutines of the runtime, which a trace has and a dump leaves out. */
  readonly system: number
  /** Of those kept, by state. */
  readonly states: Readonly<Record<DumpState, number>>
  /** What is waited for, the most frequent first. */
  readonly reasons: readonly string[]
  /** The dump ends before its end. */
  readonly isCut: boolean
  /** The most goroutines in one group, for bars to compare with. */
  readonly most: number
  /** Of a comparison. */
  readonly compared: Compared | undefined
}

export type Compared = {
  /** By id: who it is is known. By counts: only how many. */
  readonly by: 'ids' | 'counts'
  /** At which likeness: forms that tell less are compared by less. */
  readonly like: Likeness
  readonly before: number
  readonly after: number
  readonly moves: DiffMoves
  readonly summary: readonly string[]
}

export type GroupRow = {
  readonly key: string
  readonly count: number
  /** How many were here in the earlier moment, came, went and stayed; the last three 0 where ids are not known. */
  readonly change:
    | { readonly before: number; readonly came: number; readonly gone: number; readonly still: number }
    | undefined
  readonly state: DumpState
  /** What is waited for; '' of others. */
  readonly reason: string
  readonly leaked: boolean
  /** Shortest and longest wait; 0: none is known. */
  readonly leastNs: number
  readonly mostNs: number
  /** They are lower bounds: whole minutes of a dump's header, or the time that a trace saw of it. */
  readonly isAtLeast: boolean
  readonly site: FrameText | undefined
  readonly createdBy: FrameText | undefined
  /** Index of the finding that these are the waiters of; -1: none. */
  readonly finding: number
}

export type GroupFrame = FrameText & { readonly args: string }

export type GroupId = {
  readonly id: number
  /** It is in the trace. */
  readonly isTraced: boolean
}

export type GroupDetail = {
  readonly row: GroupRow
  readonly frames: readonly GroupFrame[]
  /** Frames beyond those that are listed. */
  readonly moreFrames: number
  /** Whose arguments are shown, where others of the group have others; undefined: they are those of all, or unknown. */
  readonly argsOf: number | undefined
  readonly elided: boolean
  readonly locked: number
  readonly labels: string
  readonly creator: number | undefined
  /** The first ids; in a comparison of each kind. */
  readonly ids: readonly { readonly kind: string; readonly count: number; readonly ids: readonly GroupId[] }[]
  /** The trace in which the ids are, and the time at which; -1: none. */
  readonly trace: number
  readonly timeNs: number
}

/** Name of a request: what it is asked with, what it answers. `trace` is an index into `Opened.traces`. */
export type Requests = FunctionsRequests &
  ProfileRequests &
  TasksRequests &
  MmuRequests &
  CompareRequests & {
    open: { ask: { sources: readonly Source[] }; answer: Opened }
    /**
     * Of what is open. `isServed`: there is a server that may have the source; `told`: it is known already, as a report
     * says it. The next `layout` has the stuck ones first.
     */
    answer: { ask: { isServed: boolean; told?: Told | undefined }; answer: Answered }
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
    search: {
      ask: { trace: number; text: string; limit: number }
      answer: { hits: readonly SearchHit[]; total: number }
    }
    complete: { ask: { trace: number; text: string; caret: number }; answer: readonly Completion[] }
    groups: { ask: GroupsAsk; answer: GroupsInfo }
    /** Rows from an index on; undefined: there is another list now. */
    groupRows: { ask: { list: number; from: number; count: number }; answer: readonly GroupRow[] | undefined }
    /** Where the group with this goroutine or row stands in the list; -1: the filter hides it, -2: it is not there. */
    groupAt: { ask: { list: number; key: string }; answer: number }
    groupDetail: { ask: { list: number; index: number }; answer: GroupDetail | undefined }
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
