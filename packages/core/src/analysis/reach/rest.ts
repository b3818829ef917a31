/**
 * Who may be on the way to hand a lock on, when a dump is taken. A lock that moves has a holder that runs, is woken, or comes
 * back from a wait; where all that could be it are parked, nobody hands it on, however short the look was.
 */
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import { isObserver, type Scene } from '../scene/scene.ts'
import type { Place } from '../scene/standing.ts'
import { exactAddress, type WaitKind } from '../scene/waits.ts'
import { isOfAnother } from './doors.ts'
import { ownFrame } from './idle.ts'
import { typesOf } from './kin.ts'
import { listsAll } from './reach.ts'

/** Does any goroutine of the program's own code run, or is it about to? Sleepers and who waits for the network come back. */
export function anyAtWork(scene: Scene): boolean {
  return hasSuch(scene, () => true)
}

/**
 * A whole dump in which nobody is at work who may have the lock of these lines: who has it in a section of code has that
 * code on its stack: a method of the lock's own type, or a plain function of its package that waits there itself. One that
 * runs may have it anywhere in the package.
 */
export function isAtRest(scene: Scene, jam: readonly Group[]): boolean {
  return listsAll(scene) && !anyNear(scene, jam)
}

/** Is anybody at work who may have the lock of these lines, or be one of those that its holder waits for? */
export function anyNear(scene: Scene, jam: readonly Group[]): boolean {
  const packages = new Set(jam.map(({ site }) => site.package))
  const types = new Set(jam.flatMap(({ site }) => typesOf(site)))
  return hasSuch(scene, place => {
    const { frames, wait, args } = place
    const isAnother = (frame: Frame, i: number) => isOfAnother(jam, frame, exactAddress(args?.[i]))
    if (frames.some((frame, i) => typesOf(frame).some(type => types.has(type)) && !isAnother(frame, i))) return true
    const near = wait.kind === 'none' || types.size === 0 ? frames : frames.filter(frame => frame === ownFrame(place))
    return near.some(frame => packages.has(frame.package) && (wait.kind === 'none' || typesOf(frame).length === 0))
  })
}

function hasSuch(scene: Scene, fits: (place: Place) => boolean): boolean {
  const { standing } = scene
  const atWork = standing.places.map(
    place =>
      MOVES.has(place.wait.kind) &&
      !isObserver(place) &&
      !keepsAlive(place) &&
      place.frames.some(frame => frame.own) &&
      fits(place),
  )
  if (!atWork.includes(true)) return false
  for (let row = 0; row < standing.length; row++) if (atWork[standing.place[row]]) return true
  return false
}

/** The main function sleeps in itself, so that the program does not end. */
export function keepsAlive({ wait, site }: Place): boolean {
  return wait.kind === 'sleep' && site?.function === 'main.main'
}

const MOVES: ReadonlySet<WaitKind> = new Set<WaitKind>(['none', 'sleep', 'network', 'syscall', 'unknown'])
