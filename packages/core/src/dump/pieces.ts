/** A text that is put together from pieces of another one, which remembers where they stood. */

export type Remade = {
  readonly bytes: Uint8Array
  /** Where in the input stands what is at a place of the text. */
  inputOffset(place: number): number
}

/** Nobody pastes more. */
export const LARGEST_PASTED = 16 * 1024 * 1024

export class Pieces {
  private readonly pieces: string[] = []
  /** Where each piece begins, in the text and in the input, in bytes. */
  private readonly begins: number[] = []
  private readonly encoder = new TextEncoder()
  /** How far the piece that was noted last is from where it stood. */
  private shift = Number.NaN
  private to = 0
  private from = 0
  private readonly length: number

  /** `length` is the input's: of one with broken UTF-8 places are near, and never behind its end. */
  constructor(length: number) {
    this.length = length
  }

  /** Takes `piece` for what the input has next, `taken`. */
  put(piece: string, taken = piece): void {
    if (this.to - this.from !== this.shift) {
      this.begins.push(this.to, this.from)
      this.shift = this.to - this.from
    }
    this.pieces.push(piece)
    const size = encodedLength(piece)
    this.to += size
    this.from += taken === piece ? size : encodedLength(taken)
  }

  text(): Remade {
    const { begins } = this
    return {
      bytes: this.encoder.encode(this.pieces.join('')),
      inputOffset: place => offsetOf(begins, place, this.length),
    }
  }
}

/** The text of `bytes`, as decoded, with what is put in place of each match; undefined: it is too large. */
export function replaced(
  bytes: Uint8Array,
  decoder: TextDecoder,
  what: RegExp,
  to: (match: RegExpMatchArray) => string,
): Remade | undefined {
  if (bytes.length > LARGEST_PASTED) return undefined
  const text = decoder.decode(bytes)
  const pieces = new Pieces(bytes.length)
  let last = 0
  for (const match of text.matchAll(what)) {
    pieces.put(text.slice(last, match.index))
    pieces.put(to(match), match[0])
    last = match.index + match[0].length
  }
  pieces.put(text.slice(last))
  return pieces.text()
}

/** Of many short strings it costs more to encode each. */
function encodedLength(text: string): number {
  let length = text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x80) continue
    // Both halves of a pair make four bytes together.
    length += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2
  }
  return length
}

function offsetOf(begins: readonly number[], place: number, end: number): number {
  let low = 0
  let high = begins.length / 2
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (begins[2 * middle] <= place) low = middle
    else high = middle
  }
  return Math.min(end, (begins[2 * low + 1] ?? 0) + place - (begins[2 * low] ?? 0))
}
