/**
 * Merges the threads of one generation into the order in which things happened, and makes them happen
 * (`internal/trace/reader.go`):
 *
 *  1. each thread's batches have a cursor; the one whose next event is earliest goes on (`run`)
 *  2. it stays that cursor's turn until another one's event, or a CPU sample, is earlier
 *  3. an event that may not happen yet (a goroutine starts before its wake-up was seen) waits: clocks of different
 *     processors differ. The other cursors are then tried in order of time (`fallBack`), one event, and back to 1
 *  4. if none may go on, or an event contradicts what is known, the trace is damaged: that is noted once, and the
 *     rest of the generation is read by time alone, with what does not fit made fit (`mend.ts`)
 */

import { placeOf } from '../tables.ts'
import type { Generation } from './batches.ts'
import { Cursors } from './cursors.ts'
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
import { UNDEFINED_ID } from './idmap.ts'
import { mend } from './mend.ts'
import { procStart, procStatus, procSteal, procStop } from './procs.ts'
import { rareEvent } from './rare.ts'
import { DONE, type Sched, WAIT } from './sched.ts'
import { ARG_COUNT, Ev, eventEnd, MAX_EVENT_SIZE, NO_ID, Varints } from './wire.ts'

/** Why `run` stops: a CPU sample is due, the heap's first cursor is at its end, or its next event must wait. */
const SAMPLE = 0
const DRY = 1
const BLOCKED = 2
/** … or, asked for one event, it has happened. */
const ONE = 3

/** Reports of broken events within one generation; what follows the first is mostly its consequence. */
const MAX_REPORTS = 4
/**
 * Tries that failed, beyond which a trace counts as hopelessly out of order: real ones hardly ever have one, and
 * each costs a look at a thread.
 */
const MAX_FAILED_TRIES = 2_000_000

export class Merge {
  private readonly s: Sched
  private readonly bytes: Uint8Array
  private readonly cursors: Cursors
  private readonly zeroNs: number
  private readonly gen: number
  private sample = 0
  private reports = 0
  private skipped = 0
  private failedTries = 0
  private readonly varints: Varints

  constructor(s: Sched, bytes: Uint8Array, generation: Generation, zeroNs: number) {
    this.s = s
    this.bytes = bytes
    this.zeroNs = zeroNs
    this.gen = generation.gen
    this.cursors = new Cursors(s, generation, zeroNs)
    this.varints = new Varints(bytes)
  }

  /** Reads the whole generation. */
  generation(): void {
    const { cursors } = this
    for (let c = 0; c < cursors.length; c++) if (this.peek(c)) cursors.push(c)
    while (cursors.size > 0) {
      this.takeSamples(cursors.nextNs[cursors.heap[0]])
      const answer = run(this.s, this.bytes, cursors, this.nextSampleNs(), false, this)
      if (answer === DRY) cursors.pop()
      else if (answer === BLOCKED) this.fallBack()
    }
    this.takeSamples(Number.POSITIVE_INFINITY)
    if (this.skipped > 0)
      this.s.report(
        0,
        `${this.skipped} more events of generation ${this.gen} contradict what came before`,
        'those events',
      )
  }

  /** The earliest event must wait: the first of the others that may happen is let through. */
  private fallBack(): void {
    const { cursors } = this
    const blocked = [cursors.pop()]
    let answer = BLOCKED
    while (answer === BLOCKED && cursors.size > 0 && this.failedTries < MAX_FAILED_TRIES) {
      this.failedTries++
      answer = run(this.s, this.bytes, cursors, Number.POSITIVE_INFINITY, true, this)
      if (answer === DRY) cursors.pop()
      else if (answer === BLOCKED) blocked.push(cursors.pop())
    }
    for (const c of blocked) cursors.push(c)
    if (answer === BLOCKED) this.force(cursors.heap[0])
  }

  /** Nobody can go on: the conditions of the earliest event are made true. */
  private force(c: number): void {
    const { s, cursors } = this
    const offset = cursors.pos[c]
    const type = this.bytes[offset]
    if (!s.lenient)
      this.broken(
        offset,
        `broken trace: failed to advance: event type ${type} of thread ${s.threadIds[cursors.thread[c]]}`,
      )
    const v = this.varints.at(offset + 1, cursors.end[c])
    v.next()
    mend(s, type, cursors.thread[c], v.next(), ARG_COUNT[type] > 2 ? v.next() : 0)
    const answer = run(s, this.bytes, cursors, Number.POSITIVE_INFINITY, true, this)
    const dry = answer === DRY || (answer === BLOCKED && !this.skip(c, 'failed to advance'))
    if (dry) cursors.pop()
    else if (answer === BLOCKED) cursors.sink(c)
  }

  /** Notes that something is broken; the first few of a generation in words. */
  broken(offset: number, message: string): void {
    if (this.reports++ < MAX_REPORTS)
      this.s.report(offset, message, 'that event; the rest of the generation is read by time alone, as well as it fits')
    else this.skipped++
    this.s.lenient = true
  }

  /** Passes over the cursor's event, or over the rest of its batch where not even its end can be seen. False: dry. */
  skip(c: number, message: string): boolean {
    const { cursors } = this
    const offset = cursors.pos[c]
    this.broken(offset, message)
    const after = eventEnd(this.bytes, offset, cursors.end[c])
    if (after >= 0) {
      cursors.lastNs[c] = cursors.nextNs[c]
      cursors.pos[c] = after
    } else cursors.pos[c] = cursors.end[c]
    return this.peek(c)
  }

  /** Finds the time of the cursor's next event, going on to its next batch where one ends. False: dry. */
  peek(c: number): boolean {
    const { cursors } = this
    for (;;) {
      while (cursors.pos[c] >= cursors.end[c]) if (!cursors.enter(c, cursors.batch[c] + 1)) return false
      const v = this.varints.at(cursors.pos[c] + 1, cursors.end[c])
      const units = v.next()
      if (!v.bad) {
        cursors.nextNs[c] = Math.floor(units * this.s.tables.nsPerUnit) + cursors.lastNs[c]
        return true
      }
      this.broken(cursors.pos[c], 'found invalid uvarint for timestamp')
      cursors.pos[c] = cursors.end[c]
    }
  }

  private nextSampleNs(): number {
    const { samples } = this.s.tables
    return this.sample < samples.length ? samples.timeNs[this.sample] - this.zeroNs : Number.POSITIVE_INFINITY
  }

  /** CPU samples come between the events, by time alone. */
  private takeSamples(untilNs: number): void {
    const { s } = this
    const { samples } = s.tables
    while (this.sample < samples.length && this.nextSampleNs() < untilNs) {
      const i = this.sample++
      const at = samples.timeNs[i] - this.zeroNs
      s.last[0] = at <= s.last[0] ? s.last[0] + 1 : at
      const thread = samples.thread[i] < NO_ID ? s.show(s.thread(samples.thread[i])) : -1
      const proc = samples.proc[i] < NO_ID ? s.findProc(samples.proc[i]) : -1
      const stack = s.tables.stacks.get(samples.stack[i])
      const goroutine = samples.goroutine[i] === 0 ? -1 : s.ids.find(samples.goroutine[i])
      s.builder.sample(s.last[0], goroutine, placeOf(proc, thread), stack === UNDEFINED_ID ? -1 : stack)
      s.sampleCount++
    }
  }
}

/** Reads a number of up to four bytes without a call; what is longer goes through `longVarint`. */
let longEnd = 0
function longVarint(bytes: Uint8Array, from: number): number {
  let value = 0
  let scale = 1
  let pos = from
  for (let i = 0; i < 10; i++) {
    const byte = bytes[pos++]
    value += (byte & 0x7f) * scale
    if (byte < 0x80) break
    scale *= 128
  }
  longEnd = pos
  return value
}

/**
 * Makes events happen, the earliest cursor's first, until a sample is due, the earliest cursor is dry or blocked, or,
 * where only `one` is asked for, one has happened.
 */
function run(s: Sched, bytes: Uint8Array, cursors: Cursors, sampleNs: number, one: boolean, merge: Merge): number {
  const nsPerUnit = s.tables.nsPerUnit
  const { last, counts } = s
  let c = cursors.heap[0]
  let thread = cursors.thread[c]
  let pos = cursors.pos[c]
  let end = cursors.end[c]
  let lastNs = cursors.lastNs[c]
  let nextNs = cursors.nextNs[c]
  let limitNs = Math.min(cursors.secondNs(), sampleNs)
  s.show(thread)
  for (;;) {
    const offset = pos
    let answer = DONE
    // Near the batch's end an event may be cut by it; elsewhere the longest one fits.
    if (end - pos < MAX_EVENT_SIZE ? eventEnd(bytes, pos, end) < 0 : ARG_COUNT[bytes[pos]] === 0)
      answer = s.bad(ARG_COUNT[bytes[pos]] === 0 ? `found invalid event type: ${bytes[pos]}` : 'found invalid uvarint')
    else {
      const type = bytes[pos++]
      while (bytes[pos++] > 127);
      const count = ARG_COUNT[type]
      let a = 0
      let b = 0
      let d = 0
      let e = 0
      if (count > 1) {
        a = bytes[pos++]
        if (a > 127) {
          a = (a & 127) | (bytes[pos++] << 7)
          if (a > 16383) {
            a = (a & 16383) | (bytes[pos++] << 14)
            if (a > 2097151) {
              a = longVarint(bytes, pos - 3)
              pos = longEnd
            }
          }
        }
        if (count > 2) {
          b = bytes[pos++]
          if (b > 127) {
            b = (b & 127) | (bytes[pos++] << 7)
            if (b > 16383) {
              b = (b & 16383) | (bytes[pos++] << 14)
              if (b > 2097151) {
                b = longVarint(bytes, pos - 3)
                pos = longEnd
              }
            }
          }
          if (count > 3) {
            d = bytes[pos++]
            if (d > 127) {
              d = (d & 127) | (bytes[pos++] << 7)
              if (d > 16383) {
                d = (d & 16383) | (bytes[pos++] << 14)
                if (d > 2097151) {
                  d = longVarint(bytes, pos - 3)
                  pos = longEnd
                }
              }
            }
            if (count > 4) {
              e = bytes[pos++]
              if (e > 127) {
                e = longVarint(bytes, pos - 1)
                pos = longEnd
              }
            }
          }
        }
      }
      const before = last[0]
      last[0] = nextNs <= before ? before + 1 : nextNs
      answer = happen(s, type, thread, a, b, d, e, offset)
      if (answer === DONE) counts[type]++
      else last[0] = before
    }
    if (answer === DONE) {
      lastNs = nextNs
      if (pos < end) {
        let units = bytes[pos + 1]
        if (units > 127) units = longVarint(bytes, pos + 1)
        nextNs = Math.floor(units * nsPerUnit) + lastNs
        if (nextNs <= limitNs && !one) continue
        cursors.pos[c] = pos
        cursors.lastNs[c] = lastNs
        cursors.nextNs[c] = nextNs
      } else {
        cursors.pos[c] = pos
        cursors.lastNs[c] = lastNs
        if (!merge.peek(c)) return DRY
      }
    } else {
      cursors.pos[c] = offset
      cursors.lastNs[c] = lastNs
      cursors.nextNs[c] = nextNs
      if (answer === WAIT) return BLOCKED
      if (!merge.skip(c, s.failure)) return DRY
    }
    cursors.sink(c)
    if (one) return ONE
    c = cursors.heap[0]
    nextNs = cursors.nextNs[c]
    if (nextNs > sampleNs) return SAMPLE
    thread = cursors.thread[c]
    pos = cursors.pos[c]
    end = cursors.end[c]
    lastNs = cursors.lastNs[c]
    limitNs = Math.min(cursors.secondNs(), sampleNs)
    s.show(thread)
  }
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
    case Ev.goStatus:
      return goStatus(s, thread, a, b, c, 0, offset)
    case Ev.goStatusStack:
      return goStatus(s, thread, a, b, c, d, offset)
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
