/** Screens and hands: two fingers, pixels that become denser, readers who want no movement, a tab that was hidden. */
import assert from 'node:assert/strict'
import { drawn, pageTest, settled, until } from './browser.ts'
import { SERVER } from './experiment.ts'
import { measured, Twin } from './twin.ts'

const OPEN = { args: [SERVER], at: '#timeline' }

pageTest('two fingers zoom at the point between them', OPEN, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  await drawn(page)
  const [{ durationNs }] = twin.opened.traces
  const { box, sizes } = await measured(page)
  const middle = box.x + sizes.areas.namesWidth + sizes.plotWidth / sizes.dpr / 2
  const y = box.y + box.height / 2
  const client = await page.context().newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...xs: readonly number[]) =>
    client.send('Input.dispatchTouchEvent', { type, touchPoints: xs.map((x, id) => ({ x, y, id })) })
  await touch('touchStart', middle - 50)
  await touch('touchStart', middle - 50, middle + 50)
  for (const apart of [75, 100, 150, 200]) await touch('touchMove', middle - apart, middle + apart)
  await touch('touchEnd')
  const view = await until('it is zoomed', () => twin.placeOf(page).view)
  const share = (view.endNs - view.startNs) / durationNs
  assert.ok(Math.abs(share - 0.25) < 0.03, `a quarter is seen, and not ${share}`)
  assert.ok(Math.abs((view.startNs + view.endNs) / 2 - durationNs / 2) < durationNs * 0.02, 'the middle stays')
})

pageTest('on a denser screen the canvases get its pixels', OPEN, async ({ page }) => {
  await drawn(page)
  const widths = () =>
    page.evaluate(() => {
      const canvases = [...document.querySelectorAll<HTMLCanvasElement>('.timeline canvas')]
      return canvases.map(canvas => canvas.width / canvas.getBoundingClientRect().width)
    })
  assert.ok((await widths()).every(ratio => Math.abs(ratio - 1) < 0.01))
  const client = await page.context().newCDPSession(page)
  await client.send('Emulation.setDeviceMetricsOverride', {
    width: 1280,
    height: 800,
    deviceScaleFactor: 2,
    mobile: false,
  })
  // A browser that is told so by its tools tells nobody: the next frame notices.
  await page.keyboard.press('w')
  const isDense = async () => (await widths()).every(ratio => Math.abs(ratio - 2) < 0.01)
  await until('all canvases are twice as dense', isDense)
  await settled(page)
  assert.ok(await isDense(), 'they stay so')
})

const STILL = { ...OPEN, context: { reducedMotion: 'reduce' } } as const

pageTest('who wants no movement sees none: the next frame is the last', STILL, async ({ page }) => {
  await drawn(page)
  await settled(page)
  /** How many different pictures the plot shows in the frames after a key. */
  const pictures = await page.evaluate(async () => {
    const plot = document.querySelector<HTMLCanvasElement>('.timeline canvas')!
    const frame = () => new Promise(resolve => requestAnimationFrame(resolve))
    const before = plot.toDataURL()
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'w', bubbles: true }))
    const seen = new Set<string>()
    for (let i = 0; i < 10; i++) {
      await frame()
      seen.add(plot.toDataURL())
    }
    seen.delete(before)
    return seen.size
  })
  // One, or one more where a sharper scene comes.
  assert.ok(pictures >= 1 && pictures <= 2, `${pictures} pictures`)
})

pageTest('a tab that comes back shows what it was told while it was hidden', OPEN, async ({ page }) => {
  const twin = await Twin.of(SERVER)
  await drawn(page)
  const client = await page.context().newCDPSession(page)
  await client.send('Page.setWebLifecycleState', { state: 'frozen' })
  await client.send('Page.setWebLifecycleState', { state: 'active' })
  await page.evaluate(() => {
    window.location.hash = '#timeline?t=1.5s-2s'
  })
  await until('the view is taken', () => twin.placeOf(page).view?.startNs === 1.5e9)
  const shown = await settled(page)
  await page.reload()
  await drawn(page)
  assert.ok(shown === (await settled(page)), 'the same picture as after a reload')
})
