/**
 * Names of functions as Go writes them. Markdown takes asterisks for italics: of `main.(*cart).total` it leaves
 * `main.(_cart).total`, `main.(cart).total` or `main.(\*cart).total`. Go prints no method of a value with
 * parentheses, so that all of these mean the pointer.
 */
import type { StringInterner } from '../base/strings.ts'

const OPEN = 0x28
const STAR = 0x2a
const DOT = 0x2e
const BACKSLASH = 0x5c

/** The row in `strings` of the name that stands in `bytes[from, to)`. */
export function nameRow(strings: StringInterner, bytes: Uint8Array, from: number, to: number): number {
  if (!isEaten(bytes, from, to)) return strings.intern(from, to - from)
  const text = new TextDecoder().decode(bytes.subarray(from, to))
  return strings.internText(text.replace(/\\([*_[\]().])/g, '$1').replace(/\.\(_?(?=[\p{L}_])/gu, '.(*'))
}

function isEaten(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at]
    if (byte === BACKSLASH) return true
    if (byte === OPEN && bytes[at + 1] !== STAR && at > from && bytes[at - 1] === DOT) return true
  }
  return false
}
