/**
 * Claims to a lock: which living goroutine has it, although it is not in the function that the others wait in.
 *
 *   value   it works on the value that the lock belongs to (the same pointer among its arguments), and is blocked itself,
 *           in a way in which no idle goroutine is: in a send, at another lock, for goroutines that it has started
 *   call    it is in a call to a remote, or to the system, in a method of that value: it may as well read in a loop of its own
 *   kin     no argument tells, but it waits for another lock in code that belongs together, and the other way round
 *   self    nobody else: one of the waiters is, further out on its own stack, in code that works on the lock's value
 *
 * A claim counts if it is the only one. Of goroutines that idle on the same value (a loop of its own, a reader of a
 * connection) none is accused, unless it began to wait at the very moment when the lock was shut.
 */
import { awaitedChildren } from '../reach/children.ts'
import type { Inside } from '../reach/inside.ts'
import { reachOf } from '../reach/reach.ts'
import { keepsAlive } from '../reach/rest.ts'
import { sleepersInside } from '../reach/sleepers.ts'
import { couldHaveIt, parkedAtShut, parkedFirst } from '../reach/stay.ts'
import { shutNsOf } from '../reach/stillness.ts'
import { receivesOnce } from '../reach/unseen.ts'
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import { isObserver, type Scene } from '../scene/scene.ts'
import type { Place } from '../scene/standing.ts'
import { isAtWork, isLockKind, type WaitKind } from '../scene/waits.ts'
import {
  type Claim,
  drainsIn,
  isLibraryCall,
  isLoop,
  isToldApart,
  MAX_PLACES,
  ofOneStart,
  only,
  READERS_MAY,
  waitersIn,
  waitsForAnother,
} from './claim.ts'
import { callsOf, kinOf } from './claims-kin.ts'
import { isFurtherInside, selfOf } from './claims-self.ts'

/** Blocked as idle goroutines are not. */
const BLOCKED: ReadonlySet<WaitKind> = new Set<WaitKind>([
  'chan send',
  'mutex',
  'rwmutex',
  'once',
  'waitgroup',
  'semaphore',
  'forever',
])
/** Waits that an idle goroutine has, too. */
const MAYBE_IDLE: ReadonlySet<WaitKind> = new Set<WaitKind>(['chan receive', 'select', 'cond', 'network'])

/** The goroutine with the only claim to the lock of a jam. */
export function claimOf(scene: Scene, jam: readonly Group[]): Inside | undefined {
  const waiters = new Set(jam.flatMap(group => [...group.rows]))
  // Who only waits has nothing, as long as one of the lock's own code has it, and comes back.
  const asleep = sleepersInside(scene, jam, shutNsOf(scene, jam))
  if (asleep.some(({ row }) => !keepsAlive(scene.standing.places[scene.standing.place[row]]))) return undefined
  const locks = new Set(jam.map(({ lock }) => lock).filter(lock => lock !== ''))
  const objects = jam.flatMap(({ places }) => places.slice(0, MAX_PLACES).map(({ object }) => object))
  const addresses = new Set([...locks, ...objects.filter(object => object !== '')])
  const mayHaveAt = ofPlaces(place => mayHave(scene, jam, place))
  const isOther = (row: number, place: Place) => !waiters.has(row) && mayHaveAt(place)
  const others = sharersOf(scene, jam, addresses, isOther)
  const akin = kinOf(scene, jam, waiters).filter(claim => mayBe(scene, jam, claim))
  const kin = ofOneStart(scene, withoutCrowds(jam, akin), waiters)
  // Main, asleep, may have one lock, but not each of those whose waiters wait for each other.
  const crossing = kin.filter(({ place }) => isLockKind(place.wait.kind))
  if (asleep.length > 0) return only(crossing, 'kin')
  // A function may have several locks among its arguments: who has this very one comes first.
  const byLock = locks.size < addresses.size ? byValue(scene, jam, sharersOf(scene, jam, locks, isOther)) : undefined
  const found =
    byLock ?? byValue(scene, jam, others) ?? crowdOf(jam, kin, 'kin') ?? oneEach(jam, kin, 'kin') ?? only(kin, 'kin')
  if (found) return found
  // Somebody at work on the value may as well have it.
  if (others.some(({ place }) => isAtWork(place.wait.kind))) return undefined
  const isFurtherIn = ofPlaces(place => isFurtherInside(jam, place))
  const ownClaims = sharersOf(scene, jam, addresses, (row, place) => waiters.has(row) && isFurtherIn(place))
  const self = selfOf(scene, jam, waiters, ownClaims, others.length === 0)
  if (self || others.length > 0) return self
  const calls = callsOf(scene, jam, waiters).filter(claim => mayBe(scene, jam, claim))
  return oneEach(jam, calls, 'call') ?? only(calls, 'call')
}

/** Where more stand at a line than wait for the lock, that line lies behind the unlock. */
function withoutCrowds(jam: readonly Group[], claims: readonly Claim[]): readonly Claim[] {
  const perLine = new Map<Frame | undefined, number>()
  for (const { place } of claims) perLine.set(place.site, (perLine.get(place.site) ?? 0) + 1)
  const most = drainsIn(jam) ? Number.POSITIVE_INFINITY : waitersIn(jam)
  return claims.filter(({ place }) => perLine.get(place.site)! <= most)
}

/** Several at one line, and nothing tells the locks of the waiters apart: each has the lock of one or more of these. */
function oneEach(jam: readonly Group[], claims: readonly Claim[], how: Inside['how']): Inside | undefined {
  if (isToldApart(jam) || claims.length < 2 || claims.length > waitersIn(jam)) return undefined
  if (claims.some(({ place }) => place.site !== claims[0].place.site)) return undefined
  return { ...claims[0], how, others: claims.slice(1).map(({ row }) => row) }
}

/** Readers share the lock: all of them at one line are in the way of the writer. */
function crowdOf(jam: readonly Group[], claims: readonly Claim[], how: Inside['how']): Inside | undefined {
  if (claims.length < 2 || !drainsIn(jam) || claims.some(({ frame }) => frame !== claims[0].frame)) return undefined
  return { ...claims[0], how, others: claims.slice(1).map(({ row }) => row) }
}

function mayBe(scene: Scene, jam: readonly Group[], { row, place, frame }: Claim): boolean {
  return couldHaveIt(scene, jam, row, frame) && !waitsForWaiters(scene, jam, row, place)
}

/** Who waits for goroutines that it has started, and these for the lock, may have it, or one of them has left it locked. */
function waitsForWaiters(scene: Scene, jam: readonly Group[], row: number, place: Place): boolean {
  if (isLockKind(place.wait.kind)) return false
  const creator = scene.standing.id[row]
  const functions = new Set(place.frames.map(frame => frame.function))
  return jam.some(group =>
    group.rows.subarray(0, MAX_PLACES).some(waiter => {
      const start = scene.startedAt(waiter)
      const by = reachOf(scene).creatorId(waiter)
      return start !== undefined && functions.has(start.function) && (Number.isNaN(by) || by === creator)
    }),
  )
}

function byValue(scene: Scene, jam: readonly Group[], others: readonly Claim[]): Inside | undefined {
  const drains = drainsIn(jam)
  const isBlocked = ({ row, place, frame }: Claim) => {
    // Whoever calls a method has its receiver; to wait for others with it in hand is nothing.
    if (place.wait.kind === 'waitgroup' && !jam.some(({ site }) => site.receiver === frame.receiver)) return false
    if (BLOCKED.has(place.wait.kind) || (drains && READERS_MAY.has(place.wait.kind))) return true
    return awaitedChildren(scene, row).length > 0
  }
  // Of a crowd that does not share the lock none is accused: two are enough to see that it is one.
  const blocked = firstOf(others, drains ? others.length : 2, claim => isBlocked(claim) && mayBe(scene, jam, claim))
  if (blocked.length > 0) return crowdOf(jam, blocked, 'value') ?? only(blocked, 'value')
  const parked = firstOf(
    others,
    2,
    claim =>
      MAYBE_IDLE.has(claim.place.wait.kind) &&
      parkedAtShut(scene, jam, claim.row) &&
      !(isLoop(claim.place) && parkedFirst(scene, claim.row)) &&
      mayBe(scene, jam, claim),
  )
  return only(parked, 'value') ?? inCall(scene, jam, others)
}

/** The first `most` of them of which `is` says so. */
function firstOf(claims: readonly Claim[], most: number, is: (claim: Claim) => boolean): Claim[] {
  const found: Claim[] = []
  for (const claim of claims) {
    if (found.length === most) break
    if (is(claim)) found.push(claim)
  }
  return found
}

/**
 * In a method of the lock's type, on the very value, nobody else of whom has it but those that wait for its lock: in a
 * plain receive, which no loop for work from outside makes, or in a call to a remote.
 */
function inCall(scene: Scene, jam: readonly Group[], others: readonly Claim[]): Inside | undefined {
  if (others.length !== 1) return undefined
  const [claim] = others
  const { place, frame } = claim
  if (frame.receiver === '' || !jam.some(({ site }) => site.receiver === frame.receiver)) return undefined
  const calls = READERS_MAY.has(place.wait.kind) || isLibraryCall(place)
  if ((!calls && !receivesOnce(place)) || !mayBe(scene, jam, claim)) return undefined
  return { ...claim, how: calls ? 'call' : 'value' }
}

/** Waits that nothing is known of, or that have nothing to do with the program; and waits for the same lock. */
function mayHave(scene: Scene, jam: readonly Group[], place: Place): boolean {
  const { kind } = place.wait
  if (isObserver(place) || kind === 'system' || kind === 'accept' || kind === 'unknown') return false
  // The main goroutine may be there only to keep the program alive.
  if (kind === 'forever') return place.site?.function !== 'main.main'
  return !isLockKind(kind) || waitsForAnother(scene, jam, place)
}

/** Of each place once: thousands stand at some. */
function ofPlaces(ask: (place: Place) => boolean): (place: Place) => boolean {
  const answers = new Map<Place, boolean>()
  return place => {
    const known = answers.get(place) ?? ask(place)
    answers.set(place, known)
    return known
  }
}

/** The outermost frame tells goroutines apart that share helpers; a method tells more than who only passes a value on. */
function passingFrame(
  frames: readonly Frame[],
  at: readonly number[],
  { site }: Place,
  methods: ReadonlySet<string>,
): Frame | undefined {
  let best = -1
  let isMethod = false
  for (const i of at) {
    const frame = frames[i]
    if (!frame || frame.plumbing || frame === site) continue
    const isOfType = methods.has(frame.receiver)
    if (isOfType === isMethod ? i <= best : isMethod) continue
    best = i
    isMethod = isOfType
  }
  return frames[best]
}

/**
 * All that have one of these, the lock or the value that it belongs to, among the arguments of a frame of their own, and
 * of whom `isAsked` says so: nothing is looked for in the arguments of a crowd that does not matter.
 */
function sharersOf(
  scene: Scene,
  jam: readonly Group[],
  addresses: ReadonlySet<string>,
  isAsked: (row: number, place: Place) => boolean,
): Claim[] {
  if (addresses.size === 0) return []
  const reach = reachOf(scene)
  const methods = new Set(jam.map(({ site }) => site.receiver).filter(receiver => receiver !== ''))
  const framesOf = new Map<number, number[]>()
  for (const address of addresses)
    reach.eachSharing(address, (row, frame) => {
      if (!isAsked(row, scene.standing.places[scene.standing.place[row]])) return
      const known = framesOf.get(row)
      if (known) known.push(frame)
      else framesOf.set(row, [frame])
    })
  const claims: Claim[] = []
  for (const [row, at] of framesOf) {
    const place = scene.standing.places[scene.standing.place[row]]
    const passing = passingFrame(reach.frames(row), at, place, methods)
    const frame = passing ?? (isLockKind(place.wait.kind) ? undefined : place.site)
    if (frame) claims.push({ row, place, frame })
    else if (place.site && !jam.some(group => group.places.includes(place)))
      claims.push({ row, place, frame: place.site })
  }
  return claims
}
