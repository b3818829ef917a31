/** A selected span: who, in which state, from when to when, where, woken by whom, whom it woke, and its stacks. */

import type { SpanDetail, SpanLink } from '@unhang/core'
import { formatCount, formatNs } from '@unhang/core'
import { useContext } from 'preact/hooks'
import type { MomentRef } from '../protocol.ts'
import { traceOf } from '../state/store.ts'
import { Swatch } from '../widgets/state-bar.tsx'
import { counted, formatMoment, printable } from '../words.ts'
import { SessionContext } from './context.ts'
import { jumpToLink, jumpToSpan } from './jumps.ts'
import { FilterLink, FrameList, FunctionLink, GoroutineLink, GroupLink } from './links.tsx'
import { isActing, ranOn, wakerWords } from './span-words.ts'

type PanelProps = {
  readonly detail: SpanDetail
  readonly isHidden: boolean
  /** Where its group is shown. */
  readonly moment: MomentRef | undefined
}

export function SpanPanel({ detail, isHidden, moment: groupMoment }: PanelProps) {
  const { store } = useContext(SessionContext)
  const traceNs = traceOf(store)?.durationNs ?? detail.endNs
  const moment = (ns: number) => formatMoment(ns, lengthOf(detail), traceNs)
  return (
    <article class="span-detail">
      <Headline detail={detail} moment={groupMoment} />
      {isHidden ? <p class="warn-text">The filter hides this goroutine.</p> : null}
      <dl class="span-facts">
        <Fact name={detail.openStart ? 'from before' : 'from'}>{moment(detail.startNs)}</Fact>
        <Fact name="to">{`${detail.openEnd ? "the trace's end, " : ''}${moment(detail.endNs)}`}</Fact>
        <Fact name={isActing(detail) ? 'ran on' : 'last ran on'}>{ranOn(detail, traceNs)}</Fact>
        <WokenBy detail={detail} />
        <Woke detail={detail} />
        {detail.samples > 0 ? <Fact name="CPU samples">{formatCount(detail.samples)}</Fact> : null}
        {detail.label === '' ? null : <Fact name="label">{printable(detail.label)}</Fact>}
      </dl>
      <div class="stacks">
        <FrameList title={detail.stackIs} frames={detail.stack} />
        {isBirth(detail) ? null : <FrameList title={wakerTitle(detail)} frames={detail.wokenByStack} />}
        <FrameList title={creationTitle(detail)} frames={detail.creationStack} />
      </div>
    </article>
  )
}

function Headline({ detail, moment }: Omit<PanelProps, 'isHidden'>) {
  const session = useContext(SessionContext)
  return (
    <div class="span-head">
      <h2>
        goroutine <FilterLink filter={`g:${detail.id}`}>{detail.id}</FilterLink> <FunctionLink name={detail.name} />
      </h2>
      <span class="span-state">
        <Swatch state={detail.state} /> {detail.state}
        {detail.reason === '' ? '' : ` (${printable(detail.reason)})`}
      </span>
      <strong>{formatNs(lengthOf(detail))}</strong>
      {detail.stuck ? <span class="stuck-word">! stuck</span> : null}
      <span class="space" />
      <div class="span-nav">
        {moment ? (
          <GroupLink place={{ of: moment, key: `g${detail.id}` }} title="all goroutines that stand as it does">
            its group
          </GroupLink>
        ) : null}
        <FilterLink filter={`with:g${detail.id}`} title="keep the goroutines that woke it or were woken by it">
          with:g{detail.id}
        </FilterLink>
        <button
          type="button"
          disabled={detail.previous < 0}
          title="previous span of this goroutine ([)"
          onClick={() => jumpToSpan(session, detail.previous)}
        >
          ‹ previous
        </button>
        <button
          type="button"
          disabled={detail.next < 0}
          title="next span of this goroutine (])"
          onClick={() => jumpToSpan(session, detail.next)}
        >
          next ›
        </button>
      </div>
    </div>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function WokenBy({ detail }: { readonly detail: SpanDetail }) {
  const session = useContext(SessionContext)
  const { wokenBy } = detail
  const nobody = wakerWords(detail)
  if (!wokenBy) return nobody === '' ? null : <Fact name="woken by">{nobody}</Fact>
  return (
    <Fact name={isBirth(detail) ? 'created by' : 'woken by'}>
      <GoroutineLink link={wokenBy} /> <FunctionText link={wokenBy} />{' '}
      <button type="button" class="plain small" title="go there (Enter)" onClick={() => jumpToLink(session, wokenBy)}>
        follow <span aria-hidden="true">↗</span>
      </button>
    </Fact>
  )
}

function FunctionText({ link }: { readonly link: SpanLink }) {
  return link.name === '' ? null : <FunctionLink name={link.name} />
}

/** The others are seen as arrows. */
const WOKE = 20

function Woke({ detail }: { readonly detail: SpanDetail }) {
  const { woke, wokeCount } = detail
  if (wokeCount === 0) return null
  const more = wokeCount - Math.min(WOKE, woke.length)
  return (
    <Fact name={`woke ${formatCount(wokeCount)}`}>
      <span class="ids">
        {woke.slice(0, WOKE).map((link, i) => (
          <GoroutineLink key={i} link={link} />
        ))}
        {more > 0 ? <span class="dim">and {formatCount(more)} more</span> : null}
      </span>
    </Fact>
  )
}

/** The span that a goroutine's life begins with: who made it runnable created it. */
function isBirth({ previous, openStart, wokenBy, creator }: SpanDetail): boolean {
  return previous < 0 && !openStart && wokenBy !== undefined && wokenBy.id === creator?.id
}

function lengthOf({ startNs, endNs }: SpanDetail): number {
  return endNs - startNs
}

function wakerTitle({ wokenBy }: SpanDetail): string {
  return wokenBy ? `woken by goroutine ${wokenBy.id} at` : 'woken at'
}

function creationTitle({ creator, creationStack }: SpanDetail): string {
  const by = creator ? `created by goroutine ${creator.id} at` : 'created at'
  return creationStack.length > 30 ? `${by} (${counted(creationStack.length, 'frame')})` : by
}
