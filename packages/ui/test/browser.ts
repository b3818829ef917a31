/**
 * End to end: the built `unhang view` as a process of its own, its page in real Chromium. Whatever the page writes on its
 * console as an error, is refused by its own content policy, or asks of another host, fails the test that visited it.
 *
 *   pageTest('the answer comes first', { args: [TRACE] }, async ({ page }) => { … })
 *
 * Nothing sleeps: `until` asks again and again for a state. What a test needs a page to complain of, it expects by name.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core'
import { requireTool } from '../../core/test/require-tool.ts'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const UNHANG = join(ROOT, 'packages/cli/bin/unhang.js')
const PAGE = join(ROOT, 'packages/cli/dist/page/index.html')
/** Pictures of pages that failed a test. */
const PICTURES = join(ROOT, '.cache/e2e')

/** The slowest step known takes 2 s on an idle machine; two test files at once and a cold browser take their share. */
const PATIENCE_MS = 60_000
const POLL_MS = 50

export type Visit = {
  readonly page: Page
  /** "http://127.0.0.1:41234", or with a path. */
  readonly address: string
  /** What the page complained of so far; a test takes out what it expected. */
  readonly faults: string[]
  /** Waits for a complaint and takes it out. */
  expectFault(pattern: RegExp): Promise<void>
}

export type VisitOptions = {
  /** Of `unhang view`. */
  readonly args?: readonly string[]
  readonly context?: BrowserContextOptions
  /** What happens to the file of a report before it is opened. */
  readonly prepare?: (file: string) => void
  /** Behind the address: "?measure", "#timeline?…". */
  readonly at?: string | undefined
}

let launched: Promise<Browser> | undefined
after(async () => (await launched)?.close())

/** A test with a page of its own; skipped, with the reason, where there is no Chromium. */
export function pageTest(name: string, options: VisitOptions, body: (visit: Visit) => Promise<void>): void {
  test(name, async t => {
    const executablePath = requireTool(t, 'chromium')
    if (!executablePath) return
    assert.ok(existsSync(PAGE), 'packages/cli/dist/page is not there: npm run build')
    launched ??= chromium.launch({ executablePath })
    const served = await serve(options.args ?? [])
    try {
      await visit(await launched, served.address, options, body, name)
    } finally {
      await served.close()
    }
  })
}

/** The same of a report: `unhang report` writes it, and the page opens it from the disk, with no server anywhere. */
export function reportTest(name: string, options: VisitOptions, body: (visit: Visit) => Promise<void>): void {
  test(name, async t => {
    const executablePath = requireTool(t, 'chromium')
    if (!executablePath) return
    assert.ok(existsSync(PAGE), 'packages/cli/dist/page is not there: npm run build')
    launched ??= chromium.launch({ executablePath })
    const folder = mkdtempSync(join(tmpdir(), 'unhang-report-'))
    const file = join(folder, 'report.html')
    try {
      const { status, stderr } = spawnSync(process.execPath, [UNHANG, 'report', ...(options.args ?? []), '-o', file], {
        // Where no source lies.
        cwd: folder,
        encoding: 'utf8',
      })
      assert.equal(status, 0, stderr)
      options.prepare?.(file)
      await visit(await launched, pathToFileURL(file).href, options, body, name)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
}

async function visit(
  browser: Browser,
  address: string,
  options: VisitOptions,
  body: (visit: Visit) => Promise<void>,
  name: string,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options.context })
  context.setDefaultTimeout(PATIENCE_MS)
  // What tsx wraps named functions in, those too that are sent into the page.
  await context.addInitScript({ content: 'globalThis.__name = named => named' })
  const page = await context.newPage()
  const faults = watch(page, address)
  const expectFault = async (pattern: RegExp) => {
    await until(`the page complains of ${pattern}`, () => faults.some(fault => pattern.test(fault)))
    for (let i = faults.length - 1; i >= 0; i--) if (pattern.test(faults[i])) faults.splice(i, 1)
  }
  try {
    await page.goto(address + (options.at ?? ''))
    await body({ page, address, faults, expectFault })
    assert.deepEqual(faults, [])
  } catch (error) {
    mkdirSync(PICTURES, { recursive: true })
    const path = join(PICTURES, `${name.replace(/[^\w]+/g, '-').slice(0, 80)}.png`)
    // A page that crashed has none.
    await page.screenshot({ path, timeout: 5000 }).catch(() => undefined)
    if (error instanceof Error)
      error.message += `\nat ${page.url()}, picture: ${path}\nfaults: ${faults.join('\n') || 'none'}`
    throw error
  } finally {
    await context.close()
  }
}

/** Collects whatever a page must not do. */
function watch(page: Page, address: string): string[] {
  const faults: string[] = []
  const { origin } = new URL(address)
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', error => faults.push(`error: ${error.stack ?? error.message}`))
  page.on('crash', () => faults.push('the tab crashed'))
  page.on('request', request => {
    const url = new URL(request.url())
    // A file has no origin of its own: of files it may ask for itself alone.
    const isOrigin = origin === 'null' ? url.href.split('#')[0] === address : url.origin === origin
    const isOwn = isOrigin || url.protocol === 'data:' || url.protocol === 'blob:'
    if (!isOwn) faults.push(`request to ${url.origin}`)
  })
  page.on('response', response => {
    if (response.status() >= 400) faults.push(`${response.status()} for ${response.url()}`)
  })
  return faults
}

export type Served = { readonly address: string; close(): Promise<void> }

/** Starts `unhang view` and waits for the address that it prints. */
export async function serve(args: readonly string[]): Promise<Served> {
  const command = [UNHANG, 'view', ...args, '--no-open', '--port', '0']
  const child = spawn(process.execPath, command, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    const address = await addressOf(child)
    return { address: address.replace(/\/$/, ''), close: () => end(child) }
  } catch (error) {
    await end(child)
    throw error
  }
}

/** The first http://… on standard output. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    let complaint = ''
    child.stdout?.on('data', chunk => {
      output += chunk
      const address = /http:\/\/\S+(?=\s)/.exec(output)?.[0]
      if (address) resolve(address)
    })
    child.stderr?.on('data', chunk => {
      complaint += chunk
    })
    child.on('error', reject)
    child.on('close', code =>
      reject(new Error(`unhang view ended with ${code} before its address:\n${output}${complaint}`)),
    )
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'close')
}

/** Waits until `ask` answers with something true, and returns it. */
export async function until<T>(what: string, ask: () => T | Promise<T>): Promise<NonNullable<T>> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (answer) return answer as NonNullable<T>
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE_MS / 1000} s until ${what}`)
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}

/** Waits until the page has drawn a timeline in which the answer is marked: its rows have found their places. */
export function drawn(page: Page): Promise<void> {
  return marked(page, 'unhang:answered')
}

/** Waits until the page has drawn a timeline for the first time: the answer is on its way. */
export function pictured(page: Page): Promise<void> {
  return marked(page, 'unhang:drawn')
}

async function marked(page: Page, name: string): Promise<void> {
  const marks = () => page.evaluate(mark => performance.getEntriesByName(mark).length, name)
  await until(`the page says ${name}`, async () => (await marks()) > 0)
}

/** The pixels of all canvases of the timeline, as text. What the browser draws itself may differ by a shade. */
function pictureOf(page: Page): Promise<string> {
  const draw = () =>
    [...document.querySelectorAll<HTMLCanvasElement>('.timeline canvas')].map(one => one.toDataURL()).join()
  return page.evaluate(draw)
}

/** The timeline's picture once it stays the same: nothing moves any more, no finer scene is on its way. */
export async function settled(page: Page): Promise<string> {
  let before = ''
  let same = 0
  await until('the timeline rests', async () => {
    const now = await pictureOf(page)
    same = now === before ? same + 1 : 0
    before = now
    return same >= 3
  })
  return before
}

/** What is read on the screen, in one line; text that is hidden is not in it. */
export async function read(locator: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: the text as it is rendered is what this is about
  return (await locator.innerText()).replace(/\s+/g, ' ').trim()
}

/** Waits until the screen reads so there. */
export async function reads(locator: Locator, pattern: RegExp): Promise<string> {
  let text = ''
  try {
    return await until(`it reads ${pattern}`, async () => {
      text = await read(locator)
      return pattern.test(text) ? text : undefined
    })
  } catch (error) {
    throw new Error(`expected ${pattern}, found: ${text}`, { cause: error })
  }
}
