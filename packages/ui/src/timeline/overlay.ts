/**
 * Draws what lies over the rows and changes without them: the row under the pointer, the selected span with its arrows,
 * and the moments and stretches of `time-lines.ts`.
 */
import type { DetailWithPlaces } from '../protocol.ts'
import { type Arrow, arrowsOf, type Plot } from './arrows.ts'
import type { TimeMark, TimeRange, View } from './contract.ts'
import { rowTop } from './paint-frame.ts'
import type { Palette } from './palette.ts'
import type { Sizes } from './surface.ts'
import { type Advances, fitName, printable } from './texts.ts'
import { drawTimes } from './time-lines.ts'
import { type Extent, rowUnits, timeToX } from './viewport.ts'

export type OverlayState = {
  readonly view: View
  readonly extent: Extent
  readonly selected: DetailWithPlaces | undefined
  readonly range: TimeRange | undefined
  readonly marks: readonly TimeMark[]
  /** The row that keys mean; -1: none. */
  readonly cursor: number
  /** x in pixels of the device from the plot's left edge; -1: not over a time, not over a row. */
  readonly hover: { readonly x: number; readonly row: number } | undefined
}

export type Ink = { readonly palette: Palette; readonly family: string; readonly advances: Advances }

/** A selected span is at least so wide, in hairs: its outline must not vanish when it is far away. */
const LEAST_OUTLINE = 4

export class Overlay {
  private readonly context: CanvasRenderingContext2D | null
  /** An empty canvas that is emptied again costs the browser a whole layer. */
  private isBlank = true

  constructor(canvas: HTMLCanvasElement) {
    this.context = canvas.getContext('2d')
  }

  draw(state: OverlayState, sizes: Sizes, ink: Ink): void {
    const context = this.context
    if (context === null) return
    const { selected, range, hover, marks, cursor } = state
    const isBlank =
      cursor < 0 && selected === undefined && range === undefined && hover === undefined && marks.length === 0
    if (isBlank && this.isBlank) return
    this.isBlank = isBlank
    const { areas, dpr, plotWidth, plotHeight, unitPx } = sizes
    context.clearRect(0, 0, context.canvas.width, context.canvas.height)
    context.font = `${11 * sizes.zoom * dpr}px ${ink.family}`
    context.textBaseline = 'middle'
    const left = Math.round(areas.namesWidth * dpr)
    const rulerTop = Math.round(areas.minimapHeight * dpr)
    const headPx = Math.round((areas.minimapHeight + areas.rulerHeight) * dpr)
    const plot: Plot = {
      view: state.view,
      width: plotWidth,
      height: plotHeight,
      unitPx,
      tallRows: state.extent.tallRows,
    }
    const pen: Pen = { context, ink, plot, sizes, hair: Math.max(1, Math.round(dpr)) }
    context.save()
    clip(context, 0, headPx, left + plotWidth, plotHeight)
    context.translate(0, headPx)
    if (hover !== undefined) drawHoveredRow(pen, hover.row, left)
    if (cursor >= 0) drawCursor(pen, cursor, left)
    clip(context, left, 0, plotWidth, plotHeight)
    context.translate(left, 0)
    if (state.selected !== undefined) drawSelected(pen, state.selected)
    context.restore()

    context.save()
    clip(context, left, rulerTop, plotWidth, headPx - rulerTop + plotHeight)
    context.translate(left, rulerTop)
    drawTimes(pen, state, headPx - rulerTop)
    context.restore()
  }
}

export type Pen = {
  readonly context: CanvasRenderingContext2D
  readonly ink: Ink
  readonly plot: Plot
  readonly sizes: Sizes
  readonly hair: number
}

function clip(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.beginPath()
  context.rect(x, y, width, height)
  context.clip()
}

function drawHoveredRow({ context, ink, plot }: Pen, row: number, left: number): void {
  if (row < 0) return
  const y = rowTop(row, plot.view, plot.tallRows, plot.unitPx)
  context.globalAlpha = 0.07
  context.fillStyle = ink.palette.text
  context.fillRect(0, y, left + plot.width, rowUnits(row, plot.tallRows) * plot.unitPx)
  context.globalAlpha = 1
}

/** As a list marks its row: told from the pointer's by its bar and frame. */
function drawCursor({ context, ink, plot, hair }: Pen, row: number, left: number): void {
  const y = rowTop(row, plot.view, plot.tallRows, plot.unitPx)
  const height = rowUnits(row, plot.tallRows) * plot.unitPx
  context.fillStyle = ink.palette.selection
  context.globalAlpha = 0.12
  context.fillRect(0, y, left + plot.width, height)
  context.globalAlpha = 1
  context.fillRect(0, y, 3 * hair, height)
}

function drawSelected(pen: Pen, found: DetailWithPlaces): void {
  const { context, ink, plot, hair } = pen
  for (const arrow of arrowsOf(found, plot)) drawArrow(pen, arrow)
  const { place } = found
  if (place.row < 0) return
  const y = rowTop(place.row, plot.view, plot.tallRows, plot.unitPx)
  let x0 = Math.round(timeToX(plot.view, plot.width, place.startNs))
  let x1 = Math.round(timeToX(plot.view, plot.width, place.endNs))
  if (x1 < 0 || x0 > plot.width || y > plot.height || y + plot.unitPx < 0) return
  const missing = LEAST_OUTLINE * hair - (x1 - x0)
  if (missing > 0) {
    x0 -= Math.ceil(missing / 2)
    x1 += Math.floor(missing / 2)
  }
  const from = Math.max(x0, -4 * hair)
  const to = Math.min(x1, plot.width + 4 * hair)
  context.lineWidth = 2 * hair
  context.strokeStyle = ink.palette.selection
  context.strokeRect(from - hair, y - hair, to - from + 2 * hair, plot.unitPx)
}

function drawArrow(pen: Pen, arrow: Arrow): void {
  const { context, ink, plot, hair } = pen
  const direction = arrow.toY > arrow.fromY ? 1 : -1
  const head = 5 * hair
  context.globalAlpha = arrow.isWaker ? 1 : 0.75
  context.fillStyle = ink.palette.selection
  const thick = arrow.isWaker ? 2 * hair : hair
  const from = Math.min(arrow.fromY, arrow.toY - direction * head)
  const to = Math.max(arrow.fromY, arrow.toY - direction * head)
  // Seen on spans of any colour: a rim of the background around it.
  context.strokeStyle = ink.palette.background
  context.lineWidth = 2 * hair
  context.beginPath()
  context.rect(arrow.x - thick / 2, from, thick, to - from)
  context.moveTo(arrow.x - head, arrow.toY - direction * head * 1.6)
  context.lineTo(arrow.x + head, arrow.toY - direction * head * 1.6)
  context.lineTo(arrow.x, arrow.toY)
  context.closePath()
  if ((arrow.cut & 1) === 0) context.arc(arrow.x, arrow.fromY, 3 * hair, 0, 2 * Math.PI)
  context.stroke()
  context.fill()
  context.globalAlpha = 1
  if (arrow.label !== '') drawArrowLabel(pen, arrow, plot)
}

function drawArrowLabel(pen: Pen, arrow: Arrow, plot: Plot): void {
  const { context, ink, hair } = pen
  const y = arrow.isWaker ? arrow.fromY : arrow.toY
  const text = fitName(printable(arrow.label), plot.width / 3, ink.advances)
  const width = context.measureText(text).width + 6 * hair
  const x = arrow.x + 8 * hair + width > plot.width ? arrow.x - 8 * hair - width : arrow.x + 8 * hair
  const height = plot.unitPx - 2 * hair
  const top = y < plot.height / 2 ? y + hair : y - height - hair
  context.globalAlpha = 0.9
  context.fillStyle = ink.palette.background
  context.fillRect(x, top, width, height)
  context.globalAlpha = 1
  context.fillStyle = ink.palette.text
  context.fillText(text, x + 3 * hair, top + height / 2)
}
