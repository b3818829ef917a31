/**
 * Since when a goroutine has been inside of a function, and whether a lock was passed in the meantime. One that holds a
 * lock may move as much as it likes; what rules it out is a stack of its own, since the lock was shut, without the frame
 * that it would hold the lock in, or a lock that others got while it was in there.
 */
import { GoState, spanEndNs, type Trace } from '../../trace/tables.ts'
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import type { Scene } from '../scene/scene.ts'
import { isLockFunction } from '../scene/waits.ts'
import { forkOf } from './inside.ts'
import { isPassedOver, LONG_NS, shutNsOf } from './stillness.ts'

/**
 * When a goroutine of the trace came into the function of this frame, at the earliest, to stay in it until the trace
 * ends: the end of its last wait elsewhere; 0 where none of its stacks is without that function.
 */
export function enteredNs(trace: Trace, g: number, frame: Frame): number {
  const { spans, spansOf } = trace
  const known = new Map<number, boolean>()
  for (let at = spansOf.first[g + 1] - 1; at >= spansOf.first[g]; at--) {
    const row = spansOf.row[at]
    if (!isOwnStack(trace, row)) continue
    const stack = spans.stack[row]
    const inside = known.get(stack) ?? holds(trace, stack, name => name === frame.function)
    known.set(stack, inside)
    if (!inside) return spanEndNs(trace, g, at)
  }
  return bornNs(trace, g)
}

/** 0 where it was there before the trace began. */
function bornNs({ goroutines: { birthNs } }: Trace, g: number): number {
  return Number.isNaN(birthNs[g]) ? 0 : birthNs[g]
}

/**
 * When it came past this line at the earliest, to be seen behind it at `byNs`: the end of its last wait at that line, before
 * it, or elsewhere; 0 where none is seen.
 */
export function passedNs(trace: Trace, g: number, site: Frame, byNs: number): number {
  const { spans, spansOf, stacks, frames, strings } = trace
  const isBehind = (stack: number) => {
    for (let at = stacks.first[stack]; at < stacks.first[stack + 1]; at++) {
      const row = stacks.frame[at]
      if (strings.text(frames.function[row]) === site.function) return frames.line[row] > site.line
    }
    return false
  }
  for (let at = spansOf.first[g + 1] - 1; at >= spansOf.first[g]; at--) {
    const row = spansOf.row[at]
    if (spans.startNs[row] > byNs || !isOwnStack(trace, row)) continue
    if (!isBehind(spans.stack[row])) return spanEndNs(trace, g, at)
  }
  return bornNs(trace, g)
}

/**
 * Does a goroutine still move, though inside? It does if it was woken since a moment, and its newest wait is not much
 * longer than those before it were.
 */
export function stillMoves(trace: Trace, g: number, sinceNs: number): boolean {
  const { spans, spansOf } = trace
  const last = spansOf.first[g + 1] - 1
  let longestNs = 0
  for (let at = last - 1; at >= spansOf.first[g]; at--) {
    const row = spansOf.row[at]
    if (spans.startNs[row] < sinceNs) break
    if ((spans.stateReason[row] & 3) === GoState.waiting)
      longestNs = Math.max(longestNs, spanEndNs(trace, g, at) - spans.startNs[row])
  }
  const newestNs = trace.durationNs - spans.startNs[spansOf.row[last]]
  return longestNs > 0 && newestNs < Math.min(Math.max(MANY_WAITS * longestNs, LONG_NS / 2), LONG_NS)
}

/** Answers of a remote, and turns of a timer, do not come with the regularity of a clock. */
const MANY_WAITS = 3

/** When it had last waited for a lock, in that stay: it may have got the one in question only then. */
export function gotLockNs(trace: Trace, g: number, fromNs: number): number {
  const { spans, spansOf } = trace
  for (let at = spansOf.first[g + 1] - 1; at >= spansOf.first[g]; at--) {
    const row = spansOf.row[at]
    if (spans.startNs[row] < fromNs) break
    if (isOwnStack(trace, row) && holds(trace, spans.stack[row], isLockFunction)) return spanEndNs(trace, g, at)
  }
  return fromNs
}

/** Who holds a lock has begun to wait before the next one came for it, and not long before, where many come. */
const PARKED_BEFORE_NS = 10e6
/** Between the lock and the long wait inside lie short ones: a connection is dialled, a file opened. */
const SETTLED_NS = 20e6

/** Did it begin to wait where it waits now at about the moment when the lock was shut? False where nobody saw that. */
export function parkedAtShut(scene: Scene, jam: readonly Group[], row: number): boolean {
  const shutNs = shutNsOf(scene, jam)
  const sinceNs = scene.standing.sinceNs[row]
  return shutNs > 0 && sinceNs >= shutNs - PARKED_BEFORE_NS && sinceNs <= shutNs + SETTLED_NS
}

/**
 * May it have the lock, by what the trace saw: did it come into the function of this frame before the lock was shut, and
 * did nobody get the lock since? True where there is no trace to tell.
 */
export function couldHaveIt(scene: Scene, jam: readonly Group[], row: number, frame: Frame): boolean {
  const { trace, standing } = scene
  const g = standing.traceRow[row]
  if (!trace || g < 0) return true
  const shutNs = shutNsOf(scene, jam)
  const entered = enteredNs(trace, g, frame)
  return entered <= shutNs && !passedBetween(scene, jam, gotLockNs(trace, g, entered), shutNs)
}

/** Was it seen to begin, and has it waited for nothing before: is it where a loop comes first? */
export function parkedFirst({ trace, standing }: Scene, row: number): boolean {
  const g = standing.traceRow[row]
  if (!trace || g < 0 || Number.isNaN(trace.goroutines.birthNs[g])) return false
  const { spans, spansOf } = trace
  for (let at = spansOf.first[g]; at < spansOf.first[g + 1] - 1; at++)
    if ((spans.stateReason[spansOf.row[at]] & 3) === GoState.waiting) return false
  return true
}

/** The stack of a runnable span is its waker's, unless it was preempted. */
function isOwnStack(trace: Trace, row: number): boolean {
  const { stateReason, stack, place } = trace.spans
  return stack[row] > 0 && ((stateReason[row] & 3) !== GoState.runnable || place[row] < 0)
}

function holds(trace: Trace, stack: number, matches: (functionName: string) => boolean): boolean {
  const { stacks, frames, strings } = trace
  for (let at = stacks.first[stack]; at < stacks.first[stack + 1]; at++) {
    if (matches(strings.text(frames.function[stacks.frame[at]]))) return true
  }
  return false
}

/** One that has just come in may take the lock before the one that was woken for it runs. */
const SLACK_NS = 20e6
/** So many stays behind the line that locks are no accident of one round. */
const ROUNDS = 3
/** Waiters whose rounds are looked at: they do the same, mostly. */
const MAX_WAITERS = 8

/**
 * Was the lock of this jam taken and left by others between two moments? It was where a waiter was woken at the line, or
 * where today's waiters were seen, again and again, behind the call that locks. Readers prove nothing: they share.
 */
export function passedBetween(scene: Scene, jam: readonly Group[], fromNs: number, toNs: number): boolean {
  const { trace } = scene
  if (!trace || !(toNs > fromNs)) return false
  return jam.some(group => {
    if (group.what === 'sync.RWMutex.RLock') return false
    const wakeNs = scene.uses.bySite.get(group.site)?.lastWakeNs ?? Number.NaN
    if (wakeNs > fromNs + SLACK_NS && wakeNs <= toNs && !isPassedOver(scene, group)) return true
    return group.rows.subarray(0, MAX_WAITERS).some(row => wentRound(scene, trace, row, fromNs, toNs))
  })
}

/** Was it seen going round before its lock was shut, behind the call in which it waits now? Then it let go each time. */
export function goesRound(scene: Scene, jam: readonly Group[], row: number): boolean {
  return scene.trace !== undefined && wentRound(scene, scene.trace, row, 0, shutNsOf(scene, jam))
}

/** Has a waiter stayed at one line behind the call that it waits in now, `ROUNDS` times in that time? */
function wentRound(scene: Scene, trace: Trace, row: number, fromNs: number, toNs: number): boolean {
  const g = scene.standing.traceRow[row]
  if (g < 0) return false
  const waits = scene.standing.places[scene.standing.place[row]].frames
  const { spans, spansOf } = trace
  const times = new Map<number, number>()
  for (let at = spansOf.first[g + 1] - 1; at >= spansOf.first[g]; at--) {
    const span = spansOf.row[at]
    if (spans.startNs[span] <= fromNs) return false
    if (spans.startNs[span] > toNs || !isOwnStack(trace, span)) continue
    const rounds = (times.get(spans.stack[span]) ?? 0) + 1
    times.set(spans.stack[span], rounds)
    if (rounds < ROUNDS) continue
    const fork = rounds === ROUNDS ? forkOf(waits, scene.book.stack(trace, spans.stack[span])) : undefined
    if (fork && fork.went.line > fork.stayed.line) return true
  }
  return false
}
