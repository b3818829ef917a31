/**
 * Gives back the text that Go printed, of what logs made of it: without their prefixes, with cut lines whole, with
 * strings unescaped. The lines of each process come together, for a log of several mixes them.
 *
 *  1. for every line: which prefix, which process? (`logged.ts`) Prefixes are learned where lines of a dump stand behind
 *     other text (`prefix.ts`), and strings may hold a whole dump (`escaped.ts`)
 *  2. write the lines of one process after those of the other, joined where they were cut (`joints.ts`)
 *
 * A text as Go prints it never comes here: it is read as it is, which is several times faster.
 */
import { escapedHeader, stringAround, stringEnd, unescapeAll, unescapeOctal, unescapeTo } from './escaped.ts'
import { JoinedLines, type Lines, PlainLines } from './joints.ts'
import { LoggedLines } from './logged.ts'
import type { LinePrefix } from './prefix.ts'
import { StraightLog, type StraightText } from './straight.ts'

const ESCAPE = 0x1b
const SPACE = 0x20
const BACKSLASH = 0x5c
const LOWER_N = 0x6e
const UPPER_P = 0x50

/** A stretch of the text that comes from one process. */
export type Stream = { readonly start: number; readonly end: number }

export type Unwrapped = {
  readonly bytes: Uint8Array
  readonly streams: readonly Stream[]
  /** Where in the input the lines begin that stand at these places, a hundred at most. */
  inputOffsets(places: readonly number[]): number[]
}

/** Gives back the text; `joins`: lines that look as if they were cut are put together, and not only those of which the log says so. */
export type Unwrapping = { readonly isCut: boolean; text(joins: boolean): Unwrapped }

/**
 * Undefined: it is no such text. `joins` says what `text` will be asked for; `isWrapped`: lines were met that go on in the
 * next one.
 */
export function unwrapper(input: Uint8Array, joins: boolean, isWrapped: boolean): Unwrapping | undefined {
  const straight = joins ? undefined : StraightLog.read(input)
  if (straight) return { isCut: false, text: () => ofStraight(straight) }
  const bytes = input.includes(ESCAPE) ? withoutColours(input) : input
  const logged = new LoggedLines(bytes)
  logged.cut ||= isWrapped
  if (logged.prefixes.length === 0 && !logged.escaped && !logged.cut && bytes === input) return undefined
  return new Unwrapper(bytes, logged)
}

function ofStraight({ bytes, inputOffset }: StraightText): Unwrapped {
  return { bytes, streams: [{ start: 0, end: bytes.length }], inputOffsets: places => places.map(inputOffset) }
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

class Unwrapper implements Unwrapping {
  private readonly bytes: Uint8Array
  private readonly logged: LoggedLines

  constructor(bytes: Uint8Array, logged: LoggedLines) {
    this.bytes = bytes
    this.logged = logged
  }

  /** Lines were seen that are known to be cut. */
  get isCut(): boolean {
    return this.logged.cut
  }

  text(joins: boolean): Unwrapped {
    const sizes = this.logged.sizes()
    const out = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0))
    const streams = this.write(out, sizes, joins, () => {})
    return {
      bytes: out,
      streams,
      inputOffsets: wanted => this.inputOffsets(out, sizes, joins, wanted),
    }
  }

  /** `onLine` is told where each line is written to, and where it stands in the input. */
  private write(
    out: Uint8Array,
    sizes: readonly number[],
    joins: boolean,
    onLine: (to: number, length: number, from: number) => void,
  ): readonly Stream[] {
    const { bytes, logged } = this
    let next = 0
    const starts = sizes.map((size = 0) => {
      next += size
      return next - size
    })
    const streams: Lines[] = starts.map(start => (joins ? new JoinedLines(out, start) : new PlainLines(out, start)))
    for (let at = 0, line = 0; at < bytes.length; line++) {
      const end = logged.end(line, at)
      const lines = streams[logged.streamOf(line)]
      const before = lines.length
      if (logged.isEscaped(line)) this.writeEscaped(lines, at, end)
      else this.writeLine(lines, line, at, end)
      onLine(before, lines.length - before, at)
      at = end + 1
    }
    return streams.map((lines, stream) => {
      lines.begin()
      return { start: starts[stream], end: lines.length }
    })
  }

  private writeLine(lines: Lines, line: number, start: number, end: number): void {
    const { bytes, logged } = this
    const prefix = logged.prefixOf(line)
    if (!prefix) {
      lines.take(copied(lines, bytes, start, end), false)
      return
    }
    const content = logged.content(line, start, end)
    if (prefix.isString) this.writeString(lines, prefix, content, end)
    else {
      const to = unescapeOctal(lines.bytes, lines.length, bytes, content, end)
      lines.take(to, isPart(bytes, start, content))
    }
  }

  private writeString(lines: Lines, prefix: LinePrefix, content: number, end: number): void {
    const { bytes } = this
    const quote = stringEnd(bytes, content, end)
    const hasEnd = bytes[quote - 1] === LOWER_N && bytes[quote - 2] === BACKSLASH && quote - 2 >= content
    if (hasEnd) prefix.writesLineEnds = true
    const to = unescapeTo(lines.bytes, lines.length, bytes, content, hasEnd ? quote - 2 : quote)
    // Docker writes "…\n" but for the parts of a line that it cut.
    lines.take(to, prefix.writesLineEnds && !hasEnd)
  }

  /** A whole dump on one line. */
  private writeEscaped(lines: Lines, start: number, end: number): void {
    const { bytes } = this
    const [from, to] = stringAround(bytes, start, escapedHeader(bytes, start, end), end)
    lines.begin()
    lines.take(unescapeAll(lines.bytes, lines.length, bytes, from, to), false)
    lines.begin()
  }

  /** Writes the same once more, to see where the places come from: there are a hundred at most, and mostly none. */
  private inputOffsets(out: Uint8Array, sizes: readonly number[], joins: boolean, wanted: readonly number[]): number[] {
    const found = wanted.map(() => 0)
    if (wanted.length === 0) return found
    this.write(out, sizes, joins, (to, length, from) => {
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

function copied(lines: Lines, bytes: Uint8Array, from: number, to: number): number {
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
