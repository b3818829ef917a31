/**
 * Kinds of stays: the four states, and waits by what they wait for. The columns of every table, the rows of every set
 * of histograms, in this order.
 *
 * Go gives a wait one of some twenty reasons (`traceBlockReasonStrings` of `runtime/traceruntime.go`); these are their
 * groups. A wait that was only restated has no reason, as all have in the trace of a server that hung before anybody
 * looked: then the innermost frames of its stack, which are the runtime's, say the same.
 */
import { remembered } from '../../base/remembered.ts'
import { GoState, type Trace } from '../../trace/tables.ts'

export const STAY_KINDS = [
  'running',
  'runnable',
  'syscall',
  'sync', //    locks, wait groups, conditions
  'select',
  'channel', // send and receive
  'network',
  'sleep',
  'gc', //      waits for or with the garbage collector
  'other', //   any other reason of Go's
  'unknown', // neither reason nor stack
] as const
export type StayKind = (typeof STAY_KINDS)[number]

/** What waits are, in the order of their columns. */
export const WAIT_KINDS = ['sync', 'select', 'channel', 'network', 'sleep', 'gc', 'other', 'unknown'] as const
export type WaitKind = (typeof WAIT_KINDS)[number]
export const FIRST_WAIT = STAY_KINDS.indexOf('sync')

export const StayCode = Object.freeze(Object.fromEntries(STAY_KINDS.map((kind, code) => [kind, code]))) as {
  readonly [K in StayKind]: number
}

/** In the table of codes: ask the stack. */
export const BY_STACK = 0xff

export type KindCodes = {
  /** By `stateReason` of a span: index into `STAY_KINDS`, or `BY_STACK`. */
  readonly codeOf: Uint8Array
  /** By row in stacks + 1 (0: no stack): the code of a wait without a reason. */
  readonly codeAt: Uint8Array
}

export const kindCodes = remembered((trace: Trace): KindCodes => {
  const codeOf = new Uint8Array(0x10000)
  for (let sr = 0; sr < codeOf.length; sr++) codeOf[sr] = STATE_CODES[sr & 3]
  for (let reason = 0; reason < trace.reasons.length; reason++)
    codeOf[(reason << 2) | GoState.waiting] = codeOfReason(trace.strings.text(trace.reasons[reason]))
  return { codeOf, codeAt: codesAtStacks(trace) }
})

const STATE_CODES: readonly number[] = [StayCode.running, StayCode.runnable, StayCode.unknown, StayCode.syscall]

/** Index into `STAY_KINDS` of a wait with this reason of Go's; `BY_STACK` of none. */
export function codeOfReason(reason: string): number {
  if (reason === '') return BY_STACK
  if (reason === 'select' || reason === 'network' || reason === 'sleep') return StayCode[reason]
  if (reason === 'sync' || reason.startsWith('sync.')) return StayCode.sync
  if (reason.startsWith('chan ')) return StayCode.channel
  return reason.startsWith('GC ') || reason === 'wait until GC ends' ? StayCode.gc : StayCode.other
}

/** What a frame of a stack says of a wait; the first that says something counts. */
const FRAMES: readonly (readonly [begin: string, code: number])[] = [
  ['runtime.selectgo', StayCode.select],
  ['runtime.chanrecv', StayCode.channel],
  ['runtime.chansend', StayCode.channel],
  ['runtime.block', StayCode.other], // select {}: "forever"
  ['runtime.netpollblock', StayCode.network],
  ['internal/poll.runtime_pollWait', StayCode.network],
  ['time.Sleep', StayCode.sleep],
  ['runtime.semacquire', StayCode.sync],
  ['sync.', StayCode.sync],
  ['internal/sync.', StayCode.sync],
  ['runtime.gcAssistAlloc', StayCode.gc],
  ['runtime.bgsweep', StayCode.gc],
  ['runtime.gcBgMarkWorker', StayCode.other], // "system goroutine wait"
  ['runtime.forcegchelper', StayCode.other],
  ['runtime.bgscavenge', StayCode.other],
  ['runtime.runFinalizers', StayCode.other],
  ['runtime.runfinq', StayCode.other],
]
/** Deeper frames are the program's. */
const MOST_FRAMES = 12

function codesAtStacks(trace: Trace): Uint8Array {
  const { stacks, frames } = trace
  const codeOfFrame = new Uint8Array(frames.length)
  const codeAt = new Uint8Array(stacks.length + 1).fill(StayCode.unknown)
  for (let stack = 0; stack < stacks.length; stack++) {
    const end = Math.min(stacks.first[stack + 1], stacks.first[stack] + MOST_FRAMES)
    for (let i = stacks.first[stack]; i < end; i++) {
      const frame = stacks.frame[i]
      if (codeOfFrame[frame] === 0) codeOfFrame[frame] = askFrame(trace, frame)
      if (codeOfFrame[frame] === SILENT) continue
      codeAt[stack + 1] = codeOfFrame[frame]
      break
    }
  }
  return codeAt
}

/** The runtime's, says nothing: the next one may. Never a code, nor is 0, which is that of running. */
const SILENT = 0xff

function askFrame({ strings, frames }: Trace, frame: number): number {
  const name = strings.text(frames.function[frame])
  const told = FRAMES.find(([begin]) => name.startsWith(begin))
  if (told) return told[1]
  return /^(runtime|internal\/poll|internal\/runtime\/\w+)\./.test(name) ? SILENT : StayCode.unknown
}
