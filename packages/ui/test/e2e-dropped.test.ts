/** What was dropped is gone after a reload: the page says so, and dropped again it is shown as it was left. */
import assert from 'node:assert/strict'
import { drawn, pageTest, reads, until } from './browser.ts'
import { drop } from './drop.ts'
import { SERVER, STUCK } from './experiment.ts'
import { Twin } from './twin.ts'

pageTest('after a reload the page asks for what was dropped, and goes on where it was', {}, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  await page.getByRole('heading', { name: 'Drop a capture here' }).waitFor()
  await drop(page, SERVER)
  await drawn(page)
  await page.keyboard.press('/')
  await page.keyboard.type(`${STUCK[2]}`)
  await page.keyboard.press('Enter')
  const span = await until('a goroutine is selected', () => twin.placeOf(page).span)
  await page.reload()
  await reads(page.locator('.notices'), /a reload forgets what was dropped: drop server\.trace again/)
  await drop(page, SERVER)
  await drawn(page)
  await page.locator('.detail').getByText('! stuck').waitFor()
  assert.deepEqual(twin.placeOf(page).span, span)
})
