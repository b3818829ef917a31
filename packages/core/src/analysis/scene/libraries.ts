/**
 * Waits inside of libraries that everybody knows, by the function where they wait: what is waited for there, and whose
 * part it is to end it. Other libraries' selects may have a timer among their cases.
 */
import type { FindingCause, FindingKind } from '../diagnosis.ts'
import type { Frame } from './frames.ts'

type WithSite = { readonly site: Frame | undefined }

type Known = {
  readonly kind?: FindingKind
  readonly cause: FindingCause
  /** Nobody idles there: it is in the middle of something. */
  readonly midWork: boolean
  /** Who has the other end has it from the program's own code; others in the library have other ones. */
  readonly apart?: true
  /** In words: what it waits for. */
  readonly what: string
  readonly advice: string
}

const KNOWN: readonly (readonly [pattern: RegExp, known: Known])[] = [
  [
    /^io\.\(\*pipe\)\.write$/,
    {
      cause: 'no-receiver',
      midWork: true,
      apart: true,
      what: 'a reader of the pipe (io.Pipe)',
      advice: 'a reader that stops early must close its end (CloseWithError), or the writer waits for ever',
    },
  ],
  [
    /^io\.\(\*pipe\)\.read$/,
    {
      cause: 'no-sender',
      midWork: false,
      apart: true,
      what: 'a writer of the pipe (io.Pipe)',
      advice: 'see that the writer closes its end on every path: a reader goes on until it is told the end',
    },
  ],
  [
    /^net\.\(\*pipe\)\.write$/,
    {
      cause: 'no-receiver',
      midWork: true,
      apart: true,
      what: 'a reader at the other end of the connection (net.Pipe)',
      advice: 'net.Pipe has no buffer: a write takes until all of it is read, so one of the two ends must read first',
    },
  ],
  [
    /^net\.\(\*pipe\)\.read$/,
    {
      cause: 'no-sender',
      midWork: false,
      apart: true,
      what: 'a writer at the other end of the connection (net.Pipe)',
      advice: 'see who should write there, or close the other end, and on which path it returns without',
    },
  ],
  [
    /^database\/sql\.\(\*DB\)\.conn$/,
    {
      kind: 'semaphore',
      cause: 'pool-exhausted',
      midWork: true,
      what: 'a free connection of the pool (database/sql)',
      advice:
        'see who keeps connections: Rows that are not closed, transactions without Commit or Rollback, a query while another one of the same goroutine is open',
    },
  ],
  [
    /^golang\.org\/x\/sync\/semaphore\.\(\*Weighted\)\.Acquire$/,
    {
      kind: 'semaphore',
      cause: 'pool-exhausted',
      midWork: true,
      what: 'the semaphore (golang.org/x/sync/semaphore)',
      advice: 'compare the calls of Acquire and Release on every path: what was acquired is not given back',
    },
  ],
  [
    /^golang\.org\/x\/sync\/errgroup\.\(\*Group\)\.Go$/,
    {
      cause: 'pool-exhausted',
      midWork: true,
      what: 'a free place of the group (errgroup.SetLimit)',
      advice:
        'a function of the group that starts another one in the same group waits for its own place: use a second group',
    },
  ],
]

/** What is known of the place's wait; undefined where it is in no such library. */
export function knownWait({ site }: WithSite): Known | undefined {
  if (!site || site.own) return undefined
  return KNOWN.find(([pattern]) => pattern.test(site.function))?.[1]
}

/** Does it wait where only other goroutines of the program can end the wait? */
export function isKnownWait(place: WithSite): boolean {
  return knownWait(place) !== undefined
}
