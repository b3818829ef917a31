/**
 * Several locks that are shut at once, and nobody alive who may have any of them but those that wait for the others: then
 * these have each other's locks. That each was left locked by somebody who is gone would be as many faults at once.
 *
 *   G14   Mutex.Lock(0x2a0) ‹ main.(*session).alter(0xc20)
 *   G15   Mutex.Lock(0x2b0) ‹ main.(*session).prepare(0xc20)      one value, three locks, one waiter each
 *   G16   Mutex.Lock(0x290) ‹ main.(*session).analyse(0xc20)
 *
 * Who has which is known of two; of more, only that it is a ring.
 */

import { lastTakerOf } from '../holders/holders.ts'
import { holderInside } from '../holders/jam.ts'
import { suspectsOf } from '../holders/suspects.ts'
import { areTwoLocks, insideOfLine, isSameType, jamOf } from '../reach/doors.ts'
import { ownFrame } from '../reach/idle.ts'
import type { Inside } from '../reach/inside.ts'
import { typesOf } from '../reach/kin.ts'
import { wereStartedApart } from '../reach/origin.ts'
import { reachOf } from '../reach/reach.ts'
import { isAtRest } from '../reach/rest.ts'
import { overtaken, stillness } from '../reach/stillness.ts'
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import type { Scene } from '../scene/scene.ts'
import { mutualHolder } from './mutual.ts'

/** A lock of a ring, and the one of its waiters that has the next one's. */
type Link = { readonly jam: readonly Group[]; readonly row: number }

/** Longer rings than this are none that people make. */
const MAX_RING = 6

/** Who has the lock of a jam, of which nobody is seen inside: the waiter for another lock, with the ring that leads back. */
export function ringHolder(scene: Scene, jam: readonly Group[]): Inside | undefined {
  const ring = ringsIn(scene).find(links => links.some(link => link.jam[0].site === jam[0].site && isSame(link, jam)))
  if (!ring) return undefined
  const own = ring.findIndex(link => isSame(link, jam))
  const holders = [...ring.slice(own + 1), ...ring.slice(0, own + 1)].map(({ row }): Inside => {
    const place = scene.standing.places[scene.standing.place[row]]
    return { row, place, frame: ownFrame(place) ?? place.site!, how: 'ring' }
  })
  return { ...holders[0], ring: holders }
}

function isSame(link: Link, [group]: readonly Group[]): boolean {
  return link.jam.some(({ site, rows }) => site === group.site && group.rows.some(row => rows.includes(row)))
}

const known = new WeakMap<Scene, readonly (readonly Link[])[]>()

function ringsIn(scene: Scene): readonly (readonly Link[])[] {
  const before = known.get(scene)
  if (before) return before
  const jams = orphans(scene)
  const rings = jams.flatMap((jam, i) => {
    const tied = jams.filter(other => other === jam || isTied(scene, jam, other) || areAllThereAre(scene, jams))
    // Told once, from its first lock; all of a ring must be tied with all others, or nobody knows where it ends.
    if (tied.length < 2 || tied.length > MAX_RING || tied[0] !== jams[i]) return []
    const apart = tied.every((a, at) =>
      tied.slice(at + 1).every(b => areApart(a, b) && (isTied(scene, a, b) || areAllThereAre(scene, jams))),
    )
    const links = apart ? tied.map(each => linkOf(scene, each, tied)) : []
    return links.length > 0 && links.every(link => link !== undefined) && isClosed(scene, links) ? [links] : []
  })
  const closed = [...rings, ...jams.flatMap(jam => closedRing(scene, jam) ?? [])]
  known.set(scene, closed)
  return closed
}

/**
 * Of a lock whose holder is known, and waits for a lock that nobody is seen to have: the only one that waits for the first
 * has the second, where these two belong together.
 */
function closedRing(scene: Scene, jam: readonly Group[]): (readonly Link[])[] | undefined {
  const waiters = rowsOf(jam)
  if (waiters.length !== 1) return undefined
  const found = scene.lockGroups.flatMap(group => {
    if (jam.includes(group) || holderInside(scene, group)?.row !== waiters[0]) return []
    const first = jamOf(scene, group)
    const rows = rowsOf(first)
    const isPair = rows.length === 1 && first.every(({ count }) => count === 1)
    return isPair && belongTogether(scene, jam, first) ? [[{ jam: first, row: rows[0] }]] : []
  })
  if (found.length !== 1) return undefined
  const ring = [...found[0], { jam, row: waiters[0] }]
  return isClosed(scene, ring) ? [ring] : undefined
}

/** Did one goroutine start the waiters of both? Where nobody saw that: is the second one in code of the first type, too? */
function belongTogether(scene: Scene, a: readonly Group[], b: readonly Group[]): boolean {
  const [mine, theirs] = [startersOf(scene, a), startersOf(scene, b)]
  if (mine && theirs) return mine[0] === theirs[0]
  return isIn(b, a) || a.some(one => b.some(other => isSameType(one, other)))
}

/** Who started each of the waiters, ascending; undefined where that is not known of all, or one started several. */
function startersOf(scene: Scene, jam: readonly Group[]): readonly number[] | undefined {
  const rows = rowsOf(jam)
  if (rows.length !== jam.reduce((sum, { count }) => sum + count, 0)) return undefined
  const starters = rows.map(reachOf(scene).creatorId)
  if (starters.some(Number.isNaN) || new Set(starters).size !== starters.length) return undefined
  return starters.sort((x, y) => x - y)
}

/** Did each of those that started a waiter of the one start a waiter of the other, too? Then they did so in pairs. */
function areStartedInPairs(scene: Scene, a: readonly Group[], b: readonly Group[]): boolean {
  const [mine, theirs] = [startersOf(scene, a), startersOf(scene, b)]
  return mine !== undefined && theirs !== undefined && mine.join() === theirs.join()
}

/** Locks that are shut, and that nobody is seen to have, or to have had last. */
function orphans(scene: Scene): (readonly Group[])[] {
  const jams: (readonly Group[])[] = []
  for (const group of scene.lockGroups) {
    if (group.kind === 'once' || jams.some(jam => jam.includes(group))) continue
    const jam = jamOf(scene, group)
    const still = stillness(scene, overtaken(scene, group))
    if (!still || !(still.strong || isAtRest(scene, jam))) continue
    const taker = lastTakerOf(scene, jam)
    if (taker && taker.proof !== 'package' && taker.proof !== 'sibling') continue
    if (jam.some(each => insideOfLine(scene, each)) || holderInside(scene, group) || mutualHolder(scene, jam)) continue
    jams.push(...splitOf(jam))
  }
  return jams
}

/**
 * A reader and a writer that are taken to wait for one lock, because no address is shown: where each is in a method of
 * another value, and nobody is inside, they more likely wait for two.
 */
function splitOf(jam: readonly Group[]): (readonly Group[])[] {
  const [a, b] = jam
  const lone = jam.length === 2 && jam.every(({ count, site }) => count === 1 && site.receiver !== '')
  const values = lone && a.object !== '' && b.object !== '' && a.object !== b.object
  return values && a.site.receiver !== b.site.receiver ? [[a], [b]] : [jam]
}

/** Are these two locks for sure? By their addresses, their kinds, or because both have a writer that waits for readers. */
function areApart(a: readonly Group[], b: readonly Group[]): boolean {
  const kinds = new Set([...a, ...b].map(({ kind }) => kind))
  if (kinds.size === 2 && new Set(a.map(({ kind }) => kind)).size === 1) return true
  return a.some(one =>
    b.some(
      other =>
        (one.lock !== '' && other.lock !== '' && one.lock !== other.lock) ||
        (one.object !== '' && other.object !== '' && one.object !== other.object) ||
        areTwoLocks(one, other) ||
        areOfTwoTypes(one, other),
    ),
  )
}

/** Two methods of different types, or a method and a plain function, of which nothing more is known: most have two locks. */
function areOfTwoTypes(a: Group, b: Group): boolean {
  return a.lock === '' && b.lock === '' && a.site.receiver !== b.site.receiver
}

/** Two locks of one package that are shut, with as many waiters each, of whom nothing more is known, and no other. */
function areAllThereAre(scene: Scene, jams: readonly (readonly Group[])[]): boolean {
  const [a, b] = jams
  if (jams.length !== 2 || a.length !== 1 || b.length !== 1) return false
  const unknown = [a, b].every(jam => rowsOf(jam).every(row => Number.isNaN(reachOf(scene).creatorId(row))))
  const untold = [...a, ...b].every(({ lock, object }) => lock === '' && object === '')
  return unknown && untold && a[0].site.package === b[0].site.package && a[0].count === b[0].count
}

/** Do their waiters work on one value, or in code of one type, or stand at one line? */
function isTied(scene: Scene, a: readonly Group[], b: readonly Group[]): boolean {
  const alike = a.some(one => b.some(other => one.site === other.site || isOfOneType(one, other)))
  if ((alike && !wereStartedApart(scene, a, b)) || areStartedInPairs(scene, a, b)) return true
  const mine = pointersOf(scene, a)
  return [...pointersOf(scene, b)].some(pointer => mine.has(pointer)) || (isIn(a, b) && isIn(b, a))
}

/** Two methods of one type; where arguments tell of which values, these do. */
function isOfOneType(a: Group, b: Group): boolean {
  return isSameType(a, b) && (a.object === '' || b.object === '')
}

/** Is a waiter for these in code of the type that those wait in, further out? */
function isIn(a: readonly Group[], b: readonly Group[]): boolean {
  const types = new Set(b.flatMap(({ site }) => typesOf(site)))
  return a.some(({ places, site }) =>
    places.some(({ frames }) =>
      frames.some((frame: Frame) => frame !== site && typesOf(frame).some(t => types.has(t))),
    ),
  )
}

/** Waiters whose arguments are looked at. */
const MAX_WAITERS = 8

function rowsOf(jam: readonly Group[]): number[] {
  return jam.flatMap(group => [...group.rows.subarray(0, MAX_WAITERS)])
}

function pointersOf(scene: Scene, jam: readonly Group[]): Set<string> {
  return new Set(rowsOf(jam).flatMap(row => own(scene, row)))
}

function own(scene: Scene, row: number): string[] {
  const pointers = reachOf(scene).pointers(row)
  return pointers.filter(({ frame }) => frame.own).map(({ address }) => address)
}

/** The only waiter of a jam; or, of several, the only one that has another jam's value in hand. */
function linkOf(scene: Scene, jam: readonly Group[], ring: readonly (readonly Group[])[]): Link | undefined {
  const rows = rowsOf(jam)
  const count = jam.reduce((sum, group) => sum + group.count, 0)
  if (count === 1) return { jam, row: rows[0] }
  if (count !== rows.length) return undefined
  const objects = ring
    .filter(other => other !== jam)
    .flatMap(other => other.flatMap(({ object, lock }) => [object, lock]))
  const reaching = rows.filter(row => own(scene, row).some(address => objects.includes(address)))
  if (reaching.length === 1) return { jam, row: reaching[0] }
  // The same fault, met several times: told of the first of the pairs.
  const first = startersOf(scene, jam)?.[0]
  const paired = first !== undefined && ring.every(other => areStartedInPairs(scene, jam, other))
  if (paired) return { jam, row: rows.find(row => reachOf(scene).creatorId(row) === first)! }
  // Whoever waits at such a line has got past it with another lock before: any of them may have any.
  if (ring.every(([{ site }]) => site === jam[0].site) || areAllThereAre(scene, ring)) return { jam, row: rows[0] }
  return undefined
}

/** Is nobody else alive who may have one of these locks, by more than when it began to wait? */
function isClosed(scene: Scene, links: readonly Link[]): boolean {
  const rows = new Set(links.flatMap(({ jam }) => rowsOf(jam)))
  return links.every(({ jam }) =>
    suspectsOf(scene, jam, false).every(({ row, kin }) => kin === 'moment' || rows.has(row)),
  )
}
