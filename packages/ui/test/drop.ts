/** Files dropped on the page as a hand does it: through the browser, by path, folders too. And made-up bad ones. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { traceFromText, traceToText } from '@unhang/core'
import type { Page } from 'playwright-core'

let folder: string | undefined
after(() => folder && rmSync(folder, { recursive: true, force: true }))

/** Writes a file of this name and returns its path. */
export function made(name: string, content: string | Uint8Array): string {
  folder ??= mkdtempSync(join(tmpdir(), 'unhang-e2e-'))
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** Drops files and folders, all at once, in the middle of the window. */
export async function drop(page: Page, ...paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const at = { x: 400, y: 300, data: { items: [], files: [...paths], dragOperationsMask: 1 } }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { ...at, type })
  await session.detach()
}

/** The trace with other names of functions; `rename` gets each that occurs. */
export function renamed(trace: string, rename: (name: string) => string): Uint8Array {
  const text = traceToText(new Uint8Array(readFileSync(trace)))
  const changed = text.replace(/(?<=data=")[^"\n]*(?=")/g, name => JSON.stringify(rename(name)).slice(1, -1))
  // Batches have other lengths now, and are counted anew.
  return traceFromText(changed.replace(/ size=\d+/g, ''))
}
