/**
 * What the trace saw at the lines where goroutines wait now: who was woken there, by whom, and whom they woke. A line to
 * which goroutines come back, and where they are woken now by one, now by another, is where they idle between two pieces
 * of work. Channels and signals serve in the order of arrival: whoever was passed over waits for something else.
 */
import { GoState, type Trace } from '../../trace/tables.ts'
import type { Frame } from '../scene/frames.ts'
import type { Scene } from '../scene/scene.ts'
import type { Waiter } from './idle.ts'
import { NO_PAST, type Past, Woken } from './past.ts'
import { remembered } from './reach.ts'
import { Taken } from './takers.ts'

export type Served = {
  /**
   * Rows of living goroutines that woke this row from a wait at the line where it waits now, the newest first, and of
   * those that it woke from there.
   */
  readonly met: (row: number) => readonly number[]
  /** The goroutine (row of the trace) that woke this row last at its line; -1: nobody did while it was traced. */
  readonly lastWaker: (row: number) => number
  /** How often a timer, the network or something else that is no goroutine has woken it there. */
  readonly byNobody: (row: number) => number
  /**
   * Has a timer woken it there again and again, and then no more, for many times as long? A ticker that was stopped closes
   * nothing, and never ticks again.
   */
  readonly stopped: (row: number) => boolean
  /** Of all who were woken at its line. */
  readonly past: (row: number) => Past
  /** Was one woken at its line that came later than it? By this other row? */
  readonly passedOver: (row: number) => boolean
  readonly passedOverBy: (row: number, other: number) => boolean
  /** Rows that come back to their line from several wakers, or from one that lives; not from those of its own start. */
  readonly comeBack: ReadonlyMap<Frame, readonly number[]>
  /**
   * Where everybody who was woken at its line was woken by one that it had started for that itself, each time by another:
   * rows of all the living that were started as these were. Nobody idles at such a line.
   */
  readonly helpers: (row: number) => readonly number[] | undefined
  /** What was sent at its line; undefined where it is no line of a send. */
  readonly taken: (row: number) => Taken | undefined
}

const NOTHING: Served = {
  met: () => [],
  lastWaker: () => -1,
  byNobody: () => 0,
  stopped: () => false,
  past: () => NO_PAST,
  passedOver: () => false,
  passedOverBy: () => false,
  comeBack: new Map(),
  helpers: () => undefined,
  taken: () => undefined,
}

const RECEIVES = /^runtime\.chanrecv\d$/
/** So many different ones are no accident. */
const MIN_HELPERS = 3
/** A timer that is set anew each time may take twice as long as before, a ticker takes as long. */
const MIN_TICKS = 3
const MANY_TICKS = 8
/** More wakers of one goroutine than this tell nothing new. */
const MAX_MET = 16

/** What was seen of one waiter's goroutine, at its line. */
type Log = { readonly wakers: number[]; readonly woken: number[]; byNobody: number; longestNs: number }
/** Those that woke somebody at a line who had started them; as long as nobody else did. */
type Helpers = { readonly goroutines: Set<number>; others: boolean }

class Seen {
  readonly logs = new Map<number, Log>()
  /** By line and waker: when the last of those that it woke there had begun to wait. */
  readonly newest: readonly Map<number, number>[]
  readonly siteOf: ReadonlyMap<number, number>
  /** By line. */
  readonly helpers: readonly Helpers[]
  readonly woken: readonly Woken[]
  readonly taken: readonly Taken[]

  constructor(sites: number, siteOf: ReadonlyMap<number, number>) {
    this.newest = Array.from({ length: sites }, () => new Map<number, number>())
    this.helpers = Array.from({ length: sites }, () => ({ goroutines: new Set<number>(), others: false }))
    this.woken = Array.from({ length: sites }, () => new Woken())
    this.taken = Array.from({ length: sites }, () => new Taken())
    this.siteOf = siteOf
  }

  helped(site: number, by: number, isChild: boolean): void {
    const helpers = this.helpers[site]
    if (!isChild) helpers.others = true
    else if (helpers.goroutines.size < MAX_MET) helpers.goroutines.add(by)
  }

  wake(site: number, g: number, by: number, sinceNs: number, atNs: number, fromSite: number): void {
    if (this.siteOf.get(g) === site) {
      const log = this.logOf(g)
      log.longestNs = Math.max(log.longestNs, atNs - sinceNs)
      if (by < 0) log.byNobody++
      else remember(log.wakers, by)
    }
    if (by < 0) return
    if (!(this.newest[site].get(by)! >= sinceNs)) this.newest[site].set(by, sinceNs)
    if (fromSite >= 0 && this.siteOf.get(by) === fromSite) remember(this.logOf(by).woken, g)
  }

  /** One that was woken elsewhere, by a waiter at its line: it receives what that one sends. */
  met(by: number, g: number, fromSite: number): void {
    if (this.siteOf.get(by) === fromSite) remember(this.logOf(by).woken, g)
  }

  private logOf(g: number): Log {
    const log = this.logs.get(g) ?? { wakers: [], woken: [], byNobody: 0, longestNs: 0 }
    this.logs.set(g, log)
    return log
  }
}

/** Moves it to the end. */
function remember(goroutines: number[], g: number): void {
  const at = goroutines.indexOf(g)
  if (at >= 0) goroutines.splice(at, 1)
  else if (goroutines.length === MAX_MET) goroutines.shift()
  goroutines.push(g)
}

/** `waits`: may this row be stuck itself? Such a one serves nobody. */
export function servedOf(scene: Scene, waiters: readonly Waiter[], waits: (row: number) => boolean): Served {
  const { trace, standing, rowOf } = scene
  if (!trace || waiters.length === 0) return NOTHING
  const { frames, index } = sitesOf(waiters)
  const siteOf = new Map<number, number>()
  for (const { row, place } of waiters)
    if (standing.traceRow[row] >= 0 && place.site) siteOf.set(standing.traceRow[row], index.get(place.site)!)
  const seen = look(scene, trace, new Seen(frames.length, siteOf), index)
  const logOf = (row: number) => seen.logs.get(standing.traceRow[row])
  const newestOf = (row: number) => {
    const site = siteOf.get(standing.traceRow[row])
    return site === undefined ? undefined : seen.newest[site]
  }
  const past = seen.woken.map(one => one.past(trace))
  const helpers = seen.helpers.map(one => helpersOf(scene, trace, one))
  const comeBack = new Map<Frame, number[]>()
  for (const [g, { wakers, byNobody }] of seen.logs) {
    const others = wakers.filter(by => (rowOf[by] < 0 ? !areOfOne(scene, trace, g, by) : !waits(rowOf[by])))
    if (!(others.some(by => rowOf[by] >= 0) || others.length > 1 || byNobody > 0)) continue
    const line = frames[siteOf.get(g)!]
    comeBack.set(line, [...(comeBack.get(line) ?? []), rowOf[g]])
  }
  return {
    met: row =>
      [...(logOf(row)?.wakers ?? []), ...(logOf(row)?.woken ?? [])]
        .map(g => rowOf[g])
        .filter(other => other >= 0)
        .reverse(),
    lastWaker: row => logOf(row)?.wakers.at(-1) ?? -1,
    byNobody: row => logOf(row)?.byNobody ?? 0,
    stopped: row => {
      const log = logOf(row)
      if (!log || log.byNobody < MIN_TICKS || log.wakers.length > 0) return false
      return scene.endNs - standing.sinceNs[row] > MANY_TICKS * log.longestNs
    },
    past: row => past[siteOf.get(standing.traceRow[row]) ?? -1] ?? NO_PAST,
    passedOver: row => [...(newestOf(row)?.values() ?? [])].some(ns => ns > standing.sinceNs[row]),
    passedOverBy: (row, other) => (newestOf(row)?.get(standing.traceRow[other]) ?? -1) > standing.sinceNs[row],
    comeBack,
    helpers: row => {
      const site = siteOf.get(standing.traceRow[row])
      return site === undefined ? undefined : helpers[site]
    },
    taken: row => {
      const { wait } = standing.places[standing.place[row]]
      const site = siteOf.get(standing.traceRow[row])
      return site === undefined || (wait.kind !== 'chan send' && wait.kind !== 'select') ? undefined : seen.taken[site]
    },
  }
}

/** Has one goroutine, that has ended itself, started both of these? Nobody else will come with such work. */
function areOfOne({ rowOf }: Scene, { goroutines: { creator } }: Trace, a: number, b: number): boolean {
  return creator[a] >= 0 && creator[a] === creator[b] && rowOf[creator[a]] < 0
}

/** Rows of the living that were started where those were who woke at one line, if each was started by whom it woke. */
function helpersOf(scene: Scene, trace: Trace, { goroutines, others }: Helpers): readonly number[] | undefined {
  if (others || goroutines.size < MIN_HELPERS) return undefined
  const starts = new Set<Frame | undefined>()
  for (const g of goroutines)
    starts.add(scene.book.stack(trace, trace.goroutines.creationStack[g]).find(frame => !frame.plumbing))
  if (starts.has(undefined)) return undefined
  const rows: number[] = []
  for (let row = 0; row < scene.standing.length; row++) if (starts.has(scene.startedAt(row))) rows.push(row)
  return rows
}

function sitesOf(waiters: readonly Waiter[]): { frames: readonly Frame[]; index: ReadonlyMap<Frame, number> } {
  const index = new Map<Frame, number>()
  for (const { place } of waiters) if (place.site && !index.has(place.site)) index.set(place.site, index.size)
  return { frames: [...index.keys()], index }
}

/** Once through the spans: who waited at these lines, and by whom it was woken. */
function look(scene: Scene, trace: Trace, seen: Seen, index: ReadonlyMap<Frame, number>): Seen {
  const { spans } = trace
  const { creator } = trace.goroutines
  const siteAt = scene.book.sites(trace, index)
  const waitsAt = new Int32Array(trace.goroutines.length).fill(-1)
  const sinceNs = new Float64Array(trace.goroutines.length)
  const waitStack = new Int32Array(trace.goroutines.length).fill(-1)
  const receives = remembered(stack => RECEIVES.test(scene.book.stack(trace, stack)[0]?.function ?? ''))
  for (let row = 0; row < spans.length; row++) {
    const state = spans.stateReason[row] & 3
    const g = spans.goroutine[row]
    const stack = spans.stack[row]
    if (state === GoState.waiting) {
      waitsAt[g] = stack > 0 ? siteAt[stack] : -1
      if (waitsAt[g] >= 0) seen.woken[waitsAt[g]].comes(g)
      sinceNs[g] = spans.startNs[row]
      waitStack[g] = stack
    } else if (state === GoState.runnable) {
      const by = spans.place[row]
      const fromSite = by >= 0 && stack > 0 ? siteAt[stack] : -1
      if (waitsAt[g] >= 0) {
        seen.wake(waitsAt[g], g, by, sinceNs[g], spans.startNs[row], fromSite)
        seen.woken[waitsAt[g]].add(g, by, stack > 0 && receives(stack))
        seen.helped(waitsAt[g], by, by >= 0 && creator[by] === g)
      }
      if (fromSite >= 0) seen.taken[fromSite].add(trace, by, g, waitStack[g])
      if (waitsAt[g] < 0 && fromSite >= 0) seen.met(by, g, fromSite)
      waitsAt[g] = -1
    }
  }
  return seen
}
