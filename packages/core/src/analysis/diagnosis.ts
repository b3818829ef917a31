/** The answer, as `unhang diagnose --json` prints it: schema "unhang.diagnosis/1". */

import type { Problem } from '../base/errors.ts'

export const DIAGNOSIS_SCHEMA = 'unhang.diagnosis/1'

export type Verdict = 'hang' | 'leak' | 'slow' | 'healthy'

/** What is waited for. */
export type FindingKind =
  | 'mutex'
  | 'rwmutex'
  | 'chan send'
  | 'chan receive'
  | 'select'
  | 'waitgroup'
  | 'cond'
  | 'semaphore'
  | 'network'
  | 'syscall'
  | 'sleep'
  | 'cpu'

export type FindingCause =
  | 'forgotten-unlock'
  | 'lock-order-cycle'
  | 'self-deadlock'
  | 'holder-blocked'
  | 'no-receiver'
  | 'no-sender'
  | 'never-done'
  | 'lost-signal'
  | 'pool-exhausted'
  | 'goroutine-leak'
  | 'contention'
  | 'remote'
  | 'unknown'

/** Why one that nobody is left to wake waits, by what it waits for. */
export const STRANDED_CAUSES: { readonly [kind in FindingKind]?: FindingCause } = {
  'chan send': 'no-receiver',
  'chan receive': 'no-sender',
  select: 'no-sender',
  waitgroup: 'never-done',
  cond: 'lost-signal',
  semaphore: 'pool-exhausted',
}

/** `certain` and `likely` findings make the verdict; a `possible` one is only worth a look. */
export type Certainty = 'certain' | 'likely' | 'possible'

export type Site = { readonly function: string; readonly file: string; readonly line: number }

/** A function that takes the lock that is waited for, as its source says. */
export type LockTaker = Site & {
  /** In the line: "mu.Lock()"; or what takes it for the function. */
  readonly call: string
  /** Some of its paths release the lock. */
  readonly releases: boolean
  /** The line where it is left with the lock locked; absent: none is seen. */
  readonly leaves?: { readonly line: number; readonly kind: 'return' | 'end'; readonly text: string }
}

/** What the source says of the lock that is waited for, where the source is at hand. */
export type LockSource = {
  /** Every path of these functions releases it; false: the ones listed leave it locked. */
  readonly released: boolean
  readonly functions: readonly LockTaker[]
  /** One for each of the first functions, or one for all of them; they stand among the evidence, too. */
  readonly sentences: readonly string[]
}

export type Finding = {
  readonly kind: FindingKind
  readonly cause: FindingCause
  readonly certainty: Certainty
  /** The innermost frame outside of runtime, sync and internal packages. */
  readonly site: Site
  /** Of a lock that goroutines wait for at several lines: the same in the findings about each of them. */
  readonly lock?: string
  /** Where the program's own code called, if the site is not in it. */
  readonly caller?: Site
  readonly waiters: {
    readonly count: number
    /** Ids, ascending, at most the first 100. */
    readonly goroutines: readonly number[]
    /** Of the one that waits longest, as far as was seen; with `sinceStart` a lower bound. */
    readonly longestNs: number
    /** True: they waited when the capture began, and nothing says since when. */
    readonly sinceStart: boolean
    /** When the first of them began to wait, in the trace's time; undefined without a trace that saw it. */
    readonly sinceNs?: number
  }
  readonly holder: {
    readonly state: 'exited' | 'waiting' | 'running' | 'self' | 'unknown'
    readonly goroutine?: number
    readonly function?: string
    /** What the holder itself waits for, followed to the chain's end. */
    readonly waitsFor?: string
  }
  /** One sentence each, with numbers. */
  readonly evidence: readonly string[]
  /** What to look at, in one sentence. */
  readonly advice: string
  /** Index, among the findings, of the one that explains this one: whoever it waits for is stuck there. */
  readonly follows?: number
  /** Added by who has the source: `diagnose` itself does not read any. */
  readonly source?: LockSource
}

export type DiagnosisInput = {
  readonly name: string
  readonly kind: 'trace' | 'dump'
  readonly goVersion?: string
  readonly goroutines: number
  readonly complete: boolean
  /** What could not be read, where, and what is missing because of it; absent where the input is complete. */
  readonly problems?: readonly Problem[]
}

/** What was looked at, so that "healthy" is more than silence. */
export type Looked = {
  /** Alive at the end of the traces, or in the dumps. */
  readonly goroutines: number
  /** Of these, how many wait at a place that no input shows (traces before Go 1.23 of what hung before them). */
  readonly placeUnknown: number
  /**
   * The line where goroutines waited longest in all for a lock, as far as the traces saw it: waits that had begun before
   * and waits that were not over count, too. Undefined where none waited.
   */
  readonly busiestLock?: {
    readonly site: Site
    readonly waits: number
    readonly waitedNs: number
    readonly longestNs: number
    /** Of the trace. */
    readonly durationNs: number
  }
  /**
   * User tasks (`runtime/trace.NewTask`) that traces saw begin and not end. A task may be meant to last, so it accuses nobody.
   * Undefined where each ended, and where an end may be lost with what is missing of a trace.
   */
  readonly openTasks?: {
    readonly count: number
    /** Of the one that is open for the longest: the name of its type, and since when, until the trace ends. */
    readonly type: string
    readonly longestNs: number
  }
}

export type Diagnosis = {
  readonly schema: typeof DIAGNOSIS_SCHEMA
  readonly verdict: Verdict
  readonly inputs: readonly DiagnosisInput[]
  readonly findings: readonly Finding[]
  readonly looked: Looked
}

/** Can source tell more? Of locks that somebody seems to have left locked, or has and nobody knows who. */
export function asksSource({ kind, cause, holder }: Finding): boolean {
  if (kind !== 'mutex' && kind !== 'rwmutex') return false
  return cause === 'forgotten-unlock' || holder.state === 'unknown' || holder.state === 'exited'
}
