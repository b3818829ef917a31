/**
 * One cursor per thread over its batches of a generation, in columns, and the heap that tells whose event is earliest
 * (`internal/trace/batchcursor.go`).
 */
import type { Meter } from '../../base/progress.ts'
import type { Batch, Generation } from './batches.ts'
import type { Sched } from './sched.ts'

/** 52 days: what is later comes from a damaged clock, and cannot be told apart to the nanosecond. */
export const MAX_NS = 2 ** 52

export class Cursors {
  readonly length: number
  readonly batches: Batch[][]
  readonly thread: Int32Array //   index in Sched's threads
  readonly batch: Int32Array //    index of the batch it is in
  readonly pos: Int32Array //      where its next event begins
  readonly argPos: Int32Array //   where that event's numbers begin, its time passed over
  readonly end: Int32Array //      where its batch ends
  readonly lastNs: Float64Array // time of its newest event, since the trace's begin
  readonly nextNs: Float64Array // time of its next event
  /** The heap: cursors by the time of their next event; the earliest is heap[0]. */
  readonly heap: Int32Array
  /** Those times, by place in the heap; infinite beyond its end. */
  readonly heapNs: Float64Array
  size = 0
  private readonly zeroNs: number
  private readonly nsPerUnit: number
  private readonly meter: Meter

  /** `zeroNs` is the clock's reading when the trace began. */
  constructor(s: Sched, generation: Generation, zeroNs: number) {
    const byThread = new Map<number, Batch[]>()
    for (const batch of generation.events) {
      const list = byThread.get(batch.thread)
      if (list) list.push(batch)
      else byThread.set(batch.thread, [batch])
    }
    this.batches = [...byThread.values()]
    this.length = this.batches.length
    this.thread = Int32Array.from(byThread.keys(), id => s.thread(id))
    this.batch = new Int32Array(this.length)
    this.pos = new Int32Array(this.length)
    this.argPos = new Int32Array(this.length)
    this.end = new Int32Array(this.length)
    this.lastNs = new Float64Array(this.length)
    this.nextNs = new Float64Array(this.length)
    this.heap = new Int32Array(this.length)
    this.heapNs = new Float64Array(2 * this.length + 3).fill(Number.POSITIVE_INFINITY)
    this.zeroNs = zeroNs
    this.nsPerUnit = s.tables.nsPerUnit
    this.meter = s.meter
    for (let c = 0; c < this.length; c++) this.enter(c, 0)
  }

  /** Puts the cursor at the begin of its batch `index`; false: there is none. */
  enter(c: number, index: number): boolean {
    this.batch[c] = index
    if (index > 0) {
      const { start, end } = this.batches[c][index - 1]
      this.meter.add(end - start)
    }
    if (index >= this.batches[c].length) return false
    const batch = this.batches[c][index]
    this.pos[c] = batch.start
    this.end[c] = batch.end
    this.lastNs[c] = Math.floor(batch.time * this.nsPerUnit) - this.zeroNs
    return true
  }

  push(c: number): void {
    const { heap, heapNs } = this
    const ns = this.nextNs[c]
    let at = this.size++
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (heapNs[parent] <= ns) break
      heap[at] = heap[parent]
      heapNs[at] = heapNs[parent]
      at = parent
    }
    heap[at] = c
    heapNs[at] = ns
  }

  pop(): number {
    const first = this.heap[0]
    const last = this.heap[--this.size]
    this.heapNs[this.size] = Number.POSITIVE_INFINITY
    if (this.size > 0) this.sink(last)
    return first
  }

  /** Puts `c`, which was the heap's first and has moved on, where it belongs. */
  sink(c: number): void {
    const { heap, heapNs } = this
    const ns = this.nextNs[c]
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (heapNs[child + 1] < heapNs[child]) child++
      if (heapNs[child] >= ns) break
      heap[at] = heap[child]
      heapNs[at] = heapNs[child]
      at = child
    }
    heap[at] = c
    heapNs[at] = ns
  }
}
