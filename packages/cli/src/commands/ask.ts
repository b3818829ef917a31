/** The bare form, `unhang HOST:PORT`: capture, diagnose, answer. */

import { isUrl } from '../capture/target.ts'
import { Complaint } from '../complaint.ts'
import { exists } from '../inputs/files.ts'
import type { Output } from '../print/output.ts'
import { answerTo } from './answer.ts'
import { captureVisibly, isUseful } from './capture.ts'
import type { AskPlan, ExitCode } from './plan.ts'

export async function ask(plan: AskPlan, output: Output, version: string): Promise<ExitCode> {
  if (!isUrl(plan.url) && exists(plan.url))
    throw new Complaint(
      'a server, as HOST:PORT or URL',
      `the file ${plan.url}`,
      `ask files with: unhang diagnose ${plan.url}`,
    )
  const captured = await captureVisibly(plan.url, plan, output, version)
  // Half a capture that somebody broke off is kept, but answers nothing.
  if (captured.manifest.interrupted || !isUseful(captured)) return 2
  // On a terminal the progress stands right above.
  if (output.screen.isTerminal && !plan.quiet) output.screen.write('\n')
  return answerTo([captured.folder], { ...plan, timelineOf: captured.folder }, output)
}
