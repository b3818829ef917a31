/**
 * Goroutines of a trace that nobody has seen begin: they waited before it started, and stand where they stood. A trace
 * states them with their stacks (Go 1.23 and later), and says neither who started them nor what they have in their hands.
 * What is left is how they wait.
 *
 *   chan receive  `<-done`               waits for one thing
 *   chan receive  `for x := range work`  waits for the next one, as idle goroutines do; so do selects and conditions
 */

import { isClosure } from '../scene/names.ts'
import { isObserver, type Scene } from '../scene/scene.ts'
import { isPlainReceive, type Place } from '../scene/standing.ts'
import { isAtWork, isLockKind } from '../scene/waits.ts'
import { looksIdle, ownFrame, waitsForOthers, waitsIdly } from './idle.ts'
import { MIN_TAKEN, rounds } from './takers.ts'

/** Did it stand there all the time, with nothing known of who started it? `creatorId` NaN: unknown. */
export function isUnseen({ trace, standing }: Scene, row: number, creatorId: number): boolean {
  return trace !== undefined && standing.sinceNs[row] === 0 && Number.isNaN(creatorId) && standing.id[row] !== 1
}

/**
 * A plain receive, which does not ask whether the channel is closed. What begins as a closure is mostly there to wait
 * for the end of something, for as long as that lasts.
 */
export function receivesOnce({ frames, site, receivesOnce: known }: Place): boolean {
  if (!known && !isPlainReceive(frames)) return false
  return frames.at(-1) !== site || !isClosure(site!.function)
}

/** Was it seen to begin, and came to a plain receive, which nothing has ended yet? A ticker's loop lives for long. */
export function isNewcomer({ trace, standing, book }: Scene, row: number): boolean {
  const g = standing.traceRow[row]
  if (!trace || g < 0 || !(trace.goroutines.birthNs[g] > 0)) return false
  const { spans, spansOf } = trace
  const stack = spans.stack[spansOf.row[spansOf.first[g + 1] - 1]]
  if (stack <= 0 || !isPlainReceive(book.stack(trace, stack))) return false
  for (let at = spansOf.first[g]; at < spansOf.first[g + 1] - 1; at++)
    if (spans.stack[spansOf.row[at]] === stack) return false
  return true
}

/**
 * May a WaitGroup's waiter simply wait for daemons? `beside`: others of its package idle, or are at work. `younger`: others
 * of the program do that began after it (Go counts ids up, but for some in each processor's hand).
 */
export type Company = 'beside' | 'younger' | 'none'

/** More than these tell nothing new. */
const MAX_OTHERS = 4000

/** Who is there, beside a waiter that nobody has seen begin, that could be what it waits for. */
export function companyIn(scene: Scene): (row: number) => Company {
  const { standing } = scene
  const packages = standing.places.map(place => (mayUphold(place) ? packagesOf(place) : NONE))
  const others: number[] = []
  for (let row = 0; row < standing.length && others.length < MAX_OTHERS; row++)
    if (packages[standing.place[row]].size > 0) others.push(row)
  const inPackages = new Set(others.flatMap(row => [...packages[standing.place[row]]]))
  const youngest = others.reduce((id, row) => Math.max(id, standing.id[row]), -1)
  return row => {
    const own = packagesOf(standing.places[standing.place[row]])
    if ([...own].some(name => inPackages.has(name))) return 'beside'
    return youngest > standing.id[row] ? 'younger' : 'none'
  }
}

const NONE: ReadonlySet<string> = new Set()

/**
 * Is somebody of the program's own, whom the trace did not see come round, at work or asleep? That one may be on its way to
 * take what another one sends.
 */
export function isSomebodyBusy(scene: Scene): boolean {
  const { standing, trace } = scene
  const works = standing.places.map(place =>
    isAtWork(place.wait.kind) && !isObserver(place) && !isMain(place) && ownFrame(place) ? place.wait.kind : undefined,
  )
  for (let row = 0; row < standing.length; row++) {
    if (!works[standing.place[row]]) continue
    const g = standing.traceRow[row]
    // Who lies down again where it rose has been round once.
    const turns = works[standing.place[row]] === 'sleep' ? 2 : MIN_TAKEN
    if (!trace || g < 0 || rounds(trace, g, 0) < turns) return true
  }
  return false
}

function packagesOf({ frames }: Place): ReadonlySet<string> {
  return new Set(frames.filter(frame => frame.own).map(frame => frame.package))
}

/** One in a lock, a WaitGroup or a send waits itself, as no idle goroutine does. */
function mayUphold(place: Place): boolean {
  const { kind } = place.wait
  if (kind === 'system' || ownFrame(place) === undefined || isObserver(place) || isMain(place)) return false
  if (isLockKind(kind) || receivesOnce(place)) return false
  return looksIdle(kind) ? waitsIdly(place) : !waitsForOthers(place)
}

function isMain({ frames }: Place): boolean {
  return frames.findLast(frame => frame.own)?.function === 'main.main'
}
