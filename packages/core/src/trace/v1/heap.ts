/** What comes next of several queues: a heap of small integers by a time, from the middle of which one can be taken. */
import { grown } from '../../base/column.ts'

/** Holds each item (an integer ≥ 0) at most once. */
export class TimeHeap {
  length = 0
  private items = new Int32Array(16)
  private times = new Float64Array(16)
  private places = new Int32Array(16) // by item: place in the heap + 1; 0 is "not in it"

  /** The earliest time; infinite where the heap is empty. */
  get first(): number {
    return this.length === 0 ? Number.POSITIVE_INFINITY : this.times[0]
  }

  has(item: number): boolean {
    return item < this.places.length && this.places[item] !== 0
  }

  push(item: number, time: number): void {
    if (this.length === this.items.length) {
      this.items = grown(this.items)
      this.times = grown(this.times)
    }
    if (item >= this.places.length) this.places = grown(this.places, item + 1)
    this.up(this.length++, item, time)
  }

  /** Takes the item with the earliest time; the heap must not be empty. */
  pop(): number {
    const item = this.items[0]
    this.remove(item)
    return item
  }

  remove(item: number): void {
    if (!this.has(item)) return
    const at = this.places[item] - 1
    this.places[item] = 0
    this.length--
    if (at === this.length) return
    const last = this.items[this.length]
    const time = this.times[this.length]
    if (at > 0 && this.times[(at - 1) >> 1] > time) this.up(at, last, time)
    else this.down(at, last, time)
  }

  private put(at: number, item: number, time: number): void {
    this.items[at] = item
    this.times[at] = time
    this.places[item] = at + 1
  }

  private up(from: number, item: number, time: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.times[parent] <= time) break
      this.put(at, this.items[parent], this.times[parent])
      at = parent
    }
    this.put(at, item, time)
  }

  private down(from: number, item: number, time: number): void {
    let at = from
    for (;;) {
      let child = at * 2 + 1
      if (child >= this.length) break
      if (child + 1 < this.length && this.times[child + 1] < this.times[child]) child++
      if (this.times[child] >= time) break
      this.put(at, this.items[child], this.times[child])
      at = child
    }
    this.put(at, item, time)
  }
}
