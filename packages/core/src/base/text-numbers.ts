/**
 * Numbers for what reads the same. Names are compared as text, once for each row of strings: two rows that differ only in
 * broken UTF-8 look the same, and then nobody could tell their lines in a table apart.
 */
import type { StringTable } from './strings.ts'

export class TextNumbers {
  /** By number, in the order in which they were first asked for: the row that was. */
  readonly rows: number[] = []
  private readonly strings: StringTable
  /** By row, + 1; 0: not asked for yet. */
  private readonly ofRow: Uint32Array
  private readonly ofText = new Map<string, number>()

  constructor(strings: StringTable) {
    this.strings = strings
    this.ofRow = new Uint32Array(strings.length)
  }

  /** The number of a row's text; no row (-1) reads as the empty one. */
  of(row: number): number {
    const at = Math.max(row, 0)
    return (this.ofRow[at] || this.meet(at)) - 1
  }

  /** The text of a number. */
  text(number: number): string {
    return this.strings.text(this.rows[number])
  }

  private meet(row: number): number {
    const text = this.strings.text(row)
    const number = this.ofText.get(text) ?? this.rows.push(row)
    this.ofText.set(text, number)
    this.ofRow[row] = number
    return number
  }
}
