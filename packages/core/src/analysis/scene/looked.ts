/** What was looked at, for the answer where nothing is wrong: how many goroutines, how busy the busiest lock was, which tasks are open. */
import { capped } from '../../base/printable.ts'
import type { Looked } from '../diagnosis.ts'
import type { Frame } from './frames.ts'
import type { Scene } from './scene.ts'
import type { Place } from './standing.ts'

/** Characters of a task's type: a stranger chose it. */
const MOST_TYPE = 200

export function lookedAt(scenes: readonly Scene[]): Looked {
  let goroutines = 0
  let placeUnknown = 0
  for (const { standing } of scenes) {
    for (let row = 0; row < standing.length; row++) {
      goroutines += standing.count[row]
      if (isUnknown(standing.places[standing.place[row]])) placeUnknown += standing.count[row]
    }
  }
  const [busiestLock] = scenes.flatMap(busiestOf).sort((a, b) => b.waitedNs - a.waitedNs)
  const openTasks = openTasksOf(scenes)
  return { goroutines, placeUnknown, ...(busiestLock && { busiestLock }), ...(openTasks && { openTasks }) }
}

function openTasksOf(scenes: readonly Scene[]): Looked['openTasks'] {
  let count = 0
  let type = ''
  let longestNs = -1
  for (const { trace } of scenes) {
    if (!trace || trace.problems.length > 0) continue
    const { startNs, endNs, type: typeOf, length } = trace.tasks
    for (let row = 0; row < length; row++) {
      // Without its begin a task is a mere number, of which somebody else is a part.
      if (Number.isNaN(startNs[row]) || !Number.isNaN(endNs[row])) continue
      count++
      const ns = trace.durationNs - startNs[row]
      if (ns <= longestNs) continue
      longestNs = ns
      type = capped(trace.strings.text(typeOf[row]), MOST_TYPE)
    }
  }
  return count === 0 ? undefined : { count, type, longestNs }
}

/** Waits where nobody can say: no stack is known, or a damaged trace has lost the names on it. */
function isUnknown({ wait, frames }: Place): boolean {
  if (wait.kind === 'none' || wait.kind === 'system') return false
  return frames.length === 0 ? wait.kind === 'unknown' : frames.every(frame => frame.function === '')
}

type Busiest = NonNullable<Looked['busiestLock']>
type Waits = { waits: number; waitedNs: number; longestNs: number }

/** The line whose waits took longest in all, those that were not over when the trace ended among them. */
function busiestOf(scene: Scene): Busiest[] {
  if (!scene.trace) return []
  const bySite = new Map<Frame, Waits>()
  for (const [site, { waits, waitedNs, longestNs }] of scene.uses.bySite)
    bySite.set(site, { waits, waitedNs, longestNs })
  for (const group of scene.lockGroups) {
    const sum = bySite.get(group.site) ?? { waits: 0, waitedNs: 0, longestNs: 0 }
    bySite.set(group.site, sum)
    for (const row of group.rows) {
      // What only a dump shows has no time.
      const ns = scene.endNs - scene.standing.sinceNs[row]
      if (!(ns >= 0)) continue
      sum.waits += scene.standing.count[row]
      sum.waitedNs += ns * scene.standing.count[row]
      sum.longestNs = Math.max(sum.longestNs, ns)
    }
  }
  const [most] = [...bySite].sort((a, b) => b[1].waitedNs - a[1].waitedNs)
  if (!most || most[1].waits === 0) return []
  const [{ function: name, file, line }, waits] = most
  return [{ site: { function: name, file, line }, ...waits, durationNs: scene.endNs }]
}
