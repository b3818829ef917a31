/** The minimap on a canvas of its own, as large as its element is: outside of the timeline. */
import type { Minimap } from '@unhang/core'
import { paintMinimap } from './minimap.ts'
import { PaintList } from './paint-list.ts'
import { fillPixels } from './pixels.ts'
import { readPalette } from './read-palette.ts'

export class MinimapPicture {
  private readonly canvas: HTMLCanvasElement
  private readonly list = new PaintList()

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas
  }

  /** undefined: an empty picture. Reads sizes and colours anew. */
  draw(minimap: Minimap | undefined): void {
    const { canvas, list } = this
    const dpr = window.devicePixelRatio || 1
    const width = Math.round(canvas.clientWidth * dpr)
    const height = Math.round(canvas.clientHeight * dpr)
    if (width < 1 || height < 1) return
    canvas.width = width
    canvas.height = height
    const image = new ImageData(width, height)
    list.clear(width, height)
    if (minimap) paintMinimap(list, minimap)
    fillPixels(new Uint32Array(image.data.buffer), list, readPalette(canvas.parentElement ?? canvas).words, 1)
    canvas.getContext('2d', { alpha: false })?.putImageData(image, 0, 0)
  }
}
