/** Windows over a utilisation, the plain way: every begin at which a window's end meets a change is looked at. */
import type { Series } from '../src/spent/mmu/utilisation.ts'

/** Mean of a series between two times within it. */
export function meanWithin({ timeNs, value, endNs }: Series, fromNs: number, toNs: number): number {
  let sumNs = 0
  for (let i = 0; i < timeNs.length; i++) {
    const beginNs = Math.max(fromNs, timeNs[i])
    const untilNs = Math.min(toNs, i + 1 < timeNs.length ? timeNs[i + 1] : endNs)
    if (untilNs > beginNs) sumNs += value[i] * (untilNs - beginNs)
  }
  return sumNs / (toNs - fromNs)
}

/** Where windows of a length may begin in a range of a series, and how much each has; straight lines in between. */
export function allWindows(
  series: Series,
  windowNs: number,
  fromNs: number,
  toNs: number,
): { beginNs: number; mean: number }[] {
  const lastNs = toNs - windowNs
  const begins = [fromNs, lastNs, ...series.timeNs, ...[...series.timeNs].map(ns => ns - windowNs)]
  const sorted = [...new Set(begins.filter(ns => ns >= fromNs && ns <= lastNs))].sort((a, b) => a - b)
  return sorted.map(beginNs => ({ beginNs, mean: meanWithin(series, beginNs, beginNs + windowNs) }))
}

/** The part of all windows that has at most that utilisation. */
export function shareAtMost(windows: readonly { beginNs: number; mean: number }[], value: number): number {
  let belowNs = 0
  for (let i = 1; i < windows.length; i++) {
    const ns = windows[i].beginNs - windows[i - 1].beginNs
    const low = Math.min(windows[i - 1].mean, windows[i].mean)
    const high = Math.max(windows[i - 1].mean, windows[i].mean)
    if (high <= value) belowNs += ns
    else if (low < value) belowNs += (ns * (value - low)) / (high - low)
  }
  return belowNs / (windows[windows.length - 1].beginNs - windows[0].beginNs)
}
