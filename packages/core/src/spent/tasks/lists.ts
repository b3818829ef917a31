/** Tasks and regions one by one, and what the commands `tasks` and `regions` print as JSON. */
import type { Trace } from '../../trace/tables.ts'
import type { Scope } from '../scope.ts'
import { taskLinks } from './links.ts'
import { type LogFound, logFound, logsWith } from './logs.ts'
import { type PlaceText, textAt } from './places.ts'
import {
  type RegionFilter,
  type RegionType,
  regionPlace,
  regionRows,
  regionSeenNs,
  regionTypes,
  requireRegions,
  sortRegions,
} from './regions.ts'
import { spendingOf } from './spending.ts'
import {
  requireTasks,
  sizeOf,
  sortTasks,
  type TaskFilter,
  type TaskType,
  type TaskTypes,
  taskRows,
  taskSeenNs,
  taskTypes,
} from './tasks.ts'

/** One task; times that were not seen are null. */
export type TaskRow = {
  readonly id: number
  /** '': its begin was not seen. */
  readonly type: string
  readonly startNs: number | null
  readonly endNs: number | null
  /** As far as the trace shows: until its end where the task did not end, from its begin where it began before. */
  readonly durationNs: number
  /** Go's id of the task that it is a part of; 0: none. */
  readonly parent: number
  /** How many have a part in it, and how many regions and logs it has. */
  readonly goroutines: number
  readonly regions: number
  readonly logs: number
  /** Where a log was asked for: the first of its logs that fit, and how many do. */
  readonly found?: LogFound
}

/** One region; times that were not seen are null. */
export type RegionRow = {
  readonly type: string
  readonly place: PlaceText | undefined
  readonly startNs: number | null
  readonly endNs: number | null
  readonly durationNs: number
  /** Go's ids; task 0 is none. */
  readonly goroutine: number | null
  readonly task: number
  readonly runningNs: number
  readonly runnableNs: number
  readonly waitingNs: number
  readonly syscallNs: number
  readonly assistNs: number
}

/** `unhang tasks FILE --json`. */
export type TasksReport = {
  readonly schema: 'unhang.tasks/1'
  /** What was asked about. */
  readonly startNs: number
  readonly endNs: number
  readonly count: number
  readonly unended: number
  readonly background: TaskTypes['background']
  /** Where a log was asked for: what of the background fits. */
  readonly backgroundFound?: LogFound
  readonly types: readonly TaskType[]
  /** Those that never ended first, the longest before the others. */
  readonly tasks: readonly TaskRow[]
  /** Tasks that are counted above and left out of the list. */
  readonly omitted: number
}

/** `unhang regions FILE --json`. */
export type RegionsReport = {
  readonly schema: 'unhang.regions/1'
  readonly startNs: number
  readonly endNs: number
  readonly count: number
  readonly unended: number
  readonly types: readonly RegionType[]
  readonly regions: readonly RegionRow[]
  readonly omitted: number
}

/** More than anybody reads; a program that does asks for a part. */
const MOST_ROWS = 100_000

/** Throws `ScopeError` where there are no tasks, or none of that type. */
export function tasksReport(trace: Trace, scope: Scope, filter: TaskFilter, limit = MOST_ROWS): TasksReport {
  requireTasks(trace)
  const rows = taskRows(trace, scope, filter)
  const { types, count, unended, background } = taskTypes(trace, rows)
  const listed = sortTasks(trace, rows, 'state').subarray(0, limit)
  return {
    schema: 'unhang.tasks/1',
    startNs: scope.fromNs,
    endNs: scope.toNs,
    count,
    unended,
    background,
    ...foundInBackground(trace, filter.log),
    types,
    tasks: Array.from(listed, row => taskRow(trace, row, filter.log)),
    omitted: rows.length - listed.length,
  }
}

function foundInBackground(trace: Trace, log: string | undefined): Pick<TasksReport, 'backgroundFound'> {
  const found = log === undefined ? undefined : logFound(trace, logsWith(trace, log), taskLinks(trace).background)
  return found ? { backgroundFound: found } : {}
}

export function regionsReport(trace: Trace, scope: Scope, filter: RegionFilter, limit = MOST_ROWS): RegionsReport {
  requireRegions(trace)
  const rows = regionRows(trace, scope, filter)
  const types = regionTypes(trace, rows)
  const listed = sortRegions(trace, rows, 'state').subarray(0, limit)
  return {
    schema: 'unhang.regions/1',
    startNs: scope.fromNs,
    endNs: scope.toNs,
    count: rows.length,
    unended: types.reduce((sum, type) => sum + type.unended, 0),
    types,
    regions: Array.from(listed, row => regionRow(trace, row)),
    omitted: rows.length - listed.length,
  }
}

const seen = (ns: number) => (Number.isNaN(ns) ? null : ns)

/** `log`: the text that was asked for. */
export function taskRow(trace: Trace, row: number, log?: string): TaskRow {
  const { tasks } = trace
  const { goroutines, regions, logs } = taskLinks(trace)
  const found = log === undefined ? undefined : logFound(trace, logsWith(trace, log), row)
  return {
    id: tasks.id[row],
    type: textAt(trace, tasks.type[row]),
    startNs: seen(tasks.startNs[row]),
    endNs: seen(tasks.endNs[row]),
    durationNs: taskSeenNs(trace, row),
    parent: tasks.parent[row] < 0 ? 0 : tasks.id[tasks.parent[row]],
    goroutines: sizeOf(goroutines.first, row),
    regions: sizeOf(regions.first, row),
    logs: sizeOf(logs.first, row),
    ...(found ? { found } : {}),
  }
}

export function regionRow(trace: Trace, row: number): RegionRow {
  const { regions, tasks, goroutines } = trace
  const { runningNs, runnableNs, waitingNs, syscallNs, assistNs } = spendingOf(trace)
  return {
    type: textAt(trace, regions.type[row]),
    place: regionPlace(trace, row),
    startNs: seen(regions.startNs[row]),
    endNs: seen(regions.endNs[row]),
    durationNs: regionSeenNs(trace, row),
    goroutine: regions.goroutine[row] < 0 ? null : goroutines.id[regions.goroutine[row]],
    task: regions.task[row] < 0 ? 0 : tasks.id[regions.task[row]],
    runningNs: runningNs[row],
    runnableNs: runnableNs[row],
    waitingNs: waitingNs[row],
    syscallNs: syscallNs[row],
    assistNs: assistNs[row],
  }
}
