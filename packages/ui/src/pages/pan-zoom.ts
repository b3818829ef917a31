/** Looks at a picture that is larger than its room: by wheel, by dragging, by keys. Lengths are CSS pixels. */
import type { SafeGraph } from './safe-svg.ts'

const LEAST = 0.05
const MOST = 4
/** Smaller, names of boxes cannot be read: as it is first shown. */
const READABLE = 0.7
const STEP_PX = 60
/** Beside the picture, where it ends. */
const MARGIN_PX = 12
/** A hand shakes: less is a click. */
const DRAG_PX = 4

export class PanZoom {
  /** The pointer that went up last had moved the picture: what follows is no click. */
  hasDragged = false
  private readonly svg: SVGSVGElement
  private readonly graph: SafeGraph
  private readonly listening = new AbortController()
  private readonly own: string
  private scale = 1
  private x = 0
  private y = 0
  private isTouched = false

  private readonly first: Element | undefined

  /** `first`: what is to be seen at once. */
  constructor(svg: SVGSVGElement, graph: SafeGraph, first?: Element) {
    this.svg = svg
    this.graph = graph
    this.first = first
    this.own = graph.root.getAttribute('transform') ?? ''
    const { signal } = this.listening
    svg.addEventListener('wheel', event => this.wheel(event), { signal, passive: false })
    svg.addEventListener('pointerdown', event => this.down(event), { signal })
    svg.addEventListener('focusin', event => this.reveal(event.target), { signal })
    const observer = new ResizeObserver(() => this.isTouched || this.open())
    observer.observe(svg)
    signal.addEventListener('abort', () => observer.disconnect())
    this.open()
  }

  end(): void {
    this.listening.abort()
  }

  /** Does what a key says; false: it says nothing. */
  press(key: string): boolean {
    const { clientWidth, clientHeight } = this.svg
    if (key === '+' || key === '=') this.zoom(1.25, clientWidth / 2, clientHeight / 2)
    else if (key === '-') this.zoom(0.8, clientWidth / 2, clientHeight / 2)
    else if (key === '0') {
      this.isTouched = true
      this.fit(LEAST)
    } else if (key === 'ArrowLeft') this.move(STEP_PX, 0)
    else if (key === 'ArrowRight') this.move(-STEP_PX, 0)
    else if (key === 'ArrowUp') this.move(0, STEP_PX)
    else if (key === 'ArrowDown') this.move(0, -STEP_PX)
    else return false
    return true
  }

  /** All of it in the middle, or from its top where that would be too small; a small picture is not blown up. */
  private fit(least: number): void {
    const { clientWidth, clientHeight } = this.svg
    const { width, height } = this.graph
    this.scale = Math.max(least, Math.min(4 / 3, clientWidth / width, clientHeight / height))
    this.x = (clientWidth - this.scale * width) / 2
    this.y = Math.max(0, Math.min(MARGIN_PX, (clientHeight - this.scale * height) / 2))
    this.place()
  }

  /** As it is first shown: where not all of it has room, with the box that matters in the middle. */
  private open(): void {
    this.fit(READABLE)
    if (!this.first) return
    const { clientWidth, clientHeight } = this.svg
    const { width, height } = this.graph
    const { left, top } = this.svg.getBoundingClientRect()
    const box = this.first.getBoundingClientRect()
    const toMiddle = (at: number, from: number, to: number, seen: number, all: number) =>
      all <= seen ? at : Math.max(seen - all - MARGIN_PX, Math.min(MARGIN_PX, at + seen / 2 - (from + to) / 2))
    this.x = toMiddle(this.x, box.left - left, box.right - left, clientWidth, this.scale * width)
    this.y = toMiddle(this.y, box.top - top, box.bottom - top, clientHeight, this.scale * height)
    this.place()
  }

  private zoom(factor: number, x: number, y: number): void {
    const scale = Math.max(LEAST, Math.min(MOST, this.scale * factor))
    this.x = x - ((x - this.x) * scale) / this.scale
    this.y = y - ((y - this.y) * scale) / this.scale
    this.scale = scale
    this.isTouched = true
    this.place()
  }

  private move(dx: number, dy: number): void {
    this.x += dx
    this.y += dy
    this.isTouched = true
    this.place()
  }

  private place(): void {
    // Something of it stays in sight.
    const { clientWidth, clientHeight } = this.svg
    const { width, height } = this.graph
    const keep = 40
    this.x = Math.max(keep - width * this.scale, Math.min(clientWidth - keep, this.x))
    this.y = Math.max(keep - height * this.scale, Math.min(clientHeight - keep, this.y))
    const at = `translate(${this.x.toFixed(2)} ${this.y.toFixed(2)}) scale(${this.scale.toFixed(4)})`
    this.graph.root.setAttribute('transform', `${at} ${this.own}`)
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault()
    const { left, top } = this.svg.getBoundingClientRect()
    const lines = event.deltaMode === 1 ? 16 : 1
    if (event.shiftKey) this.move(-event.deltaY * lines - event.deltaX * lines, 0)
    else this.zoom(1.0015 ** (-event.deltaY * lines), event.clientX - left, event.clientY - top)
  }

  private down(event: PointerEvent): void {
    this.hasDragged = false
    if (event.button !== 0) return
    const { signal } = this.listening
    let [x, y] = [event.clientX, event.clientY]
    const drag = (moving: PointerEvent) => {
      if (!this.hasDragged && Math.hypot(moving.clientX - x, moving.clientY - y) < DRAG_PX) return
      this.hasDragged = true
      this.move(moving.clientX - x, moving.clientY - y)
      ;[x, y] = [moving.clientX, moving.clientY]
    }
    const stop = () => {
      window.removeEventListener('pointermove', drag)
      window.removeEventListener('pointerup', stop)
      window.removeEventListener('pointercancel', stop)
    }
    window.addEventListener('pointermove', drag, { signal })
    window.addEventListener('pointerup', stop, { signal })
    window.addEventListener('pointercancel', stop, { signal })
  }

  /** A box that got the focus by keys is brought into sight. */
  private reveal(target: EventTarget | null): void {
    if (!(target instanceof Element) || target === this.svg || !target.matches(':focus-visible')) return
    const room = this.svg.getBoundingClientRect()
    const box = target.getBoundingClientRect()
    const out = (from: number, to: number, low: number, high: number) =>
      from < low ? low - from + MARGIN_PX : to > high ? high - to - MARGIN_PX : 0
    const dx = out(box.left, box.right, room.left, room.right)
    const dy = out(box.top, box.bottom, room.top, room.bottom)
    if (dx !== 0 || dy !== 0) this.move(dx, dy)
  }
}
