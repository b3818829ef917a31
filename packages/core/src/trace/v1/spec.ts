/**
 * What the old formats write: event types, how many values each carries, the words Go's own conversion gives them.
 * Facts from `internal/trace/internal/tracev1/parser.go` and `internal/trace/tracev1.go` of Go 1.26.
 *
 *   event    head  [length]  Δtime  value …  [stack]
 *   head     type in the low 6 bits; the high 2 say how many values follow the time: 0, 1, 2, or 3 for "3 or more",
 *            and then the length in bytes of all of them comes first
 *   number   LEB128, up to 10 bytes
 *
 * Batch, Frequency, Stack, TimerGoroutine and String have no Δtime and a shape of their own.
 */

export const Ev = {
  batch: 1,
  frequency: 2,
  stack: 3,
  gomaxprocs: 4,
  procStart: 5,
  procStop: 6,
  gcStart: 7,
  gcDone: 8,
  stwStart: 9,
  stwDone: 10,
  sweepStart: 11,
  sweepDone: 12,
  goCreate: 13,
  goStart: 14,
  goEnd: 15,
  goStop: 16,
  goSched: 17,
  goPreempt: 18,
  goSleep: 19,
  goBlock: 20,
  goUnblock: 21,
  goBlockSend: 22,
  goBlockRecv: 23,
  goBlockSelect: 24,
  goBlockSync: 25,
  goBlockCond: 26,
  goBlockNet: 27,
  goSysCall: 28,
  goSysExit: 29,
  goSysBlock: 30,
  goWaiting: 31,
  goInSyscall: 32,
  heapAlloc: 33,
  heapGoal: 34,
  timerGoroutine: 35,
  futileWakeup: 36,
  string: 37,
  goStartLocal: 38,
  goUnblockLocal: 39,
  goSysExitLocal: 40,
  goStartLabel: 41,
  goBlockGC: 42,
  assistStart: 43,
  assistDone: 44,
  taskCreate: 45,
  taskEnd: 46,
  region: 47,
  log: 48,
  cpuSample: 49,
} as const

/** The value of the two high bits that says that a length in bytes comes first. */
export const LENGTH_FIRST = 3
/** 3 is more than any type has: no event of this type may appear. */
const NEVER = 4

/** How many values each type has behind its time, its stack included: by type, from 4 (Gomaxprocs) to 49. */
const VALUE_COUNTS = [
  2, 1, 0, 2, 0, 1, 0, 1, 2, 3, 2, 0, 1, 1, 1, 1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 3, 0, 1, 1, 1, 1, 0, 0, 0, 1, 2, 2, 3, 1,
  1, 0, 4, 2, 4, 3, 4,
]

/** Types whose last value is the stack of the goroutine that did it. */
const WITH_STACK = [
  Ev.gomaxprocs,
  Ev.gcStart,
  Ev.sweepStart,
  Ev.goCreate,
  Ev.goStop,
  Ev.goSched,
  Ev.goPreempt,
  Ev.goSleep,
  Ev.goBlock,
  Ev.goUnblock,
  Ev.goBlockSend,
  Ev.goBlockRecv,
  Ev.goBlockSelect,
  Ev.goBlockSync,
  Ev.goBlockCond,
  Ev.goBlockNet,
  Ev.goSysCall,
  Ev.goUnblockLocal,
  Ev.goBlockGC,
  Ev.assistStart,
  Ev.taskCreate,
  Ev.taskEnd,
  Ev.region,
  Ev.log,
  Ev.cpuSample,
]

export type Spec = {
  /** What the two high bits of the head must be; `NEVER` for types that this version does not have. */
  readonly head: Uint8Array
  /** Values behind the head (and behind the length, where there is one), the time included. */
  readonly values: Uint8Array
  readonly hasStack: Uint8Array
}

/** The shapes of all 64 types that a head can name, for a version. */
export function specOf(version: number): Spec {
  const head = new Uint8Array(64).fill(NEVER)
  const values = new Uint8Array(64)
  const hasStack = new Uint8Array(64)
  VALUE_COUNTS.forEach((count, i) => {
    head[Ev.gomaxprocs + i] = Math.min(count, LENGTH_FIRST)
    values[Ev.gomaxprocs + i] = count + 1
  })
  for (const type of WITH_STACK) hasStack[type] = 1
  head[Ev.frequency] = 0
  values[Ev.frequency] = 1
  head[Ev.timerGoroutine] = 0
  values[Ev.timerGoroutine] = 1
  head[Ev.batch] = 1
  head[Ev.stack] = LENGTH_FIRST
  head[Ev.string] = 0
  if (version < 19) head[Ev.cpuSample] = NEVER
  return { head, values, hasStack }
}

/** Why a goroutine stopped running, in the words of Go's conversion. */
export const REASONS: ReadonlyMap<number, string> = new Map([
  [Ev.goStop, 'forever'],
  [Ev.goPreempt, 'preempted'],
  [Ev.goSched, 'runtime.Gosched'],
  [Ev.goSleep, 'sleep'],
  [Ev.goBlock, ''],
  [Ev.goBlockSend, 'chan send'],
  [Ev.goBlockRecv, 'chan receive'],
  [Ev.goBlockNet, 'network'],
  [Ev.goBlockSync, 'sync'],
  [Ev.goBlockCond, 'sync.(*Cond).Wait'],
  [Ev.goBlockSelect, 'select'],
  [Ev.goBlockGC, 'GC mark assist wait for work'],
])

const STW_REASONS = [
  '',
  'GC mark termination',
  'GC sweep termination',
  'write heap dump',
  'goroutine profile',
  'goroutine profile cleanup',
  'all goroutine stack trace',
  'read mem stats',
  'AllThreadsSyscall',
  'GOMAXPROCS',
  'start trace',
  'stop trace',
  'CountPagesInUse (test)',
  'ReadMetricsSlow (test)',
  'ReadMemStatsSlow (test)',
  'PageCachePagesLeaked (test)',
  'ResetDebugLog (test)',
]

/** Why the world was stopped. Before Go 1.21 only the garbage collector said so, and counted from 0. */
export function stopReason(version: number, kind: number): string {
  if (version < 21) return kind <= 1 ? STW_REASONS[kind + 1] : ''
  return STW_REASONS[kind] ?? ''
}
