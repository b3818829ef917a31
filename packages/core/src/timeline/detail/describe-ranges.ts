/** What a tooltip says of what has a begin and an end of its own: pauses and collections, tasks, regions. */
import { duration } from '../../analysis/scene/words.ts'
import type { Trace } from '../../trace/tables.ts'
import type { Row, Timeline } from '../model.ts'
import { siteOf, textOf } from '../texts.ts'
import {
  atText,
  type Column,
  columnAt,
  countText,
  type Pointed,
  placeText,
  siteText,
  stretchText,
  userText,
  whoText,
} from './describe-words.ts'

type Table = { readonly length: number; readonly startNs: Float64Array; readonly endNs: Float64Array }

/** Rows of a table that meet a column. */
type Met = {
  readonly count: number
  /** The last to begin of those that hold the moment, else of all; -1. */
  readonly row: number
  /** How many hold the moment. */
  readonly holding: number
  readonly withinNs: number
}

function meet(trace: Trace, table: Table, column: Column, timeNs: number, isMeant: (row: number) => boolean): Met {
  let count = 0
  let holding = 0
  let row = -1
  let withinNs = 0
  for (let i = 0; i < table.length; i++) {
    const startNs = Number.isNaN(table.startNs[i]) ? 0 : table.startNs[i]
    const endNs = Number.isNaN(table.endNs[i]) ? trace.durationNs : table.endNs[i]
    if (startNs > column.toNs || endNs < column.fromNs || !isMeant(i)) continue
    count++
    withinNs += Math.min(endNs, column.toNs) - Math.max(startNs, column.fromNs)
    const holds = startNs <= timeNs && timeNs <= endNs
    if (holds || holding === 0) row = i
    if (holds) holding++
  }
  return { count, row, holding, withinNs }
}

/** Lines of the one that is meant, or how many there are where they are narrower than a column. */
function metLines(
  { trace }: Timeline,
  label: string,
  table: Table,
  pointed: Pointed,
  isMeant: (row: number) => boolean,
  linesOf: (row: number) => string[],
): string[] {
  const column = columnAt(trace, pointed)
  const met = meet(trace, table, column, pointed.timeNs, isMeant)
  if (met.count === 0) return [label, `none ${atText(pointed)}`]
  if (met.count === 1) return linesOf(met.row)
  const lengthNs =
    (Number.isNaN(table.endNs[met.row]) ? trace.durationNs : table.endNs[met.row]) - table.startNs[met.row]
  if (met.holding > 0 && !(lengthNs < pointed.nsPerColumn))
    return [...linesOf(met.row), met.holding > 1 ? `and ${countText(met.holding - 1, 'other')} at this moment` : '']
  const columnNs = column.toNs - column.fromNs
  return [
    label,
    `${countText(met.count, 'of them', 'of them')} within ${duration(columnNs)}`,
    `${duration(met.withinNs)} in all`,
  ]
}

export function describeRanges(timeline: Timeline, row: Row, pointed: Pointed): string[] {
  const { trace } = timeline
  const { ranges } = trace
  const isMeant = (range: number) => ranges.kind[range] === row.subject
  return metLines(timeline, row.label, ranges, pointed, isMeant, range => [
    userText(textOf(trace, ranges.name[range])) || row.label,
    // One that was active when the trace began says 0.
    stretchText(trace, ranges.startNs[range] === 0 ? Number.NaN : ranges.startNs[range], ranges.endNs[range]),
    ranges.goroutine[range] < 0 ? '' : whoText(trace, ranges.goroutine[range]),
    placeText(trace, ranges.proc[range], -1),
    atSite(trace, ranges.stack[range]),
  ])
}

function atSite(trace: Trace, stack: number): string {
  const site = siteText(siteOf(trace, stack))
  return site === '' ? '' : `at ${site}`
}

export function describeTaskType(timeline: Timeline, row: Row, pointed: Pointed): string[] {
  const { tasks } = timeline.trace
  const isMeant = (task: number) => Math.max(0, tasks.type[task]) === row.subject
  return metLines(timeline, row.label, tasks, pointed, isMeant, task => taskLines(timeline.trace, task))
}

export function describeTask({ trace }: Timeline, task: number): string[] {
  return task >= 0 && task < trace.tasks.length ? taskLines(trace, task) : []
}

function taskLines(trace: Trace, task: number): string[] {
  const { tasks } = trace
  const parent = tasks.parent[task]
  return [
    `task ${tasks.id[task]} ${typeText(trace, tasks.type[task])}`,
    stretchText(trace, tasks.startNs[task], tasks.endNs[task]),
    tasks.goroutine[task] < 0 ? '' : `begun by ${whoText(trace, tasks.goroutine[task])}`,
    parent < 0 ? '' : `part of task ${tasks.id[parent]} ${typeText(trace, tasks.type[parent])}`,
    atSite(trace, tasks.stack[task]),
  ]
}

function typeText(trace: Trace, type: number): string {
  return userText(textOf(trace, type)) || 'of an unknown type'
}

export function describeRegionType(timeline: Timeline, row: Row, pointed: Pointed): string[] {
  const { trace } = timeline
  const { regions, tasks } = trace
  const isMeant = (region: number) => Math.max(0, regions.type[region]) === row.subject
  return metLines(timeline, row.label, regions, pointed, isMeant, region => {
    const task = regions.task[region]
    return [
      `region ${typeText(trace, regions.type[region])}`,
      stretchText(trace, regions.startNs[region], regions.endNs[region]),
      regions.goroutine[region] < 0 ? '' : whoText(trace, regions.goroutine[region]),
      task < 0 ? '' : `part of task ${tasks.id[task]} ${typeText(trace, tasks.type[task])}`,
      atSite(trace, regions.stack[region]),
    ]
  })
}

/** How many of a table hold the moment. */
export function describeCount(table: Table, durationNs: number, one: string, pointed: Pointed): string[] {
  let count = 0
  for (let row = 0; row < table.length; row++) {
    const startNs = Number.isNaN(table.startNs[row]) ? 0 : table.startNs[row]
    const endNs = Number.isNaN(table.endNs[row]) ? durationNs : table.endNs[row]
    if (startNs <= pointed.timeNs && pointed.timeNs <= endNs) count++
  }
  return [`${countText(count, one)} going on ${atText(pointed)}`, `${countText(table.length, one)} in the trace`]
}
