/** All that is known of one span: for the strip below the timeline, where everything that has a place is a link. */

import { actingSpanAt, isActive, positionOf } from '../../trace/lookup.ts'
import { GO_STATE_NAMES, GoState, procOf, spanEndNs, type Trace, threadOf } from '../../trace/tables.ts'
import type { SpanDetail, SpanLink, Timeline } from '../model.ts'
import { entryOf, framesOf, reasonOf, textOf, waitOrReasonOf } from '../texts.ts'
import { wakesOf } from '../wakes.ts'

/** Links of whom it woke; the count says how many there were. */
const MAX_WOKE = 100
/** Between two stays on a processor lie a wait and a wake-up; a few more where one was suspended. */
const STEPS_BACK = 1000

/** A span of a goroutine, and where it stands in `spansOf.row`. */
type Spot = { readonly trace: Trace; readonly g: number; readonly at: number; readonly span: number }

/** undefined: there is no such span. */
export function spanDetail(timeline: Timeline, span: number): SpanDetail | undefined {
  const { trace } = timeline
  const { spans, goroutines } = trace
  if (!(Number.isInteger(span) && span >= 0 && span < spans.length)) return undefined
  const g = spans.goroutine[span]
  const at = positionOf(trace, span)
  const spot = { trace, g, at, span }
  const { previous, next } = neighbours(spot)
  const state = spans.stateReason[span] & 3
  const isLast = next < 0 && Number.isNaN(goroutines.deathNs[g])
  const startNs = spans.startNs[span]
  const endNs = spanEndNs(trace, g, at)
  return {
    span,
    goroutine: g,
    id: goroutines.id[g],
    name: entryOf(trace, g),
    label: textOf(trace, goroutines.label[g]),
    state: GO_STATE_NAMES[state],
    reason: waitOrReasonOf(trace, span),
    startNs,
    endNs,
    openStart: previous < 0 && Number.isNaN(goroutines.birthNs[g]),
    openEnd: isLast,
    stuck: isLast && timeline.stuck[g] === 1,
    ...lastRun(spot),
    ...whereOf(spot, previous, next),
    ...wakingOf(trace, wakingSpan(trace, span, previous, next)),
    ...wokeIn(timeline, spot, startNs, endNs, next),
    creator: linkTo(trace, goroutines.creator[g], goroutines.birthNs[g]),
    creationStack: framesOf(trace, goroutines.creationStack[g]),
    previous,
    next,
    samples: samplesIn(trace, g, startNs, endNs),
  }
}

function neighbours({ trace, g, at }: Spot): { previous: number; next: number } {
  const { first, row } = trace.spansOf
  return { previous: at > first[g] ? row[at - 1] : -1, next: at + 1 < first[g + 1] ? row[at + 1] : -1 }
}

/** The goroutine in the span in which it acted at `timeNs`. */
function linkTo(trace: Trace, g: number, timeNs: number): SpanLink | undefined {
  if (g < 0) return undefined
  return link(trace, Number.isNaN(timeNs) ? -1 : actingSpanAt(trace, g, timeNs), g, Number.isNaN(timeNs) ? 0 : timeNs)
}

function link(trace: Trace, span: number, g: number, timeNs: number): SpanLink {
  return { span, goroutine: g, id: trace.goroutines.id[g], name: entryOf(trace, g), timeNs }
}

/** Where it ran, for a span in which it acts; else where and until when it did last. */
function lastRun({ trace, g, at, span }: Spot): Pick<SpanDetail, 'proc' | 'thread' | 'lastRanNs'> {
  const { first, row } = trace.spansOf
  const end = Math.max(first[g], at - STEPS_BACK)
  for (let i = at; i >= end; i--) {
    if (!isActive(trace, row[i])) continue
    const place = trace.spans.place[row[i]]
    const proc = procOf(place)
    const thread = threadOf(place)
    return {
      proc: trace.procs.id[proc] ?? -1,
      thread: trace.threads.id[thread] ?? -1,
      lastRanNs: row[i] === span ? trace.spans.startNs[span] : spanEndNs(trace, g, i),
    }
  }
  return { proc: -1, thread: -1, lastRanNs: Number.NaN }
}

/** Did the goroutine leave its processor by itself, or for somebody else, without anything to wait for? */
function isPreempted({ spans }: Trace, span: number): boolean {
  return (
    (spans.stateReason[span] & 3) === GoState.runnable && spans.place[span] < 0 && spans.stateReason[span] >>> 2 > 0
  )
}

/** What is said of a stack of the goroutine's own that stands in such a span. */
function leavingWord(trace: Trace, span: number): string {
  const state = trace.spans.stateReason[span] & 3
  if (state === GoState.syscall) return 'called at'
  const reason = reasonOf(trace, span)
  if (reason === 'preempted') return 'preempted at'
  return state === GoState.runnable ? 'yielded at' : 'blocked at'
}

/** The same, said of a span that is over. */
function returnWord(trace: Trace, span: number): string {
  const isCall = (trace.spans.stateReason[span] & 3) === GoState.syscall
  return isCall ? 'came back from' : `was ${leavingWord(trace, span)}`
}

/** Where the goroutine itself stood: its stack is noted where it leaves its processor, not while it runs. */
function whereOf({ trace, span }: Spot, previous: number, next: number): Pick<SpanDetail, 'stack' | 'stackIs'> {
  const { spans } = trace
  const state = spans.stateReason[span] & 3
  if (state === GoState.running) return { stack: ownStack(trace, next), stackIs: 'ran until' }
  if (state !== GoState.runnable || isPreempted(trace, span))
    return { stack: framesOf(trace, spans.stack[span]), stackIs: leavingWord(trace, span) }
  // It was woken, and stands where it waited, or is back from a call.
  return { stack: ownStack(trace, previous), stackIs: previous < 0 ? '' : returnWord(trace, previous) }
}

/** The stack of a span where it is that of the goroutine itself. */
function ownStack(trace: Trace, span: number): SpanDetail['stack'] {
  if (span < 0) return []
  const isWaker = (trace.spans.stateReason[span] & 3) === GoState.runnable && !isPreempted(trace, span)
  return isWaker ? [] : framesOf(trace, trace.spans.stack[span])
}

/** The runnable span whose waker is asked for: itself, the one that ends a wait, or the one before a run; -1: none. */
function wakingSpan({ spans }: Trace, span: number, previous: number, next: number): number {
  const state = spans.stateReason[span] & 3
  if (state === GoState.runnable) return span
  const other = state === GoState.waiting ? next : state === GoState.running ? previous : -1
  return other >= 0 && (spans.stateReason[other] & 3) === GoState.runnable ? other : -1
}

function wakingOf(trace: Trace, span: number): Pick<SpanDetail, 'wokenBy' | 'wokenByStack'> {
  if (span < 0 || isPreempted(trace, span)) return { wokenBy: undefined, wokenByStack: [] }
  const { startNs, place, stack } = trace.spans
  return { wokenBy: linkTo(trace, place[span], startNs[span]), wokenByStack: framesOf(trace, stack[span]) }
}

/** Whom it woke or created during a span. Its own end belongs to a span only where it acts in it and not in the next. */
function wokeIn(
  timeline: Timeline,
  { trace, g, span }: Spot,
  fromNs: number,
  endNs: number,
  next: number,
): Pick<SpanDetail, 'woke' | 'wokeCount'> {
  const { first, row } = wakesOf(timeline)
  const { startNs } = trace.spans
  const acts = isActive(trace, span)
  const holdsEnd = next < 0 || (acts && !isActive(trace, next))
  const from = lowerBound(first[g], first[g + 1], i => startNs[row[i]] > fromNs || (acts && startNs[row[i]] === fromNs))
  const end = lowerBound(from, first[g + 1], i => startNs[row[i]] > endNs || (!holdsEnd && startNs[row[i]] === endNs))
  const shown = row.subarray(from, Math.min(end, from + MAX_WOKE))
  const woke = Array.from(shown, woken => link(trace, woken, trace.spans.goroutine[woken], startNs[woken]))
  return { woke, wokeCount: end - from }
}

/** The first of `from` … `to` − 1 for which `isBehind` holds, as it does for all after it; `to`: there is none. */
function lowerBound(from: number, to: number, isBehind: (i: number) => boolean): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBehind(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** CPU samples of the goroutine within a span. */
function samplesIn({ samples }: Trace, g: number, startNs: number, endNs: number): number {
  const from = lowerBound(0, samples.length, i => samples.timeNs[i] >= startNs)
  let count = 0
  for (let i = from; i < samples.length && samples.timeNs[i] < endNs; i++) if (samples.goroutine[i] === g) count++
  return count
}
