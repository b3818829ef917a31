/**
 * Ids of one generation (of strings, of stacks) to rows. The runtime numbers them from 1 upwards, so they index an
 * array; ids that a stranger's file scatters go to a map, so that they cannot ask for memory.
 */

/** What an id that was never defined maps to. */
export const UNDEFINED_ID = -2

export class IdMap {
  /** Rows by id; look here first: `id < dense.length ? dense[id] : far(id)`. */
  dense = new Int32Array(1024).fill(UNDEFINED_ID)
  private count = 0
  private top = 0
  private sparse = new Map<number, number>()
  private readonly rowOfZero: number

  /** `rowOfZero` is what id 0 ("none") means. */
  constructor(rowOfZero: number) {
    this.rowOfZero = rowOfZero
    this.dense[0] = rowOfZero
  }

  /** Forgets everything: a new generation begins. */
  clear(): void {
    this.dense.fill(UNDEFINED_ID, 0, this.top + 1)
    this.dense[0] = this.rowOfZero
    this.count = 0
    this.top = 0
    if (this.sparse.size > 0) this.sparse = new Map()
  }

  /** Returns false where the id is defined already. */
  set(id: number, row: number): boolean {
    if (id < this.dense.length ? this.dense[id] !== UNDEFINED_ID : this.sparse.has(id)) return false
    this.count++
    if (id >= this.dense.length && id < 4 * this.count + 65536) this.grow(id)
    if (id < this.dense.length) {
      this.dense[id] = row
      if (id > this.top) this.top = id
    } else this.sparse.set(id, row)
    return true
  }

  far(id: number): number {
    return this.sparse.get(id) ?? UNDEFINED_ID
  }

  get(id: number): number {
    return id < this.dense.length ? this.dense[id] : this.far(id)
  }

  private grow(id: number): void {
    const bigger = new Int32Array(Math.max(id + 1, this.dense.length * 2)).fill(UNDEFINED_ID)
    bigger.set(this.dense)
    this.dense = bigger
    for (const [far, row] of this.sparse) {
      if (far >= bigger.length) continue
      bigger[far] = row
      if (far > this.top) this.top = far
      this.sparse.delete(far)
    }
  }
}

/**
 * Goroutine ids to rows. Ids that are small for their number index an array; those of a program that has had
 * millions of goroutines go to open addressing on their low bits, because they come in long runs of neighbours. A
 * file whose ids collide on purpose makes it change to a seeded hash.
 */
export class GoroutineIds {
  private dense = new Int32Array(4096).fill(-1)
  private keys = new Float64Array(256).fill(-1)
  private rows = new Int32Array(256)
  private mask = 255
  private count = 0
  private hashed = 0
  private seed = 0

  /** The row, or -1. */
  find(id: number): number {
    return id < this.dense.length ? this.dense[id] : this.findFar(id)
  }

  private findFar(id: number): number {
    let slot = (this.seed === 0 ? id : this.hash(id)) & this.mask
    for (;;) {
      const key = this.keys[slot]
      if (key === id) return this.rows[slot]
      if (key === -1) return -1
      slot = (slot + 1) & this.mask
    }
  }

  /** Adds an id, or gives a known one another row. */
  set(id: number, row: number): void {
    this.count++
    if (id >= this.dense.length && id < 4 * this.count + 65536) this.growDense(id)
    if (id < this.dense.length) this.dense[id] = row
    else this.setFar(id, row)
  }

  private setFar(id: number, row: number): void {
    if (this.hashed * 2 >= this.mask) this.rehash(this.mask * 2 + 1)
    let slot = (this.seed === 0 ? id : this.hash(id)) & this.mask
    let probes = 0
    while (this.keys[slot] !== -1 && this.keys[slot] !== id) {
      slot = (slot + 1) & this.mask
      probes++
    }
    if (this.keys[slot] === -1) this.hashed++
    this.keys[slot] = id
    this.rows[slot] = row
    // Runs of neighbours push each other by a few slots at most; hundreds are no accident.
    if (probes > 256 && this.seed === 0) {
      this.seed = 1 + Math.floor(Math.random() * 0x7ffffffe)
      this.rehash(this.mask)
    }
  }

  private growDense(id: number): void {
    const before = this.dense
    const bigger = new Int32Array(Math.max(id + 1, before.length * 2)).fill(-1)
    bigger.set(before)
    // Ids that were far until now must be found near.
    for (const key of this.keys) if (key >= before.length && key < bigger.length) bigger[key] = this.findFar(key)
    this.dense = bigger
  }

  private hash(id: number): number {
    let h = Math.imul((id >>> 0) ^ this.seed, 0x9e3779b1)
    h = Math.imul(h ^ (h >>> 15) ^ Math.floor(id / 4294967296), 0x85ebca6b)
    return h ^ (h >>> 13)
  }

  private rehash(mask: number): void {
    const { keys, rows } = this
    this.mask = mask
    this.keys = new Float64Array(mask + 1).fill(-1)
    this.rows = new Int32Array(mask + 1)
    for (let i = 0; i < keys.length; i++) {
      const id = keys[i]
      if (id === -1) continue
      let slot = (this.seed === 0 ? id : this.hash(id)) & mask
      while (this.keys[slot] !== -1) slot = (slot + 1) & mask
      this.keys[slot] = id
      this.rows[slot] = rows[i]
    }
  }
}
