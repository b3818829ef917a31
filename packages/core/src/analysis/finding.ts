/** What every finding says of its waiters. */
import type { Finding } from './diagnosis.ts'
import type { Frame } from './frames.ts'
import type { Group } from './groups.ts'
import { idsOf, type Scene } from './scene.ts'

/** Site and waiters of a group. `stillNs` is what dumps tell of the wait; NaN: nothing. */
export function headOf(scene: Scene, group: Group, stillNs = Number.NaN): Pick<Finding, 'site' | 'waiters'> {
  const sinceStart = !scene.trace || group.firstNs === 0
  const longestNs = scene.trace ? scene.endNs - group.firstNs : stillNs
  return {
    site: siteOf(group.site),
    waiters: {
      count: group.count,
      goroutines: idsOf(scene.standing, group.rows),
      longestNs: Number.isNaN(longestNs) ? 0 : longestNs,
      sinceStart,
      ...(sinceStart ? {} : { sinceNs: group.firstNs }),
    },
  }
}

export function siteOf({ function: functionName, file, line }: Frame): Finding['site'] {
  return { function: functionName, file, line }
}
