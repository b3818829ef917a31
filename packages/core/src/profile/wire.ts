/**
 * Checks the outside of a pprof profile before `pprof-format` reads it. That reader takes a file cut in the middle
 * and a length past the end without a word, a number of a million bytes costs it hours (it adds up a bigint per
 * byte), and it makes objects for messages of two bytes. So every tag, length and number is looked at here first.
 *
 * The schema is `profile.proto` of github.com/google/pprof; its messages nest no deeper than profile, location, line.
 */

const VARINT = 0
const BYTES = 2
/** A 64-bit number takes ten groups of seven bits. */
const MAX_VARINT = 10
/**
 * Each message becomes an object of some 200 bytes. The dump of a million goroutines, each with a label of its own,
 * has two million messages.
 */
const MAX_MESSAGES = 4_000_000

type Message = {
  /** Fields that are messages. */
  readonly messages: Readonly<Record<number, Message>>
  /** Fields that are lists of numbers, which may be packed. */
  readonly numbers: readonly number[]
}
const FLAT: Message = { messages: {}, numbers: [] }
const PROFILE: Message = {
  messages: {
    1: FLAT, // sample_type
    2: { messages: { 3: FLAT }, numbers: [1, 2] }, // sample: label; location_id, value
    3: FLAT, // mapping
    4: { messages: { 4: FLAT }, numbers: [] }, // location: line
    5: FLAT, // function
    11: FLAT, // period_type
  },
  numbers: [13], // comment
}

export const SAMPLE_TYPE = 1
export const STRING_TABLE = 6

/** One field of a message: where its value stands. `end` is -1 where it is broken. */
export type Field = { number: number; wire: number; start: number; end: number }

export function emptyField(): Field {
  return { number: 0, wire: 0, start: 0, end: -1 }
}

/** Reads the field at `at`, which must end at or before `to`. No field of the schema has a tag beyond one byte. */
export function readField(bytes: Uint8Array, at: number, to: number, field: Field): void {
  const tag = bytes[at]
  field.number = tag >>> 3
  field.wire = tag & 7
  field.end = -1
  if (tag >= 0x80 || field.number === 0) return
  const numberEnd = varintEnd(bytes, at + 1, to)
  if (numberEnd === -1) return
  if (field.wire === VARINT) {
    field.start = at + 1
    field.end = numberEnd
  } else if (field.wire === BYTES) {
    field.start = numberEnd
    const end = numberEnd + varint(bytes, at + 1, numberEnd)
    if (end <= to) field.end = end
  }
}

/** How much of a profile is whole: where its first broken field starts, or the input's length. */
export function wholePart(bytes: Uint8Array): number {
  return new Checker(bytes).wholePart(0, bytes.length, PROFILE)
}

class Checker {
  private readonly bytes: Uint8Array
  private messages = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** Where the first broken field of a message starts; `to` where all are well. Goes as deep as the schema. */
  wholePart(from: number, to: number, message: Message): number {
    const field = emptyField()
    for (let at = from; at < to; at = field.end) {
      readField(this.bytes, at, to, field)
      if (field.end === -1 || !this.isWhole(field, message)) return at
    }
    return to
  }

  private isWhole(field: Field, message: Message): boolean {
    const { number, wire, start, end } = field
    const inner = message.messages[number]
    if (inner) return ++this.messages <= MAX_MESSAGES && wire === BYTES && this.wholePart(start, end, inner) === end
    if (message === PROFILE && number === STRING_TABLE) return ++this.messages <= MAX_MESSAGES && wire === BYTES
    // Bytes where a number should be are one number of any length to the reader.
    return wire === VARINT || (message.numbers.includes(number) && isPacked(this.bytes, start, end))
  }
}

function isPacked(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    at = varintEnd(bytes, at, end)
    if (at === -1) return false
  }
  return true
}

/** Where the number at `at` ends; -1 where it does not end before `to` or is longer than 64 bits. */
function varintEnd(bytes: Uint8Array, at: number, to: number): number {
  const limit = Math.min(to, at + MAX_VARINT)
  for (let i = at; i < limit; i++) if (bytes[i] < 0x80) return i + 1
  return -1
}

/** The number in `bytes[at, end)`; beyond 2^53 it is rounded. */
export function varint(bytes: Uint8Array, at: number, end: number): number {
  let value = 0
  let scale = 1
  for (let i = at; i < end; i++) {
    value += (bytes[i] & 0x7f) * scale
    scale *= 128
  }
  return value
}
