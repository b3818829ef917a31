/** Cuts the line of a filter into terms, and these into values; and writes values so that they are read back as they are. */

export type Value = {
  readonly text: string
  /** Anything of it stood in quotes: then `!`, `=` and numbers mean themselves. */
  readonly quoted: boolean
  /** Begins with this character outside of quotes: "=exactly", "!not". The text is without it. */
  readonly sign: '' | '=' | '!'
  readonly from: number
  readonly to: number
}

/** One term of the text, `[from, to)`; `key` is in small letters, undefined for a word without one. */
export type Token = {
  readonly negated: boolean
  readonly key: string | undefined
  readonly keyFrom: number
  readonly values: readonly Value[]
  readonly from: number
  readonly to: number
  /** Where a quote stands that is not closed; -1: none. */
  readonly openQuote: number
}

const SPACE = /\s/
const KEY = /[a-z]+:/iy
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length; ) {
    if (SPACE.test(text[at])) at++
    else {
      const token = readToken(text, at)
      tokens.push(token)
      at = token.to
    }
  }
  return tokens
}

function readToken(text: string, from: number): Token {
  const negated = text[from] === '-'
  const keyFrom = negated ? from + 1 : from
  KEY.lastIndex = keyFrom
  const key = KEY.exec(text)?.[0]
  const values: Value[] = []
  let at = keyFrom + (key?.length ?? 0)
  let openQuote = -1
  while (true) {
    const { value, closed } = readValue(text, at)
    values.push(value)
    if (!closed) openQuote = value.from
    at = value.to
    if (text[at] !== ',') break
    at++
  }
  return { negated, key: key?.slice(0, -1).toLowerCase(), keyFrom, values, from, to: at, openQuote }
}

/** Up to a comma or space outside of quotes. */
function readValue(text: string, from: number): { value: Value; closed: boolean } {
  const first = text[from]
  const sign = first === '=' || first === '!' ? first : ''
  let at = from + sign.length
  let quoted = false
  let inside = false
  let read = ''
  for (; at < text.length; at++) {
    const char = text[at]
    if (char === '"') {
      quoted = true
      inside = !inside
    } else if (inside && char === '\\' && at + 1 < text.length) {
      at++
      read += ESCAPES[text[at]] ?? text[at]
    } else if (!inside && (char === ',' || SPACE.test(char))) break
    else read += char
  }
  return { value: { text: read, quoted, sign, from, to: at }, closed: !inside }
}

/** A name longer than that is looked for by its beginning: a stranger's function may be called 100 kB. */
const MAX_QUOTED = 500
const PLAIN = /^[\p{L}\p{N}_.*()/[\]{}$@·-]+$/u

/** The text as a value that is read back as this very text. */
export function quote(text: string): string {
  if (PLAIN.test(text)) return text
  const escaped = text.replace(/["\\\n\r\t]/g, char => {
    const letter = char === '\n' ? 'n' : char === '\r' ? 'r' : char === '\t' ? 't' : char
    return `\\${letter}`
  })
  return `"${escaped}"`
}

/** A value that fits exactly this text; of a very long one, all that begin like it. */
export function quoteExactly(text: string): string {
  if (text.length <= MAX_QUOTED) return `=${quote(text)}`
  // Half of a pair of surrogates is no character: an address could not hold it.
  const last = text.charCodeAt(MAX_QUOTED - 1)
  return quote(text.slice(0, last >= 0xd800 && last < 0xdc00 ? MAX_QUOTED - 1 : MAX_QUOTED))
}
