/** A stranger's program may call its functions anything: it is text on the page, never markup, never a broken layout. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { drawn, pageTest, read, reads, settled } from './browser.ts'
import { drop, made, renamed } from './drop.ts'
import { SERVER } from './experiment.ts'
import { Twin } from './twin.ts'

const SCRIPT = '<script>globalThis.wasHere = 1</script>'
const IMAGE = '<img src=x onerror="globalThis.wasHere = 1">'
/** As long as Go's format lets a name be. */
const LONG = `main.${'x'.repeat(1000)}`
const TURNED = 'main.\u202etxt\u2066.exe\nsecond "line"\u0007'

function nasty(name: string): string {
  if (name === 'main.main') return `main.${SCRIPT}`
  if (name.endsWith('AcquireLock')) return `main.(*server).AcquireLock${IMAGE}`
  if (name.endsWith('server/main.go')) return `example.com/${IMAGE}/main.go`
  if (name.endsWith('serveStreams.func2.1')) return LONG
  if (name.startsWith('main.main.')) return `${TURNED}${name}`
  return name
}

async function nothingRan(page: Page): Promise<void> {
  assert.equal(await page.evaluate(() => 'wasHere' in globalThis), false)
  assert.equal(await page.locator('img, #page script, svg, iframe, object').count(), 0)
}

async function fits(page: Page): Promise<void> {
  const widths = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return { scrollWidth, clientWidth }
  })
  assert.ok(widths.scrollWidth <= widths.clientWidth, `the page is ${widths.scrollWidth} wide in ${widths.clientWidth}`)
}

pageTest(
  'names full of markup are text: in the answer, rows, details, search, completion and sums',
  {},
  async ({ page }) => {
    const file = made('names.trace', renamed(SERVER, nasty))
    const twin = await Twin.of(file)
    await page.getByRole('heading', { name: 'Drop a capture here' }).waitFor()
    await drop(page, file)
    await drawn(page)
    await reads(page.locator('.answer'), /AcquireLock<img src=x onerror=/)
    await page.getByRole('button', { name: 'show in timeline' }).first().click()
    await page.locator('.detail').getByText('! stuck').waitFor()
    assert.match(await read(page.locator('.detail')), /<img src=x onerror=/)
    await settled(page)
    await nothingRan(page)
    await fits(page)

    await page.keyboard.press('/')
    await page.keyboard.type('script')
    await reads(page.locator('.search-box .popup'), /<script>globalThis/)
    await page.keyboard.press('Enter')
    await reads(page.locator('.detail'), /script>/)
    await page.keyboard.press('F')
    await page.keyboard.type('fn:main')
    await reads(page.locator('.filter-box .popup'), /main/)
    await page.keyboard.press('Escape')
    await nothingRan(page)

    const { durationNs } = twin.opened.traces[0]
    const url = new URL(page.url())
    url.hash = `timeline?range=${(durationNs / 1e9) * 0.1}s-${(durationNs / 1e9) * 0.9}s`
    await page.goto(url.href)
    await page.locator('.range-detail').getByText('alive in it').waitFor()
    await nothingRan(page)
    await fits(page)
  },
)

const NAME = `${SCRIPT.replaceAll('/', '')}${IMAGE}.trace`

pageTest('so is the name of a file', {}, async ({ page }) => {
  await page.getByRole('heading', { name: 'Drop a capture here' }).waitFor()
  await drop(page, made(NAME, 'nothing'))
  await reads(page.locator('.notices'), /<script>globalThis/)
  await nothingRan(page)
})
