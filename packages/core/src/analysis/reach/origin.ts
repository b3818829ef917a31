/**
 * Where goroutines come from. Some come and go, one for each request: a loop starts them, and stands before the line that
 * starts the next, waiting for a connection or for the bytes of a request. Others were started once and live on, as the
 * workers of a pool; whoever started them has gone on behind that line.
 *
 *   per request   Read ‹ http2.ReadFrame ‹ rpc.(*Server).serve:88       started in rpc.(*Server).serve.func1:94
 *   of a pool     chan send ‹ main.main:31                              started in main.main:28
 *
 * Only of the first kind it is sure that many of them have ended.
 */
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import { outerFunctions } from '../scene/names.ts'
import { isObserver, type Scene } from '../scene/scene.ts'
import type { Place } from '../scene/standing.ts'
import { reachOf } from './reach.ts'

/** A request's goroutine is started by a connection's, which is started by a listener's. */
const MAX_GENERATIONS = 3
/** Waiters at a line come from the same few places. */
const MAX_PLACES = 20

/** Do all that wait in this jam come one for each request, so that the one before them is most likely gone? */
export function comePerRequest(scene: Scene, jam: readonly Group[]): boolean {
  return jam.every(({ rows }) => {
    const known = new Map<Place, boolean>()
    for (const row of rows) {
      const place = scene.standing.places[scene.standing.place[row]]
      if (known.get(place) || (known.has(place) && !cameLater(scene, row))) continue
      if (!known.has(place) && known.size === MAX_PLACES) break
      known.set(place, cameLater(scene, row) || isPerRequest(scene, row))
    }
    return known.size > 0 && ![...known.values()].includes(false)
  })
}

/** One that was born while the others waited already shows that they are started one by one. */
function cameLater(scene: Scene, row: number): boolean {
  const g = scene.standing.traceRow[row]
  return scene.trace !== undefined && g >= 0 && scene.trace.goroutines.birthNs[g] > 0
}

function isPerRequest(scene: Scene, row: number): boolean {
  let current = row
  for (let generation = 0; generation < MAX_GENERATIONS && current >= 0; generation++) {
    const starter = starterOf(scene, current)
    if (!starter) return false
    if (starter.before) return true
    current = starter.row
  }
  return false
}

type Starter = {
  readonly row: number
  /** It stands before the line that starts goroutines, so it comes by there again. */
  readonly before: boolean
}

/** A living goroutine with the function on its stack in which this one was started. */
function starterOf(scene: Scene, row: number): Starter | undefined {
  const { standing } = scene
  const root = standing.places[standing.place[row]].frames.at(-1)
  const start = scene.startedAt(row)
  // Without the line of the `go` statement a closure's own lines tell: it is written where it is started.
  const point = start ?? root
  if (!point) return undefined
  const within = new Set(start ? [point.function, ...outerFunctions(point.function)] : outerFunctions(point.function))
  let behind: Starter | undefined
  for (let other = 0; other < standing.length; other++) {
    const place = standing.places[standing.place[other]]
    const at = other === row ? undefined : frameIn(place, within, point)
    if (!at || place.wait.kind === 'none') continue
    if (at.line <= point.line) return { row: other, before: true }
    behind ??= { row: other, before: false }
  }
  return behind
}

function frameIn(place: Place, functions: ReadonlySet<string>, point: Frame): Frame | undefined {
  return place.frames.find(frame => functions.has(frame.function) && frame.file === point.file)
}

/** Waiters whose creators are looked at. */
const MAX_WAITERS = 8

/**
 * Did different goroutines start the waiters of two lines? Then the same fault may have been met twice, each time with a
 * lock of its own: that they stand at one line, or in methods of one type, says nothing.
 */
export function wereStartedApart(scene: Scene, a: readonly Group[], b: readonly Group[]): boolean {
  const { creatorId } = reachOf(scene)
  const creators = (jam: readonly Group[]) =>
    jam
      .flatMap(({ rows }) => [...rows.subarray(0, MAX_WAITERS)])
      .map(creatorId)
      .filter(id => !Number.isNaN(id))
  const mine = creators(a)
  const theirs = creators(b)
  return mine.length > 0 && theirs.length > 0 && !mine.some(id => theirs.includes(id))
}

/**
 * Could one that lives have left the lock shut: is a method of the lock's type on its stack, or, for a plain function,
 * one of its package? One that waits for connections, or for ever, would not have got there with the lock held.
 */
export function mayBeLeftByLiving(scene: Scene, jam: readonly Group[]): boolean {
  const waiting = new Set(jam.flatMap(group => group.places))
  return scene.standing.places.some(place => {
    if (waiting.has(place) || isObserver(place) || place.wait.kind === 'accept' || place.wait.kind === 'forever')
      return false
    return place.frames.some(frame => jam.some(({ site }) => isKin(frame, site)))
  })
}

function isKin(frame: Frame, site: Frame): boolean {
  if (site.receiver !== '') return frame.receiver === site.receiver
  return frame.own && frame.package === site.package && frame.function !== 'main.main'
}
