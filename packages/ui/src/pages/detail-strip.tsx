/** Below the timeline: all that is known of what is selected. Can be drawn higher, and stays as high as it was left. */
import { useSignal } from '@preact/signals'
import { useContext } from 'preact/hooks'
import { Splitter } from '../widgets/splitter.tsx'
import { SessionContext } from './context.ts'
import { recall, remember } from './memory.ts'
import { RangeDetail } from './range-detail.tsx'
import { SpanPanel } from './span-detail.tsx'

const KEY = 'unhang.detailHeight'
const MIN = 48
const START = 196

export function DetailStrip() {
  const { store } = useContext(SessionContext)
  const height = useSignal(storedHeight())
  const max = Math.max(MIN, Math.round(window.innerHeight * 0.7))
  const detail = store.detail.value
  const { range, span } = store.place.value
  // The room of a selection is there as soon as one is wanted, not when its details come.
  if (!detail && !range && !span)
    return (
      <section class="detail" aria-label="selection">
        <Hint />
      </section>
    )
  return (
    <section class="detail" aria-label="selection" style={{ height: `${Math.min(height.value, max)}px` }}>
      <Splitter
        label="height of the details"
        height={Math.min(height.value, max)}
        min={MIN}
        max={max}
        onHeight={to => {
          height.value = to
          remember(KEY, String(to))
        }}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus */}
      <div class="detail-body" tabIndex={0} data-scrolls="">
        {detail ? <SpanPanel detail={detail.detail} isHidden={detail.place.row < 0} moment={detail.moment} /> : null}
        {range ? <RangeDetail range={range} /> : null}
      </div>
    </section>
  )
}

function storedHeight(): number {
  const height = Number(recall(KEY))
  return Number.isFinite(height) && height >= MIN && height < 4000 ? height : START
}

function Hint() {
  return (
    <p class="hint dim">
      <b>Click</b> a span for its state, stacks and who woke it. <b>Shift and drag</b> sums a range. <b>Wheel</b> zooms,{' '}
      <b>drag</b> moves, <kbd>/</kbd> searches, <kbd>f</kbd> fits, <kbd>?</kbd> shows all keys.
    </p>
  )
}
