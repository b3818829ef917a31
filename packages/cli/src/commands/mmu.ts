/** `unhang mmu FILE`: how much of the procs the garbage collector leaves to the program, in windows of any length. */
import { mmuReport } from '@unhang/core'
import { mmuText } from '../print/mmu.ts'
import type { Output } from '../print/output.ts'
import { complaining, openTrace, scopeIn } from './one-trace.ts'
import type { ExitCode, MmuPlan } from './plan.ts'

export async function runMmu(plan: MmuPlan, output: Output): Promise<ExitCode> {
  const { name, trace } = await openTrace(plan.input, output)
  const scope = scopeIn(trace, plan.scope)
  const report = complaining(() => mmuReport(trace, scope, plan.choice, plan.windowNs))
  if (plan.json) output.data(`${JSON.stringify(report, undefined, 2)}\n`)
  else output.data(mmuText(name, report, output.colors))
  if (report.startNs - scope.fromNs > UNKNOWN * (scope.toNs - scope.fromNs))
    output.remark(`unhang: before ${report.startNs / 1e9} s the trace does not say how many procs there are\n`)
  return 0
}

/** A part of the range that is missing and worth a word. */
const UNKNOWN = 0.05
