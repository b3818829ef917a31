/** Questions of the page "tasks": types with their latencies, a list of which rows come as they are looked at, one story. */
import type {
  RegionFilter,
  RegionRow,
  RegionSort,
  RegionType,
  ScopeAsk,
  TaskFilter,
  TaskRow,
  TaskSort,
  TaskStory,
  TaskType,
} from '@unhang/core'

/** What all have together; `list` names the order of rows when they are asked for. */
type Listed = {
  readonly list: number
  readonly length: number
  /** The longest that was seen, for bars to compare with. */
  readonly longestNs: number
  /** Of all that the range has, whatever the filter leaves. */
  readonly count: number
  readonly unended: number
  /** There are some in the trace. */
  readonly isAny: boolean
  /** What of the trace belongs to no task. */
  readonly background: { readonly regions: number; readonly logs: number }
}

/** `backgroundFits`: how many logs of no task have the text that was asked for. */
export type TasksListed = Listed & { readonly types: readonly TaskType[]; readonly backgroundFits: number }
export type RegionsListed = Listed & { readonly types: readonly RegionType[] }

/** For each of the story's parts, by column of the time that it is drawn over: state + 1; 0: the goroutine is not there. */
export type StoryShown = {
  readonly story: TaskStory
  readonly fromNs: number
  readonly toNs: number
  readonly strips: readonly Uint8Array[]
}

type AskOf<Filter, Sort> = {
  readonly trace: number
  readonly scope: ScopeAsk
  readonly filter: Filter
  readonly sort: Sort
  readonly isDescending: boolean
}

export type TasksRequests = {
  tasks: { ask: AskOf<TaskFilter, TaskSort>; answer: TasksListed }
  regions: { ask: AskOf<RegionFilter, RegionSort>; answer: RegionsListed }
  /** Rows of the newest list from an index on; none where there is another list now. */
  taskRows: { ask: { list: number; from: number; count: number }; answer: { from: number; rows: readonly TaskRow[] } }
  regionRows: {
    ask: { list: number; from: number; count: number }
    answer: { from: number; rows: readonly RegionRow[] }
  }
  /** undefined: there is no such task. */
  taskStory: { ask: { trace: number; id: number; columns: number }; answer: StoryShown | undefined }
}
