/** How many goroutines the demo's client may have on this machine: a million where there is room for them. */
import { freemem } from 'node:os'

export const FULL_GOROUTINES = 1_000_000

/** Fewer show nothing worse than the recordings do. */
const FEWEST_GOROUTINES = 2_000

/** 3 kB were measured in the client (Go 1.26, 1,000,000 goroutines: 3.07 GB); the rest is for its trace, its dump and us. */
const BYTES_PER_GOROUTINE = 8_000

/** What can be had without swapping, in bytes: what the system says, or what is left of this container's limit. */
export function availableMemory(): number {
  // Node.js 20.13 and later; os.freemem() knows no container.
  return process.availableMemory?.() ?? freemem()
}

/** Goroutines for so many bytes: all from 8 GB on, below that two digits and zeros. */
export function goroutinesFor(availableBytes: number): number {
  const most = Math.floor(availableBytes / BYTES_PER_GOROUTINE)
  if (most >= FULL_GOROUTINES) return FULL_GOROUTINES
  if (!(most > FEWEST_GOROUTINES)) return FEWEST_GOROUTINES
  const step = 10 ** (Math.floor(Math.log10(most)) - 1)
  return Math.floor(most / step) * step
}
