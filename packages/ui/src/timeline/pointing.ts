/** What lies under the pointer: which row, which time, what of which scene. */
import type { Row, Scene } from '@unhang/core'
import type { TraceInfo } from '../protocol.ts'
import type { Ask, View } from './contract.ts'
import { type Hit, hitRow, tickNear } from './hit.ts'
import { sceneAt } from './layers.ts'
import type { Sizes } from './surface.ts'
import type { TooltipQuestion } from './tooltip.ts'
import { tooltipLines } from './tooltip-lines.ts'
import { type Extent, unitToRow, xToTime } from './viewport.ts'

/** A point of the plot. */
export type Point = {
  /** In pixels of the device from the plot's left edge. */
  readonly x: number
  /** -1: below the last row, or above the first. */
  readonly row: number
  readonly timeNs: number
  readonly nsPerPx: number
}

/** Beside a narrow box, so far still means the box; in pixels of the device to one of css. */
const SLACK_PX = 2

export function pointAt(x: number, y: number, view: View, extent: Extent, sizes: Sizes): Point {
  const { areas, dpr, unitPx, plotWidth } = sizes
  const deviceX = Math.floor((x - areas.namesWidth) * dpr)
  const deviceY = Math.floor((y - areas.minimapHeight - areas.rulerHeight) * dpr)
  // As `rowTop` rounds.
  const unit = (Math.round(view.top * unitPx) + deviceY) / unitPx
  const row = unit < 0 || deviceY < 0 ? -1 : unitToRow(unit, extent.tallRows)
  const nsPerPx = (view.endNs - view.startNs) / Math.max(plotWidth, 1)
  // The middle of the pixel: its edge may belong to what ends there.
  const timeNs = xToTime(view, Math.max(plotWidth, 1), deviceX + 0.5)
  return { x: deviceX, row: row < extent.rowCount ? row : -1, timeNs, nsPerPx }
}

export type Pointed = {
  readonly row: Row
  readonly hit: Hit
  readonly scene: Scene
  readonly sceneRow: number
  readonly column: number
  readonly slack: number
}

/** undefined: nothing is known of the place yet. */
export function pointedAt(layers: readonly Scene[], point: Point, dpr: number): Pointed | undefined {
  const scene = point.row < 0 ? undefined : sceneAt(layers, point.row, point.timeNs)
  if (scene === undefined) return undefined
  const nsPerColumn = (scene.endNs - scene.startNs) / scene.columns
  const column = (point.timeNs - scene.startNs) / nsPerColumn
  const slack = (SLACK_PX * dpr * point.nsPerPx) / nsPerColumn
  const sceneRow = point.row - scene.firstRow
  return { row: scene.rows[sceneRow], hit: hitRow(scene, sceneRow, column, slack), scene, sceneRow, column, slack }
}

/** The span that the scene itself names; undefined: only the worker knows. */
export function spanOf({ row, hit, scene }: Pointed): number | undefined {
  if (row.kind === 'counter') return -1
  if (hit.kind !== 'box' || !SHOWS_SPANS.has(row.kind)) return undefined
  const ref = scene.boxRef[hit.box]
  return ref >= 0 ? ref : undefined
}
const SHOWS_SPANS: ReadonlySet<Row['kind']> = new Set<Row['kind']>(['goroutine', 'proc', 'thread'])

export function linesAt(pointed: Pointed, info: TraceInfo): string[] {
  const { scene, sceneRow, column, slack } = pointed
  return tooltipLines(scene, sceneRow, column, info.reasons, slack)
}

/** As near as the worker takes a tick to be meant. */
const TICK_SLACK_PX = 3

/** What the worker is asked to complete the tooltip with; a box has one answer, whatever pixel of it is
 * meant, but where a tick is beside it. */
export function questionAt(pointed: Pointed, point: Point, trace: number, ask: Ask): TooltipQuestion {
  const { row, hit, scene, sceneRow, column } = pointed
  const isOne = hit.kind === 'box' && scene.boxRef[hit.box] >= 0
  const nsPerColumn = (scene.endNs - scene.startNs) / scene.columns
  const tick = tickNear(scene, sceneRow, column, (TICK_SLACK_PX * point.nsPerPx) / nsPerColumn)
  const near = tick < 0 ? '' : ` tick ${scene.startNs + scene.tickX[tick] * nsPerColumn}`
  const where = isOne ? `box ${scene.boxRef[hit.box]}${near}` : `${point.timeNs} ${point.nsPerPx}`
  return {
    key: `${trace} ${row.key} ${where}`,
    ask: () => ask('describe', { trace, row: point.row, timeNs: point.timeNs, nsPerColumn: point.nsPerPx }),
  }
}
