/**
 * Locks that nobody releases. For every line at which goroutines wait for a lock:
 *
 *  1. does it move? Then it is contention and no finding (`stillness.ts`)
 *  2. which other lines wait for the same lock? What is found out about it is said of each (`doors.ts`)
 *  3. does a living goroutine stand inside? Then it is the holder, and what it waits for is followed (`inside.ts`, `held.ts`)
 *  4. else whoever took the lock last is gone from there without unlocking: the forgotten unlock (`forgotten.ts`)
 *
 * Nothing here knows a program's names: who could still wake the waiters is the only question.
 */
import type { InTurns } from '../../base/turns.ts'
import type { Finding } from '../diagnosis.ts'
import { drainsIn } from '../holders/claim.ts'
import { lastTakerOf } from '../holders/holders.ts'
import { holderInside, jamOf, toldTogether } from '../holders/jam.ts'
import type { Inside } from '../reach/inside.ts'
import { roleOf } from '../reach/rw.ts'
import { isPassedOver, overtaken, type ShutLine, stillness } from '../reach/stillness.ts'
import { beginsAtSite } from '../reach/unshown.ts'
import { headOf, withCaller } from '../scene/finding.ts'
import type { Group } from '../scene/groups.ts'
import { isClosure } from '../scene/names.ts'
import type { Scene } from '../scene/scene.ts'
import { line } from '../scene/words.ts'
import { forgottenFindings } from './forgotten.ts'
import { heldFindings } from './held.ts'
import { mutualHolder, nobodyWakes } from './mutual.ts'
import { ringHolder } from './rings.ts'

/** Findings about locks that do not move: one for each line where goroutines wait for one. */
export function* lockFindings(scene: Scene): InTurns<Finding[]> {
  const told = new Set<Group>()
  const all: Finding[] = []
  for (const group of scene.lockGroups) {
    yield
    const first = told.has(group) ? undefined : shutAt(scene, group)
    if (!first) continue
    const jam = jamOf(scene, first.group)
    const lines = [first]
    const others = new Set<Group>([group])
    for (const other of toldTogether(first.group, jam)) {
      const shut = told.has(other) ? undefined : shutAt(scene, other)
      if (!shut) continue
      lines.push(shut)
      others.add(other)
    }
    const findings = findingsOf(scene, lines, jam)
    if (findings.length > 0) for (const other of others) told.add(other)
    all.push(...findings)
  }
  return all
}

/** The waiters of a line that nobody lets in; undefined where it moves. */
function shutAt(scene: Scene, group: Group): ShutLine | undefined {
  const stuck = overtaken(scene, group)
  const still = stillness(scene, stuck)
  return still && { group: stuck, still }
}

/** What is to be said of one lock, for each of its lines. */
function findingsOf(scene: Scene, lines: readonly ShutLine[], jam: readonly Group[]): Finding[] {
  const inside = holderOf(scene, lines[0].group, jam)
  if (!inside && lines[0].group.kind === 'once')
    return scene.trace ? [] : lines.flatMap(line => onceFinding(scene, line))
  const found = inside ? heldFindings(scene, lines, inside) : forgottenFindings(scene, lines, jam)
  const findings = found.map((finding, i) => withCaller(finding, lines[i].group))
  return findings.length < 2 ? findings : findings.map(finding => ({ ...finding, lock: keyOf(lines[0].group) }))
}

/**
 * A Once is never left by who is gone: of one that nobody is seen in, the dump shows a part only. Worth a look, where it
 * shows that the wait was long.
 */
function onceFinding(scene: Scene, { group, still }: ShutLine): Finding[] {
  if (!still.strong) return []
  const finding: Finding = {
    kind: 'mutex',
    cause: 'unknown',
    certainty: 'possible',
    ...headOf(scene, group),
    holder: { state: 'unknown' },
    evidence: [
      ...still.evidence,
      'another goroutine is inside of that Once, and none that the dump shows is seen there',
    ],
    advice: 'see what the function that the Once calls waits for: all others wait until it has returned',
  }
  return [withCaller(finding, group)]
}

/** The same for all lines of one lock, and for no other lock. */
function keyOf({ lock, object, site }: Group): string {
  if (lock !== '') return lock
  return object === '' ? `lock at ${line(site)}` : `lock of ${object}`
}

/** Who has the lock; nobody where all that speaks for it is that a waiter may wait for itself, and another was there, too. */
function holderOf(scene: Scene, stuck: Group, jam: readonly Group[]): Inside | undefined {
  // Where the line locks several locks, one that came later is inside of another.
  const found = holderInside(scene, stuck, isPassedOver(scene, stuck) ? stuck.firstNs : undefined)
  // That a closure is on its stack says little: whoever made it may have locked.
  const weak = !found || (found.how === 'self' && isClosure(found.frame.function))
  // What a goroutine began with may have locked and unlocked in turn: who waits for it has the lock, where that one is stuck
  // for sure in the middle of a call, or a reader is who the writer waits for.
  const outer = found?.how === 'self' && found.frame === found.place.frames.at(-1)
  const mutual = weak || outer ? mutualHolder(scene, jam) : undefined
  const isMidCall = mutual && !beginsAtSite(mutual.place) && nobodyWakes(scene, mutual.row, 'likely')
  const behind = weak || isMidCall || drainsIn(jam) ? mutual : undefined
  const likely = found && isOutrun(scene, jam, found) ? undefined : found
  const ring = ringHolder(scene, jam)
  const known = likely && likely.row === ring?.row ? { ...likely, ring: ring.ring! } : likely
  const inside = behind ?? known ?? ring
  if ((inside?.how !== 'self' && inside?.how !== 'call') || isUpgrade(jam, inside)) return inside
  const taker = lastTakerOf(scene, jam)
  if (!taker || taker.proof === 'package') return inside
  // That one began as the waiter did and has ended is so where the waiter waits for itself, too.
  return inside.how === 'self' && taker.proof === 'sibling' ? inside : undefined
}

/** Was somebody else seen to get the lock after this one, of whom its code alone speaks, began to wait? */
function isOutrun(scene: Scene, jam: readonly Group[], { how, row }: Inside): boolean {
  const taker = how === 'kin' ? lastTakerOf(scene, jam) : undefined
  if (!taker || taker.proof === 'package' || taker.proof === 'sibling') return false
  return taker.goroutine !== scene.standing.traceRow[row] && taker.atNs > scene.standing.sinceNs[row]
}

/** Does a reader wait behind a writer that waits for readers? Then the holder is a reader, and one that lives. */
function isUpgrade(jam: readonly Group[], inside: Inside): boolean {
  return (
    roleOf(inside.place) === 'reader' &&
    jam.some(group => group.places.some(place => place !== inside.place && roleOf(place) === 'draining'))
  )
}
