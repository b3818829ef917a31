/**
 * What of an address is about the page "profiles".
 *
 *   profiles.kind=sync&profiles.view=graph&profiles.by=count&profiles.focus=AcquireLock&profiles.ignore=grpc&profiles.at=main.worker
 *   profiles.zoom=12.40.7
 *   profiles.by-line=yes&profiles.at=main.worker&profiles.line=/src/main.go:41
 *
 * A box of the flame graph is named by the rows of the functions, or the lines, on its way (in base 36), which are the same
 * whenever the same trace is opened.
 */
import { type Granularity, PROFILE_KINDS, type ProfileKind, type Weight } from '@unhang/core'
import { NAME_LIMIT, TOP_SORTS, type TopSort } from '../protocol/profiles.ts'
import type { Reading, Writing } from './groups-url.ts'

export const PROFILE_VIEWS = ['flame', 'graph', 'top'] as const
export type ProfileView = (typeof PROFILE_VIEWS)[number]

export type ProfilesPlace = {
  readonly kind: ProfileKind
  readonly weight: Weight
  /** Stays count that had not ended with the trace. */
  readonly unended: boolean
  readonly granularity: Granularity
  readonly view: ProfileView
  readonly isInverted: boolean
  /** Goroutines that began with this function; '': all. */
  readonly entry: string
  /** Ids as they are typed: "41, 42". */
  readonly goroutines: string
  readonly region: string
  /** Expressions: stacks that are kept, and of these those that are left out. */
  readonly focus: string
  readonly ignore: string
  readonly search: string
  /** The box of the flame graph that takes the whole width. */
  readonly zoom: readonly number[]
  /** The function whose callers and callees are shown; '': none. */
  readonly at: string
  /** Only this line of it, "main.go:41" with the whole path; '': all of it. */
  readonly line: string
  readonly sort: TopSort
  readonly isReversed: boolean
}

export const PROFILES_START: ProfilesPlace = {
  kind: 'block',
  weight: 'time',
  unended: false,
  granularity: 'functions',
  view: 'flame',
  isInverted: false,
  entry: '',
  goroutines: '',
  region: '',
  focus: '',
  ignore: '',
  search: '',
  zoom: [],
  at: '',
  line: '',
  sort: 'self',
  isReversed: false,
}

export const PROFILE_TEXT_LIMIT = NAME_LIMIT
const ZOOM_LIMIT = 300

const TEXTS = ['entry', 'goroutines', 'region', 'focus', 'ignore', 'search', 'at', 'line'] as const

export function formatProfiles(place: ProfilesPlace, { encode }: Pick<Writing, 'encode'>): string[] {
  const parts: string[] = []
  if (place.kind !== PROFILES_START.kind) parts.push(`profiles.kind=${place.kind}`)
  if (place.weight !== 'time') parts.push(`profiles.by=${place.weight}`)
  if (place.unended) parts.push('profiles.unended=yes')
  if (place.granularity === 'lines') parts.push('profiles.by-line=yes')
  if (place.view !== PROFILES_START.view) parts.push(`profiles.view=${place.view}`)
  if (place.isInverted) parts.push('profiles.inverted=yes')
  for (const name of TEXTS)
    if (place[name] !== '') parts.push(`profiles.${name}=${encode(place[name].slice(0, PROFILE_TEXT_LIMIT))}`)
  if (place.zoom.length > 0) parts.push(`profiles.zoom=${place.zoom.slice(0, ZOOM_LIMIT).map(keyText).join('.')}`)
  if (place.sort !== PROFILES_START.sort) parts.push(`profiles.sort=${place.sort}`)
  if (place.isReversed) parts.push('profiles.reversed=yes')
  return parts
}

export function parseProfiles(values: ReadonlyMap<string, string>, { decode }: Pick<Reading, 'decode'>): ProfilesPlace {
  const value = (name: string) => values.get(`profiles.${name}`)
  const oneOf = <T extends string>(all: readonly T[], name: string, otherwise: T) =>
    all.find(one => one === value(name)) ?? otherwise
  const [entry, goroutines, region, focus, ignore, search, at, line] = TEXTS.map(name =>
    decode(value(name) ?? '').slice(0, PROFILE_TEXT_LIMIT),
  )
  return {
    kind: oneOf(PROFILE_KINDS, 'kind', PROFILES_START.kind),
    weight: oneOf(['time', 'count'] as const, 'by', 'time'),
    unended: value('unended') === 'yes',
    granularity: value('by-line') === 'yes' ? 'lines' : 'functions',
    view: oneOf(PROFILE_VIEWS, 'view', PROFILES_START.view),
    isInverted: value('inverted') === 'yes',
    entry,
    goroutines,
    region,
    focus,
    ignore,
    search,
    zoom: zoomOf(value('zoom')),
    at,
    line,
    sort: oneOf(TOP_SORTS, 'sort', PROFILES_START.sort),
    isReversed: value('reversed') === 'yes',
  }
}

/** "~": what has no stack. */
function keyText(key: number): string {
  return key < 0 ? '~' : key.toString(36)
}

function zoomOf(text = ''): readonly number[] {
  const keys = text.split('.', ZOOM_LIMIT)
  if (!keys.every(key => /^(?:[0-9a-z]{1,6}|~)$/.test(key))) return []
  return keys.map(key => (key === '~' ? -1 : Number.parseInt(key, 36)))
}

/** "main.go:41" as a place; undefined: it is none. */
export function lineOf(text: string): { readonly file: string; readonly line: number } | undefined {
  const [, file, line] = /^(.+):(\d{1,9})$/s.exec(text) ?? []
  return file === undefined ? undefined : { file, line: Number(line) }
}

const IDS_LIMIT = 1000

/** Ids that a text lists; undefined: it is empty, or no list of ids. */
export function goroutineIds(text: string): readonly number[] | undefined {
  const words = text.split(/[\s,]+/).filter(word => word !== '')
  if (words.length === 0 || words.length > IDS_LIMIT || !words.every(word => /^\d{1,15}$/.test(word))) return undefined
  return words.map(Number)
}
