/** `unhang summary FILE`: what is in a trace, in numbers; with --json as `tools/oracle` prints them. */
import { summarize } from '@unhang/core'
import { DEFAULT_FETCH } from '../capture/options.ts'
import { Complaint } from '../complaint.ts'
import { openInputs } from '../inputs/open.ts'
import type { Output } from '../print/output.ts'
import { summaryJson, summaryText } from '../print/summary.ts'
import type { ExitCode, SummaryPlan } from './plan.ts'

export async function runSummary(plan: SummaryPlan, output: Output): Promise<ExitCode> {
  const inputs = await openInputs([plan.input], { ...DEFAULT_FETCH, wanted: 'trace' }, output.remark)
  for (const { name, capture } of inputs) {
    if (capture.kind !== 'trace') continue
    const summary = summarize(capture.trace)
    output.data(plan.json ? summaryJson(summary) : summaryText(name, summary, output.colors))
    return 0
  }
  throw new Complaint(
    'an execution trace',
    `goroutine dumps alone in ${plan.input}`,
    `look at them with: unhang dump ${plan.input}`,
  )
}
