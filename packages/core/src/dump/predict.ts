/**
 * Guesses the next frame of a stack: the one that followed the same frame last time. Most goroutines of a large dump
 * stand in few stacks, and comparing two lines with lines seen before costs half of finding out anew what they are.
 *
 *   main.(*cart).wait(0xc000012345, 0x1)        name as before, then any arguments
 *   	/src/shop/cart.go:41 +0x5c                 line as before, to the last byte
 *   created by main.main in goroutine 1         both lines as before
 *   	/src/shop/main.go:12 +0x1d
 */
import { grown } from '../base/column.ts'
import { IS_ARG } from './lines.ts'

const NEWLINE = 0x0a
const RETURN = 0x0d
const OPEN = 0x28
const CLOSE = 0x29

export class FramePredictor {
  /** Set by `frame`: where the arguments of the frame that was recognised stand. */
  argsStart = 0
  argsEnd = 0
  private readonly bytes: Uint8Array
  /** Indexed by frame row + 1, and by 0 for the begin of a stack: the frame row that followed, and -1 for none. */
  private follower = new Int32Array(1024).fill(-1)
  /** Indexed by frame row: where its name and its file's line were seen. */
  private nameStart = new Uint32Array(1024)
  private nameSize = new Uint32Array(1024)
  private lineStart = new Uint32Array(1024)
  private lineSize = new Uint32Array(1024)
  /** Indexed as `follower`: where the two lines were seen that said who created the goroutine. */
  private creationStart = new Uint32Array(1024)
  private creationSize = new Uint32Array(1024)
  private createdBy = new Int32Array(1024)
  private creator = new Float64Array(1024)

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** The frame that followed `before` (-1: began a stack) last time; -1: unknown. */
  guess(before: number): number {
    return before + 1 < this.follower.length ? this.follower[before + 1] : -1
  }

  /** Where the text goes on after the two lines of `frame`; -1 where other lines stand at `at`. */
  frame(frame: number, at: number): number {
    const { bytes } = this
    const open = at + this.nameSize[frame]
    if (bytes[open] !== OPEN || !this.isSame(at, this.nameStart[frame], this.nameSize[frame])) return -1
    let close = open + 1
    while (IS_ARG[bytes[close]] === 1) close++
    if (bytes[close] !== CLOSE) return -1
    const line = lineAfter(bytes, close + 1)
    if (line === -1) return -1
    const end = line + this.lineSize[frame]
    if (bytes[end] !== NEWLINE || !this.isSame(line, this.lineStart[frame], this.lineSize[frame])) return -1
    this.argsStart = open + 1
    this.argsEnd = close
    return end + 1
  }

  /** Notes that `frame` followed `before`, with its name and its file's line where they stand in the input. */
  learn(before: number, frame: number, name: number, nameEnd: number, line: number, lineEnd: number): void {
    while (Math.max(before + 1, frame) >= this.follower.length) this.grow()
    this.follower[before + 1] = frame
    this.nameStart[frame] = name
    this.nameSize[frame] = nameEnd - name
    this.lineStart[frame] = line
    this.lineSize[frame] = lineEnd - line
  }

  /**
   * Where the text goes on after the two lines that say who created a goroutine whose outermost frame is `last`, where
   * they are the same as last time: then `createdByOf` and `creatorOf` know what they say. -1: they are not.
   */
  creation(last: number, at: number): number {
    if (last + 1 >= this.creationSize.length) return -1
    const size = this.creationSize[last + 1]
    if (size === 0 || this.bytes[at + size] !== NEWLINE) return -1
    return this.isSame(at, this.creationStart[last + 1], size) ? at + size + 1 : -1
  }

  createdByOf(last: number): number {
    return this.createdBy[last + 1]
  }

  creatorOf(last: number): number {
    return this.creator[last + 1]
  }

  /** Notes who created a goroutine whose outermost frame is `last`, and where the two lines stand that say so. */
  learnCreation(last: number, createdBy: number, creator: number, start: number, end: number): void {
    while (last + 1 >= this.follower.length) this.grow()
    this.creationStart[last + 1] = start
    this.creationSize[last + 1] = end - start
    this.createdBy[last + 1] = createdBy
    this.creator[last + 1] = creator
  }

  private grow(): void {
    const known = this.follower.length
    this.follower = grown(this.follower).fill(-1, known)
    this.nameStart = grown(this.nameStart)
    this.nameSize = grown(this.nameSize)
    this.lineStart = grown(this.lineStart)
    this.lineSize = grown(this.lineSize)
    this.creationStart = grown(this.creationStart)
    this.creationSize = grown(this.creationSize)
    this.createdBy = grown(this.createdBy)
    this.creator = grown(this.creator)
  }

  /** Names of one package begin alike: the last byte is looked at first. */
  private isSame(at: number, known: number, size: number): boolean {
    const { bytes } = this
    if (bytes[at + size - 1] !== bytes[known + size - 1]) return false
    for (let i = 0; i < size; i++) if (bytes[at + i] !== bytes[known + i]) return false
    return true
  }
}

/** Where the next line starts if this one ends at `at`; -1: it doesn't. */
function lineAfter(bytes: Uint8Array, at: number): number {
  if (bytes[at] === NEWLINE) return at + 1
  return bytes[at] === RETURN && bytes[at + 1] === NEWLINE ? at + 2 : -1
}
