/**
 * Go's text form of v2 traces ⇄ the bytes of the wire, so that a person can write a trace by hand and look into one.
 * One line an event, in the order of the file; nothing is checked beyond the form, nothing is reordered.
 *
 *   Trace Go1.22
 *   EventBatch gen=1 m=18446744073709551615 time=0 size=5
 *   Frequency freq=15625000          # the batch's `size` may be left out: it is counted then
 *   String id=5
 *   	data="hello\x00"
 *   Stack id=5 nframes=1
 *   	pc=1241251 func=3 file=6 line=124
 *
 * Facts: `internal/trace/raw/doc.go`, `textreader.go`, `textwriter.go`; fixtures: `internal/trace/testtrace`.
 */
import { FormatError } from '../base/errors.ts'
import { EVENT_SPECS, type EventName, type EventSpec, EventType, specOf } from './events.ts'
import { HEADER_SIZE, readHeader, TRACE_VERSIONS } from './header.ts'
import { quote, unquote } from './quoted.ts'

const FRAME_FIELDS = ['pc', 'func', 'file', 'line']
const MAX_UINT64 = (1n << 64n) - 1n
/** Fewer digits than 2^53 has, so that a plain number holds them. */
const SAFE_DIGITS = 15

/** What Go's own test files say of a trace: it is readable, or how it is not. */
export type Fixture = {
  /** `pattern` (of a failure) is a regular expression for the message. */
  readonly expect: { readonly success: boolean; readonly pattern?: string }
  readonly trace: Uint8Array
}

/** Reads a `.test` file: a part `-- expect --` (SUCCESS, or FAILURE "pattern"), then a part `-- trace --`. */
export function readFixture(text: string): Fixture {
  const parts = /^-- expect --\r?\n([^\n]*)\n(?:[\s\S]*?\n)??-- trace --\r?\n/m.exec(text)
  if (!parts) throw new FormatError('expected a fixture with the parts "-- expect --" and "-- trace --"')
  const expectation = /^(SUCCESS|FAILURE)(?: (.*))?$/.exec(parts[1].trim())
  if (!expectation) throw new FormatError(`expected SUCCESS or FAILURE "pattern", found ${JSON.stringify(parts[1])}`)
  const [, word, pattern = ''] = expectation
  const trace = traceFromText(text.slice(parts.index + parts[0].length))
  if (word === 'SUCCESS') return { expect: { success: true }, trace }
  return { expect: { success: false, pattern: new TextDecoder().decode(unquote(pattern)) }, trace }
}

/** The bytes of a trace given as text, or of the trace in a `.test` file. Errors name the line. */
export function traceFromText(text: string): Uint8Array {
  if (/^-- expect --/m.test(text.slice(0, 4096))) return readFixture(text).trace
  const lines = new Lines(text)
  const header = lines.next()?.match(/^\s*Trace\s+Go1\.(\d+)\s*(?:#.*)?$/)
  const version = Number(header?.[1])
  if (!header || version < 22 || !TRACE_VERSIONS.includes(version))
    throw lines.error('expected "Trace Go1.22" (or 1.23, 1.25, 1.26) in the first line')
  const writer = new WireWriter(version)
  for (let line = lines.next(); line !== undefined; line = lines.next()) writeEvent(writer, version, line, lines)
  return writer.finish()
}

function writeEvent(writer: WireWriter, version: number, line: string, lines: Lines): void {
  const [name, ...fields] = tokens(line)
  const type = Object.hasOwn(EventType, name) ? EventType[name as EventName] : 0
  const spec = specOf(type, version)
  if (!spec) throw lines.error(`Go 1.${version} has no event ${JSON.stringify(name)}`)
  const counted = type === EventType.EventBatch && fields.length === spec.args.length - 1
  const values = numbers(fields, counted ? spec.args.slice(0, -1) : spec.args, lines)
  const frames: Value[] = []
  if (spec.isStack) readFrames(Number(values[1]), lines, frames)
  const data = spec.hasData ? readData(lines) : undefined
  writer.event(type, [...values, ...frames], data, counted)
}

function readFrames(count: number, lines: Lines, into: Value[]): void {
  for (let i = 0; i < count; i++) {
    const line = lines.next()
    if (line === undefined) throw lines.error(`the text ends inside a stack: expected ${count} frames, found ${i}`)
    into.push(...numbers(tokens(line), FRAME_FIELDS, lines))
  }
}

function readData(lines: Lines): Uint8Array {
  const line = lines.next()
  const match = line?.match(/^\s*data\s*=(.*)$/)
  if (!match) throw lines.error('expected a line data="…" behind the event')
  try {
    return unquote(match[1].trim())
  } catch (error) {
    throw lines.error((error as Error).message)
  }
}

/** A number of the wire: a bigint from 2^53 on. */
type Value = number | bigint

function numbers(fields: readonly string[], names: readonly string[], lines: Lines): Value[] {
  if (fields.length !== names.length)
    throw lines.error(`expected the arguments ${names.join(', ') || '(none)'}, found ${fields.join(' ') || '(none)'}`)
  return fields.map((field, i) => {
    const match = /^(.+)=(\d{1,20})$/.exec(field)
    if (match?.[1] !== names[i]) throw lines.error(`expected ${names[i]}=NUMBER, found ${field}`)
    if (match[2].length <= SAFE_DIGITS) return Number(match[2])
    const value = BigInt(match[2])
    if (value > MAX_UINT64) throw lines.error(`${field} does not fit into 64 bits`)
    return value
  })
}

/** Words of a line up to a comment. */
function tokens(line: string): string[] {
  return line
    .replace(/#.*$/, '')
    .split(/\s+/)
    .filter(word => word !== '')
}

/** Lines that are neither empty nor comments, with their numbers for errors. */
class Lines {
  private readonly lines: readonly string[]
  private at = 0

  constructor(text: string) {
    this.lines = text.split('\n')
  }

  next(): string | undefined {
    while (this.at < this.lines.length) {
      const line = this.lines[this.at++].replace(/\r$/, '')
      if (/^\s*[^\s#]/.test(line)) return line
    }
    return undefined
  }

  error(message: string): FormatError {
    const offset = this.lines.slice(0, this.at - 1).reduce((sum, line) => sum + line.length + 1, 0)
    return new FormatError(`line ${this.at} of the trace's text: ${message}`, offset)
  }
}

/** Bytes that grow, with the batch whose size is still unknown held back. */
class WireWriter {
  private bytes = new Uint8Array(4096)
  private length = 0
  private held: { readonly at: number } | undefined

  constructor(version: number) {
    this.raw(new TextEncoder().encode(`go 1.${version} trace\0\0\0`))
  }

  /** `counted`: a batch whose last argument, the size, is to be found out. */
  event(type: number, values: readonly Value[], data: Uint8Array | undefined, counted: boolean): void {
    if (ENDS_BATCH.includes(type)) this.closeBatch()
    this.byte(type)
    for (const value of values) this.number(value)
    if (counted) this.held = { at: this.length }
    if (!data) return
    this.number(data.length)
    this.raw(data)
  }

  finish(): Uint8Array {
    this.closeBatch()
    return this.bytes.slice(0, this.length)
  }

  private closeBatch(): void {
    if (!this.held) return
    const body = this.bytes.slice(this.held.at, this.length)
    this.length = this.held.at
    this.held = undefined
    this.number(body.length)
    this.raw(body)
  }

  private number(value: Value): void {
    let rest = value
    for (; typeof rest === 'bigint' && rest > Number.MAX_SAFE_INTEGER; rest >>= 7n) this.byte(Number(rest & 127n) | 128)
    let small = Number(rest)
    for (; small > 127; small = Math.floor(small / 128)) this.byte((small % 128) | 128)
    this.byte(small)
  }

  private byte(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  private raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const bigger = new Uint8Array((this.length + more) * 2)
    bigger.set(this.bytes)
    this.bytes = bigger
  }
}
const ENDS_BATCH: readonly number[] = [EventType.EventBatch, EventType.ExperimentalBatch, EventType.EndOfGeneration]

/** The text of a v2 trace, event for event. Throws `FormatError` at the first byte that is no event. */
export function traceToText(bytes: Uint8Array): string {
  const version = readHeader(bytes)
  if (version < 22) throw new FormatError(`the format go 1.${version} has no text form; go 1.22 and later have`)
  const parts = [`Trace Go1.${version}`]
  const cursor = { bytes, at: HEADER_SIZE }
  while (cursor.at < bytes.length) {
    const type = bytes[cursor.at]
    const spec = specOf(type, version)
    if (!spec) throw new FormatError(`expected an event, found the byte ${type}${newer(type, version)}`, cursor.at)
    cursor.at++
    eventText(cursor, spec, parts)
  }
  return `${parts.join('\n')}\n`
}

type WireCursor = { readonly bytes: Uint8Array; at: number }

function eventText(cursor: WireCursor, spec: EventSpec, parts: string[]): void {
  const values = spec.args.map(() => readNumber(cursor))
  parts.push([spec.name, ...spec.args.map((arg, i) => `${arg}=${values[i]}`)].join(' '))
  // A frame takes four bytes at least, so a wrong count ends with the input.
  for (let i = 0; spec.isStack && i < values[1]; i++)
    parts.push(`\t${FRAME_FIELDS.map(field => `${field}=${readNumber(cursor)}`).join(' ')}`)
  if (!spec.hasData) return
  const size = Number(readNumber(cursor))
  if (size > cursor.bytes.length - cursor.at)
    throw new FormatError(
      `expected ${size} bytes of data, found ${cursor.bytes.length - cursor.at} up to the end`,
      cursor.at,
    )
  parts.push(`\tdata=${quote(cursor.bytes.subarray(cursor.at, cursor.at + size))}`)
  cursor.at += size
}

function readNumber(cursor: WireCursor): Value {
  const first = cursor.bytes[cursor.at]
  if (first < 128) {
    cursor.at++
    return first
  }
  let value = 0n
  for (let shift = 0n; shift < 70n; shift += 7n) {
    if (cursor.at >= cursor.bytes.length) throw new FormatError('the trace ends inside a number', cursor.at)
    const byte = cursor.bytes[cursor.at++]
    value |= BigInt(byte & 127) << shift
    if (byte < 128 && value <= MAX_UINT64) return value
  }
  throw new FormatError('found a number of more than 64 bits', cursor.at)
}

function newer(type: number, version: number): string {
  const spec = EVENT_SPECS[type]
  return spec ? ` (${spec.name}, which go 1.${version} does not have)` : ''
}
