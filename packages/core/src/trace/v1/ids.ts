/**
 * Numbers these formats use as names (goroutines, strings, stacks, program counters) become small indices: an
 * open-addressing table, because a `Map` costs twice the time and four times the memory at a million goroutines.
 */
import { grown } from '../../base/column.ts'

/** Gives each different id the next index, from 0. Ids above 2^53 that round to the same double are one. */
export class IdTable {
  length = 0
  ids: Float64Array
  private slots: Int32Array // index + 1; 0 is free
  // A stranger's file must not be able to choose its collisions.
  private readonly seed = (Math.random() * 0x7fffffff) | 0

  /** `expected` is a guess at the number of ids. */
  constructor(expected = 16) {
    this.ids = new Float64Array(expected)
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(expected * 2)))
  }

  /** The index of an id; -1 where it was never added. */
  find(id: number): number {
    const mask = this.slots.length - 1
    let slot = this.hash(id) & mask
    for (let at = this.slots[slot]; at !== 0; at = this.slots[slot]) {
      if (this.ids[at - 1] === id) return at - 1
      slot = (slot + 1) & mask
    }
    return -1
  }

  /** The index of an id, which is added if it is new. */
  add(id: number): number {
    const mask = this.slots.length - 1
    let slot = this.hash(id) & mask
    for (let at = this.slots[slot]; at !== 0; at = this.slots[slot]) {
      if (this.ids[at - 1] === id) return at - 1
      slot = (slot + 1) & mask
    }
    const index = this.length++
    if (index === this.ids.length) this.ids = grown(this.ids)
    this.ids[index] = id
    this.slots[slot] = index + 1
    if (this.length * 2 > this.slots.length) this.rehash()
    return index
  }

  private rehash(): void {
    const mask = this.slots.length * 2 - 1
    this.slots = new Int32Array(mask + 1)
    for (let index = 0; index < this.length; index++) {
      let slot = this.hash(this.ids[index]) & mask
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask
      this.slots[slot] = index + 1
    }
  }

  /** The finalizer of MurmurHash3 over both halves of the id. */
  private hash(id: number): number {
    let h = this.seed ^ id ^ Math.imul((id / 0x100000000) | 0, 0x9e3779b1)
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    return h ^ (h >>> 16)
  }
}
