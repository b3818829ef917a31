/**
 * Who was inside of a function, as far as events show it. A lock that is free is taken without an event, so the
 * goroutine that holds it never blocked there: it gives itself away by what it did next to that line (a system call, a
 * wait, a wake, a preemption), or only by its life: begun as the waiters were, and over.
 */
import { GoState, type Trace } from '../../trace/tables.ts'
import type { Frame, FrameBook } from './frames.ts'

/** One goroutine inside of the function. */
export type Passer = {
  readonly goroutine: number // row
  /** Newest event of its own with the function on its stack. */
  readonly atNs: number
  /** The line of the function where it stood then. */
  readonly frame: Frame
  /** It stood behind the waiting line, or came from the wait itself: so it had got the lock. */
  readonly past: boolean
}

/** Stacks with the function on them: row in frames of the (innermost) such frame, -1 where there is none. */
function stacksInside(trace: Trace, site: Frame): Int32Array {
  const { frames, stacks } = trace
  const inside = new Uint8Array(frames.length)
  for (let row = 0; row < frames.length; row++) {
    if (trace.strings.text(frames.function[row]) === site.function) inside[row] = 1
  }
  const frameOf = new Int32Array(stacks.length).fill(-1)
  for (let stack = 0; stack < stacks.length; stack++) {
    for (let at = stacks.first[stack]; at < stacks.first[stack + 1]; at++) {
      if (!inside[stacks.frame[at]]) continue
      frameOf[stack] = stacks.frame[at]
      break
    }
  }
  return frameOf
}

/** The newest sight of each goroutine inside of the site's function but not at the site, oldest sight first. */
export function passersOf(trace: Trace, book: FrameBook, site: Frame): Passer[] {
  const { spans } = trace
  const frameOf = stacksInside(trace, site)
  const isElsewhere = new Uint8Array(trace.frames.length)
  const isBehind = new Uint8Array(trace.frames.length)
  for (const row of new Set(frameOf)) {
    if (row < 0) continue
    const frame = book.row(trace, row)
    if (frame !== site) isElsewhere[row] = 1
    if (isPast(frame, site)) isBehind[row] = 1
  }
  const newest = new Int32Array(trace.goroutines.length).fill(-1)
  const past = new Uint8Array(trace.goroutines.length)
  for (let row = 0; row < spans.length; row++) {
    const stack = spans.stack[row]
    if (stack <= 0 || frameOf[stack] < 0 || isElsewhere[frameOf[stack]] === 0) continue
    // The stack of a runnable span is the waker's, unless it was preempted.
    const woken = (spans.stateReason[row] & 3) === GoState.runnable && spans.place[row] >= 0
    const g = woken ? spans.place[row] : spans.goroutine[row]
    newest[g] = row
    past[g] |= isBehind[frameOf[stack]]
  }
  const passers: Passer[] = []
  for (let g = 0; g < newest.length; g++) {
    const row = newest[g]
    if (row < 0) continue
    const frame = book.row(trace, frameOf[spans.stack[row]])
    passers.push({ goroutine: g, atNs: spans.startNs[row], frame, past: past[g] === 1 })
  }
  return passers.sort((a, b) => a.atNs - b.atNs)
}

function isPast(frame: Frame, site: Frame): boolean {
  return frame.line > site.line
}

/** When a goroutine first ran; NaN where it never did. */
export function firstRunNs(trace: Trace, g: number): number {
  const { spans, spansOf } = trace
  for (let at = spansOf.first[g]; at < spansOf.first[g + 1]; at++) {
    const row = spansOf.row[at]
    if ((spans.stateReason[row] & 3) === GoState.running) return spans.startNs[row]
  }
  return Number.NaN
}

/** Goroutines that began with one of these functions and first ran by `byNs`, less those in `not`. */
export function siblingsOf(
  trace: Trace,
  entries: ReadonlySet<number>,
  byNs: number,
  not: ReadonlySet<number>,
): number[] {
  const siblings: number[] = []
  const { entry, birthNs, length } = trace.goroutines
  for (let g = 0; g < length; g++) {
    if (!entries.has(entry[g]) || not.has(g) || birthNs[g] > byNs) continue
    if (firstRunNs(trace, g) <= byNs) siblings.push(g)
  }
  return siblings
}
