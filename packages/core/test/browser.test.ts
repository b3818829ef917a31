/** The core in a real browser: the same bytes give the same answer there as in Node.js. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type DiagnoseInput, type Diagnosis, diagnose, openCapture } from '@unhang/core'
import { build } from 'esbuild'
import { type Browser, chromium } from 'playwright-core'
import { requireTool } from './require-tool.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const CAPTURE = join(ROOT, 'testdata/captures/go1.26.8/server-caught')
/** Far more than the files of the test have. */
const LIMIT_BYTES = 100e6

/** One plain, one that the browser's own DecompressionStream opens, one in protobuf (which is gzipped by Go). */
const FILES: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['server.trace', readFileSync(join(CAPTURE, 'server.trace'))],
  ['server.trace.gz', gzipSync(readFileSync(join(CAPTURE, 'server.trace')))],
  ['goroutines.debug2.txt', readFileSync(join(CAPTURE, 'goroutines.debug2.txt'))],
  ['goroutines.pb.gz', readFileSync(join(CAPTURE, 'goroutines.pb.gz'))],
]

test('Chromium gives the answer that Node.js gives', async t => {
  const executablePath = requireTool(t, 'chromium')
  if (!executablePath) return
  const code = await bundled()
  const browser = await chromium.launch({ executablePath })
  try {
    for (const [name, bytes] of FILES) {
      const expected = await answerOf(name, bytes)
      assert.ok(expected.inputs[0].goroutines > 0)
      assert.deepEqual(await answerInBrowser(browser, code, name, bytes), expected, name)
    }
  } finally {
    await browser.close()
  }
})

/** As JSON has it: that is how it comes back from the browser. */
async function answerOf(name: string, bytes: Uint8Array): Promise<Diagnosis> {
  const input: DiagnoseInput = { name, ...(await openCapture(bytes, LIMIT_BYTES)) }
  return JSON.parse(JSON.stringify(diagnose([input])))
}

async function answerInBrowser(browser: Browser, code: string, name: string, bytes: Uint8Array): Promise<Diagnosis> {
  const page = await browser.newPage()
  const errors: Error[] = []
  page.on('pageerror', error => errors.push(error))
  await page.addScriptTag({ content: code })
  const call = `answer(${JSON.stringify(name)}, '${Buffer.from(bytes).toString('base64')}')`
  const json = await page.evaluate<string>(call)
  await page.close()
  assert.deepEqual(errors, [])
  return JSON.parse(json)
}

/** The core for a browser, with a function that takes a file and returns the diagnosis as JSON. */
async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { diagnose, openCapture } from '@unhang/core'
        globalThis.answer = async (name, base64) => {
          const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))
          const capture = await openCapture(bytes, ${LIMIT_BYTES})
          return JSON.stringify(diagnose([{ name, ...capture }]))
        }`,
      resolveDir: ROOT,
    },
    bundle: true,
    // A module of Node.js is an error on this platform.
    platform: 'browser',
    format: 'iife',
    conditions: ['unhang-source'],
    write: false,
  })
  return outputFiles[0].text
}
