/** The timeline under a pointer: a click, a range, wheel and drag; and that its pixels are those of the theme, twice the same. */
import assert from 'node:assert/strict'
import { drawn, pageTest, read, settled, until } from './browser.ts'
import { SERVER, STUCK } from './experiment.ts'
import { coloursAt, measured, Twin, themeColour } from './twin.ts'

const OPEN = { args: [SERVER], at: '#timeline' }

pageTest('a click on the stuck wait of goroutine 32 shows its line; a click beside clears', OPEN, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  await drawn(page)
  const [{ durationNs }] = twin.opened.traces
  const key = `g${STUCK[0]}`
  const wait = await twin.pointOf(page, key, durationNs * 0.8)
  await page.mouse.click(wait.x, wait.y)
  const strip = page.locator('.detail')
  await strip.getByRole('heading', { name: new RegExp(`^goroutine ${STUCK[0]} `) }).waitFor()
  await strip.getByText('! stuck').waitFor()
  assert.match(await read(strip), /server\/main\.go:41/)
  // It was not born yet.
  const early = await twin.pointOf(page, key, durationNs * 0.01)
  await page.mouse.click(early.x, early.y)
  await until('nothing is selected', () => twin.placeOf(page).span === undefined)
})

pageTest('the tooltip says at once what is under the pointer', OPEN, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  await drawn(page)
  const { x, y } = await twin.pointOf(page, `g${STUCK[3]}`, twin.opened.traces[0].durationNs * 0.7)
  await page.mouse.move(x - 30, y)
  await page.mouse.move(x, y)
  await page
    .getByText(/sync\.Mutex\.Lock|sync/)
    .first()
    .waitFor()
  await until('the tooltip names it', async () => {
    const text = await read(page.locator('.timeline'))
    return /waiting/.test(text) && text.includes(String(STUCK[3]))
  })
})

pageTest(
  'shift and drag select a range: its length and sums stand below, and in the address',
  OPEN,
  async ({ page }) => {
    const twin = await Twin.of(SERVER)
    await drawn(page)
    const [{ durationNs }] = twin.opened.traces
    const from = await twin.pointOf(page, `g${STUCK[1]}`, durationNs * 0.5)
    const to = await twin.pointOf(page, `g${STUCK[2]}`, durationNs * 0.75)
    await page.keyboard.down('Shift')
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    await page.mouse.move((from.x + to.x) / 2, from.y, { steps: 4 })
    await page.mouse.move(to.x, to.y, { steps: 4 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    const isAt = (ns: number, share: number) => Math.abs(ns - durationNs * share) < durationNs * 0.01
    const range = await until('the address has the range', () => {
      const { range } = twin.placeOf(page)
      return range && isAt(range.startNs, 0.5) && isAt(range.endNs, 0.75) ? range : undefined
    })
    const sums = await twin.ask('sums', { trace: 0, ...range })
    const strip = page.locator('.range-detail')
    await strip.getByText(`${sums.goroutines} goroutines alive in it`).waitFor()
    const reason = sums.reasons.find(({ reason }) => reason !== '')!
    assert.ok((await read(strip)).includes(reason.reason))
    await page.getByRole('button', { name: 'clear the range' }).click()
    await until('the range is gone', () => twin.placeOf(page).range === undefined)
  },
)

pageTest('the wheel zooms at the pointer, with shift it moves, a drag moves', OPEN, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  await drawn(page)
  const [{ durationNs }] = twin.opened.traces
  const atNs = durationNs * 0.6
  const { x, y } = await twin.pointOf(page, `g${STUCK[0]}`, atNs)
  await page.mouse.move(x, y)
  for (let i = 0; i < 6; i++) await page.mouse.wheel(0, -120)
  const viewOf = () => twin.placeOf(page).view
  const isNarrow = () => {
    const view = viewOf()
    return view && view.endNs - view.startNs < durationNs * 0.3 ? view : undefined
  }
  const zoomed = await until('it is zoomed', isNarrow)
  const share = (atNs - zoomed.startNs) / (zoomed.endNs - zoomed.startNs)
  assert.ok(Math.abs(share - 0.6) < 0.02, `what was under the pointer is now at ${share}`)
  await settled(page)
  await page.keyboard.down('Shift')
  await page.mouse.wheel(0, 240)
  await page.keyboard.up('Shift')
  const moved = await until('it has moved', () => {
    const view = viewOf()
    return view && view.startNs > zoomed.startNs ? view : undefined
  })
  assert.ok(Math.abs(moved.endNs - moved.startNs - (zoomed.endNs - zoomed.startNs)) < 2)
  await settled(page)
  await page.mouse.down()
  await page.mouse.move(x + 100, y, { steps: 5 })
  await page.mouse.up()
  await until('the drag has moved it back', () => {
    const view = viewOf()
    return view && view.startNs < moved.startNs
  })
})

pageTest("pixels: the theme's colours where something is, the background where nothing is", OPEN, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  await drawn(page)
  await settled(page)
  const [{ durationNs }] = twin.opened.traces
  const colours = async (key: string, from: number, to: number) => {
    const a = await twin.pointOf(page, key, durationNs * from)
    const b = await twin.pointOf(page, key, durationNs * to)
    return coloursAt(page, { x: a.x, y: a.y - 8, width: b.x - a.x, height: 16 })
  }
  const names = ['waiting', 'stuck', 'background', 'band', 'running']
  const theme = new Map<string, string>()
  for (const name of names) theme.set(name, await themeColour(page, `--${name}`))
  const wait = await colours(`g${STUCK[0]}`, 0.6, 0.9)
  assert.ok((wait.get(theme.get('waiting')!) ?? 0) > 0, 'waiting is drawn')
  assert.ok(wait.size > 2, 'what is stuck is hatched')
  assert.ok(!wait.has(theme.get('running')!), 'nothing runs there')
  const unborn = await colours(`g${STUCK[0]}`, 0.1, 0.3)
  assert.ok(!unborn.has(theme.get('waiting')!), 'it was not there yet')
})

pageTest('the same picture again: after a reload, and after going elsewhere and back', OPEN, async ({ page }) => {
  await drawn(page)
  const first = await settled(page)
  await page.reload()
  await drawn(page)
  assert.ok(first === (await settled(page)), 'the reloaded page shows another picture')
  const { box } = await measured(page)
  await page.mouse.move(box.x + 700, box.y + 300)
  for (let i = 0; i < 5; i++) await page.mouse.wheel(0, -120)
  await until('it is zoomed', () => page.url().includes('t='))
  assert.ok(first !== (await settled(page)), 'zoomed in it looks the same')
  await page.keyboard.press('0')
  await page.mouse.move(5, 5)
  const back = async () => (await settled(page)) === first
  await until('the whole trace looks as before', back)
})
