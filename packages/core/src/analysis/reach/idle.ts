/**
 * Which goroutines may be stuck at all: those that wait, in work of the program's own, for something that only another
 * goroutine can do, and did not move while they were looked at. Accept loops, timers, reads from a connection and
 * libraries' own goroutines are none: a remote, the clock or the library will wake them.
 */
import { MINUTE_NS } from '../scene/finding.ts'
import type { Frame } from '../scene/frames.ts'
import { knownWait } from '../scene/libraries.ts'
import { isObserver, type Scene } from '../scene/scene.ts'
import type { Place, Standing } from '../scene/standing.ts'
import type { WaitKind } from '../scene/waits.ts'

export type Waiter = {
  /** Row in the standing. */
  readonly row: number
  readonly place: Place
  /** Of the observation it has not moved in; a lower bound. NaN: one dump alone does not tell. */
  readonly stillNs: number
  /** It came a moment ago to where others wait in vain: it will do no better, but nothing is said of it. */
  readonly young: boolean
}

/** What another goroutine of the process must do. Who waits for a lock is told of by whoever looks for its holder. */
export const FOR_OTHERS: ReadonlySet<WaitKind> = new Set<WaitKind>([
  'chan send',
  'chan receive',
  'select',
  'waitgroup',
  'cond',
  'semaphore',
])
/** Idle goroutines wait like this; that one sends, or waits for work to be done, is in the middle of something. */
const LIKE_IDLE: ReadonlySet<WaitKind> = new Set<WaitKind>(['chan receive', 'select', 'cond'])

/** Waits of work in progress are mostly shorter; where nobody is left to end them, longer ones say no more. */
const STILL_NS = 400e6
/** One dump of a program at rest: a look of no length, but nobody is about to be woken. */
const AT_REST_NS = 1
/** Rows that are looked at one by one, of all and of one place; the others of a place are taken for the same. */
const MAX_WAITERS = 4000
export const MAX_OF_PLACE = 400

/** Do idle goroutines wait like this, too? */
export function looksIdle(kind: WaitKind): boolean {
  return LIKE_IDLE.has(kind)
}

/** Does it wait as idle goroutines do, and not where a library takes from a pool, or in the middle of a request? */
export function waitsIdly(place: Place): boolean {
  return looksIdle(place.wait.kind) && knownWait(place)?.midWork !== true && !isInRequest(place)
}

/** Where servers of the standard library and of gRPC call the program's own code for one request, or call. */
const SERVES =
  /^(net\/http\.\(\*conn\)\.serve|net\/http\.\(\*http2serverConn\)\.runHandler|net\/rpc\.\(\*service\)\.call|google\.golang\.org\/grpc\.\(\*Server\)\.(processUnaryRPC|handleStream))$/

/**
 * A request is served, and its client waits. A select there may be a long poll, that ends with its client; who receives
 * has no other way out.
 */
function isInRequest({ frames, site, wait }: Place): boolean {
  return wait.kind !== 'select' && site?.own === true && frames.some(isServing) && !frames.some(isStreaming)
}

/** A stream of gRPC lasts as long as its client wants. */
function isStreaming({ function: name }: Frame): boolean {
  return name === 'google.golang.org/grpc.(*Server).processStreamingRPC'
}

/** Does this frame serve one request, or call, by what it calls? */
export function isServing(frame: Pick<Frame, 'function'>): boolean {
  return SERVES.test(frame.function)
}

/** The innermost frame of the program's own; undefined for a library's goroutine. */
export function ownFrame(place: Place): Frame | undefined {
  return place.frames.find(frame => frame.own)
}

/** May a goroutine at this place wait for another one of the program? */
export function waitsForOthers(place: Place): boolean {
  if (!FOR_OTHERS.has(place.wait.kind) || isObserver(place) || isTestRunner(place)) return false
  // Whoever waits for a pool's connection was sent there, though somebody has left the program's own frames out.
  return ownFrame(place) !== undefined || knownWait(place)?.kind === 'semaphore'
}

/** It waits for the very goroutine of a test, or of a benchmark, that it has started: testing.(*T).Run. */
export function isTestRunner(place: Place): boolean {
  return place.wait.kind === 'chan receive' && RUNS.test(place.frames.find(frame => !frame.plumbing)?.function ?? '')
}

/** Is it in a test's own function? */
export function isOfTest({ frames }: Place): boolean {
  return frames.at(-1)?.function === 'testing.tRunner'
}

/** Is it a test that panics? It has given up waiting, and wakes nobody any more. */
export function givesUp(place: Place): boolean {
  return place.wait.kind === 'none' && isOfTest(place) && place.frames.some(frame => frame.function === 'panic')
}

const RUNS = /^testing\.\(\*(T\)\.Run|B\)\.run)$/

/** Those that may be stuck, in order of rows, and behind them the young ones at the same places. */
export function waitersOf(scene: Scene): Waiter[] {
  const may = scene.standing.places.map(waitsForOthers)
  if (!may.includes(true)) return []
  const still = rowsWhere(
    scene,
    at => may[at],
    row => !scene.trace || stillInTrace(scene, row) >= STILL_NS,
  )
  if (still.length === 0) return []
  const waiters = settled(scene, still)
  if (!scene.trace) return waiters
  const places = new Set(waiters.map(({ row }) => scene.standing.place[row]))
  const young = rowsWhere(
    scene,
    at => places.has(at),
    row => stillInTrace(scene, row) < STILL_NS,
  )
  return [...waiters, ...settled(scene, young).map(waiter => ({ ...waiter, young: true }))]
}

function rowsWhere(scene: Scene, isPlace: (place: number) => boolean, isRow: (row: number) => boolean): number[] {
  const { standing } = scene
  const perPlace = new Map<number, number>()
  const rows: number[] = []
  for (let row = 0; row < standing.length && rows.length < MAX_WAITERS; row++) {
    const at = standing.place[row]
    if (!isPlace(at) || standing.count[row] === 0 || !isRow(row)) continue
    const taken = perPlace.get(at) ?? 0
    if (taken === MAX_OF_PLACE) continue
    perPlace.set(at, taken + 1)
    rows.push(row)
  }
  return rows
}

function stillInTrace(scene: Scene, row: number): number {
  return scene.trace ? scene.endNs - scene.standing.sinceNs[row] : Number.NaN
}

/** Less those that a dump shows elsewhere. */
function settled(scene: Scene, rows: readonly number[]): Waiter[] {
  const { standing } = scene
  const shown = scene.dumps.map(dump => placesOf(dump, standing, rows))
  const atRest = !scene.trace && nothingRuns(scene)
  return rows.flatMap(row => {
    const place = standing.places[standing.place[row]]
    const places = shown.map(byId => byId.get(standing.id[row]))
    if (moved(scene, row, place, places)) return []
    const seen = places.filter(other => other !== undefined).length
    return [{ row, place, stillNs: stillOf(scene, row, seen, atRest), young: false }]
  })
}

/** Where a dump shows these goroutines. */
function placesOf(dump: Standing, standing: Standing, rows: readonly number[]): Map<number, Place> {
  const wanted = new Set<number>()
  for (const row of rows) wanted.add(standing.id[row])
  const places = new Map<number, Place>()
  for (let row = 0; row < dump.length; row++)
    if (wanted.has(dump.id[row])) places.set(dump.id[row], dump.places[dump.place[row]])
  return places
}

/** Dumps come in order of time: of one that came to its place while it was traced, only the last one tells. */
function moved(scene: Scene, row: number, place: Place, places: readonly (Place | undefined)[]): boolean {
  if (places.length === 0) return false
  const elsewhere = (seen: Place | undefined) =>
    seen !== undefined && (seen.site !== place.site || seen.wait.kind !== place.wait.kind)
  if (!scene.trace || scene.standing.sinceNs[row] === 0) {
    const last = places.at(-1)
    // In the dump before and gone in the dump after.
    if (places.length > 1 && last === undefined && places[0] !== undefined) return true
    return places.some(elsewhere)
  }
  return places.length > 1 && elsewhere(places.at(-1))
}

function stillOf(scene: Scene, row: number, dumps: number, atRest: boolean): number {
  const minutes = Math.max(0, scene.standing.minutes[row]) * MINUTE_NS
  if (scene.trace) return Math.max(minutes, stillInTrace(scene, row))
  if (minutes > 0) return minutes
  // Two dumps are some time apart; how long is not known.
  return dumps > 1 ? STILL_NS : atRest ? AT_REST_NS : Number.NaN
}

/**
 * Does one dump show the program's own code at rest? Whoever is woken is runnable at once, so then nobody is about to be
 * woken by another goroutine's work. Libraries are always busy with whoever asked for the dump.
 */
function nothingRuns({ standing, dumps }: Scene): boolean {
  if (dumps.length === 0) return false
  const works = standing.places.map(
    place => place.wait.kind === 'none' && ownFrame(place) !== undefined && !isObserver(place) && !givesUp(place),
  )
  for (let row = 0; row < standing.length; row++) if (works[standing.place[row]]) return false
  return true
}
