/**
 * Above each page of numbers: the whole trace as the timeline's minimap shows it, and on it the range that the numbers
 * are of. Drawn by the pointer, moved by keys, or typed.
 */
import { formatNs, parseRangeText, rangeText } from '@unhang/core'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import type { TraceInfo } from '../protocol.ts'
import { wholeOf } from '../state/store.ts'
import { format, type TimeRange } from '../state/url.ts'
import { MinimapPicture } from '../timeline/minimap-picture.ts'
import { dragged, gripAt, pressed } from '../widgets/brush.ts'
import { formatMoment } from '../words.ts'
import { useAsked } from './asked.ts'
import { PartsContext, SessionContext } from './context.ts'
import { shortened } from './frame.ts'
import { StepLink } from './links.tsx'
import { TraceChoice } from './trace-choice.tsx'

/** As many as the widest window has pixels, nearly. */
const COLUMNS = 1200

type BarProps = { readonly trace: TraceInfo; readonly index: number }

export function RangeBar({ trace, index }: BarProps) {
  const session = useContext(SessionContext)
  const { range } = session.store.place.value
  const wholeNs = wholeOf(trace).endNs
  const set = (to: TimeRange | undefined, isDrag = false) =>
    session.go({ range: to && shortened(to) }, isDrag ? 'soon' : 'push')
  return (
    <section class="range-bar" aria-label="range of the trace">
      <TraceChoice />
      <Brush index={index} range={range} wholeNs={wholeNs} onRange={set} />
      <div class="range-said">
        <RangeText range={range} wholeNs={wholeNs} onRange={set} />
        {range ? (
          <>
            <span class="dim">
              {formatNs(range.endNs - range.startNs)} of {formatNs(wholeNs)}
            </span>
            <StepLink
              href={format({ ...session.store.place.value, page: 'timeline', view: { ...range, top: 0 } })}
              onGo={() => session.go({ page: 'timeline', view: { ...range, top: 0 } }, 'push')}
            >
              in the timeline
            </StepLink>
            <button type="button" onClick={() => set(undefined)}>
              whole trace
            </button>
          </>
        ) : (
          <span class="dim">the whole trace, {formatNs(wholeNs)}: draw a range in it</span>
        )}
      </div>
    </section>
  )
}

type Ranged = {
  readonly range: TimeRange | undefined
  readonly wholeNs: number
  onRange(range: TimeRange | undefined, isDrag?: boolean): void
}

/** What is typed counts with Enter, or when the field is left. */
function RangeText({ range, wholeNs, onRange }: Ranged) {
  const said = rangeText(range ?? { startNs: 0, endNs: wholeNs })
  const [typed, setTyped] = useState<string | undefined>()
  const isWrong = typed !== undefined && typed.trim() !== '' && !parseRangeText(typed)
  const take = () => {
    const parsed = typed === undefined ? undefined : parseRangeText(typed)
    if (typed === '') onRange(undefined)
    else if (parsed && parsed.startNs < wholeNs) onRange({ ...parsed, endNs: Math.min(parsed.endNs, wholeNs) })
    setTyped(undefined)
  }
  return (
    <input
      type="text"
      class={isWrong ? 'range-text wrong' : 'range-text'}
      aria-label="range, from-to"
      aria-invalid={isWrong}
      title="from-to, counted from the begin of the trace: 0.8s-0.9s, 120ms-1.5s, 2s-"
      size={Math.max(14, said.length)}
      value={typed ?? said}
      onInput={event => setTyped(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={event => {
        if (event.key === 'Enter') take()
        if (event.key === 'Escape' && typed !== undefined) {
          event.stopPropagation()
          setTyped(undefined)
        }
      }}
    />
  )
}

function Brush({ index, range, wholeNs, onRange }: Ranged & { readonly index: number }) {
  const root = useRef<HTMLDivElement>(null)
  const down = (event: PointerEvent) => {
    if (event.button !== 0 || !root.current) return
    const { left, width } = root.current.getBoundingClientRect()
    const fromX = event.clientX - left
    const grip = gripAt(fromX, width, range, wholeNs)
    const before = range
    const move = (moving: PointerEvent) => {
      const to = dragged(grip, before, fromX, moving.clientX - left, width, wholeNs)
      if (to) onRange(to, true)
    }
    const stop = () => {
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', stop)
      window.removeEventListener('pointercancel', stop)
    }
    event.preventDefault()
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', stop)
    window.addEventListener('pointercancel', stop)
  }
  const seen = range ?? { startNs: 0, endNs: wholeNs }
  const percent = (ns: number) => Math.max(0, Math.min(100, (ns / wholeNs) * 100))
  const left = percent(seen.startNs)
  const right = percent(seen.endNs)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: for the pointer alone; keys have the two handles in it
    <div ref={root} class="brush" onPointerDown={down} onDblClick={() => onRange(undefined)}>
      <Picture index={index} />
      {range ? (
        <>
          <div class="brush-shade" style={{ left: 0, width: `${left}%` }} />
          <div class="brush-shade" style={{ left: `${right}%`, right: 0 }} />
        </>
      ) : null}
      <div
        class={range ? 'brush-window' : 'brush-window whole'}
        style={{ left: `${left}%`, width: `${right - left}%` }}
      />
      <Handle grip="start" at={left} range={seen} wholeNs={wholeNs} onRange={onRange} />
      <Handle grip="end" at={right} range={seen} wholeNs={wholeNs} onRange={onRange} />
    </div>
  )
}

type HandleProps = Ranged & { readonly grip: 'start' | 'end'; readonly at: number; readonly range: TimeRange }

function Handle({ grip, at, range, wholeNs, onRange }: HandleProps) {
  const ns = grip === 'start' ? range.startNs : range.endNs
  return (
    <div
      class="brush-handle"
      role="slider"
      tabIndex={0}
      aria-label={grip === 'start' ? 'begin of the range' : 'end of the range'}
      aria-valuemin={0}
      aria-valuemax={Math.round(wholeNs)}
      aria-valuenow={Math.round(ns)}
      aria-valuetext={formatMoment(ns, range.endNs - range.startNs, wholeNs)}
      style={{ left: `${at}%` }}
      onKeyDown={event => {
        const to = pressed(event.key, grip, range, wholeNs)
        if (!to) return
        event.preventDefault()
        event.stopPropagation()
        onRange(to, true)
      }}
    />
  )
}

/** The minimap: shares of the states that are not waiting. */
function Picture({ index }: { readonly index: number }) {
  const { theme } = useContext(PartsContext)
  const canvas = useRef<HTMLCanvasElement>(null)
  const { answer } = useAsked('minimap', { trace: index, columns: COLUMNS })
  // Its colours are read when it is drawn.
  const themeName = theme.name.value
  useEffect(() => {
    const element = canvas.current
    if (!element) return
    const picture = new MinimapPicture(element)
    const draw = () => picture.draw(answer)
    draw()
    const observer = new ResizeObserver(draw)
    observer.observe(element)
    return () => observer.disconnect()
  }, [answer, themeName])
  return (
    <div class="brush-picture" aria-hidden="true">
      <canvas ref={canvas} />
    </div>
  )
}
