/**
 * Which scenes there are and which to ask for. One request is on its way at a time; when it comes, the newest wish is
 * asked for, not those in between. A scene reaches beyond what is seen, so that moving finds data; coarse scenes of
 * the whole trace, kept by blocks of rows, stand in wherever the fine one has not come yet.
 */
import { MAX_COLUMNS, type Row, type Scene, type SceneRequest } from '@unhang/core'
import type { Ask, View } from './contract.ts'
import { hasRow, orderLayers } from './layers.ts'
import type { Extent } from './viewport.ts'

/** What is seen, or will be once a movement has ended. */
export type Need = { readonly view: View; readonly width: number; readonly first: number; readonly end: number }

/** Beyond what is seen: half a screen to each side, and rows above and below. */
const TIME_MARGIN = 0.5
const ROW_MARGIN = 8
/** With less left than this, more is fetched before it is missed. */
const TIME_SPARE = 0.125
const ROW_SPARE = 2

const COARSE_COLUMNS = 512
const COARSE_ROWS = 64
/** About 3,000 rows: what one scrolls back to. */
const COARSE_KEPT = 48

export function planScene(need: Need, extent: Extent): SceneRequest {
  const { view, width } = need
  const nsPerPx = (view.endNs - view.startNs) / width
  const margin = Math.min(Math.ceil(width * TIME_MARGIN), Math.max(0, (MAX_COLUMNS - width) >> 1))
  // Whole columns from the view's own edge, so that columns and pixels coincide; negative where the trace ends inside.
  const left = Math.min(margin, Math.ceil(view.startNs / nsPerPx))
  const right = Math.min(margin, Math.ceil((extent.durationNs - view.endNs) / nsPerPx))
  const columns = Math.min(Math.max(width + left + right, 1), MAX_COLUMNS)
  const startNs = view.startNs - left * nsPerPx
  const firstRow = Math.max(0, need.first - ROW_MARGIN)
  const rowCount = Math.min(extent.rowCount, need.end + ROW_MARGIN) - firstRow
  return { startNs, endNs: startNs + columns * nsPerPx, columns, firstRow, rowCount: Math.max(rowCount, 0) }
}

/** The scene shows all that is needed, column by pixel. */
export function covers(scene: Scene, need: Need, extent: Extent, timeSpare = 0, rowSpare = 0): boolean {
  const widthNs = need.view.endNs - need.view.startNs
  const nsPerPx = widthNs / need.width
  const scale = (scene.endNs - scene.startNs) / scene.columns / nsPerPx
  if (Math.abs(scale - 1) * need.width > 0.5) return false
  const startNs = Math.max(need.view.startNs - widthNs * timeSpare, 0)
  const endNs = Math.min(need.view.endNs + widthNs * timeSpare, extent.durationNs)
  if (scene.startNs > startNs + nsPerPx / 2 || scene.endNs < endNs - nsPerPx / 2) return false
  const first = Math.max(need.first - rowSpare, 0)
  const end = Math.min(need.end + rowSpare, extent.rowCount)
  return scene.firstRow <= first && scene.firstRow + scene.rows.length >= end
}

export class Scenes {
  private readonly ask: Ask
  private readonly changed: () => void
  private trace = -1
  private extent: Extent = { durationNs: 0, rowCount: 0, tallRows: 0, seenUnits: 0 }
  private need: Need | undefined
  private latest: Scene | undefined
  private previous: Scene | undefined
  private readonly coarse = new Map<number, Scene>()
  private readonly layers: Scene[] = []
  /** Answers to questions of another generation are about other rows. */
  private generation = 0
  /** What is there is of another generation: shown until the first of this one comes. */
  private isStale = false
  /** Generation of the question that is on its way; -1: none is. */
  private asking = -1
  /** The last questions: one whose answer did not help is not asked again. */
  private lastAsked = ''
  private readonly coarseAsked = new Set<number>()

  constructor(ask: Ask, changed: () => void) {
    this.ask = ask
    this.changed = changed
  }

  /** `isOther`: another trace, of which nothing that is here is true; else the same one with other rows. */
  setTrace(trace: number, extent: Extent, isOther: boolean): void {
    if (isOther) {
      this.forget()
      // Whoever opened other captures may never answer about the old ones.
      this.asking = -1
    }
    this.trace = trace
    this.extent = extent
    this.generation++
    this.isStale = true
    this.need = undefined
    this.lastAsked = ''
    this.coarseAsked.clear()
  }

  /** Says what is seen; asks for what is missing. */
  want(need: Need, extent: Extent): void {
    this.need = need
    this.extent = extent
    this.pump()
  }

  isExact(need: Need): boolean {
    return !this.isStale && this.latest !== undefined && covers(this.latest, need, this.extent)
  }

  /** What there is for the rows that are seen, best first; the array is the same one every time. */
  layersFor(need: Need): readonly Scene[] {
    const layers = this.layers
    layers.length = 0
    if (this.latest !== undefined) layers.push(this.latest)
    if (this.previous !== undefined) layers.push(this.previous)
    for (let block = blockOf(need.first); block <= blockOf(Math.max(need.end - 1, need.first)); block++) {
      const scene = this.coarse.get(block)
      if (scene !== undefined) layers.push(scene)
    }
    orderLayers(layers, need.view, need.width)
    return layers
  }

  rowAt(row: number): Row | undefined {
    const holder = [this.latest, this.previous, this.coarse.get(blockOf(row))].find(
      scene => scene !== undefined && hasRow(scene, row),
    )
    return holder?.rows[row - holder.firstRow]
  }

  private forget(): void {
    this.latest = undefined
    this.previous = undefined
    this.coarse.clear()
  }

  private pump(): void {
    const need = this.need
    if (this.asking !== -1 || need === undefined || need.width < 1) return
    const { latest } = this
    const hasSpare = !this.isStale && latest !== undefined && covers(latest, need, this.extent, TIME_SPARE, ROW_SPARE)
    if (!hasSpare) {
      const request = planScene(need, this.extent)
      const key = Object.values(request).join(' ')
      if (key !== this.lastAsked && request.rowCount > 0) {
        this.lastAsked = key
        void this.fetch(request, scene => this.takeFine(scene))
        return
      }
    }
    this.pumpCoarse(need)
  }

  private pumpCoarse(need: Need): void {
    for (let block = blockOf(need.first); block * COARSE_ROWS < need.end; block++) {
      if (this.coarseAsked.has(block) || (!this.isStale && this.coarse.has(block))) continue
      this.coarseAsked.add(block)
      const firstRow = block * COARSE_ROWS
      const rowCount = Math.min(COARSE_ROWS, this.extent.rowCount - firstRow)
      const endNs = Math.max(this.extent.durationNs, 1)
      const request = { startNs: 0, endNs, columns: COARSE_COLUMNS, firstRow, rowCount }
      void this.fetch(request, scene => this.takeCoarse(block, scene))
      return
    }
  }

  private async fetch(request: SceneRequest, take: (scene: Scene) => void): Promise<void> {
    const { generation } = this
    this.asking = generation
    try {
      const scene = await this.ask('scene', { trace: this.trace, request })
      if (generation === this.generation) take(scene)
    } catch {
      // The page says what is wrong with the worker; here what is there stays, until something else is wanted.
    } finally {
      if (this.asking === generation) this.asking = -1
    }
    this.changed()
    this.pump()
  }

  private takeFine(scene: Scene): void {
    this.refresh()
    this.previous = this.latest
    this.latest = scene
  }

  private takeCoarse(block: number, scene: Scene): void {
    this.refresh()
    if (this.coarse.size >= COARSE_KEPT) {
      const oldest = this.coarse.keys().next().value!
      this.coarse.delete(oldest)
      this.coarseAsked.delete(oldest)
    }
    this.coarse.set(block, scene)
  }

  /** The first scene of a generation sends those of the last one away. */
  private refresh(): void {
    if (this.isStale) this.forget()
    this.isStale = false
  }
}

function blockOf(row: number): number {
  return Math.floor(row / COARSE_ROWS)
}
