/**
 * What is to be drawn, as rectangles of whole pixels of the device: the seam between geometry, which fills it, and a
 * renderer, which empties it. Later rectangles lie on top of earlier ones. One list is used again for every frame: its
 * columns grow to what the fullest frame needed, and nothing is allocated after that.
 */

/** Numbers of a rectangle: x0, y0, x1, y1 (x1 and y1 are the first outside), tone, pattern. */
export const RECT = 6

/** Numbers of a text: x0, y0, x1, y1 of the room it has, tone of what it belongs to, 1 where it stands above that. */
export const TEXT = 6

export const Pattern = { plain: 0, hatched: 1 } as const

export class PaintList {
  /** Of the canvas, in pixels. */
  width = 0
  height = 0
  rects: Uint16Array = new Uint16Array(RECT * 4096)
  rectCount = 0
  textRoom = new Int32Array(TEXT * 256)
  readonly texts: string[] = []
  textCount = 0
  /** Where hatching begins, in pixels: it belongs to the trace and moves with it. */
  phase = 0

  clear(width: number, height: number): void {
    this.width = width
    this.height = height
    this.rectCount = 0
    this.textCount = 0
  }

  /** Room for so many more, for loops that write rectangles themselves and count them in `rectCount`. */
  reserve(count: number): Uint16Array {
    const needed = (this.rectCount + count) * RECT
    if (needed > this.rects.length) {
      const wider = new Uint16Array(Math.max(needed, this.rects.length * 2))
      wider.set(this.rects)
      this.rects = wider
    }
    return this.rects
  }

  /** Cut to the canvas; what is outside or empty is left out. */
  add(x0: number, y0: number, x1: number, y1: number, tone: number, pattern: number = Pattern.plain): void {
    if (x0 < 0) x0 = 0
    if (y0 < 0) y0 = 0
    if (x1 > this.width) x1 = this.width
    if (y1 > this.height) y1 = this.height
    if (x0 >= x1 || y0 >= y1) return
    const rects = this.reserve(1)
    const at = this.rectCount * RECT
    rects[at] = x0
    rects[at + 1] = y0
    rects[at + 2] = x1
    rects[at + 3] = y1
    rects[at + 4] = tone
    rects[at + 5] = pattern
    this.rectCount++
  }

  addText(text: string, x0: number, y0: number, x1: number, y1: number, tone: number, isBeside: boolean): void {
    if (y1 <= 0 || y0 >= this.height) return
    const at = this.textCount * TEXT
    if (at === this.textRoom.length) {
      const wider = new Int32Array(at * 2)
      wider.set(this.textRoom)
      this.textRoom = wider
    }
    const room = this.textRoom
    room[at] = x0
    room[at + 1] = y0
    room[at + 2] = x1
    room[at + 3] = y1
    room[at + 4] = tone
    room[at + 5] = isBeside ? 1 : 0
    this.texts[this.textCount++] = text
  }
}
