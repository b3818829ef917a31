/**
 * What the trace saw at the lines where goroutines wait now: whom it saw woken there before, by whom, and whom they woke. A line to which
 * goroutines come back, and where they are woken now by one, now by another, is where they idle between two pieces of work.
 */
import { GoState, type Trace } from '../trace/tables.ts'
import type { Frame, FrameBook } from './frames.ts'
import type { Waiter } from './idle.ts'
import type { Scene } from './scene.ts'

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
  /** Lines to which goroutines come back from several wakers, or from one that lives. */
  readonly lines: ReadonlySet<Frame>
}

/** More wakers of one goroutine than this tell nothing new. */
const MAX_WAKERS = 8

type Log = { readonly wakers: number[]; byNobody: number }

/** `waits`: may this row be stuck itself? Such a one serves nobody. */
export function servedOf(scene: Scene, waiters: readonly Waiter[], waits: (row: number) => boolean): Served {
  const { trace } = scene
  if (!trace) return { met: () => [], lastWaker: () => -1, byNobody: () => 0, lines: new Set() }
  const logs = logsOf(trace, scene.book, scene, waiters)
  const lines = new Set<Frame>()
  for (const { row, place } of waiters) {
    const log = logs.get(scene.standing.traceRow[row])
    if (!log || !place.site) continue
    const others = log.wakers.filter(g => scene.rowOf[g] < 0 || !waits(scene.rowOf[g]))
    const alive = others.some(g => scene.rowOf[g] >= 0)
    if (alive || others.length > 1 || log.byNobody > 0) lines.add(place.site)
  }
  const woken = wokenFrom(trace, scene, waiters)
  const logOf = (row: number) => logs.get(scene.standing.traceRow[row])
  return {
    met: row =>
      [...(logOf(row)?.wakers ?? []), ...(woken.get(scene.standing.traceRow[row]) ?? [])]
        .map(g => scene.rowOf[g])
        .filter(other => other >= 0),
    lastWaker: row => logOf(row)?.wakers[0] ?? -1,
    byNobody: row => logOf(row)?.byNobody ?? 0,
    lines,
  }
}

/** Of each waiter's goroutine: who woke it at its line. */
function logsOf(trace: Trace, book: FrameBook, scene: Scene, waiters: readonly Waiter[]): Map<number, Log> {
  const logs = new Map<number, Log>()
  const { spans, spansOf } = trace
  for (const { row, place } of waiters) {
    const g = scene.standing.traceRow[row]
    if (g < 0 || !place.site) continue
    const log: Log = { wakers: [], byNobody: 0 }
    for (let at = spansOf.first[g + 1] - 1; at > spansOf.first[g] && log.wakers.length < MAX_WAKERS; at--) {
      const woken = spansOf.row[at]
      const waited = spansOf.row[at - 1]
      if ((spans.stateReason[woken] & 3) !== GoState.runnable || (spans.stateReason[waited] & 3) !== GoState.waiting)
        continue
      if (siteOf(trace, book, spans.stack[waited]) !== place.site) continue
      const by = spans.place[woken]
      if (by < 0) log.byNobody++
      else if (!log.wakers.includes(by)) log.wakers.push(by)
    }
    if (log.wakers.length > 0 || log.byNobody > 0) logs.set(g, log)
  }
  return logs
}

/** Whom each waiter's goroutine woke from the line where it waits now: one that sends wakes who receives. */
function wokenFrom(trace: Trace, scene: Scene, waiters: readonly Waiter[]): Map<number, number[]> {
  const sites = new Map<number, Frame>()
  for (const { row, place } of waiters) {
    const g = scene.standing.traceRow[row]
    if (g >= 0 && place.site && trace.spansOf.first[g + 1] - trace.spansOf.first[g] > 1) sites.set(g, place.site)
  }
  const woken = new Map<number, number[]>()
  if (sites.size === 0) return woken
  const { spans } = trace
  for (let row = 0; row < spans.length; row++) {
    const by = spans.place[row]
    if ((spans.stateReason[row] & 3) !== GoState.runnable || by < 0) continue
    const site = sites.get(by)
    if (!site || siteOf(trace, scene.book, spans.stack[row]) !== site) continue
    const known = woken.get(by) ?? []
    if (known.length < MAX_WAKERS && !known.includes(spans.goroutine[row])) known.push(spans.goroutine[row])
    woken.set(by, known)
  }
  return woken
}

function siteOf(trace: Trace, book: FrameBook, stack: number): Frame | undefined {
  if (stack <= 0) return undefined
  const { first, frame } = trace.stacks
  for (let at = first[stack]; at < first[stack + 1]; at++) {
    const found = book.row(trace, frame[at])
    if (!found.plumbing) return found
  }
  return undefined
}
