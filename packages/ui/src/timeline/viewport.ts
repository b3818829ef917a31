/**
 * What part of a trace is seen, as numbers: time ⇄ x, rows ⇄ y, and what zoom, pan and scroll make of a `View`.
 *
 * Across, x is in pixels from the left edge of the plot. Down, a position is in units from the top of the first row: a
 * row is one unit high, one of the `tallRows` at the top is two. All is pure; every view that comes out is a valid one,
 * whatever went in: an address from elsewhere may hold NaN.
 */
import type { View } from './contract.ts'

/** What there is to be seen. */
export type Extent = {
  readonly durationNs: number
  readonly rowCount: number
  readonly tallRows: number
  /** How many units fit on the screen. */
  readonly seenUnits: number
}

/** Narrower tells nothing: Go's clock steps by tens of nanoseconds on most machines. */
const MIN_WIDTH_NS = 10
/** 4,096 steps of a double at the trace's end: with fewer, neighbouring pixels would get the same time. */
const MIN_WIDTH_SHARE = 2 ** -40
/** How far one may see beyond the trace's ends, of what is seen: enough to see that it ends there. */
const MARGIN_SHARE = 0.1
/** Air left and right of what is fitted. */
const FIT_SHARE = 0.1

export function minWidthNs(extent: Extent): number {
  return Math.max(MIN_WIDTH_NS, extent.durationNs * MIN_WIDTH_SHARE)
}

function clampWidth(widthNs: number, extent: Extent): number {
  const least = minWidthNs(extent)
  return Math.min(Math.max(widthNs, least), Math.max(extent.durationNs, least))
}

/** The nearest valid view: not beyond the trace, not wider than it, not past the last row. */
export function clampView(view: View, extent: Extent): View {
  const asked = view.endNs - view.startNs
  if (!Number.isFinite(asked) || !(asked > 0)) return whole(extent, view.top)
  const widthNs = clampWidth(asked, extent)
  // Too wide or too narrow is mended around the middle.
  const startNs = clampStart(view.startNs + (asked - widthNs) / 2, widthNs, extent)
  return { startNs, endNs: startNs + widthNs, top: clampTop(view.top, extent) }
}

function clampStart(startNs: number, widthNs: number, extent: Extent): number {
  const spare = Math.max(0, extent.durationNs - widthNs)
  const margin = Math.min(widthNs * MARGIN_SHARE, spare)
  return Math.min(Math.max(startNs, -margin), spare + margin)
}

export function clampTop(top: number, extent: Extent): number {
  const last = Math.max(0, unitCount(extent) - extent.seenUnits)
  return top > 0 ? Math.min(top, last) : 0
}

export function whole(extent: Extent, top = 0): View {
  return { startNs: 0, endNs: clampWidth(extent.durationNs, extent), top: clampTop(top, extent) }
}

/** Makes what is seen `factor` times as wide; `atNs` stays where it is. */
export function zoomAt(view: View, extent: Extent, atNs: number, factor: number): View {
  const oldNs = view.endNs - view.startNs
  const widthNs = clampWidth(oldNs * factor, extent)
  const startNs = clampStart(atNs - ((atNs - view.startNs) / oldNs) * widthNs, widthNs, extent)
  return { startNs, endNs: startNs + widthNs, top: view.top }
}

export function panBy(view: View, extent: Extent, deltaNs: number, deltaUnits = 0): View {
  const widthNs = view.endNs - view.startNs
  const startNs = clampStart(view.startNs + deltaNs, widthNs, extent)
  return { startNs, endNs: startNs + widthNs, top: clampTop(view.top + deltaUnits, extent) }
}

/** A stretch of time with some air on both sides. */
export function fit(startNs: number, endNs: number, extent: Extent, top: number): View {
  const air = (endNs - startNs) * FIT_SHARE
  const least = minWidthNs(extent)
  const short = Math.max(0, least - (endNs - startNs)) / 2
  return clampView({ startNs: startNs - air - short, endNs: endNs + air + short, top }, extent)
}

export function timeToX(view: View, width: number, timeNs: number): number {
  return ((timeNs - view.startNs) / (view.endNs - view.startNs)) * width
}

export function xToTime(view: View, width: number, x: number): number {
  return view.startNs + (x / width) * (view.endNs - view.startNs)
}

export function unitCount(extent: Extent): number {
  return extent.rowCount + Math.min(extent.tallRows, extent.rowCount)
}

/** Where a row begins. */
export function rowToUnit(row: number, tallRows: number): number {
  return row < tallRows ? 2 * row : row + tallRows
}

/** The row that holds a position; rows before the first or past the last are the caller's to refuse. */
export function unitToRow(unit: number, tallRows: number): number {
  return unit < 2 * tallRows ? Math.floor(unit / 2) : Math.floor(unit) - tallRows
}

export function rowUnits(row: number, tallRows: number): number {
  return row < tallRows ? 2 : 1
}

/** Rows that are seen, wholly or in part. */
export function seenRows(top: number, extent: Extent): { first: number; end: number } {
  const first = Math.min(unitToRow(top, extent.tallRows), extent.rowCount)
  const end = Math.min(unitToRow(top + extent.seenUnits, extent.tallRows) + 1, extent.rowCount)
  return { first, end: Math.max(first, end) }
}

/** Scrolls so that the row is in the middle, unless all of it is seen. */
export function revealRow(top: number, row: number, extent: Extent): number {
  const from = rowToUnit(row, extent.tallRows)
  const to = from + rowUnits(row, extent.tallRows)
  if (from >= top && to <= top + extent.seenUnits) return top
  return clampTop((from + to - extent.seenUnits) / 2, extent)
}

/** Scrolls only as far as it takes to see all of the row. */
export function keepRow(top: number, row: number, extent: Extent): number {
  const from = rowToUnit(row, extent.tallRows)
  const to = from + rowUnits(row, extent.tallRows)
  return clampTop(Math.min(Math.max(top, Math.ceil(to - extent.seenUnits)), from), extent)
}

export function sameView(a: View, b: View): boolean {
  return a.startNs === b.startNs && a.endNs === b.endNs && a.top === b.top
}
