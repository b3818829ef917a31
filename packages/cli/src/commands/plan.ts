/** What a command line asks for, as plain data: `program.ts` makes it, `run.ts` does it, tests compare it. */
import type {
  DumpFilter,
  FunctionSort,
  GoroutineSort,
  Likeness,
  MmuChoice,
  RegionFilter,
  ScopeAsk,
  TaskFilter,
} from '@unhang/core'
import type { CaptureOptions, FetchOptions } from '../capture/options.ts'
import type { GlobalOptions } from '../print/output.ts'
import type { DiffSort } from '../print/trace-diff.ts'

/** Names of inputs of two processes that talk to each other, where it is said which is which. */
export type Ends = { readonly client: readonly string[]; readonly server: readonly string[] }

export type AnswerOptions = {
  /** Where the source is; undefined: where the capture says, or in Go modules below the working directory. */
  readonly src: string | undefined
  /** Also print what is only worth a look. */
  readonly all: boolean
  /** Undefined: what hangs together is told by what the inputs hold. */
  readonly ends?: Ends
}

/** The bare form: `unhang HOST:PORT`. */
export type AskPlan = GlobalOptions & CaptureOptions & AnswerOptions & { readonly command: 'ask'; readonly url: string }
export type CapturePlan = GlobalOptions & CaptureOptions & { readonly command: 'capture'; readonly url: string }
export type DiagnosePlan = GlobalOptions &
  CaptureOptions &
  AnswerOptions & { readonly command: 'diagnose'; readonly inputs: readonly string[] }
export type ViewPlan = GlobalOptions &
  CaptureOptions & {
    readonly command: 'view'
    /** None: the page asks for files. */
    readonly inputs: readonly string[]
    readonly src: string | undefined
    /** undefined: the usual one, or any; 0: any. */
    readonly port: number | undefined
    /** Open the browser. */
    readonly open: boolean
  }
export type ReportPlan = GlobalOptions & {
  readonly command: 'report'
  readonly inputs: readonly string[]
  /** The file to write; "-": standard output. */
  readonly file: string
  readonly src: string | undefined
  /** '': none is given. */
  readonly title: string
}
export type SummaryPlan = GlobalOptions & { readonly command: 'summary'; readonly input: string }
/** Of one trace: a part of it, in some order; `limit` undefined: as many as fit on a screen, as JSON all. */
type SpentOptions<Sort> = {
  readonly input: string
  readonly scope: ScopeAsk
  readonly sort: Sort
  readonly limit: number | undefined
}
export type FunctionsPlan = GlobalOptions & SpentOptions<FunctionSort> & { readonly command: 'functions' }
export type GoroutinesPlan = GlobalOptions & SpentOptions<GoroutineSort> & { readonly command: 'goroutines' }
export type ProfilePlan = GlobalOptions & {
  readonly command: 'profile'
  readonly input: string
  /** As they were typed: what there is of each is told when it is done. */
  readonly kind: string
  readonly format: string
  /** undefined and "-": standard output. */
  readonly output: string | undefined
  readonly by: 'time' | 'count'
  /** Sort by what was spent in a function and below it. */
  readonly cumulative: boolean
  /** Functions, or lines of them. */
  readonly granularity: 'functions' | 'lines'
  /** Regular expressions. */
  readonly focus: string | undefined
  readonly ignore: string | undefined
  /** A function whose callers and callees are asked for. */
  readonly peek: string | undefined
  /** Count what goes on when the trace ends. */
  readonly unended: boolean
  readonly scope: ScopeAsk
}
export type MmuPlan = GlobalOptions & {
  readonly command: 'mmu'
  readonly input: string
  readonly choice: MmuChoice
  /** Of the worst windows that are listed; undefined: 10 ms, or what fits. */
  readonly windowNs: number | undefined
  readonly scope: ScopeAsk
}
export type DumpPlan = GlobalOptions &
  FetchOptions & {
    readonly command: 'dump'
    readonly inputs: readonly string[]
    readonly like: Likeness
    readonly filter: DumpFilter
    /** A later dump to compare with. */
    readonly diff: string | undefined
    /** Print every group, with its whole stack. */
    readonly all: boolean
  }
export type DiffPlan = GlobalOptions & {
  readonly command: 'diff'
  readonly before: string
  readonly after: string
  /** Of both traces. */
  readonly scope: ScopeAsk
  readonly sort: DiffSort
  /** Rows of each table. */
  readonly limit: number
}
export type WatchPlan = GlobalOptions &
  FetchOptions & {
    readonly command: 'watch'
    readonly url: string
    readonly intervalSeconds: number
    /** A capture is taken when so many more than usual wait at one line. */
    readonly threshold: number
    /** Of the trace in a capture. */
    readonly seconds: number
    readonly fullDump: boolean
    /** Captures go below it; undefined: the working directory. */
    readonly folder: string | undefined
    readonly maxCaptures: number
    /** Before the same group is captured again. */
    readonly pauseSeconds: number
    /** undefined: until Ctrl-C. */
    readonly forSeconds: number | undefined
    /** End with the first capture that shows something. */
    readonly once: boolean
    readonly src: string | undefined
  }
export type DemoPlan = GlobalOptions & {
  readonly command: 'demo'
  /** Show a recording, also where the experiment can be run. */
  readonly recorded: boolean
  /** Of the client; undefined: as many as fit into memory, up to a million. */
  readonly goroutines: number | undefined
}

/** `unhang tasks` and `unhang regions`: which, and within what of the trace. */
export type TasksPlan = GlobalOptions & {
  readonly command: 'tasks'
  readonly input: string
  /** The one whose story is told, by Go's id; undefined: all that the filter leaves. */
  readonly task: number | undefined
  readonly filter: TaskFilter
  readonly scope: ScopeAsk
}
export type RegionsPlan = GlobalOptions & {
  readonly command: 'regions'
  readonly input: string
  readonly filter: RegionFilter
  readonly scope: ScopeAsk
}

export type Plan =
  | AskPlan
  | CapturePlan
  | DiagnosePlan
  | ViewPlan
  | ReportPlan
  | SummaryPlan
  | SummaryPlan
  | FunctionsPlan
  | GoroutinesPlan
  | SummaryPlan
  | ProfilePlan
  | MmuPlan
  | DumpPlan
  | DiffPlan
  | WatchPlan
  | DemoPlan
  | TasksPlan
  | RegionsPlan

/** 0 done (for an answer: healthy), 1 findings, 2 not readable, not reachable or wrong usage. */
export type ExitCode = 0 | 1 | 2
