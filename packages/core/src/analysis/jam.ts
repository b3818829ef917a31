/**
 * A jam: all lines where goroutines wait for one lock. The address tells, where a dump shows it. Else a line is a jam of
 * its own, but for read and write locks: readers queue behind a writer that waits for a reader (sync/rwmutex.go), so the
 * waits of both, in one package, are read together.
 */
import type { Group } from './groups.ts'
import { type Inside, insideOf } from './inside.ts'
import type { Scene } from './scene.ts'
import { isLockKind } from './waits.ts'

/** The groups that wait for the same lock as this one, itself first. */
export function jamOf(scene: Scene, group: Group): Group[] {
  const others = scene.groups.filter(
    other => isLockKind(other.kind) && other.site !== group.site && sameLock(group, other),
  )
  return [group, ...others]
}

function sameLock(a: Group, b: Group): boolean {
  if (a.lock !== '' && b.lock !== '') return a.lock === b.lock
  return a.kind === 'rwmutex' && b.kind === 'rwmutex' && a.what !== b.what && a.site.package === b.site.package
}

/** The living goroutine inside of the critical section that any of the jam's lines leads to. */
export function holderInside(scene: Scene, group: Group, byNs?: number): Inside | undefined {
  for (const jammed of jamOf(scene, group)) {
    const inside = insideOf(jammed, scene.standing, byNs)
    if (inside) return inside
  }
  return undefined
}
