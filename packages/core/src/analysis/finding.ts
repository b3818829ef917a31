/** What every finding says of its waiters. */
import type { Finding } from './diagnosis.ts'
import type { Frame } from './frames.ts'
import type { Group } from './groups.ts'
import { idsOf, type Scene } from './scene.ts'

/** Site and waiters of a group. */
export function headOf(scene: Scene, group: Group): Pick<Finding, 'site' | 'waiters'> {
  const sinceStart = !scene.trace || group.firstNs === 0
  const tracedNs = scene.trace ? scene.endNs - group.firstNs : 0
  return {
    site: siteOf(group.site),
    waiters: {
      count: group.count,
      goroutines: idsOf(scene.standing, group.rows),
      // A dump's minutes reach back to before the trace; both are lower bounds.
      longestNs: sinceStart ? Math.max(tracedNs, minutesOf(scene, group) * MINUTE_NS) : tracedNs,
      sinceStart,
      ...(sinceStart ? {} : { sinceNs: group.firstNs }),
    },
  }
}

export const MINUTE_NS = 60e9

/** The longest wait in the group that a dump shows; 0: none is shown, which proves nothing. */
export function minutesOf(scene: Scene, group: Group): number {
  let most = 0
  for (const row of group.rows) if (scene.standing.minutes[row] > most) most = scene.standing.minutes[row]
  return most
}

export function siteOf({ function: functionName, file, line }: Frame): Finding['site'] {
  return { function: functionName, file, line }
}
