/**
 * The stack of the goroutine that is being read. A call or "created by" is held until the next line, which should be
 * its file: then it is a frame. Frames that `predict.ts` recognises skip that.
 */
import { grown } from '../base/column.ts'
import type { DraftRow, DumpBuilder } from './build.ts'
import { emptyLine, type Line } from './lines.ts'
import { nameRow } from './names.ts'
import { isBareName, isMethodName, pathStart, readListedFrame } from './odd.ts'
import { FramePredictor } from './predict.ts'

const DOT = 0x2e
/** A line that broke is quoted up to here. */
const QUOTED = 80

/** What is held until the next line: a call, a "created by", or a line that may be the name of a C function. */
export const Held = { none: 0, call: 1, createdBy: 2, other: 3 } as const
export type Held = (typeof Held)[keyof typeof Held]

export class Frames {
  depth = 0
  held: Held = Held.none
  /** Where the held line starts. */
  heldStart = 0
  private readonly bytes: Uint8Array
  private readonly builder: DumpBuilder
  private readonly row: DraftRow
  private readonly predictor: FramePredictor
  private rows = new Int32Array(64)
  private heldWeak = false
  /** A call came without its file: all of them may have been left out. */
  private isBare = false
  /** One came with its file in a line of its own: names alone are what a log cut. */
  private hasFiles = false
  /** Where the header has a frame of its own, which counts where no other follows. */
  private listedStart = 0
  private listedEnd = 0
  private nameStart = 0
  private nameEnd = 0
  private argsStart = 0
  private argsEnd = 0

  /** `row` is the draft whose creation is noted. */
  constructor(bytes: Uint8Array, builder: DumpBuilder, row: DraftRow) {
    this.bytes = bytes
    this.builder = builder
    this.row = row
    this.predictor = new FramePredictor(bytes)
  }

  /** Takes what starts at `at` if it was to be expected after what came before: returns where it ends, else -1. */
  known(at: number): number {
    const { predictor } = this
    const before = this.before()
    const frame = predictor.guess(before)
    if (frame !== -1) {
      const end = predictor.frame(frame, at)
      if (end !== -1) {
        this.push(frame, predictor.argsStart, predictor.argsEnd)
        return end
      }
    }
    const end = predictor.creation(before, at)
    if (end === -1) return -1
    this.row.createdBy = predictor.createdByOf(before)
    this.row.creator = predictor.creatorOf(before)
    return end
  }

  /** The frame row before the next one; -1: there is none. */
  private before(): number {
    return this.depth === 0 ? -1 : this.rows[this.depth - 1]
  }

  /** The row in stacks of the frames so far. */
  stack(): number {
    return this.builder.stacks.stack(this.rows, this.depth)
  }

  /** `isInside`: the line held until now belongs to the goroutine. */
  hold(held: Held, line: Line, isInside: boolean): void {
    if (this.held !== Held.none) this.release(isInside)
    this.held = held
    this.heldStart = line.start
    this.heldWeak = line.weak
    this.nameStart = held === Held.other ? line.start : line.nameStart
    this.nameEnd = held === Held.other ? line.end : line.nameEnd
    this.argsStart = held === Held.call ? line.argsStart : 0
    this.argsEnd = held === Held.call ? line.argsEnd : 0
  }

  /** The held line has no file behind it. */
  release(isInside: boolean): void {
    const held = this.held
    this.held = Held.none
    if (!isInside) return
    if (held === Held.call && (!this.heldWeak || this.isShortened())) this.bare()
    else if (held === Held.createdBy) this.row.createdBy = this.frameRow(0, 0)
    else if (held === Held.other && (this.isForeignCall() || this.isShortened())) this.frame(0, 0)
  }

  /** A file line: with the held line (`held`) it makes a frame. The text of the line is `bytes[rawStart, rawEnd)`. */
  file(held: Held, line: Line, rawStart: number, rawEnd: number): void {
    this.hasFiles = true
    const start = pathStart(this.bytes, line.nameStart, line.nameEnd)
    const file = this.builder.strings.intern(start, line.nameEnd - start)
    if (held === Held.call) this.learnFrame(file, line.number, rawStart, rawEnd)
    else if (held === Held.createdBy) this.learnCreation(file, line.number, rawEnd)
    else if (held === Held.none) this.nameless(file, line.number)
    else if (line.pcOnly || isBareName(this.bytes, this.nameStart, this.nameEnd)) this.frame(file, line.number)
    else this.broken()
  }

  /** A call and its file in one line. */
  whole(line: Line): void {
    const file = this.builder.strings.intern(line.argsStart, line.argsEnd - line.argsStart)
    this.nameStart = line.nameStart
    this.nameEnd = line.nameEnd
    this.argsStart = this.argsEnd = 0
    this.frame(file, line.number)
  }

  /** The header of the goroutine that begins may hold a frame. */
  list(header: Line): void {
    this.listedStart = header.argsStart
    this.listedEnd = header.argsEnd
  }

  useListed(): void {
    const line = emptyLine()
    if (this.depth === 0 && readListedFrame(this.bytes, this.listedStart, this.listedEnd, line)) this.whole(line)
  }

  /** Must the next line be the file of the one that is held? */
  awaitsFile(): boolean {
    return !this.heldWeak && !this.isBare && (this.held === Held.call || this.held === Held.createdBy)
  }

  /** Is the held call an inlined one, "main.f(...)"? */
  isInlined(): boolean {
    const { bytes, argsStart: at } = this
    if (this.held !== Held.call || this.argsEnd - at !== 3) return false
    return bytes[at] === DOT && bytes[at + 1] === DOT && bytes[at + 2] === DOT
  }

  /** "non-Go function at pc=0x1": C code without symbols, printed without a file. */
  private isForeignCall(): boolean {
    return this.quoted().startsWith('non-Go function')
  }

  /** A name alone, or with a remark, among frames whose files somebody left out. */
  private isShortened(): boolean {
    const { bytes, nameStart, nameEnd } = this
    if (this.hasFiles) return false
    return this.isBare ? isBareName(bytes, nameStart, nameEnd) : isMethodName(bytes, nameStart, nameEnd)
  }

  private bare(): void {
    this.isBare = true
    this.frame(0, 0)
  }

  private nameless(file: number, lineNumber: number): void {
    this.nameStart = this.nameEnd = this.argsStart = this.argsEnd = 0
    this.frame(file, lineNumber)
  }

  private frame(file: number, lineNumber: number): void {
    this.push(this.frameRow(file, lineNumber), this.argsStart, this.argsEnd)
  }

  private learnFrame(file: number, lineNumber: number, rawStart: number, rawEnd: number): void {
    const before = this.before()
    const frame = this.frameRow(file, lineNumber)
    this.predictor.learn(before, frame, this.nameStart, this.nameEnd, rawStart, rawEnd)
    this.push(frame, this.argsStart, this.argsEnd)
  }

  private learnCreation(file: number, lineNumber: number, rawEnd: number): void {
    const { row } = this
    row.createdBy = this.frameRow(file, lineNumber)
    this.predictor.learnCreation(this.before(), row.createdBy, row.creator, this.heldStart, rawEnd)
  }

  private push(frame: number, argsStart: number, argsEnd: number): void {
    if (this.depth === this.rows.length) this.rows = grown(this.rows)
    this.rows[this.depth++] = frame
    this.builder.arg(this.builder.strings.intern(argsStart, argsEnd - argsStart))
  }

  private frameRow(file: number, lineNumber: number): number {
    const name = nameRow(this.builder.strings, this.bytes, this.nameStart, this.nameEnd)
    return this.builder.stacks.frameRow(name, file, lineNumber)
  }

  private broken(): void {
    this.builder.problem(
      this.heldStart,
      `goroutine ${this.row.id}: expected a frame as "main.f(0x1)", found ${JSON.stringify(this.quoted())}`,
      'this frame of its stack',
    )
  }

  private quoted(): string {
    const end = Math.min(this.nameEnd, this.nameStart + QUOTED)
    return new TextDecoder().decode(this.bytes.subarray(this.nameStart, end))
  }
}
