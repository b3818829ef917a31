/** `unhang capture URL`: trace and dumps of a live server into a folder. */
import path from 'node:path'
import { type Captured, capture } from '../capture/bundle.ts'
import type { CaptureOptions } from '../capture/options.ts'
import { readTarget } from '../capture/target.ts'
import { complaintText } from '../complaint.ts'
import type { Output } from '../print/output.ts'
import { createProgress } from '../print/progress.ts'
import { interruptible } from './interrupt.ts'
import type { CapturePlan, ExitCode } from './plan.ts'

/** Captures, with a progress bar and a complaint for each thing that did not come. */
export async function captureVisibly(
  url: string,
  options: CaptureOptions,
  output: Output,
  version: string,
): Promise<Captured> {
  const target = readTarget(url)
  const progress = createProgress(output.screen)
  progress.waiting(`asking ${target.host} …`)
  const captured = await interruptible(signal => capture(target, options, version, progress, signal)).catch(error => {
    progress.finish('')
    throw error
  })
  progress.finish(`→ ${captured.folder}${path.sep}`)
  for (const complaint of captured.complaints) output.error(complaintText(complaint))
  if (captured.manifest.interrupted) output.error(`unhang: interrupted; what came is kept in ${captured.folder}\n`)
  return captured
}

/** Is there anything in it that can be diagnosed? */
export function isUseful({ manifest }: Captured): boolean {
  return manifest.files.some(({ what }) => what === 'trace' || what === 'dump')
}

/** Prints the folder's name, or with --json the manifest and where it lies. */
export async function runCapture(plan: CapturePlan, output: Output, version: string): Promise<ExitCode> {
  const captured = await captureVisibly(plan.url, plan, output, version)
  const { folder, manifest } = captured
  output.data(plan.json ? `${JSON.stringify({ folder, ...manifest }, undefined, 2)}\n` : `${folder}\n`)
  // What a server refuses it was asked for all the same; what was cut short was not captured.
  const whole = manifest.files.every(({ complete }) => complete)
  return isUseful(captured) && whole && !manifest.interrupted ? 0 : 2
}
