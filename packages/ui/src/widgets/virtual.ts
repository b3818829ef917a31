/**
 * Which rows of a long table are seen, and where they are put: all rows are of one height, but for the room below the
 * one that is open. Heights and positions are CSS pixels.
 *
 * Browsers cut an element's height (Chromium at 33,554,428 px, Firefox at about half of it): a table that is higher gets
 * a lower scroller. A wheel still moves it by pixels, and a scroll bar by its share: `top` is where one looks, `shift`
 * what the scroller does not know of it.
 */

export type Plan = {
  readonly length: number
  readonly rowHeight: number
  /** -1: none. */
  readonly open: number
  readonly openHeight: number
}

export type Scroll = { readonly top: number; readonly shift: number }

export const SCROLLER_LIMIT = 8_000_000

export const AT_TOP: Scroll = { top: 0, shift: 0 }

export function heightOf({ length, rowHeight, open, openHeight }: Plan): number {
  return length * rowHeight + (open >= 0 && open < length ? openHeight : 0)
}

export function scrollerHeightOf(plan: Plan): number {
  return Math.min(heightOf(plan), SCROLLER_LIMIT)
}

/** Where a row begins. */
export function offsetOf({ rowHeight, open, openHeight }: Plan, row: number): number {
  return row * rowHeight + (open >= 0 && row > open ? openHeight : 0)
}

/** The row at a position. */
export function rowAt(plan: Plan, y: number): number {
  const { length, rowHeight, open, openHeight } = plan
  const behind = open >= 0 && y >= (open + 1) * rowHeight + openHeight
  const row = behind ? Math.floor((y - openHeight) / rowHeight) : Math.floor(y / rowHeight)
  const isBelowOpen = open >= 0 && !behind && row > open
  return Math.max(0, Math.min(length - 1, isBelowOpen ? open : row))
}

/** The scroller was moved, by a wheel, a key of the browser's, or its bar. `view`: the height that is seen. */
export function scrolled(plan: Plan, before: Scroll, scrollTop: number, view: number): Scroll {
  const most = mostTop(plan, view)
  if (heightOf(plan) <= SCROLLER_LIMIT) return { top: Math.min(scrollTop, most), shift: 0 }
  const wasAt = before.top - before.shift
  const isStep = Math.abs(scrollTop - wasAt) < view
  const top = isStep ? before.top + scrollTop - wasAt : topOf(scrollTop, plan, view)
  return settled(Math.max(0, Math.min(most, top)), scrollTop, isStep, plan, view)
}

/** Goes to a position. The scroller is to be put to `top - shift`. */
export function scrolledTo(plan: Plan, top: number, view: number): Scroll {
  const within = Math.max(0, Math.min(mostTop(plan, view), top))
  if (heightOf(plan) <= SCROLLER_LIMIT) return { top: within, shift: 0 }
  return { top: within, shift: within - idealTop(within, plan, view) }
}

/** So near to an end a scroller gets no further, though the table goes on. */
const END = 2

function settled(top: number, scrollTop: number, isStep: boolean, plan: Plan, view: number): Scroll {
  const ideal = idealTop(top, plan, view)
  const isAtEnd = scrollTop < END || scrollTop > SCROLLER_LIMIT - view - END
  if (isStep && isAtEnd && Math.abs(ideal - scrollTop) >= 1) return { top, shift: top - ideal }
  return { top, shift: top - scrollTop }
}

function mostTop(plan: Plan, view: number): number {
  return Math.max(0, heightOf(plan) - view)
}

/** Where the scroller is to be for a position: the first and the last screen pixel by pixel, what is between by share. */
function idealTop(top: number, plan: Plan, view: number): number {
  const most = mostTop(plan, view)
  const end = SCROLLER_LIMIT - view
  if (top <= view) return top
  if (most - top <= view) return end - (most - top)
  return Math.round(view + ((top - view) / (most - 2 * view)) * (end - 2 * view))
}

/** The position for where the scroller is. */
function topOf(scrollTop: number, plan: Plan, view: number): number {
  const most = mostTop(plan, view)
  const end = SCROLLER_LIMIT - view
  if (scrollTop <= view) return scrollTop
  if (end - scrollTop <= view) return most - (end - scrollTop)
  return view + ((scrollTop - view) / (end - 2 * view)) * (most - 2 * view)
}

/** The least movement after which the row, and what is open below it as far as there is room, is seen. */
export function topToReveal(plan: Plan, row: number, top: number, view: number): number {
  const from = offsetOf(plan, row)
  const height = plan.rowHeight + (row === plan.open ? plan.openHeight : 0)
  if (from < top || height > view) return from
  return from + height > top + view ? from + height - view : top
}
