/** The page "goroutines" in a browser: groups of a dump and of a trace, what two differ in, from a group to the timeline and back. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { parse } from '../src/state/url.ts'
import { drawn, pageTest, read, reads, until } from './browser.ts'
import { DUMP, FOLDER, SERVER, SOURCE, STUCK } from './experiment.ts'

const BEFORE = join(FOLDER, 'goroutines-before.debug2.txt')
const folder = mkdtempSync(join(tmpdir(), 'unhang-goroutines-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const placeOf = (page: Page) => parse(new URL(page.url()).hash)
const rows = (page: Page) => page.locator('.groups-row.body')
const row = (page: Page, text: string | RegExp) => rows(page).filter({ hasText: text }).first()
const table = (page: Page) => page.getByRole('treegrid', { name: 'groups of goroutines' })

/** The row that the keys are at. */
async function active(page: Page): Promise<Locator> {
  const id = await table(page).getAttribute('aria-activedescendant')
  assert.ok(id, 'a row is marked')
  return page.locator(`#${id}`)
}

pageTest(
  'a dump alone: a table of its groups, the stuck ones marked',
  { args: [DUMP], at: '#goroutines' },
  async ({ page }) => {
    await row(page, 'AcquireLock').waitFor()
    assert.equal(await rows(page).count(), 8)
    assert.equal(await read(page.locator('.groups-kept')), '17 goroutines in 8 groups')
    await reads(
      row(page, 'AcquireLock'),
      /10 sync\.Mutex\.Lock .*! main\.\(\*server\)\.AcquireLock server\/main\.go:41/,
    )
    assert.equal(await table(page).getAttribute('aria-rowcount'), '9')
    await row(page, 'AcquireLock').click()
    const detail = page.locator('.group-detail')
    await detail.getByText('grpc.(*Server).handleStream').waitFor()
    // No trace has them: there is no place to lead to.
    assert.equal(await detail.locator('.ids a').count(), 0)
    assert.equal(await read(detail.locator('.ids')), STUCK.join(' '))
  },
)

pageTest(
  'from a group to its goroutine in the timeline, and from there back to the group',
  { args: [SERVER, DUMP, '--src', SOURCE], at: '#goroutines' },
  async ({ page }) => {
    await row(page, 'AcquireLock').click()
    const detail = page.locator('.group-detail')
    assert.match(await reads(detail, /≥ 2\.29 s/), /0x[0-9a-f]+/)
    await detail.locator('.excerpt-line.hot').waitFor()
    assert.match(await read(detail.locator('.excerpt-line.hot')), /41 mu\.Lock\(\)/)
    await detail.getByRole('link', { name: String(STUCK[3]), exact: true }).click()
    const strip = page.locator('.detail')
    await strip.getByRole('heading', { name: new RegExp(`^goroutine ${STUCK[3]} `) }).waitFor()
    await strip.getByText('! stuck').waitFor()
    assert.equal(placeOf(page).page, 'timeline')
    await drawn(page)
    await strip.getByRole('link', { name: 'its group' }).click()
    await detail.getByText('grpc.(*Server).handleStream').waitFor()
    const { page: name, groups } = placeOf(page)
    assert.deepEqual([name, groups.group, groups.of], ['goroutines', `g${STUCK[3]}`, { kind: 'dump', index: 0 }])
    await page.goBack()
    await strip.getByText('! stuck').waitFor()
    await page.goBack()
    await detail.getByText('grpc.(*Server).handleStream').waitFor()
    await page.goBack()
    await until('the group is closed', async () => (await detail.count()) === 0)
  },
)

pageTest(
  'from the answer to the group of its waiters, and from there to the answer',
  { args: [SERVER, DUMP] },
  async ({ page }) => {
    await page.getByRole('link', { name: 'its goroutines' }).click()
    const detail = page.locator('.group-detail')
    await detail.getByText('grpc.(*Server).handleStream').waitFor()
    assert.equal(placeOf(page).groups.group, `g${STUCK[0]}`)
    await detail.getByRole('link', { name: /10 goroutines wait for a lock/ }).click()
    await page.locator('.finding').first().waitFor()
    assert.equal(placeOf(page).page, 'answer')
  },
)

pageTest('a trace alone: at its end, and at the moment of the selected span', { args: [SERVER] }, async ({ page }) => {
  await page.getByRole('link', { name: 'goroutines', exact: true }).click()
  assert.match(await read(row(page, 'AcquireLock')), /10 .* 2\.29 s/)
  await page.getByText('of the runtime, as in a dump').waitFor()
  await row(page, 'AcquireLock').click()
  await page
    .locator('.group-detail')
    .getByRole('link', { name: String(STUCK[0]), exact: true })
    .click()
  const strip = page.locator('.detail')
  await strip.getByText('! stuck').waitFor()
  await strip.getByRole('button', { name: '‹ previous' }).click()
  await until('another span is selected', async () => !(await read(strip)).includes('stuck'))
  await strip.getByRole('link', { name: 'its group' }).click()
  await page.locator('.group-detail').waitFor()
  const { of } = placeOf(page).groups
  assert.ok(of?.kind === 'trace' && of.atNs !== undefined && of.atNs < 1.72e9)
  assert.match(await read(page.locator('.group-detail')), /32/)
})

pageTest('two dumps: what came, what still waits', { args: [BEFORE, DUMP], at: '#goroutines' }, async ({ page }) => {
  await row(page, 'AcquireLock').waitFor()
  await page.getByLabel('compared with').selectOption({ index: 1 })
  await until('it is compared', async () => (await page.locator('.groups-table.compared').count()) === 1)
  assert.match(await reads(row(page, 'AcquireLock'), /\+10/), /0 10 \+10 0 0 sync\.Mutex\.Lock/)
  assert.match(await read(page.locator('.groups-head')), /4 before, 17 after: .* appeared/)
  assert.match(await read(page.locator('.groups-summary')), /10 goroutines appeared in main\.\(\*server\)\.AcquireLock/)
  await row(page, 'AcquireLock').click()
  assert.match(await read(page.locator('.group-detail')), new RegExp(`appeared ${STUCK.join(' ')}`))
  assert.match(page.url(), /with=dump1/)
  await page.getByRole('button', { name: 'exchange the two moments' }).click()
  await reads(row(page, 'AcquireLock'), /10 0 0 −10/)
  await page.goBack()
  await reads(row(page, 'AcquireLock'), /\+10/)
})

pageTest(
  'level, filters, order and open group stand in the address, and a reload shows the same',
  { args: [SERVER, DUMP], at: '#goroutines' },
  async ({ page }) => {
    await row(page, 'AcquireLock').waitFor()
    await page.getByLabel('alike').selectOption('functions')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'where' }).click()
    await until('it is sorted', () => placeOf(page).groups.sort === 'name')
    await page.locator('body').click({ position: { x: 5, y: 5 } })
    await page.keyboard.press('/')
    await page.keyboard.type('acquire')
    await reads(page.locator('.groups-kept'), /keeps 10 of 17 goroutines, in 1 group$/)
    await page
      .getByRole('textbox', { name: /^state/ })
      .or(page.getByRole('combobox', { name: /^state/ }))
      .fill('mutex')
    await until('both stand in the address', () => placeOf(page).groups.state === 'mutex')
    await row(page, 'AcquireLock').click()
    await page.locator('.group-detail').waitFor()
    const at = page.url()
    const { groups } = placeOf(page)
    assert.deepEqual(
      [groups.like, groups.function, groups.state, groups.sort, groups.group],
      ['functions', 'acquire', 'mutex', 'name', `g${STUCK[0]}`],
    )
    await page.reload()
    await page.locator('.group-detail').getByText('grpc.(*Server).handleStream').waitFor()
    assert.equal(page.url(), at)
    assert.equal(await rows(page).count(), 1)
    assert.equal(await page.getByRole('textbox', { name: /^function/ }).inputValue(), 'acquire')
    await page.goBack()
    await until('the group is closed', async () => (await page.locator('.group-detail').count()) === 0)
    await page.goBack()
    await until('the state is as before', () => placeOf(page).groups.state === '')
    await page.goForward()
    await until('and again', () => placeOf(page).groups.state === 'mutex')
  },
)

pageTest(
  'an address of garbage shows the defaults',
  { args: [DUMP], at: '#goroutines?of=film7&with=dump1&like=<b>&minutes=soon&sort=%&group=g999999' },
  async ({ page }) => {
    await row(page, 'AcquireLock').waitFor()
    assert.equal(await read(page.locator('.groups-kept')), '17 goroutines in 8 groups')
    await page.getByText('goroutine 999999 is not in this moment').waitFor()
  },
)

pageTest(
  'keys: the mark moves, Enter opens and closes, slash goes to the filter, Escape clears',
  { args: [DUMP], at: '#goroutines' },
  async ({ page }) => {
    await row(page, 'AcquireLock').waitFor()
    // The mark comes with the answer.
    await reads(row(page, 'AcquireLock'), / ! main/)
    await table(page).focus()
    const first = await read(await active(page))
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    assert.equal(await (await active(page)).getAttribute('aria-rowindex'), '3')
    await page.keyboard.press('End')
    assert.equal(await (await active(page)).getAttribute('aria-rowindex'), '9')
    await page.keyboard.press('Home')
    assert.equal(await read(await active(page)), first)
    await page.keyboard.press('PageDown')
    await page.keyboard.press('PageUp')
    await page.keyboard.press('Enter')
    await page.locator('.group-detail').waitFor()
    assert.equal(await (await active(page)).getAttribute('aria-expanded'), 'true')
    await page.keyboard.press('ArrowLeft')
    await until('it is closed', async () => (await page.locator('.group-detail').count()) === 0)
    await page.keyboard.press('ArrowRight')
    await page.locator('.group-detail').waitFor()
    await page.keyboard.press('Escape')
    await until('it is closed', async () => (await page.locator('.group-detail').count()) === 0)
    await page.keyboard.press('/')
    await page.keyboard.type('keepalive')
    await reads(page.locator('.groups-kept'), /keeps 1 of 17/)
    await page.keyboard.press('Enter')
    await until('the table has the keys', () => table(page).evaluate(element => element === document.activeElement))
    await page.keyboard.press('Escape')
    await reads(page.locator('.groups-kept'), /^17 goroutines in 8 groups$/)
    await page.keyboard.press('?')
    await page.getByRole('heading', { name: 'Tables' }).waitFor()
  },
)

/** As many groups as goroutines: no two stand in one line, and none waits, so that the answer has nothing to look for. */
function manyGroups(count: number): string {
  const texts: string[] = []
  for (let i = 0; i < count; i++)
    texts.push(`goroutine ${i + 1} [runnable]:\nmain.f${i % 997}(0x${i})\n\t/src/a.go:${i + 1} +0x1\n\n`)
  return texts.join('')
}

pageTest(
  '100,000 groups: a few rows are made, and each can be reached',
  { args: [], at: '#goroutines' },
  async ({ page, address }) => {
    assert.ok(address)
    const file = join(folder, 'many.txt')
    writeFileSync(file, manyGroups(100_000))
    await page.getByLabel('captures to open').setInputFiles(file)
    await page.getByText('100,000 goroutines in 100,000 groups').waitFor()
    await rows(page).first().waitFor()
    assert.ok((await rows(page).count()) < 100)
    await table(page).focus()
    await page.keyboard.press('End')
    const last = await active(page)
    await reads(last, /1 runnable/)
    assert.equal(await last.getAttribute('aria-rowindex'), '100001')
    await page.keyboard.press('Enter')
    await page.locator('.group-detail').waitFor()
    const at = page.url()
    await page.keyboard.press('Home')
    await until('the first is seen', async () => (await rows(page).first().getAttribute('aria-rowindex')) === '2')
    await page.mouse.move(600, 500)
    for (let i = 0; i < 20; i++) await page.mouse.wheel(0, 1000)
    await until('it has moved', async () => Number(await rows(page).first().getAttribute('aria-rowindex')) > 500)
    await until('its rows have come', async () => (await read(rows(page).nth(10))).includes('runnable'))
    assert.equal(page.url(), at, 'a movement is no step')
  },
)

const EVIL = `goroutine 1 [chan send]:
main.<img>.<b>lock<b>(0x1)
	/src/"><b>/a.go:1 +0x1

goroutine 2 [<i>waiting</i>\u202e, 3 minutes]:
main.${'long'.repeat(5000)}(0x1)
	/src/b.go:2 +0x1
`

pageTest('names full of markup are text', { args: [], at: '#goroutines' }, async ({ page }) => {
  const file = join(folder, 'evil.txt')
  writeFileSync(file, EVIL)
  await page.getByLabel('captures to open').setInputFiles(file)
  await row(page, '<img>.<b>lock<b>').click()
  await page.locator('.group-detail').waitFor()
  assert.equal(await page.locator('.groups img, .groups script, .groups b, .groups i').count(), 0)
  assert.equal(await page.evaluate(() => document.body.scrollWidth <= window.innerWidth), true)
})
