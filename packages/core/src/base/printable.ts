/**
 * Text from servers, files and captures on its way to a reader's eyes. A stranger's text must not move a terminal's
 * cursor, change its title, or turn the reading direction around.
 */

// C0, DEL, C1, line and paragraph separators, and the marks that reorder what follows (U+061C, U+200E, U+200F, U+202A–U+202E, U+2066–U+2069).
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g

/** The text on one line without anything a terminal obeys, at most `limit` characters of it; a cut one ends in "…". */
export function printable(text: string, limit: number): string {
  const line = text.slice(0, limit).replace(UNPRINTABLE, ' ')
  return text.length > limit ? `${line.slice(0, limit - 1)}…` : line
}

/** The text's first `length` characters, with an ellipsis where there were more. */
export function capped(text: string, length: number): string {
  if (text.length <= length) return text
  // Half of a pair of surrogates is no character.
  const last = text.charCodeAt(length - 2)
  return `${text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 2 : length - 1)}…`
}
