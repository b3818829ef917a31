/** The page "functions" in a browser: sorted by clicks and keys, one function open, its histograms, and on to the timeline. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { parse } from '../src/state/url.ts'
import { pageTest, read, reads, until } from './browser.ts'
import { DUMP, SERVER, STUCK } from './experiment.ts'

const placeOf = (page: Page) => parse(new URL(page.url()).hash)
const grid = (page: Page, name: string) => page.getByRole('grid', { name })
const rows = (page: Page) => page.locator('.spent-row.body')
const title = (page: Page, name: string) => page.getByRole('columnheader', { name, exact: true }).getByRole('button')
/** Those who serve the calls that hang. */
const HANDLERS = 'serveStreams.func2.1'

/** The texts of a column, from the first row on. */
function column(page: Page, name: string): Promise<string[]> {
  return page.locator(`.spent-row.body .spent-cell.${name}`).allInnerTexts()
}

pageTest(
  'functions, the biggest first; a click on a title sorts by it, and one more the other way round',
  { args: [SERVER], at: '#functions' },
  async ({ page }) => {
    await rows(page).first().waitFor()
    const handlers = await read(rows(page).filter({ hasText: HANDLERS }))
    assert.match(handlers, /serveStreams\.func2\.1 \d+ [\d.]+ s/)
    await title(page, 'goroutines').click()
    await until('the most come first', async () => (await read(rows(page).first())).includes(HANDLERS))
    assert.deepEqual(placeOf(page).functions.sort, { column: 'goroutines', isReversed: false })
    const most = (await column(page, 'goroutines')).map(Number)
    assert.deepEqual(
      most,
      [...most].sort((a, b) => b - a),
    )
    await title(page, 'goroutines').click()
    await until('the fewest come first', async () => (await column(page, 'goroutines'))[0] === '1')
    assert.equal(await page.getByRole('columnheader', { name: 'goroutines' }).getAttribute('aria-sort'), 'ascending')
    // By keys: a title is a button.
    await title(page, 'function').focus()
    await page.keyboard.press('Enter')
    await until('names ascend', async () => placeOf(page).functions.sort.column === 'name')
    // Meanwhile the answer comes, though no timeline was drawn.
    await page.getByText(/HANG/).first().waitFor()
    await page.goBack()
    await until('back to the fewest', async () => placeOf(page).functions.sort.isReversed)
  },
)

pageTest(
  'one function: its sums, its goroutines, and from one of them to the timeline and back',
  { args: [SERVER], at: '#functions?functions.sort=goroutines' },
  async ({ page }) => {
    await rows(page).first().waitFor()
    await grid(page, 'functions').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: HANDLERS }).waitFor()
    await reads(page.locator('.spent-reasons'), /waited for sync 2\d?\.?\d* s/)
    assert.equal(await grid(page, 'goroutines').getAttribute('aria-rowcount'), String(STUCK.length + 2))
    await page.locator('.life-strip').first().waitFor()
    // The focus goes along, and Escape leads back.
    const focused = (name: string) =>
      until(`${name} have the focus`, () => grid(page, name).evaluate(one => one === document.activeElement))
    await focused('goroutines')
    await page.keyboard.press('Escape')
    await grid(page, 'functions').waitFor()
    await focused('functions')
    await page.keyboard.press('Enter')
    await page.locator('.life-strip').first().waitFor()
    const painted = () =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('.life-strip')!
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
        return data.some(value => value !== 0)
      })
    await until('a life is painted', painted)
    await title(page, 'goroutine').click()
    await until('by number', async () => Number((await column(page, 'id'))[0]) <= STUCK[0])
    await rows(page)
      .filter({ has: page.getByText(String(STUCK[4]), { exact: true }) })
      .first()
      .click()
    const strip = page.locator('.detail')
    await strip.getByRole('heading', { name: new RegExp(`^goroutine ${STUCK[4]} `) }).waitFor()
    const place = placeOf(page)
    assert.equal(place.page, 'timeline')
    assert.equal(place.span?.goroutineId, STUCK[4])
    await page.goBack()
    await page.getByRole('heading', { name: HANDLERS }).waitFor()
    await page.getByRole('link', { name: '‹ all functions' }).click()
    await grid(page, 'functions').waitFor()
    assert.equal(placeOf(page).functions.open, undefined)
  },
)

pageTest(
  'a bar of a histogram keeps those who had such a stay, by pointer and by keys; its longest stays are links',
  { args: [SERVER], at: '#functions?functions.sort=goroutines' },
  async ({ page }) => {
    await rows(page).first().click()
    const sync = page.getByRole('slider', { name: 'waits: sync, by length' })
    await sync.waitFor()
    const all = Number(await grid(page, 'goroutines').getAttribute('aria-rowcount'))
    await sync.focus()
    await page.keyboard.press('End')
    assert.match((await sync.getAttribute('aria-valuetext')) ?? '', /^2 s to 5 s: 10 times, .* 10 longer than seen$/)
    await page.keyboard.press('Enter')
    await reads(
      page.locator('.spent-chosen'),
      /only those with a wait \(sync\) of 2 s to 5 s .*the longest: 2\.29 s of/,
    )
    await reads(page.locator('.spent-said'), new RegExp(`^10 of ${all - 1} goroutines$`))
    assert.equal(placeOf(page).functions.stays?.kind, 'sync')
    await page.locator('.spent-chosen a').first().click()
    await page.locator('.detail').getByText('sync.Mutex.Lock').first().waitFor()
    assert.equal(placeOf(page).page, 'timeline')
    await page.goBack()
    await page.getByRole('button', { name: 'all goroutines' }).click()
    await until('all are there', async () => (await page.locator('.spent-chosen').count()) === 0)
    await page.locator('.histogram', { hasText: 'runs' }).locator('.histogram-bar').first().click()
    await page.locator('.spent-chosen', { hasText: 'with a run of' }).waitFor()
  },
)

pageTest(
  'a part of a name keeps the functions with it: typed, in the address, by keys to the table and back',
  { args: [SERVER], at: '#functions' },
  async ({ page }) => {
    await rows(page).first().waitFor()
    const said = page.locator('.spent-tools [role=status]')
    const all = Number(/^(\d+) functions/.exec(await read(said))?.[1])
    const field = page.getByRole('textbox', { name: 'keep the functions with this in their name' })
    await page.keyboard.press('/')
    await until('its field has the focus', () => field.evaluate(one => one === document.activeElement))
    // Whatever the case, and wherever in the name: its package, too.
    await page.keyboard.type('GRPC')
    await reads(said, new RegExp(`^\\d+ of ${all} functions, \\d+ goroutines`))
    const grpc = await rows(page).count()
    assert.ok(grpc > 1 && grpc < all)
    assert.equal(placeOf(page).functions.name, 'GRPC')
    await field.fill('servestreams')
    await reads(said, new RegExp(`^1 of ${all} functions, ${STUCK.length + 1} goroutines`))
    await field.press('Enter')
    await until('the table has the focus', () =>
      grid(page, 'functions').evaluate(one => one === document.activeElement),
    )
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: HANDLERS }).waitFor()
    await page.keyboard.press('Escape')
    await reads(said, /^1 of /)
    await page.reload()
    await reads(said, /^1 of /)
    assert.equal(await field.inputValue(), 'servestreams')
    await field.fill('<img src=x>')
    await page.getByRole('heading', { name: 'No function here has “<img src=x>” in its name.' }).waitFor()
    await page.getByRole('button', { name: 'clear: name' }).click()
    await reads(said, new RegExp(`^${all} functions, `))
    await page.goBack()
    await until('back to what was typed', async () => (await field.inputValue()) === '<img src=x>')
  },
)

pageTest(
  'the range counts: what was not there in it is not told of',
  { args: [SERVER], at: '#functions?range=0s-1s' },
  async ({ page }) => {
    await rows(page).first().waitFor()
    assert.equal(await rows(page).filter({ hasText: HANDLERS }).count(), 0)
    await page.getByRole('button', { name: 'whole trace' }).click()
    await rows(page).filter({ hasText: HANDLERS }).waitFor()
    const field = page.getByRole('textbox', { name: 'range, from-to' })
    await field.fill('0s-1s')
    await field.press('Enter')
    await until('they are gone', async () => (await rows(page).filter({ hasText: HANDLERS }).count()) === 0)
    await reads(page.locator('.spent-tools'), /^\d+ functions, \d+ goroutines/)
  },
)

pageTest(
  'a function that is not in the trace, one that is not in the range, and a dump alone: said in words',
  { args: [SERVER], at: '#functions?functions.open=main.nobody' },
  async ({ page, address }) => {
    await page.getByText("found 'main.nobody'").waitFor()
    await page.goto(`${address}#functions?range=0s-0.5s&functions.open=google.golang.org/grpc.(*Server).${HANDLERS}`)
    await page.getByText('None of its goroutines was there in this range.').waitFor()
  },
)

pageTest('a dump alone has no numbers of time', { args: [DUMP], at: '#functions' }, async ({ page }) => {
  await page.getByRole('heading', { name: /does not tell where goroutines spent their time/ }).waitFor()
})

pageTest(
  'in a small window the name stays beside the numbers that are scrolled to',
  { args: [SERVER], at: '#functions', context: { viewport: { width: 400, height: 800 } } },
  async ({ page }) => {
    const name = page.locator('.spent-row.body .spent-cell.name').first()
    await name.waitFor()
    const before = await name.boundingBox()
    assert.ok(before && before.width < 240, `${before?.width} px of 400 are names`)
    const grid = page.locator('.spent-grid')
    await grid.evaluate(element => element.scrollBy(300, 0))
    await until('it has scrolled', () => grid.evaluate(element => element.scrollLeft === 300))
    assert.deepEqual(await name.boundingBox(), before)
    // Nothing is seen through it.
    const centre = { x: before.x + before.width / 2, y: before.y + before.height / 2 }
    assert.ok(await name.evaluate((element, { x, y }) => element.contains(document.elementFromPoint(x, y)), centre))
  },
)
