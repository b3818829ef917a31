/** A finding in full: what waits where since when, the line of source, who holds it, the evidence, what to look at. */
import { type Finding, formatCount, type Site, words } from '@unhang/core'
import { useContext, useEffect } from 'preact/hooks'
import { sourceKey } from '../state/store.ts'
import { format } from '../state/url.ts'
import { Excerpt } from '../widgets/excerpt.tsx'
import { Sentence } from '../widgets/sentence.tsx'
import { evidenceOf, functionText, holderOf, isSourceOf, placeText, titleOf } from '../words.ts'
import { SessionContext } from './context.ts'
import { showWaiter } from './jumps.ts'
import { GroupLink, StepLink } from './links.tsx'
import { NoSource } from './no-source.tsx'
import { ShowButton } from './show-button.tsx'
import { wantSource } from './source-lines.ts'

type Props = { readonly finding: Finding; readonly index: number }

/** An answer lists a hundred ids; a screen has room for these. */
const IDS = 24

export function FindingPanel({ finding, index }: Props) {
  return (
    <article class="finding">
      <div class="finding-head">
        <h2>{titleOf(finding)}</h2>
        <span class={`certainty ${finding.certainty}`}>{finding.certainty}</span>
        <span class="space" />
        <ToGroup index={index} />
        <ShowButton index={index} />
      </div>
      <p class="finding-site">
        <span class="code">{functionText(finding.site.function)}</span>
        {finding.site.file === '' ? null : <span class="code">{placeText(finding.site)}</span>}
        <span>{finding.kind}</span>
        <span class="dim">since {words.since(finding)}</span>
      </p>
      <div class="finding-body">
        <div class="finding-sources">
          <Source finding={finding} site={finding.site} />
          {finding.caller ? (
            <>
              <Place lead="called from" place={finding.caller} />
              <Source finding={finding} site={finding.caller} />
            </>
          ) : null}
          <Left finding={finding} />
        </div>
        <dl class="facts">
          <Fact name="holder">{holderOf(finding)}</Fact>
          <Who finding={finding} index={index} />
          <Evidence finding={finding} />
          {finding.advice === '' ? null : (
            <Fact name="next">
              <Sentence text={finding.advice} />
            </Fact>
          )}
        </dl>
      </div>
      <NoSource />
    </article>
  )
}

function ToGroup({ index }: { readonly index: number }) {
  const { store } = useContext(SessionContext)
  const place = store.answered.value?.findingGroups[index]
  if (!place) return null
  return (
    <GroupLink place={place} title="the goroutines of this finding, with their stacks and arguments">
      its goroutines
    </GroupLink>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Evidence({ finding }: { readonly finding: Finding }) {
  const sentences = evidenceOf(finding)
  if (sentences.length === 0) return null
  return (
    <Fact name="why">
      <ul class="evidence">
        {sentences.map(sentence => (
          <li key={sentence}>
            <Sentence text={sentence} />
          </li>
        ))}
      </ul>
    </Fact>
  )
}

function Who({ finding, index }: Props) {
  const { count, goroutines } = finding.waiters
  if (goroutines.length === 0) return null
  const shown = goroutines.slice(0, IDS)
  const more = count - shown.length
  return (
    <Fact name="who">
      <span class="ids">
        {shown.map(id => (
          <WaiterLink key={id} id={id} index={index} />
        ))}
        {more > 0 ? <span class="dim">and {formatCount(more)} more</span> : null}
      </span>
    </Fact>
  )
}

function WaiterLink({ id, index }: { readonly id: number; readonly index: number }) {
  const session = useContext(SessionContext)
  const { store } = session
  const place = store.answered.value?.findingPlaces[index]
  const trace = store.opened.value?.traces[place?.trace ?? -1]
  // Only a dump knows it: there is no place to lead to.
  if (!place || !trace) return <span>{id}</span>
  const span = { goroutineId: id, timeNs: trace.durationNs }
  const href = format({ ...store.place.value, page: 'timeline', trace: place.trace, span })
  return (
    <StepLink href={href} onGo={() => showWaiter(session, index, id)}>
      {id}
    </StepLink>
  )
}

/** Where the source leaves the lock locked, unless that line is shown already. */
function Left({ finding }: { readonly finding: Finding }) {
  const { site, source } = finding
  const taker = source?.functions.find(({ leaves }) => leaves !== undefined)
  if (!taker?.leaves) return null
  const { line } = taker.leaves
  if (taker.file === site.file && Math.abs(line - site.line) <= AROUND) return null
  const place = { function: taker.function, file: taker.file, line }
  return (
    <>
      <Place lead="left locked in" place={place} />
      <Source finding={finding} site={place} />
    </>
  )
}

/** Lines of source that are shown before and after one. */
const AROUND = 2

function Place({ lead, place }: { readonly lead: string; readonly place: Site }) {
  return (
    <p class="caller">
      <span class="dim">{lead}</span> <span class="code">{functionText(place.function)}</span>{' '}
      <span class="code">{placeText(place)}</span>
    </p>
  )
}

/** The lines around a place, where the server of this page has the source of the very program. */
function Source({ finding, site }: { readonly finding: Finding; readonly site: Site }) {
  const session = useContext(SessionContext)
  const key = sourceKey(site)
  const sources = session.store.sources.value
  const isAsked = sources.has(key)
  useEffect(() => {
    wantSource(session, site)
  }, [session, site, isAsked])
  const lines = sources.get(key)
  const hot = lines?.find(({ line }) => line === site.line)
  if (!lines || !hot || !isSourceOf(finding, site, hot.text)) return null
  return <Excerpt lines={lines} hot={site.line} />
}
