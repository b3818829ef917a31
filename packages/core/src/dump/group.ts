/**
 * Goroutines that wait for the same reason in a like stack, as one group: what a person reads of a dump. Groups are
 * columns, as at the level `exact` there may be as many of them as goroutines.
 */

import { DEFAULT_LIKENESS, type Likeness, Liker } from './likeness.ts'
import { SiteFinder } from './site.ts'
import type { Dump } from './tables.ts'

/** A list of ids is there to pick some from, not to be read to its end. */
const MAX_IDS = 100

export type Grouping = {
  readonly dump: Dump
  readonly like: Likeness
  readonly length: number
  readonly count: Float64Array
  readonly reason: Int32Array //       row in the dump's strings; -1: unknown
  readonly stack: Int32Array //        row in stacks: that of its first goroutine
  /** Shortest and longest wait that the headers show, as lower bounds; 0 where they show none. */
  readonly leastMinutes: Int32Array
  readonly mostMinutes: Int32Array
  readonly site: Int32Array //         row in frames: see `site.ts`; -1: empty stack
  readonly createdBy: Int32Array //    row in frames; -1: unknown, or not the same for all
  readonly leaked: Uint8Array //       1: Go's own leak detection says that nothing can wake them
  readonly elided: Uint8Array //       1: Go left frames out of the middle of a stack
  readonly locked: Uint32Array //      rows that are locked to their thread
  /** Rows of group g: row[first[g]] … row[first[g + 1] - 1], in the dump's order. */
  readonly first: Uint32Array
  readonly row: Uint32Array
}

export type GroupOptions = {
  readonly like?: Likeness
  /** Numbers of likeness by row, where they are known already. */
  readonly classes?: Int32Array
  /** Only the rows for which this answers true. */
  readonly keeps?: (row: number) => boolean
}

/** Groups the rows of a dump, in the order of their first goroutines. */
export function groupRows(dump: Dump, options: GroupOptions = {}): Grouping {
  const like = options.like ?? DEFAULT_LIKENESS
  const classes = options.classes ?? new Liker(like).rowsOf(dump)
  const { groupOf, length } = numbered(classes, options.keeps)
  const { first, row } = rowsByGroup(groupOf, length)
  const grouping = {
    dump,
    like,
    length,
    count: new Float64Array(length),
    reason: new Int32Array(length),
    stack: new Int32Array(length),
    leastMinutes: new Int32Array(length),
    mostMinutes: new Int32Array(length),
    site: new Int32Array(length),
    createdBy: new Int32Array(length),
    leaked: new Uint8Array(length),
    elided: new Uint8Array(length),
    locked: new Uint32Array(length),
    first,
    row,
  }
  const sites = new SiteFinder(dump)
  for (let group = 0; group < length; group++) fill(grouping, group, sites)
  return grouping
}

/** By row its group, counted from 0 in the order of first rows; -1: not kept. */
function numbered(classes: Int32Array, keeps: GroupOptions['keeps']) {
  // Classes are rows of an interner, and so hardly above the number of rows.
  const groupOfClass = new Map<number, number>()
  const groupOf = new Int32Array(classes.length)
  for (let row = 0; row < classes.length; row++) {
    if (keeps && !keeps(row)) {
      groupOf[row] = -1
      continue
    }
    let group = groupOfClass.get(classes[row])
    if (group === undefined) {
      group = groupOfClass.size
      groupOfClass.set(classes[row], group)
    }
    groupOf[row] = group
  }
  return { groupOf, length: groupOfClass.size }
}

/** The rows of each group in one column, by counting. */
function rowsByGroup(groupOf: Int32Array, length: number) {
  const first = new Uint32Array(length + 1)
  let kept = 0
  for (const group of groupOf) {
    if (group < 0) continue
    first[group + 1]++
    kept++
  }
  for (let group = 0; group < length; group++) first[group + 1] += first[group]
  const row = new Uint32Array(kept)
  const next = first.slice(0, length)
  for (let at = 0; at < groupOf.length; at++) if (groupOf[at] >= 0) row[next[groupOf[at]]++] = at
  return { first, row }
}

function fill(grouping: Grouping, group: number, sites: SiteFinder): void {
  const { rows } = grouping.dump
  const from = grouping.first[group]
  const leader = grouping.row[from]
  let count = 0
  let least = Number.POSITIVE_INFINITY
  let most = 0
  let createdBy = rows.createdBy[leader]
  for (let at = from; at < grouping.first[group + 1]; at++) {
    const row = grouping.row[at]
    count += rows.count[row]
    least = Math.min(least, Math.max(0, rows.minutes[row]))
    most = Math.max(most, rows.minutes[row])
    if (rows.createdBy[row] !== createdBy) createdBy = -1
    if (rows.elided[row] === 1) grouping.elided[group] = 1
    grouping.locked[group] += rows.locked[row]
  }
  grouping.count[group] = count
  grouping.reason[group] = rows.reason[leader]
  grouping.stack[group] = rows.stack[leader]
  grouping.leastMinutes[group] = least
  grouping.mostMinutes[group] = most
  grouping.site[group] = sites.site(rows.stack[leader])
  grouping.createdBy[group] = createdBy
  grouping.leaked[group] = rows.leaked[leader]
}

/** The first ids of a group, in the dump's order; none where the form has none. */
export function idsOf({ dump, first, row }: Grouping, group: number, limit = MAX_IDS): number[] {
  const ids: number[] = []
  for (let at = first[group]; at < first[group + 1] && ids.length < limit; at++) {
    const id = dump.rows.id[row[at]]
    if (!Number.isNaN(id)) ids.push(id)
  }
  return ids
}

export type DumpGroup = {
  readonly count: number
  readonly reason: number //       row in strings; -1: unknown
  readonly stack: number //        row in stacks
  /** Shortest and longest wait that the headers show, as lower bounds; 0 where they show none. */
  readonly minutes: readonly [number, number]
  readonly site: number //         row in frames: see `site.ts`; -1: empty stack
  readonly createdBy: number //    row in frames; -1: unknown, or not the same for all
  readonly leaked: boolean //      Go's own leak detection says that nothing can wake them
  readonly elided: boolean //      Go left frames out of the stack's middle
  /** The first 100 ids, in the dump's order; empty where the form has none. */
  readonly goroutines: readonly number[]
}

/** The groups of a dump as objects: the largest first, equal ones in the dump's order. */
export function groupDump(dump: Dump, like: Likeness = DEFAULT_LIKENESS): DumpGroup[] {
  const grouping = groupRows(dump, { like })
  const groups = Array.from({ length: grouping.length }, (_, group) => ({
    count: grouping.count[group],
    reason: grouping.reason[group],
    stack: grouping.stack[group],
    minutes: [grouping.leastMinutes[group], grouping.mostMinutes[group]] as const,
    site: grouping.site[group],
    createdBy: grouping.createdBy[group],
    leaked: grouping.leaked[group] === 1,
    elided: grouping.elided[group] === 1,
    goroutines: idsOf(grouping, group),
  }))
  return groups.sort((a, b) => b.count - a.count)
}
