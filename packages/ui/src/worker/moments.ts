/**
 * The moments whose goroutines can be looked at, as what the core calls a snapshot: each dump, completed by other forms
 * of it, and any time of each trace. And how long each goroutine has waited then, as far as dump and trace tell.
 */
import {
  type DiagnoseInput,
  type Dump,
  GoState,
  lastSpanOf,
  momentOf,
  type Process,
  SiteFinder,
  type Snapshot,
  snapshotOf,
  stateOf,
  type Trace,
} from '@unhang/core'
import type { DumpInfo, MomentRef } from '../protocol.ts'

export type Shown = {
  readonly snapshot: Snapshot
  /** By row of the snapshot's main dump: how long it has waited; 0: unknown, or it does not wait. */
  readonly waitNs: Float64Array
  /** 1: it may have waited longer. */
  readonly isAtLeast: Uint8Array
  /** The trace of the same process; -1: none. */
  readonly trace: number
  /** In the time of that trace. */
  readonly timeNs: number
  /** Goroutines of the runtime, which are left out. */
  readonly system: number
  readonly reasons: readonly string[]
}

/** Two are compared; a third is what one goes back to. */
const KEPT = 3

export class Moments {
  readonly dumps: readonly { readonly name: string; readonly dump: Dump; readonly trace: number }[]
  readonly traces: readonly Trace[]
  private shown: { readonly key: string; readonly shown: Shown }[] = []

  /** `traces`: in the page's order. */
  constructor(inputs: readonly DiagnoseInput[], traces: readonly Trace[], processes: readonly Process[]) {
    this.traces = traces
    this.dumps = inputs.flatMap(input => {
      if (input.kind !== 'dump') return []
      const trace = processes.find(({ dumps }) => dumps.includes(input.dump))?.trace
      return [{ name: input.name, dump: input.dump, trace: trace ? traces.indexOf(trace) : -1 }]
    })
  }

  infos(): readonly DumpInfo[] {
    return this.dumps.map(({ name, dump: { form, total }, trace }) => ({ name, form, goroutines: total, trace }))
  }

  /** Throws for one that is not there. */
  at(moment: MomentRef): Shown {
    const key = `${moment.kind} ${moment.index} ${moment.kind === 'trace' ? moment.atNs : ''}`
    const known = this.shown.find(one => one.key === key)
    const made = known ?? { key, shown: this.make(moment) }
    this.shown = [made, ...this.shown.filter(one => one !== made)].slice(0, KEPT)
    return made.shown
  }

  private make(moment: MomentRef): Shown {
    if (moment.kind === 'dump') return this.dumped(moment.index)
    const trace = this.traces[moment.index]
    if (!trace) throw new Error(`there is no trace number ${moment.index + 1}`)
    return traced(trace, moment.index, moment.atNs ?? trace.durationNs)
  }

  private dumped(index: number): Shown {
    const found = this.dumps[index]
    if (!found) throw new Error(`there is no dump number ${index + 1}`)
    const { dump, trace } = found
    const forms = this.dumps.filter(other => other !== found && completes(other, found)).map(other => other.dump)
    // What completes it must not replace it: this very dump is asked for.
    const whole = dump.problems.some(({ cut }) => cut) ? snapshotOf([...forms, dump]) : snapshotOf([dump])
    const snapshot = whole.main === dump ? whole : snapshotOf([dump])
    const { rows } = dump
    const waitNs = Float64Array.from(rows.minutes, minutes => Math.max(0, minutes) * 60e9)
    if (trace >= 0) addTraced(waitNs, dump, this.traces[trace])
    const timeNs = trace < 0 ? Number.NaN : this.traces[trace].durationNs
    const isAtLeast = new Uint8Array(rows.length).fill(1)
    return { snapshot, waitNs, isAtLeast, trace, timeNs, system: 0, reasons: reasonsOf(dump) }
  }
}

type Named = { readonly name: string; readonly dump: Dump }

/** Is the one another form of the other, without ids: "goroutines.debug1.txt" of "goroutines.debug2.txt"? */
function completes(other: Named, { name, dump }: Named): boolean {
  return dump.form === 'debug2' && other.dump.form !== 'debug2' && stemOf(other.name) === stemOf(name)
}

function stemOf(name: string): string {
  const slash = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'))
  return name.slice(0, slash + 1) + name.slice(slash + 1).split('.', 1)[0]
}

function traced(trace: Trace, index: number, timeNs: number): Shown {
  const { dump, sinceNs, system } = momentOf(trace, timeNs)
  const waitNs = new Float64Array(dump.rows.length)
  const isAtLeast = new Uint8Array(dump.rows.length)
  const waits = new Map<number, boolean>()
  for (let row = 0; row < dump.rows.length; row++) {
    if (!isWaiting(dump, dump.rows.reason[row], waits)) continue
    waitNs[row] = timeNs - sinceNs[row]
    isAtLeast[row] = sinceNs[row] === 0 ? 1 : 0
  }
  const snapshot = snapshotOf([dump])
  return { snapshot, waitNs, isAtLeast, trace: index, timeNs, system, reasons: reasonsOf(dump) }
}

function isWaiting({ strings }: Dump, reason: number, known: Map<number, boolean>): boolean {
  let waits = known.get(reason)
  if (waits === undefined) {
    waits = stateOf(strings.text(reason)) === 'waiting'
    known.set(reason, waits)
  }
  return waits
}

/**
 * A trace knows since when those wait that its dump shows at the same place. Not where a dump was taken before the trace
 * and the goroutine moved since: only one with goroutines that the trace saw born is known to be the later one.
 */
function addTraced(waitNs: Float64Array, dump: Dump, trace: Trace): void {
  const { rows } = dump
  const { goroutines, spans } = trace
  const rowOf = new Map<number, number>()
  for (let g = 0; g < goroutines.length; g++) rowOf.set(goroutines.id[g], g)
  const places = [new SiteFinder(dump), new SiteFinder(trace)] as const
  const found: { readonly row: number; readonly sinceNs: number }[] = []
  const waits = new Map<number, boolean>()
  let isLater = false
  for (let row = 0; row < rows.length; row++) {
    const g = rowOf.get(rows.id[row])
    if (g === undefined) continue
    if (!Number.isNaN(goroutines.birthNs[g])) isLater = true
    const span = lastSpanOf(trace, g)
    if (span < 0 || !Number.isNaN(goroutines.deathNs[g])) continue
    if ((spans.stateReason[span] & 3) !== GoState.waiting || !isWaiting(dump, rows.reason[row], waits)) continue
    const there = places[1].site(spans.stack[span])
    const here = places[0].site(rows.stack[row])
    const isSame = there < 0 || (here >= 0 && nameOf(dump, here) === nameOf(trace, there))
    if (isSame) found.push({ row, sinceNs: spans.startNs[span] })
  }
  for (const { row, sinceNs } of found)
    if (isLater || sinceNs === 0) waitNs[row] = Math.max(waitNs[row], trace.durationNs - sinceNs)
}

function nameOf({ frames, strings }: Pick<Dump, 'frames' | 'strings'>, frame: number): string {
  return strings.text(frames.function[frame])
}

/** A list to choose from is no longer than one reads. */
const REASONS = 40

/** What a dump's goroutines wait for, the most frequent first. */
function reasonsOf({ rows, strings }: Dump): readonly string[] {
  const counts = new Map<number, number>()
  for (let row = 0; row < rows.length; row++)
    counts.set(rows.reason[row], (counts.get(rows.reason[row]) ?? 0) + rows.count[row])
  const byCount = [...counts].sort((a, b) => b[1] - a[1]).slice(0, REASONS)
  return byCount.map(([reason]) => strings.text(reason).slice(0, 100)).filter(text => text !== '')
}
