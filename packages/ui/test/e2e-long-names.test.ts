/** The page "profiles" with names as long as Go writes them. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { pageTest, reads } from './browser.ts'
import { made, renamed } from './drop.ts'
import { SERVER } from './experiment.ts'

const flame = (page: Page) => page.getByRole('application', { name: /^Flame graph/ })
const line = (page: Page) => page.locator('.flame-said')
const around = (page: Page) => page.getByRole('region', { name: 'callers and callees' })
const UNENDED = '#profiles?profiles.unended=yes'

// As long as Go writes them into a trace. They part at the end.
const LONG = `main.(*T).${'Longer'.repeat(168)}`
const long = made(
  'long.trace',
  renamed(SERVER, name =>
    name === 'sync.(*Mutex).Lock' ? `${LONG}A` : name === 'runtime.selectgo' ? `${LONG}B` : name,
  ),
)

pageTest(
  'functions whose names differ in the thousandth letter are two, in each picture and after a reload',
  { args: [long], at: `${UNENDED}&profiles.view=top` },
  async ({ page }) => {
    const itself = page.locator('.around-sums dd').first()
    const rows = page.locator('.top-row.body')
    for (const [row, spent] of [
      [0, /^22\.9 s, 10 waits, 46\.0 %$/],
      [1, /^8\.\d+ s, \d waits, 1\d\.\d %$/],
    ] as const) {
      await rows.nth(row).getByRole('link').click()
      await reads(itself, spent)
      assert.equal(await page.locator('.top-row.chosen').count(), 1)
      await page.reload()
      await reads(itself, spent)
    }
    await page.getByRole('button', { name: 'flame graph' }).click()
    await page.getByLabel('mark functions').fill('LongerA')
    await page.keyboard.press('Enter')
    // The name gives way, and what was spent can be read.
    await reads(line(page), /^main\.\(\*T\)\..*…LongerL?.*A 22\.9 s \(46\.0 %\)/)
    const value = (await page.locator('.flame-value').boundingBox())!
    const isCut = await page.locator('.flame-value').evaluate(e => e.scrollWidth > e.clientWidth)
    assert.equal(isCut, false)
    const bar = (await page.locator('.flame-line').boundingBox())!
    assert.ok(value.width > 200 && value.x + value.width <= bar.x + bar.width, `${value.x} + ${value.width}`)
    await flame(page).focus()
    await page.keyboard.press('c')
    await reads(itself, /^22\.9 s/)
    await around(page).getByRole('button', { name: 'ignore it' }).click()
    await reads(page.locator('.profiles-sums'), /^26\.9 s in 25 waits/)
  },
)

pageTest(
  'by line a long name gives way to the line',
  { args: [long], at: `${UNENDED}&profiles.view=top&profiles.by-line=yes` },
  async ({ page }) => {
    const row = page.locator('.top-row.body').first()
    const place = row.getByText(/^sync\/mutex\.go:\d+$/)
    const { x, width } = (await place.boundingBox())!
    const cell = (await row.locator('.top-cell.name').boundingBox())!
    assert.ok(width > 80 && x + width <= cell.x + cell.width, `${x} + ${width}`)
  },
)
