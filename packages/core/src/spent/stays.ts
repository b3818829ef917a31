/**
 * The spans of a scope, one after the other, in blocks of columns: what every sum over time goes through.
 *
 *  1. what was there when the trace began: it stands anywhere in the table
 *  2. rows in their order up to the end of the range; of those that begin before it what reaches into it counts
 *
 * One pass over rows that ascend, whatever is asked; a block of columns costs less than a call for each span, whose times
 * would become objects.
 */
import type { Trace } from '../trace/tables.ts'
import { FAR, farEndNs, lengthsOf, UNENDED } from './lengths.ts'
import type { Scope, Stretches } from './scope.ts'

/**
 * `count` stays, of 2. in the order in which they begin; overwritten by the next block. Few columns, for each costs a
 * twentieth of the pass: whose it is stands in the table of spans, and it lasted from the later of span's and range's
 * begin.
 */
export type StayBlock = {
  count: number
  /** How many of them begin before the range or end behind it; the others are whole, but for the scope's stretches. */
  edges: number
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
  const { early } = lengthsOf(trace)
  const { startNs, length } = trace.spans
  const first = firstRow(startNs, length, ns => ns > scope.fromNs)
  const end = firstRow(startNs, length, ns => ns >= scope.toNs)
  for (let at = 0; at < early.length; ) {
    at = stays.enter(early, at, early.length)
    yield stays.block
  }
  for (let row = 0; row < first; ) {
    row = stays.enter(undefined, row, first)
    yield stays.block
  }
  for (let row = first; row < end; ) {
    row = stays.pass(row, end)
    yield stays.block
  }
}

class Stays {
  readonly block: StayBlock = {
    count: 0,
    edges: 0,
    span: new Int32Array(SIZE),
    ns: new Float64Array(SIZE),
    isOver: new Uint8Array(SIZE),
  }
  private readonly trace: Trace
  private readonly scope: Scope
  private readonly lengthNs: Uint32Array

  constructor(trace: Trace, scope: Scope) {
    this.trace = trace
    this.scope = scope
    this.lengthNs = lengthsOf(trace).lengthNs
  }

  /** Takes what reaches into the range, of `rows` (undefined: of all but the early ones); returns the first that is left. */
  enter(rows: Uint32Array | undefined, from: number, end: number): number {
    const { startNs } = this.trace.spans
    const { fromNs } = this.scope
    const { lengthNs } = this
    this.begin()
    let at = from
    for (; at < end && this.block.count < SIZE; at++) {
      const row = rows === undefined ? at : rows[at]
      const beganNs = startNs[row]
      if (beganNs + lengthNs[row] <= fromNs && lengthNs[row] < FAR) continue
      if (beganNs > 0 || rows !== undefined) this.cut(row)
    }
    this.narrow()
    return at
  }

  /**
   * Takes a block's worth of rows that begin within the range; returns the first that is left. Nearly all of them end
   * within it, too: as little as possible is done for those, for each store here is a tenth of the whole.
   */
  pass(from: number, end: number): number {
    const { startNs, goroutine } = this.trace.spans
    const { keep, fromNs, toNs } = this.scope
    const { lengthNs, block } = this
    const { span, ns } = block
    const stop = Math.min(end, from + SIZE)
    this.begin()
    let count = 0
    for (let row = from; row < stop; row++) {
      const beganNs = startNs[row]
      const length = lengthNs[row]
      if (length >= FAR || beganNs + length > toNs || beganNs <= fromNs) {
        block.count = count
        if (beganNs > fromNs) this.cut(row)
        count = block.count
        continue
      }
      if (keep !== undefined && keep[goroutine[row]] === 0) continue
      span[count] = row
      ns[count++] = length
    }
    block.count = count
    this.narrow()
    return stop
  }

  private begin(): void {
    this.block.count = 0
    this.block.edges = 0
    this.block.isOver.fill(1)
  }

  /** Takes a row that the range may cut. */
  private cut(row: number): void {
    const { trace, block, lengthNs } = this
    const { fromNs, toNs, keep } = this.scope
    if (keep !== undefined && keep[trace.spans.goroutine[row]] === 0) return
    const beganNs = trace.spans.startNs[row]
    const endNs = lengthNs[row] < FAR ? beganNs + lengthNs[row] : farEndNs(trace, row)
    // Of what lives on the last moment is its last span's, too.
    if (endNs <= fromNs && lengthNs[row] !== UNENDED) return
    block.span[block.count] = row
    block.ns[block.count] = Math.min(endNs, toNs) - Math.max(beganNs, fromNs)
    block.edges++
    block.isOver[block.count++] = lengthNs[row] === UNENDED ? 0 : 1
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
