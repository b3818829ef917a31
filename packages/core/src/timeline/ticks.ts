/** CPU samples on the rows where they were taken, and logs on the rows of their tasks: in order of time, by row. */
import { procOf, type RowIndex, threadOf } from '../trace/tables.ts'
import type { Row, Timeline } from './model.ts'

/** What ticks a row has: rows of samples or logs, in order of time. */
export type Ticks = { readonly timeNs: Float64Array; readonly rows: Uint32Array }

type By = 'goroutine' | 'proc' | 'thread' | 'task'
const cache = new WeakMap<Timeline, Map<By, RowIndex>>()

/** undefined: rows of this kind have none, or the trace has none at all. */
export function ticksOf(timeline: Timeline, { kind, subject }: Row): Ticks | undefined {
  const { samples, logs } = timeline.trace
  if (kind === 'task') return logs.length === 0 ? undefined : ticksBy(timeline, 'task', subject, logs.timeNs)
  if (samples.length === 0 || (kind !== 'goroutine' && kind !== 'proc' && kind !== 'thread')) return undefined
  return ticksBy(timeline, kind, subject, samples.timeNs)
}

function ticksBy(timeline: Timeline, by: By, subject: number, timeNs: Float64Array): Ticks {
  const indexes = cache.get(timeline) ?? new Map<By, RowIndex>()
  cache.set(timeline, indexes)
  const { first, row } = indexes.get(by) ?? indexBy(timeline, by)
  indexes.set(by, { first, row })
  return { timeNs, rows: row.subarray(first[subject], first[subject + 1]) }
}

function indexBy({ trace }: Timeline, by: By): RowIndex {
  const { samples, logs } = trace
  switch (by) {
    case 'goroutine':
      return group(samples.length, trace.goroutines.length, row => samples.goroutine[row])
    case 'proc':
      return group(samples.length, trace.procs.length, row => procOf(samples.place[row]))
    case 'thread':
      return group(samples.length, trace.threads.length, row => threadOf(samples.place[row]))
    case 'task':
      return group(logs.length, trace.tasks.length, row => logs.task[row])
  }
}

/** Samples and logs stand in the order of time, so their rows do in each group. */
function group(rows: number, groups: number, groupOf: (row: number) => number): RowIndex {
  const first = new Uint32Array(groups + 1)
  for (let row = 0; row < rows; row++) {
    const k = groupOf(row)
    if (k >= 0 && k < groups) first[k + 1]++
  }
  for (let k = 0; k < groups; k++) first[k + 1] += first[k]
  const next = first.slice(0, groups)
  const row = new Uint32Array(first[groups])
  for (let i = 0; i < rows; i++) {
    const k = groupOf(i)
    if (k >= 0 && k < groups) row[next[k]++] = i
  }
  return { first, row }
}

/** The first position from `from` on whose time is not before `timeNs`. */
export function firstFrom(timeNs: Float64Array, rows: Uint32Array, from: number, ns: number): number {
  let low = from
  let step = 1
  // Most often it is the next one or not far.
  while (low + step <= rows.length && timeNs[rows[low + step - 1]] < ns) {
    low += step
    step *= 2
  }
  let high = Math.min(rows.length, low + step)
  while (low < high) {
    const middle = (low + high) >>> 1
    if (timeNs[rows[middle]] < ns) low = middle + 1
    else high = middle
  }
  return low
}
