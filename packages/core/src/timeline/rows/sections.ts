/**
 * The rows above the goroutines: counters, what stopped or burdened the world, procs, threads, tasks and regions. What a
 * trace has nothing of is left out.
 */
import { thousands } from '../../analysis/scene/words.ts'
import { IdOrder } from '../../base/order.ts'
import { remembered } from '../../base/remembered.ts'
import { MetricKind, RangeKind, type Trace } from '../../trace/tables.ts'
import { COUNTER_KINDS, type CounterKind, type Row, type Timeline } from '../model.ts'
import { type Part, PLAIN_ROW, partOf } from './part.ts'

export function countersPart({ trace }: Timeline): Part {
  const has = (kind: number) => trace.metrics.kind.includes(kind)
  const isKnown: Record<CounterKind, boolean> = {
    heap: has(MetricKind.heapAlloc) || has(MetricKind.heapGoal),
    goroutines: trace.goroutines.length > 0,
    threads: trace.threads.length > 0,
    gomaxprocs: has(MetricKind.gomaxprocs),
  }
  const rows = COUNTER_KINDS.flatMap((kind, subject): Row[] => {
    const key = kind === 'threads' ? 'thread-counts' : kind
    const label = kind === 'gomaxprocs' ? 'GOMAXPROCS' : kind
    return isKnown[kind] ? [{ ...PLAIN_ROW, key, kind: 'counter', subject, label }] : []
  })
  return partOf(rows)
}

/** Where anything of the collector was seen, that the world never stopped is worth an empty row. */
const RANGES = [
  { key: 'stw', kind: RangeKind.stopTheWorld, label: 'stop the world', isAlwaysThere: true },
  { key: 'gc', kind: RangeKind.gcMark, label: 'GC', isAlwaysThere: true },
  { key: 'sweep', kind: RangeKind.gcSweep, label: 'GC sweep', isAlwaysThere: false },
  { key: 'assist', kind: RangeKind.markAssist, label: 'GC mark assist', isAlwaysThere: false },
]

export const rangesPart = remembered(({ trace }: Timeline): Part => {
  const counts = new Uint32Array(RANGES.length)
  for (const kind of trace.ranges.kind) counts[kind]++
  const rows = RANGES.flatMap(({ key, kind, label, isAlwaysThere }): Row[] => {
    if (counts[kind] === 0 && !(isAlwaysThere && trace.ranges.length > 0)) return []
    return [{ ...PLAIN_ROW, key, kind: 'ranges', subject: kind, label, note: thousands(counts[kind]) }]
  })
  return partOf(rows)
})

const procIds = remembered(({ procs }: Trace) => new IdOrder(procs.id))
const threadIds = remembered(({ threads }: Trace) => new IdOrder(threads.id))

export function procsPart({ trace }: Timeline, expanded: ReadonlySet<string>): Part {
  return idsPart('procs', 'proc', 'p', id => `P${id}`, procIds(trace), expanded)
}

export function threadsPart({ trace }: Timeline, expanded: ReadonlySet<string>): Part {
  return idsPart('threads', 'thread', 'm', id => `thread ${id}`, threadIds(trace), expanded)
}

/** A heading and, below it, what has ids. */
function idsPart(
  section: string,
  kind: 'proc' | 'thread',
  letter: string,
  labelOf: (id: string) => string,
  ids: IdOrder,
  expanded: ReadonlySet<string>,
): Part {
  const { rows } = ids
  if (rows.length === 0) return partOf([])
  const isOpen = expanded.has(section)
  const head = heading(section, rows.length, isOpen)
  const rowAt = (index: number): Row => {
    if (index === 0) return head
    const subject = rows[index - 1]
    const id = ids.wordOf(subject)
    return { ...PLAIN_ROW, key: `${letter}${id}`, kind, subject, label: labelOf(id), depth: 1 }
  }
  const indexOf = (key: string): number => {
    if (key === section) return 0
    const row = isOpen && key.startsWith(letter) ? ids.rowOf(key.slice(1)) : -1
    return row < 0 ? -1 : 1 + ids.positionOf(row)
  }
  return { rowCount: isOpen ? 1 + rows.length : 1, rowAt, indexOf }
}

export function heading(section: string, count: number, isOpen: boolean): Row {
  return {
    ...PLAIN_ROW,
    key: section,
    kind: 'heading',
    subject: -1,
    label: section,
    note: thousands(count),
    expanded: isOpen,
  }
}
