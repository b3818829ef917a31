/**
 * User tasks (`runtime/trace.NewTask`): by type with what they took, and as a list. Counts and latencies are those of
 * `/usertasks` of `go tool trace` (`cmd/trace/tasks.go`): latency is asked of tasks whose begin and end were seen.
 */
import { orderBy } from '../../base/order.ts'
import type { Trace } from '../../trace/tables.ts'
import { type Scope, ScopeError } from '../scope.ts'
import { type Latency, latencyOf } from './latency.ts'
import { taskLinks } from './links.ts'
import { hasLog, logsWith } from './logs.ts'
import { typeNumber, typesOf } from './types.ts'
import { asksAbout, overlaps } from './within.ts'

/** `type` is '' for tasks whose begin was not seen: nothing else says their type. */
export type TaskType = {
  readonly type: string
  readonly count: number
  /** Begin and end were seen: these have a latency. */
  readonly complete: number
  /** No end was seen. */
  readonly unended: number
  /** No begin was seen. */
  readonly unbegun: number
  readonly latency: Latency | undefined
}

export type TaskTypes = {
  /** Those with tasks that never ended first, then by total latency. */
  readonly types: readonly TaskType[]
  readonly count: number
  readonly unended: number
  /** What belongs to no task. */
  readonly background: { readonly regions: number; readonly logs: number }
}

/** Which tasks; all that is given must hold. */
export type TaskFilter = {
  readonly type?: string | undefined
  readonly unended?: boolean | undefined
  /** Took at least so long; of one that never ended, or began before the trace: as far as the trace shows. */
  readonly minNs?: number | undefined
  /** Took less than that: only tasks whose begin and end were seen. */
  readonly maxNs?: number | undefined
  /** Has a log, at whatever time, with this text in its category or message, whatever the case. */
  readonly log?: string | undefined
}

/** Throws `ScopeError` where there are no tasks at all, or none of that type. */
export function requireTasks(trace: Trace): void {
  if (trace.tasks.length > 0) return
  throw new ScopeError(
    'a trace with user tasks',
    'none',
    'programs make them: ctx, task := trace.NewTask(ctx, "name") of runtime/trace, then defer task.End()',
  )
}

/** How long a task was seen: until the trace ends where it did not end, from its begin where it began before. */
export function taskSeenNs({ tasks, durationNs }: Trace, row: number): number {
  const startNs = Number.isNaN(tasks.startNs[row]) ? 0 : tasks.startNs[row]
  return Math.max(0, (Number.isNaN(tasks.endNs[row]) ? durationNs : tasks.endNs[row]) - startNs)
}

/** Rows of the tasks that scope and filter leave, in the order of the table. */
export function taskRows(trace: Trace, scope: Scope, filter: TaskFilter = {}): Uint32Array {
  const { tasks } = trace
  const types = typesOf(trace, 'tasks')
  const type = filter.type === undefined ? -1 : typeNumber(trace, 'tasks', filter.type)
  const { minNs = 0, maxNs = Number.POSITIVE_INFINITY } = filter
  const fits = filter.log === undefined ? undefined : logsWith(trace, filter.log)
  const rows = new Uint32Array(tasks.length)
  let count = 0
  for (let row = 0; row < tasks.length; row++) {
    if (type >= 0 && types.of[row] !== type) continue
    const isUnended = Number.isNaN(tasks.endNs[row])
    if (filter.unended && !isUnended) continue
    const ns = taskSeenNs(trace, row)
    if (ns < minNs) continue
    if (maxNs < Number.POSITIVE_INFINITY && (isUnended || Number.isNaN(tasks.startNs[row]) || ns >= maxNs)) continue
    if (fits && !hasLog(trace, fits, row)) continue
    if (isAsked(trace, scope, row)) rows[count++] = row
  }
  return rows.subarray(0, count)
}

function isAsked(trace: Trace, scope: Scope, row: number): boolean {
  const startNs = trace.tasks.startNs[row]
  const endNs = trace.tasks.endNs[row]
  if (!overlaps(scope, startNs, endNs)) return false
  if (!scope.keep && !scope.within) return true
  const { first, row: members } = taskLinks(trace).goroutines
  for (let i = first[row]; i < first[row + 1]; i++) if (asksAbout(scope, members[i], startNs, endNs)) return true
  return false
}

/** The types of some tasks, each with what its tasks took. */
export function taskTypes(trace: Trace, rows: Uint32Array): TaskTypes {
  const { tasks } = trace
  const { names, of, length } = typesOf(trace, 'tasks')
  const counts = { all: new Uint32Array(length), unended: new Uint32Array(length), unbegun: new Uint32Array(length) }
  const complete = new Uint32Array(length)
  for (const row of rows) {
    const isUnended = Number.isNaN(tasks.endNs[row])
    const isUnbegun = Number.isNaN(tasks.startNs[row])
    counts.all[of[row]]++
    if (isUnended) counts.unended[of[row]]++
    if (isUnbegun) counts.unbegun[of[row]]++
    if (!isUnended && !isUnbegun) complete[of[row]]++
  }
  const ns = Array.from(complete, count => new Float64Array(count))
  const filled = new Uint32Array(length)
  for (const row of rows) {
    const tookNs = tasks.endNs[row] - tasks.startNs[row]
    if (!Number.isNaN(tookNs)) ns[of[row]][filled[of[row]]++] = tookNs
  }
  const types: TaskType[] = []
  for (let k = 0; k < length; k++) {
    if (counts.all[k] === 0) continue
    const { all, unended, unbegun } = counts
    const is = { count: all[k], complete: complete[k], unended: unended[k], unbegun: unbegun[k] }
    types.push({ type: names[k], ...is, latency: latencyOf(ns[k]) })
  }
  types.sort(byWeight)
  const { regions, logs, background } = taskLinks(trace)
  return {
    types,
    count: rows.length,
    unended: types.reduce((sum, { unended }) => sum + unended, 0),
    background: { regions: sizeOf(regions.first, background), logs: sizeOf(logs.first, background) },
  }
}

function byWeight(a: TaskType, b: TaskType): number {
  const totals = (b.latency?.totalNs ?? 0) - (a.latency?.totalNs ?? 0)
  return Number(b.unended > 0) - Number(a.unended > 0) || totals || (a.type < b.type ? -1 : 1)
}

export function sizeOf(first: Uint32Array, row: number): number {
  return first[row + 1] - first[row]
}

export const TASK_SORTS = [
  'state',
  'id',
  'type',
  'start',
  'duration',
  'goroutines',
  'regions',
  'logs',
  'parent',
] as const
export type TaskSort = (typeof TASK_SORTS)[number]

/**
 * The rows in the order of a column. By `state` those that never ended come first, the longest before the others, then
 * the rest by what they took.
 */
export function sortTasks(trace: Trace, rows: Uint32Array, sort: TaskSort, isDescending = false): Uint32Array {
  const keys = Float64Array.from(rows, taskKey(trace, sort))
  return picked(rows, orderBy(keys), isDescending && sort !== 'state')
}

function taskKey(trace: Trace, sort: TaskSort): (row: number) => number {
  const { tasks, durationNs } = trace
  const links = taskLinks(trace)
  switch (sort) {
    case 'state': {
      // Ascending keys: the longest first, and those that ended behind all others.
      const behindNs = 2 * durationNs + 2
      return row => durationNs - taskSeenNs(trace, row) + (Number.isNaN(tasks.endNs[row]) ? 0 : behindNs)
    }
    case 'id':
      return row => tasks.id[row]
    case 'type': {
      const { names, of } = typesOf(trace, 'tasks')
      const rank = rankOf(names)
      return row => rank[of[row]]
    }
    case 'start':
      return row => (Number.isNaN(tasks.startNs[row]) ? 0 : tasks.startNs[row])
    case 'duration':
      return row => taskSeenNs(trace, row)
    case 'goroutines':
      return row => sizeOf(links.goroutines.first, row)
    case 'regions':
      return row => sizeOf(links.regions.first, row)
    case 'logs':
      return row => sizeOf(links.logs.first, row)
    case 'parent':
      return row => (tasks.parent[row] < 0 ? 0 : tasks.id[tasks.parent[row]])
  }
}

/** By number of a name: its place in the order of the alphabet. */
export function rankOf(names: readonly string[]): Uint32Array {
  const rank = new Uint32Array(names.length)
  const order = [...names.keys()].sort((a, b) => (names[a] < names[b] ? -1 : names[a] > names[b] ? 1 : 0))
  for (const [place, number] of order.entries()) rank[number] = place
  return rank
}

/** `rows` in an order of positions, or the other way round. */
export function picked(rows: Uint32Array, order: Uint32Array, isReversed: boolean): Uint32Array {
  const last = rows.length - 1
  return order.map((_, i) => rows[order[isReversed ? last - i : i]])
}
