/**
 * The timeline: one imperative object that owns the canvases, the frame and what is shown. It is told what to show and
 * tells what the user did (`contract.ts`). Movement is the camera's, drawing the picture's; here they meet, once a frame.
 */
import type { Minimap, Scene } from '@unhang/core'
import type { DetailWithPlaces, LayoutInfo, TraceInfo } from '../protocol.ts'
import { Announcer, rowWords, selectionWords, viewWords } from './announce.ts'
import { Camera } from './camera.ts'
import { moveBy } from './commands.ts'
import type { Ask, Command, RowEdge, TimelineEvents, TimelineView, TimeMark, TimeRange, View } from './contract.ts'
import { deedsOf, type Stage, stagePoint } from './deeds.ts'
import { zoneAt } from './gestures.ts'
import { type HoverPoint, listen } from './input.ts'
import { Picture } from './picture.ts'
import { linesAt, pointedAt, questionAt } from './pointing.ts'
import { RowCursor } from './row-cursor.ts'
import { type Need, Scenes } from './scenes.ts'
import { createScheduler } from './scheduler.ts'
import { Surface } from './surface.ts'
import { Tooltip } from './tooltip.ts'
import { rowText } from './tooltip-lines.ts'
import { type Extent, revealRow, rowToUnit, seenRows, xToTime } from './viewport.ts'
import { prefersStillness, watchSize } from './watch.ts'

export function createTimelineView(root: HTMLElement, ask: Ask, events: TimelineEvents): TimelineView {
  return new CanvasTimeline(root, ask, events)
}

class CanvasTimeline implements TimelineView, Stage {
  readonly ask: Ask
  readonly events: TimelineEvents
  readonly camera: Camera
  readonly picture: Picture
  trace = -1
  range: TimeRange | undefined
  private readonly surface: Surface
  private readonly scenes: Scenes
  private readonly cursor = new RowCursor(this)
  private readonly tooltip: Tooltip
  private readonly announcer: Announcer
  private readonly scheduler: ReturnType<typeof createScheduler>
  private readonly input: ReturnType<typeof listen>
  private readonly watching: ReturnType<typeof watchSize>
  private readonly isMeasuring = window.location.search.includes('measure')
  private info: TraceInfo | undefined
  private layout: LayoutInfo | undefined
  private selected: DetailWithPlaces | undefined
  private marks: readonly TimeMark[] = []
  private draft: TimeRange | undefined
  private hover: HoverPoint | undefined
  private namesWidth: number | undefined
  private minimapAsked = ''
  private isStyleOld = true
  private areRowsOld = true
  private isOverlayOld = true
  private isFirstDrawn = false
  private isAnswerDrawn = false
  /** The row that was brought into sight last, until somebody moves; -1: none. */
  private revealed = -1
  private isDestroyed = false

  constructor(root: HTMLElement, ask: Ask, events: TimelineEvents) {
    this.ask = ask
    this.events = events
    this.surface = new Surface(root)
    this.picture = new Picture(this.surface, root)
    this.tooltip = new Tooltip(this.surface.tip)
    this.announcer = new Announcer(this.surface.live)
    this.scheduler = createScheduler(window, nowMs => this.frame(nowMs))
    this.scenes = new Scenes(ask, () => this.redraw())
    this.camera = new Camera((view, settled) => {
      events.onView(view, settled)
      if (settled) this.announce()
    })
    this.input = listen(root, deedsOf(this))
    this.watching = watchSize(root, () => this.restyle())
    this.restyle()
  }

  get view(): View {
    return this.camera.target
  }

  setTrace(trace: number, info: TraceInfo, layout: LayoutInfo): void {
    const isOther = trace !== this.trace || info !== this.info
    this.trace = trace
    this.info = info
    this.revealed = -1
    this.layout = layout
    this.applyStyle()
    if (isOther) {
      this.isFirstDrawn = false
      this.camera.reset(this.extentOf())
      this.selected = undefined
      this.range = undefined
      this.picture.setMinimap(undefined)
      this.minimapAsked = ''
    } else this.camera.setExtent(this.extentOf())
    this.scenes.setTrace(trace, this.camera.extent, isOther)
    if (isOther) this.cursor.clear()
    else void this.cursor.follow().then(() => this.redrawOverlay())
    this.tooltip.forget()
    this.redraw()
  }

  setView(view: View, animate: boolean, isProvisional = false): void {
    this.revealed = -1
    this.camera.set(view, animate && !prefersStillness(), performance.now(), isProvisional)
    this.announce()
    this.redraw()
  }

  setSelected(detail: DetailWithPlaces | undefined): void {
    this.selected = detail
    this.cursor.goTo(detail?.place.row ?? -1)
    this.announce()
    this.redrawOverlay()
  }

  setRange(range: TimeRange | undefined): void {
    this.range = range
    this.redrawOverlay()
  }

  setNamesWidth(css: number | undefined): void {
    this.namesWidth = css
    this.restyle()
  }

  setMarks(marks: readonly TimeMark[]): void {
    this.marks = marks
    this.redrawOverlay()
  }

  edge(): RowEdge | undefined {
    const { target, extent } = this.camera
    const { first } = seenRows(target.top, extent)
    const row = this.rowAt(first)
    return row && { key: row.key, unitsOut: target.top - rowToUnit(first, extent.tallRows) }
  }

  setEdge(row: number, unitsOut: number): void {
    const { target, extent } = this.camera
    this.move({ ...target, top: rowToUnit(row, extent.tallRows) + unitsOut }, false)
  }

  reveal(row: number, animate: boolean): void {
    const { target, extent } = this.camera
    this.move({ ...target, top: revealRow(target.top, row, extent) }, animate)
    this.revealed = row
  }

  run(command: Command): boolean {
    if (this.info === undefined) return false
    const isDone = this.cursor.run(command, this.selected)
    if (isDone !== undefined) {
      this.announce()
      this.redrawOverlay()
      return isDone
    }
    if (command === 'toggleRow') return this.toggleRow()
    const { camera } = this
    const { target, extent } = camera
    const width = Math.max(this.picture.sizes.plotWidth, 1)
    const hoverX = this.hoverInPlot()?.x ?? -1
    const atNs = xToTime(target, width, hoverX >= 0 ? hoverX : width / 2)
    const place = this.selected?.place
    const selection = this.range === undefined ? place : { ...this.range, row: -1 }
    const view = moveBy(command, target, extent, { atNs, selection })
    if (view === undefined) return false
    this.move(view, true)
    return true
  }

  restyle(): void {
    this.isStyleOld = true
    this.redraw()
  }

  destroy(): void {
    this.isDestroyed = true
    this.input.destroy()
    this.watching.destroy()
    this.scheduler.destroy()
    this.announcer.destroy()
    this.tooltip.forget()
    this.surface.destroy()
  }

  // What gestures use.

  layers(): readonly Scene[] {
    return this.scenes.layersFor(this.needOf(this.camera.current))
  }

  rowAt(row: number) {
    return this.scenes.rowAt(row)
  }

  setHover(point: HoverPoint | undefined): void {
    this.hover = point
    if (point !== undefined) this.cursor.isMeant = false
    this.redrawOverlay()
  }

  setDraft(range: TimeRange | undefined): void {
    this.draft = range
    this.redrawOverlay()
  }

  divide(css: number | undefined): void {
    this.setNamesWidth(css)
    this.events.onNamesWidth?.(css)
  }

  move(view: View, eased: boolean): void {
    this.revealed = -1
    this.camera.move(view, eased && !prefersStillness(), performance.now())
    this.redraw()
  }

  wake(): void {
    this.scheduler.invalidate()
  }

  // The frame.

  private redraw(): void {
    this.areRowsOld = true
    this.redrawOverlay()
  }

  private redrawOverlay(): void {
    this.isOverlayOld = true
    this.scheduler.invalidate()
  }

  private applyStyle(): void {
    if (!this.isStyleOld) return
    this.isStyleOld = false
    const before = this.camera.extent.seenUnits
    this.picture.restyle(this.namesWidth)
    this.camera.setExtent(this.extentOf())
    // What was to be seen stays in sight, though an answer with its lines of source takes some of the room.
    const isOther = this.camera.extent.seenUnits !== before
    if (isOther && this.revealed >= 0) this.reveal(this.revealed, false)
    this.areRowsOld = true
    this.isOverlayOld = true
  }

  private frame(nowMs: number): boolean {
    const start = performance.now()
    // Not every browser tells of every change.
    if (this.surface.isOld) this.isStyleOld = true
    this.applyStyle()
    if (this.camera.step(nowMs)) {
      this.areRowsOld = true
      this.isOverlayOld = true
    }
    if (this.info !== undefined) {
      this.scenes.want(this.needOf(this.camera.target), this.camera.extent)
      this.askMinimap()
    }
    const need = this.needOf(this.camera.current)
    const didDraw = this.areRowsOld || this.isOverlayOld
    if (this.areRowsOld) this.drawRows(need)
    if (this.isOverlayOld) this.drawOverlay()
    if (this.isMeasuring && didDraw) performance.measure('unhang:draw', { start, end: performance.now() })
    return !this.camera.settle(nowMs, this.input.isActive)
  }

  private drawRows(need: Need): void {
    const { camera, scenes } = this
    const hasMarks = this.layout?.hasMarks === true
    const layers = scenes.layersFor(need)
    this.picture.drawRows(layers, row => scenes.rowAt(row), camera.current, camera.extent, hasMarks)
    this.areRowsOld = false
    if (this.info !== undefined && (need.width < 1 || scenes.isExact(need))) this.noteDrawn()
  }

  private noteDrawn(): void {
    if (!this.isFirstDrawn) {
      performance.mark('unhang:drawn')
      this.events.onDrawn?.()
    }
    if (!this.isAnswerDrawn && this.layout?.isAnswered) {
      this.isAnswerDrawn = true
      performance.mark('unhang:answered')
    }
    this.isFirstDrawn = true
  }

  private drawOverlay(): void {
    const { camera, selected } = this
    const { hover } = this
    const point = hover === undefined ? undefined : stagePoint(this, hover.x, hover.y)
    const zone = hover === undefined ? undefined : zoneAt(this.picture.sizes.areas, hover.x, hover.y)
    const hasRow = zone === 'plot' || zone === 'names'
    const hasLine = zone === 'plot' || zone === 'ruler'
    const shown = point && { x: hasLine ? point.x : -1, row: hasRow ? point.row : -1 }
    const range = this.draft ?? this.range
    const { current: view, extent } = camera
    const cursor = this.cursor.row
    this.picture.drawOverlay({ view, extent, selected, range, marks: this.marks, cursor, hover: shown })
    this.isOverlayOld = false
    this.updateTooltip()
  }

  private updateTooltip(): void {
    const { hover, info, camera } = this
    if (hover === undefined || info === undefined || camera.isMoving || this.draft !== undefined) {
      return this.tooltip.hide()
    }
    const zone = zoneAt(this.picture.sizes.areas, hover.x, hover.y)
    const point = stagePoint(this, hover.x, hover.y)
    if (zone === 'names') {
      const row = point.row < 0 ? undefined : this.rowAt(point.row)
      return this.tooltip.show(row === undefined ? [] : [rowText(row)], hover.windowX, hover.windowY, undefined)
    }
    const pointed = zone === 'plot' ? pointedAt(this.layers(), point, this.picture.sizes.dpr) : undefined
    if (pointed === undefined) return this.tooltip.hide()
    const question = questionAt(pointed, point, this.trace, this.ask)
    this.tooltip.show(linesAt(pointed, info), hover.windowX, hover.windowY, question)
  }

  private extentOf(): Extent {
    const { info, layout } = this
    return {
      durationNs: info?.durationNs ?? 0,
      rowCount: layout?.rowCount ?? 0,
      tallRows: Math.min(layout?.tallRows ?? 0, layout?.rowCount ?? 0),
      seenUnits: this.picture.sizes.seenUnits,
    }
  }

  private needOf(view: View): Need {
    return { view, width: this.picture.sizes.plotWidth, ...seenRows(view.top, this.camera.extent) }
  }

  private askMinimap(): void {
    const columns = this.picture.sizes.plotWidth
    const asked = `${this.trace} ${columns}`
    if (columns < 1 || asked === this.minimapAsked) return
    this.minimapAsked = asked
    const take = (minimap: Minimap) => {
      if (this.isDestroyed || this.minimapAsked !== asked) return
      this.picture.setMinimap(minimap)
      this.redraw()
    }
    // Without it there is an empty bar with a brush that works.
    this.ask('minimap', { trace: this.trace, columns }).then(take, () => {})
  }

  private hoverInPlot(): { readonly x: number; readonly row: number } | undefined {
    const { hover } = this
    if (hover === undefined) return undefined
    const zone = zoneAt(this.picture.sizes.areas, hover.x, hover.y)
    return zone === 'plot' || zone === 'names' ? stagePoint(this, hover.x, hover.y) : undefined
  }

  /** The row under the pointer, else the selection's group, else the first that opens. */
  private toggleRow(): boolean {
    const { first, end } = seenRows(this.camera.current.top, this.camera.extent)
    const hovered = this.hoverInPlot()
    let key = hovered === undefined || hovered.row < 0 ? undefined : this.openable(hovered.row)
    key ??= this.selected?.place.groupKey
    for (let row = first; row < end && !key; row++) key = this.openable(row)
    if (!key) return false
    this.camera.flush()
    this.events.onToggle(key)
    return true
  }

  private openable(row: number): string | undefined {
    const found = this.rowAt(row)
    return found?.expanded === undefined ? undefined : found.key
  }

  private announce(): void {
    if (this.info === undefined) return
    this.announcer.say(() => {
      const seen = viewWords(this.camera.target, this.camera.extent)
      const row = this.cursor.isMeant ? this.rowAt(this.cursor.row) : undefined
      const parts = [row && rowWords(row), this.selected && selectionWords(this.selected), seen]
      return parts.filter(part => part !== undefined).join('; ')
    })
  }
}
