/** What the page "functions" asks its worker: where the time of functions and of their goroutines went, in a range. */
import type { FunctionSort, GoroutineSort, Histogram, ScopeAsk, SpentColumn, StayAsk } from '@unhang/core'

type Ranged = { readonly trace: number; readonly scope: Pick<ScopeAsk, 'range'> }
type Ordered<Sort> = {
  readonly sort: Sort
  readonly isReversed: boolean
  readonly from: number
  readonly count: number
}

/** Rows `from` … of a table that has `length` of them. */
type Part<Row> = {
  readonly length: number
  /** Columns in which anything is above 0, in the order of a row's `times`. */
  readonly columns: readonly SpentColumn[]
  readonly from: number
  readonly rows: readonly Row[]
}

export type SpentRow = {
  readonly totalNs: number
  /** Running, runnable, waiting, in a syscall. */
  readonly stateNs: readonly number[]
  readonly times: readonly number[]
}

export type FunctionRow = SpentRow & {
  /** '': not known. */
  readonly name: string
  readonly goroutines: number
  /** How many of them the answer says are stuck. */
  readonly stuck: number
}

export type FunctionsPart = Part<FunctionRow> & {
  /** How many there are, whatever name is asked for. */
  readonly all: number
  /** Of those that are listed. */
  readonly goroutines: number
}

export type GoroutineRow = SpentRow & {
  readonly id: number
  /** undefined: before the trace. */
  readonly birthNs: number | undefined
  /** undefined: it lived on. */
  readonly deathNs: number | undefined
  /** Row of the last span within the range. */
  readonly span: number
  /** The answer says so. */
  readonly isStuck: boolean
  /** When the wait began that it is stuck in; undefined: it is not, or is not seen to wait at the trace's end. */
  readonly stuckSinceNs: number | undefined
}

export type GoroutinesPart = Part<GoroutineRow> & {
  /** How many there are, whatever bucket is chosen. */
  readonly all: number
  /** Strips of `livesOf`, `LIFE_COLUMNS` each, from `fromNs` to `toNs`. */
  readonly lives: Uint8Array
  readonly fromNs: number
  readonly toNs: number
}

/** As fine as a strip is wide on most screens. */
export const LIFE_COLUMNS = 160

/** One function. */
export type FunctionDetail = {
  readonly goroutines: number
  readonly stuck: number
  readonly stateNs: readonly number[]
  /** Go's own reasons, the longest first; '' where it gives none. */
  readonly reasons: readonly (readonly [reason: string, ns: number])[]
  readonly assistNs: number
  readonly sweepNs: number
  readonly stwNs: number
  /** By `HISTOGRAMS`. */
  readonly histograms: readonly Histogram[]
}

export type LongStay = { readonly span: number; readonly ns: number; readonly goroutineId: number }

export type FunctionsRequests = {
  /** `name`: only those with that text in their name. */
  spentFunctions: { ask: Ranged & Ordered<FunctionSort> & { readonly name: string }; answer: FunctionsPart }
  /** `stays`: only goroutines with such a stay, or whose life was so long. */
  spentGoroutines: {
    ask: Ranged & Ordered<GoroutineSort> & { readonly name: string; readonly stays: StayAsk | undefined }
    answer: GoroutinesPart
  }
  spentFunction: { ask: Ranged & { readonly name: string }; answer: FunctionDetail }
  /** The longest of such stays. */
  longestStays: { ask: Ranged & { readonly name: string; readonly stays: StayAsk }; answer: readonly LongStay[] }
}
