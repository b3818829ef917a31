/** `unhang diagnose`: the answer from files, folders and addresses; a live server among them is captured first. */
import type { Output } from '../print/output.ts'
import { answerTo } from './answer.ts'
import { captureServers } from './captured.ts'
import type { DiagnosePlan, ExitCode } from './plan.ts'

export async function runDiagnose(plan: DiagnosePlan, output: Output, version: string): Promise<ExitCode> {
  const names = await captureServers(plan.inputs, plan, output, version)
  return names === undefined ? 2 : answerTo(names, plan, output)
}
