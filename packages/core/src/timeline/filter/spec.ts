/**
 * What a filter says, as data: `parse.ts` makes it of a line of text, `apply.ts` does it.
 *
 *   fn:AcquireLock reason:mutex longer:10ms -is:system with:g41~2 "two words"
 *
 * A space means *and*, a comma within a term *or*, `-` before a term *not*. Texts are found anywhere and in either case;
 * `=` before a text means exactly that one. Quotes hold spaces and commas; within them a backslash is for quotes, for
 * itself and for \n, \r, \t. A word without a key looks for functions, reasons and an id.
 *
 * Each term is about goroutines or about spans:
 *   goroutine   g task region label with is
 *   span        state reason longer shorter proc thread during
 *   both        fn, and words without a key
 *
 * A goroutine is kept when all its terms fit it, and one and the same span of it fits all terms about spans. These spans
 * are marked: `reason:mutex longer:10ms` marks single waits for a mutex above 10 ms.
 *
 * `fn` fits a goroutine that began in the function, was created there, or was ever seen there; and a span in which it was
 * seen there: on the stack of its wait, system call or preemption, when it woke or created another one, or by a CPU
 * sample. (The stack of a wake-up is the waker's: it tells where that one was in the span it was in.) Without terms
 * about spans the goroutine is enough, and these spans are marked, if there are any. Beside terms about spans `fn` is one
 * of them, and then a span need not show the function itself: all spans fit of a goroutine that began there, running
 * spans just before or after one that stood there, and the wake-up from such a one.
 *
 * A negated term is about the whole goroutine: nothing of it may fit, whatever the other terms say. `-reason:select`
 * drops those that ever waited in a select; `reason:!select` marks waits for anything else.
 */
import type { GoState } from '../../trace/tables.ts'

export type TextValue = {
  /** In small letters, unless exact. */
  readonly text: string
  readonly exact: boolean
}

/** Both ends belong to it. */
export type IdRange = { readonly from: number; readonly to: number }

export const DURING = ['gc', 'stw', 'assist', 'sweep'] as const
export type During = (typeof DURING)[number]

export const IS = ['stuck', 'alive', 'ended', 'new', 'old', 'system'] as const
export type Is = (typeof IS)[number]

type Texts = { readonly texts: readonly TextValue[] }
type Ids = { readonly ids: readonly IdRange[] }
type Terms = {
  fn: Texts
  region: Texts
  label: Texts
  /** The ids are of those of its values that are numbers. */
  word: Texts & Ids
  task: Texts & Ids
  /** `except`: waits for anything else. */
  reason: Texts & { readonly except: boolean }
  g: Ids
  proc: Ids
  thread: Ids
  state: { readonly states: readonly GoState[] }
  longer: { readonly ns: number }
  shorter: { readonly ns: number }
  during: { readonly ranges: readonly During[] }
  with: { readonly centers: readonly { readonly id: number; readonly steps: number }[] }
  is: { readonly words: readonly Is[] }
}
type Key = keyof Terms
export type TermOf<K extends Key> = { [Each in K]: { readonly key: Each; readonly negated: boolean } & Terms[Each] }[K]
export type Term = TermOf<Key>

export type Filter = { readonly terms: readonly Term[] }

/** `text[from, to)` is what is wrong. */
export type FilterError = { readonly message: string; readonly from: number; readonly to: number }

/** Terms about spans are bits of a 32-bit number while spans are looked at; three bits are needed for other things. */
export const MAX_TERMS = 29
/** Each is looked for in the name of every function. */
export const MAX_TEXTS = 200
/** A list of thousands of ids fits; more was not typed by anybody. */
export const MAX_FILTER_LENGTH = 100_000
/** From there on nearly everything has to do with everything. */
export const MAX_STEPS = 99

/** The keys, in the order in which they are offered. */
export const KEYS: readonly (readonly [key: Exclude<Term['key'], 'word'>, note: string, example: string])[] = [
  ['fn', 'function the goroutine began in, or that is on one of its stacks', 'AcquireLock'],
  ['reason', 'reason of a wait: mutex, chan, network …; !text: any other', 'mutex'],
  ['longer', 'single stays longer than this', '10ms'],
  ['shorter', 'single stays shorter than this', '100us'],
  ['state', 'running, runnable, waiting or syscall', 'waiting'],
  ['g', 'goroutine by id: 41 or 41,50-60', '41'],
  ['with', 'goroutines that woke, were woken by or created this one; ~2: in two steps', 'g41~2'],
  ['is', 'stuck; alive or ended when the trace ends; new or old when it begins; system', 'stuck'],
  ['during', 'stays that overlap a garbage collection or a stop of the world', 'gc'],
  ['proc', 'stays on this processor', '0'],
  ['thread', 'stays on this thread of the system', '41'],
  ['task', 'goroutines with a part in a user task, by its type or id', 'request'],
  ['region', 'goroutines that were in a user region', 'parse'],
  ['label', 'goroutines that had this label', 'GC'],
]

const DURING_NOTES: Readonly<Record<During, string>> = {
  gc: 'while the garbage collector marks',
  stw: 'while the world is stopped',
  assist: 'while the goroutine itself assists marking',
  sweep: 'while some processor sweeps',
}
const IS_NOTES: Readonly<Record<Is, string>> = {
  stuck: 'a finding says that it is stuck',
  alive: 'was there when the trace ended',
  ended: 'ended within the trace',
  new: 'was created within the trace',
  old: 'was there when the trace began',
  system: "belongs to Go's runtime",
}
export const NOTES: Readonly<Record<string, string>> = { ...DURING_NOTES, ...IS_NOTES }
