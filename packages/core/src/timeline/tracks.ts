/**
 * Which goroutine was on which proc and thread, until when: an index of the running and syscall spans, 8 bytes for each
 * on a proc and 8 for each on a thread.
 *
 * A span's end is the start of its goroutine's next one, and that is a walk away; so the index keeps lengths. In a
 * syscall a proc may be taken away and given to others: an entry ends where the next one of its proc begins, at the
 * latest.
 */

import { remembered } from '../base/remembered.ts'
import { positionOf } from '../trace/lookup.ts'
import { GoState, lastSpanOf, procOf, spanEndNs, type Trace, threadOf } from '../trace/tables.ts'
import type { Timeline } from './model.ts'

/** Spans by proc or thread: those of p are row[first[p]] … row[first[p + 1] − 1], in order of time. */
export type Track = {
  readonly first: Uint32Array
  readonly row: Uint32Array
  /** How long it stays there; `LONG` where that is longer or no integer: `trackEndNs` knows. */
  readonly lengthNs: Uint32Array
}
export type Tracks = { readonly procs: Track; readonly threads: Track }

export const LONG = 0xffffffff

/** Each is made when it is first asked for: threads are looked at less often. */
export const tracksOf = remembered((timeline: Timeline): Tracks => {
  const { trace } = timeline
  return {
    get procs() {
      return procTrack(trace)
    },
    get threads() {
      return threadTrack(trace)
    },
  }
})

const procTrack = remembered((trace: Trace) => indexTrack(trace, placesOf(trace).procFirst, procOf))
const threadTrack = remembered((trace: Trace) => indexTrack(trace, placesOf(trace).threadFirst, threadOf))

/** When each thread was first seen to hold a goroutine, ascending; of those that were. */
export const threadsSeen = remembered(({ trace }: Timeline): Float64Array => {
  return placesOf(trace)
    .threadSeenNs.filter(ns => ns < Number.POSITIVE_INFINITY)
    .sort()
})

/** What one pass tells of all spans: how many are on each proc and thread, where each begins in the index. */
type Places = {
  readonly procFirst: Uint32Array
  readonly threadFirst: Uint32Array
  readonly threadSeenNs: Float64Array
  /** First spans of goroutines that were there before stand anywhere among the rows, but come first in time. */
  readonly early: readonly number[]
}

const placesOf = remembered((trace: Trace): Places => {
  const { startNs, stateReason, place, length } = trace.spans
  const procFirst = new Uint32Array(trace.procs.length + 1)
  const threadFirst = new Uint32Array(trace.threads.length + 1)
  const threadSeenNs = new Float64Array(trace.threads.length).fill(Number.POSITIVE_INFINITY)
  const early: number[] = []
  for (let row = 0; row < length; row++) {
    const ns = startNs[row]
    if (ns === 0) early.push(row)
    const state = stateReason[row] & 3
    if (state !== GoState.running && state !== GoState.syscall) continue
    const proc = procOf(place[row])
    if (proc >= 0) procFirst[proc + 1]++
    const thread = threadOf(place[row])
    if (thread < 0) continue
    threadFirst[thread + 1]++
    if (ns < threadSeenNs[thread]) threadSeenNs[thread] = ns
  }
  for (let k = 1; k < procFirst.length; k++) procFirst[k] += procFirst[k - 1]
  for (let k = 1; k < threadFirst.length; k++) threadFirst[k] += threadFirst[k - 1]
  return { procFirst, threadFirst, threadSeenNs, early }
})

/** When the span at place `at` of a track leaves it; `of` is the track's proc or thread. */
export function trackEndNs(trace: Trace, track: Track, of: number, at: number): number {
  const span = track.row[at]
  if (track.lengthNs[at] !== LONG) return trace.spans.startNs[span] + track.lengthNs[at]
  const endNs = spanEndNs(trace, trace.spans.goroutine[span], positionOf(trace, span))
  return at + 1 < track.first[of + 1] ? Math.min(endNs, trace.spans.startNs[track.row[at + 1]]) : endNs
}

/** The place of the last span of a track that begins at `timeNs` or before; first[of] − 1: none does. */
export function trackPositionAt(trace: Trace, track: Track, of: number, timeNs: number): number {
  const { startNs } = trace.spans
  let low = track.first[of]
  let high = track.first[of + 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (startNs[track.row[middle]] <= timeNs) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The row of the span that is on a proc or thread at `timeNs`; -1: none is. A span holds its begin, not its end. */
export function trackSpanAt(trace: Trace, track: Track, of: number, timeNs: number): number {
  const at = trackPositionAt(trace, track, of, timeNs)
  if (at < track.first[of]) return -1
  const span = track.row[at]
  const endNs = trackEndNs(trace, track, of, at)
  if (timeNs < endNs) return span
  // The trace's last moment belongs to those who live on.
  const g = trace.spans.goroutine[span]
  const lives = lastSpanOf(trace, g) === span && Number.isNaN(trace.goroutines.deathNs[g])
  return lives && timeNs === endNs && endNs === trace.durationNs ? span : -1
}

/** A track that is being filled: where the next entry of each proc goes, and who is on it. */
type Filling = Track & {
  readonly placeOf: (place: number) => number
  readonly next: Uint32Array
  readonly holder: Int32Array
  /** By goroutine: the entry that it has not left yet, + 1; 0: none. And when it came. */
  readonly open: Uint32Array
  readonly beganNs: Float64Array
}

function indexTrack(trace: Trace, first: Uint32Array, placeOf: (place: number) => number): Track {
  const count = first.length - 1
  const goroutines = trace.goroutines.length
  const track: Filling = {
    placeOf,
    first,
    row: new Uint32Array(first[count]),
    lengthNs: new Uint32Array(first[count]),
    next: first.slice(0, count),
    holder: new Int32Array(count).fill(-1),
    open: new Uint32Array(goroutines),
    beganNs: new Float64Array(goroutines),
  }
  for (const row of placesOf(trace).early) fill(trace, track, row, row + 1, true)
  fill(trace, track, 0, trace.spans.length, false)
  for (let g = 0; g < goroutines; g++) {
    const entry = track.open[g]
    if (entry > 0)
      track.lengthNs[entry - 1] = cutLength(track.beganNs[g], trace.durationNs, trace.goroutines.deathNs[g])
  }
  return { first, row: track.row, lengthNs: track.lengthNs }
}

/** One loop over every span of a trace. */
function fill(trace: Trace, track: Filling, from: number, to: number, isEarly: boolean): void {
  const { startNs, goroutine, stateReason, place } = trace.spans
  const { deathNs } = trace.goroutines
  const { row: rows, lengthNs, next, holder, open, beganNs, placeOf } = track
  for (let row = from; row < to; row++) {
    const timeNs = startNs[row]
    if (timeNs === 0 && !isEarly) continue
    const g = goroutine[row]
    if (open[g] > 0) {
      lengthNs[open[g] - 1] = lengthOf(timeNs - beganNs[g])
      open[g] = 0
    }
    const state = stateReason[row] & 3
    if (state !== GoState.running && state !== GoState.syscall) continue
    const of = placeOf(place[row])
    if (of < 0) continue
    const entry = next[of]++
    const before = holder[of]
    if (before >= 0 && open[before] === entry) {
      lengthNs[entry - 1] = cutLength(beganNs[before], timeNs, deathNs[before])
      open[before] = 0
    }
    holder[of] = g
    rows[entry] = row
    open[g] = entry + 1
    beganNs[g] = timeNs
  }
}

/** Of who is still there when the next one comes, unless it died before (`deathNs` is not NaN). */
function cutLength(beganNs: number, untilNs: number, deathNs: number): number {
  return deathNs < untilNs ? lengthOf(deathNs - beganNs) : lengthOf(untilNs - beganNs)
}

function lengthOf(ns: number): number {
  return ns < LONG && ns === ns >>> 0 ? ns : LONG
}
