/** What a tooltip says of a goroutine, a proc or a thread: the span there, or what a column holds where spans are narrower. */

import { positionAt } from '../../trace/lookup.ts'
import { GO_STATE_NAMES, procOf, spanEndNs, type Trace, threadOf } from '../../trace/tables.ts'
import type { SpanDetail, Timeline } from '../model.ts'
import { momentText } from '../moments.ts'
import { siteOf, textOf } from '../texts.ts'
import { trackEndNs, trackPositionAt, tracksOf } from '../tracks.ts'
import {
  atText,
  type Column,
  columnAt,
  countText,
  nameText,
  type Pointed,
  percentText,
  placeText,
  sharesText,
  siteText,
  stretchText,
  whoText,
} from './describe-words.ts'
import { spanDetail } from './detail.ts'

/** Spans of a column that are looked at: of more, every second, third … one. */
const MAX_LOOKED_AT = 20_000

/** Spans one after the other: those of a goroutine, or those on a proc or thread. */
type Line = {
  readonly first: number
  spanOf(at: number): number
  endOf(at: number): number
  /** The last one that begins at the time or before; below `first`: there is none. */
  positionAt(timeNs: number): number
}

export function describeGoroutine(timeline: Timeline, g: number, pointed: Pointed): string[] {
  const { trace } = timeline
  const { first, row } = trace.spansOf
  const line: Line = {
    first: first[g],
    spanOf: at => row[at],
    endOf: at => spanEndNs(trace, g, at),
    positionAt: ns => positionAt(trace, g, ns),
  }
  const held = heldAt(timeline, line, pointed)
  if (held.count === 0) return [whoText(trace, g), absenceText(trace, g, pointed)]
  if (held.count === 1) return spanLines(timeline, held.span)
  const isThereNs = held.ns.reduce((sum, ns) => sum + ns, 0)
  return [
    columnText(held, pointed.traceNs, 'span', 'spans'),
    sharesText(GO_STATE_NAMES, held.ns, isThereNs),
    whoText(trace, g),
  ]
}

function absenceText({ goroutines }: Trace, g: number, pointed: Pointed): string {
  const text = (ns: number) => momentText(ns, pointed.nsPerColumn, pointed.traceNs)
  if (goroutines.birthNs[g] > pointed.timeNs) return `not there yet: begins at ${text(goroutines.birthNs[g])}`
  if (goroutines.deathNs[g] <= pointed.timeNs) return `ended at ${text(goroutines.deathNs[g])}`
  return 'nothing is known of it here'
}

/** `subject`: a row in procs or threads. */
export function describeTrack(
  timeline: Timeline,
  kind: 'proc' | 'thread',
  subject: number,
  pointed: Pointed,
): string[] {
  const { trace, groups } = timeline
  const track = kind === 'proc' ? tracksOf(timeline).procs : tracksOf(timeline).threads
  const line: Line = {
    first: track.first[subject],
    spanOf: at => track.row[at],
    endOf: at => trackEndNs(trace, track, subject, at),
    positionAt: ns => trackPositionAt(trace, track, subject, ns),
  }
  const held = heldAt(timeline, line, pointed)
  const own = kind === 'proc' ? placeText(trace, subject, -1) : placeText(trace, -1, subject)
  if (held.count === 0) return [own, `idle ${atText(pointed)}`]
  if (held.count === 1) return spanLines(timeline, held.span)
  const columnNs = held.column.toNs - held.column.fromNs
  const busyNs = held.ns.reduce((sum, ns) => sum + ns, 0)
  const parts = [...held.ns, Math.max(0, columnNs - busyNs)]
  const [group, groupNs] = [...held.groupNs].reduce((most, other) => (other[1] > most[1] ? other : most))
  const name = nameText(textOf(trace, groups.entry[group])) || 'an unknown function'
  return [
    columnText(held, pointed.traceNs, 'stay of a goroutine', 'stays of goroutines'),
    sharesText([...GO_STATE_NAMES, 'idle'], parts, columnNs),
    held.groupNs.size === 1 ? `all of it ${name}` : `mostly ${name}: ${percentText(groupNs / busyNs)} of it`,
    own,
  ]
}

/** What there is at a time: one span, or all that the column around it holds. */
type Held = {
  readonly column: Column
  readonly count: number
  /** One of them. */
  readonly span: number
  readonly ns: Float64Array // by state, within the column
  readonly groupNs: ReadonlyMap<number, number> // the same by group
}

function heldAt(timeline: Timeline, line: Line, pointed: Pointed): Held {
  const { trace } = timeline
  const { timeNs, nsPerColumn } = pointed
  const column = columnAt(trace, pointed)
  const at = line.positionAt(timeNs)
  if (at >= line.first) {
    const span = line.spanOf(at)
    const endNs = line.endOf(at)
    const isHere = timeNs < endNs || (timeNs === endNs && endNs === trace.durationNs)
    if (isHere && endNs - trace.spans.startNs[span] >= nsPerColumn)
      return { column, count: 1, span, ns: new Float64Array(4), groupNs: new Map() }
  }
  return gather(timeline, line, column)
}

function gather({ trace, groups }: Timeline, line: Line, column: Column): Held {
  const ns = new Float64Array(4)
  const groupNs = new Map<number, number>()
  const from = Math.max(line.first, line.positionAt(column.fromNs))
  const end = line.positionAt(column.toNs) + 1
  const step = Math.max(1, Math.ceil((end - from) / MAX_LOOKED_AT))
  let count = 0
  let span = -1
  for (let at = from; at < end; at += step) {
    const row = line.spanOf(at)
    const withinNs = Math.min(line.endOf(at), column.toNs) - Math.max(trace.spans.startNs[row], column.fromNs)
    if (!(withinNs > 0)) continue
    count += step
    span = row
    ns[trace.spans.stateReason[row] & 3] += withinNs * step
    const group = groups.groupOf[trace.spans.goroutine[row]]
    groupNs.set(group, (groupNs.get(group) ?? 0) + withinNs * step)
  }
  return { column, count, span, ns, groupNs }
}

function columnText({ count, column }: Held, traceNs: number, one: string, many: string): string {
  const isRough = count > MAX_LOOKED_AT
  const text = (ns: number) => momentText(ns, column.toNs - column.fromNs, traceNs)
  const stretch = `${text(column.fromNs)} → ${text(column.toNs)}`
  return `${isRough ? 'about ' : ''}${countText(count, one, many)}, ${stretch}`
}

/** One span of a goroutine: how long, whose, where it ran, why and where it does not, and who woke it. */
function spanLines(timeline: Timeline, span: number): string[] {
  const { trace } = timeline
  const detail = spanDetail(timeline, span)
  if (!detail) return []
  const { state, startNs, endNs, openStart, openEnd, stuck } = detail
  const place = trace.spans.place[span]
  const stretch = stretchText(trace, openStart ? Number.NaN : startNs, openEnd ? Number.NaN : endNs)
  return [
    `${state} ${stretch}${stuck ? ', stuck' : ''}`,
    whoText(trace, detail.goroutine),
    state === 'running' || state === 'syscall' ? placeText(trace, procOf(place), threadOf(place)) : '',
    reasonText(trace, detail),
    wakerText(trace, detail),
  ]
}

/** "sync.Mutex.Lock at main.work (main.go:20)", "called at …": what keeps it from running, and where. */
function reasonText(trace: Trace, { span, state, reason, stackIs, wokenBy }: SpanDetail): string {
  // A runnable span's stack is its waker's, unless nobody woke it.
  const isOwn = state !== 'running' && !(state === 'runnable' && reason === '') && !(state === 'runnable' && wokenBy)
  const site = isOwn ? siteText(siteOf(trace, trace.spans.stack[span])) : ''
  if (site === '') return reason
  return reason === '' || reason === 'preempted' ? `${stackIs} ${site}` : `${reason} at ${site}`
}

function wakerText(trace: Trace, { span, state, goroutine, wokenBy }: SpanDetail): string {
  if (!wokenBy) return ''
  const isBirth = state === 'runnable' && trace.goroutines.birthNs[goroutine] === trace.spans.startNs[span]
  return `${isBirth ? 'created' : 'woken'} by ${whoText(trace, wokenBy.goroutine)}`
}
