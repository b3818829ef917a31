/** `unhang goroutines FILE --function NAME`: how each goroutine spent its life, and how long single stays were. */
import {
  goroutinesReport,
  lifeHistogram,
  orderGoroutines,
  reportGoroutine,
  spentGoroutines,
  stayHistograms,
} from '@unhang/core'
import { goroutinesText } from '../print/goroutines.ts'
import type { Output } from '../print/output.ts'
import { jsonPieces, writePieces } from '../print/pieces.ts'
import { openTrace, requireGoroutines, scopeIn } from './one-trace.ts'
import type { ExitCode, GoroutinesPlan } from './plan.ts'

/** Lines that fit on a screen, with the histograms below. */
const LIMIT = 25

export async function runGoroutines(plan: GoroutinesPlan, output: Output): Promise<ExitCode> {
  const { name, trace } = await openTrace(plan.input, output)
  requireGoroutines(name, trace)
  const spent = spentGoroutines(trace, scopeIn(trace, plan.scope))
  const order = orderGoroutines(trace, spent, plan.sort)
  if (plan.json) {
    const { goroutines: _, ...head } = goroutinesReport(trace, spent)
    writePieces(jsonPieces(head, 'goroutines', listed()), output)
    return 0
  }
  const limit = plan.limit ?? LIMIT
  const view = { colors: output.colors, columns: output.columns, limit, function: plan.scope.function }
  const histograms = [...stayHistograms(trace, spent.scope), lifeHistogram(trace, spent)]
  output.data(goroutinesText(name, trace, spent, order, histograms, view))
  if (plan.scope.function === undefined && order.length > limit)
    output.remark(`--function NAME shows those of one function; unhang functions ${plan.input} lists the names\n`)
  return 0

  function* listed() {
    for (const row of order.subarray(0, plan.limit)) yield reportGoroutine(trace, spent, row)
  }
}
