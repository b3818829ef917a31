/**
 * User regions (`runtime/trace.StartRegion`, `WithRegion`) by type and place: how many, what they took, and how that time
 * was spent. `/userregions` of `go tool trace` (`cmd/trace/regions.go`) tells regions apart by type and by the outermost
 * frame of the stack; here it is the frame that began the region, which is what that page means to show.
 */
import { orderBy } from '../../base/order.ts'
import { remembered } from '../../base/remembered.ts'
import type { Trace } from '../../trace/tables.ts'
import { type Scope, ScopeError } from '../scope.ts'
import { type Latency, latencyOf } from './latency.ts'
import { frameOf, type PlaceText, placeText, textAt } from './places.ts'
import { regionEndNs, regionStartNs, spendingOf } from './spending.ts'
import { picked, rankOf } from './tasks.ts'
import { typeNumber, typesOf } from './types.ts'
import { asksAbout, overlaps } from './within.ts'

/** Sums over regions; the first four add up to the time of the regions that their goroutines were there. */
export type RegionSpent = {
  readonly runningNs: number
  readonly runnableNs: number
  readonly waitingNs: number
  readonly syscallNs: number
  /** Within mark assists; overlaps the others. */
  readonly assistNs: number
  /** Waits by reason, the longest first; they add up to `waitingNs`. */
  readonly waits: readonly { readonly reason: string; readonly ns: number }[]
}

export type RegionType = {
  readonly type: string
  /** Where they began; undefined: no begin or no stack was seen. */
  readonly place: PlaceText | undefined
  readonly count: number
  /** Begin and end were seen: these have a latency. */
  readonly complete: number
  /** Never closed: open when the trace or its goroutine ended. */
  readonly unended: number
  /** Begun before the trace. */
  readonly unbegun: number
  readonly latency: Latency | undefined
  /** Of all of them, complete or not. */
  readonly totalNs: number
  readonly spent: RegionSpent
}

export type RegionFilter = {
  readonly type?: string | undefined
  readonly unended?: boolean | undefined
  /** As a filter of tasks has them. */
  readonly minNs?: number | undefined
  readonly maxNs?: number | undefined
}

/** Throws `ScopeError` where there are none. */
export function requireRegions(trace: Trace): void {
  if (trace.regions.length > 0) return
  throw new ScopeError(
    'a trace with user regions',
    'none',
    'programs make them: defer trace.StartRegion(ctx, "name").End() of runtime/trace, or trace.WithRegion',
  )
}

/** How long a region was seen to be open. */
export function regionSeenNs(trace: Trace, row: number): number {
  return Math.max(0, regionEndNs(trace, row) - regionStartNs(trace, row))
}

export function regionRows(trace: Trace, scope: Scope, filter: RegionFilter = {}): Uint32Array {
  const { regions } = trace
  const { startNs, endNs, goroutine } = regions
  const types = typesOf(trace, 'regions')
  const type = filter.type === undefined ? -1 : typeNumber(trace, 'regions', filter.type)
  const { minNs = 0, maxNs = Number.POSITIVE_INFINITY } = filter
  const isNarrow = scope.keep !== undefined || scope.within !== undefined
  const rows = new Uint32Array(regions.length)
  let count = 0
  for (let row = 0; row < regions.length; row++) {
    if (type >= 0 && types.of[row] !== type) continue
    const isUnended = Number.isNaN(endNs[row])
    if (filter.unended && !isUnended) continue
    const ns = regionSeenNs(trace, row)
    if (ns < minNs) continue
    if (maxNs < Number.POSITIVE_INFINITY && (isUnended || Number.isNaN(startNs[row]) || ns >= maxNs)) continue
    if (!overlaps(scope, startNs[row], regionEndNs(trace, row))) continue
    if (isNarrow && (goroutine[row] < 0 || !asksAbout(scope, goroutine[row], startNs[row], regionEndNs(trace, row)))) continue // biome-ignore format: one question
    rows[count++] = row
  }
  return rows.subarray(0, count)
}

/** Kinds of regions: pairs of type and frame. */
export type RegionKinds = { readonly length: number; readonly type: Int32Array; readonly frame: Int32Array; readonly of: Uint32Array } // biome-ignore format: columns

export const regionKinds = remembered(listKinds)

function listKinds(trace: Trace): RegionKinds {
  const { regions, frames, stacks } = trace
  const { of: typeOf } = typesOf(trace, 'regions')
  const frameOfStack = new Int32Array(stacks.length).fill(-2)
  const numbers = new Map<number, number>()
  const type: number[] = []
  const frame: number[] = []
  const of = new Uint32Array(regions.length)
  for (let row = 0; row < regions.length; row++) {
    // The stack of one that began before the trace is that of its end.
    const stack = Number.isNaN(regions.startNs[row]) ? -1 : regions.stack[row]
    if (stack >= 0 && frameOfStack[stack] === -2) frameOfStack[stack] = frameOf(trace, stack)
    const at = stack < 0 ? -1 : frameOfStack[stack]
    const key = typeOf[row] * (frames.length + 1) + at + 1
    let number = numbers.get(key)
    if (number === undefined) {
      number = type.push(typeOf[row]) - 1
      frame.push(at)
      numbers.set(key, number)
    }
    of[row] = number
  }
  return { length: type.length, type: Int32Array.from(type), frame: Int32Array.from(frame), of }
}

/** Where a region began; undefined: no begin or no stack was seen. */
export function regionPlace(trace: Trace, row: number): PlaceText | undefined {
  const { of, frame } = regionKinds(trace)
  return placeText(trace, frame[of[row]])
}

/** The kinds of some regions, those that took the most time first. */
export function regionTypes(trace: Trace, rows: Uint32Array): readonly RegionType[] {
  const kinds = regionKinds(trace)
  const { startNs, endNs } = trace.regions
  const sizes = new Uint32Array(kinds.length)
  for (const row of rows) sizes[kinds.of[row]]++
  const members = Array.from(sizes, size => new Uint32Array(size))
  const filled = new Uint32Array(kinds.length)
  for (const row of rows) members[kinds.of[row]][filled[kinds.of[row]]++] = row
  const types: RegionType[] = []
  for (let k = 0; k < kinds.length; k++) {
    if (sizes[k] === 0) continue
    const of = members[k]
    const ns = new Float64Array(of.length)
    let complete = 0
    let unended = 0
    let totalNs = 0
    for (const row of of) {
      totalNs += regionSeenNs(trace, row)
      if (Number.isNaN(endNs[row])) unended++
      else if (!Number.isNaN(startNs[row])) ns[complete++] = endNs[row] - startNs[row]
    }
    const unbegun = of.reduce((sum, row) => sum + (Number.isNaN(startNs[row]) ? 1 : 0), 0)
    types.push({
      type: typesOf(trace, 'regions').names[kinds.type[k]],
      place: placeText(trace, kinds.frame[k]),
      count: of.length,
      complete,
      unended,
      unbegun,
      latency: latencyOf(ns.subarray(0, complete)),
      totalNs,
      spent: spentIn(trace, of),
    })
  }
  return types.sort((a, b) => b.totalNs - a.totalNs || b.count - a.count || (a.type < b.type ? -1 : 1))
}

/** How the time of some regions was spent. */
export function spentIn(trace: Trace, rows: Uint32Array): RegionSpent {
  const { runningNs, runnableNs, waitingNs, syscallNs, assistNs, waits, reasons } = spendingOf(trace)
  const sums = [0, 0, 0, 0, 0]
  const byReason = new Float64Array(reasons.length + 1)
  for (const row of rows) {
    sums[0] += runningNs[row]
    sums[1] += runnableNs[row]
    sums[2] += waitingNs[row]
    sums[3] += syscallNs[row]
    sums[4] += assistNs[row]
    for (let i = waits.first[row]; i < waits.first[row + 1]; i++) byReason[waits.reason[i]] += waits.ns[i]
  }
  const named = [...byReason.keys()].filter(at => byReason[at] > 0)
  named.sort((a, b) => byReason[b] - byReason[a] || a - b)
  const nameOf = (at: number) =>
    at < reasons.length ? textAt(trace, trace.reasons[reasons[at]]) || 'unknown' : 'other'
  const [running, runnable, waiting, syscall, assist] = sums
  return {
    runningNs: running,
    runnableNs: runnable,
    waitingNs: waiting,
    syscallNs: syscall,
    assistNs: assist,
    waits: named.map(at => ({ reason: nameOf(at), ns: byReason[at] })),
  }
}

export const REGION_SORTS = [
  'state',
  'type',
  'start',
  'duration',
  'goroutine',
  'task',
  'running',
  'runnable',
  'waiting',
  'syscall',
  'assist',
] as const
export type RegionSort = (typeof REGION_SORTS)[number]

/** The rows in the order of a column; by `state` those that never ended first, the longest before the others. */
export function sortRegions(trace: Trace, rows: Uint32Array, sort: RegionSort, isDescending = false): Uint32Array {
  const keys = Float64Array.from(rows, regionKey(trace, sort))
  return picked(rows, orderBy(keys), isDescending && sort !== 'state')
}

function regionKey(trace: Trace, sort: RegionSort): (row: number) => number {
  const { regions, tasks, goroutines, durationNs } = trace
  const column = (values: Float64Array) => (row: number) => values[row]
  switch (sort) {
    case 'state': {
      const behindNs = 2 * durationNs + 2
      return row => durationNs - regionSeenNs(trace, row) + (Number.isNaN(regions.endNs[row]) ? 0 : behindNs)
    }
    case 'type': {
      const { names, of } = typesOf(trace, 'regions')
      const rank = rankOf(names)
      return row => rank[of[row]]
    }
    case 'start':
      return row => regionStartNs(trace, row)
    case 'duration':
      return row => regionSeenNs(trace, row)
    case 'goroutine':
      return row => (regions.goroutine[row] < 0 ? 0 : goroutines.id[regions.goroutine[row]])
    case 'task':
      return row => (regions.task[row] < 0 ? 0 : tasks.id[regions.task[row]])
    case 'running':
      return column(spendingOf(trace).runningNs)
    case 'runnable':
      return column(spendingOf(trace).runnableNs)
    case 'waiting':
      return column(spendingOf(trace).waitingNs)
    case 'syscall':
      return column(spendingOf(trace).syscallNs)
    case 'assist':
      return column(spendingOf(trace).assistNs)
  }
}
