/**
 * The numbers of the v2 wire format (`internal/trace/tracev2/events.go`), and its variable-length integers. Kept apart
 * from the full table of event specifications because the hot loop wants constants, not a table.
 */

export const Ev = {
  eventBatch: 1,
  stacks: 2,
  stack: 3,
  strings: 4,
  string: 5,
  cpuSamples: 6,
  cpuSample: 7,
  frequency: 8,
  procsChange: 9,
  procStart: 10,
  procStop: 11,
  procSteal: 12,
  procStatus: 13,
  goCreate: 14,
  goCreateSyscall: 15,
  goStart: 16,
  goDestroy: 17,
  goDestroySyscall: 18,
  goStop: 19,
  goBlock: 20,
  goUnblock: 21,
  goSyscallBegin: 22,
  goSyscallEnd: 23,
  goSyscallEndBlocked: 24,
  goStatus: 25,
  stwBegin: 26,
  stwEnd: 27,
  gcActive: 28,
  gcBegin: 29,
  gcEnd: 30,
  gcSweepActive: 31,
  gcSweepBegin: 32,
  gcSweepEnd: 33,
  gcMarkAssistActive: 34,
  gcMarkAssistBegin: 35,
  gcMarkAssistEnd: 36,
  heapAlloc: 37,
  heapGoal: 38,
  goLabel: 39,
  userTaskBegin: 40,
  userTaskEnd: 41,
  userRegionBegin: 42,
  userRegionEnd: 43,
  userLog: 44,
  goSwitch: 45,
  goSwitchDestroy: 46,
  goCreateBlocked: 47,
  goStatusStack: 48,
  experimentalBatch: 49,
  sync: 50,
  clockSnapshot: 51,
  endOfGeneration: 52,
  firstExperimental: 128,
  lastExperimental: 136,
} as const

/** Varints behind the type byte of each timed event, the time's difference included; 0: no timed event. */
export const ARG_COUNT = new Uint8Array(256)
for (const [type, count] of [
  [Ev.procsChange, 3],
  [Ev.procStart, 3],
  [Ev.procStop, 1],
  [Ev.procSteal, 4],
  [Ev.procStatus, 3],
  [Ev.goCreate, 4],
  [Ev.goCreateSyscall, 2],
  [Ev.goStart, 3],
  [Ev.goDestroy, 1],
  [Ev.goDestroySyscall, 1],
  [Ev.goStop, 3],
  [Ev.goBlock, 3],
  [Ev.goUnblock, 4],
  [Ev.goSyscallBegin, 3],
  [Ev.goSyscallEnd, 1],
  [Ev.goSyscallEndBlocked, 1],
  [Ev.goStatus, 4],
  [Ev.stwBegin, 3],
  [Ev.stwEnd, 1],
  [Ev.gcActive, 2],
  [Ev.gcBegin, 3],
  [Ev.gcEnd, 2],
  [Ev.gcSweepActive, 2],
  [Ev.gcSweepBegin, 2],
  [Ev.gcSweepEnd, 3],
  [Ev.gcMarkAssistActive, 2],
  [Ev.gcMarkAssistBegin, 2],
  [Ev.gcMarkAssistEnd, 1],
  [Ev.heapAlloc, 2],
  [Ev.heapGoal, 2],
  [Ev.goLabel, 2],
  [Ev.userTaskBegin, 5],
  [Ev.userTaskEnd, 3],
  [Ev.userRegionBegin, 4],
  [Ev.userRegionEnd, 4],
  [Ev.userLog, 5],
  [Ev.goSwitch, 3],
  [Ev.goSwitchDestroy, 3],
  [Ev.goCreateBlocked, 4],
  [Ev.goStatusStack, 5],
  // The experiment AllocFree: spans, heap objects, goroutine stacks.
  [128, 4],
  [129, 4],
  [130, 2],
  [131, 3],
  [132, 3],
  [133, 2],
  [134, 3],
  [135, 3],
  [136, 2],
] as const)
  ARG_COUNT[type] = count

/** The longest timed event: a type byte and five varints of ten bytes. */
export const MAX_EVENT_SIZE = 51
/** `tracev2.MaxBatchSize`. */
export const MAX_BATCH_SIZE = 64 << 10
/** `tracev2.MaxFramesPerStack`. */
export const MAX_FRAMES = 128
/** `tracev2.MaxEventTrailerDataSize`: the longest string. */
export const MAX_STRING_SIZE = 1 << 10
/** "No thread" is written as 2^64 − 1, which as a float64 is 2^64. */
export const NO_ID = 2 ** 64

/** A position that reads varints; `bad` turns true, and stays so, where one is cut by `end` or longer than 64 bits. */
export class Varints {
  pos = 0
  end = 0
  bad = false
  private readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  at(pos: number, end: number): this {
    this.pos = pos
    this.end = end
    this.bad = false
    return this
  }

  byte(): number {
    if (this.pos >= this.end) {
      this.bad = true
      return 0
    }
    return this.bytes[this.pos++]
  }

  /** The next number; rounded above 2^53. 0 once the position is bad. */
  next(): number {
    const { bytes } = this
    let pos = this.pos
    if (this.end - pos > 2) {
      const first = bytes[pos++]
      if (first < 0x80) {
        this.pos = pos
        return first
      }
      const second = bytes[pos++]
      if (second < 0x80) {
        this.pos = pos
        return (first & 0x7f) | (second << 7)
      }
    }
    return this.long()
  }

  /** Passes over "no thread", nine bytes of 255 and a 1: each generation states it for every goroutine that waits. */
  noThread(): boolean {
    const { bytes, pos } = this
    if (this.end - pos < 10 || bytes[pos + 9] !== 1) return false
    for (let i = 0; i < 9; i++) if (bytes[pos + i] !== 255) return false
    this.pos = pos + 10
    return true
  }

  private long(): number {
    if (this.noThread()) return NO_ID
    let value = 0
    let scale = 1
    for (let i = 0; i < 10 && this.pos < this.end; i++) {
      const byte = this.bytes[this.pos++]
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    this.bad = true
    return 0
  }
}

/** Where the event at `pos` ends; -1 where `end` cuts it, a varint is too long, or the type is no timed event. */
export function eventEnd(bytes: Uint8Array, pos: number, end: number): number {
  const count = ARG_COUNT[bytes[pos]]
  if (count === 0) return -1
  let at = pos + 1
  for (let i = 0; i < count; i++) {
    const limit = Math.min(end, at + 10)
    while (at < limit && bytes[at] >= 0x80) at++
    if (at >= limit) return -1
    at++
  }
  return at
}
