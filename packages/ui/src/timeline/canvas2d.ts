/**
 * The renderer that we have: fills an ImageData on the processor and writes the labels over it. It costs what the
 * canvas has pixels, whatever the trace holds, and needs no graphics card. Another one (WebGL) would take the same list.
 */
import { Paint } from '@unhang/core'
import { type PaintList, TEXT } from './paint-list.ts'
import type { Palette } from './palette.ts'
import { fillPixels } from './pixels.ts'
import type { Advances } from './texts.ts'

export type Look = {
  readonly palette: Palette
  /** Of the labels on boxes; sizes in pixels of the device. */
  readonly font: string
  readonly fontPx: number
  readonly hairPx: number
  readonly advances: Advances
  /** By `Paint`, as in `RowStyle`. */
  readonly heights: Uint16Array
}

export interface Renderer {
  draw(list: PaintList, look: Look): void
}

export function createCanvasRenderer(canvas: HTMLCanvasElement): Renderer {
  const context = canvas.getContext('2d', { alpha: false })
  let image: ImageData | undefined
  let pixels = new Uint32Array(0)

  const draw = (list: PaintList, look: Look) => {
    if (context === null || list.width < 1 || list.height < 1) return
    if (image === undefined || image.width !== list.width || image.height !== list.height) {
      image = new ImageData(list.width, list.height)
      pixels = new Uint32Array(image.data.buffer)
    }
    fillPixels(pixels, list, look.palette.words, look.hairPx)
    context.putImageData(image, 0, 0)
    drawTexts(context, list, look)
  }
  return { draw }
}

/** Labels on boxes, each cut to its box. */
export function drawTexts(context: CanvasRenderingContext2D, list: PaintList, look: Look): void {
  const { textRoom } = list
  const pad = 3 * look.hairPx
  context.font = look.font
  context.textBaseline = 'alphabetic'
  let style = ''
  for (let text = 0, at = 0; text < list.textCount; text++, at += TEXT) {
    const fitting = look.advances.fit(list.texts[text], textRoom[at + 2] - textRoom[at] - 2 * pad)
    if (fitting === '') continue
    const paint = textRoom[at + 4]
    const next = textRoom[at + 5] === 1 ? look.palette.dimmed : look.palette.textOn[paint]
    if (next !== style) {
      style = next
      context.fillStyle = style
    }
    context.fillText(fitting, textRoom[at] + pad, baseline(textRoom, at, paint, look))
  }
}

/** Above the line of a wait; in the middle of a full box; low in one that is not full. */
function baseline(textRoom: Int32Array, at: number, paint: number, look: Look): number {
  const y1 = textRoom[at + 3]
  const height = look.heights[paint]
  if (paint === Paint.waiting) return y1 - height - 2 * look.hairPx
  return y1 - Math.max(2 * look.hairPx, Math.round((height - look.fontPx * 0.72) / 2))
}
