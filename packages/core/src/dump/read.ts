/** The door of goroutine dumps: bytes of any of the three forms in, tables out. */
import { FormatError } from '../base/errors.ts'
import { Meter, type OnProgress } from '../base/progress.ts'
import { profileTypes } from '../profile/kind.ts'
import { isHtml, textOfHtml } from './html.ts'
import { isJournal, messagesOf } from './journal.ts'
import { emptyLine, LineKind, readLine } from './lines.ts'
import { isPanicparse, textOfPanicparse } from './panicparse.ts'
import { moved, readPasted } from './pasted.ts'
import { LARGEST_PASTED, type Remade } from './pieces.ts'
import { goroutineType, readProto } from './proto.ts'
import { readSections, type Sections } from './sections.ts'
import type { Dump, DumpForm } from './tables.ts'
import { isWrapped, unwrapper } from './unwrap.ts'

/** A program may log before it dies; a dump starts within its first 64 KiB. */
const SNIFFED = 64 * 1024

/** A log of containers with the lines of a log of JSON with a string of a dump. */
const MAX_LAYERS = 3

const NEWLINE = 0x0a
const RECORD = 0x1e
const DEBUG2 = /^[ \t]*(?:goroutine \d+ (?:gp=|m=|\[)|(?:\*[ \t]*)?Goroutine \d+ - \w+: .*:\d+ )/m
const DEBUG1 = /^[ \t]*(?:goroutine(?:leak)? profile: total \d|\d+ @(?: 0x|[ \t]*$))/m
const FRAME_LINE = /^[ \t]*#[ \t]+0x[0-9a-f]+/m
const DEBUG1_TOTAL = /^[ \t]*goroutine(?:leak)? profile: total \d/m
/** A test of a parser quotes dumps. */
const GO_SOURCE = /^(?:\s|\/\/.*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*package \w+(?:\s*\/\/.*|;)?\s*\n/
/** The other profiles with debug=1 (`printCountProfile`, `writeHeapInternal` and `writeProfileInternal` in runtime/pprof/pprof.go). */
const OTHER_PROFILE =
  /^(?:heap profile: \d|--- (?:contention|mutex):|\S.*(?<!goroutine|goroutineleak) profile: total \d)/m

/** Is this text another profile than that of goroutines, as `debug=1` shows it? Its stacks look just so. */
export function isOtherProfile(bytes: Uint8Array): boolean {
  const text = headOf(bytes)
  return OTHER_PROFILE.test(text) && !DEBUG1_TOTAL.test(text) && !DEBUG2.test(text)
}

/** Which form of a goroutine dump these bytes start as; undefined: none. */
export function dumpForm(bytes: Uint8Array): DumpForm | undefined {
  if (isBinary(bytes)) {
    const types = profileTypes(bytes)
    return types && (types.length === 0 || goroutineType(types)) ? 'proto' : undefined
  }
  if (isOtherProfile(bytes)) return undefined
  const text = headOf(bytes)
  if (GO_SOURCE.test(text)) return undefined
  const other = remade(bytes.subarray(0, SNIFFED), text)
  return (other && formOfText(other.bytes, headOf(other.bytes))) ?? formOfText(bytes, text)
}

function formOfText(bytes: Uint8Array, text: string): DumpForm | undefined {
  const debug2 = text.search(DEBUG2)
  const debug1 = text.search(DEBUG1)
  if (debug1 >= 0 && (debug2 === -1 || debug1 < debug2)) return 'debug1'
  if (debug2 >= 0) return 'debug2'
  if (FRAME_LINE.test(text)) return 'debug1'
  if (isWrapped(text)) return unwrappedForm(bytes.subarray(0, SNIFFED))
  return holdsFrame(bytes) ? 'debug2' : undefined
}

/** The same of a text that is a dump only without what stands before its lines; a header alone may be any sentence. */
function unwrappedForm(bytes: Uint8Array): DumpForm | undefined {
  try {
    const dumps = readText(bytes, new Meter(bytes.length, undefined))
    return framesIn(dumps) > 0 ? dumps[dumps.length - 1].form : undefined
  } catch {
    return undefined
  }
}

/**
 * Reads an (uncompressed) goroutine dump: `/debug/pprof/goroutine` with `debug=2`, `debug=1` or in protobuf, or the
 * stacks that a Go program prints on SIGQUIT or when it panics, whatever logs and mails made of the text. What is
 * damaged or missing stands in `problems` of the result. Throws `FormatError` for what is no dump. `onProgress` is told
 * on the way how much of it has been read. Where a text holds several dumps, this is the last one.
 */
export function readDump(bytes: Uint8Array, onProgress?: OnProgress): Dump {
  return readDumps(bytes, onProgress).at(-1)!
}

/** The same for all dumps that the input holds, in its order, which is that of time; at least one. */
export function readDumps(bytes: Uint8Array, onProgress?: OnProgress): readonly Dump[] {
  const meter = new Meter(bytes.length, onProgress)
  const dumps = isBinary(bytes) ? [readProto(bytes)] : readText(bytes, meter)
  meter.end()
  return dumps
}

function readText(bytes: Uint8Array, meter: Meter): readonly Dump[] {
  if (bytes.length === 0) throw new FormatError('expected a goroutine dump, found an empty input')
  const head = headOf(bytes)
  const dumps = GO_SOURCE.test(head) ? [] : readForms(bytes, head, meter)
  if (dumps.length > 0) return sized(dumps, bytes)
  throw new FormatError('expected a goroutine dump ("goroutine 1 [running]:"), found no goroutine in the text')
}

function readForms(bytes: Uint8Array, head: string, meter: Meter): readonly Dump[] {
  const made = remade(bytes, head)
  const ofMade = made ? readLayers(made.bytes, meter) : []
  const text = framesIn(ofMade) > 0 ? made : undefined
  const dumps = text ? ofMade : readLayers(bytes, meter)
  const input = text?.bytes ?? bytes
  const best =
    input.length > LARGEST_PASTED
      ? dumps
      : readPasted(input, dumps, unicodeHeadOf, other => (other.length === 0 ? [] : readLayers(other, meter)))
  return text ? best.map(dump => moved(dump, place => text.inputOffset(place))) : best
}

/**
 * Reads a text through what logs made of it. Few logs cut lines, and looking at each whether the next one belongs to it
 * costs more than all else: so the text is read first as if none was cut, and anew where lines were met that may be parts.
 */
function readLayers(bytes: Uint8Array, meter: Meter): readonly Dump[] {
  const whole = new LayerReader(false, meter)
  const dumps = whole.read(bytes, MAX_LAYERS)
  return whole.cut ? new LayerReader(true, meter).read(bytes, MAX_LAYERS) : dumps
}

/** A text of another kind, of which its begin says so, as Go printed it. */
function remade(bytes: Uint8Array, head: string): Remade | undefined {
  if (isHtml(head)) return textOfHtml(bytes)
  if (isJournal(head)) return messagesOf(bytes)
  return isPanicparse(head) ? textOfPanicparse(bytes) : undefined
}

class LayerReader {
  /** Lines behind prefixes may be parts of one, and were not put together: what was read is worth nothing. */
  cut = false
  private readonly joins: boolean
  private readonly meter: Meter

  constructor(joins: boolean, meter: Meter) {
    this.joins = joins
    this.meter = meter
  }

  /** Reads a text as Go prints it, or else what it is under up to `layers` logs' prefixes and strings. */
  read(bytes: Uint8Array, layers: number): readonly Dump[] {
    const from = markLength(bytes)
    const plain = layers > 0 && isWrapped(headOf(bytes)) ? undefined : this.plain(bytes, from, layers)
    const wrapped = plain?.wrapped ?? false
    if (plain && (layers === 0 || (!plain.suspicious && !wrapped && plain.dumps.length > 0))) return plain.dumps
    const unwrapped = this.unwrapped(bytes, from, layers, wrapped)
    const [frames, plainFrames] = [framesIn(unwrapped), framesIn(plain?.dumps ?? [])]
    // What stood on the next line is no frame mostly.
    if (frames > plainFrames || (wrapped && frames > 0 && frames === plainFrames)) return unwrapped
    // Also where nothing was recognised: the dump may stand behind a long log.
    return this.cut ? [] : (plain ?? this.plain(bytes, from, layers)).dumps
  }

  private plain(bytes: Uint8Array, from: number, layers: number): Sections {
    const sections = readSections(bytes, from, bytes.length, this.meter)
    if (sections.cut && !this.joins && layers < MAX_LAYERS) this.cut = true
    return sections
  }

  /** Reads what a text is without what a log made of it; `isWrapped`: or a mail, which wrapped its lines. */
  private unwrapped(bytes: Uint8Array, from: number, layers: number, isWrapped: boolean): readonly Dump[] {
    const { joins } = this
    const unwrap = unwrapper(bytes.subarray(from), joins, isWrapped)
    if (!unwrap) return []
    if (unwrap.isCut && !joins) this.cut = true
    if (this.cut) return []
    const text = unwrap.text(joins)
    const found = text.streams.flatMap(({ start, end }) =>
      this.read(text.bytes.subarray(start, end), layers - 1).map(dump => ({ dump, start })),
    )
    if (this.cut) return []
    const places = text.inputOffsets(
      found.flatMap(({ dump, start }) => dump.problems.map(({ offset }) => start + offset)),
    )
    let next = 0
    return found.map(({ dump }) => ({
      ...dump,
      problems: dump.problems.map(problem => ({ ...problem, offset: from + places[next++] })),
    }))
  }
}

/** A dump that is all of its input has its size. */
function sized(dumps: readonly Dump[], { length }: Uint8Array): readonly Dump[] {
  return dumps.length === 1 ? [{ ...dumps[0], byteLength: length }] : dumps
}

function framesIn(dumps: readonly Dump[]): number {
  let frames = 0
  for (const { rows, stacks } of dumps)
    for (let row = 0; row < rows.length; row++)
      frames += stacks.first[rows.stack[row] + 1] - stacks.first[rows.stack[row]]
  return frames
}

/** Does a text that begins in the middle of a stack show one frame at least: a call, and its file under it? */
function holdsFrame(bytes: Uint8Array): boolean {
  const line = emptyLine()
  const end = Math.min(bytes.length, SNIFFED)
  let wasCall = false
  for (let at = markLength(bytes); at < end; ) {
    const newline = bytes.indexOf(NEWLINE, at)
    const lineEnd = newline === -1 ? end : Math.min(newline, end)
    readLine(bytes, at, lineEnd, line)
    if (wasCall && line.kind === LineKind.file) return true
    wasCall = line.kind === LineKind.call
    at = lineEnd + 1
  }
  return false
}

/** Length of the byte order mark that Windows editors put before UTF-8. */
function markLength(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
}

/** Does it hold bytes that no text has? A profile's first bytes are such. */
export function isBinary(bytes: Uint8Array): boolean {
  const end = Math.min(bytes.length, 512)
  for (let i = 0; i < end; i++) {
    const byte = bytes[i]
    if (byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0x1b) continue
    // The journal parts its entries of JSON so.
    if (byte !== RECORD || bytes[i + 1] !== 0x7b) return true
  }
  return false
}

function unicodeHeadOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(markLength(bytes), SNIFFED))
}

function headOf(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes.subarray(markLength(bytes), SNIFFED))
}
