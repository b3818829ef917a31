/** What a row shows at a time, in a few short lines: for the tooltip under the pointer. */
import { thousands } from '../../analysis/scene/words.ts'
import { MetricKind } from '../../trace/tables.ts'
import { COUNTER_KINDS, type CounterKind, type Row, type Selection, type Timeline } from '../model.ts'
import { describeGoroutines, describeGroup, describeTracks } from './describe-crowd.ts'
import { describeCount, describeRanges, describeRegionType, describeTask, describeTaskType } from './describe-ranges.ts'
import { describeGoroutine, describeTrack } from './describe-spans.ts'
import { tickLines } from './describe-ticks.ts'
import { atText, type Pointed, sizeText, tidy } from './describe-words.ts'

/** How many metrics are passed over, back from a time, before the newest of a kind counts as not there. */
const MAX_BACK = 100_000

/** At most eight lines of at most 200 characters. `selection`: whom a group's row counts; all where it is left out. */
export function describeAt(
  timeline: Timeline,
  row: Row,
  timeNs: number,
  nsPerColumn: number,
  selection?: Selection,
): string[] {
  const { durationNs } = timeline.trace
  if (!(timeNs >= 0 && timeNs <= durationNs)) return []
  const columnNs = nsPerColumn > 0 ? Math.min(nsPerColumn, durationNs) : 0
  const pointed = { timeNs, nsPerColumn: columnNs, traceNs: durationNs }
  const lines = linesOf(timeline, row, pointed, selection)
  return tidy([...lines, ...tickLines(timeline, row, pointed)])
}

function linesOf(timeline: Timeline, row: Row, pointed: Pointed, selection: Selection | undefined): string[] {
  const { subject } = row
  switch (row.kind) {
    case 'goroutine':
      return describeGoroutine(timeline, subject, pointed)
    case 'proc':
    case 'thread':
      return describeTrack(timeline, row.kind, subject, pointed)
    case 'group':
      return [row.label, ...describeGroup(timeline, subject, pointed, selection)]
    case 'counter':
      return counterLines(timeline, COUNTER_KINDS[subject], pointed)
    case 'ranges':
      return describeRanges(timeline, row, pointed)
    case 'taskType':
      return describeTaskType(timeline, row, pointed)
    case 'task':
      return describeTask(timeline, subject)
    case 'regionType':
      return describeRegionType(timeline, row, pointed)
    case 'heading':
      return headingLines(timeline, row.key, pointed)
    case 'more':
      return [row.label]
  }
}

function headingLines(timeline: Timeline, key: string, pointed: Pointed): string[] {
  const { tasks, regions, durationNs } = timeline.trace
  if (key === 'procs') return describeTracks(timeline, 'proc', pointed)
  if (key === 'threads') return describeTracks(timeline, 'thread', pointed)
  if (key === 'tasks') return describeCount(tasks, durationNs, 'task', pointed)
  if (key === 'regions') return describeCount(regions, durationNs, 'region', pointed)
  return []
}

function counterLines(timeline: Timeline, kind: CounterKind | undefined, pointed: Pointed): string[] {
  const { timeNs } = pointed
  const at = atText(pointed)
  if (kind === 'goroutines') return describeGoroutines(timeline, pointed)
  if (kind === 'threads') return describeTracks(timeline, 'thread', pointed)
  if (kind === 'gomaxprocs') return [`GOMAXPROCS ${metricText(timeline, MetricKind.gomaxprocs, timeNs, thousands)}`, at]
  if (kind !== 'heap') return []
  return [
    `heap ${metricText(timeline, MetricKind.heapAlloc, timeNs, sizeText)}`,
    `next collection at ${metricText(timeline, MetricKind.heapGoal, timeNs, sizeText)}`,
    at,
  ]
}

/** The newest reading of a metric at a time. */
function metricText(
  { trace: { metrics } }: Timeline,
  kind: number,
  timeNs: number,
  textOf: (value: number) => string,
): string {
  let low = 0
  let high = metrics.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (metrics.timeNs[middle] <= timeNs) low = middle + 1
    else high = middle
  }
  const end = Math.max(0, low - MAX_BACK)
  for (let row = low - 1; row >= end; row--) if (metrics.kind[row] === kind) return textOf(metrics.value[row])
  return 'not known yet'
}
