/** Everything has room on every page, in larger text and smaller windows. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { pageTest } from './browser.ts'
import { PAGES } from './shown-pages.ts'

type Control = {
  readonly name: string
  /** Number of the cross that it is, or that empties it; -1: none. */
  readonly field: number
  readonly isCross: boolean
  /** Right of here it lets no text come. */
  readonly textX1: number
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

/** All that can be pressed or typed into and is on the screen. */
function controlsOf(page: Page): Promise<readonly Control[]> {
  return page.evaluate(() => {
    const within = (document.querySelector('dialog[open]') ?? document) as ParentNode
    const crosses = [...within.querySelectorAll('.clear')]
    const fieldOf = (element: Element): number =>
      element.matches('input, .clear') ? crosses.findIndex(cross => cross.parentElement?.contains(element)) : -1
    const found: Control[] = []
    for (const element of within.querySelectorAll('button, input, select, a[href], summary, [role=separator]')) {
      const box = element.getBoundingClientRect()
      if (box.width === 0 || box.height === 0 || !element.checkVisibility()) continue
      // Scrolled out of its strip it is not on the screen.
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
      if (!top || (top !== element && !element.contains(top) && !top.contains(element))) {
        const scroller = element.closest('[data-scrolls], .popup, .main')
        if (scroller) continue
      }
      // What is cut by the edge of a table that scrolls sideways is reached by scrolling.
      const clip = element.closest('.spent-grid')?.getBoundingClientRect() ?? box
      const name = `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40)}`
      found.push({
        name,
        field: fieldOf(element),
        isCross: element.matches('.clear'),
        textX1: box.right - Number.parseFloat(getComputedStyle(element).paddingRight),
        x0: Math.max(box.left, clip.left),
        y0: box.top,
        x1: Math.min(box.right, clip.right),
        y1: box.bottom,
      })
    }
    return found
  })
}

/** The cross that empties a field stands in it, where the field lets no text come. */
const isInside = (a: Control, b: Control) =>
  !a.isCross && b.isCross && a.field >= 0 && a.field === b.field && a.textX1 <= b.x0 + 1

async function assertRoom(page: Page): Promise<void> {
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = await page.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement
    return { scrollWidth, clientWidth, scrollHeight, clientHeight }
  })
  assert.ok(scrollWidth <= clientWidth, `the page is ${scrollWidth} px wide in a window of ${clientWidth}`)
  assert.ok(scrollHeight <= clientHeight, `the page is ${scrollHeight} px high in a window of ${clientHeight}`)
  const controls = await controlsOf(page)
  assert.ok(controls.length > 0, 'controls were seen')
  for (const [i, a] of controls.entries()) {
    assert.ok(a.x0 >= -1 && a.x1 <= clientWidth + 1, `${a.name} reaches out of the window`)
    for (const b of controls.slice(i + 1)) {
      if (isInside(a, b)) continue
      const wide = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0)
      const high = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0)
      assert.ok(wide <= 1 || high <= 1, `${a.name} and ${b.name} lie over each other`)
    }
  }
}

const SIZES = [
  [16, { width: 1280, height: 800 }],
  [20, { width: 1280, height: 800 }],
  [20, { width: 1024, height: 700 }],
  // A hand, and a small screen at 200 %.
  [16, { width: 400, height: 800 }],
  [16, { width: 640, height: 360 }],
] as const

for (const { name, args, at, ready } of PAGES) {
  pageTest(`${name}: everything has room, in each size of text and window`, { args, at }, async ({ page }) => {
    const session = await page.context().newCDPSession(page)
    for (const [fontPx, viewport] of SIZES) {
      await page.setViewportSize(viewport)
      await session.send('Page.setFontSizes', { fontSizes: { standard: fontPx } })
      await page.reload()
      await ready(page)
      try {
        await assertRoom(page)
      } catch (error) {
        if (error instanceof Error)
          error.message = `text of ${fontPx} px in ${viewport.width} × ${viewport.height}: ${error.message}`
        throw error
      }
    }
  })
}
