/**
 * Bytes as text that stands in an HTML file as it is: seven bits a byte, where base64 has six. A group of seven bits is
 * the ASCII character of that number. Those that a file loses or a reader takes for something else (line ends, which
 * transports change; NUL; "<", with which markup begins; what a terminal obeys) stand together with the group behind them
 * as one letter of two bytes: 14 bits again, so that nothing is longer for it. All of it is valid UTF-8.
 */
import { FormatError } from './errors.ts'

/** NUL, BEL, BS, LF, VT, FF, CR, SO, SI, SUB, ESC, "<", DEL. */
const SHUNNED = [0x00, 0x07, 0x08, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x1a, 0x1b, 0x3c, 0x7f] as const
/** Letters from here on stand for two groups; the last is U+077F, below what takes three bytes. */
const PAIRS = 0x100

/** By group: its number among the shunned ones; -1: it is none. */
const shunnedAt = /* @__PURE__ */ Int8Array.from({ length: 128 }, (_, group) => SHUNNED.indexOf(group as 0))

/** How many bytes the text of so many bytes has at most. */
export function sevensSize(byteLength: number): number {
  return Math.ceil((byteLength * 8) / 7) + 1
}

/** The text as UTF-8. It is read back as a whole: two texts one after the other are none. */
export function toSevens(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(sevensSize(bytes.length))
  const groups = Math.ceil((bytes.length * 8) / 7)
  let held = 0
  let bits = 0
  let next = 0
  let at = 0
  let pair = -1
  for (let i = 0; i < groups; i++) {
    if (bits < 7) {
      held = ((held << 8) | (next < bytes.length ? bytes[next] : 0)) & 0x7fff
      next++
      bits += 8
    }
    bits -= 7
    const group = (held >>> bits) & 0x7f
    if (pair >= 0) {
      const letter = PAIRS + ((pair << 7) | group)
      out[at++] = 0xc0 | (letter >>> 6)
      out[at++] = 0x80 | (letter & 0x3f)
      pair = -1
    } else if (shunnedAt[group] >= 0) pair = shunnedAt[group]
    else out[at++] = group
  }
  if (pair >= 0) {
    const letter = PAIRS + (pair << 7)
    out[at++] = 0xc0 | (letter >>> 6)
    out[at++] = 0x80 | (letter & 0x3f)
  }
  return out.subarray(0, at)
}

/** The `byteLength` bytes of a text. Throws `FormatError` for one that is none of ours, or shorter than that. */
export function fromSevens(text: string, byteLength: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(byteLength)
  let held = 0
  let bits = 0
  let at = 0
  for (let i = 0; i < text.length && at < byteLength; i++) {
    let letter = text.charCodeAt(i)
    if (letter >= PAIRS) {
      const pair = (letter - PAIRS) >>> 7
      if (pair >= SHUNNED.length)
        throw new FormatError(`expected text of seven bits a byte, found U+${letter.toString(16)}`, i)
      held = ((held << 7) | SHUNNED[pair]) & 0x7fff
      bits += 7
      if (bits >= 8) {
        bits -= 8
        out[at++] = held >>> bits
      }
      letter = (letter - PAIRS) & 0x7f
    } else if (letter > 0x7f || shunnedAt[letter] >= 0)
      throw new FormatError(`expected text of seven bits a byte, found U+${letter.toString(16)}`, i)
    held = ((held << 7) | letter) & 0x7fff
    bits += 7
    if (bits >= 8 && at < byteLength) {
      bits -= 8
      out[at++] = held >>> bits
    }
  }
  if (at < byteLength) throw new FormatError(`expected ${byteLength} bytes, found ${at}: the text is cut`, text.length)
  return out
}
