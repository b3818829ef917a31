/** Keys of a histogram, which is a slider for whoever hears it: the mark stops at what has anything. */

/** `filled`: buckets with anything, rising. undefined: the key asks nothing of it, or there is nothing. */
export function bucketAfter(key: string, at: number | undefined, filled: readonly number[]): number | undefined {
  const first = filled[0]
  const last = filled[filled.length - 1]
  if (key === 'Home') return first
  if (key === 'End') return last
  if (key === 'ArrowRight' || key === 'ArrowUp')
    return at === undefined ? first : (filled.find(bucket => bucket > at) ?? last)
  if (key === 'ArrowLeft' || key === 'ArrowDown')
    return at === undefined ? last : (filled.findLast(bucket => bucket < at) ?? first)
  return undefined
}
