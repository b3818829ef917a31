/** The page "functions" in a browser: sorted by clicks and keys, one function open, its histograms, and on to the timeline. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { parse } from '../src/state/url.ts'
import { axeFaults } from './axe-faults.ts'
import { pageTest, read, reads, until } from './browser.ts'
import { DUMP, FIXED, SERVER, STUCK } from './experiment.ts'
import { themeColour } from './twin.ts'

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
    await until('by number', async () => Number(/\d+/.exec((await column(page, 'id'))[0])) <= STUCK[0])
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

/** Where the colour of hatching is seen on the strip of a row, as shares of its width; undefined: nowhere. */
function hatchedIn(
  page: Page,
  row: number,
  colour: string,
): Promise<readonly [first: number, last: number] | undefined> {
  return page
    .locator('.life-strip')
    .nth(row)
    .evaluate((element, wanted) => {
      const { width, height } = element as HTMLCanvasElement
      // A copy: what is drawn often must not be read often.
      const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
      copy.drawImage(element as HTMLCanvasElement, 0, 0)
      const { data } = copy.getImageData(0, 0, width, height)
      let first = width
      let last = -1
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] === 0 || `${data[i]},${data[i + 1]},${data[i + 2]}` !== wanted) continue
        first = Math.min(first, (i / 4) % width)
        last = Math.max(last, (i / 4) % width)
      }
      return last < 0 ? undefined : ([first / width, last / width] as const)
    }, colour)
}

for (const colorScheme of ['light', 'dark'] as const) {
  pageTest(
    `what is stuck is marked when the answer comes, in the words of the timeline, and hatched since then, ${colorScheme}`,
    { args: [SERVER], at: '#functions?functions.sort=goroutines', context: { colorScheme } },
    async ({ page }) => {
      await page.getByRole('img', { name: '10 stuck of 11' }).waitFor()
      assert.equal(await page.locator('.stuck-mark').count(), 1)
      assert.match(await read(rows(page).first()), /^! ?grpc\.\(\*Server\)\.serveStreams/)
      assert.equal(await page.locator('.stuck-mark').getAttribute('title'), '10 stuck of 11')
      await rows(page).first().click()
      await reads(page.locator('.spent-head .stuck-word'), /^! 10 stuck$/)
      await title(page, 'goroutine').click()
      await until('by number', async () => placeOf(page).functions.by.column === 'id')
      const marked = async () => (await column(page, 'id')).filter(text => text.startsWith('!'))
      await until('the ten are marked', async () => (await marked()).length === STUCK.length)
      assert.deepEqual(
        (await marked()).map(text => Number(/\d+/.exec(text))),
        STUCK,
      )
      const marks = page.getByRole('gridcell').getByRole('img', { name: /^stuck since 1\.71 s$/ })
      assert.equal(await marks.count(), STUCK.length)
      const strip = page.getByRole('img', { name: /^waiting 100 %, stuck since 1\.71 s$/ })
      assert.equal(await strip.count(), STUCK.length)
      const colour = await themeColour(page, '--stuck')
      await until('it is hatched', async () => (await hatchedIn(page, 0, colour)) !== undefined)
      const [first, last] = (await hatchedIn(page, 0, colour))!
      assert.ok(Math.abs(first - 1.71 / 4) < 0.01 && last > 0.98, `hatched from ${first} to ${last}`)
      // The one that came through is not.
      const through = (await column(page, 'id')).findIndex(text => !text.startsWith('!'))
      assert.equal(await hatchedIn(page, through, colour), undefined)
      assert.deepEqual(await axeFaults(page), [])
    },
  )
}

pageTest(
  'a range within the hang is hatched from its begin, and one that ends before the wait is not',
  { args: [SERVER], at: `#functions?range=3s-3.5s&functions.open=google.golang.org/grpc.(*Server).${HANDLERS}` },
  async ({ page }) => {
    await page.locator('.stuck-mark').first().waitFor()
    const colour = await themeColour(page, '--stuck')
    await until('it is hatched', async () => ((await hatchedIn(page, 0, colour))?.[0] ?? 1) < 0.02)
    const field = page.getByRole('textbox', { name: 'range, from-to' })
    // They are there by now, and wait from 1.7093 s on.
    await field.fill('1.7s-1.7092s')
    await field.press('Enter')
    await until('it is not', async () => (await hatchedIn(page, 0, colour)) === undefined)
    assert.ok((await page.locator('.stuck-mark').count()) > 0)
  },
)

pageTest('where nothing is stuck nothing is marked', { args: [FIXED], at: '#functions' }, async ({ page }) => {
  await page.getByText('HEALTHY').first().waitFor()
  await rows(page).first().waitFor()
  assert.equal(await page.locator('.stuck-mark').count(), 0)
})

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
    // The answer takes a line of its own here, above them.
    await page.locator('.stuck-mark').first().waitFor()
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
