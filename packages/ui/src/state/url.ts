/**
 * The page's address: what is seen, in a form that people can read, send and bookmark.
 *
 *   #timeline?t=0.7s-1.2s&top=12&g=41@713204112&range=0.8s-0.9s&filter=fn:AcquireLock&open=procs,f:main.worker
 *   #goroutines?of=dump1&like=functions&state=mutex&group=g41
 *
 * `format` and `parse` are each other's inverse for everything that the page can be in. Addresses come from strangers,
 * too: whatever does not fit is as if it were not there.
 */

import { COMPARE_START, type ComparePlace, formatCompare, parseCompare } from './compare-url.ts'
import { FUNCTIONS_START, type FunctionsPlace, formatFunctions, parseFunctions } from './functions-url.ts'
import { formatGroups, GROUPS_START, type GroupsPlace, parseGroups } from './groups-url.ts'
import { formatMmu, MMU_START, type MmuPlace, parseMmu } from './mmu-url.ts'
import { formatProfiles, PROFILES_START, type ProfilesPlace, parseProfiles } from './profiles-url.ts'
import { formatTasks, parseTasks, TASKS_START, type TasksPlace } from './tasks-url.ts'

export type View = { readonly startNs: number; readonly endNs: number; readonly top: number }
export type TimeRange = { readonly startNs: number; readonly endNs: number }

/** In the order of the tabs. */
export const PAGES = [
  'answer',
  'timeline',
  // Numbers of a trace: tables and pictures of where its time went, each with the range above it.
  'functions',
  'profiles',
  'goroutines',
  'mmu',
  'tasks',
  'compare',
] as const
export type Page = (typeof PAGES)[number]

/** What the tabs say where that is not the page's word in the address. */
export const PAGE_NAMES: { readonly [page in Page]?: string } = { mmu: 'MMU' }

/** Where the user is. */
export type Place = {
  readonly page: Page
  /** Index of the trace; undefined: the one that the answer is about. */
  readonly trace: number | undefined
  /** undefined: the whole trace. */
  readonly view: View | undefined
  /** The selected span, by what does not change from one opening to the next. */
  readonly span: { readonly goroutineId: number; readonly timeNs: number } | undefined
  readonly range: TimeRange | undefined
  readonly filter: string
  /** Keys of the rows that are open; undefined: those that are at first. */
  readonly expanded: readonly string[] | undefined
  /** Index of the finding that is open; -1: none. */
  readonly finding: number
  readonly groups: GroupsPlace
  readonly functions: FunctionsPlace
  readonly profiles: ProfilesPlace
  readonly tasks: TasksPlace
  readonly mmu: MmuPlace
  readonly compare: ComparePlace
}

export const START: Place = {
  page: 'answer',
  trace: undefined,
  view: undefined,
  span: undefined,
  range: undefined,
  filter: '',
  expanded: undefined,
  finding: 0,
  groups: GROUPS_START,
  functions: FUNCTIONS_START,
  profiles: PROFILES_START,
  tasks: TASKS_START,
  mmu: MMU_START,
  compare: COMPARE_START,
}

/** Longer ones are not typed by people; browsers take addresses of some 100,000 characters at least. */
export const FILTER_LIMIT = 2000
export const KEY_LIMIT = 500
export const KEYS_LIMIT = 100
/** 31 years; beyond it a float64 no longer tells nanoseconds. */
const TIME_LIMIT_NS = 1e18
const INDEX_LIMIT = 9999
const ROW_LIMIT = 1e9

/** '' for where everybody starts. */
export function format(place: Place): string {
  const { view, span, range, expanded } = place
  const parts: string[] = []
  if (place.trace !== undefined) parts.push(`trace=${place.trace + 1}`)
  if (view) {
    parts.push(`t=${stretch(view)}`)
    if (view.top > 0) parts.push(`top=${plain(view.top)}`)
  }
  if (span) parts.push(`g=${span.goroutineId}@${plain(span.timeNs)}`)
  if (range) parts.push(`range=${stretch(range)}`)
  if (place.filter !== '') parts.push(`filter=${encode(place.filter.slice(0, FILTER_LIMIT))}`)
  if (expanded) parts.push(`open=${shortKeys(expanded).map(encodeKey).join(',')}`)
  if (place.finding !== 0) parts.push(`finding=${place.finding < 0 ? 'none' : place.finding + 1}`)
  parts.push(...formatGroups(place.groups, { encode, time: seconds }))
  parts.push(...formatFunctions(place.functions, { encode }))
  parts.push(...formatProfiles(place.profiles, { encode }))
  parts.push(...formatTasks(place.tasks, { encode, time: seconds }))
  parts.push(...formatMmu(place.mmu, { time: seconds }))
  parts.push(...formatCompare(place.compare))
  if (parts.length === 0) return place.page === START.page ? '' : `#${place.page}`
  return `#${place.page}?${parts.join('&')}`
}

export function parse(hash: string): Place {
  const text = hash.startsWith('#') ? hash.slice(1) : hash
  const mark = text.indexOf('?')
  const name = mark < 0 ? text : text.slice(0, mark)
  const values = new Map<string, string>()
  for (const part of mark < 0 ? [] : text.slice(mark + 1).split('&')) {
    const equals = part.indexOf('=')
    if (equals > 0 && !values.has(part.slice(0, equals))) values.set(part.slice(0, equals), part.slice(equals + 1))
  }
  return {
    page: PAGES.find(page => page === name) ?? START.page,
    trace: index(values.get('trace')),
    view: viewOf(values),
    span: spanOf(values.get('g')),
    range: rangeOf(values.get('range')),
    filter: decode(values.get('filter') ?? '').slice(0, FILTER_LIMIT),
    expanded: keysOf(values.get('open')),
    finding: values.get('finding') === 'none' ? -1 : (index(values.get('finding')) ?? START.finding),
    groups: parseGroups(values, { decode, time }),
    functions: parseFunctions(values, { decode }),
    profiles: parseProfiles(values, { decode }),
    tasks: parseTasks(values, { decode, time }),
    mmu: parseMmu(values, { time }),
    compare: parseCompare(values),
  }
}

function viewOf(values: ReadonlyMap<string, string>): View | undefined {
  const range = rangeOf(values.get('t'))
  const top = Number(/^\d{1,10}(\.\d{1,40})?$/.exec(values.get('top') ?? '')?.[0] ?? 0)
  return range && { ...range, top: Math.min(top, ROW_LIMIT) }
}

function rangeOf(text = ''): TimeRange | undefined {
  const [, start, end] = /^(-?[\d.]+s?)-(-?[\d.]+s?)$/.exec(text) ?? []
  const startNs = time(start)
  const endNs = time(end)
  return startNs === undefined || endNs === undefined || startNs >= endNs ? undefined : { startNs, endNs }
}

function spanOf(text = ''): Place['span'] {
  const [, id, at] = /^(\d{1,15})@(-?[\d.]+s?)$/.exec(text) ?? []
  const timeNs = time(at)
  return timeNs === undefined ? undefined : { goroutineId: Number(id), timeNs }
}

function keysOf(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  return text === '' ? [] : shortKeys(text.split(',', KEYS_LIMIT).map(decode))
}

/** A group's key is the name of a function, and that may be anything. */
function shortKeys(keys: readonly string[]): readonly string[] {
  return keys.filter(key => key !== '' && key.length <= KEY_LIMIT).slice(0, KEYS_LIMIT)
}

function index(text = ''): number | undefined {
  const value = /^\d{1,5}$/.test(text) ? Number(text) - 1 : -1
  return value >= 0 && value <= INDEX_LIMIT ? value : undefined
}

function stretch({ startNs, endNs }: TimeRange): string {
  return `${seconds(startNs)}-${seconds(endNs)}`
}

/** Nanoseconds as seconds by moving the point of their decimal text: no digit is lost, as by dividing. */
function seconds(ns: number): string {
  const [whole, part = ''] = plain(Math.abs(ns)).split('.')
  const digits = whole.padStart(10, '0')
  const fraction = (digits.slice(-9) + part).replace(/0+$/, '')
  return `${ns < 0 ? '-' : ''}${digits.slice(0, -9)}${fraction && `.${fraction}`}s`
}

/** "12.5"; never "1e-7", and a limited number of digits. */
function plain(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) < 1e-6) return '0'
  return String(Math.max(-TIME_LIMIT_NS, Math.min(TIME_LIMIT_NS, value)))
}

/** "0.7s", or nanoseconds without a unit. */
function time(text = ''): number | undefined {
  const [, sign, whole, part = '', unit] = /^(-?)(\d{1,19})(?:\.(\d{1,40}))?(s?)$/.exec(text) ?? []
  if (whole === undefined) return undefined
  const digits = part.padEnd(9, '0')
  const ns = unit === 's' ? Number(`${whole}${digits.slice(0, 9)}.${digits.slice(9)}`) : Number(`${whole}.${part}`)
  if (ns > TIME_LIMIT_NS) return undefined
  return sign === '-' && ns !== 0 ? -ns : ns
}

// What an address may hold as it is, and what makes filters and names readable in it.
const READABLE = /%(3A|2C|2F|40|5B|5D|3E|3C|7B|7D)/g

function encode(text: string): string {
  return encodeURIComponent(wellFormed(text)).replace(READABLE, decodeURIComponent)
}

/** A key may hold a comma, and commas part keys. */
function encodeKey(key: string): string {
  return encode(key).replaceAll(',', '%2C')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** `encodeURIComponent` throws for half a character. */
function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd')
}
