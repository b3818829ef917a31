/**
 * Claims to a lock: which living goroutine has it, although it is not in the function that the others wait in.
 *
 *   value   it works on the value that the lock belongs to (the same pointer among its arguments), and is blocked itself,
 *           in a way in which no idle goroutine is: in a send, at another lock, for goroutines that it has started
 *   kin     no argument tells, but it waits for another lock in code that belongs together, and the other way round
 *   self    nobody else: one of the waiters is, further out on its own stack, in code that works on the lock's value
 *
 * A claim counts if it is the only one. Of goroutines that idle on the same value (a loop of its own, a reader of a
 * connection) none is accused, unless it began to wait at the very moment when the lock was shut.
 */
import { awaitedChildren } from './children.ts'
import { areTwoLocks, isField } from './doors.ts'
import type { Frame } from './frames.ts'
import type { Group } from './groups.ts'
import type { Inside } from './inside.ts'
import { typesOf } from './kin.ts'
import { isClosure, outerFunctions } from './names.ts'
import { reachOf } from './reach.ts'
import { roleOf } from './rw.ts'
import { isObserver, type Scene } from './scene.ts'
import { sleepersInside } from './sleepers.ts'
import type { Place } from './standing.ts'
import { couldHaveIt, goesRound, parkedAtShut } from './stay.ts'
import { shutNsOf } from './stillness.ts'
import { exactAddress, isAtWork, isLockKind, type WaitKind } from './waits.ts'

type Claim = { readonly row: number; readonly place: Place; readonly frame: Frame }

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
/** Who reads may well read from a remote. */
const READERS_MAY: ReadonlySet<WaitKind> = new Set<WaitKind>(['network', 'syscall'])

/** The goroutine with the only claim to the lock of a jam. */
export function claimOf(scene: Scene, jam: readonly Group[]): Inside | undefined {
  const waiters = new Set(jam.flatMap(group => [...group.rows]))
  // Who only waits has nothing, as long as one of the lock's own code has it, and comes back.
  if (sleepersInside(scene, jam, shutNsOf(scene, jam)).length > 0) return undefined
  const locks = new Set(jam.map(({ lock }) => lock).filter(lock => lock !== ''))
  const objects = jam.flatMap(({ places }) => places.slice(0, MAX_PLACES).map(({ object }) => object))
  const sharers = sharersOf(scene, jam, new Set([...locks, ...objects.filter(object => object !== '')]))
  const isOther = ({ row, place }: Claim) => !waiters.has(row) && mayHave(scene, jam, place)
  const others = sharers.filter(isOther)
  const kin = kinOf(scene, jam, waiters).filter(claim => mayBe(scene, jam, claim))
  // A function may have several locks among its arguments: who has this very one comes first.
  const byLock = byValue(scene, jam, sharersOf(scene, jam, locks).filter(isOther))
  const found = byLock ?? byValue(scene, jam, others) ?? crowdOf(jam, kin, 'kin') ?? only(kin, 'kin')
  if (found) return found
  // Somebody at work on the value may as well have it.
  if (others.some(({ place }) => isAtWork(place.wait.kind))) return undefined
  return selfOf(scene, jam, waiters, sharers, others.length === 0)
}

function only(claims: readonly Claim[], how: Inside['how']): Inside | undefined {
  return claims.length === 1 ? { ...claims[0], how } : undefined
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
  const blocked = others.filter(claim => isBlocked(claim) && mayBe(scene, jam, claim))
  if (blocked.length > 0) return crowdOf(jam, blocked, 'value') ?? only(blocked, 'value')
  const parked = others.filter(
    claim => MAYBE_IDLE.has(claim.place.wait.kind) && parkedAtShut(scene, jam, claim.row) && mayBe(scene, jam, claim),
  )
  return only(parked, 'value')
}

/** Waits that nothing is known of, or that have nothing to do with the program; and waits for the same lock. */
function mayHave(scene: Scene, jam: readonly Group[], place: Place): boolean {
  const { kind } = place.wait
  if (isObserver(place) || kind === 'system' || kind === 'accept' || kind === 'unknown') return false
  // The main goroutine may be there only to keep the program alive.
  if (kind === 'forever') return place.site?.function !== 'main.main'
  return !isLockKind(kind) || waitsForAnother(scene, jam, place)
}

/** Does one wait, for sure, for another lock than those of the jam? */
function waitsForAnother(scene: Scene, jam: readonly Group[], place: Place): boolean {
  const group = scene.lockGroups.find(other => other.places.includes(place))
  if (!group || jam.includes(group)) return false
  return jam.every(
    jammed =>
      group.kind !== jammed.kind ||
      (group.lock !== '' && jammed.lock !== '' && group.lock !== jammed.lock) ||
      areTwoLocks(group, jammed),
  )
}

/** Places of a jam that are looked at: a crowd comes from a few. */
const MAX_PLACES = 20

/** All that have one of these, the lock or the value that it belongs to, among the arguments of a frame of their own. */
function sharersOf(scene: Scene, jam: readonly Group[], addresses: ReadonlySet<string>): Claim[] {
  if (addresses.size === 0) return []
  const reach = reachOf(scene)
  const methods = new Set(jam.map(({ site }) => site.receiver).filter(receiver => receiver !== ''))
  const rows = new Set([...reach.sharing(addresses).values()].flat())
  const claims: Claim[] = []
  for (const row of rows) {
    const place = scene.standing.places[scene.standing.place[row]]
    // The outermost frame tells goroutines apart that share helpers; a method tells more than who only passes a value on.
    const pointers = reach
      .pointers(row)
      .filter(({ frame, address }) => addresses.has(address) && !frame.plumbing && frame !== place.site)
    const pointer = pointers.findLast(({ frame }) => methods.has(frame.receiver)) ?? pointers.at(-1)
    const frame = pointer?.frame ?? (isLockKind(place.wait.kind) ? undefined : place.site)
    if (frame) claims.push({ row, place, frame })
    else if (place.site && !jam.some(group => group.places.includes(place)))
      claims.push({ row, place, frame: place.site })
  }
  return claims
}

/**
 * Goroutines that wait for another lock in code that belongs to this one, where those that wait for this one are in code
 * that belongs to the other; or that wait for their own children in such code.
 */
function kinOf(scene: Scene, jam: readonly Group[], waiters: ReadonlySet<number>): Claim[] {
  const found = new Map<Place, Frame>()
  for (const place of scene.standing.places) {
    if (isObserver(place) || jam.some(group => group.places.includes(place))) continue
    const frame = isLockKind(place.wait.kind) ? crossing(scene, jam, place) : relative(jam[0], place)
    if (frame) found.set(place, frame)
  }
  if (found.size === 0) return []
  const { standing } = scene
  const claims: Claim[] = []
  for (let row = 0; row < standing.length && claims.length < MAX_CLAIMS; row++) {
    const place = standing.places[standing.place[row]]
    const frame = found.get(place)
    if (!frame || waiters.has(row) || standing.count[row] === 0) continue
    if (isLockKind(place.wait.kind) || isOnto(scene, jam, row, place, frame)) claims.push({ row, place, frame })
  }
  // A child that waits for children of its own does so for the one that started it.
  const ids = new Set(claims.map(({ row }) => standing.id[row]))
  return claims.filter(({ row }) => !ids.has(reachOf(scene).creatorId(row)))
}

const MAX_CLAIMS = 20

function wasSeenShut(scene: Scene, jam: readonly Group[]): boolean {
  return scene.trace !== undefined && jam.every(({ firstNs }) => firstNs > 0)
}

/** Waits for its children; or was seen to get stuck in a send, or as a reader in a read, when the lock was shut. */
function isOnto(scene: Scene, jam: readonly Group[], row: number, { wait: { kind } }: Place, frame: Frame): boolean {
  if (awaitedChildren(scene, row).length > 0) return true
  // Nobody saw when the lock was shut: one that sends, in a method of the type whose lock it is, is in the middle of it.
  if (kind === 'chan send' || kind === 'forever' || kind === 'waitgroup')
    return parkedAtShut(scene, jam, row) || (frame.receiver !== '' && !wasSeenShut(scene, jam))
  return drainsIn(jam) && READERS_MAY.has(kind) && scene.standing.sinceNs[row] > 0
}

/** The frame of one that waits for another lock in which it may have this one. */
function crossing(scene: Scene, jam: readonly Group[], place: Place): Frame | undefined {
  const other = scene.lockGroups.find(group => group.places.includes(place))
  const [group] = jam
  if (!other || !place.site || other.site === group.site || !isAlone(scene, other, place)) return undefined
  const twoTypes = other.site.receiver !== '' && other.site.receiver !== group.site.receiver
  const apart = waitsForAnother(scene, jam, place) || (twoTypes && group.site.receiver !== '')
  if (!apart) return undefined
  const frame = relative(group, place)
  return frame && leadsBack(scene, group, other) ? frame : undefined
}

/** A lock lets one in at a time: of several at a place none is the holder more than another. */
function isAlone({ standing }: Scene, { rows }: Group, place: Place): boolean {
  let alone = 0
  for (const row of rows) if (standing.places[standing.place[row]] === place) alone += standing.count[row]
  return alone === 1
}

/** Longer rings than this are none that people make. */
const MAX_RING = 6

/** Is a waiter of the second lock's line in code of the first one, or of a lock whose waiter is, and so on? */
function leadsBack(scene: Scene, group: Group, other: Group): boolean {
  let current = other
  for (let links = 0; links < MAX_RING; links++) {
    if (group.places.some(waiter => relative(current, waiter))) return true
    const next = scene.lockGroups.filter(
      each => each !== current && each.site !== current.site && each.places.some(place => relative(current, place)),
    )
    if (next.length !== 1) return false
    current = next[0]
  }
  return false
}

/** A frame of the lock's own type, or of the function that its line is written in; none where the values differ. */
function relative(group: Group, place: Place): Frame | undefined {
  const { site } = group
  const scopes = site.receiver === '' ? scopesOf(site.function) : undefined
  return place.frames.find((frame, i) => {
    if (frame.plumbing || !frame.own) return false
    if (!scopes) return frame.receiver === site.receiver && !differs(group, exactAddress(place.args?.[i]))
    return frame.receiver === '' && scopesOf(frame.function).some(name => scopes.includes(name))
  })
}

function differs({ lock, object }: Group, address: string): boolean {
  if (address === '' || (lock === '' && object === '')) return false
  return address !== object && !isField(lock, address)
}

/** A function with those that it is written in. */
function scopesOf(name: string): string[] {
  return [name, ...outerFunctions(name)]
}

/**
 * The waiter that is, further out, in a method on the lock's value; of a crowd that is, none. Closures tell nothing: whoever
 * made them may have locked before they began. `alone`: nobody else works on the value.
 */
function selfOf(
  scene: Scene,
  jam: readonly Group[],
  waiters: ReadonlySet<number>,
  sharers: readonly Claim[],
  alone: boolean,
): Inside | undefined {
  const methods = new Set(jam.map(({ site }) => site.receiver))
  const byValue = sharers.filter(
    ({ row, place, frame }) => waiters.has(row) && frame !== place.site && methods.has(frame.receiver),
  )
  const sure = byValue.length > 0
  const claims = (byValue.length > 0 ? byValue : selvesByKin(scene, jam, waiters)).filter(
    ({ place }) => place.site && !isClosure(place.site.function),
  )
  const called = claims.length === 0 && waiters.size === 1 ? calledBack(scene, jam, [...waiters]) : undefined
  if (called) return called
  const drains = drainsIn(jam)
  // What a goroutine began with may be its own loop, which locks and unlocks as it goes round.
  const inner = claims.filter(({ place, frame }) => frame !== place.frames.at(-1))
  const outer = (sure || drains) && alone ? claims.filter(({ row }) => !goesRound(scene, jam, row)) : []
  const best = inner.length > 0 ? inner : outer
  const readers = drains ? best.filter(({ place }) => roleOf(place) === 'reader') : []
  if (readers.length > 0) return { ...readers[0], how: 'self', sure, others: readers.slice(1).map(({ row }) => row) }
  // Of two writers at an upgrade each waits for the other's read lock, and for its own.
  if (drains && best.length === 2 && waiters.size === 2) return { ...best[0], how: 'self', sure, others: [best[1].row] }
  const self = only(best, 'self')
  return self && { ...self, sure }
}

/** The closure of a method waits, called by another method of that type, which neither made it nor is a closure itself. */
function calledBack(scene: Scene, [group]: readonly Group[], [row]: readonly number[]): Inside | undefined {
  const place = scene.standing.places[scene.standing.place[row]]
  const { site } = place
  if (!site || !isClosure(site.function)) return undefined
  const types = typesOf(site)
  const makers = outerFunctions(site.function)
  const from = place.frames.indexOf(site) + 1
  const frame = place.frames.find(
    (each, i) =>
      i >= from &&
      each.own &&
      types.includes(each.receiver) &&
      !isClosure(each.function) &&
      !makers.includes(each.function) &&
      !differs(group, exactAddress(place.args?.[i])),
  )
  return frame && frame !== place.frames.at(-1) ? { row, place, frame, how: 'self' } : undefined
}

/** Where no argument of a frame further out says that it works on another value, and nobody else waits in code of its kind. */
function selvesByKin(scene: Scene, jam: readonly Group[], waiters: ReadonlySet<number>): Claim[] {
  const outer = new Map<Place, Frame>()
  for (const place of jam.flatMap(group => group.places)) {
    const from = place.site ? place.frames.indexOf(place.site) + 1 : place.frames.length
    const rest = { ...place, frames: place.frames.slice(from), ...(place.args ? { args: place.args.slice(from) } : {}) }
    const frame = jam.map(group => relative(group, rest)).find(found => found !== undefined)
    if (frame) outer.set(place, frame)
  }
  const claims: Claim[] = []
  if (outer.size === 0 || scene.lockGroups.some(other => isRival(jam, other))) return claims
  for (const row of waiters) {
    const place = scene.standing.places[scene.standing.place[row]]
    const frame = outer.get(place)
    if (frame) claims.push({ row, place, frame })
  }
  return claims
}

/** Those that wait for another lock, or may do so, in code of the same kind may as well have this one. */
function isRival(jam: readonly Group[], other: Group): boolean {
  if (jam.includes(other) || (drainsIn(jam) && other.places.every(place => roleOf(place) === 'reader'))) return false
  return other.places.some(place => jam.some(group => relative(group, place) !== undefined))
}

/** Does a writer wait until the readers inside have left? */
function drainsIn(jam: readonly Group[]): boolean {
  return jam.some(group => group.places.some(place => roleOf(place) === 'draining'))
}
