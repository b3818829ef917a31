/**
 * Draws what stands above the rows: the minimap with its brush (what is seen below), and the ruler. The minimap's
 * picture is made once for a size and set of colours, and only copied while one moves.
 */
import type { Minimap } from '@unhang/core'
import type { View } from './contract.ts'
import { busiest, paintMinimap } from './minimap.ts'
import { PaintList } from './paint-list.ts'
import type { Palette } from './palette.ts'
import { fillPixels } from './pixels.ts'
import { rulerOf, TICK_PX } from './ruler.ts'
import type { Sizes } from './surface.ts'
import { timeToX } from './viewport.ts'

export class Head {
  private readonly context: CanvasRenderingContext2D | null
  private readonly picture = document.createElement('canvas')
  private readonly list = new PaintList()
  private minimap: Minimap | undefined
  private full = 0
  private isPictureOld = true

  constructor(canvas: HTMLCanvasElement) {
    this.context = canvas.getContext('2d', { alpha: false })
  }

  setMinimap(minimap: Minimap | undefined): void {
    this.minimap = minimap
    this.full = minimap === undefined ? 0 : busiest(minimap) / 255
    this.isPictureOld = true
  }

  /** Colours or sizes have changed. */
  restyle(): void {
    this.isPictureOld = true
  }

  draw(view: View, durationNs: number, sizes: Sizes, palette: Palette, family: string): void {
    const context = this.context
    if (context === null) return
    const { dpr, zoom, areas } = sizes
    const left = Math.round(areas.namesWidth * dpr)
    const minimapPx = Math.round(areas.minimapHeight * dpr)
    const rulerPx = Math.round(areas.rulerHeight * dpr)
    context.fillStyle = palette.background
    context.fillRect(0, 0, context.canvas.width, context.canvas.height)
    context.font = `${11 * zoom * dpr}px ${family}`
    this.drawMinimap(context, left, minimapPx, view, durationNs, sizes, palette)
    this.drawNote(context, left, minimapPx, sizes, palette)
    drawRuler(context, left, minimapPx, rulerPx, view, durationNs, sizes, palette)
    context.fillStyle = palette.line
    const hair = Math.max(1, Math.round(dpr))
    context.fillRect(0, minimapPx - hair, context.canvas.width, hair)
    context.fillRect(0, minimapPx + rulerPx - hair, context.canvas.width, hair)
    context.fillRect(left - hair, 0, hair, minimapPx + rulerPx)
  }

  private drawNote(
    context: CanvasRenderingContext2D,
    left: number,
    minimapPx: number,
    sizes: Sizes,
    palette: Palette,
  ): void {
    if (this.minimap === undefined) return
    const pad = Math.round(8 * sizes.dpr * sizes.zoom)
    const percent = this.full * 100
    const share = percent >= 10 ? String(Math.round(percent)) : percent.toFixed(1)
    context.textBaseline = 'middle'
    context.fillStyle = palette.text
    context.fillText('whole trace', pad, minimapPx * 0.32, left - 2 * pad)
    context.fillStyle = palette.dimmed
    context.fillText(`full height: ${share} % not waiting`, pad, minimapPx * 0.7, left - 2 * pad)
  }

  private drawMinimap(
    context: CanvasRenderingContext2D,
    left: number,
    height: number,
    view: View,
    durationNs: number,
    sizes: Sizes,
    palette: Palette,
  ): void {
    const width = sizes.plotWidth
    const wholeNs = Math.max(durationNs, 1)
    if (width < 1 || height < 1) return
    if (this.isPictureOld) this.makePicture(width, height, palette)
    context.drawImage(this.picture, left, 0)
    const x0 = left + Math.min(Math.max((view.startNs / wholeNs) * width, 0), width - 1)
    const x1 = left + Math.max(Math.min((view.endNs / wholeNs) * width, width), x0 - left + 2 * sizes.dpr)
    context.globalAlpha = 0.65
    context.fillStyle = palette.band
    context.fillRect(left, 0, x0 - left, height)
    context.fillRect(x1, 0, left + width - x1, height)
    context.globalAlpha = 1
    context.strokeStyle = palette.selection
    const hair = Math.max(1, Math.round(sizes.dpr))
    context.lineWidth = hair
    context.strokeRect(
      Math.round(x0) + hair / 2,
      hair / 2,
      Math.max(Math.round(x1 - x0) - hair, hair),
      height - 2 * hair,
    )
  }

  private makePicture(width: number, height: number, palette: Palette): void {
    this.picture.width = width
    this.picture.height = height
    const context = this.picture.getContext('2d', { alpha: false })
    const image = new ImageData(width, height)
    this.list.clear(width, height)
    if (this.minimap !== undefined) paintMinimap(this.list, this.minimap)
    fillPixels(new Uint32Array(image.data.buffer), this.list, palette.words, 1)
    context?.putImageData(image, 0, 0)
    this.isPictureOld = false
  }
}

function drawRuler(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  height: number,
  view: View,
  durationNs: number,
  sizes: Sizes,
  palette: Palette,
): void {
  const { plotWidth, dpr, zoom } = sizes
  const hair = Math.max(1, Math.round(dpr))
  const ruler = rulerOf(view.startNs, view.endNs, plotWidth, TICK_PX * dpr * zoom, durationNs)
  context.textBaseline = 'middle'
  const middle = top + height / 2
  const pad = Math.round(8 * dpr * zoom)
  context.fillStyle = palette.dimmed
  context.textAlign = 'right'
  if (ruler.base !== '') context.fillText(`${ruler.base} +`, left - pad, middle, left - 2 * pad)
  context.textAlign = 'left'
  context.save()
  context.beginPath()
  context.rect(left, top, plotWidth, height)
  context.clip()
  for (const { timeNs, text } of ruler.ticks) {
    const x = left + Math.round(timeToX(view, plotWidth, timeNs))
    context.fillStyle = palette.line
    context.fillRect(x, top + Math.round(height * 0.3), hair, height)
    // Half a number is another number.
    if (x + 4 * hair + context.measureText(text).width > left + plotWidth) continue
    context.fillStyle = palette.text
    context.fillText(text, x + 4 * hair, middle)
  }
  context.restore()
}
