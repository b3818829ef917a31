/**
 * A trace in numbers, under the names and with the meanings of `tools/oracle` (which asks Go's own reader), so that the
 * two can be compared field by field. Sums over goroutines count ids, not rows: an id that is used again (a thread
 * that calls from C into Go time and again) is one goroutine here, as it is for Go.
 */
import type { Problem } from '../base/errors.ts'
import {
  EVENT_KINDS,
  EventKind,
  GO_STATE_NAMES,
  GoState,
  lastSpanOf,
  METRIC_NAMES,
  type Trace,
} from '../trace/tables.ts'

/** A number of intervals and their summed length. */
export type Total = { count: number; ns: number }

/** The goroutines that share an entry function, and where their time went. */
export type FunctionTotal = {
  goroutines: number
  runningNs: number
  runnableNs: number
  waitingNs: number
  syscallNs: number
}

/** Keys are sorted; a key whose count would be 0 is left out. */
export type Summary = {
  /** The first thing that could not be read; absent for a whole trace. */
  error?: string
  /** All that could not be read, where, and what is missing because of it; absent for a whole trace. */
  problems?: readonly Problem[]
  durationNs: number
  /** Distinct ids of goroutines that were in any state. */
  goroutines: number
  procs: number
  threads: number
  /** State transitions of goroutines and of procs, restatements included. */
  transitions: Record<string, number>
  /** Every other event by kind. */
  events: Record<string, number>
  /** Spans by state; those still going on are counted up to the end. */
  states: Record<string, Total>
  /** Waiting spans by reason. */
  waitReasons: Record<string, Total>
  /** By entry function; '' where it is not known. */
  functions: Record<string, FunctionTotal>
  /** Living goroutines by state when the trace ends. */
  atEnd: Record<string, number>
  /** Of those that wait: reason + " @ " + innermost frame outside of runtime, sync and internal. */
  waitingAtEnd: Record<string, number>
  /** Name: samples, least, greatest. */
  metrics: Record<string, [samples: number, min: number, max: number]>
  /** Begins by name, of those that began while the trace was on. */
  ranges: Record<string, number>
  tasks: Record<string, number>
  regions: Record<string, number>
}

export function summarize(trace: Trace): Summary {
  const functionOf = entryFunctions(trace)
  const spans = spanTotals(trace, functionOf)
  const { atEnd, waitingAtEnd } = endStates(trace)
  return {
    ...(trace.problems.length > 0 ? { error: trace.problems[0].message, problems: trace.problems } : {}),
    durationNs: trace.durationNs,
    goroutines: functionOf.ids,
    procs: trace.procs.length,
    threads: trace.threads.length,
    transitions: eventCounts(trace, ['goroutine', 'proc']),
    events: eventCounts(
      trace,
      EVENT_KINDS.filter(kind => kind !== 'goroutine' && kind !== 'proc'),
    ),
    ...spans,
    atEnd,
    waitingAtEnd,
    metrics: metrics(trace),
    ranges: countByName(trace, trace.ranges.name, row => trace.ranges.startNs[row] > 0),
    tasks: countByName(trace, trace.tasks.type, row => !Number.isNaN(trace.tasks.startNs[row])),
    regions: countByName(trace, trace.regions.type, row => !Number.isNaN(trace.regions.startNs[row])),
  }
}

/** Which goroutine belongs to which entry function. */
type EntryFunctions = {
  /** Distinct goroutine ids that have spans. */
  readonly ids: number
  /** By goroutine row: an index into the lists below; -1 without spans. */
  readonly index: Int32Array
  /** String rows; -1: not known. */
  readonly entries: readonly number[]
  readonly goroutines: readonly number[]
}

/** Rows that share an id are one goroutine, whose entry function is the first one known. */
function entryFunctions(trace: Trace): EntryFunctions {
  const { goroutines, spansOf } = trace
  const first = firstRowById(goroutines.id, g => spansOf.first[g + 1] > spansOf.first[g])
  const entryOf = goroutines.entry.slice()
  for (let g = goroutines.length - 1; g >= 0; g--) {
    if (first[g] < 0 || first[g] === g) continue
    if (entryOf[first[g]] < 0) entryOf[first[g]] = entryOf[g]
  }
  const index = new Int32Array(goroutines.length).fill(-1)
  const known = new Map<number, number>()
  const entries: number[] = []
  const counts: number[] = []
  let ids = 0
  for (let g = 0; g < goroutines.length; g++) {
    if (first[g] < 0) continue
    const entry = Math.max(0, entryOf[first[g]])
    let at = known.get(entry)
    if (at === undefined) {
      at = entries.push(entry) - 1
      counts.push(0)
      known.set(entry, at)
    }
    index[g] = at
    if (first[g] !== g) continue
    counts[at]++
    ids++
  }
  return { ids, index, entries, goroutines: counts }
}

/** For each row that `counts`, the first one with the same id; -1 for the others. */
function firstRowById(id: Float64Array, counts: (row: number) => boolean): Int32Array {
  const first = new Int32Array(id.length).fill(-1)
  // Ids come nearly sorted, but nothing promises it: a table twice as long as needed, probed linearly.
  let mask = 15
  while (mask < id.length * 2) mask = mask * 2 + 1
  const slots = new Int32Array(mask + 1).fill(-1)
  // A stranger's file must not be able to choose its collisions.
  const seed = (Math.random() * 0x7fffffff) | 0
  for (let row = 0; row < id.length; row++) {
    if (!counts(row)) continue
    let slot = scatter(id[row], seed) & mask
    while (slots[slot] !== -1 && id[slots[slot]] !== id[row]) slot = (slot + 1) & mask
    if (slots[slot] === -1) slots[slot] = row
    first[row] = slots[slot]
  }
  return first
}

/** Both halves of the id take part, and neighbours go apart. */
function scatter(id: number, seed: number): number {
  let h = Math.imul(((id / 0x100000000) | 0) ^ seed, 0x9e3779b1) ^ (id | 0)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

type SpanTotals = Pick<Summary, 'states' | 'waitReasons' | 'functions'>

/** One pass over all spans, last to first, so that where a span ends is what was seen of its goroutine before. */
function spanTotals(trace: Trace, functionOf: EntryFunctions): SpanTotals {
  const { startNs, goroutine, stateReason } = trace.spans
  const endNs = trace.goroutines.deathNs.map(deathNs => (Number.isNaN(deathNs) ? trace.durationNs : deathNs))
  const stateCount = new Float64Array(4)
  const reasonCount = new Float64Array(trace.reasons.length)
  const reasonNs = new Float64Array(trace.reasons.length)
  const functionNs = new Float64Array(functionOf.entries.length * 4)
  for (let row = trace.spans.length - 1; row >= 0; row--) {
    const g = goroutine[row]
    const lengthNs = endNs[g] - startNs[row]
    endNs[g] = startNs[row]
    const state = stateReason[row] & 3
    stateCount[state]++
    functionNs[functionOf.index[g] * 4 + state] += lengthNs
    if (state !== GoState.waiting) continue
    reasonCount[stateReason[row] >>> 2]++
    reasonNs[stateReason[row] >>> 2] += lengthNs
  }
  return {
    states: stateTotals(stateCount, functionNs),
    waitReasons: reasonTotals(trace, reasonCount, reasonNs),
    functions: functionTotals(trace, functionOf, functionNs),
  }
}

function stateTotals(stateCount: Float64Array, functionNs: Float64Array): Record<string, Total> {
  const ns = [0, 0, 0, 0]
  functionNs.forEach((value, i) => {
    ns[i & 3] += value
  })
  return sorted(GO_STATE_NAMES.map((name, state) => [name, { count: stateCount[state], ns: ns[state] }]))
}

function reasonTotals(trace: Trace, count: Float64Array, ns: Float64Array): Record<string, Total> {
  const totals: [string, Total][] = []
  for (let reason = 0; reason < count.length; reason++)
    totals.push([trace.strings.text(trace.reasons[reason]), { count: count[reason], ns: ns[reason] }])
  return sorted(totals)
}

function functionTotals(trace: Trace, of: EntryFunctions, ns: Float64Array): Record<string, FunctionTotal> {
  const totals = of.entries.map((entry, i): [string, FunctionTotal] => [
    trace.strings.text(entry),
    {
      goroutines: of.goroutines[i],
      runningNs: ns[i * 4 + GoState.running],
      runnableNs: ns[i * 4 + GoState.runnable],
      waitingNs: ns[i * 4 + GoState.waiting],
      syscallNs: ns[i * 4 + GoState.syscall],
    },
  ])
  return Object.fromEntries(totals.sort(byName))
}

/** The living by state, and where those stand that wait. */
function endStates(trace: Trace): Pick<Summary, 'atEnd' | 'waitingAtEnd'> {
  const states = new Float64Array(4)
  const sites = new Sites(trace)
  const waiting = new Map<number, Map<string, number>>()
  for (let g = 0; g < trace.goroutines.length; g++) {
    const row = lastSpanOf(trace, g)
    if (row < 0 || !Number.isNaN(trace.goroutines.deathNs[g])) continue
    const stateReason = trace.spans.stateReason[row]
    states[stateReason & 3]++
    if ((stateReason & 3) !== GoState.waiting) continue
    const bySite = mapIn(waiting, stateReason >>> 2)
    const site = sites.of(trace.spans.stack[row])
    bySite.set(site, (bySite.get(site) ?? 0) + 1)
  }
  const at: [string, number][] = []
  for (const [reason, bySite] of waiting)
    for (const [site, count] of bySite) at.push([`${trace.strings.text(trace.reasons[reason])} @ ${site}`, count])
  return { atEnd: counted(GO_STATE_NAMES.map((name, state) => [name, states[state]])), waitingAtEnd: counted(at) }
}

function mapIn(of: Map<number, Map<string, number>>, key: number): Map<string, number> {
  const known = of.get(key)
  if (known) return known
  const made = new Map<string, number>()
  of.set(key, made)
  return made
}

/** "function:line" of the innermost frame that is the program's own, worked out once a stack. */
class Sites {
  private readonly trace: Trace
  private readonly known: (string | undefined)[] = []

  constructor(trace: Trace) {
    this.trace = trace
  }

  of(stack: number): string {
    if (stack <= 0) return ''
    const known = this.known[stack]
    if (known !== undefined) return known
    const site = this.find(stack)
    this.known[stack] = site
    return site
  }

  private find(stack: number): string {
    const { stacks, frames, strings } = this.trace
    let innermost = ''
    for (let i = stacks.first[stack]; i < stacks.first[stack + 1]; i++) {
      const frame = stacks.frame[i]
      const name = strings.text(frames.function[frame])
      const at = `${name}:${frames.line[frame]}`
      if (!/^(runtime\.|sync\.|internal\/)/.test(name)) return at
      if (innermost === '') innermost = at
    }
    return innermost
  }
}

function metrics(trace: Trace): Summary['metrics'] {
  const found = METRIC_NAMES.map((): [number, number, number] => [0, Number.POSITIVE_INFINITY, 0])
  for (let row = 0; row < trace.metrics.length; row++) {
    const entry = found[trace.metrics.kind[row]]
    const value = trace.metrics.value[row]
    entry[0]++
    entry[1] = Math.min(entry[1], value)
    entry[2] = Math.max(entry[2], value)
  }
  const named = METRIC_NAMES.map((name, kind): [string, [number, number, number]] => [name, found[kind]])
  return Object.fromEntries(named.filter(([, entry]) => entry[0] > 0).sort(byName))
}

function countByName(trace: Trace, name: Int32Array, counts: (row: number) => boolean): Record<string, number> {
  const byRow = new Map<number, number>()
  for (let row = 0; row < name.length; row++) if (counts(row)) byRow.set(name[row], (byRow.get(name[row]) ?? 0) + 1)
  return counted([...byRow].map(([row, count]) => [trace.strings.text(row), count]))
}

function eventCounts(trace: Trace, kinds: readonly (typeof EVENT_KINDS)[number][]): Record<string, number> {
  return counted(kinds.map(kind => [kind, trace.eventCounts[EventKind[kind]]]))
}

/** Sums what has the same name (two rows may decode to the same text), drops zeros, sorts. */
function counted(entries: readonly [string, number][]): Record<string, number> {
  const sums = new Map<string, number>()
  for (const [name, count] of entries) if (count > 0) sums.set(name, (sums.get(name) ?? 0) + count)
  return Object.fromEntries([...sums].sort(byName))
}

function sorted(entries: readonly [string, Total][]): Record<string, Total> {
  return Object.fromEntries([...entries].filter(([, total]) => total.count > 0).sort(byName))
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0
}
