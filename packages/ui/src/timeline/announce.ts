/** What a screen reader is told once the view has come to rest. The words are pure; the element gets them late. */
import { momentText, type Row, stepOfStretch, words } from '@unhang/core'
import type { DetailWithPlaces } from '../protocol.ts'
import type { View } from './contract.ts'
import { printable } from './texts.ts'
import { type Extent, seenRows } from './viewport.ts'

/** Long enough that a held key is heard once, at its end. */
const QUIET_MS = 500

export function viewWords(view: View, extent: Extent): string {
  const stepNs = stepOfStretch(view.endNs - view.startNs)
  const text = (ns: number) => momentText(ns, stepNs, extent.durationNs)
  const { first, end } = seenRows(view.top, extent)
  const rows = extent.rowCount === 0 ? 'no rows' : `rows ${first + 1} to ${end} of ${extent.rowCount}`
  const times = `${text(Math.max(view.startNs, 0))} to ${text(view.endNs)}`
  return `${times}, ${words.duration(view.endNs - view.startNs)} wide, ${rows}`
}

export function selectionWords(found: DetailWithPlaces): string {
  const { detail } = found
  const state = detail.reason === '' ? detail.state : `${detail.state}, ${detail.reason}`
  const stuck = detail.stuck ? 'stuck, ' : ''
  const length = words.duration(detail.endNs - detail.startNs)
  return printable(`selected goroutine ${detail.id}, ${detail.name}: ${stuck}${state}, ${length}`)
}

/** "row main.worker, 4, closed". */
export function rowWords(row: Row): string {
  const state = row.expanded === undefined ? '' : row.expanded ? 'open' : 'closed'
  const stuck = row.stuck ? 'stuck' : ''
  const parts = [row.kind === 'goroutine' ? `goroutine ${row.label}` : row.label, row.note, stuck, state]
  return printable(`row ${parts.filter(part => part !== '').join(', ')}`)
}

export class Announcer {
  private readonly element: HTMLElement
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(element: HTMLElement) {
    this.element = element
  }

  say(text: () => string): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      const next = text()
      if (this.element.textContent !== next) this.element.textContent = next
    }, QUIET_MS)
  }

  destroy(): void {
    clearTimeout(this.timer)
  }
}
