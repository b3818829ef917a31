/** From one span that a filter marks to the next: what `n` and `N` do. */
import { lastSpanOf } from '../../trace/tables.ts'
import type { Selection, Timeline } from '../model.ts'

/**
 * The marked span after (1) or before (-1) row `from` in order of time; `from` -1: the first or last one. -1: there is
 * no other. Where nothing is marked, because no term is about spans, it goes from goroutine to goroutine in the order of
 * their rows, to the last span of each that is kept: there it still is, or ended.
 */
export function stepMarked(timeline: Timeline, selection: Selection, from: number, direction: 1 | -1): number {
  const { spans } = timeline.trace
  if (!Number.isInteger(from) || from < -1 || from >= spans.length) return -1
  if (selection.marks === undefined || selection.marked === 0) return stepKept(timeline, selection, from, direction)
  return direction === 1 ? nextMarked(timeline, selection.marks, from) : previousMarked(timeline, selection.marks, from)
}

/** Rows are in order of time, but for spans that began with the trace: they stand anywhere, and come first. */
function nextMarked(timeline: Timeline, marks: Uint8Array, from: number): number {
  const { startNs } = timeline.trace.spans
  if (from < 0 || startNs[from] === 0) {
    for (const row of earlyRows(timeline)) if (row > from && marks[row] === 1) return row
  }
  let row = marks.indexOf(1, from < 0 || startNs[from] === 0 ? 0 : from + 1)
  while (row >= 0 && startNs[row] === 0) row = marks.indexOf(1, row + 1)
  return row
}

function previousMarked(timeline: Timeline, marks: Uint8Array, from: number): number {
  const { startNs } = timeline.trace.spans
  const early = earlyRows(timeline)
  const isEarly = from >= 0 && startNs[from] === 0
  if (!isEarly && from !== 0) {
    // Of an empty array, and before its first element, there is nothing: -1 would mean the last one.
    let row = marks.lastIndexOf(1, from < 0 ? marks.length - 1 : from - 1)
    while (row > 0 && startNs[row] === 0) row = marks.lastIndexOf(1, row - 1)
    if (row >= 0 && startNs[row] !== 0) return row
  }
  for (let i = early.length - 1; i >= 0; i--) {
    if ((!isEarly || early[i] < from) && marks[early[i]] === 1) return early[i]
  }
  return -1
}

const cache = new WeakMap<Timeline, Uint32Array>()

/** Rows of the spans that began with the trace. */
function earlyRows(timeline: Timeline): Uint32Array {
  const known = cache.get(timeline)
  if (known) return known
  const { spans, spansOf, goroutines } = timeline.trace
  const rows: number[] = []
  for (let g = 0; g < goroutines.length; g++) {
    const last = spansOf.first[g + 1]
    for (let i = spansOf.first[g]; i < last && spans.startNs[spansOf.row[i]] === 0; i++) rows.push(spansOf.row[i])
  }
  const made = Uint32Array.from(rows).sort()
  cache.set(timeline, made)
  return made
}

function stepKept(timeline: Timeline, { keep, kept }: Selection, from: number, direction: 1 | -1): number {
  const { trace } = timeline
  if (kept === 0) return -1
  const { length } = trace.goroutines
  let g = from < 0 ? (direction === 1 ? 0 : length - 1) : trace.spans.goroutine[from] + direction
  for (; g >= 0 && g < length; g += direction) {
    if (keep !== undefined && keep[g] === 0) continue
    const row = lastSpanOf(trace, g)
    if (row >= 0) return row
  }
  return -1
}
