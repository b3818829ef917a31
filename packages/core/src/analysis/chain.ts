/** What a holder waits for, and what holds that, to the end of the chain. */
import { awaitedChildren, childrenClause } from './children.ts'
import type { Frame } from './frames.ts'
import type { Group } from './groups.ts'
import type { Inside } from './inside.ts'
import { holderInside } from './jam.ts'
import type { Scene } from './scene.ts'
import type { Place } from './standing.ts'
import { isLockKind } from './waits.ts'
import { at, goroutine } from './words.ts'

export type Chain = {
  /** "chan receive in main.ask (main.go:9)"; '' where the first holder runs. */
  readonly text: string
  readonly evidence: readonly string[]
  /** Where it comes back to: to a line or goroutine where it had been, or to the very goroutine that waits. */
  readonly circle: 'none' | 'locks' | 'self'
  /** Rows in the standing of the holders along it. */
  readonly rows: readonly number[]
}

/** Longer chains than this tell nobody more. */
const MAX_LINKS = 8

/** `seen` holds the waiting lines that led to this holder. */
export function chainOf(scene: Scene, holder: Inside, seen: ReadonlySet<Frame>): Chain {
  const visited = new Set(seen)
  const rows: number[] = []
  const parts: string[] = []
  const evidence: string[] = []
  const chain = (circle: Chain['circle']): Chain => ({ text: parts.join(', '), evidence, circle, rows })
  let current: Inside | undefined = holder
  for (let links = 0; current && links < MAX_LINKS; links++) {
    const place: Place = current.place
    if (rows.includes(current.row))
      return chain(rows.at(-1) === current.row && (current.how === 'self' || isSameLock(current)) ? 'self' : 'locks')
    rows.push(current.row)
    if (place.wait.kind === 'none') break
    const where: string = place.site ? ` in ${at(place.site)}` : ''
    const who: string = goroutine(scene.standing.id[current.row])
    const children = childrenClause(scene, awaitedChildren(scene, current.row))
    const waits = `${place.wait.what}${where}${children === '' ? '' : ` ${children}`}`
    parts.push(links === 0 ? waits : `held by ${who}, which waits for ${waits}`)
    evidence.push(`${who} itself waits for ${waits}`)
    if (!place.site || !isLockKind(place.wait.kind)) break
    if (current.how === 'self') return chain('self')
    // Where addresses tell locks apart, a line may be met twice on the way.
    if (place.lock === '' && visited.has(place.site)) return chain('locks')
    visited.add(place.site)
    const group: Group | undefined = scene.lockGroups.find(g => g.places.includes(place))
    current = group && holderInside(scene, group)
  }
  return chain('none')
}

/**
 * Lines of readers and of a writer are taken for those of one lock where no dump shows addresses. That one goroutine waits
 * for itself is only said where both lines are methods of one type, or functions of one package.
 */
function isSameLock({ place, frame }: Inside): boolean {
  if (place.lock !== '' || !place.site) return true
  return place.site.receiver === frame.receiver && place.site.package === frame.package
}
