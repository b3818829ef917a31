/** Whom a filter keeps, and which spans it marks: see `spec.ts` for what it means, `spans.ts` for how. */

import type { Selection, Timeline } from '../model.ts'
import { fittingGoroutines, isAboutGoroutines } from './goroutines.ts'
import { FIT, isAboutSpans, planSpans, type SpanPlan } from './plan.ts'
import { type Looked, lookAtSpans } from './spans.ts'
import type { Filter } from './spec.ts'

export function applyFilter(timeline: Timeline, filter: Filter): Selection {
  const { goroutines } = timeline.trace
  if (filter.terms.length === 0) return { keep: undefined, kept: goroutines.length, marks: undefined, marked: 0 }
  const keep = fittingGoroutines(timeline, filter.terms.filter(isAboutGoroutines))
  const spanTerms = filter.terms.filter(isAboutSpans)
  if (spanTerms.length === 0) return { keep, kept: count(keep), marks: undefined, marked: 0 }
  const plan = planSpans(timeline, spanTerms)
  const looked = lookAtSpans(timeline.trace, plan, keep)
  dropUnfit(timeline, plan, looked, keep)
  const marked = looked.marked.reduce((sum, spans) => sum + spans, 0)
  const hasMarks = (plan.hard | plan.soft) !== 0
  return { keep, kept: count(keep), marks: hasMarks ? looked.marks : undefined, marked }
}

/** Takes out those that something speaks against, with their marks. */
function dropUnfit({ trace }: Timeline, plan: SpanPlan, looked: Looked, keep: Uint8Array): void {
  const { spansOf, goroutines } = trace
  const need = plan.soft | (plan.hard === 0 ? 0 : FIT)
  for (let g = 0; g < keep.length; g++) {
    if (keep[g] === 0) continue
    const created = goroutines.creationStack[g]
    const bits = looked.bits[g] | plan.byGoroutine[g] | (created > 0 ? plan.byStack[created] : 0)
    if ((bits & need) === need && (bits & plan.negative) === 0) continue
    keep[g] = 0
    if (looked.marked[g] === 0) continue
    looked.marked[g] = 0
    for (let i = spansOf.first[g]; i < spansOf.first[g + 1]; i++) looked.marks[spansOf.row[i]] = 0
  }
}

function count(keep: Uint8Array): number {
  let kept = 0
  for (let g = 0; g < keep.length; g++) kept += keep[g]
  return kept
}
