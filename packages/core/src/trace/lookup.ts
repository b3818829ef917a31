/** Where among a goroutine's spans a row or a moment is. By bisection: a goroutine may have a million of them. */
import { GoState, spanEndNs, type Trace } from './tables.ts'

/** The place of a span in `spansOf.row`, where rows of a goroutine ascend. */
export function positionOf(trace: Trace, span: number): number {
  const { first, row } = trace.spansOf
  const g = trace.spans.goroutine[span]
  let low = first[g]
  let high = first[g + 1] - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (row[middle] < span) low = middle + 1
    else high = middle
  }
  return low
}

/** The place in `spansOf.row` of the goroutine's last span that begins at `timeNs` or before; -1: it begins later. */
export function positionAt(trace: Trace, g: number, timeNs: number): number {
  const { first, row } = trace.spansOf
  const { startNs } = trace.spans
  let low = first[g]
  let high = first[g + 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (startNs[row[middle]] <= timeNs) low = middle + 1
    else high = middle
  }
  return low === first[g] ? -1 : low - 1
}

/** The row of the span that holds the moment; -1: the goroutine was not there. A span holds its begin, not its end. */
export function spanOfGoroutineAt(trace: Trace, g: number, timeNs: number): number {
  const at = positionAt(trace, g, timeNs)
  if (at < 0) return -1
  const endNs = spanEndNs(trace, g, at)
  // The trace's last moment belongs to those who live on.
  const lives = at + 1 === trace.spansOf.first[g + 1] && Number.isNaN(trace.goroutines.deathNs[g])
  return timeNs < endNs || (lives && timeNs <= endNs) ? trace.spansOf.row[at] : -1
}

/** Does a goroutine act in such a span: may it wake others? */
export function isActive(trace: Trace, span: number): boolean {
  const state = trace.spans.stateReason[span] & 3
  return state === GoState.running || state === GoState.syscall
}

/**
 * The row of the span in which the goroutine woke somebody at `timeNs`; -1: it was not there. Where a span in which it
 * acts ends at that very moment it was in that one.
 */
export function actingSpanAt(trace: Trace, g: number, timeNs: number): number {
  const at = positionAt(trace, g, timeNs)
  if (at < 0) return -1
  const { row, first } = trace.spansOf
  const isBegin = trace.spans.startNs[row[at]] === timeNs
  if (isBegin && at > first[g] && !isActive(trace, row[at]) && isActive(trace, row[at - 1])) return row[at - 1]
  return spanEndNs(trace, g, at) >= timeNs ? row[at] : -1
}
