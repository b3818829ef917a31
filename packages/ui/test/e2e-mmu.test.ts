/** The page "MMU" in a browser: the curve read by pointer and keys, what is counted, and a way from a window to the timeline. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { parse } from '../src/state/url.ts'
import { axeFaults } from './axe-faults.ts'
import { drawn, pageTest, ROOT, read, reads, until } from './browser.ts'
import { DUMP } from './experiment.ts'

const TRACE = join(ROOT, 'testdata/traces/go1.26.trace')
const FLIGHT = join(ROOT, 'testdata/traces/flight-1.26.trace')

const placeOf = (page: Page) => parse(new URL(page.url()).hash)
const curve = (page: Page) => page.getByRole('slider', { name: 'length of the window' })
const reading = (page: Page) => page.locator('.mmu-read')
const heading = (page: Page) => page.locator('.mmu-worst h2')

pageTest(
  'the curve tells a window by pointer and by keys, and lists its worst',
  { args: [TRACE], at: '#mmu' },
  async ({ page }) => {
    assert.match(
      await read(page.locator('.mmu-head')),
      /The collector left 84\.4 % of the procs.*1 garbage collection, 2 stops of the world/,
    )
    await reads(reading(page), /^100 µs: at least 0 %$/)
    const box = await curve(page).boundingBox()
    assert.ok(box)
    await page.mouse.move(box.x + box.width - 2, box.y + 20)
    await reads(reading(page), /^1\.93 ms: at least 84\.4 %$/)
    await page.mouse.click(box.x + 2, box.y + 20)
    await reads(heading(page), /^Worst windows of 1 µs/)
    assert.equal(placeOf(page).mmu.windowNs, 1000)
    await curve(page).focus()
    await page.keyboard.press('End')
    await reads(heading(page), /^Worst windows of 1\.93 ms/)
    assert.match((await curve(page).getAttribute('aria-valuetext')) ?? '', /^1\.93 ms: at least 84\.4 %/)
    await page.keyboard.press('Home')
    await reads(heading(page), /^Worst windows of 1 µs/)
    await page.getByRole('button', { name: '1 ms', exact: true }).click()
    await reads(heading(page), /^Worst windows of 1 ms/)
    await reads(page.locator('.mmu-worst li').first(), /^69\.8 %at /)
  },
)

pageTest(
  'what is counted is in the address, and goes back',
  { args: [TRACE], at: '#mmu?mmu.window=0.0001s' },
  async ({ page }) => {
    const sweep = page.getByRole('checkbox', { name: /^Sweep/ })
    await reads(page.locator('.mmu-head'), /84\.4 %/)
    await page.getByRole('checkbox', { name: /^Background workers/ }).uncheck()
    await reads(page.locator('.mmu-head'), /94\.3 %|8[5-9]\.\d %|9\d\.\d %/)
    await sweep.check()
    await page.getByRole('radio', { name: /^Per goroutine/ }).check()
    await page.getByRole('checkbox', { name: /^Show percentiles/ }).check()
    await reads(reading(page), /p99\.9 .*p99 .*p95 /)
    await reads(page.locator('.mmu-worst li').first(), /, proc \d$/)
    const { choice, hasShares } = placeOf(page).mmu
    assert.deepEqual([choice.work, choice.perProc, hasShares], [['stw', 'assist', 'sweep'], true, true])
    await page.reload()
    await reads(reading(page), /p99\.9 /)
    assert.ok(await sweep.isChecked())
    await page.goBack()
    await until('percentiles are gone', async () => !/p99/.test(await read(reading(page))))
  },
)

pageTest('a worst window opens the timeline there', { args: [TRACE], at: '#mmu' }, async ({ page }) => {
  const link = page.locator('.mmu-worst a').first()
  await link.waitFor()
  await link.click()
  await drawn(page)
  const { page: name, view } = placeOf(page)
  assert.equal(name, 'timeline')
  assert.ok(
    view && view.startNs > 1.2e6 && view.startNs < 1.3e6 && Math.abs(view.endNs - view.startNs - 1e5) < 1,
    JSON.stringify(view),
  )
  await page.goBack()
  await reads(heading(page), /^Worst windows of 100 µs/)
})

pageTest(
  'a part of the trace has its own curve',
  { args: [TRACE], at: '#mmu?range=0.0002s-0.0006s' },
  async ({ page }) => {
    await reads(page.locator('.nothing h2'), /^There was no garbage collection/)
    await page.getByRole('button', { name: 'whole trace' }).click()
    await reads(page.locator('.mmu-head'), /84\.4 %/)
  },
)

/** Stands between page and worker: what is asked of a curve waits until the test lets it through, and tells how far it is. */
function heldCurves(): void {
  type Held = { id: number; ask: { range?: { startNs: number } }; go(): void; tell(done: number, total: number): void }
  const held: Held[] = []
  const stopped: number[] = []
  Object.assign(globalThis, { held, stopped, isHolding: false })
  const post = Worker.prototype.postMessage as (this: Worker, message: unknown, transfer: Transferable[]) => void
  Worker.prototype.postMessage = function (
    this: Worker,
    message: { id: number; name: string; ask: Held['ask'] },
    transfer: Transferable[],
  ) {
    // biome-ignore format: one line
    if (message.name === 'mmuStop') stopped.push(message.id)
    if (message.name !== 'mmu' || !(globalThis as unknown as { isHolding: boolean }).isHolding)
      return post.call(this, message, transfer)
    const { id, ask } = message
    const say = (data: unknown) => this.onmessage?.({ data } as MessageEvent)
    held.push({
      id,
      ask,
      go: () => post.call(this, message, transfer),
      tell: (done, total) => say({ id, progress: { stage: 'measuring', name: '', done, total } }),
    })
  } as Worker['postMessage']
}

pageTest(
  'a curve that takes long has a bar, and gives way to what is asked meanwhile',
  { args: [TRACE], at: '#mmu' },
  async ({ page }) => {
    await reads(page.locator('.mmu-head'), /84\.4 %/)
    await page.addInitScript(heldCurves)
    await page.reload()
    await reads(page.locator('.mmu-head'), /84\.4 %/)
    const held = () => page.evaluate(() => (globalThis as unknown as { held: unknown[] }).held.length)
    type Held = { held: { go(): void; tell(done: number, total: number): void }[] }
    const bar = page.getByRole('progressbar', { name: 'measuring …' })
    await page.evaluate(() => Object.assign(globalThis, { isHolding: true }))
    const range = page.getByRole('textbox', { name: 'range, from-to' })
    await range.fill('0.001s-0.0018s')
    await range.press('Enter')
    await until('it is asked', async () => (await held()) === 1)
    // A bar is not for what comes at once.
    const tell = (index: number, done: number) =>
      page.evaluate(([at, told]) => (globalThis as unknown as Held).held[at].tell(told, 100), [index, done])
    await until('a bar is there once it takes long', async () => {
      await tell(0, 40)
      return (await bar.count()) === 1
    })
    assert.equal(await bar.getAttribute('aria-valuenow'), '40')
    assert.equal(await bar.getAttribute('aria-valuetext'), '40 of 100 lengths of windows')
    assert.equal(await page.locator('.mmu').getAttribute('aria-busy'), 'true')
    assert.ok(await curve(page).isVisible(), 'the curve before is there meanwhile')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      assert.deepEqual(await axeFaults(page), [], colorScheme)
    }
    // Another range: asked at once, though nothing has come yet.
    await range.fill('0.0012s-0.0014s')
    await range.press('Enter')
    await until('the next is asked', async () => (await held()) === 2)
    await tell(0, 90)
    await until('the bar is of the newest', async () => {
      await tell(1, 10)
      return (await bar.getAttribute('aria-valuenow').catch(() => '')) === '10'
    })
    await page.evaluate(() => (globalThis as unknown as Held).held[1].go())
    await until('it is there', async () => (await page.locator('.mmu').getAttribute('aria-busy')) === 'false')
    assert.equal(await bar.count(), 0)
    await reads(heading(page), /^Worst windows of 10 µs/)
    // Who goes elsewhere wants no curve any more.
    await page.getByRole('checkbox', { name: /^Sweep/ }).check()
    await until('one more is asked', async () => (await held()) === 3)
    await page.getByRole('link', { name: 'functions', exact: true }).click()
    await until('the worker is told', () =>
      page.evaluate(() => (globalThis as unknown as { stopped: unknown[] }).stopped.length === 1),
    )
  },
)

pageTest('a trace without a collection says so', { args: [FLIGHT], at: '#mmu' }, async ({ page }) => {
  await reads(page.locator('.nothing h2'), /^There was no garbage collection: the program had all of the procs/)
})

pageTest('a dump says that it cannot tell', { args: [DUMP], at: '#mmu' }, async ({ page }) => {
  await page.getByRole('heading', { name: /does not tell how much the garbage collector left/ }).waitFor()
})

pageTest(
  'no number of the usual lengths is broken into two lines',
  { args: [TRACE], at: '#mmu', context: { viewport: { width: 1280, height: 720 } } },
  async ({ page }) => {
    await page.locator('.mmu-usual tbody tr').first().waitFor()
    for (const width of [1280, 800, 400]) {
      await page.setViewportSize({ width, height: 720 })
      const heights = await page
        .locator('.mmu-usual tr')
        .evaluateAll(rows => rows.map(row => row.getBoundingClientRect().height))
      assert.ok(Math.max(...heights) < 1.8 * Math.min(...heights), `${width} px wide: ${heights}`)
    }
  },
)
