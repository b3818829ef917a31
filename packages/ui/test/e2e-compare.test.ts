/** The page "compare": two traces side by side, sorted and narrowed as one likes, with ways into either timeline. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { diffScopes, openCapture, type Trace, traceDiff } from '@unhang/core'
import { drawn, pageTest, read, reads, reportTest, until } from './browser.ts'
import { CLIENT, DUMP, FIXED, SERVER } from './experiment.ts'

const LONGER =
  /serveStreams\.func2\.1 waits 5\.73 s a second longer for sync\.Mutex\.Lock in main\.\(\*server\)\.AcquireLock/
const ROWS = '.compare-table tbody tr'

async function traceOf(file: string): Promise<Trace> {
  const capture = await openCapture(new Uint8Array(readFileSync(file)), 2 ** 31)
  assert.ok(capture.kind === 'trace')
  return capture.trace
}

pageTest('says what the command says, row by row', { args: [FIXED, SERVER], at: '#compare' }, async ({ page }) => {
  await reads(page.locator('.compare-said h2'), LONGER)
  const [before, after] = [await traceOf(FIXED), await traceOf(SERVER)]
  const [from, to] = diffScopes(before, after, {})
  const { waits, functions } = traceDiff(
    { name: '', trace: before, scope: from },
    { name: '', trace: after, scope: to },
  )
  assert.equal(await page.locator(ROWS).count(), waits.length)
  assert.match(
    await read(page.locator(ROWS).first()),
    /sync\.Mutex\.Lock .*server\/main\.go:41 – 5\.73 s \+5\.73 s 0 → 10/,
  )
  await page.getByLabel('function and state').check()
  await until('functions are shown', async () => (await page.locator(ROWS).count()) === functions.length)
  assert.match(page.url(), /compare\.by=functions/)
})

pageTest('sorts by its columns, and turns them round', { args: [FIXED, SERVER], at: '#compare' }, async ({ page }) => {
  const change = page.locator(`${ROWS} td:nth-child(6)`)
  await reads(change.first(), /^\+5\.73 s$/)
  const head = page.getByRole('columnheader', { name: 'change' })
  assert.equal(await head.getAttribute('aria-sort'), 'descending')
  await head.getByRole('button').focus()
  await page.keyboard.press('Enter')
  await reads(change.first(), /^−/)
  assert.equal(await head.getAttribute('aria-sort'), 'ascending')
  assert.match(page.url(), /compare\.sort=-change/)
  await page.getByRole('columnheader', { name: 'function' }).getByRole('button').click()
  await reads(page.locator(`${ROWS} th`).first(), /^grpc/)
  await page.goBack()
  await reads(change.first(), /^−/)
  await page.reload()
  await reads(change.first(), /^−/)
})

pageTest(
  'is of the range above, of the later trace or of both',
  { args: [FIXED, SERVER], at: '#compare?range=0s-0.5s' },
  async ({ page }) => {
    const said = page.locator('.compare-said')
    await reads(said, /Earlier 1\.01 s .* later 500 ms/)
    await reads(page.locator('.compare-choice'), /now it is that of the later one/)
    await page.getByLabel('the range counts for both').check()
    await reads(said, /Earlier 500 ms .* later 500 ms/)
    await page.goto(`${page.url().split('#')[0]}#compare?range=2s-3s&compare.range=both`)
    await reads(page.locator('.nothing'), /a trace of 1\.0\d+ s/)
  },
)

pageTest('swaps the two', { args: [FIXED, SERVER], at: '#compare' }, async ({ page }) => {
  await reads(page.locator('.compare-said h2'), LONGER)
  await page.getByRole('button', { name: 'swap' }).click()
  await reads(page.locator('.compare-table'), /−5\.73 s/)
  await reads(page.locator('.compare-choice b'), /server-fixed/)
})

pageTest('leads into the timeline of either', { args: [FIXED, SERVER], at: '#compare' }, async ({ page }) => {
  // Before the answer is there another one is shown.
  await reads(page.locator('.compare-said h2'), LONGER)
  const row = page.locator(ROWS).first()
  await row.getByRole('link', { name: 'later' }).click()
  await until('the timeline is there', () => page.url().includes('#timeline?trace=2'))
  await drawn(page)
  await reads(page.locator('.toolbar'), /10 of 29 goroutines/)
  await page.goBack()
  const other = page.locator(ROWS).nth(1)
  await other.getByRole('link', { name: 'earlier' }).click()
  await until('the other timeline is there', () => page.url().includes('trace=1'))
  await reads(page.locator('.toolbar'), /2 of 417 goroutines/)
})

pageTest(
  'of three traces compares the two that are chosen',
  { args: [FIXED, SERVER, CLIENT], at: '#compare' },
  async ({ page }) => {
    await page.locator('.compare-table').waitFor()
    const earlier = page.locator('.compare-choice select')
    assert.equal(await earlier.locator('option').count(), 2)
    await earlier.selectOption({ index: 1 })
    await until('the address says so', () => /compare\.with=3/.test(page.url()))
    await reads(page.locator('.compare-said'), /Earlier .*goroutines/)
  },
)

pageTest('says how to have a second one, where there is one', { args: [SERVER], at: '#compare' }, async ({ page }) => {
  await reads(page.locator('.nothing'), /One trace is open.*unhang view before\.trace after\.trace/)
})

pageTest('says of dumps that they are no traces', { args: [DUMP], at: '#compare' }, async ({ page }) => {
  await reads(page.locator('.numbers'), /does not tell what changed from one trace to another/)
})

reportTest('is in a report of two', { args: [FIXED, SERVER], at: '#compare' }, async ({ page }) => {
  await reads(page.locator('.compare-said h2'), LONGER)
})
