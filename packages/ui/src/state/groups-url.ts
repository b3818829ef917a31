/**
 * What of an address is about the page "goroutines": which moment, compared with which, how alike, who is kept.
 *
 *   of=dump2&with=dump1&like=functions&function=Acquire&state=mutex&minutes=2&sort=count&group=g41
 *   of=trace1@0.7s
 *
 * The words are those of `unhang dump`. A group is named by a goroutine of it, for that stays the same at every level of
 * likeness and in every moment; where a form knows no ids, by a row of the dump.
 */
import { DEFAULT_LIKENESS, LIKENESSES, type Likeness } from '@unhang/core'
import type { GroupSort, MomentRef } from '../protocol.ts'

export type GroupsPlace = {
  /** undefined: the one that tells most. */
  readonly of: MomentRef | undefined
  /** The earlier moment that it is compared with. */
  readonly against: MomentRef | undefined
  readonly like: Likeness
  readonly function: string
  readonly state: string
  readonly minutes: number | undefined
  /** undefined: what tells most; in a comparison what grew, else the longest wait. */
  readonly sort: GroupSort | undefined
  /** Key of the group that is open; '': none. */
  readonly group: string
}

export const GROUPS_START: GroupsPlace = {
  of: undefined,
  against: undefined,
  like: DEFAULT_LIKENESS,
  function: '',
  state: '',
  minutes: undefined,
  sort: undefined,
  group: '',
}

export const TEXT_LIMIT = 500
export const MINUTES_LIMIT = 1e6
const INDEX_LIMIT = 9999
const SORTS: readonly GroupSort[] = ['wait', 'count', 'name', 'change']

/** How an address writes and reads texts and times. */
export type Writing = { encode(text: string): string; time(ns: number): string }
export type Reading = { decode(text: string): string; time(text: string): number | undefined }

export function formatGroups(place: GroupsPlace, { encode, time }: Writing): string[] {
  const parts: string[] = []
  if (place.of) parts.push(`of=${momentText(place.of, time)}`)
  if (place.against) parts.push(`with=${momentText(place.against, time)}`)
  if (place.like !== DEFAULT_LIKENESS) parts.push(`like=${place.like}`)
  if (place.function !== '') parts.push(`function=${encode(place.function.slice(0, TEXT_LIMIT))}`)
  if (place.state !== '') parts.push(`state=${encode(place.state.slice(0, TEXT_LIMIT))}`)
  if (place.minutes !== undefined) parts.push(`minutes=${place.minutes}`)
  if (place.sort) parts.push(`sort=${place.sort}`)
  if (place.group !== '') parts.push(`group=${place.group}`)
  return parts
}

export function parseGroups(values: ReadonlyMap<string, string>, { decode, time }: Reading): GroupsPlace {
  const text = (name: string) => decode(values.get(name) ?? '').slice(0, TEXT_LIMIT)
  return {
    of: momentOf(values.get('of'), time),
    against: momentOf(values.get('with'), time),
    like: LIKENESSES.find(like => like === values.get('like')) ?? DEFAULT_LIKENESS,
    function: text('function'),
    state: text('state'),
    minutes: minutesOf(values.get('minutes')),
    sort: SORTS.find(sort => sort === values.get('sort')),
    group: /^[grc]\d{1,15}$/.exec(values.get('group') ?? '')?.[0] ?? '',
  }
}

/** "dump2", "trace1", "trace1@0.7s": counted from one, as people do. */
function momentText(moment: MomentRef, time: Writing['time']): string {
  if (moment.kind === 'dump') return `dump${moment.index + 1}`
  return `trace${moment.index + 1}${moment.atNs === undefined ? '' : `@${time(moment.atNs)}`}`
}

function momentOf(text = '', time: Reading['time']): MomentRef | undefined {
  const [, kind, number, at] = /^(dump|trace)(\d{1,5})(?:@(-?[\d.]+s?))?$/.exec(text) ?? []
  const index = Number(number) - 1
  if (kind === undefined || !(index >= 0 && index <= INDEX_LIMIT)) return undefined
  if (kind === 'dump') return at === undefined ? { kind, index } : undefined
  const atNs = at === undefined ? undefined : time(at)
  return at !== undefined && atNs === undefined ? undefined : { kind: 'trace', index, atNs }
}

/** A whole number, as the command takes it. */
export function minutesOf(text = ''): number | undefined {
  const minutes = /^\d{1,7}$/.test(text) ? Number(text) : -1
  return minutes >= 0 && minutes <= MINUTES_LIMIT ? minutes : undefined
}
