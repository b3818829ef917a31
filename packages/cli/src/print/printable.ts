/** What strangers wrote, as the terminal shows it. */
import { printable as inOneLine } from '@unhang/core'

/** Longer quotes than this help nobody on a screen of 80 columns. */
const QUOTE_LIMIT = 400

/** The text on one line without anything a terminal obeys, at most `limit` characters of it. */
export function printable(text: string, limit = QUOTE_LIMIT): string {
  return inOneLine(text, limit)
}
