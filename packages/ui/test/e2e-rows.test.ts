/** Rows and the parts around them: what opens and closes, scrolling, the minimap's brush, the strip's edge. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { drawn, pageTest, settled, until } from './browser.ts'
import { SERVER, STUCK } from './experiment.ts'
import { measured, Twin } from './twin.ts'

const OPEN = { args: [SERVER], at: '#timeline' }

/** In the column of names. */
async function clickName(page: Page, twin: Twin, key: string): Promise<void> {
  const { box } = await measured(page)
  const { y } = await twin.pointOf(page, key, 0)
  await page.mouse.click(box.x + 60, y)
}

pageTest('headings and groups open and close: by a click, and back by the history', OPEN, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  await drawn(page)
  const before = (await twin.follow(page)).rowCount
  await clickName(page, twin, 'threads')
  const opened = await until('the threads are open', () => twin.placeOf(page).expanded)
  assert.ok(opened.includes('threads') && opened.includes('procs'))
  assert.ok((await twin.follow(page)).rowCount > before)
  await settled(page)
  const group = opened.find(key => key.startsWith('f:'))
  assert.ok(group, 'the stuck group is open from the start')
  await clickName(page, twin, group)
  await until('the group is closed', () => twin.placeOf(page).expanded?.includes(group) === false)
  await page.goBack()
  await until('it is open again', () => twin.placeOf(page).expanded?.includes(group) === true)
  await page.goBack()
  await until('the threads are closed again', () => twin.placeOf(page).expanded === undefined)
  assert.equal((await twin.follow(page)).rowCount, before)
})

pageTest(
  'a jump opens the group of its goroutine and scrolls to the row',
  {
    args: [SERVER],
    at: '#timeline?open=',
  },
  async ({ page }) => {
    const twin = await Twin.of(SERVER)
    await drawn(page)
    await page.keyboard.press('/')
    await page.keyboard.type(`${STUCK[9]}`)
    await page.keyboard.press('Enter')
    await page.locator('.detail').getByText('! stuck').waitFor()
    await until('its group is open', () => twin.placeOf(page).expanded?.some(key => key.startsWith('f:')))
    await settled(page)
    // Throws where the row is not in the window.
    await until('the row is seen', () =>
      twin.pointOf(page, `g${STUCK[9]}`, 3e9).then(
        () => true,
        () => false,
      ),
    )
  },
)

pageTest('rows scroll: wheel over the names, Page down, End and Home', OPEN, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  await drawn(page)
  const top = () => twin.placeOf(page).view?.top ?? 0
  const { box } = await measured(page)
  await page.mouse.move(box.x + 60, box.y + 200)
  await page.mouse.wheel(0, 90)
  await until('it has scrolled', () => top() > 0)
  await settled(page)
  const little = top()
  await page.keyboard.press('End')
  await until('it is at the end', () => top() > little)
  await settled(page)
  const end = top()
  await page.keyboard.press('PageDown')
  // The mark goes up row by row; above the first that is seen it takes the rows along.
  const isHigher = async () => {
    await page.keyboard.press('ArrowUp')
    return top() < end
  }
  await until('the mark has taken the rows along', isHigher)
  await page.keyboard.press('Home')
  await until('it is at the top', () => top() === 0)
})

pageTest('dragging on the minimap shows that stretch; its brush can be moved', OPEN, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  await drawn(page)
  const [{ durationNs }] = twin.opened.traces
  const { box, sizes } = await measured(page)
  const width = sizes.plotWidth / sizes.dpr
  const xAt = (share: number) => box.x + sizes.areas.namesWidth + share * width
  const y = box.y + sizes.areas.minimapHeight / 2
  const drag = async (from: number, to: number) => {
    await page.mouse.move(xAt(from), y)
    await page.mouse.down()
    await page.mouse.move(xAt(to), y, { steps: 5 })
    await page.mouse.up()
  }
  const isSeen = (from: number, to: number) => {
    const { view } = twin.placeOf(page)
    const isNear = (ns: number, share: number) => Math.abs(ns / durationNs - share) < 0.03
    return view !== undefined && isNear(view.startNs, from) && isNear(view.endNs, to)
  }
  await drag(0.25, 0.5)
  await until('the second quarter is seen', () => isSeen(0.25, 0.5))
  await settled(page)
  await drag(0.4, 0.65)
  await until('the third quarter is seen', () => isSeen(0.5, 0.75))
  await settled(page)
  await drag(0.75, 0.9)
  await until('its edge has moved', () => isSeen(0.5, 0.9))
})

pageTest(
  'the strip of details is made higher by keys, and stays so',
  {
    args: [SERVER],
    at: `#timeline?g=${STUCK[0]}@3000000000`,
  },
  async ({ page }) => {
    await drawn(page)
    const strip = page.locator('.detail')
    await strip.getByText('! stuck').waitFor()
    const height = () => strip.evaluate(element => element.getBoundingClientRect().height)
    const before = await height()
    await page.getByRole('separator', { name: 'height of the details' }).focus()
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowUp')
    await until('it is higher', async () => (await height()) > before + 40)
    const after = await height()
    await page.reload()
    await strip.getByText('! stuck').waitFor()
    assert.equal(await height(), after)
  },
)
