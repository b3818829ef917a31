/**
 * Reads a regular expression in the syntax that Go's tools take (RE2, as `regexp/syntax`): no back references and no
 * looking around, so that matching takes time in proportion to the text, whatever is asked.
 */
import { bothCases, DIGIT, NAMED, others, propertyRanges, type Ranges, SPACE, union, WORD } from './ranges.ts'

export type Assertion = 'begin' | 'end' | 'lineBegin' | 'lineEnd' | 'word' | 'notWord'
export type Node =
  | { readonly is: 'set'; readonly ranges: Ranges }
  | { readonly is: 'all'; readonly of: readonly Node[] }
  | { readonly is: 'any'; readonly of: readonly Node[] }
  | { readonly is: 'repeat'; readonly of: Node; readonly least: number; readonly most: number }
  | { readonly is: 'assertion'; readonly what: Assertion }

/** What is wrong with an expression, in Go's words where it has some: "missing closing ]: `[a`". */
export class PatternError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'PatternError'
  }
}

const MOST_LETTERS = 1000
const MOST_REPEATS = 1000

/** Throws `PatternError`. */
export function parsePattern(source: string): Node {
  if (source.length > MOST_LETTERS)
    throw new PatternError(`an expression of ${source.length} characters, ${MOST_LETTERS} at most`)
  return new Parser(source).whole()
}

type Flags = { i: boolean; m: boolean; s: boolean }

const NOTHING: Node = { is: 'all', of: [] }
const SINGLE: { readonly [letter: string]: number } = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 }
const CLASSES: { readonly [letter: string]: Ranges } = { d: DIGIT, w: WORD, s: SPACE }

class Parser {
  private readonly source: string
  private at = 0
  private flags: Flags = { i: false, m: false, s: false }

  constructor(source: string) {
    this.source = source
  }

  whole(): Node {
    const node = this.alternatives()
    if (this.at < this.source.length) throw new PatternError(`unexpected ): ${this.quoted(0)}`)
    return node
  }

  private quoted(from: number): string {
    return `\`${this.source.slice(from)}\``
  }

  private takes(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false
    this.at += text.length
    return true
  }

  private alternatives(): Node {
    const before = { ...this.flags }
    const of = [this.sequence()]
    while (this.takes('|')) of.push(this.sequence())
    this.flags = before
    return of.length === 1 ? of[0] : { is: 'any', of }
  }

  private sequence(): Node {
    const of: Node[] = []
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      const from = this.at
      const nodes = this.takes('\\Q') ? this.literally() : [this.one() ?? NOTHING]
      const last = nodes.pop()
      of.push(...nodes)
      if (last) of.push(last === NOTHING ? NOTHING : this.repeated(last, from))
    }
    return { is: 'all', of }
  }

  /** `\Q…\E`. */
  private literally(): Node[] {
    const end = this.source.indexOf('\\E', this.at)
    const text = this.source.slice(this.at, end < 0 ? undefined : end)
    this.at = end < 0 ? this.source.length : end + 2
    return [...text].map(letter => this.letter(letter.codePointAt(0)!))
  }

  private letter(point: number): Node {
    return this.set([point, point])
  }

  private set(ranges: Ranges): Node {
    return { is: 'set', ranges: this.flags.i ? bothCases(union(ranges)) : union(ranges) }
  }

  /** undefined: only flags were set. */
  private one(): Node | undefined {
    const { source, flags } = this
    if (this.takes('(')) return this.group()
    if (this.takes('[')) return this.bracketed()
    if (this.takes('.')) return { is: 'set', ranges: flags.s ? others([]) : others([10, 10]) }
    if (this.takes('^')) return { is: 'assertion', what: flags.m ? 'lineBegin' : 'begin' }
    if (this.takes('$')) return { is: 'assertion', what: flags.m ? 'lineEnd' : 'end' }
    if (this.takes('\\')) return this.escaped()
    if ('*+?'.includes(source[this.at]))
      throw new PatternError(`missing argument to repetition operator: \`${source[this.at]}\``)
    return this.letter(this.point())
  }

  /** The next character, taken. */
  private point(): number {
    const point = this.source.codePointAt(this.at) ?? 0
    this.at += point > 0xffff ? 2 : 1
    return point
  }

  private group(): Node | undefined {
    const from = this.at - 1
    const before = { ...this.flags }
    if (this.source[this.at] === '?' && !this.named()) {
      const opens = this.setFlags(from)
      if (!opens) return undefined
    }
    const node = this.alternatives()
    if (!this.takes(')')) throw new PatternError(`missing closing ): ${this.quoted(0)}`)
    this.flags = before
    return node
  }

  private named(): boolean {
    const name = /^\?P?<([\p{L}\p{N}_]+)>/u.exec(this.source.slice(this.at))
    if (name) this.at += name[0].length
    return name !== null
  }

  /** `?i-s)` or `?i-s:`, behind the bracket; true: a group follows. */
  private setFlags(from: number): boolean {
    const match = /^\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(this.source.slice(this.at))
    if (!match || match[0] === '?)') throw new PatternError(`invalid or unsupported Perl syntax: ${this.quoted(from)}`)
    this.at += match[0].length
    for (const [letters, value] of [[match[1], true] as const, [match[2] ?? '', false] as const])
      for (const letter of letters) if (letter !== 'U') this.flags[letter as keyof Flags] = value
    return match[3] === ':'
  }

  private escaped(): Node {
    if (this.takes('A')) return { is: 'assertion', what: 'begin' }
    if (this.takes('z')) return { is: 'assertion', what: 'end' }
    if (this.takes('b')) return { is: 'assertion', what: 'word' }
    if (this.takes('B')) return { is: 'assertion', what: 'notWord' }
    return this.set(this.classEscape() ?? this.pointEscape())
  }

  /** `\d`, `\W`, `\pL`, `\P{Greek}`, behind the backslash. */
  private classEscape(): Ranges | undefined {
    const letter = this.source[this.at] ?? ''
    const known = CLASSES[letter.toLowerCase()]
    if (known) {
      this.at++
      return letter === letter.toLowerCase() ? known : others(known)
    }
    const match = /^([pP])(?:\{(\^?)([^}]*)\}|([A-Za-z]))/.exec(this.source.slice(this.at))
    if (!match) return undefined
    const ranges = propertyRanges(match[3] ?? match[4])
    if (!ranges) throw new PatternError(`invalid character class range: \`\\${match[0]}\``)
    this.at += match[0].length
    return (match[1] === 'P') !== (match[2] === '^') ? others(ranges) : ranges
  }

  /** `\n`, `\x41`, `\x{1F600}`, `\.`, behind the backslash. */
  private pointEscape(): Ranges {
    const rest = this.source.slice(this.at)
    if (rest === '') throw new PatternError('trailing backslash at end of expression')
    const hex = /^x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(rest)
    const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest)
    const point = hex
      ? Number.parseInt(hex[1] ?? hex[2], 16)
      : octal
        ? Number.parseInt(octal[0], 8)
        : (SINGLE[rest[0]] ?? (/^[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]/.test(rest) ? rest.charCodeAt(0) : -1))
    if (point < 0 || point > 0x10ffff) throw new PatternError(`invalid escape sequence: \`\\${rest[0]}\``)
    this.at += (hex ?? octal)?.[0].length ?? 1
    return [point, point]
  }

  private bracketed(): Node {
    const from = this.at - 1
    const isOther = this.takes('^')
    const ranges: number[] = []
    for (let isFirst = true; isFirst || !this.takes(']'); isFirst = false) {
      if (this.at >= this.source.length) throw new PatternError(`missing closing ]: ${this.quoted(from)}`)
      ranges.push(...this.member())
    }
    const all = this.flags.i ? bothCases(union(ranges)) : union(ranges)
    return { is: 'set', ranges: isOther ? others(all) : all }
  }

  private member(): Ranges {
    const from = this.at
    const name = /^\[:(\^?)([a-z]+):\]/.exec(this.source.slice(this.at))
    if (name) {
      const known = NAMED[name[2]]
      if (!Object.hasOwn(NAMED, name[2])) throw new PatternError(`invalid character class range: \`${name[0]}\``)
      this.at += name[0].length
      return name[1] === '^' ? others(known) : known
    }
    if (this.source[this.at] === '\\') {
      this.at++
      const ranges = this.classEscape()
      if (ranges) return ranges
      this.at--
    }
    const low = this.memberPoint()
    const isRange = this.source[this.at] === '-' && this.at + 1 < this.source.length && this.source[this.at + 1] !== ']'
    if (!isRange) return [low, low]
    this.at++
    const high = this.memberPoint()
    if (high < low) throw new PatternError(`invalid character class range: \`${this.source.slice(from, this.at)}\``)
    return [low, high]
  }

  private memberPoint(): number {
    return this.takes('\\') ? this.pointEscape()[0] : this.point()
  }

  /** Whatever of `*`, `+`, `?` and `{2,5}` stands behind it. */
  private repeated(node: Node, from: number): Node {
    const [least, most, length] = this.repetition()
    if (length === 0) return node
    this.at += length
    // Lazy or not, what matters is whether there is a match.
    this.takes('?')
    const [, , again] = this.repetition()
    if (again > 0)
      throw new PatternError(`invalid nested repetition operator: \`${this.source.slice(from, this.at + again)}\``)
    return { is: 'repeat', of: node, least, most }
  }

  private repetition(): readonly [least: number, most: number, length: number] {
    const letter = this.source[this.at]
    if (letter === '*') return [0, Number.POSITIVE_INFINITY, 1]
    if (letter === '+') return [1, Number.POSITIVE_INFINITY, 1]
    if (letter === '?') return [0, 1, 1]
    const match = /^\{(\d{1,9})(?:(,)(\d{1,9})?)?\}/.exec(this.source.slice(this.at))
    if (!match) return [1, 1, 0]
    const least = Number(match[1])
    const most = match[2] === undefined ? least : Number(match[3] ?? Number.POSITIVE_INFINITY)
    if (least > MOST_REPEATS || (most > MOST_REPEATS && most !== Number.POSITIVE_INFINITY) || most < least)
      throw new PatternError(`invalid repeat count: \`${match[0]}\``)
    return [least, most, match[0].length]
  }
}
