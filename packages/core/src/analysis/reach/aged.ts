/**
 * What the minutes of one dump tell of who came when. They count from the first garbage collection that found a goroutine
 * waiting, and one is forced every two minutes (runtime/proc.go, forcegcperiod): who shows fewer by more than that, or
 * none, has gone on since the other began to wait.
 */
import { MINUTE_NS, minutesOf } from '../scene/finding.ts'
import type { Group } from '../scene/groups.ts'
import type { Scene } from '../scene/scene.ts'
import { isLockKind } from '../scene/waits.ts'
import { looksIdle, ownFrame, type Waiter } from './idle.ts'
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
/** By these one has the other end, or has started who has it. */
const CLOSE: ReadonlySet<Tie> = new Set<Tie>(['value', 'child'])

/**
 * Of those who could wake a waiter of minutes, one that is merely near has gone on since, and did not: it serves others.
 * Not who waits for a lock himself, or got past the waiter's line and may have a slot to give back.
 *
 *  - What whoever started both has tied together may be served rarely; but who is known to wait for others that hang is in
 *    the middle of something, and so is who sends.
 *  - Of one channel never a sender and a receiver wait at once: who has come back to a receive, or to a select, takes what
 *    others send.
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
  const hangs = (row: number) =>
    isLockKind(placeOf(row).wait.kind) || (placeOf(row).wait.kind === 'chan send' && !movedSinceNs(scene, row, stillNs))
  const inTrouble = [...partners].some(([row, tie]) => CLOSE.has(tie) && hangs(row))
  const own = ownFrame(place)
  return (other, tie) => {
    if (!movedSinceNs(scene, other, stillNs)) return false
    const there = placeOf(other)
    const { kind } = there.wait
    if (isLockKind(kind)) return false
    const isBack = sends && looksIdle(kind) && tie !== 'child'
    if (!LOOSE.has(tie) && !(BESIDE.has(tie) && inTrouble) && !isBack) return false
    return !there.frames.some(frame => frame.function === own?.function && frame.line > own.line)
  }
}
