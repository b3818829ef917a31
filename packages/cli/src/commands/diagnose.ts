/** `unhang diagnose`: the answer from files, folders and addresses; a live server among them is captured first. */
import { isServer } from '../inputs/open.ts'
import type { Output } from '../print/output.ts'
import { answerTo } from './answer.ts'
import type { DiagnosePlan, ExitCode } from './plan.ts'

export async function runDiagnose(plan: DiagnosePlan, output: Output, version: string): Promise<ExitCode> {
  const names: string[] = []
  for (const name of plan.inputs) {
    if (!isServer(name)) {
      names.push(name)
      continue
    }
    // Loaded when it is needed: Node.js takes a while to load its HTTP, which files do without.
    const { captureVisibly, isUseful } = await import('./capture.ts')
    const captured = await captureVisibly(name, plan, output, version)
    if (captured.manifest.interrupted || !isUseful(captured)) return 2
    names.push(captured.folder)
  }
  return answerTo(names, plan, output)
}
