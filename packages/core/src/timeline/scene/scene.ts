/**
 * What is to be drawn of a layout for a stretch of time, a width and some rows. Costs columns × rows, whatever the trace
 * holds:
 *
 *   goroutine, proc, thread   `edges.ts` reads spans as stretches, `levels.ts` sums up crowded ones, `sweep.ts` draws
 *   ranges, tasks, regions    the same, of the stretches in `pairs.ts`
 *   group                     `crowd.ts` counts goroutines by state in each column
 *   counter                   `counters.ts`; goroutines and threads are counted by `crowd.ts` too
 *
 * What these make on the way is made when it is first needed and kept with the timeline.
 */
import { RangeKind } from '../../trace/tables.ts'
import {
  COUNTER_KINDS,
  type CounterLine,
  type Layout,
  Paint,
  type Row,
  type Scene,
  type SceneRequest,
  type Selection,
  type Timeline,
} from '../model.ts'
import { tracksOf } from '../tracks.ts'
import { boxText, LABEL_COLUMNS } from './box-text.ts'
import { counterLine } from './counters.ts'
import { type Drawable, drawGoroutine, drawStretches, drawTrack } from './crowded.ts'
import { type Edges, FLAG_SHIFT, NONE } from './edges.ts'
import { drawGroup } from './group-row.ts'
import { rangesOfKind, regionsOfType, taskStretch, tasksOfType } from './pairs.ts'
import { SceneBuilder } from './scene-builder.ts'
import { type RowSink, Sweep } from './sweep.ts'
import { drawTicks } from './ticks.ts'
import { type Window, windowOf } from './window.ts'

export { buildMinimap } from './minimap.ts'
export { spanAt } from './span-at.ts'

export function buildScene(
  timeline: Timeline,
  layout: Layout,
  selection: Selection | undefined,
  request: SceneRequest,
): Scene {
  const rows = rowsOf(layout, request)
  const window = windowOf(request)
  const builder = new SceneBuilder(rows.length)
  const counters: CounterLine[] = []
  const pen = window ? new RowPen(timeline, selection, window, builder) : undefined
  for (const [i, row] of rows.entries()) {
    if (window && row.kind === 'counter') counters.push(counterLine(timeline, COUNTER_KINDS[row.subject], i, window))
    else pen?.draw(row)
    builder.endRow()
  }
  return { ...request, columns: window?.columns ?? 0, rows, ...builder.freeze(), counters }
}

function rowsOf(layout: Layout, { firstRow, rowCount }: SceneRequest): Row[] {
  const from = Math.max(0, Math.floor(firstRow) || 0)
  const to = Math.min(layout.rowCount, from + Math.max(0, Math.ceil(rowCount) || 0))
  const rows: Row[] = []
  for (let i = from; i < to; i++) rows.push(layout.rowAt(i))
  return rows
}

/** Draws rows other than counters into a scene. */
class RowPen implements RowSink {
  private readonly timeline: Timeline
  private readonly selection: Selection | undefined
  private readonly window: Window
  private readonly builder: SceneBuilder
  private readonly sweep: Sweep
  private row: Row | undefined
  private edges: Edges | undefined

  constructor(timeline: Timeline, selection: Selection | undefined, window: Window, builder: SceneBuilder) {
    this.timeline = timeline
    this.selection = selection
    this.window = window
    this.builder = builder
    this.sweep = new Sweep(window, this)
  }

  draw(row: Row): void {
    const { timeline, selection, window, builder } = this
    if (row.kind === 'group') drawGroup(timeline, row.subject, selection, window, this)
    const drawable = drawableOf(timeline, row, selection?.marks, window)
    if (!drawable) return
    this.row = row
    this.edges = drawable.edges
    this.sweep.row(drawable.edges, drawable.levels)
    drawTicks(timeline, row, window, x => builder.tick(x))
  }

  box(x0: number, x1: number, code: number, i: number): void {
    const { row, edges, builder, timeline } = this
    if (!row || !edges) return
    const ref = edges.ref(i)
    const flags = (code >> FLAG_SHIFT) | edges.openFlags(i)
    const label = x1 - x0 < LABEL_COLUMNS ? '' : boxText(timeline, row, ref)
    const reason = isSpanRow(row) ? timeline.trace.spans.stateReason[ref] >>> 2 : 0
    builder.box(x0, x1, code & NONE, flags, reason, ref, label)
  }

  share(column: number, parts: Float64Array, flags: number): void {
    this.builder.share(column, parts, flags)
  }
}

function isSpanRow({ kind }: Row): boolean {
  return kind === 'goroutine' || kind === 'proc' || kind === 'thread'
}

/** undefined: the row has no stretches. */
function drawableOf(
  timeline: Timeline,
  { kind, subject }: Row,
  marks: Uint8Array | undefined,
  window: Window,
): Drawable | undefined {
  switch (kind) {
    case 'goroutine':
      return drawGoroutine(timeline, subject, marks, window)
    case 'proc':
      return drawTrack(timeline, tracksOf(timeline).procs, subject, marks, window)
    case 'thread':
      return drawTrack(timeline, tracksOf(timeline).threads, subject, marks, window)
    case 'ranges': {
      const paint = subject === RangeKind.stopTheWorld ? Paint.stw : Paint.gc
      return drawStretches(rangesOfKind(timeline, subject as RangeKind), paint, window)
    }
    case 'taskType':
      return drawStretches(tasksOfType(timeline, subject), Paint.user, window)
    case 'regionType':
      return drawStretches(regionsOfType(timeline, subject), Paint.user, window)
    case 'task':
      return drawStretches(taskStretch(timeline, subject), Paint.user, window)
    default:
      return undefined
  }
}
