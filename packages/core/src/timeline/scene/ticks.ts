/** Ticks of a row on the screen: one a column at most. */
import type { Row, Timeline } from '../model.ts'
import { firstFrom, ticksOf } from '../ticks.ts'
import type { Window } from './window.ts'

/** Calls `tick` with the x of the first sample (or log) in each column that has one. */
export function drawTicks(timeline: Timeline, row: Row, window: Window, tick: (x: number) => void): void {
  const ticks = ticksOf(timeline, row)
  if (!ticks) return
  const { timeNs, rows } = ticks
  const { startNs, endNs, nsPerColumn, columns } = window
  for (let at = firstFrom(timeNs, rows, 0, startNs); at < rows.length; ) {
    const ns = timeNs[rows[at]]
    if (ns >= endNs) return
    const x = (ns - startNs) / nsPerColumn
    tick(x)
    const column = Math.min(columns - 1, Math.floor(x))
    at = firstFrom(timeNs, rows, at + 1, startNs + (column + 1) * nsPerColumn)
  }
}
