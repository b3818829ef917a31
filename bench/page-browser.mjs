/** The two processes that the page's bench is about: `unhang view` and Chromium. Starts them, asks them, ends them. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { tsImport } from 'tsx/esm/api'
import { UNHANG } from './tools.mjs'

/** The largest trace measured is read in less than a minute. */
const PATIENCE_MS = 180_000
const POLL_MS = 10
/** Without these Chromium shows 60 frames a second: no frame could be seen to take less than 16.7 ms. */
const UNLIMITED = ['--disable-frame-rate-limit', '--disable-gpu-vsync']

/** Chromium's executable, or undefined. */
export async function findChromium() {
  const { findTool } = await tsImport('../packages/core/test/require-tool.ts', import.meta.url)
  return findTool('chromium')
}

/** `isLimited`: as users have it; else frames follow each other as fast as they can be made. */
export function launch(executablePath, isLimited) {
  return chromium.launch({ executablePath, args: isLimited ? [] : UNLIMITED })
}

/** unhang's whole way without a page, timed here: the opening that the page's is compared with. */
export function timeDiagnose(file) {
  const startMs = performance.now()
  const options = { stdio: 'ignore', timeout: PATIENCE_MS }
  const { status, error } = spawnSync(process.execPath, [UNHANG, 'diagnose', file, '--json'], options)
  if (error) throw error
  if (status !== 0 && status !== 1) throw new Error(`unhang diagnose ${file}: exit status ${status}`)
  return performance.now() - startMs
}

/**
 * Starts `unhang view` with `args` and opens its page at `at`; `use` gets the page once the timeline is drawn, and the
 * time from the start of the process to that.
 */
export async function withPage(browser, { args, at = '?measure', context: how }, use) {
  // An empty tab is there before: opening one is the browser's time and not ours.
  const context = await browser.newContext({ deviceScaleFactor: 1, ...how })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const faults = []
  page.on('console', message => message.type() === 'error' && faults.push(message.text()))
  page.on('pageerror', error => faults.push(error.message))
  page.on('crash', () => faults.push('the tab crashed'))
  const spawnedAtMs = Date.now()
  const command = [UNHANG, 'view', ...args, '--no-open', '--port', '0']
  const server = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    await page.goto((await addressOf(server)) + at, { waitUntil: 'commit' })
    const drawnAtMs = await drawnAt(page, faults)
    return await use(page, drawnAtMs - spawnedAtMs)
  } finally {
    await context.close()
    if (server.exitCode === null) {
      server.kill('SIGKILL')
      await once(server, 'close')
    }
  }
}

/** The first http://… on standard output. */
function addressOf(server) {
  return new Promise((resolve, reject) => {
    let output = ''
    let complaint = ''
    server.stderr.on('data', chunk => {
      complaint += chunk
    })
    server.stdout.on('data', chunk => {
      output += chunk
      const address = /http:\/\/\S+(?=\s)/.exec(output)?.[0]
      if (address) resolve(address)
    })
    server.on('error', reject)
    server.on('close', code => reject(new Error(`unhang view ended with ${code}: ${complaint}`)))
  })
}

/** When the timeline was drawn, in milliseconds of the clock on the wall, as the page itself marked it. */
async function drawnAt(page, faults) {
  const mark = () =>
    performance.getEntriesByName('unhang:drawn').map(entry => performance.timeOrigin + entry.startTime)[0]
  const complaint = () => document.querySelector('.notice-line.bad')?.textContent
  return waitFor('the timeline is drawn', async () => {
    const text = faults[0] ?? (await page.evaluate(complaint))
    if (text) throw new Error(`the page says: ${text}`)
    return page.evaluate(mark)
  })
}

/** Asks until the answer is there; a page that is busy with a large trace answers late. */
export async function waitFor(what, ask) {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE_MS / 1000} s until ${what}`)
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}

/**
 * Memory of the tab with its worker: of the renderer processes the largest, the others hold empty pages. `bytes` is its
 * share of physical memory now (PSS), `peakBytes` the most it ever had (VmHWM, shared libraries counted in full).
 * undefined where the system does not tell.
 */
export async function tabMemory(browser) {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => memoryOf(id))
  const known = renderers.filter(memory => memory !== undefined)
  return known.sort((a, b) => b.bytes - a.bytes)[0]
}

function memoryOf(processId) {
  try {
    const bytes = kilobytes(readFileSync(`/proc/${processId}/smaps_rollup`, 'utf8'), 'Pss')
    const peakBytes = kilobytes(readFileSync(`/proc/${processId}/status`, 'utf8'), 'VmHWM')
    return { bytes, peakBytes }
  } catch {
    return undefined
  }
}

const kilobytes = (text, name) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(text)[1]) * 1024
