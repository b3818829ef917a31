/** Rows of ranges, tasks and regions as stretches, made when first drawn. */
import type { RangeKind } from '../../trace/tables.ts'
import type { Timeline } from '../model.ts'
import { type Stretches, unite } from './stretches.ts'

type Pairs = { readonly startNs: Float64Array; readonly endNs: Float64Array; readonly length: number }
/** Rows of a table by a column of it (kind, type), and the stretches made of them so far. */
type Sorted = { readonly rows: ReadonlyMap<number, Uint32Array>; readonly made: Map<number, Stretches> }
type Kept = { ranges?: Sorted; tasks?: Sorted; regions?: Sorted }

const cache = new WeakMap<Timeline, Kept>()

function keptOf(timeline: Timeline): Kept {
  const kept = cache.get(timeline) ?? {}
  cache.set(timeline, kept)
  return kept
}

/** All ranges of a kind. */
export function rangesOfKind(timeline: Timeline, kind: RangeKind): Stretches {
  const { ranges, durationNs } = timeline.trace
  const kept = keptOf(timeline)
  kept.ranges ??= sortBy(ranges.kind)
  return united(kept.ranges, kind, ranges, durationNs)
}

/** All tasks of a type (a row in strings). */
export function tasksOfType(timeline: Timeline, type: number): Stretches {
  const { tasks, durationNs } = timeline.trace
  const kept = keptOf(timeline)
  kept.tasks ??= sortBy(tasks.type)
  return united(kept.tasks, type, tasks, durationNs)
}

export function regionsOfType(timeline: Timeline, type: number): Stretches {
  const { regions, durationNs } = timeline.trace
  const kept = keptOf(timeline)
  kept.regions ??= sortBy(regions.type)
  return united(kept.regions, type, regions, durationNs)
}

export function taskStretch({ trace }: Timeline, task: number): Stretches {
  return unite(Uint32Array.of(task), trace.tasks.startNs, trace.tasks.endNs, trace.durationNs)
}

function sortBy(column: Uint8Array | Int32Array): Sorted {
  const lists = new Map<number, number[]>()
  for (let row = 0; row < column.length; row++) {
    const list = lists.get(column[row])
    if (list) list.push(row)
    else lists.set(column[row], [row])
  }
  const rows = new Map<number, Uint32Array>()
  for (const [value, list] of lists) rows.set(value, Uint32Array.from(list))
  return { rows, made: new Map() }
}

const NO_ROWS = new Uint32Array(0)

function united(sorted: Sorted, value: number, table: Pairs, durationNs: number): Stretches {
  const known = sorted.made.get(value)
  if (known) return known
  const made = unite(sorted.rows.get(value) ?? NO_ROWS, table.startNs, table.endNs, durationNs)
  if (sorted.rows.has(value)) sorted.made.set(value, made)
  return made
}
