/**
 * Locks that are handed on, and cost: many goroutines wait long for a lock that moves. Slow, no hang. A trace tells it by
 * the waits that ended; what counts as a cost stands in `isCostly`, in figures, as a busy lock is nothing wrong.
 */
import type { Finding } from '../diagnosis.ts'
import { insideOfLine } from '../holders/jam.ts'
import { headOf, siteOf } from '../scene/finding.ts'
import type { Group } from '../scene/groups.ts'
import type { LockUse } from '../scene/locks.ts'
import { idsOf, type Scene } from '../scene/scene.ts'
import { at, duration, goroutine, goroutines, shortName, thousands, verb } from '../scene/words.ts'

/** Waits at the lines of one lock, those that were not over when the trace ended among them. */
type Costs = {
  readonly uses: readonly LockUse[]
  readonly groups: readonly Group[]
  readonly ended: number
  readonly waits: number
  readonly waitedNs: number
  readonly longestNs: number
}

/** One finding for each lock that is handed on and yet costs; `told` are lines that other findings are about. */
export function contentionFindings(scene: Scene, told: readonly Finding[]): Finding[] {
  if (!scene.trace) return []
  const lines = new Set(told.map(({ site }) => `${site.function} ${site.file}:${site.line}`))
  return costsOf(scene)
    .filter(costs => isCostly(costs, scene.endNs))
    .filter(({ uses }) => !uses.some(({ site }) => lines.has(`${site.function} ${site.file}:${site.line}`)))
    .map(costs => findingOf(scene, costs))
}

/**
 * A lock costs where waits of a length that people notice are the rule, and several goroutines stand there all the time:
 * twenty waits of 100 ms with three waiting at a time, or five waits of 500 ms with two. Thousands of short waits do not.
 */
function isCostly({ ended, waits, waitedNs }: Costs, durationNs: number): boolean {
  const meanNs = waitedNs / waits
  const atATime = waitedNs / durationNs
  return (ended >= 20 && meanNs >= 100e6 && atATime >= 3) || (ended >= 5 && meanNs >= 500e6 && atATime >= 2)
}

/** Lines in methods of one type are taken for lines of one lock. */
function costsOf(scene: Scene): Costs[] {
  const byLock = new Map<string, LockUse[]>()
  for (const use of scene.uses.bySite.values()) {
    const { site } = use
    const key = site.receiver === '' ? `${site.function} ${site.file}` : site.receiver
    byLock.set(key, [...(byLock.get(key) ?? []), use])
  }
  return [...byLock.values()].map(uses => costsOfLines(scene, uses))
}

function costsOfLines(scene: Scene, unsorted: readonly LockUse[]): Costs {
  const uses = [...unsorted].sort((a, b) => b.waitedNs - a.waitedNs)
  const groups = scene.lockGroups.filter(group => uses.some(({ site }) => site === group.site))
  const ended = uses.reduce((sum, { waits }) => sum + waits, 0)
  let waits = ended
  let waitedNs = uses.reduce((sum, use) => sum + use.waitedNs, 0)
  let longestNs = Math.max(...uses.map(use => use.longestNs))
  for (const { rows } of groups) {
    for (const row of rows) {
      const ns = scene.endNs - scene.standing.sinceNs[row]
      if (!(ns >= 0)) continue
      waits++
      waitedNs += ns
      longestNs = Math.max(longestNs, ns)
    }
  }
  return { uses, groups, ended, waits, waitedNs, longestNs }
}

function findingOf(scene: Scene, { uses, groups, ended, waits, waitedNs, longestNs }: Costs): Finding {
  const [{ site, kind }] = uses
  const inside = groups.map(group => insideOfLine(scene, group)).find(found => found !== undefined)
  const rows = groups.flatMap(group => [...group.rows])
  const head = groups.length > 0 ? headOf(scene, groups[0], groups.slice(1)).waiters : undefined
  const id = inside ? scene.standing.id[inside.row] : Number.NaN
  const does =
    inside && inside.place.wait.kind !== 'none'
      ? `${inside.place.wait.what}${inside.place.site ? ` in ${at(inside.place.site)}` : ''}`
      : ''
  return {
    kind,
    cause: 'contention',
    certainty: 'likely',
    site: siteOf(site),
    waiters: {
      count: rows.length,
      goroutines: idsOf(scene.standing, rows),
      longestNs,
      sinceStart: head?.sinceStart ?? false,
      ...(head?.sinceNs === undefined ? {} : { sinceNs: head.sinceNs }),
    },
    holder: inside
      ? {
          state: inside.place.wait.kind === 'none' ? 'running' : 'waiting',
          ...(Number.isNaN(id) ? {} : { goroutine: id }),
          function: inside.frame.function,
          ...(does === '' ? {} : { waitsFor: does }),
        }
      : { state: 'unknown' },
    evidence: [
      rows.length > 0
        ? `${goroutines(rows.length)} ${verb(rows.length, 'wait')} for that lock when the trace ends`
        : 'nobody waits for that lock when the trace ends',
      `${thousands(waits)} waits for the lock in ${at(site)}${uses.length > 1 ? ` and ${uses.length - 1} more lines of its type` : ''} took ${duration(waitedNs / waits)} on average, ${duration(longestNs)} at most`,
      `${(waitedNs / scene.endNs).toFixed(1)} goroutines waited there at a time, over the ${duration(scene.endNs)} of the trace`,
      `it moves: ${thousands(ended)} were let in, one every ${duration(scene.endNs / ended)}`,
      ...(inside && does !== ''
        ? [`${goroutine(id)} is behind that line when the trace ends, and waits for ${does}`]
        : []),
    ],
    advice: `shorten what ${shortName(inside?.frame.function ?? site.function)} does with the lock held, or give each part of the data a lock of its own`,
  }
}
