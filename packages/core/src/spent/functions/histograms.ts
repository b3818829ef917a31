/**
 * How long single stays were, by kind, and how long goroutines lived. Buckets begin at 1, 2 and 5 times a power of ten
 * nanoseconds: three a decade, with edges that people say.
 *
 * Everything follows the scope: of a stay that the range cuts, the part within it counts, and it is noted that it was
 * longer.
 */
import { positionOf } from '../../trace/lookup.ts'
import { spanEndNs, type Trace } from '../../trace/tables.ts'
import type { Scope } from '../scope.ts'
import { type StayBlock, staysIn } from '../stays.ts'
import { BY_STACK, FIRST_WAIT, kindCodes, STAY_KINDS } from './kinds.ts'
import type { SpentGoroutines } from './tables.ts'

/** What can be asked for: stays of each kind, of all waits, and whole lives. */
export const HISTOGRAMS = [...STAY_KINDS, 'waiting', 'life'] as const
export type HistogramName = (typeof HISTOGRAMS)[number]

const DECADES = 14

/** Where each bucket begins, ascending; the first holds what took no time at all, the last everything above a day. */
export const BUCKET_NS: readonly number[] = [
  0,
  ...Array.from({ length: DECADES }, (_, i) => [1, 2, 5].map(times => times * 10 ** i)).flat(),
]

/** By bucket. */
export type Histogram = {
  readonly count: Float64Array
  /** Their time. */
  readonly ns: Float64Array
  /** How many of them were longer than what lies within the scope: they had begun before, or went on. */
  readonly cut: Float64Array
  /** The longest of all; 0: there is none. */
  readonly longestNs: number
}

/** By the exponent of two: the bucket in which its least number lies. */
const BUCKET_OF_POWER = Uint8Array.from({ length: 64 }, (_, power) => slowBucket(2 ** power))

function slowBucket(ns: number): number {
  let bucket = 0
  while (bucket + 1 < BUCKET_NS.length && BUCKET_NS[bucket + 1] <= ns) bucket++
  return bucket
}

const EDGES = Float64Array.from([...BUCKET_NS, Number.POSITIVE_INFINITY])

/** The bucket of a length. */
export function bucketOf(ns: number): number {
  if (ns < 1) return 0
  const power = ns < 2 ** 31 ? 31 - Math.clz32(ns) : 62 - Math.clz32(ns / 2 ** 31)
  let bucket = BUCKET_OF_POWER[power]
  while (EDGES[bucket + 1] <= ns) bucket++
  return bucket
}

/** Of each of `STAY_KINDS`, then of all waits. */
export function stayHistograms(trace: Trace, scope: Scope): readonly Histogram[] {
  const size = BUCKET_NS.length
  const count = new Float64Array(STAY_KINDS.length * size)
  const sum = new Float64Array(count.length)
  const cut = new Float64Array(count.length)
  const longest = new Float64Array(STAY_KINDS.length)
  for (const block of staysIn(trace, scope)) fill(trace, scope, block, { count, sum, cut, longest })
  const kinds = STAY_KINDS.map((_, code): Histogram => {
    const of = (column: Float64Array): Float64Array => column.subarray(code * size, (code + 1) * size)
    return { count: of(count), ns: of(sum), cut: of(cut), longestNs: longest[code] }
  })
  return [...kinds, together(kinds.slice(FIRST_WAIT))]
}

/** By kind and bucket; the longest by kind. */
type Sums = {
  readonly count: Float64Array
  readonly sum: Float64Array
  readonly cut: Float64Array
  readonly longest: Float64Array
}

function fill(trace: Trace, scope: Scope, block: StayBlock, { count, sum, cut, longest }: Sums): void {
  const { stateReason, stack } = trace.spans
  const { codeOf, codeAt } = kindCodes(trace)
  const size = BUCKET_NS.length
  const isNarrow = scope.within !== undefined
  for (let i = 0; i < block.count; i++) {
    const ns = block.ns[i]
    const row = block.span[i]
    if (ns === 0 && isNarrow) continue
    let code = codeOf[stateReason[row]]
    if (code === BY_STACK) code = codeAt[stack[row] + 1]
    const at = code * size + bucketOf(ns)
    count[at]++
    sum[at] += ns
    if (ns > longest[code]) longest[code] = ns
  }
  if (block.edges > 0 || isNarrow) countCut(trace, scope, block, cut)
}

/** By itself, for most blocks have none, and two more questions for each stay are a third of the work. */
function countCut(trace: Trace, scope: Scope, { count, span, ns, isOver }: StayBlock, cut: Float64Array): void {
  const { stateReason, stack, startNs } = trace.spans
  const { codeOf, codeAt } = kindCodes(trace)
  const isNarrow = scope.within !== undefined
  // Nothing of time is less than half of its unit.
  const lateNs = scope.toNs - 0.5
  for (let i = 0; i < count; i++) {
    const row = span[i]
    const beganNs = startNs[row]
    if (!isNarrow && beganNs > scope.fromNs && beganNs + ns[i] <= lateNs) continue
    if ((ns[i] === 0 && isNarrow) || (isOver[i] === 1 && !isCut(trace, scope, row, ns[i]))) continue
    const code = codeOf[stateReason[row]]
    cut[(code === BY_STACK ? codeAt[stack[row] + 1] : code) * BUCKET_NS.length + bucketOf(ns[i])]++
  }
}

/** Was a stay that is over longer than the part of it that the scope has? */
function isCut(trace: Trace, { fromNs, toNs, within }: Scope, span: number, ns: number): boolean {
  const beganNs = trace.spans.startNs[span]
  const g = trace.spans.goroutine[span]
  if (beganNs < fromNs || (beganNs === 0 && Number.isNaN(trace.goroutines.birthNs[g]))) return true
  const endNs = spanEndNs(trace, g, positionOf(trace, span))
  return endNs > toNs || (within !== undefined && ns < endNs - beganNs)
}

/** How long the goroutines of a table were there. */
export function lifeHistogram(trace: Trace, table: SpentGoroutines): Histogram {
  const { birthNs, deathNs } = trace.goroutines
  const { fromNs, toNs } = table.scope
  const histogram = { ...emptyHistogram(), longestNs: table.totalNs.reduce((a, b) => Math.max(a, b), 0) }
  table.goroutine.forEach((g, row) => {
    const bucket = bucketOf(table.totalNs[row])
    histogram.count[bucket]++
    histogram.ns[bucket] += table.totalNs[row]
    if (!(birthNs[g] >= fromNs && deathNs[g] <= toNs)) histogram.cut[bucket]++
  })
  return histogram
}

function emptyHistogram(): Histogram {
  const column = () => new Float64Array(BUCKET_NS.length)
  return { count: column(), ns: column(), cut: column(), longestNs: 0 }
}

function together(histograms: readonly Histogram[]): Histogram {
  const sum = { ...emptyHistogram(), longestNs: Math.max(...histograms.map(({ longestNs }) => longestNs)) }
  for (const { count, ns, cut } of histograms)
    for (let bucket = 0; bucket < count.length; bucket++) {
      sum.count[bucket] += count[bucket]
      sum.ns[bucket] += ns[bucket]
      sum.cut[bucket] += cut[bucket]
    }
  return sum
}

/** The length that a share of all does not exceed: the end of the bucket in which it is reached, or the longest. */
export function quantileNs({ count, longestNs }: Histogram, share: number): number {
  const all = count.reduce((a, b) => a + b, 0)
  let sum = 0
  for (let bucket = 0; bucket < count.length; bucket++) {
    sum += count[bucket]
    if (sum > 0 && sum >= share * all) return Math.min(longestNs, EDGES[bucket + 1])
  }
  return 0
}

/** Stays of one kind (or all waits) and of some lengths. */
export type StayAsk = { readonly kind: HistogramName; readonly fromBucket: number; readonly toBucket: number }

export type FoundStays = {
  /** By goroutine: 1 has such a stay. */
  readonly goroutines: Uint8Array
  /** Rows in spans, the longest first. */
  readonly longest: readonly { readonly span: number; readonly ns: number }[]
}

/** Who has such stays, and which are the longest. */
export function findStays(trace: Trace, scope: Scope, ask: StayAsk, most: number): FoundStays {
  const wanted = STAY_KINDS.map((kind, code) => kind === ask.kind || (ask.kind === 'waiting' && code >= FIRST_WAIT))
  const { goroutine, stateReason, stack } = trace.spans
  const { codeOf, codeAt } = kindCodes(trace)
  const leastNs = EDGES[ask.fromBucket]
  const beyondNs = EDGES[ask.toBucket + 1]
  const goroutines = new Uint8Array(trace.goroutines.length)
  const longest = new Longest(most)
  for (const { count, span, ns } of staysIn(trace, scope)) {
    for (let i = 0; i < count; i++) {
      const row = span[i]
      if (!(ns[i] >= leastNs && ns[i] < beyondNs) || (ns[i] === 0 && scope.within)) continue
      let code = codeOf[stateReason[row]]
      if (code === BY_STACK) code = codeAt[stack[row] + 1]
      if (!wanted[code]) continue
      goroutines[goroutine[row]] = 1
      if (ns[i] > longest.leastNs) longest.take(row, ns[i])
    }
  }
  return { goroutines, longest: longest.found }
}

/** The few longest of many, in order. */
class Longest {
  readonly found: { span: number; ns: number }[] = []
  /** What is not longer has no place. */
  leastNs = -1
  private readonly most: number

  constructor(most: number) {
    this.most = most
  }

  take(span: number, ns: number): void {
    let at = this.found.length
    while (at > 0 && this.found[at - 1].ns < ns) at--
    this.found.splice(at, 0, { span, ns })
    if (this.found.length > this.most) this.found.pop()
    if (this.found.length === this.most) this.leastNs = this.found[this.most - 1]?.ns ?? Number.POSITIVE_INFINITY
  }
}
