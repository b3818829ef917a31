/** The range above every page of numbers, in a browser: drawn, moved, typed, kept from page to page, and given up. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { parse } from '../src/state/url.ts'
import { drawn, pageTest, read, until } from './browser.ts'
import { DUMP, SERVER } from './experiment.ts'

const rangeOf = (page: Page) => parse(new URL(page.url()).hash).range
const typed = (page: Page) => page.getByRole('textbox', { name: 'range, from-to' })
const handle = (page: Page, which: 'begin' | 'end') => page.getByRole('slider', { name: `${which} of the range` })
const total = (page: Page) => read(page.locator('.spent-row.body').filter({ hasText: 'main.main' }).first())

/** Drags on the brush, between shares of its width, in movements sent at once: a rest between two would be a step. */
async function drag(page: Page, from: number, to: number): Promise<void> {
  const box = await page.locator('.brush').boundingBox()
  assert.ok(box)
  const y = box.y + box.height / 2
  await page.mouse.move(box.x + from * box.width, y)
  await page.mouse.down()
  const shares = Array.from({ length: 8 }, (_, i) => from + ((to - from) * (i + 1)) / 8)
  await Promise.all(shares.map(share => page.mouse.move(box.x + share * box.width, y)))
  await page.mouse.up()
}

/** In tenths of a second, as near as a pixel is. */
const near = (ns: number | undefined, seconds: number) => ns !== undefined && Math.abs(ns / 1e9 - seconds) < 0.03

pageTest(
  'a range is drawn, its window moved, an end moved, and the table follows',
  { args: [SERVER], at: '#functions' },
  async ({ page }) => {
    await page.locator('.spent-row.body').first().waitFor()
    assert.match(await total(page), / 4 s /)
    await drag(page, 0.25, 0.5)
    await until('a quarter of 4 s', async () => near(rangeOf(page)?.startNs, 1) && near(rangeOf(page)?.endNs, 2))
    await until('the table is of it', async () => /main\.main 1 (1 s|999 ms|1\.\d+ s) /.test(await total(page)))
    await drag(page, 0.375, 0.625)
    await until('moved by a second', async () => near(rangeOf(page)?.startNs, 2) && near(rangeOf(page)?.endNs, 3))
    await drag(page, 0.75, 1)
    await until('as far as the end', async () => near(rangeOf(page)?.startNs, 2) && near(rangeOf(page)?.endNs, 4))
    // What was dragged is one step each.
    await page.goBack()
    await until('the step before', async () => near(rangeOf(page)?.endNs, 3))
    await page.getByRole('button', { name: 'whole trace' }).click()
    await until('no range', async () => rangeOf(page) === undefined)
    await until('all of it again', async () => / 4 s /.test(await total(page)))
  },
)

pageTest('by keys: both ends are sliders', { args: [SERVER], at: '#functions' }, async ({ page }) => {
  await handle(page, 'begin').focus()
  await page.keyboard.press('PageUp')
  await page.keyboard.press('PageUp')
  await until('two tenths', async () => near(rangeOf(page)?.startNs, 0.8))
  await handle(page, 'end').focus()
  await page.keyboard.press('PageDown')
  await page.keyboard.press('ArrowLeft')
  await until('eleven hundredths less', async () => near(rangeOf(page)?.endNs, 3.56))
  assert.equal(await handle(page, 'begin').getAttribute('aria-valuetext'), '0.800 s')
  await page.keyboard.press('Escape')
  await until('Escape gives it up', async () => rangeOf(page) === undefined)
})

pageTest(
  'typed, kept on every page, and seen in the timeline',
  { args: [SERVER], at: '#functions' },
  async ({ page }) => {
    await typed(page).fill('500ms-1.5s')
    await typed(page).press('Enter')
    await until('as typed', async () => near(rangeOf(page)?.startNs, 0.5) && near(rangeOf(page)?.endNs, 1.5))
    assert.equal(await typed(page).inputValue(), '0.5s-1.5s')
    for (const name of ['profiles', 'MMU', 'tasks', 'functions']) {
      await page.getByRole('navigation', { name: 'pages' }).getByRole('link', { name, exact: true }).click()
      await until(`the same on ${name}`, async () => (await typed(page).inputValue()) === '0.5s-1.5s')
    }
    // What is no range is marked while it is typed, and forgotten with Escape.
    await typed(page).fill('1.5s-0.5s')
    assert.equal(await typed(page).getAttribute('aria-invalid'), 'true')
    await typed(page).press('Escape')
    assert.equal(await typed(page).inputValue(), '0.5s-1.5s')
    await page.getByRole('link', { name: 'in the timeline' }).click()
    await drawn(page)
    const { page: shown, view } = parse(new URL(page.url()).hash)
    assert.equal(shown, 'timeline')
    assert.ok(near(view?.startNs, 0.5) && near(view?.endNs, 1.5))
    await page.getByRole('heading', { name: 'range of 1 s' }).waitFor()
  },
)

pageTest('a dump has no time to tell of', { args: [DUMP], at: '#functions' }, async ({ page }) => {
  await page.getByRole('heading', { name: /A goroutine dump is one moment/ }).waitFor()
  assert.equal(await page.locator('.brush').count(), 0)
})

pageTest(
  'a range that the trace does not have is told',
  { args: [SERVER], at: '#functions?range=90s-95s' },
  async ({ page }) => {
    await page.getByText(/expected a range within a trace of 4 s/).waitFor()
  },
)
