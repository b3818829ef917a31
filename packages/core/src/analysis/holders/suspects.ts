/**
 * Living goroutines that may have a lock although they are not in the function where others wait for it: a lock is often
 * taken in one method and waited for in another. None of this proves anything, so a suspect is only named in the evidence,
 * and keeps the verdict from calling the lock forgotten.
 */

import { argOf } from '../reach/inside.ts'
import { reachOf } from '../reach/reach.ts'
import { type Sleeper, sleepersBeside, sleepersInside } from '../reach/sleepers.ts'
import { couldHaveIt, enteredNs, parkedAtShut, parkedFirst, stillMoves } from '../reach/stay.ts'
import { shutNsOf } from '../reach/stillness.ts'
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import { isObserver, type Scene } from '../scene/scene.ts'
import type { Place } from '../scene/standing.ts'
import { exactAddress, isLockKind, type WaitKind } from '../scene/waits.ts'
import { isLoop } from './claim.ts'
import { insideOfLine } from './jam.ts'

export type Suspect = {
  /** Row in the standing. */
  readonly row: number
  readonly place: Place
  readonly frame: Frame
  /**
   * Of the lock's own type (its methods), of the very same value, or only of its package; `sibling`: asleep, and started by
   * whoever started the waiters; `moment`: nothing but when it
   * began to wait speaks against it. A lock that is exported, or embedded, is taken from anywhere.
   */
  readonly kin: 'value' | 'type' | 'sibling' | 'package' | 'moment'
  /** A timer or the processor will bring it back, or it has moved, with that frame, a moment ago. */
  readonly comesBack: boolean
}

type Kin = Pick<Suspect, 'frame' | 'kin'> & {
  /** It waits as idle goroutines do, too: only the moment when it began to wait can make it suspect. */
  readonly idle: boolean
}

/** Waits in the middle of some work. A receive or a select in a program's own code is where goroutines idle. */
const AT_WORK: ReadonlySet<WaitKind> = new Set<WaitKind>([
  'none',
  'network',
  'chan send',
  'syscall',
  'sleep',
  'mutex',
  'rwmutex',
  'waitgroup',
  'semaphore',
])

/**
 * Those of the closest kin; with `alone`, one dump being all there is, also one that sleeps in the middle of
 * some work. Of goroutines at one line, none where there are two: a lock lets one in
 * at a time.
 */
export function suspectsOf(scene: Scene, jam: readonly Group[], alone: boolean): Suspect[] {
  const shutNs = shutNsOf(scene, jam)
  const suspect = (kin: Suspect['kin'], { row, frame }: Sleeper): Suspect => {
    const place = scene.standing.places[scene.standing.place[row]]
    return { row, place, frame, kin, comesBack: true }
  }
  const asleep = [
    ...sleepersInside(scene, jam, shutNs).map(one => suspect('type', one)),
    ...sleepersBeside(scene, jam, shutNs).map(one => suspect('sibling', one)),
  ]
  return asleep.length > 0 ? asleep : awakeOf(scene, jam, alone)
}

function awakeOf(scene: Scene, jam: readonly Group[], alone: boolean): Suspect[] {
  const found = new Map<Place, Kin>()
  const waiting = new Set(jam.flatMap(group => group.places))
  for (const place of scene.standing.places) {
    if (waiting.has(place) || isObserver(place) || waitsForSame(jam, place)) continue
    const kin = jam.map(group => kinOf(group, place, scene.trace !== undefined)).find(known => known !== undefined)
    if (kin) found.set(place, kin)
  }
  const busy = found.size > 0 ? holdersOfOthers(scene, jam) : new Set()
  const suspects = found.size > 0 ? loneRows(scene, jam, found, alone).filter(({ row }) => !busy.has(row)) : []
  for (const kin of ['value', 'type', 'package', 'moment'] as const) {
    const closest = suspects.filter(suspect => suspect.kin === kin)
    if (closest.length > 0) return closest
  }
  return []
}

/** Goroutines that stand inside of another lock's section: that is what they are there for. */
function holdersOfOthers(scene: Scene, jam: readonly Group[]): Set<number> {
  const holders = new Set<number>()
  for (const group of scene.lockGroups) {
    if (jam.includes(group)) continue
    const inside = insideOfLine(scene, group)
    if (inside) holders.add(inside.row)
  }
  return holders
}

/** At a door of this lock, or at the same line for another one. */
function waitsForSame(jam: readonly Group[], place: Place): boolean {
  return jam.some(group => group.site === place.site || (place.lock !== '' && group.lock === place.lock))
}

/** Of several frames that would do, the outermost: it tells goroutines apart that share helpers. */
function kinOf(group: Group, place: Place, traced: boolean): Kin | undefined {
  const { site } = group
  if (place.wait.kind === 'accept' || place.wait.kind === 'forever') return undefined
  const address = exactAddress(argOf(group.places[0], site))
  const works = AT_WORK.has(place.wait.kind) || place.site?.own === false
  // A package has plenty of goroutines that run, or sleep for a moment; a trace tells for how long.
  const restless = traced ? place.wait.kind === 'none' : comesBack(place)
  // A lock that is a value's first field has its address; the waiter's own argument may be stale by then.
  const values = new Set([address, group.lock].filter(value => value !== ''))
  const same = place.args?.findLastIndex(args => values.has(exactAddress(args))) ?? -1
  if (same >= 0 && place.frames[same].receiver === site.receiver)
    return { frame: place.frames[same], kin: 'value', idle: isLoop(place) }
  // What a goroutine began with is its own loop.
  for (let i = place.frames.length - (place.isCut ? 1 : 2); i >= 0; i--) {
    const frame = place.frames[i]
    const sameType = site.receiver !== '' && frame.receiver === site.receiver
    const other = exactAddress(place.args?.[i])
    // Idle goroutines wait in the code that they belong to; one that called into another package was on to something.
    // Of what somebody picked out of a dump, a call is shown for what it does.
    const isPicked = place.isCut && frame !== place.site
    const idle = !works && !isPicked && place.site?.package === frame.package
    // Another value has a lock of its own.
    if (sameType && address !== '' && other !== '') continue
    if (sameType) return { frame, kin: 'type', idle }
    if (site.receiver === '' && frame.own && frame.package === site.package && !restless)
      return { frame, kin: 'package', idle }
  }
  return strangerOf(place, traced)
}

/** Waits in some work of the program's own; for a lock it waits elsewhere. One that idles began with that, and parks now. */
function strangerOf(place: Place, traced: boolean): Kin | undefined {
  const { kind } = place.wait
  if (kind === 'none' || isLockKind(kind) || !(AT_WORK.has(kind) || (traced && IDLES.has(kind)))) return undefined
  const frame = place.frames.findLast((frame, i) => frame.own && (i < place.frames.length - 1 || IDLES.has(kind)))
  return frame && { frame, kin: 'moment', idle: true }
}

const IDLES: ReadonlySet<WaitKind> = new Set<WaitKind>(['chan receive', 'select', 'cond', 'waitgroup'])

/** A timer, or the processor itself, will bring it back. */
function comesBack(place: Place): boolean {
  return place.wait.kind === 'sleep' || place.wait.kind === 'none'
}

function loneRows(scene: Scene, jam: readonly Group[], found: ReadonlyMap<Place, Kin>, alone: boolean): Suspect[] {
  const { standing } = scene
  const lone: { row: number; place: Place; known: Kin }[] = []
  const perLine = new Map<Frame, number>()
  for (let row = 0; row < standing.length; row++) {
    const place = standing.places[standing.place[row]]
    const known = found.get(place)
    if (!known) continue
    perLine.set(known.frame, (perLine.get(known.frame) ?? 0) + standing.count[row])
    if (perLine.get(known.frame) === 1) lone.push({ row, place, known })
  }
  return lone
    .filter(({ known }) => perLine.get(known.frame) === 1)
    .flatMap(({ row, place, known }) => examined(scene, jam, row, place, known, alone))
}

/** A stranger that has started one of the waiters stands still when that one does: it waits for what that was to do. */
function awaitsWaiter(scene: Scene, jam: readonly Group[], row: number, kin: Suspect['kin']): boolean {
  if (kin !== 'moment') return false
  const { creatorId } = reachOf(scene)
  return jam.some(({ rows }) =>
    rows.subarray(0, MAX_WAITERS).some(waiter => creatorId(waiter) === scene.standing.id[row]),
  )
}

/** Waiters whose creators are looked at. */
const MAX_WAITERS = 50

/** What the trace says against and for one that may have the lock; without a trace, nothing. */
function examined(
  scene: Scene,
  jam: readonly Group[],
  row: number,
  place: Place,
  known: Kin,
  alone: boolean,
): Suspect[] {
  const { trace, standing } = scene
  const { frame, kin, idle } = known
  const g = standing.traceRow[row]
  if (!trace || g < 0)
    return idle && !(alone && kin === 'moment' && comesBack(place))
      ? []
      : [{ row, place, frame, kin, comesBack: comesBack(place) }]
  if (idle && isLoop(place) && parkedFirst(scene, row)) return []
  if (idle && (!parkedAtShut(scene, jam, row) || awaitsWaiter(scene, jam, row, kin))) return []
  // A package has many sleepers: one of them is suspect if it came there while the lock was still open.
  const sleeps = (kin === 'package' || kin === 'moment') && place.wait.kind === 'sleep'
  if (sleeps && enteredNs(trace, g, frame) === 0) return []
  if (!couldHaveIt(scene, jam, row, frame)) return []
  return [{ row, place, frame, kin, comesBack: comesBack(place) || stillMoves(trace, g, shutNsOf(scene, jam)) }]
}
