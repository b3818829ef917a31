/**
 * Arrows from whoever woke to whom was woken. Waking takes no time, so an arrow stands upright at its moment, from one
 * row to another; where the other end is not on the screen it goes to the edge and says who is there.
 */
import { type SpanLink, words } from '@unhang/core'
import type { DetailWithPlaces } from '../protocol.ts'
import type { View } from './contract.ts'
import { rowTop } from './paint-frame.ts'
import { timeToX } from './viewport.ts'

export type Arrow = {
  /** In pixels of the plot. */
  readonly x: number
  readonly fromY: number
  readonly toY: number
  /** Into the selected span; else out of it. */
  readonly isWaker: boolean
  /** Which end lies outside and is cut: 1 the beginning, 2 the end, 3 both. */
  readonly cut: number
  /** Who is at the end that is cut; '' where none is, or only one of many. */
  readonly label: string
}

export type Plot = {
  readonly view: View
  readonly width: number
  readonly height: number
  readonly unitPx: number
  readonly tallRows: number
}

/** With more than this, names at the edge would lie over each other. */
const MAX_LABELS = 3

export function arrowsOf(found: DetailWithPlaces, plot: Plot): Arrow[] {
  const { detail, place } = found
  const arrows: Arrow[] = []
  if (detail.wokenBy !== undefined) {
    arrows.push(...arrow(detail.wokenBy, found.wokenByRow, place.row, true, true, plot))
  }
  const isFew = detail.woke.length <= MAX_LABELS
  let lastX = Number.NaN
  let lastRow = -1
  detail.woke.forEach((link, index) => {
    const row = found.wokeRows[index] ?? -1
    for (const next of arrow(link, place.row, row, false, isFew, plot)) {
      // Arrows that lie on each other are one.
      if (next.x === lastX && row === lastRow) continue
      lastX = next.x
      lastRow = row
      arrows.push(next)
    }
  })
  return arrows
}

/** None where an end is filtered out, both ends are in one row, or nothing of it would be seen. */
function arrow(
  link: SpanLink,
  fromRow: number,
  toRow: number,
  isWaker: boolean,
  isNamed: boolean,
  plot: Plot,
): Arrow[] {
  if (fromRow < 0 || toRow < 0 || fromRow === toRow) return []
  const x = Math.round(timeToX(plot.view, plot.width, link.timeNs))
  if (!(x >= 0 && x <= plot.width)) return []
  const from = middleOf(fromRow, plot)
  const to = middleOf(toRow, plot)
  const fromSide = sideOf(from, plot.height)
  const toSide = sideOf(to, plot.height)
  if (fromSide !== 0 && fromSide === toSide) return []
  const cut = (fromSide === 0 ? 0 : 1) + (toSide === 0 ? 0 : 2)
  const clamp = (y: number) => Math.min(Math.max(y, 0), plot.height)
  // Named is the other end, not the selected span.
  const isOtherCut = isWaker ? (cut & 1) !== 0 : (cut & 2) !== 0
  const label = isOtherCut && isNamed ? `${link.id} ${words.shortName(link.name)}` : ''
  return [{ x, fromY: clamp(from), toY: clamp(to), isWaker, cut, label }]
}

function middleOf(row: number, { view, tallRows, unitPx }: Plot): number {
  return Math.round(rowTop(row, view, tallRows, unitPx) + unitPx / 2)
}

function sideOf(y: number, height: number): -1 | 0 | 1 {
  return y < 0 ? -1 : y > height ? 1 : 0
}
