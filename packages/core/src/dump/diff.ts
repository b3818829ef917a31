/**
 * Two dumps of one process, some seconds apart: who appeared, who vanished, who stands where it stood. Where both know
 * ids, goroutines are matched by them, for Go never gives one twice; else only the counts of like groups are compared.
 *
 * A place is a group of both dumps: the same reason and a like stack.
 *
 *   before = still + left + vanished        left, arrived: the same goroutine is at another place in the other dump
 *   after  = still + arrived + appeared
 */
import { DEFAULT_LIKENESS, type Likeness, Liker } from './likeness.ts'
import { type GroupList, isWhole, listGroups, type Snapshot } from './snapshot.ts'
import type { Dump } from './tables.ts'

export type DumpDiff = {
  readonly by: 'ids' | 'counts'
  /** Both know ids, and yet those are of two processes: the same id was created by two functions. */
  readonly otherProcess: boolean
  readonly like: Likeness
  readonly lists: readonly [before: GroupList, after: GroupList]
  readonly length: number
  /** Row of the place in each list; -1: nobody is there. */
  readonly rows: readonly [before: Int32Array, after: Int32Array]
  readonly before: Float64Array
  readonly after: Float64Array
  /** By ids alone; else 0. */
  readonly still: Float64Array
  readonly appeared: Float64Array
  readonly vanished: Float64Array
  readonly arrived: Float64Array
  readonly left: Float64Array
  /** Of those that stand where they stood: whose minutes are more, and whose are fewer. */
  readonly longer: number
  readonly shorter: number
  /** By ids: row of the same goroutine in the other dump (-1: none), and by row its place. */
  readonly matches: readonly [ofBefore: Int32Array, ofAfter: Int32Array] | undefined
  readonly places: readonly [ofBefore: Int32Array, ofAfter: Int32Array]
}

/** Compares two snapshots at a level of likeness. */
export function diffSnapshots(before: Snapshot, after: Snapshot, like: Likeness = DEFAULT_LIKENESS): DumpDiff {
  const canMatch = hasIds(before.main) && hasIds(after.main) && isWhole(before.main) && isWhole(after.main)
  const matches = canMatch ? matched(before.main, after.main) : undefined
  const otherProcess = matches !== undefined && !isOneProcess(before.main, after.main, matches[1])
  return matches && !otherProcess ? byIds(before, after, like, matches) : byCounts(before, after, like, otherProcess)
}

/** Does each row stand for one goroutine, with its id? */
function hasIds({ form, rows }: Dump): boolean {
  if (form !== 'debug2') return false
  for (let row = 0; row < rows.length; row++) if (Number.isNaN(rows.id[row]) || rows.count[row] !== 1) return false
  return true
}

/** By row of each dump the row of the same id in the other; each row is taken once, also where a text has an id twice. */
function matched(before: Dump, after: Dump): [Int32Array, Int32Array] {
  const rowOf = new Map<number, number>()
  for (let row = 0; row < before.rows.length; row++) rowOf.set(before.rows.id[row], row)
  const ofBefore = new Int32Array(before.rows.length).fill(-1)
  const ofAfter = new Int32Array(after.rows.length).fill(-1)
  for (let row = 0; row < after.rows.length; row++) {
    const other = rowOf.get(after.rows.id[row]) ?? -1
    if (other < 0 || ofBefore[other] >= 0) continue
    ofBefore[other] = row
    ofAfter[row] = other
  }
  return [ofBefore, ofAfter]
}

/** So many agreements outweigh one disagreement: a line of a text may be damaged. */
const AGREEMENTS = 20

/** The creator of a goroutine never changes: where it does, the ids are those of two processes. */
function isOneProcess(before: Dump, after: Dump, ofAfter: Int32Array): boolean {
  const nameOf = ({ frames, strings }: Dump, frame: number) => strings.text(frames.function[frame])
  let agree = 0
  let disagree = 0
  for (let row = 0; row < ofAfter.length; row++) {
    const mine = after.rows.createdBy[row]
    const theirs = ofAfter[row] < 0 ? -1 : before.rows.createdBy[ofAfter[row]]
    if (mine < 0 || theirs < 0) continue
    if (nameOf(after, mine) === nameOf(before, theirs)) agree++
    else disagree++
  }
  return disagree * AGREEMENTS <= agree
}

function byIds(
  before: Snapshot,
  after: Snapshot,
  like: Likeness,
  matches: readonly [Int32Array, Int32Array],
): DumpDiff {
  const draft = placesOf(before, after, like, new Liker(like))
  const [ofBefore, ofAfter] = draft.places
  const counts = emptyCounts(draft.length)
  let longer = 0
  let shorter = 0
  for (let row = 0; row < ofAfter.length; row++) {
    const other = matches[1][row]
    const place = ofAfter[row]
    if (other < 0) counts.appeared[place]++
    else if (ofBefore[other] !== place) counts.arrived[place]++
    else {
      counts.still[place]++
      const grown = after.main.rows.minutes[row] - before.main.rows.minutes[other]
      if (grown > 0) longer++
      if (grown < 0) shorter++
    }
  }
  for (let row = 0; row < ofBefore.length; row++) {
    const other = matches[0][row]
    if (other < 0) counts.vanished[ofBefore[row]]++
    else if (ofAfter[other] !== ofBefore[row]) counts.left[ofBefore[row]]++
  }
  return { by: 'ids', otherProcess: false, like, ...draft, ...counts, longer, shorter, matches }
}

function byCounts(before: Snapshot, after: Snapshot, like: Likeness, otherProcess: boolean): DumpDiff {
  const isOneForm = isText(before) && isText(after)
  // What only one of two forms tells would make all of its groups different.
  const level = isOneForm || like === 'functions' ? like : 'lines'
  const draft = placesOf(before, after, level, new Liker(level, { reasons: isOneForm, bare: !isOneForm }))
  const none = { longer: 0, shorter: 0, matches: undefined }
  return { by: 'counts', otherProcess, like: level, ...draft, ...emptyCounts(draft.length), ...none }
}

/** Do all goroutines of it come with reasons, and without the runtime's frames? */
function isText({ main, counted }: Snapshot): boolean {
  return main.form === 'debug2' && counted === undefined
}

function emptyCounts(length: number) {
  const column = () => new Float64Array(length)
  return { still: column(), appeared: column(), vanished: column(), arrived: column(), left: column() }
}

/** Numbers the places of both snapshots from 0, and counts who is there. */
function placesOf(before: Snapshot, after: Snapshot, like: Likeness, liker: Liker) {
  const lists = [listGroups(before, { like }), listGroups(after, { like })] as const
  const placeOf = new Map<number, number>()
  const classes = lists.map(list => list.groupings.map(({ dump }) => liker.rowsOf(dump)))
  const length = countPlaces(classes, placeOf)
  const draft = {
    lists,
    length,
    rows: [new Int32Array(length).fill(-1), new Int32Array(length).fill(-1)] as const,
    before: new Float64Array(length),
    after: new Float64Array(length),
    places: [placesOfRows(classes[0][0], placeOf), placesOfRows(classes[1][0], placeOf)] as const,
  }
  for (const [side, list] of lists.entries()) {
    const counts = side === 0 ? draft.before : draft.after
    for (let at = 0; at < list.length; at++) {
      const { first, row } = list.groupings[list.source[at]]
      const place = placeOf.get(classes[side][list.source[at]][row[first[list.group[at]]]]) ?? 0
      counts[place] += list.count[at]
      if (draft.rows[side][place] < 0) draft.rows[side][place] = at
    }
  }
  return draft
}

function countPlaces(classes: readonly (readonly Int32Array[])[], placeOf: Map<number, number>): number {
  for (const numbers of classes.flat()) for (const one of numbers) if (!placeOf.has(one)) placeOf.set(one, placeOf.size)
  return placeOf.size
}

function placesOfRows(classes: Int32Array, placeOf: ReadonlyMap<number, number>): Int32Array {
  return classes.map(one => placeOf.get(one) ?? 0)
}

export type Kind = 'appeared' | 'vanished' | 'still' | 'arrived' | 'left'

/** Of a place the first ids of each kind, in the order of their dump; none where goroutines were not matched. */
export function idsByKind(diff: DumpDiff, place: number, limit: number): Readonly<Record<Kind, readonly number[]>> {
  const found = { appeared: [], vanished: [], still: [], arrived: [], left: [] } as Record<Kind, number[]>
  if (!diff.matches) return found
  for (const side of [0, 1] as const) {
    const at = diff.rows[side][place]
    if (at < 0) continue
    const list = diff.lists[side]
    const { dump, first, row } = list.groupings[list.source[at]]
    for (let i = first[list.group[at]]; i < first[list.group[at] + 1]; i++) {
      const kind = kindOf(diff, side, row[i])
      if (kind && found[kind].length < limit) found[kind].push(dump.rows.id[row[i]])
    }
  }
  return found
}

/** undefined: counted from the other side. */
function kindOf(diff: DumpDiff, side: 0 | 1, row: number): Kind | undefined {
  const other = diff.matches?.[side][row] ?? -1
  if (other < 0) return side === 0 ? 'vanished' : 'appeared'
  if (diff.places[side][row] !== diff.places[side === 0 ? 1 : 0][other]) return side === 0 ? 'left' : 'arrived'
  return side === 0 ? undefined : 'still'
}
