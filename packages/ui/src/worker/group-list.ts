/**
 * The groups of a moment, or the places of two, filtered and sorted: columns by entry, and an order. Nothing of it is
 * text: rows for the screen are made when they are looked at, see `group-rows.ts`.
 */
import {
  type Dump,
  type DumpDiff,
  type DumpState,
  diffMoves,
  diffSnapshots,
  diffSummary,
  type Grouping,
  type GroupList,
  listGroups,
  selectGroups,
  selectPlaces,
  shownOf,
  stateOf,
} from '@unhang/core'
import type { Compared, GroupSort, GroupsAsk } from '../protocol.ts'
import type { Shown } from './moments.ts'

/** What is grouped, before any filter: kept from one filter to the next. */
export type Grouped = {
  /** Of one moment, or before and after. */
  readonly moments: readonly Shown[]
  readonly lists: readonly GroupList[]
  readonly diff: DumpDiff | undefined
  /** Entries: rows of the one list, or places of the comparison. */
  readonly length: number
  readonly count: Float64Array
  /** 0: none is known. */
  readonly leastNs: Float64Array
  readonly mostNs: Float64Array
  readonly isAtLeast: Uint8Array
}

export type Selection = {
  /** Entries, in order. */
  readonly order: Uint32Array
  readonly kept: number
  readonly unknown: number
}

/** Where an entry is looked at. */
export type Seen = {
  readonly moment: Shown
  readonly grouping: Grouping
  readonly group: number
  readonly list: GroupList
  readonly at: number
  /** 1: of a form that only completes the moment's main dump. */
  readonly source: number
}

export function groupedOf(after: Shown, before: Shown | undefined, ask: Pick<GroupsAsk, 'like' | 'filter'>): Grouped {
  if (!before) {
    const list = listGroups(after.snapshot, { like: ask.like, minutes: ask.filter.minutes })
    return measured({ moments: [after], lists: [list], diff: undefined, length: list.length, count: list.count })
  }
  const diff = diffSnapshots(before.snapshot, after.snapshot, ask.like)
  const count = diff.after
  return measured({ moments: [before, after], lists: diff.lists, diff, length: diff.length, count })
}

type Draft = Pick<Grouped, 'moments' | 'lists' | 'diff' | 'length' | 'count'>

/** How long each entry's goroutines have waited; of two moments in the later one, if anybody is there. */
function measured(draft: Draft): Grouped {
  const { length } = draft
  const grouped = {
    ...draft,
    leastNs: new Float64Array(length),
    mostNs: new Float64Array(length),
    isAtLeast: new Uint8Array(length),
  }
  for (let entry = 0; entry < length; entry++) {
    if (isEmpty(grouped, entry)) continue
    const { moment, grouping, group } = seenOf(grouped, entry)
    if (grouping.dump !== moment.snapshot.main) continue
    let least = Number.POSITIVE_INFINITY
    for (let at = grouping.first[group]; at < grouping.first[group + 1]; at++) {
      const row = grouping.row[at]
      const waitNs = moment.waitNs[row]
      least = Math.min(least, waitNs)
      if (waitNs < grouped.mostNs[entry] || waitNs === 0) continue
      grouped.mostNs[entry] = waitNs
      grouped.isAtLeast[entry] = moment.isAtLeast[row]
    }
    grouped.leastNs[entry] = least
  }
  return grouped
}

/** A place of neither moment is one of rows that another form completes. */
function isEmpty({ diff }: Pick<Grouped, 'diff'>, entry: number): boolean {
  return diff !== undefined && diff.rows[0][entry] < 0 && diff.rows[1][entry] < 0
}

export function seenOf({ moments, lists, diff }: Pick<Grouped, 'moments' | 'lists' | 'diff'>, entry: number): Seen {
  const [list, at, side] = diff ? shownOf(diff, entry) : [lists[0], entry, 0]
  return { moment: moments[side], list, at, grouping: list.groupings[list.source[at]], group: list.group[at], source: list.source[at] } // biome-ignore format: one line
}

export function selectionOf(grouped: Grouped, { filter, sort }: Pick<GroupsAsk, 'filter' | 'sort'>): Selection {
  const { diff, lists, moments } = grouped
  if (diff) {
    const order = selectPlaces(diff, filter)
    return { order: sorted(grouped, order, sort), kept: sumOf(grouped, order), unknown: 0 }
  }
  const { order, goroutines, unknown } = selectGroups(lists[0], filter)
  const { main, goroutines: all } = moments[0].snapshot
  // Only the full text says how long.
  const untold = filter.minutes === undefined ? unknown : all - (main.form === 'debug2' ? main.total : 0)
  return { order: sorted(grouped, order, sort), kept: goroutines, unknown: Math.max(0, untold) }
}

function sumOf({ count }: Grouped, order: Uint32Array): number {
  let sum = 0
  for (const entry of order) sum += count[entry]
  return sum
}

/** As asked; what is equal stays in the order of what tells most. */
function sorted(grouped: Grouped, order: Uint32Array, sort: GroupSort): Uint32Array {
  const { count, mostNs, diff } = grouped
  // A comparison comes in this order.
  if (sort === 'change' && diff) return order
  const byCount = sortedBy(order.sort(), entry => -count[entry])
  const byWait = sortedBy(byCount, entry => -shortened(mostNs[entry]))
  if (sort === 'count') return sortedBy(byWait, entry => -count[entry])
  if (sort !== 'name') return byWait
  const { rank, line } = namesOf(grouped, order)
  return sortedBy(
    sortedBy(byWait, entry => line[entry]),
    entry => rank[entry],
  )
}

/**
 * Sorts by a number, and leaves what is equal as it was. Of a million groups few numbers differ (a count, a time of three
 * digits, a line), and those alone are compared: the rest is counting.
 */
function sortedBy(order: Uint32Array, keyOf: (entry: number) => number): Uint32Array {
  const numbers = new Map<number, number>()
  const numberOf = new Uint32Array(order.length)
  const counts: number[] = []
  let isSorted = true
  let before = Number.NEGATIVE_INFINITY
  for (let at = 0; at < order.length; at++) {
    const key = keyOf(order[at])
    if (key === before) {
      numberOf[at] = numberOf[at - 1]
      counts[numberOf[at]]++
      continue
    }
    if (!(key > before)) isSorted = false
    before = key
    const known = numbers.get(key)
    numberOf[at] = known ?? numbers.size
    if (known === undefined) {
      numbers.set(key, numbers.size)
      counts.push(1)
    } else counts[known]++
  }
  if (isSorted) return order
  const next = new Uint32Array(counts.length)
  let place = 0
  for (const [, number] of [...numbers].sort(([a], [b]) => a - b)) {
    next[number] = place
    place += counts[number]
  }
  const result = new Uint32Array(order.length)
  for (let at = 0; at < order.length; at++) result[next[numberOf[at]]++] = order[at]
  return result
}

/** Three digits, as they are shown: of what reads alike the most goroutines come first, not the one a microsecond older. */
function shortened(ns: number): number {
  if (ns < 1000) return ns
  const unit = 10 ** (Math.floor(Math.log10(ns)) - 2)
  return Math.round(ns / unit) * unit
}

/** By entry its site's line, and the rank of its name: of many groups few names differ, and those alone are compared as texts. */
function namesOf(grouped: Grouped, order: Uint32Array): { readonly rank: Int32Array; readonly line: Uint32Array } {
  const numbers = new Map<string, number>()
  const rank = new Int32Array(grouped.length)
  const line = new Uint32Array(grouped.length)
  const known = new Map<Dump, Map<number, number>>()
  for (const entry of order) {
    const { grouping, group } = seenOf(grouped, entry)
    const { dump, site } = grouping
    // Without a name last.
    rank[entry] = -1
    if (site[group] < 0) continue
    line[entry] = dump.frames.line[site[group]]
    const ofName = remembered(known, dump, () => new Map<number, number>())
    const name = dump.frames.function[site[group]]
    rank[entry] = remembered(ofName, name, () => remembered(numbers, dump.strings.text(name), () => numbers.size))
  }
  const places = new Int32Array(numbers.size)
  const inOrder = [...numbers].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  for (const [place, [, number]] of inOrder.entries()) places[number] = place
  for (const entry of order) rank[entry] = rank[entry] < 0 ? numbers.size : places[rank[entry]]
  return { rank, line }
}

function remembered<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const found = known.get(key)
  if (found !== undefined) return found
  const made = make()
  known.set(key, made)
  return made
}

/** Goroutines by state. */
export function statesOf(grouped: Grouped, order: Uint32Array): Record<DumpState, number> {
  const states: Record<DumpState, number> = { running: 0, runnable: 0, waiting: 0, syscall: 0, unknown: 0 }
  const known = new Map<Dump, Map<number, DumpState>>()
  for (const entry of order) {
    const { grouping, group } = seenOf(grouped, entry)
    const { dump, reason } = grouping
    const ofReason = remembered(known, dump, () => new Map<number, DumpState>())
    const state = remembered(ofReason, reason[group], () => stateOf(dump.strings.text(reason[group])))
    states[state] += grouped.count[entry]
  }
  return states
}

export function comparedOf({ diff, moments }: Grouped): Compared | undefined {
  if (!diff) return undefined
  return {
    by: diff.by,
    like: diff.like,
    before: moments[0].snapshot.goroutines,
    after: moments[1].snapshot.goroutines,
    moves: diffMoves(diff),
    summary: diffSummary(
      diff,
      moments.every(({ snapshot }) => snapshot.complete),
    ).map(sentence => sentence.slice(0, 2000)),
  }
}
