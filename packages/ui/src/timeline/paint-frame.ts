/**
 * All rows that are seen into one list of rectangles, each from the best scene there is for it: geometry's last step,
 * and the first that a test can hold against a picture.
 */
import type { RowKind, Scene } from '@unhang/core'
import type { View } from './contract.ts'
import { hasRow, placeScene } from './layers.ts'
import { counterOf, paintCounter } from './paint-counters.ts'
import type { PaintList } from './paint-list.ts'
import { paintRow, type RowStyle, type Strip } from './paint-rows.ts'
import { Tone } from './palette.ts'
import { type Extent, rowToUnit, rowUnits, seenRows } from './viewport.ts'

/** One for all rows and frames: nothing is allocated where pixels are made. */
const strip: Strip = {
  offset: 0,
  scale: 1,
  y0: 0,
  y1: 0,
  clip0: 0,
  clip1: 0,
  isCrowd: false,
  leastPx: 0,
  beginX: 0,
  endX: 0,
}
const CROWDS: ReadonlySet<RowKind> = new Set<RowKind>(['group', 'taskType', 'regionType', 'heading'])

/** A pause of some microseconds is what somebody looks for: it is seen at any zoom. */
const RANGES_SHARE = 0.4

/** Where a row begins on the canvas, in whole pixels. */
export function rowTop(row: number, view: View, tallRows: number, unitPx: number): number {
  return rowToUnit(row, tallRows) * unitPx - Math.round(view.top * unitPx)
}

/** `layers`: best first. */
export function paintFrame(
  list: PaintList,
  layers: readonly Scene[],
  view: View,
  extent: Extent,
  style: RowStyle,
): void {
  const pxPerNs = list.width / (view.endNs - view.startNs)
  strip.beginX = Math.round(-view.startNs * pxPerNs)
  strip.endX = Math.round((extent.durationNs - view.startNs) * pxPerNs)
  list.phase = Math.round(view.startNs * pxPerNs) % 65_536
  const { first, end } = seenRows(view.top, extent)
  for (let row = first; row < end; row++) {
    strip.y0 = rowTop(row, view, extent.tallRows, style.unitPx)
    strip.y1 = strip.y0 + rowUnits(row, extent.tallRows) * style.unitPx - style.gapPx
    const known = layers.find(scene => hasRow(scene, row))
    const kind = known?.rows[row - known.firstRow].kind
    strip.isCrowd = kind !== undefined && CROWDS.has(kind)
    strip.leastPx = kind === 'ranges' ? Math.ceil(RANGES_SHARE * (strip.y1 - strip.y0)) : 2 * style.hairPx
    // A row of which nothing is known yet has its place already.
    if (kind === undefined || kind === 'heading') list.add(0, strip.y0, list.width, strip.y1, Tone.band)
    cover(list, layers, 0, row, view, 0, list.width, style)
  }
}

/** Draws the row from layer `level` where that has something, and the rest from those below. */
function cover(
  list: PaintList,
  layers: readonly Scene[],
  level: number,
  row: number,
  view: View,
  x0: number,
  x1: number,
  style: RowStyle,
): void {
  while (level < layers.length && !hasRow(layers[level], row)) level++
  if (level === layers.length || x0 >= x1) return
  const scene = layers[level]
  placeScene(scene, view, list.width, strip)
  const from = Math.max(x0, Math.round(strip.offset))
  const to = Math.min(x1, Math.round(strip.offset + strip.scale * scene.columns))
  if (from >= to) return cover(list, layers, level + 1, row, view, x0, x1, style)
  strip.clip0 = from
  strip.clip1 = to
  const sceneRow = row - scene.firstRow
  const counter = counterOf(scene, sceneRow)
  if (counter === undefined) paintRow(list, scene, sceneRow, strip, style)
  else paintCounter(list, scene, counter, strip, style)
  cover(list, layers, level + 1, row, view, x0, from, style)
  cover(list, layers, level + 1, row, view, to, x1, style)
}
