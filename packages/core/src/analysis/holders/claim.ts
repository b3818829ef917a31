/** What claims to a lock are made of: code that belongs to the lock, and waits that are for another one. */
import { areTwoLocks, isField } from '../reach/doors.ts'
import type { Inside } from '../reach/inside.ts'
import { reachOf } from '../reach/reach.ts'
import { roleOf } from '../reach/rw.ts'
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import { outerFunctions } from '../scene/names.ts'
import type { Scene } from '../scene/scene.ts'
import type { Place } from '../scene/standing.ts'
import { exactAddress, type WaitKind } from '../scene/waits.ts'

/** One that may have a lock, and the frame in which it has it. */
export type Claim = { readonly row: number; readonly place: Place; readonly frame: Frame }

/** Who reads may well read from a remote. */
export const READERS_MAY: ReadonlySet<WaitKind> = new Set<WaitKind>(['network', 'syscall'])
export function waitersIn(jam: readonly Group[]): number {
  return jam.reduce((sum, { count }) => sum + count, 0)
}

/** Does anything tell the lock of these lines from another one that waiters there may wait for? */
export function isToldApart(jam: readonly Group[]): boolean {
  return jam.some(({ lock, object }) => lock !== '' || object !== '')
}

/** In a select of what it began with: mostly the loop of a value's own goroutine, which waits for its work. */
export function isLoop({ wait, frames, site }: Place): boolean {
  return wait.kind === 'select' && site?.own === true && frames.at(-1) === site
}

/** Called into somebody else's code, and waits there: for an answer. */
export function isLibraryCall({ frames, site }: Place): boolean {
  return site !== undefined && !site.own && frames.some(frame => frame.own)
}

/** Places of a jam that are looked at: a crowd comes from a few. */
export const MAX_PLACES = 20

export function only(claims: readonly Claim[], how: Inside['how']): Inside | undefined {
  return claims.length === 1 ? { ...claims[0], how } : undefined
}

/** Does one wait, for sure, for another lock than those of the jam? */
export function waitsForAnother(scene: Scene, jam: readonly Group[], place: Place): boolean {
  const group = scene.lockGroups.find(other => other.places.includes(place))
  if (!group || jam.includes(group)) return false
  return jam.every(
    jammed =>
      group.kind !== jammed.kind ||
      (group.lock !== '' && jammed.lock !== '' && group.lock !== jammed.lock) ||
      areTwoLocks(group, jammed),
  )
}

/** A frame of the lock's own type, or of the function that its line is written in; none where the values differ. */
export function relative(group: Group, place: Place): Frame | undefined {
  const { site } = group
  const scopes = site.receiver === '' ? scopesOf(site.function) : undefined
  return place.frames.find((frame, i) => {
    if (frame.plumbing || !frame.own) return false
    if (!scopes) return frame.receiver === site.receiver && !differs(group, exactAddress(place.args?.[i]))
    return frame.receiver === '' && scopesOf(frame.function).some(name => scopes.includes(name))
  })
}

export function differs({ lock, object }: Group, address: string): boolean {
  if (address === '' || (lock === '' && object === '')) return false
  return address !== object && !isField(lock, address)
}

/** A function with those that it is written in. */
function scopesOf(name: string): string[] {
  return [name, ...outerFunctions(name)]
}

/** Does a writer wait until the readers inside have left? */
export function drainsIn(jam: readonly Group[]): boolean {
  return jam.some(group => group.places.some(place => roleOf(place) === 'draining'))
}

/**
 * The same fault may have been met several times, by goroutines that somebody else started each time: of several, the one
 * that was started by who started a waiter. All of them where there is none, or more than one, or it is not known.
 */
export function ofOneStart<T extends { readonly row: number }>(
  scene: Scene,
  found: readonly T[],
  waiters: ReadonlySet<number>,
): readonly T[] {
  if (found.length < 2) return found
  const { creatorId } = reachOf(scene)
  if (found.some(({ row }) => Number.isNaN(creatorId(row)))) return found
  const starters = new Set([...waiters].slice(0, MAX_WAITERS).map(creatorId))
  const siblings = found.filter(({ row }) => starters.has(creatorId(row)))
  return siblings.length === 1 ? siblings : found
}

/** Waiters whose creators are looked at. */
const MAX_WAITERS = 50
