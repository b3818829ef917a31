/** What the page "profiles" asks for where the address stands, and its words for it. */
import type { ProfileKind, Weight } from '@unhang/core'
import { NAME_LIMIT, type NamedPlace, type ProfileAsk, type ProfileHead } from '../protocol/profiles.ts'
import { goroutineIds, type ProfilesPlace } from '../state/profiles-url.ts'
import { type Store, traceIndexOf } from '../state/store.ts'
import { printable } from '../words.ts'
import { scopeOfPage } from './numbers.tsx'
import type { Session } from './session.ts'

export function profileAskOf(store: Store): ProfileAsk {
  const { kind, weight, granularity, unended, focus, ignore, entry, goroutines, region } = store.place.value.profiles
  return {
    trace: traceIndexOf(store),
    scope: {
      ...scopeOfPage(store),
      ...(entry === '' ? {} : { function: entry }),
      ...(goroutineIds(goroutines) ? { goroutines: goroutineIds(goroutines) } : {}),
      ...(region === '' ? {} : { region }),
    },
    kind,
    weight,
    granularity,
    unended,
    focus,
    ignore,
  }
}

/** A step on the page, which "back" undoes. */
export function goProfiles(session: Session, change: Partial<ProfilesPlace>): Promise<void> {
  const { profiles } = session.store.place.value
  return session.go({ page: 'profiles', profiles: { ...profiles, ...change } }, 'push')
}

/** Only stacks with the function, or, beside what is left out already, those with it. */
export function narrowProfile(session: Session, how: 'focus' | 'ignore', name: string): Promise<void> {
  const { ignore } = session.store.place.value.profiles
  return goProfiles(session, how === 'focus' ? { focus: exactly(name) } : { ignore: besides(ignore, exactly(name)) })
}

/** The capital letters of the other expression say nothing of the case of the first. */
function besides(before: string, other: string): string {
  if (before === '') return other
  return /[A-Z]/.test(before) ? `${before}|${other}` : `(?i:${before})|${other}`
}

/** An expression for one name, as it stands; of a long one for both of its ends. */
export function exactly(name: string): string {
  if (name.length <= EXACT_LIMIT) return `^${quoted(name)}$`
  const half = EXACT_LIMIT / 2
  const end = name.length < NAME_LIMIT ? `${quoted(name.slice(-half))}$` : ''
  return `^${quoted(name.slice(0, half))}(?s:.*)${end}`
}

function quoted(text: string): string {
  return `\\Q${text.replaceAll('\\E', '\\E\\\\E\\Q')}\\E`
}

/** An expression has a thousand letters at most. */
const EXACT_LIMIT = 800

/** What the address has of a function or a line: callers and callees are shown of it. */
export function atPlace({ name, file, line }: NamedPlace): Pick<ProfilesPlace, 'at' | 'line'> {
  return { at: name, line: lineKey({ file, line }) }
}

export function lineKey({ file, line }: Omit<NamedPlace, 'name'>): string {
  return line === 0 ? '' : `${file}:${line}`
}

/** All of its name, and of the path. */
export function titleOf({ name, file, line }: NamedPlace): string {
  return printable(line === 0 ? name : `${name}\u2003${file}:${line}`, 2 * NAME_LIMIT)
}

/** It is what callers and callees are shown of. */
export function isAt(place: NamedPlace, at: string, line: string): boolean {
  const isOfLine = line === '' || place.line === 0 || lineKey(place) === line
  return at !== '' && place.name.startsWith(at) && (place.name === at || at.length >= NAME_LIMIT) && isOfLine
}

export const KIND_WORDS: { readonly [kind in ProfileKind]: string } = {
  block: 'block (every wait)',
  sync: 'sync (locks, channels)',
  network: 'network',
  syscall: 'syscall',
  sched: 'sched (runnable)',
  cpu: 'cpu (samples)',
}

/** What is counted: one, and many. */
export const STAY_WORDS: { readonly [kind in ProfileKind]: readonly [one: string, many: string] } = {
  block: ['wait', 'waits'],
  sync: ['wait', 'waits'],
  network: ['wait', 'waits'],
  syscall: ['call', 'calls'],
  sched: ['wait', 'waits'],
  cpu: ['sample', 'samples'],
}

export function totalOfHead({ total }: ProfileHead, weight: Weight): number {
  return weight === 'time' ? total.ns : total.count
}
