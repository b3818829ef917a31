/** One function: what was spent in it, who calls it, and what it calls. Each of these leads on, and "back" comes back. */
import { formatCount, formatNs, quoteExactly, shareText, type Total, type Weight, weightText } from '@unhang/core'
import { useContext, useEffect } from 'preact/hooks'
import { type AroundAnswer, type AroundRow, NAME_LIMIT, type ProfileAsk } from '../protocol/profiles.ts'
import { lineOf } from '../state/profiles-url.ts'
import { sourceKey } from '../state/store.ts'
import { format } from '../state/url.ts'
import { Excerpt } from '../widgets/excerpt.tsx'
import { functionText, placeText, printable } from '../words.ts'
import { useAsked } from './asked.ts'
import { SessionContext } from './context.ts'
import { StepLink } from './links.tsx'
import { ProfileLink } from './profile-link.tsx'
import { goProfiles, lineKey, narrowProfile, STAY_WORDS, totalOfHead } from './profile-place.ts'
import { wantSource } from './source-lines.ts'

export function Around({ ask, name }: { readonly ask: ProfileAsk; readonly name: string }) {
  const session = useContext(SessionContext)
  const { place } = session.store
  const { line } = place.value.profiles
  const at = lineOf(line)
  const { answer, error, isOld } = useAsked('around', { ...ask, name, at })
  const filter = `fn:${quoteExactly(name)}`
  return (
    <section class="around" aria-label="callers and callees" aria-busy={isOld}>
      <div class="around-head">
        <h2 class="code" title={printable(answer?.name ?? name, NAME_LIMIT)}>
          {functionText(name)}
          {at ? <span class="around-line"> {placeText(at)}</span> : null}
        </h2>
        <button
          type="button"
          class="plain icon"
          aria-label="close callers and callees"
          onClick={() => goProfiles(session, { at: '', line: '' })}
        >
          <span aria-hidden="true">×</span>
        </button>
      </div>
      {error ? <p class="dim">{printable(error, 500)}</p> : null}
      {answer && !answer.isThere ? <p class="dim">No stack of this profile has it.</p> : null}
      {answer?.isThere ? (
        <>
          <dl class="around-sums">
            <dt>itself</dt>
            <dd>{spentText(answer.self, totalOfHead(answer.head, ask.weight), ask)}</dd>
            <dt>with calls</dt>
            <dd>{spentText(answer.cumulative, totalOfHead(answer.head, ask.weight), ask)}</dd>
          </dl>
          <p class="around-links">
            <StepLink
              href={format({ ...place.value, page: 'timeline', filter })}
              onGo={() => session.go({ page: 'timeline', filter }, 'push')}
            >
              its goroutines in the timeline
            </StepLink>
          </p>
          <p class="around-narrowing">
            <button
              type="button"
              title="keep stacks that have this function"
              onClick={() => narrowProfile(session, 'focus', name)}
            >
              focus on it
            </button>
            <button
              type="button"
              title="leave out stacks that have this function"
              onClick={() => narrowProfile(session, 'ignore', name)}
            >
              ignore it
            </button>
          </p>
          <Rows title="called by" rows={answer.callers} whole={weightOf(answer.cumulative, ask.weight)} ask={ask} />
          <Rows title="calls" rows={answer.callees} whole={weightOf(answer.cumulative, ask.weight)} ask={ask} />
        </>
      ) : null}
      {answer && answer.lines.length > 0 ? <Lines name={name} lines={answer.lines} ask={ask} /> : null}
    </section>
  )
}

const weightOf = ({ ns, count }: Total, weight: Weight) => (weight === 'time' ? ns : count)

function spentText(total: Total, all: number, { kind, weight }: ProfileAsk): string {
  const share = shareText(weightOf(total, weight), all)
  return `${formatNs(total.ns)}, ${formatCount(total.count)} ${STAY_WORDS[kind][total.count === 1 ? 0 : 1]}, ${share}`
}

type RowsProps = {
  readonly title: string
  readonly rows: readonly AroundRow[]
  readonly whole: number
  readonly ask: ProfileAsk
}

function Rows({ title, rows, whole, ask }: RowsProps) {
  return (
    <>
      <h3>{title}</h3>
      {rows.length === 0 ? <p class="dim">nothing</p> : null}
      <ul class="around-rows">
        {rows.map(row => {
          const value = weightOf(row, ask.weight)
          return (
            <li key={`${row.name} ${lineKey(row)}`}>
              <span class="around-bar" aria-hidden="true">
                <span class={`tone${row.tone}`} style={{ width: `${Math.min(100, (100 * value) / whole)}%` }} />
              </span>
              <span class="around-value">{weightText(value, ask.weight)}</span>
              <ProfileLink at={row} unknown="unknown" />
            </li>
          )
        })}
      </ul>
    </>
  )
}

type LinesProps = {
  readonly name: string
  readonly lines: AroundAnswer['lines']
  readonly ask: ProfileAsk
}

/** Where in it, with its source where that is at hand. */
function Lines({ name, lines, ask }: LinesProps) {
  const session = useContext(SessionContext)
  const { store } = session
  const { profiles } = store.place.value
  const [first] = lines
  const { file, line } = lineOf(profiles.line) ?? first
  const site = file !== '' ? { function: name, file, line } : undefined
  const key = site ? sourceKey(site) : ''
  useEffect(() => {
    if (site) wantSource(session, site)
  }, [key])
  const source = store.sources.value.get(key)
  return (
    <>
      <h3>lines</h3>
      <ul class="around-rows">
        {lines.map(row => (
          <li key={`${row.file}:${row.line}`}>
            <span class="around-value">{weightText(weightOf(row, ask.weight), ask.weight)}</span>
            <LineLink row={row} />
          </li>
        ))}
      </ul>
      {site && source ? <Excerpt lines={source} hot={site.line} /> : null}
    </>
  )
}

/** To what is around this line alone; of the chosen one back to all of the function. */
function LineLink({ row }: { readonly row: AroundAnswer['lines'][number] }) {
  const session = useContext(SessionContext)
  const { place } = session.store
  const { profiles } = place.value
  const key = lineKey(row)
  const text = placeText(row)
  if (key === '' || text === '') return <span class="code">{text || 'unknown'}</span>
  const isChosen = profiles.line === key
  const line = isChosen ? '' : key
  return (
    <StepLink
      href={format({ ...place.value, profiles: { ...profiles, line } })}
      title={isChosen ? 'show all of the function' : 'only what is called from this line'}
      onGo={() => goProfiles(session, { line })}
    >
      <span class="code">{text}</span>
      {isChosen ? <span class="dim"> · all lines</span> : null}
    </StepLink>
  )
}
