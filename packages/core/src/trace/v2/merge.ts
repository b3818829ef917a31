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
import { Cursors, MAX_NS } from './cursors.ts'
import { UNDEFINED_ID } from './idmap.ts'
import { mend } from './mend.ts'
import { BLOCKED, DRY, type Merging, run } from './run.ts'
import type { Sched } from './sched.ts'
import { ARG_COUNT, eventEnd, NO_ID, Varints } from './wire.ts'

/** Reports of broken events within one generation; what follows the first is mostly its consequence. */
const MAX_REPORTS = 4
/**
 * Tries that failed, beyond which a trace counts as hopelessly out of order: real ones hardly ever have one, and
 * each costs a look at a thread.
 */
const MAX_FAILED_TRIES = 2_000_000

export class Merge implements Merging {
  private readonly s: Sched
  private readonly bytes: Uint8Array
  private readonly cursors: Cursors
  private readonly zeroNs: number
  private readonly gen: number
  private sample = 0
  private reports = 0
  private skipped = 0
  private failedTries = 0
  /** A position to read numbers at, shared because each use is short. */
  readonly varints: Varints

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
    for (let c = 0; c < cursors.length; c++) {
      if (!this.peek(c)) continue
      cursors.push(c)
      // Go's reader knows a thread from its first event on.
      this.s.show(cursors.thread[c])
    }
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
    this.s.damaged = true
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
      const nextNs = Math.floor(v.next() * this.s.tables.nsPerUnit) + cursors.lastNs[c]
      cursors.argPos[c] = v.pos
      cursors.nextNs[c] = nextNs
      if (!v.bad && nextNs <= MAX_NS) return true
      this.broken(
        cursors.pos[c],
        v.bad ? 'found invalid uvarint for timestamp' : `a time of ${nextNs} ns, beyond any trace`,
      )
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
