/** A metric over time: the largest value in a stretch and the mean, whatever number of readings lies in it. */
import type { MetricTable } from '../../trace/tables.ts'
import { gallop } from './gallop.ts'
import type { Window } from './window.ts'

/** Readings for one entry of the next coarser level. */
const FAN = 16

/** Without a limit Go's goal is the largest number there is: no goal. */
const NO_LIMIT = 2 ** 60

export class Metric {
  /** When it was read, and then its value. */
  private readonly timeNs: Float64Array
  /** Values, then the largest of each 16, of each 256 … */
  private readonly levels: Float64Array[]
  /** Value × ns from the first reading to each. */
  private readonly areaNs: Float64Array
  readonly max: number

  /** `kind` is a MetricKind. */
  constructor(metrics: MetricTable, kind: number) {
    const rows: number[] = []
    for (let row = 0; row < metrics.length; row++) if (metrics.kind[row] === kind) rows.push(row)
    this.timeNs = Float64Array.from(rows, row => metrics.timeNs[row])
    const values = Float64Array.from(rows, row => (metrics.value[row] < NO_LIMIT ? metrics.value[row] : Number.NaN))
    this.levels = [values]
    for (let level: Float64Array = values; level.length > FAN; ) {
      level = coarser(level)
      this.levels.push(level)
    }
    this.areaNs = new Float64Array(values.length)
    for (let i = 1; i < values.length; i++)
      this.areaNs[i] = this.areaNs[i - 1] + (values[i - 1] || 0) * (this.timeNs[i] - this.timeNs[i - 1])
    this.max = Math.max(0, this.largest(0, values.length) || 0)
  }

  /** The largest value in each column, that which holds from before included. NaN: not known (yet). */
  largestIn(window: Window, durationNs: number): Float32Array {
    const out = new Float32Array(window.columns)
    this.eachColumn(window, durationNs, out, (from, to) => this.largest(from, to + 1))
    return out
  }

  /** The mean in each column, of the time in which it is known; NaN: not known (yet). */
  meanIn(window: Window, durationNs: number): Float32Array {
    const out = new Float32Array(window.columns)
    this.eachColumn(window, durationNs, out, (from, to, startNs, endNs) => {
      const beganNs = Math.max(startNs, this.timeNs[from])
      if (from === to || beganNs >= endNs) return this.levels[0][to]
      return (this.areaUntil(to, endNs) - this.areaUntil(from, beganNs)) / (endNs - beganNs)
    })
    return out
  }

  /** Calls `of` with the readings (first and last) that hold in each column. */
  private eachColumn(
    { startNs, nsPerColumn, columns }: Window,
    durationNs: number,
    out: Float32Array,
    of: (from: number, to: number, startNs: number, endNs: number) => number,
  ): void {
    out.fill(Number.NaN)
    if (this.timeNs.length === 0) return
    for (let c = 0, from = 0; c < columns; c++) {
      const fromNs = startNs + c * nsPerColumn
      const toNs = Math.min(durationNs, fromNs + nsPerColumn)
      // What is read when a column ends is the next one's, but for the last column.
      const lastNs = toNs < durationNs ? toNs * (1 - Number.EPSILON) : toNs
      if (toNs <= 0 || fromNs >= durationNs || this.timeNs[0] > lastNs) continue
      from = gallop(this.timeNs, from, fromNs)
      out[c] = of(from, gallop(this.timeNs, from, lastNs), Math.max(0, fromNs), toNs)
    }
  }

  private areaUntil(reading: number, ns: number): number {
    return this.areaNs[reading] + (this.levels[0][reading] || 0) * (ns - this.timeNs[reading])
  }

  /** The largest of readings `from` to `to` − 1. */
  private largest(from: number, to: number): number {
    let most = Number.NaN
    for (let level = 0, lo = from, hi = to; lo < hi; level++) {
      const values = this.levels[level]
      const isTop = level + 1 === this.levels.length
      while (lo < hi && (isTop || lo % FAN !== 0)) most = larger(most, values[lo++])
      while (lo < hi && hi % FAN !== 0) most = larger(most, values[--hi])
      lo /= FAN
      hi /= FAN
    }
    return most
  }
}

function coarser(values: Float64Array): Float64Array {
  const out = new Float64Array(Math.ceil(values.length / FAN)).fill(Number.NaN)
  for (let i = 0; i < values.length; i++) out[Math.floor(i / FAN)] = larger(out[Math.floor(i / FAN)], values[i])
  return out
}

/** NaN counts as nothing. */
function larger(a: number, b: number): number {
  return b > a || Number.isNaN(a) ? b : a
}
