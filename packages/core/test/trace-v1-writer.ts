/** Writes traces as Go 1.11 to 1.21 do, event by event, for tests that need exactly these bytes. */
import { Ev } from '../src/trace/v1/spec.ts'

export class V1Writer {
  private readonly bytes: number[] = []

  constructor(version = 21) {
    this.text(`go 1.${version} trace\0\0\0`)
  }

  get offset(): number {
    return this.bytes.length
  }

  private text(text: string): void {
    this.bytes.push(...new TextEncoder().encode(text))
  }

  number(value: number): this {
    let rest = value
    while (rest > 127) {
      this.bytes.push((rest % 128) | 128)
      rest = Math.floor(rest / 128)
    }
    this.bytes.push(rest)
    return this
  }

  raw(...bytes: number[]): this {
    this.bytes.push(...bytes)
    return this
  }

  /** `pid` -1 is "no proc". */
  batch(pid: number, ticks: number): this {
    this.raw(Ev.batch | (1 << 6))
    if (pid < 0) this.raw(255, 255, 255, 255, 255, 255, 255, 255, 255, 1)
    else this.number(pid)
    return this.number(ticks)
  }

  /** `delta` is the time since the event before it in this batch; a stack is the last value. */
  event(type: number, delta: number, ...values: number[]): this {
    if (values.length < 3) {
      this.raw(type | (values.length << 6))
      for (const value of [delta, ...values]) this.number(value)
      return this
    }
    return this.long(type, [delta, ...values])
  }

  private long(type: number, values: number[]): this {
    const head = this.offset
    for (const value of values) this.number(value)
    const body = this.bytes.splice(head)
    return this.raw(type | (3 << 6))
      .number(body.length)
      .raw(...body)
  }

  log(delta: number, task: number, category: number, stack: number, message: string): this {
    this.event(Ev.log, delta, task, category, stack)
    this.number(new TextEncoder().encode(message).length)
    this.text(message)
    return this
  }

  string(id: number, text: string): this {
    this.raw(Ev.string).number(id).number(new TextEncoder().encode(text).length)
    this.text(text)
    return this
  }

  /** Each frame is program counter, function, file (ids of strings) and line; the innermost comes first. */
  stack(id: number, ...frames: [number, number, number, number][]): this {
    return this.long(Ev.stack, [id, frames.length, ...frames.flat()])
  }

  frequency(ticksPerSecond: number): this {
    return this.raw(Ev.frequency).number(ticksPerSecond)
  }

  build(): Uint8Array {
    return Uint8Array.from(this.bytes)
  }
}

/** Strings 1 to 5 and stacks 1 to 3 that the stories of these tests use, and a clock of 1 ns a tick. */
export function withFooter(writer: V1Writer, ticks: number): V1Writer {
  return writer
    .batch(0, ticks)
    .frequency(1e9)
    .string(1, 'main.worker')
    .string(2, 'main.go')
    .string(3, 'main.main')
    .string(4, 'sync.(*Mutex).Lock')
    .string(5, 'label or name')
    .stack(1, [0x10, 4, 2, 7], [0x20, 1, 2, 8])
    .stack(2, [0x30, 3, 2, 9])
    .stack(3, [0x20, 1, 2, 8])
}

/**
 * One second in the life of a small program on two procs: what existed before it, blocking and waking across procs,
 * system calls of each kind, a garbage collection, annotations and samples.
 */
export function story(version = 21): V1Writer {
  return withFooter(events(version), 2500)
}

/** The same without its end: stacks, strings, frequency. */
export function events(version = 21): V1Writer {
  const writer = new V1Writer(version)
  writer
    .batch(0, 1000)
    .event(Ev.goCreate, 0, 1, 0, 0)
    .event(Ev.goCreate, 1, 2, 0, 0)
    .event(Ev.goWaiting, 1, 2)
    .event(Ev.goCreate, 1, 3, 0, 0)
    .event(Ev.goInSyscall, 1, 3)
    .event(Ev.goCreate, 1, 4, 0, 0)
    .event(Ev.procStart, 5, 100)
    .event(Ev.goStart, 1, 1, 1)
    .event(Ev.gomaxprocs, 9, 2, 0)
    .event(Ev.heapAlloc, 10, 4096)
    .event(Ev.goCreate, 10, 5, 3, 2)
    .event(Ev.goUnblock, 10, 2, 2, 2)
    .event(Ev.goSysCall, 10, 2)
    .event(Ev.taskCreate, 10, 7, 0, 5, 2)
    .event(Ev.region, 10, 7, 0, 5, 2)
    .log(10, 7, 5, 2, 'a message')
    .event(Ev.region, 10, 7, 1, 5, 2)
    .event(Ev.taskEnd, 10, 7, 2)
    .event(Ev.gcStart, 100, 0, 2)
    .event(Ev.stwStart, 10, 1)
    .event(Ev.stwDone, 10)
    .event(Ev.sweepStart, 10, 2)
    .event(Ev.sweepDone, 10, 1, 1)
    .event(Ev.assistStart, 10, 2)
    .event(Ev.assistDone, 10)
    .event(Ev.gcDone, 10)
    .event(Ev.goSysCall, 10, 2)
    .event(Ev.goSysBlock, 90)
    .event(Ev.procStop, 1)
  writer
    .batch(1, 1300)
    .event(Ev.procStart, 0, 101)
    .event(Ev.goStart, 10, 2, 3)
    .event(Ev.goBlockSync, 90, 1)
    .event(Ev.goStartLabel, 10, 5, 1, 5)
    .event(Ev.goPreempt, 90, 1)
    .event(Ev.goStartLocal, 10, 5)
    .event(Ev.goEnd, 90)
    .event(Ev.goSysExit, 300, 1, 2, 1650)
    .event(Ev.goStart, 10, 1, 3)
    .event(Ev.goStop, 90, 2)
  if (version >= 19) writer.batch(0, 1950).event(Ev.cpuSample, 0, 1320, 1, 2, 1)
  return writer
}
