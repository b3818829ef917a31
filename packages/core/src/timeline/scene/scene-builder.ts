/** Collects what a scene shows, row by row, into columns that grow. */
import { grown } from '../../base/column.ts'
import { PAINTS, type Scene } from '../model.ts'

type Tables = Omit<Scene, 'startNs' | 'endNs' | 'columns' | 'firstRow' | 'rowCount' | 'rows' | 'counters'>

/** What is less of a column than this came from rounding times. */
const DUST = 1e-6

/** Plain columns and no objects that push: a scene has 100,000 shares, and each should cost nanoseconds. */
export class SceneBuilder {
  private boxes = 0
  private boxX0 = new Float32Array(256)
  private boxX1 = new Float32Array(256)
  private boxPaint = new Uint8Array(256)
  private boxFlags = new Uint8Array(256)
  private boxReason = new Uint16Array(256)
  private boxRef = new Int32Array(256)
  private boxLabel = new Int32Array(256)
  private mixed = 0
  private shareColumn = new Uint16Array(4096)
  private shares = new Uint8Array(4096 * PAINTS)
  private shareFlags = new Uint8Array(4096)
  private ticks = 0
  private tickX = new Float32Array(256)
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
    const at = this.boxes++
    if (at === this.boxX0.length) this.growBoxes()
    this.boxX0[at] = x0
    this.boxX1[at] = x1
    this.boxPaint[at] = paint
    this.boxFlags[at] = flags
    this.boxReason[at] = reason
    this.boxRef[at] = ref
    this.boxLabel[at] = label === '' ? -1 : this.labelRow(label)
  }

  private growBoxes(): void {
    this.boxX0 = grown(this.boxX0)
    this.boxX1 = grown(this.boxX1)
    this.boxPaint = grown(this.boxPaint)
    this.boxFlags = grown(this.boxFlags)
    this.boxReason = grown(this.boxReason)
    this.boxRef = grown(this.boxRef)
    this.boxLabel = grown(this.boxLabel)
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
    if (this.mixed === this.shareColumn.length) this.growShares()
    const { shares } = this
    const at = this.mixed * PAINTS
    let sum = 0
    let given = 0
    let most = at
    for (let k = 0; k < PAINTS; k++) {
      const part = parts[k]
      sum += part
      const rounded = part > DUST ? Math.max(1, Math.floor(part * 255 + 0.5)) : 0
      given += rounded
      shares[at + k] = rounded
      if (rounded > shares[most]) most = at + k
    }
    if (given === 0) return
    const rest = Math.min(255, Math.floor(sum * 255 + 0.5)) - given
    shares[most] = Math.max(1, shares[most] + rest)
    this.shareColumn[this.mixed] = column
    this.shareFlags[this.mixed++] = flags
  }

  private growShares(): void {
    this.shareColumn = grown(this.shareColumn)
    this.shares = grown(this.shares)
    this.shareFlags = grown(this.shareFlags)
  }

  tick(x: number): void {
    if (this.ticks === this.tickX.length) this.tickX = grown(this.tickX)
    this.tickX[this.ticks++] = x
  }

  endRow(): void {
    this.row++
    this.boxFirst[this.row] = this.boxes
    this.shareFirst[this.row] = this.mixed
    this.tickFirst[this.row] = this.ticks
  }

  /** Columns of their own: a worker hands their memory away. */
  freeze(): Tables {
    const { boxes, mixed } = this
    return {
      boxFirst: this.boxFirst,
      boxX0: this.boxX0.slice(0, boxes),
      boxX1: this.boxX1.slice(0, boxes),
      boxPaint: this.boxPaint.slice(0, boxes),
      boxFlags: this.boxFlags.slice(0, boxes),
      boxReason: this.boxReason.slice(0, boxes),
      boxRef: this.boxRef.slice(0, boxes),
      boxLabel: this.boxLabel.slice(0, boxes),
      labels: this.labels,
      shareFirst: this.shareFirst,
      shareColumn: this.shareColumn.slice(0, mixed),
      shares: this.shares.slice(0, mixed * PAINTS),
      shareFlags: this.shareFlags.slice(0, mixed),
      tickFirst: this.tickFirst,
      tickX: this.tickX.slice(0, this.ticks),
    }
  }
}
