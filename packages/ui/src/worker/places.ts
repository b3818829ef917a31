/** Where in the traces the goroutines of a finding stand: an answer names ids, and a timeline shows rows. */
import { type Finding, GoState, lastSpanOf, type Trace } from '@unhang/core'
import type { Answered } from '../protocol.ts'

export type FindingPlace = Answered['findingPlaces'][number]

/** The trace that knows most of the waiters at the finding's site, and their last spans there. */
export function placesOf(traces: readonly Trace[], finding: Finding): FindingPlace {
  let best: FindingPlace = { trace: -1, spans: [] }
  let bestScore = 0
  traces.forEach((trace, i) => {
    const ids = new Set(finding.waiters.goroutines)
    const spans: number[] = []
    let atSite = 0
    for (let g = 0; g < trace.goroutines.length && ids.size > 0; g++) {
      if (!ids.delete(trace.goroutines.id[g])) continue
      const span = lastSpanOf(trace, g)
      if (span < 0) continue
      spans.push(span)
      if (stackHolds(trace, trace.spans.stack[span], finding.site.function)) atSite++
    }
    // Two processes may have goroutines of the same ids: the site tells whose they are.
    const score = spans.length + 1000 * atSite
    if (score > bestScore) {
      bestScore = score
      best = { trace: i, spans }
    }
  })
  return best
}

function stackHolds(trace: Trace, stack: number, name: string): boolean {
  if (stack <= 0) return false
  for (let i = trace.stacks.first[stack]; i < trace.stacks.first[stack + 1]; i++)
    if (trace.strings.text(trace.frames.function[trace.stacks.frame[i]]) === name) return true
  return false
}

/**
 * Rows of the goroutines that a finding says are stuck. An answer lists at most a hundred ids: of more, those count
 * that wait at the very stacks of the listed ones until the trace ends.
 */
export function stuckRowsOf(
  trace: Trace,
  index: number,
  findings: readonly Finding[],
  places: readonly FindingPlace[],
): number[] {
  const rows = new Set<number>()
  findings.forEach((finding, i) => {
    // Worth a look is not stuck, and contention moves.
    if (finding.certainty === 'possible' || finding.cause === 'contention' || places[i].trace !== index) return
    for (const span of places[i].spans) rows.add(trace.spans.goroutine[span])
    if (finding.waiters.count <= finding.waiters.goroutines.length) return
    const stacks = new Set(places[i].spans.map(span => trace.spans.stack[span]).filter(stack => stack > 0))
    for (let g = 0; g < trace.goroutines.length; g++) {
      const span = lastSpanOf(trace, g)
      if (span < 0 || (trace.spans.stateReason[span] & 3) !== GoState.waiting) continue
      if (stacks.has(trace.spans.stack[span]) && Number.isNaN(trace.goroutines.deathNs[g])) rows.add(g)
    }
  })
  return [...rows]
}
