/** What a tooltip says at once, from the scene alone; the worker completes it. Pure. */
import {
  type CounterLine,
  MARKED,
  OPEN_END,
  OPEN_START,
  PAINTS,
  type Row,
  type Scene,
  STUCK,
  words,
} from '@unhang/core'
import { type Hit, hitRow } from './hit.ts'
import { valueText } from './names.ts'
import { counterOf } from './paint-counters.ts'
import { printable } from './texts.ts'

const PAINT_WORDS = ['running', 'runnable', 'waiting', 'system call', 'GC', 'stop-the-world', 'open'] as const

/** Around a point of a scene's row; `column` with a fraction. */
export function tooltipLines(
  scene: Scene,
  sceneRow: number,
  column: number,
  reasons: readonly string[],
  slack: number,
): string[] {
  const row = scene.rows[sceneRow]
  const counter = counterOf(scene, sceneRow)
  if (counter !== undefined) return [rowText(row), ...counterLines(counter, column)]
  const hit = hitRow(scene, sceneRow, column, slack)
  const what = hit.kind === 'nothing' ? [] : hit.kind === 'box' ? boxLines(scene, hit, reasons) : shareLines(scene, hit)
  return what.length === 0 ? [] : [...what, rowText(row)]
}

export function rowText(row: Row): string {
  const name = row.kind === 'goroutine' ? `goroutine ${row.label}` : row.label
  return printable(row.note === '' ? name : `${name} · ${row.note}`)
}

function boxLines(scene: Scene, hit: Hit & { kind: 'box' }, reasons: readonly string[]): string[] {
  const { box } = hit
  const flags = scene.boxFlags[box]
  const reason = reasons[scene.boxReason[box]] ?? ''
  const state = PAINT_WORDS[scene.boxPaint[box]] ?? ''
  const label = scene.boxLabel[box] < 0 ? '' : scene.labels[scene.boxLabel[box]]
  const parts = [(flags & STUCK) !== 0 ? 'stuck' : '', state, reason === '' ? label : reason]
  const first = parts.filter(part => part !== '').join(' · ')
  return [printable(first), lengthText(scene, box)]
}

/** What reaches beyond the scene, or the trace, is at least so long. */
function lengthText(scene: Scene, box: number): string {
  const nsPerColumn = (scene.endNs - scene.startNs) / scene.columns
  const isCut = scene.boxX0[box] <= 0 || scene.boxX1[box] >= scene.columns
  const isOpen = (scene.boxFlags[box] & (OPEN_START | OPEN_END)) !== 0
  const length = words.duration((scene.boxX1[box] - scene.boxX0[box]) * nsPerColumn)
  const marked = (scene.boxFlags[box] & MARKED) !== 0 ? ', fits the filter' : ''
  return `${isCut || isOpen ? 'at least ' : ''}${length}${marked}`
}

function shareLines(scene: Scene, hit: Hit & { kind: 'shares' }): string[] {
  const shares = Array.from({ length: PAINTS }, (_, paint) => ({
    paint,
    share: scene.shares[hit.share * PAINTS + paint] / 2.55,
  }))
  const seen = shares.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share)
  const nsPerColumn = (scene.endNs - scene.startNs) / scene.columns
  const parts = seen.map(({ paint, share }) => `${PAINT_WORDS[paint]} ${share < 1 ? '< 1' : Math.round(share)} %`)
  return [parts.join(' · '), `of ${words.duration(nsPerColumn)}`]
}

function counterLines(counter: CounterLine, column: number): string[] {
  const at = Math.floor(column)
  return counter.series.map(({ name, values }) => {
    const value = values[Math.min(Math.max(at, 0), values.length - 1)]
    return `${printable(name, 60)} ${Number.isNaN(value) ? 'not known yet' : valueText(counter, value)}`
  })
}
