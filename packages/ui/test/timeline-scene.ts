/** Scenes for tests, written as lists: boxes and shares by row, all else empty. */
import { type CounterLine, PAINTS, type Row, type Scene, type SceneRequest } from '@unhang/core'

export type RowContent = {
  readonly row?: Partial<Row>
  /** x0, x1, paint, and flags, reason, ref, label where they matter. */
  readonly boxes?: readonly (readonly [
    x0: number,
    x1: number,
    paint: number,
    flags?: number,
    ref?: number,
    label?: string | undefined,
    reason?: number,
  ])[]
  /** column, shares by paint, flags. */
  readonly shares?: readonly (readonly [column: number, shares: Readonly<Record<number, number>>, flags?: number])[]
  readonly ticks?: readonly number[]
}

export function rowOf(part: Partial<Row> = {}): Row {
  const plain = {
    kind: 'goroutine',
    subject: 0,
    label: '1',
    note: '',
    depth: 0,
    expanded: undefined,
    stuck: false,
  } as const
  return { ...plain, key: `g${part.label ?? '1'}`, ...part }
}

export function sceneOf(
  request: Partial<SceneRequest> & { readonly columns: number },
  content: readonly RowContent[],
  counters: readonly CounterLine[] = [],
): Scene {
  const boxes = content.flatMap(({ boxes = [] }) => boxes)
  const shares = content.flatMap(({ shares = [] }) => shares)
  const labels = boxes.flatMap(box => (box[5] === undefined ? [] : [box[5]]))
  const firsts = (count: (row: RowContent) => number) => {
    const first = new Uint32Array(content.length + 1)
    content.forEach((row, i) => {
      first[i + 1] = first[i] + count(row)
    })
    return first
  }
  return {
    startNs: 0,
    endNs: request.columns,
    firstRow: 0,
    rowCount: content.length,
    ...request,
    rows: content.map(({ row }, i) => rowOf({ label: String(i + 1), ...row })),
    boxFirst: firsts(({ boxes = [] }) => boxes.length),
    boxX0: Float32Array.from(boxes, box => box[0]),
    boxX1: Float32Array.from(boxes, box => box[1]),
    boxPaint: Uint8Array.from(boxes, box => box[2]),
    boxFlags: Uint8Array.from(boxes, box => box[3] ?? 0),
    boxReason: Uint16Array.from(boxes, box => box[6] ?? 0),
    boxRef: Int32Array.from(boxes, box => box[4] ?? -1),
    boxLabel: Int32Array.from(boxes, box => (box[5] === undefined ? -1 : labels.indexOf(box[5]))),
    labels,
    shareFirst: firsts(({ shares = [] }) => shares.length),
    shareColumn: Uint16Array.from(shares, share => share[0]),
    shares: Uint8Array.from(
      shares.flatMap(share => Array.from({ length: PAINTS }, (_, paint) => share[1][paint] ?? 0)),
    ),
    shareFlags: Uint8Array.from(shares, share => share[2] ?? 0),
    tickFirst: firsts(({ ticks = [] }) => ticks.length),
    tickX: Float32Array.from(content.flatMap(({ ticks = [] }) => ticks)),
    counters,
  }
}
