/**
 * Looks at each span once, in the order of rows: reading them goroutine by goroutine would touch memory all over. Where
 * a span ends is known when the next one of its goroutine comes along, so each goroutine keeps the span it is in until
 * then, with the bits of all that is known of it.
 *
 * States follow each other as they please, so a branch on one is guessed wrong every third time, which costs more than
 * all the rest (570 ms instead of 150 for 14 million spans). Hence masks: -1 where it holds, 0 where not.
 */
import { GoState, type Trace } from '../../trace/tables.ts'
import { FIT, NEVER, SHOWS, type SpanPlan } from './plan.ts'
import { lastBefore } from './ranges.ts'

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
  // What a span shows of functions is not known before its end either: it may wake somebody.
  const needsEnd = plan.lengths.length > 0 || plan.during.length > 0 || plan.looksAtStacks
  if (needsEnd) lookUntilEnds(trace, plan, keep, looked)
  else lookAtBegins(trace, plan, keep, looked)
  return looked
}

/** What a span must fit. */
function needOf(plan: SpanPlan): number {
  return plan.hard | plan.soft || NEVER
}

/** So many rows at once: their bits stay in the processor's cache until they are used. */
const CHUNK = 8192

/** Bits of the spans of a chunk, row by row. */
type Chunk = {
  /** All but what their ends decide. */
  readonly bits: Int32Array
  /** What the stacks of wake-ups fit: those are their wakers'. */
  readonly wakes: Int32Array
}

const newChunk = (): Chunk => ({ bits: new Int32Array(CHUNK), wakes: new Int32Array(CHUNK) })

function fill(trace: Trace, plan: SpanPlan, from: number, to: number, chunk: Chunk): void {
  const { stateReason } = trace.spans
  const { byStateReason } = plan
  const { bits } = chunk
  for (let row = from; row < to; row++) bits[row - from] = byStateReason[stateReason[row]]
  if (plan.looksAtStacks) addStackBits(trace, plan, from, to, chunk)
  if (plan.looksAtWaits) addWaitBits(trace, plan, from, to, bits)
  if (plan.looksAtPlaces) addPlaceBits(trace, plan, from, to, bits)
  if (plan.sampled.row.length > 0) addSampleBits(plan, from, to, bits)
}

/**
 * Is the span's stack the goroutine's own? Where it waits or calls. Where it is runnable only if nobody woke it (place
 * -1) and there is a reason: it was preempted. One that runs has no stack, which is row 0 here, and fits nothing.
 */
function addStackBits(trace: Trace, plan: SpanPlan, from: number, to: number, { bits, wakes }: Chunk): void {
  const { stateReason, stack, place } = trace.spans
  const { byStack } = plan
  for (let row = from; row < to; row++) {
    const sr = stateReason[row]
    const waitsOrCalls = -((sr >> 1) & 1)
    const isUnplaced = ~(~place[row] >> 31)
    const hasReason = (3 - sr) >> 31
    const shows = waitsOrCalls | (isUnplaced & hasReason)
    const on = byStack[Math.max(stack[row], 0)]
    bits[row - from] |= (on | SHOWS) & shows
    wakes[row - from] = on & ~shows & ~(place[row] >> 31)
  }
}

function addWaitBits(trace: Trace, plan: SpanPlan, from: number, to: number, bits: Int32Array): void {
  const { stateReason, stack } = trace.spans
  const { byClass, byWaitAt, waitAt, waits: waitClasses } = plan
  for (let row = from; row < to; row++) {
    const sr = stateReason[row]
    const at = Math.max(stack[row], 0)
    // 0, and then -1, for a wait with the stack's usual reason.
    const differs = waitAt[at] ^ sr
    const isUsual = ~((-differs | differs) >> 31)
    const waits = (((sr & 3) ^ GoState.waiting) - 1) >> 31
    bits[row - from] |= byWaitAt[at] & isUsual
    if ((waits & ~isUsual) !== 0) bits[row - from] |= byClass[waitClasses.classOf(sr >>> 2, at)]
  }
}

/** Runnable and waiting spans are on no processor. */
function addPlaceBits(trace: Trace, plan: SpanPlan, from: number, to: number, bits: Int32Array): void {
  const { stateReason, place } = trace.spans
  const { byProc, byThread } = plan
  for (let row = from; row < to; row++) {
    const sr = stateReason[row]
    const isPlaced = ((sr ^ (sr >> 1)) & 1) - 1
    bits[row - from] |= (byProc[place[row] >>> 16] | byThread[place[row] & 0xffff]) & isPlaced
  }
}

function addSampleBits({ sampled }: SpanPlan, from: number, to: number, bits: Int32Array): void {
  let low = 0
  let high = sampled.row.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sampled.row[middle] < from) low = middle + 1
    else high = middle
  }
  for (let i = low; i < sampled.row.length && sampled.row[i] < to; i++) bits[sampled.row[i] - from] |= sampled.bits[i]
}

function lookAtBegins(trace: Trace, plan: SpanPlan, keep: Uint8Array, looked: Looked): void {
  const { length } = trace.spans
  const chunk = newChunk()
  for (let from = 0; from < length; from += CHUNK) {
    const to = Math.min(from + CHUNK, length)
    fill(trace, plan, from, to, chunk)
    takeBegins(trace.spans.goroutine, from, to, chunk.bits, needOf(plan), keep, looked)
  }
}

function takeBegins(
  goroutine: Uint32Array,
  from: number,
  to: number,
  spanBits: Int32Array,
  need: number,
  keep: Uint8Array,
  { bits, marks, marked }: Looked,
): void {
  for (let row = from; row < to; row++) {
    const is = spanBits[row - from]
    const g = goroutine[row]
    const lacks = (is & need) ^ need
    const fits = ((lacks - 1) >>> 31) & keep[g]
    marks[row] = fits
    marked[g] += fits
    bits[g] |= is | (fits * FIT)
  }
}

/** Four numbers a goroutine, side by side in memory. */
const OPEN = 0 // the span it is in, + 1; 0: none yet
const IS = 1 //   what that span is known to fit, and whether it ran
const NEAR = 2 // what its last span with a stack of its own fits, and the goroutine itself
const ALL = 3 //  what any of its spans fits, so far
/** In the place of `FIT`. */
const RAN = 1 << 30

function lookUntilEnds(trace: Trace, plan: SpanPlan, keep: Uint8Array, looked: Looked): void {
  const { length } = trace.spans
  const open = new Int32Array(trace.goroutines.length * 4)
  const chunk = newChunk()
  const ender = new Ender(trace, plan, looked)
  for (let from = 0; from < length; from += CHUNK) {
    const to = Math.min(from + CHUNK, length)
    fill(trace, plan, from, to, chunk)
    takeSpans(trace, plan, keep, from, to, chunk, open, ender)
  }
  endAll(trace, keep, open, ender)
  for (let g = 0; g < looked.bits.length; g++) looked.bits[g] = open[(g << 2) + ALL]
}

function takeSpans(
  trace: Trace,
  plan: SpanPlan,
  keep: Uint8Array,
  from: number,
  to: number,
  { bits, wakes }: Chunk,
  open: Int32Array,
  ender: Ender,
): void {
  const { goroutine, stateReason, place, startNs } = trace.spans
  const { byGoroutine } = plan
  // Beside other terms a text need not be on the span's own stack; alone it must.
  const spread = plan.hard === 0 ? 0 : plan.soft
  for (let row = from; row < to; row++) {
    const g = goroutine[row]
    const wake = wakes[row - from]
    if (wake !== 0) {
      open[(place[row] << 2) + IS] |= wake
      open[(place[row] << 2) + ALL] |= wake
    }
    if (keep[g] === 0) continue
    const at = g << 2
    let is = bits[row - from]
    let more = is
    const opened = open[at + OPEN] - 1
    if (spread === 0) {
      if (opened >= 0) more |= ender.end(opened, g, open[at + IS], startNs[row])
    } else {
      const shows = is >> 31
      const whole = byGoroutine[g] & spread
      const own = is & spread & shows
      const was = open[at + IS]
      // One that ran did so until it stood where this span stands.
      if (opened >= 0) more |= ender.end(opened, g, was | (own & -((was >> 30) & 1)), startNs[row])
      const near = whole | own | (open[at + NEAR] & ~shows)
      open[at + NEAR] = near
      is |= near | ((((stateReason[row] & 3) - 1) >> 31) & RAN)
    }
    open[at + OPEN] = row + 1
    open[at + IS] = is
    open[at + ALL] |= more
  }
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
