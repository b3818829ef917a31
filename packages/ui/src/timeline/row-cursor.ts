/**
 * The row that keys mean: with up and down it goes from row to row, Enter and `o` open what it is on, Enter and the
 * brackets select a span in it. So all that a pointer can reach is reached without one.
 */
import type { Row } from '@unhang/core'
import type { DetailWithPlaces } from '../protocol.ts'
import type { Command } from './contract.ts'
import { type Stage, selectFirst, selectLast } from './deeds.ts'
import { keepRow, rowToUnit, seenRows, unitToRow } from './viewport.ts'

const HAS_SPANS: ReadonlySet<Row['kind']> = new Set<Row['kind']>(['goroutine', 'proc', 'thread'])

export class RowCursor {
  /** -1: there is none. */
  row = -1
  /** Keys were the last to say which row is meant, not the pointer. */
  isMeant = false
  private key = ''
  private readonly stage: Stage

  constructor(stage: Stage) {
    this.stage = stage
  }

  clear(): void {
    this.row = -1
    this.key = ''
    this.isMeant = false
  }

  /** Rows have come or gone: the cursor stays on its own, or goes with it. */
  async follow(): Promise<void> {
    const { stage, key } = this
    if (this.row < 0) return
    // Of a row that was never drawn no key is known.
    if (key === '') return
    const { trace } = stage
    const [row] = await stage.ask('rowsOf', { trace, keys: [key] }).catch(() => [-1])
    if (key !== this.key || stage.trace !== trace) return
    if (row < 0) this.clear()
    else this.row = row
  }

  /** A jump has selected something elsewhere. */
  goTo(row: number): void {
    if (this.row >= 0 && row >= 0) this.put(row)
  }

  /** undefined: nothing that the cursor has to do with. */
  run(command: Command, selected: DetailWithPlaces | undefined): boolean | undefined {
    if (command === 'up' || command === 'down') return this.step(command === 'up' ? -1 : 1, selected)
    if (command === 'nextSpan' || command === 'previousSpan') return this.enterRow(command, selected)
    if (!this.isMeant || this.row < 0) return undefined
    this.put(this.row)
    if (command === 'toggleRow') return this.toggle()
    if (command === 'followWaker' && selected?.place.row !== this.row) return this.open()
    if (command !== 'clear' || selected !== undefined || this.stage.range !== undefined) return undefined
    this.clear()
    return true
  }

  private put(row: number): void {
    this.row = row
    this.key = this.stage.rowAt(row)?.key ?? ''
  }

  private step(direction: 1 | -1, selected: DetailWithPlaces | undefined): true {
    const { camera } = this.stage
    const { target, extent } = camera
    if (extent.rowCount === 0) return true
    const { first, end } = seenRows(target.top, extent)
    const last = extent.rowCount - 1
    const selectedRow = selected?.place.row ?? -1
    let from = this.row >= 0 ? this.row : selectedRow
    // From what went out of sight one begins anew where one looks.
    const begin = direction > 0 ? unitToRow(Math.ceil(target.top), extent.tallRows) : end - 1
    if (from < first || from >= end) from = begin - direction
    this.put(Math.min(Math.max(from + direction, 0), last))
    this.isMeant = true
    this.stage.move({ ...target, top: keepRow(target.top, this.row, extent) }, true)
    return true
  }

  private toggle(): true | undefined {
    const row = this.stage.rowAt(this.row)
    if (row?.expanded === undefined) return undefined
    this.stage.camera.flush()
    this.stage.events.onToggle(row.key)
    return true
  }

  /** As a click on the name does. */
  private open(): true | undefined {
    const row = this.stage.rowAt(this.row)
    if (row === undefined) return undefined
    if (row.expanded !== undefined) return this.toggle()
    if (!HAS_SPANS.has(row.kind)) return undefined
    this.stage.camera.flush()
    void selectLast(this.stage, this.row)
    return true
  }

  /** A bracket where nothing is selected yet, or on another row than that: the first span seen there, or the last. */
  private enterRow(command: 'nextSpan' | 'previousSpan', selected: DetailWithPlaces | undefined): true | undefined {
    const own = this.isMeant && this.row >= 0 ? this.stage.rowAt(this.row) : undefined
    const isOther = own?.kind === 'goroutine' && selected?.place.row !== this.row
    if (selected !== undefined && !isOther) return undefined
    const row = isOther ? this.row : this.firstGoroutine()
    if (row < 0) return undefined
    this.stage.camera.flush()
    void (command === 'nextSpan' ? selectFirst(this.stage, row) : selectLast(this.stage, row))
    return true
  }

  /** Of the rows that are seen; stuck ones stand on top. */
  private firstGoroutine(): number {
    const { camera } = this.stage
    const { first, end } = seenRows(camera.target.top, camera.extent)
    const { tallRows } = camera.extent
    for (let row = first; row < end; row++) {
      const isWhole = rowToUnit(row, tallRows) >= camera.target.top
      if (isWhole && this.stage.rowAt(row)?.kind === 'goroutine') return row
    }
    return -1
  }
}
