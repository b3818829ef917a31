/** Where the time went in a stretch of the trace, exactly: a person who selects a range compares its sums. */

import { waitName } from '../../analysis/scene/wait-classes.ts'
import { isThere, type StayBlock, staysIn } from '../../spent/stays.ts'
import { GoState, RangeKind, type Trace } from '../../trace/tables.ts'
import type { RangeSums, Selection, Timeline } from '../model.ts'
import { capped, textOf } from '../texts.ts'
import { type Waits, waitsOf } from '../waits.ts'

const MAX_REASONS = 20
const MAX_FUNCTIONS = 10
const MAX_NAME = 200

/** Sums over `startNs` to `endNs`, cut to the trace. GC and stop-the-world are those of the whole program. */
export function rangeSums(
  timeline: Timeline,
  selection: Selection | undefined,
  startNs: number,
  endNs: number,
): RangeSums {
  const { trace } = timeline
  const fromNs = clamped(startNs, 0, trace.durationNs)
  const toNs = Math.max(fromNs, clamped(endNs, trace.durationNs, trace.durationNs))
  const sums = new Sums(timeline, selection?.keep, fromNs, toNs)
  sums.run()
  return {
    startNs: fromNs,
    endNs: toNs,
    goroutines: sums.alive,
    stateNs: sums.stateNs(),
    reasons: sums.reasons(),
    functions: sums.functions(),
    ...pauses(trace, fromNs, toNs),
  }
}

function clamped(ns: number, otherwise: number, most: number): number {
  return Number.isNaN(ns) ? otherwise : Math.max(0, Math.min(ns, most))
}

class Sums {
  alive = 0
  private readonly timeline: Timeline
  private readonly keep: Uint8Array | undefined
  private readonly fromNs: number
  private readonly toNs: number
  private readonly waits: Waits
  // By state | kind of wait << 2: since Go 1.22 "sync" is all that a trace says of a mutex, and the stack says the rest.
  private readonly ns: Float64Array
  private readonly spans: Float64Array
  // By group.
  private readonly runningNs: Float64Array
  private readonly members: Uint32Array

  constructor(timeline: Timeline, keep: Uint8Array | undefined, fromNs: number, toNs: number) {
    const { groups } = timeline
    this.timeline = timeline
    this.keep = keep
    this.fromNs = fromNs
    this.toNs = toNs
    this.waits = waitsOf(timeline)
    this.ns = new Float64Array(Math.max(1, this.waits.classes.length) * 4)
    this.spans = new Float64Array(this.ns.length)
    this.runningNs = new Float64Array(groups.length)
    this.members = new Uint32Array(groups.length)
  }

  run(): void {
    const { keep, fromNs, toNs } = this
    for (const block of staysIn(this.timeline.trace, { fromNs, toNs, keep, within: undefined })) this.add(block)
    this.count()
  }

  private add({ count, span, ns }: StayBlock): void {
    const { groups, trace } = this.timeline
    const { goroutine, stateReason, stack } = trace.spans
    const { groupOf } = groups
    const { runningNs, ns: sums, spans } = this
    const { reasonAt, classAt } = this.waits
    for (let i = 0; i < count; i++) {
      const row = span[i]
      const sr = stateReason[row]
      let code = sr & 3
      if (code === GoState.waiting) {
        const at = Math.max(stack[row], 0)
        code |= (reasonAt[at] === sr >>> 2 ? classAt[at] : this.waits.classOf(sr >>> 2, at)) << 2
      } else if (code === GoState.running) runningNs[groupOf[goroutine[row]]] += ns[i]
      sums[code] += ns[i]
      spans[code]++
    }
  }

  /** Who was there at all. */
  private count(): void {
    const { groups, trace } = this.timeline
    const { keep, fromNs, toNs } = this
    for (let g = 0; g < trace.goroutines.length; g++) {
      if (keep?.[g] === 0 || !isThere(trace, g, fromNs, toNs)) continue
      this.alive++
      this.members[groups.groupOf[g]]++
    }
  }

  stateNs(): RangeSums['stateNs'] {
    const totals: [number, number, number, number] = [0, 0, 0, 0]
    for (let i = 0; i < this.ns.length; i++) totals[i & 3] += this.ns[i]
    return totals
  }

  reasons(): RangeSums['reasons'] {
    const found = new Map<string, { reason: string; ns: number; spans: number }>()
    this.waits.classes.forEach((kind, i) => {
      const at = (i << 2) | GoState.waiting
      if (this.spans[at] === 0) return
      const name = capped(waitName(kind.what, kind.reason), MAX_NAME) || 'unknown'
      const sum = found.get(name) ?? { reason: name, ns: 0, spans: 0 }
      sum.ns += this.ns[at]
      sum.spans += this.spans[at]
      found.set(name, sum)
    })
    return [...found.values()].sort((a, b) => b.ns - a.ns || b.spans - a.spans).slice(0, MAX_REASONS)
  }

  functions(): RangeSums['functions'] {
    const { trace, groups } = this.timeline
    const { runningNs, members } = this
    const ran = Array.from(runningNs.keys()).filter(k => runningNs[k] > 0)
    ran.sort((a, b) => runningNs[b] - runningNs[a] || a - b)
    return ran.slice(0, MAX_FUNCTIONS).map(k => ({
      name: textOf(trace, groups.entry[k]) || 'unknown',
      runningNs: runningNs[k],
      goroutines: members[k],
    }))
  }
}

/** What of the stretch the collector was marking and the world stood still. */
function pauses(
  { ranges, durationNs }: Trace,
  fromNs: number,
  toNs: number,
): Pick<RangeSums, 'gcNs' | 'stwNs' | 'stwCount'> {
  let gcNs = 0
  let stwNs = 0
  let stwCount = 0
  for (let row = 0; row < ranges.length; row++) {
    const kind = ranges.kind[row]
    if (kind !== RangeKind.gcMark && kind !== RangeKind.stopTheWorld) continue
    const endNs = Number.isNaN(ranges.endNs[row]) ? durationNs : ranges.endNs[row]
    if (ranges.startNs[row] >= toNs || endNs <= fromNs) continue
    const withinNs = Math.min(endNs, toNs) - Math.max(ranges.startNs[row], fromNs)
    if (kind === RangeKind.gcMark) gcNs += withinNs
    else {
      stwNs += withinNs
      stwCount++
    }
  }
  return { gcNs, stwNs, stwCount }
}
