/**
 * Text that a logger wrote as a string: `goroutine 7 [select]:\nmain.f()\n\t/a.go:1`, with JSON's escapes, those of Go's
 * %q, or rsyslog's (`#011`, `#012`), once or several times over.
 */
import { startsWith } from './lines.ts'
import { isHeader } from './odd.ts'

const TAB = 0x09
const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const SHARP = 0x23
const ZERO = 0x30
const SEVEN = 0x37
const AT = 0x40
const BACKSLASH = 0x5c
const LOWER_G = 0x67
const LOWER_N = 0x6e
const LOWER_O = 0x6f
const LOWER_R = 0x72

/** A JSON string in a JSON string in a log of JSON. */
const MAX_LEVELS = 4
const MAX_BACKSLASHES = 2 ** MAX_LEVELS
const MAX_RETURNS = 2

/** What a letter behind a backslash stands for: mostly itself. */
const SIMPLE = Uint8Array.from({ length: 256 }, (_, byte) => byte)
SIMPLE[LOWER_N] = NEWLINE
SIMPLE[0x74] = TAB
SIMPLE[LOWER_R] = RETURN
SIMPLE[0x62] = 0x08
SIMPLE[0x66] = 0x0c
SIMPLE[0x61] = 0x07
SIMPLE[0x76] = 0x0b

/** Where a whole dump on one line has its first header; -1: the line `bytes[from, to)` is none. */
export function escapedHeader(bytes: Uint8Array, from: number, to: number): number {
  const at = hasEscape(bytes, from, to) ? dumpLine(bytes, from, to) : -1
  if (at === -1) return -1
  const end = writtenEnd(bytes, at, to)
  const rest = end + lineEndSize(bytes, end, to)
  if (isBehindEnd(bytes, from, at)) return at
  // Behind the only line of a message stands the quote that ends it.
  if (end === rest || rest >= to || bytes[rest] === QUOTE) return -1
  return bytes[rest] === BACKSLASH && !startsEscape(bytes, rest, to) ? -1 : at
}

function hasEscape(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === BACKSLASH || bytes[at] === SHARP) return true
  return false
}

/** Does a written line end stand before `at`? */
function isBehindEnd(bytes: Uint8Array, from: number, at: number): boolean {
  if (at - 2 >= from && bytes[at - 1] === LOWER_N && bytes[at - 2] === BACKSLASH) return true
  return startsWith(bytes, at - RSYSLOG_NEWLINE.length, at, RSYSLOG_NEWLINE)
}

/** Where the header, or what it may be, ends that begins at `at`: with a written line end, or with the line. */
function writtenEnd(bytes: Uint8Array, at: number, to: number): number {
  let end = at
  let quoted = false
  for (; end < to; end++) {
    if (bytes[end] === QUOTE) quoted = !quoted
    // Labels are quoted, and have escapes of their own.
    if (!quoted && (bytes[end] === BACKSLASH || bytes[end] === SHARP) && lineEndSize(bytes, end, to) > 0) return end
  }
  return to
}

/** Where a header, a line with the count of a stack, or a frame of debug=1 stands in `bytes[from, to)`; -1: nowhere. */
export function dumpLine(bytes: Uint8Array, from: number, to: number): number {
  let count = -1
  for (let at = from; at + 2 < to; at++) {
    const byte = bytes[at]
    if (byte === LOWER_G) {
      if (bytes[at + 1] === LOWER_O && (isHeader(bytes, at, to) || startsWith(bytes, at, to, TOTAL))) return at
    } else if (byte === SHARP) {
      if (count === -1 && startsFrame(bytes, at, to)) count = at
    } else if (byte === AT && count === -1) count = countBefore(bytes, from, at)
  }
  return count
}

/** Where `10 @ 0x43a10e` begins whose sign is at `at`; -1: it is none. */
function countBefore(bytes: Uint8Array, from: number, at: number): number {
  if (bytes[at - 1] !== SPACE || bytes[at + 1] !== SPACE || bytes[at + 2] !== ZERO) return -1
  let start = at - 1
  while (start > from && bytes[start - 1] >= ZERO && bytes[start - 1] <= 0x39) start--
  return start < at - 1 ? start : -1
}

/** `#	0x43a10d`, its tab perhaps written as text. */
function startsFrame(bytes: Uint8Array, at: number, to: number): boolean {
  let end = at + 1
  while (end < to && bytes[end] <= SPACE) end++
  if (startsWith(bytes, end, to, RSYSLOG_TAB)) end += RSYSLOG_TAB.length
  if (end === at + 1) {
    while (bytes[end] === BACKSLASH) end++
    if (end === at + 1 || bytes[end] !== 0x74) return false
    end++
  }
  return bytes[end] === ZERO && bytes[end + 1] === 0x78 && end + 2 < to
}

const TOTAL = new TextEncoder().encode('goroutine profile: total ')

/** Where debug=1 begins in `bytes[from, to)`; -1: nowhere. */
export function findTotal(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at + TOTAL.length < to; at++)
    if (bytes[at] === 0x67 && startsWith(bytes, at, to, TOTAL)) return at
  return -1
}

/** `\n`, `\\n`, `\r\n`, `#012`: how many bytes the written line end at `at` takes; 0: there is none. */
function lineEndSize(bytes: Uint8Array, at: number, to: number): number {
  // A return may come twice, and each level doubles the backslashes: no line end is longer, whatever a stranger repeats.
  for (let from = at, parts = 0; parts <= MAX_RETURNS; parts++) {
    if (startsWith(bytes, from, to, RSYSLOG_NEWLINE)) return from + RSYSLOG_NEWLINE.length - at
    let end = from
    while (end < to && bytes[end] === BACKSLASH && end - from < MAX_BACKSLASHES) end++
    if (end === from || end >= to) return 0
    if (bytes[end] === LOWER_N) return end + 1 - at
    if (bytes[end] !== LOWER_R) return 0
    from = end + 1
  }
  return 0
}

const RSYSLOG_TAB = new TextEncoder().encode('#011')
const RSYSLOG_NEWLINE = new TextEncoder().encode('#012')

/** Another escape than that of a quote: the message goes on. */
function startsEscape(bytes: Uint8Array, at: number, to: number): boolean {
  let end = at
  while (end < to && bytes[end] === BACKSLASH) end++
  return end > at && end < to && bytes[end] !== QUOTE
}

/** The string in `bytes[from, to)` around `at`: without quotes, all of it. */
export function stringAround(bytes: Uint8Array, from: number, at: number, to: number): readonly [number, number] {
  let start = at
  while (start > from && !(bytes[start - 1] === QUOTE && !isEscaped(bytes, from, start - 1))) start--
  if (start === from && bytes[from] !== QUOTE) return [from, to]
  return [start, stringEnd(bytes, start, to)]
}

/** Where the string ends that begins at `from`: at its quote, or with the line. */
export function stringEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    if (bytes[at] === BACKSLASH) at++
    else if (bytes[at] === QUOTE) return at
  }
  return to
}

function isEscaped(bytes: Uint8Array, from: number, at: number): boolean {
  let start = at
  while (start > from && bytes[start - 1] === BACKSLASH) start--
  return (at - start) % 2 === 1
}

/** Writes `bytes[from, to)` unescaped to `out` at `at`; returns where it ends. It never grows. `out` may be `bytes`. */
export function unescapeTo(out: Uint8Array, at: number, bytes: Uint8Array, from: number, to: number): number {
  let end = at
  for (let i = from; i < to; i++) {
    const byte = bytes[i]
    if (byte !== BACKSLASH && byte !== SHARP) {
      out[end++] = byte
      continue
    }
    if (byte === SHARP && isRsyslog(bytes, i, to)) {
      out[end++] = (bytes[i + 2] - ZERO) * 8 + bytes[i + 3] - ZERO
      i += 3
      continue
    }
    if (byte !== BACKSLASH || i + 1 >= to) {
      out[end++] = byte
      continue
    }
    const escaped = bytes[i + 1]
    const size = escaped === 0x75 ? 4 : escaped === 0x78 ? 2 : 0
    const code = size === 0 ? -1 : hexOf(bytes, i + 2, Math.min(to, i + 2 + size))
    if (code !== -1) {
      end = writeCode(out, end, size === 2 ? code & 0xff : code, size === 2)
      i += 1 + size
    } else {
      out[end++] = SIMPLE[escaped]
      i++
    }
  }
  return end
}

/** The same for `#011` alone. */
export function unescapeOctal(out: Uint8Array, at: number, bytes: Uint8Array, from: number, to: number): number {
  let end = at
  for (let i = from; i < to; i++) {
    if (bytes[i] === SHARP && isRsyslog(bytes, i, to)) {
      out[end++] = (bytes[i + 2] - ZERO) * 8 + bytes[i + 3] - ZERO
      i += 3
    } else out[end++] = bytes[i]
  }
  return end
}

/** The same as `unescapeTo`, as often as a whole dump still stands on one line of what comes out. */
export function unescapeAll(out: Uint8Array, at: number, bytes: Uint8Array, from: number, to: number): number {
  let end = unescapeTo(out, at, bytes, from, to)
  for (let level = 1; level < MAX_LEVELS; level++) {
    const newline = out.subarray(at, end).indexOf(NEWLINE)
    if (newline !== -1 || escapedHeader(out, at, end) === -1) break
    end = unescapeTo(out, at, out, at, end)
  }
  return end
}

/** `#011`: what rsyslog makes of a control character. */
function isRsyslog(bytes: Uint8Array, at: number, to: number): boolean {
  if (at + 3 >= to || bytes[at + 1] !== ZERO) return false
  const high = bytes[at + 2]
  const low = bytes[at + 3]
  return high >= ZERO && high <= 0x33 && low >= ZERO && low <= SEVEN
}

function hexOf(bytes: Uint8Array, from: number, to: number): number {
  const digits = String.fromCharCode(...bytes.subarray(from, to))
  return /^(?:[0-9a-fA-F]{2}|[0-9a-fA-F]{4})$/.test(digits) ? Number.parseInt(digits, 16) : -1
}

/** Writes a character as UTF-8, or a byte as it is. */
function writeCode(out: Uint8Array, at: number, code: number, isByte: boolean): number {
  if (isByte || code < 0x80) {
    out[at] = code
    return at + 1
  }
  if (code < 0x800) {
    out[at] = 0xc0 | (code >> 6)
    out[at + 1] = 0x80 | (code & 0x3f)
    return at + 2
  }
  out[at] = 0xe0 | (code >> 12)
  out[at + 1] = 0x80 | ((code >> 6) & 0x3f)
  out[at + 2] = 0x80 | (code & 0x3f)
  return at + 3
}
