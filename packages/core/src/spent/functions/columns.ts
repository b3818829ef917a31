/** The columns that a table of functions and one of goroutines share: where the time of each row went. */

import { RangeKind, type Trace } from '../../trace/tables.ts'
import type { Scope } from '../scope.ts'
import { type StayBlock, staysIn } from '../stays.ts'
import { BY_STACK, kindCodes, STAY_KINDS, StayCode, WAIT_KINDS } from './kinds.ts'
import { overlapsIn } from './overlaps.ts'

/**
 * Sums by row, in nanoseconds. `kindNs` adds up to `totalNs`; the last three overlap them: a goroutine assists the
 * collector while it runs, and may have to wait in the middle of it.
 *
 * The fields of Go's `GoroutineExecStats` (`internal/trace/summary.go`): ExecTime is `running`, SchedWaitTime `runnable`,
 * BlockTimeByReason the waits, RangeTime the last three, and they are equal, but that
 *
 *  - SyscallTime and SyscallBlockTime are one: Go tells apart from when on a call had lost its P
 *  - a call that goes on when the trace ends, and has lost its P, is for Go a wait for a processor, too: here a call alone
 *  - of a goroutine which waits "forever" (`select {}`, a nil channel) Go takes the wait for its end: here it waits
 *  - Go lets one that it hears of late begin with the last generation: here it was there since the trace began
 *  - of an id that is used again (a thread that calls from C into Go) Go keeps the last life: here each life is a row
 *  - a sweep that ends on another goroutine than it began with goes on, for Go, until the trace ends: here it is nobody's
 */
export type SpentColumns = {
  readonly length: number
  /** The scope that it is of. */
  readonly scope: Scope
  /** By goroutine: its row here; -1: it is not there within the scope. */
  readonly rowOf: Int32Array
  readonly totalNs: Float64Array
  /** By `STAY_KINDS`; those that do not occur share a column of zeros, and a kind of waits may be `waitingNs` itself. */
  readonly kindNs: readonly Float64Array[]
  /** All waits. */
  readonly waitingNs: Float64Array
  /** GC mark assist. */
  readonly assistNs: Float64Array
  /** Sweeping, where one goroutine ran from its begin to its end. */
  readonly sweepNs: Float64Array
  /** The world was stopped by it. */
  readonly stwNs: Float64Array
}

/** Which goroutines a scope has, and what it then is. */
export type Present = {
  /** The scope without those that did nothing within it. */
  readonly scope: Scope
  /** Rows in goroutines, ascending. */
  readonly goroutine: Uint32Array
}

/** Who is there at all within the scope's range, and in its stretches. */
export function presentIn(trace: Trace, scope: Scope): Present {
  const { goroutines, spansOf } = trace
  const { birthNs, deathNs } = goroutines
  const { keep, within, fromNs, toNs } = scope
  const there = new Uint32Array(goroutines.length)
  const kept = within ? new Uint8Array(goroutines.length) : undefined
  let count = 0
  for (let g = 0; g < goroutines.length; g++) {
    if (keep !== undefined && keep[g] === 0) continue
    // Not there any more, or not yet; who was there before the trace has no birth.
    if (deathNs[g] <= fromNs || (birthNs[g] > fromNs && birthNs[g] >= toNs)) continue
    if (spansOf.first[g] === spansOf.first[g + 1]) continue
    if (kept) {
      if (!hasStretch(within!, g, fromNs, toNs)) continue
      kept[g] = 1
    }
    there[count++] = g
  }
  return { scope: kept ? { ...scope, keep: kept } : scope, goroutine: there.subarray(0, count) }
}

function hasStretch({ first, startNs, endNs }: NonNullable<Scope['within']>, g: number, fromNs: number, toNs: number) {
  for (let i = first[g]; i < first[g + 1]; i++) if (startNs[i] < toNs && endNs[i] > fromNs) return true
  return false
}

/** Another sum over the same stays, made in the same pass: reading them is a third of the work. */
export type Beside = (block: StayBlock) => void

/** `rowOf`: by goroutine, for each that is present. */
export function spentColumns(
  trace: Trace,
  { scope }: Present,
  rowOf: Int32Array,
  length: number,
  beside?: Beside,
): SpentColumns {
  const columns: (Float64Array | undefined)[] = STAY_KINDS.map(() => undefined)
  for (const block of staysIn(trace, scope)) {
    add(trace, block, rowOf, length, columns)
    beside?.(block)
  }
  const used = (codes: readonly number[]) => codes.flatMap(code => columns[code] ?? [])
  const waitingNs = summed(used(Array.from(WAIT_KINDS, kind => StayCode[kind])), length)
  const totalNs = summed([...used([StayCode.running, StayCode.runnable, StayCode.syscall]), waitingNs], length)
  const none = new Float64Array(length)
  const kindNs = columns.map(column => column ?? none)
  return { length, scope, rowOf, totalNs, kindNs, waitingNs, ...overlapColumns(trace, scope, rowOf, none) }
}

/** A kind that does not occur gets no column: of a million goroutines each is 8 MB. */
function add(
  trace: Trace,
  { count, span, ns }: StayBlock,
  rowOf: Int32Array,
  length: number,
  columns: (Float64Array | undefined)[],
): void {
  const { goroutine, stateReason, stack } = trace.spans
  const { codeOf, codeAt } = kindCodes(trace)
  for (let i = 0; i < count; i++) {
    const row = span[i]
    let code = codeOf[stateReason[row]]
    if (code === BY_STACK) code = codeAt[stack[row] + 1]
    let column = columns[code]
    if (column === undefined) {
      column = new Float64Array(length)
      columns[code] = column
    }
    column[rowOf[goroutine[row]]] += ns[i]
  }
}

/** One alone is its own sum: a million goroutines mostly wait for one thing. */
function summed(columns: readonly Float64Array[], length: number): Float64Array {
  if (columns.length === 1) return columns[0]
  const sum = columns[0]?.slice() ?? new Float64Array(length)
  for (const column of columns.slice(1)) for (let row = 0; row < length; row++) sum[row] += column[row]
  return sum
}

/** `none`: a column of zeros, for what does not occur. */
function overlapColumns(
  trace: Trace,
  scope: Scope,
  rowOf: Int32Array,
  none: Float64Array,
): Pick<SpentColumns, 'assistNs' | 'sweepNs' | 'stwNs'> {
  const { kind, goroutine, ns, length: count } = overlapsIn(trace, scope)
  const columnOf = (wanted: number) => {
    let column: Float64Array | undefined
    for (let i = 0; i < count; i++) {
      const row = kind[i] === wanted ? rowOf[goroutine[i]] : -1
      // One that was not there, in a trace that was mended.
      if (row < 0) continue
      column ??= new Float64Array(none.length)
      column[row] += ns[i]
    }
    return column ?? none
  }
  const { markAssist, gcSweep, stopTheWorld } = RangeKind
  return { assistNs: columnOf(markAssist), sweepNs: columnOf(gcSweep), stwNs: columnOf(stopTheWorld) }
}
