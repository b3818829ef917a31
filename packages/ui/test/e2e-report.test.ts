/** A report in Chromium, opened from a disk: every page of it, without a server, without a request, without a complaint. */
import assert from 'node:assert/strict'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import axe from 'axe-core'
import { drawn, read, reads, reportTest, settled, until } from './browser.ts'
import { drop } from './drop.ts'
import { DUMP, FIXED, FOLDER, LINE, SERVER, SOURCE, STUCK, TITLE } from './experiment.ts'

const ARGS = [FOLDER, '--src', SOURCE, '--title', 'INC-12 checkout <b>hangs</b>']

reportTest(
  'says what the terminal says, with its lines of source, above a timeline',
  { args: ARGS },
  async ({ page }) => {
    await page.getByRole('heading', { name: TITLE }).waitFor()
    assert.equal(await read(page.locator('.verdict')), 'HANG likely')
    const finding = page.locator('.finding').first()
    await reads(finding, /41 mu\.Lock\(\).*left locked in.*46 return.*leaves AcquireLock without/)
    assert.match(await read(finding), new RegExp(LINE))
    assert.match(await read(page.locator('.top')), /INC-12 checkout <b>hangs<\/b> report of \d+ \w+ \d{4}/)
    const note = page.locator('.report-note')
    assert.ok(await note.evaluate(element => element.scrollWidth <= element.clientWidth), 'it is read in full')
    assert.match(await page.title(), /^INC-12 checkout <b>hangs<\/b> · hang: .* · unhang$/)
    await drawn(page)
    const picture = await settled(page)
    assert.ok(picture.length > 5000, 'something is drawn')
    await page.getByRole('button', { name: 'show in timeline' }).first().click()
    const strip = page.locator('.detail')
    await strip.getByText('! stuck').waitFor()
    assert.match(page.url(), /^file:.*#timeline\?/)
    await page.goBack()
    await finding.waitFor()
  },
)

reportTest('opens each of its pages, by click and by address', { args: ARGS, at: '#timeline' }, async ({ page }) => {
  await drawn(page)
  const tabs = page.locator('.tabs a')
  for (let i = 0; i < (await tabs.count()); i++) {
    const tab = tabs.nth(i)
    const name = await read(tab)
    await tab.click()
    await until(`${name} is shown`, async () => (await tab.getAttribute('aria-current')) === 'page')
    await until(`${name} has something to show`, async () => (await read(page.locator('main'))).length > 40)
    assert.ok(page.url().includes(`#${name.toLowerCase()}`) || name === 'answer')
  }
  await page.goto(`${page.url().split('#')[0]}#goroutines?group=g${STUCK[0]}`)
  await page.reload()
  await page.locator('.group-detail .excerpt-line.hot').waitFor()
})

reportTest('says what is not in it', { args: [SERVER] }, async ({ page }) => {
  await reads(page.locator('.no-source').first(), /unhang report … --src DIR/)
})

reportTest(
  'tells its answer where scripts are off',
  { args: ARGS, context: { javaScriptEnabled: false } },
  async ({ page }) => {
    await reads(
      page.locator('main'),
      /INC-12 checkout <b>hangs<\/b>.*drawn with JavaScript.*HANG 10 goroutines wait.*▸ 41 mu\.Lock\(\)/,
    )
    assert.equal(await page.locator('b').count(), 0)
  },
)

reportTest('makes way for other captures, and is no report then', { args: ARGS }, async ({ page }) => {
  await drawn(page)
  await drop(page, FIXED)
  await reads(page.locator('.health'), /^HEALTHY/)
  await until('it is no report', async () => (await page.locator('.report-note').count()) === 0)
  await reads(page.locator('.inputs'), /server\.trace/)
})

reportTest('of a dump alone has no timeline, and its goroutines', { args: [DUMP] }, async ({ page }) => {
  await page.locator('.groups').waitFor()
  await reads(page.locator('.one-moment'), /a dump is one moment/)
})

for (const colorScheme of ['light', 'dark'] as const)
  reportTest(
    `is told to a screen reader, ${colorScheme}`,
    { args: ARGS, context: { colorScheme } },
    async ({ page }) => {
      await drawn(page)
      await page.evaluate(axe.source)
      const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run())
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`),
        [],
      )
    },
  )

reportTest(
  'that is cut says so, and keeps its answer',
  { args: ARGS, prepare: file => truncateSync(file, readFileSync(file).length - 30_000) },
  async ({ page }) => {
    await reads(page.locator('#reading'), /cannot be shown: .*(cut|damaged)/)
    assert.match(await read(page.locator('pre')), /HANG 10 goroutines wait/)
  },
)

reportTest(
  'in which a byte is another says so',
  {
    args: ARGS,
    prepare: file =>
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace(/(data-part="report.json" data-bytes="\d+">.{500})./, '$1\n'),
      ),
  },
  async ({ page }) => {
    await reads(page.locator('#reading'), /cannot be shown: its part report\.json is damaged/)
  },
)
