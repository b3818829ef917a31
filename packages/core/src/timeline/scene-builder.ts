/** Collects what a scene shows, row by row, into columns that grow. */
import { Column, i32, u8 } from '../base/column.ts'
import { PAINTS, type Scene } from './model.ts'

type Tables = Omit<Scene, 'startNs' | 'endNs' | 'columns' | 'firstRow' | 'rowCount' | 'rows' | 'counters'>

/** What is less of a column than this came from rounding times. */
const DUST = 1e-6

export class SceneBuilder {
  private readonly x0 = f32()
  private readonly x1 = f32()
  private readonly paint = u8(64)
  private readonly flags = u8(64)
  private readonly reason = u16()
  private readonly ref = i32(64)
  private readonly label = i32(64)
  private readonly column = u16()
  private readonly shares = u8(64 * PAINTS)
  private readonly shareFlags = u8(64)
  private readonly tickX = f32()
  private readonly boxFirst: Uint32Array
  private readonly shareFirst: Uint32Array
  private readonly tickFirst: Uint32Array
  private readonly labels: string[] = []
  private readonly labelOf = new Map<string, number>()
  private row = 0

  constructor(rows: number) {
    this.boxFirst = new Uint32Array(rows + 1)
    this.shareFirst = new Uint32Array(rows + 1)
    this.tickFirst = new Uint32Array(rows + 1)
  }

  box(x0: number, x1: number, paint: number, flags: number, reason: number, ref: number, label: string): void {
    this.x0.push(x0)
    this.x1.push(x1)
    this.paint.push(paint)
    this.flags.push(flags)
    this.reason.push(reason)
    this.ref.push(ref)
    this.label.push(label === '' ? -1 : this.labelRow(label))
  }

  private labelRow(label: string): number {
    const known = this.labelOf.get(label)
    if (known !== undefined) return known
    const row = this.labels.push(label) - 1
    this.labelOf.set(label, row)
    return row
  }

  /**
   * A column in which each paint has its part (0 to 1). What happened at all has 1 of 255: for a renderer to show, if it
   * wants, that a goroutine ran there. The largest part bears what the others are rounded by: a full column is full.
   */
  share(column: number, parts: Float64Array, flags: number): void {
    const at = this.shares.length
    let sum = 0
    let given = 0
    let most = 0
    for (let k = 0; k < PAINTS; k++) {
      const part = parts[k]
      sum += part
      const rounded = part > DUST ? Math.max(1, Math.round(part * 255)) : 0
      given += rounded
      this.shares.push(rounded)
      if (rounded > this.shares.data[at + most]) most = k
    }
    if (given === 0) {
      this.shares.length = at
      return
    }
    const rest = Math.min(255, Math.round(sum * 255)) - given
    this.shares.data[at + most] = Math.max(1, this.shares.data[at + most] + rest)
    this.column.push(column)
    this.shareFlags.push(flags)
  }

  tick(x: number): void {
    this.tickX.push(x)
  }

  endRow(): void {
    this.row++
    this.boxFirst[this.row] = this.x0.length
    this.shareFirst[this.row] = this.column.length
    this.tickFirst[this.row] = this.tickX.length
  }

  /** Columns of their own: a worker hands their memory away. */
  freeze(): Tables {
    return {
      boxFirst: this.boxFirst,
      boxX0: this.x0.freeze().slice(),
      boxX1: this.x1.freeze().slice(),
      boxPaint: this.paint.freeze().slice(),
      boxFlags: this.flags.freeze().slice(),
      boxReason: this.reason.freeze().slice(),
      boxRef: this.ref.freeze().slice(),
      boxLabel: this.label.freeze().slice(),
      labels: this.labels,
      shareFirst: this.shareFirst,
      shareColumn: this.column.freeze().slice(),
      shares: this.shares.freeze().slice(),
      shareFlags: this.shareFlags.freeze().slice(),
      tickFirst: this.tickFirst,
      tickX: this.tickX.freeze().slice(),
    }
  }
}

const f32 = () => new Column(new Float32Array(64))
const u16 = () => new Column(new Uint16Array(64))
