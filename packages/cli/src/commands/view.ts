/**
 * `unhang view`: the answer and the timeline in the browser, from files, folders and addresses; a live server among
 * them is captured first. Nothing is read here but first bytes: the page opens the captures itself.
 */
import { findShown } from '../inputs/shown.ts'
import type { Output } from '../print/output.ts'
import { captureServers } from './captured.ts'
import type { ExitCode, ViewPlan } from './plan.ts'
import { serve } from './serve.ts'

/** 0 after Ctrl-C: whoever looked has seen enough. Without inputs the page asks for files. */
export async function runView(plan: ViewPlan, output: Output, version: string): Promise<ExitCode> {
  const names = await captureServers(plan.inputs, plan, output, version)
  if (names === undefined) return 2
  const remarks: string[] = []
  const remark = (text: string) => {
    output.remark(text)
    remarks.push(text.replace(/^unhang: /, '').trim())
  }
  const captures = names.length === 0 ? [] : await findShown(names, plan, remark)
  await serve({ ...plan, captures, remarks }, output)
  return 0
}
