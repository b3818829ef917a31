/** A goroutine's life along time, as the timeline draws its row: what runs is full, what waits a line. */
import { GoState, WHOLE_COLUMN } from '@unhang/core'
import { useContext, useEffect, useRef } from 'preact/hooks'
import { LIFE_COLUMNS } from '../protocol/functions.ts'
import type { Palette } from '../timeline/palette.ts'
import { HATCH_PERIOD } from '../timeline/pixels.ts'
import { readPalette } from '../timeline/read-palette.ts'
import { PartsContext } from './context.ts'

/** Heights by state, of the strip's: those of the timeline. */
const HEIGHTS: readonly number[] = [1, 0.6, 0.3, 0.8]
/** What is drawn over what. */
const ORDER: readonly GoState[] = [GoState.waiting, GoState.runnable, GoState.syscall, GoState.running]
/** In the order of the palette's paints. */
const PAINT: readonly number[] = [0, 1, 2, 3]
/** Where anything of a state is to be seen beside others, in columns. */
const LEAST = 0.35

type StripProps = {
  /** Strips of `LIFE_COLUMNS`, for each column the shares of the four states, by `GoState`. */
  readonly lives: Uint8Array
  /** Which of them. */
  readonly strip: number
  /** Where on it the wait begins that it is stuck in, as a share of its width; 1 and more: not there. */
  readonly stuckFrom: number
  readonly words: string
}

export function LifeStrip({ lives, strip, stuckFrom, words }: StripProps) {
  const { theme } = useContext(PartsContext)
  const canvas = useRef<HTMLCanvasElement>(null)
  const themeName = theme.name.value
  useEffect(() => {
    const element = canvas.current
    if (element) draw(element, lives.subarray(strip * LIFE_COLUMNS * 4, (strip + 1) * LIFE_COLUMNS * 4), stuckFrom)
  }, [lives, strip, stuckFrom, themeName])
  return <canvas ref={canvas} class="life-strip" role="img" aria-label={words} title={words} />
}

/** Each column is parted by the shares of it; who was there for a moment is seen. */
function draw(canvas: HTMLCanvasElement, shares: Uint8Array, stuckFrom: number): void {
  const scale = window.devicePixelRatio || 1
  const width = Math.round(canvas.clientWidth * scale)
  const height = Math.round(canvas.clientHeight * scale)
  const context = canvas.getContext('2d')
  if (!context || width < 1 || height < 1) return
  canvas.width = width
  canvas.height = height
  const { paints, stuck } = paletteOf(canvas)
  const columns = shares.length / 4
  const step = width / columns
  for (const state of ORDER) {
    context.fillStyle = paints[PAINT[state]]
    const high = Math.round(height * HEIGHTS[state])
    for (let column = 0; column < columns; column++) {
      const share = shares[column * 4 + state] / WHOLE_COLUMN
      if (share === 0) continue
      const left = Math.round(column * step)
      const wide = Math.max(1, Math.round((column + 1) * step) - left)
      const part = state === GoState.waiting ? wide : Math.max(1, Math.round(wide * Math.max(LEAST, share)))
      context.fillRect(left, Math.round((height - high) / 2), part, high)
    }
    if (state === GoState.waiting && stuckFrom < 1) {
      context.fillStyle = stuck
      hatch(context, Math.round(Math.max(0, stuckFrom) * width), Math.round((height - high) / 2), width, high, scale)
    }
  }
}

/** Stripes as the timeline's: they rise to the right, a pixel of the screen thick. */
function hatch(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  right: number,
  high: number,
  scale: number,
): void {
  const stripe = Math.max(1, Math.round(scale))
  const period = HATCH_PERIOD * stripe
  for (let y = top; y < top + high; y++) {
    for (let from = left - ((left + y) % period); from < right; from += period) {
      const begin = Math.max(from, left)
      const end = Math.min(from + stripe, right)
      if (begin < end) context.fillRect(begin, y, end - begin, 1)
    }
  }
}

/** Read once for all strips of a theme: each reading lets the browser work out its styles. */
let known: { readonly theme: string | undefined; readonly palette: Palette } | undefined

function paletteOf(element: HTMLElement): Palette {
  const { theme } = document.documentElement.dataset
  if (known?.theme !== theme || !known) known = { theme, palette: readPalette(element.parentElement ?? element) }
  return known.palette
}
