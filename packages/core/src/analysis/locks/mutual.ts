/**
 * Circles of a lock and of something else: one that sends, receives, waits for a Done or for a signal, and whom nobody is
 * left to wake but goroutines that wait for the lock. Were the lock left by somebody else, it would be a coincidence: so it
 * has the lock, most likely.
 *
 *   G7   chan send ‹ main.(*balancer).up:20        only G9 receives there
 *   G9   Mutex.Lock ‹ main.(*balancer).watch:31    waits for a lock; it could wake G7
 */
import { type Claim, isToldApart, ofOneStart, waitersIn } from '../holders/claim.ts'
import { lastTakerOf } from '../holders/holders.ts'
import { LONG_SLEEP_NS, sleepNs } from '../reach/able.ts'
import { minutesAt, movedSince } from '../reach/aged.ts'
import { isField } from '../reach/doors.ts'
import { isOfTest, looksIdle, ownFrame } from '../reach/idle.ts'
import type { Inside } from '../reach/inside.ts'
import { typesOf } from '../reach/kin.ts'
import type { Tie } from '../reach/partners.ts'
import { reachOf } from '../reach/reach.ts'
import { sleepersInside } from '../reach/sleepers.ts'
import { couldHaveIt, enteredNs } from '../reach/stay.ts'
import { shutNsOf } from '../reach/stillness.ts'
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import type { Scene } from '../scene/scene.ts'
import { scopesOf } from '../scene/scopes.ts'
import { exactAddress } from '../scene/waits.ts'
import { type Stuck, stuckIn } from '../stranded/stuck.ts'

/** Ties that say nothing of a common lock. */
const LOOSE: ReadonlySet<Tie> = new Set<Tie>(['around', 'library'])

/** The goroutine that waits for those of a jam, where it is the only one. */
export function mutualHolder(scene: Scene, jam: readonly Group[]): Inside | undefined {
  if (sleepersInside(scene, jam, shutNsOf(scene, jam)).length > 0) return undefined
  const waiters = new Set(jam.flatMap(group => [...group.rows]))
  const found = stuckIn(scene).stuck.flatMap(one => {
    const frame = sectionOf(one, jam)
    if (!frame || isMain(scene, one) || waiters.has(one.row) || !isTied(scene, one, waiters, isKin(scene, one, jam)))
      return []
    return couldHaveIt(scene, jam, one.row, frame) && !hasAnother(scene, jam, one) ? [{ ...one, frame }] : []
  })
  // A select may have a timer among its cases: one dump alone does not tell that it waits for these.
  if (!scene.trace && found.some(({ place, certainty }) => place.wait.kind === 'select' && certainty === 'possible'))
    return undefined
  const busy = found.filter(({ place }) => !looksIdle(place.wait.kind))
  const those = ofOneStart(scene, busy.length > 0 ? busy : found, waiters)
  // Who has the value of a waiter in hand, rather than who was merely started with it.
  const byValue = those.filter(({ partners }) =>
    [...partners].some(([row, tie]) => tie === 'value' && waiters.has(row)),
  )
  const [best, ...others] = [...(byValue.length === 1 ? byValue : those)].sort((a, b) => a.row - b.row)
  if (!best || wasTakenBy(scene, jam, best) === false) return undefined
  if (others.length > 0 && !haveOneEach(jam, best, others)) return undefined
  const { row, place, frame } = best
  return { row, place, frame, how: 'mutual', ...(others.length > 0 ? { others: others.map(other => other.row) } : {}) }
}

/**
 * Several at one line, no more than wait, and nothing tells the locks of the waiters apart: then each of them has the lock
 * of one or more of these.
 */
function haveOneEach(jam: readonly Group[], { place }: Stuck, others: readonly Stuck[]): boolean {
  const enough = others.length < waitersIn(jam)
  return enough && !isToldApart(jam) && others.every(other => other.place.site === place.site)
}

/** Is it one of those that wait for each other, and for nobody else? `certainty`: and is it that for sure? */
export function nobodyWakes(scene: Scene, row: number, certainty?: Stuck['certainty']): boolean {
  return stuckIn(scene).stuck.some(one => one.row === row && (certainty ?? one.certainty) === one.certainty)
}

/** Whoever was served last, and serves itself, falls asleep a moment after the next one began to wait for it. */
const SLACK_NS = 10e6

/** Does it wait for one that sleeps since then, and comes back before long? A loop that went round meanwhile serves others. */
export function waitsForSleeper(scene: Scene, row: number): boolean {
  const { standing } = scene
  const minutes = minutesAt(scene, row)
  return (stuckIn(scene).able.get(row) ?? []).some(other => {
    if (movedSince(scene, other, minutes)) return false
    if (standing.places[standing.place[other]].wait.kind !== 'sleep' || !(sleepNs(scene, other) < LONG_SLEEP_NS))
      return false
    return !(standing.sinceNs[other] > standing.sinceNs[row] + SLACK_NS)
  })
}

/** Code that does not belong to the lock passes for a holder only by a pointer, and not by one that it gave its children. */
function isTied(scene: Scene, { row, partners }: Stuck, waiters: ReadonlySet<number>, kin: boolean): boolean {
  const { creatorId } = reachOf(scene)
  const id = scene.standing.id[row]
  return [...partners].some(([waiter, tie]) => {
    if (!waiters.has(waiter) || LOOSE.has(tie)) return false
    return kin || (tie === 'value' && creatorId(waiter) !== id)
  })
}

/**
 * Is it in a method of the type whose lock it is, or in the function that the locking line is written in? Or has it the
 * value among its arguments that the lock is a field of?
 */
function isKin(scene: Scene, { row, place }: Stuck, jam: readonly Group[]): boolean {
  if (
    reachOf(scene)
      .pointers(row)
      .some(({ frame, address }) => frame.own && jam.some(({ lock }) => isField(lock, address)))
  )
    return true
  const types = new Set(jam.flatMap(({ site }) => typesOf(site)))
  const scopes = new Set(jam.flatMap(({ site }) => scopesOf(site.function)))
  return place.frames.some(
    frame =>
      frame.own &&
      (typesOf(frame).some(type => types.has(type)) || scopesOf(frame.function).some(scope => scopes.has(scope))),
  )
}

/** Was it given another lock, in the place among the arguments of a function where the waiters were given theirs? */
function hasAnother(scene: Scene, jam: readonly Group[], { place }: Stuck): boolean {
  return jam.some(({ lock, rows }) => {
    const waiter = scene.standing.places[scene.standing.place[rows[0]]]
    return waiter.frames.some((frame, i) => {
      const at = lock === '' ? -1 : (waiter.args?.[i] ?? '').split(', ').indexOf(lock)
      const there = at < 0 ? -1 : place.frames.findIndex(({ function: name }) => name === frame.function)
      const given = exactAddress((place.args?.[there] ?? '').split(', ')[at])
      return given !== '' && given !== lock
    })
  })
}

/** The frame in which it may have the lock: of the lock's own type, where there is one. */
function sectionOf({ place }: Stuck, jam: readonly Group[]): Frame | undefined {
  const types = new Set(jam.map(({ site }) => site.receiver).filter(receiver => receiver !== ''))
  return place.frames.findLast(frame => frame.own && types.has(frame.receiver)) ?? ownFrame(place)
}

/** The main goroutine in its main function waits for the others to end, and so does a test in its own. */
function isMain(scene: Scene, { row, place }: Stuck): boolean {
  if (isOfTest(place)) return true
  return scene.standing.id[row] === 1 && ownFrame(place)?.function === 'main.main'
}

/** Did the trace see this one take the lock last? Undefined where it saw nobody for sure. */
function wasTakenBy(scene: Scene, jam: readonly Group[], { row, frame }: Claim): boolean | undefined {
  const taker = lastTakerOf(scene, jam)
  if (!taker || taker.proof === 'sibling' || taker.proof === 'package') return undefined
  const g = scene.standing.traceRow[row]
  if (taker.goroutine === g) return true
  // Who came later may have taken it, free, without an event.
  return scene.trace && g >= 0 && enteredNs(scene.trace, g, frame) > taker.atNs ? undefined : false
}
