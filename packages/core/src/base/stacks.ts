/**
 * Frames and stacks, shared by traces, dumps and profiles. Both are deduplicated over the whole input, so that
 * "the same stack" is the same row.
 *
 *   stacks  first   0        3     5        frame rows of stack s: frame[first[s]] … frame[first[s + 1] - 1],
 *           frame   f0 f4 f7 f1 f7 …        innermost (where it stands) first
 *   frames  function, file   rows in strings      line
 *
 * Stack row 0 is the empty stack; -1 in other tables means that no stack is known.
 */
import { Column, i32, u32 } from './column.ts'

export type FrameTable = {
  readonly length: number
  readonly function: Int32Array // row in strings
  readonly file: Int32Array //     row in strings
  readonly line: Uint32Array
}

export type StackTable = {
  readonly length: number
  readonly first: Uint32Array // length + 1
  readonly frame: Uint32Array // rows in frames
}

/** Collects frames and stacks; equal ones get the same row. */
export class StackInterner {
  private readonly functions = i32()
  private readonly files = i32()
  private readonly lines = u32()
  private frameSlots = new Int32Array(1024).fill(-1)
  private readonly first = u32()
  private readonly frame = u32(64)
  private stackSlots = new Int32Array(1024).fill(-1)
  private readonly hashes = new Column<Int32Array>(new Int32Array(16))
  private readonly seed = (Math.random() * 0x7fffffff) | 0

  constructor() {
    this.first.push(0)
    this.stack([], 0)
  }

  /** The row of a frame: function and file are rows in strings. */
  frameRow(functionRow: number, fileRow: number, line: number): number {
    const mask = this.frameSlots.length - 1
    let slot = mix(mix(mix(this.seed, functionRow), fileRow), line) & mask
    for (let row = this.frameSlots[slot]; row !== -1; row = this.frameSlots[slot]) {
      if (
        this.functions.data[row] === functionRow &&
        this.files.data[row] === fileRow &&
        this.lines.data[row] === line >>> 0
      )
        return row
      slot = (slot + 1) & mask
    }
    const row = this.functions.push(functionRow)
    this.files.push(fileRow)
    this.lines.push(line)
    this.frameSlots[slot] = row
    if (this.functions.length * 2 > mask) this.rehashFrames()
    return row
  }

  /** The row of the stack made of the first `count` frame rows of `frames`, innermost first. */
  stack(frames: ArrayLike<number>, count: number): number {
    let hash = this.seed ^ count
    for (let i = 0; i < count; i++) hash = mix(hash, frames[i])
    const mask = this.stackSlots.length - 1
    let slot = hash & mask
    for (let row = this.stackSlots[slot]; row !== -1; row = this.stackSlots[slot]) {
      if (this.hashes.data[row] === hash && this.same(row, frames, count)) return row
      slot = (slot + 1) & mask
    }
    const row = this.hashes.push(hash)
    for (let i = 0; i < count; i++) this.frame.push(frames[i])
    this.first.push(this.frame.length)
    this.stackSlots[slot] = row
    if (this.hashes.length * 2 > mask) this.rehashStacks()
    return row
  }

  /** The string row of the outermost frame's function; -1 for an empty stack. */
  rootFunction(stackRow: number): number {
    const end = this.first.data[stackRow + 1]
    return end === this.first.data[stackRow] ? -1 : this.functions.data[this.frame.data[end - 1]]
  }

  /** The string row of the innermost frame's function; -1 for an empty stack. */
  topFunction(stackRow: number): number {
    const start = this.first.data[stackRow]
    return this.first.data[stackRow + 1] === start ? -1 : this.functions.data[this.frame.data[start]]
  }

  private same(row: number, frames: ArrayLike<number>, count: number): boolean {
    const from = this.first.data[row]
    if (this.first.data[row + 1] - from !== count) return false
    for (let i = 0; i < count; i++) if (this.frame.data[from + i] !== frames[i]) return false
    return true
  }

  private rehashFrames(): void {
    const mask = this.frameSlots.length * 2 - 1
    this.frameSlots = new Int32Array(mask + 1).fill(-1)
    for (let row = 0; row < this.functions.length; row++) {
      const hash = mix(mix(mix(this.seed, this.functions.data[row]), this.files.data[row]), this.lines.data[row])
      let slot = hash & mask
      while (this.frameSlots[slot] !== -1) slot = (slot + 1) & mask
      this.frameSlots[slot] = row
    }
  }

  private rehashStacks(): void {
    const mask = this.stackSlots.length * 2 - 1
    this.stackSlots = new Int32Array(mask + 1).fill(-1)
    for (let row = 0; row < this.hashes.length; row++) {
      let slot = this.hashes.data[row] & mask
      while (this.stackSlots[slot] !== -1) slot = (slot + 1) & mask
      this.stackSlots[slot] = row
    }
  }

  freeze(): { frames: FrameTable; stacks: StackTable } {
    return {
      frames: {
        length: this.functions.length,
        function: this.functions.freeze(),
        file: this.files.freeze(),
        line: this.lines.freeze(),
      },
      stacks: { length: this.hashes.length, first: this.first.freeze(), frame: this.frame.freeze() },
    }
  }
}

function mix(hash: number, value: number): number {
  const h = Math.imul(hash ^ value, 0x85ebca6b)
  return h ^ (h >>> 13)
}
