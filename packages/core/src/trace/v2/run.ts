/**
 * The hot loop: decodes events and makes them happen. It is one long function on purpose: a call an event, or a number
 * handed over that is no small integer, costs more than all of the decoding. The three events that are nearly all
 * of a busy trace (a goroutine starts, leaves, is woken) are done in place where nothing is unusual about them;
 * everything else goes through the rules in `goroutines.ts`, `procs.ts` and `rare.ts`.
 */
import { GoState } from '../tables.ts'
import { type Cursors, MAX_NS } from './cursors.ts'
import {
  goCreate,
  goCreateSyscall,
  goDestroy,
  goDestroySyscall,
  goLeave,
  goStart,
  goStatus,
  goSwitch,
  goSyscallBegin,
  goSyscallEnd,
  goSyscallEndBlocked,
  goUnblock,
} from './goroutines.ts'
import { procStart, procStatus, procSteal, procStop } from './procs.ts'
import { rareEvent, userLog } from './rare.ts'
import {
  type BAD,
  DONE,
  type GO_GENERATION,
  type GO_SEQ,
  type GO_SIZE,
  type GO_STATUS,
  type GO_THREAD,
  GoStatus,
  IDLE,
  type Sched,
  type THREAD_GO,
  type THREAD_PLACE,
  type THREAD_PROC,
  type THREAD_SIZE,
  WAIT,
} from './sched.ts'
import { ARG_COUNT, Ev, eventEnd, type MAX_EVENT_SIZE, NO_ID, type Varints } from './wire.ts'

/** What the loop asks of the merge around it (`merge.ts`). Both answer false where the cursor has no more events. */
export type Merging = {
  /** Finds the time of the cursor's next event. */
  peek(cursor: number): boolean
  /** Passes over an event that cannot be, and notes why. */
  skip(cursor: number, message: string): boolean
  readonly varints: Varints
}

/** Why `run` stops: a sample is due or it has run for long, the heap's first cursor is at its end, or its event must wait. */
export const PAUSE = 0
export const DRY = 1
export const BLOCKED = 2
/** … or, asked for one event, it has happened. */
export const ONE = 3

/**
 * Changes of cursor after which `run` returns, only to be called again: a loop that was optimised while it ran keeps
 * its float64s as objects on the heap, and only a new call enters the code that does not.
 */
const TURNS = 4096

/** Four bytes of a varint hold less than this; what is longer is read elsewhere, so that here all are small integers. */
const FOUR_BYTES = 1 << 28

/**
 * Makes events happen, the earliest cursor's first, until a sample is due, the earliest cursor is dry or blocked, or,
 * where only `one` is asked for, one has happened.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one loop with one switch; a call for each event costs half as much again
export function run(
  s: Sched,
  bytes: Uint8Array,
  cursors: Cursors,
  sampleNs: number,
  one: boolean,
  merge: Merging,
): number {
  const nsPerUnit = s.tables.nsPerUnit
  const { last, counts, builder, generation } = s
  // Bundled, a constant of a module is a variable that is loaded and checked at each use; a local one is a number in the
  // machine code. The types see to it that they are the same.
  const START: typeof Ev.goStart = 16
  const BLOCK: typeof Ev.goBlock = 20
  const UNBLOCK: typeof Ev.goUnblock = 21
  const STATUS: typeof Ev.goStatus = 25
  const STATUS_STACK: typeof Ev.goStatusStack = 48
  const RUNNABLE: typeof GoStatus.runnable = 1
  const RUNNING: typeof GoStatus.running = 2
  const WAITING: typeof GoStatus.waiting = 4
  const SIZE: typeof GO_SIZE & typeof THREAD_SIZE = 4
  const STATUS_OF: typeof GO_STATUS = 0
  const SEQ: typeof GO_SEQ = 1
  const GENERATION: typeof GO_GENERATION = 2
  const THREAD: typeof GO_THREAD = 3
  const GO: typeof THREAD_GO = 0
  const PROC: typeof THREAD_PROC = 1
  const PLACE: typeof THREAD_PLACE = 3
  const LONGEST: typeof MAX_EVENT_SIZE = 51
  const HAPPENED: typeof DONE = 0
  let c = cursors.heap[0]
  let thread = cursors.thread[c]
  let pos = cursors.pos[c]
  let argPos = cursors.argPos[c]
  let end = cursors.end[c]
  let lastNs = cursors.lastNs[c]
  let nextNs = cursors.nextNs[c]
  const { heapNs } = cursors
  let limitNs = Math.min(heapNs[1], heapNs[2], sampleNs, MAX_NS)
  let turns = TURNS
  for (;;) {
    const offset = pos
    let answer: number = HAPPENED
    // Near the batch's end an event may be cut by it; elsewhere the longest one fits.
    if (end - pos < LONGEST && eventEnd(bytes, pos, end) < 0) answer = cutEvent(s, bytes[pos])
    else {
      const type = bytes[pos]
      pos = argPos
      const count = ARG_COUNT[type]
      let a = 0
      let b = 0
      let d = 0
      let e = 0
      if (count > 1 && type !== STATUS && type !== STATUS_STACK) {
        a = bytes[pos++]
        if (a > 127) {
          a = (a & 127) | (bytes[pos++] << 7)
          if (a > 16383) {
            a = (a & 16383) | (bytes[pos++] << 14)
            if (a > 2097151) a = (a & 2097151) | (bytes[pos++] << 21)
          }
        }
        if (count > 2) {
          b = bytes[pos++]
          if (b > 127) {
            b = (b & 127) | (bytes[pos++] << 7)
            if (b > 16383) {
              b = (b & 16383) | (bytes[pos++] << 14)
              if (b > 2097151) b = (b & 2097151) | (bytes[pos++] << 21)
            }
          }
          if (count > 3) {
            d = bytes[pos++]
            if (d > 127) {
              d = (d & 127) | (bytes[pos++] << 7)
              if (d > 16383) {
                d = (d & 16383) | (bytes[pos++] << 14)
                if (d > 2097151) d = (d & 2097151) | (bytes[pos++] << 21)
              }
            }
            if (count > 4) {
              e = bytes[pos++]
              if (e > 127) {
                e = (e & 127) | (bytes[pos++] << 7)
                if (e > 16383) {
                  e = (e & 16383) | (bytes[pos++] << 14)
                  if (e > 2097151) e = (e & 2097151) | (bytes[pos++] << 21)
                }
              }
            }
          }
        }
      }
      const before = last[0]
      last[0] = nextNs <= before ? before + 1 : nextNs
      const { go, threads } = s
      const at = thread * SIZE
      const row = threads[at + GO]
      if (type === STATUS || type === STATUS_STACK) {
        answer = statusEvent(s, argPos, end, thread, type === STATUS_STACK, merge.varints)
        pos = merge.varints.pos
      } else if ((a | b | d | e) >= FOUR_BYTES || count === 0) {
        answer = longEvent(s, bytes, offset, end, thread, merge.varints)
        pos = merge.varints.pos
      } else if (type === START || type === UNBLOCK) {
        const starts = type === START
        const other = s.ids.find(a)
        const g = other * SIZE
        if (
          other >= 0 &&
          go[g + STATUS_OF] === (starts ? RUNNABLE : WAITING) &&
          go[g + SEQ] + 1 === b &&
          go[g + GENERATION] === generation &&
          (!starts || (row < 0 && threads[at + PROC] >= 0))
        ) {
          go[g + SEQ] = b
          go[g + STATUS_OF] = starts ? RUNNING : RUNNABLE
          if (starts) {
            threads[at + GO] = other
            go[g + THREAD] = thread
            builder.spanNow(other, GoState.running, threads[at + PLACE], -1)
          } else builder.spanNow(other, GoState.runnable, row < 0 ? -1 : row, s.stack(d, offset))
        } else answer = happen(s, type, thread, a, b, d, e, offset)
      } else if (type === BLOCK && row >= 0 && threads[at + PROC] >= 0 && go[row * SIZE + STATUS_OF] === RUNNING) {
        go[row * SIZE + STATUS_OF] = WAITING
        threads[at + GO] = IDLE
        const stack = s.stack(b, offset)
        builder.ownStack(row, stack)
        builder.spanNow(row, GoState.waiting | (s.reason(a, offset) << 2), -1, stack)
      } else answer = happen(s, type, thread, a, b, d, e, offset)
      if (answer === HAPPENED) counts[type]++
      else if (answer === WAIT || !s.damaged) last[0] = before
    }
    if (answer === HAPPENED) {
      lastNs = nextNs
      if (pos < end) {
        // A type byte that the end cuts off has no time; it is found to be cut when it is its turn.
        let units = pos + 1 < end ? bytes[pos + 1] : 0
        argPos = pos + 2
        if (units > 127) {
          units = (units & 127) | (bytes[argPos++] << 7)
          if (units > 16383) {
            units = longNumber(bytes, pos + 1)
            argPos = numberEnd(bytes, argPos, end)
          }
        }
        nextNs = Math.floor(units * nsPerUnit) + lastNs
        if (nextNs <= limitNs && !one) continue
        cursors.pos[c] = pos
        cursors.argPos[c] = argPos
        cursors.lastNs[c] = lastNs
        cursors.nextNs[c] = nextNs
        if (nextNs > MAX_NS && !merge.peek(c)) return DRY
      } else {
        cursors.pos[c] = pos
        cursors.lastNs[c] = lastNs
        if (!merge.peek(c)) return DRY
      }
    } else {
      cursors.pos[c] = offset
      cursors.argPos[c] = argPos
      cursors.lastNs[c] = lastNs
      cursors.nextNs[c] = nextNs
      if (answer === WAIT) return BLOCKED
      if (!merge.skip(c, s.failure)) return DRY
    }
    cursors.sink(c)
    if (one) return ONE
    c = cursors.heap[0]
    nextNs = cursors.nextNs[c]
    if (nextNs > sampleNs || --turns === 0) return PAUSE
    thread = cursors.thread[c]
    pos = cursors.pos[c]
    argPos = cursors.argPos[c]
    end = cursors.end[c]
    lastNs = cursors.lastNs[c]
    limitNs = Math.min(heapNs[1], heapNs[2], sampleNs, MAX_NS)
  }
}

function cutEvent(s: Sched, type: number): typeof BAD {
  return s.bad(ARG_COUNT[type] === 0 ? `found invalid event type: ${type}` : 'found invalid uvarint')
}

/** Where the number ends whose second byte ends at `pos`; no further than `end`. */
function numberEnd(bytes: Uint8Array, pos: number, end: number): number {
  let at = pos
  while (at < end && bytes[at] > 127) at++
  return at + 1
}

/** A number of any length. */
function longNumber(bytes: Uint8Array, from: number): number {
  let value = 0
  let scale = 1
  for (let pos = from; pos < from + 10; pos++) {
    value += (bytes[pos] & 0x7f) * scale
    if (bytes[pos] < 0x80) break
    scale *= 128
  }
  return value
}

/** Says what a goroutine's status is; each generation does for every goroutine, mostly with "no thread" in ten bytes. */
function statusEvent(
  s: Sched,
  argPos: number,
  end: number,
  thread: number,
  withStack: boolean,
  varints: Varints,
): number {
  const v = varints.at(argPos, end)
  const id = v.next()
  const threadId = v.noThread() ? NO_ID : v.next()
  const status = v.next()
  const stack = withStack ? v.next() : 0
  if (v.bad) return s.bad('found invalid uvarint')
  const row = s.ids.find(id)
  // Most still wait as they did.
  if (status !== GoStatus.waiting || row < 0 || s.status(row) !== GoStatus.waiting)
    return goStatus(s, thread, id, threadId, status, stack, argPos)
  s.setSeq(row, 0)
  if (stack !== 0) s.builder.adoptStack(row, s.stack(stack, argPos))
  return DONE
}

/** An event with a number of more than four bytes, or of no known type. Leaves `varints` behind it. */
function longEvent(s: Sched, bytes: Uint8Array, offset: number, end: number, thread: number, varints: Varints): number {
  const type = bytes[offset]
  const count = ARG_COUNT[type]
  if (count === 0) return cutEvent(s, type)
  const v = varints.at(offset + 1, end)
  v.next()
  const a = count > 1 ? v.next() : 0
  const b = count > 2 ? v.next() : 0
  const d = count > 3 ? v.next() : 0
  const e = count > 4 ? v.next() : 0
  return v.bad ? cutEvent(s, type) : happen(s, type, thread, a, b, d, e, offset)
}

/** One event: may it happen now, and what does it change? */
function happen(
  s: Sched,
  type: number,
  thread: number,
  a: number,
  b: number,
  c: number,
  d: number,
  offset: number,
): number {
  switch (type) {
    case Ev.goStart:
      return goStart(s, thread, a, b)
    case Ev.goBlock:
    case Ev.goStop:
      return goLeave(s, type, thread, a, b, offset)
    case Ev.goUnblock:
      return goUnblock(s, thread, a, b, c, offset)
    case Ev.goSyscallBegin:
      return goSyscallBegin(s, thread, a, b, offset)
    case Ev.goSyscallEnd:
      return goSyscallEnd(s, thread)
    case Ev.procStart:
      return procStart(s, thread, a, b)
    case Ev.procStop:
      return procStop(s, thread)
    case Ev.goCreate:
    case Ev.goCreateBlocked:
      return goCreate(s, type, thread, a, b, c, offset)
    case Ev.goDestroy:
      return goDestroy(s, thread)
    case Ev.userLog:
      return userLog(s, thread, a, b, c, d, offset)
    case Ev.goSyscallEndBlocked:
      return goSyscallEndBlocked(s, thread)
    case Ev.procSteal:
      return procSteal(s, thread, a, b, c)
    case Ev.procStatus:
      return procStatus(s, thread, a, b)
    case Ev.goSwitch:
    case Ev.goSwitchDestroy:
      return goSwitch(s, type, thread, a, b)
    case Ev.goCreateSyscall:
      return goCreateSyscall(s, thread, a)
    case Ev.goDestroySyscall:
      return goDestroySyscall(s, thread)
    default:
      return rareEvent(s, type, thread, a, b, c, d, offset)
  }
}
