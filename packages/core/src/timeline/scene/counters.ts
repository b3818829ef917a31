/** The counters on top: heap, goroutines and threads by state, GOMAXPROCS. */

import { remembered } from '../../base/remembered.ts'
import { MetricKind } from '../../trace/tables.ts'
import { type CounterKind, type CounterLine, type CounterSeries, Paint, type Timeline } from '../model.ts'
import { threadsSeen } from '../tracks.ts'
import { CROWD_STATES } from './changes.ts'
import { meansOfAll, peakOfAll } from './crowd.ts'
import { gallop } from './gallop.ts'
import { Metric } from './metrics.ts'
import type { Window } from './window.ts'

export function counterLine(timeline: Timeline, kind: CounterKind, row: number, window: Window): CounterLine {
  switch (kind) {
    case 'heap':
      return heapLine(timeline, row, window)
    case 'goroutines':
      return goroutinesLine(timeline, row, window)
    case 'threads':
      return threadsLine(timeline, row, window)
    case 'gomaxprocs': {
      const metric = metricOf(timeline, MetricKind.gomaxprocs)
      const values = metric.meanIn(window, timeline.trace.durationNs)
      const series = [{ name: 'GOMAXPROCS', paint: Paint.user, values }]
      return { row, kind, stacked: false, max: Math.max(1, metric.max), unit: 'count', series }
    }
  }
}

function heapLine(timeline: Timeline, row: number, window: Window): CounterLine {
  const used = metricOf(timeline, MetricKind.heapAlloc)
  const goal = metricOf(timeline, MetricKind.heapGoal)
  const { durationNs } = timeline.trace
  return {
    row,
    kind: 'heap',
    stacked: false,
    max: Math.max(1, used.max, goal.max),
    unit: 'bytes',
    series: [
      { name: 'heap', paint: Paint.user, values: used.largestIn(window, durationNs) },
      { name: 'next GC', paint: Paint.gc, values: goal.largestIn(window, durationNs) },
    ],
  }
}

/** Bottom to top: what does something, then what wants to, then what waits. */
const STATES = [
  { name: 'running', paint: Paint.running },
  { name: 'GC', paint: Paint.gc },
  { name: 'syscall', paint: Paint.syscall },
  { name: 'runnable', paint: Paint.runnable },
  { name: 'waiting', paint: Paint.waiting },
] as const

function goroutinesLine(timeline: Timeline, row: number, window: Window): CounterLine {
  const means = meansInTrace(timeline, window)
  const series = STATES.map(({ name, paint }) => seriesOf(name, paint, window, c => means[c * CROWD_STATES + paint]))
  return { row, kind: 'goroutines', stacked: true, max: Math.max(1, peakOfAll(timeline)), unit: 'count', series }
}

/**
 * Each running goroutine has a thread, and each in a syscall. Idle is the rest of those that the trace has named until
 * then: a thread that sleeps from begin to end is named nowhere.
 */
function threadsLine(timeline: Timeline, row: number, window: Window): CounterLine {
  const means = meansInTrace(timeline, window)
  const seen = threadsSeen(timeline)
  const { startNs, nsPerColumn } = window
  const { durationNs } = timeline.trace
  const running = (c: number) => means[c * CROWD_STATES + Paint.running] + means[c * CROWD_STATES + Paint.gc]
  const syscall = (c: number) => means[c * CROWD_STATES + Paint.syscall]
  const idle = (c: number) => {
    const ns = startNs + (c + 1) * nsPerColumn
    if (seen.length === 0 || ns <= 0 || ns - nsPerColumn >= durationNs || seen[0] > ns) return 0
    return Math.max(0, gallop(seen, 0, ns) + 1 - running(c) - syscall(c))
  }
  const series = [
    seriesOf('running', Paint.running, window, running),
    seriesOf('syscall', Paint.syscall, window, syscall),
    seriesOf('idle', Paint.waiting, window, idle),
  ]
  return { row, kind: 'threads', stacked: true, max: Math.max(1, timeline.trace.threads.length), unit: 'count', series }
}

function seriesOf(name: string, paint: Paint, window: Window, of: (column: number) => number): CounterSeries {
  const values = new Float32Array(window.columns)
  for (let c = 0; c < values.length; c++) values[c] = of(c)
  return { name, paint, values }
}

/** Means over that part of each column which lies within the trace: counts do not fade out at its ends. */
function meansInTrace(timeline: Timeline, window: Window): Float64Array {
  const means = meansOfAll(timeline, window).slice()
  const { startNs, nsPerColumn, columns } = window
  const { durationNs } = timeline.trace
  for (let c = 0; c < columns; c++) {
    const fromNs = startNs + c * nsPerColumn
    const insideNs = Math.min(durationNs, fromNs + nsPerColumn) - Math.max(0, fromNs)
    if (insideNs <= 0 || insideNs >= nsPerColumn * (1 - 1e-6)) continue
    for (let k = 0; k < CROWD_STATES; k++) means[c * CROWD_STATES + k] *= nsPerColumn / insideNs
  }
  return means
}

const metricsOf = remembered((_: Timeline) => new Map<number, Metric>())

function metricOf(timeline: Timeline, kind: number): Metric {
  const metrics = metricsOf(timeline)
  const metric = metrics.get(kind) ?? new Metric(timeline.trace.metrics, kind)
  metrics.set(kind, metric)
  return metric
}
