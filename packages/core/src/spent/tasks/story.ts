/**
 * The story of one task in the order of time: its begin, its logs, its regions on each goroutine, its sub-tasks, its end;
 * who had a part in it; and of a task that never ended, where those who are left stand now.
 */
import { orderBy } from '../../base/order.ts'
import type { Trace } from '../../trace/tables.ts'
import { ScopeError } from '../scope.ts'
import { taskLinks } from './links.ts'
import { type PartOfTask, partsOf } from './parts.ts'
import { frameOf, type PlaceText, placeText, textAt } from './places.ts'
import { regionSeenNs } from './regions.ts'
import { sizeOf, taskSeenNs } from './tasks.ts'

/** One line of a story. */
export type StoryEvent = {
  readonly atNs: number
  /** Go's id; null: not seen. */
  readonly goroutine: number | null
  readonly what: 'task-begin' | 'task-end' | 'region-begin' | 'region-end' | 'log' | 'subtask-begin' | 'subtask-end'
  /** Of a region: how many regions of the task are open around it on its goroutine. */
  readonly depth: number
  /** Type of the region or sub-task; category of the log. */
  readonly name: string
  readonly message?: string
  /** Of a region or task: how long it lasted, as far as the trace shows. */
  readonly durationNs?: number
  /** Of a region or task: its end was not seen. */
  readonly isUnended?: boolean
  /** Of a region: it began before the trace. */
  readonly isUnbegun?: boolean
  readonly subtask?: number
  readonly place?: PlaceText | undefined
}

/** A task in a few words. */
export type TaskName = { readonly id: number; readonly type: string; readonly isUnended: boolean; readonly durationNs: number } // biome-ignore format: one line

/** `unhang tasks FILE --task ID --json`. */
export type TaskStory = TaskName & {
  readonly schema: 'unhang.task/1'
  /** null: began before the trace, or is only mentioned. */
  readonly startNs: number | null
  readonly endNs: number | null
  readonly goroutine: number | null
  readonly place: PlaceText | undefined
  readonly parent: TaskName | undefined
  /** At most as many as was asked for; the first and the last are kept. */
  readonly events: readonly StoryEvent[]
  /** How many are left out, and before which of `events`. */
  readonly omitted: { readonly count: number; readonly at: number }
  readonly subtasks: readonly TaskName[]
  readonly subtaskCount: number
  /** Those that are left of an unended task first. At most as many as was asked for. */
  readonly parts: readonly PartOfTask[]
  readonly partCount: number
  readonly counts: { readonly regions: number; readonly logs: number; readonly unendedRegions: number }
}

export type StoryLimits = { readonly events: number; readonly parts: number; readonly subtasks: number }

const LIMITS: StoryLimits = { events: 10_000, parts: 200, subtasks: 200 }

/** The row of a task by Go's id: of several with one id the last. Throws `ScopeError`; 0 is the background's. */
export function taskRowOf(trace: Trace, id: number): number {
  const { tasks } = trace
  if (id === 0) return taskLinks(trace).background
  const row = tasks.id.lastIndexOf(id)
  if (row >= 0) return row
  const near = nearestIds(tasks.id, id)
  throw new ScopeError(
    'the id of a task in this trace',
    `no task ${id}`,
    `unhang tasks FILE lists them${near.length > 0 ? `; the nearest ${near.length > 1 ? 'are' : 'is'} ${near.join(' and ')}` : ''}`,
  )
}

function nearestIds(ids: Float64Array, id: number): number[] {
  let below = Number.NEGATIVE_INFINITY
  let above = Number.POSITIVE_INFINITY
  for (const other of ids) {
    if (other < id && other > below) below = other
    if (other > id && other < above) above = other
  }
  return [below, above].filter(Number.isFinite)
}

/** `row` is one of `taskRowOf`; the background has the row behind all tasks. */
export function taskStory(trace: Trace, row: number, limits: StoryLimits = LIMITS): TaskStory {
  const { tasks, goroutines, regions } = trace
  const links = taskLinks(trace)
  const isTask = row < tasks.length
  const moments = momentsOf(trace, row)
  const children = isTask ? links.children.row.subarray(links.children.first[row], links.children.first[row + 1]) : []
  const { parts, partCount } = isTask ? partsOf(trace, row, limits.parts) : { parts: [], partCount: 0 }
  const ofTask = links.regions.row.subarray(links.regions.first[row], links.regions.first[row + 1])
  return {
    schema: 'unhang.task/1',
    ...taskName(trace, row),
    startNs: isTask ? knownNs(tasks.startNs[row]) : null,
    endNs: isTask ? knownNs(tasks.endNs[row]) : null,
    goroutine: isTask && tasks.goroutine[row] >= 0 ? goroutines.id[tasks.goroutine[row]] : null,
    place: isTask ? placeText(trace, frameOf(trace, tasks.stack[row])) : undefined,
    parent: isTask && tasks.parent[row] >= 0 ? taskName(trace, tasks.parent[row]) : undefined,
    ...toldOf(trace, moments, limits.events),
    subtasks: Array.from(children.slice(0, limits.subtasks), child => taskName(trace, child)),
    subtaskCount: children.length,
    parts,
    partCount,
    counts: {
      regions: ofTask.length,
      logs: sizeOf(links.logs.first, row),
      unendedRegions: ofTask.reduce((sum, region) => sum + (Number.isNaN(regions.endNs[region]) ? 1 : 0), 0),
    },
  }
}

const knownNs = (ns: number) => (Number.isNaN(ns) ? null : ns)

/** What of the moments is told: the first half and the last of as many as fit. */
function toldOf(trace: Trace, moments: Moments, limit: number): Pick<TaskStory, 'events' | 'omitted'> {
  const { length } = moments.order
  const half = Math.ceil(limit / 2)
  const events: StoryEvent[] = []
  for (let i = 0; i < length; i++)
    if (length <= limit || i < half || i >= length - (limit - half))
      events.push(eventOf(trace, moments, moments.order[i]))
  return { events, omitted: { count: length - events.length, at: events.length < length ? half : events.length } }
}

function eventOf(trace: Trace, { atNs, what, row, depth }: Moments, at: number): StoryEvent {
  const { tasks, regions, logs, goroutines } = trace
  const kind = WHATS[what[at]]
  const r = row[at]
  const idOf = (g: number) => (g < 0 ? null : goroutines.id[g])
  if (kind === 'log')
    return {
      atNs: atNs[at],
      goroutine: idOf(logs.goroutine[r]),
      what: kind,
      depth: depth[at],
      name: textAt(trace, logs.category[r]),
      message: textAt(trace, logs.message[r]),
      place: placeText(trace, frameOf(trace, logs.stack[r])),
    }
  if (kind === 'region-begin' || kind === 'region-end')
    return {
      atNs: atNs[at],
      goroutine: idOf(regions.goroutine[r]),
      what: kind,
      depth: depth[at],
      name: textAt(trace, regions.type[r]),
      durationNs: regionSeenNs(trace, r),
      ...(Number.isNaN(regions.endNs[r]) ? { isUnended: true } : {}),
      ...(Number.isNaN(regions.startNs[r]) ? { isUnbegun: true } : {}),
      ...(kind === 'region-begin' ? { place: placeText(trace, frameOf(trace, regions.stack[r])) } : {}),
    }
  // Nothing says on which goroutine a task ended.
  const isBegin = kind === 'task-begin' || kind === 'subtask-begin'
  const isSub = kind === 'subtask-begin' || kind === 'subtask-end'
  return {
    atNs: atNs[at],
    goroutine: isBegin ? idOf(tasks.goroutine[r]) : null,
    what: kind,
    depth: 0,
    name: textAt(trace, tasks.type[r]),
    durationNs: taskSeenNs(trace, r),
    ...(Number.isNaN(tasks.endNs[r]) ? { isUnended: true } : {}),
    ...(isSub ? { subtask: tasks.id[r] } : {}),
  }
}

export function taskName(trace: Trace, row: number): TaskName {
  const { tasks, durationNs } = trace
  if (row >= tasks.length) return { id: 0, type: '', isUnended: false, durationNs }
  const isUnended = Number.isNaN(tasks.endNs[row])
  return { id: tasks.id[row], type: textAt(trace, tasks.type[row]), isUnended, durationNs: taskSeenNs(trace, row) }
}

const WHATS = ['task-begin', 'region-begin', 'subtask-begin', 'log', 'subtask-end', 'region-end', 'task-end'] as const
const WHAT = { taskBegin: 0, regionBegin: 1, subtaskBegin: 2, log: 3, subtaskEnd: 4, regionEnd: 5, taskEnd: 6 } as const

/** What happened, as columns; `order` is that of time. The background may have millions. */
type Moments = {
  readonly atNs: Float64Array
  readonly what: Uint8Array // WHAT
  readonly row: Uint32Array // in tasks, regions or logs
  readonly depth: Uint16Array
  readonly order: Uint32Array
}

/** Collected in such an order that of what happened at one time begins come first and ends last, inner ones within outer ones. */
function momentsOf(trace: Trace, task: number): Moments {
  const { tasks, regions, logs } = trace
  const links = taskLinks(trace)
  const isTask = task < tasks.length
  const [subtasks, inner, lines] = [links.children, links.regions, links.logs].map(({ first, row }) =>
    row.subarray(first[task], first[task + 1]),
  )
  const most = 2 + 2 * (subtasks.length + inner.length) + lines.length
  const columns = { atNs: new Float64Array(most), what: new Uint8Array(most), row: new Uint32Array(most) }
  let count = 0
  const add = (what: number, row: number, atNs: number) => {
    if (Number.isNaN(atNs)) return
    columns.atNs[count] = atNs
    columns.what[count] = what
    columns.row[count++] = row
  }
  if (isTask) add(WHAT.taskBegin, task, tasks.startNs[task])
  for (const row of inner) add(WHAT.regionBegin, row, regions.startNs[row])
  if (isTask) for (const row of subtasks) add(WHAT.subtaskBegin, row, tasks.startNs[row])
  for (const row of lines) add(WHAT.log, row, logs.timeNs[row])
  if (isTask) for (const row of subtasks) add(WHAT.subtaskEnd, row, tasks.endNs[row])
  for (let i = inner.length; i-- > 0; ) add(WHAT.regionEnd, inner[i], regions.endNs[inner[i]])
  if (isTask) add(WHAT.taskEnd, task, tasks.endNs[task])
  const order = orderBy(columns.atNs.subarray(0, count))
  return { ...columns, order, depth: depthsOf(trace, columns, order, inner) }
}

/** How many regions of the task were open around each moment on its goroutine. */
function depthsOf(
  trace: Trace,
  columns: Pick<Moments, 'what' | 'row'>,
  order: Uint32Array,
  inner: Uint32Array,
): Uint16Array {
  const { regions, logs } = trace
  const depth = new Uint16Array(columns.what.length)
  const open = new Map<number, number>()
  const enter = (g: number, by: number) => open.set(g, (open.get(g) ?? 0) + by)
  for (const row of inner) if (Number.isNaN(regions.startNs[row])) enter(regions.goroutine[row], 1)
  for (const at of order) {
    const what = columns.what[at]
    const row = columns.row[at]
    if (what === WHAT.log) depth[at] = open.get(logs.goroutine[row]) ?? 0
    if (what !== WHAT.regionBegin && what !== WHAT.regionEnd) continue
    const g = regions.goroutine[row]
    if (what === WHAT.regionEnd) enter(g, -1)
    depth[at] = Math.min(0xffff, open.get(g) ?? 0)
    if (what === WHAT.regionBegin) enter(g, 1)
  }
  return depth
}
