/**
 * The listeners: events of the browser in, changes of `gestures.ts` out. Nothing is decided here but what an event's
 * position is and whether the browser may still do something of its own with it.
 */
import {
  type Areas,
  type Change,
  Gestures,
  type Grabs,
  type Pointer,
  wheelChange,
  type Zone,
  zoneAt,
} from './gestures.ts'

export type InputHandlers = {
  areas(): Areas
  grabs(): Grabs
  change(change: Change): void
  /** undefined: the pointer has left. In css pixels, and in the window. */
  hover(point: HoverPoint | undefined): void
  doubleClick(x: number, y: number): void
  /** What the pointer looks like over a place where nothing is held. */
  cursor(zone: Zone, x: number, y: number): string
}

export type HoverPoint = {
  readonly x: number
  readonly y: number
  readonly windowX: number
  readonly windowY: number
}

export type Input = { readonly isActive: boolean; destroy(): void }

export function listen(root: HTMLElement, handlers: InputHandlers): Input {
  const gestures = new Gestures()
  const listening = new AbortController()
  const { signal } = listening
  const apply = (changes: readonly Change[]) => {
    for (const change of changes) handlers.change(change)
  }
  const pointerOf = (event: PointerEvent): Pointer => {
    const box = root.getBoundingClientRect()
    return {
      id: event.pointerId,
      x: event.clientX - box.left,
      y: event.clientY - box.top,
      isTouch: event.pointerType === 'touch',
      selects: event.altKey || event.shiftKey,
    }
  }

  const onDown = (event: PointerEvent) => {
    // The right button has the browser's own menu.
    if (event.button > 1) return
    if (event.button === 1) event.preventDefault()
    root.focus({ preventScroll: true })
    capture(root, event.pointerId)
    apply(gestures.down(pointerOf(event), handlers.areas(), handlers.grabs()))
    if (event.pointerType === 'touch') handlers.hover(undefined)
  }
  const onMove = (event: PointerEvent) => {
    const pointer = pointerOf(event)
    if (gestures.isActive) apply(gestures.move(pointer))
    const isDragging = gestures.isDragging
    if (event.pointerType === 'touch' || isDragging) handlers.hover(undefined)
    else handlers.hover({ x: pointer.x, y: pointer.y, windowX: event.clientX, windowY: event.clientY })
    if (!gestures.isActive) {
      root.style.cursor = handlers.cursor(zoneAt(handlers.areas(), pointer.x, pointer.y), pointer.x, pointer.y)
    }
  }
  const onUp = (event: PointerEvent) => apply(gestures.up(pointerOf(event)))
  const onWheel = (event: WheelEvent) => {
    const box = root.getBoundingClientRect()
    const [x, y] = [event.clientX - box.left, event.clientY - box.top]
    const change = wheelChange(zoneAt(handlers.areas(), x, y), x, event)
    // Neither the page nor its text size moves with the timeline.
    event.preventDefault()
    if (change !== undefined) apply([change])
  }

  root.addEventListener('pointerdown', onDown, { signal })
  root.addEventListener('pointermove', onMove, { signal })
  root.addEventListener('pointerup', onUp, { signal })
  root.addEventListener('pointercancel', () => apply(gestures.cancel()), { signal })
  root.addEventListener('pointerleave', () => handlers.hover(undefined), { signal })
  root.addEventListener('wheel', onWheel, { signal, passive: false })
  root.addEventListener(
    'dblclick',
    event => {
      const box = root.getBoundingClientRect()
      handlers.doubleClick(event.clientX - box.left, event.clientY - box.top)
    },
    { signal },
  )
  return {
    get isActive() {
      return gestures.isActive
    },
    destroy: () => listening.abort(),
  }
}

/** A pointer that is gone by now (or was made by a script) cannot be captured; dragging works inside then. */
function capture(root: HTMLElement, pointerId: number): void {
  try {
    root.setPointerCapture(pointerId)
  } catch {}
}
