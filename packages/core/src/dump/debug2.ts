/**
 * Reads the text that Go prints of all goroutines: `/debug/pprof/goroutine?debug=2`, and what a Go program writes on
 * SIGQUIT or when it panics.
 *
 *  1. `lines.ts` says what each line is
 *  2. a call or "created by" is held until the next line, which should be its file: then it is a frame
 *  3. a header, a blank line or the end closes a goroutine: its frames become a stack, and it a row
 *  4. what is neither inside a goroutine nor a header is the program's own output, and passed over
 *
 * Frames that `predict.ts` recognises skip the first two steps. A frame that cannot be read is left out of its stack and noted; the goroutine stays.
 */
import { grown } from '../base/column.ts'
import { FormatError } from '../base/errors.ts'
import type { Meter } from '../base/progress.ts'
import { type DraftRow, DumpBuilder, draftRow, resetRow } from './build.ts'
import { cutBeforeLine, cutInLine, type EndState } from './ending.ts'
import { type Brackets, readBrackets } from './header.ts'
import { labelsFromQuoted } from './labels.ts'
import { emptyLine, type Line, LineKind, readLine } from './lines.ts'
import { FramePredictor } from './predict.ts'
import type { Dump } from './tables.ts'

/** `writeGoroutineStacks` in Go's `runtime/pprof/pprof.go` gives up beyond a buffer of 64 MiB. */
export const GO_CUTS_AT = 64 * 1024 * 1024

const NEWLINE = 0x0a
const DOT = 0x2e
/** A line that broke is quoted up to here. */
const QUOTED = 80

/** The main goroutine, which nobody created. */
const MAIN_ID = 1
const MAIN = /^main\.main$|\.init(?:\.\d+)?$|^runtime\.(?:main|goexit)$/

/** What is held until the next line: a call, a "created by", or a line that may be the name of a C function. */
const Held = { none: 0, call: 1, createdBy: 2, other: 3 } as const
type Held = (typeof Held)[keyof typeof Held]

/** Where we are: outside, inside a goroutine, or among frames that belong to no goroutine of the dump. */
const Place = { outside: 0, goroutine: 1, foreign: 2 } as const
type Place = (typeof Place)[keyof typeof Place]

/** Reads a dump's text, which starts at `from`. Throws `FormatError` where no goroutine is found. */
export function readDebug2(bytes: Uint8Array, meter: Meter, from: number): Dump {
  const reader = new Debug2Reader(bytes)
  const length = bytes.length
  let at = from
  let lastLine = 0
  let before: EndState | undefined
  while (at < length) {
    if (at >= meter.next) meter.to(at)
    const next = reader.known(at)
    if (next !== -1) {
      at = next
      continue
    }
    let end = bytes.indexOf(NEWLINE, at)
    if (end === -1) end = length
    lastLine = at
    // The last line of what Go cut ends anywhere: half a number is worse than none.
    if (end === length && length >= GO_CUTS_AT) break
    if (end === length) before = reader.endState()
    reader.line(at, end)
    at = end + 1
  }
  return reader.finish(at < length || bytes[length - 1] !== NEWLINE, lastLine, before)
}

class Debug2Reader {
  private readonly bytes: Uint8Array
  private readonly builder: DumpBuilder
  private readonly current: Line = emptyLine()
  private readonly row: DraftRow = draftRow()
  private readonly brackets: Brackets = { reasonStart: 0, reasonEnd: 0, labelsStart: 0, labelsEnd: 0 }
  private readonly labelRows = new Map<number, number>()
  private place: Place = Place.outside
  private frames = new Int32Array(64)
  private depth = 0
  private held: Held = Held.none
  private heldStart = 0
  private nameStart = 0
  private nameEnd = 0
  private argsStart = 0
  private argsEnd = 0
  /** Goroutines that say who created them, and others that do not, beside the main goroutine. */
  private created = 0
  private uncreated = 0
  private readonly predictor: FramePredictor
  /** The line being read, with the white space around it. */
  private rawStart = 0
  private rawEnd = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.builder = new DumpBuilder(bytes, 'debug2')
    this.predictor = new FramePredictor(bytes)
  }

  /** Takes what starts at `at` if it was to be expected after what came before: returns where it ends, else -1. */
  known(at: number): number {
    if (this.place !== Place.goroutine || this.held !== Held.none) return -1
    const { predictor } = this
    const before = this.before()
    const frame = predictor.guess(before)
    if (frame !== -1) {
      const end = predictor.frame(frame, at)
      if (end !== -1) {
        this.pushFrame(frame, predictor.argsStart, predictor.argsEnd)
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
    return this.depth === 0 ? -1 : this.frames[this.depth - 1]
  }

  /** Takes the next line, `bytes[start, end)`. */
  line(start: number, end: number): void {
    const line = this.current
    this.rawStart = start
    this.rawEnd = end
    readLine(this.bytes, start, end, line)
    switch (line.kind) {
      case LineKind.call:
        this.hold(Held.call, line)
        return
      case LineKind.file:
        this.file(line)
        return
      case LineKind.createdBy:
        this.hold(Held.createdBy, line)
        this.row.creator = line.number
        return
      case LineKind.blank:
        this.close()
        return
      case LineKind.header:
        this.close()
        this.open(line)
        return
      case LineKind.elided:
        this.release()
        this.row.elided = true
        return
      case LineKind.ancestor:
        this.close()
        this.place = Place.foreign
        return
      case LineKind.systemStack:
        this.close()
        this.place = Place.foreign
        return
      default:
        this.hold(Held.other, line)
    }
  }

  /** What must or may come next. */
  endState(): EndState {
    const { held, place, row, depth } = this
    const hasHeaderAlone = place === Place.goroutine && held === Held.none && depth === 0 && row.createdBy === -1
    const awaitsFile = held === Held.call || held === Held.createdBy
    return {
      inside: place !== Place.outside,
      awaits: awaitsFile
        ? 'the file of a call'
        : hasHeaderAlone && this.current.kind === LineKind.header
          ? 'its first frame'
          : undefined,
      inlined: held === Held.call && isEllipsis(this.bytes, this.argsStart, this.argsEnd),
      // A crash prints registers behind the frames of a thread.
      whole: !awaitsFile && (place === Place.foreign || row.createdBy !== -1 || this.isMain()),
    }
  }

  /** Is the outermost frame one that nobody created? */
  private isMain(): boolean {
    const { stacks, strings } = this.builder
    const root = stacks.rootFunction(stacks.stack(this.frames, this.depth))
    return root > 0 && MAIN.test(strings.textOf(root))
  }

  /**
   * Ends the reading. `midLine`: the text's last line, which starts at `lastLine`, has no line end; `before` is the
   * state in which it was met.
   */
  finish(midLine: boolean, lastLine: number, before: EndState | undefined): Dump {
    const length = this.bytes.length
    const state = this.endState()
    const { id } = this.row
    const inside = state.inside && !Number.isNaN(id) ? ` of goroutine ${id}` : ''
    const cut = before ? cutInLine(this.bytes, this.current, before) : cutBeforeLine(state)
    const lacksCreation = this.lacksCreation(state)
    this.close()
    const lost = `the rest${inside} and all goroutines after it`
    if (length === GO_CUTS_AT || (length > GO_CUTS_AT && midLine))
      this.builder.cut(
        midLine ? lastLine : length,
        `the dump ends at ${length} bytes: Go cuts debug=2 at 64 MiB`,
        `${lost}; debug=1 and the protobuf form count them all`,
      )
    else if (cut) this.builder.cut(midLine ? lastLine : length, `the dump ends in the middle of ${cut}`, lost)
    else if (lacksCreation)
      this.builder.cut(length, `the dump ends in the middle${inside}, before its outermost call`, lost)
    if (this.builder.rows === 0)
      throw new FormatError('expected a goroutine dump ("goroutine 1 [running]:"), found no goroutine in the text')
    return this.builder.freeze()
  }

  /** Does the goroutine that is being read say neither who created it nor `main.main`, as all others do? */
  private lacksCreation({ inside, whole }: EndState): boolean {
    if (!inside || whole || this.place !== Place.goroutine) return false
    return this.row.createdBy === -1 && this.uncreated === 0 && this.created > 0
  }

  private open(line: Line): void {
    resetRow(this.row)
    this.depth = 0
    // Goroutine 0 is a thread's own stack, shown by crashes and GOTRACEBACK=system.
    this.place = line.number === 0 ? Place.foreign : Place.goroutine
    if (line.number === 0) return
    const { brackets, row, builder } = this
    row.id = line.number
    readBrackets(this.bytes, line.nameStart, line.nameEnd, brackets, row)
    const { reasonStart, reasonEnd, labelsStart, labelsEnd } = brackets
    if (reasonEnd > reasonStart) row.reason = builder.strings.intern(reasonStart, reasonEnd - reasonStart)
    if (labelsEnd > labelsStart) row.labels = this.labels(labelsStart, labelsEnd)
  }

  /** Equal labels come again and again: their text is made once. */
  private labels(start: number, end: number): number {
    const raw = this.builder.strings.intern(start, end - start)
    const known = this.labelRows.get(raw)
    if (known !== undefined) return known
    const text = labelsFromQuoted(new TextDecoder().decode(this.bytes.subarray(start, end)))
    const row = text === '' ? -1 : this.builder.strings.internText(text)
    this.labelRows.set(raw, row)
    return row
  }

  private hold(held: Held, line: Line): void {
    if (this.held !== Held.none) this.release()
    this.held = held
    this.heldStart = line.start
    this.nameStart = held === Held.other ? line.start : line.nameStart
    this.nameEnd = held === Held.other ? line.end : line.nameEnd
    this.argsStart = held === Held.call ? line.argsStart : 0
    this.argsEnd = held === Held.call ? line.argsEnd : 0
  }

  /** The held line has no file behind it. */
  private release(): void {
    const held = this.held
    this.held = Held.none
    if (this.place !== Place.goroutine) return
    if (held === Held.call) this.frame(0, 0)
    else if (held === Held.createdBy) this.row.createdBy = this.frameRow(0, 0)
    else if (held === Held.other && this.isForeignCall()) this.frame(0, 0)
  }

  /** A file line: with the held line it makes a frame. */
  private file(line: Line): void {
    const held = this.held
    this.held = Held.none
    if (this.place === Place.foreign || held === Held.none) return
    const file = this.builder.strings.intern(line.nameStart, line.nameEnd - line.nameStart)
    if (this.place === Place.outside) {
      if (held !== Held.call) return
      this.openHeadless()
    }
    if (held === Held.call) this.learnFrame(file, line.number)
    else if (held === Held.createdBy) this.learnCreation(file, line.number)
    else if (line.pcOnly) this.frame(file, line.number)
    else this.broken()
  }

  /** A whole frame outside of any goroutine: the text began in the middle of a stack, whose header is lost. */
  private openHeadless(): void {
    resetRow(this.row)
    this.depth = 0
    this.place = Place.goroutine
  }

  /** "non-Go function at pc=0x1": C code without symbols, printed without a file. */
  private isForeignCall(): boolean {
    const text = this.quoted()
    return text.startsWith('non-Go function')
  }

  private frame(file: number, lineNumber: number): void {
    this.pushFrame(this.frameRow(file, lineNumber), this.argsStart, this.argsEnd)
  }

  private learnFrame(file: number, lineNumber: number): void {
    const before = this.before()
    const frame = this.frameRow(file, lineNumber)
    this.predictor.learn(before, frame, this.nameStart, this.nameEnd, this.rawStart, this.rawEnd)
    this.pushFrame(frame, this.argsStart, this.argsEnd)
  }

  private learnCreation(file: number, lineNumber: number): void {
    const { row } = this
    row.createdBy = this.frameRow(file, lineNumber)
    this.predictor.learnCreation(this.before(), row.createdBy, row.creator, this.heldStart, this.rawEnd)
  }

  private pushFrame(frame: number, argsStart: number, argsEnd: number): void {
    if (this.depth === this.frames.length) this.frames = grown(this.frames)
    this.frames[this.depth++] = frame
    this.builder.arg(this.builder.strings.intern(argsStart, argsEnd - argsStart))
  }

  private frameRow(file: number, lineNumber: number): number {
    const name = this.builder.strings.intern(this.nameStart, this.nameEnd - this.nameStart)
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

  /** Ends the goroutine, if we are in one. */
  private close(): void {
    if (this.held !== Held.none) this.release()
    const inside = this.place === Place.goroutine
    this.place = Place.outside
    if (!inside) return
    this.row.stack = this.builder.stacks.stack(this.frames, this.depth)
    if (this.row.createdBy !== -1) this.created++
    else if (this.row.id !== MAIN_ID) this.uncreated++
    this.builder.push(this.row)
    this.depth = 0
  }
}

/** `main.f(...)` */
function isEllipsis(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === 3 && bytes[start] === DOT && bytes[start + 1] === DOT && bytes[start + 2] === DOT
}
