/** What the page "mmu" asks of the worker. */
import type { GcWork, MmuChoice, MmuCurve, ScopeAsk, WorstWindow } from '@unhang/core'

export type MmuAsk = {
  readonly trace: number
  readonly range?: ScopeAsk['range']
  readonly choice: MmuChoice
}

/** `missing`: why nothing can be told of it. */
export type MmuTold =
  | { readonly missing: string }
  | {
      readonly missing: undefined
      /** What of the range is told of. */
      readonly startNs: number
      readonly endNs: number
      readonly work: GcWork
      /** What the program had over all of it, 0 … 1. */
      readonly mean: number
      readonly curve: MmuCurve
      /** At 1 µs, 10 µs … 1 s, with percentiles. */
      readonly usual: MmuCurve
      /** The length whose worst windows are shown where nobody asked for another. */
      readonly windowNs: number
    }

export type MmuWorstTold = {
  /** As asked, or shorter where the range is. */
  readonly windowNs: number
  readonly minimum: number
  readonly windows: readonly WorstWindow[]
}

/** `mmu` lets others have their turn, tells how far it has come, and gives up (an error) where it is asked anew. */
export type MmuRequests = {
  mmu: { ask: MmuAsk & { readonly hasShares: boolean }; answer: MmuTold }
  /** Nobody wants the curve any more. */
  mmuStop: { ask: Record<string, never>; answer: undefined }
  /** undefined: nothing can be told, as `mmu` says. */
  mmuWorst: { ask: MmuAsk & { readonly windowNs: number }; answer: MmuWorstTold | undefined }
}
