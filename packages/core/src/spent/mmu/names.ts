/** What the collector's work is called in a trace: workers by the label that each gets whenever it starts, and its stops. */
import type { StringTable } from '../../base/strings.ts'
import type { Trace } from '../../trace/tables.ts'

/** In order of time: a worker that counts has started. */
export type WorkerLabels = {
  readonly length: number
  readonly timeNs: Float64Array
  readonly goroutine: Int32Array
}

/** An idle worker has a proc that nobody wants. One that has it for itself is no matter to those on other procs. */
export function workerLabels({ labels, strings }: Trace, perProc: boolean): WorkerLabels {
  const isWorker = byText(strings, text => isBackground(text, perProc))
  const timeNs = new Float64Array(labels.length)
  const goroutine = new Int32Array(labels.length)
  let length = 0
  for (let row = 0; row < labels.length; row++) {
    if (!isWorker(labels.label[row]) || labels.goroutine[row] < 0) continue
    timeNs[length] = labels.timeNs[row]
    goroutine[length++] = labels.goroutine[row]
  }
  return { length, timeNs, goroutine }
}

function isBackground(label: string, perProc: boolean): boolean {
  return label.startsWith('GC ') && label !== 'GC (idle)' && !(perProc && label === 'GC (dedicated)')
}

/** `isGCSTW` of `internal/trace/gc.go`: the world also stops for other reasons, which are not the collector's. */
export function isCollectorsStop(name: string): boolean {
  return name.startsWith('stop-the-world') && name.includes('GC')
}

/** A question about texts, asked once for each row of strings. */
export function byText(strings: StringTable, holds: (text: string) => boolean): (row: number) => boolean {
  const known = new Map<number, boolean>()
  return row => {
    const before = known.get(row)
    if (before !== undefined) return before
    const now = holds(strings.text(row))
    known.set(row, now)
    return now
  }
}
