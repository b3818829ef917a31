/** How it looks to everybody: light and dark, larger text, reduced motion, and what a screen reader is told (axe-core). */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { drawn, pageTest, ROOT, reads, settled, until } from './browser.ts'
import { CLIENT, DUMP, FIXED, SERVER, SOURCE, STUCK } from './experiment.ts'
import { coloursAt, Twin, themeColour } from './twin.ts'

type Shown = {
  readonly name: string
  readonly args: readonly string[]
  readonly at?: string
  ready(page: Page): Promise<void>
}

const SELECTED = `#timeline?t=1.6s-2.4s&g=${STUCK[2]}@2000000000&range=1.8s-2.1s`

/** Every page there is, and what lies over it. */
const PAGES: readonly Shown[] = [
  { name: 'empty', args: [], ready: page => page.getByRole('heading', { name: 'Drop a capture here' }).waitFor() },
  { name: 'answer', args: [SERVER, CLIENT, '--src', SOURCE], ready: settledTimeline },
  { name: 'healthy', args: [FIXED], ready: settledTimeline },
  { name: 'timeline', args: [SERVER], at: SELECTED, ready: selected },
  {
    name: 'goroutines, a group open',
    args: [SERVER, DUMP, '--src', SOURCE],
    at: `#goroutines?group=g${STUCK[0]}`,
    ready: page => page.locator('.group-detail .excerpt-line.hot').waitFor(),
  },
  {
    name: 'goroutines of two moments',
    args: [SERVER],
    at: '#goroutines?of=trace1&with=trace1@1.5s',
    ready: page => page.locator('.groups-summary').waitFor(),
  },
  {
    name: 'functions',
    args: [SERVER],
    at: '#functions?range=1s-3s',
    ready: page => page.locator('.spent-row.body .spent-name').first().waitFor(),
  },
  {
    name: 'functions, one open',
    args: [SERVER],
    at: '#functions?functions.open=runtime.gcBgMarkWorker&functions.stays=other:0-42',
    ready: page => page.locator('.life-strip').first().waitFor(),
  },
  {
    name: 'MMU',
    args: [join(ROOT, 'testdata/traces/go1.26.trace')],
    at: '#mmu?mmu.show=percentiles',
    ready: page => page.locator('.mmu-worst li').first().waitFor(),
  },
  {
    name: 'compare',
    args: [FIXED, SERVER],
    at: '#compare?range=1s-2s',
    ready: page => page.locator('.compare-table').waitFor(),
  },
  {
    name: 'compare, one trace',
    args: [SERVER],
    at: '#compare',
    ready: page => page.locator('.nothing').waitFor(),
  },
  {
    name: 'dump',
    args: [DUMP],
    at: `#answer?group=g${STUCK[0]}`,
    ready: page => page.locator('.group-detail .excerpt-line.hot').waitFor(),
  },
  {
    name: 'dump, no timeline',
    args: [DUMP],
    at: '#timeline',
    ready: page => page.getByRole('heading', { name: /No timeline/ }).waitFor(),
  },
  ...profilesShown(),
  {
    name: 'help',
    args: [SERVER],
    at: '#timeline',
    async ready(page) {
      await drawn(page)
      await page.keyboard.press('?')
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'filter',
    args: [SERVER],
    at: '#timeline',
    async ready(page) {
      await drawn(page)
      await page.keyboard.press('F')
      await page.keyboard.type('bad:')
      await reads(page.locator('.kept'), /not understood/)
    },
  },
  {
    name: 'search',
    args: [SERVER],
    at: '#timeline',
    async ready(page) {
      await drawn(page)
      await page.keyboard.press('/')
      await page.keyboard.type('main')
      await page.locator('.search-box [role=option]').first().waitFor()
    },
  },
]

async function settledTimeline(page: Page): Promise<void> {
  await drawn(page)
  await settled(page)
}

async function selected(page: Page): Promise<void> {
  await page.locator('.detail').getByText('! stuck').waitFor()
  await page.locator('.detail').getByText('alive in it').waitFor()
  await settledTimeline(page)
}

/** Each picture of a profile, with one function beside it. */
function profilesShown(): readonly Shown[] {
  const drawnIn = { flame: '.flame canvas', graph: '.call-graph .node', top: '.top-row.body' }
  return Object.entries(drawnIn).map(([view, drawnThere]) => ({
    name: `profiles, ${view}`,
    args: [SERVER, '--src', SOURCE],
    at: `#profiles?profiles.unended=yes&profiles.view=${view}&profiles.at=main.(*server).AcquireLock`,
    async ready(page) {
      await page.locator('.around .excerpt-line.hot').waitFor({ state: 'attached' })
      await page.locator(drawnThere).first().waitFor({ state: 'attached' })
    },
  }))
}

/** Rules of WCAG 2.2 AA and of good practice; each fault as a line. */
async function axeFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, { runOnly: tags })
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, any }) => `${id}: ${help}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
    )
  })
}

type Control = {
  readonly name: string
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

/** All that can be pressed or typed into and is on the screen. */
function controlsOf(page: Page): Promise<readonly Control[]> {
  return page.evaluate(() => {
    const within = (document.querySelector('dialog[open]') ?? document) as ParentNode
    const found: { name: string; x0: number; y0: number; x1: number; y1: number }[] = []
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
        x0: Math.max(box.left, clip.left),
        y0: box.top,
        x1: Math.min(box.right, clip.right),
        y1: box.bottom,
      })
    }
    return found
  })
}

/** The cross that empties the field stands in it, where the field lets no text come. */
const isInside = (a: Control, b: Control) => /^INPUT filter/.test(a.name) && /^BUTTON clear the filter/.test(b.name)

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

for (const [fontPx, viewport] of [
  [16, { width: 1280, height: 800 }],
  [20, { width: 1280, height: 800 }],
  [20, { width: 1024, height: 700 }],
  // A hand, and a small screen at 200 %.
  [16, { width: 400, height: 800 }],
  [16, { width: 640, height: 360 }],
] as const) {
  for (const { name, args, at, ready } of PAGES) {
    pageTest(
      `${name}, text of ${fontPx} px in ${viewport.width} × ${viewport.height}: everything has room`,
      {
        args,
        at,
        context: { viewport },
      },
      async ({ page }) => {
        const session = await page.context().newCDPSession(page)
        await session.send('Page.setFontSizes', { fontSizes: { standard: fontPx } })
        await page.reload()
        await ready(page)
        await assertRoom(page)
      },
    )
  }
}

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
