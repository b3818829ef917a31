/**
 * Rectangles into pixels, without a DOM: a renderer that costs as much as the picture has pixels, however many
 * rectangles there are. `ImageData.data` seen as words of 32 bits is what it fills.
 */

import { type PaintList, Pattern, RECT } from './paint-list.ts'
import { Tone } from './palette.ts'

/** Below this width a loop is faster than the call of `fill`. */
const FILL_FROM_PX = 24
/** Stripes of the hatching: every so many pixels, so thick. In units of `stripePx`. */
export const HATCH_PERIOD = 6

/** `stripePx`: thickness of a stripe, so that hatching looks the same on dense screens. */
export function fillPixels(pixels: Uint32Array, list: PaintList, words: Uint32Array, stripePx: number): void {
  const { rects, rectCount, width, height } = list
  pixels.fill(words[Tone.background], 0, width * height)
  for (let rect = 0, at = 0; rect < rectCount; rect++, at += RECT) {
    const x0 = rects[at]
    const x1 = rects[at + 2]
    const y1 = rects[at + 3]
    const word = words[rects[at + 4]]
    if (x1 - x0 === 1) {
      // Columns of shares: nearly all rectangles of a full screen.
      for (let y = rects[at + 1], pixel = y * width + x0; y < y1; y++, pixel += width) pixels[pixel] = word
    } else if (x1 - x0 < FILL_FROM_PX) {
      for (let y = rects[at + 1], row = y * width; y < y1; y++, row += width) {
        for (let x = row + x0, end = row + x1; x < end; x++) pixels[x] = word
      }
    } else {
      for (let y = rects[at + 1], row = y * width; y < y1; y++, row += width) pixels.fill(word, row + x0, row + x1)
    }
    if (rects[at + 5] === Pattern.hatched) hatch(pixels, list, at, words[Tone.stuck], stripePx)
  }
}

function hatch(pixels: Uint32Array, list: PaintList, at: number, word: number, stripePx: number): void {
  const { rects, width } = list
  const period = HATCH_PERIOD * stripePx
  const x0 = rects[at]
  const x1 = rects[at + 2]
  for (let y = rects[at + 1]; y < rects[at + 3]; y++) {
    // First pixel of a stripe that may reach into the rectangle; stripes rise to the right.
    let offset = (x0 + y + list.phase) % period
    if (offset < 0) offset += period
    for (let from = x0 - offset; from < x1; from += period) {
      const end = Math.min(from + stripePx, x1)
      for (let x = Math.max(from, x0); x < end; x++) pixels[y * width + x] = word
    }
  }
}
