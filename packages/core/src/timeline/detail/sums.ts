/**
 * Where the time went in a stretch of the trace, exactly: a person who selects a range compares its sums.
 *
 *  1. for each goroutine that is there when the stretch begins, the span it is in (by bisection)
 *  2. the spans that begin within the stretch stand one behind another in the table: each ends the one before it of its
 *     goroutine
 *  3. what is not over then ends with the goroutine, or with the stretch
 */
import { GoState, RangeKind, type Trace } from '../../trace/tables.ts'
import { positionAt } from '../lookup.ts'
import type { RangeSums, Selection, Timeline } from '../model.ts'
import { capped, textOf, waitName } from '../texts.ts'
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
  // By goroutine: since when it is in which state and kind of wait; -1: it has not been there yet.
  private readonly sinceNs: Float64Array
  private readonly current: Int32Array

  constructor(timeline: Timeline, keep: Uint8Array | undefined, fromNs: number, toNs: number) {
    const { trace, groups } = timeline
    this.timeline = timeline
    this.keep = keep
    this.fromNs = fromNs
    this.toNs = toNs
    this.waits = waitsOf(timeline)
    this.ns = new Float64Array(Math.max(1, this.waits.classes.length) * 4)
    this.spans = new Float64Array(this.ns.length)
    this.runningNs = new Float64Array(groups.length)
    this.members = new Uint32Array(groups.length)
    this.sinceNs = new Float64Array(trace.goroutines.length)
    this.current = new Int32Array(trace.goroutines.length).fill(-1)
  }

  run(): void {
    this.begin()
    this.pass()
    this.end()
  }

  private begin(): void {
    const { trace } = this.timeline
    const { birthNs, deathNs, length } = trace.goroutines
    const { fromNs, keep } = this
    for (let g = 0; g < length; g++) {
      if (birthNs[g] > fromNs || deathNs[g] <= fromNs || (keep && keep[g] === 0)) continue
      const at = positionAt(trace, g, fromNs)
      if (at < 0) continue
      const code = this.codeOf(trace.spansOf.row[at])
      this.current[g] = code
      this.sinceNs[g] = fromNs
      this.spans[code]++
    }
  }

  /** The span's state, and for a wait its kind. */
  private codeOf(row: number): number {
    const { stateReason, stack } = this.timeline.trace.spans
    const state = stateReason[row] & 3
    if (state !== GoState.waiting) return state
    return (this.waits.classOf(stateReason[row] >>> 2, Math.max(stack[row], 0)) << 2) | state
  }

  private pass(): void {
    const { startNs, goroutine, length } = this.timeline.trace.spans
    const { groupOf } = this.timeline.groups
    const { keep, fromNs, toNs, current, sinceNs, ns, spans, runningNs } = this
    const end = firstFrom(startNs, length, toNs)
    for (let row = firstAfter(startNs, length, fromNs); row < end; row++) {
      const timeNs = startNs[row]
      // The first span of one that was there before the trace: it stands anywhere, and `begin` has seen it.
      if (timeNs <= fromNs) continue
      const g = goroutine[row]
      if (keep !== undefined && keep[g] === 0) continue
      const before = current[g]
      if (before >= 0) {
        const lengthNs = timeNs - sinceNs[g]
        ns[before] += lengthNs
        if ((before & 3) === GoState.running) runningNs[groupOf[g]] += lengthNs
      }
      const now = this.codeOf(row)
      current[g] = now
      sinceNs[g] = timeNs
      spans[now]++
    }
  }

  private end(): void {
    const { deathNs, length } = this.timeline.trace.goroutines
    const { groupOf } = this.timeline.groups
    const { current, sinceNs, toNs } = this
    for (let g = 0; g < length; g++) {
      const last = current[g]
      if (last < 0) continue
      this.alive++
      this.members[groupOf[g]]++
      const lengthNs = (Number.isNaN(deathNs[g]) ? toNs : Math.min(deathNs[g], toNs)) - sinceNs[g]
      this.ns[last] += lengthNs
      if ((last & 3) === GoState.running) this.runningNs[groupOf[g]] += lengthNs
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

/** The first row that begins after `timeNs`. */
function firstAfter(startNs: Float64Array, length: number, timeNs: number): number {
  return firstRow(startNs, length, ns => ns > timeNs)
}

/** The first row that begins at `timeNs` or after. */
function firstFrom(startNs: Float64Array, length: number, timeNs: number): number {
  return firstRow(startNs, length, ns => ns >= timeNs)
}

/**
 * By bisection over a column that ascends but for zeros anywhere in it, which are passed over to the left. A run of them
 * is walked once only: then it lies outside of what is left.
 */
function firstRow(startNs: Float64Array, length: number, isBehind: (ns: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    let known = middle
    while (known > low && startNs[known] === 0) known--
    if (startNs[known] !== 0 && isBehind(startNs[known])) high = known
    else low = middle + 1
  }
  return low
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
