/** `unhang functions FILE`: where the time of goroutines went, by the function that they began with. */
import { functionsReport, orderFunctions, spentFunctions } from '@unhang/core'
import { functionsText } from '../print/functions.ts'
import type { Output } from '../print/output.ts'
import { jsonPieces, writePieces } from '../print/pieces.ts'
import { openTrace, requireGoroutines, scopeIn } from './one-trace.ts'
import type { ExitCode, FunctionsPlan } from './plan.ts'

/** Lines that fit on a screen. */
const LIMIT = 25

export async function runFunctions(plan: FunctionsPlan, output: Output): Promise<ExitCode> {
  const { name, trace } = await openTrace(plan.input, output)
  requireGoroutines(name, trace)
  const spent = spentFunctions(trace, scopeIn(trace, plan.scope))
  const order = orderFunctions(trace, spent, plan.sort)
  if (plan.json) {
    const { functions, ...head } = functionsReport(trace, spent, order.subarray(0, plan.limit))
    writePieces(jsonPieces(head, 'functions', functions), output)
  } else {
    const view = { colors: output.colors, columns: output.columns, limit: plan.limit ?? LIMIT }
    output.data(functionsText(name, trace, spent, order, view))
  }
  return 0
}
