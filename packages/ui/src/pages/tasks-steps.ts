/** Steps of the page "tasks", each an entry of the history; and where else they lead. */
import { quoteExactly, type TaskFilter } from '@unhang/core'
import { PROFILES_START } from '../state/profiles-url.ts'
import { type Store, traceIndexOf, traceOf, wholeOf } from '../state/store.ts'
import { TASKS_START, type TasksPlace } from '../state/tasks-url.ts'
import { format, type Place } from '../state/url.ts'
import type { Way } from './address.ts'
import { framed } from './frame.ts'
import { showGoroutine } from './jumps.ts'
import type { Session } from './session.ts'

export function goTasks(session: Session, change: Partial<TasksPlace>, way: Way = 'push'): Promise<void> {
  return session.go(tasksPlace(session, change), way)
}

export function tasksPlace(session: Session, change: Partial<TasksPlace>): Partial<Place> {
  return { page: 'tasks', tasks: { ...session.store.place.value.tasks, ...change } }
}

export function tasksHref(session: Session, change: Partial<TasksPlace>): string {
  return format({ ...session.store.place.value, ...tasksPlace(session, change) })
}

/** What of tasks or regions is listed. */
export function filterOf({ place }: Store): TaskFilter {
  const { type, isOpen, minNs, maxNs, log } = place.value.tasks
  return {
    ...(type === undefined ? {} : { type }),
    ...(isOpen ? { unended: true } : {}),
    ...(minNs === undefined ? {} : { minNs }),
    ...(maxNs === undefined ? {} : { maxNs }),
    ...(log === '' ? {} : { log }),
  }
}

/** The other of the two tables, from its start. */
export function showKind(session: Session, show: TasksPlace['show']): Promise<void> {
  return goTasks(session, { ...TASKS_START, show, task: session.store.place.value.tasks.task })
}

/** Where the timeline shows a task: its time as the range, and those goroutines that have a part in it. */
export function timelinePlace(session: Session, id: number, startNs: number, endNs: number): Partial<Place> {
  const trace = traceOf(session.store)
  const range = { startNs, endNs: Math.max(endNs, startNs + 1) }
  const view = trace ? { ...framed(range, wholeOf(trace)), top: 0 } : undefined
  return { page: 'timeline', range, view, filter: id > 0 ? `task:${id}` : '' }
}

/** The same for a region: its goroutine while it was open. */
export function regionPlace(session: Session, type: string, startNs: number, endNs: number): Partial<Place> {
  return { ...timelinePlace(session, 0, startNs, endNs), filter: `region:${quoteExactly(type)}` }
}

/** Where the page "profiles" tells what stacks the time within regions of a type was spent in. */
export function profilePlace(session: Session, region: string): Partial<Place> {
  return { page: 'profiles', profiles: { ...PROFILES_START, kind: session.store.place.value.profiles.kind, region } }
}

export function goGoroutine(session: Session, id: number, timeNs: number): Promise<void> {
  return showGoroutine(session, traceIndexOf(session.store), id, timeNs)
}
