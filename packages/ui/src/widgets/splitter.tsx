/** The upper edge of a strip that can be drawn higher: by the pointer, or by the arrow keys. */

export type SplitterProps = {
  readonly label: string
  /** Height of the strip below, in CSS pixels. */
  readonly height: number
  readonly min: number
  readonly max: number
  onHeight(height: number): void
}

/** A press of an arrow key. */
const STEP = 24

export function Splitter({ label, height, min, max, onHeight }: SplitterProps) {
  const set = (to: number) => onHeight(Math.round(Math.max(min, Math.min(max, to))))
  const drag = (event: PointerEvent) => {
    const bar = event.currentTarget as HTMLElement
    const { clientY } = event
    bar.setPointerCapture(event.pointerId)
    const move = (moved: PointerEvent) => set(height + clientY - moved.clientY)
    const stop = () => {
      bar.removeEventListener('pointermove', move)
      bar.removeEventListener('pointerup', stop)
      bar.removeEventListener('pointercancel', stop)
    }
    bar.addEventListener('pointermove', move)
    bar.addEventListener('pointerup', stop)
    bar.addEventListener('pointercancel', stop)
  }
  const press = (event: KeyboardEvent) => {
    const to: Readonly<Record<string, number>> = {
      ArrowUp: height + STEP,
      ArrowDown: height - STEP,
      PageUp: height + 5 * STEP,
      PageDown: height - 5 * STEP,
      Home: min,
      End: max,
    }
    if (to[event.key] === undefined) return
    event.preventDefault()
    set(to[event.key])
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> takes no focus; a separator that moves is this role
    <div
      class="splitter"
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation="horizontal"
      aria-valuenow={height}
      aria-valuemin={min}
      aria-valuemax={max}
      onPointerDown={drag}
      onKeyDown={press}
    />
  )
}
