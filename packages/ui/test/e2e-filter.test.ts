/** The filter: completed while it is typed, its count shown, held by the address; what is wrong with it is said where. */
import assert from 'node:assert/strict'
import { drawn, pageTest, read, reads, until } from './browser.ts'
import { SERVER } from './experiment.ts'
import { Twin } from './twin.ts'

const OPEN = { args: [SERVER], at: '#timeline' }

pageTest('typed with completion: keys, then values; the rows are those that are kept', OPEN, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  await drawn(page)
  const box = page.getByRole('combobox', { name: /^filter the goroutines/ })
  const choices = page.locator('.filter-box [role=option]')
  await box.click()
  await choices.first().waitFor()
  // In one go: a list made for the first letters is not chosen from once more are there.
  await box.fill('rea')
  await reads(choices.first(), /^reason:/)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await until('the key is completed', async () => (await box.inputValue()) === 'reason:')
  const offered = async () => (await choices.allTextContents()).map(text => /mut/i.test(text))
  await until('values are offered', async () => (await offered()).includes(false))
  await box.fill('reason:mut')
  await until('those that fit are offered', async () => {
    const fitting = await offered()
    return fitting.length > 0 && !fitting.includes(false)
  })
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const filter = await until('the value is completed', async () => {
    const value = await box.inputValue()
    return /^reason:\S*mutex/i.test(value) ? value : undefined
  })
  await page.keyboard.press('Enter')
  // On the way there "reason:" alone was a filter, too.
  await until('the address has the filter', () => twin.placeOf(page).filter === filter)
  const { kept } = await twin.follow(page)
  assert.ok(kept > 0 && kept < 29, `${filter} keeps ${kept}`)
  await reads(page.locator('.kept'), new RegExp(`^keeps ${kept} of 29 goroutines`))
})

pageTest('chosen faster than the list comes, a completion never replaces the wrong letters', OPEN, async ({ page }) => {
  await drawn(page)
  const box = page.getByRole('combobox', { name: /^filter the goroutines/ })
  const first = page.locator('.filter-box [role=option]').first()
  for (let i = 0; i < 8; i++) {
    await box.fill('r')
    await reads(first, /^r/)
    await page.keyboard.press('e')
    await page.keyboard.press('a')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    assert.match(await box.inputValue(), /^(rea|reason:)$/)
  }
})

pageTest('an error is told while the rows stay, and goes when it is mended', OPEN, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  await drawn(page)
  const box = page.getByRole('combobox', { name: /^filter the goroutines/ })
  await box.click()
  await box.pressSequentially('longer:much')
  await reads(page.locator('.kept'), /not understood/)
  await reads(page.locator('.filter-box .popup'), /longer:much|much/)
  assert.equal(await box.getAttribute('aria-invalid'), 'true')
  const bad = await twin.follow(page)
  assert.equal(bad.kept, 29)
  await box.fill('longer:1s')
  await reads(page.locator('.kept'), /^keeps \d+ of 29 goroutines/)
  assert.equal(await box.getAttribute('aria-invalid'), 'false')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'clear the filter' }).click()
  await reads(page.locator('.kept'), /^29 goroutines$/)
  assert.equal(twin.placeOf(page).filter, '')
})

pageTest('a link in the details filters: those that woke it or were woken by it', OPEN, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  await drawn(page)
  await page.keyboard.press('/')
  await page.keyboard.type('32')
  await page.keyboard.press('Enter')
  await page.locator('.detail').getByRole('link', { name: 'with:g32' }).click()
  const kept = await reads(page.locator('.kept'), /^keeps \d+ of 29 goroutines/)
  assert.equal(twin.placeOf(page).filter, 'with:g32')
  const layout = await twin.follow(page)
  assert.ok(layout.kept >= 2 && layout.kept < 29, kept)
  await page.getByRole('heading', { name: /^goroutine 32 / }).waitFor()
  assert.ok(!(await read(page.locator('.detail'))).includes('hides this goroutine'))
})
