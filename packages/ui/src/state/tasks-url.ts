/**
 * What of an address is about the page "tasks": tasks or regions, which of them, in which order, and whose story is told.
 *
 *   tasks.show=regions&tasks.type=load&tasks.open=1&tasks.min=0.01s&tasks.max=0.1s&tasks.log=timeout&tasks.sort=-duration&tasks.id=26
 */
import { REGION_SORTS, type RegionSort, TASK_SORTS, type TaskSort } from '@unhang/core'
import type { Reading, Writing } from './groups-url.ts'

export type TasksPlace = {
  readonly show: 'tasks' | 'regions'
  /** undefined: of all types; '' is one, too. */
  readonly type: string | undefined
  /** Only what never ended. */
  readonly isOpen: boolean
  /** Of their latency: at least, and less than. */
  readonly minNs: number | undefined
  readonly maxNs: number | undefined
  /** Part of what a log of a task says; '': whatever they say. */
  readonly log: string
  readonly sort: TaskSort | RegionSort
  readonly isDescending: boolean
  /** Go's id of the task whose story is told. */
  readonly task: number | undefined
}

export const TASKS_START: TasksPlace = {
  show: 'tasks',
  type: undefined,
  isOpen: false,
  minNs: undefined,
  maxNs: undefined,
  log: '',
  sort: 'state',
  isDescending: false,
  task: undefined,
}

export const TYPE_LIMIT = 500

export function formatTasks(place: TasksPlace, { encode, time }: Writing): string[] {
  const parts: string[] = []
  if (place.show !== TASKS_START.show) parts.push(`tasks.show=${place.show}`)
  if (place.type !== undefined) parts.push(`tasks.type=${encode(place.type.slice(0, TYPE_LIMIT))}`)
  if (place.isOpen) parts.push('tasks.open=1')
  if (place.minNs !== undefined) parts.push(`tasks.min=${time(place.minNs)}`)
  if (place.maxNs !== undefined) parts.push(`tasks.max=${time(place.maxNs)}`)
  if (place.log !== '') parts.push(`tasks.log=${encode(place.log.slice(0, TYPE_LIMIT))}`)
  if (place.sort !== TASKS_START.sort || place.isDescending)
    parts.push(`tasks.sort=${place.isDescending ? '-' : ''}${place.sort}`)
  if (place.task !== undefined) parts.push(`tasks.id=${place.task}`)
  return parts
}

export function parseTasks(values: ReadonlyMap<string, string>, { decode, time }: Reading): TasksPlace {
  const type = values.get('tasks.type')
  const show = values.get('tasks.show') === 'regions' ? 'regions' : 'tasks'
  const [, minus, word] = /^(-?)([a-z]+)$/.exec(values.get('tasks.sort') ?? '') ?? []
  const sorts: readonly TasksPlace['sort'][] = show === 'tasks' ? TASK_SORTS : REGION_SORTS
  const sort = sorts.find(one => one === word)
  const task = /^\d{1,15}$/.exec(values.get('tasks.id') ?? '')?.[0]
  return {
    show,
    type: type === undefined ? undefined : decode(type).slice(0, TYPE_LIMIT),
    isOpen: values.get('tasks.open') === '1',
    minNs: latency(values.get('tasks.min'), time),
    maxNs: latency(values.get('tasks.max'), time),
    log: show === 'tasks' ? decode(values.get('tasks.log') ?? '').slice(0, TYPE_LIMIT) : '',
    sort: sort ?? TASKS_START.sort,
    isDescending: sort !== undefined && minus === '-',
    task: task === undefined ? undefined : Number(task),
  }
}

function latency(text: string | undefined, time: Reading['time']): number | undefined {
  const ns = time(text ?? '')
  return ns === undefined || ns < 0 ? undefined : ns
}
