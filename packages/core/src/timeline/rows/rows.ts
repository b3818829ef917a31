/**
 * Which rows a timeline has and in what order, for a filter and a set of open headings and groups:
 *
 *   counters (tall), stop-the-world and GC, procs, threads, tasks, regions, goroutines by the function they began with
 *
 * Each is a part that makes its rows when they are looked at. What stands above the goroutines stays whatever a filter
 * says: it is about the process.
 */

import { lastAtMost } from '../../base/order.ts'
import type { Layout, Row, Selection, Timeline } from '../model.ts'
import { regionsPart, tasksPart } from './annotations.ts'
import { groupsPart } from './groups.ts'
import { groupOrder } from './members.ts'
import { countersPart, procsPart, rangesPart, threadsPart } from './sections.ts'

export type LayoutOptions = {
  readonly selection: Selection | undefined
  /** Keys of the rows that are open; those of others, and of rows that there are not, do no harm. */
  readonly expanded: ReadonlySet<string>
}

export function layoutRows(timeline: Timeline, { selection, expanded }: LayoutOptions): Layout {
  const counters = countersPart(timeline)
  const groups = groupsPart(timeline, selection?.keep, expanded)
  const parts = [
    counters,
    rangesPart(timeline),
    procsPart(timeline, expanded),
    threadsPart(timeline, expanded),
    tasksPart(timeline, expanded),
    regionsPart(timeline, expanded),
    groups,
  ].filter(part => part.rowCount > 0)
  const starts = new Uint32Array(parts.length)
  for (let i = 1; i < parts.length; i++) starts[i] = starts[i - 1] + parts[i - 1].rowCount
  const rowCount = parts.reduce((sum, part) => sum + part.rowCount, 0)
  const groupsStart = rowCount - groups.rowCount

  return {
    rowCount,
    tallRows: counters.rowCount,
    kept: groups.kept,
    rowAt(index: number): Row {
      if (!(index >= 0 && index < rowCount)) throw new RangeError(`there is no row ${index} among ${rowCount}`)
      const part = lastAtMost(starts, index)
      return parts[part].rowAt(index - starts[part])
    },
    indexOf(key: string): number {
      for (let i = 0; i < parts.length; i++) {
        const index = parts[i].indexOf(key)
        if (index >= 0) return starts[i] + index
      }
      return -1
    },
    indexOfGoroutine(goroutine: number): number {
      const index = groups.indexOfGoroutine(goroutine)
      return index < 0 ? -1 : groupsStart + index
    },
  }
}

/** So many stuck goroutines are shown one by one from the start; a crowd is one row that says how many. */
const MAX_STUCK_OPEN = 50
/** A group with so many members pushes all others out of sight. */
const MAX_MEMBERS_OPEN = 500

/** Rows to have open at first: the procs, and the groups of the stuck, who are what one came for. */
export function defaultExpanded(timeline: Timeline): string[] {
  const { groups, trace } = timeline
  const keys = trace.procs.length > 0 ? ['procs'] : []
  let shown = 0
  for (const k of groupOrder(timeline)) {
    const members = groups.members.first[k + 1] - groups.members.first[k]
    if (groups.stuckCount[k] === 0) break
    if (members === 1 || members > MAX_MEMBERS_OPEN || shown + groups.stuckCount[k] > MAX_STUCK_OPEN) continue
    shown += groups.stuckCount[k]
    keys.push(`f:${trace.strings.text(groups.entry[k])}`)
  }
  return keys
}
