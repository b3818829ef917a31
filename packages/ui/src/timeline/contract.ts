/**
 * What the page and its timeline know of each other. The timeline is one imperative object, mounted once: it owns the
 * canvases, the one animation frame and the easing; what is seen (time range, scroll, selection) belongs to the page's
 * state, which stands in the URL. So it tells what the user did, and is told what to show.
 */
import type {
  CounterKind,
  DetailWithPlaces,
  LayoutInfo,
  Progress,
  RequestName,
  Requests,
  TraceInfo,
} from '../protocol.ts'

export type Ask = <N extends RequestName>(
  name: N,
  ask: Requests[N]['ask'],
  onProgress?: (progress: Progress) => void,
) => Promise<Requests[N]['answer']>

/** What is seen of a trace. */
export type View = {
  readonly startNs: number
  readonly endNs: number
  /** Rows scrolled out at the top, with a fraction; a tall row counts two. */
  readonly top: number
}

export type TimeRange = { readonly startNs: number; readonly endNs: number }

/** Units are rows; a tall row has two. */
export type RowEdge = { readonly key: string; readonly unitsOut: number }

/** A moment that something is said of. */
export type TimeMark = { readonly timeNs: number; readonly text: string }

/** What the user did. */
export type TimelineEvents = {
  /** `settled`: the movement is over, which is when the URL takes it. */
  onView(view: View, settled: boolean): void
  /** A click on a row at a time; `span` -1: nothing is there. */
  onSelect(span: number): void
  onRange(range: TimeRange | undefined): void
  /** The column of names was made wider or narrower; undefined: as wide as usual. */
  onNamesWidth?(css: number | undefined): void
  /** A heading or group was opened or closed. */
  onToggle(rowKey: string): void
  /** For the first time everything that is seen is drawn, or there is no room to draw anything. */
  onDrawn?(): void
}

/** Names of what keys and buttons do; `keys.ts` says which key does what, for the listener and for the help sheet. */
export type Command =
  | 'zoomIn'
  | 'zoomOut'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'top'
  | 'bottom'
  | 'fitSelection'
  | 'whole'
  | 'search'
  | 'nextHit'
  | 'previousHit'
  | 'previousSpan'
  | 'nextSpan'
  | 'followWaker'
  | 'clear'
  | 'help'
  | 'filter'
  | 'toggleRow'

export interface TimelineView {
  /** Shows another trace, or the same with other rows (filter, expanded): asks for scenes anew. */
  setTrace(trace: number, info: TraceInfo, layout: LayoutInfo): void
  /** Goes there, eased over 120 ms if asked and wanted (`prefers-reduced-motion`). Does not call `onView` back until settled, and not at all of what is provisional. */
  setView(view: View, animate: boolean, isProvisional?: boolean): void
  readonly view: View
  /** Draws the selected span, and arrows to who woke it and whom it woke. */
  setSelected(detail: DetailWithPlaces | undefined): void
  setRange(range: TimeRange | undefined): void
  /** Moments to be marked on the ruler and in the plot, until others are set. */
  setMarks(marks: readonly TimeMark[]): void
  /** The row at the upper edge, and how much of it is scrolled out. */
  edge(): RowEdge | undefined
  /** Scrolls so that the row is at the upper edge. */
  setEdge(row: number, unitsOut: number): void
  /** Scrolls so that the row is in the middle, if it is not seen. */
  reveal(row: number, animate: boolean): void
  /** In css pixels; undefined: as wide as usual. Does not call `onNamesWidth` back. */
  setNamesWidth(css: number | undefined): void
  /** Does a command of movement; false: it is not one of the timeline's. */
  run(command: Command): boolean
  /** Colours or the text size have changed: reads them anew from the style sheet. */
  restyle(): void
  destroy(): void
}

export type { CounterKind }
