/**
 * Living goroutines that may have a lock although they are not in the function where others wait for it: a lock is often
 * taken in one method and waited for in another. None of this proves anything, so a suspect is only named in the evidence,
 * and keeps the verdict from calling the lock forgotten.
 */
import type { Frame } from './frames.ts'
import type { Group } from './groups.ts'
import { argOf, exact } from './inside.ts'
import { insideOfLine } from './jam.ts'
import { isObserver, type Scene } from './scene.ts'
import type { Place } from './standing.ts'
import type { WaitKind } from './waits.ts'

export type Suspect = {
  /** Row in the standing. */
  readonly row: number
  readonly place: Place
  readonly frame: Frame
  /** Of the lock's own type (its methods), of the very same value, or only of its package. */
  readonly kin: 'value' | 'type' | 'package'
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
  'semaphore',
])

/** Between the lock and the long wait inside lie short ones: a connection is dialled, a file opened. */
const SETTLED_NS = 20e6

/** Those of the closest kin; of goroutines at one line, none where there are two: a lock lets one in at a time. */
export function suspectsOf(scene: Scene, jam: readonly Group[]): Suspect[] {
  const found = new Map<Place, { frame: Frame; kin: Suspect['kin'] }>()
  const waiting = new Set(jam.flatMap(group => group.places))
  for (const place of scene.standing.places) {
    if (waiting.has(place) || isObserver(place) || waitsForSame(jam, place)) continue
    const kin = jam.map(group => kinOf(group, place, scene.trace !== undefined)).find(known => known !== undefined)
    if (kin) found.set(place, kin)
  }
  const busy = found.size > 0 ? holdersOfOthers(scene, jam) : new Set()
  const suspects = found.size > 0 ? loneRows(scene, jam, found).filter(({ row }) => !busy.has(row)) : []
  for (const kin of ['value', 'type', 'package'] as const) {
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
function kinOf(group: Group, place: Place, traced: boolean): { frame: Frame; kin: Suspect['kin'] } | undefined {
  const { site } = group
  const address = exact(argOf(group.places[0], site))
  const atWork = AT_WORK.has(place.wait.kind) || (place.wait.kind !== 'accept' && place.site?.own === false)
  // A package has plenty of goroutines that run, or sleep for a moment; a trace tells for how long.
  const restless = traced ? place.wait.kind === 'none' : comesBack(place)
  // What a goroutine began with is its own loop; what main calls keeps the program alive.
  const loops = place.frames.at(-1)?.function === 'main.main' ? 2 : 1
  for (let i = place.frames.length - 1 - loops; i >= 0; i--) {
    const frame = place.frames[i]
    const sameType = site.receiver !== '' && frame.receiver === site.receiver
    const other = exact(place.args?.[i])
    if (sameType && address !== '' && other !== '') {
      if (other === address && place.wait.kind !== 'accept') return { frame, kin: 'value' }
    } else if (sameType && atWork) return { frame, kin: 'type' }
    else if (site.receiver === '' && frame.own && frame.package === site.package && atWork && !restless)
      return { frame, kin: 'package' }
  }
  return undefined
}

/** A timer, or the processor itself, will bring it back. */
export function comesBack(place: Place): boolean {
  return place.wait.kind === 'sleep' || place.wait.kind === 'none'
}

function loneRows(
  scene: Scene,
  jam: readonly Group[],
  found: ReadonlyMap<Place, { frame: Frame; kin: Suspect['kin'] }>,
): Suspect[] {
  const { standing } = scene
  const shutNs = Math.min(...jam.map(group => group.firstNs))
  const suspects: Suspect[] = []
  const perLine = new Map<Frame, number>()
  for (let row = 0; row < standing.length; row++) {
    const place = standing.places[standing.place[row]]
    const known = found.get(place)
    if (!known) continue
    perLine.set(known.frame, (perLine.get(known.frame) ?? 0) + standing.count[row])
    // One that came where it is long after the lock was shut has moved since: it would have to move with the lock held.
    if (standing.sinceNs[row] > shutNs + SETTLED_NS && place.wait.kind !== 'none') continue
    if (perLine.get(known.frame) === 1) suspects.push({ row, place, ...known })
  }
  return suspects.filter(({ frame }) => perLine.get(frame) === 1)
}
