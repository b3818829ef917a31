/**
 * Everything that the page shows, in one place. Components read signals and draw; only `pages/session.ts` and what it is
 * made of write them.
 */

import { type Signal, signal } from '@preact/signals'
import type { RangeSums } from '@unhang/core'
import type { Answered, DetailWithPlaces, LayoutInfo, Opened, Progress, Told, TraceInfo } from '../protocol.ts'
import { type Page, type Place, START } from './url.ts'

/** 'starting': nobody has said yet whether there is anything to open. */
export type Phase = 'starting' | 'empty' | 'opening' | 'open'

export type SourceLines = readonly { readonly line: number; readonly text: string }[]

/** Files of source that were edited since they were read, by the ends of their paths. `sinceMs`: when, since 1970. */
export type Edited = { readonly files: readonly string[]; readonly sinceMs: number }

/** Of when a report is. `title`: '' where none was given; `version`: of unhang. */
export type ReportOrigin = {
  readonly title: string
  readonly writtenMs: number
  readonly version: string
  readonly told: Told
}

/** A file on its way in. */
export type Opening = { readonly name: string; readonly size: number; readonly progress: Progress | undefined }

export type Store = {
  readonly phase: Signal<Phase>
  readonly openings: Signal<readonly Opening[]>
  readonly opened: Signal<Opened | undefined>
  /** What it says; comes after it. */
  readonly answered: Signal<Answered | undefined>
  /** How far that has come; of what came to nothing, why. */
  readonly analysis: Signal<Progress | string | undefined>
  /** Where the user is; stands in the address. */
  readonly place: Signal<Place>
  readonly layout: Signal<LayoutInfo | undefined>
  readonly detail: Signal<DetailWithPlaces | undefined>
  readonly sums: Signal<RangeSums | undefined>
  /** The filter of the hit that n and N step through, and the words it was found by. */
  readonly hit: Signal<{ readonly filter: string; readonly text: string } | undefined>
  /** By `sourceKey`; undefined in the map: asked, and not there. */
  readonly sources: Signal<ReadonlyMap<string, SourceLines | undefined>>
  /** Source that was edited since the answer was found with it. */
  readonly edited: Signal<Edited | undefined>
  /** Of the server, about what it was asked to show. */
  readonly remarks: Signal<readonly string[]>
  /** The report that is looked at, as long as nothing else is opened in its place. */
  readonly report: Signal<ReportOrigin | undefined>
  /** What went wrong outside of any file: the worker died, the server is gone. */
  readonly trouble: Signal<string | undefined>
  /** What has just been done, or could not be: for eyes and for screen readers, until the next step. */
  readonly notice: Signal<string>
  readonly isHelpOpen: Signal<boolean>
  /** A file is held above the window. */
  readonly isDropping: Signal<boolean>
}

export function createStore(place: Place = START): Store {
  return {
    phase: signal<Phase>('starting'),
    openings: signal<readonly Opening[]>([]),
    opened: signal<Opened | undefined>(undefined),
    answered: signal<Answered | undefined>(undefined),
    analysis: signal<Progress | string | undefined>(undefined),
    place: signal(place),
    layout: signal<LayoutInfo | undefined>(undefined),
    detail: signal<DetailWithPlaces | undefined>(undefined),
    sums: signal<RangeSums | undefined>(undefined),
    hit: signal<{ filter: string; text: string } | undefined>(undefined),
    sources: signal<ReadonlyMap<string, SourceLines | undefined>>(new Map()),
    edited: signal<Edited | undefined>(undefined),
    remarks: signal<readonly string[]>([]),
    report: signal<ReportOrigin | undefined>(undefined),
    trouble: signal<string | undefined>(undefined),
    notice: signal(''),
    isHelpOpen: signal(false),
    isDropping: signal(false),
  }
}

/** Something else is being opened: of what was open nothing is left. */
export function forgetOpened(store: Store): void {
  store.opened.value = undefined
  store.answered.value = undefined
  store.analysis.value = undefined
  store.trouble.value = undefined
  store.notice.value = ''
  store.edited.value = undefined
  store.hit.value = undefined
  store.sources.value = new Map()
  store.layout.value = undefined
  store.detail.value = undefined
  store.sums.value = undefined
}

/** The table of goroutines is seen: on its own page, and where there are dumps alone in the timeline's place below the answer. */
export function hasGroupsShown({ place, opened }: Store): boolean {
  const { page } = place.value
  return page === 'goroutines' || (page === 'answer' && opened.value?.traces.length === 0)
}

/** A page of numbers is shown: neither a timeline nor groups. */
export function hasNumbersShown({ place }: Store): boolean {
  const { page } = place.value
  return page !== 'answer' && page !== 'timeline' && page !== 'goroutines'
}

/** The timeline is seen, with the details below it. */
export function hasTimelineShown(store: Store): boolean {
  const { page } = store.place.value
  return (page === 'answer' || page === 'timeline') && traceOf(store) !== undefined
}

/** The page on which the table is looked at, from where one is. */
export function groupsPageOf(store: Store): Page {
  return hasGroupsShown(store) ? store.place.value.page : 'goroutines'
}

/** The answer is there, or is known not to come. */
export function isSettled({ answered, analysis }: Store): boolean {
  return answered.value !== undefined || typeof analysis.value === 'string'
}

/** The trace that is shown; an address may name one that is not there. */
export function traceIndexOf(store: Store, wanted = store.place.value.trace): number {
  const traces = store.opened.value?.traces.length ?? 0
  return Math.min(wanted ?? answersTrace(store.answered.value), Math.max(0, traces - 1))
}

/** The trace that holds what the answer says first. */
function answersTrace(answered: Answered | undefined): number {
  const first = answered?.diagnosis.findings[0]
  const trace = answered?.findingPlaces[0]?.trace ?? -1
  return first && first.certainty !== 'possible' && trace >= 0 ? trace : 0
}

/** undefined, too, while nobody knows in which of several traces lies what the address names. */
export function traceOf(store: Store): TraceInfo | undefined {
  return isTraceKnown(store) ? store.opened.value?.traces[traceIndexOf(store)] : undefined
}

function isTraceKnown(store: Store): boolean {
  const { place, opened } = store
  return place.value.trace !== undefined || !namesPlace(place.value) || isSettled(store) || !hasSeveral(opened.value)
}

const hasSeveral = (opened: Opened | undefined) => (opened?.traces.length ?? 0) > 1

/** What means something in one trace alone. */
function namesPlace({ view, span, range, expanded }: Place): boolean {
  return view !== undefined || span !== undefined || range !== undefined || expanded !== undefined
}

/** What the user does in a trace before the answer is there is meant for this trace, and not for the answer's. */
export function pinned(store: Store, place: Place): Place {
  if (isSettled(store) || place.trace !== undefined || !namesPlace(place) || !hasSeveral(store.opened.value))
    return place
  return traceOf(store) ? { ...place, trace: traceIndexOf(store) } : place
}

/** Rows of a trace that are open at first. */
export function startRowsOf({ answered, opened }: Store, trace: number): readonly string[] {
  return (answered.value ?? opened.value)?.expanded[trace] ?? []
}

/** Keys of the open rows. */
export function expandedOf(store: Store): readonly string[] {
  return store.place.value.expanded ?? startRowsOf(store, traceIndexOf(store))
}

/** A time span that can be shown: a trace of one event has no length. */
export function wholeOf(trace: TraceInfo): { startNs: number; endNs: number } {
  return { startNs: 0, endNs: Math.max(trace.durationNs, 1000) }
}

export function sourceKey(site: { readonly function: string; readonly file: string; readonly line: number }): string {
  return `${site.function}\n${site.file}\n${site.line}`
}

/** Takes a report of the worker into the list of what is being opened. Two files may have one name: the first not done is meant. */
export function withProgress(openings: readonly Opening[], progress: Progress): readonly Opening[] {
  const at = openings.findIndex(({ name, progress: known }) => name === progress.name && !isDone(known))
  return at < 0 ? openings : openings.map((opening, i) => (i === at ? { ...opening, progress } : opening))
}

/** A file that the page itself has is read. */
export function tellRead(store: Store, name: string, size: number): void {
  const read: Progress = { stage: 'fetching', name, done: size, total: size }
  store.openings.value = withProgress(store.openings.value, read)
}

function isDone(progress: Progress | undefined): boolean {
  return progress !== undefined && progress.stage === 'reading' && progress.total > 0 && progress.done >= progress.total
}
