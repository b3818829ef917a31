/** Answers what the page asks about groups: keeps what was grouped last, and finds the group of a goroutine. */
import type { Dump, Finding } from '@unhang/core'
import type { GroupDetail, GroupRow, GroupsAsk, GroupsInfo, MomentRef } from '../protocol.ts'
import { type FindingMarks, marksOf } from './finding-groups.ts'
import { comparedOf, type Grouped, groupedOf, type Selection, selectionOf, statesOf } from './group-list.ts'
import { detailOf, rowOf } from './group-rows.ts'
import type { Moments } from './moments.ts'

/** Rows asked for at once; a screen shows some fifty. */
const MAX_ROWS = 1000

type Current = Selection & {
  readonly number: number
  readonly grouped: Grouped
  /** By entry its place in the order; -1: the filter hides it. */
  placeOf: Int32Array | undefined
}

export class Groups {
  private readonly moments: Moments
  private findings: readonly Finding[] = []
  private marks = new WeakMap<Dump, FindingMarks>()
  private readonly traced = new Map<number, ReadonlySet<number>>()
  private grouped: { readonly key: string; readonly grouped: Grouped } | undefined
  private current: Current | undefined
  private lists = 0

  constructor(moments: Moments) {
    this.moments = moments
  }

  /** It is known now what the groups are about. */
  setFindings(findings: readonly Finding[]): void {
    this.findings = findings
    this.marks = new WeakMap()
  }

  list(ask: GroupsAsk): GroupsInfo {
    const grouped = this.group(ask)
    const selection = selectionOf(grouped, ask)
    this.current = { ...selection, number: ++this.lists, grouped, placeOf: undefined }
    const { snapshot, system, reasons } = grouped.moments[grouped.moments.length - 1]
    return {
      list: this.current.number,
      length: selection.order.length,
      all: grouped.length,
      goroutines: snapshot.goroutines,
      kept: selection.kept,
      unknown: selection.unknown,
      system,
      states: statesOf(grouped, selection.order),
      reasons,
      isCut: snapshot.lost.some(({ cut }) => cut),
      most: selection.order.reduce((most, entry) => Math.max(most, grouped.count[entry]), 0),
      compared: comparedOf(grouped),
    }
  }

  /** Filters and orders come and go; what is grouped stays while moment and likeness do. */
  private group(ask: GroupsAsk): Grouped {
    const { of, against, like, filter } = ask
    // Minutes are those of single goroutines, so they are asked before any are grouped.
    const key = JSON.stringify([of, against, like, against ? undefined : filter.minutes])
    if (this.grouped?.key === key) return this.grouped.grouped
    const before = against && this.moments.at(against)
    const grouped = groupedOf(this.moments.at(of), before, ask)
    this.grouped = { key, grouped }
    return grouped
  }

  rows(list: number, from: number, count: number): readonly GroupRow[] | undefined {
    const { current } = this
    if (current?.number !== list) return undefined
    const start = Math.max(0, Math.floor(from) || 0)
    const entries = current.order.subarray(start, start + Math.min(MAX_ROWS, Math.max(0, Math.floor(count) || 0)))
    return Array.from(entries, entry => rowOf(current.grouped, entry, this.marksOf))
  }

  detail(list: number, index: number): GroupDetail | undefined {
    const { current } = this
    if (current?.number !== list || !(index >= 0 && index < current.order.length)) return undefined
    return detailOf(current.grouped, current.order[index], this.marksOf, this.isTraced)
  }

  /** Index in the list of the group that holds what a key names; -1: hidden by the filter, -2: nowhere. */
  indexOf(list: number, key: string): number {
    const { current } = this
    if (current?.number !== list) return -2
    const entry = entryOf(current.grouped, key)
    if (entry < 0) return -2
    if (!current.placeOf) {
      current.placeOf = new Int32Array(current.grouped.length).fill(-1)
      for (const [place, one] of current.order.entries()) current.placeOf[one] = place
    }
    return current.placeOf[entry]
  }

  /** The moment in which the group of a trace's goroutine tells most: its dump, or the trace. */
  momentOf(trace: number, id: number, isLast: boolean, timeNs: number): MomentRef {
    const { dumps } = this.moments
    for (let index = dumps.length - 1; isLast && index >= 0; index--) {
      const { dump, trace: of } = dumps[index]
      if (of === trace && dump.rows.id.includes(id)) return { kind: 'dump', index }
    }
    return { kind: 'trace', index: trace, atNs: isLast ? undefined : timeNs }
  }

  private readonly marksOf = (dump: Dump): FindingMarks => {
    const known = this.marks.get(dump) ?? marksOf(dump, this.findings)
    this.marks.set(dump, known)
    return known
  }

  private readonly isTraced = (trace: number, id: number): boolean => {
    if (trace < 0) return false
    const known = this.traced.get(trace) ?? new Set(this.moments.traces[trace].goroutines.id)
    this.traced.set(trace, known)
    return known.has(id)
  }
}

function entryOf(grouped: Grouped, key: string): number {
  const number = Number(key.slice(1))
  const source = key.startsWith('c') ? 1 : 0
  // Of a comparison, where it is now, else where it was.
  for (let side = grouped.lists.length - 1; side >= 0; side--) {
    const list = grouped.lists[side]
    const grouping = list.groupings[source]
    if (!grouping) continue
    const row = key.startsWith('g') ? grouping.dump.rows.id.indexOf(number) : number
    if (row < 0) continue
    for (let entry = 0; entry < grouped.length; entry++) {
      const at = grouped.diff ? grouped.diff.rows[side][entry] : entry
      if (at < 0 || list.source[at] !== source) continue
      const group = list.group[at]
      for (let i = grouping.first[group]; i < grouping.first[group + 1]; i++) if (grouping.row[i] === row) return entry
    }
  }
  return -1
}
