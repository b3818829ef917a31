/**
 * One series within a range, ready for questions about windows: sums up to each change, and a summary in bands of equal
 * length that bounds what a window can have at the least, so that hardly any window is looked at.
 */
import { type InTurns, inOneGo } from '../../base/turns.ts'
import type { Series } from './utilisation.ts'

/** A band is as long as so many changes are on average … */
const CHANGES_PER_BAND = 16
/** … but few changes have shorter ones, and the bounds of many are not for nothing. */
const USUAL_BANDS = 1000
const MOST_BANDS = 65_536
/** Walking over so many is a ms or two. */
const BANDS_PER_TURN = 256
/** Differences of sums are as exact as that. */
const SLACK = 1e-10

export class Part {
  readonly fromNs: number
  readonly toNs: number
  readonly proc: number
  private readonly timeNs: Float64Array
  private readonly value: Float64Array
  /** By change: utilisation × ns since the part's begin. */
  private readonly sumNs: Float64Array
  readonly bandNs: number
  readonly bands: number
  /** By band: the lowest value in it, the sum up to its begin, the last change at or before its begin. */
  private readonly least: Float64Array
  private readonly bandSumNs: Float64Array
  private readonly bandAt: Uint32Array

  /** `series` holds all of the range, which is not empty. */
  constructor({ timeNs, value, proc }: Series, fromNs: number, toNs: number) {
    const first = lastAt(timeNs, 0, fromNs)
    const end = lastAt(timeNs, first, toNs) + 1
    this.timeNs = timeNs.slice(first, end)
    this.timeNs[0] = fromNs
    this.value = value.subarray(first, end)
    this.fromNs = fromNs
    this.toNs = toNs
    this.proc = proc
    this.sumNs = sumsOf(this.timeNs, this.value)
    const changes = this.timeNs.length
    this.bands = Math.min(MOST_BANDS, Math.max(Math.min(USUAL_BANDS, changes), Math.floor(changes / CHANGES_PER_BAND)))
    this.bandNs = Math.max(1, Math.ceil((toNs - fromNs) / this.bands))
    this.least = new Float64Array(this.bands).fill(1)
    this.bandSumNs = new Float64Array(this.bands + 1)
    this.bandAt = new Uint32Array(this.bands + 1)
    this.summarise()
  }

  get changes(): number {
    return this.timeNs.length
  }

  get lengthNs(): number {
    return this.toNs - this.fromNs
  }

  /** Mean utilisation of all of it. */
  get mean(): number {
    return this.sumAt(this.timeNs.length - 1, this.toNs) / this.lengthNs
  }

  private summarise(): void {
    const { timeNs, value } = this
    let at = 0
    for (let band = 0; band <= this.bands; band++) {
      const beginNs = this.bandBeginNs(band)
      while (at + 1 < timeNs.length && timeNs[at + 1] <= beginNs) at++
      this.bandAt[band] = at
      this.bandSumNs[band] = this.sumAt(at, Math.min(beginNs, this.toNs))
      if (band === this.bands) return
      const endNs = beginNs + this.bandNs
      let least = 1
      for (let i = at; i < timeNs.length && (i === at || timeNs[i] < endNs); i++) if (value[i] < least) least = value[i]
      this.least[band] = least
    }
  }

  bandBeginNs(band: number): number {
    return this.fromNs + band * this.bandNs
  }

  bandOf(timeNs: number): number {
    return Math.min(this.bands - 1, Math.floor((timeNs - this.fromNs) / this.bandNs))
  }

  /** The sum up to a time, whose last change is at `at`. */
  private sumAt(at: number, timeNs: number): number {
    return this.sumNs[at] + this.value[at] * (timeNs - this.timeNs[at])
  }

  /** At most the utilisation of any window of that length, within the part, that begins in the band. */
  boundOf(band: number, windowNs: number): number {
    const { least, bandNs, bandSumNs, bands } = this
    const first = least[band]
    const endNs = this.bandBeginNs(band) + windowNs
    const last = Math.min(bands - 1, Math.floor((endNs - this.fromNs) / bandNs))
    const behind = least[Math.min(bands - 1, last + 1)]
    if (last <= band) return Math.min(first, behind)
    // Common to all of these windows: from the band's end to `endNs`. The rest, a band's length, lies at either side.
    const commonNs = bandSumNs[last] - bandSumNs[band + 1] + (endNs - this.bandBeginNs(last)) * least[last]
    return (commonNs + bandNs * Math.min(first, least[last], behind)) / windowNs
  }

  /** Bounds of all bands. */
  boundsFor(windowNs: number): Float64Array {
    const bounds = new Float64Array(this.bands)
    for (let band = 0; band < this.bands; band++) bounds[band] = this.boundOf(band, windowNs)
    return bounds
  }

  /**
   * Walks over the windows that begin in a band, from `fromNs` to `toNs` (both included), in order of time, with the
   * utilisation of each: wherever one of a window's ends meets a change, for between these it is a straight line.
   * Those that cannot be below `visit`'s answer are left out, for a longer window changes slowly: the answer may be 1.
   */
  walk(band: number, windowNs: number, fromNs: number, toNs: number, visit: Visit): void {
    const { timeNs } = this
    let beginNs = Math.max(fromNs, this.bandBeginNs(band))
    const endNs = Math.min(toNs, this.bandBeginNs(band + 1), this.toNs - windowNs)
    if (beginNs > endNs) return
    let left = lastAt(timeNs, this.bandAt[band], beginNs)
    let right = lastAt(timeNs, left, beginNs + windowNs)
    for (;;) {
      const mean = (this.sumAt(right, beginNs + windowNs) - this.sumAt(left, beginNs)) / windowNs
      const bound = visit(beginNs, Math.max(0, mean))
      if (beginNs >= endNs) return
      const leftNs = left + 1 < timeNs.length ? timeNs[left + 1] : Number.POSITIVE_INFINITY
      const rightNs = right + 1 < timeNs.length ? timeNs[right + 1] - windowNs : Number.POSITIVE_INFINITY
      const soonest = beginNs + Math.floor((mean - bound) * windowNs)
      beginNs = Math.min(endNs, Math.max(Math.min(leftNs, rightNs), soonest))
      left = lastAt(timeNs, left, beginNs)
      right = lastAt(timeNs, right, beginNs + windowNs)
    }
  }

  /** Utilisations of windows that begin at given times within the part, in ascending order. */
  meansOf(beginNs: Float64Array, windowNs: number): Float64Array {
    const { timeNs } = this
    let left = 0
    let right = 0
    return beginNs.map(ns => {
      left = lastAt(timeNs, left, ns)
      right = lastAt(timeNs, right, ns + windowNs)
      return Math.max(0, (this.sumAt(right, ns + windowNs) - this.sumAt(left, ns)) / windowNs)
    })
  }

  /** The lowest utilisation of a window that begins between two times, if it is below `best.value`; then `best` is it. */
  lowest(bounds: Float64Array, windowNs: number, fromNs: number, toNs: number, best: Lowest): void {
    inOneGo(this.lowestIn(bounds, windowNs, fromNs, toNs, best))
  }

  /** The same in turns: of a million changes it may take a second. */
  *lowestIn(bounds: Float64Array, windowNs: number, fromNs: number, toNs: number, best: Lowest): InTurns<void> {
    const from = this.bandOf(fromNs)
    const to = this.bandOf(toNs)
    const visit: Visit = (beginNs, mean) => {
      if (mean < best.value) {
        best.value = mean
        best.beginNs = beginNs
        best.part = this
      }
      return best.value
    }
    let first = from
    for (let band = from; band <= to; band++) if (bounds[band] < bounds[first]) first = band
    if (bounds[first] < best.value - SLACK) this.walk(first, windowNs, fromNs, toNs, visit)
    let walked = 0
    for (let band = from; band <= to; band++) {
      if (band === first || bounds[band] >= best.value - SLACK) continue
      this.walk(band, windowNs, fromNs, toNs, visit)
      if (++walked % BANDS_PER_TURN === 0) yield
    }
  }
}

/** Takes a window's begin and utilisation; answers below which utilisation it wants to hear of more. */
export type Visit = (beginNs: number, mean: number) => number

/** The lowest so far. */
export type Lowest = { value: number; beginNs: number; part: Part | undefined }

function sumsOf(timeNs: Float64Array, value: Float64Array): Float64Array {
  const sumNs = new Float64Array(timeNs.length)
  for (let i = 1; i < timeNs.length; i++) sumNs[i] = sumNs[i - 1] + value[i - 1] * (timeNs[i] - timeNs[i - 1])
  return sumNs
}

/** The last change at or before a time, from `at` on: in long steps first, for it is mostly near. */
function lastAt(timeNs: Float64Array, at: number, untilNs: number): number {
  let step = 1
  let low = at
  while (low + step < timeNs.length && timeNs[low + step] <= untilNs) {
    low += step
    step *= 2
  }
  let high = Math.min(timeNs.length, low + step)
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (timeNs[middle] <= untilNs) low = middle
    else high = middle
  }
  return low
}
