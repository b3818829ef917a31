/**
 * What the minutes of one dump tell of who came when. They count from the first garbage collection that found a goroutine
 * waiting, and one is forced every two minutes (runtime/proc.go, forcegcperiod): who shows fewer by more than that, or
 * none, has gone on since the other began to wait.
 */
import { MINUTE_NS, minutesOf } from '../scene/finding.ts'
import type { Group } from '../scene/groups.ts'
import type { Scene } from '../scene/scene.ts'
import { isAtWork, isLockKind } from '../scene/waits.ts'
import { ownFrame, type Waiter } from './idle.ts'
import type { Tie } from './partners.ts'

const SLACK = 2

/** Of a goroutine's wait, as one dump shows it; 0: it shows none, or a trace tells more. */
export function minutesAt({ trace, standing }: Scene, row: number): number {
  return trace ? 0 : Math.max(0, standing.minutes[row])
}

/** For how long a lock has been shut, at least: its oldest waiter's minutes; 0 where none are shown, or a trace tells more. */
export function shutMinutes(scene: Scene, jam: readonly Group[]): number {
  return scene.trace ? 0 : Math.max(0, ...jam.map(group => minutesOf(scene, group)))
}

/** Has it gone on since somebody began to wait who shows so many minutes? */
export function movedSince(scene: Scene, row: number, minutes: number): boolean {
  return minutesAt(scene, row) + SLACK < minutes
}

/** The same in the terms of `stillNs`, which is NaN where nothing shows how long. */
export function movedSinceNs(scene: Scene, row: number, stillNs: number): boolean {
  return stillNs >= MINUTE_NS && movedSince(scene, row, stillNs / MINUTE_NS)
}

/** By these one is near, and no more is known of what both have in common. */
const LOOSE: ReadonlySet<Tie> = new Set<Tie>(['around', 'type', 'library'])

/** Whoever started both may have tied them together. */
const BESIDE: ReadonlySet<Tie> = new Set<Tie>(['sibling', 'scope'])

/**
 * Of those who could wake a waiter of minutes, one that is merely near has gone on since, and did not: it serves others.
 * Not who waits for a lock himself, or got past the waiter's line and may have a slot to give back. What whoever started
 * both has tied together may be served rarely, but who sends, or is known by a value to wait beside a lock, is in the
 * middle of something: who comes back to take from others is not whom that one waits for.
 */
export function servesOthersSince(
  scene: Scene,
  { place, stillNs }: Waiter,
  partners: ReadonlyMap<number, Tie>,
): (other: number, tie: Tie) => boolean {
  const { standing } = scene
  if (scene.trace || !(stillNs >= MINUTE_NS)) return () => false
  const placeOf = (row: number) => standing.places[standing.place[row]]
  const sends = place.wait.kind === 'chan send'
  const byLock = [...partners].some(([row, tie]) => tie === 'value' && isLockKind(placeOf(row).wait.kind))
  const own = ownFrame(place)
  return (other, tie) => {
    const there = placeOf(other)
    if (!LOOSE.has(tie) && !(BESIDE.has(tie) && byLock) && !(tie === 'sibling' && sends && !isAtWork(there.wait.kind)))
      return false
    if (!movedSinceNs(scene, other, stillNs)) return false
    if (isLockKind(there.wait.kind)) return false
    return !there.frames.some(frame => frame.function === own?.function && frame.line > own.line)
  }
}
