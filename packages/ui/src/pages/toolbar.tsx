/** Above the timeline: which trace, whom to keep, what to look for, how much is kept. */
import { formatCount, formatNs } from '@unhang/core'
import { useContext } from 'preact/hooks'
import { counted } from '../words.ts'
import { SessionContext } from './context.ts'
import { FilterBox } from './filter-box.tsx'
import { SearchBox } from './search-box.tsx'
import { TraceChoice } from './trace-choice.tsx'

export function Toolbar() {
  return (
    <div class="toolbar" role="toolbar" aria-label="timeline tools">
      <TraceChoice />
      <FilterBox />
      <Kept />
      <span class="space" />
      <RangeInfo />
      <SearchBox />
    </div>
  )
}

/** "keeps 10 of 29 goroutines, marks 10 spans". */
function Kept() {
  const { store } = useContext(SessionContext)
  const layout = store.layout.value
  const isFiltered = store.place.value.filter.trim() !== ''
  return (
    <span class="kept dim" role="status">
      {layout ? keptText(layout, isFiltered) : ''}
    </span>
  )
}

type Numbers = {
  readonly kept: number
  readonly goroutines: number
  readonly marked: number
  readonly hasMarks: boolean
  readonly filterError: unknown
}

export function keptText({ kept, goroutines, marked, hasMarks, filterError }: Numbers, isFiltered: boolean): string {
  if (filterError !== undefined) return 'this filter is not understood'
  if (!isFiltered) return counted(goroutines, 'goroutine')
  const marks = hasMarks ? `, marks ${counted(marked, 'span')}` : ''
  return `keeps ${formatCount(kept)} of ${counted(goroutines, 'goroutine')}${marks}`
}

function RangeInfo() {
  const session = useContext(SessionContext)
  const { range } = session.store.place.value
  if (!range) return null
  return (
    <span class="range-info">
      <span>range {formatNs(range.endNs - range.startNs)}</span>
      <button
        type="button"
        class="plain icon"
        aria-label="clear the range"
        onClick={() => session.go({ range: undefined }, 'push')}
      >
        <span aria-hidden="true">×</span>
      </button>
    </span>
  )
}
