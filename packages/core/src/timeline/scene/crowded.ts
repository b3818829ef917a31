/**
 * Rows with more stretches than columns: what they are drawn from is made once and kept. A goroutine's spans lie far
 * apart among those of all others, so it gets a copy of its own, of which a bounded number is kept, the last used ones;
 * spans of a proc lie close together and need their sums alone.
 */

import type { Paint, Timeline } from '../model.ts'
import type { Track } from '../tracks.ts'
import { BLOCK, type Edges, GoroutineEdges, TrackEdges } from './edges.ts'
import { type Levels, levelsOf } from './levels.ts'
import { StretchEdges, type Stretches } from './stretches.ts'
import type { Window } from './window.ts'

export type Drawable = { readonly edges: Edges; readonly levels: Levels | undefined }

/** With fewer in a window, reading them where they lie is cheap enough. */
const WORTH_COPYING = 8 * BLOCK
/** So many for each column, and walking them all costs more than leaping from column to column. */
const WORTH_LEAPING = 16
/** Stretches in copies: 10 bytes each, with their sums. */
const MAX_COPIED = 6e6

type Copy = { edges: GoroutineEdges; levels: Levels | undefined; marks: Uint8Array | undefined }
type TrackLevels = { levels: Levels; marks: Uint8Array | undefined }
type Kept = { readonly copies: Map<number, Copy>; copied: number; readonly levels: WeakMap<Track, TrackLevels[]> }

const cache = new WeakMap<Timeline, Kept>()

function keptOf(timeline: Timeline): Kept {
  let kept = cache.get(timeline)
  if (!kept) {
    kept = { copies: new Map(), copied: 0, levels: new WeakMap() }
    cache.set(timeline, kept)
  }
  return kept
}

function inWindow(edges: Edges, window: Window): number {
  return edges.count === 0 ? 0 : edges.find(window.endNs) - edges.find(window.startNs)
}

export function drawGoroutine(timeline: Timeline, g: number, marks: Uint8Array | undefined, window: Window): Drawable {
  const edges = new GoroutineEdges(timeline, g, marks)
  const count = edges.count < WORTH_COPYING ? 0 : inWindow(edges, window)
  if (count < WORTH_COPYING) return { edges, levels: undefined }
  const copy = copyOf(keptOf(timeline), g, edges, marks)
  if (count > WORTH_LEAPING * window.columns) copy.levels ??= levelsOf(copy.edges, marks !== undefined)
  return copy
}

function copyOf(kept: Kept, g: number, edges: GoroutineEdges, marks: Uint8Array | undefined): Copy {
  const known = kept.copies.get(g)
  if (known) kept.copies.delete(g)
  if (known && known.marks === marks) {
    kept.copies.set(g, known)
    return known
  }
  if (!known) kept.copied += edges.count
  edges.loadAll()
  const copy = { edges, levels: undefined, marks }
  kept.copies.set(g, copy)
  for (const [oldest, { edges: old }] of kept.copies) {
    if (kept.copied <= MAX_COPIED || oldest === g) break
    kept.copies.delete(oldest)
    kept.copied -= old.count
  }
  return copy
}

export function drawTrack(
  timeline: Timeline,
  track: Track,
  of: number,
  marks: Uint8Array | undefined,
  window: Window,
): Drawable {
  const edges = new TrackEdges(timeline, track, of, marks)
  if (inWindow(edges, window) <= WORTH_LEAPING * window.columns) return { edges, levels: undefined }
  const { levels } = keptOf(timeline)
  const ofTrack = levels.get(track) ?? []
  levels.set(track, ofTrack)
  if (ofTrack[of]?.marks !== marks || !ofTrack[of])
    ofTrack[of] = { levels: levelsOf(edges, marks !== undefined), marks }
  return { edges, levels: ofTrack[of].levels }
}

const stretchLevels = new WeakMap<Stretches, Levels>()

/** Garbage collections, tasks, regions. */
export function drawStretches(stretches: Stretches, paint: Paint, window: Window): Drawable {
  const edges = new StretchEdges(stretches, paint)
  if (inWindow(edges, window) <= WORTH_LEAPING * window.columns) return { edges, levels: undefined }
  const levels = stretchLevels.get(stretches) ?? levelsOf(edges, false)
  stretchLevels.set(stretches, levels)
  return { edges, levels }
}
