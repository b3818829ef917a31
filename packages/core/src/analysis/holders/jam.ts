/** Who has the lock that a line waits for: the living goroutine inside of its section, or the one with the best claim. */

import { insideOfLine, jamOf } from '../reach/doors.ts'
import { type Inside, insideOf } from '../reach/inside.ts'
import { insideOnce } from '../reach/once.ts'
import type { Group } from '../scene/groups.ts'
import type { Scene } from '../scene/scene.ts'
import { claimOf } from './claims.ts'

export { insideOfLine, jamOf, locksSeveral, toldTogether } from '../reach/doors.ts'

/** The living goroutine inside of the critical section that any of the jam's lines leads to. `byNs`: of those that came where they are by then. */
export function holderInside(scene: Scene, group: Group, byNs?: number): Inside | undefined {
  if (group.kind === 'once') return calledOnce(scene, group)
  const jam = jamOf(scene, group)
  for (const jammed of jam) {
    const { standing } = scene
    const inside =
      byNs === undefined
        ? insideOfLine(scene, jammed)
        : insideOf(jammed, standing, row => !(standing.sinceNs[row] > byNs))
    if (inside) return inside
  }
  return claimed(scene, group)
}

/** Inside of the call of a Once that a group waits for. */
const calledOnce = onceALine(insideOnce)
const claimed = onceALine((scene, group) => claimOf(scene, jamOf(scene, group)))

/** Asked for again and again by chains: looked for once a line. */
function onceALine(find: (scene: Scene, group: Group) => Inside | undefined): typeof find {
  const answers = new WeakMap<Scene, Map<Group, Inside | undefined>>()
  return (scene, group) => {
    const known = answers.get(scene) ?? new Map<Group, Inside | undefined>()
    answers.set(scene, known)
    if (!known.has(group)) known.set(group, find(scene, group))
    return known.get(group)
  }
}
