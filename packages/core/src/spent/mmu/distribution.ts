/**
 * How the utilisation of all windows of one length is distributed: "99 % of them have at least so much". What
 * `internal/trace/mud.go` is made for, though Go's page shows the minimum instead: its accumulator returns before it
 * adds anything.
 *
 * Between two neighbouring begins the utilisation of a window is a straight line, so that each such piece spreads its
 * time evenly between two values. Pieces are counted into a thousand equal steps of utilisation; the step in which a
 * percentile falls is divided again until nobody can see the difference. No piece is sorted.
 *
 * Only the pieces of windows that may be among the lowest are made. Where these are too many, which takes a collector
 * that works ten thousand times, evenly spread windows stand for all.
 */
import { f64 } from '../../base/column.ts'
import { orderBy } from '../../base/order.ts'
import type { Part } from './part.ts'

const STEPS = 1024
/** Fine enough: a 1024 ** -3 of the whole. */
const ROUNDS = 3
/** What rounds and slack leave of it for sure. */
const EXACT = 1e8
/** A few ms of work for a length of windows, of which a curve has a hundred. */
const MOST_PIECES = 32_768

/**
 * How many windows stand for all where these are too many. Whether a window is below a value is drawn that often: of a
 * share of 0.001 a quarter is the standard deviation, of 0.05 a thirtieth.
 */
export const SAMPLED_WINDOWS = 16_384

export type SharesBelow = {
  readonly values: readonly number[]
  /** They are those of `SAMPLED_WINDOWS` windows, not of all. */
  readonly isSampled: boolean
}

/** Where the pieces are kept, for several windows one after the other. */
class Pieces {
  readonly low = f64(1024)
  readonly high = f64(1024)
  readonly ns = f64(1024)

  clear(): void {
    this.low.length = 0
    this.high.length = 0
    this.ns.length = 0
  }

  add(a: number, b: number, ns: number): void {
    this.low.push(Math.min(a, b))
    this.high.push(Math.max(a, b))
    this.ns.push(ns)
  }

  /** Takes those of others that reach into a step of values; returns how much time of the others lies below it. */
  takeWithin(others: Pieces, from: number, to: number): number {
    this.clear()
    const [low, high, ns] = [others.low.data, others.high.data, others.ns.data]
    let belowNs = 0
    for (let i = 0; i < others.ns.length; i++) {
      if (low[i] >= to) continue
      if (high[i] < from) belowNs += ns[i]
      else this.add(low[i], high[i], ns[i])
    }
    return belowNs
  }
}

const pieces = new Pieces()
const near = new Pieces()

/**
 * For each of `shares`, ascending, the utilisation that such a share of all windows is at or below: 0.01 is what Go
 * calls p99. `minimum` is the answer where windows of that length begin at one time only.
 */
export function sharesBelow(
  parts: readonly Part[],
  windowNs: number,
  shares: readonly number[],
  minimum: number,
): SharesBelow {
  const long = parts.filter(part => part.lengthNs > windowNs)
  const totalNs = long.reduce((sum, part) => sum + part.lengthNs - windowNs, 0)
  if (totalNs === 0 || windowNs <= 0) return { values: shares.map(() => minimum), isSampled: false }
  const isSampled = !collect(long, windowNs, totalNs * shares[shares.length - 1])
  if (isSampled) sample(long, windowNs, totalNs)
  const values = shares.map(share => (share <= 0 ? minimum : Math.max(minimum, exact(valueAt(totalNs * share)))))
  return { values, isSampled }
}

/** Nothing and all are told as such. */
function exact(value: number): number {
  return Math.min(1, Math.round(value * EXACT) / EXACT)
}

/**
 * Takes bands in the order of their bounds, until so much time is known to lie below what the next one can have. False
 * where that takes too many pieces.
 */
function collect(parts: readonly Part[], windowNs: number, enoughNs: number): boolean {
  pieces.clear()
  const first = [0]
  for (const { bands } of parts) first.push(first[first.length - 1] + bands)
  // By the step that they lie in: within one the order is no matter.
  const bound = new Float64Array(first[parts.length])
  for (const [k, part] of parts.entries()) {
    const bounds = part.boundsFor(windowNs)
    for (let band = 0; band < bounds.length; band++)
      bound[first[k] + band] = Math.min(STEPS, Math.floor(bounds[band] * STEPS))
  }
  const below = new Float64Array(STEPS + 2)
  let from = 0
  let knownNs = 0
  let step = 0
  for (const at of orderBy(bound)) {
    // All that lies in steps wholly below the bound is known by now.
    while (step < bound[at]) knownNs += below[step++]
    if (knownNs >= enoughNs) break
    const k = partOf(first, at)
    walkBand(parts[k], at - first[k], windowNs)
    if (pieces.ns.length > MOST_PIECES) return false
    // A piece counts where it ends, which is too high at most: one more band is looked at, none too few.
    for (let i = from; i < pieces.ns.length; i++) {
      const ends = Math.min(STEPS, Math.floor(pieces.high.data[i] * STEPS))
      if (ends < step) knownNs += pieces.ns.data[i]
      else below[ends] += pieces.ns.data[i]
    }
    from = pieces.ns.length
  }
  return true
}

function partOf(first: readonly number[], at: number): number {
  let k = 0
  while (first[k + 1] <= at) k++
  return k
}

function walkBand(part: Part, band: number, windowNs: number): void {
  let lastNs = Number.NaN
  let last = 0
  part.walk(band, windowNs, part.fromNs, part.toNs - windowNs, (beginNs, mean) => {
    if (beginNs > lastNs) pieces.add(last, mean, beginNs - lastNs)
    lastNs = beginNs
    last = mean
    // What is too much ends here.
    return pieces.ns.length > MOST_PIECES ? Number.NEGATIVE_INFINITY : 1
  })
}

/** One window in each of as many equal pieces of time, somewhere in it: a collector that comes at a beat has no say. */
function sample(parts: readonly Part[], windowNs: number, totalNs: number): void {
  pieces.clear()
  const stepNs = totalNs / SAMPLED_WINDOWS
  let seed = 1
  const somewhere = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 2 ** 32
  }
  for (const part of parts) {
    const spareNs = part.lengthNs - windowNs
    const count = Math.max(1, Math.round(spareNs / stepNs))
    const begins = Float64Array.from({ length: count }, (_, i) => ((i + somewhere()) / count) * spareNs + part.fromNs)
    for (const mean of part.meansOf(begins, windowNs)) pieces.add(mean, mean, spareNs / count)
  }
}

/** The value that pieces of so much time are at or below. */
function valueAt(ns: number): number {
  let low = 0
  let width = 1 + 1 / STEPS
  let of = pieces
  let belowNs = 0
  const time = new Float64Array(STEPS)
  for (let round = 1; ; round++) {
    time.fill(0)
    let sumNs = belowNs + spread(of, time, low, width)
    let step = 0
    while (step < STEPS - 1 && sumNs + time[step] < ns) sumNs += time[step++]
    low += (step * width) / STEPS
    width /= STEPS
    if (round === ROUNDS) {
      const share = time[step] > 0 ? Math.min(1, Math.max(0, (ns - sumNs) / time[step])) : 0
      return low + share * width
    }
    if (of === near) continue
    belowNs = near.takeWithin(pieces, low, low + width)
    of = near
  }
}

/** Adds the time of all pieces to the steps that they lie in; returns how much lies below all of these. */
function spread(of: Pieces, time: Float64Array, from: number, width: number): number {
  const [low, high, ns] = [of.low.data, of.high.data, of.ns.data]
  const scale = STEPS / width
  // What a piece adds to each whole step stands here once, from its first to its last.
  const rise = new Float64Array(STEPS + 1)
  let belowNs = 0
  for (let i = 0; i < of.ns.length; i++) {
    const a = (low[i] - from) * scale
    const b = (high[i] - from) * scale
    if (a >= STEPS) continue
    if (b < 0) {
      belowNs += ns[i]
      continue
    }
    if (Math.floor(a) === Math.floor(b)) {
      time[Math.floor(a)] += ns[i]
      continue
    }
    const nsPerStep = ns[i] / (b - a)
    if (a < 0) belowNs += -a * nsPerStep
    const first = a < 0 ? 0 : Math.floor(a) + 1
    if (a >= 0) time[first - 1] += (first - a) * nsPerStep
    const last = Math.min(STEPS, Math.floor(b))
    rise[first] += nsPerStep
    rise[last] -= nsPerStep
    if (last < STEPS) time[last] += (b - last) * nsPerStep
  }
  let nsPerStep = 0
  for (let step = 0; step < STEPS; step++) {
    nsPerStep += rise[step]
    if (nsPerStep > 0) time[step] += nsPerStep
  }
  return belowNs
}
