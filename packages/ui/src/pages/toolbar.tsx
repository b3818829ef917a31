/** Above the timeline: which trace, whom to keep, what to look for, how much is kept. */
import { formatCount, formatNs } from '@unhang/core'
import { useContext } from 'preact/hooks'
import { traceIndexOf } from '../state/store.ts'
import { counted, lastParts, printable } from '../words.ts'
import { SessionContext } from './context.ts'
import { FilterBox } from './filter-box.tsx'
import { chooseTrace } from './jumps.ts'
import { SearchBox } from './search-box.tsx'

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

function TraceChoice() {
  const session = useContext(SessionContext)
  const traces = session.store.opened.value?.traces ?? []
  if (traces.length < 2) return null
  return (
    <select
      aria-label="trace"
      value={traceIndexOf(session.store)}
      onChange={event => chooseTrace(session, Number(event.currentTarget.value))}
    >
      {traces.map((trace, i) => (
        <option key={i} value={i}>
          {printable(lastParts(trace.name), 60)}, {formatNs(trace.durationNs)}
        </option>
      ))}
    </select>
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
