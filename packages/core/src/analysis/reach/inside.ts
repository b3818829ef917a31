/**
 * Which living goroutine may stand inside of the critical section that others wait to enter: it has the locking
 * function on its stack behind the waiting line, or shares the way there and went on.
 *
 *   waiter   Lock ‹ main.transfer:26 ‹ main.handler:40 ‹ …       26 is the site
 *   inside   Read ‹ main.ask:9 ‹ main.transfer:31 ‹ …            same function, later line: it has got past the lock
 *   inside   Read ‹ main.ask:9 ‹ main.handler:44 ‹ …             a caller went on: the lock was taken by a callee of it
 *
 * Who has the lock without being in that function is found by what it works on: see `claims.ts`.
 */
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import type { Place, Standing } from '../scene/standing.ts'
import { exactAddress, type WaitKind } from '../scene/waits.ts'

export type Inside = {
  /** Row in the standing. */
  readonly row: number
  readonly place: Place
  /** Its frame in the critical section. */
  readonly frame: Frame
  /** As drawn above; the others are those of `claims.ts`, `once.ts`, `mutual.ts` and `rings.ts`. */
  readonly how: 'function' | 'caller' | 'value' | 'call' | 'kin' | 'self' | 'once' | 'mutual' | 'ring'
  /** Of `self`: arguments show that it is the very value. */
  readonly sure?: boolean
  /** More that are inside as it is: readers share a lock. */
  readonly others?: readonly number[]
  /** Of `ring`: who has which lock, from this one to the waiter that it began with. */
  readonly ring?: readonly Inside[]
}

/** A caller further away shares the way for other reasons: every request of a server comes from the same loop. */
const MAX_CALLERS = 3
/** Of the ways that lead to the waiting line, a few show where a caller may have gone on. */
const MAX_WAYS = 10

/**
 * The one goroutine that may stand inside; undefined where there is none, or several that cannot all be. `mayBe`: what else
 * is known of those that stand there.
 */
export function insideOf(
  group: Group,
  standing: Standing,
  mayBe: (row: number, frame: Frame) => boolean = () => true,
): Inside | undefined {
  const found = candidatesOf(group, standing.places)
  if (found.size === 0) return undefined
  const rowsOf = new Map<Place, number[]>()
  for (let row = 0; row < standing.length; row++) {
    const place = standing.places[standing.place[row]]
    const inside = found.get(place)
    if (inside && mayBe(row, inside.frame)) rowsOf.set(place, [...(rowsOf.get(place)?.slice(0, 1) ?? []), row])
  }
  const insiders: Inside[] = []
  const perLine = new Map<Frame, number>()
  for (const [place, rows] of rowsOf) {
    const { frame, how } = found.get(place)!
    perLine.set(frame, (perLine.get(frame) ?? 0) + Math.max(rows.length, standing.count[rows[0]]))
    insiders.push({ row: rows[0], place, frame, how })
  }
  // A lock lets one in at a time: where two stand on a line and wait, that line lies behind the unlock.
  const alone = insiders.filter(({ place, frame }) => place.wait.kind === 'none' || perLine.get(frame) === 1)
  return alone.find(({ how }) => how === 'function') ?? alone[0]
}

export type Crowd = { readonly frame: Frame; readonly place: Place; readonly rows: number[]; count: number }

/**
 * Lines behind the one that locks, in the same function, where two or more stand and wait. That line lies behind the
 * unlock, or each of them has a lock of its own: one for each key, or for each part of a table.
 */
export function crowdsInside(group: Group, standing: Standing): Crowd[] {
  const crowds = new Map<Frame, Crowd>()
  const own = new Set(group.places)
  const frames = standing.places.map(place =>
    own.has(place) || place.wait.kind === 'system' || place.wait.kind === 'none' ? undefined : inFunction(group, place),
  )
  for (let row = 0; row < standing.length; row++) {
    const found = frames[standing.place[row]]
    if (!found) continue
    const { frame } = found
    const crowd = crowds.get(frame) ?? { frame, place: standing.places[standing.place[row]], rows: [], count: 0 }
    crowd.rows.push(row)
    crowd.count += standing.count[row]
    crowds.set(frame, crowd)
  }
  return [...crowds.values()].filter(({ count }) => count > 1)
}

type Found = { readonly frame: Frame; readonly how: Inside['how'] }

function candidatesOf(group: Group, places: readonly Place[]): Map<Place, Found> {
  const found = new Map<Place, Found>()
  const own = new Set(group.places)
  for (const place of places) {
    if (own.has(place) || place.frames.length === 0) continue
    if (place.wait.kind === 'system') continue
    const inside = inFunction(group, place) ?? inCaller(group, place)
    if (inside) found.set(place, inside)
  }
  return found
}

function inFunction(group: Group, place: Place): Found | undefined {
  const { site } = group
  for (const [i, frame] of place.frames.entries()) {
    // A closure that the function calls has the function's own frame below it; one that is a goroutine of its own has not.
    if (frame.function !== site.function || frame.file !== site.file) continue
    // The newest stack of one that runs may be from before the lock, or from the very wait for it: it may be past now.
    if (frame.line <= site.line && place.wait.kind !== 'none') continue
    if (differ(argOf(group.places[0], site), place.args?.[i])) continue
    return { frame, how: 'function' }
  }
  return undefined
}

function inCaller(group: Group, place: Place): Found | undefined {
  // A caller that waits for work in its own code has as likely done with the callee, lock and all; and who comes for the
  // same lock again, most likely so.
  if (place.site?.own && IDLE.has(place.wait.kind)) return undefined
  if (group.lock !== '' && place.lock === group.lock) return undefined
  if (isOfSameType(group, place)) return undefined
  for (const waiter of group.places.slice(0, MAX_WAYS)) {
    const fork = forkOf(waiter.frames, place.frames)
    if (!fork || fork.went.line <= fork.stayed.line || fork.stayed === group.site) continue
    const callers = waiter.frames.indexOf(fork.stayed) - waiter.frames.indexOf(group.site)
    const near = callers > 0 && callers <= MAX_CALLERS
    if (near && (fork.stayed.own || fork.stayed.package === group.site.package))
      return { frame: fork.went, how: 'caller' }
  }
  return undefined
}

/** Does it wait for a lock of the same type, which no address tells from this one, in another method? */
function isOfSameType({ site, kind, lock }: Group, place: Place): boolean {
  const { receiver } = site
  return receiver !== '' && place.site?.receiver === receiver && place.wait.kind === kind && !(lock && place.lock)
}

const IDLE: ReadonlySet<WaitKind> = new Set<WaitKind>(['chan receive', 'select', 'cond', 'sleep', 'forever', 'accept'])

/** Has this place the locking function on its stack behind the waiting line, as in the drawing's first case? */
export function isBehind(group: Group, place: Place): boolean {
  return inFunction(group, place) !== undefined
}

/** Where two stacks, compared from their roots, stand in one function at different lines. */
export function forkOf(stayed: readonly Frame[], went: readonly Frame[]): { stayed: Frame; went: Frame } | undefined {
  let a = stayed.length - 1
  let b = went.length - 1
  while (a >= 0 && b >= 0 && stayed[a] === went[b]) {
    a--
    b--
  }
  if (a < 0 || b < 0 || stayed[a].function !== went[b].function) return undefined
  return { stayed: stayed[a], went: went[b] }
}

export function argOf(place: Place, frame: Frame): string | undefined {
  return place.args?.[place.frames.indexOf(frame)]
}

function differ(a: string | undefined, b: string | undefined): boolean {
  const left = exactAddress(a)
  const right = exactAddress(b)
  return left !== '' && right !== '' && left !== right
}
