/**
 * Labels of a goroutine as one text, the same from all three forms: "key:value, key2:value2". debug=1 writes
 * `{"key":"value"}` (Go's %q), a header of debug=2 `"key": "value"`; the protobuf form has them in parts.
 */
const PAIR = /"((?:[^"\\]|\\.)*)"\s*:\s*"((?:[^"\\]|\\.)*)"/g
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/g
const PLAIN: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v' }

/** The text of quoted pairs; '' where there is none. */
export function labelsFromQuoted(quoted: string): string {
  return labelsText(Array.from(quoted.matchAll(PAIR), ([, key, value]) => [unquoted(key), unquoted(value)] as const))
}

/** The text of pairs, ordered by key as Go orders them. */
export function labelsText(pairs: readonly (readonly [string, string])[]): string {
  const ordered = [...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return ordered.map(([key, value]) => `${key}:${value}`).join(', ')
}

function unquoted(text: string): string {
  return text.replace(ESCAPE, (whole, byte, short, long, plain) => {
    const hex = byte ?? short ?? long
    if (hex === undefined) return PLAIN[plain] ?? plain
    const code = Number.parseInt(hex, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
