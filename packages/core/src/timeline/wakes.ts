/** Whom each goroutine woke or created: the way from a waker to its wakes, which spans know only the other way round. */
import { GoState, type RowIndex, type Trace } from '../trace/tables.ts'
import type { Timeline } from './model.ts'

const cache = new WeakMap<Timeline, RowIndex>()

/** For each goroutine the rows of the runnable spans that it brought about, in order of time. Made when first asked for. */
export function wakesOf(timeline: Timeline): RowIndex {
  const known = cache.get(timeline)
  if (known) return known
  const made = indexWakes(timeline.trace)
  cache.set(timeline, made)
  return made
}

function indexWakes(trace: Trace): RowIndex {
  const { startNs, stateReason, place, length } = trace.spans
  const goroutines = trace.goroutines.length
  const first = new Uint32Array(goroutines + 1)
  // Spans that began with the trace may stand anywhere among the rows, but come first in time.
  const early: number[] = []
  for (let row = 0; row < length; row++) {
    if ((stateReason[row] & 3) !== GoState.runnable) continue
    const waker = place[row]
    if (waker < 0 || waker >= goroutines) continue
    first[waker + 1]++
    if (startNs[row] === 0) early.push(row)
  }
  for (let g = 0; g < goroutines; g++) first[g + 1] += first[g]
  const next = first.slice(0, goroutines)
  const rows = new Uint32Array(first[goroutines])
  for (const row of early) rows[next[place[row]]++] = row
  for (let row = 0; row < length; row++) {
    if ((stateReason[row] & 3) !== GoState.runnable) continue
    const waker = place[row]
    if (waker < 0 || waker >= goroutines || startNs[row] === 0) continue
    rows[next[waker]++] = row
  }
  return { first, row: rows }
}
