/**
 * Upright lines over the rows: the time under the pointer, the selected range, moments that a finding speaks of. Each has
 * a plate on the ruler, and what the ruler says below a plate is not to be seen: half a number is another number.
 */
import { momentText, words } from '@unhang/core'
import type { TimeMark, TimeRange } from './contract.ts'
import type { OverlayState, Pen } from './overlay.ts'
import { rulerOf, TICK_PX } from './ruler.ts'
import { printable } from './texts.ts'
import { timeToX, xToTime } from './viewport.ts'

/** Text on the ruler, from one x to the other. */
type Plate = {
  readonly text: string
  readonly x0: number
  readonly x1: number
  readonly ground: string
  readonly ink: string
}

export function drawTimes(pen: Pen, state: OverlayState, rulerPx: number): void {
  const traceNs = state.extent.durationNs
  const all = [
    ...state.marks.flatMap(mark => markPlate(pen, mark)),
    ...(state.range === undefined ? [] : rangePlate(pen, state.range)),
    ...(state.hover === undefined || state.hover.x < 0 ? [] : hoverPlate(pen, state.hover.x, traceNs)),
  ]
  // One that would be cut by the next is not there while that is: the pointer's is the last.
  const plates = all.filter((plate, i) => !all.slice(i + 1).some(next => plate.x0 < next.x1 && plate.x1 > next.x0))
  if (plates.length > 0) hideLabels(pen, plates, traceNs, rulerPx)
  for (const mark of state.marks) drawMark(pen, mark, rulerPx)
  if (state.range !== undefined) drawRange(pen, state.range, rulerPx)
  if (state.hover !== undefined && state.hover.x >= 0) drawHoverLine(pen, state.hover.x, rulerPx)
  for (const plate of plates) drawPlate(pen, plate, rulerPx)
}

/** A plate of the text around x, kept inside the plot. */
function plateAt(
  { context, plot, hair }: Pen,
  text: string,
  x: number,
  align: number,
  ground: string,
  ink: string,
): Plate {
  const width = context.measureText(text).width + 8 * hair
  const x0 = Math.max(Math.min(x - width * align, plot.width - width), 0)
  return { text, x0, x1: x0 + width, ground, ink }
}

function hoverPlate(pen: Pen, x: number, traceNs: number): Plate[] {
  const { plot, ink } = pen
  const stepNs = (plot.view.endNs - plot.view.startNs) / plot.width
  const text = momentText(xToTime(plot.view, plot.width, x), stepNs, traceNs)
  return [plateAt(pen, text, x, 0.5, ink.palette.text, ink.palette.background)]
}

function rangePlate(pen: Pen, range: TimeRange): Plate[] {
  const { from, to } = endsOf(pen, range)
  const { palette } = pen.ink
  if (to < 0 || from > pen.plot.width) return []
  const middle = (Math.max(from, 0) + Math.min(to, pen.plot.width)) / 2
  return [plateAt(pen, words.duration(range.endNs - range.startNs), middle, 0.5, palette.selection, palette.background)]
}

function markPlate(pen: Pen, { timeNs, text }: TimeMark): Plate[] {
  const x = Math.round(timeToX(pen.plot.view, pen.plot.width, timeNs))
  const { palette } = pen.ink
  return x < 0 || x > pen.plot.width ? [] : [plateAt(pen, printable(text, 80), x, 0, palette.stuck, palette.background)]
}

/** Labels of the ruler that a plate would cut. */
function hideLabels(
  { context, ink, plot, sizes, hair }: Pen,
  plates: readonly Plate[],
  traceNs: number,
  height: number,
) {
  const { view, width } = plot
  context.fillStyle = ink.palette.background
  for (const { timeNs, text } of rulerOf(view.startNs, view.endNs, width, TICK_PX * sizes.dpr * sizes.zoom, traceNs)
    .ticks) {
    const x0 = Math.round(timeToX(view, width, timeNs)) + 2 * hair
    const x1 = x0 + context.measureText(text).width + 4 * hair
    if (plates.some(plate => x0 < plate.x1 && x1 > plate.x0)) context.fillRect(x0, 0, x1 - x0, height - hair)
  }
}

function drawPlate({ context, hair }: Pen, { text, x0, x1, ground, ink }: Plate, height: number): void {
  context.fillStyle = ground
  context.fillRect(x0, hair, x1 - x0, height - 3 * hair)
  context.fillStyle = ink
  context.fillText(text, x0 + 4 * hair, height / 2)
}

function drawHoverLine({ context, ink, plot, hair }: Pen, x: number, rulerPx: number): void {
  context.globalAlpha = 0.55
  context.fillStyle = ink.palette.text
  context.fillRect(x, 0, hair, rulerPx + plot.height)
  context.globalAlpha = 1
}

/** Dashed: it is nothing that happened, but something that is said. */
function drawMark({ context, ink, plot, hair }: Pen, { timeNs }: TimeMark, rulerPx: number): void {
  const x = Math.round(timeToX(plot.view, plot.width, timeNs))
  if (x < 0 || x > plot.width) return
  context.fillStyle = ink.palette.stuck
  context.globalAlpha = 0.7
  for (let y = rulerPx; y < rulerPx + plot.height; y += 7 * hair) context.fillRect(x, y, hair, 4 * hair)
  context.globalAlpha = 1
}

function drawRange(pen: Pen, range: TimeRange, rulerPx: number): void {
  const { context, ink, plot, hair } = pen
  const { from, to } = endsOf(pen, range)
  if (to < 0 || from > plot.width) return
  context.fillStyle = ink.palette.selection
  context.globalAlpha = 0.13
  context.fillRect(from, 0, to - from, rulerPx + plot.height)
  context.globalAlpha = 1
  context.fillRect(from, 0, hair, rulerPx + plot.height)
  context.fillRect(to - hair, 0, hair, rulerPx + plot.height)
}

/** In pixels, at least a hair wide; ends far outside stay near, for a canvas rounds to single precision. */
function endsOf({ plot, hair }: Pen, range: TimeRange): { readonly from: number; readonly to: number } {
  const near = (x: number) => Math.min(Math.max(x, -2 * hair), plot.width + 2 * hair)
  const x0 = Math.round(timeToX(plot.view, plot.width, range.startNs))
  const x1 = Math.max(Math.round(timeToX(plot.view, plot.width, range.endNs)), x0 + hair)
  return { from: near(x0), to: near(x1) }
}
