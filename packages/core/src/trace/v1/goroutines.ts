/** What the ordering must know of each goroutine: its status and its sequence number, as in `order.go`. */
import { grown } from '../../base/column.ts'
import { IdTable } from './ids.ts'

export const Status = { dead: 0, runnable: 1, running: 2, waiting: 3 } as const

/** Not a goroutine: begins of garbage collections are numbered, and wait for each other as if one did them all. */
export const GARBAGE = 0
/** Go's goroutine 0 is the scheduler: "nobody". */
export const NOBODY = 1

/** A goroutine is a slot here, from the first mention of its id on; whether it is in the model is another matter. */
export class Goroutines {
  status: Uint8Array
  sequence: Uint32Array
  /** The first cursor that waits for this goroutine, plus 1; 0: none. */
  waiter: Int32Array
  private readonly table: IdTable

  /** `expected` is a guess at their number. */
  constructor(expected: number) {
    const capacity = expected + 64
    this.table = new IdTable(capacity)
    this.status = new Uint8Array(capacity)
    this.sequence = new Uint32Array(capacity)
    this.waiter = new Int32Array(capacity)
    this.table.add(-1)
    this.table.add(0)
  }

  get length(): number {
    return this.table.length
  }

  get capacity(): number {
    return this.status.length
  }

  id(slot: number): number {
    return this.table.ids[slot]
  }

  slot(id: number): number {
    const slot = this.table.add(id)
    if (slot >= this.status.length) this.grow()
    return slot
  }

  private grow(): void {
    this.status = grown(this.status)
    this.sequence = grown(this.sequence)
    this.waiter = grown(this.waiter)
  }
}
