/** Among what is named there may be live servers: each is captured first, and its folder takes its place. */
import type { CaptureOptions } from '../capture/options.ts'
import { isServer } from '../inputs/open.ts'
import type { Output } from '../print/output.ts'

/** undefined: a capture was broken off, or brought nothing to look at; that has been told. */
export async function captureServers(
  inputs: readonly string[],
  options: CaptureOptions,
  output: Output,
  version: string,
): Promise<readonly string[] | undefined> {
  const names: string[] = []
  for (const name of inputs) {
    if (!isServer(name)) {
      names.push(name)
      continue
    }
    // Loaded when it is needed: Node.js takes a while to load its HTTP, which files do without.
    const { captureVisibly, isUseful } = await import('./capture.ts')
    const captured = await captureVisibly(name, options, output, version)
    if (captured.manifest.interrupted || !isUseful(captured)) return undefined
    names.push(captured.folder)
  }
  return names
}
