/**
 * Looks at each span once, in the order of rows: reading them goroutine by goroutine would touch memory all over. Where
 * a span ends is known when the next one of its goroutine comes along, so each goroutine keeps the span it is in until
 * then, with the bits of all that is known of it.
 */
import { GoState, type Trace } from '../trace/tables.ts'
import { FIT, type SpanPlan } from './filter-plan.ts'
import { lastBefore } from './filter-ranges.ts'

export type Looked = {
  /** By goroutine: the bits of all terms that something of it fits, and `FIT` where one span fits all. */
  readonly bits: Int32Array
  /** By span. */
  readonly marks: Uint8Array
  /** By goroutine: how many of its spans are marked. */
  readonly marked: Uint32Array
}

/** `keep`, by goroutine: 0 where nobody cares any more. */
export function lookAtSpans(trace: Trace, plan: SpanPlan, keep: Uint8Array): Looked {
  const goroutines = trace.goroutines.length
  const looked: Looked = {
    bits: new Int32Array(goroutines),
    marks: new Uint8Array(trace.spans.length),
    marked: new Uint32Array(goroutines),
  }
  const needsEnd = plan.lengths.length > 0 || plan.during.length > 0 || (plan.hard !== 0 && plan.soft !== 0)
  if (needsEnd) lookUntilEnds(trace, plan, keep, looked)
  else lookAtBegins(trace, plan, keep, looked)
  return looked
}

/** What a span must fit; where there is nothing to fit (negated terms only), no span does. */
function needOf(plan: SpanPlan): number {
  return plan.hard | plan.soft || 1 << 31
}

/** All bits of a span but those that its end decides. */
function bitsOf(trace: Trace, plan: SpanPlan, row: number): number {
  const { stateReason, stack, place } = trace.spans
  const sr = stateReason[row]
  const state = sr & 3
  const bits = plan.byStateReason[sr]
  const at = Math.max(stack[row], 0)
  if (state === GoState.waiting) {
    const reason = sr >>> 2
    const isFirst = plan.waits.reasonAt[at] === reason
    return bits | plan.byStack[at] | (isFirst ? plan.byWaitAt[at] : plan.byClass[plan.waits.classOf(reason, at)])
  }
  if (state === GoState.runnable) return isPreempted(sr, place[row]) ? bits | plan.byStack[at] : bits
  const where = plan.byProc[place[row] >>> 16] | plan.byThread[place[row] & 0xffff]
  return state === GoState.syscall ? bits | where | plan.byStack[at] : bits | where
}

/** A runnable span whose stack is the goroutine's own: nobody woke it, and it has a reason. */
function isPreempted(stateReason: number, place: number): boolean {
  return place === -1 && stateReason > 3
}

function lookAtBegins(trace: Trace, plan: SpanPlan, keep: Uint8Array, { bits, marks, marked }: Looked): void {
  const { goroutine, length } = trace.spans
  const need = needOf(plan)
  for (let row = 0; row < length; row++) {
    const g = goroutine[row]
    if (keep[g] === 0) continue
    const is = bitsOf(trace, plan, row)
    if ((is & need) === need) {
      marks[row] = 1
      marked[g]++
      bits[g] |= is | FIT
    } else bits[g] |= is
  }
}

/** Four numbers a goroutine, side by side in memory. */
const OPEN = 0 // the span it is in, + 1; 0: none yet
const IS = 1 //   what that span is known to fit
const NEAR = 2 // what its last span with a stack of its own fits, and the goroutine itself
const ALL = 3 //  what any of its spans fits, so far

function lookUntilEnds(trace: Trace, plan: SpanPlan, keep: Uint8Array, looked: Looked): void {
  const { goroutine, stateReason, place, startNs, length } = trace.spans
  const open = new Int32Array(trace.goroutines.length * 4)
  // Beside other terms a text need not be the span's own; alone it must.
  const spread = plan.hard === 0 ? 0 : plan.soft
  const ender = new Ender(trace, plan, looked)
  for (let row = 0; row < length; row++) {
    const g = goroutine[row]
    if (keep[g] === 0) continue
    const at = g << 2
    const sr = stateReason[row]
    const state = sr & 3
    const bits = bitsOf(trace, plan, row)
    const showsStack = (state & 2) !== 0 || (state === GoState.runnable && isPreempted(sr, place[row]))
    const opened = open[at + OPEN] - 1
    let near = open[at + NEAR]
    if (opened < 0) near = plan.byGoroutine[g] & spread
    else {
      const ran = (stateReason[opened] & 3) === GoState.running
      // It ran until it stood where this span stands.
      const is = open[at + IS] | (ran && showsStack ? bits & spread : 0)
      open[at + ALL] |= ender.end(opened, g, is, startNs[row])
    }
    if (showsStack) near = (plan.byGoroutine[g] | bits) & spread
    open[at + OPEN] = row + 1
    open[at + IS] = bits | (showsStack ? plan.byGoroutine[g] & spread : near)
    open[at + NEAR] = near
    open[at + ALL] |= bits
  }
  endAll(trace, keep, open, ender)
  for (let g = 0; g < looked.bits.length; g++) looked.bits[g] = open[(g << 2) + ALL]
}

/** Those that were not followed by another span end with their goroutine or with the trace. */
function endAll(trace: Trace, keep: Uint8Array, open: Int32Array, ender: Ender): void {
  const { deathNs, length } = trace.goroutines
  ender.inOrder = false
  for (let g = 0; g < length; g++) {
    const at = g << 2
    if (keep[g] === 0 || open[at + OPEN] === 0) continue
    const endNs = Number.isNaN(deathNs[g]) ? trace.durationNs : deathNs[g]
    open[at + ALL] |= ender.end(open[at + OPEN] - 1, g, open[at + IS], endNs)
  }
}

/** Adds what the end of a span decides, and marks it where all fits. */
class Ender {
  /** Ends come in order of time: the stretches that they may touch are found by walking along. */
  inOrder = true
  private readonly startNs: Float64Array
  private readonly plan: SpanPlan
  private readonly need: number
  private readonly looked: Looked
  /** For each of `plan.during` the last stretch that begins before the newest end. */
  private readonly newest: Int32Array

  constructor(trace: Trace, plan: SpanPlan, looked: Looked) {
    this.startNs = trace.spans.startNs
    this.plan = plan
    this.need = needOf(plan)
    this.looked = looked
    this.newest = new Int32Array(plan.during.length).fill(-1)
  }

  /** `is`: what it fits so far. Returns the bits that came to it, and `FIT` where it fits all. */
  end(row: number, g: number, is: number, endNs: number): number {
    const { lengths } = this.plan
    const startNs = this.startNs[row]
    let more = 0
    for (let i = 0; i < lengths.length; i++) {
      const { bit, longer, ns } = lengths[i]
      if (longer ? endNs - startNs > ns : endNs - startNs < ns) more |= bit
    }
    if (this.newest.length > 0) more |= this.overlaps(row, startNs, endNs)
    if (((is | more) & this.need) !== this.need) return more
    this.looked.marks[row] = 1
    this.looked.marked[g]++
    return more | FIT
  }

  private overlaps(row: number, startNs: number, endNs: number): number {
    const { during } = this.plan
    let bits = 0
    for (let i = 0; i < during.length; i++) {
      const { bit, stretches, assisted } = during[i]
      const { from, to } = stretches
      let at = this.newest[i]
      if (this.inOrder) {
        while (at + 1 < from.length && from[at + 1] < endNs) at++
        this.newest[i] = at
      } else at = lastBefore(stretches, endNs)
      // They do not touch each other: the last one that begins before its end is the last to end, too.
      if ((at >= 0 && to[at] > startNs) || (assisted !== undefined && assisted[row] === 1)) bits |= bit
    }
    return bits
  }
}
