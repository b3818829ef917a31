/** Which procs and threads the model has, which thread holds which proc, and who runs there. */
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

  constructor(builder: TraceBuilder, pids: readonly number[]) {
    this.builder = builder
    this.pids = pids
    this.running = new Uint32Array(pids.length).fill(NOBODY)
    this.procRows = new Int32Array(pids.length).fill(-1)
    this.threadRows = new Int32Array(pids.length).fill(-1)
  }

  start(proc: number, thread: number): void {
    this.procRow(proc)
    const row = this.threads.add(thread)
    this.threadRows[proc] = row
    if (this.threads.length > this.known) this.known = this.builder.thread(thread) + 1
  }
  private known = 0

  stop(proc: number): void {
    this.procRow(proc)
    this.threadRows[proc] = -1
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

  /** Where a goroutine is that is believed to run but has left its proc to others. */
  onlyThread(proc: number): number {
    return placeOf(-1, this.threadRows[proc])
  }

  /** A sample names the proc alone. */
  ofSample(proc: number): number {
    return placeOf(proc < 0 ? -1 : this.procRows[proc], -1)
  }
}
