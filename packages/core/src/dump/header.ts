/**
 * What stands in the brackets of a goroutine's header (`goroutineheader` in Go's `runtime/traceback.go`):
 *
 *   sync.WaitGroup.Wait (durable), 2 minutes, locked to thread, synctest bubble 1 labels:{"job": "mail"}
 */
import { type DraftRow, type DumpBuilder, resetRow } from './build.ts'
import { labelsFromQuoted } from './labels.ts'
import { ascii, HEADER, startsWith } from './lines.ts'

const NEWLINE = 0x0a
const SPACE = 0x20
const COMMA = 0x2c
const ZERO = 0x30
const NINE = 0x39
const MAX_INT32 = 0x7fffffff

const LABELS = ascii(' labels:{')
const RUNNING = ascii('running')
const LOCKED = ascii('locked to thread')
const MINUTES = ascii(' minute')
const SCAN = ascii(' (scan)')
const DURABLE = ascii(' (durable)')
const LEAKED = ascii(' (leaked)')

/** Where the parts are that are text: reason and labels; an empty stretch where there are none. */
type Brackets = { reasonStart: number; reasonEnd: number; labelsStart: number; labelsEnd: number }

/** What a header said, and where: from the blank behind the id to the end of the line. */
type Known = {
  readonly start: number
  readonly size: number
  readonly reason: number
  readonly minutes: number
  readonly labels: number
  readonly locked: boolean
  readonly leaked: boolean
  readonly isRunning: boolean
}

/** So many are looked through for each header. */
const MAX_KNOWN = 8

/** Reads the brackets of headers into rows. */
export class BracketReader {
  private readonly bytes: Uint8Array
  private readonly builder: DumpBuilder
  private readonly brackets: Brackets = { reasonStart: 0, reasonEnd: 0, labelsStart: 0, labelsEnd: 0 }
  private readonly labelRows = new Map<number, number>()
  private readonly recent: Known[] = []
  private next = 0
  /** The last one read was of a goroutine that runs. */
  isRunning = false

  constructor(bytes: Uint8Array, builder: DumpBuilder) {
    this.bytes = bytes
    this.builder = builder
  }

  /**
   * Reads the header at `at` into `row` if it is a plain one whose brackets came before; returns where it ends, else -1.
   * Most goroutines of a large dump wait for one of few reasons.
   */
  known(at: number, row: DraftRow): number {
    const { bytes } = this
    if (bytes[at] !== HEADER[0] || bytes[at + 8] !== HEADER[8]) return -1
    for (let i = 1; i < HEADER.length; i++) if (bytes[at + i] !== HEADER[i]) return -1
    let digits = at + HEADER.length
    let id = 0
    for (; bytes[digits] >= ZERO && bytes[digits] <= NINE; digits++) id = id * 10 + bytes[digits] - ZERO
    if (id === 0) return -1
    const known = this.find(digits)
    if (known === undefined) return -1
    resetRow(row)
    row.id = id
    row.reason = known.reason
    row.minutes = known.minutes
    row.labels = known.labels
    row.locked = known.locked
    row.leaked = known.leaked
    this.isRunning = known.isRunning
    return digits + known.size
  }

  private find(at: number): Known | undefined {
    const { bytes, recent } = this
    search: for (let i = 0; i < recent.length; i++) {
      const known = recent[i]
      const { start, size } = known
      if (bytes[at + size - 1] !== NEWLINE || bytes[at + 2] !== bytes[start + 2]) continue
      for (let byte = 0; byte < size - 1; byte++) if (bytes[at + byte] !== bytes[start + byte]) continue search
      return known
    }
    return undefined
  }

  /** Notes what `row` has of the brackets of a plain header: they stand in `bytes[start, end)`, line end and all. */
  remember(start: number, end: number, row: DraftRow): void {
    const { reason, minutes, labels, locked, leaked } = row
    const known = { start, size: end - start, reason, minutes, labels, locked, leaked, isRunning: this.isRunning }
    if (this.recent.length < MAX_KNOWN) this.recent.push(known)
    else this.recent[this.next++ % MAX_KNOWN] = known
  }

  /** What stands in the brackets, `bytes[from, to)`, goes to `row`. */
  read(from: number, to: number, row: DraftRow): void {
    const { brackets, builder } = this
    readBrackets(this.bytes, from, to, brackets, row)
    const { reasonStart, reasonEnd, labelsStart, labelsEnd } = brackets
    this.isRunning =
      reasonEnd - reasonStart === RUNNING.length && startsWith(this.bytes, reasonStart, reasonEnd, RUNNING)
    if (reasonEnd > reasonStart) row.reason = builder.strings.intern(reasonStart, reasonEnd - reasonStart)
    if (labelsEnd > labelsStart) row.labels = this.labels(labelsStart, labelsEnd)
  }

  /** Equal labels come again and again: their text is made once. */
  private labels(start: number, end: number): number {
    const raw = this.builder.strings.intern(start, end - start)
    const known = this.labelRows.get(raw)
    if (known !== undefined) return known
    const text = labelsFromQuoted(new TextDecoder().decode(this.bytes.subarray(start, end)))
    const row = text === '' ? -1 : this.builder.strings.internText(text)
    this.labelRows.set(raw, row)
    return row
  }
}

/** Reads `bytes[from, to)` into `brackets` and the numbers and marks of `row`. */
function readBrackets(bytes: Uint8Array, from: number, to: number, brackets: Brackets, row: DraftRow): void {
  const end = findLabels(bytes, from, to, brackets)
  let at = from
  while (at < end && bytes[at] !== COMMA) at++
  brackets.reasonStart = from
  brackets.reasonEnd = withoutMarks(bytes, from, at, row)
  while (at < end) {
    at++
    while (at < end && bytes[at] === SPACE) at++
    let next = at
    while (next < end && bytes[next] !== COMMA) next++
    readPart(bytes, at, next, row)
    at = next
  }
}

/** Finds `labels:{…}`; returns where the part before it ends. */
function findLabels(bytes: Uint8Array, from: number, to: number, brackets: Brackets): number {
  brackets.labelsStart = brackets.labelsEnd = to
  for (let at = from; at + LABELS.length <= to; at++) {
    if (bytes[at] !== SPACE || !startsWith(bytes, at, to, LABELS)) continue
    brackets.labelsStart = at + LABELS.length
    brackets.labelsEnd = Math.max(brackets.labelsStart, to - 1)
    return at
  }
  return to
}

/** Cuts "(scan)", "(durable)" and "(leaked)" off the reason; the last one is noted. */
function withoutMarks(bytes: Uint8Array, from: number, to: number, row: DraftRow): number {
  let end = to
  for (;;) {
    if (endsWith(bytes, from, end, SCAN)) end -= SCAN.length
    else if (endsWith(bytes, from, end, DURABLE)) end -= DURABLE.length
    else if (endsWith(bytes, from, end, LEAKED)) {
      row.leaked = true
      end -= LEAKED.length
    } else return end
  }
}

function readPart(bytes: Uint8Array, from: number, to: number, row: DraftRow): void {
  let at = from
  let value = 0
  for (; at < to && bytes[at] >= ZERO && bytes[at] <= NINE; at++) value = value * 10 + bytes[at] - ZERO
  // " min" of a header that was cut is as good as " minutes".
  if (at > from && startsWith(bytes, at, to, to - at < MINUTES.length ? MINUTES.subarray(0, 4) : MINUTES))
    row.minutes = Math.min(value, MAX_INT32)
  else if (startsWith(bytes, from, to, LOCKED)) row.locked = true
}

function endsWith(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  return to - word.length >= from && startsWith(bytes, to - word.length, to, word)
}
