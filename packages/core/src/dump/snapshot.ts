/**
 * Several forms of one dump complete each other: `debug=2` has states and ids, but Go cuts it at 64 MiB; `debug=1` and
 * the protobuf have every stack with its count. A snapshot is what is known of one moment; its groups come from the best
 * form, and from another one what that no longer shows.
 */
import type { Problem } from '../base/errors.ts'
import { type Grouping, groupRows } from './group.ts'
import { DEFAULT_LIKENESS, type Likeness, Liker } from './likeness.ts'
import { type Dump, isLeakProfile } from './tables.ts'

export type Snapshot = {
  readonly main: Dump
  /** A form with goroutines that `main` no longer shows; undefined: there is none, or nothing is missing. */
  readonly counted: Dump | undefined
  /** The best count known from all forms. */
  readonly goroutines: number
  /** false: cut short, and no other form completes it. A frame that could not be read leaves it complete. */
  readonly complete: boolean
  readonly lost: readonly Problem[]
}

/** Groups of one or two forms, as a list of columns. */
export type GroupList = {
  readonly groupings: readonly Grouping[]
  readonly length: number
  readonly source: Uint8Array //   index of the grouping
  readonly group: Uint32Array //   group in it
  readonly count: Float64Array //  goroutines, with those that only the other form shows
}

export type ListOptions = {
  readonly like?: Likeness | undefined
  /** Only goroutines that have waited for at least so long; what only another form shows is left out, for it has none. */
  readonly minutes?: number | undefined
}

/** What is known from all forms of one dump, given in any order; at least one. */
export function snapshotOf(forms: readonly Dump[]): Snapshot {
  // A profile of leaked goroutines leaves the others out; alone it is all there is.
  const ofAll = forms.filter(dump => !isLeakProfile(dump))
  const dumps = ofAll.length > 0 ? ofAll : forms
  const main = bestOf(dumps.filter(({ form }) => form === 'debug2')) ?? bestOf(dumps)
  if (!main) throw new Error('a snapshot needs a dump')
  const other = bestOf(dumps.filter(dump => dump.form !== 'debug2'))
  const whole = isWhole(main)
  const counted = whole || other === main ? undefined : other
  const complete = whole || (counted !== undefined && isWhole(counted))
  return {
    main,
    counted,
    goroutines: whole ? main.total : Math.max(main.total, other?.total ?? 0),
    complete,
    lost: complete ? main.problems.filter(({ cut }) => !cut) : main.problems,
  }
}

/** Has this form everything, as far as anybody can see? */
export function isWhole(dump: Dump): boolean {
  return !dump.problems.some(({ cut }) => cut)
}

/** The whole one, unharmed if there is one, else the one with the most in it; of equals the last, which is the newest. */
function bestOf(dumps: readonly Dump[]): Dump | undefined {
  const worth = (dump: Dump) =>
    dump.problems.length === 0 ? Number.POSITIVE_INFINITY : isWhole(dump) ? Number.MAX_VALUE : dump.total
  return dumps.reduce<Dump | undefined>((best, dump) => (best && worth(best) > worth(dump) ? best : dump), undefined)
}

/** The groups of a snapshot, in the order of their first goroutines. */
export function listGroups({ main, counted }: Snapshot, options: ListOptions = {}): GroupList {
  const { like = DEFAULT_LIKENESS, minutes } = options
  if (minutes !== undefined) {
    const grouping = groupRows(main, { like, keeps: row => main.rows.minutes[row] >= minutes })
    return listed([grouping], new Float64Array(0), grouping.count)
  }
  if (!counted) {
    const grouping = groupRows(main, { like })
    return listed([grouping], new Float64Array(0), grouping.count)
  }
  return completed(main, counted, like)
}

const NONE = -1
const SEVERAL = -2

/** Adds the goroutines that a cut dump no longer shows; which state those are in is known where all of a stack share it. */
function completed(main: Dump, counted: Dump, like: Likeness): GroupList {
  const liker = new Liker('lines', { bare: true })
  const shown = liker.stacksOf(main)
  const all = liker.stacksOf(counted)
  const size = Math.max(highest(shown), highest(all)) + 1
  const missing = new Float64Array(size)
  const leader = new Int32Array(size).fill(NONE)
  for (let row = 0; row < counted.rows.length; row++) {
    const stack = all[Math.max(0, counted.rows.stack[row])]
    missing[stack] += counted.rows.count[row]
    if (leader[stack] === NONE) leader[stack] = row
  }
  // The goroutine in whose middle the dump was cut: the other form has its whole stack.
  const last = main.rows.length - 1
  const isStump = last >= 0 && leader[shown[Math.max(0, main.rows.stack[last])]] === NONE
  const known = groupRows(main, { like, keeps: row => row !== last || !isStump })
  const home = homesOf(known, shown, missing)
  const more = new Float64Array(known.length)
  // Nobody knows the arguments of those that are not shown.
  const isClose = like === 'exact' || like === 'pointers'
  for (let stack = 0; stack < size; stack++) {
    if (home[stack] < 0 || isClose || missing[stack] <= 0) continue
    more[home[stack]] += missing[stack]
    missing[stack] = 0
  }
  const stackOf = (row: number) => all[Math.max(0, counted.rows.stack[row])]
  const rest = groupRows(counted, { like, keeps: row => leader[stackOf(row)] === row && missing[stackOf(row)] > 0 })
  const counts = new Float64Array(rest.length)
  for (let group = 0; group < rest.length; group++)
    for (let at = rest.first[group]; at < rest.first[group + 1]; at++) counts[group] += missing[stackOf(rest.row[at])]
  return listed([known, rest], more, counts)
}

/** By stack the only group that has it, and takes what is shown from what is missing. */
function homesOf(known: Grouping, shown: Int32Array, missing: Float64Array): Int32Array {
  const { rows } = known.dump
  const home = new Int32Array(missing.length).fill(NONE)
  for (let group = 0; group < known.length; group++)
    for (let at = known.first[group]; at < known.first[group + 1]; at++) {
      const row = known.row[at]
      const stack = shown[Math.max(0, rows.stack[row])]
      missing[stack] -= rows.count[row]
      home[stack] = home[stack] === NONE || home[stack] === group ? group : SEVERAL
    }
  return home
}

/** `more` is added to the counts of the first grouping; `counts` are those of the last. */
function listed(groupings: readonly Grouping[], more: Float64Array, counts: Float64Array): GroupList {
  const length = groupings.reduce((sum, grouping) => sum + grouping.length, 0)
  const list = {
    groupings,
    length,
    source: new Uint8Array(length),
    group: new Uint32Array(length),
    count: new Float64Array(length),
  }
  let at = 0
  for (const [source, grouping] of groupings.entries()) {
    const isLast = source === groupings.length - 1
    for (let group = 0; group < grouping.length; group++, at++) {
      list.source[at] = source
      list.group[at] = group
      list.count[at] = isLast ? counts[group] : grouping.count[group] + more[group]
    }
  }
  return list
}

function highest(numbers: Int32Array): number {
  let most = -1
  for (const number of numbers) if (number > most) most = number
  return most
}
