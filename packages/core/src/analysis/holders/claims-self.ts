/** Claims of the waiters themselves: one is, further out on its own stack, in code that works on the lock's value. */

import { areTwoLocks, insideOfLine, isSameType } from '../reach/doors.ts'
import type { Inside } from '../reach/inside.ts'
import { typesOf } from '../reach/kin.ts'
import { reachOf } from '../reach/reach.ts'
import { roleOf } from '../reach/rw.ts'
import { couldHaveIt, goesRound } from '../reach/stay.ts'
import { shutNsOf } from '../reach/stillness.ts'
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import { isClosure, outerFunctions, receiverOf } from '../scene/names.ts'
import { isObserver, type Scene } from '../scene/scene.ts'
import type { Place } from '../scene/standing.ts'
import { exactAddress } from '../scene/waits.ts'
import { type Claim, differs, drainsIn, isToldApart, only, relative } from './claim.ts'

/**
 * The waiter that is, further out, in a method on the lock's value; of a crowd that is, none. Closures tell nothing: whoever
 * made them may have locked before they began. `unshared`: nobody else works on the value.
 */
export function selfOf(
  scene: Scene,
  jam: readonly Group[],
  waiters: ReadonlySet<number>,
  sharers: readonly Claim[],
  unshared: boolean,
): Inside | undefined {
  const methods = methodsOf(jam)
  const byValue = sharers.filter(({ row, place, frame }) => waiters.has(row) && isFurther(methods, place, frame))
  const sure = byValue.length > 0
  const claims = (byValue.length > 0 ? byValue : selvesByKin(scene, jam, waiters)).filter(
    ({ place }) => place.site && !isClosure(place.site.function),
  )
  const [row, another] = waiters
  const alone = another === undefined
  const called = alone && (holdsAtAnotherLine(scene, jam, row) ?? (claims.length === 0 && calledBack(scene, jam, row)))
  if (called) return called
  const drains = drainsIn(jam)
  // What a goroutine began with may be its own loop, which locks and unlocks as it goes round.
  const inner = claims.filter(({ place, frame }) => frame !== place.frames.at(-1))
  const alike = sure || (drains && !isInCompany(scene, jam))
  const outer = unshared
    ? claims.filter(claim => (alike || comesBackIn(claim)) && !goesRound(scene, jam, claim.row))
    : []
  const best = inner.length > 0 ? inner : outer
  const mayHave = (claim: Claim) => couldHaveIt(scene, jam, claim.row, outermost(claim))
  const readers = drains ? best.filter(claim => roleOf(claim.place) === 'reader' && mayHave(claim)) : []
  if (readers.length > 0) return { ...readers[0], how: 'self', sure, others: readers.slice(1).map(({ row }) => row) }
  // Of two writers at an upgrade each waits for the other's read lock, and for its own.
  if (drains && best.length === 2 && waiters.size === 2) return { ...best[0], how: 'self', sure, others: [best[1].row] }
  const self = only(best, 'self')
  if (self) return mayHave(self) ? { ...self, sure } : undefined
  // The same fault, met several times: each of them waits for itself.
  if (isToldApart(jam) || best.length !== waiters.size) return undefined
  if (areStartedApart(scene, best))
    return { ...best[0], how: 'self', sure, others: best.slice(1).map(claim => claim.row) }
  return best === inner && best.every(mayHave) ? crossedOver(best) : undefined
}

/**
 * Two at one line, each called from another method of the type, which may have the lock of its value: each other's. Those
 * that came the same way may as well have met a lock that was left.
 */
function crossedOver(claims: readonly Claim[]): Inside | undefined {
  const [a, b] = claims
  if (claims.length !== 2 || a.place.site !== b.place.site || a.place === b.place) return undefined
  const ring = [b, a].map((claim): Inside => ({ ...claim, how: 'ring' }))
  return { ...ring[0], ring }
}

/** The first frame in which it may have locked. */
function outermost({ place, frame }: Claim): Frame {
  const types = new Set(typesOf(frame))
  return place.frames.findLast(each => typesOf(each).some(type => types.has(type))) ?? frame
}

/**
 * Does anybody else wait in code of the lock's own, for something else? It may as well have it; but for a sleeper that has
 * been round since the lock was shut.
 */
function isInCompany(scene: Scene, jam: readonly Group[]): boolean {
  const { standing, lockGroups } = scene
  const akin = standing.places.map(
    place =>
      place.wait.kind !== 'none' &&
      !isObserver(place) &&
      !lockGroups.some(({ places }) => places.includes(place)) &&
      jam.some(group => relative(group, place) !== undefined),
  )
  if (!akin.includes(true)) return false
  const shutNs = shutNsOf(scene, jam)
  for (let row = 0; row < standing.length; row++) {
    const sleeps = standing.places[standing.place[row]].wait.kind === 'sleep'
    if (akin[standing.place[row]] && !(sleeps && standing.sinceNs[row] > shutNs + SLACK_NS)) return true
  }
  return false
}

/** Who was let in last falls asleep a moment after the next one came. */
const SLACK_NS = 20e6

/** Does a place have a frame, further out, in a method of the lock's type? */
export function isFurtherInside(jam: readonly Group[], place: Place): boolean {
  const methods = methodsOf(jam)
  return place.frames.some(frame => isFurther(methods, place, frame))
}

function methodsOf(jam: readonly Group[]): ReadonlySet<string> {
  return new Set(jam.map(({ site }) => site.receiver))
}

/** The standard library calls itself all the time, and never so; unless a panic met it with the lock held. */
function isFurther(methods: ReadonlySet<string>, place: Place, frame: Frame): boolean {
  return frame !== place.site && methods.has(frame.receiver) && (!frame.standard || panickedIn(place, frame))
}

/** At one line, each started by another goroutine. */
function areStartedApart(scene: Scene, claims: readonly Claim[]): boolean {
  const creators = new Set(claims.map(({ row }) => reachOf(scene).creatorId(row)))
  return (
    claims.length > 1 &&
    creators.size === claims.length &&
    !creators.has(Number.NaN) &&
    claims.every(({ place }) => place.site === claims[0].place.site)
  )
}

/**
 * It stands behind another line where others wait for a lock of the same type's methods: no address tells that these are
 * two locks, so it has this one already.
 */
function holdsAtAnotherLine(scene: Scene, [group]: readonly Group[], row: number): Inside | undefined {
  if (group.lock !== '' || group.object !== '' || group.site.receiver === '') return undefined
  for (const other of scene.lockGroups) {
    const isOther = other.site !== group.site && other.kind === group.kind && isSameType(other, group)
    const inside = isOther && !areTwoLocks(other, group) ? insideOfLine(scene, other) : undefined
    if (inside?.row === row) return { ...inside, how: 'self' }
  }
  return undefined
}

/** Does it wait in what was deferred, with the frames of the panic below? */
function panickedIn({ frames }: Place, frame: Frame): boolean {
  const at = frames.findIndex(({ function: name }) => name === 'panic')
  return at !== -1 && at < frames.indexOf(frame)
}

/** The standard library, but for what only calls through. */
const CALLS_THROUGH: ReadonlySet<string> = new Set(['reflect', 'net/http', 'net/rpc'])

/**
 * Did it leave the type's code, for a closure that somebody else made or for a library, and is called back from there?
 * A loop of its own calls what it needs by name.
 */
function comesBackIn({ place, frame }: Claim): boolean {
  const { frames, site } = place
  if (!site) return false
  return frames.slice(frames.indexOf(site) + 1, frames.indexOf(frame)).some(each => {
    if (each.standard) return !each.plumbing && !CALLS_THROUGH.has(each.package)
    return isClosure(each.function) && outerFunctions(each.function).every(name => receiverOf(name) !== frame.receiver)
  })
}

/** The closure of a method waits, called by another method of that type, which neither made it nor is a closure itself. */
function calledBack(scene: Scene, [group]: readonly Group[], row: number): Inside | undefined {
  const place = scene.standing.places[scene.standing.place[row]]
  const { site } = place
  if (!site || !isClosure(site.function)) return undefined
  const types = typesOf(site)
  const makers = outerFunctions(site.function)
  const from = place.frames.indexOf(site) + 1
  const frame = place.frames.find(
    (each, i) =>
      i >= from &&
      each.own &&
      types.includes(each.receiver) &&
      !isClosure(each.function) &&
      !makers.includes(each.function) &&
      !differs(group, exactAddress(place.args?.[i])),
  )
  if (!frame || (frame === place.frames.at(-1) && !comesBackIn({ row, place, frame }))) return undefined
  return { row, place, frame, how: 'self' }
}

/** Where no argument of a frame further out says that it works on another value, and nobody else waits in code of its kind. */
function selvesByKin(scene: Scene, jam: readonly Group[], waiters: ReadonlySet<number>): Claim[] {
  const outer = new Map<Place, Frame>()
  for (const place of jam.flatMap(group => group.places)) {
    const from = place.site ? place.frames.indexOf(place.site) + 1 : place.frames.length
    const rest = { ...place, frames: place.frames.slice(from), ...(place.args ? { args: place.args.slice(from) } : {}) }
    const frame = jam.map(group => relative(group, rest)).find(found => found !== undefined)
    if (frame && !isRecursion(place, frame)) outer.set(place, frame)
  }
  const claims: Claim[] = []
  if (outer.size === 0 || scene.lockGroups.some(other => isRival(jam, other))) return claims
  for (const row of waiters) {
    const place = scene.standing.places[scene.standing.place[row]]
    const frame = outer.get(place)
    if (frame) claims.push({ row, place, frame })
  }
  return claims
}

/** A function that calls itself goes from one value to the next, as through a tree. */
function isRecursion({ frames, site }: Place, frame: Frame): boolean {
  return frame.function === site?.function && frames[frames.indexOf(frame) - 1] === site
}

/** Those that wait for another lock, or may do so, in code of the same kind may as well have this one. */
function isRival(jam: readonly Group[], other: Group): boolean {
  if (jam.includes(other) || (drainsIn(jam) && other.places.every(place => roleOf(place) === 'reader'))) return false
  // The very group of which these are the ones that were passed over.
  if (jam.some(({ site, rows }) => site === other.site && rows.every(row => other.rows.includes(row)))) return false
  return other.places.some(place =>
    jam.some(group => relative(group, place) !== undefined && !isFirstLock(group, other, place)),
  )
}

/**
 * It came straight to the line where it waits, in another method of the type: where no address tells of two locks, it
 * wants the same one.
 */
function isFirstLock(group: Group, other: Group, { frames, site }: Place): boolean {
  if (group.lock !== '' || group.object !== '' || other.lock !== '' || other.object !== '' || !site) return false
  const outside = frames.slice(frames.indexOf(site) + 1)
  return isSameType(group, other) && outside.every(frame => frame.receiver !== group.site.receiver)
}
