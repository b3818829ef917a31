/**
 * Who took a lock last, as far as a trace shows. Every lock before that was released, or the last one could not have
 * been taken: so the last one is the holder. Told apart by how much the events prove:
 *
 *   woken    it was woken from the wait for the lock and nobody after it: it was handed the lock
 *   past     it was seen in the locking function, behind the waiting line
 *   inside   it was seen in the locking function
 *   sibling  it began where the waiters began and ran before the first of them blocked; nothing else is known
 *   package  it is the only goroutine that began in the lock's package, ran before that and has ended
 */
import type { Trace } from '../../trace/tables.ts'
import { passedNs } from '../reach/stay.ts'
import { isPassedOver } from '../reach/stillness.ts'
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import { REQUEUE_NS } from '../scene/locks.ts'
import { packageOf } from '../scene/names.ts'
import { firstRunNs, type Passer, passersOf, siblingsOf } from '../scene/passers.ts'
import { isObserver, placeOfGoroutine, type Scene } from '../scene/scene.ts'
import { isLockKind } from '../scene/waits.ts'
import { locksSeveral } from './jam.ts'

export type LastTaker = {
  readonly goroutine: number // row in the trace's goroutines
  readonly proof: 'woken' | 'past' | 'inside' | 'sibling' | 'package'
  /** When it was seen there; its death for a sibling that is gone, NaN for one that lives. */
  readonly atNs: number
  readonly frame: Frame | undefined
  /** How many others the same could be said of. */
  readonly others: number
  readonly deathNs: number // NaN: alive
}

/** The goroutine that took the lock of a jam last; undefined where nothing points at one. */
export function lastTakerOf(scene: Scene, jam: readonly Group[]): LastTaker | undefined {
  const { trace } = scene
  if (!trace) return undefined
  // Where the line locks several locks, those that were seen there had another one, as far as anybody knows.
  if (jam.some(group => isPassedOver(scene, group) || locksSeveral(scene, group))) return undefined
  const shut: Shut = { firstNs: Math.min(...jam.map(group => group.firstNs)), waiters: waitersOf(scene, jam) }
  const woken = last(jam.map(group => wokenLast(scene, trace, group, shut)))
  // Woken while the first of today's waiters was waiting already: nobody can have come after it.
  if (woken && woken.atNs >= shut.firstNs) return woken
  // Who waited since before the trace began was shut out before the trace began.
  if (shut.firstNs === 0) return undefined
  const inside = last(jam.map(group => seenInside(scene, trace, group, shut)))
  const seen = woken && !(inside && inside.atNs >= woken.atNs) ? woken : inside
  const siblings = siblingsOf(trace, entriesOf(trace, shut.waiters), shut.firstNs, shut.waiters)
  // Who began after that sight may have taken the lock after it, without an event.
  if (seen && !siblings.some(g => trace.goroutines.deathNs[g] > 0 && firstRunNs(trace, g) > seen.atNs)) return seen
  return bornAlike(scene, trace, jam[0].site.package, shut, siblings, seen ? seen.atNs : 0) ?? seen
}

function entriesOf(trace: Trace, waiters: ReadonlySet<number>): Set<number> {
  const entries = new Set<number>()
  for (const g of waiters) if (trace.goroutines.entry[g] >= 0) entries.add(trace.goroutines.entry[g])
  return entries
}

/** When the lock was shut, at the latest, and who has waited for it since. */
type Shut = { readonly firstNs: number; readonly waiters: ReadonlySet<number> }

const PROOFS: readonly LastTaker['proof'][] = ['package', 'sibling', 'inside', 'past', 'woken']

/** The one that most is known of; of equals, the latest. */
function last(takers: readonly (LastTaker | undefined)[]): LastTaker | undefined {
  const rank = (taker: LastTaker) => PROOFS.indexOf(taker.proof)
  return takers.filter(taker => taker !== undefined).sort((a, b) => rank(b) - rank(a) || b.atNs - a.atNs)[0]
}

function waitersOf(scene: Scene, jam: readonly Group[]): Set<number> {
  const waiters = new Set<number>()
  for (const group of jam) for (const row of group.rows) waiters.add(scene.standing.traceRow[row])
  return waiters
}

/** The one that was woken last from a wait for this lock, if it does not wait there again. */
function wokenLast(scene: Scene, trace: Trace, group: Group, { waiters, firstNs }: Shut): LastTaker | undefined {
  const use = scene.uses.bySite.get(group.site)
  if (!use || waiters.has(use.lastWoken) || trace.goroutines.birthNs[use.lastWoken] > firstNs) return undefined
  return taker(trace, use.lastWoken, 'woken', use.lastWakeNs, group.site, 0)
}

function seenInside(scene: Scene, trace: Trace, group: Group, shut: Shut): LastTaker | undefined {
  const passers = passersOf(trace, scene.book, group.site).filter(
    ({ goroutine }) =>
      !shut.waiters.has(goroutine) &&
      !waitsForLock(scene, goroutine) &&
      // Who came later than the first waiter found the lock shut.
      !(trace.goroutines.birthNs[goroutine] > shut.firstNs),
  )
  const past = passers.filter(passer => passer.past && !cameIn(trace, group, passer, shut.firstNs))
  if (past.length > 0) return fromPasser(trace, past, 'past')
  // Without a sight behind the line it must have been there before the line was shut.
  const before = passers.filter(passer => passer.atNs <= shut.firstNs)
  return before.length > 0 ? fromPasser(trace, before, 'inside') : undefined
}

/** Did it come past the line only after that moment? Who does so while others wait there gets another lock. */
function cameIn(trace: Trace, { site }: Group, { goroutine: g, atNs }: Passer, shutNs: number): boolean {
  return atNs > shutNs && passedNs(trace, g, site, atNs) > shutNs + REQUEUE_NS
}

function fromPasser(trace: Trace, passers: readonly Passer[], proof: LastTaker['proof']): LastTaker {
  const last = passers[passers.length - 1]
  return taker(trace, last.goroutine, proof, last.atNs, last.frame, passers.length - 1)
}

/**
 * Those that began as the waiters did and ended after `fromNs`; where there are none, one that lives, or that began
 * elsewhere in the same package and has ended, if it is the only one.
 */
function bornAlike(
  scene: Scene,
  trace: Trace,
  pkg: string,
  shut: Shut,
  siblings: readonly number[],
  fromNs: number,
): LastTaker | undefined {
  const { deathNs } = trace.goroutines
  const gone = siblings.filter(g => deathNs[g] > fromNs).sort((a, b) => deathNs[a] - deathNs[b])
  if (gone.length > 0) {
    // One that was alive when the door shut, and did not wait at it, is on its other side.
    const after = gone.filter(g => deathNs[g] >= shut.firstNs)
    const g = after.length > 0 ? after[0] : gone[gone.length - 1]
    return taker(trace, g, 'sibling', deathNs[g], undefined, (after.length > 0 ? after : gone).length - 1)
  }
  const alive = siblings.filter(g => Number.isNaN(deathNs[g]) && !isElsewhere(scene, g))
  if (alive.length > 0)
    return alive.length === 1 ? taker(trace, alive[0], 'sibling', Number.NaN, undefined, 0) : undefined
  const ended = endedIn(trace, pkg, shut)
  return ended.length === 1 ? taker(trace, ended[0], 'package', deathNs[ended[0]], undefined, 0) : undefined
}

/** Goroutines that began in the package of the lock, ran before the first waiter blocked, and have ended. */
function endedIn(trace: Trace, pkg: string, shut: Shut): number[] {
  const entries = new Set<number>()
  for (const row of new Set(trace.goroutines.entry)) {
    if (row >= 0 && packageOf(trace.strings.text(row)) === pkg) entries.add(row)
  }
  const { deathNs } = trace.goroutines
  return siblingsOf(trace, entries, shut.firstNs, shut.waiters).filter(g => !Number.isNaN(deathNs[g]))
}

/** Serves the capture itself, or waits for a lock too. */
function isElsewhere(scene: Scene, g: number): boolean {
  const place = placeOfGoroutine(scene, g)
  return place !== undefined && (isObserver(place) || isLockKind(place.wait.kind))
}

/** One that waits at the door of another lock has not left its own work: it is no forgetful one. */
function waitsForLock(scene: Scene, g: number): boolean {
  const place = placeOfGoroutine(scene, g)
  return place !== undefined && isLockKind(place.wait.kind)
}

function taker(
  trace: Trace,
  g: number,
  proof: LastTaker['proof'],
  atNs: number,
  frame: Frame | undefined,
  others: number,
): LastTaker {
  return { goroutine: g, proof, atNs, frame, others, deathNs: trace.goroutines.deathNs[g] }
}
