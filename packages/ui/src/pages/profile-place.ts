/** What the page "profiles" asks for where the address stands, and its words for it. */
import type { ProfileKind, Weight } from '@unhang/core'
import type { ProfileAsk, ProfileHead } from '../protocol/profiles.ts'
import { goroutineIds, type ProfilesPlace } from '../state/profiles-url.ts'
import { type Store, traceIndexOf } from '../state/store.ts'
import { scopeOfPage } from './numbers.tsx'
import type { Session } from './session.ts'

export function profileAskOf(store: Store): ProfileAsk {
  const { kind, weight, unended, focus, entry, goroutines, region } = store.place.value.profiles
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
    unended,
    focus,
  }
}

/** A step on the page, which "back" undoes. */
export function goProfiles(session: Session, change: Partial<ProfilesPlace>): Promise<void> {
  const { profiles } = session.store.place.value
  return session.go({ page: 'profiles', profiles: { ...profiles, ...change } }, 'push')
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
