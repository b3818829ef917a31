/** When a group has a marked span: for the mark on its columns. Made for the filter asked for last. */
import type { RowIndex } from '../../trace/tables.ts'
import type { Selection, Timeline } from '../model.ts'
import { type Stretches, unite } from './stretches.ts'

/** All marked spans of kept goroutines, from begin to end, and their rows here by group. */
type MarkedSpans = {
  readonly marks: Uint8Array
  readonly startNs: Float64Array
  readonly endNs: Float64Array
  readonly byGroup: RowIndex
  readonly united: Stretches[]
}

const cache = new WeakMap<Timeline, MarkedSpans>()

export function markedTimesOf(timeline: Timeline, selection: Selection, group: number): Stretches {
  let spans = cache.get(timeline)
  if (!spans || spans.marks !== selection.marks) {
    spans = collect(timeline, selection)
    cache.set(timeline, spans)
  }
  const { startNs, endNs, byGroup, united } = spans
  united[group] ??= unite(
    byGroup.row.subarray(byGroup.first[group], byGroup.first[group + 1]),
    startNs,
    endNs,
    timeline.trace.durationNs,
  )
  return united[group]
}

function collect({ trace, groups }: Timeline, { marks, keep }: Selection): MarkedSpans {
  const marked = marks ?? new Uint8Array(trace.spans.length)
  const { goroutine, startNs, length } = trace.spans
  let count = 0
  for (let row = 0; row < length; row++) count += marked[row]
  const begins = new Float64Array(count)
  // A span's end is where its goroutine's next one begins.
  const ends = new Float64Array(count)
  const group = new Uint32Array(count)
  const first = new Uint32Array(groups.length + 1)
  const open = new Int32Array(trace.goroutines.length).fill(-1)
  let at = 0
  for (let row = 0; row < length; row++) {
    const g = goroutine[row]
    if (open[g] >= 0) {
      ends[open[g]] = startNs[row]
      open[g] = -1
    }
    if (marked[row] === 0 || (keep && keep[g] === 0)) continue
    begins[at] = startNs[row]
    ends[at] = trace.goroutines.deathNs[g]
    group[at] = groups.groupOf[g]
    first[group[at] + 1]++
    open[g] = at++
  }
  for (let k = 0; k < groups.length; k++) first[k + 1] += first[k]
  const next = first.slice(0, groups.length)
  const row = new Uint32Array(at)
  for (let i = 0; i < at; i++) row[next[group[i]]++] = i
  return { marks: marked, startNs: begins, endNs: ends, byGroup: { first, row }, united: [] }
}
