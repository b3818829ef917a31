/**
 * The stack of the goroutine that is being read. A call or "created by" is held until the next line, which should be
 * its file: then it is a frame. Frames that `predict.ts` recognises skip that.
 */
import { grown } from '../base/column.ts'
import type { DraftRow, DumpBuilder } from './build.ts'
import { emptyLine, type Line } from './lines.ts'
import { nameRow } from './names.ts'
import { isBareName, isMethodName, pathStart, readListedFrame } from './odd.ts'
import { ROOT, StackPredictor } from './predict.ts'

const OPEN = 0x28
const CLOSE = 0x29
const DOT = 0x2e
/** Behind the name of who created a goroutine, before the number. */
const IN_GOROUTINE = ' in goroutine '.length
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
  private readonly predictor: StackPredictor
  /** The predictor's step for the frames so far; -1: it knows none. */
  private step = ROOT
  private rows = new Int32Array(64)
  /** Where the held line starts, with the blanks before it. */
  private heldRaw = 0
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

  /** `row` is the draft whose creation is noted. Nothing behind `to` is read. */
  constructor(bytes: Uint8Array, to: number, builder: DumpBuilder, row: DraftRow) {
    this.bytes = bytes
    this.builder = builder
    this.row = row
    this.predictor = new StackPredictor(bytes, to)
  }

  /** Another stack begins. */
  clear(): void {
    this.depth = 0
    this.step = ROOT
  }

  /** Takes the lines from `at` on that were to be expected after what came before: returns where the others begin. */
  known(from: number): number {
    const { predictor, builder } = this
    const { value, isCreation, row } = predictor
    let at = from
    while (this.step !== -1) {
      const step = predictor.next(this.step, at)
      if (step === -1) return at
      const { variableStart, variableSize } = predictor
      at = predictor.end(step, at)
      if (isCreation[step] === 1) {
        this.row.createdBy = row[step]
        this.row.creator = value[step]
        return at
      }
      if (variableSize >= 0) value[step] = builder.strings.intern(variableStart, variableSize)
      if (this.depth === this.rows.length) this.rows = grown(this.rows)
      this.rows[this.depth++] = row[step]
      builder.arg(value[step])
      this.step = step
    }
    return at
  }

  /** The row in stacks of the frames so far. */
  stack(): number {
    const { step, builder, predictor } = this
    if (step === -1) return builder.stacks.stack(this.rows, this.depth)
    if (predictor.stack[step] === -1) predictor.stack[step] = builder.stacks.stack(this.rows, this.depth)
    return predictor.stack[step]
  }

  /** `isInside`: the line held until now belongs to the goroutine. */
  hold(held: Held, line: Line, rawStart: number, isInside: boolean): void {
    if (this.held !== Held.none) this.release(isInside)
    this.held = held
    this.heldStart = line.start
    this.heldRaw = rawStart
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

  /** A file line, which ends at `rawEnd`: with the held line (`held`) it makes a frame. */
  file(held: Held, line: Line, rawEnd: number): void {
    this.hasFiles = true
    const start = pathStart(this.bytes, line.nameStart, line.nameEnd)
    const file = this.builder.strings.intern(start, line.nameEnd - start)
    if (held === Held.call) this.learnFrame(file, line.number, rawEnd)
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
    this.push(this.frameRow(file, lineNumber), -1)
  }

  private learnFrame(file: number, lineNumber: number, rawEnd: number): void {
    const { bytes, predictor, step, heldRaw, nameEnd, argsStart, argsEnd } = this
    const frame = this.frameRow(file, lineNumber)
    const isPlain = bytes[nameEnd] === OPEN && argsStart === nameEnd + 1 && bytes[argsEnd] === CLOSE
    const next = step !== -1 && isPlain ? predictor.learn(step, frame, heldRaw, argsStart, argsEnd, rawEnd) : -1
    this.push(frame, next)
  }

  private learnCreation(file: number, lineNumber: number, rawEnd: number): void {
    const { bytes, row, predictor, step, heldRaw, nameEnd } = this
    row.createdBy = this.frameRow(file, lineNumber)
    if (step === -1) return
    const id = Number.isNaN(row.creator) ? rawEnd + 1 : nameEnd + IN_GOROUTINE
    let idEnd = id
    while (isDigit(bytes[idEnd])) idEnd++
    const next = predictor.learn(step, row.createdBy, heldRaw, id, idEnd, rawEnd)
    if (next === -1) return
    predictor.isCreation[next] = 1
    predictor.value[next] = row.creator
  }

  private push(frame: number, step: number): void {
    if (this.depth === this.rows.length) this.rows = grown(this.rows)
    this.rows[this.depth++] = frame
    const args = this.builder.strings.intern(this.argsStart, this.argsEnd - this.argsStart)
    this.builder.arg(args)
    this.step = step
    if (step !== -1) this.predictor.value[step] = args
  }

  private frameRow(file: number, lineNumber: number): number {
    const name = nameRow(this.builder.strings, this.bytes, this.nameStart, this.nameEnd)
    return this.builder.stacks.frameRow(name, file, lineNumber)
  }

  private broken(): void {
    this.builder.problem(
      this.heldStart,
      `${Number.isNaN(this.row.id) ? 'a goroutine' : `goroutine ${this.row.id}`}: expected a frame as "main.f(0x1)", found ${JSON.stringify(this.quoted())}`,
      'this frame of its stack',
    )
  }

  private quoted(): string {
    const end = Math.min(this.nameEnd, this.nameStart + QUOTED)
    return new TextDecoder().decode(this.bytes.subarray(this.nameStart, end))
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}
