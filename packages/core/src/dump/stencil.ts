/**
 * Bytes that come at every line of a log and are the same but for digits: compared four at a time, which is what makes a
 * log's prefixes cheap.
 *
 *   2026-01-02T03:04:05.000002017Z stderr F
 *   dddd-dd-ddTdd:dd:dd.dddddddddZ stderr F     d: any digit
 */
const WORD = 4

export class Stencil {
  readonly size: number
  /** Where it stood last: mostly all of a word is the same there, even digits. */
  private last: number
  /** By word, the last of which may overlap the one before: which bits must be as in `bits`. Of a digit these are the
   * upper four, which it has in common with six others. */
  private readonly mask: Int32Array
  private readonly bits: Int32Array
  /** By word: the lower four bits of digits, and what makes those of no digit run over. */
  private readonly low: Int32Array
  private readonly six: Int32Array

  /** Of `bytes[from, to)`, at least a word; `changes` says of a byte in it, which is a digit, whether it may be another. */
  constructor(bytes: Uint8Array, from: number, to: number, changes: (index: number) => boolean) {
    this.size = to - from
    this.last = from
    const count = Math.ceil(this.size / WORD)
    this.mask = new Int32Array(count)
    this.bits = new Int32Array(count)
    this.low = new Int32Array(count)
    this.six = new Int32Array(count)
    for (let word = 0; word < count; word++) {
      const start = Math.min(word * WORD, this.size - WORD)
      for (let i = 0; i < WORD; i++) this.byte(word, i, bytes[from + start + i], changes(start + i))
    }
  }

  private byte(word: number, i: number, byte: number, mayChange: boolean): void {
    const shift = 8 * i
    const isFree = mayChange && isDigit(byte)
    this.mask[word] |= (isFree ? 0xf0 : 0xff) << shift
    this.bits[word] |= (isFree ? byte & 0xf0 : byte) << shift
    if (!isFree) return
    this.low[word] |= 0x0f << shift
    this.six[word] |= 0x06 << shift
  }

  /** Do these bytes stand at `from`? `view` is what it was made of; what is not all within it is refused. */
  fits(view: DataView, from: number): boolean {
    const { size, last } = this
    if (from + size > view.byteLength) return false
    // From the end: what stands behind a number of another length is elsewhere.
    for (let word = this.mask.length - 1, at = size - WORD; word >= 0; word--, at = word * WORD) {
      const value = view.getInt32(from + at, true)
      if (value !== view.getInt32(last + at, true) && !this.allows(word, value)) return false
    }
    this.last = from
    return true
  }

  private allows(word: number, value: number): boolean {
    if ((value & this.mask[word]) !== this.bits[word]) return false
    return (((value & this.low[word]) + this.six[word]) & CARRIES) === 0
  }
}

/** A digit's lower four bits and six are at most 15. */
const CARRIES = 0x10101010

/**
 * Copies from `from` on in words of four bytes, as long as none of them holds a byte that may be more than text: a control
 * character, a quote, a sharp, a backslash. Returns how many bytes that were; the next four hold one, or the input's end.
 */
export function copyText(bytes: DataView, from: number, out: DataView, to: number): number {
  const end = bytes.byteLength - WORD
  let at = from
  for (let next = to; at <= end; at += WORD, next += WORD) {
    const word = bytes.getInt32(at, true)
    if (holdsSpecial(word)) break
    out.setInt32(next, word, true)
  }
  return at - from
}

/** By the usual ways to find a byte in a word: one below 0x20, a quote or sharp (which differ in one bit), a backslash. */
function holdsSpecial(word: number): boolean {
  const control = (word - 0x20202020) & ~word
  const sharp = (word | 0x01010101) ^ 0x23232323
  const backslash = word ^ 0x5c5c5c5c
  const found = control | ((sharp - 0x01010101) & ~sharp) | ((backslash - 0x01010101) & ~backslash)
  return (found & 0x80808080) !== 0
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}
