/** The address holds what is seen: a reload shows the same, back and forward go through the steps, nonsense does no harm. */
import assert from 'node:assert/strict'
import { drawn, pageTest, reads, settled, until } from './browser.ts'
import { SERVER, STUCK } from './experiment.ts'
import { Twin } from './twin.ts'

const HASH = `#timeline?t=1.6s-2.4s&top=2&g=${STUCK[2]}@2000000000&range=1.8s-2.1s`

pageTest(
  'a reload shows the same view, range, selection, rows and filter',
  { args: [SERVER], at: HASH },
  async ({ page }) => {
    const twin = await Twin.of(SERVER)
    const strip = page.locator('.detail')
    await strip.getByText('! stuck').waitFor()
    await strip.getByText('alive in it').waitFor()
    await page.keyboard.press('F')
    await page.keyboard.type('longer:1s')
    await page.keyboard.press('Enter')
    await reads(page.locator('.kept'), /keeps \d+ of 29 goroutines/)
    await page.mouse.move(5, 5)
    // On a busy machine an answer may be on its way for longer than a picture must stay the same.
    let picture = await settled(page)
    await until('the picture is the last one', async () => {
      const before = picture
      picture = await settled(page)
      return picture === before
    })
    const place = twin.placeOf(page)
    assert.equal(place.filter, 'longer:1s')
    assert.deepEqual(place.range, { startNs: 1.8e9, endNs: 2.1e9 })
    const { url } = { url: page.url() }
    await page.reload()
    await strip.getByText('! stuck').waitFor()
    await strip.getByText('alive in it').waitFor()
    await reads(page.locator('.kept'), /keeps \d+ of 29 goroutines/)
    assert.equal(page.url(), url)
    await until('the reloaded page shows the same picture', async () => (await settled(page)) === picture)
    assert.deepEqual(twin.placeOf(page), place)
  },
)

pageTest('back and forward go through page, selection, jump and filter', { args: [SERVER] }, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  const strip = page.locator('.detail')
  await drawn(page)
  await page.getByRole('button', { name: 'show in timeline' }).first().click()
  await strip.getByText('! stuck').waitFor()
  const shown = twin.placeOf(page)
  await strip.getByRole('button', { name: '‹ previous' }).click()
  await until('another span is selected', () => twin.placeOf(page).span?.timeNs !== shown.span?.timeNs)
  const before = twin.placeOf(page)
  await page.keyboard.press('F')
  await page.keyboard.type('state:running')
  await page.keyboard.press('Enter')
  await reads(page.locator('.kept'), /keeps \d+ of 29 goroutines/)
  await page.goBack()
  await reads(page.locator('.kept'), /^29 goroutines$/)
  assert.deepEqual(twin.placeOf(page).span, before.span)
  await page.goBack()
  await strip.getByText('! stuck').waitFor()
  assert.deepEqual(twin.placeOf(page).span, shown.span)
  await page.goBack()
  await page.getByRole('heading', { level: 2, name: /goroutines wait/ }).waitFor()
  assert.equal(twin.placeOf(page).page, 'answer')
  for (let i = 0; i < 3; i++) await page.goForward()
  await reads(page.locator('.kept'), /keeps \d+ of 29 goroutines/)
  assert.equal(twin.placeOf(page).filter, 'state:running')
})

const NONSENSE = [
  '#timeline?t=NaNs-Infinitys&top=1e99&g=99999999@5s&range=9s-1s&trace=77&finding=999',
  '#timeline?t=900s-901s&g=32@900s&range=-50s-900s&top=999999',
  '#nowhere?filter=%E0%A4%A&open=%00,,,%ff',
  '#timeline?filter=fn:&open=f:nobody,g99,procs',
  '#timeline?filter=no-such-key:1%20((',
]

for (const hash of NONSENSE) {
  pageTest(`an address from elsewhere: ${hash}`, { args: [SERVER], at: hash }, async ({ page }) => {
    const twin = await Twin.of(SERVER)
    await drawn(page)
    await settled(page)
    // The page works as ever.
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.keyboard.press('0')
    await page.keyboard.press('/')
    await page.keyboard.type(`${STUCK[0]}`)
    await page.keyboard.press('Enter')
    await page
      .locator('.detail')
      .getByRole('heading', { name: new RegExp(`^goroutine ${STUCK[0]} `) })
      .waitFor()
    const { view } = twin.placeOf(page)
    const { durationNs } = twin.opened.traces[0]
    assert.ok(view === undefined || (view.startNs >= -durationNs * 0.1 && view.endNs <= durationNs * 1.1))
  })
}
