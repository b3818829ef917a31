/** What is dropped on the page: good files are shown, bad ones are told of, and the page lives on. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { drawn, pageTest, read, reads, until } from './browser.ts'
import { drop, made } from './drop.ts'
import { CLIENT, DUMP, FOLDER, SERVER, TITLE } from './experiment.ts'

const whole = readFileSync(SERVER)
const png = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(64)])
const header = (text: string) => Buffer.concat([Buffer.from(text.padEnd(16, '\0')), whole.subarray(16)])

/** Not one of them can be opened; what the page says of each. */
const BAD = [
  { name: 'empty.trace', content: '', says: /empty/ },
  { name: 'picture.png', content: png, says: /found a picture or a document/ },
  { name: 'future.trace', content: header('go 1.99 trace'), says: /1\.99/ },
  { name: 'notes.txt', content: 'nothing of interest\n'.repeat(9), says: /found text without a goroutine/ },
] as const

const answer = (page: Page) => page.getByRole('heading', { name: TITLE })
const notices = (page: Page) => page.locator('.notices')

for (const { name, content, says } of BAD) {
  pageTest(`${name} on the empty page is refused with a reason, and a good file opens then`, {}, async ({ page }) => {
    await page.getByRole('heading', { name: 'Drop a capture here' }).waitFor()
    await drop(page, made(name, content))
    assert.match(await reads(notices(page), new RegExp(name.replace('.', '\\.'))), says)
    await page.getByRole('heading', { name: 'Nothing of this could be opened' }).waitFor()
    await drop(page, SERVER)
    await answer(page).waitFor()
    assert.equal(await notices(page).count(), 0)
    await drawn(page)
  })
}

pageTest(
  'bad files on a page that shows something: it says why not, and takes the next',
  { args: [SERVER] },
  async ({ page }) => {
    await answer(page).waitFor()
    await drawn(page)
    await drop(page, ...BAD.map(({ name, content }) => made(name, content)))
    await reads(notices(page), /empty\.trace/)
    await page.getByRole('heading', { name: 'Nothing of this could be opened' }).waitFor()
    await drop(page, SERVER)
    await answer(page).waitFor()
    await drawn(page)
  },
)

pageTest('a good file among bad ones is shown, the others are named', {}, async ({ page }) => {
  await page.getByRole('heading', { name: 'Drop a capture here' }).waitFor()
  await drop(page, SERVER, made('picture.png', png), made('server', Buffer.concat([Buffer.from('\x7fELF'), png])))
  await answer(page).waitFor()
  await drawn(page)
  const text = await read(notices(page))
  assert.match(text, /not opened picture\.png/)
  assert.match(text, /note server is a program, which is not needed: passed over/)
  assert.ok(!text.includes('server.trace'))
})

pageTest('a truncated trace opens as far as it goes, and says what is missing and where', {}, async ({ page }) => {
  await page.getByRole('heading', { name: 'Drop a capture here' }).waitFor()
  await drop(page, made('cut.trace', whole.subarray(0, Math.floor(whole.length * 0.6))))
  const text = await reads(notices(page), /cut\.trace/)
  assert.match(text, /^not whole cut\.trace, byte [\d,]+: .*Lost: /)
  await drawn(page)
})

pageTest(
  'a folder of a capture: trace and dumps are one answer, what lies beside them is passed over',
  {},
  async ({ page }) => {
    await page.getByRole('heading', { name: 'Drop a capture here' }).waitFor()
    await drop(page, FOLDER)
    await answer(page).waitFor()
    await drawn(page)
    const inputs = await read(page.locator('.inputs'))
    assert.match(inputs, /server\.trace|goroutines/)
    assert.ok(!/manifest|cmdline/.test(await read(page.locator('.frame'))))
  },
)

pageTest(
  'several traces: one is shown, a selector leads to the other',
  { args: [SERVER, CLIENT] },
  async ({ page }) => {
    await drawn(page)
    const choice = page.getByRole('combobox', { name: 'trace', exact: true })
    assert.equal(await choice.locator('option').count(), 2)
    const before = await read(page.locator('.kept'))
    await choice.selectOption('1')
    await reads(page.locator('.kept'), new RegExp(`^(?!${before}$).*goroutines`))
    assert.match(page.url(), /trace=2/)
    await page.goBack()
    await reads(page.locator('.kept'), new RegExp(`^${before}$`))
  },
)

pageTest(
  'dumps alone have the table of goroutines below the answer, and the page says how to get a timeline',
  { args: [DUMP] },
  async ({ page }) => {
    await page
      .getByRole('heading', { name: /goroutines wait/ })
      .first()
      .waitFor()
    await page.getByText('No timeline: a dump is one moment').waitFor()
    assert.equal(await page.getByRole('button', { name: 'show in timeline' }).count(), 0)
    await page.getByText('17 goroutines in 8 groups').waitFor()
    await page.getByRole('link', { name: 'its goroutines' }).click()
    await page.locator('.group-detail').getByText('grpc.(*Server).handleStream').waitFor()
    assert.equal(await page.getByRole('heading', { name: /goroutines wait for a lock/ }).count(), 1)
    assert.match(page.url(), /#answer\?.*group=g32/)
    await page.keyboard.press('Escape')
    await until('the group is closed', async () => (await page.locator('.group-detail').count()) === 0)
    await page.keyboard.press('/')
    await page.keyboard.type('keepalive')
    await reads(page.locator('.groups-kept'), /keeps 1 of 17/)
    await page.reload()
    await reads(page.locator('.groups-kept'), /keeps 1 of 17/)
    await page.getByRole('link', { name: 'timeline', exact: true }).click()
    await page.getByRole('heading', { name: /No timeline/ }).waitFor()
  },
)

pageTest('a worker that dies is told of; what is open can be opened again', { args: [SERVER] }, async ({ page }) => {
  await drawn(page)
  const [worker] = page.workers()
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('out of luck')
    })
  })
  await reads(notices(page), /stopped .*out of luck/)
  await drop(page, SERVER)
  await answer(page).waitFor()
  await page.locator('.timeline').waitFor()
  assert.equal(await notices(page).count(), 0)
})
