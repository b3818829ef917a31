/** Who is stuck, in tables of where the time went: those whom the timeline marks, and since when they wait. */
import { entriesOf, GoState, lastSpanOf, type Scope, type SpentFunctions, type Trace } from '@unhang/core'

/** How many goroutines of each row's function are stuck, of those that are there within its scope. */
export function stuckCounts(trace: Trace, table: SpentFunctions, stuck: Uint8Array): Uint32Array {
  const { entryOf, length } = entriesOf(trace)
  const byEntry = new Uint32Array(length)
  for (let g = stuck.indexOf(1); g >= 0; g = stuck.indexOf(1, g + 1))
    if (isThere(trace, table.scope, g)) byEntry[entryOf[g]]++
  return Uint32Array.from(table.entryRow, k => byEntry[k])
}

/** As the tables choose their rows. */
function isThere({ goroutines, spansOf }: Trace, { fromNs, toNs }: Scope, g: number): boolean {
  const birthNs = goroutines.birthNs[g]
  if (goroutines.deathNs[g] <= fromNs || (birthNs > fromNs && birthNs >= toNs)) return false
  return spansOf.first[g] < spansOf.first[g + 1]
}

/** A finding is about what a goroutine waits for when the trace ends. undefined: it is not seen to wait then. */
export function stuckSinceNs(trace: Trace, g: number): number | undefined {
  const span = lastSpanOf(trace, g)
  if (span < 0 || !Number.isNaN(trace.goroutines.deathNs[g])) return undefined
  return (trace.spans.stateReason[span] & 3) === GoState.waiting ? trace.spans.startNs[span] : undefined
}
