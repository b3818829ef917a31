/**
 * The collector's work as steps in time: on this proc it begins, on this proc it ends, the world stops, there are so
 * many procs now. From what tables hold: ranges, the spans of goroutines in mark assists, the labels of workers.
 */
import { f64, i32, u8 } from '../../base/column.ts'
import { orderBy } from '../../base/order.ts'
import type { InTurns } from '../../base/turns.ts'
import { isActive, positionAt } from '../../trace/lookup.ts'
import { MetricKind, procOf, RangeKind, spanEndNs, type Trace } from '../../trace/tables.ts'
import type { MmuChoice } from './choice.ts'
import { byText, isCollectorsStop, type WorkerLabels, workerLabels } from './names.ts'

/** `busy` and `free` are of a proc; `procs` says how many there are; `owed`: one proc was busy since the trace began. */
export const Step = { busy: 0, free: 1, stop: 2, go: 3, procs: 4, owed: 5 } as const

/** In order of time. `value` is a proc's id, or how many procs there are. */
export type Steps = {
  readonly length: number
  readonly timeNs: Float64Array
  readonly kind: Uint8Array
  readonly value: Int32Array
}

const RANGES_PER_TURN = 16_384

/** More procs than that are not looked at. Go itself had a limit of 1024 for long. */
export const MOST_PROCS = 1024

export function* stepsIn(trace: Trace, choice: MmuChoice): InTurns<Steps> {
  const collector = new StepCollector(trace)
  const { work, perProc, asGo } = choice
  collector.procCounts()
  const isWanted = new Uint8Array(4)
  isWanted[RangeKind.stopTheWorld] = work.includes('stw') ? 1 : 0
  isWanted[RangeKind.markAssist] = work.includes('assist') ? 1 : 0
  isWanted[RangeKind.gcSweep] = work.includes('sweep') ? 1 : 0
  yield* collector.ranges(isWanted, asGo)
  if (asGo) collector.statements(isWanted, perProc)
  yield
  if (work.includes('background')) {
    const labels = workerLabels(trace, perProc)
    if (asGo) collector.workersAsGo(labels)
    else collector.workers(labels)
    yield
  }
  return collector.inOrder()
}

class StepCollector {
  private readonly trace: Trace
  private readonly timeNs = f64(1024)
  private readonly kind = u8(1024)
  private readonly value = i32(1024)

  constructor(trace: Trace) {
    this.trace = trace
  }

  private step(timeNs: number, kind: number, value: number): void {
    this.timeNs.push(timeNs)
    this.kind.push(kind)
    this.value.push(value)
  }

  /** The id of a proc's row; -1 for none. */
  private procId(row: number): number {
    return row < 0 ? -1 : Math.min(this.trace.procs.id[row], MOST_PROCS)
  }

  procCounts(): void {
    const { kind, timeNs, value, length } = this.trace.metrics
    for (let row = 0; row < length; row++)
      if (kind[row] === MetricKind.gomaxprocs) this.step(timeNs[row], Step.procs, Math.min(value[row], MOST_PROCS))
  }

  /** As Go has it, what was there when the trace began is known only from what says so: see `statements`. */
  *ranges(isWanted: Uint8Array, asGo: boolean): InTurns<void> {
    const { kind, name, startNs, endNs, goroutine, proc, length } = this.trace.ranges
    const isGcStop = byText(this.trace.strings, isCollectorsStop)
    for (let row = 0; row < length; row++) {
      if (row % RANGES_PER_TURN === RANGES_PER_TURN - 1) yield
      if (isWanted[kind[row]] === 0) continue
      const isKnownLate = asGo && startNs[row] === 0
      const fromNs = isKnownLate ? Number.NaN : startNs[row]
      if (kind[row] === RangeKind.gcSweep) this.onProc(fromNs, endNs[row], this.procId(proc[row]))
      else if (kind[row] === RangeKind.markAssist) this.onGoroutine(fromNs, endNs[row], goroutine[row])
      else {
        if (!isGcStop(name[row])) continue
        this.step(startNs[row], Step.stop, 0)
        if (!Number.isNaN(endNs[row])) this.step(endNs[row], Step.go, 0)
      }
    }
  }

  /** Either end may be NaN: it was not seen. */
  private onProc(fromNs: number, toNs: number, proc: number): void {
    if (proc < 0) return
    if (!Number.isNaN(fromNs)) this.step(fromNs, Step.busy, proc)
    if (!Number.isNaN(toNs)) this.step(toNs, Step.free, proc)
  }

  /** Wherever the goroutine runs meanwhile, that proc is busy. Of a begin that is not seen (NaN) only the end counts. */
  private onGoroutine(fromNs: number, toNs: number, g: number): void {
    if (g < 0) return
    if (!Number.isNaN(fromNs)) {
      const at = positionAt(this.trace, g, fromNs)
      if (at >= 0 && this.runs(at)) this.step(fromNs, Step.busy, this.procAt(at))
      this.moves(g, fromNs, Number.isNaN(toNs) ? Number.POSITIVE_INFINITY : toNs)
    }
    if (Number.isNaN(toNs)) return
    const at = this.runningUntil(g, toNs)
    if (at >= 0) this.step(toNs, Step.free, this.procAt(at))
  }

  /** Begins and ends of the goroutine's stays on procs within a stretch, its ends excluded. */
  private moves(g: number, fromNs: number, toNs: number): void {
    const { trace } = this
    const { first, row } = trace.spansOf
    const { startNs } = trace.spans
    const begin = Math.max(first[g], positionAt(trace, g, fromNs))
    let wasRunning = begin < first[g + 1] && startNs[row[begin]] <= fromNs && this.runs(begin)
    for (let at = begin; at < first[g + 1] && startNs[row[at]] < toNs; at++) {
      const timeNs = startNs[row[at]]
      const isRunning = this.runs(at)
      if (timeNs > fromNs && isRunning !== wasRunning)
        this.step(timeNs, isRunning ? Step.busy : Step.free, this.procAt(isRunning ? at : at - 1))
      wasRunning = isRunning
    }
    const deathNs = trace.goroutines.deathNs[g]
    if (wasRunning && deathNs > fromNs && deathNs < toNs) this.step(deathNs, Step.free, this.procAt(first[g + 1] - 1))
  }

  /** The place of the span in which the goroutine runs right before a moment; -1: it does not. */
  private runningUntil(g: number, timeNs: number): number {
    const { first, row } = this.trace.spansOf
    let at = positionAt(this.trace, g, timeNs)
    if (at > first[g] && this.trace.spans.startNs[row[at]] === timeNs) at--
    return at >= 0 && this.runs(at) && spanEndNs(this.trace, g, at) >= timeNs ? at : -1
  }

  private runs(at: number): boolean {
    return isActive(this.trace, this.trace.spansOf.row[at])
  }

  private procAt(at: number): number {
    return this.procId(procOf(this.trace.spans.place[this.trace.spansOf.row[at]]))
  }

  /** Each stay of a worker on a proc counts by its own label. */
  workers({ timeNs, goroutine, length }: WorkerLabels): void {
    for (let i = 0; i < length; i++) {
      const at = positionAt(this.trace, goroutine[i], timeNs[i])
      if (at < 0 || !this.runs(at)) continue
      const proc = this.procAt(at)
      this.step(timeNs[i], Step.busy, proc)
      this.step(spanEndNs(this.trace, goroutine[i], at), Step.free, proc)
    }
  }

  /** Each label counts, and from the first one on each start and stop of that goroutine, whatever it is labelled then. */
  workersAsGo({ timeNs, goroutine, length }: WorkerLabels): void {
    const known = new Set<number>()
    for (let i = 0; i < length; i++) {
      const g = goroutine[i]
      const at = positionAt(this.trace, g, timeNs[i])
      if (at >= 0) this.step(timeNs[i], Step.busy, this.procAt(at))
      if (!known.has(g)) this.moves(g, timeNs[i], Number.POSITIVE_INFINITY)
      known.add(g)
    }
  }

  /**
   * What was active when the trace began counts on the proc that says so, from then on. For the time before all procs
   * together owe one, where whoever says so was running: that a goroutine waits in its mark assist is not looked at.
   */
  statements(isWanted: Uint8Array, perProc: boolean): void {
    const { kind, endNs, goroutine, stated } = this.trace.ranges
    const hasRunner = statedByRunning(this.trace)
    for (let i = 0; i < stated.length; i++) {
      const range = stated.range[i]
      if (isWanted[kind[range]] === 0) continue
      const timeNs = stated.timeNs[i]
      const isAssist = kind[range] === RangeKind.markAssist
      if (!perProc && (!isAssist || hasRunner[i] === 1)) this.step(timeNs, Step.owed, 0)
      this.step(timeNs, Step.busy, this.procId(stated.proc[i]))
      if (!isAssist || goroutine[range] < 0) continue
      const toNs = endNs[range]
      this.moves(goroutine[range], timeNs, Number.isNaN(toNs) ? Number.POSITIVE_INFINITY : toNs)
    }
  }

  inOrder(): Steps {
    const { length } = this.timeNs
    const order = orderBy(this.timeNs.freeze())
    const timeNs = new Float64Array(length)
    const kind = new Uint8Array(length)
    const value = new Int32Array(length)
    for (let i = 0; i < length; i++) {
      timeNs[i] = this.timeNs.data[order[i]]
      kind[i] = this.kind.data[order[i]]
      value[i] = this.value.data[order[i]]
    }
    return { length, timeNs, kind, value }
  }
}

/** By row in `ranges.stated`: 1: a goroutine ran on the proc that said it. One pass over the spans until then. */
function statedByRunning(trace: Trace): Uint8Array {
  const { stated } = trace.ranges
  const { startNs, place, goroutine, length } = trace.spans
  const runner = new Int32Array(trace.procs.length).fill(-1)
  const isRunning = new Uint8Array(stated.length)
  if (stated.length === 0) return isRunning
  const enter = (span: number) => {
    const proc = isActive(trace, span) ? procOf(place[span]) : -1
    if (proc >= 0) runner[proc] = span
  }
  for (let span = 0; span < length; span++) if (startNs[span] === 0) enter(span)
  let span = 0
  for (let i = 0; i < stated.length; i++) {
    const timeNs = stated.timeNs[i]
    for (; span < length && startNs[span] <= timeNs; span++) if (startNs[span] > 0) enter(span)
    const last = stated.proc[i] < 0 ? -1 : runner[stated.proc[i]]
    if (last < 0) continue
    const at = positionAt(trace, goroutine[last], timeNs)
    isRunning[i] = trace.spansOf.row[at] === last && spanEndNs(trace, goroutine[last], at) >= timeNs ? 1 : 0
  }
  return isRunning
}
