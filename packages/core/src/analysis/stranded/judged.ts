/**
 * How sure is it that those are stuck that wait for each other and for nobody else? What counts is whether anybody
 * outside could reach into their circle, and whether they wait as idle goroutines do.
 */

import { waitsIdly } from '../reach/idle.ts'
import { haveTypeInCommon } from '../reach/kin.ts'
import type { Anchor, Tie } from '../reach/partners.ts'
import { NO_PAST, type Past } from '../reach/past.ts'
import type { Company } from '../reach/unseen.ts'
import { beginsAtSite } from '../reach/unshown.ts'
import { MINUTE_NS } from '../scene/finding.ts'
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import { isKnownWait, knownWait } from '../scene/libraries.ts'
import { isClosure } from '../scene/names.ts'
import { isPlainReceive, type Place } from '../scene/standing.ts'
import { type Apart, nearTo } from './beside.ts'

export type Stuck = {
  readonly row: number
  readonly place: Place
  readonly anchor: Anchor
  readonly stillNs: number
  /** Those that could wake it are stuck themselves; rows with their ties. */
  readonly partners: ReadonlyMap<number, Tie>
  readonly certainty: 'likely' | 'possible'
}

export type Node = {
  readonly row: number
  readonly place: Place
  readonly stillNs: number
  readonly anchor: Anchor
  readonly partners: ReadonlyMap<number, Tie>
  readonly young: boolean
  /** Whoever started it; -1: has ended, or is unknown. */
  readonly creator: number
  readonly children: readonly number[]
  readonly closed: boolean
  readonly lock: Group | undefined
  /** Whoever woke it last at its line has ended since, and never a timer did. */
  readonly leftByServer: boolean
  /** Whoever started it has ended, but let connections in before: requests may bring work. */
  readonly open: boolean
  /** Others wait there for what they have started themselves, each time. */
  readonly forOwn: boolean
  /** Others that were started later, where it was, have sent to whoever started all of them, or have ended without it. */
  readonly overtaken: boolean
  /** It may wait for the end of a context: a deadline, a client that leaves (`unshown.ts`). */
  readonly hearsEnd: boolean
  /** It may be a loop of a ticker's, or one that requests feed (`unshown.ts`). */
  readonly loops: boolean
  /** It was seen to begin, and came there to wait for one thing, alone of its kind; whoever started it has ended. */
  readonly newcomer: boolean
  /** Of those that were woken at its line. */
  readonly past: Past
  /** The call in which it waits was given a context that never ends. */
  readonly endless: boolean
  /** It waits since before the trace began, and nothing tells who started it: who else is there (`unseen.ts`)? */
  readonly unseen: Company | undefined
  /** Of such a one that sends, or whose creator stays where it is for good: nobody is at work who could come to take it. */
  readonly unserved: boolean
  /** Another one came to its line since, and so does not wait in vain there as far as anybody knows. */
  readonly served: boolean
  /** It does one piece of work, as a test does, and so does not idle however it waits. */
  readonly midWork: boolean
  /** It has called others of its program to get there, and does not go on, as minutes or a part of a dump say. */
  readonly underWay: boolean
  /** The callback of a `time.AfterFunc`, in a goroutine of its own: it was to be done in a moment. */
  readonly byTimer: boolean
}

/** Of one of whom nothing more is known than that it waits. */
export const NOTHING_KNOWN = {
  creator: -1,
  children: [],
  closed: false,
  lock: undefined,
  leftByServer: false,
  open: false,
  forOwn: false,
  overtaken: false,
  hearsEnd: false,
  loops: false,
  newcomer: false,
  endless: false,
  past: NO_PAST,
  unseen: undefined,
  unserved: false,
  served: false,
  midWork: false,
  underWay: false,
  byTimer: false,
} as const satisfies Partial<Node>

/** Does it wait as idle goroutines do? */
export function idles({ place, midWork }: Node): boolean {
  return !midWork && waitsIdly(place)
}

/** Whoever started it is alive: that one may still come, or what it has handed out. */
const REACHED: ReadonlySet<Anchor> = new Set<Anchor>(['away', 'frame', 'library', 'main', 'unknown'])

export function isReached({ anchor, open }: Node): boolean {
  return open || REACHED.has(anchor)
}

/** Is whoever started it one of these, and waits for it, or it for that one? */
export function isStartedIn({ row, creator, partners, anchor }: Node, nodes: ReadonlyMap<number, Node>): boolean {
  const parent = nodes.get(creator)
  if (!parent) return false
  if (parent.partners.has(row)) return true
  // A function that has returned since may have handed to anybody what this one waits for, or given it a ticker.
  return partners.has(creator) && !parent.closed && anchor !== 'away'
}

/**
 * Was it started by one of these in a function that has returned since, and works on nothing of that one's? It may idle
 * beside what that one waits for.
 */
function isAside({ row, creator, anchor, place }: Node, nodes: ReadonlyMap<number, Node>): boolean {
  const parent = nodes.get(creator)
  if (!parent || anchor !== 'away') return false
  const tie = parent.partners.get(row)
  return (tie === undefined || tie === 'child') && !haveTypeInCommon(place, parent.place)
}

/**
 * Lines where goroutines of several that have ended wait, each for its own: what was left behind once may be a worker
 * without work, what is left behind again and again is none.
 */
export function repeatedIn(nodes: ReadonlyMap<number, Node>, creatorId: (row: number) => number): ReadonlySet<Frame> {
  const first = new Map<Frame, number>()
  const repeated = new Set<Frame>()
  for (const { row, place, anchor } of nodes.values()) {
    if (!place.site || (anchor !== 'gone' && anchor !== 'left')) continue
    const creator = creatorId(row)
    if (Number.isNaN(creator)) continue
    const known = first.get(place.site)
    if (known === undefined) first.set(place.site, creator)
    else if (known !== creator) repeated.add(place.site)
  }
  return repeated
}

/** As dumps say it: who waits for that long waits for no slow one. */
export const OLD_NS = 3 * MINUTE_NS

/** So many at one line are no generators. */
const SEVERAL = 3

/** Lines where several have waited to send for minutes, as dumps say. */
export function crowdedIn(nodes: ReadonlyMap<number, Node>): ReadonlySet<Frame> {
  const counts = new Map<Frame, number>()
  for (const { place, stillNs } of nodes.values())
    if (place.site && place.wait.kind === 'chan send' && stillNs >= MINUTE_NS)
      counts.set(place.site, (counts.get(place.site) ?? 0) + 1)
  return new Set([...counts].filter(([, count]) => count >= SEVERAL).map(([site]) => site))
}

/** Timers of calls and of retries are mostly shorter. */
const TIMER_NS = 900e6
/** Two dumps one after the other are further apart. */
const BRIEF_NS = 100e6

/** Most selects with a way out have a timer among their cases; nothing shows that, but of what everybody knows. */
function mayHaveTimer({ place, forOwn, endless, past }: Node): boolean {
  if (place.wait.kind !== 'select' || !waitsIdly(place)) return false
  return !isKnownWait(place) && !forOwn && !endless && !past.once
}

/** The stuck of one part, `part` being all that are tied to each other; `repeated`, `crowded`: lines, as above. */
export function judged(
  part: readonly Node[],
  repeated: ReadonlySet<Frame>,
  isApart: Apart,
  crowded: ReadonlySet<Frame> = new Set(),
): Stuck[] {
  const waiting = part.filter(node => node.lock === undefined && !node.young)
  const nodes = new Map(part.map(node => [node.row, node]))
  const reached = waiting.some(node => isReached(node) && !isStartedIn(node, nodes))
  const working = part.filter(node => isAtWork(node, nodes))
  const atWork = working.length > 0
  if (waiting.length === 0 || (reached && !atWork)) return []
  // All of them wait as idle goroutines do. Where all who started them have ended, nobody is left who has the other end.
  const left = waiting.every(node => (node.anchor === 'gone' && !node.open) || isStartedIn(node, nodes))
  // A timer may end a select, and that is what the others wait for then; a look that took no time does not tell.
  const isBrief = (node: Node) =>
    mayHaveTimer(node) && (node.stillNs < TIMER_NS || (!atWork && !node.leftByServer && !isTied(node, nodes)))
  const brief = part.some(isBrief) || (waiting.length > 1 && waiting.every(mayHaveTimer))
  // What the others wait for is a lock as well, which no timer unlocks.
  const locked = part.some(({ lock }) => lock !== undefined)
  const isAgain = ({ place }: Node) => place.site !== undefined && repeated.has(place.site)
  const isTicked = (node: Node) => !isClose(node, nodes) && mayBeTicked(node, isAgain(node))
  const isStirred = (node: Node) => isTicked(node) || node.hearsEnd
  const ticked = !locked && part.some(isStirred)
  const stirring = locked ? [] : part.filter(node => isBrief(node) || isStirred(node))
  const paced = stirring.length > 0 && part.some(isUnderWay)
  const near = nearTo(working, nodes, isApart)
  return waiting.flatMap(node => {
    const { row, place, anchor, stillNs } = node
    const found = certaintyOf(node, nodes, place.site !== undefined && crowded.has(place.site))
    if (found === undefined) return []
    const again = isAgain(node)
    const timed = isSender(node)
      ? paced || stirring.some(other => !comesBack(other, node))
      : brief && (!locked || mayHaveTimer(node))
    const alone = isTicked(node) || (isAside(node, nodes) && mayBeTicked(node, again))
    // Those that are stuck hang for a reason of their own, which this one has nothing to do with.
    const beside = atWork && !near.has(node.row) && !again && idles(node)
    const fed = !atWork && mayBeFed(node, nodes, isAgain, isApart)
    const sure = !timed && (!ticked || isSender(node)) && !fed && !alone && !beside && (atWork || again || left)
    const certainty = sure ? found : 'possible'
    const partners = new Map([...node.partners].filter(([partner]) => nodes.has(partner)))
    return [{ row, place, anchor, stillNs, partners, certainty }]
  })
}

/**
 * No idle goroutine waits like this. One that waits for others to be done idles as these do; but who has started it, and
 * waits for it, is none of those that would be done.
 */
function isAtWork(node: Node, nodes: ReadonlyMap<number, Node>): boolean {
  const { lock, place, partners, forOwn, hearsEnd } = node
  if (lock !== undefined || forOwn) return true
  if (hearsEnd) return false
  if (place.wait.kind !== 'waitgroup') return !idles(node)
  return ![...partners].some(([row, tie]) => {
    const other = nodes.get(row)
    return tie !== 'creator' && other !== undefined && other.lock === undefined && idles(other)
  })
}

/** Undefined: too little speaks for it. */
function certaintyOf(node: Node, nodes: ReadonlyMap<number, Node>, several: boolean): Stuck['certainty'] | undefined {
  const { place, anchor, stillNs, closed } = node
  const { kind } = place.wait
  const others = nodes.size > 1
  // Nothing is known of where it comes from, so nothing of who could reach it. A sender is in the middle of something.
  const isMidWork = kind === 'chan send' || knownWait(place)?.midWork === true || node.midWork
  if (anchor === 'unknown' && !others && !isMidWork && (!node.unseen || idles(node)))
    return kind === 'waitgroup' && stillNs >= MINUTE_NS ? 'possible' : undefined
  if (Number.isNaN(stillNs)) return 'possible'
  // What a library waits for there is its own affair: a timer, or a remote.
  if (!place.site?.own && idles(node) && !isKnownWait(place) && !(stillNs >= OLD_NS && holds(node, nodes)))
    return 'possible'
  // It has a pointer or a type in common with somebody who is stuck; what it waits for may come from elsewhere.
  if (mayHaveTimer(node) && others && !isTied(node, nodes)) return 'possible'
  if (node.served && idles(node) && !isTied(node, nodes)) return 'possible'
  if (others) return 'likely'
  // One of its cases may be a timer's, which no input shows.
  if (kind === 'select') return !mayHaveTimer(node) || node.leftByServer ? 'likely' : 'possible'
  // A generator waits to send until somebody wants its next value; several at one line are none, nor is who has sent for
  // minutes in the middle of a call, nor what a timer calls.
  const generates = !several && !node.byTimer && !node.underWay
  const upheld = kind === 'chan send' ? !node.unserved && generates : kind !== 'waitgroup' || node.unseen !== 'none'
  return upheld && !node.midWork && (anchor === 'away' || anchor === 'unknown') && !closed && !node.overtaken
    ? 'possible'
    : 'likely'
}

/**
 * A loop that receives in the function that it began with may be a ticker's; a short look does not tell. `again`: there
 * are several of them, that different ones have left.
 */
function mayBeTicked({ place, stillNs, forOwn, midWork, newcomer, past }: Node, again: boolean): boolean {
  if (
    forOwn ||
    midWork ||
    (newcomer && !past.timed) ||
    past.byHand ||
    place.wait.kind !== 'chan receive' ||
    stillNs >= (again ? BRIEF_NS : TIMER_NS)
  )
    return false
  return beginsAtSite(place)
}

/**
 * A loop that asks for its next piece of work, and nobody near it is in the middle of anything: requests may feed it.
 * Whoever left it may have set up the program, or have been the first to ask for it; but many left many.
 */
function mayBeFed(
  node: Node,
  nodes: ReadonlyMap<number, Node>,
  isAgain: (node: Node) => boolean,
  isApart: Apart,
): boolean {
  const isLoop = (one: Node) => one.loops && !one.leftByServer && !one.forOwn && !one.past.once && !isAgain(one)
  if (isTied(node, nodes)) return false
  const all = (is: (other: Node) => boolean) => everyOther(node, nodes, is)
  if (isFollower(node)) return !all(other => !isLoop(other)) && all(other => isLoop(other) || isFollower(other))
  if (!isLoop(node)) return false
  const pooled = !all(other => other.place.site !== node.place.site)
  return all(
    other =>
      isLoop(other) ||
      isFollower(other) ||
      mayHaveTimer(other) ||
      isApart(node, other) ||
      (pooled && other.place.wait.kind === 'chan receive' && !isTiedTo(node, other)),
  )
}

/** Up to the first that is not. */
function everyOther(node: Node, nodes: ReadonlyMap<number, Node>, is: (other: Node) => boolean): boolean {
  for (const other of nodes.values()) if (other !== node && !is(other)) return false
  return true
}

/** What is merely there, as a closure, to wait for one thing: in a server at rest mostly its end. */
function isFollower({ place, forOwn, leftByServer, past }: Node): boolean {
  const { kind } = place.wait
  if (kind !== 'chan receive' || forOwn || leftByServer || past.once) return false
  return (
    beginsAtSite(place) &&
    place.site !== undefined &&
    isClosure(place.site.function) &&
    (place.receivesOnce === true || isPlainReceive(place.frames))
  )
}

function isTiedTo(a: Node, b: Node): boolean {
  const [mine, theirs] = [a.partners.get(b.row), b.partners.get(a.row)]
  return (mine !== undefined && CLOSE.has(mine)) || (theirs !== undefined && CLOSE.has(theirs))
}

const CLOSE: ReadonlySet<Tie> = new Set<Tie>(['value', 'child', 'creator', 'seen'])

/** Is it tied to one of the others by more than the place in the program? */
function isClose(node: Node, nodes: ReadonlyMap<number, Node>): boolean {
  return isTied(node, nodes) || [...node.partners].some(([row, tie]) => CLOSE.has(tie) && nodes.has(row))
}

/**
 * Of one channel never a sender and a receiver wait at once: a loop that comes back to its line takes from others. Whom the
 * sender has started, or who works in its function, may have a slot to give back at its end.
 */
function comesBack(other: Node, sender: Node): boolean {
  if (!beginsAtSite(other.place) || sender.children.includes(other.row)) return false
  const tie = sender.partners.get(other.row)
  return tie === undefined || tie === 'sibling' || tie === 'type'
}

/** One that has gone on from where it began: it paces itself by the clock, or by who is woken by it, and comes back. */
function isUnderWay(node: Node): boolean {
  return node.lock === undefined && idles(node) && !beginsAtSite(node.place)
}

function isSender({ place, lock }: Node): boolean {
  return lock === undefined && place.wait.kind === 'chan send'
}

/** Does it hold what others wait for, or has it started one of them, or been started by one? */
function isTied(node: Node, nodes: ReadonlyMap<number, Node>): boolean {
  if (isStartedIn(node, nodes) || node.children.some(row => nodes.has(row))) return true
  return holds(node, nodes)
}

function holds({ row }: Node, nodes: ReadonlyMap<number, Node>): boolean {
  return behindLocks(nodes).has(row)
}

/** Whom those that wait for locks are tied to: of thousands, each asks. */
function behindLocks(nodes: ReadonlyMap<number, Node>): ReadonlySet<number> {
  const known = knownBehind.get(nodes)
  if (known) return known
  const rows = new Set<number>()
  for (const { lock, partners } of nodes.values())
    if (lock !== undefined) for (const row of partners.keys()) rows.add(row)
  knownBehind.set(nodes, rows)
  return rows
}
const knownBehind = new WeakMap<ReadonlyMap<number, Node>, ReadonlySet<number>>()
