/** Who has to do with whom: from goroutine to goroutine along wakes and creations, in either direction. */
import { GoState, type RowIndex } from '../../trace/tables.ts'
import type { Timeline } from '../model.ts'
import { wakesOf } from '../wakes.ts'
import { rowsByOwner } from './index.ts'
import type { TermOf } from './spec.ts'

/** By goroutine: 1 for the centers and for all that are so many steps away from one. */
export function interactingWith(timeline: Timeline, centers: TermOf<'with'>['centers']): Uint8Array {
  const walk = new Walk(timeline)
  for (const [g, steps] of centersAmong(timeline, centers)) walk.reach(g, steps)
  walk.run()
  return walk.near
}

/** Rows of the goroutines with these ids (Go may use an id again), with the most steps asked for. */
function centersAmong({ trace }: Timeline, centers: TermOf<'with'>['centers']): [g: number, steps: number][] {
  const stepsOf = new Map<number, number>()
  for (const { id, steps } of centers) stepsOf.set(id, Math.max(steps, stepsOf.get(id) ?? 0))
  const rows: [number, number][] = []
  for (let g = 0; g < trace.goroutines.length; g++) {
    const steps = stepsOf.get(trace.goroutines.id[g])
    if (steps !== undefined) rows.push([g, steps])
  }
  return rows
}

/**
 * From all centers at once, those with the most steps left first: so each goroutine is left once, with the most steps
 * that it can have, and the whole costs no more than a look at each span.
 */
class Walk {
  readonly near: Uint8Array
  /** Steps left, + 1; 0: not reached. */
  private readonly left: Uint8Array
  /** Goroutines by the steps they had left when reached. */
  private readonly reached: number[][] = []
  private readonly timeline: Timeline
  private children: RowIndex | undefined

  constructor(timeline: Timeline) {
    this.timeline = timeline
    this.near = new Uint8Array(timeline.trace.goroutines.length)
    this.left = new Uint8Array(timeline.trace.goroutines.length)
  }

  reach(g: number, steps: number): void {
    if (this.left[g] > steps) return
    this.left[g] = steps + 1
    this.near[g] = 1
    this.reached[steps] ??= []
    this.reached[steps].push(g)
  }

  run(): void {
    for (let steps = this.reached.length - 1; steps > 0; steps--) {
      // One reached again with more steps was left then.
      for (const g of this.reached[steps] ?? []) if (this.left[g] === steps + 1) this.leave(g, steps - 1)
    }
  }

  private leave(g: number, steps: number): void {
    const { trace } = this.timeline
    const { spans, spansOf, goroutines } = trace
    for (let i = spansOf.first[g]; i < spansOf.first[g + 1]; i++) {
      const row = spansOf.row[i]
      if ((spans.stateReason[row] & 3) !== GoState.runnable) continue
      const waker = spans.place[row]
      if (waker >= 0 && waker < goroutines.length) this.reach(waker, steps)
    }
    const wakes = wakesOf(this.timeline)
    for (let i = wakes.first[g]; i < wakes.first[g + 1]; i++) this.reach(spans.goroutine[wakes.row[i]], steps)
    if (goroutines.creator[g] >= 0) this.reach(goroutines.creator[g], steps)
    this.children ??= rowsByOwner(goroutines.creator, goroutines.length)
    for (let i = this.children.first[g]; i < this.children.first[g + 1]; i++) this.reach(this.children.row[i], steps)
  }
}
