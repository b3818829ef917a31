/** Bytes ⇄ Go's quoted strings, as the text form of traces writes the data of an event (Go's `strconv.Quote`). */
import { FormatError } from '../base/errors.ts'

const SIMPLE: Record<string, number> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '\\': 92,
  '"': 34,
  "'": 39,
}
const SHORT = new Map(Object.entries(SIMPLE).flatMap(([name, code]) => (code === 39 ? [] : [[code, name] as const])))
/** How many digits follow each letter of an escape, and their base; the last two name a code point, not a byte. */
const NUMERIC: Record<string, { digits: number; base: number }> = {
  x: { digits: 2, base: 16 },
  u: { digits: 4, base: 16 },
  U: { digits: 8, base: 16 },
}
/** Go prints letters, marks, numbers, punctuation, symbols and the plain space as they are. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u

/** The bytes that a quoted string stands for. `offset` of an error is a place in `quoted`. */
export function unquote(quoted: string): Uint8Array {
  if (quoted.length >= 2 && quoted.startsWith('`') && quoted.endsWith('`'))
    return new TextEncoder().encode(quoted.slice(1, -1))
  if (quoted.length < 2 || !quoted.startsWith('"') || !quoted.endsWith('"'))
    throw new FormatError(`expected a string in double quotes, found ${JSON.stringify(quoted)}`)
  const parts: number[] = []
  const encoder = new TextEncoder()
  for (let at = 1; at < quoted.length - 1; ) {
    if (quoted[at] === '\\') {
      at = readEscape(quoted, at + 1, parts, encoder)
      continue
    }
    if (quoted[at] === '"') throw new FormatError('found a quote inside a quoted string; write \\"', at)
    const letter = String.fromCodePoint(quoted.codePointAt(at) ?? 0)
    for (const byte of encoder.encode(letter)) parts.push(byte)
    at += letter.length
  }
  return Uint8Array.from(parts)
}

/** Reads the escape behind a backslash at `at`; returns where the text goes on. */
function readEscape(quoted: string, at: number, into: number[], encoder: TextEncoder): number {
  const letter = quoted[at]
  if (at >= quoted.length - 1) throw new FormatError('the string ends inside an escape', at)
  if (letter in SIMPLE) {
    into.push(SIMPLE[letter])
    return at + 1
  }
  const octal = letter >= '0' && letter <= '7'
  const { digits, base } = octal ? { digits: 3, base: 8 } : (NUMERIC[letter] ?? { digits: 0, base: 0 })
  const text = quoted.slice(octal ? at : at + 1, (octal ? at : at + 1) + digits)
  const pattern = octal ? /^[0-3][0-7]{2}$/ : /^[0-9a-fA-F]+$/
  if (digits === 0 || text.length !== digits || !pattern.test(text))
    throw new FormatError(`expected an escape of Go's strings, found \\${letter}${text}`, at)
  const value = Number.parseInt(text, base)
  if (octal || letter === 'x') into.push(value)
  else if (value > 0x10ffff) throw new FormatError(`expected a code point, found \\${letter}${text}`, at)
  else for (const byte of encoder.encode(String.fromCodePoint(value))) into.push(byte)
  return (octal ? at : at + 1) + digits
}

/** The bytes as a quoted string: text as text, what is no UTF-8 as \xNN. */
export function quote(bytes: Uint8Array): string {
  const parts: string[] = []
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for (let at = 0; at < bytes.length; ) {
    const size = sequenceLength(bytes[at])
    const letter = size > 1 ? decoded(decoder, bytes.subarray(at, at + size)) : undefined
    parts.push(letter === undefined ? quotedByte(bytes[at]) : quotedLetter(letter))
    at += letter === undefined ? 1 : size
  }
  return `"${parts.join('')}"`
}

function sequenceLength(firstByte: number): number {
  return firstByte < 0xc2 || firstByte > 0xf4 ? 1 : firstByte < 0xe0 ? 2 : firstByte < 0xf0 ? 3 : 4
}

/** The letter of one whole UTF-8 sequence; undefined where it is broken. */
function decoded(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    // A byte order mark would be swallowed.
    return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? '\ufeff' : decoder.decode(bytes)
  } catch {
    return undefined
  }
}

function quotedByte(byte: number): string {
  const short = SHORT.get(byte)
  if (short !== undefined) return `\\${short}`
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte)
  return `\\x${byte.toString(16).padStart(2, '0')}`
}

function quotedLetter(letter: string): string {
  if (PRINTABLE.test(letter)) return letter
  const code = letter.codePointAt(0) ?? 0
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
