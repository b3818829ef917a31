/** Lengths of windows on an axis of equal factors: pure arithmetic. `windowNs` ascends. */

/** Where a length stands, 0 … 1 from the shortest to the longest. */
export function placeAt(windowNs: Float64Array, ns: number): number {
  const shortest = windowNs[0]
  const longest = windowNs[windowNs.length - 1]
  if (!(longest > shortest)) return 0
  return Math.max(0, Math.min(1, Math.log(ns / shortest) / Math.log(longest / shortest)))
}

export function lengthAt(windowNs: Float64Array, place: number): number {
  const shortest = windowNs[0]
  const longest = windowNs[windowNs.length - 1]
  return shortest * (longest / shortest) ** Math.max(0, Math.min(1, place))
}

/** The index of the length that is the nearest, by factor. */
export function nearestAt(windowNs: Float64Array, ns: number): number {
  let best = 0
  for (let i = 1; i < windowNs.length; i++)
    if (Math.abs(Math.log(windowNs[i] / ns)) < Math.abs(Math.log(windowNs[best] / ns))) best = i
  return best
}

/** 1, 10, 100 of a unit within the axis. */
export function tensOf(windowNs: Float64Array): readonly number[] {
  const tens: number[] = []
  const longest = windowNs[windowNs.length - 1]
  for (let ns = 10 ** Math.ceil(Math.log10(windowNs[0]) - 1e-9); ns <= longest; ns *= 10) tens.push(ns)
  return tens
}

/** Where a key leads from an index; undefined: it is no key of the axis. */
export function stepped(key: string, at: number, count: number): number | undefined {
  const to = {
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    PageDown: at - 10,
    PageUp: at + 10,
    Home: 0,
    End: count - 1,
  }[key]
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to))
}
