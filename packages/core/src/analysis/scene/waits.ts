/**
 * What a goroutine waits for, from its stack and the reason that a trace or a dump gives. The words differ: a trace of
 * any version says "sync" or "chan send", or nothing where a wait was only restated; a dump says "sync.Mutex.Lock" or, up
 * to Go 1.19, "semacquire". The frames of runtime and sync, where they are shown, say it best and are asked first.
 */
import type { FindingKind } from '../diagnosis.ts'
import type { Frame } from './frames.ts'

/**
 * Beside the kinds of findings: `once` waits for another goroutine inside of `sync.Once.Do`; `accept` for a new
 * connection; `forever` is `select {}`; `system` belongs to the runtime; `none` does not wait; `unknown` waits, and
 * nothing says for what.
 */
export type WaitKind = FindingKind | 'once' | 'accept' | 'forever' | 'system' | 'none' | 'unknown'

export type Wait = {
  readonly kind: WaitKind
  /** In Go's words: "sync.Mutex.Lock", "chan send". */
  readonly what: string
}

type Rule = readonly [pattern: RegExp, kind: WaitKind, what: string]

// Functions of runtime, sync and internal packages, as they stand above the waiting line, outermost asked first: an
// RWMutex locks its inner Mutex, a Once locks its own.
const BY_FUNCTION: readonly Rule[] = [
  [/^sync\.\(\*Once\)\.|^sync\.Once(Func|Value|Values)\b/, 'once', 'sync.Once.Do'],
  [/^sync\.\(\*WaitGroup\)\.Wait$/, 'waitgroup', 'sync.WaitGroup.Wait'],
  [/^sync\.\(\*Cond\)\.Wait$/, 'cond', 'sync.Cond.Wait'],
  [/^sync\.\(\*RWMutex\)\.Lock$/, 'rwmutex', 'sync.RWMutex.Lock'],
  [/^sync\.\(\*(RWMutex|rlocker)\)\.R?Lock$/, 'rwmutex', 'sync.RWMutex.RLock'],
  [/^(internal\/)?sync\.\(\*Mutex\)\.(Lock|lockSlow)$/, 'mutex', 'sync.Mutex.Lock'],
  [/^sync\.runtime_SemacquireRWMutexR$/, 'rwmutex', 'sync.RWMutex.RLock'],
  [/^sync\.runtime_SemacquireRWMutex$/, 'rwmutex', 'sync.RWMutex.Lock'],
  [/^sync\.runtime_SemacquireWaitGroup$/, 'waitgroup', 'sync.WaitGroup.Wait'],
  [/^(internal\/)?sync\.runtime_SemacquireMutex$/, 'mutex', 'sync.Mutex.Lock'],
  [/^sync\.runtime_notifyListWait$/, 'cond', 'sync.Cond.Wait'],
  [/^internal\/poll\.\(\*FD\)\.Accept$/, 'accept', 'IO wait'],
  [
    /^internal\/poll\.(runtime_pollWait$|\(\*pollDesc\)|\(\*FD\)\.(Read|Write|Pread|Pwrite|Connect|WaitWrite|RawRead))/,
    'network',
    'IO wait',
  ],
  [/^runtime\.chansend1?$/, 'chan send', 'chan send'],
  [/^runtime\.(chanrecv[12]?|reflect_chanrecv)$/, 'chan receive', 'chan receive'],
  [/^runtime\.(selectgo|reflect_rselect)$/, 'select', 'select'],
  [/^runtime\.block$/, 'forever', 'select (no cases)'],
  [/^time\.Sleep$/, 'sleep', 'sleep'],
]

// Reasons of traces (internal/trace, runtime/traceruntime.go) and of dumps (runtime/runtime2.go, waitReasonStrings).
const BY_REASON: readonly Rule[] = [
  [/^sync\.Mutex\.Lock/, 'mutex', 'sync.Mutex.Lock'],
  [/^sync\.RWMutex\.R?Lock/, 'rwmutex', ''],
  [/^sync\.WaitGroup\.Wait/, 'waitgroup', 'sync.WaitGroup.Wait'],
  [/^sync\.(\(\*Cond\)|Cond)\.Wait/, 'cond', 'sync.Cond.Wait'],
  [/^chan (send|receive) \(nil chan\)/, 'forever', ''],
  [/^chan send/, 'chan send', 'chan send'],
  [/^chan receive/, 'chan receive', 'chan receive'],
  [/^select \(no cases\)/, 'forever', 'select (no cases)'],
  // A trace's word for `select {}` and for what is done with a nil channel.
  [/^forever/, 'forever', ''],
  [/^select/, 'select', 'select'],
  [/^IO wait|^network/, 'network', 'IO wait'],
  [/^sleep/, 'sleep', 'sleep'],
  [/^sync$|^semacquire/, 'semaphore', 'semaphore'],
  [/^syscall/, 'syscall', 'syscall'],
  [/^(running|runnable|idle|preempted|copystack|waiting$|dead)/, 'none', ''],
  [
    /^(GC |force gc|garbage|finalizer|cleanup|system goroutine|trace |timer goroutine|wait for |wait until |wait for GC|panicwait|debug|stopping the world|mark wait|synctest|flushing|coroutine|coroswitch)/,
    'system',
    '',
  ],
]

/** What a goroutine waits for whose stack this is. `reason` may be ''. It is one that waits: callers know its state. */
export function waitOf(frames: readonly Frame[], reason: string): Wait {
  const said = byReason(reason)
  if (said?.kind === 'forever') return { kind: 'forever', what: foreverWhat(frames, said.what) }
  if (said && (said.kind === 'none' || said.kind === 'system')) return said
  const nil = said ? undefined : nilChannel(frames)
  if (nil) return { kind: 'forever', what: nil }
  const found = byFrames(frames)
  // A file lets one write at a time (internal/poll's fdMutex): who waits for that does not wait for the network.
  if (found?.kind === 'network' && said?.kind === 'semaphore') return { kind: 'mutex', what: 'semacquire' }
  return found ?? said ?? (isWhollyRuntime(frames) ? { kind: 'system', what: '' } : UNKNOWN)
}

/**
 * A trace that begins in the middle of a wait gives no reason, but all frames: runtime/chan.go parks whoever has a nil
 * channel at the beginning of its functions (Go 1.23 to 1.26: lines 176 to 181 and 516 to 536), others at their end (270 to
 * 283, 639 to 667).
 */
function nilChannel(frames: readonly Frame[]): string | undefined {
  const park = frames.slice(0, plumbingDepth(frames)).find(({ file }) => file.endsWith('runtime/chan.go'))
  if (park?.function === 'runtime.chansend' && park.line < 220) return 'chan send (nil chan)'
  if (park?.function === 'runtime.chanrecv' && park.line < 560) return 'chan receive (nil chan)'
  return undefined
}

/** Which of the waits that never end it is, as a dump would say; what the reason says where no frame tells. */
function foreverWhat(frames: readonly Frame[], said: string): string {
  if (said !== 'forever') return said
  const wait = byFrames(frames)
  if (!wait) return said
  return wait.kind === 'chan receive' || wait.kind === 'chan send' ? `${wait.what} (nil chan)` : wait.what
}

const UNKNOWN: Wait = { kind: 'unknown', what: '' }

function byFrames(frames: readonly Frame[]): Wait | undefined {
  for (let i = plumbingDepth(frames) - 1; i >= 0; i--) {
    for (const [pattern, kind, what] of BY_FUNCTION) if (pattern.test(frames[i].function)) return { kind, what }
  }
  return undefined
}

function byReason(reason: string): Wait | undefined {
  for (const [pattern, kind, what] of BY_REASON) if (pattern.test(reason)) return { kind, what: what || reason }
  return undefined
}

/** How many frames at the top belong to runtime, sync or internal packages; the next one is the site. */
export function plumbingDepth(frames: readonly Frame[]): number {
  let depth = 0
  while (depth < frames.length && frames[depth].plumbing) depth++
  return depth
}

function isWhollyRuntime(frames: readonly Frame[]): boolean {
  return frames.length > 0 && plumbingDepth(frames) === frames.length
}

/** A wait until one other goroutine, that has it, lets it go. */
export function isLockKind(kind: WaitKind): kind is 'mutex' | 'rwmutex' | 'once' {
  return kind === 'mutex' || kind === 'rwmutex' || kind === 'once'
}

/** Runs, or comes back without any goroutine of the program: by the processor, a timer, a remote, the kernel. */
export function isAtWork(kind: WaitKind): boolean {
  return AT_WORK.has(kind)
}
const AT_WORK: ReadonlySet<WaitKind> = new Set<WaitKind>(['none', 'sleep', 'network', 'syscall'])

/** How findings call it: a Once is a Mutex around a call. */
export function findingKind(kind: WaitKind): FindingKind {
  return (kind === 'once' ? 'mutex' : kind) as FindingKind
}

/**
 * Is this the last frame of a wait for a mutex, read or write lock, so that the frame below it is the waiting line?
 * Waits inside of Once, WaitGroup or Cond are none.
 */
export function isLockFunction(functionName: string): boolean {
  return LOCK_FUNCTION.test(functionName)
}
const LOCK_FUNCTION = /^(internal\/)?sync\.\(\*(Mutex|RWMutex|rlocker)\)\.(Lock|RLock|lockSlow)$/

/** Does this function release a mutex, a read or a write lock? */
export function isUnlockFunction(functionName: string): boolean {
  return UNLOCK_FUNCTION.test(functionName)
}
const UNLOCK_FUNCTION = /^(internal\/)?sync\.\(\*(Mutex|RWMutex|rlocker)\)\.(Unlock|RUnlock|unlockSlow|rUnlockSlow)$/

/** The first argument where it is an address that the compiler vouches for ("?" marks a stale one); else ''. */
export function exactAddress(args: string | undefined): string {
  return /^(0x[0-9a-f]{6,16})(?=,|$)/.exec(args ?? '')?.[1] ?? ''
}

/** The same lock for two goroutines: its address, from the arguments of the frames above the site; '' unknown. */
export function lockAddress(frames: readonly Frame[], args: (frame: number) => string): string {
  for (let i = plumbingDepth(frames) - 1; i >= 0; i--) {
    const offset = offsetOf(frames[i].function, frames[i + 1]?.function ?? '')
    const address = offset === undefined ? '' : exactAddress(args(i))
    if (offset !== undefined && address !== '') return `0x${(BigInt(address) - offset).toString(16)}`
  }
  return ''
}

// Where the first argument points, behind the lock's first byte (sync/rwmutex.go, sync/mutex.go: an RWMutex begins with
// a Mutex of 8 bytes, whose second half is its semaphore; then come the writers' and the readers' semaphore). Before Go
// 1.20 all of them waited in the same function of the runtime, before 1.9 in another one: its caller tells which.
function offsetOf(functionName: string, caller: string): bigint | undefined {
  if (LOCK_FUNCTION.test(functionName)) return 0n
  if (!/^(internal\/)?sync\.runtime_Semacquire(Mutex|RWMutexR?)?$/.test(functionName)) return undefined
  if (/^sync\.\(\*(RWMutex|rlocker)\)\.R?Lock$/.test(caller)) return caller.endsWith('RLock') ? 12n : 8n
  if (functionName.endsWith('RWMutexR')) return 12n
  if (functionName.endsWith('RWMutex')) return 8n
  return isLockFunction(caller) ? 4n : undefined
}
