/**
 * A counter row into rectangles: stacked series as areas on top of each other; others as a light area for the first and
 * lines for all of them. Each pixel looks up the column it lies in, so that a stretched scene has no gaps.
 */
import { type CounterLine, type CounterSeries, PAINTS, type Scene } from '@unhang/core'
import type { PaintList } from './paint-list.ts'
import type { RowStyle, Strip } from './paint-rows.ts'

export function counterOf(scene: Scene, sceneRow: number): CounterLine | undefined {
  // A few at most.
  return scene.counters.find(counter => counter.row === sceneRow)
}

export function paintCounter(list: PaintList, scene: Scene, counter: CounterLine, strip: Strip, style: RowStyle): void {
  const x0 = Math.max(strip.clip0, Math.ceil(strip.offset))
  const x1 = Math.min(strip.clip1, Math.floor(strip.offset + strip.scale * scene.columns))
  if (counter.stacked) paintAreas(list, counter, strip, x0, x1)
  else paintLines(list, counter, strip, style, x0, x1)
}

/** Height of a value in pixels; what is there at all is seen. */
function heightOf(value: number, max: number, rowPx: number): number {
  if (!(value > 0) || !(max > 0)) return 0
  return Math.max(1, Math.round((Math.min(value, max) / max) * rowPx))
}

function columnAt(strip: Strip, x: number, columns: number): number {
  return Math.min(Math.max(Math.floor((x + 0.5 - strip.offset) / strip.scale), 0), columns - 1)
}

function paintAreas(list: PaintList, counter: CounterLine, strip: Strip, x0: number, x1: number): void {
  const rowPx = strip.y1 - strip.y0
  for (let order = 0; order < counter.series.length; order++) {
    const { paint } = counter.series[order]
    // Neighbours of one height are one rectangle.
    let from = x0
    let [low, high] = [0, 0]
    for (let x = x0; x < x1; x++) {
      const below = stackedSum(counter.series, order, strip, x)
      const nextLow = heightOf(below, counter.max, rowPx)
      const nextHigh = heightOf(below + valueAt(counter.series[order], strip, x), counter.max, rowPx)
      if (nextLow === low && nextHigh === high) continue
      if (high > low) list.add(from, strip.y1 - high, x, strip.y1 - low, paint)
      from = x
      low = nextLow
      high = nextHigh
    }
    if (high > low) list.add(from, strip.y1 - high, x1, strip.y1 - low, paint)
  }
}

function stackedSum(series: readonly CounterSeries[], count: number, strip: Strip, x: number): number {
  let sum = 0
  for (let order = 0; order < count; order++) sum += valueAt(series[order], strip, x)
  return sum
}

/** 0 where it is not known. */
function valueAt(series: CounterSeries, strip: Strip, x: number): number {
  const value = series.values[columnAt(strip, x, series.values.length)]
  return Number.isNaN(value) ? 0 : Math.max(value, 0)
}

function paintLines(
  list: PaintList,
  counter: CounterLine,
  strip: Strip,
  style: RowStyle,
  x0: number,
  x1: number,
): void {
  for (let order = 0; order < counter.series.length; order++) {
    const { paint, values } = counter.series[order]
    const rowPx = strip.y1 - strip.y0
    if (order === 0) paintGround(list, counter, strip, x0, x1)
    let from = x0
    let height = -1
    for (let x = x0; x <= x1; x++) {
      const value = x < x1 ? values[columnAt(strip, x, values.length)] : Number.NaN
      const next = value >= 0 ? Math.max(heightOf(value, counter.max, rowPx), style.hairPx) : -1
      if (next === height) continue
      if (height >= 0) list.add(from, strip.y1 - height, x, strip.y1 - height + style.hairPx, paint)
      // Steps are joined by an upright, else a steep line is dust.
      const [low, high] = [Math.min(height, next), Math.max(height, next)]
      if (low >= 0) list.add(x, strip.y1 - high, x + style.hairPx, strip.y1 - low + style.hairPx, paint)
      from = x
      height = next
    }
  }
}

function paintGround(list: PaintList, counter: CounterLine, strip: Strip, x0: number, x1: number): void {
  const { paint, values } = counter.series[0]
  let from = x0
  let height = 0
  for (let x = x0; x <= x1; x++) {
    const value = x < x1 ? values[columnAt(strip, x, values.length)] : 0
    const next = heightOf(value, counter.max, strip.y1 - strip.y0)
    if (next === height) continue
    if (height > 0) list.add(from, strip.y1 - height, x, strip.y1, paint + PAINTS)
    from = x
    height = next
  }
}
