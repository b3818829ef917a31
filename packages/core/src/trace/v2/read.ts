/**
 * Reads a trace of Go 1.22 to 1.26: finds its generations (`batches.ts`), then reads one after the other: its tables
 * (`generation.ts`), then its events (`merge.ts`), which replay the scheduler (`sched.ts`) into the builder.
 */
import { FormatError } from '../../base/errors.ts'
import { Meter, type OnProgress } from '../../base/progress.ts'
import { TraceBuilder } from '../build.ts'
import { HEADER_SIZE } from '../header.ts'
import { EVENT_KINDS, EventKind, type Trace } from '../tables.ts'
import { findGenerations, type Generation, type Report } from './batches.ts'
import { MAX_NS } from './cursors.ts'
import { Merge } from './merge.ts'
import { GO_GENERATION, GO_SIZE, GoStatus, Sched } from './sched.ts'
import { warmUpTrace } from './warm.ts'
import { Ev, eventEnd } from './wire.ts'

/** Offsets are 31-bit integers, which is what machine code likes; Go's own tools give up far earlier. */
const MAX_BYTES = 2 ** 31 - 1
/** Batches that are looked into to guess the number of spans. */
const BATCHES_TO_LOOK_INTO = 24

/** From this size on, what warming up costs (some 20 ms) is less than what it saves. */
export const WARM_UP_FROM = 16 << 20
let warm = false

/** Warms the reader up before it gets a trace: useful only while there is something to wait for. */
export function warmUpTraceReader(): void {
  if (warm) return
  warm = true
  readV2(warmUpTrace(), 22)
}

export function readV2(bytes: Uint8Array, version: number, onProgress?: OnProgress): Trace {
  if (bytes.length >= WARM_UP_FROM) warmUpTraceReader()
  if (bytes.length > MAX_BYTES)
    throw new FormatError(
      `the trace has ${bytes.length} bytes, more than the ${MAX_BYTES} that can be read: capture fewer seconds`,
      MAX_BYTES,
    )
  const meter = new Meter(bytes.length, onProgress)
  const problems: Parameters<Report>[] = []
  const generations = findGenerations(bytes, version, (...problem) => problems.push(problem))
  const guess = guessRows(bytes, generations)
  const builder = new TraceBuilder(bytes, guess.spans)
  builder.reserve(guess.goroutines, guess.logs)
  const report: Report = (offset, message, lost) => builder.problem(offset, message, lost)
  for (const problem of problems) report(...problem)
  if (generations.length === 0) {
    if (bytes.length === HEADER_SIZE)
      throw new FormatError('the trace ends after its header: it holds no events', HEADER_SIZE)
    throw new FormatError('expected batches of events after the header, found none that can be read', HEADER_SIZE)
  }
  const s = new Sched(bytes, version, builder, report, guess.goroutines, meter)
  const zeroNs = readGenerations(s, bytes, generations)
  s.builder.eventCounts.set(countKinds(s, generations.length + 1))
  if (s.firstClock !== undefined) builder.clock = { atNs: s.firstClock.ns - zeroNs, unixNs: s.firstClock.unixNs }
  const trace = builder.freeze(version, Number.isNaN(s.lastEventNs) ? 0 : s.lastEventNs)
  meter.end()
  return trace
}

/**
 * How many spans, goroutines and logs these generations may give, from a look into some of their batches. Columns that have to
 * grow are copied, and touching new memory is what a fast reader pays most for; room that is never used costs nothing.
 */
function guessRows(bytes: Uint8Array, generations: readonly Generation[]) {
  const batches = generations.flatMap(generation => generation.events)
  const total = batches.reduce((sum, batch) => sum + batch.end - batch.start, 0)
  const step = Math.max(1, Math.floor(batches.length / BATCHES_TO_LOOK_INTO))
  let size = 0
  let spans = 0
  let logs = 0
  let goroutines = 0
  for (let i = 0; i < batches.length; i += step) {
    size += batches[i].end - batches[i].start
    for (let pos = batches[i].start; pos >= 0 && pos < batches[i].end; pos = eventEnd(bytes, pos, batches[i].end)) {
      if (bytes[pos] === Ev.userLog) logs++
      else spans++
      if (bytes[pos] === Ev.goCreate) goroutines++
    }
  }
  const scale = size === 0 ? 0 : (total / size) * 1.05
  return { spans: Math.ceil(spans * scale), goroutines: Math.ceil(goroutines * scale), logs: Math.ceil(logs * scale) }
}

/** Returns the clock's reading when the trace began. */
function readGenerations(s: Sched, bytes: Uint8Array, generations: readonly Generation[]): number {
  let zeroNs = 0
  let damaged = false
  generations.forEach((generation, i) => {
    s.tables.read(generation)
    const startNs = Math.floor(generation.minTime * s.tables.nsPerUnit)
    if (i === 0) zeroNs = startNs
    const resync = i > 0 && (damaged || !generation.follows)
    s.beginGeneration(i + 1, i === 0, resync)
    s.damaged ||= generation.cut
    if (s.tables.clock !== undefined && s.firstClock === undefined)
      s.firstClock = { ns: Math.floor(s.tables.clock.time * s.tables.nsPerUnit), unixNs: s.tables.clock.unixNs }
    // Go's reader surfaces a sync event here, and times strictly increase.
    s.last[0] = i === 0 ? 0 : Math.max(s.last[0] + 1, Math.min(startNs - zeroNs, MAX_NS))
    const beganNs = s.last[0]
    s.builder.generation(beganNs)
    new Merge(s, bytes, generation, zeroNs).generation()
    if (s.last[0] > beganNs) s.lastEventNs = s.last[0]
    if (resync) endForgotten(s, beganNs)
    damaged = s.lenient || generation.cut
  })
  return zeroNs
}

/** After damage a generation states all that live: who is not among them ended in what was lost. */
function endForgotten(s: Sched, ns: number): void {
  for (let row = 0; row < s.builder.goroutineCount; row++) {
    if (
      s.status(row) === GoStatus.none ||
      s.go[row * GO_SIZE + GO_GENERATION] === s.generation ||
      s.builder.lastSpanNs(row) > ns
    )
      continue
    s.setStatus(row, GoStatus.none)
    s.builder.die(ns, row)
    s.lastEventNs = Math.max(s.lastEventNs || 0, ns)
  }
}

const GOROUTINE_TRANSITIONS = [
  ...[Ev.goCreate, Ev.goCreateSyscall, Ev.goStart, Ev.goDestroy, Ev.goDestroySyscall, Ev.goStop, Ev.goBlock],
  ...[Ev.goUnblock, Ev.goSyscallBegin, Ev.goSyscallEnd, Ev.goSyscallEndBlocked, Ev.goStatus, Ev.goCreateBlocked],
  Ev.goStatusStack,
]

const KIND_OF: { readonly [K in (typeof EVENT_KINDS)[number]]?: readonly number[] } = {
  goroutine: GOROUTINE_TRANSITIONS,
  proc: [Ev.procStart, Ev.procStop, Ev.procSteal, Ev.procStatus],
  metric: [Ev.procsChange, Ev.heapAlloc, Ev.heapGoal],
  label: [Ev.goLabel],
  rangebegin: [Ev.stwBegin, Ev.gcBegin, Ev.gcSweepBegin, Ev.gcMarkAssistBegin],
  rangeactive: [Ev.gcActive, Ev.gcSweepActive, Ev.gcMarkAssistActive],
  rangeend: [Ev.stwEnd, Ev.gcEnd, Ev.gcSweepEnd, Ev.gcMarkAssistEnd],
  taskbegin: [Ev.userTaskBegin],
  taskend: [Ev.userTaskEnd],
  regionbegin: [Ev.userRegionBegin],
  regionend: [Ev.userRegionEnd],
  log: [Ev.userLog],
  experimental: [128, 129, 130, 131, 132, 133, 134, 135, 136],
}

/** How many events of each kind Go's reader surfaces for what was read. */
function countKinds(s: Sched, syncs: number): Float64Array {
  const totals = new Float64Array(EVENT_KINDS.length)
  EVENT_KINDS.forEach((kind, i) => {
    totals[i] = (KIND_OF[kind] ?? []).reduce((sum, type) => sum + s.counts[type], 0)
  })
  totals[EventKind.goroutine] += 3 * (s.counts[Ev.goSwitch] + s.counts[Ev.goSwitchDestroy])
  totals[EventKind.proc] += s.extraProc
  totals[EventKind.sync] = syncs
  totals[EventKind.stacksample] = s.sampleCount
  return totals
}
