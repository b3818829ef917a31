/**
 * Which goroutines have a pointer in common. The arguments of a dump are searched once; as numbers they are small, and
 * whoever asks for an address looks at those that have it alone.
 */
import { type Column, f64, i32 } from '../../base/column.ts'
import type { Dump } from '../../dump/tables.ts'
import { pointersOf } from './pointers.ts'
import type { Standing } from './standing.ts'

/** The newest dump that shows each row of a standing, as an index, and its row there; -1: none does. */
export type Showing = { readonly dump: Int32Array; readonly row: Int32Array }

export function showingOf(standing: Standing, dumps: readonly Dump[]): Showing {
  const dump = new Int32Array(standing.length).fill(-1)
  const row = new Int32Array(standing.length).fill(-1)
  for (let d = dumps.length - 1; d >= 0; d--) {
    const { id, length } = dumps[d].rows
    // The standing of one dump has its rows.
    if (d === dumps.length - 1 && isSame(id, standing.id, length)) {
      for (let r = 0; r < length; r++) if (!Number.isNaN(id[r])) row[r] = r
      dump.fill(d)
      continue
    }
    const byId = new Map<number, number>()
    for (let r = 0; r < length; r++) if (!Number.isNaN(id[r])) byId.set(id[r], r)
    for (let r = 0; r < standing.length; r++) {
      const found = row[r] === -1 ? byId.get(standing.id[r]) : undefined
      if (found === undefined) continue
      dump[r] = d
      row[r] = found
    }
  }
  return { dump, row }
}

function isSame(a: Float64Array, b: Float64Array, length: number): boolean {
  if (a.length < length || b.length < length) return false
  for (let i = 0; i < length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}

/** All pointers of all goroutines: in order of rows of the standing, and in each from its innermost frame on. */
export class Pointers {
  private readonly address: Float64Array
  private readonly row: Int32Array
  private readonly frame: Int32Array
  /** A table of hashes, seeded, for a stranger's file must not choose its collisions: the first of each, and the next. */
  private readonly first: Int32Array
  private readonly next: Int32Array
  private readonly seed = (Math.random() * 0x7fffffff) | 0

  constructor(dumps: readonly Dump[], showing: Showing) {
    const address = f64(1024)
    const row = i32(1024)
    const frame = i32(1024)
    const searched = dumps.map(dump => new Searched(dump))
    for (let r = 0; r < showing.row.length; r++) {
      const shown = showing.row[r]
      if (shown === -1) continue
      const { rows, frameArgs } = dumps[showing.dump[r]]
      const { numbers, startOf, endOf } = searched[showing.dump[r]]
      const from = rows.firstArg[shown]
      for (let at = from; at < rows.firstArg[shown + 1]; at++) {
        const start = startOf(frameArgs[at])
        for (let i = start, end = endOf(frameArgs[at]); i < end; i++) {
          address.push(numbers.data[i])
          row.push(r)
          frame.push(at - from)
        }
      }
    }
    this.address = address.freeze()
    this.row = row.freeze()
    this.frame = frame.freeze()
    let size = 1024
    while (size < address.length) size *= 2
    this.first = new Int32Array(size).fill(-1)
    this.next = new Int32Array(address.length)
    for (let i = address.length - 1; i >= 0; i--) {
      const slot = this.slot(address.data[i])
      this.next[i] = this.first[slot]
      this.first[slot] = i
    }
  }

  private slot(address: number): number {
    const hash = Math.imul((address | 0) ^ this.seed, 0x9e3779b1) ^ Math.imul((address / 2 ** 32) | 0, 0x85ebca6b)
    return (hash ^ (hash >>> 15)) & (this.first.length - 1)
  }

  /** Tells the rows that have a pointer, "0x…", and in which of their frames: in the order of this table. */
  each(text: string, visit: (row: number, frame: number) => void): void {
    const address = Number(text)
    for (let i = this.first[this.slot(address)]; i !== -1; i = this.next[i])
      if (this.address[i] === address) visit(this.row[i], this.frame[i])
  }

  /** Rows that have each of these pointers. */
  sharing(addresses: ReadonlySet<string>): Map<string, number[]> {
    const holders = new Map<string, number[]>()
    for (const text of addresses) {
      const rows: number[] = []
      this.each(text, row => {
        if (rows.at(-1) !== row) rows.push(row)
      })
      if (rows.length > 0) holders.set(text, rows)
    }
    return holders
  }
}

/** Many frames have the same arguments: each text of a dump is searched once. */
class Searched {
  readonly numbers: Column<Float64Array> = f64(1024)
  private readonly dump: Dump
  /** By row in strings: where its numbers begin, and end; -1: not searched yet. */
  private readonly start: Int32Array
  private readonly end: Int32Array

  constructor(dump: Dump) {
    this.dump = dump
    this.start = new Int32Array(dump.strings.length).fill(-1)
    this.end = new Int32Array(dump.strings.length)
  }

  readonly startOf = (text: number): number => {
    if (this.start[text] === -1) {
      this.start[text] = this.numbers.length
      for (const address of pointersOf(this.dump.strings.text(text))) {
        const number = Number(address)
        if (Number.isSafeInteger(number)) this.numbers.push(number)
      }
      this.end[text] = this.numbers.length
    }
    return this.start[text]
  }

  readonly endOf = (text: number): number => this.end[text]
}
