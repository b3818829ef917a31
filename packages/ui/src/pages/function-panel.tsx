/** One function of the page "functions": its sums, how long single stays were, and its goroutines with their lives. */
import { formatCount, formatNs, type GoroutineSort, type StayAsk } from '@unhang/core'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { FunctionDetail, GoroutineRow, GoroutinesPart } from '../protocol/functions.ts'
import { traceIndexOf } from '../state/store.ts'
import { format } from '../state/url.ts'
import { StateBar } from '../widgets/state-bar.tsx'
import { counted, printable } from '../words.ts'
import { useAsked } from './asked.ts'
import { SessionContext } from './context.ts'
import { goFunctions, pagesOf } from './function-steps.ts'
import { Histograms, staysText } from './histograms.tsx'
import { jumpToSpan } from './jumps.ts'
import { LifeStrip } from './life-strip.tsx'
import { StepLink } from './links.tsx'
import { Nothing, scopeOfPage } from './numbers.tsx'
import { sharesText, timeColumns, totalColumn } from './spent-columns.tsx'
import { type GridColumn, SpentGrid } from './spent-grid.tsx'
import { StuckMark } from './stuck-mark.tsx'

type PanelProps = { readonly name: string; readonly takesFocus: boolean }

export function FunctionPanel({ name, ...props }: PanelProps) {
  const [takesFocus] = useState(props.takesFocus)
  const session = useContext(SessionContext)
  const { store } = session
  const place = store.place.value
  const { stays } = place.functions
  const ask = { trace: traceIndexOf(store), scope: scopeOfPage(store), name }
  const { answer, error, isOld } = useAsked('spentFunction', ask, store.answered.value)
  const back = () => goFunctions(session, { open: undefined, stays: undefined })
  useEffect(() => {
    // Its table, which has this key, may be on its way.
    const pressed = ({ key, target }: KeyboardEvent) => {
      if (key === 'Escape' && target === document.body) back()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [])
  return (
    <div class={isOld ? 'spent old' : 'spent'} aria-busy={isOld}>
      <header class="spent-head">
        <StepLink
          href={format({ ...place, functions: { ...place.functions, open: undefined, stays: undefined } })}
          onGo={back}
        >
          ‹ all functions
        </StepLink>
        <h2 class="code">{name === '' ? 'unknown' : printable(name)}</h2>
        {answer ? <span>{counted(answer.goroutines, 'goroutine')}</span> : null}
        {answer && answer.stuck > 0 ? <span class="stuck-word">! {formatCount(answer.stuck)} stuck</span> : null}
      </header>
      {error === undefined ? null : <Nothing title={error} />}
      {answer && answer.goroutines === 0 ? <Nothing title="None of its goroutines was there in this range." /> : null}
      {answer && answer.goroutines > 0 ? (
        <>
          <Sums detail={answer} />
          <Histograms
            histograms={answer.histograms}
            chosen={stays}
            onChoose={to => goFunctions(session, { stays: to })}
          />
          {stays ? <Chosen ask={ask} stays={stays} /> : null}
          <GoroutineTable ask={ask} takesFocus={takesFocus} />
        </>
      ) : null}
    </div>
  )
}

const MOST_REASONS = 8

function Sums({ detail }: { readonly detail: FunctionDetail }) {
  const { reasons, assistNs, sweepNs, stwNs } = detail
  const gc = [
    ['mark assist', assistNs],
    ['sweep', sweepNs],
    ['stopped the world', stwNs],
  ] as const
  const shown = reasons.slice(0, MOST_REASONS)
  return (
    <section class="spent-sums" aria-label="sums">
      <StateBar stateNs={detail.stateNs} />
      <dl class="spent-reasons">
        {shown.length > 0 ? <dt class="dim">waited for</dt> : null}
        {shown.map(([reason, ns]) => (
          <dd key={reason}>
            {reason === '' ? <span class="dim">not told</span> : printable(reason, 60)} <b>{formatNs(ns)}</b>
          </dd>
        ))}
        {reasons.length > MOST_REASONS ? <dd class="dim">and {reasons.length - MOST_REASONS} more</dd> : null}
        {gc.some(([, ns]) => ns > 0) ? <dt class="dim">for the garbage collector</dt> : null}
        {gc.map(([what, ns]) =>
          ns > 0 ? (
            <dd key={what}>
              {what} <b>{formatNs(ns)}</b>
            </dd>
          ) : null,
        )}
      </dl>
    </section>
  )
}

type Ask = { readonly trace: number; readonly scope: ReturnType<typeof scopeOfPage>; readonly name: string }

/** What a chosen bucket keeps, and its longest stays as links. */
function Chosen({ ask, stays }: { readonly ask: Ask; readonly stays: StayAsk }) {
  const session = useContext(SessionContext)
  const { answer } = useAsked('longestStays', stays.kind === 'life' ? undefined : { ...ask, stays })
  return (
    <p class="spent-chosen">
      <span>
        only those {staysText(stays)}{' '}
        <button type="button" onClick={() => goFunctions(session, { stays: undefined })}>
          all goroutines
        </button>
      </span>
      {answer && answer.length > 0 ? (
        <span>
          <span class="dim">the longest:</span>{' '}
          {answer.map(({ span, ns, goroutineId }) => (
            <SpanStep key={span} span={span} goroutineId={goroutineId} text={`${formatNs(ns)} of ${goroutineId}`} />
          ))}
        </span>
      ) : null}
    </p>
  )
}

type SpanStepProps = { readonly span: number; readonly goroutineId: number; readonly text: string }

function SpanStep({ span, goroutineId, text }: SpanStepProps) {
  const session = useContext(SessionContext)
  return (
    <StepLink
      href={format({ ...session.store.place.value, page: 'timeline', filter: `g:${goroutineId}` })}
      title={`goroutine ${goroutineId} in the timeline`}
      onGo={() => showSpan(session, span)}
    >
      {text}
    </StepLink>
  )
}

async function showSpan(session: Parameters<typeof jumpToSpan>[0], span: number): Promise<void> {
  await jumpToSpan(session, span, { page: 'timeline' })
  session.focusTimeline()
}

function GoroutineTable({ ask, takesFocus }: { readonly ask: Ask; readonly takesFocus: boolean }) {
  const session = useContext(SessionContext)
  const { store } = session
  const { by, stays } = store.place.value.functions
  const [part, setPart] = useState(pagesOf(0, 0))
  const order = { sort: by.column, isReversed: by.isReversed, stays }
  const { answer, isOld } = useAsked('spentGoroutines', { ...ask, ...order, ...part }, store.answered.value)
  if (!answer) return <div class="spent-grid" />
  const { rows, from } = answer
  return (
    <>
      {stays ? (
        <p class="spent-said">
          {formatCount(answer.length)} of {counted(answer.all, 'goroutine')}
        </p>
      ) : null}
      <SpentGrid
        label="goroutines"
        columns={goroutineColumns(answer)}
        length={answer.length}
        list={JSON.stringify([ask.trace, ask.name, order])}
        sort={by}
        takesFocus={takesFocus}
        rowAt={index => (isOld && rows[index - from] === undefined ? undefined : rows[index - from])}
        onSort={to => goFunctions(session, { by: to })}
        onOpen={({ span }) => showSpan(session, span)}
        onBack={() => goFunctions(session, stays ? { stays: undefined } : { open: undefined })}
        onSeen={(first, last) => setPart(pagesOf(first, last))}
      />
    </>
  )
}

/** "stuck since 1.71 s". */
function stuckWords({ stuckSinceNs }: GoroutineRow): string {
  return stuckSinceNs === undefined ? 'stuck' : `stuck since ${formatNs(stuckSinceNs)}`
}

function goroutineColumns({
  columns,
  lives,
  from,
  fromNs,
  toNs,
}: GoroutinesPart): GridColumn<GoroutineSort, GoroutineRow>[] {
  return [
    {
      name: 'id',
      title: 'goroutine',
      hint: "by Go's number",
      sort: 'id',
      falls: false,
      width: 6.5,
      cell: row => (
        <>
          {row.isStuck ? <StuckMark words={stuckWords(row)} /> : null}
          <span class={row.isStuck ? 'stuck' : undefined}>{row.id}</span>
        </>
      ),
    },
    {
      name: 'life',
      title: 'its life',
      hint: 'from the begin of the range to its end: what it did, and where it was not there nothing',
      sort: undefined,
      falls: false,
      width: 10,
      grows: true,
      cell: (row, index) => (
        <LifeStrip
          lives={lives}
          strip={index - from}
          stuckFrom={row.stuckSinceNs === undefined ? 1 : (row.stuckSinceNs - fromNs) / (toNs - fromNs)}
          words={row.isStuck ? `${sharesText(row)}, ${stuckWords(row)}` : sharesText(row)}
        />
      ),
    },
    totalColumn<GoroutineRow>(),
    ...timeColumns<GoroutineRow>(columns),
    {
      name: 'birth',
      title: 'began',
      hint: 'when it was started; before the trace where nothing is said',
      sort: 'birth',
      falls: false,
      width: 5.5,
      cell: ({ birthNs }) => (birthNs === undefined ? <span class="dim">before</span> : formatNs(birthNs)),
    },
    {
      name: 'death',
      title: 'ended',
      hint: 'when it ended; the last first',
      sort: 'death',
      falls: true,
      width: 5.5,
      cell: ({ deathNs }) => (deathNs === undefined ? <span class="dim">lives on</span> : formatNs(deathNs)),
    },
  ]
}
