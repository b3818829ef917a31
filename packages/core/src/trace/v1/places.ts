/**
 * Which procs and threads the model has, which thread holds which proc, and who runs there.
 *
 * The old formats say which thread a proc gets when it starts, and not always when that changes: a thread that comes back
 * from a system call may take its proc out of the hands of a second one that is in a system call itself by now
 * (`exitsyscallfast_reacquired` in `runtime/proc.go`). So a proc whose goroutine blocks in a system call has no thread
 * any more, until it starts anew or a goroutine comes back to it that brings its own.
 */
import type { TraceBuilder } from '../build.ts'
import { placeOf } from '../tables.ts'
import { NOBODY } from './goroutines.ts'
import { IdTable } from './ids.ts'

export class Places {
  /** By proc: the slot of the goroutine that runs there. */
  readonly running: Uint32Array
  private readonly builder: TraceBuilder
  private readonly pids: readonly number[]
  private readonly procRows: Int32Array // -1: not in the model yet
  private readonly threadRows: Int32Array // by proc: -1 where none holds it
  private readonly threads = new IdTable()
  private readonly away = new Map<number, number>() // by slot: the thread of its system call

  constructor(builder: TraceBuilder, pids: readonly number[]) {
    this.builder = builder
    this.pids = pids
    this.running = new Uint32Array(pids.length).fill(NOBODY)
    this.procRows = new Int32Array(pids.length).fill(-1)
    this.threadRows = new Int32Array(pids.length).fill(-1)
  }

  start(proc: number, thread: number): void {
    this.procRow(proc)
    const known = this.threads.length
    this.threadRows[proc] = this.threads.add(thread)
    if (this.threads.length > known) this.builder.thread(thread)
  }

  stop(proc: number): void {
    this.procRow(proc)
    this.threadRows[proc] = -1
  }

  /** The goroutine of this slot blocks in a system call there, and keeps the thread. */
  leave(proc: number, slot: number): void {
    if (this.threadRows[proc] >= 0) this.away.set(slot, this.threadRows[proc])
    this.threadRows[proc] = -1
  }

  /** The goroutine of this slot starts there. */
  arrive(proc: number, slot: number): void {
    if (this.away.size === 0) return
    const thread = this.away.get(slot)
    if (thread === undefined) return
    this.away.delete(slot)
    if (this.threadRows[proc] < 0) this.threadRows[proc] = thread
  }

  /** The row of a proc, which comes into the model if it is new; -1 for the proc that is none. */
  procRow(proc: number): number {
    if (this.pids[proc] < 0) return -1
    if (this.procRows[proc] < 0) this.procRows[proc] = this.builder.proc(this.pids[proc])
    return this.procRows[proc]
  }

  here(proc: number): number {
    return placeOf(this.procRow(proc), this.threadRows[proc])
  }

  /** A sample names the proc alone. */
  ofSample(proc: number): number {
    return placeOf(proc < 0 ? -1 : this.procRows[proc], -1)
  }
}
