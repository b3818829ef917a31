/**
 * Columns that grow. A builder pushes plain numbers; `freeze` ends it with a view of exactly the rows that were
 * pushed. Memory that was never written costs nothing, so a generous first capacity is cheap.
 */

type Typed = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array

/** A typed array twice as long (at least `atLeast`), holding what the old one held. */
export function grown<T extends Typed>(column: T, atLeast = 0): T {
  const capacity = Math.max(16, column.length * 2, atLeast)
  const bigger = new (column.constructor as new (length: number) => T)(capacity)
  bigger.set(column as never)
  return bigger
}

/** One column that grows as it is pushed to. */
export class Column<T extends Typed> {
  length = 0
  data: T

  constructor(data: T) {
    this.data = data
  }

  push(value: number): number {
    if (this.length === this.data.length) this.data = grown(this.data)
    this.data[this.length] = value
    return this.length++
  }

  /** Makes room for `capacity` rows at once, so that no growing copies them. Nothing has been pushed yet. */
  reserve(capacity: number): void {
    if (this.length === 0 && capacity > this.data.length) this.data = grown(this.data, capacity)
  }

  /** Closes the gaps that rows leave which are taken back. */
  remove(rows: ReadonlySet<number>): void {
    if (rows.size === 0) return
    let kept = 0
    for (let row = 0; row < this.length; row++) if (!rows.has(row)) this.data[kept++] = this.data[row]
    this.length = kept
  }

  freeze(): T {
    return this.data.subarray(0, this.length) as T
  }
}

export const f64 = (capacity = 16) => new Column<Float64Array>(new Float64Array(capacity))
export const i32 = (capacity = 16) => new Column<Int32Array>(new Int32Array(capacity))
export const u32 = (capacity = 16) => new Column<Uint32Array>(new Uint32Array(capacity))
export const u8 = (capacity = 16) => new Column<Uint8Array>(new Uint8Array(capacity))
