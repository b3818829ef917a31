/**
 * Who is able to come to the other end of what somebody waits for: one at work is on its way. A loop that accepts
 * connections, a library's goroutine that idles, and the main goroutine that sleeps to keep its program alive are not.
 */
import { isTestRunner, ownFrame, waitsIdly } from './idle.ts'
import type { Tie } from './partners.ts'
import { reachOf, remembered } from './reach.ts'
import { isObserver, isObserving, type Scene } from './scene.ts'
import type { Place } from './standing.ts'
import { isAtWork } from './waits.ts'

/** Can this row, which is not stuck itself, still wake the one that waits at `waiting`? */
export type Able = (row: number, tie: Tie, waiting: Place) => boolean

export function ableIn(scene: Scene): Able {
  // Each row is a partner of many.
  const tookDump = remembered(row => hasTakenDump(scene, row))
  return (row, tie, waiting) => isAble(scene, tookDump, row, tie, waiting)
}

function isAble(scene: Scene, tookDump: (row: number) => boolean, row: number, tie: Tie, waiting: Place): boolean {
  const place = scene.standing.places[scene.standing.place[row]]
  const { kind } = place.wait
  if (isTestRunner(place)) return false
  if (isObserver(place) || tookDump(row) || keepsAlive(scene, row, place, waiting)) return false
  if (tie === 'around') return isAtWork(kind)
  if (kind === 'forever' || kind === 'system') return false
  // The program's own loop hands on new connections; a library's brings work from outside, but nobody who was there.
  if (kind === 'accept') return waitsIdly(waiting) && handsOn(place)
  return ownFrame(place) !== undefined || !waitsIdly(place)
}

/** A program may take its dumps itself: then a dump shows the goroutine that does, whatever else that one works at. */
function hasTakenDump(scene: Scene, row: number): boolean {
  return reachOf(scene).shown(row)?.frames.some(isObserving) === true
}

/** Has the program's own code called Accept itself? */
function handsOn({ frames }: Place): boolean {
  return frames.find(frame => !frame.plumbing && frame.package !== 'net')?.own === true
}

/** A program's main function sleeps for so long only to stay alive. */
const LONG_SLEEP_NS = 30e9
/** Where nothing shows how long it is to sleep, it must have slept through a trace of this length. */
const LONG_LOOK_NS = 1e9

/**
 * The main goroutine sleeps in its main function while it is looked at. It may be about to send the next piece of work;
 * but whoever sends himself, or waits for work to be done, is not waited for in a sleep.
 */
function keepsAlive(scene: Scene, row: number, place: Place, waiting: Place): boolean {
  const { site, wait } = place
  if (scene.standing.id[row] !== 1 || wait.kind !== 'sleep' || site?.function !== 'main.main') return false
  const ns = sleepNs(scene, row)
  if (ns > 0) return ns >= LONG_SLEEP_NS
  return !waitsIdly(waiting) && scene.standing.sinceNs[row] === 0 && scene.endNs >= LONG_LOOK_NS
}

/** What `time.Sleep` was asked for, where a dump shows it; 0 unknown. */
function sleepNs(scene: Scene, row: number): number {
  const shown = reachOf(scene).shown(row)
  const at = shown?.frames.findIndex(frame => frame.function === 'time.Sleep') ?? -1
  const ns = /^0x([0-9a-f]+)$/.exec(shown?.args[at] ?? '')
  return ns ? Number.parseInt(ns[1], 16) : 0
}
