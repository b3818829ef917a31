/**
 * What matters among goroutines, so that it stands on top: the order of the groups, that of the goroutines within one,
 * and how many of each group a filter keeps. All of it is a function of the columns: the same trace, the same order.
 */
import { packageOf } from '../../analysis/scene/names.ts'
import { IdOrder, orderBy } from '../../base/order.ts'
import { remembered } from '../../base/remembered.ts'
import { lastSpanOf } from '../../trace/tables.ts'
import type { Timeline } from '../model.ts'

/** How long the goroutine has been in the state it is in when the trace ends; for a dead one how long it lived. */
function stayNs({ trace }: Timeline, g: number): number {
  const { deathNs } = trace.goroutines
  if (!Number.isNaN(deathNs[g])) return lifeNs(trace.goroutines, trace.durationNs, g)
  const span = lastSpanOf(trace, g)
  return span < 0 ? 0 : trace.durationNs - trace.spans.startNs[span]
}

function lifeNs(goroutines: Timeline['trace']['goroutines'], durationNs: number, g: number): number {
  const birthNs = goroutines.birthNs[g]
  const deathNs = goroutines.deathNs[g]
  return (Number.isNaN(deathNs) ? durationNs : deathNs) - (Number.isNaN(birthNs) ? 0 : birthNs)
}

const CLASS = { stuck: 0, program: 1, unknown: 2, runtime: 3 }

function classOf(timeline: Timeline, k: number): number {
  const { groups, trace } = timeline
  if (groups.stuckCount[k] > 0) return CLASS.stuck
  const name = trace.strings.text(groups.entry[k])
  if (name === '') return CLASS.unknown
  // runtime.main is where a program's own main runs.
  return name !== 'runtime.main' && /^runtime(\/|$)/.test(packageOf(name)) ? CLASS.runtime : CLASS.program
}

/**
 * The order of groups: stuck ones (most stuck first), the program's, those whose function is not known, the runtime's.
 * Among these the time of all members together decides, which is waiting for the most part: a crowd of short requests
 * weighs as much as it stood around. Equals (single goroutines that were there all the time) by who stays longest where
 * it is when the trace ends.
 */
export const groupOrder = remembered((timeline: Timeline): Uint32Array => {
  const { groups, trace } = timeline
  const stuck = Float64Array.from(groups.stuckCount)
  const classes = Float64Array.from(groups.entry, (_, k) => classOf(timeline, k))
  const life = new Float64Array(groups.length)
  const longest = new Float64Array(groups.length)
  for (let g = 0; g < groups.groupOf.length; g++) {
    const k = groups.groupOf[g]
    life[k] += lifeNs(trace.goroutines, trace.durationNs, g)
    if (Number.isNaN(trace.goroutines.deathNs[g])) longest[k] = Math.max(longest[k], stayNs(timeline, g))
  }
  const order = new Uint32Array(groups.length).map((_, k) => k)
  return order.sort(
    (a, b) => classes[a] - classes[b] || stuck[b] - stuck[a] || life[b] - life[a] || longest[b] - longest[a] || a - b,
  )
})

/** By goroutine row: how many of its group stand before it. Filled group by group, see `membersInOrder`. */
const ranks = remembered((timeline: Timeline) => new Uint32Array(timeline.trace.goroutines.length))
const orders = remembered((_: Timeline) => new Map<number, Uint32Array>())

export type Members = { readonly order: Uint32Array; readonly rankOf: Uint32Array }

/** The goroutines of a group: stuck ones, living ones, dead ones, each by who stays (or lived) longest, then by id. */
export function membersInOrder(timeline: Timeline, k: number): Members {
  const known = orders(timeline).get(k)
  const rankOf = ranks(timeline)
  if (known) return { order: known, rankOf }
  const order = sortMembers(timeline, k)
  for (let i = 0; i < order.length; i++) rankOf[order[i]] = i
  orders(timeline).set(k, order)
  return { order, rankOf }
}

function sortMembers(timeline: Timeline, k: number): Uint32Array {
  const { trace, groups, stuck } = timeline
  const rows = groups.members.row.subarray(groups.members.first[k], groups.members.first[k + 1])
  const keys = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) keys[i] = trace.goroutines.id[rows[i]]
  const byId = picked(rows, orderBy(keys))
  // Whole numbers sort fastest: three classes of stays, the longest first in each.
  const whole = Math.ceil(trace.durationNs) + 1
  for (let i = 0; i < byId.length; i++) {
    const g = byId[i]
    const rank = stuck[g] === 1 ? 1 : Number.isNaN(trace.goroutines.deathNs[g]) ? 2 : 3
    keys[i] = rank * whole - Math.round(stayNs(timeline, g))
  }
  return picked(byId, orderBy(keys))
}

/** A loop: `map` with a function takes three times as long for a million. */
function picked(rows: Uint32Array, order: Uint32Array): Uint32Array {
  const result = new Uint32Array(order.length)
  for (let i = 0; i < order.length; i++) result[i] = rows[order[i]]
  return result
}

/** Goroutines by Go's id; made when the first key of one is asked for. */
export const goroutineIds = remembered(({ trace }: Timeline) => new IdOrder(trace.goroutines.id))

/** What a filter keeps, by group. `only`: a kept goroutine, the one where one is kept. */
export type Kept = {
  readonly total: number
  readonly count: Uint32Array
  readonly stuckCount: Uint32Array
  readonly only: Uint32Array
}

const everybody = remembered((timeline: Timeline) => countKept(timeline, undefined))
const keptBy = new WeakMap<Uint8Array, { timeline: Timeline; kept: Kept }>()

export function keptOf(timeline: Timeline, keep: Uint8Array | undefined): Kept {
  if (!keep) return everybody(timeline)
  const known = keptBy.get(keep)
  if (known?.timeline === timeline) return known.kept
  const kept = countKept(timeline, keep)
  keptBy.set(keep, { timeline, kept })
  return kept
}

function countKept({ groups, stuck }: Timeline, keep: Uint8Array | undefined): Kept {
  const count = new Uint32Array(groups.length)
  const stuckCount = new Uint32Array(groups.length)
  const only = new Uint32Array(groups.length)
  let total = 0
  for (let g = 0; g < groups.groupOf.length; g++) {
    if (keep && keep[g] !== 1) continue
    const k = groups.groupOf[g]
    total++
    count[k]++
    stuckCount[k] += stuck[g]
    only[k] = g
  }
  return { total, count, stuckCount, only }
}
