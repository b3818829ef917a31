/** The front page: one finding open, the others as a line each, what is only worth a look folded away. */
import type { Diagnosis, Finding } from '@unhang/core'
import { useContext, useState } from 'preact/hooks'
import { traceOf } from '../state/store.ts'
import { format } from '../state/url.ts'
import { counted, functionText, healthOf, placeText, shortSinceOf, titleOf } from '../words.ts'
import { Analysing } from './analysing.tsx'
import { SessionContext } from './context.ts'
import { FindingPanel } from './finding.tsx'
import { StepLink } from './links.tsx'
import { NoSource } from './no-source.tsx'
import { ShowButton } from './show-button.tsx'

/** A program with more findings has one cause, and it stands first. */
const ROWS = 50

export function Answer() {
  const { store } = useContext(SessionContext)
  const diagnosis = store.answered.value?.diagnosis
  if (!diagnosis) return <Analysing />
  return store.place.value.page === 'answer' ? <Panel diagnosis={diagnosis} /> : <Folded diagnosis={diagnosis} />
}

function Panel({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const { store } = useContext(SessionContext)
  const { findings } = diagnosis
  const all = findings.map((finding, index) => ({ finding, index }))
  const counting = all.filter(({ finding }) => finding.certainty !== 'possible')
  const possible = all.filter(({ finding }) => finding.certainty === 'possible')
  const wanted = store.place.value.finding
  // An address may name a finding that is not there; what is only worth a look does not open by itself.
  const open = wanted === 0 && counting.length === 0 ? -1 : Math.min(wanted, findings.length - 1)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus
    <section class="answer" aria-label="answer" tabIndex={0} data-scrolls="">
      {counting.length === 0 ? <Healthy diagnosis={diagnosis} /> : null}
      {open < 0 && possible.length > 0 ? <NoSource /> : null}
      <FindingList entries={counting} open={open} />
      <WorthALook entries={possible} open={open} isAlone={!traceOf(store) && counting.length === 0} />
    </section>
  )
}

type Entry = { readonly finding: Finding; readonly index: number }
type ListProps = { readonly entries: readonly Entry[]; readonly open: number }

function FindingList({ entries, open }: ListProps) {
  if (entries.length === 0) return null
  const more = entries.length - ROWS
  const twins = twinsOf(entries)
  return (
    <ul class="findings">
      {entries.slice(0, ROWS).map(({ finding, index }) => (
        <li key={index} class={finding.follows === undefined ? undefined : 'follows'}>
          {index === open ? (
            <FindingPanel finding={finding} index={index} />
          ) : (
            <FindingRow finding={finding} index={index} isTwin={twins.has(rowText(finding))} />
          )}
        </li>
      ))}
      {more > 0 ? <li class="dim">and {counted(more, 'more finding')}</li> : null}
    </ul>
  )
}

/** `isAlone`: there is neither a timeline nor anything surer to look at. */
function WorthALook({ entries, open, isAlone }: ListProps & { readonly isAlone: boolean }) {
  const [isOpen, setOpen] = useState(isAlone)
  if (entries.length === 0) return null
  return (
    <details
      class="worth"
      open={isOpen || entries.some(({ index }) => index === open)}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>
        worth a look <span class="dim">{entries.length}</span>
      </summary>
      <FindingList entries={entries} open={open} />
    </details>
  )
}

/** Rows that read the same: many locks of one line, each with a goroutine of its own. */
function twinsOf(entries: readonly Entry[]): ReadonlySet<string> {
  const texts = entries.map(({ finding }) => rowText(finding))
  return new Set(texts.filter((text, i) => texts.indexOf(text) !== i))
}

const rowText = (finding: Finding) => `${titleOf(finding)} ${placeText(finding.site)}`

/** More than a row has room for. */
const ROW_IDS = 3

type RowProps = { readonly finding: Finding; readonly index: number; readonly isTwin: boolean }

function FindingRow({ finding, index, isTwin }: RowProps) {
  const session = useContext(SessionContext)
  const ids = isTwin ? finding.waiters.goroutines.slice(0, ROW_IDS) : []
  return (
    <button
      type="button"
      class="finding-row"
      aria-expanded={false}
      onClick={() => session.go({ finding: index }, 'push')}
    >
      <span class="finding-row-arrow" aria-hidden="true">
        ▸
      </span>
      <span class="finding-row-title">{titleOf(finding)}</span>
      <span class="code dim">{functionText(finding.site.function)}</span>
      <span class="code dim">{placeText(finding.site)}</span>
      {ids.length > 0 ? <span class="dim">goroutine {ids.join(' ')}</span> : null}
      <span class={`certainty ${finding.certainty}`}>{finding.certainty}</span>
    </button>
  )
}

function Healthy({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const { word, sentence } = healthOf(diagnosis)
  return (
    <p class={word === 'HEALTHY' ? 'health good' : 'health warn'}>
      <strong>{word}</strong> {sentence}
    </p>
  )
}

/** The answer in one line, above the timeline that has the window. */
function Folded({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const session = useContext(SessionContext)
  const place = session.store.place.value
  const finding = diagnosis.findings[Math.max(0, place.finding)] ?? diagnosis.findings[0]
  const counts = finding !== undefined && finding.certainty !== 'possible'
  const index = finding ? diagnosis.findings.indexOf(finding) : -1
  return (
    <section class="answer-line" aria-label="answer">
      <StepLink
        href={format({ ...place, page: 'answer' }) || '#answer'}
        onGo={() => session.go({ page: 'answer' }, 'push')}
      >
        <span aria-hidden="true">▸ </span>answer
      </StepLink>
      {counts ? (
        <>
          <span class="answer-line-title">{titleOf(finding)}</span>
          <span class="dim answer-line-more">
            <span>{shortSinceOf(finding)}</span>
            <span class="code">
              {functionText(finding.site.function)} {placeText(finding.site)}
            </span>
          </span>
          <ShowButton index={index} />
        </>
      ) : (
        <span class="answer-line-title" title={healthOf(diagnosis).sentence}>
          {healthOf(diagnosis).sentence}
        </span>
      )}
    </section>
  )
}
