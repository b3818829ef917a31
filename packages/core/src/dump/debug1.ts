/**
 * Reads `/debug/pprof/goroutine?debug=1`: equal stacks with their count, and neither ids nor states
 * (`printCountProfile` and `printStackRecord` in Go's `runtime/pprof/pprof.go`).
 *
 *   goroutine profile: total 12
 *   10 @ 0x43a10e 0x40b5cd
 *   # labels: {"job":"mail"}
 *   #	0x5de6cd	main.(*meter).loop+0x5d		/src/shop/meter.go:52
 *
 * Functions of the runtime on top of a stack are not shown, nor is `runtime.goexit`.
 */
import { grown } from '../base/column.ts'
import type { Meter } from '../base/progress.ts'
import { type DraftRow, DumpBuilder, draftRow, resetRow } from './build.ts'
import { labelsFromQuoted } from './labels.ts'
import { ascii, emptyLine, type Line, readFileLine, startsWith } from './lines.ts'
import { nameRow } from './names.ts'
import { findHeader } from './odd.ts'
import type { Dump } from './tables.ts'

const NEWLINE = 0x0a
const SPACE = 0x20
const HASH = 0x23
const PLUS = 0x2b
const ZERO = 0x30
const NINE = 0x39
const AT = 0x40
const LOWER_X = 0x78

const TOTAL = ascii('goroutine profile: total ')
/** Go 1.26's experiment `goroutineleakprofile`: only those that nothing can wake. */
const LEAK_TOTAL = ascii('goroutineleak profile: total ')
const GOROUTINE = ascii('goroutine')
const LEAK = ascii('goroutineleak')
const HEAP = ascii('heap profile: ')
const CONTENTION = ascii('--- contention:')
const MUTEX = ascii('--- mutex:')
const ANY_TOTAL = ascii(' profile: total ')
/** Names of profiles are paths of packages. */
const LONGEST_TOTAL = 500
const AT_ADDRESS = ascii(' @ 0x')
const LABELS = ascii('# labels: ')

/** A broken line is quoted up to here. */
const QUOTED = 80

/** What was read of a text, up to its end or to where another dump begins. */
export type Debug1Part = {
  /** Undefined: neither the first line nor a stack is found. */
  readonly dump: Dump | undefined
  readonly end: number
  /** Its lines stand behind other text: they may have prefixes. */
  readonly suspicious: boolean
}

/** Reads the text `bytes[from, to)`. `single`: all of the text is one dump, in this form alone. */
export function readDebug1(bytes: Uint8Array, meter: Meter, from: number, to: number, single: boolean): Debug1Part {
  const reader = new Debug1Reader(bytes, single)
  let at = from
  while (at < to) {
    if (at >= meter.next) meter.to(at)
    let end = bytes.indexOf(NEWLINE, at)
    if (end === -1 || end > to) end = to
    if (!reader.line(at, end)) break
    at = end + 1
  }
  return reader.finish(Math.min(at, to))
}

/** Is `bytes[from, to)` the first line of a dump in this form? */
export function isTotal(bytes: Uint8Array, from: number, to: number): boolean {
  return startsWith(bytes, from, to, TOTAL) || startsWith(bytes, from, to, LEAK_TOTAL)
}

/** Is `bytes[from, to)` the first line of a profile of something else, whose stacks look just so? */
export function isOtherTotal(bytes: Uint8Array, from: number, to: number): boolean {
  if (startsWith(bytes, from, to, HEAP) || startsWith(bytes, from, to, CONTENTION)) return true
  if (startsWith(bytes, from, to, MUTEX)) return true
  if (to - from > LONGEST_TOTAL || !isDigit(bytes[to - 1]) || isTotal(bytes, from, to)) return false
  for (let at = from + 1; at < to; at++)
    if (bytes[at] === SPACE && startsWith(bytes, at, to, ANY_TOTAL))
      return !endsWith(bytes, at, GOROUTINE) && !endsWith(bytes, at, LEAK)
  return false
}

/** Is `bytes[from, to)` a line of a stack in this form: how many there are, or a frame? */
export function isDebug1Line(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] === HASH && to - from > 10) {
    let at = from + 1
    while (at < to && bytes[at] <= SPACE) at++
    return at > from + 1 && bytes[at] === ZERO && bytes[at + 1] === LOWER_X
  }
  if (to - from < 7 || !isDigit(bytes[from])) return false
  let at = from
  while (isDigit(bytes[at])) at++
  return startsWith(bytes, at, to, AT_ADDRESS)
}

function endsWith(bytes: Uint8Array, to: number, word: Uint8Array): boolean {
  return startsWith(bytes, to - word.length, to, word)
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE
}

class Debug1Reader {
  private readonly bytes: Uint8Array
  private readonly builder: DumpBuilder
  private readonly row: DraftRow = draftRow()
  private readonly fileLine: Line = emptyLine()
  private frames = new Int32Array(64)
  private depth = 0
  private inside = false
  private leaked = false
  private total = -1
  private suspicious = false
  private readonly single: boolean

  constructor(bytes: Uint8Array, single: boolean) {
    this.bytes = bytes
    this.single = single
    this.builder = new DumpBuilder(bytes, 'debug1')
  }

  /** Takes the next line, `bytes[start, end)`; false: another dump begins here. */
  line(start: number, end: number): boolean {
    const { bytes } = this
    let from = start
    let to = end
    while (to > from && bytes[to - 1] <= SPACE) to--
    while (from < to && bytes[from] <= SPACE) from++
    const first = bytes[from]
    if (from === to) this.close()
    else if (first === HASH) this.hash(from, to)
    else if (first >= ZERO && first <= NINE) this.group(from, to)
    else return this.header(from, to)
    return true
  }

  /** The first line; or one of another dump, whatever its form. */
  private header(from: number, to: number): boolean {
    const { bytes } = this
    if (!isTotal(bytes, from, to)) return this.text(from, to)
    const leak = startsWith(bytes, from, to, LEAK_TOTAL)
    const isNext = this.total >= 0 || this.builder.rows > 0 || this.inside
    if (isNext && !this.single) return false
    this.close()
    const total = this.numberAt(from + (leak ? LEAK_TOTAL : TOTAL).length, to)
    if (total >= 0) this.total = Math.max(0, this.total) + total
    this.leaked = leak
    return true
  }

  private text(from: number, to: number): boolean {
    const { bytes } = this
    const at = findHeader(bytes, from, to)
    if (!this.single && (at === from || isOtherTotal(bytes, from, to))) return false
    if (at > from) this.suspicious = true
    return true
  }

  /** `10 @ 0x43a10e 0x40b5cd` */
  private group(from: number, to: number): void {
    const { bytes } = this
    let at = from
    while (at < to && bytes[at] >= ZERO && bytes[at] <= NINE) at++
    if (bytes[at] !== SPACE || bytes[at + 1] !== AT || at + 1 >= to) return
    this.close()
    this.open(this.numberAt(from, to))
  }

  private open(count: number): void {
    resetRow(this.row)
    this.row.count = count
    this.row.leaked = this.leaked
    this.inside = true
    this.depth = 0
  }

  /** A line of a stack: its labels, or a frame. */
  private hash(from: number, to: number): void {
    if (startsWith(this.bytes, from, to, LABELS)) {
      const quoted = new TextDecoder().decode(this.bytes.subarray(from + LABELS.length, to))
      const text = labelsFromQuoted(quoted)
      if (this.inside && text !== '') this.row.labels = this.builder.strings.internText(text)
      return
    }
    const address = this.skipBlank(from + 1, to)
    if (this.bytes[address] !== ZERO || this.bytes[address + 1] !== LOWER_X) return
    // Without its line "N @ …" nobody knows how many stood here.
    if (!this.inside) this.open(0)
    const name = this.skipBlank(this.skipWord(address, to), to)
    if (name >= to) this.frame(address, to, 0, 0)
    else this.namedFrame(name, to)
  }

  /** `main.f+0x5d` and `/src/shop/meter.go:52`: a file may hold spaces, a function's name does not. */
  private namedFrame(from: number, to: number): void {
    const word = this.skipWord(from, to)
    let plus = word
    while (plus > from && this.bytes[plus] !== PLUS) plus--
    const file = this.skipBlank(word, to)
    const { fileLine } = this
    if (plus > from && readFileLine(this.bytes, file, to, fileLine)) {
      const { nameStart, nameEnd, number } = fileLine
      this.frame(from, plus, this.builder.strings.intern(nameStart, nameEnd - nameStart), number)
      return
    }
    const found = new TextDecoder().decode(this.bytes.subarray(from, Math.min(to, from + QUOTED)))
    const expected = 'expected a frame as "main.f+0x5d /src/main.go:52"'
    this.builder.problem(from, `${expected}, found ${JSON.stringify(found)}`, 'this frame of its stack')
  }

  private frame(from: number, to: number, file: number, lineNumber: number): void {
    if (this.depth === this.frames.length) this.frames = grown(this.frames)
    const name = nameRow(this.builder.strings, this.bytes, from, to)
    this.frames[this.depth++] = this.builder.stacks.frameRow(name, file, lineNumber)
  }

  private close(): void {
    if (!this.inside) return
    this.inside = false
    this.row.stack = this.builder.stacks.stack(this.frames, this.depth)
    this.builder.push(this.row)
  }

  finish(end: number): Debug1Part {
    this.close()
    const { builder, total, suspicious } = this
    if (total === -1 && builder.rows === 0) return { dump: undefined, end, suspicious }
    const found = `the first line counts ${total} goroutines, the stacks shown are those of ${builder.counted}`
    if (total > builder.counted) builder.cut(end, found, `the stacks of ${total - builder.counted} goroutines`)
    else if (total >= 0 && total < builder.counted) builder.problem(end, found, 'nothing that is known of')
    return { dump: builder.freeze(Math.max(total, builder.counted)), end, suspicious }
  }

  /** The number at `from`; -1 where there is none. */
  private numberAt(from: number, to: number): number {
    let value = -1
    for (let at = from; at < to && this.bytes[at] >= ZERO && this.bytes[at] <= NINE; at++)
      value = Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, value) * 10 + this.bytes[at] - ZERO)
    return value
  }

  private skipBlank(from: number, to: number): number {
    let at = from
    while (at < to && this.bytes[at] <= SPACE) at++
    return at
  }

  private skipWord(from: number, to: number): number {
    let at = from
    while (at < to && this.bytes[at] > SPACE) at++
    return at
  }
}
