/**
 * What a dump shows of the context that a call was given. An interface is printed as two words: what it is, and where its
 * value is. `context.Background()` and `context.TODO()` have no value of their own: their second word is in the program's
 * data, as the first one is; every context that can end is on the heap.
 *
 *   main.(*holder).acquire(0xc0001200c0, {0x794030, 0xa54ba0})       never ends
 *   main.(*holder).acquire(0xc0001200c0, {0x794030, 0xc000130000})   may end
 */
import { isOnHeap } from '../scene/pointers.ts'
import type { Place } from '../scene/standing.ts'
import type { Shown } from './reach.ts'
import { beginsAtSite } from './unshown.ts'

/** A round number of milliseconds is a time-out. */
const ROUND = 1e6

/**
 * Does it wait in a function that was given a context that never ends, and no time-out? A loop that a goroutine began
 * with may have a ticker all the same; a call in the middle of something has its context for its only way out.
 */
export function hasEndlessContext(place: Place, shown: Shown | undefined): boolean {
  const at = shown?.frames.findIndex(frame => !frame.plumbing) ?? -1
  if (!shown || at < 0 || shown.frames[at] !== place.site || !place.site.own || beginsAtSite(place)) return false
  const args = shown.args[at] ?? ''
  const [, type, value] = CONTEXT.exec(args) ?? []
  return type !== undefined && isStatic(type) && isStatic(value) && !hasTimeout(args)
}

/** It comes first, or behind the receiver. */
const CONTEXT = /^(?:0x[0-9a-f]+\??, )?\{(0x[0-9a-f]+), (0x[0-9a-f]+)\}/

/** Below that are counts, and nobody's addresses. */
const MIN_ADDRESS = 0x10000

function isStatic(word: string): boolean {
  return Number(word) >= MIN_ADDRESS && !isOnHeap(word)
}

function hasTimeout(args: string): boolean {
  return [...args.matchAll(/0x[0-9a-f]+/g)].some(([word]) => Number(word) >= ROUND && Number(word) % ROUND === 0)
}
