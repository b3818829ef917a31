/** The page "compare": two of the open traces, what runs and waits longer in the later one. */
import { formatNs, type TraceSide } from '@unhang/core'
import { useContext } from 'preact/hooks'
import type { ComparePart } from '../protocol/compare.ts'
import type { ComparePlace } from '../state/compare-url.ts'
import { type Store, traceIndexOf } from '../state/store.ts'
import { counted, lastParts, printable } from '../words.ts'
import { useAsked } from './asked.ts'
import { CompareTable } from './compare-table.tsx'
import { SessionContext } from './context.ts'
import { Nothing, Numbers, scopeOfPage } from './numbers.tsx'
import type { Session } from './session.ts'

export function Compare() {
  const { store } = useContext(SessionContext)
  const traces = store.opened.value?.traces.length ?? 0
  return (
    <Numbers name="compare" about="what changed from one trace to another">
      {traces < 2 ? <OneTrace /> : <Two />}
    </Numbers>
  )
}

/** Index of the earlier of the two: never that of the shown one. */
export function againstOf(store: Store): number {
  const { against } = store.place.value.compare
  const shown = traceIndexOf(store)
  const traces = store.opened.value?.traces.length ?? 0
  if (against !== undefined && against < traces && against !== shown) return against
  return shown === 0 ? 1 : 0
}

function goCompare(session: Session, change: Partial<ComparePlace>): Promise<void> {
  return session.go({ compare: { ...session.store.place.value.compare, ...change } }, 'push')
}

function OneTrace() {
  const { store } = useContext(SessionContext)
  return (
    <Nothing title="One trace is open: with a second one it says what waits and runs longer">
      <p>
        Drop both at once, or choose them with <b>open…</b>; or in a terminal:{' '}
        <code>unhang {store.report.value ? 'report' : 'view'} before.trace after.trace</code>{' '}
        <span class="dim">or, as text,</span> <code>unhang diff before.trace after.trace</code>
      </p>
    </Nothing>
  )
}

function Two() {
  const session = useContext(SessionContext)
  const { store } = session
  const place = store.place.value.compare
  const against = againstOf(store)
  const { isOfBoth, table, sort, isReversed } = place
  const ask = { trace: traceIndexOf(store), against, scope: scopeOfPage(store), isOfBoth, table, sort, isReversed }
  const { answer, error, isOld } = useAsked('compare', ask)
  return (
    <div class={isOld ? 'compare old' : 'compare'} aria-busy={isOld}>
      <Choice against={against} />
      {error === undefined ? null : <Nothing title={error} />}
      {answer && error === undefined ? (
        <>
          <Sentences part={answer} />
          <Tables place={place} onGo={change => goCompare(session, change)} />
          <CompareTable part={answer} place={place} against={against} onGo={change => goCompare(session, change)} />
        </>
      ) : null}
    </div>
  )
}

function Choice({ against }: { readonly against: number }) {
  const session = useContext(SessionContext)
  const { store } = session
  const shown = traceIndexOf(store)
  const traces = store.opened.value?.traces ?? []
  const { range, compare } = store.place.value
  const nameOf = (index: number) => printable(lastParts(traces[index].name), 60)
  // A range is of the shown trace: with another one it stays only where it is meant for both.
  const swap = () =>
    session.go(
      {
        trace: against,
        compare: { ...compare, against: shown },
        ...(compare.isOfBoth ? {} : { range: undefined }),
        view: undefined,
        span: undefined,
        expanded: undefined,
      },
      'push',
    )
  return (
    <p class="compare-choice">
      <label>
        <span class="swatch compare-before" aria-hidden="true" /> earlier{' '}
        <select value={against} onChange={event => goCompare(session, { against: Number(event.currentTarget.value) })}>
          {traces.map((trace, i) =>
            i === shown ? null : (
              <option key={i} value={i}>
                {nameOf(i)}, {formatNs(trace.durationNs)}
              </option>
            ),
          )}
        </select>
      </label>
      <span>
        <span class="swatch compare-after" aria-hidden="true" /> later <b>{nameOf(shown)}</b>{' '}
        <span class="dim">the one above</span>
      </span>
      <button type="button" onClick={swap}>
        swap
      </button>
      <label>
        <input
          type="checkbox"
          checked={compare.isOfBoth}
          onChange={event => goCompare(session, { isOfBoth: event.currentTarget.checked })}
        />{' '}
        the range counts for both
      </label>
      {range && !compare.isOfBoth ? (
        <span class="dim">now it is that of the later one; of the earlier all is compared</span>
      ) : null}
    </p>
  )
}

function Sentences({ part: { summary, before, after } }: { readonly part: ComparePart }) {
  const [verdict, ...more] = summary
  return (
    <section class="compare-said" aria-label="what differs">
      <h2>{printable(verdict, 1000)}</h2>
      {more.length === 0 ? null : (
        <ul>
          {more.map(text => (
            <li key={text}>{printable(text, 1000)}</li>
          ))}
        </ul>
      )}
      <p class="dim">
        Time is that of all goroutines together, per second of trace: 2 s a second are two goroutines all the time.
        Earlier {sideText(before)}, later {sideText(after)}.
      </p>
    </section>
  )
}

function sideText({ startNs, endNs, goroutines, goVersion, problems }: TraceSide): string {
  const cut = problems > 0 ? ', not whole' : ''
  return `${formatNs(endNs - startNs)} with ${counted(goroutines, 'goroutine')} (Go ${printable(goVersion, 20)}${cut})`
}

type TablesProps = { readonly place: ComparePlace; onGo(change: Partial<ComparePlace>): void }

function Tables({ place, onGo }: TablesProps) {
  return (
    <fieldset class="compare-tables">
      <legend class="dim">by</legend>
      {(['waits', 'functions'] as const).map(table => (
        <label key={table}>
          <input type="radio" name="compare-table" checked={place.table === table} onChange={() => onGo({ table })} />{' '}
          {table === 'waits' ? 'what is waited for, and where' : 'function and state'}
        </label>
      ))}
    </fieldset>
  )
}
