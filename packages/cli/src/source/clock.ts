/** Time that this process has worked: limits on it hold on a busy machine as well, where waiting is no work. */

let askedMs = Number.NEGATIVE_INFINITY
let known = 0

/** It is asked at every step, and the system is slow to answer: what it said is good for a moment. */
export function workedMs(): number {
  const now = performance.now()
  if (now - askedMs < GOOD_MS) return known
  askedMs = now
  const { user, system } = process.cpuUsage()
  known = (user + system) / 1e3
  return known
}

const GOOD_MS = 2
