/**
 * What may end a wait though no goroutine shows it: the deadline of a context, a client that leaves, a ticker, a request
 * to come. Timers have no goroutine, and neither a trace nor a dump lists them; what shows is how somebody waits.
 *
 *   main.(*session).expire(0xc000110000, {0x8a1000, 0xc000130000})    an interface among the arguments: a context, perhaps
 *   for range t.C, for job := range jobs                              in the function that a goroutine began with
 */

import { isClosure, isWrapper } from '../scene/names.ts'
import type { Scene } from '../scene/scene.ts'
import type { Place } from '../scene/standing.ts'
import { isServing } from './idle.ts'
import { type Reach, reachOf } from './reach.ts'

/** Two words in braces, both of them addresses: an interface; of a string the second is a length. */
const INTERFACE = /\{0x[0-9a-f]{5,16}\??, 0x[0-9a-f]{6,16}\??\}/

/**
 * Does it receive with a context in its hands, perhaps the end of that? A request's ends when the client leaves: net/http
 * reads from the connection meanwhile (`startBackgroundRead`), and who waits though nobody reads was not told by that.
 */
export function mayHearEnd(reach: Reach, row: number, id: number, place: Place): boolean {
  if (place.wait.kind !== 'chan receive' || place.site?.own !== true) return false
  const shown = reach.shown(row)
  const at = shown ? shown.frames.indexOf(place.site) : -1
  if (!shown || at < 0 || !INTERFACE.test(shown.args[at] ?? '')) return false
  const served = place.frames.some(frame => frame.function === 'net/http.(*conn).serve')
  return !served || reach.startedBy(id).some(child => isReadingOn(reach.shown(child)?.frames.at(-1)?.function))
}

function isReadingOn(functionName: string | undefined): boolean {
  return functionName === 'net/http.(*connReader).backgroundRead'
}

/** Shorter ones are pauses, and have passed by the time that somebody looks. */
const MIN_LIMIT_NS = 1e9
const MAX_LIMIT_NS = 24 * 3600e9
/** Round numbers of milliseconds are durations. */
const ROUND_NS = 1e6

/**
 * Was one of the functions on its way here given a time-out that has not passed yet? What has to come then, a Broadcast
 * or a close in `time.AfterFunc`, shows nowhere.
 */
export function mayRunOut(reach: Reach, row: number, { wait, frames }: Place, stillNs: number): boolean {
  const shown = wait.kind === 'cond' || wait.kind === 'chan receive' ? reach.shown(row) : undefined
  const isAhead = (word: string) => {
    const ns = Number(word)
    return ns % ROUND_NS === 0 && ns >= MIN_LIMIT_NS && ns > stillNs && ns <= MAX_LIMIT_NS
  }
  const own = new Set(frames.filter(frame => frame.own))
  return shown?.args.some((args, i) => own.has(shown.frames[i]) && words(args).some(isAhead)) === true
}

function words(args: string): readonly string[] {
  return args.match(/0x[0-9a-f]+(?![0-9a-f?])/g) ?? []
}

/**
 * Does it receive in the function that it began with, and asks whether the channel is closed, as a `range` does? Such a loop
 * may be a ticker's, or get its work from requests. Without a trace nothing tells, and it may be so. `isSetUp`: whoever
 * started it gave it its work so far.
 */
export function mayLoop(scene: Scene, row: number, isSetUp: boolean): boolean {
  const { trace, standing, book } = scene
  const place = standing.places[standing.place[row]]
  if (place.wait.kind !== 'chan receive' || !beginsAtSite(place)) return false
  const g = standing.traceRow[row]
  if (!trace || g < 0) return true
  const { spans, spansOf, goroutines } = trace
  // It was seen to begin, and not for a request: what left it was one piece of work; but for a pool, and what was set up.
  const start = goroutines.creationStack[g]
  if (start > 0 && !book.stack(trace, start).some(isServing) && !isSetUp && !isPooled(scene, row)) return false
  const stack = spans.stack[spansOf.row[spansOf.first[g + 1] - 1]]
  return stack <= 0 || !book.stack(trace, stack).some(frame => frame.function === 'runtime.chanrecv1')
}

/** Of a pool some tell as much as all. */
const MAX_TWINS = 64

/** Has the same goroutine started others at the same line, which are back at the same loop? */
export function isPooled(scene: Scene, row: number): boolean {
  const { standing, startedAt } = scene
  const reach = reachOf(scene)
  const isTwin = (other: number) =>
    other !== row && standing.place[other] === standing.place[row] && startedAt(other) === startedAt(row)
  return reach.startedBy(reach.creatorId(row)).slice(0, MAX_TWINS).some(isTwin)
}

/** Of the program's own functions; a request's goroutine began in the server. */
export function beginsAtSite({ frames, site }: Place): boolean {
  if (frames.some(isServing)) return false
  return frames.findLast(frame => frame.own && !isWrapper(frame.function)) === site
}

/** Has a timer called it (`time.AfterFunc`)? A trace has it begin without anybody who started it. */
export function isCalledByTimer({ trace, standing, startedAt }: Scene, row: number): boolean {
  if (startedAt(row)?.function === 'time.goFunc') return true
  const g = standing.traceRow[row]
  if (!trace || g < 0 || !(trace.goroutines.birthNs[g] > 0) || trace.goroutines.creator[g] >= 0) return false
  const first = standing.places[standing.place[row]].frames.at(-1)?.function ?? ''
  return isClosure(first) || first.endsWith('-fm')
}
