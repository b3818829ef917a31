/**
 * The first pass over the bytes: where each proc's batches are, where strings and stacks are defined, and what stands
 * elsewhere than where it happened: CPU samples and the true ends of system calls. It checks the shape of every event,
 * so that the second pass need not, and finds its way again behind damage. Nothing is kept per ordinary event.
 */
import { type Column, f64, i32, u32 } from '../../base/column.ts'
import type { Problem } from '../../base/errors.ts'
import type { Meter } from '../../base/progress.ts'
import { HEADER_SIZE } from '../header.ts'
import { Batches } from './batches.ts'
import type { Complaints } from './complaints.ts'
import { Ev, LENGTH_FIRST, type Spec, specOf } from './spec.ts'

/** As `parser.go` has it for both kinds of string. */
const MAX_STRING = 1_000_000
/** `parser.go` allows 2,048; deep stacks of inlined functions may need more than it foresaw. */
const MAX_LENGTH = 1 << 14
/** A buffer of the runtime (`traceBuf` in `runtime/trace.go`) has 64 KB: damage that is longer ate other batches too. */
const BUFFER_SIZE = 1 << 16
/** What is said of events that the end of the input may have cut. */
const ENDLESS = 'that does not end'
/** How many events must follow in good order before bytes behind damage are believed to be a batch. */
const BELIEVED = 4

export type Samples = {
  readonly ticks: Column<Float64Array>
  readonly pid: Column<Int32Array> // -1: none
  readonly goroutine: Column<Float64Array>
  readonly stack: Column<Uint32Array>
}

/** What the first pass finds. */
export class Scan {
  readonly batches: Batches
  readonly strings = f64()
  readonly stacks = f64()
  readonly samples: Samples = { ticks: f64(), pid: i32(), goroutine: f64(), stack: u32() }
  readonly exits = { goroutine: f64(), ticks: f64() }
  readonly damage: Problem[] = []
  ticksPerSecond = 0
  /**
   * No event is later: stacks are written when the tracing has stopped, into batches of their own (`traceStackTable.dump`
   * in `runtime/trace.go`). Infinite where there are none.
   */
  endTicks = Number.POSITIVE_INFINITY
  /** An upper bound of the spans that will come of this. */
  spans = 0
  /** How many goroutines are created, or listed as created before. */
  created = 0
  logs = 0

  private readonly bytes: Uint8Array
  private readonly spec: Spec
  private readonly complaints: Complaints
  private readonly meter: Meter
  private pos = HEADER_SIZE
  // The offsets of the last two events.
  private before = 0
  private doubted = 0
  private found = -1 // where the newest search for a batch ended
  // The batch that is being read.
  private start = -1
  private proc = -1
  private ticks = 0
  private timed = 0
  // Reading ahead to see whether bytes make sense must leave no traces; and it may not become the main occupation.
  private trying = false
  private patience: number

  constructor(bytes: Uint8Array, version: number, complaints: Complaints, meter: Meter) {
    this.bytes = bytes
    this.spec = specOf(version)
    this.complaints = complaints
    this.meter = meter
    this.batches = new Batches(complaints)
    this.patience = bytes.length * 8 + 4096
  }

  run(): void {
    while (this.pos < this.bytes.length) {
      const at = this.pos
      const fault = this.event(at)
      if (fault !== '') this.recover(at, fault)
      this.doubted = this.before
      this.before = at
    }
    this.endBatch(this.bytes.length, false)
    this.settle()
  }

  /** Steps over one event; '' or what is wrong with it. */
  private event(at: number): string {
    const head = this.bytes[at]
    const type = head & 63
    this.pos = at + 1
    if (type === Ev.batch && head >> 6 === 1) return this.batch(at)
    if (this.start < 0) return 'an event outside of any batch'
    if (type === Ev.string) return this.string(at)
    if (this.spec.head[type] !== head >> 6) return `no event begins with byte ${head}`
    if (head >> 6 === LENGTH_FIRST) return this.long(at, type)
    for (let n = this.spec.values[type]; n > 0; n--) if (!this.skip()) return `a number ${ENDLESS}`
    if (this.trying) return ''
    if (type === Ev.frequency) this.frequency(this.peek(at + 1))
    else if (type !== Ev.timerGoroutine) this.ordinary(type)
    if (type === Ev.goSysExitLocal) this.exit(at + 1)
    return ''
  }

  /** The last one counts, as in Go's parser; but one that no machine has counts only where nothing better is found. */
  private frequency(ticksPerSecond: number): void {
    if (isPlausible(ticksPerSecond) || !isPlausible(this.ticksPerSecond)) this.ticksPerSecond = ticksPerSecond
  }

  private ordinary(type: number): void {
    this.timed++
    if (type >= Ev.goCreate && type <= Ev.goBlockGC) this.spans++
    if (type === Ev.goSysCall) this.spans++
    if (type === Ev.goCreate) this.created++
    if (type === Ev.log) this.logs++
  }

  private batch(at: number): string {
    const pid = this.number()
    if (Number.isNaN(pid)) return `a proc ${ENDLESS}`
    if (pid > 0x7fffffff && pid < 2 ** 64) return 'a batch of no possible proc'
    const ticks = this.number()
    if (Number.isNaN(ticks)) return `a time ${ENDLESS}`
    if (!this.batches.isNear(ticks)) return 'a batch hours away from all others'
    if (this.trying) return Math.abs(lengthOf(ticks) - lengthOf(this.batches.base)) <= 1 ? '' : 'a time of another size'
    this.endBatch(at, false)
    this.batches.met(ticks, at !== this.found)
    this.start = at
    this.ticks = ticks
    this.proc = this.batches.proc(pid >= 2 ** 64 ? -1 : pid, at)
    return ''
  }

  /** Notes the batch that ends here. One without events of its own proc (strings, stacks, samples) is of no use later. */
  private endBatch(end: number, inDamage: boolean): void {
    const { start, proc } = this
    if (start >= 0 && start === this.found && !inDamage) this.batches.trust(this.ticks)
    if (start >= 0 && proc >= 0 && this.timed > 0)
      this.batches.add(proc, start, end, this.ticks, inDamage && start === this.found)
    this.start = -1
    this.timed = 0
    this.meter.to(end)
  }

  /** What only the whole trace can tell. */
  private settle(): void {
    const { batches } = this
    if (this.endTicks < batches.latest) this.endTicks = Number.POSITIVE_INFINITY
    this.endTicks = Math.min(this.endTicks, batches.latest + batches.maxGap)
    if (!batches.damaged) return
    if (!isPlausible(this.ticksPerSecond)) this.ticksPerSecond = 0
    batches.dropFalse()
  }

  /** A string's definition: id, length, bytes. */
  private string(at: number): string {
    if (!this.skip()) return `a string's id ${ENDLESS}`
    const fault = this.text()
    if (fault === '' && !this.trying) this.strings.push(at + 1)
    return fault
  }

  private text(): string {
    const size = this.number()
    if (Number.isNaN(size)) return `a length ${ENDLESS}`
    if (size > MAX_STRING) return `a string of ${size} bytes`
    if (this.pos + size > this.bytes.length) return `a string ${ENDLESS}`
    this.pos += size
    return ''
  }

  /** An event that says how long it is. */
  private long(at: number, type: number): string {
    const size = this.number()
    if (Number.isNaN(size)) return `a length ${ENDLESS}`
    if (size > MAX_LENGTH) return `an event of ${size} bytes`
    const from = this.pos
    const end = from + size
    if (end > this.bytes.length) return `an event ${ENDLESS}`
    let count = 0
    for (let i = from; i < end; i++) if (this.bytes[i] < 128) count++
    if (this.trying) this.patience -= size
    if (size > 0 && this.bytes[end - 1] > 127) return `a number ${ENDLESS}`
    this.pos = end
    if (type === Ev.stack) return this.stack(at, from, count)
    if (count !== this.spec.values[type]) return `an event of type ${type} with ${count} values`
    if (type === Ev.log) {
      const fault = this.text()
      if (fault !== '') return fault
    }
    if (!this.trying) this.remember(type, from)
    return ''
  }

  private stack(at: number, from: number, count: number): string {
    if (count < 2 || (count - 2) % 4 !== 0) return `a stack of ${count} numbers`
    const end = this.pos
    this.pos = from
    this.skip()
    const frames = this.number()
    this.pos = end
    if (frames * 4 + 2 !== count) return `a stack of ${frames} frames in ${count} numbers`
    if (this.trying) return ''
    if (this.stacks.length === 0 && this.start !== this.found) this.endTicks = this.ticks
    this.stacks.push(at)
    return ''
  }

  /** Samples and ends of system calls tell of another time than that of the batch they stand in. */
  private remember(type: number, from: number): void {
    if (type !== Ev.cpuSample) this.ordinary(type)
    if (type === Ev.cpuSample) this.sample(from)
    if (type === Ev.goSysExit) this.exit(from)
  }

  /** The values are Δtime, goroutine, [sequence number], ticks, and end at `pos`. */
  private exit(from: number): void {
    const end = this.pos
    this.pos = from
    this.skip()
    const goroutine = this.number()
    let ticks = this.number()
    if (this.pos < end) ticks = this.number()
    this.pos = end
    if (ticks === 0) return // it returned before the trace began: `exitsyscall` in `runtime/proc.go`
    this.exits.goroutine.push(goroutine)
    this.exits.ticks.push(ticks)
  }

  /** The values are Δtime, ticks, proc, goroutine, stack, and end at `pos`. */
  private sample(at: number): void {
    const end = this.pos
    this.pos = at
    this.skip()
    const ticks = this.number()
    const pid = this.number()
    const goroutine = this.number()
    const stack = this.number()
    this.pos = end
    if (!(Math.abs(ticks - this.batches.base) <= this.batches.maxGap)) {
      this.complaints.note('samples', at)
      return
    }
    this.samples.ticks.push(ticks)
    this.samples.pid.push(pid > 0x7fffffff ? -1 : pid)
    this.samples.goroutine.push(goroutine)
    this.samples.stack.push(stack % 2 ** 32)
  }

  /**
   * What was read of the batch stays, less the last two events: damage is noticed where it makes no sense, which may be
   * an event or two late. The reading goes on with the next batch that makes sense.
   */
  private recover(at: number, fault: string): void {
    const { start, proc, batches } = this
    const wasDamaged = batches.damaged
    batches.damaged = true
    const end = this.nextBatch(at + 1)
    const isCut = end === this.bytes.length && fault.endsWith(ENDLESS)
    batches.damaged = wasDamaged || !isCut
    const from = isCut || start < 0 ? at : Math.max(this.doubted, start)
    this.start = start
    this.endBatch(from, true)
    this.pos = this.found = end
    batches.lost(end - (start < 0 ? at : start) > BUFFER_SIZE ? -1 : proc)
    if (this.damage.length > 100) return
    const next = end === this.bytes.length ? 'all up to the end' : `up to the next batch at byte ${end}`
    const found = isCut ? `the end of the input in the middle of one` : fault
    const lost = `${end - from} bytes are left out: ${next}`
    this.damage.push({ offset: at, message: `expected an event, found ${found}`, lost })
  }

  /** The offset of the next batch at or behind `from` that is followed by sound events; the end if there is none. */
  private nextBatch(from: number): number {
    const { bytes } = this
    const head = Ev.batch | (1 << 6)
    for (let at = bytes.indexOf(head, from); at >= 0; at = bytes.indexOf(head, at + 1))
      if (this.makesSense(at)) return at
    return bytes.length
  }

  private makesSense(at: number): boolean {
    if (this.patience < 0) return true
    this.trying = true
    this.pos = at + 1
    this.start = at
    let fault = this.batch(at)
    for (let n = 0; n < BELIEVED && fault === '' && this.pos < this.bytes.length; n++) fault = this.event(this.pos)
    this.trying = false
    this.start = -1
    this.patience -= 16
    return fault === ''
  }

  /** Steps over a number; false where it has more than ten bytes or the input ends. */
  private skip(): boolean {
    const { bytes } = this
    const limit = Math.min(this.pos + 10, bytes.length)
    for (let i = this.pos; i < limit; i++) {
      if (bytes[i] < 128) {
        this.pos = i + 1
        return true
      }
    }
    return false
  }

  /** The next number; NaN where it has more than ten bytes or the input ends. All ones (-1) comes as 2^64. */
  private number(): number {
    const from = this.pos
    return this.skip() ? this.peek(from) : Number.NaN
  }

  private peek(from: number): number {
    let value = 0
    let scale = 1
    for (let i = from; ; i++) {
      const byte = this.bytes[i]
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
  }
}

/** The slowest counters tick at 1 MHz, the fastest at 5 GHz, and `traceTickDiv` divides by 16 or 64. */
export function isPlausible(ticksPerSecond: number): boolean {
  return ticksPerSecond >= 5e4 && ticksPerSecond <= 1e9
}

/** How many bytes a number takes: ASCII text looks like numbers of one byte, times of a machine that is up take six. */
function lengthOf(value: number): number {
  return Math.ceil(Math.log2(value + 2) / 7)
}
