/** Which of several traces is looked at; nothing where there is one. */
import { formatNs } from '@unhang/core'
import { useContext } from 'preact/hooks'
import { traceIndexOf } from '../state/store.ts'
import { lastParts, printable } from '../words.ts'
import { SessionContext } from './context.ts'
import { chooseTrace } from './jumps.ts'

export function TraceChoice() {
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
