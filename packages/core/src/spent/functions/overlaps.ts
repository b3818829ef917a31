/** Ranges that lie over what goroutines do: mark assists, sweeps and stops of the world, and whose they are. */

import { remembered } from '../../base/remembered.ts'
import { GoState, procOf, RangeKind, type Trace } from '../../trace/tables.ts'
import type { Scope } from '../scope.ts'
import { overlapNs } from '../stays.ts'

/** Those of a scope, in the order of `Trace.ranges`. */
export type Overlaps = {
  readonly length: number
  readonly kind: Uint8Array
  readonly goroutine: Int32Array
  readonly ns: Float64Array
}

export function overlapsIn(trace: Trace, { fromNs, toNs, keep, within }: Scope): Overlaps {
  const { ranges, durationNs } = trace
  const sweepers = sweepersOf(trace)
  const kind = new Uint8Array(ranges.length)
  const goroutine = new Int32Array(ranges.length)
  const ns = new Float64Array(ranges.length)
  let length = 0
  for (let row = 0; row < ranges.length; row++) {
    const g = ranges.kind[row] === RangeKind.gcSweep ? sweepers[row] : ranges.goroutine[row]
    if (g < 0 || keep?.[g] === 0) continue
    const beginNs = Math.max(fromNs, ranges.startNs[row])
    const endNs = Math.min(toNs, Number.isNaN(ranges.endNs[row]) ? durationNs : ranges.endNs[row])
    if (!(beginNs < endNs)) continue
    kind[length] = ranges.kind[row]
    goroutine[length] = g
    ns[length++] = within ? overlapNs(within, g, beginNs, endNs) : endNs - beginNs
  }
  return { length, kind, goroutine, ns }
}

/**
 * By row in ranges: the goroutine that was on the sweep's proc both when it began and when it ended; -1: there was none,
 * or the range is no sweep. Sweeps are a proc's, and Go takes them for the goroutine's on these terms.
 */
const sweepersOf = remembered(findSweepers)

/** One pass over the spans, beside the begins and ends of sweeps in order of time. */
function findSweepers(trace: Trace): Int32Array {
  const { ranges, spans, procs, durationNs } = trace
  const sweeper = new Int32Array(ranges.length).fill(-1)
  const sweeps = Array.from(ranges.kind.keys()).filter(
    row => ranges.kind[row] === RangeKind.gcSweep && ranges.proc[row] >= 0,
  )
  if (sweeps.length === 0) return sweeper
  const edges = sweeps.flatMap(row => [
    { row, isEnd: false, timeNs: ranges.startNs[row] },
    { row, isEnd: true, timeNs: Number.isNaN(ranges.endNs[row]) ? durationNs : ranges.endNs[row] },
  ])
  edges.sort((a, b) => a.timeNs - b.timeNs || a.row - b.row)
  const onProc = new Int32Array(procs.length).fill(-1)
  const procUnder = new Int32Array(trace.goroutines.length).fill(-1)
  let span = 0
  for (const { row, isEnd, timeNs } of edges) {
    for (; span < spans.length && spans.startNs[span] <= timeNs; span++) {
      const g = spans.goroutine[span]
      if (procUnder[g] >= 0 && onProc[procUnder[g]] === g) onProc[procUnder[g]] = -1
      // A call of the system may have lost its proc meanwhile, and nothing sweeps within one.
      const isRunning = (spans.stateReason[span] & 3) === GoState.running
      procUnder[g] = isRunning ? procOf(spans.place[span]) : -1
      if (procUnder[g] >= 0) onProc[procUnder[g]] = g
    }
    const g = onProc[ranges.proc[row]]
    sweeper[row] = isEnd && sweeper[row] !== g ? -1 : g
  }
  return sweeper
}
