/**
 * Lines that a log driver cut, put together again:
 *
 *   main.(*cart).wait(0xc0000
 *   12345, 0x1, 0x0)
 *
 * and lines that a mail or a terminal wrapped between two words:
 *
 *   created by main.(*cart).start in
 *   goroutine 1
 *
 * Two lines are one where the first is none by itself, or the second cannot stand where it does, and both together are
 * what must come there.
 */
import { emptyLine, IS_ARG, type Line, LineKind, readLine, startsWith } from './lines.ts'
import { isName, isOpenCall } from './odd.ts'

const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const CLOSE = 0x29
const COMMA = 0x2c
const DOT = 0x2e
const SLASH = 0x2f

/** Stacks have no longer lines; what is longer is not looked at. */
const LONGEST = 200_000
/** What a file's line ends with: ` +0x5c fp=0x1 sp=0x2 pc=0x3`. */
const IS_TAIL = new Uint8Array(256)
for (const byte of new TextEncoder().encode('0123456789abcdefx+=ps ')) IS_TAIL[byte] = 1

/** Collects lines in `bytes`, of which nothing is kept behind `length`. */
export type Lines = {
  readonly bytes: Uint8Array
  readonly length: number
  /** What follows is another text. */
  begin(): void
  /** Takes the line that was written to `bytes[length, end)`. `isPart`: the log says that more of it follows. */
  take(end: number, isPart: boolean): void
}

/** Lines as they are: but for what the log says of them, none is thought to be cut. */
export class PlainLines implements Lines {
  readonly bytes: Uint8Array
  length: number
  private isPart = false

  constructor(bytes: Uint8Array, length: number) {
    this.bytes = bytes
    this.length = length
  }

  begin(): void {
    if (this.isPart) this.length++
    this.isPart = false
  }

  take(end: number, isPart: boolean): void {
    const { bytes, length } = this
    let to = end
    while (to > length && bytes[to - 1] === RETURN) to--
    bytes[to] = NEWLINE
    this.length = isPart ? to : to + 1
    this.isPart = isPart
  }
}

/** Lines that look as if they had been cut are put together. */
export class JoinedLines implements Lines {
  readonly bytes: Uint8Array
  length: number
  private last: Line = emptyLine()
  private next: Line = emptyLine()
  private readonly both: Line = emptyLine()
  /** Where the last line starts, with the blanks before it; -1: there is none. */
  private lastStart = -1
  private before: LineKind = LineKind.blank
  private isPart = false
  /** Of lines that belong together: a blank was lost between them. */
  private isBetweenWords = false

  /** Writes to `bytes` from `length` on. */
  constructor(bytes: Uint8Array, length: number) {
    this.bytes = bytes
    this.length = length
  }

  begin(): void {
    this.lastStart = -1
    this.before = LineKind.blank
    this.isPart = false
  }

  take(end: number, isPart: boolean): void {
    const { bytes } = this
    let start = this.length
    let to = end
    while (to > start && bytes[to - 1] === RETURN) to--
    readLine(bytes, start, to, this.next)
    if (this.lastStart !== -1 && (this.isPart || this.belongs(start, to))) {
      // Over the line end between them.
      if (!this.isPart && this.isBetweenWords) bytes[start - 1] = SPACE
      else bytes.copyWithin(start - 1, start, to--)
      start = this.lastStart
      readLine(bytes, start, to, this.next)
    } else {
      this.before = this.lastStart === -1 ? LineKind.blank : this.last.kind
      this.lastStart = start
    }
    this.isPart = isPart
    const { last } = this
    this.last = this.next
    this.next = last
    bytes[to] = NEWLINE
    this.length = to + 1
  }

  /** Does the line `bytes[start, end)`, which is `next`, end the last one? */
  private belongs(start: number, end: number): boolean {
    const { bytes, last, next, both, lastStart } = this
    this.isBetweenWords = false
    if (last.kind === LineKind.blank || start === end || end - lastStart > LONGEST) return false
    if (next.kind === LineKind.blank || next.kind === LineKind.header) return false
    if (!this.mayBelong(start, end)) return false
    if (isWrapped(bytes, lastStart, start - 1, start, end)) {
      this.isBetweenWords = bytes[start - 2] > SPACE && next.start === start
      return true
    }
    // Go prints no comma without a blank behind it.
    this.isBetweenWords = bytes[start - 2] === COMMA && next.start === start
    const text = joined(bytes, lastStart, start - 1, start, end)
    readLine(text, 0, text.length, both)
    if (last.kind === LineKind.header) return both.kind === LineKind.header && !both.open
    if (last.kind === LineKind.createdBy) return isCreation(text, both, next.start === start)
    if (last.kind === LineKind.file) return both.kind === LineKind.file
    if (both.kind === LineKind.other) return isOpenCall(text, both.start, both.end) && isArgs(bytes, start, end)
    if (both.kind === LineKind.file) return this.before === LineKind.call || this.before === LineKind.createdBy
    return both.kind === LineKind.call || both.kind === LineKind.createdBy
  }

  private mayBelong(start: number, end: number): boolean {
    const { bytes, last, next, before } = this
    const isOther = next.kind === LineKind.other
    switch (last.kind) {
      case LineKind.header:
        return last.open && !last.weak && isOther
      case LineKind.createdBy:
        return isOther
      case LineKind.file:
        return isOther && isTail(bytes, start, end)
      case LineKind.other:
        if (isOpenCall(bytes, last.start, last.end)) return isOther && isArgs(bytes, start, end)
        if (!isWord(bytes, last.start, last.end)) return startsWith(bytes, last.start, last.end, CREATED) && isOther
        if (before === LineKind.header || before === LineKind.file) return true
        return (before === LineKind.call || before === LineKind.createdBy) && next.start === start
      default:
        return false
    }
  }
}

/** Says whether `JoinedLines` could find lines to join, of some that were read; sometimes where it would find none. */
export class CutLines {
  found = false
  /** A header, or who created a goroutine, goes on in the next line: in a text of no log, too. */
  wrapped = false
  private before: LineKind = LineKind.blank
  /** The line before may be the first part of one. */
  private isOpen = false
  /** Where it stands, if it may be a part of a header, or of who created a goroutine; -1: it is none. */
  private half = -1
  private halfEnd = -1

  /** Lines were passed over, none of them a part; the last one was a file's, or blank. */
  pass(last: LineKind): void {
    this.before = last
    this.isOpen = false
    this.half = -1
  }

  /** Takes what `readLine` said of the next line, which begins at `from`; `isInside`: it stands among frames. */
  take(bytes: Uint8Array, from: number, line: Line, isInside: boolean): void {
    const { before } = this
    const { kind, start, end } = line
    const isOther = kind === LineKind.other
    if (this.isOpen && kind !== LineKind.blank && kind !== LineKind.header) this.found = true
    if (isOther && this.half !== -1 && mayBeParts(bytes, this.half, this.halfEnd, start, end))
      this.found = this.wrapped = true
    if (isOther && before === LineKind.createdBy && start === from) this.found = true
    if (isOther && before === LineKind.file && isTail(bytes, start, end)) this.found = true
    this.before = kind
    const isBehind = before !== LineKind.other && before !== LineKind.blank
    const isHalf = isOther
      ? startsWith(bytes, start, end, CREATED)
      : kind === LineKind.createdBy || (kind === LineKind.header && line.open)
    this.half = isHalf ? start : -1
    this.halfEnd = end
    this.isOpen = isOther
      ? isInside || isBehind || isOpenCall(bytes, start, end)
      : kind === LineKind.header && line.open
  }
}

const CREATED = new TextEncoder().encode('created')

/**
 * Do `bytes[a, aEnd)` and `bytes[b, bEnd)` make a header, or who created a goroutine, with a blank between them? What was
 * cut in the middle of a word makes none.
 */
function isWrapped(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  if (aEnd - a + bEnd - b > LONGEST_WRAPPED) return false
  const both = `${textOf(bytes, a, aEnd)}\n${textOf(bytes, b, bEnd)}`
  return CREATION.test(both) || (HEADER.test(both) && BREAK.test(both))
}

/** The same, or with nothing between them. */
function mayBeParts(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  if (isWrapped(bytes, a, aEnd, b, bEnd)) return true
  return bEnd - a <= LONGEST_WRAPPED && WHOLE_CREATION.test(textOf(bytes, a, aEnd) + textOf(bytes, b, bEnd))
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder().decode(bytes.subarray(from, to)).trim()
}

/** Longer lines are not looked at word by word. */
const LONGEST_WRAPPED = 600
const CREATION = /^created\sby\s\S+(?:\sin\sgoroutine(?:\s\d+)?)?$/
const WHOLE_CREATION = /^created by \S+ in goroutine \d+$/
const HEADER = /^goroutine \d+ (?:\w+=\w+ )*\[[^\]]+(?:\]:)?$/
/** Where a header is wrapped: behind a mark or minutes, in them, and behind the first words of reasons and marks. */
const BREAK = /(?:,|\[(?:chan|IO|GC|force gc|finalizer|select)|locked|to|bubble|group)\n|\d\nminutes/

function joined(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): Uint8Array {
  const text = new Uint8Array(aEnd - a + bEnd - b)
  text.set(bytes.subarray(a, aEnd))
  text.set(bytes.subarray(b, bEnd), aEnd - a)
  return text
}

/** "created by main.main in gorou" and "tine 1", or a name alone. */
function isCreation(text: Uint8Array, both: Line, isUnindented: boolean): boolean {
  if (both.kind !== LineKind.createdBy || !isUnindented) return false
  return isName(text, both.nameStart, both.nameEnd)
}

/** Arguments and what may stand behind them. */
function isArgs(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from
  while (at < to && IS_ARG[bytes[at]] === 1) at++
  return at === to || (bytes[at] === CLOSE && at + 1 === to)
}

function isTail(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (IS_TAIL[bytes[at]] !== 1) return false
  return true
}

/** The begin of a function's name or of a path: one word, with a dot or a slash in it. */
function isWord(bytes: Uint8Array, from: number, to: number): boolean {
  let found = false
  for (let at = from; at < to; at++) {
    if (bytes[at] <= SPACE) return false
    if (bytes[at] === DOT || bytes[at] === SLASH) found = true
  }
  return found
}
