/** The curve: length of windows from left to right, each step the same factor longer; utilisation from below. */
import { formatCount, formatNs, MMU_SHARE_NAMES, type MmuCurve, SAMPLED_WINDOWS } from '@unhang/core'
import { useContext, useState } from 'preact/hooks'
import { SessionContext } from './context.ts'
import { lengthAt, nearestAt, placeAt, stepped, tensOf } from './mmu-axis.ts'
import { percent } from './mmu-tables.tsx'

type PlotProps = { readonly curve: MmuCurve; readonly windowNs: number }

/** Grid lines of utilisation. */
const LEVELS = [0, 0.25, 0.5, 0.75, 1]

export function MmuCurvePlot({ curve, windowNs }: PlotProps) {
  const session = useContext(SessionContext)
  const [pointed, setPointed] = useState<number | undefined>()
  const shown = pointed ?? nearestAt(curve.windowNs, windowNs)
  const choose = (ns: number, isKey = false) => {
    const { mmu } = session.store.place.value
    session.go({ mmu: { ...mmu, windowNs: Math.round(ns) } }, isKey ? 'soon' : 'push')
  }
  const indexOf = (event: PointerEvent | MouseEvent) => {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    return nearestAt(curve.windowNs, lengthAt(curve.windowNs, (event.clientX - left) / width))
  }
  return (
    <figure class="mmu-figure">
      <figcaption>
        <b>Minimum mutator utilisation</b> <span class="dim">by length of the window</span>{' '}
        <output class="mmu-read">{readText(curve, shown)}</output>
      </figcaption>
      <div class="mmu-plot">
        {LEVELS.map(level => (
          <span key={level} class="mmu-level dim" style={{ bottom: `${level * 100}%` }} aria-hidden="true">
            {level * 100} %
          </span>
        ))}
        <div
          class="mmu-area"
          role="slider"
          tabIndex={0}
          aria-label="length of the window"
          aria-valuemin={0}
          aria-valuemax={curve.windowNs.length - 1}
          aria-valuenow={nearestAt(curve.windowNs, windowNs)}
          aria-valuetext={readText(curve, nearestAt(curve.windowNs, windowNs))}
          onPointerMove={event => setPointed(indexOf(event))}
          onPointerLeave={() => setPointed(undefined)}
          onClick={event => choose(curve.windowNs[indexOf(event)])}
          onKeyDown={event => {
            const to = stepped(event.key, nearestAt(curve.windowNs, windowNs), curve.windowNs.length)
            if (to === undefined) return
            event.preventDefault()
            event.stopPropagation()
            choose(curve.windowNs[to], true)
          }}
        >
          <Lines curve={curve} />
          <div class="mmu-chosen" style={{ left: `${placeAt(curve.windowNs, windowNs) * 100}%` }} />
          {pointed === undefined ? null : (
            <div class="mmu-pointed" style={{ left: `${placeAt(curve.windowNs, curve.windowNs[pointed]) * 100}%` }} />
          )}
        </div>
        {tensOf(curve.windowNs).map(ns => (
          <span
            key={ns}
            class="mmu-length dim"
            style={{ left: `${placeAt(curve.windowNs, ns) * 100}%` }}
            aria-hidden="true"
          >
            {formatNs(ns)}
          </span>
        ))}
      </div>
      {curve.shares.length > 0 ? (
        <p class="mmu-legend dim" aria-hidden="true">
          {['minimum', ...MMU_SHARE_NAMES].map((name, i) => (
            <span key={name} class={`mmu-key line-${i}`}>
              {name}
            </span>
          ))}
          {curve.isSampled.includes(1) ? (
            <span>{`percentiles of ${formatCount(SAMPLED_WINDOWS)} windows each`}</span>
          ) : null}
        </p>
      ) : null}
    </figure>
  )
}

/** As wide as its element, whatever that is: lines keep their thickness. */
function Lines({ curve }: { readonly curve: MmuCurve }) {
  const points = (values: Float64Array) =>
    Array.from(
      values,
      (value, i) =>
        `${(placeAt(curve.windowNs, curve.windowNs[i]) * 1000).toFixed(1)},${((1 - value) * 1000).toFixed(1)}`,
    )
  const minimum = points(curve.minimum)
  return (
    <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
      {LEVELS.map(level => (
        <line key={level} class="mmu-grid" x1="0" x2="1000" y1={level * 1000} y2={level * 1000} />
      ))}
      <polygon class="mmu-fill" points={['0,1000', ...minimum, '1000,1000'].join(' ')} />
      {curve.shares.map((values, i) => (
        <polyline key={MMU_SHARE_NAMES[i]} class={`mmu-line line-${i + 1}`} points={points(values).join(' ')} />
      ))}
      <polyline class="mmu-line line-0" points={minimum.join(' ')} />
    </svg>
  )
}

/** "10 ms: at least 52.8 %, p99.9 53 %, …". */
function readText({ windowNs, minimum, shares }: MmuCurve, i: number): string {
  const more = shares.map((values, k) => `, ${MMU_SHARE_NAMES[k]} ${percent(values[i])}`).join('')
  return `${formatNs(windowNs[i])}: at least ${percent(minimum[i])}${more}`
}
