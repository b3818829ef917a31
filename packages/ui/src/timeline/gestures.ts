/**
 * What pointers and wheels mean, as a reduction without DOM: presses and moves go in, changes come out. Positions are
 * in css pixels from the timeline's left upper corner; `Areas` says which part lies where.
 *
 *   plot      drag moves, alt- or shift-drag selects a time range, two fingers zoom
 *   ruler     drag selects a time range, or moves the near edge of the one there is
 *   minimap   drag moves the brush, its edges, or draws a new one
 *   names     drag scrolls; the divider beside it makes it wider
 *   scrollbar drag scrolls through all rows
 */
export type Areas = {
  readonly width: number
  readonly height: number
  readonly namesWidth: number
  readonly minimapHeight: number
  readonly rulerHeight: number
  readonly scrollbarWidth: number
}

export type Zone = 'plot' | 'ruler' | 'minimap' | 'names' | 'divider' | 'scrollbar' | 'corner'

export type Change =
  /** The window moves over the trace; `eased`: one step of a wheel, too far to jump. */
  | { readonly kind: 'move'; readonly byX: number; readonly byY: number; readonly eased: boolean }
  /** x undefined: in the middle of what is seen. */
  | { readonly kind: 'zoom'; readonly x: number | undefined; readonly factor: number; readonly eased: boolean }
  | { readonly kind: 'range'; readonly x0: number; readonly x1: number; readonly isDone: boolean }
  | { readonly kind: 'brush'; readonly x0: number; readonly x1: number }
  | { readonly kind: 'scrollTo'; readonly y: number; readonly grabY: number }
  | { readonly kind: 'divide'; readonly namesWidth: number }
  | { readonly kind: 'click'; readonly zone: Zone; readonly x: number; readonly y: number }
  /** All pointers are up. */
  | { readonly kind: 'end' }

export type Pointer = {
  readonly id: number
  readonly x: number
  readonly y: number
  readonly isTouch: boolean
  /** Alt or shift is held. */
  readonly selects: boolean
}

/** Stretches that can be grabbed, where they are now. */
export type Grabs = {
  readonly brush: { readonly x0: number; readonly x1: number }
  readonly range: { readonly x0: number; readonly x1: number } | undefined
  readonly thumb: { readonly y0: number; readonly y1: number }
}

/** A hand trembles by so much, a finger by more. */
const SLOP_PX = 4
const TOUCH_SLOP_PX = 9
/** How near an edge is taken for the edge. */
const EDGE_PX = 5

export function zoneAt(areas: Areas, x: number, y: number): Zone {
  const headHeight = areas.minimapHeight + areas.rulerHeight
  if (Math.abs(x - areas.namesWidth) <= EDGE_PX - 1 && y >= headHeight) return 'divider'
  if (x < areas.namesWidth) return y < headHeight ? 'corner' : 'names'
  if (y < areas.minimapHeight) return 'minimap'
  if (x >= areas.width - areas.scrollbarWidth) return y < headHeight ? 'corner' : 'scrollbar'
  return y < headHeight ? 'ruler' : 'plot'
}

/** What a press becomes once it moves. */
type Drag =
  | { readonly kind: 'move'; readonly rowsOnly: boolean }
  | { readonly kind: 'range'; readonly anchorX: number }
  | { readonly kind: 'brush'; readonly x0: number; readonly x1: number; readonly moves: 'both' | 'x0' | 'x1' }
  | { readonly kind: 'scroll'; readonly grabY: number }
  | { readonly kind: 'divide' }
  | { readonly kind: 'none' }

type Press = { readonly zone: Zone; readonly start: Pointer; last: Pointer; readonly drag: Drag; isMoving: boolean }

export class Gestures {
  private press: Press | undefined
  /** The second finger. */
  private second: Pointer | undefined

  /** Something is held down. */
  get isActive(): boolean {
    return this.press !== undefined
  }

  get isDragging(): boolean {
    return this.press?.isMoving === true
  }

  down(pointer: Pointer, areas: Areas, grabs: Grabs): Change[] {
    if (this.press !== undefined) {
      const pinches = pointer.isTouch && this.press.zone === 'plot' && this.second === undefined
      if (pinches && this.press.drag.kind === 'move') this.second = pointer
      if (pinches) this.press.isMoving = true
      return []
    }
    const zone = zoneAt(areas, pointer.x, pointer.y)
    const drag = dragOf(zone, pointer, grabs)
    // The scrollbar answers to the press itself.
    const isMoving = drag.kind === 'scroll'
    this.press = { zone, start: pointer, last: pointer, drag, isMoving }
    return drag.kind === 'scroll' ? [{ kind: 'scrollTo', y: pointer.y, grabY: drag.grabY }] : []
  }

  move(pointer: Pointer): Change[] {
    const press = this.press
    if (press === undefined) return []
    if (this.second !== undefined) return this.pinch(press, pointer)
    if (pointer.id !== press.start.id) return []
    const slop = pointer.isTouch ? TOUCH_SLOP_PX : SLOP_PX
    const farX = Math.abs(pointer.x - press.start.x)
    const farY = Math.abs(pointer.y - press.start.y)
    if (!press.isMoving && Math.max(farX, farY) < slop) return []
    press.isMoving = true
    const last = press.last
    press.last = pointer
    return changesOf(press, last, pointer, false)
  }

  up(pointer: Pointer): Change[] {
    const press = this.press
    if (press === undefined) return []
    if (this.second !== undefined) return this.liftOne(press, pointer)
    if (pointer.id !== press.start.id) return []
    this.press = undefined
    if (press.isMoving) return [...changesOf(press, press.last, pointer, true), { kind: 'end' }]
    return [{ kind: 'click', zone: press.zone, x: pointer.x, y: pointer.y }, { kind: 'end' }]
  }

  /** The system took the pointer away: what was done stays, nothing more is. */
  cancel(): Change[] {
    const wasActive = this.press !== undefined
    this.press = undefined
    this.second = undefined
    return wasActive ? [{ kind: 'end' }] : []
  }

  private pinch(press: Press, pointer: Pointer): Change[] {
    const first = press.last
    const second = this.second!
    if (pointer.id === press.start.id) press.last = pointer
    else if (pointer.id === second.id) this.second = pointer
    else return []
    const [a, b] = [press.last, this.second!]
    const before = Math.max(Math.hypot(first.x - second.x, first.y - second.y), 1)
    const after = Math.max(Math.hypot(a.x - b.x, a.y - b.y), 1)
    const byX = (first.x + second.x - a.x - b.x) / 2
    const byY = (first.y + second.y - a.y - b.y) / 2
    return [
      { kind: 'move', byX, byY, eased: false },
      { kind: 'zoom', x: (a.x + b.x) / 2, factor: before / after, eased: false },
    ]
  }

  /** Of two fingers one is left: it goes on dragging from where it is. */
  private liftOne(press: Press, pointer: Pointer): Change[] {
    const second = this.second!
    if (pointer.id !== press.start.id && pointer.id !== second.id) return []
    const rest = pointer.id === second.id ? press.last : second
    this.press = { ...press, start: rest, last: rest, isMoving: true }
    this.second = undefined
    return []
  }
}

function dragOf(zone: Zone, pointer: Pointer, grabs: Grabs): Drag {
  if (zone === 'plot' && !pointer.selects) return { kind: 'move', rowsOnly: false }
  if (zone === 'plot' || zone === 'ruler') return { kind: 'range', anchorX: anchorOf(zone, pointer.x, grabs.range) }
  if (zone === 'names') return { kind: 'move', rowsOnly: true }
  if (zone === 'divider') return { kind: 'divide' }
  if (zone === 'minimap') return brushDrag(pointer.x, grabs.brush)
  if (zone === 'corner') return { kind: 'none' }
  const { y0, y1 } = grabs.thumb
  const isOnThumb = pointer.y >= y0 && pointer.y < y1
  return { kind: 'scroll', grabY: isOnThumb ? pointer.y - y0 : (y1 - y0) / 2 }
}

function anchorOf(zone: Zone, x: number, range: Grabs['range']): number {
  if (range === undefined || zone !== 'ruler') return x
  if (Math.abs(x - range.x0) <= EDGE_PX) return range.x1
  return Math.abs(x - range.x1) <= EDGE_PX ? range.x0 : x
}

function brushDrag(x: number, brush: Grabs['brush']): Drag {
  // A brush of a few pixels is all edges; then it moves as a whole.
  const edge = Math.min(EDGE_PX, (brush.x1 - brush.x0) / 3)
  if (Math.abs(x - brush.x0) <= edge) return { kind: 'brush', ...brush, moves: 'x0' }
  if (Math.abs(x - brush.x1) <= edge) return { kind: 'brush', ...brush, moves: 'x1' }
  if (x > brush.x0 && x < brush.x1) return { kind: 'brush', ...brush, moves: 'both' }
  return { kind: 'brush', x0: x, x1: x, moves: 'x1' }
}

function changesOf(press: Press, from: Pointer, to: Pointer, isDone: boolean): Change[] {
  const { drag } = press
  const farX = to.x - press.start.x
  switch (drag.kind) {
    case 'move':
      return [{ kind: 'move', byX: drag.rowsOnly ? 0 : from.x - to.x, byY: from.y - to.y, eased: false }]
    case 'range': {
      const [x0, x1] = [Math.min(drag.anchorX, to.x), Math.max(drag.anchorX, to.x)]
      return [{ kind: 'range', x0, x1, isDone }]
    }
    case 'brush': {
      const a = drag.moves === 'x1' ? drag.x0 : drag.x0 + farX
      const b = drag.moves === 'x0' ? drag.x1 : drag.x1 + farX
      return [{ kind: 'brush', x0: Math.min(a, b), x1: Math.max(a, b) }]
    }
    case 'scroll':
      return [{ kind: 'scrollTo', y: to.y, grabY: drag.grabY }]
    case 'divide':
      return [{ kind: 'divide', namesWidth: to.x }]
    case 'none':
      return []
  }
}

export type Wheel = {
  readonly deltaX: number
  readonly deltaY: number
  readonly deltaMode: number
  readonly ctrlKey: boolean
  readonly shiftKey: boolean
}

/** Pixels of a line and a page, for mice that count in them. */
const LINE_PX = 16
const PAGE_PX = 400
/** A notch is 100 to 120 pixels: about a fifth. */
const ZOOM_PER_PX = 0.002
/** Browsers report a pinch on a touch pad as a wheel with ctrl and far smaller steps. */
const PINCH_ZOOM_PER_PX = 0.01
/** No step of a wheel is longer, whatever a driver claims. */
const MAX_WHEEL_PX = 600
/** From here on it is a notch and not a touch pad, which moves smoothly by itself. */
const NOTCH_PX = 40

export function wheelChange(zone: Zone, x: number, wheel: Wheel): Change | undefined {
  const unit = wheel.deltaMode === 1 ? LINE_PX : wheel.deltaMode === 2 ? PAGE_PX : 1
  const deltaX = clampStep(wheel.deltaX * unit)
  const deltaY = clampStep(wheel.deltaY * unit)
  const step = Math.abs(deltaX) > Math.abs(deltaY) ? deltaX : deltaY
  if (step === 0 || zone === 'corner') return undefined
  const eased = Math.abs(step) >= NOTCH_PX
  if (wheel.ctrlKey) return zoomBy(zone, x, step * (eased ? ZOOM_PER_PX : PINCH_ZOOM_PER_PX), eased)
  // With shift some systems turn the wheel's axis themselves.
  if (wheel.shiftKey || step !== deltaY) return { kind: 'move', byX: step, byY: 0, eased }
  if (zone === 'names' || zone === 'divider' || zone === 'scrollbar') return { kind: 'move', byX: 0, byY: step, eased }
  return zoomBy(zone, x, step * ZOOM_PER_PX, eased)
}

function zoomBy(zone: Zone, x: number, exponent: number, eased: boolean): Change {
  const atX = zone === 'plot' || zone === 'ruler' ? x : undefined
  return { kind: 'zoom', x: atX, factor: Math.exp(exponent), eased }
}

function clampStep(step: number): number {
  return Number.isFinite(step) ? Math.min(Math.max(step, -MAX_WHEEL_PX), MAX_WHEEL_PX) : 0
}
