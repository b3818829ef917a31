/**
 * Gives back the text that Go printed, of what logs made of it: without their prefixes, with cut lines whole, with
 * strings unescaped. The lines of each process come together, for a log of several mixes them.
 *
 *  1. look for lines of a dump behind other text, and learn the prefixes before them (`prefix.ts`) and strings that
 *     hold a whole dump (`escaped.ts`)
 *  2. for every line: which prefix, which process
 *  3. write the lines of one process after those of the other, joined where they were cut (`joints.ts`)
 *
 * A text as Go prints it never comes here: it is read as it is, which is several times faster.
 */
import { u8 } from '../base/column.ts'
import { dumpLine, escapedHeader, stringAround, stringEnd, unescapeAll, unescapeOctal, unescapeTo } from './escaped.ts'
import { JoinedLines } from './joints.ts'
import { isOpenCall } from './odd.ts'
import { LinePrefix } from './prefix.ts'

const NEWLINE = 0x0a
const ESCAPE = 0x1b
const SPACE = 0x20
const BACKSLASH = 0x5c
const LOWER_N = 0x6e
const UPPER_P = 0x50

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
/** Flag in the column of streams: the line holds a whole dump. */
const ESCAPED = 0x80

/** A stretch of the text that comes from one process. */
export type Stream = { readonly start: number; readonly end: number }

export type Unwrapped = {
  readonly bytes: Uint8Array
  readonly streams: readonly Stream[]
  /** Where in the input the lines begin that stand at these places, a hundred at most. */
  inputOffsets(places: readonly number[]): number[]
}

/** Undefined: it is no such text. */
export function unwrap(input: Uint8Array): Unwrapped | undefined {
  const bytes = input.includes(ESCAPE) ? withoutColours(input) : input
  const found = look(bytes)
  if (found.prefixes.length === 0 && !found.escaped && !found.cut && bytes === input) return undefined
  return new Unwrapper(bytes, found.prefixes).text()
}

/** May this text have lines of a dump behind other text? Looks for no more than the words. */
export function isWrapped(text: string): boolean {
  for (let at = text.search(WORDS); at !== -1; ) {
    const start = text.lastIndexOf('\n', at) + 1
    if (text.slice(start, at).trim() !== '' || WRITTEN_END.test(text.slice(at, at + 200))) return true
    const rest = text.slice(at + 1).search(WORDS)
    at = rest === -1 ? -1 : at + 1 + rest
  }
  return false
}

const WORDS =
  /goroutine \d+ (?:gp=|m=|\[)|goroutine(?:leak)? profile: total \d|#(?:\s+|#011|\\+t)0x|(?<!\d)\d{1,9} @ 0x/
/** A line end as text. */
const WRITTEN_END = /^[^\n]*?(?:\\+[nr]|#012)/

type Found = { readonly prefixes: readonly LinePrefix[]; readonly escaped: boolean; readonly cut: boolean }

/** Step 1. */
function look(bytes: Uint8Array): Found {
  const prefixes: LinePrefix[] = []
  let escaped = false
  let cut = false
  let attempts = 0
  const before: number[] = []
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, at)
    const end = newline === -1 ? bytes.length : newline
    const isKnown = prefixes.some(prefix => prefix.end(bytes, at, end) !== -1)
    const content = isKnown ? -1 : dumpLine(bytes, at, end)
    if (isKnown) escaped ||= escapedHeader(bytes, at, end) !== -1
    else if (content === -1) cut ||= isOpenCall(bytes, skipBlank(bytes, at, end), skipBackReturn(bytes, at, end))
    else if (escapedHeader(bytes, at, end) !== -1) escaped = true
    else if (content > skipBlank(bytes, at, end) && prefixes.length < MAX_PREFIXES && attempts < MAX_ATTEMPTS) {
      attempts++
      const prefix = LinePrefix.learn(bytes, at, content, before[0] ?? at)
      if (prefix) prefixes.push(prefix)
    }
    before.push(at)
    if (before.length > LOOKED_BACK) before.shift()
    at = end + 1
  }
  return { prefixes, escaped, cut }
}

class Unwrapper {
  private readonly bytes: Uint8Array
  private readonly prefixes: readonly LinePrefix[]
  /** The prefix of the line that was looked at last. */
  private recent = 0
  /** Index of each line's stream, with a flag. */
  private readonly streamOf = u8()
  /** Room that the lines of each stream take. */
  private readonly sizes: number[] = [0]

  constructor(bytes: Uint8Array, prefixes: readonly LinePrefix[]) {
    this.bytes = bytes
    this.prefixes = prefixes
  }

  text(): Unwrapped {
    this.sort()
    const out = new Uint8Array(this.sizes.reduce((sum, size) => sum + size, 0))
    const streams = this.write(out, () => {})
    return { bytes: out, streams, inputOffsets: wanted => this.inputOffsets(out, wanted) }
  }

  /** Step 2. */
  private sort(): void {
    const { bytes, sizes } = this
    const sources = new Map<number, number>()
    let current = 0
    let sorted = 0
    for (let at = 0; at < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, at)
      const end = newline === -1 ? bytes.length : newline
      const content = this.contentOf(at, end)
      if (content !== -1) {
        sorted++
        const prefix = this.prefixes[this.recent]
        const source = prefix.isString ? this.recent : prefix.source(bytes, at, content)
        const known = sources.get(source)
        // Stream 0 is for lines before any other.
        current = known ?? Math.min(sources.size + 1, MAX_SOURCES)
        if (known === undefined && sources.size < MAX_SOURCES * MIN_LINES) sources.set(source, current)
      }
      const isEscaped = escapedHeader(bytes, at, end) !== -1
      this.streamOf.push(current | (isEscaped ? ESCAPED : 0))
      sizes[current] = (sizes[current] ?? 0) + end + 1 - at
      at = end + 1
    }
    if (sources.size <= MAX_SOURCES && sources.size * MIN_LINES <= sorted) return
    // What was taken for a source changes from line to line.
    const { data, length } = this.streamOf
    for (let line = 0; line < length; line++) data[line] &= ESCAPED
    sizes.splice(0, sizes.length, bytes.length + 1)
  }

  /** Where the line goes on behind its prefix, which is then the `recent` one; -1: it has none. */
  private contentOf(from: number, to: number): number {
    const { prefixes } = this
    for (let i = 0; i < prefixes.length; i++) {
      const index = (this.recent + i) % prefixes.length
      const end = prefixes[index].end(this.bytes, from, to)
      if (end === -1) continue
      this.recent = index
      return end
    }
    return -1
  }

  /** Step 3. `onLine` is told where each line is written to, and where it stands in the input. */
  private write(out: Uint8Array, onLine: (to: number, length: number, from: number) => void): readonly Stream[] {
    const { bytes, sizes, streamOf } = this
    let next = 0
    const starts = sizes.map(size => {
      next += size
      return next - size
    })
    const streams = starts.map(start => new JoinedLines(out, start))
    this.recent = 0
    for (let at = 0, line = 0; at < bytes.length; line++) {
      const newline = bytes.indexOf(NEWLINE, at)
      const end = newline === -1 ? bytes.length : newline
      const lines = streams[streamOf.data[line] & ~ESCAPED]
      const before = lines.length
      if (streamOf.data[line] & ESCAPED) this.writeEscaped(lines, at, end)
      else this.writeLine(lines, at, end)
      onLine(before, lines.length - before, at)
      at = end + 1
    }
    return streams.map(({ length }, stream) => ({ start: starts[stream], end: length }))
  }

  private writeLine(lines: JoinedLines, start: number, end: number): void {
    const { bytes } = this
    const content = this.contentOf(start, end)
    if (content === -1) {
      lines.take(copied(lines, bytes, start, end), false)
      return
    }
    const prefix = this.prefixes[this.recent]
    if (prefix.isString) this.writeString(lines, prefix, content, end)
    else {
      const to = unescapeOctal(lines.bytes, lines.length, bytes, content, end)
      lines.take(to, isPart(bytes, start, content))
    }
  }

  private writeString(lines: JoinedLines, prefix: LinePrefix, content: number, end: number): void {
    const { bytes } = this
    const quote = stringEnd(bytes, content, end)
    const hasEnd = bytes[quote - 1] === LOWER_N && bytes[quote - 2] === BACKSLASH && quote - 2 >= content
    if (hasEnd) prefix.writesLineEnds = true
    const to = unescapeTo(lines.bytes, lines.length, bytes, content, hasEnd ? quote - 2 : quote)
    // Docker writes "…\n" but for the parts of a line that it cut.
    lines.take(to, prefix.writesLineEnds && !hasEnd)
  }

  /** A whole dump on one line. */
  private writeEscaped(lines: JoinedLines, start: number, end: number): void {
    const { bytes } = this
    const [from, to] = stringAround(bytes, start, escapedHeader(bytes, start, end), end)
    lines.begin()
    lines.take(unescapeAll(lines.bytes, lines.length, bytes, from, to), false)
    lines.begin()
  }

  /** Writes the same once more, to see where the places come from: there are a hundred at most, and mostly none. */
  private inputOffsets(out: Uint8Array, wanted: readonly number[]): number[] {
    const found = wanted.map(() => 0)
    if (wanted.length === 0) return found
    this.write(out, (to, length, from) => {
      for (let i = 0; i < wanted.length; i++) if (wanted[i] >= to && wanted[i] <= to + length) found[i] = from
    })
    return found
  }
}

/** A container runtime's mark for a part of a line: "2026-01-02T03:04:05Z stderr P ". */
function isPart(bytes: Uint8Array, start: number, content: number): boolean {
  const at = content - 3
  return at > start && bytes[at] === SPACE && bytes[at + 1] === UPPER_P && bytes[at + 2] === SPACE
}

function copied(lines: JoinedLines, bytes: Uint8Array, from: number, to: number): number {
  lines.bytes.set(bytes.subarray(from, to), lines.length)
  return lines.length + to - from
}

/** Without what colours a terminal's text: an escape, a bracket, numbers, a letter. */
function withoutColours(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length)
  let end = 0
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== ESCAPE || bytes[at + 1] !== 0x5b) {
      out[end++] = bytes[at]
      continue
    }
    at += 2
    while (at < bytes.length && bytes[at] >= 0x20 && bytes[at] <= 0x3f) at++
  }
  return out.subarray(0, end)
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
