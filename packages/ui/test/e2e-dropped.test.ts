/** What was dropped is gone after a reload: the page says so, and dropped again it is shown as it was left. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { drawn, pageTest, read, reads, until } from './browser.ts'
import { drop } from './drop.ts'
import { DUMP, SERVER, STUCK } from './experiment.ts'
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

/** Ctrl+V with this text in the clipboard, where the focus is. */
function paste(page: Page, text: string): Promise<void> {
  return page.evaluate(copied => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', copied)
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
    ;(document.activeElement ?? document.body).dispatchEvent(event)
  }, text)
}

pageTest('a dump that is pasted is opened; a word that is pasted gives up nothing', {}, async ({ page }) => {
  await page.getByRole('heading', { name: 'Drop a capture here' }).waitFor()
  await paste(page, 'Dear all, it hangs.')
  await reads(page.locator('.notices'), /not opened pasted text: found text without a goroutine in it/)
  await paste(page, readFileSync(DUMP, 'utf8'))
  await page.getByText('17 goroutines in 8 groups').waitFor()
  assert.equal(await read(page.locator('.inputs')), 'pasted text')
  await paste(page, 'Dear all, it hangs.')
  await reads(page.locator('.notice'), /no goroutine is in what was pasted/)
  await page.keyboard.press('/')
  await paste(page, 'goroutine 1 [running]:')
  assert.equal(await read(page.locator('.groups-kept')), '17 goroutines in 8 groups')
})
