/**
 * First what was opened, then what it says: while the answer is on its way, timeline and groups are there and work. The
 * answer is held back where the worker asks the server what the source says, which is behind the diagnosis.
 */
import assert from 'node:assert/strict'
import type { Page, Route } from 'playwright-core'
import { drawn, pageTest, pictured, read, reads, settled, until } from './browser.ts'
import { drop } from './drop.ts'
import { DUMP, SERVER, SOURCE, STUCK, TITLE } from './experiment.ts'
import { Twin } from './twin.ts'

/** From the next opening on the answer waits until it is let go. */
async function holdAnswer(page: Page): Promise<() => void> {
  let letGo = () => {}
  const held = new Promise<void>(resolve => {
    letGo = resolve
  })
  const hold = async (route: Route) => {
    if (route.request().method() === 'POST') await held
    // Whoever opened something else meanwhile asks no more.
    await route.continue().catch(() => undefined)
  }
  await page.route('**/source*', hold)
  return letGo
}

const answer = (page: Page) => page.getByRole('heading', { name: TITLE })
const analysing = (page: Page) => page.getByRole('region', { name: 'answer' }).getByText('analysing …')
const row = (page: Page, text: string) => page.locator('.groups-row.body').filter({ hasText: text }).first()

pageTest(
  'the timeline is drawn, searched and selected in before the answer is there, and stays where it is',
  { args: [SERVER, '--src', SOURCE] },
  async ({ page }) => {
    await answer(page).waitFor()
    const letGo = await holdAnswer(page)
    await page.reload()
    await pictured(page)
    await analysing(page).waitFor()
    await reads(page.getByRole('region', { name: 'answer' }), /what the source says/)
    assert.equal(await page.locator('.verdict').count(), 0)
    assert.match(await page.title(), /^server-caught\/server\.trace · unhang$/)
    await page.getByRole('link', { name: 'timeline', exact: true }).click()
    await page.keyboard.press('/')
    await page.keyboard.type(`${STUCK[2]}`)
    await page.keyboard.press('Enter')
    const strip = page.locator('.detail')
    await strip.getByRole('heading', { name: new RegExp(`^goroutine ${STUCK[2]} `) }).waitFor()
    assert.doesNotMatch(await read(strip), /! stuck/)
    const at = page.url()
    letGo()
    await strip.getByText('! stuck').waitFor()
    assert.equal(page.url(), at)
    assert.equal(await read(page.locator('.verdict')), 'HANG likely')
    assert.equal(await analysing(page).count(), 0)
    assert.match(await page.title(), /^hang: /)
    await page.goBack()
    await settled(page)
  },
)

pageTest(
  'the groups of a dump are there before the answer, and are marked by it where they stand',
  { args: [DUMP, '--src', SOURCE], at: '#goroutines' },
  async ({ page }) => {
    await row(page, 'AcquireLock').waitFor()
    const letGo = await holdAnswer(page)
    await page.reload()
    await row(page, 'AcquireLock').click()
    await page.locator('.group-detail').getByText('grpc.(*Server).handleStream').waitFor()
    await analysing(page).waitFor()
    assert.doesNotMatch(await read(row(page, 'AcquireLock')), /!/)
    const at = page.url()
    letGo()
    await reads(row(page, 'AcquireLock'), /! main\.\(\*server\)\.AcquireLock/)
    await page
      .locator('.group-detail')
      .getByRole('link', { name: /10 goroutines wait for a lock/ })
      .waitFor()
    assert.equal(page.url(), at)
  },
)

pageTest(
  'a worker that dies before the answer: what is drawn stays, the page says why, and the next file opens',
  { args: [SERVER, '--src', SOURCE] },
  async ({ page }) => {
    await answer(page).waitFor()
    const letGo = await holdAnswer(page)
    await page.reload()
    await pictured(page)
    await analysing(page).waitFor()
    const [worker] = page.workers()
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new Error('out of luck')
      })
    })
    await reads(page.locator('.notices'), /stopped .*out of luck/)
    await reads(page.getByRole('region', { name: 'answer' }), /NO ANSWER its reader stopped/)
    assert.equal(await page.locator('.timeline').count(), 1)
    letGo()
    await drop(page, SERVER)
    await answer(page).waitFor()
    await drawn(page)
  },
)

pageTest(
  'another file dropped while the answer is on its way: the old answer never comes',
  { args: [SERVER, '--src', SOURCE] },
  async ({ page }) => {
    await answer(page).waitFor()
    const letGo = await holdAnswer(page)
    await page.reload()
    await pictured(page)
    await analysing(page).waitFor()
    await drop(page, DUMP)
    await page.getByText('17 goroutines in 8 groups').waitFor()
    letGo()
    await answer(page).waitFor()
    assert.equal(await page.locator('.timeline').count(), 0)
    assert.match(await read(page.locator('.inputs')), /goroutines\.debug2\.txt/)
  },
)

pageTest(
  'the answer tells what the source says, and where the lock is left locked',
  { args: [SERVER, '--src', SOURCE] },
  async ({ page }) => {
    await answer(page).waitFor()
    const finding = page.locator('.finding').first()
    await reads(finding.locator('.evidence'), /locked in line 41/)
    await finding.locator('.excerpt-line.hot').first().waitFor()
    assert.equal(await page.locator('.no-source').count(), 0)
  },
)

pageTest('without source the page says how to get it', { args: [SERVER, '--src', 'docs'] }, async ({ page }) => {
  await answer(page).waitFor()
  await reads(page.locator('.no-source'), /unhang view … --src DIR/)
})

pageTest(
  'who opens a capture sees the stuck ones below the answer, though its source takes some of their room',
  { args: [SERVER, '--src', SOURCE], context: { viewport: { width: 1280, height: 720 } } },
  async ({ page }) => {
    const twin = await Twin.of(SERVER)
    await page.locator('.excerpt-line.hot').first().waitFor()
    await drawn(page)
    const isSeen = () =>
      twin.pointOf(page, `g${STUCK[0]}`, 2e9).then(
        () => true,
        () => false,
      )
    await until('its row is in the window', async () => (await settled(page)) !== '' && isSeen())
  },
)
