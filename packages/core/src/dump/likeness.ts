/**
 * When are two goroutines alike? Four levels, each coarser than the one before; what a goroutine waits for counts in all
 * of them, its id and its minutes in none:
 *
 *   exact      all else that the dump says of them is equal: frames, arguments, creator, labels, lock to a thread
 *   pointers   the same, but for arguments that are pointers: ten handlers at work on ten objects
 *   lines      equal functions and lines
 *   functions  equal functions, in whatever line: what a build with other line numbers still has in common
 *
 * Rows get numbers, equal ones where they are alike, also over several dumps. Each row is hashed once and compared with
 * those of its hash alone: 400,000 goroutines that all differ cost one pass.
 */
import { StackInterner } from '../base/stacks.ts'
import type { Dump } from './tables.ts'

export const LIKENESSES = ['exact', 'pointers', 'lines', 'functions'] as const
export type Likeness = (typeof LIKENESSES)[number]
export const DEFAULT_LIKENESS: Likeness = 'lines'

export type LikerOptions = {
  /** false: what they wait for does not count, for a form does not tell it. */
  readonly reasons?: boolean
  /** Stacks as all forms show them, see `bareFrames`. */
  readonly bare?: boolean
}

/** So many frames tell two stacks apart; the forms cut deep ones at different depths (32, 100, 128). */
const BARE_FRAMES = 30

/** Two hashes for an argument text: 64 bits leave no room for an accident, and the seed none for intent. */
type ArgHashes = { readonly low: Int32Array; readonly high: Int32Array; readonly known: Uint8Array }

/** Numbers likeness for as many dumps as are to be compared. */
export class Liker {
  readonly level: Likeness
  private readonly options: LikerOptions
  private readonly names = new Map<string, number>([['', 0]])
  private readonly frames = new StackInterner()
  private readonly stacks = new StackInterner()
  private readonly rows = new StackInterner()
  private readonly seed = (Math.random() * 0x7fffffff) | 0
  // Unsigned, as the interner keeps them.
  private sequence = new Uint32Array(256)

  constructor(level: Likeness, options: LikerOptions = {}) {
    this.level = level
    this.options = options
  }

  /** By stack of the dump: its number. */
  stacksOf(dump: Dump): Int32Array {
    const { stacks } = dump
    const frames = this.framesOf(dump)
    const isOuter = this.options.bare ? outerFrames(dump) : undefined
    const numbers = new Int32Array(stacks.length)
    for (let stack = 0; stack < stacks.length; stack++) {
      let from = stacks.first[stack]
      let to = stacks.first[stack + 1]
      if (isOuter) [from, to] = bareFrames(dump, stack, isOuter)
      this.room(to - from)
      for (let at = from; at < to; at++) this.sequence[at - from] = frames[stacks.frame[at]]
      numbers[stack] = this.stacks.stack(this.sequence, to - from)
    }
    return numbers
  }

  /** By row of the dump: its number. */
  rowsOf(dump: Dump): Int32Array {
    const { rows, strings } = dump
    const stacks = this.stacksOf(dump)
    const reasons = new Map<number, number>()
    const reasonOf = (row: number) => {
      const known = reasons.get(row)
      if (known !== undefined) return known
      const made = this.name(strings.text(row))
      reasons.set(row, made)
      return made
    }
    const isClose = this.level === 'exact' || this.level === 'pointers'
    const more = isClose ? this.closer(dump) : undefined
    const numbers = new Int32Array(rows.length)
    for (let row = 0; row < rows.length; row++) {
      this.sequence[0] = rows.stack[row] < 0 ? -1 : stacks[rows.stack[row]]
      this.sequence[1] = this.options.reasons === false ? 0 : reasonOf(rows.reason[row]) * 2 + rows.leaked[row]
      const count = more ? more(row, 2) : 2
      numbers[row] = this.rows.stack(this.sequence, count)
    }
    return numbers
  }

  /** Adds to the sequence what the two closest levels look at beside stack and reason; answers with its new length. */
  private closer(dump: Dump): (row: number, at: number) => number {
    const { rows, strings, frameArgs } = dump
    const frames = this.framesOf(dump)
    const hashes: ArgHashes = {
      low: new Int32Array(strings.length),
      high: new Int32Array(strings.length),
      known: new Uint8Array(strings.length),
    }
    const labels = new Map<number, number>()
    return (row, at) => {
      const from = rows.firstArg[row]
      const count = rows.firstArg[row + 1] - from
      this.room(at + 3 + count * 2)
      const label = labels.get(rows.labels[row]) ?? this.name(strings.text(rows.labels[row]))
      labels.set(rows.labels[row], label)
      const { sequence } = this
      sequence[at] = rows.createdBy[row] < 0 ? -1 : frames[rows.createdBy[row]]
      sequence[at + 1] = label
      sequence[at + 2] = rows.locked[row]
      for (let i = 0; i < count; i++) {
        const text = Math.max(0, frameArgs[from + i])
        if (hashes.known[text] === 0) this.hashArgs(strings.bytes(text), hashes, text)
        sequence[at + 3 + i * 2] = hashes.low[text]
        sequence[at + 4 + i * 2] = hashes.high[text]
      }
      return at + 3 + count * 2
    }
  }

  private hashArgs(bytes: Uint8Array, hashes: ArgHashes, row: number): void {
    const isBlind = this.level === 'pointers'
    let low = this.seed
    let high = ~this.seed
    for (let i = 0; i < bytes.length; i++) {
      let value = bytes[i]
      if (isBlind && value === 0x30 && bytes[i + 1] === 0x78) {
        const end = hexEnd(bytes, i + 2)
        if (isPointer(bytes, i + 2, end)) {
          value = POINTER
          i = end - 1
        }
      }
      low = Math.imul(low ^ value, 0x01000193)
      high = Math.imul(high ^ value, 0x85ebca6b)
      high ^= high >>> 13
    }
    hashes.low[row] = low
    hashes.high[row] = high
    hashes.known[row] = 1
  }

  private framesOf({ frames, strings }: Dump): Int32Array {
    const names = new Int32Array(strings.length).fill(-1)
    const nameOf = (row: number) => {
      if (row < 0) return 0
      if (names[row] < 0) names[row] = this.name(strings.text(row))
      return names[row]
    }
    const numbers = new Int32Array(frames.length)
    for (let row = 0; row < frames.length; row++) {
      const name = nameOf(frames.function[row])
      numbers[row] =
        this.level === 'functions' ? name : this.frames.frameRow(name, nameOf(frames.file[row]), frames.line[row])
    }
    return numbers
  }

  private name(text: string): number {
    const known = this.names.get(text)
    if (known !== undefined) return known
    this.names.set(text, this.names.size)
    return this.names.size - 1
  }

  private room(count: number): void {
    if (count <= this.sequence.length) return
    const wider = new Uint32Array(count * 2)
    wider.set(this.sequence)
    this.sequence = wider
  }
}

/** No byte of a text. */
const POINTER = 0x100

function hexEnd(bytes: Uint8Array, from: number): number {
  let at = from
  for (; at < bytes.length; at++) {
    const byte = bytes[at]
    if (!((byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66))) break
  }
  return at
}

/**
 * A dump does not say which words are pointers. From 512 KiB on (no program maps anything below) up to 2^63 (above are
 * negative numbers) they pass for one; a large number does, too.
 */
function isPointer(bytes: Uint8Array, from: number, to: number): boolean {
  let first = from
  while (first < to && bytes[first] === 0x30) first++
  const digits = to - first
  const isHigh = bytes[first] > 0x37
  return (digits === 5 && isHigh) || (digits > 5 && digits < 16) || (digits === 16 && !isHigh)
}

const POINTERS = /0x[0-9a-f]+/g

/** Arguments as a group of the level `pointers` has in common. */
export function withoutPointers(args: string): string {
  return args.replace(POINTERS, word => {
    const bytes = new TextEncoder().encode(word)
    return isPointer(bytes, 2, bytes.length) ? '*' : word
  })
}

const INNER = 1
const OUTER = 2

/** By frame: of the runtime, and if so, whether it is one that every goroutine ends in. */
function outerFrames({ frames, strings }: Dump): Uint8Array {
  const kinds = new Uint8Array(frames.length)
  for (let row = 0; row < frames.length; row++) {
    const name = strings.text(frames.function[row])
    if (name === 'runtime.main' || name === 'runtime.goexit') kinds[row] = OUTER
    else if (name.startsWith('runtime.')) kinds[row] = INNER
  }
  return kinds
}

/**
 * What of a stack every form shows: the protobuf shows the runtime's frames on top of it, debug=1 those below it, the
 * full text leaves both out.
 */
function bareFrames({ stacks }: Dump, stack: number, kinds: Uint8Array): [from: number, to: number] {
  const end = stacks.first[stack + 1]
  let from = stacks.first[stack]
  while (from < end && kinds[stacks.frame[from]] !== 0) from++
  // A goroutine of the runtime has nothing else.
  if (from === end) from = stacks.first[stack]
  let to = Math.min(end, from + BARE_FRAMES)
  while (to > from + 1 && kinds[stacks.frame[to - 1]] === OUTER) to--
  return [from, to]
}
