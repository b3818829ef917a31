/**
 * Does a dump's text end where Go ended it? What Go serves ends with a whole line, the file of a goroutine's creation
 * (or of `main.main`, which nobody created). What people paste may lack the last line end, and may have anything
 * behind the last goroutine.
 *
 * Not to be known is a cut right behind a whole goroutine (1 of 100 places in our captures), and one in the last digits
 * of its creation's ` +0x125` where no other goroutine was created there.
 */
import { type Line, LineKind } from './lines.ts'

/** What the reader knew where the last line began, or at the end of a text whose last line has its end. */
export type EndState = {
  /** Inside of a goroutine, or among frames that belong to none. */
  readonly inside: boolean
  /** What must come next: a header came without a frame, or a call or "created by" without its file. */
  readonly awaits: 'its first frame' | 'the file of a call' | undefined
  /** The call that came is an inlined one, "main.f(...)": Go prints no offset behind its file. */
  readonly inlined: boolean
  /** The goroutine's creation came, or all of `main.main`: nothing more of it can. Also what is no goroutine. */
  readonly whole: boolean
}

/** The end of what is read: `bytes[from, to)`, and where its last line stands. */
export type TextEnd = {
  readonly from: number
  readonly to: number
  /** The last line has no line end. */
  readonly midLine: boolean
  readonly lastLine: number
  /** The state in which a last line without its end was met. */
  readonly before: EndState | undefined
}

/** `writeGoroutineStacks` in Go's `runtime/pprof/pprof.go` gives up beyond a buffer of 64 MiB. */
export const GO_CUTS_AT = 64 * 1024 * 1024

const TAB = 0x09
const NEWLINE = 0x0a
const SPACE = 0x20
const PLUS = 0x2b
const ZERO = 0x30
const LOWER_X = 0x78
/** Behind the place of a call that is not inlined; with addresses in what a crash prints. */
const OFFSET = / \+0x[0-9a-f]+(?: fp=0x[0-9a-f]+ sp=0x[0-9a-f]+ pc=0x[0-9a-f]+)?$/
/** How a header begins, cut anywhere. */
const HEADER_BEGIN = /^g(?:o(?:r(?:o(?:u(?:t(?:i(?:n(?:e(?: \d*(?: .*)?)?)?)?)?)?)?)?)?)?$/
/** "...", "```", "}": what people put under what they paste. No call, header or file begins so, but for "/" and "./". */
const DECORATION = /^(?!\.?\/)[^\p{L}\p{N}]+$/u
/** Lines of a dump are shorter; a longer one is a log's. */
const LONGEST_LINE = 10_000

/** What is known besides: how it ended, in which goroutine (as part of a sentence), and whether that shows no creation. */
type Known = { readonly state: EndState; readonly inside: string; readonly lacksCreation: boolean }

/** Where and how a text was cut, whose last line is `line`; undefined: it may be whole. */
export function cutOf(
  bytes: Uint8Array,
  line: Line,
  { from, to, midLine, lastLine, before }: TextEnd,
  { state, inside, lacksCreation }: Known,
): { readonly at: number; readonly message: string; readonly lost: string } | undefined {
  const at = midLine ? lastLine : to
  const size = to - from
  const lost = `the rest${inside} and all goroutines after it`
  if (size === GO_CUTS_AT || (size > GO_CUTS_AT && midLine)) {
    const message = `the dump ends at ${size} bytes: Go cuts debug=2 at 64 MiB`
    return { at, message, lost: `${lost}; debug=1 and the protobuf form count them all` }
  }
  const what = before ? cutInLine(bytes, from, line, before) : cutBeforeLine(state)
  if (what) return { at, message: `the dump ends in the middle of ${what}`, lost }
  if (!lacksCreation) return undefined
  return { at: to, message: `the dump ends in the middle${inside}, before its outermost call`, lost }
}

/**
 * What the text, which starts at `from`, ends in the middle of; undefined: it may be whole. `line` is the last line, and
 * has no line end.
 */
function cutInLine(bytes: Uint8Array, from: number, line: Line, before: EndState): string | undefined {
  if (line.end - line.start > LONGEST_LINE) return undefined
  const text = new TextDecoder().decode(bytes.subarray(line.start, line.end))
  const inLine = `a line, ${JSON.stringify(text)}`
  if (line.kind === LineKind.header && line.weak && !line.open) return undefined
  if (line.kind === LineKind.header) return line.open ? inLine : 'a goroutine, before its first frame'
  if (!before.inside) return HEADER_BEGIN.test(text) ? inLine : undefined
  if (before.whole) return undefined
  if (line.kind === LineKind.blank) return cutBeforeLine(before)
  if (before.awaits === 'the file of a call' && line.kind === LineKind.file)
    return cutFile(bytes.subarray(0, line.end), from, line, text, before)
  return before.awaits === undefined && DECORATION.test(text) ? undefined : inLine
}

/** The same for a text whose last line has its end. */
function cutBeforeLine({ inside, awaits }: EndState): string | undefined {
  return inside && awaits !== undefined ? `a goroutine, before ${awaits}` : undefined
}

/** A file's line looks whole without its last digits; other lines may know better. */
function cutFile(bytes: Uint8Array, from: number, line: Line, text: string, { inlined }: EndState): string | undefined {
  const lacksOffset = !inlined && !OFFSET.test(text) && hasOffsets(bytes, from)
  return lacksOffset || hasLonger(bytes, from, line.start, line.end) ? `a line, ${JSON.stringify(text)}` : undefined
}

/** Does any line show an offset? People cut them off, but then of all lines. */
function hasOffsets(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.indexOf(PLUS, from); at !== -1; at = bytes.indexOf(PLUS, at + 1))
    if (bytes[at - 1] === SPACE && bytes[at + 1] === ZERO && bytes[at + 2] === LOWER_X) return true
  return false
}

/** Is the last line, `bytes[start, end)`, also the begin of a longer one before it? */
function hasLonger(bytes: Uint8Array, from: number, start: number, end: number): boolean {
  for (let at = from; ; ) {
    while (bytes[at] === SPACE || bytes[at] === TAB) at++
    if (at >= start) return false
    let size = 0
    while (size < end - start && bytes[at + size] === bytes[start + size]) size++
    if (size === end - start && isDigit(bytes[at + size])) return true
    // Neither of the two goes over a line end, so that every byte is looked at twice at most.
    at = bytes.indexOf(NEWLINE, at + size) + 1
    if (at === 0) return false
  }
}

/** Of a line number, or of an offset in hexadecimals. */
function isDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66)
}
