/**
 * A tiny made-up trace that is read before a big one. The engine compiles the hot loop for what it has seen so far,
 * and throws that code away when an event, or a number of another length, comes for the first time: some 40 ms each
 * run slowly then. This trace has every event that real traces have many of, and numbers of one to five bytes.
 */
import { Ev } from './wire.ts'

const HEADER = 'go 1.22 trace\0\0\0'
const ROUNDS = 120
/** As a float64 can say it: ten bytes, as "no thread" takes. */
const NO_ID_AS_WRITTEN = 2 ** 64 - 2048
/** Numbers of one, two, three, four and five bytes. */
const SIZES = [1, 300, 40_000, 5_000_000, 600_000_000]

class Writer {
  readonly bytes: number[] = []

  number(value: number): this {
    let rest = value
    while (rest > 127) {
      this.bytes.push((rest % 128) + 128)
      rest = Math.floor(rest / 128)
    }
    this.bytes.push(rest)
    return this
  }

  event(type: number, ...numbers: number[]): this {
    this.bytes.push(type)
    for (const value of numbers) this.number(value)
    return this
  }

  /** A batch of thread `thread` whose content is `content`. */
  batch(thread: number, time: number, content: Writer): this {
    this.event(Ev.eventBatch, 1, thread, time, content.bytes.length)
    for (const byte of content.bytes) this.bytes.push(byte)
    return this
  }
}

/** A trace of some 20 kB in the format of Go 1.22. */
export function warmUpTrace(): Uint8Array {
  const out = new Writer()
  for (const letter of HEADER) out.bytes.push(letter.charCodeAt(0))
  out.batch(0, 1, new Writer().event(Ev.frequency, 1_000_000_000))
  const tables = warmTables()
  out.batch(0, 1, tables.strings).batch(0, 1, tables.stacks)
  const first = new Writer().event(Ev.procStatus, 1, 0, 1).event(Ev.goStatus, 1, 1, 1, 2)
  warmStatuses(first)
  const second = new Writer().event(Ev.procStatus, 2, 1, 2).event(Ev.procStart, 900, 1, 1)
  const wakes: { id: number; seq: number }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    if (round % 40 === 39) {
      out.batch(1, 1 + round * 100_000, first).batch(2, 1 + round * 100_000, second)
      first.bytes.length = 0
      second.bytes.length = 0
    }
    wakes.push(warmRound(first, round))
    if (round > 4) warmWake(second, wakes[round - 5], round)
  }
  return Uint8Array.from(out.batch(1, 1 + ROUNDS * 100_000, first).batch(2, 1 + ROUNDS * 100_000, second).bytes)
}

function warmTables(): { strings: Writer; stacks: Writer } {
  const strings = new Writer().event(Ev.strings)
  const stacks = new Writer().event(Ev.stacks)
  SIZES.forEach((size, i) => {
    strings.event(Ev.string, size, 2).bytes.push(97 + i, 98)
    stacks.event(Ev.stack, size, 2, 1 + i, size, size, 10 + i, 100 + i, size, size, 300 * i)
  })
  return { strings, stacks }
}

/** Goroutines that wait or are in a system call when the trace begins. */
function warmStatuses(w: Writer): void {
  for (let i = 0; i < 40; i++) {
    const id = 1_000 + i * SIZES[i % 3]
    w.event(Ev.goStatusStack, 2, id, NO_ID_AS_WRITTEN, 4, SIZES[i % SIZES.length])
    w.event(Ev.goStatus, 2, 2_000_000 + id, i % 4 === 0 ? 50 + i : NO_ID_AS_WRITTEN, i % 4 === 0 ? 3 : 4)
  }
}

/** Goroutine 1 makes another one, which does a little of everything and blocks. */
function warmRound(w: Writer, round: number): { id: number; seq: number } {
  const size = SIZES[round % SIZES.length]
  const other = SIZES[(round + 2) % SIZES.length]
  const id = size + round + 1
  w.event(Ev.goCreate, 100, id, size, other)
  w.event(Ev.goStop, 20_000, size, other)
  w.event(Ev.goStart, 300, id, 1)
  w.event(Ev.userLog, 3, 0, size, other, size).event(Ev.userLog, 3, size + round, other, size, other)
  w.event(Ev.heapAlloc, 5, size).event(Ev.heapGoal, 5, other)
  w.event(Ev.userRegionBegin, 9, 0, size, other).event(Ev.userRegionEnd, 9, 0, size, other)
  w.event(Ev.goSyscallBegin, 40, 3 * round + 1, size).event(Ev.goSyscallEnd, 200)
  w.event(Ev.goBlock, 10, size, other)
  w.event(Ev.goStart, 70_000, 1, 2 * round + 1)
  warmRare(w, round, size, other)
  // A system call that loses its proc.
  w.event(Ev.goSyscallBegin, 40, 3 * round + 2, other)
    .event(Ev.procStop, 5)
    .event(Ev.procStart, 9, 0, 3 * round + 3)
  w.event(Ev.goSyscallEndBlocked, 4).event(Ev.goStart, 5, 1, 2 * round + 2)
  return { id, seq: 2 }
}

function warmRare(w: Writer, round: number, size: number, other: number): void {
  const task = size + round + 7
  w.event(Ev.userTaskBegin, 4, task, 0, size, other).event(Ev.userTaskEnd, 4, task, size)
  w.event(Ev.goLabel, 4, size).event(Ev.procsChange, 4, 2, other)
  w.event(Ev.stwBegin, 4, size, other).event(Ev.stwEnd, 4)
  w.event(Ev.gcBegin, 4, 2 * round + 1, size).event(Ev.gcEnd, 4, 2 * round + 2)
  w.event(Ev.gcMarkAssistBegin, 4, size).event(Ev.gcMarkAssistEnd, 4)
  w.event(Ev.gcSweepBegin, 4, other).event(Ev.gcSweepEnd, 4, size, other)
}

/** The other thread wakes it, and it ends. */
function warmWake(w: Writer, wake: { id: number; seq: number }, round: number): void {
  w.event(Ev.goUnblock, 98_000, wake.id, wake.seq, SIZES[round % SIZES.length])
  w.event(Ev.goStart, 200, wake.id, wake.seq + 1)
  w.event(Ev.goDestroy, 50)
}
