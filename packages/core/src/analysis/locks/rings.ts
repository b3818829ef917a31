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
    const tied = jams.filter(other => other === jam || isTied(scene, jam, other))
    // Told once, from its first lock; all of a ring must be tied with all others, or nobody knows where it ends.
    if (tied.length < 2 || tied.length > MAX_RING || tied[0] !== jams[i]) return []
    const apart = tied.every((a, at) => tied.slice(at + 1).every(b => areApart(a, b) && isTied(scene, a, b)))
    const links = apart ? tied.map(each => linkOf(scene, each, tied)) : []
    return links.length > 0 && links.every(link => link !== undefined) && isClosed(scene, links) ? [links] : []
  })
  known.set(scene, rings)
  return rings
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
        areTwoLocks(one, other),
    ),
  )
}

/** Do their waiters work on one value, or in code of one type, or stand at one line? */
function isTied(scene: Scene, a: readonly Group[], b: readonly Group[]): boolean {
  const alike = a.some(one => b.some(other => one.site === other.site || isOfOneType(one, other)))
  if (alike && !wereStartedApart(scene, a, b)) return true
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
  return reaching.length === 1 ? { jam, row: reaching[0] } : undefined
}

/** Is nobody else alive who may have one of these locks, by more than when it began to wait? */
function isClosed(scene: Scene, links: readonly Link[]): boolean {
  const rows = new Set(links.flatMap(({ jam }) => rowsOf(jam)))
  return links.every(({ jam }) =>
    suspectsOf(scene, jam, false).every(({ row, kin }) => kin === 'moment' || rows.has(row)),
  )
}
