/** What two dumps differ in, as JSON: schema "unhang.dumpdiff/1". Its places stand in the order of what tells most. */
import type { Problem } from '../base/errors.ts'
import { type DumpDiff, diffSnapshots, idsByKind, type Kind } from './diff.ts'
import { summaryOf } from './diff-words.ts'
import type { Likeness } from './likeness.ts'
import { type ReportGroup, type ReportOptions, reportGroups } from './report.ts'
import { type DumpFilter, Judge } from './select.ts'
import { type GroupList, type Snapshot, snapshotOf } from './snapshot.ts'
import type { Dump } from './tables.ts'

export const DUMP_DIFF_SCHEMA = 'unhang.dumpdiff/1'

/** As many ids of a kind as a group lists. */
const MAX_IDS = 100

export type DiffSide = {
  readonly name: string
  readonly goroutines: number
  readonly complete: boolean
  readonly lost?: readonly Problem[]
}

/** How many of each kind; only where goroutines were matched by their ids. */
export type DiffCounts = {
  /** In the later dump alone. */
  readonly appeared: number
  /** In the earlier dump alone. */
  readonly vanished: number
  /** In both, at the same place: whether it moved in between is not known. */
  readonly still: number
}

/** Of all goroutines of both dumps. */
export type DiffMoves = DiffCounts & {
  /** In both, at two places. */
  readonly moved: number
}

/** A group of both dumps; `goroutines` are those of the later one, or where nobody is there any more, of the earlier. */
export type DiffGroup = Omit<ReportGroup, 'count'> & {
  readonly before: number
  readonly after: number
  readonly moves?: DiffCounts & {
    /** At another place in the other dump. */
    readonly arrived: number
    readonly left: number
  }
  /** The first 100 ids of each kind that there is. */
  readonly ids?: Readonly<Partial<Record<Kind, readonly number[]>>>
}

export type DumpDiffReport = {
  readonly schema: typeof DUMP_DIFF_SCHEMA
  readonly before: DiffSide
  readonly after: DiffSide
  /** How goroutines were matched: by id, or only counted by place. */
  readonly by: 'ids' | 'counts'
  readonly like: Likeness
  /** Of all goroutines, whatever the filter keeps. */
  readonly moves?: DiffMoves
  /** What it may mean, one sentence each, with numbers and names. */
  readonly summary: readonly string[]
  readonly selection?: DumpFilter & { readonly before: number; readonly after: number }
  /** What grew first, then what shrank, then what stayed: the longest wait first. */
  readonly groups: readonly DiffGroup[]
}

export type NamedDumps = { readonly name: string; readonly dumps: readonly Dump[] }

/** Compares two moments of a process; each may be given in several forms. */
export function dumpDiff(before: NamedDumps, after: NamedDumps, options: ReportOptions = {}): DumpDiffReport {
  const snapshots = [snapshotOf(before.dumps), snapshotOf(after.dumps)] as const
  const diff = diffSnapshots(...snapshots, options.like)
  const order = selectPlaces(diff, options)
  const isKept = Boolean(options.function) || Boolean(options.state) || options.minutes !== undefined
  const all = isKept ? selectPlaces(diff, {}) : order
  return {
    schema: DUMP_DIFF_SCHEMA,
    before: sideOf(before.name, snapshots[0]),
    after: sideOf(after.name, snapshots[1]),
    by: diff.by,
    like: diff.like,
    ...(diff.by === 'ids' && { moves: diffMoves(diff) }),
    summary: diffSummary(
      diff,
      snapshots.every(({ complete }) => complete),
      all,
    ),
    ...(isKept && {
      selection: {
        ...(options.function && { function: options.function }),
        ...(options.state && { state: options.state }),
        ...(options.minutes !== undefined && { minutes: options.minutes }),
        before: order.reduce((total, place) => total + diff.before[place], 0),
        after: order.reduce((total, place) => total + diff.after[place], 0),
      },
    }),
    groups: diffGroups(diff, order),
  }
}

/** What a comparison may mean, in sentences; `all`: its places in order, whatever a filter keeps. */
export function diffSummary(
  diff: DumpDiff,
  areWhole: boolean,
  all: Uint32Array = selectPlaces(diff, {}),
): readonly string[] {
  return summaryOf(diff, areWhole, placesFor(diff, all))
}

function sideOf(name: string, { goroutines, complete, lost }: Snapshot): DiffSide {
  return { name, goroutines, complete, ...(lost.length > 0 && { lost }) }
}

/** Sentences are about the first places of each kind: more are not looked at. */
const SUMMED = 1000

function placesFor(diff: DumpDiff, order: Uint32Array): readonly DiffGroup[] {
  return diffGroups(diff, order.subarray(0, SUMMED))
}

/** The places that a filter keeps, in order. */
export function selectPlaces(diff: DumpDiff, filter: DumpFilter): Uint32Array {
  const judges = diff.lists.map(list => list.groupings.map(grouping => new Judge(grouping, filter)))
  const minutes = new Int32Array(diff.length)
  const kept: number[] = []
  for (let place = 0; place < diff.length; place++) {
    if (diff.before[place] === 0 && diff.after[place] === 0) continue
    const [list, at, side] = shownOf(diff, place)
    const judge = judges[side][list.source[at]]
    const group = list.group[at]
    minutes[place] = Math.max(...diff.lists.map((one, i) => mostMinutes(one, diff.rows[i][place])))
    if (filter.minutes !== undefined && minutes[place] < filter.minutes) continue
    if (judge.hasFunction(group) && judge.hasState(group)) kept.push(place)
  }
  const growth = (place: number) => diff.after[place] - diff.before[place]
  const rank = (place: number) => (growth(place) > 0 ? 0 : growth(place) < 0 ? 1 : 2)
  return Uint32Array.from(kept).sort(
    (a, b) =>
      rank(a) - rank(b) ||
      Math.abs(growth(b)) - Math.abs(growth(a)) ||
      minutes[b] - minutes[a] ||
      diff.after[b] - diff.after[a] ||
      a - b,
  )
}

/** The list in which a place is looked at: the later one, if anybody is there. */
export function shownOf(diff: DumpDiff, place: number): [list: GroupList, at: number, side: 0 | 1] {
  const after = diff.rows[1][place]
  return after >= 0 ? [diff.lists[1], after, 1] : [diff.lists[0], diff.rows[0][place], 0]
}

function mostMinutes(list: GroupList, at: number): number {
  return at < 0 ? 0 : list.groupings[list.source[at]].mostMinutes[list.group[at]]
}

/** Places as plain data. */
export function diffGroups(diff: DumpDiff, order: Uint32Array): DiffGroup[] {
  const shown = Array.from(order, place => shownOf(diff, place))
  const reports = [0, 1].map(side => {
    const mine = shown.filter(one => one[2] === side).map(one => one[1])
    return reportGroups(diff.lists[side], Uint32Array.from(mine))
  })
  const next = [0, 0]
  return Array.from(order, (place, i) => {
    const side = shown[i][2]
    const { count: _, ...group } = reports[side][next[side]++]
    const counts = { before: diff.before[place], after: diff.after[place] }
    return { ...counts, ...(diff.by === 'ids' && movesOf(diff, place)), ...group }
  })
}

/** What became of the goroutines, all groups together. */
export function diffMoves({ appeared, vanished, arrived, still }: DumpDiff): DiffMoves {
  const sum = (column: Float64Array) => column.reduce((total, one) => total + one, 0)
  return { appeared: sum(appeared), vanished: sum(vanished), moved: sum(arrived), still: sum(still) }
}

function movesOf(diff: DumpDiff, place: number): Pick<DiffGroup, 'moves' | 'ids'> {
  const { appeared, vanished, still, arrived, left } = diff
  const found = Object.entries(idsByKind(diff, place, MAX_IDS)).filter(([, ids]) => ids.length > 0)
  return {
    moves: {
      appeared: appeared[place],
      vanished: vanished[place],
      still: still[place],
      arrived: arrived[place],
      left: left[place],
    },
    ids: Object.fromEntries(found),
  }
}
