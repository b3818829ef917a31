/** Answers what the page "tasks" asks. Of each kind the newest list is kept: its rows are asked for as they are looked at. */
import {
  aroundText,
  logFound,
  logsWith,
  type RegionFilter,
  regionRow,
  regionRows,
  regionSeenNs,
  regionTypes,
  type ScopeAsk,
  ScopeError,
  scopeOf,
  sortRegions,
  sortTasks,
  stripOf,
  type TaskFilter,
  type TaskRow,
  type Trace,
  taskRow,
  taskRowOf,
  taskRows,
  taskSeenNs,
  taskStory,
  taskTypes,
} from '@unhang/core'
import type { StoryShown, TasksRequests } from '../protocol/tasks.ts'
import type { Handlers, TraceAt } from './handlers.ts'

const MOST_ROWS = 500
const MOST_COLUMNS = 1000
/** What a page can show, and a reader follow. */
const STORY = { events: 2000, parts: 60, subtasks: 100 }

/** `log`: the text that its tasks have in a log. */
type List = { readonly number: number; readonly trace: Trace; readonly rows: Uint32Array; readonly log?: string }

/** As much of a log as a line of a list has room for. */
const LOG_LIMIT = 200

export function taskHandlers(at: TraceAt): Handlers<TasksRequests> {
  let number = 0
  let tasks: List | undefined
  let regions: List | undefined
  return {
    tasks: ({ trace: index, scope, filter, sort, isDescending }) => {
      const trace = at(index)
      const { all, rows } = both(trace, scope, filter, taskRows)
      const { types, count, unended, background } = taskTypes(trace, all)
      const { log } = filter
      tasks = { number: ++number, trace, rows: sortTasks(trace, rows, sort, isDescending), ...(log ? { log } : {}) }
      const backgroundFits = log ? (logFound(trace, logsWith(trace, log), trace.tasks.length)?.count ?? 0) : 0
      const beside = { background, backgroundFits }
      const longestNs = rows.reduce((most, row) => Math.max(most, taskSeenNs(trace, row)), 0)
      return {
        list: number,
        length: rows.length,
        longestNs,
        count,
        unended,
        isAny: trace.tasks.length > 0,
        types,
        ...beside,
      }
    },
    regions: ({ trace: index, scope, filter, sort, isDescending }) => {
      const trace = at(index)
      const { all, rows } = both(trace, scope, filter, regionRows)
      const types = regionTypes(trace, all)
      regions = { number: ++number, trace, rows: sortRegions(trace, rows, sort, isDescending) }
      const longestNs = rows.reduce((most, row) => Math.max(most, regionSeenNs(trace, row)), 0)
      const unended = types.reduce((sum, type) => sum + type.unended, 0)
      const isAny = trace.regions.length > 0
      const { background } = taskTypes(trace, new Uint32Array(0))
      return { list: number, length: rows.length, longestNs, count: all.length, unended, isAny, types, background }
    },
    taskRows: ({ list, from, count }) => part(tasks, list, from, count, rowWithLog(tasks?.log)),
    regionRows: ({ list, from, count }) => part(regions, list, from, count, regionRow),
    taskStory: ({ trace, id, columns }) => storyOf(at(trace), id, columns),
  }
}

/** A log may be long: of its text so much is told that what was sought is in it. */
function rowWithLog(log: string | undefined): (trace: Trace, row: number) => TaskRow {
  return (trace, row) => {
    const told = taskRow(trace, row, log)
    if (!told.found || log === undefined) return told
    const { found } = told
    const cut = (text: string) => aroundText(text, log, LOG_LIMIT)
    return { ...told, found: { ...found, category: cut(found.category), message: cut(found.message) } }
  }
}

type Rows<Filter> = (trace: Trace, scope: ReturnType<typeof scopeOf>, filter: Filter) => Uint32Array

/** Those of the range, and what the filter leaves of them: none where it names a type that the trace does not have. */
function both<Filter extends TaskFilter | RegionFilter>(
  trace: Trace,
  ask: ScopeAsk,
  filter: Filter,
  rowsOf: Rows<Filter>,
): { all: Uint32Array; rows: Uint32Array } {
  const scope = scopeOf(trace, ask)
  const all = rowsOf(trace, scope, {} as Filter)
  if (Object.keys(filter).length === 0) return { all, rows: all }
  try {
    return { all, rows: rowsOf(trace, scope, filter) }
  } catch (error) {
    if (error instanceof ScopeError) return { all, rows: new Uint32Array(0) }
    throw error
  }
}

function part<Row>(
  list: List | undefined,
  number: number,
  from: number,
  count: number,
  rowOf: (trace: Trace, row: number) => Row,
): { from: number; rows: Row[] } {
  if (list?.number !== number) return { from, rows: [] }
  const wanted = list.rows.subarray(Math.max(0, from), Math.max(0, from) + Math.min(MOST_ROWS, count))
  return { from, rows: Array.from(wanted, row => rowOf(list.trace, row)) }
}

function storyOf(trace: Trace, id: number, columns: number): StoryShown | undefined {
  let row: number
  try {
    row = taskRowOf(trace, id)
  } catch (error) {
    if (error instanceof ScopeError) return undefined
    throw error
  }
  const story = taskStory(trace, row, STORY)
  const fromNs = story.startNs ?? 0
  const toNs = story.endNs ?? trace.durationNs
  const width = Math.max(1, Math.min(MOST_COLUMNS, Math.round(columns) || 1))
  const strips = story.parts.map(part => {
    const g = trace.goroutines.id.indexOf(part.goroutine)
    return g < 0 ? new Uint8Array(width) : stripOf(trace, g, fromNs, toNs, width)
  })
  return { story, fromNs, toNs, strips }
}
