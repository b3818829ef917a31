/** What the commands of movement make of a view. Pure: the same for keys, buttons and tests. */
import type { Command, View } from './contract.ts'
import { clampTop, type Extent, fit, panBy, revealRow, unitCount, whole, zoomAt } from './viewport.ts'

/** One press: a half wider or narrower, an eighth of the screen. A held key repeats some 30 times a second. */
const ZOOM_STEP = 1.5
const PAN_SHARE = 0.125

export type Circumstances = {
  /** The time that stays in place: under the pointer, else in the middle. */
  readonly atNs: number
  /** What `f` fits. */
  readonly selection: { readonly startNs: number; readonly endNs: number; readonly row: number } | undefined
}

/** undefined: not a command of movement. */
export function moveBy(
  command: Command,
  view: View,
  extent: Extent,
  { atNs, selection }: Circumstances,
): View | undefined {
  const stepNs = (view.endNs - view.startNs) * PAN_SHARE
  const page = Math.max(1, Math.floor(extent.seenUnits) - 1)
  const scrolled = (top: number): View => ({ ...view, top: clampTop(top, extent) })
  switch (command) {
    case 'zoomIn':
      return zoomAt(view, extent, atNs, 1 / ZOOM_STEP)
    case 'zoomOut':
      return zoomAt(view, extent, atNs, ZOOM_STEP)
    case 'left':
      return panBy(view, extent, -stepNs)
    case 'right':
      return panBy(view, extent, stepNs)
    case 'pageUp':
      return scrolled(view.top - page)
    case 'pageDown':
      return scrolled(view.top + page)
    case 'top':
      return scrolled(0)
    case 'bottom':
      return scrolled(unitCount(extent))
    case 'whole':
      return whole(extent, view.top)
    case 'fitSelection': {
      if (selection === undefined) return whole(extent, view.top)
      const top = selection.row < 0 ? view.top : revealRow(view.top, selection.row, extent)
      return fit(selection.startNs, selection.endNs, extent, top)
    }
    default:
      return undefined
  }
}
