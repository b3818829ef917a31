/** An open group: its stack with arguments and lines of source, who made them, since when, and each of them by its id. */
import { formatCount, isPlumbing } from '@unhang/core'
import type { ComponentChildren } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { GroupDetail, GroupFrame, GroupId } from '../protocol.ts'
import { sourceKey } from '../state/store.ts'
import { format } from '../state/url.ts'
import { Excerpt } from '../widgets/excerpt.tsx'
import { counted, functionText, placeText, printable, titleOf, waitText } from '../words.ts'
import { SessionContext } from './context.ts'
import { groupTitle } from './group-row.tsx'
import { showFinding, showGoroutine } from './jumps.ts'
import { StepLink } from './links.tsx'
import { wantSource } from './source-lines.ts'

export function GroupPanel({ detail }: { readonly detail: GroupDetail }) {
  const { row, locked, labels, argsOf } = detail
  const wait = waitText(row)
  return (
    <article class="group-detail">
      <h2 class="unseen">{groupTitle(row)}</h2>
      <div class="group-stack">
        <Stack detail={detail} />
      </div>
      <dl class="facts group-facts">
        <Fact name="who">{groupTitle(row)}</Fact>
        {wait === '' ? null : <Fact name="waits">{waitWords(detail)}</Fact>}
        <About finding={row.finding} />
        {detail.ids.map(kind => (
          <Ids key={kind.kind} {...kind} detail={detail} />
        ))}
        {locked > 0 ? <Fact name="locked">{counted(locked, 'goroutine')} to a thread of its own</Fact> : null}
        {labels === '' ? null : <Fact name="labels">{printable(labels, 500)}</Fact>}
        {argsOf === undefined ? null : <Fact name="args">those of goroutine {argsOf}; others have others</Fact>}
      </dl>
    </article>
  )
}

function waitWords({ row, trace }: GroupDetail): string {
  const { leastNs, mostNs } = row
  const span = row.count > 1 && leastNs !== mostNs ? ', the longest of them' : ''
  return `${waitText(row)}${span}${trace >= 0 && row.isAtLeast ? ', as dump and trace tell' : ''}`
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function About({ finding }: { readonly finding: number }) {
  const session = useContext(SessionContext)
  const { store } = session
  const found = store.answered.value?.diagnosis.findings[finding]
  if (!found) return null
  const place = store.answered.value?.findingPlaces[finding]
  const href = format({ ...store.place.value, page: 'answer', finding })
  return (
    <Fact name="answer">
      <span class="group-answer">
        <StepLink href={href} onGo={() => session.go({ page: 'answer', finding }, 'push')}>
          {titleOf(found)}
        </StepLink>
        <span class={`certainty ${found.certainty}`}>{found.certainty}</span>
        {place && place.trace >= 0 && place.spans.length > 0 ? (
          <button type="button" class="plain small" onClick={() => showFinding(session, finding)}>
            show in timeline <span aria-hidden="true">↗</span>
          </button>
        ) : null}
      </span>
    </Fact>
  )
}

type IdsProps = GroupDetail['ids'][number] & { readonly detail: GroupDetail }

const KIND_WORDS: Readonly<Record<string, string>> = { arrived: 'came', left: 'moved on' }

function Ids({ kind, count, ids, detail }: IdsProps) {
  if (ids.length === 0) return null
  const more = count - ids.length
  return (
    <Fact name={KIND_WORDS[kind] ?? (kind || 'ids')}>
      <span class="ids">
        {ids.map(one => (
          <IdLink key={one.id} one={one} detail={detail} />
        ))}
        {more > 0 ? <span class="dim">and {formatCount(more)} more</span> : null}
      </span>
    </Fact>
  )
}

function IdLink({ one: { id, isTraced }, detail }: { readonly one: GroupId; readonly detail: GroupDetail }) {
  const session = useContext(SessionContext)
  const { trace, timeNs } = detail
  // Only a dump knows it: there is no place to lead to.
  if (!isTraced) return <span>{id}</span>
  const href = format({ ...session.store.place.value, page: 'timeline', trace, span: { goroutineId: id, timeNs } })
  return (
    <StepLink href={href} title="its row in the timeline" onGo={() => showGoroutine(session, trace, id, timeNs)}>
      {id}
    </StepLink>
  )
}

function Stack({ detail }: { readonly detail: GroupDetail }) {
  const { frames, moreFrames, elided, row, creator } = detail
  const own = frames.findIndex(frame => !isPlumbing(frame.function, frame.file))
  const by = creator === undefined || row.count > 1 ? 'created by' : `created by goroutine ${creator} in`
  return (
    <section class="stack">
      <h3>stack</h3>
      {frames.length === 0 ? <p class="dim">this form does not tell where they stand</p> : null}
      <ol>
        {frames.map((frame, i) => (
          <Frame key={i} frame={frame} isOwn={i === own} />
        ))}
        {moreFrames > 0 ? <li class="dim">and {counted(moreFrames, 'more frame')}</li> : null}
        {elided ? <li class="dim">frames in the middle were left out by Go</li> : null}
      </ol>
      {row.createdBy ? (
        <>
          <h3>{by}</h3>
          <ol>
            <Frame frame={{ ...row.createdBy, args: '' }} />
          </ol>
        </>
      ) : null}
    </section>
  )
}

/** The line of source stands below the frame: at once below the first of the program itself, else when it is asked for. */
function Frame({ frame, isOwn = false }: { readonly frame: GroupFrame; readonly isOwn?: boolean }) {
  const session = useContext(SessionContext)
  const [isAsked, setAsked] = useState(false)
  const isWanted = isOwn || isAsked
  const sources = session.store.sources.value
  const isKnown = sources.has(sourceKey(frame))
  useEffect(() => {
    if (isWanted) wantSource(session, frame)
  }, [session, frame, isWanted, isKnown])
  const lines = isWanted ? sources.get(sourceKey(frame)) : undefined
  const isThere = lines?.some(({ line }) => line === frame.line)
  const place = placeText(frame)
  return (
    <li class={isOwn ? 'own' : ''}>
      <KeepLink name={frame.function} />
      {frame.args === '' ? null : <span class="code dim group-args">({printable(frame.args, 300)})</span>}{' '}
      {place === '' ? null : (
        <button
          type="button"
          class="code group-place"
          title={isThere ? printable(frame.file, 500) : `${printable(frame.file, 500)}: show the lines of source`}
          aria-expanded={isThere === true}
          onClick={() => setAsked(!isAsked)}
        >
          {place}
        </button>
      )}
      {isThere && lines ? <Excerpt lines={lines} hot={frame.line} /> : null}
      {isAsked && !isThere ? (
        <p class="dim">
          {session.store.report.value
            ? 'the source of this line is not in this report'
            : 'no source of this line here: unhang view … --src DIR tells where it is'}
        </p>
      ) : null}
    </li>
  )
}

/** A function's name as a link to the groups that have it in their stack. */
function KeepLink({ name }: { readonly name: string }) {
  const session = useContext(SessionContext)
  const { groups } = session.store.place.value
  if (name === '') return <span class="dim">unknown</span>
  const href = format({ ...session.store.place.value, groups: { ...groups, function: name.slice(0, 500) } })
  return (
    <StepLink
      href={href}
      title={`keep the groups with ${printable(name)}`}
      onGo={() => session.goGroups({ function: name.slice(0, 500) }, 'push')}
    >
      <span class="code">{functionText(name)}</span>
    </StepLink>
  )
}
