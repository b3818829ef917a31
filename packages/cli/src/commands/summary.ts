/** `unhang summary FILE`: what is in a trace, in numbers; with --json as `tools/oracle` prints them. */
import { summarize } from '@unhang/core'
import type { Output } from '../print/output.ts'
import { summaryJson, summaryText } from '../print/summary.ts'
import { openTrace } from './one-trace.ts'
import type { ExitCode, SummaryPlan } from './plan.ts'

export async function runSummary(plan: SummaryPlan, output: Output): Promise<ExitCode> {
  const { name, trace } = await openTrace(plan.input, output, true)
  const summary = summarize(trace)
  output.data(plan.json ? summaryJson(summary) : summaryText(name, summary, output.colors))
  return 0
}
