/**
 * A row of a scene into rectangles: boxes, columns of shares, ticks. State is told by height as well as by colour, so
 * that it is seen without colours too: all of a row is running, three fifths runnable, four fifths with notches a
 * system call, a line of three tenths waiting.
 *
 * A column in which several things happened is a stack of their shares. In the row of one goroutine, proc or thread it
 * is the mean of the boxes that it stands for: each state as high as a box of it, times its part of the column's time.
 * So a goroutine that wakes up for a moment leaves a spot in its line, and zooming in changes no state's area. In the
 * row of many (a group) the full height is all of them.
 */
import { MARKED, OPEN_END, OPEN_START, PAINTS, Paint, type Scene, STUCK } from '@unhang/core'
import type { Place } from './layers.ts'
import { type PaintList, Pattern, RECT } from './paint-list.ts'
import { Tone } from './palette.ts'

/** Sizes in pixels of the device, and what holds for a whole frame. */
export type RowStyle = {
  /** Height of a row with the gap below it. */
  readonly unitPx: number
  readonly gapPx: number
  /** One css pixel, at least one of the device. */
  readonly hairPx: number
  /** By `Paint`: height in a row of one unit. */
  readonly heights: Uint16Array
  /** Spans that are not marked are dimmed. */
  readonly hasMarks: boolean
  readonly durationNs: number
}

const HEIGHT_SHARES = [1, 0.6, 0.3, 0.8, 1, 1, 1]

export function rowStyle(devicePixelRatio: number, unitPx: number, hasMarks: boolean, durationNs: number): RowStyle {
  const hairPx = Math.max(1, Math.round(devicePixelRatio))
  const gapPx = Math.max(1, Math.round(unitPx / 9))
  const heights = new Uint16Array(HEIGHT_SHARES.map(share => Math.max(2, Math.round(share * (unitPx - gapPx)))))
  return { unitPx, gapPx, hairPx, heights, hasMarks, durationNs }
}

/** Where a row of a scene goes on the canvas. */
export type Strip = Place & {
  y0: number
  /** The first pixel of the gap below. */
  y1: number
  /** Only these columns of pixels: beside them another scene is drawn. */
  clip0: number
  clip1: number
  /** The row shows many things at once. */
  isCrowd: boolean
  /** However short what is busy was, a column shows it so high. */
  leastPx: number
  /** Where the trace begins and ends. */
  beginX: number
  endX: number
}

/** From the bottom up: what is busy stands on the ground, so that its height compares along the row. */
export const STACK_ORDER = new Uint8Array([
  Paint.running,
  Paint.gc,
  Paint.syscall,
  Paint.runnable,
  Paint.user,
  Paint.stw,
  Paint.waiting,
])

/** Below this width (in hairs) nothing readable fits. */
const TEXT_FROM = 26
const NOTCH_EVERY = 24
/** Ticks nearer to each other than this are one: they must not grow into a bar. */
const TICK_EVERY = 3
const TICK_HEIGHT = 3
/** Boxes side by side in one colour are told apart by a hair, unless they are mostly hair. */
const PART_FROM = 4

export function paintRow(list: PaintList, scene: Scene, sceneRow: number, strip: Strip, style: RowStyle): void {
  paintBoxes(list, scene, sceneRow, strip, style)
  paintShares(list, scene, sceneRow, strip, style)
  paintTicks(list, scene, sceneRow, strip, style)
}

/** The first row of a column in [from, to) whose value lies at or past `limit`. */
function lowerBound(column: Float32Array | Uint16Array, from: number, to: number, limit: number): number {
  while (from < to) {
    const middle = (from + to) >>> 1
    if (column[middle] < limit) from = middle + 1
    else to = middle
  }
  return from
}

function paintBoxes(list: PaintList, scene: Scene, sceneRow: number, strip: Strip, style: RowStyle): void {
  const { offset, scale, clip0, clip1 } = strip
  const { boxX0, boxX1, boxPaint } = scene
  const begin = scene.boxFirst[sceneRow]
  const end = scene.boxFirst[sceneRow + 1]
  // One back: the box before the first that begins inside may reach into it.
  const first = Math.max(begin, lowerBound(boxX0, begin, end, (clip0 - offset) / scale) - 1)
  let lastX1 = Number.NEGATIVE_INFINITY
  let lastPaint = -1
  for (let box = first; box < end; box++) {
    const x0 = Math.round(offset + scale * boxX0[box])
    if (x0 >= clip1) break
    const x1 = Math.max(Math.round(offset + scale * boxX1[box]), x0 + 1)
    const flags = scene.boxFlags[box]
    // Shrunk scenes have many boxes to a pixel; only what must stay seen is drawn over another.
    if (x1 <= clip0 || (x1 <= lastX1 && (flags & (MARKED | STUCK)) === 0)) continue
    const paint = boxPaint[box]
    paintBox(list, scene, box, x0, x1, strip, style)
    const isBeside = x0 === lastX1 && paint === lastPaint && x1 - x0 >= PART_FROM * style.hairPx
    if (isBeside) paintPart(list, scene, box, x0, strip, style)
    lastX1 = x1
    lastPaint = paint
  }
}

function paintBox(
  list: PaintList,
  scene: Scene,
  box: number,
  x0: number,
  x1: number,
  strip: Strip,
  style: RowStyle,
): void {
  const paint = scene.boxPaint[box]
  const flags = scene.boxFlags[box]
  const isDim = style.hasMarks && (flags & MARKED) === 0
  const left = Math.max(x0, strip.clip0)
  const right = Math.min(x1, strip.clip1)
  const top = strip.y1 - style.heights[paint]
  const pattern = (flags & STUCK) !== 0 && paint === Paint.waiting ? Pattern.hatched : Pattern.plain
  list.add(left, top, right, strip.y1, isDim ? paint + PAINTS : paint, pattern)
  if (style.hasMarks && !isDim) list.add(left, strip.y0, right, strip.y0 + 2 * style.hairPx, Tone.mark)
  if (paint === Paint.syscall) paintNotches(list, x0, left, right, top, style)
  if ((flags & OPEN_START) !== 0 && Math.abs(x0 - strip.beginX) <= 1) paintOpen(list, x0, x1, 1, top, strip, style)
  if ((flags & OPEN_END) !== 0 && Math.abs(x1 - strip.endX) <= 1) paintOpen(list, x1, x0, -1, top, strip, style)
  const label = scene.boxLabel[box]
  if (label < 0 || right - left < TEXT_FROM * style.hairPx) return
  list.addText(scene.labels[label], left, strip.y0, right, strip.y1, paint, paint === Paint.waiting)
}

/** The hair that tells a box from the one before it. */
function paintPart(list: PaintList, scene: Scene, box: number, x0: number, strip: Strip, style: RowStyle): void {
  const paint = scene.boxPaint[box]
  const isDim = style.hasMarks && (scene.boxFlags[box] & MARKED) === 0
  const x1 = Math.min(x0 + style.hairPx, strip.clip1)
  const tone = Tone.part + (isDim ? paint + PAINTS : paint)
  list.add(Math.max(x0, strip.clip0), strip.y1 - style.heights[paint], x1, strip.y1, tone)
}

/** A system call looks like a battlement: small pieces are missing at its upper edge. */
function paintNotches(list: PaintList, x0: number, left: number, right: number, top: number, style: RowStyle): void {
  const hair = style.hairPx
  const every = NOTCH_EVERY * hair
  const depth = Math.max(hair, Math.round(style.unitPx / 6))
  // Counted from the box's own start, so that they move with it; the first that can be seen.
  let x = x0 + 3 * hair
  if (x < left) x += Math.floor((left - x) / every) * every
  for (; x + 3 * hair <= right; x += every) {
    if (x + 2 * hair > left) list.add(Math.max(x, left), top, x + 2 * hair, top + depth, Tone.background)
  }
}

/** What was not over when the trace was, or had begun before, frays there: three gaps of a hair. */
function paintOpen(
  list: PaintList,
  edgeX: number,
  otherX: number,
  inward: 1 | -1,
  top: number,
  strip: Strip,
  style: RowStyle,
): void {
  const hair = style.hairPx
  if (Math.abs(otherX - edgeX) < 12 * hair) return
  for (let gap = 1; gap <= 3; gap++) {
    const x = inward === 1 ? edgeX + (2 * gap - 1) * hair : edgeX - 2 * gap * hair
    if (x >= strip.clip0 && x + hair <= strip.clip1) list.add(x, top, x + hair, strip.y1, Tone.background)
  }
}

/** The hottest loop: half a million rectangles on a large screen full of them. */
function paintShares(list: PaintList, scene: Scene, sceneRow: number, strip: Strip, style: RowStyle): void {
  const { offset, scale } = strip
  const { shareColumn, shareFlags } = scene
  const clip0 = strip.clip0 | 0
  const clip1 = strip.clip1 | 0
  const begin = scene.shareFirst[sceneRow]
  const end = scene.shareFirst[sceneRow + 1]
  const first = Math.max(begin, lowerBound(shareColumn, begin, end, (clip0 - offset) / scale) - 1)
  for (let share = first; share < end; share++) {
    const column = shareColumn[share]
    const x0 = Math.round(offset + scale * column) | 0
    if (x0 >= clip1) break
    let x1 = Math.round(offset + scale * (column + 1)) | 0
    if (x1 === x0) {
      if ((shareFlags[share] & (MARKED | STUCK)) === 0) continue
      x1 = (x0 + 1) | 0
    }
    if (x1 > clip0) paintStack(list, scene, share, Math.max(x0, clip0), Math.min(x1, clip1), strip, style)
  }
}

/** x0 and x1 lie within the canvas. */
function paintStack(
  list: PaintList,
  scene: Scene,
  share: number,
  x0: number,
  x1: number,
  strip: Strip,
  style: RowStyle,
): void {
  const { shares } = scene
  const flags = scene.shareFlags[share]
  const isMarked = style.hasMarks && (flags & MARKED) !== 0
  const dim = style.hasMarks && !isMarked ? PAINTS : 0
  const ground = strip.y1 | 0
  const rowPx = (strip.y1 - strip.y0) | 0
  const listHeight = list.height | 0
  const rects = list.reserve(PAINTS)
  let at = list.rectCount * RECT
  let sum = 0
  let height = 0
  // However short, what happened is seen: whatever is busy as high as the row asks for, what else there was by a pixel.
  let least = strip.leastPx
  for (let place = 0; place < PAINTS; place++) {
    const paint = STACK_ORDER[place]
    const part = shares[share * PAINTS + paint]
    if (part === 0) continue
    sum += part * (strip.isCrowd ? rowPx : style.heights[paint])
    const next = Math.min(Math.max(((sum + 127) / 255) | 0, height + least), rowPx)
    least = 1
    const isStuck = paint === Paint.waiting && (flags & STUCK) !== 0
    const from = isStuck ? Math.min(height, next - 2 * style.hairPx) : height
    height = next
    const y0 = Math.max(ground - next, 0)
    const y1 = Math.min(ground - from, listHeight)
    if (y0 >= y1) continue
    rects[at] = x0
    rects[at + 1] = y0
    rects[at + 2] = x1
    rects[at + 3] = y1
    rects[at + 4] = paint + dim
    rects[at + 5] = isStuck ? Pattern.hatched : Pattern.plain
    at += RECT
  }
  list.rectCount = at / RECT
  if (isMarked) list.add(x0, strip.y0, x1, strip.y0 + 2 * style.hairPx, Tone.mark)
}

function paintTicks(list: PaintList, scene: Scene, sceneRow: number, strip: Strip, style: RowStyle): void {
  const { offset, scale, clip0, clip1 } = strip
  const begin = scene.tickFirst[sceneRow]
  const end = scene.tickFirst[sceneRow + 1]
  const y1 = strip.y0 + TICK_HEIGHT * style.hairPx
  let lastX = Number.NEGATIVE_INFINITY
  for (let tick = lowerBound(scene.tickX, begin, end, (clip0 - offset) / scale); tick < end; tick++) {
    const x = Math.floor(offset + scale * scene.tickX[tick])
    if (x >= clip1) break
    if (x < clip0 || x - lastX < TICK_EVERY * style.hairPx) continue
    list.add(x, strip.y0, Math.min(x + style.hairPx, clip1), y1, Tone.tick)
    lastX = x
  }
}
