/** Waits by Go's exact reasons, where `STAY_KINDS` has them in groups. */
import { positionAt } from '../../trace/lookup.ts'
import { GoState, spanEndNs, type Trace } from '../../trace/tables.ts'
import type { Scope } from '../scope.ts'
import { overlapNs, staysIn } from '../stays.ts'
import type { SpentColumns } from './columns.ts'

/** Those of a table's row are reason[first[row]] … reason[first[row + 1] - 1], the longest first. */
export type ReasonSums = {
  readonly first: Uint32Array
  readonly reason: Uint32Array // row in `Trace.reasons`
  readonly ns: Float64Array
}

/** Above it, a table of rows by reasons is kept as the pairs that occur: a stranger may write thousands of reasons. */
const DENSE = 2 ** 22

export function reasonSums(trace: Trace, { scope, rowOf, length }: SpentColumns): ReasonSums {
  const { goroutine, stateReason } = trace.spans
  const reasons = trace.reasons.length
  const dense = length * reasons <= DENSE ? new Float64Array(length * reasons).fill(-1) : undefined
  const sparse = new Map<number, number>()
  for (const { count, span, ns } of staysIn(trace, scope)) {
    for (let i = 0; i < count; i++) {
      const sr = stateReason[span[i]]
      if ((sr & 3) !== GoState.waiting) continue
      const pair = rowOf[goroutine[span[i]]] * reasons + (sr >>> 2)
      if (dense) dense[pair] = Math.max(0, dense[pair]) + ns[i]
      else sparse.set(pair, (sparse.get(pair) ?? 0) + ns[i])
    }
  }
  const pairs = dense ? filled(dense) : [...sparse.keys()]
  const nsOf = (pair: number): number => (dense ? dense[pair] : (sparse.get(pair) ?? 0))
  const rowOfPair = (pair: number): number => Math.floor(pair / reasons)
  pairs.sort((a, b) => rowOfPair(a) - rowOfPair(b) || nsOf(b) - nsOf(a) || a - b)
  const first = new Uint32Array(length + 1)
  for (const pair of pairs) first[rowOfPair(pair) + 1]++
  for (let row = 0; row < length; row++) first[row + 1] += first[row]
  return {
    first,
    reason: Uint32Array.from(pairs, pair => pair % reasons),
    ns: Float64Array.from(pairs, nsOf),
  }
}

function filled(dense: Float64Array): number[] {
  const pairs: number[] = []
  for (let pair = 0; pair < dense.length; pair++) if (dense[pair] >= 0) pairs.push(pair)
  return pairs
}

/** A row's waits by Go's reasons, the longest first, as JSON has them; '' where Go gives none. */
export function waitsByReason(trace: Trace, { first, reason, ns }: ReasonSums, row: number): Record<string, number> {
  const waits = new Map<number, number>()
  for (let i = first[row]; i < first[row + 1]; i++) waits.set(reason[i], ns[i])
  return named(trace, waits)
}

/** The same of one goroutine, from its spans alone: for the few of a million that are shown. */
export function waitsOfGoroutine(trace: Trace, scope: Scope, g: number): Record<string, number> {
  const { spans, spansOf } = trace
  const { fromNs, toNs, within } = scope
  const waits = new Map<number, number>()
  for (let at = Math.max(spansOf.first[g], positionAt(trace, g, fromNs)); at < spansOf.first[g + 1]; at++) {
    const span = spansOf.row[at]
    const beginNs = Math.max(fromNs, spans.startNs[span])
    if (beginNs >= toNs && beginNs > fromNs) break
    const sr = spans.stateReason[span]
    if ((sr & 3) !== GoState.waiting) continue
    const endNs = Math.min(toNs, spanEndNs(trace, g, at))
    const ns = within ? overlapNs(within, g, beginNs, endNs) : endNs - beginNs
    waits.set(sr >>> 2, (waits.get(sr >>> 2) ?? 0) + ns)
  }
  return named(trace, new Map([...waits].sort((a, b) => b[1] - a[1])))
}

/** Two reasons may read the same, where their text is broken. A reason may be called "__proto__". */
function named(trace: Trace, waits: ReadonlyMap<number, number>): Record<string, number> {
  const sums = new Map<string, number>()
  for (const [reason, ns] of waits) {
    const name = trace.strings.text(trace.reasons[reason])
    sums.set(name, (sums.get(name) ?? 0) + ns)
  }
  return Object.fromEntries(sums)
}
