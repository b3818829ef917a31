/** Kinds of waits in a timeline's trace, and the words for them. */
import { type WaitClass, type Waits, waitClasses } from '../analysis/scene/wait-classes.ts'
import type { Timeline } from './model.ts'

export type { WaitClass, Waits }

export function waitsOf({ trace }: Timeline): Waits {
  return waitClasses(trace)
}

/** The words that people use for waits; each stands for kinds, whatever the trace calls them. */
export const WAIT_WORDS: readonly (readonly [word: string, note: string, fits: (wait: WaitClass) => boolean])[] = [
  ['mutex', 'waits for a sync.Mutex', ({ kind }) => kind === 'mutex'],
  ['rwmutex', 'waits for a sync.RWMutex, to read or to write', ({ kind }) => kind === 'rwmutex'],
  ['lock', 'waits for a Mutex or RWMutex', ({ kind }) => kind === 'mutex' || kind === 'rwmutex'],
  ['once', 'waits for the first call inside of a sync.Once', ({ kind }) => kind === 'once'],
  ['waitgroup', 'waits for a sync.WaitGroup', ({ kind }) => kind === 'waitgroup'],
  ['cond', 'waits for a sync.Cond', ({ kind }) => kind === 'cond'],
  ['semaphore', 'waits for something of sync, no stack tells for what', ({ kind }) => kind === 'semaphore'],
  ['chan', 'sends to or receives from a channel', ({ what, reason }) => /^chan /.test(what || reason)],
  ['select', 'waits in a select', ({ what, kind }) => kind === 'select' || /^select/.test(what)],
  ['network', 'waits to read, write or accept', ({ kind }) => kind === 'network' || kind === 'accept'],
  ['accept', 'waits for a new connection', ({ kind }) => kind === 'accept'],
  ['sleep', 'sleeps', ({ kind }) => kind === 'sleep'],
  ['syscall', 'is in a call of the system', ({ kind }) => kind === 'syscall'],
  ['forever', 'waits for what never comes: select {} or a nil channel', ({ kind }) => kind === 'forever'],
]
