/**
 * Sleepers that may have a lock, and who is at work: in a method of the type whose lock it is, or in the function that the
 * locking line is written in, since before the lock was shut. A timer, or the processor, brings them back, and with them the
 * lock; a loop that sleeps between two turns has moved since.
 */

import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import { pointersOf } from '../scene/pointers.ts'
import { isObserver, type Scene } from '../scene/scene.ts'
import { scopesOf } from '../scene/scopes.ts'
import type { Place } from '../scene/standing.ts'
import { exactAddress, type WaitKind } from '../scene/waits.ts'
import { handsOn, LONG_SLEEP_NS, sleepNs } from './able.ts'
import { movedSince, shutMinutes } from './aged.ts'
import { isField, isOfAnother } from './doors.ts'
import { isServing } from './idle.ts'
import { typesOf } from './kin.ts'
import { reachOf } from './reach.ts'
import { enteredNs } from './stay.ts'

export type Sleeper = { readonly row: number; readonly frame: Frame }

const SLEEPS: ReadonlySet<WaitKind> = new Set<WaitKind>(['sleep', 'syscall', 'none'])
/** The first waiter comes a moment after the lock was shut; the sleep may begin a moment after it. */
const SLACK_NS = 10e6
/** More than these are no suspicion. */
const MAX_SLEEPERS = 8

/** `shutNs`: when the lock was shut, in the trace's time; NaN without one. */
export function sleepersInside(scene: Scene, jam: readonly Group[], shutNs: number): Sleeper[] {
  const types = new Set(jam.flatMap(({ site }) => typesOf(site)))
  const scopes = new Set(
    jam.filter(({ site }) => typesOf(site).length === 0).flatMap(({ site }) => scopesOf(site.function)),
  )
  const isKin = (frame: Frame) => {
    if (!frame.own) return false
    const of = typesOf(frame)
    return of.length > 0 ? of.some(type => types.has(type)) : scopesOf(frame.function).some(scope => scopes.has(scope))
  }
  const { standing } = scene
  const values = new Set(jam.flatMap(({ lock, object }) => [lock, object]).filter(address => address !== ''))
  const offsets = offsetsIn(jam)
  const frames = standing.places.map(place =>
    SLEEPS.has(place.wait.kind) && !isObserver(place)
      ? place.frames.findLast(
          (frame, i) =>
            isKin(frame) &&
            !isOfAnother(jam, frame, exactAddress(place.args?.[i])) &&
            !isAnother(values, exactAddress(place.args?.[i])) &&
            !worksElsewhere(jam, offsets, frame, place.args?.[i] ?? ''),
        )
      : undefined,
  )
  const found: Sleeper[] = []
  const minutes = shutMinutes(scene, jam)
  for (let row = 0; row < standing.length && found.length < MAX_SLEEPERS; row++) {
    const frame = frames[standing.place[row]]
    if (!frame || standing.count[row] === 0) continue
    // Whoever polls with the lock held moves all the time; one of another value does so, too.
    if (movedSince(scene, row, minutes) && !worksOn(jam, standing.places[standing.place[row]], frame)) continue
    const g = standing.traceRow[row]
    const isRunning = standing.places[standing.place[row]].wait.kind === 'none'
    const sinceNs = isRunning && scene.trace && g >= 0 ? enteredNs(scene.trace, g, frame) : standing.sinceNs[row]
    if (!(sinceNs > shutNs + SLACK_NS)) found.push({ row, frame })
  }
  return found
}

/**
 * Where the line that locks is in no method, nothing shows whose lock it is. Sleepers that the same goroutine started as it
 * did the waiters, before the lock was shut: a closure locks what the goroutine around it has in hand.
 */
export function sleepersBeside(scene: Scene, jam: readonly Group[], shutNs: number): Sleeper[] {
  if (jam.some(({ site }) => typesOf(site).length > 0)) return []
  const { standing } = scene
  const reach = reachOf(scene)
  const packages = new Set(jam.map(({ site }) => site.package))
  const creators = new Set(jam.flatMap(({ rows }) => [...rows.subarray(0, MAX_SLEEPERS)].map(reach.creatorId)))
  const frames = standing.places.map(({ wait, frames }) =>
    wait.kind === 'sleep' ? frames.findLast(frame => frame.own && packages.has(frame.package)) : undefined,
  )
  const found: Sleeper[] = []
  const minutes = shutMinutes(scene, jam)
  for (let row = 0; row < standing.length && found.length < MAX_SLEEPERS; row++) {
    const frame = frames[standing.place[row]]
    if (!frame || standing.id[row] === 1 || standing.sinceNs[row] > shutNs + SLACK_NS) continue
    if (movedSince(scene, row, minutes)) continue
    if (creators.has(reach.creatorId(row)) && sleepNs(scene, row) < LONG_SLEEP_NS) found.push({ row, frame })
  }
  return found
}

/** How far behind the values among the arguments of the locking line their lock lies, by that line. */
function offsetsIn(jam: readonly Group[]): Map<Group, readonly bigint[]> {
  const offsets = new Map<Group, readonly bigint[]>()
  for (const group of jam) {
    const { lock, site, places } = group
    if (lock === '') continue
    const known = places.slice(0, MAX_PLACES).flatMap(place => {
      const values = pointersOf(place.args?.[place.frames.indexOf(site)] ?? '')
      return values.filter(value => isField(lock, value)).map(value => BigInt(lock) - BigInt(value))
    })
    if (known.length > 0) offsets.set(group, known)
  }
  return offsets
}

/** Is it in the locking function on values of which none has the lock where the waiters' value has it? */
function worksElsewhere(
  jam: readonly Group[],
  offsets: ReadonlyMap<Group, readonly bigint[]>,
  frame: Frame,
  args: string,
): boolean {
  const same = jam.filter(group => group.site.function === frame.function && offsets.has(group))
  const values = same.length > 0 && !args.includes('...') ? pointersOf(args) : []
  const locks = same.flatMap(group => values.flatMap(value => offsets.get(group)!.map(by => BigInt(value) + by)))
  return values.length > 0 && !same.some(({ lock }) => locks.includes(BigInt(lock)))
}

/** Places of a crowd that are looked at. */
const MAX_PLACES = 20

/** Another value of the type has a lock of its own. */
function isAnother(values: ReadonlySet<string>, address: string): boolean {
  return address !== '' && values.size > 0 && ![...values].some(value => value === address || isField(value, address))
}

/** Does an argument show that it works on the very value? Values lie side by side: the lock's own tells only of others. */
function worksOn(jam: readonly Group[], { frames, args }: Place, frame: Frame): boolean {
  const address = exactAddress(args?.[frames.indexOf(frame)])
  if (address === '' || isOfAnother(jam, frame, address)) return false
  return jam.some(({ lock, object }) => (object === '' ? isField(lock, address) : object === address))
}

/**
 * Does somebody who serves a connection sleep in the program's own code? A remote that lives in the same process, as in
 * tests and in programs of several servers, answers when that one has slept. `minutes`: for how long it was asked already.
 */
export function isAnsweredHere(scene: Scene, minutes = 0): boolean {
  const { standing } = scene
  const reach = reachOf(scene)
  const asleep = standing.places.map(
    place => place.wait.kind === 'sleep' && !isObserver(place) && place.frames.some(frame => frame.own),
  )
  if (!asleep.includes(true)) return false
  const accepts = (row: number) => row >= 0 && standing.places[standing.place[row]].wait.kind === 'accept'
  // Where nobody saw who started whom, a loop of the program's own that accepts may have started any of them.
  const mayServe = standing.places.some(place => place.wait.kind === 'accept' && handsOn(place))
  for (let row = 0; row < standing.length; row++) {
    if (!asleep[standing.place[row]] || !(sleepNs(scene, row) < LONG_SLEEP_NS) || movedSince(scene, row, minutes))
      continue
    if (mayServe && standing.id[row] !== 1 && Number.isNaN(reach.creatorId(row))) return true
    if (accepts(reach.creator(row)) || standing.places[standing.place[row]].frames.some(isServing)) return true
  }
  return false
}
