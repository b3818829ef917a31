/** The moment that an answer speaks of, as a mark in the timeline: what led to it stands before, what came of it after. */
import { formatCount, momentText, stepOfStretch } from '@unhang/core'
import { type Store, traceIndexOf } from '../state/store.ts'
import type { TimeMark } from '../timeline/contract.ts'

/** Of the finding that is open, if it is about this trace; what is only worth a look has one once it was chosen. */
export function marksOf(store: Store): readonly TimeMark[] {
  const { opened, answered, place } = store
  const trace = traceIndexOf(store)
  const index = Math.max(0, place.value.finding)
  const found = answered.value?.diagnosis.findings[index]
  const sinceNs = found?.waiters.sinceNs
  if (!opened.value || !found || sinceNs === undefined || answered.value?.findingPlaces[index]?.trace !== trace)
    return []
  if (found.certainty === 'possible' && index === 0) return []
  const { durationNs } = opened.value.traces[trace]
  const { count } = found.waiters
  const who = count === 1 ? 'it begins' : `the first of ${formatCount(count)} begins`
  return [{ timeNs: sinceNs, text: `${momentText(sinceNs, stepOfStretch(durationNs), durationNs)}: ${who} to wait` }]
}
