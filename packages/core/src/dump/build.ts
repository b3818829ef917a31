/** The only writer of a `Dump`: the three readers fill in a draft of a row, and push it. */
import { f64, i32, u8, u32 } from '../base/column.ts'
import type { Problem } from '../base/errors.ts'
import { StackInterner } from '../base/stacks.ts'
import { StringInterner } from '../base/strings.ts'
import type { Dump, DumpForm, DumpRows } from './tables.ts'

/** Damage can repeat a million times; the first ones tell the story. */
const MAX_PROBLEMS = 100
const MAX_UINT32 = 0xffffffff

/** A large dump has a string that differs from all others in so many bytes or fewer; beyond 256 MiB nobody knows. */
const STRING_EACH = 256
const LARGE = 256 * 1024 * 1024
/** It has a goroutine, and a frame, in about so many bytes. */
const ROW_EACH = 512
const FRAME_EACH = 96

/** A row of `DumpRows` before it is pushed; readers reuse one for all rows. */
export type DraftRow = {
  id: number
  count: number
  reason: number
  minutes: number
  stack: number
  createdBy: number
  creator: number
  labels: number
  locked: boolean
  leaked: boolean
  elided: boolean
}

/** Makes a draft say "nothing known". */
export function resetRow(row: DraftRow): void {
  row.id = Number.NaN
  row.count = 1
  row.reason = -1
  row.minutes = -1
  row.stack = 0
  row.createdBy = -1
  row.creator = Number.NaN
  row.labels = -1
  row.locked = false
  row.leaked = false
  row.elided = false
}

export function draftRow(): DraftRow {
  const row = { id: 0, count: 0, reason: 0, minutes: 0, stack: 0, createdBy: 0, creator: 0, labels: 0 }
  const draft = { ...row, locked: false, leaked: false, elided: false }
  resetRow(draft)
  return draft
}

export class DumpBuilder {
  readonly strings: StringInterner
  readonly stacks = new StackInterner()
  /** Sum of the counts pushed. */
  counted = 0
  /** Rows pushed. */
  rows = 0
  /** Go says that all goroutines are asleep. */
  asleep = false
  private readonly bytes: Uint8Array
  private readonly form: DumpForm
  private readonly id = f64()
  private readonly count = u32()
  private readonly reason = i32()
  private readonly minutes = i32()
  private readonly stackRow = i32()
  private readonly firstArg = u32()
  private readonly createdBy = i32()
  private readonly creator = f64()
  private readonly labels = i32()
  private readonly locked = u8()
  private readonly leaked = u8()
  private readonly elided = u8()
  private readonly frameArgs = i32()
  private readonly dropped = new Set<number>()
  private readonly problems: Problem[] = []
  private problemsMore = 0
  private readonly cuts: Problem[] = []

  /** `bytes` is the (uncompressed) input, which strings point into; `expected`: size of a text that shows each goroutine. */
  constructor(bytes: Uint8Array, form: DumpForm, expected = 0) {
    this.bytes = bytes
    this.form = form
    this.strings = new StringInterner(bytes)
    this.strings.expect(Math.min(expected, LARGE) / STRING_EACH)
    for (const column of [...this.columns(), this.firstArg]) column.reserve(expected / ROW_EACH)
    this.frameArgs.reserve(expected / FRAME_EACH)
    this.firstArg.push(0)
  }

  /** The id of a row that was pushed. */
  idOf(row: number): number {
    return this.id.data[row]
  }

  /** The function that a row that was pushed stands in: a row in strings; -1 for an empty stack. */
  topFunctionOf(row: number): number {
    return this.stacks.topFunction(this.stackRow.data[row])
  }

  /** The arguments of the next frame (innermost first) of the row that is pushed next: a row in strings. */
  arg(stringRow: number): void {
    this.frameArgs.push(stringRow)
  }

  push(row: DraftRow): void {
    this.rows++
    this.counted += row.count
    this.id.push(row.id)
    this.count.push(Math.min(row.count, MAX_UINT32))
    this.reason.push(row.reason)
    this.minutes.push(row.minutes)
    this.stackRow.push(row.stack)
    this.createdBy.push(row.createdBy)
    this.creator.push(row.creator)
    this.labels.push(row.labels)
    this.locked.push(row.locked ? 1 : 0)
    this.leaked.push(row.leaked ? 1 : 0)
    this.elided.push(row.elided ? 1 : 0)
    this.firstArg.push(this.frameArgs.length)
  }

  /** Pushes a row with the arguments of the last one. */
  pushAgain(row: DraftRow): void {
    for (let at = this.firstArg.data[this.rows - 1], end = this.firstArg.data[this.rows]; at < end; at++)
      this.frameArgs.push(this.frameArgs.data[at])
    this.push(row)
  }

  /** Takes back a row that was pushed without frames. */
  drop(row: number): void {
    if (this.dropped.has(row)) return
    this.dropped.add(row)
    this.counted -= this.count.data[row]
  }

  /** A part that could not be read. */
  problem(offset: number, message: string, lost: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ offset, message, lost })
    else this.problemsMore++
  }

  /** What follows is missing. */
  cut(offset: number, message: string, lost: string): void {
    this.cuts.push({ offset, message, lost, cut: true })
  }

  /** Ends the building. `total` is what the dump itself says, where it does. */
  freeze(total = this.counted): Dump {
    if (this.problemsMore > 0) {
      const last = this.problems[MAX_PROBLEMS - 1]
      const message = `${last.message}; and ${this.problemsMore} more problems`
      this.problems[MAX_PROBLEMS - 1] = { ...last, message }
    }
    return {
      form: this.form,
      byteLength: this.bytes.length,
      total,
      asleep: this.asleep,
      strings: this.strings.freeze(),
      ...this.stacks.freeze(),
      rows: this.freezeRows(),
      frameArgs: this.frameArgs.freeze(),
      problems: [...this.problems, ...this.cuts],
    }
  }

  private columns() {
    const { id, count, reason, minutes, stackRow, createdBy, creator, labels, locked, leaked, elided } = this
    return [id, count, reason, minutes, stackRow, createdBy, creator, labels, locked, leaked, elided]
  }

  private freezeRows(): DumpRows {
    for (const column of this.columns()) column.remove(this.dropped)
    this.firstArg.remove(this.dropped)
    return {
      length: this.rows - this.dropped.size,
      id: this.id.freeze(),
      count: this.count.freeze(),
      reason: this.reason.freeze(),
      minutes: this.minutes.freeze(),
      stack: this.stackRow.freeze(),
      firstArg: this.firstArg.freeze(),
      createdBy: this.createdBy.freeze(),
      creator: this.creator.freeze(),
      labels: this.labels.freeze(),
      locked: this.locked.freeze(),
      leaked: this.leaked.freeze(),
      elided: this.elided.freeze(),
    }
  }
}
