/** What `unhang functions --json` and `unhang goroutines --json` print. Times are nanoseconds since the trace began. */
import { positionAt } from '../../trace/lookup.ts'
import { GO_STATE_NAMES, type Trace } from '../../trace/tables.ts'
import type { Scope } from '../scope.ts'
import type { SpentColumns } from './columns.ts'
import {
  BUCKET_NS,
  HISTOGRAMS,
  type Histogram,
  type HistogramName,
  lifeHistogram,
  stayHistograms,
} from './histograms.ts'
import { StayCode, WAIT_KINDS, type WaitKind } from './kinds.ts'
import { reasonSums, waitsByReason, waitsOfGoroutine } from './reasons.ts'
import type { SpentFunctions, SpentGoroutines } from './tables.ts'

export const FUNCTIONS_SCHEMA = 'unhang.functions/1'
export const GOROUTINES_SCHEMA = 'unhang.goroutines/1'

/** Where the time went: the meanings are those of `SpentColumns`. The first three and `waitingTotalNs` make `totalNs`. */
export type SpentNs = {
  readonly totalNs: number
  readonly runningNs: number
  readonly runnableNs: number
  readonly syscallNs: number
  readonly waitingTotalNs: number
  readonly waitingByKindNs: Readonly<Record<WaitKind, number>>
  /** By Go's own reasons; '' where Go gives none. */
  readonly waitingNs: Readonly<Record<string, number>>
  readonly assistNs: number
  readonly sweepNs: number
  readonly stwNs: number
}

export type FunctionsReport = {
  readonly schema: typeof FUNCTIONS_SCHEMA
  readonly startNs: number
  readonly endNs: number
  /** In the order that was asked for. `function` is '' where it is not known. */
  readonly functions: readonly ({ readonly function: string; readonly goroutines: number } & SpentNs)[]
}

/** A goroutine's stay in a state, its begin as the trace has it. */
export type ReportSpan = { readonly startNs: number; readonly state: string; readonly reason: string }

export type ReportGoroutine = {
  readonly id: number
  readonly function: string
  /** null: it was there before the trace. */
  readonly birthNs: number | null
  /** null: it lived on when the trace ended. */
  readonly deathNs: number | null
  /** Within the range. */
  readonly firstSpan: ReportSpan
  readonly lastSpan: ReportSpan
} & SpentNs

/** `count` stays (or lives) of `fromNs` up to but without `toNs` (null: no end), `cut` of them longer than the range shows. */
export type ReportBucket = {
  readonly fromNs: number
  readonly toNs: number | null
  readonly count: number
  readonly totalNs: number
  readonly cut: number
}

export type GoroutinesReport = {
  readonly schema: typeof GOROUTINES_SCHEMA
  readonly startNs: number
  readonly endNs: number
  /** How many there are; `goroutines` may be the first ones of them. */
  readonly count: number
  readonly goroutines: readonly ReportGoroutine[]
  /** Of all that there are. Empty buckets are left out, and histograms without any. */
  readonly histograms: Readonly<Partial<Record<HistogramName, readonly ReportBucket[]>>>
}

/** `order`: rows of the table, those that are wanted. */
export function functionsReport(trace: Trace, table: SpentFunctions, order: ArrayLike<number>): FunctionsReport {
  const reasons = reasonSums(trace, table)
  return {
    schema: FUNCTIONS_SCHEMA,
    startNs: table.scope.fromNs,
    endNs: table.scope.toNs,
    functions: Array.from(order, row => ({
      function: trace.strings.text(table.entry[row]),
      goroutines: table.goroutines[row],
      ...spentNs(table, row, waitsByReason(trace, reasons, row)),
    })),
  }
}

/**
 * Without its goroutines: of a million they are written piece by piece, for no string holds them all. They come from
 * `reportGoroutine`, one by one.
 */
export function goroutinesReport(trace: Trace, table: SpentGoroutines): GoroutinesReport {
  const stays = stayHistograms(trace, table.scope)
  const histograms = HISTOGRAMS.map((name, i) => {
    const buckets = bucketsOf(name === 'life' ? lifeHistogram(trace, table) : stays[i])
    return [name, buckets] as const
  })
  return {
    schema: GOROUTINES_SCHEMA,
    startNs: table.scope.fromNs,
    endNs: table.scope.toNs,
    count: table.length,
    histograms: Object.fromEntries(histograms.filter(([, buckets]) => buckets.length > 0)),
    goroutines: [],
  }
}

export function reportGoroutine(trace: Trace, table: SpentGoroutines, row: number): ReportGoroutine {
  const g = table.goroutine[row]
  const { id, entry, birthNs, deathNs } = trace.goroutines
  return {
    id: id[g],
    function: trace.strings.text(entry[g]),
    birthNs: Number.isNaN(birthNs[g]) ? null : birthNs[g],
    deathNs: Number.isNaN(deathNs[g]) ? null : deathNs[g],
    firstSpan: reportSpan(trace, firstSpanIn(trace, table.scope, g)),
    lastSpan: reportSpan(trace, lastSpanIn(trace, table.scope, g)),
    ...spentNs(table, row, waitsOfGoroutine(trace, table.scope, g)),
  }
}

/** The row of the span that a goroutine of the scope is in when the range begins, or is born in. */
export function firstSpanIn(trace: Trace, { fromNs }: Scope, g: number): number {
  return trace.spansOf.row[Math.max(trace.spansOf.first[g], positionAt(trace, g, fromNs))]
}

/** The row of the last span that has begun before the range ends. */
export function lastSpanIn(trace: Trace, { fromNs, toNs }: Scope, g: number): number {
  const { spans, spansOf } = trace
  const at = Math.max(spansOf.first[g], positionAt(trace, g, toNs))
  // What begins with the range's end lies behind it.
  const isBehind = spans.startNs[spansOf.row[at]] >= toNs && at > spansOf.first[g] && toNs > fromNs
  return spansOf.row[isBehind ? at - 1 : at]
}

function reportSpan(trace: Trace, span: number): ReportSpan {
  const sr = trace.spans.stateReason[span]
  return {
    startNs: trace.spans.startNs[span],
    state: GO_STATE_NAMES[sr & 3],
    reason: trace.strings.text(trace.reasons[sr >>> 2]),
  }
}

function spentNs(table: SpentColumns, row: number, waitingNs: Record<string, number>): SpentNs {
  const of = (code: number): number => table.kindNs[code][row]
  return {
    totalNs: table.totalNs[row],
    runningNs: of(StayCode.running),
    runnableNs: of(StayCode.runnable),
    syscallNs: of(StayCode.syscall),
    waitingTotalNs: table.waitingNs[row],
    waitingByKindNs: Object.fromEntries(WAIT_KINDS.map(kind => [kind, of(StayCode[kind])])) as Record<WaitKind, number>,
    waitingNs,
    assistNs: table.assistNs[row],
    sweepNs: table.sweepNs[row],
    stwNs: table.stwNs[row],
  }
}

function bucketsOf({ count, ns, cut }: Histogram): ReportBucket[] {
  return BUCKET_NS.flatMap((fromNs, bucket) => {
    if (count[bucket] === 0) return []
    const toNs = BUCKET_NS[bucket + 1] ?? null
    return [{ fromNs, toNs, count: count[bucket], totalNs: ns[bucket], cut: cut[bucket] }]
  })
}
