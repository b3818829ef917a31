/**
 * Minimum mutator utilisation: of all windows of a length, how much of the procs the program ("mutator") had at least,
 * while the collector took the rest. A curve over lengths tells whether the collector holds a program up, and for how
 * long: pauses alone do not.
 */
import { type InTurns, inOneGo } from '../../base/turns.ts'
import { MetricKind, RangeKind, type Trace } from '../../trace/tables.ts'
import { type Scope, ScopeError } from '../scope.ts'
import type { MmuChoice } from './choice.ts'
import { sharesBelow } from './distribution.ts'
import { byText, isCollectorsStop } from './names.ts'
import { Part } from './part.ts'
import { type Series, utilisationIn } from './utilisation.ts'
import { minimumIn } from './windows.ts'

/** The utilisation within a range, ready for questions about windows. */
export type Mmu = {
  /** What of the range is known: it begins when the number of procs is, and ends with the last series. */
  readonly fromNs: number
  readonly toNs: number
  /** One part for all procs, or one for each. */
  readonly parts: readonly Part[]
  /** Mean of all of it. */
  readonly mean: number
}

/** Before Go 1.22 it is the collector's stops that say it: what stands at the begin only ends a list, as Go reads it. */
function unsaid({ version, problems }: Trace): [found: string, remedy: string] {
  return version < 22 && problems.length === 0
    ? ['no collection in it, and up to Go 1.21 each of these says it', 'trace for longer, until memory is collected']
    : ['no GOMAXPROCS in it', 'take a trace that is not cut at its begin']
}

/** Only the range of a scope counts. Throws `ScopeError` where nothing is known of it. */
export function mmuOf(trace: Trace, range: Pick<Scope, 'fromNs' | 'toNs'>, choice: MmuChoice): Mmu {
  return inOneGo(mmuIn(trace, range, choice))
}

/** The same in turns: what the collector did is put together once for a trace, of a million changes in a second. */
export function* mmuIn(
  trace: Trace,
  { fromNs, toNs }: Pick<Scope, 'fromNs' | 'toNs'>,
  choice: MmuChoice,
): InTurns<Mmu> {
  const series = yield* utilisationIn(trace, choice)
  if (series.length === 0) throw new ScopeError('a trace that says how many procs there are', ...unsaid(trace))
  const parts: Part[] = []
  for (const one of series) {
    const beginNs = Math.max(fromNs, one.timeNs[0])
    const endNs = toNs === trace.durationNs ? one.endNs : Math.min(toNs, one.endNs)
    if (beginNs < endNs) parts.push(new Part(one, beginNs, endNs))
    yield
  }
  if (parts.length === 0) throw new ScopeError('a range in which the number of procs is known', ...outside(series))
  const lengthNs = parts.reduce((sum, part) => sum + part.lengthNs, 0)
  return {
    fromNs: parts.reduce((least, part) => Math.min(least, part.fromNs), Number.POSITIVE_INFINITY),
    toNs: parts.reduce((most, part) => Math.max(most, part.toNs), 0),
    parts,
    mean: parts.reduce((sum, part) => sum + part.mean * part.lengthNs, 0) / lengthNs,
  }
}

function outside(series: readonly Series[]): [found: string, remedy: string] {
  const fromNs = series.reduce((least, { timeNs }) => Math.min(least, timeNs[0]), Number.POSITIVE_INFINITY)
  const toNs = series.reduce((most, { endNs }) => Math.max(most, endNs), 0)
  return ['one in which it is not', `it is known from ${fromNs / 1e9} s to ${toNs / 1e9} s`]
}

/** Of all windows so many have at most that utilisation: what Go's page calls p99.9, p99 and p95. */
export const MMU_SHARES = [0.001, 0.01, 0.05] as const
export const MMU_SHARE_NAMES = ['p99.9', 'p99', 'p95'] as const

/** Columns by window length. `shares` has a column for each of `MMU_SHARES`; none where they were not asked for. */
export type MmuCurve = {
  readonly windowNs: Float64Array
  readonly minimum: Float64Array
  readonly shares: readonly Float64Array[]
  /** 1: `shares` are those of `SAMPLED_WINDOWS` windows, for the changes within the range are too many. */
  readonly isSampled: Uint8Array
}

/** In turns. `onLength` is told how many lengths are done. */
export function* mmuCurve(
  { parts }: Mmu,
  windowsNs: readonly number[],
  hasShares: boolean,
  onLength: (done: number) => void = () => {},
): InTurns<MmuCurve> {
  const windowNs = Float64Array.from(windowsNs)
  const minimum = new Float64Array(windowNs.length)
  const shares = hasShares ? MMU_SHARES.map(() => new Float64Array(windowNs.length)) : []
  const isSampled = new Uint8Array(windowNs.length)
  for (let i = 0; i < windowNs.length; i++) {
    minimum[i] = yield* minimumIn(parts, windowNs[i])
    if (hasShares) {
      const below = sharesBelow(parts, windowNs[i], MMU_SHARES, minimum[i])
      for (const [k, value] of below.values.entries()) shares[k][i] = value
      isSampled[i] = below.isSampled ? 1 : 0
    }
    onLength(i + 1)
    yield
  }
  return { windowNs, minimum, shares, isSampled }
}

const SHORTEST_NS = 1e3
const LONGEST_NS = 10e9
/** Lengths that people think in: 1 µs … 1 s. */
const USUAL_NS = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

/** As many lengths as Go's page has … */
const CURVE_POINTS = 100
/** … but of a million changes, each length takes so long that fewer have to do. */
const LEAST_POINTS = 25
const CHANGES_OF_ALL_POINTS = 200_000

export function curvePoints({ parts }: Mmu): number {
  const changes = parts.reduce((sum, part) => sum + part.changes, 0)
  const fitting = Math.floor((CURVE_POINTS * CHANGES_OF_ALL_POINTS) / changes)
  return Math.max(LEAST_POINTS, Math.min(CURVE_POINTS, fitting))
}

/** Lengths of windows, from 1 µs to the whole range or 10 s, each the same factor longer than the one before. */
export function mmuWindows(mmu: Mmu, count = curvePoints(mmu)): readonly number[] {
  const { fromNs, toNs } = mmu
  const longest = Math.min(LONGEST_NS, toNs - fromNs)
  const shortest = Math.min(SHORTEST_NS, Math.max(1, longest / 1000))
  const step = Math.log(longest / shortest) / Math.max(1, count - 1)
  return Array.from({ length: count }, (_, i) => Math.min(longest, Math.round(shortest * Math.exp(step * i))))
}

/** Those of 1 µs, 10 µs … 1 s that fit into the range. */
export function usualWindows({ fromNs, toNs }: Mmu): readonly number[] {
  return USUAL_NS.filter(ns => ns <= toNs - fromNs)
}

/** What the collector did in a range. */
export type GcWork = {
  /** Cycles of garbage collection, those that are only partly within counted too. */
  readonly cycles: number
  /** Times that the collector stopped the world, and how long all of these together took. */
  readonly stops: number
  readonly stoppedNs: number
  /** The smallest and the largest GOMAXPROCS; none where it is not known. */
  readonly procs: readonly [least: number, most: number] | undefined
}

export function gcWorkIn(trace: Trace, { fromNs, toNs }: Pick<Scope, 'fromNs' | 'toNs'>): GcWork {
  const { kind, name, startNs, endNs, length } = trace.ranges
  const isGcStop = byText(trace.strings, isCollectorsStop)
  let [cycles, stops, stoppedNs] = [0, 0, 0]
  for (let row = 0; row < length; row++) {
    const untilNs = Number.isNaN(endNs[row]) ? trace.durationNs : endNs[row]
    if (startNs[row] >= toNs || untilNs <= fromNs) continue
    if (kind[row] === RangeKind.gcMark) cycles++
    if (kind[row] !== RangeKind.stopTheWorld || !isGcStop(name[row])) continue
    stops++
    stoppedNs += Math.min(untilNs, toNs) - Math.max(startNs[row], fromNs)
  }
  return { cycles, stops, stoppedNs, procs: procsIn(trace, fromNs, toNs) }
}

function procsIn({ metrics }: Trace, fromNs: number, toNs: number): GcWork['procs'] {
  let before: number | undefined
  const within: number[] = []
  for (let row = 0; row < metrics.length; row++) {
    if (metrics.kind[row] !== MetricKind.gomaxprocs || metrics.timeNs[row] > toNs) continue
    if (metrics.timeNs[row] <= fromNs) before = metrics.value[row]
    else within.push(metrics.value[row])
  }
  const all = before === undefined ? within : [before, ...within]
  return all.length === 0 ? undefined : [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))]
}
