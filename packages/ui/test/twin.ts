/**
 * What the page should show: the worker's own code, run here on the same file, and where on the screen a row stands at a
 * time. So tests click on what they mean and need no coordinates that break with every layout.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Page } from 'playwright-core'
import type { Answered, LayoutInfo, Opened, RequestName, Requests } from '../src/protocol.ts'
import { type Place, parse } from '../src/state/url.ts'
import { type Sizes, sizesOf } from '../src/timeline/surface.ts'
import { rowToUnit, timeToX } from '../src/timeline/viewport.ts'
import { Session } from '../src/worker/session.ts'

export class Twin {
  readonly opened: Opened
  readonly answered: Answered
  private readonly session: Session
  private lastId = 0
  private layout: LayoutInfo | undefined

  private constructor(session: Session, opened: Opened, answered: Answered) {
    this.session = session
    this.opened = opened
    this.answered = answered
  }

  static async of(...files: readonly string[]): Promise<Twin> {
    const session = new Session(() => () => undefined)
    const sources = files.map(file => ({ name: basename(file), bytes: new Uint8Array(readFileSync(file)).buffer }))
    const opened = await session.answer(0, 'open', { sources })
    return new Twin(session, opened, await session.answer(0, 'answer', { isServed: false }))
  }

  ask<N extends RequestName>(name: N, ask: Requests[N]['ask']): Promise<Requests[N]['answer']> {
    return this.session.answer(++this.lastId, name, ask)
  }

  /** Where the page is, by its address. */
  placeOf(page: Page): Place {
    return parse(new URL(page.url()).hash)
  }

  /** Brings rows to where the page's address says. */
  async follow(page: Page): Promise<LayoutInfo> {
    const { trace = 0, filter, expanded } = this.placeOf(page)
    const open = expanded ?? this.answered.expanded[trace]
    this.layout = await this.ask('layout', { trace, filter, expanded: open })
    return this.layout
  }

  /** A point in the window: the middle of a row (by its key) at a time. */
  async pointOf(page: Page, key: string, timeNs: number): Promise<{ x: number; y: number; row: number }> {
    const layout = await this.follow(page)
    const { trace = 0, view } = this.placeOf(page)
    const [row] = await this.ask('rowsOf', { trace, keys: [key] })
    if (row < 0) throw new Error(`there is no row ${key}`)
    const { box, sizes } = await measured(page)
    const seen = view ?? { startNs: 0, endNs: this.opened.traces[trace].durationNs, top: 0 }
    const { areas, dpr, unitPx, plotWidth } = sizes
    const unit = rowToUnit(row, layout.tallRows) + 0.5 - seen.top
    if (unit < 0 || unit > sizes.seenUnits) throw new Error(`row ${key} is scrolled out of the window`)
    const x = box.x + areas.namesWidth + timeToX(seen, plotWidth, timeNs) / dpr
    return { x, y: box.y + areas.minimapHeight + areas.rulerHeight + (unit * unitPx) / dpr, row }
  }
}

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** The timeline's box in the window, and the sizes of its parts. */
export async function measured(page: Page): Promise<{ box: Box; sizes: Sizes }> {
  const { box, dpr, rootFontPx } = await page.evaluate(() => {
    const { x, y, width, height } = document.querySelector('.timeline')!.getBoundingClientRect()
    const rootFontPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
    return { box: { x, y, width, height }, dpr: window.devicePixelRatio, rootFontPx }
  })
  return { box, sizes: sizesOf(box.width, box.height, dpr, rootFontPx, undefined) }
}

/** Colours of the pixels of a stretch of the rows' canvas, in css pixels of the window: "r,g,b" and how often. */
export function coloursAt(page: Page, area: Box): Promise<Map<string, number>> {
  return page
    .evaluate(({ x, y, width, height }) => {
      const timeline = document.querySelector('.timeline')!
      // The plot is the lowest of the canvases.
      const canvases = [...timeline.querySelectorAll('canvas')]
      const plot = canvases.find(canvas => {
        const at = canvas.getBoundingClientRect()
        return at.left <= x + 1 && at.right >= x + width - 1 && at.top <= y + 1 && at.bottom >= y + height - 1
      })!
      const at = plot.getBoundingClientRect()
      const scale = plot.width / at.width
      const part = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
      // A copy: reading from a canvas again and again would change how the browser draws it.
      const copy = new OffscreenCanvas(part.width, part.height).getContext('2d')!
      copy.drawImage(plot, -Math.round((x - at.left) * scale), -Math.round((y - at.top) * scale))
      const { data } = copy.getImageData(0, 0, part.width, part.height)
      const counts: Record<string, number> = {}
      for (let i = 0; i < data.length; i += 4) {
        const key = `${data[i]},${data[i + 1]},${data[i + 2]}`
        counts[key] = (counts[key] ?? 0) + 1
      }
      return counts
    }, area)
    .then(counts => new Map(Object.entries(counts)))
}

/** A colour of the style sheet, as `coloursAt` writes it. */
export function themeColour(page: Page, name: string): Promise<string> {
  return page.evaluate(variable => {
    const hex = getComputedStyle(document.documentElement).getPropertyValue(variable).trim()
    const [r, g, b] = [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16))
    return `${r},${g},${b}`
  }, name)
}
