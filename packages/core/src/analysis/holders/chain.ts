/** What a holder waits for, and what holds that, to the end of the chain. */
import { awaitedChildren, childrenClause } from '../reach/children.ts'
import type { Inside } from '../reach/inside.ts'
import { isPassedOver } from '../reach/stillness.ts'
import type { Group } from '../scene/groups.ts'
import type { Scene } from '../scene/scene.ts'
import { isLockKind } from '../scene/waits.ts'
import { at, goroutine } from '../scene/words.ts'
import { holderInside } from './jam.ts'

export type Chain = {
  /** "chan receive in main.ask (main.go:9)"; '' where the first holder runs. */
  readonly text: string
  readonly evidence: readonly string[]
  /**
   * Does it close? `here`: with one that waits for the very lock that it begins with; `beyond`: among those further on;
   * `children`: with goroutines that the last one waits for, and that wait for that lock.
   */
  readonly circle: 'none' | 'here' | 'beyond' | 'children'
  /** The last holder, and the locks that those on the way wait for. */
  readonly end: Inside
  readonly locks: readonly Group[]
}

/** Longer chains than this tell nobody more. */
const MAX_LINKS = 8

/** From the holder of the lock that `lines` wait for. */
export function chainOf(scene: Scene, holder: Inside, lines: readonly Group[]): Chain {
  const rows: number[] = []
  const groups: Group[] = []
  const parts: string[] = []
  const evidence: string[] = []
  let end = holder
  const chain = (circle: Chain['circle']): Chain => ({
    text: parts.join(', '),
    evidence,
    circle,
    end,
    locks: groups,
  })
  let current: Inside | undefined = holder
  for (let links = 0; current && links < MAX_LINKS; links++) {
    const { row, place }: Inside = current
    const met = rows.indexOf(row)
    if (met >= 0)
      return chain(
        lines.some(({ rows: waiters }) => rows.slice(met).some(each => waiters.includes(each))) ? 'here' : 'beyond',
      )
    rows.push(row)
    end = current
    if (place.wait.kind === 'none') break
    const where: string = place.site ? ` in ${at(place.site)}` : ''
    const who: string = goroutine(scene.standing.id[row])
    const awaited = awaitedChildren(scene, row)
    const children = childrenClause(scene, awaited)
    const waits = `${place.wait.what}${where}${children === '' ? '' : ` ${children}`}`
    parts.push(links === 0 ? waits : `held by ${who}, which waits for ${waits}`)
    evidence.push(`${who} itself waits for ${waits}`)
    if (awaited.length > 0 && awaited.every(child => lines.some(({ rows: waiters }) => waiters.includes(child))))
      return chain('children')
    if (!place.site || !isLockKind(place.wait.kind)) break
    const group: Group | undefined = scene.lockGroups.find(each => each.places.includes(place))
    const again = group && !holder.ring && [...lines, ...groups].find(each => isSameDoor(each, group))
    if (again) return chain(lines.includes(again) ? 'here' : 'beyond')
    if (group) groups.push(group)
    current = holder.ring ? holder.ring[(links + 1) % holder.ring.length] : group && holderOf(scene, group)
  }
  return chain('none')
}

/** Where the line locks several locks, one that came later is inside of another. */
function holderOf(scene: Scene, group: Group): Inside | undefined {
  return holderInside(scene, group, isPassedOver(scene, group) ? group.firstNs : undefined)
}

/** The same line: where addresses tell locks apart it may be met twice on the way; where none do, it is the same lock. */
function isSameDoor(a: Group, b: Group): boolean {
  return a.site === b.site && a.lock === '' && b.lock === '' && a.object === b.object
}
