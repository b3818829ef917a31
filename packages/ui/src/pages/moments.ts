/** Which moments can be looked at on the page "goroutines", and which is looked at. */

import type { Likeness } from '@unhang/core'
import { formatCount, formatNs } from '@unhang/core'
import type { Answered, GroupSort, GroupsAsk, MomentRef, Opened } from '../protocol.ts'
import type { GroupsPlace } from '../state/groups-url.ts'
import { isSettled, type Store } from '../state/store.ts'
import { counted, formatMoment, lastParts, printable } from '../words.ts'

export type MomentOption = { readonly of: MomentRef; readonly text: string }

export function isSameMoment(a: MomentRef | undefined, b: MomentRef | undefined): boolean {
  if (!a || !b || a.kind !== b.kind || a.index !== b.index) return a === b
  return a.kind === 'dump' || b.kind === 'dump' || a.atNs === b.atNs
}

/** What is asked of the worker for where the user is; undefined: nothing is open that has goroutines. */
export function groupsAskOf(store: Store): GroupsAsk | undefined {
  const { groups } = store.place.value
  const of = momentOf(store)
  if (!of || !isMomentKnown(store)) return undefined
  const against = againstOf(store, of)
  const { like, minutes, state } = groups
  const filter = { function: groups.function.trim(), state: state.trim(), minutes }
  return { of, against, like, filter, sort: sortOf(groups.sort, against) }
}

/** What tells most: of one moment who has waited longest, of two what grew. */
export function sortOf(sort: GroupSort | undefined, against: MomentRef | undefined): GroupSort {
  return sort === undefined || (sort === 'change' && !against) ? (against ? 'change' : 'wait') : sort
}

/** The chosen moment, or where none is, or it is not there, the one that tells most. */
export function momentOf(store: Store): MomentRef | undefined {
  const opened = store.opened.value
  return opened && (existing(opened, store.place.value.groups.of) ?? bestOf(opened, store.answered.value))
}

/** Until the answer is there nobody knows in which moment a group stands that is named without one. */
function isMomentKnown(store: Store): boolean {
  const { of, group } = store.place.value.groups
  return of !== undefined || group === '' || isSettled(store) || !hasSeveral(store)
}

function hasSeveral({ opened }: Store): boolean {
  const { dumps, traces } = opened.value ?? { dumps: [], traces: [] }
  return dumps.length + traces.length > 1
}

/** What the user does in a moment before the answer is there is meant for this moment. */
export function pinnedMoment(store: Store, groups: GroupsPlace): GroupsPlace {
  if (groups.of !== undefined || groups.group === '' || isSettled(store) || !hasSeveral(store)) return groups
  return { ...groups, of: momentOf(store) }
}

/** The moment that it is compared with: one of the same kind, for a trace sees more frames than a dump shows. */
export function againstOf(store: Store, of: MomentRef): MomentRef | undefined {
  const opened = store.opened.value
  const against = opened && existing(opened, store.place.value.groups.against)
  return against && canCompare(against, of) ? against : undefined
}

export function canCompare(a: MomentRef, b: MomentRef): boolean {
  return a.kind === b.kind && !isSameMoment(a, b) && (a.kind === 'dump' || a.index === b.index)
}

function existing(opened: Opened, of: MomentRef | undefined): MomentRef | undefined {
  if (!of) return undefined
  if (of.kind === 'dump') return opened.dumps[of.index] && of
  const trace = opened.traces[of.index]
  if (!trace) return undefined
  if (of.atNs === undefined || of.atNs >= trace.durationNs) return { ...of, atNs: undefined }
  return { ...of, atNs: Math.max(0, of.atNs) }
}

/** Where the answer's waiters are seen; else the newest full dump, any dump, a trace. */
function bestOf({ dumps, traces }: Opened, answered: Answered | undefined): MomentRef | undefined {
  const first = answered?.diagnosis.findings[0]
  const group = answered?.findingGroups[0]
  if (first && first.certainty !== 'possible' && group) return group.of
  const full = dumps.findLastIndex(({ form }) => form === 'debug2')
  const index = full >= 0 ? full : dumps.length - 1
  if (index >= 0) return { kind: 'dump', index }
  return traces.length > 0 ? { kind: 'trace', index: 0, atNs: undefined } : undefined
}

/** Dumps, ends of traces, and of the trace that is shown what is selected in it. */
export function momentOptions(store: Store): readonly MomentOption[] {
  const opened = store.opened.value
  if (!opened) return []
  const { span, range, groups } = store.place.value
  const options: MomentOption[] = opened.dumps.map((_, index) => optionOf(opened, { kind: 'dump', index }))
  const add = (of: MomentRef, why = '') => {
    const moment = existing(opened, of)
    if (moment && !options.some(option => isSameMoment(option.of, moment))) options.push(optionOf(opened, moment, why))
  }
  const shown = Math.min(store.place.value.trace ?? 0, Math.max(0, opened.traces.length - 1))
  opened.traces.forEach((_, index) => {
    add({ kind: 'trace', index, atNs: undefined })
    if (index !== shown) return
    if (span) add({ kind: 'trace', index, atNs: span.timeNs }, ', the selected span')
    if (!range) return
    add({ kind: 'trace', index, atNs: range.startNs }, ', begin of the range')
    add({ kind: 'trace', index, atNs: range.endNs }, ', end of the range')
  })
  for (const of of [groups.of, groups.against]) if (of) add(of)
  return options
}

function optionOf(opened: Opened, of: MomentRef, why = ''): MomentOption {
  if (of.kind === 'dump') {
    const { name, form, goroutines } = opened.dumps[of.index]
    const what = form === 'debug2' ? '' : ', counts alone'
    return { of, text: `${nameText(name)} · ${counted(goroutines, 'goroutine')}${what}` }
  }
  const { name, durationNs } = opened.traces[of.index]
  const when =
    of.atNs === undefined ? `its end, ${formatNs(durationNs)}` : formatMoment(of.atNs, durationNs / 1000, durationNs)
  return { of, text: `${nameText(name)} · ${when}${why}` }
}

function nameText(name: string): string {
  return printable(lastParts(name), 60)
}

export const LIKENESS_WORDS: Readonly<Record<Likeness, string>> = {
  exact: 'arguments too',
  pointers: 'but for pointers',
  lines: 'functions and lines',
  functions: 'functions, any line',
}

/** "keeps 10 of 17 goroutines, 1 of 8 groups", "17 goroutines in 8 groups". */
export function keptGroupsText(info: {
  readonly length: number
  readonly all: number
  readonly kept: number
  readonly goroutines: number
}): string {
  const { length, all, kept, goroutines } = info
  if (length === all || kept === goroutines) return `${counted(goroutines, 'goroutine')} in ${counted(length, 'group')}`
  return `keeps ${formatCount(kept)} of ${counted(goroutines, 'goroutine')}, in ${counted(length, 'group')}`
}
