/**
 * Recognises stacks that came before. Most goroutines of a large dump stand in few of them, and comparing the lines with
 * those seen before costs a fifth of finding out anew what they are.
 *
 *   main.(*cart).wait(0xc000012345, 0x1)        a frame: two lines as before, but for its arguments
 *   	/src/shop/cart.go:41 +0x5c
 *   created by main.main in goroutine 1         who created it: two lines as before, but for a number
 *   	/src/shop/main.go:12 +0x1d
 *
 * The stacks make a tree, from the innermost frames outwards: a step is such two lines, and its children are what came
 * behind them. So a place in the tree is a stack, and its row is looked for once.
 */
import { grown } from '../base/column.ts'
import { IS_ARG } from './lines.ts'

const NEWLINE = 0x0a
const ZERO = 0x30
const NINE = 0x39

/** Children that are looked at: those that came last. */
const MAX_TRIED = 8
/** Beyond so many steps the tree begins anew: it is of no use where no two stacks are alike. */
const MAX_STEPS = 1 << 16

/** The step that is none yet. */
export const ROOT = 0

export class StackPredictor {
  /** Set by `next`: where what may differ stands, in a frame the arguments; a size of -1: all is as the last time. */
  variableStart = 0
  variableSize = -1
  /** By step: a frame's row, or that of who created the goroutine; the arguments' row in strings, or the creator's id. */
  row = new Int32Array(256)
  value = new Float64Array(256)
  isCreation = new Uint8Array(256)
  /** By step: the row in stacks of the frames up to here; -1: not known yet. */
  stack = new Int32Array(256).fill(-1)
  private readonly bytes: Uint8Array
  private readonly to: number
  private length = 1
  private child = new Int32Array(256).fill(-1)
  private sibling = new Int32Array(256).fill(-1)
  /** By step: where its lines were seen last, up to their last line end: what is fixed, what may differ, and all of it. */
  private start = new Uint32Array(256)
  private fixed = new Int32Array(256)
  private variable = new Int32Array(256)
  private size = new Int32Array(256)

  /** Nothing behind `to` is looked at. */
  constructor(bytes: Uint8Array, to: number) {
    this.bytes = bytes
    this.to = to
  }

  /** The step behind `parent` that stands at `at`; -1: none that is known. */
  next(parent: number, at: number): number {
    const { bytes, to, start, size, fixed, sibling } = this
    let before = -1
    let step = this.child[parent]
    for (let tries = 0; step !== -1 && tries < MAX_TRIED; tries++) {
      const length = size[step]
      const known = start[step]
      let i = 0
      if (at + length <= to) while (i < length && bytes[at + i] === bytes[known + i]) i++
      else while (at + i < to && bytes[at + i] === bytes[known + i]) i++
      const isSame = i === length
      if (isSame || (i >= fixed[step] && this.differs(step, at))) {
        if (isSame) this.variableSize = -1
        if (before !== -1) this.toFront(parent, before, step)
        return step
      }
      before = step
      step = sibling[step]
    }
    return -1
  }

  /** Where the text goes on behind a step that `next` has just found at `at`. */
  end(step: number, at: number): number {
    return at + this.size[step]
  }

  /** Are these the lines of `step` but for what may differ? Then that is noted, and these are the last ones seen. */
  private differs(step: number, at: number): boolean {
    const { bytes, to } = this
    const from = at + this.fixed[step]
    let end = from
    while (end < to && IS_ARG[bytes[end]] === 1) end++
    const tail = this.start[step] + this.fixed[step] + this.variable[step]
    const rest = this.start[step] + this.size[step] - tail
    if (end + rest > to) return false
    for (let i = 0; i < rest; i++) if (bytes[end + i] !== bytes[tail + i]) return false
    if (this.isCreation[step] === 1 && !this.readCreator(step, from, end)) return false
    this.start[step] = at
    this.variable[step] = end - from
    this.size[step] = end + rest - at
    this.variableStart = from
    this.variableSize = end - from
    return true
  }

  private readCreator(step: number, from: number, to: number): boolean {
    const { bytes } = this
    let id = 0
    for (let at = from; at < to; at++) {
      const byte = bytes[at]
      if (byte < ZERO || byte > NINE) return false
      id = id * 10 + byte - ZERO
    }
    if (from === to) return false
    this.value[step] = id
    return true
  }

  private toFront(parent: number, before: number, step: number): void {
    this.sibling[before] = this.sibling[step]
    this.sibling[step] = this.child[parent]
    this.child[parent] = step
  }

  /**
   * Notes a frame that came behind `parent`: its two lines stand in `bytes[start, end)`, what may differ between
   * `variable` and `variableEnd`. Returns its step; -1: it cannot be recognised.
   */
  learn(parent: number, row: number, start: number, variable: number, variableEnd: number, end: number): number {
    const { bytes, length } = this
    if (bytes[end] !== NEWLINE || end >= this.to) return -1
    if (length === MAX_STEPS) {
      this.length = 1
      this.child[ROOT] = -1
      return -1
    }
    if (length === this.child.length) this.grow()
    this.length++
    this.child[length] = this.stack[length] = -1
    this.sibling[length] = this.child[parent]
    this.child[parent] = length
    this.row[length] = row
    this.isCreation[length] = 0
    this.start[length] = start
    this.fixed[length] = variable - start
    this.variable[length] = variableEnd - variable
    this.size[length] = end + 1 - start
    return length
  }

  private grow(): void {
    this.row = grown(this.row)
    this.value = grown(this.value)
    this.isCreation = grown(this.isCreation)
    this.stack = grown(this.stack)
    this.child = grown(this.child)
    this.sibling = grown(this.sibling)
    this.start = grown(this.start)
    this.fixed = grown(this.fixed)
    this.variable = grown(this.variable)
    this.size = grown(this.size)
  }
}
