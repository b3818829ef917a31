/** Draws a group of goroutines: in each column how many are in each state, as high as the group ever was. */
import { GoState } from '../../trace/tables.ts'
import { MARKED, PAINTS, type Selection, STUCK, type Timeline } from '../model.ts'
import { CROWD_STATES } from './changes.ts'
import { crowdOf } from './crowd.ts'
import { gallop } from './gallop.ts'
import { markedTimesOf } from './marked-times.ts'
import type { RowSink } from './sweep.ts'
import type { Window } from './window.ts'

export function drawGroup(
  timeline: Timeline,
  group: number,
  selection: Selection | undefined,
  window: Window,
  sink: Pick<RowSink, 'share'>,
): void {
  const crowd = crowdOf(timeline, selection?.keep)
  const peak = crowd.peak[group]
  if (peak === 0) return
  const means = crowd.means(group, window)
  const flags = flagsOf(timeline, group, selection, window)
  const parts = new Float64Array(PAINTS)
  for (let c = 0; c < window.columns; c++) {
    for (let k = 0; k < CROWD_STATES; k++) parts[k] = means[c * CROWD_STATES + k] / peak
    sink.share(c, parts, flags[c])
  }
}

function flagsOf(timeline: Timeline, group: number, selection: Selection | undefined, window: Window): Uint8Array {
  const { startNs, nsPerColumn, columns } = window
  const flags = new Uint8Array(columns)
  const stuckNs = stuckSince(timeline, group, selection?.keep)
  const firstStuck = Math.max(0, Math.floor((stuckNs - startNs) / nsPerColumn))
  if (firstStuck < columns) flags.fill(STUCK, firstStuck)
  if (!selection?.marks) return flags
  const { startNs: begins, endNs: ends, count } = markedTimesOf(timeline, selection, group)
  for (let c = 0, at = 0; c < columns && count > 0; c++) {
    const fromNs = startNs + c * nsPerColumn
    at = gallop(begins, at, fromNs + nsPerColumn)
    // Marked times do not overlap, so the last one that begins before the column's end also ends last.
    if (begins[at] < fromNs + nsPerColumn && ends[at] > fromNs) flags[c] |= MARKED
  }
  return flags
}

/** Since when a stuck goroutine of the group waits, the first of them; Infinity: none is. */
function stuckSince({ trace, groups, stuck }: Timeline, group: number, keep: Uint8Array | undefined): number {
  let sinceNs = Number.POSITIVE_INFINITY
  // Stuck ones come first among the members.
  for (let at = groups.members.first[group]; at < groups.members.first[group + 1]; at++) {
    const g = groups.members.row[at]
    if (stuck[g] === 0) break
    if (keep && keep[g] === 0) continue
    const { first, row } = trace.spansOf
    if (first[g] === first[g + 1]) continue
    const span = row[first[g + 1] - 1]
    if ((trace.spans.stateReason[span] & 3) === GoState.waiting) sinceNs = Math.min(sinceNs, trace.spans.startNs[span])
  }
  return sinceNs
}
