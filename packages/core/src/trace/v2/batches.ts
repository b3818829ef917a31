/**
 * Finds the generations of a v2 trace and their batches by the batches' headers alone: strings and stacks of a
 * generation may come after its events, so everything must be found before the first event is read.
 *
 *   trace       header  batch batch batch …
 *   batch       1 gen thread time size  bytes …          (`internal/trace/batch.go`)
 *               49 experiment gen thread time size  …    an experimental batch: passed over by its size
 *               52                                       end of generation, one bare byte, since Go 1.26
 *
 * A damaged header costs the bytes up to the next place where a header stands that fits its surroundings.
 */
import { HEADER_SIZE } from '../header.ts'
import { Ev, MAX_BATCH_SIZE, NO_ID, Varints } from './wire.ts'

/**
 * Threads fill batches of up to 64 KiB and write smaller ones only at the end of a generation. A file that is made
 * of batches of this size throughout is made to eat memory.
 */
const SMALL_BATCH = 16

/** One batch: bytes[start, end), written by `thread`; `time` is in clock units. */
export type Batch = {
  readonly start: number
  readonly end: number
  readonly thread: number
  readonly time: number
}

export type Generation = {
  readonly gen: number
  readonly offset: number
  minTime: number
  /** Event batches in the file's order. */
  readonly events: Batch[]
  readonly strings: Batch[]
  readonly stacks: Batch[]
  readonly samples: Batch[]
  readonly syncs: Batch[]
  /** False: what comes before it is damaged or missing, so nothing is known of the states at its begin. */
  readonly follows: boolean
  /** True: the file ends inside of it. */
  cut: boolean
}

export type Report = (offset: number, message: string, lost: string) => void

type Header = {
  type: number
  offset: number
  gen: number
  thread: number
  time: number
  start: number
  end: number
}

/** The generations in the file's order. Damage goes to `report`. */
export function findGenerations(bytes: Uint8Array, version: number, report: Report): Generation[] {
  const finder = new Finder(bytes, version, report)
  finder.run()
  return finder.generations
}

class Finder {
  readonly generations: Generation[] = []
  private readonly bytes: Uint8Array
  private readonly version: number
  private readonly report: Report
  private readonly varints: Varints
  private current: Generation | undefined
  private lastGen = 0
  private broken = false
  private interleaved = false

  constructor(bytes: Uint8Array, version: number, report: Report) {
    this.bytes = bytes
    this.version = version
    this.report = report
    this.varints = new Varints(bytes)
  }

  run(): void {
    let pos = HEADER_SIZE
    let room = 1000 + this.bytes.length / SMALL_BATCH
    while (pos < this.bytes.length) {
      if (--room < 0) {
        this.report(pos, 'more small batches than any program writes', 'the rest of the trace')
        break
      }
      if (this.bytes[pos] === Ev.endOfGeneration) {
        this.close()
        pos++
        continue
      }
      const header = this.header(pos)
      if (typeof header === 'string') pos = this.skipDamage(pos, header)
      else pos = this.place(header) ? header.end : this.skipDamage(pos, `invalid generation number ${header.gen}`)
    }
    this.finish()
  }

  /** The header at `pos`, or what is wrong with it. `end` is clipped to the file. */
  private header(pos: number): Header | string {
    const found = this.promise(pos)
    if (typeof found === 'string' || found.end <= this.bytes.length) return found
    this.cutBatch(pos, found.end - found.start, this.bytes.length - found.start)
    return { ...found, end: this.bytes.length }
  }

  /** What the header at `pos` says, be it true or not, or why it is none. `end` may lie behind the file's. */
  private promise(pos: number): Header | string {
    const type = this.bytes[pos]
    if (type !== Ev.eventBatch && type !== Ev.experimentalBatch) return `expected batch event, got event ${type}`
    const v = this.varints.at(pos + 1, this.bytes.length)
    if (type === Ev.experimentalBatch) v.byte()
    const gen = v.next()
    const thread = v.next()
    const time = v.next()
    const size = v.next()
    if (v.bad) return 'a batch header that is cut or damaged'
    if (size > MAX_BATCH_SIZE) return `invalid batch size ${size}, maximum is ${MAX_BATCH_SIZE}`
    return { type, offset: pos, gen, thread, time, start: v.pos, end: v.pos + size }
  }

  private cutBatch(pos: number, wanted: number, found: number): void {
    const message = `failed to read full batch: read ${found} but wanted ${wanted}; the trace is cut at its end`
    this.report(pos, message, 'what came after the end of the file; the batch is read as far as it goes')
  }

  /** Puts a batch where it belongs; false: its generation number cannot be right. */
  private place(header: Header): boolean {
    const { gen } = header
    if (gen === 0) return false
    if (this.current === undefined || gen !== this.current.gen) {
      if (gen <= this.lastGen) {
        if (!this.interleaved)
          this.report(header.offset, this.disorder(gen), 'batches of generations that ended before')
        this.interleaved = true
        return true
      }
      this.open(header)
    }
    const current = this.current as Generation
    if (header.time < current.minTime) current.minTime = header.time
    if (header.type === Ev.experimentalBatch || header.end === header.start) return true
    const batch = { start: header.start, end: header.end, thread: header.thread, time: header.time }
    this.listFor(current, this.bytes[header.start]).push(batch)
    return true
  }

  private disorder(gen: number): string {
    return this.version >= 26
      ? 'broken trace: missing end-of-generation event, or generations are interleaved'
      : `generations out of order: generation ${gen} after ${this.lastGen}`
  }

  private listFor(current: Generation, type: number): Batch[] {
    if (type === Ev.strings) return current.strings
    if (type === Ev.stacks) return current.stacks
    if (type === Ev.cpuSamples) return current.samples
    if (type === (this.version >= 25 ? Ev.sync : Ev.frequency)) return current.syncs
    return current.events
  }

  private open(header: Header): void {
    const next = this.lastGen === 0 || header.gen === this.lastGen + 1
    const unended = this.version >= 26 && this.current !== undefined
    if ((!next || unended) && !this.broken)
      this.report(header.offset, this.disorder(header.gen), 'nothing more; states are taken anew from here')
    this.current = {
      gen: header.gen,
      offset: header.offset,
      minTime: header.time,
      events: [],
      strings: [],
      stacks: [],
      samples: [],
      syncs: [],
      follows: next && !this.broken,
      cut: false,
    }
    this.generations.push(this.current)
    this.lastGen = header.gen
    this.broken = false
  }

  private close(): void {
    this.current = undefined
  }

  private finish(): void {
    const last = this.generations.at(-1)
    if (last === undefined) return
    if (this.version >= 26 && this.current !== undefined) {
      last.cut = true
      this.report(
        this.bytes.length,
        'incomplete generation found; trace likely truncated',
        'the end of the last generation; it is read as far as it goes',
      )
    }
  }

  /** Notes the damage at `pos` and finds the next header that can be believed. */
  private skipDamage(pos: number, message: string): number {
    let at = pos + 1
    while (at < this.bytes.length && !this.believable(at)) at++
    if (this.current !== undefined) this.current.cut = true
    this.broken = true
    this.report(
      pos,
      message,
      `${at - pos} bytes, up to ${at < this.bytes.length ? `offset ${at}` : 'the end of the trace'}`,
    )
    return at
  }

  /** A header of this generation or the next, a size that fits, and after it another header or the end. */
  private believable(pos: number): boolean {
    // Most bytes that are looked at begin no header: no message is made of them.
    if (this.bytes[pos] !== Ev.eventBatch && this.bytes[pos] !== Ev.experimentalBatch) return false
    const found = this.promise(pos)
    if (typeof found === 'string') return false
    const { gen, thread, time, end } = found
    if (gen === 0 || (thread > 2 ** 32 && thread < NO_ID)) return false
    if (this.lastGen !== 0 && (gen < this.lastGen || gen > this.lastGen + 2)) return false
    if (this.current !== undefined && time < this.current.minTime / 2) return false
    if (end >= this.bytes.length) return end === this.bytes.length
    const after = this.bytes[end]
    return after === Ev.eventBatch || after === Ev.experimentalBatch || after === Ev.endOfGeneration
  }
}
