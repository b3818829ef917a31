/**
 * What each line of a log is: how long its prefix is, which process wrote it, and whether it holds a whole dump. Prefixes
 * are learned from the lines of dumps, so that those before the first such line are looked at once more.
 */
import { grown, u8 } from '../base/column.ts'
import { dumpLine, escapedHeader } from './escaped.ts'
import { isOpenCall } from './odd.ts'
import { LinePrefix } from './prefix.ts'

const NEWLINE = 0x0a
const SPACE = 0x20
const QUOTE = 0x22
const SHARP = 0x23
const ZERO = 0x30
const BACKSLASH = 0x5c
const LOWER_N = 0x6e
const LOWER_R = 0x72

/** Prefixes that are learned; a log of more kinds of lines has one for the dump all the same. */
const MAX_PREFIXES = 24
/** Attempts to learn one: each looks at some lines. */
const MAX_ATTEMPTS = 400
/** Lines before one of a dump that are compared with it. */
const LOOKED_BACK = 4
/** Processes whose lines are told apart. */
const MAX_SOURCES = 60
/** A source has more lines than so many; what changes from line to line is none. */
const MIN_LINES = 3
/** Of a line without a prefix, and of a prefix that is longer than a byte tells. */
const NONE = 0xff
/** Flag in the column of streams: the line holds a whole dump. */
const ESCAPED = 0x80
/** A line that is longer than the column of lengths tells. */
const LONG = 0xffff

export class LoggedLines {
  readonly prefixes: LinePrefix[] = []
  /** A line holds a whole dump; one ends within the arguments of a call. */
  escaped = false
  cut = false
  private readonly bytes: Uint8Array
  /** The prefix of the line that was looked at last. */
  private recent = 0
  /** By line: its prefix's index and length, and its stream with a flag; before `number`, its source's index + 1. */
  private readonly prefix = u8()
  private readonly size = u8()
  private readonly stream = u8()
  /** Its length: a log is gone over several times. */
  private lengths = new Uint16Array(1024)
  private readonly sources = new Map<number, number>()
  /** Lines that have a prefix. */
  private prefixed = 0
  private isMarked = false

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.lookAgain(this.look())
    this.number()
  }

  /** Where the line ends that begins at `at`. */
  end(line: number, at: number): number {
    const length = this.lengths[line]
    return length === LONG ? lineEnd(this.bytes, at) : at + length
  }

  streamOf(line: number): number {
    return this.stream.data[line] & ~ESCAPED
  }

  isEscaped(line: number): boolean {
    return (this.stream.data[line] & ESCAPED) !== 0
  }

  /** Undefined: it has none. */
  prefixOf(line: number): LinePrefix | undefined {
    return this.prefixes[this.prefix.data[line]]
  }

  /** Where the line `bytes[from, to)`, which has a prefix, goes on behind it. */
  content(line: number, from: number, to: number): number {
    const size = this.size.data[line]
    return size === NONE ? this.prefixes[this.prefix.data[line]].end(this.bytes, from, to) : from + size
  }

  /** Room that the lines of each stream take, with their ends. */
  sizes(): number[] {
    const { bytes, stream } = this
    // Mostly there is one process, from the first line on.
    const only = this.streamOf(0)
    if (stream.data.subarray(0, stream.length).every(one => (one & ~ESCAPED) === only))
      return only === 0 ? [bytes.length + 1] : [0, bytes.length + 1]
    const sizes: number[] = [0]
    for (let at = 0, line = 0; at < bytes.length; line++) {
      const end = this.end(line, at)
      const index = this.streamOf(line)
      sizes[index] = (sizes[index] ?? 0) + end + 1 - at
      at = end + 1
    }
    return sizes
  }

  /** Looks at all lines; returns how many there were when the last prefix was learned. */
  private look(): number {
    const { bytes, prefixes } = this
    const starts = new Float64Array(LOOKED_BACK)
    let attempts = 0
    let learned = 0
    for (let at = 0, line = 0; at < bytes.length; line++) {
      let content = this.again(at)
      const end = this.scan(content === -1 || prefixes[this.recent].hasEscape ? at : content)
      if (content === -1) content = this.known(at, end)
      const isKnown = content !== -1
      const isEscaped = this.isMarked && escapedHeader(bytes, at, end) !== -1
      if (isEscaped) this.escaped = true
      else if (!isKnown) {
        const start = dumpLine(bytes, at, end)
        if (start === -1) this.cut ||= end + 1 < bytes.length && this.isOpen(at, end)
        else if (start > skipBlank(bytes, at, end) && prefixes.length < MAX_PREFIXES && attempts < MAX_ATTEMPTS) {
          attempts++
          const prefix = LinePrefix.learn(bytes, at, start, line < LOOKED_BACK ? 0 : starts[line % LOOKED_BACK])
          if (prefix) {
            prefixes.push(prefix)
            learned = line
            content = this.known(at, end)
          }
        }
      }
      this.prefix.push(0)
      this.size.push(0)
      this.stream.push(isEscaped ? ESCAPED : 0)
      if (line === this.lengths.length) this.lengths = grown(this.lengths)
      this.lengths[line] = Math.min(end - at, LONG)
      this.note(line, at, content)
      starts[line % LOOKED_BACK] = at
      at = end + 1
    }
    return learned
  }

  /** Does the line `bytes[from, to)` end within the arguments of a call? */
  private isOpen(from: number, to: number): boolean {
    const { bytes } = this
    return isOpenCall(bytes, skipBlank(bytes, from, to), skipBackReturn(bytes, from, to))
  }

  /**
   * Where the line ends that `from` stands in. `isMarked`: a written line end, or what may be one, stands in it and does not
   * end a string: there may be a whole dump. Where strings are lines, each ends with one, and tabs are written, too.
   */
  private scan(from: number): number {
    const { bytes } = this
    const { length } = bytes
    let marked = false
    let end = from
    for (; end < length; end++) {
      const byte = bytes[end]
      if (byte > BACKSLASH) continue
      if (byte === NEWLINE) break
      if (byte === BACKSLASH) {
        const next = bytes[end + 1]
        if (next === LOWER_N ? bytes[end + 2] !== QUOTE : next === BACKSLASH || next === LOWER_R) marked = true
      } else if (byte === SHARP && bytes[end + 1] === ZERO) marked = true
    }
    this.isMarked = marked
    return end
  }

  /** Where the line at `from` goes on if it begins as the one before it, with the `recent` prefix; -1: it does not. */
  private again(from: number): number {
    const { prefixes, recent, bytes } = this
    // No prefix holds a line end.
    return recent < prefixes.length ? prefixes[recent].again(bytes, from, bytes.length) : -1
  }

  /** Lines that came before their prefix was known. */
  private lookAgain(lines: number): void {
    for (let at = 0, line = 0; line < lines; line++) {
      const end = this.end(line, at)
      if (this.prefix.data[line] === NONE) this.note(line, at, this.known(at, end))
      at = end + 1
    }
  }

  /** Where the line goes on behind its prefix, which is then the `recent` one; -1: it has none that is known. */
  private known(from: number, to: number): number {
    const { prefixes } = this
    for (let i = 0, index = this.recent; i < prefixes.length; i++, index++) {
      if (index === prefixes.length) index = 0
      const end = prefixes[index].end(this.bytes, from, to)
      if (end === -1) continue
      this.recent = index
      return end
    }
    return -1
  }

  /** Notes what `known` said of a line. */
  private note(line: number, from: number, content: number): void {
    const { sources, recent } = this
    if (content === -1) {
      this.prefix.data[line] = NONE
      return
    }
    this.prefixed++
    this.prefix.data[line] = recent
    this.size.data[line] = Math.min(content - from, NONE)
    const prefix = this.prefixes[recent]
    const source = prefix.isString ? recent : prefix.source(this.bytes, from, content)
    let index = sources.get(source) ?? sources.size + 1
    if (index > MAX_SOURCES) index = MAX_SOURCES + 1
    if (index > sources.size && sources.size <= MAX_SOURCES) sources.set(source, index)
    this.stream.data[line] |= index
  }

  /** Makes streams of sources, in the order in which they begin; a line without a prefix belongs to the one before it. */
  private number(): void {
    const { sources, stream } = this
    // What was taken for a source changes from line to line.
    const isNone = sources.size > MAX_SOURCES || sources.size * MIN_LINES > this.prefixed
    const streams = new Uint8Array(ESCAPED)
    let count = 0
    // Stream 0 is for lines before any other.
    let current = 0
    for (let line = 0; line < stream.length; line++) {
      const source = isNone ? 0 : stream.data[line] & ~ESCAPED
      if (source !== 0) {
        if (streams[source] === 0) streams[source] = ++count
        current = streams[source]
      }
      stream.data[line] = current | (stream.data[line] & ESCAPED)
    }
  }
}

function lineEnd(bytes: Uint8Array, at: number): number {
  const newline = bytes.indexOf(NEWLINE, at)
  return newline === -1 ? bytes.length : newline
}

function skipBlank(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && bytes[at] <= SPACE) at++
  return at
}

function skipBackReturn(bytes: Uint8Array, from: number, to: number): number {
  let end = to
  while (end > from && bytes[end - 1] <= SPACE) end--
  return end
}
