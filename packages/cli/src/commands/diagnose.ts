/** `unhang diagnose`: the answer from files, folders and addresses; a live server among them is captured first. */
import type { Output } from '../print/output.ts'
import { answerTo } from './answer.ts'
import { captureServers } from './captured.ts'
import type { DiagnosePlan, ExitCode } from './plan.ts'

export async function runDiagnose(plan: DiagnosePlan, output: Output, version: string): Promise<ExitCode> {
  const captured: (readonly string[])[] = []
  for (const names of [plan.inputs, plan.ends?.client ?? [], plan.ends?.server ?? []]) {
    const folders = await captureServers(names, plan, output, version)
    if (folders === undefined) return 2
    captured.push(folders)
  }
  const [inputs, client, server] = captured
  if (!plan.ends) return answerTo(inputs, plan, output)
  return answerTo([...inputs, ...client, ...server], { ...plan, ends: { client, server } }, output)
}
