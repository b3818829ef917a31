/**
 * What unhang must say of each program in `examples/bugs`. One row a program; `bugs-go.test.ts` asks for it caught in the
 * act and late, with everything that a capture holds and with the dump or the trace alone.
 */
import type { Finding, FindingCause, FindingKind, Verdict } from '@unhang/core'

/** How a program is looked at: `caught` begins before the bug happens, `late` after it. */
export const VIEWS = {
  caught: ['caught'],
  late: ['late'],
  'late dump': ['late/goroutines.debug2.txt'],
  'caught trace': ['caught/server.trace'],
  'late trace': ['late/server.trace'],
} as const

export type View = keyof typeof VIEWS

export type Bug = {
  /** Its folder. */
  readonly program: string
  /** `hang` where it does not say. */
  readonly verdict?: Verdict
  /** The first finding, the one that explains the others. */
  readonly cause: FindingCause
  readonly kind: FindingKind
  /** One of them, where they are equals: the ends of a cycle. */
  readonly site: string | readonly string[]
  readonly holder?: { readonly state?: readonly Finding['holder']['state'][]; readonly function?: string }
  /**
   * Everybody who is stuck, by the function that they wait in, with their number: each function must be named by a
   * finding, each goroutine be in one, and nobody else in any.
   */
  readonly stuck: { readonly [name: string]: number }
  /** Traces know no locks by address: there it may say `unknown`, but no other cause. */
  readonly unknownInTraces?: true
  /** What is not right yet, in all views or in some. */
  readonly todo?: string | { readonly [view in View]?: string }
}

/** Nobody has it who is still seen: gone, in a trace that saw it, or not to be known. */
const GONE = { state: ['exited', 'unknown'] } as const

export const BUGS: readonly Bug[] = [
  {
    program: 'forgotten-unlock',
    cause: 'forgotten-unlock',
    kind: 'mutex',
    site: 'main.(*orders).next',
    holder: GONE,
    stuck: { 'main.(*orders).next': 9 },
  },
  {
    program: 'forgotten-unlock-error-path',
    cause: 'forgotten-unlock',
    kind: 'mutex',
    site: 'main.(*account).withdraw',
    holder: GONE,
    stuck: { 'main.(*account).withdraw': 4, 'main.(*account).deposit': 3 },
    todo: 'those who wait for the same lock in another function are counted, their function is not named',
  },
  {
    program: 'forgotten-runlock',
    cause: 'forgotten-unlock',
    kind: 'rwmutex',
    site: 'main.(*cache).set',
    holder: GONE,
    stuck: { 'main.(*cache).set': 1, 'main.(*cache).get': 6 },
    todo: 'the writer, who waits for the forgotten read lock, is not named: only the readers behind it are',
  },
  {
    program: 'lock-order-cycle',
    cause: 'lock-order-cycle',
    kind: 'mutex',
    site: ['main.(*theatre).sell', 'main.(*theatre).report'],
    holder: { state: ['waiting'] },
    stuck: { 'main.(*theatre).sell': 6, 'main.(*theatre).report': 1 },
    unknownInTraces: true,
    todo: 'one end of the cycle is not named; a trace alone tells the queue before the cycle',
  },
  {
    program: 'self-deadlock',
    cause: 'self-deadlock',
    kind: 'mutex',
    site: 'main.(*poll).total',
    holder: { state: ['self'], function: 'main.(*poll).share' },
    stuck: { 'main.(*poll).total': 1, 'main.(*poll).vote': 4 },
    unknownInTraces: true,
    todo: 'caught, it is called forgotten by the one that passed before; the line that locks again is not named',
  },
  {
    program: 'self-deadlock-rlock',
    cause: 'self-deadlock',
    kind: 'rwmutex',
    site: 'main.(*resolver).fill',
    holder: { state: ['self'], function: 'main.(*resolver).lookup' },
    stuck: { 'main.(*resolver).fill': 1, 'main.(*resolver).lookup': 5 },
    unknownInTraces: true,
    todo: 'the line that locks again is not named as a site: only the readers behind it are',
  },
]
