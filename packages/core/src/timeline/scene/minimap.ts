/** The whole trace in one strip. */

import { type Minimap, PAINTS, Paint, type Timeline } from '../model.ts'
import { CROWD_STATES } from './changes.ts'
import { meansOfAll } from './crowd.ts'
import { windowOf } from './window.ts'

/**
 * How much of the strip's height a state can fill. True shares would show one colour: a server waits, a million
 * goroutines wait still more. So each state is drawn to a scale of its own, and where the eye should go has more room.
 */
const HEIGHT = { [Paint.running]: 0.4, [Paint.syscall]: 0.1, [Paint.runnable]: 0.25, [Paint.waiting]: 0.25 }

/**
 * Running (and GC) fills its part where all procs are busy; the others where they are most in the whole trace, but at
 * least as many as procs: two runnable goroutines are no crowd.
 */
export function buildMinimap(timeline: Timeline, columns: number): Minimap {
  const { trace } = timeline
  const window = windowOf({ startNs: 0, endNs: trace.durationNs, columns })
  if (!window) {
    const count = Number.isFinite(columns) ? Math.max(0, Math.floor(columns)) : 0
    return { columns: count, shares: new Uint8Array(count * PAINTS) }
  }
  const means = meansOfAll(timeline, window)
  const procs = Math.max(1, trace.procs.length)
  const most = new Float64Array(CROWD_STATES).fill(procs)
  for (let i = 0; i < means.length; i++) most[i % CROWD_STATES] = Math.max(most[i % CROWD_STATES], means[i])
  const shares = new Uint8Array(window.columns * PAINTS)
  for (let c = 0; c < window.columns; c++) {
    const busy = means[c * CROWD_STATES + Paint.running] + means[c * CROWD_STATES + Paint.gc]
    for (const paint of [Paint.running, Paint.gc, Paint.syscall, Paint.runnable, Paint.waiting]) {
      const mean = means[c * CROWD_STATES + paint]
      const isBusy = paint === Paint.running || paint === Paint.gc
      const height = isBusy ? HEIGHT[Paint.running] / Math.max(procs, busy) : HEIGHT[paint] / most[paint]
      // What happened at all is told by one of 255.
      shares[c * PAINTS + paint] = mean > 0 ? Math.max(1, Math.floor(mean * height * 255)) : 0
    }
  }
  return { columns: window.columns, shares }
}
