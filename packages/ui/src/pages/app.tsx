/** The window: top line, what is wrong with the inputs, then the answer with the timeline below, or what is in their place. */

import type { ComponentChildren } from 'preact'
import { useContext, useEffect } from 'preact/hooks'
import { hasGroupsShown, type Store, traceOf } from '../state/store.ts'
import type { Page } from '../state/url.ts'
import { lastParts, printable } from '../words.ts'
import { Answer } from './answer.tsx'
import { Compare } from './compare.tsx'
import { SessionContext } from './context.ts'
import { DetailStrip } from './detail-strip.tsx'
import { Empty, Opening } from './empty.tsx'
import { Functions } from './functions.tsx'
import { Goroutines } from './goroutines.tsx'
import { Help } from './help.tsx'
import { MmuPage } from './mmu.tsx'
import { Notices } from './notices.tsx'
import { Profiles } from './profiles.tsx'
import { Tasks } from './tasks.tsx'
import { NoTrace, OneMoment, TimelinePane } from './timeline.tsx'
import { Top } from './top.tsx'

export function App() {
  const { store } = useContext(SessionContext)
  const phase = store.phase.value
  const title = titleText(store)
  useEffect(() => {
    document.title = title
  }, [title])
  return (
    <div class="frame">
      <Top />
      <main class={`main ${store.place.value.page}-page`}>
        <Notices />
        {phase === 'empty' ? <Empty /> : null}
        {phase === 'opening' ? <Opening /> : null}
        {phase === 'open' ? <Captures /> : null}
      </main>
      <Help />
      <Notice />
      {store.isDropping.value ? (
        <div class="drop-hint" aria-hidden="true">
          Drop to open instead of what is open
        </div>
      ) : null}
    </div>
  )
}

/** Of several tabs the one that hangs is to be found. */
function titleText({ opened, answered, report }: Store): string {
  const [first] = opened.value?.inputs ?? []
  if (!first) return 'unhang'
  const verdict = answered.value ? `${answered.value.diagnosis.verdict}: ` : ''
  const title = report.value?.title ? `${printable(report.value.title)} · ` : ''
  return `${title}${verdict}${printable(lastParts(first.name), 60)} · unhang`
}

/** Pages of numbers: what stands in the timeline's place there. */
const NUMBERS: { readonly [page in Page]?: () => ComponentChildren } = {
  functions: Functions,
  profiles: Profiles,
  tasks: Tasks,
  mmu: MmuPage,
  compare: Compare,
}

function Captures() {
  const { store } = useContext(SessionContext)
  const NumbersOfPage = NUMBERS[store.place.value.page]
  return (
    <>
      <Answer />
      {NumbersOfPage ? (
        <NumbersOfPage />
      ) : hasGroupsShown(store) ? (
        <>
          <Goroutines />
          {store.place.value.page === 'answer' ? <OneMoment /> : null}
        </>
      ) : traceOf(store) ? (
        <>
          <TimelinePane />
          <DetailStrip />
        </>
      ) : store.opened.value?.traces.length ? null : (
        <NoTrace />
      )}
    </>
  )
}

/** What a step could not do; read out, too. */
function Notice() {
  const { store } = useContext(SessionContext)
  const text = store.notice.value
  return (
    <div class={text === '' ? 'notice silent' : 'notice'} role="status">
      {text}
    </div>
  )
}
