/** Two of the open traces side by side. */
import type { FunctionChange, ScopeAsk, TraceSide, WaitChange } from '@unhang/core'

export const COMPARE_SORTS = ['name', 'before', 'after', 'change'] as const
export type CompareSort = (typeof COMPARE_SORTS)[number]

export type CompareAsk = {
  /** Indexes in `Opened.traces`; `trace` is the later one, which the page shows. */
  readonly trace: number
  readonly against: number
  readonly scope: Pick<ScopeAsk, 'range'>
  /** The range is that of both; else the earlier one is asked about as a whole. */
  readonly isOfBoth: boolean
  readonly table: 'functions' | 'waits'
  readonly sort: CompareSort
  /** What is less comes first. */
  readonly isReversed: boolean
}

export type ComparePart = {
  readonly before: TraceSide
  readonly after: TraceSide
  readonly summary: readonly string[]
  /** The first ones of `length`. */
  readonly rows: readonly (FunctionChange | WaitChange)[]
  readonly length: number
  /** The most of a second, for bars to compare with. */
  readonly mostNs: number
}

export type CompareRequests = { compare: { ask: CompareAsk; answer: ComparePart } }
