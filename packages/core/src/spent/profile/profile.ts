/**
 * Stacks and what was spent in them: where goroutines waited, for how long and how often, or where samples met them.
 *
 * The numbers are those of `go tool trace -pprof=TYPE` (`cmd/trace/pprof.go`), whose rules are not all to be guessed:
 *
 *   counted      stays that are over before the trace is, with any of their time in the scope
 *   not counted  stays that go on when the trace ends: of these a hang is made, so they are told of and can be asked for
 *   not counted  what a goroutine did before it first ran in the trace, as its first wait for a processor; within
 *                regions it is, and of a goroutine that never ran, too
 *   stack        that of the event which began the stay: who blocked, or who woke the goroutine (or created it)
 *
 * A block profile is ours alone: every wait of the program's own goroutines, whatever for and since whenever.
 */
import { GoState, type Trace } from '../../trace/tables.ts'
import { entriesOf, isSystemEntry } from '../entries.ts'
import type { Scope, Stretches } from '../scope.ts'
import { type StayBlock, staysIn } from '../stays.ts'

export const PROFILE_KINDS = ['block', 'sync', 'network', 'syscall', 'sched', 'cpu'] as const
/**
 *   block    every wait of the program's own goroutines: for locks, channels, the network, a time, the collector …
 *   sync     waits for channels, selects and locks, as `-pprof=sync`
 *   network  waits for the network, as `-pprof=net`
 *   syscall  system calls, as `-pprof=syscall`
 *   sched    runnable, and not running yet, as `-pprof=sched`; the stack is mostly that of who woke it
 *   cpu      samples of a CPU profile that ran beside the trace
 */
export type ProfileKind = (typeof PROFILE_KINDS)[number]

/** One row for each stack in which anything was spent. */
export type Profile = {
  readonly kind: ProfileKind
  readonly length: number
  /** Row in `trace.stacks`, ascending, each once; 0 is the empty one, of whatever has no stack. */
  readonly stack: Int32Array
  /** Stays, or samples. */
  readonly count: Float64Array
  readonly ns: Float64Array
  /** Stays in the scope that go on when the trace ends: among the rows only where they were asked for. */
  readonly unended: { readonly count: number; readonly ns: number }
}

/**
 * What a CPU sample stands for. A trace does not tell: 100 a second is the rate of `runtime/pprof.StartCPUProfile`
 * (`const hz = 100`), and with it of `go test -cpuprofile` and of /debug/pprof/profile.
 */
export const SAMPLE_PERIOD_NS = 10_000_000

export type ProfileOptions = {
  /** Count stays that go on when the trace ends, up to there. */
  readonly unended?: boolean
}

export function collectProfile(trace: Trace, kind: ProfileKind, scope: Scope, options: ProfileOptions = {}): Profile {
  const spent = new Spent(trace, kind)
  if (kind === 'cpu') spent.addSamples(scope)
  else spent.addStays(kind === 'block' ? withoutSystem(trace, scope) : scope, options.unended ?? false)
  return spent.profile()
}

/** Of each row: what the profile is weighted by. */
export function weightsOf(profile: Profile, by: 'time' | 'count'): Float64Array {
  return by === 'time' ? profile.ns : profile.count
}

/** Sums by row of stacks. */
class Spent {
  private readonly trace: Trace
  private readonly kind: ProfileKind
  private readonly count: Float64Array
  private readonly ns: Float64Array
  private unendedCount = 0
  private unendedNs = 0

  constructor(trace: Trace, kind: ProfileKind) {
    this.trace = trace
    this.kind = kind
    this.count = new Float64Array(trace.stacks.length)
    this.ns = new Float64Array(trace.stacks.length)
  }

  addStays(scope: Scope, withUnended: boolean): void {
    const wanted = wantedStates(this.trace, this.kind)
    const isAsGo = this.kind !== 'block' && scope.within === undefined
    const firstRun = isAsGo ? firstRuns(this.trace) : undefined
    for (const block of staysIn(this.trace, scope)) this.add(block, wanted, firstRun, withUnended)
  }

  private add(
    { count: stays, span, ns: stayNs, isOver }: StayBlock,
    wanted: Uint8Array,
    firstRun: Int32Array | undefined,
    withUnended: boolean,
  ): void {
    const { stateReason, stack, goroutine } = this.trace.spans
    const { count, ns } = this
    for (let i = 0; i < stays; i++) {
      const row = span[i]
      if (wanted[stateReason[row]] === 0 || !(stayNs[i] > 0)) continue
      if (firstRun !== undefined && row < firstRun[goroutine[row]]) continue
      if (isOver[i] === 0) {
        this.unendedCount++
        this.unendedNs += stayNs[i]
        if (!withUnended) continue
      }
      const at = Math.max(stack[row], 0)
      count[at]++
      ns[at] += stayNs[i]
    }
  }

  addSamples({ fromNs, toNs, keep, within }: Scope): void {
    const { samples, durationNs } = this.trace
    const { length, timeNs, goroutine, stack } = samples
    for (let row = 0; row < length; row++) {
      // What happens at the very end of the trace has no later range to be in.
      if (timeNs[row] < fromNs || (timeNs[row] >= toNs && toNs < durationNs)) continue
      const g = goroutine[row]
      if (keep !== undefined && (g < 0 || keep[g] === 0)) continue
      if (within !== undefined && (g < 0 || !isWithin(within, g, timeNs[row]))) continue
      const at = Math.max(0, stack[row])
      this.count[at]++
      this.ns[at] += SAMPLE_PERIOD_NS
    }
  }

  /** The runtime's own threads wake with a stack of one frame that is nothing: as good as none, and Go takes both for one. */
  private foldNameless(): void {
    const { count, ns } = this
    for (let row = 1; row < count.length; row++) {
      if (count[row] === 0 || !isNameless(this.trace, row)) continue
      count[0] += count[row]
      ns[0] += ns[row]
      count[row] = 0
    }
  }

  profile(): Profile {
    this.foldNameless()
    let length = 0
    for (let row = 0; row < this.count.length; row++) if (this.count[row] > 0) length++
    const stack = new Int32Array(length)
    const count = new Float64Array(length)
    const ns = new Float64Array(length)
    for (let row = 0, at = 0; row < this.count.length; row++) {
      if (this.count[row] === 0) continue
      stack[at] = row
      count[at] = this.count[row]
      ns[at++] = this.ns[row]
    }
    return { kind: this.kind, length, stack, count, ns, unended: { count: this.unendedCount, ns: this.unendedNs } }
  }
}

/** No frame has a name. */
function isNameless({ stacks, frames }: Trace, stack: number): boolean {
  for (let i = stacks.first[stack]; i < stacks.first[stack + 1]; i++)
    if (frames.function[stacks.frame[i]] > 0) return false
  return true
}

/** By `stateReason`: 1 for those that a kind of profile is about. */
function wantedStates(trace: Trace, kind: ProfileKind): Uint8Array {
  const wanted = new Uint8Array(trace.reasons.length * 4)
  for (let reason = 0; reason < trace.reasons.length; reason++) {
    const text = trace.strings.text(trace.reasons[reason])
    for (let state = 0; state < 4; state++) wanted[state | (reason << 2)] = isWanted(kind, state, text) ? 1 : 0
  }
  return wanted
}

function isWanted(kind: ProfileKind, state: number, reason: string): boolean {
  if (kind === 'syscall') return state === GoState.syscall
  if (kind === 'sched') return state === GoState.runnable
  if (state !== GoState.waiting) return false
  if (kind === 'sync') return reason.includes('chan') || reason.includes('sync') || reason.includes('select')
  return kind === 'block' || (kind === 'network' && reason === 'network')
}

const firstRunCache = new WeakMap<Trace, Int32Array>()

/** By goroutine: the row of its first running span; 0 where it never ran, which is before all of its rows. */
function firstRuns(trace: Trace): Int32Array {
  const known = firstRunCache.get(trace)
  if (known) return known
  const { stateReason, goroutine, length } = trace.spans
  const first = new Int32Array(trace.goroutines.length)
  const isKnown = new Uint8Array(trace.goroutines.length)
  for (let row = 0; row < length; row++) {
    if ((stateReason[row] & 3) !== GoState.running || isKnown[goroutine[row]] === 1) continue
    first[goroutine[row]] = row
    isKnown[goroutine[row]] = 1
  }
  firstRunCache.set(trace, first)
  return first
}

function withoutSystem(trace: Trace, scope: Scope): Scope {
  const { entry, entryOf, length } = entriesOf(trace)
  const isSystem = new Uint8Array(length)
  for (let k = 0; k < length; k++) isSystem[k] = isSystemEntry(trace.strings.text(entry[k])) ? 1 : 0
  const keep = new Uint8Array(trace.goroutines.length)
  for (let g = 0; g < keep.length; g++) keep[g] = isSystem[entryOf[g]] === 1 || scope.keep?.[g] === 0 ? 0 : 1
  return { ...scope, keep }
}

/** Does a moment lie in a stretch of its goroutine? The last one that begins by then would hold it. */
function isWithin({ first, startNs, endNs }: Stretches, g: number, ns: number): boolean {
  let low = first[g]
  let high = first[g + 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (startNs[middle] <= ns) low = middle + 1
    else high = middle
  }
  return low > first[g] && ns < endNs[low - 1]
}
