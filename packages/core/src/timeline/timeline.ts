/** Makes the `Timeline` of a trace: whatever rows, scenes, filters and details ask of it first. One pass a column. */
import { entriesOf } from '../spent/entries.ts'
import type { Trace } from '../trace/tables.ts'
import type { GroupTable, Timeline } from './model.ts'

/** `stuck`: rows of the goroutines that a finding says are stuck. */
export function createTimeline(trace: Trace, stuck: Iterable<number>): Timeline {
  const marks = new Uint8Array(trace.goroutines.length)
  for (const goroutine of stuck) if (goroutine >= 0 && goroutine < marks.length) marks[goroutine] = 1
  const groups = groupByEntry(trace, marks)
  return { trace, stuck: marks, groups, isGcWorker: findGcWorkers(trace, groups) }
}

/** As `entriesOf`, those that are stuck before the others of their group. */
function groupByEntry(trace: Trace, stuck: Uint8Array): GroupTable {
  const { length, entry, members, entryOf } = entriesOf(trace)
  const stuckCount = new Uint32Array(length)
  for (let g = 0; g < stuck.length; g++) stuckCount[entryOf[g]] += stuck[g]
  const row = new Uint32Array(members.row.length)
  const nextStuck = members.first.slice(0, length)
  const next = nextStuck.map((start, k) => start + stuckCount[k])
  for (let g = 0; g < stuck.length; g++) {
    const k = entryOf[g]
    row[stuck[g] === 1 ? nextStuck[k]++ : next[k]++] = g
  }
  return { length, entry, stuckCount, members: { first: members.first, row }, groupOf: entryOf }
}

/** `runtime.gcBgMarkWorker`, what starts it, and the sweeper; "GC (dedicated)" and the like are labels that Go gives its workers. */
const GC_ENTRY = /^runtime\.(gcBgMark|bgsweep\b)/
const GC_LABEL = /^GC \(/

function findGcWorkers(trace: Trace, groups: GroupTable): Uint8Array {
  const { label, length } = trace.goroutines
  const isGcGroup = Uint8Array.from(groups.entry, row => (GC_ENTRY.test(trace.strings.text(row)) ? 1 : 0))
  const isWorker = new Uint8Array(length)
  const isGcLabel = new Map<number, 0 | 1>()
  for (let g = 0; g < length; g++) {
    isWorker[g] = isGcGroup[groups.groupOf[g]]
    const row = label[g]
    if (row <= 0 || isWorker[g] === 1) continue
    const known = isGcLabel.get(row) ?? (GC_LABEL.test(trace.strings.text(row)) ? 1 : 0)
    isGcLabel.set(row, known)
    isWorker[g] = known
  }
  return isWorker
}

const numbers = new WeakMap<GroupTable, Map<string, number>>()

/** The group of the goroutines that began in this function ('': unknown); -1: there is none. */
export function groupNamed({ groups, trace }: Timeline, name: string): number {
  let known = numbers.get(groups)
  if (!known) {
    known = new Map()
    for (let k = 0; k < groups.length; k++) known.set(trace.strings.text(groups.entry[k]), k)
    numbers.set(groups, known)
  }
  return known.get(name) ?? -1
}
