/**
 * Where one dump of a text ends and the next begins: two of one process taken one after the other, those of several
 * processes, a dump behind the panics of a log. An id stands once in a dump, so the second time it belongs to the next
 * one; and that begins where the text between two goroutines last said so:
 *
 *   SIGQUIT: quit, panic: …, fatal error: …     a new one for certain
 *   goroutine 35 [running]:                     the one that writes the dump comes first
 *   any text of the program itself              perhaps
 */
import { startsWith } from './lines.ts'

const MARKS = ['SIGQUIT: ', 'SIGABRT: ', 'SIGSEGV: ', 'SIGTRAP: ', 'panic: ', 'fatal error: '].map(text =>
  new TextEncoder().encode(text),
)

/** A stretch of the text that holds one dump. */
export type Stretch = {
  readonly start: number
  readonly end: number
  /** Goroutines in it. */
  readonly rows: number
  /** It shows one that runs and no other: a panic that the program survived, no dump. */
  readonly report: boolean
}

/** Stretches that are kept: a log may hold a million panics, and the last ones are of use. */
const MAX_STRETCHES = 64

/** Does this line begin a dump? */
export function isMark(bytes: Uint8Array, from: number, to: number): boolean {
  return MARKS.some(mark => startsWith(bytes, from, to, mark))
}

const FATAL = MARKS[5]
const DEADLOCK = new TextEncoder().encode('- deadlock!')
/** What people put before a line. */
const MAX_BEFORE = 8
/** "no goroutines (main called runtime.Goexit)" is the longest. */
const MAX_REASON = 48

/** Does Go say here that no goroutine can go on? "fatal error: all goroutines are asleep - deadlock!" */
export function isDeadlock(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from
  while (at <= from + MAX_BEFORE && !startsWith(bytes, at, to, FATAL)) at++
  if (at > from + MAX_BEFORE) return false
  for (let end = Math.min(to, at + FATAL.length + MAX_REASON); at < end; at++)
    if (startsWith(bytes, at, to, DEADLOCK)) return true
  return false
}

/** What is asked of rows that were pushed. */
type Rows = {
  idOf(row: number): number
  /** Does it stand in the function that writes the dump? */
  isWriter(row: number): boolean
}

export class Begins {
  /** Those that have ended; empty: all is one dump. */
  readonly stretches: Stretch[] = []
  /** Begins of which an id that came again is all that is known. */
  private bare = 0
  /** Stretches left out that were more than a report. */
  lost = 0
  /** Text of the program was seen before the first goroutine. */
  hasText = false
  private start: number
  private firstRow = 0
  private running = 0
  private candidateRow = -1
  private candidateAt = -1
  private runningRow = -1
  private runningAt = -1
  private gap = -1
  private mark = -1
  private readonly seen = new SeenIds()
  private readonly rows: Rows

  constructor(start: number, rows: Rows) {
    this.start = start
    this.rows = rows
  }

  /** The program's own text stands at `at`, outside of any goroutine. */
  text(at: number, mark: boolean): void {
    this.hasText = true
    if (this.gap === -1) this.gap = at
    if (mark && this.mark === -1) this.mark = at
  }

  has(id: number): boolean {
    return this.seen.has(id)
  }

  /** A goroutine begins at `at`, which will be row `row`. */
  goroutine(id: number, row: number, at: number, running: boolean): void {
    const { gap, mark } = this
    this.gap = this.mark = -1
    if (row > this.firstRow) {
      if (mark !== -1) this.begin(row, mark)
      else if (gap !== -1) {
        this.candidateRow = row
        this.candidateAt = gap
      } else if (running) {
        this.runningRow = row
        this.runningAt = at
      }
    }
    if (this.seen.has(id)) this.repeated(id, row, at)
    else this.seen.add(id)
    if (running) this.running++
  }

  private repeated(id: number, row: number, at: number): void {
    const byWriter = this.runningRow > this.candidateRow && this.runningRow < row && this.rows.isWriter(this.runningRow)
    const from = byWriter ? this.runningRow : this.candidateRow
    if (from > this.firstRow) {
      this.begin(from, byWriter ? this.runningAt : this.candidateAt)
      for (let known = from; known < row; known++) this.seen.add(this.rows.idOf(known))
      if (!this.seen.has(id)) {
        this.seen.add(id)
        return
      }
    }
    if (row === this.firstRow) return
    this.bare++
    this.begin(row, at)
    this.seen.add(id)
  }

  private begin(row: number, at: number): void {
    this.keep({ start: this.start, end: at, ...this.counted(row) })
    this.start = at
    this.firstRow = row
    this.running = 0
    this.candidateRow = this.runningRow = -1
    this.seen.clear()
  }

  private keep(stretch: Stretch): void {
    this.stretches.push(stretch)
    if (this.stretches.length <= MAX_STRETCHES) return
    const report = this.stretches.findIndex(known => known.report)
    this.stretches.splice(Math.max(0, report), 1)
    if (report === -1) this.lost++
  }

  private counted(row: number): { rows: number; report: boolean } {
    const rows = row - this.firstRow
    return { rows, report: rows <= 1 && this.running > 0 }
  }

  /** Ends the last one, too; none at all where all is one dump, or its ids are not to be believed. */
  finish(end: number, rows: number): readonly Stretch[] {
    if (this.bare > MAX_STRETCHES) return []
    if (this.stretches.length > 0 && end > this.start) this.keep({ start: this.start, end, ...this.counted(rows) })
    return this.stretches
  }
}

/** Ids small for their number are stamps in an array; clearing is a new stamp. */
class SeenIds {
  private stamps = new Uint16Array(65536)
  private stamp = 1
  private count = 0
  private far = new Set<number>()

  has(id: number): boolean {
    return id < this.stamps.length ? this.stamps[id] === this.stamp : this.far.has(id)
  }

  add(id: number): void {
    if (Number.isNaN(id)) return
    this.count++
    if (id >= this.stamps.length && id < 8 * this.count) {
      const bigger = new Uint16Array(this.stamps.length * 2)
      bigger.set(this.stamps)
      this.stamps = bigger
      for (const known of this.far) if (known < bigger.length && this.far.delete(known)) bigger[known] = this.stamp
    }
    if (id < this.stamps.length) this.stamps[id] = this.stamp
    else this.far.add(id)
  }

  clear(): void {
    if (this.far.size > 0) this.far = new Set()
    if (++this.stamp < 65536) return
    this.stamp = 1
    this.stamps.fill(0)
  }
}
