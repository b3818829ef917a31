/**
 * What a log puts before every line, told from two lines of it by what they have in common:
 *
 *   Mar 03 04:05:06 web-1 shopd[812]: goroutine 7 [select]:
 *   Mar 03 04:05:07 web-1 shopd[812]: main.f(0x1)
 *   └─ words with a digit and names of months change, all else stays ─┘
 *
 * No log's own form is known here, so that one that nobody thought of is read, too. A prefix that ends with a quote opens
 * a string of JSON or logfmt: see `escaped.ts`.
 */
import { stringEnd } from './escaped.ts'
import { ascii, startsWith } from './lines.ts'

const TAB = 0x09
const SPACE = 0x20
const QUOTE = 0x22
const SHARP = 0x23
const DOT = 0x2e
const BACKSLASH = 0x5c

/** Longer ones are no prefixes. */
const LONGEST = 600
/** A key of JSON is looked for so far into a line. */
const KEY_WITHIN = 8192
/** Lines behind a header that are compared with it. */
const COMPARED = 12

/**
 * A line that has the prefix. Others of its log begin alike but for their times: where digits alone differ, the pieces
 * are the same, for none but a number holds digits; where these digits belong to times, the source is the same, too.
 */
class KnownLine {
  at = 0
  /** Length of its prefix; 0: nothing is known. */
  size = 0
  /** What `sourceOf` says; -1: not known yet. */
  source = -1
  /** By byte of the prefix, where the source is known: does it belong to a time? */
  private times = new Uint8Array(128)

  /** Does the line `bytes[from, to)` begin as this one? */
  begins(bytes: Uint8Array, from: number, to: number): boolean {
    const { at, size, times } = this
    if (size === 0 || from + size > to) return false
    let isOther = false
    for (let i = size - 1; i >= 0; i--) {
      const byte = bytes[from + i]
      const known = bytes[at + i]
      if (byte === known) continue
      if (!isDigit(byte) || !isDigit(known)) return false
      if (times[i] === 0) isOther = true
    }
    if (isOther) {
      this.at = from
      this.source = -1
    }
    return true
  }

  /** Its prefix ends at `to`. */
  learnSource(bytes: Uint8Array, to: number): number {
    const { at } = this
    if (this.times.length < to - at) this.times = new Uint8Array(2 * (to - at))
    this.source = sourceOf(bytes, at, to, this.times)
    return this.source
  }
}

/** Kinds of the pieces that a prefix is made of. */
const Piece = { fixed: 0, number: 1, name: 2, flag: 3, blank: 4 } as const
type Piece = (typeof Piece)[keyof typeof Piece]

const NAMES = new Set(
  'jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun'
    .split(' ')
    .map(name => nameCode(name.charCodeAt(0), name.charCodeAt(1), name.charCodeAt(2))),
)
/** Container runtimes mark each line: F is full, P is a part of one. */
const UPPER_F = 0x46
const UPPER_P = 0x50

export class LinePrefix {
  /** It opens a string, in which the line stands escaped. */
  readonly isString: boolean
  /** It holds what a character that is escaped begins with: a backslash, or rsyslog's sharp. */
  readonly hasEscape: boolean
  /** Of a string: lines were seen that end with a line end of their own, so that one without it is a part. */
  writesLineEnds = false
  /** Lines as they were seen last, the last one first: two, for a time may have a digit less than the one before it. */
  private known = new KnownLine()
  private otherKnown = new KnownLine()
  /** The line that was asked for last begins as the known one. */
  private isAgain = false
  private isLastWhole = false
  private matchedTo = 0
  private readonly sample: Uint8Array
  private readonly kinds: readonly Piece[]
  private readonly ends: readonly number[]
  /** Of a string: the key before it, as `"log":"` or ` msg="`. */
  private readonly key: Uint8Array

  /** `sample` is a prefix as it was seen. */
  constructor(sample: Uint8Array) {
    const { kinds, ends } = piecesOf(sample)
    this.sample = sample
    this.kinds = kinds
    this.ends = ends
    this.key = keyOf(sample)
    this.isString = this.key.length > 0
    this.hasEscape = sample.includes(BACKSLASH) || sample.includes(SHARP)
  }

  /** Where the line at `from` goes on if it begins as one of those seen last; -1: it does not, which says little. */
  again(bytes: Uint8Array, from: number, to: number): number {
    this.isAgain = this.known.begins(bytes, from, to)
    if (!this.isAgain && this.otherKnown.begins(bytes, from, to)) {
      this.isAgain = true
      this.swap()
    }
    return this.isAgain ? from + this.known.size : -1
  }

  /** Where the line `bytes[from, to)` goes on behind this prefix; -1: it has another. */
  end(bytes: Uint8Array, from: number, to: number): number {
    const again = this.again(bytes, from, to)
    if (again !== -1) return again
    const pieces = this.match(bytes, from, to)
    if (pieces === this.kinds.length) {
      this.remember(from)
      return this.matchedTo
    }
    // A line without anything of its own, whose last blanks were cut off.
    if (this.matchedTo === to && pieces === this.kinds.length - 1 && this.kinds[pieces] === Piece.blank) return to
    return this.isString ? this.afterKey(bytes, from, to) : -1
  }

  /** What `sourceOf` says of the line that `end` was asked for last, whose prefix ends at `to`. */
  source(bytes: Uint8Array, from: number, to: number): number {
    const { known, isAgain } = this
    if (isAgain && known.source !== -1) return known.source
    return from === known.at ? known.learnSource(bytes, to) : sourceOf(bytes, from, to, new Uint8Array(to - from))
  }

  private swap(): void {
    const { known } = this
    this.known = this.otherKnown
    this.otherKnown = known
  }

  private remember(from: number): void {
    this.swap()
    const last = this.kinds.length - 1
    const isWhole = this.kinds[last] === Piece.blank ? this.isLastWhole : this.kinds[last] === Piece.fixed
    this.known.at = from
    this.known.source = -1
    this.known.size = isWhole ? this.matchedTo - from : 0
  }

  /** How many pieces the line begins with; `matchedTo` is where they end. */
  private match(bytes: Uint8Array, from: number, to: number): number {
    let at = from
    for (let piece = 0; piece < this.kinds.length; piece++) {
      const next = this.matchPiece(piece, bytes, at, to)
      if (next !== -1) at = next
      // A time that falls on a whole second has no fraction.
      else if (this.isFraction(piece)) piece++
      else {
        this.matchedTo = at
        return piece
      }
    }
    this.matchedTo = at
    return this.kinds.length
  }

  private matchPiece(piece: number, bytes: Uint8Array, from: number, to: number): number {
    const start = piece === 0 ? 0 : this.ends[piece - 1]
    const end = this.ends[piece]
    let at = from
    switch (this.kinds[piece]) {
      case Piece.number: {
        let digits = 0
        for (; at < to && isWord(bytes[at]); at++) if (isDigit(bytes[at])) digits++
        return digits > 0 ? at : -1
      }
      case Piece.name:
      case Piece.flag:
        while (at < to && isWord(bytes[at])) at++
        return kindOfWord(bytes, from, at) === this.kinds[piece] ? at : -1
      case Piece.blank:
        // The last one is as wide as it was: what follows may be a tab of the line's own.
        if (piece === this.kinds.length - 1) {
          for (let i = start; i < end && at < to && bytes[at] === this.sample[i]; i++) at++
          this.isLastWhole = at - from === end - start
          return at > from || at === to || bytes[at] === TAB ? at : -1
        }
        while (at < to && isBlank(bytes[at])) at++
        return at > from ? at : -1
      default:
        for (let i = start; i < end; i++, at++) if (at >= to || bytes[at] !== this.sample[i]) return -1
        return at
    }
  }

  private isFraction(piece: number): boolean {
    const isDot =
      this.ends[piece] === (piece === 0 ? 0 : this.ends[piece - 1]) + 1 && this.sample[this.ends[piece] - 1] === DOT
    return isDot && this.kinds[piece] === Piece.fixed && this.kinds[piece + 1] === Piece.number
  }

  private afterKey(bytes: Uint8Array, from: number, to: number): number {
    if (bytes[from] !== this.sample[0]) return -1
    const end = Math.min(to, from + KEY_WITHIN)
    for (let at = from; at < end; at++)
      if (bytes[at] === this.key[0] && startsWith(bytes, at, end, this.key)) return at + this.key.length
    return -1
  }

  /**
   * Learns the prefix of the line at `from`, in which a dump's line begins at `content`, by comparing it with the lines
   * around it, of which the first is at `first`. Undefined: they have none in common, and the text before `content` is
   * of that line alone.
   */
  static learn(bytes: Uint8Array, from: number, content: number, first: number): LinePrefix | undefined {
    if (content - from > LONGEST) return undefined
    const whole = new LinePrefix(bytes.subarray(from, content))
    const common: number[] = []
    for (let at = first, lines = 0; at < bytes.length && lines < COMPARED; lines++) {
      const newline = bytes.indexOf(0x0a, at)
      const end = newline === -1 ? bytes.length : newline
      if (end > at && at !== from) common.push(whole.boundary(whole.match(bytes, at, Math.min(end, at + 2 * LONGEST))))
      at = end + 1
    }
    common.sort((a, b) => b - a)
    // Two lines must agree, but in a text that has only one more.
    const pieces = Math.min(common[Math.min(1, common.length - 1)] ?? 0, whole.string())
    // Words alone may stand in any text.
    if (!whole.kinds.slice(0, pieces).includes(Piece.fixed)) return undefined
    return new LinePrefix(bytes.slice(from, from + whole.ends[pieces - 1]))
  }

  /** How many pieces there are up to the string that `content` stands in: what is in it is for another prefix. */
  private string(): number {
    for (let count = 1; count < this.kinds.length; count++) {
      const end = this.ends[count - 1]
      if (this.sample[end - 1] !== QUOTE || keyOf(this.sample.subarray(0, end)).length === 0) continue
      if (stringEnd(this.sample, end, this.sample.length) === this.sample.length) return count
    }
    return this.kinds.length
  }

  /** The most pieces, up to `pieces`, that end where a prefix may: at a blank, at a quote, or with the whole. */
  private boundary(pieces: number): number {
    if (pieces === this.kinds.length) return pieces
    for (let count = pieces; count > 0; count--)
      if (this.kinds[count - 1] === Piece.blank || this.sample[this.ends[count - 1] - 1] === QUOTE) return count
    return 0
  }
}

function piecesOf(sample: Uint8Array): { kinds: Piece[]; ends: number[] } {
  const kinds: Piece[] = []
  const ends: number[] = []
  for (let at = 0; at < sample.length; ) {
    const start = at
    let kind: Piece = Piece.fixed
    if (isBlank(sample[at])) {
      while (at < sample.length && isBlank(sample[at])) at++
      kind = Piece.blank
    } else if (isWord(sample[at])) {
      while (at < sample.length && isWord(sample[at])) at++
      kind = kindOfWord(sample, start, at)
    } else at++
    kinds.push(kind)
    ends.push(at)
  }
  return { kinds, ends }
}

/** Does this word change from line to line, and to what: numbers and ids, names of months and days, flags? */
function kindOfWord(bytes: Uint8Array, from: number, to: number): Piece {
  for (let at = from; at < to; at++) if (isDigit(bytes[at])) return Piece.number
  if (to - from === 3 && NAMES.has(nameCode(bytes[from], bytes[from + 1], bytes[from + 2]))) return Piece.name
  const isFlag = to - from === 1 && (bytes[from] === UPPER_F || bytes[from] === UPPER_P)
  return isFlag && isBlank(bytes[to]) && isBlank(bytes[from - 1]) ? Piece.flag : Piece.fixed
}

/** Three letters as one number, small ones as large ones. */
function nameCode(a: number, b: number, c: number): number {
  return ((a | 0x20) << 16) | ((b | 0x20) << 8) | c | 0x20
}

/** `"log":"` of `{"log":"`, ` msg="` of `time="…" msg="`; empty where no string begins at the end. */
function keyOf(sample: Uint8Array): Uint8Array {
  if (sample.at(-1) !== QUOTE) return ascii('')
  const text = String.fromCharCode(...sample)
  const found = /"[^"\\]{1,100}"\s{0,4}(?::|=>)\s{0,4}"$|(?:^|[\s,])[\w.-]{1,100}="$/.exec(text)
  return found ? sample.subarray(found.index) : ascii('')
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB
}

function isWord(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x5f ||
    byte >= 0x80
  )
}

/**
 * A number for what a prefix says beside the time: lines of one process have the same one. Times are runs of digits and
 * their separators that look like a clock, a date or a fraction; `times` is told which bytes belong to one.
 */
function sourceOf(bytes: Uint8Array, from: number, to: number, times: Uint8Array): number {
  let hash = 0
  for (let at = from; at < to; ) {
    let end = at
    while (end < to && isOfTime(bytes[end])) end++
    if (end > at && isTime(bytes, at, end)) {
      times.fill(1, at - from, end - from)
      at = end
      continue
    }
    end = Math.max(end, at + 1)
    times.fill(0, at - from, end - from)
    if (isFlag(bytes, at, to)) at++
    for (; at < end; at++) if (!isBlank(bytes[at])) hash = Math.imul(hash ^ bytes[at], 0x01000193)
  }
  return hash >>> 0
}

/** By byte of the prefix `bytes[from, to)`: does it belong to a time? */
export function timesOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const times = new Uint8Array(to - from)
  sourceOf(bytes, from, to, times)
  return times
}

/** Whether a line is a whole one does not depend on who wrote it. */
function isFlag(bytes: Uint8Array, at: number, to: number): boolean {
  return (
    (bytes[at] === UPPER_F || bytes[at] === UPPER_P) &&
    at + 2 === to &&
    isBlank(bytes[at - 1]) &&
    isBlank(bytes[at + 1])
  )
}

/** Digits, what stands between those of a time, and blanks. */
function isOfTime(byte: number): boolean {
  return (byte >= 0x2b && byte <= 0x3a) || byte === 0x54 || byte === 0x5a || byte === SPACE
}

/** `3:04`, `2026-01`, `5.123`, or the day of a month between blanks. */
function isTime(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from + 1; at + 2 < to; at++) {
    const byte = bytes[at]
    if (isDigit(byte) || !isDigit(bytes[at - 1]) || !isDigit(bytes[at + 1]) || !isDigit(bytes[at + 2])) continue
    if (byte === 0x3a) return true
    if (byte === 0x2e || byte === 0x2c) return isDigit(bytes[at + 3])
    if ((byte === 0x2d || byte === 0x2f) && at - from >= 4 && isDigit(bytes[at - 4])) return true
  }
  let at = from
  while (at < to && bytes[at] === SPACE) at++
  const day = at
  while (at < to && isDigit(bytes[at])) at++
  return day > from && at > day && at - day <= 2 && at < to && bytes[at] === SPACE
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}
