/** Without a pointer: search, next and previous hit, next and previous span, the waker, movement, filter, help. */
import assert from 'node:assert/strict'
import { drawn, pageTest, read, reads, settled, until } from './browser.ts'
import { SERVER, STUCK } from './experiment.ts'
import { Twin } from './twin.ts'

const OPEN = { args: [SERVER], at: '#timeline' }

pageTest('search, n and N, brackets, Enter, Escape', OPEN, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  const strip = page.locator('.detail')
  const spanOf = () => twin.placeOf(page).span
  await drawn(page)
  await page.keyboard.press('/')
  await page.keyboard.type('AcquireLock')
  await reads(page.locator('.search-box .popup'), /AcquireLock/)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const hit = await until('the first hit is selected', spanOf)
  await page.keyboard.press('n')
  const second = await until('the second hit is selected', () => {
    const span = spanOf()
    return span && (span.timeNs !== hit.timeNs || span.goroutineId !== hit.goroutineId) ? span : undefined
  })
  assert.ok(second.timeNs >= hit.timeNs, 'hits go by time')
  await page.keyboard.press('N')
  await until('the first hit again', () => spanOf()?.timeNs === hit.timeNs && spanOf()?.goroutineId === hit.goroutineId)

  // A stuck wait, its span before, and the wait again.
  await page.keyboard.press('/')
  await page.keyboard.type(`${STUCK[5]}`)
  await page.keyboard.press('Enter')
  await until('the goroutine is selected', () => spanOf()?.goroutineId === STUCK[5])
  const wait = spanOf()!
  await page.keyboard.press('[')
  await until('the span before is selected', () => spanOf()!.timeNs < wait.timeNs && spanOf()?.goroutineId === STUCK[5])
  await page.keyboard.press(']')
  await until('the wait is selected again', () => spanOf()?.timeNs === wait.timeNs)

  // Somebody began it: back to its first span.
  const first = await twin.ask('spanOf', { trace: 0, goroutineId: STUCK[5], timeNs: 0 })
  const begin = (await twin.ask('detail', { trace: 0, span: first }))!.detail
  while (spanOf()!.timeNs !== begin.startNs) {
    const { timeNs } = spanOf()!
    await page.keyboard.press('[')
    await until('the span before is selected', () => spanOf()!.timeNs < timeNs)
  }
  const waker = begin.wokenBy
  assert.ok(waker, 'whoever began it is known')
  await page.keyboard.press('Enter')
  await until('the waker is selected', () => spanOf()?.goroutineId === waker.id)
  await page.keyboard.press('Escape')
  await until('nothing is selected', () => spanOf() === undefined)
  assert.match(await read(strip), /Click a span/)
})

pageTest('f fits the selection, 0 shows the whole trace, letters and arrows move', OPEN, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  await drawn(page)
  const widthOf = () => {
    const { view } = twin.placeOf(page)
    return view ? view.endNs - view.startNs : twin.opened.traces[0].durationNs
  }
  const whole = widthOf()
  await page.keyboard.press('/')
  await page.keyboard.type(`${STUCK[0]}`)
  await page.keyboard.press('Enter')
  const span = await until('it is selected', () => twin.placeOf(page).span)
  const row = await twin.ask('spanOf', { trace: 0, goroutineId: span.goroutineId, timeNs: span.timeNs })
  const detail = (await twin.ask('detail', { trace: 0, span: row }))!.detail
  await page.keyboard.press('f')
  const length = detail.endNs - detail.startNs
  await until('the span fills the view', () => widthOf() < Math.max(length, 20) * 2 && widthOf() >= length)
  await page.keyboard.press('0')
  await until('all is seen', () => widthOf() >= whole - 1)
  await page.keyboard.press('w')
  await until('it is zoomed in', () => widthOf() < whole)
  await settled(page)
  const start = () => twin.placeOf(page).view?.startNs ?? 0
  const before = start()
  await page.keyboard.press('d')
  await until('it is later', () => start() > before)
  await settled(page)
  const later = start()
  await page.keyboard.press('ArrowLeft')
  await until('it is earlier', () => start() < later)
  await settled(page)
  const narrow = widthOf()
  await page.keyboard.press('s')
  await until('it is zoomed out', () => widthOf() > narrow)
})

pageTest('the filter by F, the sheet of keys by ?, each closed by Escape', OPEN, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  await drawn(page)
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keys' })
  await sheet.waitFor()
  assert.match(await read(sheet), /zoom in.*scroll down by a row.*the whole trace.*search goroutines/)
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'hidden' })
  await page.keyboard.press('F')
  await page.keyboard.type('reason:mutex')
  await page.keyboard.press('Enter')
  await reads(page.locator('.kept'), /^keeps \d+ of 29 goroutines/)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await reads(page.locator('.kept'), /^29 goroutines$/)
  assert.equal(twin.placeOf(page).filter, '')
})

pageTest('a key that follows at once on the closing of the sheet is not lost', OPEN, async ({ page }) => {
  await drawn(page)
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  // The browser tells of the closing in a task of its own, later than this.
  const isInField = await page.evaluate(() => {
    document.querySelector('dialog')!.close()
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'F', bubbles: true }))
    return document.activeElement?.matches('.filter-box input')
  })
  assert.equal(isInField, true)
})

const SELECTED = { args: [SERVER], at: `#timeline?g=${STUCK[0]}@3000000000` }

pageTest('every control is reached by Tab, and the focus is seen on each', SELECTED, async ({ page }) => {
  await drawn(page)
  await page.locator('.detail').getByText('! stuck').waitFor()
  const names: string[] = []
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab')
    const focus = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null
      if (!element || element === document.body) return undefined
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element)
      const box = element.getBoundingClientRect()
      const ring = [...element.querySelectorAll('div')].some(div => div.style.pointerEvents === 'none')
      return {
        name: element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40) ?? '',
        isSeen: box.width > 0 && box.height > 0,
        isMarked: (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none' || ring,
      }
    })
    if (!focus) break
    assert.ok(focus.isSeen, `${focus.name} has the focus and no place`)
    assert.ok(focus.isMarked, `nothing shows that ${focus.name} has the focus`)
    names.push(focus.name)
  }
  const all = names.join('\n')
  for (const part of [
    'show in timeline',
    'filter',
    'search',
    'Timeline of the trace',
    'height of the details',
    'help',
    'colours',
  ])
    assert.ok(all.includes(part), `${part} is not among:\n${all}`)
})
