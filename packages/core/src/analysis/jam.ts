/**
 * A jam: all lines where goroutines wait for one lock. The address tells, where a dump shows it. Else a line is a jam of
 * its own, but for read and write locks: readers queue behind a writer that waits for a reader (sync/rwmutex.go), so the
 * waits of both, in one package, are read together.
 */
import type { Group } from './groups.ts'
import { type Inside, insideOf } from './inside.ts'
import type { Scene } from './scene.ts'

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
    other => other.site !== group.site && (other.lock !== '' || other.site.receiver === group.site.receiver),
  )
}

/** Does a line lock several locks, as those of the keys of a table? Addresses tell. */
export function locksSeveral(scene: Scene, { site, lock }: Group): boolean {
  return scene.lockGroups.some(other => other.site === site && other.lock !== lock)
}

function sameLock(a: Group, b: Group): boolean {
  if (a.lock !== '' && b.lock !== '') return a.lock === b.lock
  return a.kind === 'rwmutex' && b.kind === 'rwmutex' && a.what !== b.what && a.site.package === b.site.package
}

/** The living goroutine inside of the critical section that any of the jam's lines leads to; `byNs` as in `insideOf`. */
export function holderInside(scene: Scene, group: Group, byNs?: number): Inside | undefined {
  for (const jammed of jamOf(scene, group)) {
    const inside = byNs === undefined ? insideOfLine(scene, jammed) : insideOf(jammed, scene.standing, byNs)
    if (inside) return inside
  }
  return undefined
}

/** Asked for again and again, by chains and suspicions; looking through all stacks once a line is enough. */
const answers = new WeakMap<Scene, Map<Group, Inside | undefined>>()

/** `insideOf` for one of the scene's groups. */
export function insideOfLine(scene: Scene, group: Group): Inside | undefined {
  const known = answers.get(scene) ?? new Map<Group, Inside | undefined>()
  answers.set(scene, known)
  if (!known.has(group)) known.set(group, insideOf(group, scene.standing))
  return known.get(group)
}
