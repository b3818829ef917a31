/**
 * Who is able to come to the other end of what somebody waits for: one at work is on its way. A loop that accepts
 * connections, a library's goroutine that idles, and the main goroutine that sleeps to keep its program alive are not.
 */
import { GoState } from '../../trace/tables.ts'
import { isObserver, isObserving, type Scene } from '../scene/scene.ts'
import type { Place } from '../scene/standing.ts'
import { isAtWork } from '../scene/waits.ts'
import { givesUp, isTestRunner, ownFrame, type Waiter, waitsIdly } from './idle.ts'
import type { Tie } from './partners.ts'
import { reachOf, remembered } from './reach.ts'
import { hearsSignal } from './signals.ts'
import { goesRoundBeside } from './turns.ts'

/** Can this row, which is not stuck itself, still wake the waiter? `withStuck`: some that this one has started are stuck. */
export type Able = (row: number, tie: Tie, waiter: Pick<Waiter, 'row' | 'place'>, withStuck: boolean) => boolean

export function ableIn(scene: Scene): Able {
  // Each row is a partner of many.
  const tookDump = remembered(row => hasTakenDump(scene, row))
  return (row, tie, { row: waiter, place: waiting }, withStuck) => {
    if (tookDump(row) || !isAble(scene, row, tie, waiting)) return false
    if (sleepsOn(scene, row, waiter)) return false
    // Who waits until all have ended waits for a loop as long as that is wanted; where others never end, for these.
    const awaited = tie === 'child' && waiting.wait.kind === 'waitgroup' && !withStuck
    return awaited || !goesRoundBeside(scene, row, tie, waiter)
  }
}

function isAble(scene: Scene, row: number, tie: Tie, waiting: Place): boolean {
  const place = scene.standing.places[scene.standing.place[row]]
  const { kind } = place.wait
  if (isTestRunner(place) || givesUp(place) || endsWithSignal(scene, row)) return false
  if (isObserver(place) || keepsAlive(scene, row, tie, waiting)) return false
  if (tie === 'around') return isAtWork(kind)
  if (kind === 'forever' || kind === 'system') return false
  // The program's own loop hands on new connections; a library's brings work from outside, but nobody who was there.
  if (kind === 'accept') return waitsIdly(waiting) && handsOn(place)
  return ownFrame(place) !== undefined || !waitsIdly(place)
}

/** A select may have a ticker among its cases, beside the signal. */
function endsWithSignal(scene: Scene, row: number): boolean {
  return scene.standing.places[scene.standing.place[row]].wait.kind === 'chan receive' && hearsSignal(scene, row)
}

function sleepsOn(scene: Scene, row: number, waiter: number): boolean {
  return sleepsInMain(scene, row) && sleptAgain(scene, row, waiter)
}

/** Does it stay where it is for good, as far as this waiter is concerned? */
export function isParked(scene: Scene, row: number, waiter: number): boolean {
  const { kind } = scene.standing.places[scene.standing.place[row]].wait
  return kind === 'forever' || endsWithSignal(scene, row) || sleepsOn(scene, row, waiter)
}

/** A program may take its dumps itself: then a dump shows the goroutine that does, whatever else that one works at. */
function hasTakenDump(scene: Scene, row: number): boolean {
  return reachOf(scene).shown(row)?.frames.some(isObserving) === true
}

/** Has the program's own code called Accept itself? */
export function handsOn({ frames }: Place): boolean {
  return frames.find(frame => !frame.plumbing && frame.package !== 'net')?.own === true
}

/** Whoever sleeps for so long gives nothing soon; a program's main function only stays alive. */
export const LONG_SLEEP_NS = 30e9
/** Where nothing shows how long it is to sleep, it must have slept through a trace of this length. */
const LONG_LOOK_NS = 1e9

/**
 * The main goroutine sleeps in its main function while it is looked at, or anybody for long. It may be about to send the
 * next piece of work; but whoever sends himself, or waits for work to be done, is not waited for in main's sleep.
 */
function keepsAlive(scene: Scene, row: number, tie: Tie, waiting: Place): boolean {
  const { wait } = scene.standing.places[scene.standing.place[row]]
  if (wait.kind !== 'sleep') return false
  const isMain = sleepsInMain(scene, row)
  const ns = sleepNs(scene, row)
  // One of those that are to be done may well sleep for a minute first; so may who works on the very value.
  const isAwaited = waitsIdly(waiting) || waiting.wait.kind === 'waitgroup' || tie === 'value'
  if (ns > 0) return ns >= LONG_SLEEP_NS && (isMain || !isAwaited)
  return isMain && !waitsIdly(waiting) && scene.standing.sinceNs[row] === 0 && scene.endNs >= LONG_LOOK_NS
}

function sleepsInMain({ standing }: Scene, row: number): boolean {
  const { site, wait } = standing.places[standing.place[row]]
  return wait.kind === 'sleep' && standing.id[row] === 1 && site?.function === 'main.main'
}

/** What `time.Sleep` was asked for, where a dump shows it; 0 unknown. */
export function sleepNs(scene: Scene, row: number): number {
  const shown = reachOf(scene).shown(row)
  const at = shown?.frames.findIndex(frame => frame.function === 'time.Sleep') ?? -1
  const ns = /^0x([0-9a-f]+)$/.exec(shown?.args[at] ?? '')
  return ns ? Number.parseInt(ns[1], 16) : 0
}

/** Has it come back to the same sleep while the other waited? Its turn did nothing for that one. */
function sleptAgain({ trace, standing }: Scene, row: number, waiter: number): boolean {
  const g = standing.traceRow[row]
  if (!trace || g < 0 || !(standing.sinceNs[row] > standing.sinceNs[waiter])) return false
  const { spans, spansOf } = trace
  const last = spansOf.first[g + 1] - 1
  for (let at = last - 1; at >= spansOf.first[g]; at--) {
    const span = spansOf.row[at]
    if ((spans.stateReason[span] & 3) !== GoState.waiting) continue
    // Where a trace begins in the middle of a sleep, nothing says where that is.
    return spans.stack[span] === spans.stack[spansOf.row[last]] || (at === spansOf.first[g] && spans.stack[span] < 0)
  }
  return false
}
