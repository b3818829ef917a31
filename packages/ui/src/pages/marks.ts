/** The moment that an answer speaks of, as a mark in the timeline: what led to it stands before, what came of it after. */
import { formatCount, momentText, stepOfStretch } from '@unhang/core'
import type { Opened } from '../protocol.ts'
import type { TimeMark } from '../timeline/contract.ts'

/** Of the finding that is open, if it is about this trace; what is only worth a look has one once it was chosen. */
export function marksOf(opened: Opened | undefined, finding: number, trace: number): readonly TimeMark[] {
  const index = Math.max(0, finding)
  const found = opened?.diagnosis?.findings[index]
  const sinceNs = found?.waiters.sinceNs
  if (!opened || !found || sinceNs === undefined || opened.findingPlaces[index]?.trace !== trace) return []
  if (found.certainty === 'possible' && index === 0) return []
  const { durationNs } = opened.traces[trace]
  const { count } = found.waiters
  const who = count === 1 ? 'it begins' : `the first of ${formatCount(count)} begins`
  return [{ timeNs: sinceNs, text: `${momentText(sinceNs, stepOfStretch(durationNs), durationNs)}: ${who} to wait` }]
}
