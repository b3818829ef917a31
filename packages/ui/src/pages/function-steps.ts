/** Steps of the page "functions", and which rows of its tables are asked for. */
import type { FunctionsPlace } from '../state/functions-url.ts'
import type { Session } from './session.ts'

export function goFunctions(session: Session, change: Partial<FunctionsPlace>): Promise<void> {
  return session.go({ functions: { ...session.store.place.value.functions, ...change } }, 'push')
}

/** Rows of one question: what is on a screen, and as much around it. */
const PAGE = 64

/** Whole pages that have the rows from first to last. */
export function pagesOf(first: number, last: number): { readonly from: number; readonly count: number } {
  const from = Math.floor(first / PAGE) * PAGE
  return { from, count: (Math.floor(Math.max(first, last) / PAGE) + 1) * PAGE - from }
}
