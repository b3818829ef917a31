/** What the user's gestures do: changes of `gestures.ts` become movements, selections, ranges, toggles. */
import type { Row, Scene } from '@unhang/core'
import type { Camera } from './camera.ts'
import type { Ask, TimelineEvents, TimeRange, View } from './contract.ts'
import { type Change, type Grabs, type Zone, zoneAt } from './gestures.ts'
import type { HoverPoint, InputHandlers } from './input.ts'
import { type Picture, thumbOf, topOfThumb } from './picture.ts'
import { type Point, pointAt, pointedAt, spanOf } from './pointing.ts'
import { clampTop, minWidthNs, panBy, timeToX, xToTime, zoomAt } from './viewport.ts'

/** What gestures may see and do of the timeline. */
export type Stage = {
  readonly ask: Ask
  readonly events: TimelineEvents
  readonly camera: Camera
  readonly picture: Picture
  readonly trace: number
  readonly range: TimeRange | undefined
  /** What there is to be hit, best first. */
  layers(): readonly Scene[]
  rowAt(row: number): Row | undefined
  setHover(point: HoverPoint | undefined): void
  /** The range while it is drawn. */
  setDraft(range: TimeRange | undefined): void
  /** Makes the column of names so wide; undefined: as wide as usual. */
  divide(css: number | undefined): void
  move(view: View, eased: boolean): void
  /** A frame is due: a movement may have come to rest. */
  wake(): void
}

const DOUBLE_CLICK_ZOOM = 0.25
/** The second click of a double click on a name must not close what the first opened. */
const DOUBLE_CLICK_MS = 400

export function deedsOf(stage: Stage): InputHandlers {
  let lastClick = { key: '', ms: 0 }

  const clickName = (row: Row, point: Point) => {
    const ms = performance.now()
    const isSecond = row.key === lastClick.key && ms - lastClick.ms < DOUBLE_CLICK_MS
    lastClick = { key: row.key, ms }
    if (isSecond) return
    stage.camera.flush()
    if (row.expanded !== undefined) stage.events.onToggle(row.key)
    else void selectLast(stage, point.row)
  }

  const click = (zone: Zone, x: number, y: number) => {
    const point = stagePoint(stage, x, y)
    if (zone === 'plot') return void select(stage, point)
    if (zone === 'minimap') return centre(stage, x)
    if (zone === 'ruler' && stage.range !== undefined) return stage.events.onRange(undefined)
    const row = zone === 'names' && point.row >= 0 ? stage.rowAt(point.row) : undefined
    if (row !== undefined) clickName(row, point)
  }

  return {
    areas: () => stage.picture.sizes.areas,
    grabs: () => grabsOf(stage),
    change: change => {
      if (change.kind === 'click') click(change.zone, change.x, change.y)
      else apply(stage, change)
    },
    hover: point => stage.setHover(point),
    doubleClick: (x, y) => doubleClick(stage, x, y),
    cursor: (zone, x, y) => cursorOf(stage, zone, x, y),
  }
}

export function stagePoint(stage: Stage, x: number, y: number): Point {
  return pointAt(x, y, stage.camera.current, stage.camera.extent, stage.picture.sizes)
}

/** Width of the plot in css pixels, and x from its left edge. */
function plotWidthOf(stage: Stage): number {
  return Math.max(stage.picture.sizes.plotWidth / stage.picture.sizes.dpr, 1)
}
function plotX(stage: Stage, x: number): number {
  return x - stage.picture.sizes.areas.namesWidth
}

function apply(stage: Stage, change: Exclude<Change, { kind: 'click' }>): void {
  const { camera, picture } = stage
  const { extent, target } = camera
  const width = plotWidthOf(stage)
  const { unitPx, dpr } = picture.sizes
  switch (change.kind) {
    case 'move': {
      const deltaNs = (change.byX / width) * (target.endNs - target.startNs)
      return stage.move(panBy(target, extent, deltaNs, (change.byY * dpr) / unitPx), change.eased)
    }
    case 'zoom': {
      // The pointer's place in the view to come is that in the view of now: zooms leave it where it is.
      const x = change.x === undefined ? width / 2 : plotX(stage, change.x)
      return stage.move(zoomAt(target, extent, xToTime(target, width, x), change.factor), change.eased)
    }
    case 'range': {
      const at = (x: number) =>
        Math.min(Math.max(xToTime(camera.current, width, plotX(stage, x)), 0), extent.durationNs)
      const range = { startNs: at(change.x0), endNs: at(change.x1) }
      stage.setDraft(change.isDone ? undefined : range)
      if (!change.isDone) return
      camera.flush()
      return stage.events.onRange(range.endNs > range.startNs ? range : undefined)
    }
    case 'brush': {
      const at = (x: number) => (plotX(stage, x) / width) * extent.durationNs
      const startNs = at(change.x0)
      return stage.move(
        { startNs, endNs: Math.max(at(change.x1), startNs + minWidthNs(extent)), top: target.top },
        false,
      )
    }
    case 'scrollTo': {
      const top = clampTop(topOfThumb(change.y, change.grabY, extent, picture.sizes), extent)
      return stage.move({ ...target, top }, false)
    }
    case 'divide':
      return stage.divide(change.namesWidth)
    case 'end':
      return stage.wake()
  }
}

function grabsOf(stage: Stage): Grabs {
  const { camera, picture, range } = stage
  const { extent, current } = camera
  const { namesWidth } = picture.sizes.areas
  const width = plotWidthOf(stage)
  const onMap = (timeNs: number) => namesWidth + (timeNs / Math.max(extent.durationNs, 1)) * width
  const onPlot = (timeNs: number) => namesWidth + timeToX(current, width, timeNs)
  // A brush over everything cannot be moved: a drag draws a new one.
  const isWhole = current.endNs - current.startNs > extent.durationNs * 0.98
  return {
    brush: isWhole ? { x0: -1e6, x1: -1e6 } : { x0: onMap(current.startNs), x1: onMap(current.endNs) },
    range: range === undefined ? undefined : { x0: onPlot(range.startNs), x1: onPlot(range.endNs) },
    thumb: thumbOf(current, extent, picture.sizes),
  }
}

async function select(stage: Stage, point: Point): Promise<void> {
  stage.camera.flush()
  if (point.row < 0) return stage.events.onSelect(-1)
  const pointed = pointedAt(stage.layers(), point, stage.picture.sizes.dpr)
  if (BARS.has(stage.rowAt(point.row)?.kind)) return selectBar(stage, point)
  const known = pointed === undefined ? undefined : spanOf(pointed)
  if (known !== undefined) return stage.events.onSelect(known)
  await selectAt(stage, point.row, point.timeNs)
}

/** Rows whose bars are no spans: a click means the time that they take. */
const BARS: ReadonlySet<Row['kind'] | undefined> = new Set<Row['kind']>(['ranges', 'task', 'taskType', 'regionType'])

async function selectBar(stage: Stage, { row, timeNs, nsPerPx }: Point): Promise<void> {
  const { trace } = stage
  const nsPerColumn = nsPerPx * stage.picture.sizes.dpr
  const bar = await stage.ask('stretchAt', { trace, row, timeNs, nsPerColumn }).catch(() => undefined)
  if (stage.trace !== trace) return
  if (bar === undefined) stage.events.onSelect(-1)
  else stage.events.onRange(bar)
}

async function selectAt(stage: Stage, row: number, ...timesNs: readonly number[]): Promise<void> {
  const { trace } = stage
  let span = -1
  for (const timeNs of timesNs) {
    if (span < 0) span = await stage.ask('spanAt', { trace, row, timeNs }).catch(() => -1)
  }
  if (stage.trace === trace) stage.events.onSelect(span)
}

/** What is seen first of a goroutine, if it is there at the view's begin, else last. */
export async function selectFirst(stage: Stage, row: number): Promise<void> {
  const { current } = stage.camera
  await selectAt(stage, row, Math.max(current.startNs, 0), lastSeenNs(stage))
}

/** A click on the name of a goroutine means the last thing it is seen to do: where it got stuck. */
export async function selectLast(stage: Stage, row: number): Promise<void> {
  await selectAt(stage, row, lastSeenNs(stage))
}

function lastSeenNs({ camera: { current, extent } }: Stage): number {
  return Math.min(current.endNs, extent.durationNs) - minWidthNs(extent) / 2
}

function centre(stage: Stage, x: number): void {
  const { target, extent } = stage.camera
  const atNs = (plotX(stage, x) / plotWidthOf(stage)) * extent.durationNs
  stage.move(panBy(target, extent, atNs - (target.startNs + target.endNs) / 2), true)
}

function doubleClick(stage: Stage, x: number, y: number): void {
  const { areas } = stage.picture.sizes
  if (zoneAt(areas, x, y) === 'divider') return stage.divide(undefined)
  const point = stagePoint(stage, x, y)
  const isPlot = x > areas.namesWidth && x < areas.width - areas.scrollbarWidth
  if (!isPlot || y < areas.minimapHeight + areas.rulerHeight) return
  const row = point.row < 0 ? undefined : stage.rowAt(point.row)
  stage.camera.flush()
  if (row?.expanded !== undefined) stage.events.onToggle(row.key)
  else apply(stage, { kind: 'zoom', x, factor: DOUBLE_CLICK_ZOOM, eased: true })
}

function cursorOf(stage: Stage, zone: Zone, x: number, y: number): string {
  if (zone === 'divider') return 'col-resize'
  if (zone === 'ruler') return 'crosshair'
  if (zone === 'minimap') {
    const { x0, x1 } = grabsOf(stage).brush
    const isEdge = Math.min(Math.abs(x - x0), Math.abs(x - x1)) <= Math.min(5, (x1 - x0) / 3)
    return isEdge ? 'ew-resize' : x > x0 && x < x1 ? 'grab' : 'crosshair'
  }
  if (zone !== 'names') return 'default'
  const { row } = stagePoint(stage, x, y)
  return row >= 0 && stage.rowAt(row)?.expanded !== undefined ? 'pointer' : 'default'
}
