/**
 * Who took a lock last, as far as a trace shows. Every lock before that was released, or the last one could not have
 * been taken: so the last one is the holder. Told apart by how much the events prove:
 *
 *   woken    it was woken from the wait for the lock and nobody after it: it was handed the lock
 *   past     it was seen in the locking function, behind the waiting line
 *   inside   it was seen in the locking function
 *   sibling  it began where the waiters began and ran before the first of them blocked; nothing else is known
 */
import type { Trace } from '../trace/tables.ts'
import type { Frame } from './frames.ts'
import type { Group } from './groups.ts'
import { type Passer, passersOf, siblingsOf } from './passers.ts'
import type { Scene } from './scene.ts'

export type LastTaker = {
  readonly goroutine: number // row in the trace's goroutines
  readonly proof: 'woken' | 'past' | 'inside' | 'sibling'
  /** When it was seen there; its death for a sibling that is gone, NaN for one that lives. */
  readonly atNs: number
  readonly frame: Frame | undefined
  /** How many others the same could be said of. */
  readonly others: number
  readonly deathNs: number // NaN: alive
}

/** The goroutine that took the group's lock last; undefined where nothing points at one. */
export function lastTakerOf(scene: Scene, group: Group): LastTaker | undefined {
  const { trace } = scene
  if (!trace) return undefined
  const waiters = waitersOf(scene, group)
  const woken = wokenLast(scene, trace, group, waiters)
  // Woken while the first of today's waiters was waiting already: nobody can have come after it.
  if (woken && woken.atNs >= group.firstNs) return woken
  // Who waited since before the trace began was shut out before the trace began.
  if (group.firstNs === 0) return undefined
  const inside = seenInside(scene, trace, group, waiters)
  if (inside && !(woken && woken.atNs > inside.atNs)) return inside
  const alike = bornAlike(trace, group, waiters, woken ? woken.atNs : 0)
  return alike ?? woken
}

function waitersOf(scene: Scene, group: Group): Set<number> {
  const waiters = new Set<number>()
  for (const row of group.rows) waiters.add(scene.standing.traceRow[row])
  return waiters
}

/** The one that was woken last from a wait for this lock, if it does not wait there again. */
function wokenLast(scene: Scene, trace: Trace, group: Group, waiters: ReadonlySet<number>): LastTaker | undefined {
  const use = scene.uses.bySite.get(group.site)
  if (!use || waiters.has(use.lastWoken)) return undefined
  return taker(trace, use.lastWoken, 'woken', use.lastWakeNs, group.site, 0)
}

function seenInside(scene: Scene, trace: Trace, group: Group, waiters: ReadonlySet<number>): LastTaker | undefined {
  const passers = passersOf(trace, scene.book, group.site).filter(passer => !waiters.has(passer.goroutine))
  const past = passers.filter(passer => passer.past)
  if (past.length > 0) return fromPasser(trace, past, 'past')
  // Without a sight behind the line it must have been there before the line was shut.
  const before = passers.filter(passer => passer.atNs <= group.firstNs)
  return before.length > 0 ? fromPasser(trace, before, 'inside') : undefined
}

function fromPasser(trace: Trace, passers: readonly Passer[], proof: LastTaker['proof']): LastTaker {
  const last = passers[passers.length - 1]
  return taker(trace, last.goroutine, proof, last.atNs, last.frame, passers.length - 1)
}

/** Those that began as the waiters did and ended after `fromNs`; else one that lives, where it is the only one. */
function bornAlike(trace: Trace, group: Group, waiters: ReadonlySet<number>, fromNs: number): LastTaker | undefined {
  const { entry, deathNs } = trace.goroutines
  const entries = new Set<number>()
  for (const g of waiters) if (entry[g] >= 0) entries.add(entry[g])
  const siblings = siblingsOf(trace, entries, group.firstNs, waiters)
  const gone = siblings.filter(g => deathNs[g] > fromNs).sort((a, b) => deathNs[a] - deathNs[b])
  if (gone.length > 0) {
    // One that was alive when the door shut, and did not wait at it, is on its other side.
    const after = gone.filter(g => deathNs[g] >= group.firstNs)
    const g = after.length > 0 ? after[0] : gone[gone.length - 1]
    return taker(trace, g, 'sibling', deathNs[g], undefined, (after.length > 0 ? after : gone).length - 1)
  }
  return siblings.length === 1 && Number.isNaN(deathNs[siblings[0]])
    ? taker(trace, siblings[0], 'sibling', Number.NaN, undefined, 0)
    : undefined
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
