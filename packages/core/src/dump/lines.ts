/**
 * Says what one line of a dump's text is, by its shape and not by its indentation (people paste dumps through logs,
 * mails and issue trackers). It knows nothing of the lines around it: that is the reader's part. What lines Go
 * prints: `goroutineheader`, `traceback2` and `printcreatedby1` in Go's `runtime/traceback.go`; what else people and
 * other tools make of them is for `odd.ts` to read, where all of these said no.
 *
 *   goroutine 7 gp=0x1 m=nil [chan receive, 3 minutes]:    header
 *   main.(*cart).wait(0xc000012345, {0x1?, 0x2})           call        name, text between the parentheses
 *       /src/shop/cart.go:41 +0x5c fp=0x1 sp=0x2 pc=0x3    file        name, number
 *   created by main.main in goroutine 1                    createdBy   name, number (the creator's id)
 *   [originating from goroutine 1]:                        ancestor    frames of another goroutine follow
 *   ...23 frames elided...                                 elided
 *   runtime stack:                                         systemStack frames of no goroutine follow
 */

export const LineKind = {
  blank: 0,
  header: 1,
  call: 2,
  file: 3,
  createdBy: 4,
  ancestor: 5,
  elided: 6,
  systemStack: 7,
  other: 8,
  /** A call with its file in one line, as Delve prints it. */
  frame: 9,
} as const
export type LineKind = (typeof LineKind)[keyof typeof LineKind]

/** A line's parts, as offsets into the input. One object is filled again and again: a dump has a million lines. */
export type Line = {
  kind: LineKind
  /** The line without the white space around it. */
  start: number
  end: number
  /** Function of a call or createdBy; path of a file (empty where only a pc is known); brackets' content of a header. */
  nameStart: number
  nameEnd: number
  /** What stands between the parentheses of a call; the path of a frame. */
  argsStart: number
  argsEnd: number
  /** Line number of a file; goroutine id of a header; the creator's id of a createdBy. NaN: none. */
  number: number
  /** File: it shows a pc and no frame pointer, as Go prints frames of C code. */
  pcOnly: boolean
  /** Header: it has no end, as in a text that was cut. */
  open: boolean
  /** A header or call that Go does not print so: prose may look like it, and what follows must prove it. */
  weak: boolean
}

export function emptyLine(): Line {
  const name = { start: 0, end: 0, nameStart: 0, nameEnd: 0, argsStart: 0, argsEnd: 0 }
  return { kind: LineKind.blank, ...name, number: Number.NaN, pcOnly: false, open: false, weak: false }
}

const SPACE = 0x20
const OPEN = 0x28
const CLOSE = 0x29
const PLUS = 0x2b
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const EQUALS = 0x3d
const LEFT = 0x5b
const RIGHT = 0x5d
const LOWER_C = 0x63
const LOWER_F = 0x66
const LOWER_G = 0x67
const LOWER_P = 0x70
const LOWER_R = 0x72
const LOWER_S = 0x73
const LOWER_X = 0x78

/** What may stand between a call's parentheses: `printArgs` of `runtime/traceback.go` prints nothing else, and chats make
 * one character of three dots. */
export const IS_ARG = table('0123456789abcdefx, {}.?_…')
const IS_HEX = table('0123456789abcdef')

export const HEADER = ascii('goroutine ')
export const CREATED_BY = ascii('created by ')
const IN_GOROUTINE = ascii(' in goroutine ')
const ANCESTOR = ascii('[originating from goroutine ')
const ELIDED = ascii('frames elided...')
const SYSTEM_STACK = ascii('runtime stack:')

/** Fills `line` with what `bytes[start, end)` is, a line without its line end. */
export function readLine(bytes: Uint8Array, start: number, end: number, line: Line): void {
  let from = start
  let to = end
  while (to > from && bytes[to - 1] <= SPACE) to--
  while (from < to && bytes[from] <= SPACE) from++
  line.start = from
  line.end = to
  line.kind = LineKind.other
  line.weak = false
  if (from === to) line.kind = LineKind.blank
  else if (from > start && readFileLine(bytes, from, to, line)) line.kind = LineKind.file
  else readUnindented(bytes, from, to, line)
}

function readUnindented(bytes: Uint8Array, from: number, to: number, line: Line): void {
  const first = bytes[from]
  if (first === LOWER_G && startsWith(bytes, from, to, HEADER) && readHeader(bytes, from, to, line))
    line.kind = LineKind.header
  else if (first === LOWER_C && startsWith(bytes, from, to, CREATED_BY)) readCreatedBy(bytes, from, to, line)
  else if (first === LEFT && startsWith(bytes, from, to, ANCESTOR)) line.kind = LineKind.ancestor
  else if (first === DOT && startsWith(bytes, to - ELIDED.length, to, ELIDED)) line.kind = LineKind.elided
  else if (first === LOWER_R && startsWith(bytes, from, to, SYSTEM_STACK)) line.kind = LineKind.systemStack
  else if (bytes[to - 1] === CLOSE && readCall(bytes, from, to, line)) line.kind = LineKind.call
  else if (readFileLine(bytes, from, to, line)) line.kind = LineKind.file
}

/** `goroutine 7 [select, 4 minutes]:`, perhaps with addresses before the brackets, perhaps with remarks behind. */
export function readHeader(bytes: Uint8Array, from: number, to: number, line: Line): boolean {
  let at = readNumber(bytes, from + HEADER.length, to, line)
  if (at === from + HEADER.length || bytes[at] !== SPACE) return false
  while (at < to && bytes[at] !== LEFT) at++
  if (at === to) return false
  // Labels may hold brackets: the last "]:" ends the header, unless a remark behind it says otherwise.
  let close = to - 1
  while (close > at && !(bytes[close] === COLON && bytes[close - 1] === RIGHT)) close--
  line.nameStart = at + 1
  line.open = close === at
  line.nameEnd = line.open ? to : close - 1
  // "goroutine 7 [select]" without its colon: a header, or a line of a log.
  const right = line.open ? bytes.subarray(at, to).indexOf(RIGHT) : -1
  if (right !== -1) {
    line.nameEnd = at + right
    line.weak = true
  }
  return true
}

/** `main.f(0x1, ...)`: arguments hold no parenthesis, so the last one that opens ends the name. */
export function readCall(bytes: Uint8Array, from: number, to: number, line: Line): boolean {
  let open = to - 2
  while (open > from && IS_ARG[bytes[open]] === 1) open--
  if (open <= from || bytes[open] !== OPEN) return false
  for (let i = from; i < open; i++) if (bytes[i] <= SPACE) return false
  line.nameStart = from
  line.nameEnd = open
  line.argsStart = open + 1
  line.argsEnd = to - 1
  return true
}

/**
 * `PATH:LINE`, then `+0x5c`, then `fp=0x1 sp=0x2 pc=0x3`, read from the end: paths may hold spaces and colons. The
 * path is missing where C code has no symbols: `pc=0x3`.
 */
export function readFileLine(bytes: Uint8Array, from: number, to: number, line: Line): boolean {
  let end = to
  let pc = false
  let fp = false
  for (;;) {
    let at = end
    let value = 0
    let scale = 1
    let decimal = true
    for (; at > from && IS_HEX[bytes[at - 1]] === 1; at--) {
      const byte = bytes[at - 1]
      if (byte > NINE) decimal = false
      value += (byte - ZERO) * scale
      scale *= 10
    }
    if (at === end || at === from) return false
    const before = bytes[at - 1]
    if (before === COLON) {
      line.nameStart = from
      line.nameEnd = at - 1
      line.number = value <= 0x7fffffff ? value : 0
      line.pcOnly = pc && !fp
      return decimal && at - 1 > from
    }
    const token = before === LOWER_X ? offsetStart(bytes, from, at) : -1
    if (token === -1) return false
    if (bytes[token] === LOWER_P) pc = true
    else if (bytes[token] === LOWER_F) fp = true
    end = token
    while (end > from && bytes[end - 1] === SPACE) end--
    if (end > from) continue
    line.nameStart = from
    line.nameEnd = from
    line.number = 0
    line.pcOnly = pc && !fp
    return line.pcOnly
  }
}

/** Where `+0x`, `fp=0x`, `sp=0x` or `pc=0x` starts whose digits start at `digits`; -1: it is none of them. */
function offsetStart(bytes: Uint8Array, from: number, digits: number): number {
  const sign = digits - 3
  if (sign < from || bytes[digits - 2] !== ZERO) return -1
  if (bytes[sign] === PLUS) return sign
  const letter = bytes[sign - 2]
  if (bytes[sign] !== EQUALS || sign - 2 < from) return -1
  if (letter === LOWER_P) return bytes[sign - 1] === LOWER_C ? sign - 2 : -1
  return (letter === LOWER_F || letter === LOWER_S) && bytes[sign - 1] === LOWER_P ? sign - 2 : -1
}

/** `created by main.main`, since Go 1.21 with ` in goroutine 1`. */
export function readCreatedBy(bytes: Uint8Array, from: number, to: number, line: Line): void {
  line.kind = LineKind.createdBy
  line.nameStart = from + CREATED_BY.length
  line.nameEnd = to
  line.number = Number.NaN
  let digits = to
  while (digits > from && bytes[digits - 1] >= ZERO && bytes[digits - 1] <= NINE) digits--
  if (digits === to || !startsWith(bytes, digits - IN_GOROUTINE.length, to, IN_GOROUTINE)) return
  readNumber(bytes, digits, to, line)
  line.nameEnd = digits - IN_GOROUTINE.length
}

/** Reads digits into `line.number`; returns where they end. */
export function readNumber(bytes: Uint8Array, from: number, to: number, line: Line): number {
  let at = from
  let value = 0
  for (; at < to && bytes[at] >= ZERO && bytes[at] <= NINE; at++) value = value * 10 + bytes[at] - ZERO
  line.number = value
  return at
}

/** Do `bytes[from, to)` begin with `word`? */
export function startsWith(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  if (from < 0 || to - from < word.length) return false
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return false
  return true
}

export function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function table(members: string): Uint8Array {
  const flags = new Uint8Array(256)
  for (const byte of ascii(members)) flags[byte] = 1
  return flags
}
