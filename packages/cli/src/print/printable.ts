/**
 * Text from servers, files and captures on its way to a terminal. A stranger's text must not move the cursor, change
 * the title, or turn the reading direction around.
 */

/** Longer quotes than this help nobody on a screen of 80 columns. */
const QUOTE_LIMIT = 400

// C0, DEL, C1, line and paragraph separators, and the marks that reorder what follows (U+202A–U+202E, U+2066–U+2069).
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g

/** The text on one line without anything a terminal obeys, at most `limit` characters of it. */
export function printable(text: string, limit = QUOTE_LIMIT): string {
  const line = text.slice(0, limit + 1).replace(UNPRINTABLE, ' ')
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line
}
