/** A selected range: how long, what the goroutines did in it, for what they waited, what ran. */
import { formatCount, formatNs, quoteExactly, type RangeSums } from '@unhang/core'
import { useContext } from 'preact/hooks'
import { traceIndexOf, traceOf } from '../state/store.ts'
import { format, type TimeRange } from '../state/url.ts'
import { StateBar } from '../widgets/state-bar.tsx'
import { counted, formatMoment, printable } from '../words.ts'
import { SessionContext } from './context.ts'
import { FilterLink, FunctionLink, StepLink } from './links.tsx'

export function RangeDetail({ range }: { readonly range: TimeRange }) {
  const { store } = useContext(SessionContext)
  const sums = store.sums.value
  const lengthNs = range.endNs - range.startNs
  const moment = (ns: number) => formatMoment(ns, lengthNs, traceOf(store)?.durationNs ?? range.endNs)
  return (
    <article class="range-detail">
      <div class="span-head">
        <h2>range of {formatNs(lengthNs)}</h2>
        <span class="dim">
          {moment(range.startNs)} → {moment(range.endNs)}
        </span>
        {sums ? <span class="dim">{counted(sums.goroutines, 'goroutine')} alive in it</span> : null}
        <Changes range={range} />
      </div>
      {sums ? <Sums sums={sums} /> : <p class="dim">adding up</p>}
    </article>
  )
}

/** The goroutines at the range's end, compared with those at its begin. */
function Changes({ range }: { readonly range: TimeRange }) {
  const session = useContext(SessionContext)
  const index = traceIndexOf(session.store)
  const { place } = session.store
  const change = {
    of: { kind: 'trace', index, atNs: range.endNs },
    against: { kind: 'trace', index, atNs: range.startNs },
    sort: undefined,
    group: '',
  } as const
  return (
    <StepLink
      href={format({ ...place.value, page: 'goroutines', groups: { ...place.value.groups, ...change } })}
      title="the goroutines at its end, compared with those at its begin"
      onGo={() => session.goGroups(change, 'push')}
    >
      who came, went, stayed
    </StepLink>
  )
}

function Sums({ sums }: { readonly sums: RangeSums }) {
  const { store } = useContext(SessionContext)
  const { kept = 0, goroutines = 0 } = store.layout.value ?? {}
  return (
    <div class="range-body">
      <section>
        <h3>{kept < goroutines ? 'the goroutines that the filter keeps, together' : 'all goroutines together'}</h3>
        <StateBar stateNs={sums.stateNs} />
        <p class="dim">
          GC {formatNs(sums.gcNs)} · stop-the-world {formatNs(sums.stwNs)}, {counted(sums.stwCount, 'time')}
        </p>
      </section>
      {sums.reasons.length > 0 ? <Reasons sums={sums} /> : null}
      {sums.functions.length > 0 ? <Functions sums={sums} /> : null}
    </div>
  )
}

function Reasons({ sums }: { readonly sums: RangeSums }) {
  return (
    <table class="sums">
      <caption>waited for</caption>
      <thead>
        <tr>
          <th scope="col">reason</th>
          <th scope="col">time</th>
          <th scope="col">spans</th>
        </tr>
      </thead>
      <tbody>
        {sums.reasons.map(({ reason, ns, spans }) => (
          <tr key={reason}>
            <td>
              {reason === '' ? (
                <span class="dim">not said</span>
              ) : (
                <FilterLink filter={`reason:${quoteExactly(reason)}`}>{printable(reason)}</FilterLink>
              )}
            </td>
            <td>{formatNs(ns)}</td>
            <td>{formatCount(spans)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Functions({ sums }: { readonly sums: RangeSums }) {
  return (
    <table class="sums">
      <caption>ran, by entry function</caption>
      <thead>
        <tr>
          <th scope="col">function</th>
          <th scope="col">running</th>
          <th scope="col">goroutines</th>
        </tr>
      </thead>
      <tbody>
        {sums.functions.map(({ name, runningNs, goroutines }) => (
          <tr key={name}>
            <td>
              <FunctionLink name={name} />
            </td>
            <td>{formatNs(runningNs)}</td>
            <td>{formatCount(goroutines)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
