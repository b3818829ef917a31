/**
 * Whom do goroutines of a growing group belong to? A client that came and stays has a reader beside its writer; a call
 * that is under way has the goroutine that makes it. Those that a leak leaves behind have nobody: whoever started them
 * has ended, or has gone on to other work.
 */

import { type Reach, reachOf } from '../reach/reach.ts'
import type { Frame } from '../scene/frames.ts'
import type { Scene } from '../scene/scene.ts'
import type { Place } from '../scene/standing.ts'
import { isAtWork, isLockKind } from '../scene/waits.ts'

export type Kin = {
  /** Share of them with a relative that is at work, or waits for a lock: it will come back to them. */
  readonly bound: number
  /** Of those whose creator is known, the share that it has left: it has ended, or has returned from there. */
  readonly left: number
  /** Ids of those that started them, as far as they are known and were looked at: not all of them are. */
  readonly creators: readonly number[]
  readonly isWhole: boolean
  /** How many of the creators have ended, and how many are alive and have left what they started. */
  readonly ended: number
  readonly returned: number
  /** The line of the `go` statement. */
  readonly start: Frame | undefined
}

/** Of a crowd, these tell enough. */
const MAX_LOOKED = 200
/** A goroutine that has started more of them than this keeps none of them company. */
const FEW = 3
const MAX_GENERATIONS = 3
const MAX_CHILDREN = 400

/** `rows` of one group; evenly spread ones of a big one are looked at. */
export function kinOf(scene: Scene, rows: Uint32Array): Kin {
  const reach = reachOf(scene)
  const looked = spread(rows)
  const group = new Members(scene.standing.length, rows)
  const start = startOf(scene, looked)
  const states = new Map<number, State>()
  let bound = 0
  let left = 0
  let known = 0
  for (const row of looked) {
    const id = reach.creatorId(row)
    const state = states.get(id) ?? creatorState(scene, reach, row, group, start)
    if (!Number.isNaN(id)) {
      states.set(id, state)
      known++
    }
    if (state === 'ended' || state === 'left') left++
    if (isBound(scene, reach, row, group, state)) bound++
  }
  return {
    bound: bound / Math.max(1, looked.length),
    left: left / Math.max(1, known),
    creators: [...states.keys()],
    isWhole: known === rows.length,
    ended: [...states.values()].filter(state => state === 'ended').length,
    returned: [...states.values()].filter(state => state === 'left').length,
    start,
  }
}

/** Rows of one group, as bits: a set of a million of them costs more than all else. */
class Members {
  private readonly isIn: Uint8Array

  constructor(length: number, rows: Uint32Array) {
    this.isIn = new Uint8Array(length)
    for (let i = 0; i < rows.length; i++) this.isIn[rows[i]] = 1
  }

  has(row: number): boolean {
    return this.isIn[row] === 1
  }
}

function spread(rows: Uint32Array): Uint32Array {
  const step = Math.max(1, rows.length / MAX_LOOKED)
  return Uint32Array.from({ length: Math.min(rows.length, MAX_LOOKED) }, (_, i) => rows[Math.floor(i * step)])
}

/** The line that started most of them. */
function startOf(scene: Scene, rows: Uint32Array): Frame | undefined {
  const counts = new Map<Frame, number>()
  for (const row of rows) {
    const start = scene.startedAt(row)
    if (start) counts.set(start, (counts.get(start) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
}

type State = 'ended' | 'left' | 'keeps' | 'unknown'

/** `left`: alive, and done with what it was asked for when it started this one. */
function creatorState(scene: Scene, reach: Reach, row: number, group: Members, start: Frame | undefined): State {
  const state = reach.creatorState(row)
  if (state !== 'alive') return state === 'gone' ? 'ended' : 'unknown'
  const { frames } = placeAt(scene, reach.creator(row))
  if (frames.length === 0 || !start?.own || frames[frames.length - 1].own) return 'keeps'
  // A library calls the program, again and again: what was started by an earlier call has been left.
  if (!frames.some(frame => frame.own)) return 'left'
  return oursAmong(reach.startedBy(reach.creatorId(row)), group) > FEW ? 'left' : 'keeps'
}

function oursAmong(rows: readonly number[], group: Members): number {
  let ours = 0
  for (const row of rows.slice(0, MAX_CHILDREN)) if (group.has(row)) ours++
  return ours
}

function placeAt({ standing }: Scene, row: number): Place {
  return standing.places[standing.place[row]]
}

function isBound(scene: Scene, reach: Reach, row: number, group: Members, creator: State): boolean {
  if (hasBusy(scene, reach.startedBy(scene.standing.id[row]), group, 1)) return true
  let at = row
  for (let i = 0; i < MAX_GENERATIONS; i++) {
    const id = reach.creatorId(at)
    if (Number.isNaN(id)) return false
    const children = reach.startedBy(id)
    const ours = oursAmong(children, group)
    // Beside each of them its creator has started one that is at work: a reader beside a writer.
    if (hasBusy(scene, children, group, Math.max(1, ours / 2))) return true
    const next = reach.rowOfId(id)
    if (next < 0 || ours > FEW) return false
    if (isBusy(placeAt(scene, next)) && !(i === 0 && creator === 'left')) return true
    at = next
  }
  return false
}

/** Are so many of these at work, outside of the group? */
function hasBusy(scene: Scene, rows: readonly number[], group: Members, wanted: number): boolean {
  let busy = 0
  for (const row of rows.slice(0, MAX_CHILDREN)) {
    if (group.has(row) || !isBusy(placeAt(scene, row))) continue
    busy++
    if (busy >= wanted) return true
  }
  return false
}

function isBusy({ wait }: Place): boolean {
  return isAtWork(wait.kind) || isLockKind(wait.kind)
}
