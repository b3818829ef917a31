/**
 * How many goroutines of a group are in which state over time, and of all: what group rows, counters and the minimap
 * show. Where a filter keeps only some goroutines, a group is the kept ones alone.
 */

import { orderBy } from '../../base/order.ts'
import type { RowIndex } from '../../trace/tables.ts'
import type { Timeline } from '../model.ts'
import { ChangeList, type ChangeTable, CROWD_STATES, changesOf } from './changes.ts'
import type { Window } from './window.ts'

/** Changes in a block, as a power of two: fewer for groups, of which many are drawn at once. */
const GROUP_SHIFT = 6
const ALL_SHIFT = 7

/** Goroutines by group, and the lists of their changes. */
export class Crowd {
  private readonly spans: ChangeTable
  private readonly deaths: ChangeTable
  private readonly spansOf: RowIndex
  private readonly deathsOf: RowIndex
  private readonly lists: ChangeList[][] = []
  private readonly durationNs: number
  /** By group: how many were alive at once, at most. */
  readonly peak: Uint32Array

  constructor(timeline: Timeline, keep: Uint8Array | undefined) {
    const { groups, trace } = timeline
    const groupOf = new Int32Array(groups.groupOf)
    if (keep) for (let g = 0; g < groupOf.length; g++) if (keep[g] === 0) groupOf[g] = -1
    const { spans, deaths } = changesOf(timeline)
    this.spans = spans
    this.deaths = deaths
    this.durationNs = trace.durationNs
    this.spansOf = spansByGroup(timeline, groupOf, groups.length)
    const order = deathOrderOf(timeline)
    this.deathsOf = rowsByGroup(order, groupOf, groups.length)
    this.peak = peaksOf(timeline, order, groupOf, groups.length)
  }

  /** Mean number of the group's goroutines in each state, over each column's whole time: CROWD_STATES for a column. */
  means(group: number, window: Window): Float64Array {
    this.lists[group] ??= [
      new ChangeList(
        this.spans,
        this.spansOf.row,
        this.spansOf.first[group],
        this.spansOf.first[group + 1],
        GROUP_SHIFT,
      ),
      new ChangeList(
        this.deaths,
        this.deathsOf.row,
        this.deathsOf.first[group],
        this.deathsOf.first[group + 1],
        GROUP_SHIFT,
      ),
    ]
    return meansOf(this.lists[group], window, this.durationNs)
  }
}

type Kept = {
  all?: Crowd
  /** The crowd of one filter. */
  filtered?: Crowd
  keep?: Uint8Array
  everybody?: ChangeList[]
  last?: { readonly window: Window; readonly means: Float64Array }
  order?: Uint32Array
  peak?: number
}
const cache = new WeakMap<Timeline, Kept>()

function keptOf(timeline: Timeline): Kept {
  const kept = cache.get(timeline) ?? {}
  cache.set(timeline, kept)
  return kept
}

/** The crowd of all goroutines, and that of the filter asked for last, are kept. */
export function crowdOf(timeline: Timeline, keep: Uint8Array | undefined): Crowd {
  const kept = keptOf(timeline)
  if (!keep) {
    kept.all ??= new Crowd(timeline, undefined)
    return kept.all
  }
  if (!kept.filtered || kept.keep !== keep) {
    kept.filtered = new Crowd(timeline, keep)
    kept.keep = keep
  }
  return kept.filtered
}

/** Mean number of goroutines in each state in each column, over all of them. */
export function meansOfAll(timeline: Timeline, window: Window): Float64Array {
  const kept = keptOf(timeline)
  if (!kept.everybody) {
    const { spans, deaths } = changesOf(timeline)
    const order = deathOrderOf(timeline)
    kept.everybody = [
      new ChangeList(spans, undefined, 0, timeline.trace.spans.length, ALL_SHIFT),
      new ChangeList(deaths, order, 0, order.length, ALL_SHIFT),
    ]
  }
  // Two counters of a scene ask for the same.
  const { last } = kept
  if (last && isSame(last.window, window)) return last.means
  const means = meansOf(kept.everybody, window, timeline.trace.durationNs)
  kept.last = { window, means }
  return means
}

function isSame(a: Window, b: Window): boolean {
  return a.startNs === b.startNs && a.endNs === b.endNs && a.columns === b.columns
}

/** How many goroutines were alive at once, at most. */
export function peakOfAll(timeline: Timeline): number {
  const kept = keptOf(timeline)
  kept.peak ??= peaksOf(timeline, deathOrderOf(timeline), new Int32Array(timeline.trace.goroutines.length), 1)[0]
  return kept.peak
}

function meansOf(lists: readonly ChangeList[], window: Window, durationNs: number): Float64Array {
  const means = new Float64Array(window.columns * CROWD_STATES)
  for (const list of lists) list.addMeans(window, durationNs, means)
  // Sums of many numbers are off by a hair, and nobody has seen a billionth of a goroutine.
  for (let i = 0; i < means.length; i++) if (!(means[i] > 1e-9)) means[i] = 0
  return means
}

/** Rows of spans by group, in order; `groupOf` -1: in none. */
function spansByGroup({ trace }: Timeline, groupOf: Int32Array, groups: number): RowIndex {
  const first = new Uint32Array(groups + 1)
  const of = trace.spansOf.first
  for (let g = 0; g < groupOf.length; g++) if (groupOf[g] >= 0) first[groupOf[g] + 1] += of[g + 1] - of[g]
  for (let k = 0; k < groups; k++) first[k + 1] += first[k]
  const next = first.slice(0, groups)
  const row = new Uint32Array(first[groups])
  const { goroutine, length } = trace.spans
  for (let i = 0; i < length; i++) {
    const k = groupOf[goroutine[i]]
    if (k >= 0) row[next[k]++] = i
  }
  return { first, row }
}

/** Goroutine rows by group, in the order in which they come. */
function rowsByGroup(rows: Uint32Array, groupOf: Int32Array, groups: number): RowIndex {
  const first = new Uint32Array(groups + 1)
  for (const g of rows) if (groupOf[g] >= 0) first[groupOf[g] + 1]++
  for (let k = 0; k < groups; k++) first[k + 1] += first[k]
  const next = first.slice(0, groups)
  const row = new Uint32Array(first[groups])
  for (const g of rows) if (groupOf[g] >= 0) row[next[groupOf[g]]++] = g
  return { first, row }
}

/** Those who died, in the order of their deaths. */
function deathOrderOf(timeline: Timeline): Uint32Array {
  const kept = keptOf(timeline)
  kept.order ??= inOrder(timeline.trace.goroutines.deathNs)
  return kept.order
}

/** Rows whose time is known, in order of time. */
function inOrder(timeNs: Float64Array): Uint32Array {
  // Loops: `from` and `map` of typed arrays take half a second for a million.
  let count = 0
  for (let row = 0; row < timeNs.length; row++) if (timeNs[row] >= 0) count++
  const rows = new Uint32Array(count)
  const keys = new Float64Array(count)
  for (let row = 0, i = 0; row < timeNs.length; row++) {
    if (!(timeNs[row] >= 0)) continue
    rows[i] = row
    keys[i++] = timeNs[row]
  }
  const order = orderBy(keys)
  for (let i = 0; i < count; i++) order[i] = rows[order[i]]
  return order
}

/** By group: how many were alive at once, at most. */
function peaksOf({ trace }: Timeline, deathOrder: Uint32Array, groupOf: Int32Array, groups: number): Uint32Array {
  const { birthNs, deathNs, length } = trace.goroutines
  const { first } = trace.spansOf
  const alive = new Int32Array(groups)
  const peak = new Uint32Array(groups)
  // Who has no span was never in any state.
  const counts = (g: number) => groupOf[g] >= 0 && first[g + 1] > first[g]
  for (let g = 0; g < length; g++) if (Number.isNaN(birthNs[g]) && counts(g)) alive[groupOf[g]]++
  peak.set(alive)
  let died = 0
  for (const g of inOrder(birthNs)) {
    for (; died < deathOrder.length && deathNs[deathOrder[died]] <= birthNs[g]; died++)
      if (counts(deathOrder[died])) alive[groupOf[deathOrder[died]]]--
    if (counts(g) && ++alive[groupOf[g]] > peak[groupOf[g]]) peak[groupOf[g]] = alive[groupOf[g]]
  }
  return peak
}
