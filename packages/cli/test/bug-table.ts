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
  /** One of them, where the cause is told of each: the ends of a cycle, all who wait for one lock. */
  readonly site: string | readonly string[]
  readonly holder?: {
    readonly state?: readonly Finding['holder']['state'][]
    readonly function?: string
    readonly waitsFor?: RegExp
  }
  /**
   * Everybody who is stuck, by the function that they wait in, with their number: each function must be named by a
   * finding, each goroutine be in one, and nobody else in any.
   */
  readonly stuck: { readonly [name: string]: number }
  /** Traces know no locks by address: what else is right as far as they can tell, and nothing beside it. */
  readonly inTraces?: readonly FindingCause[]
  /** More get stuck all the time: who is found need not be those of a moment later. */
  readonly isGrowing?: true
  /** Those who wait are others a moment later: no more is asked than that the function is named. */
  readonly isMoving?: true
  /** What else must be said where a view cannot show the cause. */
  readonly instead?: { readonly [view in View]?: Instead }
  /** Views that cannot show it: nobody may be accused there. */
  readonly blind?: readonly View[]
  /** What is not right yet, in all views or in some. */
  readonly todo?: string | { readonly [view in View]?: string }
}

type Instead = Pick<Bug, 'cause'> & Partial<Pick<Bug, 'verdict' | 'kind' | 'site' | 'holder'>>

/** The end of the chain, as the source tells: no lock, and nobody left who sends. */
const REFRESH: Instead = {
  cause: 'no-sender',
  kind: 'chan receive',
  site: 'main.(*prices).refresh',
  holder: { state: ['unknown'] },
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
  },
  {
    program: 'forgotten-runlock',
    cause: 'forgotten-unlock',
    kind: 'rwmutex',
    site: ['main.(*cache).set', 'main.(*cache).get'],
    holder: GONE,
    stuck: { 'main.(*cache).set': 1, 'main.(*cache).get': 6 },
  },
  {
    program: 'lock-order-cycle',
    cause: 'lock-order-cycle',
    kind: 'mutex',
    site: ['main.(*theatre).sell', 'main.(*theatre).report'],
    holder: { state: ['waiting'] },
    stuck: { 'main.(*theatre).sell': 6, 'main.(*theatre).report': 1 },
    inTraces: ['unknown', 'holder-blocked'],
  },
  {
    program: 'self-deadlock',
    cause: 'self-deadlock',
    kind: 'mutex',
    site: ['main.(*poll).total', 'main.(*poll).vote'],
    holder: { state: ['self', 'waiting'], function: 'main.(*poll).share' },
    stuck: { 'main.(*poll).total': 1, 'main.(*poll).vote': 4 },
    inTraces: ['unknown'],
  },
  {
    program: 'self-deadlock-rlock',
    cause: 'self-deadlock',
    kind: 'rwmutex',
    site: ['main.(*resolver).fill', 'main.(*resolver).lookup'],
    holder: { state: ['self', 'waiting'], function: 'main.(*resolver).lookup' },
    stuck: { 'main.(*resolver).fill': 1, 'main.(*resolver).lookup': 5 },
    inTraces: ['unknown'],
  },
  {
    program: 'holder-blocked-network',
    cause: 'holder-blocked',
    kind: 'mutex',
    site: 'main.(*client).query',
    holder: { state: ['waiting'], function: 'main.(*client).query', waitsFor: /^IO wait in main\.\(\*client\)\.query/ },
    stuck: { 'main.(*client).query': 8 },
    // Of one dump without minutes nobody knows whether the other end is silent or slow.
    blind: ['late dump'],
  },
  {
    program: 'holder-blocked-channel',
    cause: 'holder-blocked',
    kind: 'mutex',
    site: ['main.(*stock).count', 'main.(*stock).add'],
    holder: { state: ['waiting'], function: 'main.(*stock).add', waitsFor: /^chan send in main\.\(\*stock\)\.add/ },
    stuck: { 'main.(*stock).count': 6, 'main.(*stock).add': 1 },
  },
  {
    program: 'holder-blocked-lock',
    cause: 'holder-blocked',
    kind: 'mutex',
    site: ['main.(*menu).show', 'main.(*prices).of'],
    holder: { state: ['waiting'], waitsFor: /chan receive in main\.\(\*prices\)\.refresh/ },
    stuck: { 'main.(*menu).show': 6, 'main.(*prices).of': 1, 'main.(*prices).refresh': 1 },
    inTraces: ['unknown'],
    instead: { 'late dump': REFRESH, 'caught trace': REFRESH },
  },
  {
    program: 'no-receiver',
    cause: 'no-receiver',
    kind: 'chan send',
    site: 'main.search.func1',
    stuck: { 'main.search.func1': 5 },
  },
  {
    program: 'no-sender',
    cause: 'no-sender',
    kind: 'chan receive',
    site: 'main.cheapest',
    stuck: { 'main.cheapest': 3 },
  },
  {
    program: 'waitgroup-never-done',
    cause: 'never-done',
    kind: 'waitgroup',
    site: 'main.thumbnails',
    stuck: { 'main.thumbnails': 3 },
  },
  {
    program: 'lost-signal',
    cause: 'lost-signal',
    kind: 'cond',
    site: 'main.(*mailbox).read',
    stuck: { 'main.(*mailbox).read': 3 },
  },
  {
    program: 'pool-channel',
    cause: 'pool-exhausted',
    kind: 'chan send',
    site: 'main.(*downloads).get',
    stuck: { 'main.(*downloads).get': 7 },
  },
  {
    program: 'pool-semaphore',
    cause: 'pool-exhausted',
    kind: 'semaphore',
    site: 'golang.org/x/sync/semaphore.(*Weighted).Acquire',
    stuck: { 'main.upload': 6 },
  },
  {
    program: 'pool-database-sql',
    cause: 'pool-exhausted',
    kind: 'semaphore',
    site: 'database/sql.(*DB).conn',
    stuck: { 'main.(*store).age': 5 },
  },
  {
    program: 'goroutine-leak',
    verdict: 'leak',
    cause: 'goroutine-leak',
    kind: 'chan send',
    site: 'main.feed',
    stuck: { 'main.feed': 20 },
    isGrowing: true,
    instead: { 'late dump': { verdict: 'hang', cause: 'no-receiver' } },
  },
  {
    program: 'contention',
    verdict: 'slow',
    cause: 'contention',
    kind: 'mutex',
    site: 'main.(*journal).write',
    stuck: { 'main.(*journal).write': 6 },
    isMoving: true,
    blind: ['late dump'],
  },
  {
    program: 'remote',
    cause: 'remote',
    kind: 'network',
    site: 'net/http.(*persistConn).roundTrip',
    holder: { state: ['waiting'] },
    stuck: { 'main.(*forecaster).fetch': 4, 'main.(*forecaster).weather': 12 },
    todo: 'those who wait for a slot are in no finding; the caller is where the slot was taken, not where the call is made',
  },
  {
    program: 'lock-order-cycle-accounts',
    cause: 'lock-order-cycle',
    kind: 'mutex',
    site: 'main.transfer',
    holder: { state: ['waiting'], function: 'main.transfer' },
    stuck: { 'main.transfer': 2 },
    inTraces: ['unknown'],
  },
  {
    program: 'lock-order-cycle-three',
    cause: 'lock-order-cycle',
    kind: 'mutex',
    site: 'main.(*table).eat',
    holder: { state: ['waiting'], function: 'main.(*table).eat' },
    stuck: { 'main.(*table).eat': 3 },
    inTraces: ['unknown'],
    todo: { 'caught trace': 'called forgotten: no address tells the locks apart', 'late trace': 'as caught' },
  },
  {
    program: 'recursive-rlock',
    cause: 'self-deadlock',
    kind: 'rwmutex',
    site: ['main.(*directory).phone', 'main.(*directory).set'],
    holder: { state: ['self', 'waiting'], function: 'main.(*directory).card' },
    stuck: { 'main.(*directory).phone': 1, 'main.(*directory).set': 1 },
    inTraces: ['unknown'],
  },
  {
    program: 'lock-and-channel',
    cause: 'holder-blocked',
    kind: 'mutex',
    site: 'main.(*office).report',
    holder: {
      state: ['waiting'],
      function: 'main.(*office).assign',
      waitsFor: /^chan send in main\.\(\*office\)\.assign/,
    },
    stuck: { 'main.(*office).report': 1, 'main.(*office).assign': 1 },
    inTraces: ['unknown'],
  },
  {
    program: 'once-within-once',
    cause: 'self-deadlock',
    kind: 'mutex',
    site: 'main.(*settings).get',
    holder: { state: ['self'], function: 'main.(*settings).load' },
    stuck: { 'main.(*settings).get': 5 },
  },
  {
    program: 'forgotten-unlock-timer',
    cause: 'forgotten-unlock',
    kind: 'mutex',
    site: 'main.(*tokens).get',
    holder: GONE,
    stuck: { 'main.(*tokens).get': 6 },
  },
  {
    program: 'nil-channel',
    cause: 'no-sender',
    kind: 'chan receive',
    site: 'main.(*upload).wait',
    stuck: { 'main.(*upload).wait': 3 },
  },
  {
    program: 'stop-from-inside',
    cause: 'no-sender',
    kind: 'chan receive',
    site: 'main.(*session).Stop',
    stuck: { 'main.(*session).Stop': 2 },
  },
  {
    program: 'pipe-without-reader',
    cause: 'no-receiver',
    kind: 'select',
    site: 'io.(*pipe).write',
    stuck: { 'main.pack': 3 },
  },
  {
    program: 'pool-nested',
    cause: 'pool-exhausted',
    kind: 'semaphore',
    site: 'database/sql.(*DB).conn',
    stuck: { 'main.(*store).price': 2 },
  },
]
