/** Steps that lead somewhere: to a span, a finding, the next hit. Each is one entry of the history. */
import type { SearchHit, SpanDetail, SpanLink } from '@unhang/core'
import type { DetailWithPlaces } from '../protocol.ts'
import { expandedOf, startRowsOf, traceIndexOf, traceOf, wholeOf } from '../state/store.ts'
import type { Place, TimeRange, View } from '../state/url.ts'
import type { Command } from '../timeline/contract.ts'
import { framed, showing } from './frame.ts'
import type { Session } from './session.ts'
import { wakerWords } from './span-words.ts'

type Framing = (span: TimeRange, seen: TimeRange, whole: TimeRange) => TimeRange

const framedWhole: Framing = (span, _seen, whole) => framed(span, whole)

/** Selects a span and goes where it is seen, in the row of its own goroutine. */
export async function jumpToSpan(
  session: Session,
  span: number,
  change: Partial<Place> = {},
  framing: Framing = showing,
): Promise<void> {
  const { store } = session
  const place = { ...store.place.value, ...change }
  const index = traceIndexOf(store, place.trace)
  const trace = store.opened.value?.traces[index]
  if (span < 0 || !trace) return
  const found = await session.ask('detail', { trace: index, span })
  if (!found) return
  const { id, startNs, endNs } = found.detail
  const whole = wholeOf(trace)
  const seen = change.trace === undefined ? viewOf(session, whole) : { ...whole, top: 0 }
  const expanded = place.expanded ?? (change.trace === undefined ? expandedOf(store) : startRowsOf(store, index))
  const { groupKey } = found.place
  const isClosed = !expanded.includes(groupKey) && (change.trace !== undefined || !(await hasRow(session, id)))
  await session.go(
    {
      ...change,
      span: { goroutineId: id, timeNs: startNs },
      view: { ...framing({ startNs, endNs }, seen, whole), top: seen.top },
      expanded: isClosed ? [...expanded, groupKey] : place.expanded,
    },
    'push',
  )
  await session.mounted()
  revealSelected(session)
}

/** Some stand by themselves: groups of one. */
async function hasRow(session: Session, goroutineId: number): Promise<boolean> {
  const [row] = await session.ask('rowsOf', { trace: traceIndexOf(session.store), keys: [`g${goroutineId}`] })
  return row >= 0
}

function viewOf(session: Session, whole: TimeRange): View {
  return session.timeline?.view ?? session.store.place.value.view ?? { ...whole, top: 0 }
}

function revealSelected(session: Session): void {
  const row = session.store.detail.value?.place.row ?? -1
  if (row >= 0) session.timeline?.reveal(row, true)
  else if (session.store.detail.value)
    session.store.notice.value = `goroutine ${session.store.detail.value.detail.id} is hidden by the filter`
}

/** To a goroutine at a time, by Go's id. */
export async function jumpToGoroutine(session: Session, goroutineId: number, timeNs: number): Promise<void> {
  const trace = traceIndexOf(session.store)
  const span = await session.ask('spanOf', { trace, goroutineId, timeNs })
  if (span < 0) session.store.notice.value = `goroutine ${goroutineId} is not in this trace`
  else await jumpToSpan(session, span)
}

export function jumpToLink(session: Session, link: SpanLink): Promise<void> {
  return link.span >= 0 ? jumpToSpan(session, link.span) : jumpToGoroutine(session, link.id, link.timeNs)
}

/** Shows the wait of a finding's first waiter, with what came before it. */
export async function showFinding(session: Session, finding: number): Promise<void> {
  const place = session.store.answered.value?.findingPlaces[finding]
  if (!place || place.trace < 0 || place.spans.length === 0) return
  const isOther = place.trace !== traceIndexOf(session.store)
  const anew = isOther ? { trace: place.trace, range: undefined, filter: '', expanded: undefined } : {}
  await jumpToSpan(session, place.spans[0], { ...anew, page: 'timeline', finding }, framedWhole)
  session.focusTimeline()
}

/** One of a finding's waiters, by Go's id. */
export async function showWaiter(session: Session, finding: number, goroutineId: number): Promise<void> {
  const place = session.store.answered.value?.findingPlaces[finding]
  const trace = session.store.opened.value?.traces[place?.trace ?? -1]
  if (place && trace) await showGoroutine(session, place.trace, goroutineId, trace.durationNs)
}

/** A goroutine's row in the timeline, and what it did at a time. */
export async function showGoroutine(session: Session, trace: number, id: number, timeNs: number): Promise<void> {
  const span = await session.ask('spanOf', { trace, goroutineId: id, timeNs })
  const isOther = trace !== traceIndexOf(session.store)
  const anew = isOther ? { trace, range: undefined, filter: '', expanded: undefined } : {}
  if (span < 0) session.store.notice.value = `goroutine ${id} is not in this trace`
  else await jumpToSpan(session, span, { ...anew, page: 'timeline' }, framedWhole)
  session.focusTimeline()
}

/** Goes to what a search found, and lets n and N go through the others like it. */
export async function goToHit(session: Session, { filter, text }: SearchHit): Promise<void> {
  session.store.hit.value = { filter, text }
  await stepHit(session, 1, -1)
  session.focusTimeline()
}

/** The next or previous span that the last hit's filter marks, or else the page's filter. */
export async function stepHit(session: Session, direction: 1 | -1, from?: number): Promise<void> {
  const { store } = session
  const filter = store.hit.value?.filter ?? store.place.value.filter
  if (filter.trim() === '') {
    store.notice.value = 'nothing to step through: search (/) or filter (F) first'
    return
  }
  const trace = traceIndexOf(store)
  const start = from ?? (await selectedIn(session))?.detail.span ?? -1
  const span = await session.ask('step', { trace, filter, from: start, direction })
  if (span >= 0) await jumpToSpan(session, span)
  else store.notice.value = direction > 0 ? 'no further hit: this is the last' : 'no hit before: this is the first'
}

/** What keys ask of the page; what they ask of the timeline alone it does itself. */
export async function run(session: Session, command: Command): Promise<void> {
  const { store } = session
  if (command === 'help') store.isHelpOpen.value = true
  else if (command === 'clear') await clear(session)
  else if (command === 'nextHit') await stepHit(session, 1)
  else if (command === 'previousHit') await stepHit(session, -1)
  else if (command === 'previousSpan') await stepSpan(session, 'previous')
  else if (command === 'nextSpan') await stepSpan(session, 'next')
  else if (command === 'followWaker') await followWaker(session)
}

/** Of the span that the place names: who types fast asks for the next one before the details of this one are there. */
async function selectedIn({ ask, store }: Session): Promise<DetailWithPlaces | undefined> {
  const { span } = store.place.value
  const shown = store.detail.value
  if (!span || (shown?.detail.id === span.goroutineId && shown.detail.startNs === span.timeNs)) return span && shown
  const trace = traceIndexOf(store)
  const row = await ask('spanOf', { trace, ...span })
  return row < 0 ? undefined : ask('detail', { trace, span: row })
}

async function stepSpan(session: Session, way: 'previous' | 'next'): Promise<void> {
  const from = (await selectedIn(session))?.detail
  const to = from?.[way] ?? -1
  if (to >= 0) await jumpToSpan(session, to)
  else if (from) session.store.notice.value = `goroutine ${from.id} has no further span on this side`
  else session.store.notice.value = SELECT_FIRST
}

const SELECT_FIRST = 'select a span first: click one, or search (/)'

async function followWaker(session: Session): Promise<void> {
  const selected = await selectedIn(session)
  if (!selected) session.store.notice.value = SELECT_FIRST
  else if (selected.detail.wokenBy) await jumpToLink(session, selected.detail.wokenBy)
  else session.store.notice.value = noWakerText(selected.detail)
}

function noWakerText(detail: SpanDetail): string {
  const who = wakerWords(detail)
  if (who === '') return `goroutine ${detail.id} was not woken into this span`
  if (detail.openEnd && detail.state === 'waiting') return `nobody woke goroutine ${detail.id} until the trace's end`
  return who === 'not in the trace'
    ? `who woke goroutine ${detail.id} here is not in the trace`
    : `goroutine ${detail.id} was woken by ${who}`
}

/** From the nearest to the farthest: sheet, range, selection, filter. */
async function clear(session: Session): Promise<void> {
  const { store } = session
  const { range, span, filter } = store.place.value
  if (store.isHelpOpen.value) store.isHelpOpen.value = false
  else if (range) await session.go({ range: undefined }, 'push')
  else if (span) await session.go({ span: undefined }, 'push')
  else if (filter !== '') await session.go({ filter: '' }, 'push')
}

/** On the page "goroutines": closes the open group, then clears the filter. */
export async function clearGroups(session: Session): Promise<void> {
  const { group, function: name, state, minutes } = session.store.place.value.groups
  if (group !== '') await session.goGroups({ group: '' }, 'push')
  else if (name !== '' || state !== '' || minutes !== undefined)
    await session.goGroups({ function: '', state: '', minutes: undefined }, 'push')
}

/** Shows another trace of those that are open, from its begin. */
export function chooseTrace(session: Session, trace: number): Promise<void> {
  if (!traceOf(session.store)) return Promise.resolve()
  const anew = { view: undefined, span: undefined, range: undefined, filter: '', expanded: undefined }
  session.store.hit.value = undefined
  return session.go({ ...anew, trace }, 'push', false)
}
