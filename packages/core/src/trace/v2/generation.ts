/**
 * The tables of one generation: its strings, stacks, CPU samples and clock (`internal/trace/generation.go`). Pure
 * data; ids of the generation become rows of the whole trace here. A damaged table costs its rest, not the generation.
 */
import type { Meter } from '../../base/progress.ts'
import type { TraceBuilder } from '../build.ts'
import type { Batch, Generation, Report } from './batches.ts'
import { IdMap, UNDEFINED_ID } from './idmap.ts'
import { Ev, MAX_FRAMES, MAX_STRING_SIZE, Varints } from './wire.ts'

/** CPU samples of one generation, in order of time. Columns; ids as they were written. */
export type Samples = {
  readonly length: number
  readonly timeNs: Float64Array // since the clock's zero
  readonly thread: Float64Array
  readonly proc: Float64Array
  readonly goroutine: Float64Array
  readonly stack: Float64Array // id of the generation
}

const NO_SAMPLES: Samples = {
  length: 0,
  timeNs: new Float64Array(0),
  thread: new Float64Array(0),
  proc: new Float64Array(0),
  goroutine: new Float64Array(0),
  stack: new Float64Array(0),
}

/**
 * Nanoseconds a clock unit where a trace lost its frequency: `runtime/tracetime.go` divides the clock by 64 on all
 * but a few platforms.
 */
const USUAL_NS_PER_UNIT = 64

/** What a short string takes: type, id, length and a few letters. Room for as many costs nothing until it is used. */
const SHORT_STRING = 8

export class GenerationTables {
  /** String ids to rows in strings, as they were added: `StringInterner.canonical` before rows are compared. */
  readonly strings = new IdMap(0)
  /** Stack ids to rows in stacks; 0 is no stack. */
  readonly stacks = new IdMap(-1)
  /** String ids to rows in reasons, filled when a reason is met; UNDEFINED_ID before. */
  readonly reasons = new IdMap(0)
  samples: Samples = NO_SAMPLES
  nsPerUnit = 0
  clock: { time: number; unixNs: number } | undefined

  private readonly builder: TraceBuilder
  private readonly report: Report
  private readonly meter: Meter
  private readonly version: number
  private readonly v: Varints
  private readonly frames = new Int32Array(MAX_FRAMES)

  constructor(bytes: Uint8Array, version: number, builder: TraceBuilder, report: Report, meter: Meter) {
    this.version = version
    this.builder = builder
    this.report = report
    this.meter = meter
    this.v = new Varints(bytes)
  }

  /** Reads all tables of `generation`; what was read of the one before is forgotten. */
  read(generation: Generation): void {
    this.strings.clear()
    this.stacks.clear()
    this.reasons.clear()
    this.clock = undefined
    const before = this.nsPerUnit
    this.nsPerUnit = 0
    for (const batch of generation.syncs) this.readSync(batch)
    if (this.nsPerUnit === 0) {
      this.nsPerUnit = before || USUAL_NS_PER_UNIT
      const used = before ? 'that of the generation before is used' : `${USUAL_NS_PER_UNIT} ns a unit is assumed`
      this.report(generation.offset, 'no frequency event found', `the clock of generation ${generation.gen}: ${used}`)
    }
    if (this.version >= 25 && this.clock === undefined)
      this.report(generation.offset, 'no clock snapshot event found', `the wall clock of generation ${generation.gen}`)
    const stringBytes = generation.strings.reduce((sum, batch) => sum + batch.end - batch.start, 0)
    this.builder.strings.reserve(Math.ceil(stringBytes / SHORT_STRING))
    for (const batch of generation.strings) {
      this.readStrings(batch)
      this.meter.add(batch.end - batch.start)
    }
    for (const batch of generation.stacks) {
      this.readStacks(batch)
      this.meter.add(batch.end - batch.start)
    }
    this.samples = generation.samples.length === 0 ? NO_SAMPLES : this.readSamples(generation.samples)
  }

  private lost(at: number, message: string, batch: Batch, what: string): void {
    this.report(at, message, `${what}: ${batch.end - at} bytes of a table`)
  }

  private readSync(batch: Batch): void {
    const v = this.v.at(batch.start, batch.end)
    if (this.version >= 25) v.byte()
    let time = batch.time
    while (v.pos < v.end) {
      const at = v.pos
      const type = v.byte()
      if (type === Ev.frequency) {
        const unitsPerSecond = v.next()
        if (this.nsPerUnit !== 0) this.report(at, 'found multiple frequency events', 'nothing: the first one is used')
        else if (unitsPerSecond > 0) this.nsPerUnit = 1 / (unitsPerSecond / 1e9)
      } else if (type === Ev.clockSnapshot && this.version >= 25) {
        time += v.next()
        v.next() // the monotonic clock: nothing here compares with it
        const sec = v.next()
        const nsec = v.next()
        if (this.clock !== undefined)
          this.report(at, 'found multiple clock snapshot events', 'nothing: the first one is used')
        else if (!v.bad) this.clock = { time, unixNs: sec * 1e9 + nsec }
      } else return this.lost(at, `expected frequency or clock snapshot event, got ${type}`, batch, 'the clock')
      if (v.bad) return this.lost(at, 'a clock event that is cut', batch, 'the clock')
    }
  }

  private readStrings(batch: Batch): void {
    const v = this.v.at(batch.start + 1, batch.end)
    while (v.pos < v.end) {
      const at = v.pos
      const type = v.byte()
      if (type !== Ev.string) return this.lost(at, `expected string event, got ${type}`, batch, 'strings')
      const id = v.next()
      const size = v.next()
      if (v.bad) return this.lost(at, 'a string that is cut', batch, 'strings')
      if (size > MAX_STRING_SIZE)
        return this.lost(at, `invalid string size ${size}, maximum is ${MAX_STRING_SIZE}`, batch, 'strings')
      if (v.pos + size > v.end)
        return this.lost(at, `failed to read full string: read ${v.end - v.pos} but wanted ${size}`, batch, 'strings')
      const row = size === 0 ? 0 : this.builder.strings.add(v.pos, size)
      v.pos += size
      if (!this.strings.set(id, row)) this.report(at, `multiple strings with the same ID: id=${id}`, 'the later one')
    }
  }

  private readStacks(batch: Batch): void {
    const v = this.v.at(batch.start + 1, batch.end)
    while (v.pos < v.end) {
      const at = v.pos
      const type = v.byte()
      if (type !== Ev.stack) return this.lost(at, `expected stack event, got ${type}`, batch, 'stacks')
      const id = v.next()
      const count = v.next()
      if (v.bad) return this.lost(at, 'a stack that is cut', batch, 'stacks')
      if (count > MAX_FRAMES)
        return this.lost(at, `invalid stack size ${count}, maximum is ${MAX_FRAMES}`, batch, 'stacks')
      const invalid = this.readFrames(count)
      if (v.bad) return this.lost(at, `a stack (id ${id}) that is cut`, batch, 'stacks')
      if (invalid !== '') this.report(at, `${invalid} for stack ${id}`, 'the name: it is shown as empty')
      const row = this.builder.stacks.stack(this.frames, count)
      if (!this.stacks.set(id, row)) this.report(at, `multiple stacks with the same ID: id=${id}`, 'the later one')
    }
  }

  /** Reads `count` frames into `this.frames`; says which string is missing, if one is. */
  private readFrames(count: number): string {
    const { v, strings } = this
    let invalid = ''
    for (let i = 0; i < count; i++) {
      v.next() // the program counter: function, file and line say more
      const functionId = v.next()
      const fileId = v.next()
      const line = v.next()
      let functionRow = this.builder.strings.canonical(strings.get(functionId))
      let fileRow = this.builder.strings.canonical(strings.get(fileId))
      if (functionRow === UNDEFINED_ID) invalid = `found invalid func string ID ${functionId}`
      if (fileRow === UNDEFINED_ID) invalid = `found invalid file string ID ${fileId}`
      if (functionRow < 0) functionRow = 0
      if (fileRow < 0) fileRow = 0
      if (!v.bad) this.frames[i] = this.builder.stacks.frameRow(functionRow, fileRow, line)
    }
    return invalid
  }

  private readSamples(batches: readonly Batch[]): Samples {
    const bytes = batches.reduce((sum, batch) => sum + batch.end - batch.start, 0)
    // A sample takes a type byte and five varints: six bytes at least.
    const raw = new Float64Array(Math.ceil(bytes / 6) * 5)
    let length = 0
    for (const batch of batches) {
      const v = this.v.at(batch.start + 1, batch.end)
      while (v.pos < v.end) {
        const at = v.pos
        const type = v.byte()
        for (let i = 0; i < 5; i++) raw[length * 5 + i] = v.next()
        if (type !== Ev.cpuSample || v.bad) {
          this.lost(at, `expected CPU sample event, got ${type}`, batch, 'CPU samples')
          break
        }
        length++
      }
    }
    return this.sortSamples(raw, length)
  }

  private sortSamples(raw: Float64Array, length: number): Samples {
    const order = Uint32Array.from({ length }, (_, i) => i).sort((a, b) => raw[a * 5] - raw[b * 5] || a - b)
    const column = (k: number) => Float64Array.from(order, i => raw[i * 5 + k])
    return {
      length,
      timeNs: column(0).map(time => Math.floor(time * this.nsPerUnit)),
      thread: column(1),
      proc: column(2),
      goroutine: column(3),
      stack: column(4),
    }
  }
}
