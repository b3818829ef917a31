/**
 * The spans of a scope, one after the other, in blocks of columns: what every sum over time goes through.
 *
 *  1. for each goroutine that is there when the range begins, the span it is in (by bisection)
 *  2. the spans that begin within the range stand one behind another in the table: each ends the one before it of its
 *     goroutine
 *  3. what is not over then ends with the goroutine, or is cut by the range
 *
 * One pass over the range's spans, whatever is asked; a block of columns costs less than a call for each span, whose
 * times would become objects.
 */
import { positionAt } from '../trace/lookup.ts'
import { lastSpanOf, type Trace } from '../trace/tables.ts'
import type { Scope, Stretches } from './scope.ts'

/**
 * `count` stays in the order in which they end; overwritten by the next block. Few columns, for each costs a twentieth of
 * the pass: whose it is stands in the table of spans, and it lasted from the later of span's and range's begin.
 */
export type StayBlock = {
  count: number
  /** Row in spans. */
  readonly span: Int32Array
  /** How much of it the scope asks about: what the range leaves of it, or what of that lies within the scope's stretches. */
  readonly ns: Float64Array
  /** 1: it ends within the trace, whether or not the range sees that; 0: it goes on when the trace ends. */
  readonly isOver: Uint8Array
}

const SIZE = 4096

export function* staysIn(trace: Trace, scope: Scope): Generator<StayBlock, void, undefined> {
  const stays = new Stays(trace, scope)
  const { startNs, length } = trace.spans
  for (let g = 0; g < trace.goroutines.length; g++) stays.enter(g)
  const end = firstRow(startNs, length, ns => ns >= scope.toNs)
  for (let row = firstRow(startNs, length, ns => ns > scope.fromNs); row < end; ) {
    row = stays.pass(row, end)
    yield stays.block
  }
  for (let g = 0; g < trace.goroutines.length; ) {
    g = stays.leave(g)
    yield stays.block
  }
}

class Stays {
  readonly block: StayBlock = {
    count: 0,
    // One more: the pass writes before it knows whether there is anything to write.
    span: new Int32Array(SIZE + 1),
    ns: new Float64Array(SIZE + 1),
    isOver: new Uint8Array(SIZE + 1).fill(1),
  }
  private readonly trace: Trace
  private readonly scope: Scope
  /** By goroutine: the span that it is in; -1: it is not there yet, or not asked about. */
  private readonly current: Int32Array
  /** … and since when within the range. */
  private readonly sinceNs: Float64Array

  constructor(trace: Trace, scope: Scope) {
    this.trace = trace
    this.scope = scope
    this.current = new Int32Array(trace.goroutines.length).fill(-1)
    this.sinceNs = new Float64Array(trace.goroutines.length)
  }

  enter(g: number): void {
    const { trace, scope } = this
    const { birthNs, deathNs } = trace.goroutines
    if (birthNs[g] > scope.fromNs || deathNs[g] <= scope.fromNs || scope.keep?.[g] === 0) return
    const at = positionAt(trace, g, scope.fromNs)
    if (at < 0) return
    this.current[g] = trace.spansOf.row[at]
    this.sinceNs[g] = scope.fromNs
  }

  /** Takes a block's worth of spans from `row` on; returns the first that is left. */
  pass(row: number, end: number): number {
    const { startNs, goroutine } = this.trace.spans
    const { keep, fromNs } = this.scope
    const { current, sinceNs } = this
    const { span, ns } = this.block
    const stop = Math.min(end, row + SIZE)
    let count = 0
    for (let at = row; at < stop; at++) {
      const timeNs = startNs[at]
      // The first span of one that was there before the trace: it stands anywhere, and `enter` has seen it.
      if (timeNs <= fromNs) continue
      const g = goroutine[at]
      if (keep !== undefined && keep[g] === 0) continue
      const before = current[g]
      // Written in any case, and kept if there was one: half of the time that a question here takes.
      span[count] = before
      ns[count] = timeNs - sinceNs[g]
      count += before >= 0 ? 1 : 0
      current[g] = at
      sinceNs[g] = timeNs
    }
    this.block.count = count
    this.narrow()
    return stop
  }

  /** Takes what is not over at the end of the range, goroutine by goroutine; returns the first that is left. */
  leave(from: number): number {
    const { trace, scope, current, sinceNs, block } = this
    const { deathNs, length } = trace.goroutines
    let g = from
    let count = 0
    for (; g < length && count < SIZE; g++) {
      if (current[g] < 0) continue
      const isDead = deathNs[g] <= scope.toNs
      block.span[count] = current[g]
      block.ns[count] = (isDead ? deathNs[g] : scope.toNs) - sinceNs[g]
      block.isOver[count++] = Number.isNaN(deathNs[g]) && current[g] === lastSpanOf(trace, g) ? 0 : 1
    }
    block.count = count
    this.narrow()
    return g
  }

  private narrow(): void {
    const { within, fromNs: beginNs } = this.scope
    if (!within) return
    const { startNs, goroutine } = this.trace.spans
    const { count, span, ns } = this.block
    for (let i = 0; i < count; i++) {
      const fromNs = Math.max(startNs[span[i]], beginNs)
      ns[i] = overlapNs(within, goroutine[span[i]], fromNs, fromNs + ns[i])
    }
  }
}

/** Was the goroutine in any state within the range? */
export function isThere({ goroutines, spans, spansOf }: Trace, g: number, fromNs: number, toNs: number): boolean {
  const first = spansOf.first[g]
  if (first === spansOf.first[g + 1] || goroutines.deathNs[g] <= fromNs) return false
  const beganNs = spans.startNs[spansOf.row[first]]
  return beganNs <= fromNs || beganNs < toNs
}

/** How much of a stay lies within the stretches of its goroutine. */
export function overlapNs({ first, startNs, endNs }: Stretches, g: number, fromNs: number, toNs: number): number {
  // The last stretch that begins before the stay does, then those behind it.
  let low = first[g]
  let high = first[g + 1]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (startNs[middle] <= fromNs) low = middle
    else high = middle
  }
  let ns = 0
  for (let i = low; i < first[g + 1] && startNs[i] < toNs; i++) {
    const withinNs = Math.min(endNs[i], toNs) - Math.max(startNs[i], fromNs)
    if (withinNs > 0) ns += withinNs
  }
  return ns
}

/**
 * By bisection over a column that ascends but for zeros anywhere in it, which are passed over to the left. A run of them
 * is walked once only: then it lies outside of what is left.
 */
function firstRow(startNs: Float64Array, length: number, isBehind: (ns: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    let known = middle
    while (known > low && startNs[known] === 0) known--
    if (startNs[known] !== 0 && isBehind(startNs[known])) high = known
    else low = middle + 1
  }
  return low
}
