/**
 * What belongs to which task, as columns made once for a trace: logs, regions, sub-tasks and goroutines of a task, and
 * regions of a goroutine. Row `tasks.length` stands for the background: what belongs to no task.
 *
 * A goroutine belongs to a task that it began, in which it has a region or wrote a log (`Summarizer.Event` of
 * `internal/trace/summary.go`), and to that of the innermost region which was open where it was started: children
 * inherit it, and so do theirs (`activeRegions` there).
 */
import { remembered } from '../../base/remembered.ts'
import type { RowIndex, Trace } from '../../trace/tables.ts'
import { isSystemEntry } from '../entries.ts'

/** How a goroutine came to a task; bits. */
export const Part = { began: 1, region: 2, log: 4, inherits: 8 } as const

export type TaskLinks = {
  readonly background: number
  readonly logs: RowIndex //     by task: rows in logs, in order of time
  readonly regions: RowIndex //  by task: rows in regions
  readonly children: RowIndex // by task: rows in tasks
  readonly regionsOfGoroutine: RowIndex
  /** By goroutine: the task it inherits; `background`; -1: it was started within no region. */
  readonly inherited: Int32Array
  /** By task: rows in goroutines, each once, with its parts beside it. */
  readonly goroutines: RowIndex & { readonly part: Uint8Array }
}

export const taskLinks = remembered(makeLinks)

function makeLinks(trace: Trace): TaskLinks {
  const { tasks, regions, logs, goroutines } = trace
  const background = tasks.length
  const regionsOfGoroutine = grouped(regions.goroutine, regions.length, goroutines.length, -1)
  const inherited = inheritedTasks(trace, regionsOfGoroutine)
  const links = {
    background,
    logs: grouped(logs.task, logs.length, background + 1, background),
    regions: grouped(regions.task, regions.length, background + 1, background),
    children: grouped(tasks.parent, tasks.length, background + 1, -1),
    regionsOfGoroutine,
    inherited,
  }
  return { ...links, goroutines: partners(trace, background, inherited) }
}

/** Rows by what stands in `key`; what is -1 there belongs to `none`, or to nothing where that is -1. By counting. */
export function grouped(key: Int32Array, length: number, groups: number, none: number): RowIndex {
  const first = new Uint32Array(groups + 1)
  for (let row = 0; row < length; row++) {
    const group = key[row] < 0 ? none : key[row]
    if (group >= 0) first[group + 1]++
  }
  for (let group = 0; group < groups; group++) first[group + 1] += first[group]
  const next = first.slice(0, groups)
  const rows = new Uint32Array(first[groups])
  for (let row = 0; row < length; row++) {
    const group = key[row] < 0 ? none : key[row]
    if (group >= 0) rows[next[group]++] = row
  }
  return { first, row: rows }
}

const NONE = -1
const UNKNOWN = -2

function inheritedTasks(trace: Trace, regionsOf: RowIndex): Int32Array {
  const { goroutines, regions, tasks, strings } = trace
  const inherited = new Int32Array(goroutines.length).fill(regions.length === 0 ? NONE : UNKNOWN)
  const line: number[] = []
  for (let row = 0; row < goroutines.length; row++) {
    // A creator mostly stands before its children, but whole lines of them may not be known yet.
    let g = row
    while (
      inherited[g] === UNKNOWN &&
      goroutines.birthNs[g] >= 0 &&
      goroutines.creator[g] >= 0 &&
      line.length <= goroutines.length
    ) {
      line.push(g)
      g = goroutines.creator[g]
    }
    if (inherited[g] === UNKNOWN) inherited[g] = NONE
    for (let child = line.pop(); child !== undefined; child = line.pop()) {
      const creator = goroutines.creator[child]
      const open = innermostAt(trace, regionsOf, creator, goroutines.birthNs[child])
      const task = open < 0 ? Math.max(inherited[creator], NONE) : regions.task[open]
      const isBackground = open >= 0 && task < 0
      const isSystem = isSystemEntry(strings.text(goroutines.entry[child]))
      inherited[child] = isSystem ? NONE : isBackground ? tasks.length : task
    }
  }
  return inherited
}

/** The innermost region that a goroutine has open at a time; -1. Its regions nest, and stand in the order in which they began. */
function innermostAt({ regions }: Trace, { first, row }: RowIndex, g: number, timeNs: number): number {
  const { startNs, endNs } = regions
  // The last that begins before; those that began before the trace stand where they ended, and are looked at on the way.
  let low = first[g]
  let high = first[g + 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    const knownNs = Number.isNaN(startNs[row[middle]]) ? endNs[row[middle]] : startNs[row[middle]]
    if (knownNs <= timeNs) low = middle + 1
    else high = middle
  }
  for (let i = low - 1, steps = 0; i >= first[g] && steps < MOST_STEPS; i--, steps++)
    if (startNs[row[i]] <= timeNs && !(endNs[row[i]] <= timeNs)) return row[i]
  for (let i = low; i < first[g + 1] && i < low + MOST_STEPS; i++)
    if (Number.isNaN(startNs[row[i]]) && endNs[row[i]] > timeNs) return row[i]
  return NONE
}

/** Siblings that have ended are stepped over. Who starts goroutines beside thousands of them does so in a loop of its own. */
const MOST_STEPS = 1000

/** Pairs of task and goroutine, each once: sorted into tasks by counting, then told apart by a mark at the goroutine. */
function partners(trace: Trace, background: number, inherited: Int32Array): TaskLinks['goroutines'] {
  const { tasks, regions, logs, goroutines } = trace
  const sources: readonly {
    length: number
    task: (row: number) => number
    g: (row: number) => number
    part: number
  }[] = [
    { length: tasks.length, task: row => row, g: row => tasks.goroutine[row], part: Part.began },
    { length: regions.length, task: row => regions.task[row], g: row => regions.goroutine[row], part: Part.region },
    { length: logs.length, task: row => logs.task[row], g: row => logs.goroutine[row], part: Part.log },
    // Children of a region without a task belong to nothing that anybody asks for.
    {
      length: goroutines.length,
      task: row => (inherited[row] === background ? -1 : inherited[row]),
      g: row => row,
      part: Part.inherits,
    },
  ]
  const first = new Uint32Array(background + 2)
  for (const { length, task, g } of sources)
    for (let row = 0; row < length; row++) if (task(row) >= 0 && g(row) >= 0) first[task(row) + 1]++
  for (let task = 0; task <= background; task++) first[task + 1] += first[task]
  const next = first.slice(0, background + 1)
  const row = new Uint32Array(first[background + 1])
  const part = new Uint8Array(row.length)
  for (const source of sources) {
    for (let at = 0; at < source.length; at++) {
      const task = source.task(at)
      if (task < 0 || source.g(at) < 0) continue
      row[next[task]] = source.g(at)
      part[next[task]++] = source.part
    }
  }
  return eachOnce(first, row, part, goroutines.length)
}

/** Closes the gaps in place; returns views of what is left. */
function eachOnce(first: Uint32Array, row: Uint32Array, part: Uint8Array, goroutines: number): TaskLinks['goroutines'] {
  const place = new Int32Array(goroutines).fill(-1)
  let kept = 0
  for (let task = 0; task + 1 < first.length; task++) {
    const from = first[task]
    const begin = kept
    for (let i = from; i < first[task + 1]; i++) {
      const g = row[i]
      if (place[g] >= begin) part[place[g]] |= part[i]
      else {
        place[g] = kept
        row[kept] = g
        part[kept++] = part[i]
      }
    }
    first[task] = begin
  }
  first[first.length - 1] = kept
  return { first, row: row.slice(0, kept), part: part.slice(0, kept) }
}
