/**
 * Reads traces of Go 1.11 to 1.21.
 *
 *  1. `scan.ts` passes over the bytes once: batches, definitions, samples, true ends of system calls, damage
 *  2. `symbols.ts` turns strings and stacks into rows
 *  3. `order.ts` merges the procs' events, each proc's read by a cursor, without keeping them
 *  4. `convert.ts` makes the model of them on the way
 *
 * The whole trace is one generation; its strings, its stacks and the frequency of its clock come at the end.
 */
import { FormatError } from '../../base/errors.ts'
import { Meter, type OnProgress } from '../../base/progress.ts'
import { TraceBuilder } from '../build.ts'
import { EventKind, type Trace } from '../tables.ts'
import { Complaints } from './complaints.ts'
import { Converter } from './convert.ts'
import type { Source } from './cursor.ts'
import { Goroutines } from './goroutines.ts'
import { Order } from './order.ts'
import { isPlausible, Scan } from './scan.ts'
import { specOf } from './spec.ts'
import { Symbols } from './symbols.ts'

/** Where the footer is missing: most machines count 2 to 3 GHz, and `traceTickDiv` is 64 on amd64 (`runtime/trace.go`). */
const ASSUMED_TICKS_PER_SECOND = 2.5e9 / 64
/** Clocks of different processors are at most that far apart, unless something is lost. */
const SLACK_SECONDS = 0.001
/** The bytes are passed over twice: by `Scan`, and by the cursors of `Order`. */
const PASSES = 2

/**
 * Reads an (uncompressed) trace with a header of go 1.11, 1.19 or 1.21. What is lost stands in `problems`; throws
 * `FormatError` where there is no event at all, and no footer that says so.
 */
export function readV1(bytes: Uint8Array, version: number, onProgress?: OnProgress): Trace {
  const complaints = new Complaints()
  const meter = new Meter(bytes.length, onProgress, PASSES)
  const scan = new Scan(bytes, version, complaints, meter)
  scan.run()
  if (scan.batches.start.length === 0 && scan.ticksPerSecond === 0) throw nothingIn(bytes, scan)
  const builder = new TraceBuilder(bytes, scan.spans)
  builder.reserve(scan.created, scan.logs)
  for (const { offset, message, lost } of scan.damage) builder.problem(offset, message, lost)
  const symbols = new Symbols(bytes, builder, scan, complaints)
  const durationNs = convert(bytes, version, scan, symbols, builder, complaints, meter)
  if (scan.ticksPerSecond === 0) noFooter(builder, bytes.length)
  else if (!isPlausible(scan.ticksPerSecond)) oddClock(builder, scan.ticksPerSecond)
  complaints.report(builder)
  const trace = builder.freeze(version, durationNs)
  meter.end()
  return trace
}

function convert(
  bytes: Uint8Array,
  version: number,
  scan: Scan,
  symbols: Symbols,
  builder: TraceBuilder,
  complaints: Complaints,
  meter: Meter,
): number {
  const goroutines = new Goroutines(scan.created)
  const ticksPerSecond = scan.ticksPerSecond || ASSUMED_TICKS_PER_SECOND
  const source: Source = {
    bytes,
    spec: specOf(version),
    batches: scan.batches,
    endTicks: scan.endTicks,
    goroutines,
    complaints,
    meter,
    slack: ticksPerSecond * SLACK_SECONDS,
  }
  const converter = new Converter(builder, symbols, scan, goroutines, complaints, version, ticksPerSecond)
  const order = new Order(source, scan, converter)
  converter.order = order
  builder.generation(0)
  order.run()
  converter.finish()
  builder.eventCounts[EventKind.sync] = converter.clock.hasBegun ? 2 : 1
  return converter.clock.nowNs
}

function nothingIn(bytes: Uint8Array, scan: Scan): FormatError {
  const { message, offset } = scan.damage[0] ?? { message: 'it ends behind its header', offset: bytes.length }
  return new FormatError(`the trace has no event that can be read: at byte ${offset}, ${message}`, offset)
}

function noFooter(builder: TraceBuilder, size: number): void {
  builder.problem(
    size,
    `expected the frequency of the clock at the end of the trace, found the end of the input at byte ${size}`,
    'the newest events, the stacks and most names are missing; times assume 2.5 GHz and may be wrong by a factor of two',
  )
}

function oddClock(builder: TraceBuilder, ticksPerSecond: number): void {
  const message = `expected a clock of 50 kHz to 1 GHz, found one of ${ticksPerSecond} ticks a second`
  builder.problem(0, message, 'nothing is left out; all times may be wrong by the same factor')
}
