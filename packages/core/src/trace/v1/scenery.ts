/** What happens around the goroutines: garbage collection, stop-the-world, metrics, tasks, regions and logs. */
import { f64, i32 } from '../../base/column.ts'
import type { TraceBuilder } from '../build.ts'
import { EventKind, MetricKind, RangeKind } from '../tables.ts'
import type { Complaints } from './complaints.ts'
import type { Cursor } from './cursor.ts'
import { Ev, stopReason } from './spec.ts'
import type { Symbols } from './symbols.ts'

/** Regions nest as deep as calls do; a search for the begin of one goes no deeper than this. */
const MAX_NESTING = 64

/** Whom an event of this file belongs to, in rows of the model; -1: nobody. */
export type Context = { goroutine: number; proc: number }

export class Scenery {
  private readonly builder: TraceBuilder
  private readonly symbols: Symbols
  private readonly version: number
  private readonly complaints: Complaints
  private readonly names: { readonly mark: number; readonly sweep: number; readonly assist: number }
  private mark = -1
  private stop = -1
  private readonly sweeps = new Map<number, number>() // by proc row
  private readonly assists = new Map<number, number>() // by goroutine row
  private readonly innermost = new Map<number, number>() // by goroutine row: a row of `open`
  private readonly open = { region: i32(), task: f64(), type: f64(), outer: i32() }
  private closed = -1 // rows of `open` that can be used again, linked by `outer`

  constructor(builder: TraceBuilder, symbols: Symbols, version: number, complaints: Complaints) {
    this.builder = builder
    this.symbols = symbols
    this.version = version
    this.complaints = complaints
    this.names = {
      mark: builder.strings.internText('GC concurrent mark phase'),
      sweep: builder.strings.internText('GC incremental sweep'),
      assist: builder.strings.internText('GC mark assist'),
    }
  }

  /** Takes an event; `timeNs` is its time. */
  event(cursor: Cursor, timeNs: number, context: Context): void {
    switch (cursor.type) {
      case Ev.gomaxprocs:
        this.metric(timeNs, MetricKind.gomaxprocs, cursor.a)
        return
      case Ev.heapAlloc:
        this.metric(timeNs, MetricKind.heapAlloc, cursor.a)
        return
      case Ev.heapGoal:
        this.metric(timeNs, MetricKind.heapGoal, cursor.a)
        return
      case Ev.taskCreate:
      case Ev.taskEnd:
        this.task(cursor, timeNs, context.goroutine)
        return
      case Ev.region:
        this.region(cursor, timeNs, context.goroutine)
        return
      case Ev.log:
        this.log(cursor, timeNs, context.goroutine)
        return
      default:
        this.range(cursor, timeNs, context)
        return
    }
  }

  private count(kind: number): void {
    this.builder.eventCounts[kind]++
  }

  private metric(timeNs: number, kind: number, value: number): void {
    this.count(EventKind.metric)
    this.builder.metric(timeNs, kind, value)
  }

  private range(cursor: Cursor, timeNs: number, { goroutine, proc }: Context): void {
    const stack = this.symbols.stack(cursor.stack, cursor.at)
    switch (cursor.type) {
      case Ev.gcStart:
        this.end(this.mark, timeNs)
        this.mark = this.begin(timeNs, RangeKind.gcMark, this.names.mark, -1, -1, stack)
        return
      case Ev.gcDone:
        this.mark = this.close(this.mark, timeNs, cursor.at)
        return
      case Ev.stwStart:
        this.end(this.stop, timeNs)
        this.stop = this.begin(timeNs, RangeKind.stopTheWorld, this.stopName(cursor.a), goroutine, -1, -1)
        return
      case Ev.stwDone:
        this.stop = this.close(this.stop, timeNs, cursor.at)
        return
      case Ev.sweepStart:
        this.end(this.sweeps.get(proc) ?? -1, timeNs)
        this.sweeps.set(proc, this.begin(timeNs, RangeKind.gcSweep, this.names.sweep, -1, proc, stack))
        return
      case Ev.sweepDone:
        this.sweeps.set(proc, this.close(this.sweeps.get(proc) ?? -1, timeNs, cursor.at))
        return
      case Ev.assistStart:
        this.end(this.assists.get(goroutine) ?? -1, timeNs)
        this.assists.set(goroutine, this.begin(timeNs, RangeKind.markAssist, this.names.assist, goroutine, -1, stack))
        return
      case Ev.assistDone:
        this.endAssist(timeNs, goroutine)
        return
    }
  }

  private stopName(kind: number): number {
    return this.builder.strings.internText(`stop-the-world (${stopReason(this.version, kind)})`)
  }

  private begin(timeNs: number, kind: RangeKind, name: number, goroutine: number, proc: number, stack: number): number {
    this.count(EventKind.rangebegin)
    return this.builder.rangeBegin(timeNs, kind, name, goroutine, proc, stack)
  }

  private end(range: number, timeNs: number): void {
    if (range >= 0) this.builder.endRange(timeNs, range)
  }

  /** Ends a range that must have begun; returns that none is open. */
  private close(range: number, timeNs: number, at: number): number {
    if (range < 0) this.complaints.note('state', at)
    else {
      this.count(EventKind.rangeend)
      this.end(range, timeNs)
    }
    return -1
  }

  /** A goroutine may have been in the middle of a mark assist when the trace began. */
  private endAssist(timeNs: number, goroutine: number): void {
    const open = this.assists.get(goroutine) ?? -1
    const { builder } = this
    this.count(EventKind.rangeend)
    this.end(
      open >= 0 ? open : builder.rangeBegin(0, RangeKind.markAssist, this.names.assist, goroutine, -1, -1),
      timeNs,
    )
    this.assists.set(goroutine, -1)
  }

  private task(cursor: Cursor, timeNs: number, goroutine: number): void {
    if (cursor.type === Ev.taskEnd) {
      this.count(EventKind.taskend)
      this.builder.taskEnded(timeNs, cursor.a)
      return
    }
    this.count(EventKind.taskbegin)
    const stack = this.symbols.stack(cursor.stack, cursor.at)
    this.builder.taskBegin(timeNs, cursor.a, cursor.b, this.symbols.string(cursor.c), goroutine, stack)
  }

  /** The values are task, mode (0: begin, 1: end) and type. */
  private region(cursor: Cursor, timeNs: number, goroutine: number): void {
    const { a: task, b: mode, c: type } = cursor
    if (mode > 1) {
      this.complaints.note('state', cursor.at)
      return
    }
    const stack = this.symbols.stack(cursor.stack, cursor.at)
    if (mode === 1) {
      this.endRegion(cursor, timeNs, goroutine, stack)
      return
    }
    this.count(EventKind.regionbegin)
    const region = this.builder.regionBegin(timeNs, task, this.symbols.string(type), goroutine, stack)
    this.innermost.set(goroutine, this.openRegion(region, task, type, this.innermost.get(goroutine) ?? -1))
  }

  /** A row of `open`, one that was closed before if there is one. */
  private openRegion(region: number, task: number, type: number, outer: number): number {
    const { open } = this
    let row = this.closed
    if (row >= 0) this.closed = open.outer.data[row]
    else {
      row = open.region.push(-1)
      open.task.push(0)
      open.type.push(0)
      open.outer.push(-1)
    }
    open.region.data[row] = region
    open.task.data[row] = task
    open.type.data[row] = type
    open.outer.data[row] = outer
    return row
  }

  /** Closes the regions from `from` outwards, up to `to` (not closed itself). */
  private closeRegions(from: number, to: number): void {
    const { outer } = this.open
    for (let row = from; row !== to; ) {
      const next = outer.data[row]
      outer.data[row] = this.closed
      this.closed = row
      row = next
    }
  }

  /** Ends the innermost region of that task and type; where there is none, it began before the trace. */
  private endRegion(cursor: Cursor, timeNs: number, goroutine: number, stack: number): void {
    this.count(EventKind.regionend)
    const { a: task, c: type } = cursor
    const { open, builder } = this
    const innermost = this.innermost.get(goroutine) ?? -1
    let at = innermost
    const isOther = () => open.task.data[at] !== task || open.type.data[at] !== type
    for (let n = 0; n < MAX_NESTING && at >= 0 && isOther(); n++) at = open.outer.data[at]
    if (at !== innermost) this.complaints.note('state', cursor.at)
    if (at < 0 || isOther()) {
      builder.endRegion(timeNs, builder.regionBegin(Number.NaN, task, this.symbols.string(type), goroutine, stack))
      return
    }
    builder.endRegion(timeNs, open.region.data[at])
    const outer = open.outer.data[at]
    this.closeRegions(innermost, outer)
    this.innermost.set(goroutine, outer)
  }

  /** The values are task and category; the message stands in the event itself. */
  private log(cursor: Cursor, timeNs: number, goroutine: number): void {
    this.count(EventKind.log)
    const message = this.builder.strings.intern(cursor.textAt, cursor.textSize)
    const stack = this.symbols.stack(cursor.stack, cursor.at)
    this.builder.log(timeNs, cursor.a, this.symbols.string(cursor.b), message, goroutine, stack)
  }

  /** The goroutine ended: its regions do not end any more. */
  forget(goroutine: number): void {
    this.closeRegions(this.innermost.get(goroutine) ?? -1, -1)
    this.innermost.delete(goroutine)
  }
}
