/**
 * All that is drawn, put together: sizes and colours are read here, and every part gets its canvas. Rows, names and
 * head are drawn when the view or the data have changed; what lies over them also when only the pointer has moved.
 */
import type { Minimap, Row, Scene } from '@unhang/core'
import { createCanvasRenderer, type Look, type Renderer } from './canvas2d.ts'
import type { View } from './contract.ts'
import { Head } from './head.ts'
import { Names } from './names.ts'
import { Overlay, type OverlayState } from './overlay.ts'
import { paintFrame } from './paint-frame.ts'
import { PaintList } from './paint-list.ts'
import { rowStyle } from './paint-rows.ts'
import { makePalette, type Palette } from './palette.ts'
import { readPalette } from './read-palette.ts'
import { type Sizes, type Surface, sizesOf } from './surface.ts'
import { Advances } from './texts.ts'
import { type Extent, unitCount } from './viewport.ts'

const LABEL_PX = 11
const LEAST_THUMB_PX = 24

export class Picture {
  sizes: Sizes = sizesOf(0, 0, 1, 16, undefined)
  private palette: Palette = makePalette(false, (_, fallback) => fallback)
  private family = 'sans-serif'
  private look: Look | undefined
  private readonly surface: Surface
  private readonly root: HTMLElement
  private readonly list = new PaintList()
  private readonly renderer: Renderer
  private readonly head: Head
  private readonly names: Names
  private readonly overlay: Overlay

  constructor(surface: Surface, root: HTMLElement) {
    this.surface = surface
    this.root = root
    this.renderer = createCanvasRenderer(surface.plot)
    this.head = new Head(surface.head)
    this.names = new Names(surface.names)
    this.overlay = new Overlay(surface.overlay)
  }

  /** Reads sizes, colours and fonts of the moment. */
  restyle(namesWidth: number | undefined): void {
    this.sizes = this.surface.resize(namesWidth)
    this.palette = readPalette(this.root)
    this.family = getComputedStyle(this.root).fontFamily || 'sans-serif'
    const ruler = document.createElement('canvas').getContext('2d')
    const measure = (text: string, font: string) => {
      if (ruler === null) return 0
      ruler.font = font
      return ruler.measureText(text).width
    }
    this.names.restyle(this.sizes, this.family, measure)
    this.head.restyle()
    const { zoom, dpr } = this.sizes
    const fontPx = LABEL_PX * zoom * dpr
    const font = `${fontPx}px ${this.family}`
    const advances = new Advances(text => measure(text, font))
    const style = rowStyle(dpr, this.sizes.unitPx, false, 0)
    this.look = { palette: this.palette, font, fontPx, hairPx: style.hairPx, advances, heights: style.heights }
  }

  setMinimap(minimap: Minimap | undefined): void {
    this.head.setMinimap(minimap)
  }

  drawRows(
    layers: readonly Scene[],
    rowAt: (row: number) => Row | undefined,
    view: View,
    extent: Extent,
    hasMarks: boolean,
  ): void {
    const { sizes, palette, list, look } = this
    const style = rowStyle(sizes.dpr, sizes.unitPx, hasMarks, extent.durationNs)
    list.clear(sizes.plotWidth, sizes.plotHeight)
    paintFrame(list, layers, view, extent, style)
    if (look !== undefined) this.renderer.draw(list, look)
    this.names.draw(rowAt, layers, view, extent, sizes, palette)
    this.head.draw(view, extent.durationNs, sizes, palette, this.family)
    this.placeThumb(view, extent)
  }

  drawOverlay(state: OverlayState): void {
    if (this.look === undefined) return
    this.overlay.draw(state, this.sizes, {
      palette: this.palette,
      family: this.family,
      advances: this.look.advances,
    })
  }

  private placeThumb(view: View, extent: Extent): void {
    const { y0, y1 } = thumbOf(view, extent, this.sizes)
    const { areas } = this.sizes
    const { style } = this.surface.thumb
    const isNeeded = unitCount(extent) > extent.seenUnits
    style.display = isNeeded ? 'block' : 'none'
    style.height = `${y1 - y0}px`
    style.transform = `translateY(${y0 - areas.minimapHeight - areas.rulerHeight}px)`
  }
}

/** Where the scrollbar's thumb is, in css pixels from the timeline's top. */
export function thumbOf(view: View, extent: Extent, sizes: Sizes): { y0: number; y1: number } {
  const { areas } = sizes
  const top = areas.minimapHeight + areas.rulerHeight
  const trackPx = Math.max(areas.height - top, 0)
  const total = Math.max(unitCount(extent), 1)
  const thumbPx = Math.min(Math.max((extent.seenUnits / total) * trackPx, LEAST_THUMB_PX), trackPx)
  const hidden = total - extent.seenUnits
  const y0 = top + (hidden > 0 ? (view.top / hidden) * (trackPx - thumbPx) : 0)
  return { y0, y1: y0 + thumbPx }
}

/** The rows at the top when the thumb is held at `grabY` below its upper edge and the pointer is at y. */
export function topOfThumb(y: number, grabY: number, extent: Extent, sizes: Sizes): number {
  const { y0, y1 } = thumbOf({ startNs: 0, endNs: 1, top: 0 }, extent, sizes)
  const room = sizes.areas.height - y0 - (y1 - y0)
  const hidden = unitCount(extent) - extent.seenUnits
  return room > 0 && hidden > 0 ? ((y - grabY - y0) / room) * hidden : 0
}
