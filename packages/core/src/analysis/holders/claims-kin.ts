/**
 * Claims by kin: no argument tells, but one waits in code that belongs to the lock, and in a way that only who has it
 * waits in.
 */
import { awaitedChildren } from '../reach/children.ts'
import { reachOf } from '../reach/reach.ts'
import { parkedAtShut } from '../reach/stay.ts'
import { receivesOnce } from '../reach/unseen.ts'
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import { isObserver, type Scene } from '../scene/scene.ts'
import type { Place } from '../scene/standing.ts'
import { isLockKind } from '../scene/waits.ts'
import {
  type Claim,
  drainsIn,
  isLibraryCall,
  isToldApart,
  READERS_MAY,
  relative,
  waitersIn,
  waitsForAnother,
} from './claim.ts'

/**
 * Goroutines that wait for another lock in code that belongs to this one, where those that wait for this one are in code
 * that belongs to the other; or that wait for their own children in such code.
 */
export function kinOf(scene: Scene, jam: readonly Group[], waiters: ReadonlySet<number>): Claim[] {
  const found = new Map<Place, Frame>()
  for (const place of scene.standing.places) {
    if (isObserver(place) || jam.some(group => group.places.includes(place))) continue
    const frame = isLockKind(place.wait.kind) ? crossing(scene, jam, place) : relative(jam[0], place)
    if (frame) found.set(place, frame)
  }
  if (found.size === 0) return []
  const { standing } = scene
  const claims: Claim[] = []
  for (let row = 0; row < standing.length && claims.length < MAX_CLAIMS; row++) {
    const place = standing.places[standing.place[row]]
    const frame = found.get(place)
    if (!frame || waiters.has(row) || standing.count[row] === 0) continue
    if (isLockKind(place.wait.kind) || isOnto(scene, jam, row, place, frame)) claims.push({ row, place, frame })
  }
  // A child that waits for children of its own does so for the one that started it.
  const ids = new Set(claims.map(({ row }) => standing.id[row]))
  return claims.filter(({ row }) => !ids.has(reachOf(scene).creatorId(row)))
}

/**
 * Those that have called into a library in a method of the lock's type, and wait there; or that read from a remote in the
 * method that they began with, which is a call as well as a loop.
 */
export function callsOf(scene: Scene, jam: readonly Group[], waiters: ReadonlySet<number>): Claim[] {
  const { standing } = scene
  const frames = standing.places.map(place => {
    const reads = READERS_MAY.has(place.wait.kind) && !isToldApart(jam)
    if (!(isLibraryCall(place) || reads) || isLockKind(place.wait.kind) || isObserver(place)) return undefined
    const frame = jam.map(group => (group.site.receiver === '' ? undefined : relative(group, place))).find(each => each)
    return isLibraryCall(place) || frame === place.frames.at(-1) ? frame : undefined
  })
  const claims: Claim[] = []
  for (let row = 0; row < standing.length && claims.length < MAX_CLAIMS; row++) {
    const frame = frames[standing.place[row]]
    if (frame && !waiters.has(row)) claims.push({ row, place: standing.places[standing.place[row]], frame })
  }
  return claims
}

const MAX_CLAIMS = 20

/** Waits for its children; or was seen to get stuck in a send, or as a reader in a read, when the lock was shut. */
function isOnto(scene: Scene, jam: readonly Group[], row: number, place: Place, frame: Frame): boolean {
  const { kind } = place.wait
  if (awaitedChildren(scene, row).length > 0) return true
  // One that sends, in a method of the type whose lock it is, is in the middle of it.
  const ofType = frame.receiver !== ''
  if (kind === 'chan send' || kind === 'forever' || kind === 'waitgroup') return ofType || parkedAtShut(scene, jam, row)
  if (ofType && isInTheMiddle(place, frame)) return true
  return drainsIn(jam) && READERS_MAY.has(kind) && scene.standing.sinceNs[row] > 0
}

/**
 * A method of the lock's type has called what waits for a signal on another type's lock (its own it would have let go), or
 * for one answer, not of a remote. What a goroutine began with may wait there for its end.
 */
function isInTheMiddle(place: Place, frame: Frame): boolean {
  if (place.wait.kind === 'cond') return place.site !== undefined && place.site.receiver !== frame.receiver
  return receivesOnce(place) && !isLibraryCall(place) && frame !== place.frames.at(-1)
}

/** The frame of one that waits for another lock in which it may have this one. */
function crossing(scene: Scene, jam: readonly Group[], place: Place): Frame | undefined {
  const other = scene.lockGroups.find(group => group.places.includes(place))
  const [group] = jam
  if (!other || !place.site || other.site === group.site || !mayHaveOneEach(scene, jam, other, place)) return undefined
  const twoTypes = other.site.receiver !== '' && other.site.receiver !== group.site.receiver
  const apart = waitsForAnother(scene, jam, place) || (twoTypes && group.site.receiver !== '')
  if (!apart) return undefined
  const frame = relative(group, place)
  return frame && (isLink(frame, group, other) || leadsBack(scene, group, other)) ? frame : undefined
}

/** A method of the lock's type has called straight into another type's, and waits for that one's lock: a link of a chain. */
function isLink(frame: Frame, group: Group, other: Group): boolean {
  const named = frame.receiver !== '' && frame.receiver === group.site.receiver
  return named && other.site.receiver !== '' && other.site.receiver !== frame.receiver
}

/**
 * A lock lets one in at a time: of several at a place none is the holder more than another. Where nothing tells the locks
 * of as many waiters apart, each has one.
 */
function mayHaveOneEach({ standing }: Scene, jam: readonly Group[], { rows }: Group, place: Place): boolean {
  let there = 0
  for (const row of rows) if (standing.places[standing.place[row]] === place) there += standing.count[row]
  return there === 1 || (!isToldApart(jam) && there <= waitersIn(jam))
}

/** Longer rings than this are none that people make. */
const MAX_RING = 6

/** Is a waiter of the second lock's line in code of the first one, or of a lock whose waiter is, and so on? */
function leadsBack(scene: Scene, group: Group, other: Group): boolean {
  let current = other
  for (let links = 0; links < MAX_RING; links++) {
    if (group.places.some(waiter => relative(current, waiter))) return true
    const next = scene.lockGroups.filter(
      each => each !== current && each.site !== current.site && each.places.some(place => relative(current, place)),
    )
    if (next.length !== 1) return false
    current = next[0]
  }
  return false
}
