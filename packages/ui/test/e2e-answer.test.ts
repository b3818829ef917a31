/** The way that everybody goes: the answer in words, where it is in the timeline, the line, who woke whom. */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { drawn, pageTest, read, reads, until } from './browser.ts'
import { LINE, SERVER, SOURCE, STUCK, TITLE } from './experiment.ts'
import { Twin } from './twin.ts'

const ARGS = [SERVER, '--src', SOURCE]

pageTest(
  'the answer stands first: what, where, since when, who, why, with the line of source',
  { args: ARGS },
  async ({ page }) => {
    await page.getByRole('heading', { name: TITLE }).waitFor()
    assert.equal(await read(page.locator('.verdict')), 'HANG likely')
    const finding = page.locator('.finding').first()
    const text = await read(finding)
    for (const part of [
      'main.(*server).AcquireLock',
      LINE,
      'since 1.71 s into the trace',
      'ended without releasing it',
    ])
      assert.ok(text.includes(part), `${part} is not in:\n${text}`)
    for (const id of STUCK) assert.ok(await finding.getByRole('link', { name: String(id), exact: true }).isVisible())
    const hot = finding.locator('.excerpt-line.hot').first()
    await hot.waitFor()
    assert.match(await read(hot), /41 mu\.Lock\(\)/)
    await drawn(page)
  },
)

pageTest(
  'from the answer to the stuck goroutine, its line, and whoever woke it last',
  { args: ARGS },
  async ({ page }) => {
    const twin = await Twin.of(SERVER)
    await page.getByRole('button', { name: 'show in timeline' }).first().click()
    const strip = page.locator('.detail')
    await strip.getByText('! stuck').waitFor()
    const span = twin.answered.findingPlaces[0].spans[0]
    const wait = await twin.ask('detail', { trace: 0, span })
    assert.ok(wait)
    const { id, previous, startNs, endNs } = wait.detail
    assert.match(await read(strip), new RegExp(`goroutine ${id} `))
    assert.match(await read(strip), /waiting \(sync\.Mutex\.Lock\)|waiting \(sync/)
    assert.match(await read(strip), new RegExp(LINE.replace('.', '\\.')))
    const place = twin.placeOf(page)
    assert.equal(place.page, 'timeline')
    assert.deepEqual(place.span, { goroutineId: id, timeNs: startNs })
    await until('the address has a view that holds the wait', () => {
      const { view } = twin.placeOf(page)
      return view && view.startNs < startNs && view.endNs >= endNs - 1
    })

    // Back along its row to where somebody is known to have woken it, then to that goroutine.
    let at = await twin.ask('detail', { trace: 0, span: previous })
    while (at && !at.detail.wokenBy) at = await twin.ask('detail', { trace: 0, span: at.detail.previous })
    assert.ok(at?.detail.wokenBy, 'the trace knows who began it')
    const begin = at.detail
    const waker = begin.wokenBy!
    while (twin.placeOf(page).span?.timeNs !== begin.startNs) {
      const before = twin.placeOf(page).span?.timeNs
      await strip.getByRole('button', { name: '‹ previous' }).click()
      await until('the span before is selected', () => twin.placeOf(page).span?.timeNs !== before)
    }
    await strip.getByRole('button', { name: /^follow/ }).click()
    await strip.getByRole('heading', { name: new RegExp(`^goroutine ${waker.id} `) }).waitFor()
    assert.equal(twin.placeOf(page).span?.goroutineId, waker.id)
    const woke = strip.getByRole('link', { name: String(id), exact: true }).first()
    await woke.click()
    await strip.getByRole('heading', { name: new RegExp(`^goroutine ${id} `) }).waitFor()
  },
)

pageTest("a waiter's number leads to its wait", { args: [SERVER] }, async ({ page }) => {
  await page.getByRole('link', { name: String(STUCK[4]), exact: true }).click()
  const strip = page.locator('.detail')
  await strip.getByRole('heading', { name: new RegExp(`^goroutine ${STUCK[4]} `) }).waitFor()
  await strip.getByText('! stuck').waitFor()
  assert.match(page.url(), new RegExp(`#timeline\\?.*g=${STUCK[4]}@`))
})

const copy = mkdtempSync(join(tmpdir(), 'unhang-edited-'))
after(() => rmSync(copy, { recursive: true, force: true }))
cpSync(SOURCE, copy, { recursive: true })

pageTest(
  'source that is edited while the page is open: told when one comes back, and read anew when one asks for it',
  { args: [SERVER, '--src', copy] },
  async ({ page }) => {
    const file = join(copy, 'server/main.go')
    const text = readFileSync(file, 'utf8')
    const finding = page.locator('.finding').first()
    const comeBack = async () => {
      const asked = page.waitForResponse(/\/edited$/)
      await page.evaluate(() => window.dispatchEvent(new Event('focus')))
      await asked
    }
    await reads(finding, /41 mu\.Lock\(\).*leaves AcquireLock without/)
    utimesSync(file, 1, 1)
    await comeBack()
    writeFileSync(file, text.replace('taken++', 'taken += 1'))
    await comeBack()
    await reads(page.locator('.notices'), /source server\/main\.go was edited since: .* \d\d:\d\d:\d\d read it anew/)
    assert.match(await read(finding), /45 taken\+\+/, 'what is said stays together with its lines')
    await page.getByRole('button', { name: 'read it anew' }).click()
    await reads(finding, /45 taken \+= 1/)
    assert.equal(await page.locator('.notices').count(), 0)
    await comeBack()
    // The whole function is another now: no line of it is that of the program.
    writeFileSync(file, text.replace('// The first call', '\n'.repeat(200)))
    await page.reload()
    await reads(finding, /goroutine 41 took it/)
    assert.equal(await page.locator('.excerpt').count(), 0)
  },
)
