/**
 * How the utilisation of all windows of one length is distributed: "99 % of them have at least so much". What
 * `internal/trace/mud.go` is made for, though Go's page shows the minimum instead: its accumulator returns before it
 * adds anything.
 *
 * Between two neighbouring begins the utilisation of a window is a straight line, so that each such piece spreads its
 * time evenly between two values. Pieces are counted into a thousand equal steps of utilisation; the step in which a
 * percentile falls is divided again until nobody can see the difference. No piece is sorted.
 */
import { f64 } from '../../base/column.ts'
import { orderBy } from '../../base/order.ts'
import type { Part } from './part.ts'

const STEPS = 1024
/** Fine enough: a 1024 ** -3 of the whole. */
const ROUNDS = 3
/** What rounds and slack leave of it for sure. */
const EXACT = 1e8

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
}

const pieces = new Pieces()

/**
 * For each of `shares`, ascending, the utilisation that such a share of all windows is at or below: 0.01 is what Go
 * calls p99. `minimum` is the answer where windows of that length begin at one time only.
 */
export function sharesBelow(
  parts: readonly Part[],
  windowNs: number,
  shares: readonly number[],
  minimum: number,
): readonly number[] {
  const long = parts.filter(part => part.lengthNs > windowNs)
  const totalNs = long.reduce((sum, part) => sum + part.lengthNs - windowNs, 0)
  if (totalNs === 0 || windowNs <= 0) return shares.map(() => minimum)
  collect(long, windowNs, totalNs * shares[shares.length - 1])
  return shares.map(share => (share <= 0 ? minimum : Math.max(minimum, exact(valueAt(totalNs * share)))))
}

/** Nothing and all are told as such. */
function exact(value: number): number {
  return Math.min(1, Math.round(value * EXACT) / EXACT)
}

/** Takes bands in the order of their bounds, until so much time is known to lie below what the next one can have. */
function collect(parts: readonly Part[], windowNs: number, enoughNs: number): void {
  pieces.clear()
  const bounds = parts.map(part => part.boundsFor(windowNs))
  const first = firstOf(bounds)
  // By the step that they lie in: within one the order is no matter.
  const bound = Float64Array.from(
    bounds.flatMap(of => [...of].map(value => Math.min(STEPS, Math.floor(value * STEPS)))),
  )
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
    // A piece counts where it ends, which is too high at most: one more band is looked at, none too few.
    for (let i = from; i < pieces.ns.length; i++) {
      const ends = Math.min(STEPS, Math.floor(pieces.high.data[i] * STEPS))
      if (ends < step) knownNs += pieces.ns.data[i]
      else below[ends] += pieces.ns.data[i]
    }
    from = pieces.ns.length
  }
}

function firstOf(bounds: readonly Float64Array[]): number[] {
  const first = [0]
  for (const of of bounds) first.push(first[first.length - 1] + of.length)
  return first
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
    return 1
  })
}

/** The value that pieces of so much time are at or below. */
function valueAt(ns: number): number {
  let low = 0
  let width = 1 + 1 / STEPS
  let belowNs = 0
  const time = new Float64Array(STEPS)
  for (let round = 0; round < ROUNDS; round++) {
    time.fill(0)
    belowNs = spread(time, low, width)
    let step = 0
    while (step < STEPS - 1 && belowNs + time[step] < ns) belowNs += time[step++]
    low += (step * width) / STEPS
    width /= STEPS
    if (round === ROUNDS - 1) {
      const share = time[step] > 0 ? Math.min(1, Math.max(0, (ns - belowNs) / time[step])) : 0
      return low + share * width
    }
  }
  return low
}

/** Adds the time of all pieces to the steps that they lie in; returns how much lies below all of these. */
function spread(time: Float64Array, from: number, width: number): number {
  const [low, high, ns] = [pieces.low.data, pieces.high.data, pieces.ns.data]
  const scale = STEPS / width
  // What a piece adds to each whole step stands here once, from its first to its last.
  const rise = new Float64Array(STEPS + 1)
  let belowNs = 0
  for (let i = 0; i < pieces.ns.length; i++) {
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
