/**
 * Draws the names of the rows: what opens has a triangle, what is stuck an exclamation mark and bold letters, notes are
 * dimmed. Names too long for the room lose the path of their package first and their method last; hovering shows them
 * whole.
 */
import type { CounterLine, Row, Scene } from '@unhang/core'
import type { View } from './contract.ts'
import { counterOf } from './paint-counters.ts'
import { rowTop } from './paint-frame.ts'
import type { Palette } from './palette.ts'
import type { Sizes } from './surface.ts'
import { Advances, bytesText, countText, fitName, printable } from './texts.ts'
import { type Extent, rowUnits, seenRows } from './viewport.ts'

const FONT_PX = 12
const SMALL_PX = 10.5

export class Names {
  private readonly context: CanvasRenderingContext2D | null
  private fonts = { plain: '', bold: '', small: '' }
  private plain = new Advances(() => 0)
  private bold = this.plain
  private small = this.plain

  constructor(canvas: HTMLCanvasElement) {
    this.context = canvas.getContext('2d', { alpha: false })
  }

  /** `measure`: widths in a font; not by the context that draws, whose font it would change. */
  restyle(sizes: Sizes, family: string, measure: (text: string, font: string) => number): void {
    const px = FONT_PX * sizes.zoom * sizes.dpr
    const smallPx = SMALL_PX * sizes.zoom * sizes.dpr
    this.fonts = { plain: `${px}px ${family}`, bold: `bold ${px}px ${family}`, small: `${smallPx}px ${family}` }
    this.plain = new Advances(text => measure(text, this.fonts.plain))
    this.bold = new Advances(text => measure(text, this.fonts.bold))
    this.small = new Advances(text => measure(text, this.fonts.small))
  }

  draw(
    rowAt: (row: number) => Row | undefined,
    layers: readonly Scene[],
    view: View,
    extent: Extent,
    sizes: Sizes,
    palette: Palette,
  ): void {
    const context = this.context
    if (context === null) return
    const { width, height } = context.canvas
    const hair = Math.max(1, Math.round(sizes.dpr))
    context.fillStyle = palette.background
    context.fillRect(0, 0, width, height)
    const { first, end } = seenRows(view.top, extent)
    for (let index = first; index < end; index++) {
      const row = rowAt(index)
      const y0 = rowTop(index, view, extent.tallRows, sizes.unitPx)
      const rowPx = rowUnits(index, extent.tallRows) * sizes.unitPx
      if (row === undefined) drawUnknown(context, y0, rowPx, width, palette)
      else this.drawRow(context, row, y0, rowPx, width, sizes, palette)
      if (row?.kind === 'counter') this.drawLegend(context, index, row.label, layers, y0, rowPx, width, sizes, palette)
    }
    context.fillStyle = palette.line
    context.fillRect(width - hair, 0, hair, height)
  }

  private drawRow(
    context: CanvasRenderingContext2D,
    row: Row,
    y0: number,
    rowPx: number,
    width: number,
    sizes: Sizes,
    palette: Palette,
  ): void {
    const unit = sizes.dpr * sizes.zoom
    if (row.kind === 'heading') {
      context.fillStyle = palette.band
      context.fillRect(0, y0, width, rowPx - Math.round(2 * unit))
    }
    // A counter is two units high: its name stands in the upper one.
    const middle = y0 + (rowPx > sizes.unitPx ? sizes.unitPx : rowPx - 2 * unit) / 2
    let x = (6 + 12 * row.depth) * unit
    if (row.expanded !== undefined) drawTriangle(context, x, middle, 4 * unit, row.expanded, palette.dimmed)
    x += 13 * unit
    const end = width - 6 * unit
    const isBold = row.stuck || row.kind === 'heading'
    const advances = isBold ? this.bold : this.plain
    context.textBaseline = 'middle'
    context.font = isBold ? this.fonts.bold : this.fonts.plain
    context.fillStyle = palette.text
    if (row.stuck) {
      context.fillText('!', x, middle)
      x += 9 * unit
    }
    const note = printable(row.note, 80)
    const most = (end - x) * (row.stuck ? 0.6 : 0.4)
    const reserved = note === '' ? 0 : Math.min(this.small.widthOf(headOf(note)) + 8 * unit, most)
    // How many are stuck stays; other notes give way where the name needs their room.
    const label = printable(row.label)
    const name = row.stuck ? fitName(label, end - x - reserved, advances) : fitName(label, end - x, advances, reserved)
    context.fillText(name, x, middle)
    x += advances.widthOf(name) + 8 * unit
    if (note === '') return
    context.font = this.fonts.small
    context.fillStyle = palette.dimmed
    context.fillText(this.fitNote(note, end - x), x, middle)
  }

  /** Half a word tells nothing: a note is there in short, or as far as its first part goes. */
  private fitNote(note: string, room: number): string {
    const writings = [
      note,
      note.replace(/^goroutine (?=\d)/, 'g'),
      headOf(note),
      headOf(note).replace(/^goroutine (?=\d)/, 'g'),
    ]
    return writings.find(text => this.small.widthOf(text) <= room) ?? this.small.fit(note, room)
  }

  /** What the series of a counter are, and what its full height means. */
  private drawLegend(
    context: CanvasRenderingContext2D,
    index: number,
    label: string,
    layers: readonly Scene[],
    y0: number,
    rowPx: number,
    width: number,
    sizes: Sizes,
    palette: Palette,
  ): void {
    const scene = layers.find(layer => index >= layer.firstRow && index < layer.firstRow + layer.rows.length)
    const counter = scene === undefined ? undefined : counterOf(scene, index - scene.firstRow)
    if (counter === undefined) return
    const unit = sizes.dpr * sizes.zoom
    context.font = this.fonts.small
    context.textBaseline = 'middle'
    const most = `≤ ${valueText(counter, counter.max)}`
    const mostX = width - 6 * unit - this.small.widthOf(most)
    const middle = y0 + rowPx - sizes.unitPx / 2 - 2 * unit
    let x = 19 * unit
    // Not over the name: the line below is free there, or has room for less.
    const hasRoom = x + this.plain.widthOf(printable(label)) + 4 * unit <= mostX
    context.fillStyle = palette.dimmed
    context.fillText(most, mostX, hasRoom ? y0 + sizes.unitPx / 2 : middle)
    // What has the row's own name needs no legend.
    if (counter.series.length === 1 && counter.series[0].name === label) return
    const end = hasRoom ? width : mostX
    // From the top of the stack down: what fills most of a row is named even where room ends.
    const series = counter.stacked ? [...counter.series].reverse() : counter.series
    for (const { name, paint } of series) {
      const text = this.small.fit(printable(name, 40), end - x - 16 * unit)
      if (text === '') break
      context.fillStyle = palette.paints[paint]
      context.fillRect(x, middle - 3 * unit, 6 * unit, 6 * unit)
      context.fillStyle = palette.dimmed
      context.fillText(text, x + 9 * unit, middle)
      x += this.small.widthOf(text) + 17 * unit
    }
  }
}

/** "10 stuck" of "10 stuck of 11", "goroutine 7" of "goroutine 7, 1 of 2". */
function headOf(note: string): string {
  return /^(?:\S+ stuck|goroutine \S+(?=,))/.exec(note)?.[0] ?? note
}

export function valueText(counter: CounterLine, value: number): string {
  return counter.unit === 'bytes' ? bytesText(value) : countText(value)
}

function drawUnknown(
  context: CanvasRenderingContext2D,
  y0: number,
  rowPx: number,
  width: number,
  palette: Palette,
): void {
  context.fillStyle = palette.band
  context.fillRect(width * 0.09, y0 + rowPx * 0.3, width * 0.5, rowPx * 0.3)
}

function drawTriangle(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  size: number,
  isOpen: boolean,
  style: string,
): void {
  context.fillStyle = style
  context.beginPath()
  if (isOpen) {
    context.moveTo(x, y - size * 0.6)
    context.lineTo(x + 2 * size, y - size * 0.6)
    context.lineTo(x + size, y + size * 0.8)
  } else {
    context.moveTo(x + size * 0.3, y - size)
    context.lineTo(x + size * 1.7, y)
    context.lineTo(x + size * 0.3, y + size)
  }
  context.fill()
}
