/**
 * Which goroutine was on which proc and thread, until when: an index of the running and syscall spans, 8 bytes for each
 * on a proc and 8 for each on a thread.
 *
 * A span's end is the start of its goroutine's next one, and that is a walk away; so the index keeps lengths. In a
 * syscall a proc may be taken away and given to others: an entry ends where the next one of its proc begins, at the
 * latest.
 */
import { GoState, lastSpanOf, procOf, spanEndNs, type Trace, threadOf } from '../trace/tables.ts'
import { positionOf } from './lookup.ts'
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

const cache = new WeakMap<Timeline, Tracks>()

/** Made when first asked for. */
export function tracksOf(timeline: Timeline): Tracks {
  const known = cache.get(timeline)
  if (known) return known
  const made = indexTracks(timeline.trace)
  cache.set(timeline, made)
  return made
}

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
type Filling = Track & { readonly next: Uint32Array; readonly holder: Int32Array }

function indexTracks(trace: Trace): Tracks {
  const { startNs } = trace.spans
  const { procs, threads, early } = countPlaces(trace)
  // By goroutine, side by side: the place of its entry on a proc and on a thread that it has not left yet, + 1; 0: none.
  const open = new Uint32Array(2 * trace.goroutines.length)
  const beganNs = new Float64Array(trace.goroutines.length)
  // First spans of goroutines that were there before stand anywhere among the rows, but come first in time.
  for (const row of early) fill(trace, procs, threads, open, beganNs, row, row + 1, true)
  fill(trace, procs, threads, open, beganNs, 0, trace.spans.length, false)
  const { deathNs } = trace.goroutines
  for (let g = 0; g < deathNs.length; g++) {
    const endNs = Number.isNaN(deathNs[g]) ? trace.durationNs : deathNs[g]
    for (const [track, at] of [[procs, open[2 * g]] as const, [threads, open[2 * g + 1]] as const])
      if (at !== 0) track.lengthNs[at - 1] = lengthOf(endNs - startNs[track.row[at - 1]])
  }
  return { procs: frozen(procs), threads: frozen(threads) }
}

function countPlaces(trace: Trace): { procs: Filling; threads: Filling; early: number[] } {
  const { startNs, stateReason, place, length } = trace.spans
  const procFirst = new Uint32Array(trace.procs.length + 1)
  const threadFirst = new Uint32Array(trace.threads.length + 1)
  const early: number[] = []
  for (let row = 0; row < length; row++) {
    if (startNs[row] === 0) early.push(row)
    const state = stateReason[row] & 3
    if (state !== GoState.running && state !== GoState.syscall) continue
    const proc = procOf(place[row])
    const thread = threadOf(place[row])
    if (proc >= 0) procFirst[proc + 1]++
    if (thread >= 0) threadFirst[thread + 1]++
  }
  return { procs: filling(procFirst), threads: filling(threadFirst), early }
}

function filling(first: Uint32Array): Filling {
  const of = first.length - 1
  for (let k = 0; k < of; k++) first[k + 1] += first[k]
  const total = first[of]
  return {
    first,
    row: new Uint32Array(total),
    lengthNs: new Uint32Array(total),
    next: first.slice(0, of),
    holder: new Int32Array(of).fill(-1),
  }
}

/** One loop without calls: it goes over every span of a trace, and 12 million calls would be felt. */
function fill(
  trace: Trace,
  procs: Filling,
  threads: Filling,
  open: Uint32Array,
  beganNs: Float64Array,
  from: number,
  to: number,
  early: boolean,
): void {
  const { startNs, goroutine, stateReason, place } = trace.spans
  const { deathNs } = trace.goroutines
  const { row: procRow, lengthNs: procNs, next: procNext, holder: procHolder } = procs
  const { row: threadRow, lengthNs: threadNs, next: threadNext, holder: threadHolder } = threads
  for (let row = from; row < to; row++) {
    const timeNs = startNs[row]
    if (timeNs === 0 && !early) continue
    const g = goroutine[row]
    const slot = 2 * g
    const onProc = open[slot]
    const onThread = open[slot + 1]
    if (onProc + onThread > 0) {
      const length = lengthOf(timeNs - beganNs[g])
      if (onProc > 0) procNs[onProc - 1] = length
      if (onThread > 0) threadNs[onThread - 1] = length
      open[slot] = 0
      open[slot + 1] = 0
    }
    const state = stateReason[row] & 3
    if (state !== GoState.running && state !== GoState.syscall) continue
    beganNs[g] = timeNs
    const at = place[row]
    const proc = procOf(at)
    if (proc >= 0) {
      const entry = procNext[proc]++
      const holder = procHolder[proc]
      if (holder >= 0 && open[2 * holder] === entry) {
        procNs[entry - 1] = cutLength(beganNs[holder], timeNs, deathNs[holder])
        open[2 * holder] = 0
      }
      procHolder[proc] = g
      procRow[entry] = row
      open[slot] = entry + 1
    }
    const thread = threadOf(at)
    if (thread >= 0) {
      const entry = threadNext[thread]++
      const holder = threadHolder[thread]
      if (holder >= 0 && open[2 * holder + 1] === entry) {
        threadNs[entry - 1] = cutLength(beganNs[holder], timeNs, deathNs[holder])
        open[2 * holder + 1] = 0
      }
      threadHolder[thread] = g
      threadRow[entry] = row
      open[slot + 1] = entry + 1
    }
  }
}

/** Of who is still there when the next one comes, unless it died before (`deathNs` is not NaN). */
function cutLength(beganNs: number, untilNs: number, deathNs: number): number {
  return deathNs < untilNs ? lengthOf(deathNs - beganNs) : lengthOf(untilNs - beganNs)
}

function lengthOf(ns: number): number {
  return ns < LONG && ns === ns >>> 0 ? ns : LONG
}

function frozen({ first, row, lengthNs }: Filling): Track {
  return { first, row, lengthNs }
}
