/**
 * The last position from `from` on whose time is not after `timeNs`; `from` where even the next one is. Columns ascend,
 * so the next place is most often near: steps double until they are too far, and bisection does the rest.
 */
export function gallop(times: Float64Array, from: number, timeNs: number): number {
  let low = from
  let step = 1
  while (low + step < times.length && times[low + step] <= timeNs) {
    low += step
    step *= 2
  }
  let high = Math.min(low + step, times.length)
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (times[middle] <= timeNs) low = middle
    else high = middle
  }
  return low
}
