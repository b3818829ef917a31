/**
 * Who waits where, counted: what `unhang watch` compares from one dump to the next. It takes the cheapest form, which
 * knows equal stacks and their counts, and no goroutine.
 */
import type { Dump } from '../dump/tables.ts'
import type { Site } from './diagnosis.ts'
import { looksIdle, ownFrame } from './reach/idle.ts'
import { siteOf } from './scene/finding.ts'
import { type Frame, FrameBook } from './scene/frames.ts'
import { groupsOf } from './scene/groups.ts'
import { isObserver } from './scene/scene.ts'
import { type Place, standingOfDump } from './scene/standing.ts'
import type { WaitKind } from './scene/waits.ts'

/**
 * What a goroutine that waits here is in the middle of: `work` of its own or a call; or it may `idle` between two pieces
 * of work, as many as there are connections, workers and subscribers.
 */
export type WaitingRole = 'work' | 'idle'

export type WaitingGroup = {
  readonly kind: WaitKind
  /** In Go's words: "sync.Mutex.Lock". */
  readonly what: string
  readonly site: Site
  /** Where the program's own code called, if the site is not in it. */
  readonly caller?: Site
  readonly count: number
  readonly role: WaitingRole
}

export type Census = {
  /** All goroutines of the process. */
  readonly goroutines: number
  /** Those that wait for others, by what for and at which line; the biggest first. */
  readonly groups: readonly WaitingGroup[]
}

/** Who waits for something that another goroutine, or a remote, must do; who waits for the clock or a client is left out. */
export function censusOf(dump: Dump): Census {
  const standing = standingOfDump(dump, new FrameBook())
  const groups = groupsOf(standing).flatMap(({ kind, what, site, count, places }) => {
    const roles = places.map(place => roleOf(kind, place))
    // Of stacks that lead to one line, one that is at work tells.
    const role = roles.includes('work') ? 'work' : roles.find(one => one !== undefined)
    if (role === undefined || count === 0) return []
    const caller = site.own ? undefined : ownFrame(places[roles.indexOf(role)])
    return [{ kind, what, site: siteOf(site), ...(caller && { caller: siteOf(caller) }), count, role }]
  })
  return { goroutines: dump.total, groups }
}

/** Nobody waits like this between two pieces of work. */
const AT_WORK: ReadonlySet<WaitKind> = new Set<WaitKind>([
  'mutex',
  'rwmutex',
  'once',
  'semaphore',
  'waitgroup',
  'chan send',
])

function roleOf(kind: WaitKind, place: Place): WaitingRole | undefined {
  if (isObserver(place)) return undefined
  if (AT_WORK.has(kind)) return 'work'
  const own = ownFrame(place)
  // A connection that a library reads from stays open for as long as its client likes.
  if (kind === 'network') return own ? 'idle' : undefined
  if (!looksIdle(kind)) return undefined
  if (!own) return 'idle'
  // In a call of a library, or called by one to handle something; else in a goroutine of its own, as workers wait.
  return own !== place.site || !rootOf(place).own ? 'work' : 'idle'
}

/** The function that the goroutine began with, less what the runtime puts around it. */
function rootOf({ frames }: Place): Frame {
  let at = frames.length - 1
  while (at > 0 && frames[at].plumbing) at--
  return frames[at]
}
