/**
 * How the locks of a traced program were used: one pass over the spans. Only waits leave a trace (a lock that is free is
 * taken without an event), so this counts waits, and who was woken last at each waiting line.
 */
import { GoState, type Trace } from '../../trace/tables.ts'
import type { Frame, FrameBook } from './frames.ts'
import { isLockFunction, isUnlockFunction } from './waits.ts'

/** What was seen of the waits for locks at one line. Goroutines are rows; times are the trace's. */
export type LockUse = {
  readonly site: Frame
  readonly kind: 'mutex' | 'rwmutex'
  /** Waits that ended. */
  waits: number
  waitedNs: number
  longestNs: number
  /** The newest wake, who was woken, and by whom (-1: nobody seen). */
  lastWakeNs: number
  lastWoken: number
  /** The longest time between two wakes while somebody waited: how long the lock was held. */
  longestHeldNs: number
  /** When that wait began which began last of all that were woken; NaN: none. */
  newestWokenSinceNs: number
}

export type LockUses = {
  /**
   * When a function last released a lock and woke one whose own stack is not known (it waited when the trace began):
   * by the function's name.
   */
  readonly releasedNs: ReadonlyMap<string, number>
  readonly bySite: ReadonlyMap<Frame, LockUse>
}

export function lockUsesOf(trace: Trace, book: FrameBook): LockUses {
  const uses: LockUse[] = []
  const useOfStack = lockStacks(trace, book, uses)
  const released = new Map<string, number>()
  if (uses.length > 0) countWaits(trace, uses, useOfStack, unlockStacks(trace, book, released))
  const used = uses.filter(use => use.waits > 0)
  return {
    releasedNs: released,
    bySite: new Map(used.map(use => [use.site, use])),
  }
}

/** A row of `uses` for every stack that waits for a lock, else -1. */
function lockStacks(trace: Trace, book: FrameBook, uses: LockUse[]): Int32Array {
  const { stacks } = trace
  const isLockFrame = framesOf(trace, isLockFunction)
  const useOfStack = new Int32Array(stacks.length).fill(-1)
  const useOfSite = new Map<number, number>()
  for (let stack = 0; stack < stacks.length; stack++) {
    const end = stacks.first[stack + 1]
    let at = stacks.first[stack]
    // The lock's own frames are the innermost; above them only the runtime's semaphores and parking stand.
    const limit = Math.min(end, at + 10)
    while (at < limit && !isLockFrame[stacks.frame[at]]) at++
    if (at === limit) continue
    while (at < end && isLockFrame[stacks.frame[at]]) at++
    if (at === end) continue
    const siteRow = stacks.frame[at]
    const site = book.row(trace, siteRow)
    const above = book.stack(trace, stack).slice(0, at - stacks.first[stack])
    if (site.plumbing || !above.every(frame => frame.plumbing)) continue
    const known = useOfSite.get(siteRow)
    const kind = above.some(frame => /^sync\.\(\*(RWMutex|rlocker)\)/.test(frame.function)) ? 'rwmutex' : 'mutex'
    const use = known ?? uses.push(emptyUse(site, kind)) - 1
    useOfSite.set(siteRow, use)
    useOfStack[stack] = use
  }
  return useOfStack
}

/** 1 for each frame row whose function is one of sync's; strings of other lengths are not even decoded. */
function framesOf(trace: Trace, matches: (functionName: string) => boolean): Uint8Array {
  const { frames, strings } = trace
  const found = new Uint8Array(frames.length)
  for (let row = 0; row < frames.length; row++) {
    // From "sync.(*Mutex).Lock" to "internal/sync.(*Mutex).unlockSlow".
    const size = strings.byteLength(frames.function[row])
    if (size >= 18 && size <= 36 && matches(strings.text(frames.function[row]))) found[row] = 1
  }
  return found
}

/** Notes a release, by the stack of the one that released and woke; nothing for other stacks. */
function unlockStacks(
  trace: Trace,
  book: FrameBook,
  released: Map<string, number>,
): (stack: number, ns: number) => void {
  const { stacks } = trace
  const isUnlock = framesOf(trace, isUnlockFunction)
  return (stack, ns) => {
    let at = stacks.first[stack]
    const end = stacks.first[stack + 1]
    const begin = at
    while (at < end && isUnlock[stacks.frame[at]]) at++
    if (at > begin && at < end) released.set(book.row(trace, stacks.frame[at]).function, ns)
  }
}

function emptyUse(site: Frame, kind: LockUse['kind']): LockUse {
  return {
    site,
    kind,
    waits: 0,
    waitedNs: 0,
    longestNs: 0,
    lastWakeNs: Number.NaN,
    lastWoken: -1,
    longestHeldNs: 0,
    newestWokenSinceNs: Number.NaN,
  }
}

function countWaits(
  trace: Trace,
  uses: readonly LockUse[],
  useOfStack: Int32Array,
  releases: (stack: number, ns: number) => void,
): void {
  const { length, stateReason, goroutine, stack, startNs } = trace.spans
  // By goroutine: the span in which it waits for a lock.
  const waitOf = new Int32Array(trace.goroutines.length).fill(NO_WAIT)
  // When it was last woken, and since when it has been in the queue. Untouched memory costs nothing.
  const wokenNs = new Float64Array(trace.goroutines.length)
  const sinceNs = new Float64Array(trace.goroutines.length)
  for (let row = 0; row < length; row++) {
    const state = stateReason[row] & 3
    if (state === GoState.waiting) {
      const stackRow = stack[row]
      if (stackRow <= 0) waitOf[goroutine[row]] = PLACELESS
      else if (useOfStack[stackRow] >= 0) {
        const g = goroutine[row]
        waitOf[g] = row
        if (wokenNs[g] === 0 || startNs[row] - wokenNs[g] >= REQUEUE_NS) sinceNs[g] = startNs[row]
      }
    } else if (state === GoState.runnable) {
      const g = goroutine[row]
      const wait = waitOf[g]
      if (wait === NO_WAIT) continue
      waitOf[g] = NO_WAIT
      if (wait !== PLACELESS) {
        woken(uses[useOfStack[stack[wait]]], g, startNs[wait], startNs[row], sinceNs[g])
        wokenNs[g] = startNs[row]
      } else if (stack[row] > 0) releases(stack[row], startNs[row])
    }
  }
}

/**
 * One that was woken and found the lock taken by a newcomer goes back to the head of the queue (sync/mutex.go). It
 * shows as a new wait, right after the wake, and is no newcomer itself. On a busy machine it takes a few milliseconds
 * until it runs.
 */
export const REQUEUE_NS = 5e6
const NO_WAIT = -1
/** A goroutine whose wait is older than the trace may be woken before anything tells where it waited. */
const PLACELESS = -2

function woken(use: LockUse, g: number, sinceNs: number, atNs: number, queuedNs: number): void {
  use.waits++
  use.waitedNs += atNs - sinceNs
  use.longestNs = Math.max(use.longestNs, atNs - sinceNs)
  if (sinceNs <= use.lastWakeNs) use.longestHeldNs = Math.max(use.longestHeldNs, atNs - use.lastWakeNs)
  if (!(queuedNs <= use.newestWokenSinceNs)) use.newestWokenSinceNs = queuedNs
  use.lastWakeNs = atNs
  use.lastWoken = g
}
