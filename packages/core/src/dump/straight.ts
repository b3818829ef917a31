/**
 * The short way through a log whose lines all have one prefix and come from one process, as most of the large ones do: each
 * line is looked at and written at once, where `logged.ts` notes what all lines are before the first is written.
 * Whatever else a log may have in it (another prefix, another process, a dump on one line, colours) is left to that.
 */
import { unescapeTo } from './escaped.ts'
import { LoggedLines } from './logged.ts'
import type { LinePrefix } from './prefix.ts'

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

/** Bytes that may end a line or a string, or begin something else than text: a look at a table costs less than comparing. */
const IS_SPECIAL = new Uint8Array(256)
for (const byte of [NEWLINE, ESCAPE, QUOTE, SHARP, BACKSLASH]) IS_SPECIAL[byte] = 1

/** So often it is noted, in bytes that were written, where a line stands. */
const NOTED = 1 << 18

/** The prefix is learned from the log's begin. */
const LEARNED_FROM = 64 * 1024

export class StraightLog {
  private readonly bytes: Uint8Array
  private readonly prefix: LinePrefix
  private readonly out: Uint8Array

  private constructor(bytes: Uint8Array, prefix: LinePrefix, out: Uint8Array) {
    this.bytes = bytes
    this.prefix = prefix
    this.out = out
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

  /**
   * Writes the lines from `from` on to `start`, until one begins behind `until`; returns where the last one ends, -1 where
   * one is of another kind.
   */
  private write(from: number, start: number, until: number): number {
    const { bytes, prefix, out, noted } = this
    const { length } = bytes
    let source = -1
    let to = start
    let isPart = false
    for (let at = from; at < length && to <= until; ) {
      if (to >= this.nextNoted) {
        noted.push(to, at)
        this.nextNoted = to + NOTED
      }
      this.begin = at
      const content = this.content(at)
      if (content === -1) return -1
      const writer = prefix.isString ? 0 : prefix.source(bytes, at, content)
      if (source === -1) source = writer
      else if (source !== writer) return -1
      const begin = to
      if (prefix.isString) {
        to = this.string(content, to)
        if (to === -1) return -1
        const hasEnd = bytes[this.end - 1] === LOWER_N && bytes[this.end - 2] === BACKSLASH && this.end - 2 >= content
        if (hasEnd) prefix.writesLineEnds = true
        isPart = prefix.writesLineEnds && !hasEnd
        if (!this.tail()) return -1
      } else {
        isPart = bytes[content - 2] === UPPER_P && bytes[content - 1] === SPACE && bytes[content - 3] === SPACE
        to = this.line(content, to)
        if (to === -1) return -1
      }
      while (to > begin && out[to - 1] === RETURN) to--
      out[to] = NEWLINE
      if (!isPart) to++
      at = this.end + 1
    }
    return isPart ? to + 1 : to
  }

  /** Where a line or string ends that was written last. */
  private end = 0

  /** Where the line at `at` goes on behind the prefix; -1: it has none. */
  private content(at: number): number {
    const { bytes, prefix } = this
    const again = prefix.again(bytes, at, bytes.length)
    if (again !== -1) return again
    const newline = bytes.indexOf(NEWLINE, at)
    return prefix.end(bytes, at, newline === -1 ? bytes.length : newline)
  }

  /** Writes a line as it is; -1: it may hold more than a line. */
  private line(from: number, start: number): number {
    const { bytes, out } = this
    const { length } = bytes
    let to = start
    let at = from
    for (; at < length; at++) {
      const byte = bytes[at]
      if (IS_SPECIAL[byte] === 1) {
        if (byte === NEWLINE) break
        if (holdsMore(byte, bytes[at + 1])) return -1
      }
      out[to++] = byte
    }
    this.end = at
    return to
  }

  /** Writes a string up to its quote, less the line end that it may have there. */
  private string(from: number, start: number): number {
    const { bytes, out } = this
    const { length } = bytes
    let to = start
    let at = from
    for (; at < length; at++) {
      const byte = bytes[at]
      if (IS_SPECIAL[byte] === 1) {
        if (byte === QUOTE) break
        if (byte === NEWLINE || byte === ESCAPE || (byte === SHARP && bytes[at + 1] === ZERO)) return -1
        if (byte === BACKSLASH) {
          const next = bytes[at + 1]
          if (next === LOWER_N && bytes[at + 2] === QUOTE) at++
          else if (next === LOWER_T || next === QUOTE) {
            out[to++] = next === QUOTE ? QUOTE : 0x09
            at++
          } else if (next === LOWER_U) {
            to = unescapeTo(out, to, bytes, at, at + UNICODE)
            at += UNICODE - 1
          } else return -1
          continue
        }
      }
      out[to++] = byte
    }
    this.end = at
    return at < length ? to : -1
  }

  /** Passes over what stands behind a string; false: it may hold more than a line. */
  private tail(): boolean {
    const { bytes } = this
    const { length } = bytes
    let at = this.end
    for (; at < length; at++) {
      const byte = bytes[at]
      if (IS_SPECIAL[byte] === 0) continue
      if (byte === NEWLINE) break
      if (holdsMore(byte, bytes[at + 1])) return false
    }
    this.end = at
    return true
  }
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
