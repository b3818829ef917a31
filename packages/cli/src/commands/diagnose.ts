/** `unhang diagnose`: the answer from files, folders and addresses; a live server among them is captured first. */
import type { Output } from '../print/output.ts'
import { answerTo } from './answer.ts'
import { captureVisibly, isUseful } from './capture.ts'
import { isServer } from './dump.ts'
import type { DiagnosePlan, ExitCode } from './plan.ts'

export async function runDiagnose(plan: DiagnosePlan, output: Output, version: string): Promise<ExitCode> {
  const names: string[] = []
  for (const name of plan.inputs) {
    if (!isServer(name)) {
      names.push(name)
      continue
    }
    const captured = await captureVisibly(name, plan, output, version)
    if (captured.manifest.interrupted || !isUseful(captured)) return 2
    names.push(captured.folder)
  }
  return answerTo(names, plan, output)
}
