/** What `unhang mmu` tells of a trace, as data: its text and its JSON are this. */
import { inOneGo } from '../../base/turns.ts'
import type { Trace } from '../../trace/tables.ts'
import { type Scope, ScopeError } from '../scope.ts'
import { MMU_WORK, type MmuChoice, type MmuWork } from './choice.ts'
import { gcWorkIn, MMU_SHARES, type Mmu, mmuCurve, mmuOf, mmuWindows, usualWindows } from './mmu.ts'
import { minimumOf, worstWindows } from './windows.ts'

export const MMU_SCHEMA = 'unhang.mmu/1'

/** Of all windows of a length: each value is a part of the procs, 0 … 1. */
export type MmuPoint = {
  readonly windowNs: number
  /** No window has less. */
  readonly minimum: number
  /** One window of a thousand, of a hundred, of twenty has at most that. */
  readonly p999: number
  readonly p99: number
  readonly p95: number
  /** The three are those of 16,384 windows, evenly spread: changes are too many for all. Absent: of all windows. */
  readonly isSampled?: true
}

export type MmuWorst = {
  readonly startNs: number
  readonly endNs: number
  readonly utilisation: number
  /** The id of the proc that it is about; only with `perProc`. */
  readonly proc?: number
}

/** Times are ns since the trace began. */
export type MmuReport = {
  readonly schema: typeof MMU_SCHEMA
  /** The range that is told of: less than what was asked for where the number of procs is not known all the time. */
  readonly startNs: number
  readonly endNs: number
  /** The smallest and the largest GOMAXPROCS in it. */
  readonly procs: readonly [least: number, most: number]
  /** Garbage collections, the collector's stops of the world, and how long these took together. */
  readonly cycles: number
  readonly stops: number
  readonly stoppedNs: number
  /** What counts against the program. */
  readonly flags: readonly MmuWork[]
  readonly perProc: boolean
  readonly asGo: boolean
  /** What the program had of the procs, over all of the range: 0 … 1. */
  readonly mean: number
  /** At 1 µs, 10 µs … 1 s, as far as the range is longer. */
  readonly usual: readonly MmuPoint[]
  /** A hundred lengths, of more than 200,000 changes down to 25, each the same factor longer than the one before. */
  readonly curve: readonly MmuPoint[]
  readonly worst: { readonly windowNs: number; readonly minimum: number; readonly windows: readonly MmuWorst[] }
}

const USUAL_WORST_NS = 10e6
const MOST_WORST = 10

/** `windowNs` undefined: 10 ms, or what fits into the range. Throws `ScopeError` for what cannot be told. */
export function mmuReport(trace: Trace, scope: Scope, choice: MmuChoice, windowNs: number | undefined): MmuReport {
  const mmu = mmuOf(trace, scope, choice)
  const { cycles, stops, stoppedNs, procs } = gcWorkIn(trace, mmu)
  const worstNs = windowNs ?? fittingWindow(mmu)
  if (worstNs > mmu.toNs - mmu.fromNs) throw tooLong(mmu, worstNs)
  const minimum = minimumOf(mmu.parts, worstNs)
  return {
    schema: MMU_SCHEMA,
    startNs: mmu.fromNs,
    endNs: mmu.toNs,
    procs: procs ?? [mmu.parts.length, mmu.parts.length],
    cycles,
    stops,
    stoppedNs,
    flags: MMU_WORK.filter(kind => choice.work.includes(kind)),
    perProc: choice.perProc,
    asGo: choice.asGo,
    mean: mmu.mean,
    usual: pointsOf(mmu, usualWindows(mmu)),
    curve: pointsOf(mmu, mmuWindows(mmu)),
    worst: {
      windowNs: worstNs,
      minimum,
      windows: worstWindows(mmu.parts, worstNs, MOST_WORST).map(({ proc, ...window }) =>
        proc < 0 ? window : { ...window, proc },
      ),
    },
  }
}

/** The longest usual one up to 10 ms of which there are several in the range. */
export function fittingWindow(mmu: Mmu): number {
  const fitting = usualWindows(mmu).filter(ns => ns <= USUAL_WORST_NS && ns * 4 <= mmu.toNs - mmu.fromNs)
  return fitting.at(-1) ?? mmu.toNs - mmu.fromNs
}

function tooLong({ fromNs, toNs }: Mmu, windowNs: number): ScopeError {
  const known = `${(toNs - fromNs) / 1e6} ms`
  return new ScopeError(
    `a window of at most ${known}`,
    `${windowNs / 1e6} ms`,
    'the range that is told of is no longer',
  )
}

function pointsOf(mmu: Mmu, windows: readonly number[]): MmuPoint[] {
  const { windowNs, minimum, shares, isSampled } = inOneGo(mmuCurve(mmu, windows, true))
  return Array.from(windowNs, (ns, i) => {
    const [p999, p99, p95] = MMU_SHARES.map((_, k) => shares[k][i])
    const point = { windowNs: ns, minimum: minimum[i], p999, p99, p95 }
    return isSampled[i] === 1 ? { ...point, isSampled: true } : point
  })
}
