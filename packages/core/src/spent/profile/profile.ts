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
import { remembered } from '../../base/remembered.ts'
import { GoState, spanEndNs, type Trace } from '../../trace/tables.ts'
import { entriesOf, isSystemEntry } from '../entries.ts'
import type { Scope, Stretches } from '../scope.ts'
import { overlapNs, type StayBlock, staysIn } from '../stays.ts'
import type { StackSums, Weight } from './tree.ts'

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

export type Total = { readonly count: number; readonly ns: number }

/**
 * One row for each stack in which anything was spent: stays, or samples. Rows of stacks ascend; 0 is the empty one, of
 * whatever has no stack.
 */
export type Profile = StackSums & {
  readonly kind: ProfileKind
  /** Stays in the scope that go on when the trace ends: among the profile's own rows only where they were asked for. */
  readonly unended: Total & { readonly rows: StackSums }
  /**
   * Waits of the program's goroutines since before the trace, which does not say what for: a profile of waits for
   * something has none of them, though many may be of its kind.
   */
  readonly reasonless: Total
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
  else spent.addStays(kind === 'block' ? withoutSystem(trace, scope) : scope)
  return spent.profile(options.unended ?? false)
}

/** Of each row: what the profile is weighted by. */
export function weightsOf(profile: Profile, by: Weight): Float64Array {
  return by === 'time' ? profile.ns : profile.count
}

/** All rows together. */
export function totalOf({ length, count, ns }: StackSums): Total {
  const total = { count: 0, ns: 0 }
  for (let i = 0; i < length; i++) {
    total.count += count[i]
    total.ns += ns[i]
  }
  return total
}

/** What has no stack: no function has it, and a table of them cannot say where it went. */
export function stacklessOf({ stack, count, ns }: StackSums): Total {
  const row = stack.indexOf(0)
  return row < 0 ? { count: 0, ns: 0 } : { count: count[row], ns: ns[row] }
}

/** How many stacks it has. */
export function stackCountOf({ stack }: StackSums): number {
  return stack.filter(row => row > 0).length
}

/** By row of stacks. */
type Sums = { readonly count: Float64Array; readonly ns: Float64Array }

const sumsFor = ({ stacks }: Trace): Sums => ({
  count: new Float64Array(stacks.length),
  ns: new Float64Array(stacks.length),
})

/** What `Spent.wanted` says of a state with its reason. */
const WANTED = 1
const NOBODY = new Uint8Array(0)
const REASONLESS = 2

class Spent {
  private readonly trace: Trace
  private readonly kind: ProfileKind
  private readonly ended: Sums
  private readonly unended: Sums
  private readonly reasonless = { count: 0, ns: 0 }

  constructor(trace: Trace, kind: ProfileKind) {
    this.trace = trace
    this.kind = kind
    this.ended = sumsFor(trace)
    this.unended = sumsFor(trace)
  }

  addStays(scope: Scope): void {
    const wanted = wantedStates(this.trace, this.kind)
    const isAsGo = this.kind !== 'block' && scope.within === undefined
    const firstRun = isAsGo ? firstRuns(this.trace) : undefined
    const system = wanted[GoState.waiting] === REASONLESS ? systemOf(this.trace) : NOBODY
    for (const block of staysIn(this.trace, scope)) this.add(block, scope, wanted, firstRun, system)
  }

  private add(
    { count: stays, span, ns: stayNs, isOver }: StayBlock,
    scope: Scope,
    wanted: Uint8Array,
    firstRun: Int32Array | undefined,
    system: Uint8Array,
  ): void {
    const { stateReason, stack, goroutine } = this.trace.spans
    const { ended, unended, reasonless } = this
    const { count, ns } = ended
    const otherwise = this.kind === 'block' ? 0 : NEVER
    for (let i = 0; i < stays; i++) {
      const row = span[i]
      const want = wanted[stateReason[row]]
      if (want === 0 || !(stayNs[i] > 0)) continue
      if (want === REASONLESS) {
        if (system[goroutine[row]] === 0) spend(reasonless, stayNs[i])
        continue
      }
      const ran = firstRun === undefined ? otherwise : firstRun[goroutine[row]]
      if (row < ran) continue
      const at = Math.max(stack[row], 0)
      if (isOver[i] === 1) {
        const withinNs = ran === NEVER ? this.asStated(row, stayNs[i], scope) : stayNs[i]
        if (!(withinNs > 0)) continue
        count[at]++
        ns[at] += withinNs
      } else {
        unended.count[at]++
        unended.ns[at] += stayNs[i]
      }
    }
  }

  /** Go counts a state since before the trace from when the trace says so. Of those that run later none of it counts. */
  private asStated(row: number, ns: number, { fromNs, toNs, within }: Scope): number {
    const { goroutines, spans, spansOf } = this.trace
    const g = spans.goroutine[row]
    const statedNs = goroutines.statedNs[g]
    if (spans.startNs[row] !== 0 || !(statedNs > fromNs)) return ns
    const endNs = Math.min(toNs, spanEndNs(this.trace, g, spansOf.first[g]))
    return within ? overlapNs(within, g, statedNs, endNs) : endNs - statedNs
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
      this.ended.count[at]++
      this.ended.ns[at] += SAMPLE_PERIOD_NS
    }
  }

  profile(withUnended: boolean): Profile {
    const { trace, kind, ended, unended, reasonless } = this
    foldNameless(trace, ended)
    foldNameless(trace, unended)
    const rows = rowsOf(unended)
    if (withUnended)
      for (let i = 0; i < rows.length; i++) {
        ended.count[rows.stack[i]] += rows.count[i]
        ended.ns[rows.stack[i]] += rows.ns[i]
      }
    return { kind, ...rowsOf(ended), unended: { ...totalOf(rows), rows }, reasonless }
  }
}

function spend(total: { count: number; ns: number }, ns: number): void {
  total.count++
  total.ns += ns
}

/** The runtime's own threads wake with a stack of one frame that is nothing: as good as none, and Go takes both for one. */
function foldNameless(trace: Trace, { count, ns }: Sums): void {
  for (let row = 1; row < count.length; row++) {
    if (count[row] === 0 || !isNameless(trace, row)) continue
    count[0] += count[row]
    ns[0] += ns[row]
    count[row] = 0
    ns[row] = 0
  }
}

function rowsOf({ count, ns }: Sums): StackSums {
  let length = 0
  for (let row = 0; row < count.length; row++) if (count[row] > 0) length++
  const rows = { length, stack: new Int32Array(length), count: new Float64Array(length), ns: new Float64Array(length) }
  for (let row = 0, at = 0; row < count.length; row++) {
    if (count[row] === 0) continue
    rows.stack[at] = row
    rows.count[at] = count[row]
    rows.ns[at++] = ns[row]
  }
  return rows
}

/** No frame has a name. */
function isNameless({ stacks, frames }: Trace, stack: number): boolean {
  for (let i = stacks.first[stack]; i < stacks.first[stack + 1]; i++)
    if (frames.function[stacks.frame[i]] > 0) return false
  return true
}

/** By `stateReason`: is it what a kind of profile is about? */
function wantedStates(trace: Trace, kind: ProfileKind): Uint8Array {
  const wanted = new Uint8Array(trace.reasons.length * 4)
  for (let reason = 0; reason < trace.reasons.length; reason++) {
    const text = trace.strings.text(trace.reasons[reason])
    for (let state = 0; state < 4; state++) wanted[state | (reason << 2)] = isWanted(kind, state, text) ? WANTED : 0
  }
  if (kind === 'sync' || kind === 'network') wanted[GoState.waiting] = REASONLESS
  return wanted
}

function isWanted(kind: ProfileKind, state: number, reason: string): boolean {
  if (kind === 'syscall') return state === GoState.syscall
  if (kind === 'sched') return state === GoState.runnable
  if (state !== GoState.waiting) return false
  if (kind === 'sync') return reason.includes('chan') || reason.includes('sync') || reason.includes('select')
  return kind === 'block' || (kind === 'network' && reason === 'network')
}

/** In the place of a goroutine's first running span: there is none. It is before all rows. */
const NEVER = -1

/** By goroutine: the row of its first running span, or NEVER. */
const firstRuns = remembered((trace: Trace): Int32Array => {
  const { spansOf, spans } = trace
  const first = new Int32Array(trace.goroutines.length).fill(NEVER)
  for (let g = 0; g < first.length; g++)
    for (let at = spansOf.first[g]; at < spansOf.first[g + 1]; at++) {
      const row = spansOf.row[at]
      if ((spans.stateReason[row] & 3) !== GoState.running) continue
      first[g] = row
      break
    }
  return first
})

/** By goroutine: 1 for the runtime's own. */
const systemOf = remembered((trace: Trace): Uint8Array => {
  const { entry, entryOf, length } = entriesOf(trace)
  const isSystem = new Uint8Array(length)
  for (let k = 0; k < length; k++) isSystem[k] = isSystemEntry(trace.strings.text(entry[k])) ? 1 : 0
  return Uint8Array.from(entryOf, k => isSystem[k])
})

function withoutSystem(trace: Trace, scope: Scope): Scope {
  const system = systemOf(trace)
  const keep = new Uint8Array(system.length)
  for (let g = 0; g < keep.length; g++) keep[g] = system[g] === 1 || scope.keep?.[g] === 0 ? 0 : 1
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
