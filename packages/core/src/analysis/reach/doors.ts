/**
 * A jam: all lines where goroutines wait for one lock. The address tells, where a dump shows it; else the value that the
 * lock is a field of, for readers and writers of an RWMutex, whose address recent Go does not show. From a trace alone a
 * line is a jam of its own, but for read and write locks (readers queue behind a writer that waits for a reader,
 * sync/rwmutex.go: the waits of both, in one package, are read together) and for methods of one type where crowds wait.
 */
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import type { Scene } from '../scene/scene.ts'
import { type Inside, insideOf, isBehind } from './inside.ts'
import { type Role, roleOf } from './rw.ts'
import { enteredNs } from './stay.ts'
import { shutNsOf } from './stillness.ts'

/** The groups that wait for the same lock as this one, itself first. */
export function jamOf(scene: Scene, group: Group): Group[] {
  const others = scene.lockGroups.filter(other => other.site !== group.site && sameLock(group, other))
  return [group, ...others]
}

/**
 * Of the other lines in a jam, those whose waiters are told of together with this one's: their lock is the same for sure,
 * or they are methods of one type.
 */
export function toldTogether(group: Group, jam: readonly Group[]): Group[] {
  return jam.filter(
    other =>
      other.site !== group.site &&
      (other.lock !== '' || other.site.receiver === group.site.receiver || sharesValue(group, other)),
  )
}

/** Does a line lock several locks, as those of the keys of a table? Addresses tell. */
export function locksSeveral(scene: Scene, { site, lock, object }: Group): boolean {
  return scene.lockGroups.some(other => other.site === site && (other.lock !== lock || other.object !== object))
}

/** A struct with a lock in it is smaller than this; what lies further behind an address is another value. */
const MAX_STRUCT = 4096n

/** Is the lock at this address a field of the value at that one? */
export function isField(lock: string, object: string): boolean {
  if (lock === '' || object === '') return false
  const offset = BigInt(lock) - BigInt(object)
  return offset >= 0n && offset < MAX_STRUCT
}

/** Values of a crowd that are looked at. */
const MAX_VALUES = 20

/** Is this frame in a method of the type that these wait in, and its receiver, `address`, none of theirs? */
export function isOfAnother(jam: readonly Group[], frame: Frame, address: string): boolean {
  if (address === '' || frame.receiver === '') return false
  const theirs = jam.filter(({ site }) => site.receiver === frame.receiver)
  const values = theirs.map(({ places }) => places.slice(0, MAX_VALUES).map(({ object }) => object))
  // One whose value is not shown may have this one.
  return values.length > 0 && values.every(of => of.every(object => object !== '' && object !== address))
}

function sharesValue(a: Group, b: Group): boolean {
  return a.object !== '' && a.object === b.object
}

function sameLock(a: Group, b: Group): boolean {
  if (a.lock !== '' && b.lock !== '') return a.lock === b.lock
  if (a.kind !== b.kind || areTwoLocks(a, b)) return false
  const together = (a.kind === 'rwmutex' && a.what !== b.what) || queuesBehind(a, b) || queuesBehind(b, a)
  if (sharesValue(a, b)) return together || isCrowded(a, b)
  // Two values of one type have a lock each, and may lie side by side.
  if (a.object !== '' && b.object !== '') {
    if (isSameType(a, b)) return false
  } else if (isField(a.lock, b.object) || isField(b.lock, a.object)) return true
  if (together && a.site.package === b.site.package) return true
  if (a.lock !== '' || b.lock !== '' || !isSameType(a, b)) return false
  return isCrowded(a, b) || (a.what === b.what && cameStraight(a) && cameStraight(b) && !isBehindOther(a, b))
}

/**
 * Did all waiters come straight to that line, none of them through another method of the type? Most types have one lock:
 * where no address tells, and nobody is inside, this is the one that waiters in another method want.
 */
function cameStraight({ places, site, lock, object }: Group): boolean {
  if (lock !== '' || object !== '') return false
  return places.every(({ frames }) =>
    frames.slice(frames.indexOf(site) + 1).every(frame => frame.receiver !== site.receiver),
  )
}

function isBehindOther(a: Group, b: Group): boolean {
  const inside = (one: Group, other: Group) => other.places.some(place => isBehind(one, place))
  return a.site.function === b.site.function || inside(a, b) || inside(b, a)
}

/**
 * Are these two locks for sure? Two writers that wait for readers: a second one would wait for the first. A reader that
 * came before a writer that waits for readers: it would have been let in.
 */
export function areTwoLocks(a: Group, b: Group): boolean {
  return (has(a, 'draining') && has(b, 'draining')) || cameBeforeWriter(a, b) || cameBeforeWriter(b, a)
}

function has({ places }: Group, role: Role): boolean {
  return places.some(place => roleOf(place) === role)
}

/** A writer shuts the door a moment before it is seen to wait. */
const SHUTS_NS = 10e6

function cameBeforeWriter(reader: Group, writer: Group): boolean {
  return has(reader, 'reader') && has(writer, 'draining') && reader.firstNs + SHUTS_NS < writer.firstNs
}

/** A writer that waits behind another one, and one that waits until the readers have left: that other one, most likely. */
function queuesBehind(a: Group, b: Group): boolean {
  return a.places.every(place => roleOf(place) === 'queued') && has(b, 'draining')
}

/** In two functions with one waiter each these may wait for each other; where a crowd waits, it waits for one lock. */
function isCrowded(a: Group, b: Group): boolean {
  return a.count > 1 && b.count > 1 && a.what === b.what && !isBehindOther(a, b)
}

/** Do both wait in methods of one type? */
export function isSameType(a: Group, b: Group): boolean {
  return a.site.receiver !== '' && a.site.receiver === b.site.receiver
}

/** Asked for again and again, by chains and suspicions; looking through all stacks once a line is enough. */
const answers = new WeakMap<Scene, Map<Group, Inside | undefined>>()

/** `insideOf` for one of the scene's groups, less those that came into the section when others waited for it already. */
export function insideOfLine(scene: Scene, group: Group): Inside | undefined {
  const known = answers.get(scene) ?? new Map<Group, Inside | undefined>()
  answers.set(scene, known)
  if (!known.has(group)) {
    const { trace, standing } = scene
    const shutNs = shutNsOf(scene, [group])
    const mayBe = (row: number, frame: Frame) => {
      const g = standing.traceRow[row]
      return !trace || g < 0 || !(enteredNs(trace, g, frame) > shutNs + SLACK_NS)
    }
    known.set(group, insideOf(group, standing, mayBe))
  }
  return known.get(group)
}

/** One that has just come in may take the lock before the one that was woken for it runs. */
const SLACK_NS = 20e6
