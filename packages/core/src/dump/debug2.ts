/**
 * Reads the text that Go prints of all goroutines: `/debug/pprof/goroutine?debug=2`, and what a Go program writes on
 * SIGQUIT or when it panics.
 *
 *  1. `lines.ts` says what each line is
 *  2. a call or "created by" is held until the next line, which should be its file: then it is a frame
 *  3. a header, a blank line or the end closes a goroutine: its frames become a stack, and it a row
 *  4. what is neither inside a goroutine nor a header is the program's own output, and passed over
 *
 * Frames that `predict.ts` recognises skip the first two steps. A frame that cannot be read is left out and noted.
 */
import type { Meter } from '../base/progress.ts'
import { Begins, isDeadlock, isMark, type Stretch } from './begins.ts'
import { type DraftRow, DumpBuilder, draftRow, resetRow } from './build.ts'
import { isDebug1Line, isOtherTotal, isTotal } from './debug1.ts'
import { cutOf, type EndState, GO_CUTS_AT, type TextEnd } from './ending.ts'
import { findTotal } from './escaped.ts'
import { type Fold, readFold } from './fold.ts'
import { Frames, Held } from './frames.ts'
import { BracketReader } from './header.ts'
import { CutLines } from './joints.ts'
import { ascii, emptyLine, type Line, LineKind, readLine, startsWith } from './lines.ts'
import { countedIn, isOpenCall, readOdd, splitsFrame } from './odd.ts'
import type { Dump } from './tables.ts'

const TAB = 0x09
const NEWLINE = 0x0a
const HASH = 0x23
const PLUS = 0x2b
const ZERO = 0x30
const NINE = 0x39

/** The main goroutine, which nobody created. */
const MAIN_ID = 1
const MAIN = /^main\.main$|\.init(?:\.\d+)?$|^runtime\.(?:main|goexit)$/
/** A dump that a program writes of itself shows this goroutine first. */
const WRITER = /^runtime(?:\/pprof\.|\/debug\.|\.)(?:writeGoroutineStacks|Stack|PrintStack)$/
/** With GOTRACEBACK=crash, every thread prints its own goroutine behind such a line. */
const CRASH = ascii('-----')
const UNAVAILABLE = ascii('goroutine running on other thread')

/** Where we are: outside, inside a goroutine, or among frames that belong to no goroutine of the dump. */
const Place = { outside: 0, goroutine: 1, foreign: 2 } as const
type Place = (typeof Place)[keyof typeof Place]

/** What was read of a text, up to its end or to where another form begins. */
export type Debug2Part = {
  /** All of it as one dump; undefined: no goroutine. */
  readonly dump: Dump | undefined
  /** Where it holds several dumps: their stretches, in order; else empty. */
  readonly stretches: readonly Stretch[]
  /** Stretches that are left out of these. */
  readonly lost: number
  readonly end: number
  /** Headers stand behind other text: lines may have prefixes, or be cut. */
  readonly suspicious: boolean
  /** Lines were met that may be parts of one. */
  readonly cuts: CutLines
}

/** Reads the text `bytes[from, to)`. `single`: it is known to be one dump, in this form alone. */
export function readDebug2(bytes: Uint8Array, meter: Meter, from: number, to: number, single: boolean): Debug2Part {
  const reader = new Debug2Reader(bytes, from, to, single)
  const isFull = to - from >= GO_CUTS_AT
  let at = from
  let lastLine = from
  let before: EndState | undefined
  while (at < to) {
    if (at >= meter.next) meter.to(at)
    const next = reader.known(at)
    if (next !== -1) {
      at = next
      continue
    }
    let end = bytes.indexOf(NEWLINE, at)
    if (end === -1 || end >= to) end = to
    lastLine = at
    // The last line of what Go cut ends anywhere: half a number is worse than none.
    if (end === to && isFull && bytes[to - 1] !== NEWLINE) break
    if (end === to && bytes[to - 1] !== NEWLINE) before = reader.endState()
    if (!reader.line(at, end)) return reader.finish({ from, to: at, midLine: false, lastLine, before: undefined })
    at = end + 1
  }
  return reader.finish({ from, to, midLine: bytes[to - 1] !== NEWLINE, lastLine, before })
}

class Debug2Reader {
  private readonly bytes: Uint8Array
  private readonly builder: DumpBuilder
  private readonly begins: Begins
  private readonly single: boolean
  private readonly current: Line = emptyLine()
  private readonly row: DraftRow = draftRow()
  private readonly headers: BracketReader
  private readonly frames: Frames
  private place: Place = Place.outside
  /** Goroutines that say who created them, and others that do not, beside the main goroutine. */
  private created = 0
  private uncreated = 0
  /** The header of the current one is worth nothing without frames. */
  private weak = false
  private fold: Fold | undefined
  private suspicious = false
  private readonly cuts = new CutLines()
  /** A profile of something else came last: its stacks are not to be taken for some of goroutines. */
  private isOtherProfile = false
  private crashed = false
  private unavailable = false
  /** Rows, by their ids, whose stack may still come from the thread that runs them. */
  private readonly running = new Map<number, number>()
  /** The line being read, with the white space around it. */
  private rawStart = 0
  private rawEnd = 0

  constructor(bytes: Uint8Array, from: number, to: number, single: boolean) {
    this.bytes = bytes
    this.single = single
    this.builder = new DumpBuilder(bytes, 'debug2', to - from)
    this.headers = new BracketReader(bytes, this.builder)
    this.frames = new Frames(bytes, to, this.builder, this.row)
    const { builder } = this
    this.begins = new Begins(from, {
      idOf: row => builder.idOf(row),
      isWriter: row => WRITER.test(builder.strings.textOf(Math.max(0, builder.topFunctionOf(row)))),
    })
  }

  /** Takes what starts at `at` as far as it was to be expected after what came before: returns where it ends, else -1. */
  known(from: number): number {
    if (this.frames.held !== Held.none) return -1
    const behindHeader = this.place === Place.outside ? this.knownHeader(from) : from
    if (behindHeader === -1 || this.place !== Place.goroutine) return -1
    const at = this.frames.known(behindHeader)
    if (this.bytes[at] === NEWLINE) {
      this.close()
      this.cuts.pass(LineKind.blank)
      return at + 1
    }
    if (at !== from) this.cuts.pass(this.frames.depth > 0 ? LineKind.file : LineKind.header)
    return at === from ? -1 : at
  }

  private knownHeader(at: number): number {
    const { row, current } = this
    const end = this.headers.known(at, row)
    if (end === -1 || this.crashed) return -1
    this.clear()
    this.place = Place.goroutine
    current.kind = LineKind.header
    current.weak = false
    if (!this.single) this.begins.goroutine(row.id, this.builder.rows, at, this.headers.isRunning)
    return end
  }

  /** Nothing is known of the goroutine that begins. */
  private clear(): void {
    this.frames.clear()
    this.weak = false
    this.isOtherProfile = false
    this.unavailable = false
    this.fold = undefined
  }

  /** Takes the next line, `bytes[start, end)`; false: another form begins here. */
  line(start: number, end: number): boolean {
    const line = this.current
    this.rawStart = start
    this.rawEnd = end
    readLine(this.bytes, start, end, line)
    this.cuts.take(this.bytes, start, line, this.place !== Place.outside)
    // A frame of debug=1 ends as a file's line does.
    if (line.kind === LineKind.other || this.bytes[line.start] === HASH) {
      if (!this.single && this.isOtherForm(line.start, line.end)) return false
      if (line.kind === LineKind.other) readOdd(this.bytes, line)
      if (line.weak) this.suspicious = true
    }
    switch (line.kind) {
      case LineKind.call:
        this.hold(Held.call)
        break
      case LineKind.file:
        this.file(line)
        break
      case LineKind.createdBy:
        this.hold(Held.createdBy)
        this.row.creator = line.number
        break
      case LineKind.blank:
        this.close()
        break
      case LineKind.header:
        this.header(line)
        break
      case LineKind.elided:
        this.release()
        this.row.elided = true
        break
      case LineKind.ancestor:
      case LineKind.systemStack:
        this.close()
        this.place = Place.foreign
        break
      case LineKind.frame:
        this.wholeFrame(line)
        break
      default:
        this.other(line)
    }
    return true
  }

  /** Does a dump in the form of debug=1 begin here? */
  private isOtherForm(from: number, to: number): boolean {
    const { bytes } = this
    if (isTotal(bytes, from, to)) return true
    if (isOtherTotal(bytes, from, to)) this.isOtherProfile = true
    return !this.isOtherProfile && isDebug1Line(bytes, from, to)
  }

  /** Text of the program, or a line of a stack that is not known. */
  private other(line: Line): void {
    const { bytes } = this
    const isOpen = this.rawEnd + 1 < bytes.length && isOpenCall(bytes, line.start, line.end)
    if (isOpen || findTotal(bytes, line.start, line.end) !== -1) this.suspicious = true
    if (startsWith(bytes, line.start, line.end, CRASH)) this.crashed = true
    if (startsWith(bytes, line.start, line.end, UNAVAILABLE)) this.unavailable = true
    const mark = !this.crashed && isMark(bytes, line.start, line.end)
    if (mark) this.close()
    this.builder.asleep ||= isDeadlock(bytes, line.start, line.end)
    if (this.place !== Place.goroutine) this.begins.text(line.start, mark)
    this.hold(Held.other)
  }

  /** What must or may come next. */
  endState(): EndState {
    const { frames, place, row } = this
    const awaitsFile = frames.awaitsFile()
    const isBare = place === Place.goroutine && frames.held === Held.none && frames.depth === 0 && row.createdBy === -1
    return {
      inside: place !== Place.outside,
      awaits: awaitsFile
        ? 'the file of a call'
        : isBare && this.current.kind === LineKind.header && !this.current.weak
          ? 'its first frame'
          : undefined,
      inlined: frames.isInlined(),
      // A crash prints registers behind the frames of a thread.
      whole: !awaitsFile && (place === Place.foreign || row.createdBy !== -1 || this.isMain()),
    }
  }

  /** Is the outermost frame one that nobody created? */
  private isMain(): boolean {
    const { stacks, strings } = this.builder
    const root = stacks.rootFunction(this.frames.stack())
    return root > 0 && MAIN.test(strings.textOf(root))
  }

  /** Ends the reading of `bytes[from, to)`; `before` is the state in which a last line without its end was met. */
  finish(end: TextEnd): Debug2Part {
    const { bytes, current, builder, begins, suspicious, cuts } = this
    const state = this.endState()
    const { id } = this.row
    const inside = state.inside && !Number.isNaN(id) ? ` of goroutine ${id}` : ''
    const cut = cutOf(bytes, current, end, { state, inside, lacksCreation: this.lacksCreation(state) })
    this.close()
    if (cut) builder.cut(cut.at, cut.message, cut.lost)
    const stretches = begins.finish(end.to, builder.rows)
    return {
      dump: builder.rows === 0 ? undefined : builder.freeze(),
      stretches,
      lost: begins.lost,
      end: end.to,
      suspicious,
      cuts,
    }
  }

  /** Does the goroutine that is being read say neither who created it nor `main.main`, as all others do? */
  private lacksCreation({ inside, whole }: EndState): boolean {
    if (!inside || whole || this.place !== Place.goroutine) return false
    return this.row.createdBy === -1 && this.uncreated === 0 && this.created > 0
  }

  private header(line: Line): void {
    const isAgain = this.place === Place.goroutine && this.frames.depth === 0 && this.row.id === line.number
    if (isAgain && this.frames.held === Held.none) this.place = Place.outside
    else this.close()
    this.open(line, isAgain)
  }

  /** A goroutine begins. `isAgain`: a leak check wrote a line of its own before the header. */
  private open(line: Line, isAgain: boolean): void {
    const { row, builder, begins } = this
    resetRow(row)
    this.clear()
    this.weak = line.weak
    if (line.weak) this.frames.list(line)
    // Goroutine 0 is a thread's own stack, shown by crashes and GOTRACEBACK=system.
    this.place = line.number === 0 ? Place.foreign : Place.goroutine
    if (line.number === 0) return
    row.id = line.number
    this.headers.read(line.nameStart, line.nameEnd, row)
    if (this.isPlain(line)) this.headers.remember(line.nameStart - 2, this.rawEnd + 1, row)
    if (Number.isNaN(row.id)) row.count = countedIn(this.bytes, line)
    else if (line.end > line.nameEnd + 3 && !line.open)
      this.fold = readFold(new TextDecoder().decode(this.bytes.subarray(line.nameEnd + 2, line.end)), row.id)
    if (isAgain || this.single) return
    if (this.crashed && begins.has(row.id)) this.openAgain()
    else begins.goroutine(row.id, builder.rows, this.rawStart, this.headers.isRunning)
  }

  /** Is it "goroutine 7 [select]:" and no more? */
  private isPlain({ weak, open, start, end, nameStart, nameEnd }: Line): boolean {
    const { bytes } = this
    const digit = bytes[nameStart - 3]
    return !weak && !open && start === this.rawStart && end === nameEnd + 2 && digit >= ZERO && digit <= NINE
  }

  /** A thread of a crashed program shows its goroutine, which the dump had to leave without a stack. */
  private openAgain(): void {
    const known = this.running.get(this.row.id)
    if (known === undefined) this.place = Place.foreign
    else this.builder.drop(known)
  }

  private hold(held: Held): void {
    this.frames.hold(held, this.current, this.rawStart, this.place === Place.goroutine)
  }

  private release(): void {
    this.frames.release(this.place === Place.goroutine)
  }

  private file(line: Line): void {
    const { frames } = this
    if (this.place === Place.goroutine && splitsFrame(this.bytes, line)) return this.wholeFrame(line)
    const { held } = frames
    frames.held = Held.none
    if (this.place === Place.foreign || (held === Held.none && !this.isFirstOfAll(line))) return
    if (this.place === Place.outside) {
      if (held !== Held.call && held !== Held.none) return
      this.openHeadless()
    }
    frames.file(held, line, this.rawEnd)
  }

  /** The file of a call that was cut off with all before it. */
  private isFirstOfAll(line: Line): boolean {
    const { place, builder, bytes } = this
    if (place !== Place.outside || builder.rows > 0 || this.begins.hasText) return false
    return bytes.subarray(line.nameEnd, line.end).includes(PLUS) && !bytes.subarray(line.start, line.end).includes(TAB)
  }

  private wholeFrame(line: Line): void {
    this.release()
    if (this.place === Place.goroutine) this.frames.whole(line)
  }

  /** A whole frame outside of any goroutine: the text began in the middle of a stack, whose header is lost. */
  private openHeadless(): void {
    resetRow(this.row)
    this.clear()
    this.place = Place.goroutine
    if (!this.single) this.begins.goroutine(Number.NaN, this.builder.rows, this.frames.heldStart, false)
  }

  /** Ends the goroutine, if we are in one. */
  private close(): void {
    if (this.frames.held !== Held.none) this.release()
    const inside = this.place === Place.goroutine
    this.place = Place.outside
    if (!inside) return
    const { row, builder, fold, frames } = this
    if (this.weak) frames.useListed()
    if (this.weak && this.frames.depth === 0 && row.createdBy === -1) return
    row.stack = frames.stack()
    if (row.createdBy !== -1) this.created++
    else if (row.id !== MAIN_ID) this.uncreated++
    if (this.unavailable && this.frames.depth === 0) this.running.set(row.id, builder.rows)
    builder.push(row)
    this.frames.clear()
    if (fold) this.unfold(fold)
  }

  /** The others that the row stands for: one each where the ids are known. */
  private unfold({ count, others }: Fold): void {
    const { row, builder } = this
    for (const id of others) {
      row.id = id
      builder.pushAgain(row)
    }
    row.id = Number.NaN
    row.count = count - 1 - others.length
    if (row.count > 0) builder.pushAgain(row)
  }
}
