/**
 * The short way through a log whose lines all have one prefix and come from one process, as most of the large ones do: each
 * line is looked at and written at once, where `logged.ts` notes what all lines are before the first is written.
 * Whatever else a log may have in it (another prefix, another process, a dump on one line, colours) is left to that.
 */
import { unescapeTo } from './escaped.ts'
import { LoggedLines } from './logged.ts'
import { type LinePrefix, timesOf } from './prefix.ts'
import { copyText, Stencil } from './stencil.ts'

const TAB = 0x09
const NEWLINE = 0x0a
const RETURN = 0x0d
const ESCAPE = 0x1b
const SPACE = 0x20
const QUOTE = 0x22
const SHARP = 0x23
const ZERO = 0x30
const UPPER_P = 0x50
const BACKSLASH = 0x5c
const LOWER_N = 0x6e
const LOWER_T = 0x74
const LOWER_U = 0x75
/** "\u003c" */
const UNICODE = 6

/** What `copyText` stops at. A look at a table costs less than comparing. */
const IS_SPECIAL = new Uint8Array(256).fill(1, 0, SPACE)
for (const byte of [QUOTE, SHARP, BACKSLASH]) IS_SPECIAL[byte] = 1

/** So often it is noted, in bytes that were written, where a line stands. */
const NOTED = 1 << 18

/** Lines of so many bytes are written in one call. */
const BLOCK = 1 << 14

/** The prefix is learned from the log's begin. */
const LEARNED_FROM = 64 * 1024

/** Forms of a prefix, or of what stands behind strings: a time's fraction has up to nine digits. */
const MAX_STENCILS = 12
/** Others are not learned. */
const SHORTEST_STENCIL = 4
const LONGEST_STENCIL = 400

export class StraightLog {
  private readonly bytes: Uint8Array
  private readonly prefix: LinePrefix
  private readonly out: Uint8Array
  private readonly view: DataView
  private readonly outView: DataView
  /** The forms that lines' prefixes and the ends of strings had. */
  private readonly begins: Stencil[] = []
  private readonly tails: Stencil[] = []

  private constructor(bytes: Uint8Array, prefix: LinePrefix, out: Uint8Array) {
    this.bytes = bytes
    this.prefix = prefix
    this.out = out
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.outView = new DataView(out.buffer, out.byteOffset, out.length)
  }

  /** The text of a log without its prefixes; undefined: it is no such log. */
  static read(bytes: Uint8Array, learnedFrom = LEARNED_FROM): StraightText | undefined {
    const learnedTo = bytes.length > learnedFrom ? bytes.lastIndexOf(NEWLINE, learnedFrom) + 1 : 0
    const head = new LoggedLines(bytes.subarray(0, learnedTo))
    const [prefix, another] = head.prefixes
    if (!prefix || another || head.escaped || head.cut || prefix.hasEscape) return undefined
    const log = new StraightLog(bytes, prefix, new Uint8Array(bytes.length + 1))
    const length = log.write(0, 0, Number.POSITIVE_INFINITY)
    return length === -1
      ? undefined
      : { bytes: log.out.subarray(0, length), inputOffset: place => log.inputOffset(place) }
  }

  /** Where in the input the line begins that was written to `place`: writes some lines once more, to see. */
  private inputOffset(place: number): number {
    const { noted } = this
    let last = 0
    while (last + 2 < noted.length && noted[last + 2] <= place) last += 2
    this.write(noted[last + 1], noted[last], place)
    return this.begin
  }

  /** Where the line begins that was looked at last. */
  private begin = 0
  /** Places in the text at which lines begin, each with that line's in the input. */
  private readonly noted: number[] = []
  private nextNoted = 0

  /** Where the lines that were written last go on, and whether the last of them is a part. */
  private at = 0
  private isPart = false

  /**
   * Writes the lines from `from` on to `start`, until one begins behind `until`; returns where the last one ends, -1 where
   * one is of another kind.
   */
  private write(from: number, start: number, until: number): number {
    const { length } = this.bytes
    let to = start
    this.at = from
    this.isPart = false
    while (this.at < length && to <= until) {
      this.note(to, this.at)
      to = this.block(to, until)
      if (to === -1) return -1
    }
    return this.isPart ? to + 1 : to
  }

  private note(to: number, at: number): void {
    if (to < this.nextNoted) return
    this.noted.push(to, at)
    this.nextNoted = to + NOTED
  }

  /** The same for some lines. A loop over all of them is one that the engine compiles while it runs, four times as slow. */
  private block(start: number, until: number): number {
    const { bytes, out } = this
    const end = Math.min(bytes.length, this.at + BLOCK)
    let to = start
    while (this.at < end && to <= until) {
      this.begin = this.at
      const next = this.prefix.isString ? this.quotedLine(this.at, to) : this.plainLine(this.at, to)
      if (next === -1) return -1
      const begin = to
      to = next
      while (to > begin && out[to - 1] === RETURN) to--
      out[to] = NEWLINE
      if (!this.isPart) to++
      this.at = this.end + 1
    }
    return to
  }

  private plainLine(at: number, to: number): number {
    const { bytes } = this
    const content = this.content(at)
    if (content === -1) return -1
    this.isPart = bytes[content - 2] === UPPER_P && bytes[content - 1] === SPACE && bytes[content - 3] === SPACE
    return this.line(content, to)
  }

  private quotedLine(at: number, start: number): number {
    const { bytes, prefix } = this
    const content = this.content(at)
    const to = content === -1 ? -1 : this.string(content, start)
    if (to === -1) return -1
    const hasEnd = bytes[this.end - 1] === LOWER_N && bytes[this.end - 2] === BACKSLASH && this.end - 2 >= content
    if (hasEnd) prefix.writesLineEnds = true
    this.isPart = prefix.writesLineEnds && !hasEnd
    return this.tail() ? to : -1
  }

  /** Where a line or string ends that was written last. */
  private end = 0
  /** What a prefix says beside the time: all lines must say the same. */
  private source = -1

  /** Where the line at `at` goes on behind the prefix; -1: it has none, or comes from another process. */
  private content(at: number): number {
    const size = sizeAt(this.begins, this.view, at)
    return size > 0 ? at + size : this.newContent(at)
  }

  /** The same of a line whose prefix has a form that is not among the last ones. */
  private newContent(at: number): number {
    const { bytes, prefix } = this
    const newline = bytes.indexOf(NEWLINE, at)
    const content = prefix.end(bytes, at, newline === -1 ? bytes.length : newline)
    if (content === -1) return -1
    const source = prefix.isString ? 0 : prefix.source(bytes, at, content)
    if (this.source === -1) this.source = source
    else if (this.source !== source) return -1
    // Only of a prefix that is whole: one whose last blanks were cut off is the begin of others.
    if (content - at > LONGEST_STENCIL || prefix.again(bytes, at, bytes.length) !== content) return content
    if (this.begins.length === MAX_STENCILS) return content
    const times = timesOf(bytes, at, content)
    this.learn(this.begins, at, content, index => times[index] === 1)
    return content
  }

  /** Notes the form of `bytes[from, to)`. */
  private learn(stencils: Stencil[], from: number, to: number, changes: (index: number) => boolean): void {
    if (stencils.length < MAX_STENCILS && to - from >= SHORTEST_STENCIL)
      stencils.push(new Stencil(this.bytes, from, to, changes))
  }

  /** Copies text from `from` to `start`, up to a byte that is special: there stands `end`. Returns where the copy ends. */
  private text(from: number, start: number): number {
    const { bytes, out } = this
    const { length } = bytes
    const copied = copyText(this.view, from, this.outView, start)
    let at = from + copied
    let to = start + copied
    for (; at < length && IS_SPECIAL[bytes[at]] === 0; at++) out[to++] = bytes[at]
    this.end = at
    return to
  }

  /** Writes a line as it is; -1: it may hold more than a line. */
  private line(from: number, start: number): number {
    const { bytes, out } = this
    let to = this.text(from, start)
    for (let at = this.end; at < bytes.length; at = this.end) {
      const byte = bytes[at]
      if (byte === NEWLINE) break
      if (holdsMore(byte, bytes[at + 1])) return -1
      out[to] = byte
      to = this.text(at + 1, to + 1)
    }
    return to
  }

  /** Writes a string up to its quote, less the line end that it may have there. */
  private string(from: number, start: number): number {
    const { bytes, out } = this
    let to = this.text(from, start)
    let at = this.end
    for (; at < bytes.length; at = this.end) {
      const byte = bytes[at]
      const next = bytes[at + 1]
      if (byte === QUOTE) return to
      if (byte === NEWLINE || byte === ESCAPE || (byte === SHARP && next === ZERO)) return -1
      let size = 2
      if (byte !== BACKSLASH) {
        out[to++] = byte
        size = 1
      } else if (next === LOWER_T || next === QUOTE) out[to++] = next === QUOTE ? QUOTE : TAB
      else if (next === LOWER_U) {
        size = UNICODE
        to = unescapeTo(out, to, bytes, at, at + size)
      } else if (next !== LOWER_N || bytes[at + 2] !== QUOTE) return -1
      to = this.text(at + size, to)
    }
    return -1
  }

  /** Passes over what stands behind a string; false: it may hold more than a line. */
  private tail(): boolean {
    const { bytes, end } = this
    const size = sizeAt(this.tails, this.view, end)
    if (size > 0) {
      this.end = end + size - 1
      return true
    }
    let at = end
    for (; at < bytes.length && bytes[at] !== NEWLINE; at++) if (holdsMore(bytes[at], bytes[at + 1])) return false
    this.end = at
    // With its line end: what is longer does not begin alike.
    if (at < bytes.length && at - end < LONGEST_STENCIL) this.learn(this.tails, end, at + 1, () => true)
    return true
  }
}

/** The size of the form that stands at `at`; 0: none of them does. */
function sizeAt(stencils: readonly Stencil[], view: DataView, at: number): number {
  for (let i = 0; i < stencils.length; i++) if (stencils[i].fits(view, at)) return stencils[i].size
  return 0
}

/** Does something else than text begin there: an escape, a colour, a byte that a log wrote as a number? */
function holdsMore(byte: number, next: number): boolean {
  return byte === BACKSLASH || byte === ESCAPE || (byte === SHARP && next === ZERO)
}

export type StraightText = {
  readonly bytes: Uint8Array
  /** Where in the input the line begins that stands at a place. */
  inputOffset(place: number): number
}
