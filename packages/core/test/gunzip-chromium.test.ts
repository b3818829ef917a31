/** Chromium's `DecompressionStream` is another one than that of Node.js (it refuses a second member): the same must come out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { requireTool } from './require-tool.ts'

const GUNZIP = fileURLToPath(new URL('../src/base/gunzip.ts', import.meta.url))
const LIMIT = 10_000_000

/** What the page answers for one file: the bytes' length and sum, and the problem or error. */
type Answer = { length: number; sum: number; message: string }

const data = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `${(i * 7919) % 10_007} `).join(''))
const zipped = gzipSync(data)
const cut = zipped.subarray(0, zipped.length >> 1)
const partOfCut = gunzipSync(cut, { finishFlush: 2 })
const FILES: readonly { name: string; file: Buffer; bytes: Buffer; message: RegExp }[] = [
  { name: 'whole', file: zipped, bytes: data, message: /^$/ },
  { name: 'cut', file: cut, bytes: partOfCut, message: /cut or damaged/ },
  {
    name: 'members',
    file: Buffer.concat([zipped, gzipSync('x'), zipped]),
    bytes: Buffer.concat([data, Buffer.from('x'), data]),
    message: /^$/,
  },
  { name: 'padding', file: Buffer.concat([zipped, Buffer.alloc(999)]), bytes: data, message: /^$/ },
  {
    name: 'bytes behind',
    file: Buffer.concat([zipped, Buffer.from('0123456789')]),
    bytes: data,
    message: /ends at its byte/,
  },
  { name: 'bomb', file: gzipSync(Buffer.alloc(2 * LIMIT)), bytes: Buffer.alloc(0), message: /Raise the limit/ },
]

/** The reader as a script that a page can run. */
async function bundled(): Promise<string> {
  const shape = { bundle: true, write: false, format: 'iife', globalName: 'reader', logLevel: 'silent' } as const
  const { outputFiles } = await build({ ...shape, entryPoints: [GUNZIP] })
  return outputFiles[0].text
}

/** Runs in the page. */
async function answer({ base64, limit }: { base64: string; limit: number }): Promise<Answer> {
  const bytes = Uint8Array.from(atob(base64), char => char.charCodeAt(0))
  const { reader } = globalThis as unknown as { reader: typeof import('../src/base/gunzip.ts') }
  try {
    const result = await reader.gunzip(bytes, limit)
    const sum = result.bytes.reduce((total, byte) => (total * 31 + byte) % 1_000_003, 0)
    return { length: result.bytes.length, sum, message: result.problem?.message ?? '' }
  } catch (error) {
    return { length: 0, sum: 0, message: String(error) }
  }
}

test('gzip files in Chromium', async t => {
  const executablePath = requireTool(t, 'chromium')
  if (!executablePath) return
  const browser = await chromium.launch({ executablePath })
  try {
    const page = await browser.newPage()
    await page.addScriptTag({ content: await bundled() })
    for (const { name, file, bytes, message } of FILES) {
      const got = await page.evaluate(answer, { base64: file.toString('base64'), limit: LIMIT })
      assert.match(got.message, message, name)
      assert.equal(got.length, bytes.length, name)
      assert.equal(
        got.sum,
        bytes.reduce((total, byte) => (total * 31 + byte) % 1_000_003, 0),
        name,
      )
    }
  } finally {
    await browser.close()
  }
})
