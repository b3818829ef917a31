/**
 * How each region's time was spent: what its goroutine did between begin and end, as `snapshotStat` of
 * `internal/trace/summary.go` works it out. Sums run along each goroutine; a region is the sums at its end less those at
 * its begin, so one around many others costs no more than they do.
 */

import { Column, f64, grown, i32 } from '../../base/column.ts'
import { remembered } from '../../base/remembered.ts'
import { GoState, RangeKind, type RowIndex, spanEndNs, type Trace } from '../../trace/tables.ts'
import { grouped, taskLinks } from './links.ts'

/** One row per region. The first four add up to what of the region lies within its goroutine's life. */
export type Spending = {
  readonly runningNs: Float64Array
  readonly runnableNs: Float64Array
  readonly waitingNs: Float64Array
  readonly syscallNs: Float64Array
  /** Within a mark assist, whatever its state was: overlaps the others. */
  readonly assistNs: Float64Array
  /** Waits of region r by reason: from waits.first[r] to waits.first[r + 1] - 1. */
  readonly waits: { readonly first: Uint32Array; readonly reason: Uint16Array; readonly ns: Float64Array }
  /** Rows in `Trace.reasons`, whose number `waits.reason` counts; what stands behind them is any other. */
  readonly reasons: readonly number[]
}

/** More reasons are told apart in no real trace, and each costs a number for each region. */
const MOST_REASONS = 16

export const spendingOf = remembered((trace: Trace): Spending => new Spender(trace).run())

/** When a region was over: its end, its goroutine's end, or the trace's. */
export function regionEndNs({ regions, goroutines, durationNs }: Trace, row: number): number {
  const endNs = regions.endNs[row]
  if (!Number.isNaN(endNs)) return endNs
  const deathNs = regions.goroutine[row] < 0 ? Number.NaN : goroutines.deathNs[regions.goroutine[row]]
  return Number.isNaN(deathNs) ? durationNs : deathNs
}

/** When it began, or the trace. */
export function regionStartNs({ regions }: Trace, row: number): number {
  return Number.isNaN(regions.startNs[row]) ? 0 : regions.startNs[row]
}

const FIXED = 4
const ASSIST = FIXED
/** States, then mark assists, then a class for each reason and one for all others. */
const WAITS = FIXED + 1

class Spender {
  private readonly trace: Trace
  private readonly columns: readonly Float64Array[]
  private readonly reasons: readonly number[]
  /** By row in reasons: its class among waits. */
  private readonly classOf: Uint8Array
  private readonly width: number
  /** Sums of the goroutine up to `nowNs`. */
  private readonly sums: Float64Array
  private nowNs = 0
  /** Sums at the begin of each region that is open, `width` of them each; where an ended one stood the next comes. */
  private begins = new Float64Array(0)
  private readonly free: number[] = []
  private slots = 0
  /** By region: its place in `begins`; -1: it began before the trace, when all sums were 0. */
  private readonly slotOf: Int32Array
  private readonly waitsOf = { region: i32(), reason: new Column(new Uint16Array(16)), ns: f64() }
  private readonly assists: RowIndex
  private assistAt = 0

  constructor(trace: Trace) {
    this.trace = trace
    this.columns = Array.from({ length: WAITS }, () => new Float64Array(trace.regions.length))
    this.reasons = mostSeen(trace)
    this.classOf = new Uint8Array(trace.reasons.length).fill(this.reasons.length)
    for (const [at, reason] of this.reasons.entries()) this.classOf[reason] = at
    this.width = WAITS + this.reasons.length + 1
    this.sums = new Float64Array(this.width)
    this.slotOf = new Int32Array(trace.regions.length).fill(-1)
    this.assists = assistsOf(trace)
  }

  run(): Spending {
    const { first } = taskLinks(this.trace).regionsOfGoroutine
    for (let g = 0; g < this.trace.goroutines.length; g++) if (first[g + 1] > first[g]) this.goroutine(g)
    const [runningNs, runnableNs, waitingNs, syscallNs, assistNs] = this.columns
    return { runningNs, runnableNs, waitingNs, syscallNs, assistNs, waits: this.waits(), reasons: this.reasons }
  }

  private goroutine(g: number): void {
    const { first, row } = taskLinks(this.trace).regionsOfGoroutine
    const rows = row.subarray(first[g], first[g + 1])
    // What began before the trace stands where it ended: it has no begin to stop at.
    const begins = rows.filter(region => !Number.isNaN(this.trace.regions.startNs[region]))
    const ends = rows.slice()
    if (!isAscending(ends, region => regionEndNs(this.trace, region)))
      ends.sort((a, b) => regionEndNs(this.trace, a) - regionEndNs(this.trace, b) || b - a)
    this.walk(g, begins, ends)
  }

  /** Goes along the goroutine's spans, and stops at each begin and end. */
  private walk(g: number, begins: Uint32Array, ends: Uint32Array): void {
    const { trace } = this
    const { startNs } = trace.regions
    this.sums.fill(0)
    this.nowNs = 0
    this.assistAt = this.assists.first[g]
    let at = trace.spansOf.first[g]
    let nextBegin = 0
    for (let nextEnd = 0; nextEnd < ends.length; ) {
      const isBegin = nextBegin < begins.length && startNs[begins[nextBegin]] <= regionEndNs(trace, ends[nextEnd])
      const region = isBegin ? begins[nextBegin++] : ends[nextEnd++]
      at = this.advance(g, at, isBegin ? startNs[region] : regionEndNs(trace, region))
      if (isBegin) this.open(region)
      else this.close(region)
    }
  }

  /** Adds what the goroutine did up to a time; returns the place of the span that it is in then. */
  private advance(g: number, from: number, toNs: number): number {
    const { trace, sums } = this
    const { row, first } = trace.spansOf
    const { startNs, stateReason } = trace.spans
    if (!(toNs > this.nowNs)) return from
    this.assist(g, toNs)
    for (let at = from; at < first[g + 1]; at++) {
      const span = row[at]
      const endNs = spanEndNs(trace, g, at)
      const ns = Math.min(endNs, toNs) - Math.max(startNs[span], this.nowNs)
      if (ns > 0) {
        const state = stateReason[span] & 3
        sums[state] += ns
        if (state === GoState.waiting) sums[WAITS + this.classOf[stateReason[span] >>> 2]] += ns
      }
      if (endNs >= toNs) {
        this.nowNs = toNs
        return at
      }
    }
    this.nowNs = toNs
    return first[g + 1]
  }

  private assist(g: number, toNs: number): void {
    const { startNs, endNs } = this.trace.ranges
    const { first, row } = this.assists
    for (; this.assistAt < first[g + 1]; this.assistAt++) {
      const range = row[this.assistAt]
      const untilNs = Number.isNaN(endNs[range]) ? this.trace.durationNs : endNs[range]
      const ns = Math.min(untilNs, toNs) - Math.max(startNs[range], this.nowNs)
      if (ns > 0) this.sums[ASSIST] += ns
      if (untilNs > toNs) return
    }
  }

  private open(region: number): void {
    const slot = this.free.pop() ?? this.slots++
    if ((slot + 1) * this.width > this.begins.length) this.begins = grown(this.begins, (slot + 1) * this.width)
    this.begins.set(this.sums, slot * this.width)
    this.slotOf[region] = slot
  }

  private close(region: number): void {
    const { sums, begins, columns, waitsOf, width } = this
    const slot = this.slotOf[region]
    const beginOf = (c: number) => (slot < 0 ? 0 : begins[slot * width + c])
    if (slot >= 0) this.free.push(slot)
    for (let c = 0; c < WAITS; c++) columns[c][region] = sums[c] - beginOf(c)
    for (let c = WAITS; c < width; c++) {
      const ns = sums[c] - beginOf(c)
      if (ns <= 0) continue
      waitsOf.region.push(region)
      waitsOf.reason.push(c - WAITS)
      waitsOf.ns.push(ns)
    }
  }

  private waits(): Spending['waits'] {
    const { region, reason, ns } = this.waitsOf
    const { first, row } = grouped(region.freeze(), region.length, this.trace.regions.length, -1)
    return {
      first,
      reason: Uint16Array.from(row, at => reason.data[at]),
      ns: Float64Array.from(row, at => ns.data[at]),
    }
  }
}

function isAscending(rows: Uint32Array, key: (row: number) => number): boolean {
  for (let i = 1; i < rows.length; i++) if (key(rows[i]) < key(rows[i - 1])) return false
  return true
}

/** Reasons of waits by how many spans have them, the most first. */
function mostSeen({ spans, reasons }: Trace): number[] {
  const seen = new Uint32Array(reasons.length)
  for (let row = 0; row < spans.length; row++)
    if ((spans.stateReason[row] & 3) === GoState.waiting) seen[spans.stateReason[row] >>> 2]++
  const waited = [...seen.keys()].filter(reason => seen[reason] > 0)
  return waited.sort((a, b) => seen[b] - seen[a] || a - b).slice(0, MOST_REASONS)
}

/** Mark assists by goroutine, in order of time. */
function assistsOf({ ranges, goroutines }: Trace): RowIndex {
  const key = new Int32Array(ranges.length)
  for (let row = 0; row < ranges.length; row++)
    key[row] = ranges.kind[row] === RangeKind.markAssist ? ranges.goroutine[row] : -1
  return grouped(key, ranges.length, goroutines.length, -1)
}
