/**
 * Labels of a goroutine as one text, the same from all three forms: "key:value, key2:value2". debug=1 writes
 * `{"key":"value"}` (Go's %q), a header of debug=2 `"key": "value"`; the protobuf form has them in parts.
 */
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/g
const PLAIN: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v' }

/** The text of quoted pairs; '' where there is none. Goes through it once, whatever is in it. */
export function labelsFromQuoted(quoted: string): string {
  const pairs: (readonly [string, string])[] = []
  for (let at = quoted.indexOf('"'); at !== -1; at = quoted.indexOf('"', at)) {
    const keyEnd = quoteEnd(quoted, at)
    const colon = skipSpaces(quoted, keyEnd + 1)
    const value = skipSpaces(quoted, colon + 1)
    if (keyEnd === -1) break
    if (quoted[colon] !== ':' || quoted[value] !== '"') {
      at = keyEnd + 1
      continue
    }
    const valueEnd = quoteEnd(quoted, value)
    if (valueEnd === -1) break
    pairs.push([unquoted(quoted.slice(at + 1, keyEnd)), unquoted(quoted.slice(value + 1, valueEnd))])
    at = valueEnd + 1
  }
  return labelsText(pairs)
}

/** The text of pairs, ordered by key as Go orders them. */
export function labelsText(pairs: readonly (readonly [string, string])[]): string {
  const ordered = [...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return ordered.map(([key, value]) => `${key}:${value}`).join(', ')
}

/** Where the quote ends that starts at `start`; -1: nowhere. */
function quoteEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return -1
}

function skipSpaces(text: string, from: number): number {
  let at = from
  while (text[at] === ' ') at++
  return at
}

function unquoted(text: string): string {
  return text.replace(ESCAPE, (whole, byte, short, long, plain) => {
    const hex = byte ?? short ?? long
    if (hex === undefined) return PLAIN[plain] ?? plain
    const code = Number.parseInt(hex, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
