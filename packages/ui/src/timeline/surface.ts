/**
 * The elements of the timeline and their sizes: canvases for names, rows, ruler and what lies over them, a scrollbar, a
 * tooltip, a line that screen readers hear. Row positions reach 18 million pixels, more than an element may be high, so
 * nothing scrolls but numbers.
 */
import type { Areas } from './gestures.ts'

/** In css pixels at the usual text size. */
const ROW = 18
const NAMES = 308
const MINIMAP = 36
const RULER = 22
const SCROLLBAR = 12
const LEAST_NAMES = 90

export type Sizes = {
  readonly areas: Areas
  /** Pixels of the device to one of css. */
  readonly dpr: number
  /** Text size of the reader's choice, as a factor. */
  readonly zoom: number
  /** In pixels of the device. */
  readonly unitPx: number
  readonly plotWidth: number
  readonly plotHeight: number
  readonly seenUnits: number
}

/** `namesWidth` undefined: as wide as usual. */
export function sizesOf(
  width: number,
  height: number,
  dpr: number,
  rootFontPx: number,
  namesWidth: number | undefined,
): Sizes {
  const zoom = Math.min(Math.max(rootFontPx / 16, 0.5), 4)
  // Whole pixels of the device everywhere: canvases that begin between two are blurred.
  const snap = (css: number) => Math.round(css * dpr) / dpr
  const most = Math.max(LEAST_NAMES, width * 0.6)
  const names = snap(Math.min(Math.max(namesWidth ?? Math.min(NAMES * zoom, width * 0.3), LEAST_NAMES), most))
  const minimapHeight = snap(MINIMAP * zoom)
  const rulerHeight = snap(RULER * zoom)
  const areas = { width, height, namesWidth: names, minimapHeight, rulerHeight, scrollbarWidth: SCROLLBAR }
  const unitPx = Math.max(6, Math.round(ROW * zoom * dpr))
  const plotWidth = Math.max(0, Math.floor((width - names - SCROLLBAR) * dpr))
  const plotHeight = Math.max(0, Math.floor((height - minimapHeight - rulerHeight) * dpr))
  return { areas, dpr, zoom, unitPx, plotWidth, plotHeight, seenUnits: plotHeight / unitPx }
}

export class Surface {
  readonly plot = canvas()
  readonly names = canvas()
  readonly head = canvas()
  readonly overlay = canvas()
  readonly track = part('div')
  readonly thumb = part('div')
  readonly tip = part('div')
  readonly live = part('div')
  private readonly ring = part('div')
  private readonly root: HTMLElement
  private readonly listening = new AbortController()
  private dpr = 0

  constructor(root: HTMLElement) {
    this.root = root
    root.tabIndex = 0
    root.setAttribute('role', 'application')
    root.setAttribute('aria-roledescription', 'timeline')
    root.setAttribute('aria-label', 'Timeline of the trace. Press the question mark for its keys.')
    if (getComputedStyle(root).position === 'static') root.style.position = 'relative'
    Object.assign(root.style, { overflow: 'hidden', touchAction: 'none', userSelect: 'none', outline: 'none' })
    const pictures = [this.plot, this.names, this.head, this.overlay]
    for (const picture of pictures) {
      picture.setAttribute('aria-hidden', 'true')
      picture.style.pointerEvents = 'none'
    }
    this.track.setAttribute('aria-hidden', 'true')
    Object.assign(this.track.style, { right: '0', width: `${SCROLLBAR}px`, background: 'var(--band, transparent)' })
    Object.assign(this.thumb.style, { left: '2px', right: '2px', top: '0', borderRadius: '4px', opacity: '0.55' })
    this.thumb.style.background = 'var(--dimmed, #7b8794)'
    this.track.append(this.thumb)
    this.live.setAttribute('aria-live', 'polite')
    Object.assign(this.live.style, { width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)' })
    Object.assign(this.ring.style, { inset: '0', pointerEvents: 'none', display: 'none' })
    this.ring.style.border = '2px solid var(--selection, #1a5fd0)'
    styleTip(this.tip)
    root.append(...pictures, this.track, this.ring, this.live, this.tip)
    const { signal } = this.listening
    // Drawn by us: the browser's own ring lies below the canvases. Who came by pointer knows where it is.
    let isPointer = false
    const setPointer = (isDown: boolean) => () => {
      isPointer = isDown
      if (isDown) this.showRing(false)
    }
    root.addEventListener('pointerdown', setPointer(true), { signal, capture: true })
    root.addEventListener('pointerup', setPointer(false), { signal })
    root.addEventListener('focus', () => this.showRing(!isPointer && root.matches(':focus-visible')), { signal })
    root.addEventListener('blur', () => this.showRing(false), { signal })
  }

  /** The screen has other pixels than when sizes were read. */
  get isOld(): boolean {
    return this.dpr !== pixelRatio()
  }

  /** Reads the sizes of the moment and gives every canvas its own; a canvas whose size changes is empty. */
  resize(namesWidth: number | undefined): Sizes {
    const dpr = pixelRatio()
    this.dpr = dpr
    const fontPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16
    const sizes = sizesOf(this.root.clientWidth, this.root.clientHeight, dpr, fontPx, namesWidth)
    const { areas, plotWidth, plotHeight } = sizes
    const headHeight = areas.minimapHeight + areas.rulerHeight
    place(this.plot, dpr, areas.namesWidth, headHeight, plotWidth, plotHeight)
    place(this.names, dpr, 0, headHeight, Math.round(areas.namesWidth * dpr), plotHeight)
    const fullWidth = Math.floor(areas.width * dpr)
    place(this.head, dpr, 0, 0, fullWidth, Math.round(headHeight * dpr))
    place(this.overlay, dpr, 0, 0, fullWidth, Math.floor(areas.height * dpr))
    Object.assign(this.track.style, { top: `${headHeight}px`, bottom: '0' })
    return sizes
  }

  private showRing(isShown: boolean): void {
    this.ring.style.display = isShown ? 'block' : 'none'
  }

  destroy(): void {
    this.listening.abort()
    for (const name of ['role', 'aria-label', 'aria-roledescription', 'tabindex']) this.root.removeAttribute(name)
    for (const element of [this.plot, this.names, this.head, this.overlay, this.track, this.ring, this.live, this.tip])
      element.remove()
  }
}

function pixelRatio(): number {
  return Math.min(Math.max(window.devicePixelRatio || 1, 0.5), 4)
}

function part(tag: 'div'): HTMLDivElement {
  const element = document.createElement(tag)
  element.style.position = 'absolute'
  element.style.boxSizing = 'border-box'
  return element
}

function canvas(): HTMLCanvasElement {
  const element = document.createElement('canvas')
  element.style.position = 'absolute'
  return element
}

function styleTip(tip: HTMLElement): void {
  tip.setAttribute('aria-hidden', 'true')
  Object.assign(tip.style, {
    position: 'fixed',
    display: 'none',
    left: '0',
    top: '0',
    zIndex: '20',
    pointerEvents: 'none',
    maxWidth: 'min(36rem, 90vw)',
    padding: '0.35rem 0.55rem',
    borderRadius: '4px',
    fontSize: '0.75rem',
    lineHeight: '1.35',
    overflowWrap: 'anywhere',
    background: 'var(--background, #ffffff)',
    color: 'var(--text, #1f2933)',
    border: '1px solid var(--line, #c8d0d8)',
    boxShadow: '0 2px 8px rgb(0 0 0 / 0.25)',
  })
}

function place(
  element: HTMLCanvasElement,
  dpr: number,
  left: number,
  top: number,
  width: number,
  height: number,
): void {
  if (element.width !== width) element.width = width
  if (element.height !== height) element.height = height
  const { style } = element
  style.left = `${left}px`
  style.top = `${top}px`
  style.width = `${width / dpr}px`
  style.height = `${height / dpr}px`
}
