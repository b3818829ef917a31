/** How it looks to everybody: light and dark, reduced motion, and what a screen reader is told (axe-core). */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { axeFaults } from './axe-faults.ts'
import { drawn, pageTest, until } from './browser.ts'
import { SERVER, STUCK } from './experiment.ts'
import { PAGES, settledTimeline } from './shown-pages.ts'
import { coloursAt, Twin, themeColour } from './twin.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  for (const { name, args, at, ready } of PAGES) {
    pageTest(
      `${name}, ${colorScheme}: nothing for axe-core to complain of`,
      { args, at, context: { colorScheme } },
      async ({ page }) => {
        await ready(page)
        assert.deepEqual(await axeFaults(page), [])
      },
    )
  }

  pageTest(
    `${colorScheme}: the system's wish counts, and the colours of the states are the theme's`,
    {
      args: [SERVER],
      at: '#timeline',
      context: { colorScheme },
    },
    async ({ page }) => {
      const twin = await Twin.of(SERVER)
      await settledTimeline(page)
      const waiting = await themeColour(page, '--waiting')
      assert.equal(waiting, colorScheme === 'light' ? '196,204,214' : '107,115,129')
      const { durationNs } = twin.opened.traces[0]
      const { x, y } = await twin.pointOf(page, `g${STUCK[0]}`, durationNs * 0.7)
      const colours = await coloursAt(page, { x, y: y - 8, width: 200, height: 16 })
      assert.ok((colours.get(waiting) ?? 0) > 100, JSON.stringify([...colours]))
    },
  )
}

pageTest('the button turns light into dark, and the next visit remembers', { args: [SERVER] }, async ({ page }) => {
  await settledTimeline(page)
  const background = () => themeColour(page, '--background')
  const light = await background()
  await page.getByRole('button', { name: 'dark colours' }).click()
  await until('it is dark', async () => (await background()) !== light)
  const dark = await background()
  await page.reload()
  await drawn(page)
  assert.equal(await background(), dark)
})

/** The key goes down; how many pictures of minimap and ruler follow in the next frames. */
function stepsAfter(page: Page, key: string): Promise<number> {
  return page.evaluate(async pressed => {
    const canvases = [...document.querySelectorAll<HTMLCanvasElement>('.timeline canvas')]
    const head = canvases.sort((a, b) => a.height - b.height)[0]
    const pictures = new Set([head.toDataURL()])
    document.querySelector('.timeline')!.dispatchEvent(new KeyboardEvent('keydown', { key: pressed, bubbles: true }))
    for (let i = 0; i < 30; i++) {
      await new Promise(resolve => requestAnimationFrame(resolve))
      pictures.add(head.toDataURL())
    }
    return pictures.size - 1
  }, key)
}

for (const reducedMotion of ['reduce', 'no-preference'] as const) {
  pageTest(
    `motion, ${reducedMotion}: a key ${reducedMotion === 'reduce' ? 'takes the view there at once' : 'eases the view'}`,
    { args: [SERVER], at: '#timeline', context: { reducedMotion } },
    async ({ page }) => {
      await settledTimeline(page)
      if (reducedMotion === 'reduce') {
        assert.equal(await stepsAfter(page, 'w'), 1)
        assert.equal(await page.evaluate(() => document.getAnimations().length), 0)
      } else {
        // On a busy machine no frame may come while it moves: then once more, in and out.
        let times = 0
        await until(
          'a view in between is seen',
          async () => (await stepsAfter(page, times++ % 2 === 0 ? 'w' : 's')) > 1,
        )
      }
    },
  )
}
