/** Strings and stacks of a trace, which may be defined behind the events that name them: ids to rows of the model. */
import { Column, i32 } from '../../base/column.ts'
import type { TraceBuilder } from '../build.ts'
import type { Complaints } from './complaints.ts'
import { IdTable } from './ids.ts'
import type { Scan } from './scan.ts'

export class Symbols {
  private readonly bytes: Uint8Array
  private readonly builder: TraceBuilder
  private readonly complaints: Complaints
  private readonly stringIds = new IdTable()
  private readonly stringRows = i32()
  private readonly stackIds = new IdTable()
  private readonly stackRows = i32()
  private readonly counters = new IdTable()
  private readonly frameRows = i32()
  private readonly frames = new Column<Int32Array>(new Int32Array(128))
  private pos = 0

  constructor(bytes: Uint8Array, builder: TraceBuilder, scan: Scan, complaints: Complaints) {
    this.bytes = bytes
    this.builder = builder
    this.complaints = complaints
    for (let i = 0; i < scan.strings.length; i++) this.defineString(scan.strings.data[i])
    for (let i = 0; i < scan.stacks.length; i++) this.defineStack(scan.stacks.data[i])
  }

  /** The row of a string's id; 0 (the empty string) for one that is not defined. */
  string(id: number): number {
    const index = this.stringIds.find(id)
    return index < 0 ? 0 : this.stringRows.data[index]
  }

  /** The row of a stack's id, named at byte `at`; -1 for none, and for one that is not defined. */
  stack(id: number, at: number): number {
    if (id === 0) return -1
    const index = this.stackIds.find(id)
    if (index >= 0) return this.stackRows.data[index]
    this.complaints.note('stacks', at)
    return -1
  }

  /** id, length, bytes; all of it inside of the input, as `Scan` made sure. */
  private defineString(at: number): void {
    this.pos = at
    const id = this.number()
    const size = this.number()
    if (this.stringIds.find(id) >= 0) {
      this.complaints.note('names', at)
      return
    }
    this.stringIds.add(id)
    this.stringRows.push(this.builder.strings.intern(this.pos, size))
  }

  /** id, number of frames, and for each its counter, function, file and line. Later definitions win, as in Go's parser. */
  private defineStack(at: number): void {
    this.pos = at + 1
    this.number()
    const id = this.number() % 2 ** 32
    const size = this.number()
    if (id === 0 || size === 0) return
    this.frames.length = 0
    for (let i = 0; i < size; i++) this.frames.push(this.frame())
    const row = this.builder.stacks.stack(this.frames.data, size)
    const index = this.stackIds.add(id)
    if (index === this.stackRows.length) this.stackRows.push(row)
    else this.stackRows.data[index] = row
  }

  /** A program counter is one frame, whatever later stacks say of it: so does Go's parser keep them. */
  private frame(): number {
    const index = this.counters.add(this.number())
    const name = this.number()
    const file = this.number()
    const line = this.number()
    if (index === this.frameRows.length)
      this.frameRows.push(this.builder.stacks.frameRow(this.string(name), this.string(file), line))
    return this.frameRows.data[index]
  }

  private number(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.bytes[this.pos++]
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
  }
}
