/** What a holder waits for, and what holds that, to the end of the chain. */
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
  /** The chain came back to a line where it had been. */
  readonly cyclic: boolean
}

/** Longer chains than this tell nobody more. */
const MAX_LINKS = 8

/** `seen` holds the waiting lines that led to this holder. */
export function chainOf(scene: Scene, holder: Inside, seen: ReadonlySet<Frame>): Chain {
  const visited = new Set(seen)
  const parts: string[] = []
  const evidence: string[] = []
  let current: Inside | undefined = holder
  for (let links = 0; current && links < MAX_LINKS; links++) {
    const place: Place = current.place
    if (place.wait.kind === 'none') break
    const where: string = place.site ? ` in ${at(place.site)}` : ''
    const id: number = scene.standing.id[current.row]
    parts.push(
      links === 0
        ? `${place.wait.what}${where}`
        : `held by ${goroutine(id)}, which waits for ${place.wait.what}${where}`,
    )
    evidence.push(`${goroutine(id)} itself waits for ${place.wait.what}${where}`)
    if (!place.site || !isLockKind(place.wait.kind)) break
    if (visited.has(place.site)) return { text: parts.join(', '), evidence, cyclic: true }
    visited.add(place.site)
    const group: Group | undefined = scene.lockGroups.find(g => g.places.includes(place))
    current = group && holderInside(scene, group)
  }
  return { text: parts.join(', '), evidence, cyclic: false }
}
