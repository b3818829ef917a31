/**
 * Lines that Go does not print and people have all the same, once `lines.ts` knew none of its own in them:
 *
 *    Goroutine 12 in state chan receive, with main.f on top of the stack:      goleak
 *   cart_test.go:99: Leaked goroutine: goroutine 12 [chan receive]:            a header behind other text
 *   Goroutine 12 - User: /src/shop/cart.go:41 main.f (0x43a1c5) [select 2m3s]  Delve's list
 *   Goroutine 12                                                               Delve
 *     main.(*cart).total (/src/shop/cart.go:41)
 *     0  0x000000000043a1c5 in main.(*cart).total
 *        at /src/shop/cart.go:41
 *   48 goroutines [select, 4 minutes]:                                         equal stacks, counted
 *   goroutine N [select, 4 minutes]:                                           an id that somebody left out
 *   main.(*cart).total(0xc000012300)   <-- look here                           remarks
 *   → /src/shop/cart.go:41 +0x5c  <-- and here                                 arrows
 *   main.(*cart).total   cart.go:41                                            shortened by hand
 *
 * None of them is believed by itself: `weak` says that frames must follow, or a file.
 */
import {
  ascii,
  HEADER,
  IS_ARG,
  type Line,
  LineKind,
  readCall,
  readFileLine,
  readHeader,
  readNumber,
  startsWith,
} from './lines.ts'

const TAB = 0x09
const SPACE = 0x20
const OPEN = 0x28
const CLOSE = 0x29
const DOT = 0x2e
const SLASH = 0x2f
const COLON = 0x3a
const LEFT = 0x5b
const RIGHT = 0x5d
const LOWER_G = 0x67

const GOROUTINE = ascii('Goroutine ')
const COUNTED = ascii(' goroutines [')
const IN_STATE = ascii(' in state ')
const WITH = ascii(', with ')
const DASH = ascii(' - ')
const GP = ascii('gp=')
const M = ascii('m=')
const ELIDED = ascii('frames elided')
const GO_FILE = ascii('.go:')
const GO = ascii('.go')
const POINTER = ascii('(*')
const HEX = ascii('0x')
const IN = ascii(' in ')
const AT = ascii('at ')

/** Longer words in the place of an id are none. */
const LONGEST_ID = 12
/** A remark is looked for in lines up to this length, and behind so many parentheses. */
const LONGEST = 4096
const MAX_TRIES = 16

/** Fills `line`, whose kind is `other`, anew where it has one of these shapes. */
export function readOdd(bytes: Uint8Array, line: Line): void {
  const from = line.start
  const to = line.end
  if (readsHeader(bytes, from, to, line)) line.kind = LineKind.header
  else if (to - from > LONGEST) return
  else if (bytes[to - 1] === CLOSE && readsFrame(bytes, from, to, line)) line.kind = LineKind.frame
  else if (
    readsNumberedCall(bytes, from, to, line) ||
    readsRemarkedCall(bytes, from, to, line) ||
    readsRemarkedName(bytes, from, to, line)
  )
    line.kind = LineKind.call
  else if (readsRemarkedFile(bytes, from, to, line)) line.kind = LineKind.file
  else if (isElided(bytes, from, to)) line.kind = LineKind.elided
}

/** Where "goroutine 7 [" stands in `bytes[from, to)`, or the same with addresses before the bracket; -1: nowhere. */
export function findHeader(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to - HEADER.length; at++) if (bytes[at] === LOWER_G && isHeader(bytes, at, to)) return at
  return -1
}

/** Does a header begin at `at`? */
export function isHeader(bytes: Uint8Array, at: number, to: number): boolean {
  if (!startsWith(bytes, at, to, HEADER)) return false
  const digits = at + HEADER.length
  let end = digits
  while (isDigit(bytes[end])) end++
  if (end === digits || end >= to || bytes[end] !== SPACE) return false
  return bytes[end + 1] === LEFT || startsWith(bytes, end + 1, to, GP) || startsWith(bytes, end + 1, to, M)
}

function readsHeader(bytes: Uint8Array, from: number, to: number, line: Line): boolean {
  if (readsCapital(bytes, from, to, line) || readsNoId(bytes, from, to, line)) return true
  const at = findHeader(bytes, from, to)
  if (at === -1 || !readHeader(bytes, at, to, line) || line.open) return false
  line.argsStart = line.argsEnd = to
  line.weak = true
  return true
}

/** Of several goroutines, `countedIn` says how many, or of one whose id somebody left out. */
function readsNoId(bytes: Uint8Array, from: number, to: number, line: Line): boolean {
  let at = from
  while (isDigit(bytes[at])) at++
  if (at > from && startsWith(bytes, at, to, COUNTED)) at += COUNTED.length - 1
  else if (startsWith(bytes, from, to, HEADER)) {
    at = from + HEADER.length
    while (at < to && bytes[at] > SPACE && at - from < HEADER.length + LONGEST_ID) at++
    if (bytes[at++] !== SPACE) return false
  } else return false
  if (bytes[at] !== LEFT) return false
  const right = bytes.subarray(at, to).indexOf(RIGHT)
  line.open = right === -1
  line.nameStart = at + 1
  line.nameEnd = line.open ? to : at + right
  line.argsStart = line.argsEnd = to
  line.number = Number.NaN
  line.weak = true
  return true
}

/** How many goroutines a header stands for that begins as "48 goroutines [". */
export function countedIn(bytes: Uint8Array, line: Line): number {
  const { number } = line
  const end = readNumber(bytes, line.start, line.end, line)
  const count = end > line.start && end - line.start < 9 ? line.number : 1
  line.number = number
  return Math.max(1, count)
}

/** goleak's header, perhaps the first of its list "[Goroutine …", and Delve's, perhaps with its mark "* ". */
function readsCapital(bytes: Uint8Array, from: number, to: number, line: Line): boolean {
  let at = from
  while (at < to && (bytes[at] === LEFT || bytes[at] === 0x2a || bytes[at] === SPACE)) at++
  if (!startsWith(bytes, at, to, GOROUTINE)) return false
  const digits = at + GOROUTINE.length
  const end = readNumber(bytes, digits, to, line)
  if (end === digits) return false
  line.open = false
  line.nameStart = line.nameEnd = end
  line.argsStart = line.argsEnd = end
  if (startsWith(bytes, end, to, IN_STATE) && bytes[to - 1] === COLON) {
    line.nameStart = end + IN_STATE.length
    line.nameEnd = to - 1
    for (let i = line.nameStart; i < to; i++)
      if (startsWith(bytes, i, to, WITH)) line.nameEnd = Math.min(line.nameEnd, i)
    return true
  }
  line.weak = true
  if (!startsWith(bytes, end, to, DASH)) return end === to
  line.argsStart = end + DASH.length
  line.argsEnd = to
  if (bytes[to - 1] === RIGHT) readListed(bytes, to, line)
  return true
}

/** "… [chan receive 2m3s]" at the end of Delve's header: the time is one since the machine began, or since 1970. */
function readListed(bytes: Uint8Array, to: number, line: Line): void {
  let left = to - 1
  while (left > line.argsStart && bytes[left] !== LEFT) left--
  let end = to - 1
  while (end > left && bytes[end] !== SPACE) end--
  line.nameStart = left + 1
  line.nameEnd = end > left && isDigit(bytes[end + 1]) ? end : to - 1
  line.argsEnd = left
}

/** The frame in Delve's header, "User: /src/shop/cart.go:41 main.f (0x43a1c5)", which stands alone in its list. */
export function readListedFrame(bytes: Uint8Array, from: number, to: number, line: Line): boolean {
  let end = to
  while (end > from && bytes[end - 1] <= SPACE) end--
  if (bytes[end - 1] === CLOSE) while (end > from && bytes[end] !== OPEN) end--
  while (end > from && bytes[end - 1] <= SPACE) end--
  let name = end
  while (name > from && bytes[name - 1] > SPACE) name--
  let path = from
  while (path < name && bytes[path] !== SPACE) path++
  if (path >= name - 1 || !isName(bytes, name, end) || !readFileLine(bytes, path + 1, name - 1, line)) return false
  line.argsStart = line.nameStart
  line.argsEnd = line.nameEnd
  line.nameStart = name
  line.nameEnd = end
  return true
}

/** Delve: `main.f (/src/shop/main.go:41)` */
function readsFrame(bytes: Uint8Array, from: number, to: number, line: Line): boolean {
  let open = to - 1
  while (open > from && bytes[open] !== OPEN) open--
  if (bytes[open - 1] !== SPACE || !readFileLine(bytes, open + 1, to - 1, line)) return false
  line.argsStart = line.nameStart
  line.argsEnd = line.nameEnd
  line.nameStart = from
  line.nameEnd = open - 1
  return isName(bytes, from, open - 1)
}

/** Delve: `0  0x43a1c5 in main.f`; its file is on the next line. */
function readsNumberedCall(bytes: Uint8Array, from: number, to: number, line: Line): boolean {
  let at = from
  while (isDigit(bytes[at])) at++
  if (at === from || bytes[at] !== SPACE) return false
  while (bytes[at] === SPACE) at++
  if (!startsWith(bytes, at, to, HEX)) return false
  while (at < to && bytes[at] !== SPACE) at++
  if (!startsWith(bytes, at, to, IN)) return false
  line.nameStart = at + IN.length
  line.nameEnd = to
  line.argsStart = line.argsEnd = to
  line.weak = true
  return isName(bytes, line.nameStart, to)
}

/** `main.f(0x1)   <-- look here` */
function readsRemarkedCall(bytes: Uint8Array, from: number, to: number, line: Line): boolean {
  let tries = 0
  for (let at = from; at < to - 1 && tries < MAX_TRIES; at++) {
    if (bytes[at] !== CLOSE || (bytes[at + 1] !== SPACE && bytes[at + 1] !== TAB)) continue
    tries++
    if (!readCall(bytes, from, at + 1, line) || !isName(bytes, line.nameStart, line.nameEnd)) continue
    line.weak = true
    return true
  }
  return false
}

/** `main.(*cart).total   <-- look here`, where the arguments were left out, too. */
function readsRemarkedName(bytes: Uint8Array, from: number, to: number, line: Line): boolean {
  let end = from
  while (end < to && bytes[end] > SPACE) end++
  let at = end
  while (at < to && (bytes[at] === SPACE || bytes[at] === TAB)) at++
  // "<-", "←", "//", "# ": a word would be prose.
  if (at === to || (bytes[at] !== 0x3c && bytes[at] !== 0xe2 && bytes[at] !== SLASH && bytes[at] !== 0x23)) return false
  if (!isBareName(bytes, from, end)) return false
  line.nameStart = from
  line.nameEnd = end
  line.argsStart = line.argsEnd = end
  line.weak = true
  return true
}

/**
 * A file line whose path is a call, or its bare name, and the path: `main.(*cart).total(...)   cart.go:41`. Then the parts
 * are those of a frame.
 */
export function splitsFrame(bytes: Uint8Array, line: Line): boolean {
  const { nameStart: from, nameEnd: to } = line
  let path = to
  while (path > from && bytes[path - 1] > SPACE) path--
  let end = path
  while (end > from && bytes[end - 1] <= SPACE) end--
  if (end === from || path === to || bytes[from] === SLASH || bytes[from] === DOT) return false
  const isCall = bytes[end - 1] === CLOSE && readCall(bytes, from, end, line) && isName(bytes, from, line.nameEnd)
  // One blank may belong to the path of a file.
  if (!isCall && !(path - end > 1 && isBareName(bytes, from, end))) {
    line.nameStart = from
    line.nameEnd = to
    return false
  }
  line.nameStart = from
  if (!isCall) line.nameEnd = end
  line.argsStart = path
  line.argsEnd = to
  return true
}

/** `/src/shop/main.go:41 +0x5c <-- look here` */
function readsRemarkedFile(bytes: Uint8Array, from: number, to: number, line: Line): boolean {
  for (let at = from; at < to - GO_FILE.length; at++) {
    if (bytes[at] !== DOT || !startsWith(bytes, at, to, GO_FILE)) continue
    let end = at + GO_FILE.length
    if (!isDigit(bytes[end])) continue
    while (end < to && isDigit(bytes[end])) end++
    if (end < to && bytes[end] !== SPACE && bytes[end] !== TAB) return false
    return readFileLine(bytes, from, end, line)
  }
  return false
}

/** "…23 frames elided…", with the dots that a chat made of Go's. */
function isElided(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] !== DOT && bytes[from] !== 0xe2) return false
  for (let at = from; at < to; at++) if (startsWith(bytes, at, to, ELIDED)) return true
  return false
}

/** A function's name has its package before a dot, and neither spaces nor a colon; a word of prose has no dot within. */
export function isName(bytes: Uint8Array, from: number, to: number): boolean {
  let dot = false
  for (let at = from; at < to; at++) {
    const byte = bytes[at]
    if (byte <= SPACE || byte === COLON) return false
    if (byte === DOT && at > from && at < to - 1) dot = true
  }
  return dot
}

/** Where a file's path begins: behind an arrow, a tab that a log wrote as text, or Delve's "at ". */
export function pathStart(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] === SLASH) return from
  if (startsWith(bytes, from, to, AT)) return from + AT.length
  let at = from
  for (;;) {
    const size = junkSize(bytes, at, to)
    if (size === 0) return at < to ? at : from
    at += size
  }
}

const WRITTEN_TABS = [ascii('#011'), ascii('\\t'), ascii('^I')]

function junkSize(bytes: Uint8Array, at: number, to: number): number {
  if (at >= to) return 0
  for (const tab of WRITTEN_TABS) if (startsWith(bytes, at, to, tab)) return tab.length
  const byte = bytes[at]
  // Arrows, lines and dots of Unicode take three bytes from here on; so does a no-break space its two.
  if (byte === 0xe2) return 3
  if (byte === 0xc2 && bytes[at + 1] === 0xa0) return 2
  return byte <= SPACE || byte === 0x2d || byte === 0x3d || byte === 0x3e || byte === 0x7c || byte === 0x2a ? 1 : 0
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

/** "main.f(0x1, 0x": a call whose arguments do not end with its line, as where a log cuts long lines. */
export function isOpenCall(bytes: Uint8Array, from: number, to: number): boolean {
  let open = to - 1
  while (open > from && IS_ARG[bytes[open]] === 1) open--
  return bytes[open] === OPEN && open > from && isName(bytes, from, open)
}

/** Is it a method with a pointer for its receiver, `main.(*cart).total`? No word of prose looks so. */
export function isMethodName(bytes: Uint8Array, from: number, to: number): boolean {
  if (!isBareName(bytes, from, to)) return false
  for (let at = from; at < to; at++) if (startsWith(bytes, at, to, POINTER)) return true
  return false
}

/** A name without the parentheses of arguments, as gccgo prints a call: those of `(*cart)` stand between dots. */
export function isBareName(bytes: Uint8Array, from: number, to: number): boolean {
  if (startsWith(bytes, to - GO.length, to, GO)) return false
  for (let at = from; at < to; at++) {
    if (bytes[at] === OPEN && bytes[at - 1] !== DOT) return false
    if (bytes[at] === CLOSE && (bytes[at + 1] !== DOT || at + 1 >= to)) return false
  }
  return isName(bytes, from, to)
}
