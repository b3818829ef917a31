/** What every finding says of its waiters. */
import type { Finding } from '../diagnosis.ts'
import type { Frame } from './frames.ts'
import type { Group } from './groups.ts'
import { idsOf, type Scene } from './scene.ts'
import type { Place } from './standing.ts'
import { at, goroutines, verb } from './words.ts'

/** Site of a group, and its waiters with those that wait for the same at other lines (`more`). */
export function headOf(scene: Scene, group: Group, more: readonly Group[] = []): Pick<Finding, 'site' | 'waiters'> {
  const groups = [group, ...more]
  const firstNs = Math.min(...groups.map(each => each.firstNs))
  const sinceStart = !scene.trace || firstNs === 0
  const tracedNs = scene.trace ? scene.endNs - firstNs : 0
  return {
    site: siteOf(group.site),
    waiters: {
      count: groups.reduce((count, each) => count + each.count, 0),
      goroutines: idsOf(scene.standing, more.length === 0 ? group.rows : groups.flatMap(each => [...each.rows])),
      // A dump's minutes reach back to before the trace; both are lower bounds.
      longestNs: sinceStart ? Math.max(tracedNs, ...groups.map(each => minutesOf(scene, each) * MINUTE_NS)) : tracedNs,
      sinceStart,
      ...(sinceStart ? {} : { sinceNs: firstNs }),
    },
  }
}

/** Where all of them come from whose lock belongs to others' code, or is one that the program made: it is waited for there. */
export function withCaller(finding: Finding, { site, places }: Group): Finding {
  if (site.own && !LOCKING.test(site.function)) return finding
  const callers = new Set(places.slice(0, MAX_PLACES).map(callerIn))
  const [caller] = callers
  if (callers.size !== 1 || !caller) return finding
  const [who, ...rest] = finding.evidence
  return { ...finding, caller: siteOf(caller), evidence: [who, `called from ${at(caller)}`, ...rest] }
}

function callerIn({ frames, site }: Place): Frame | undefined {
  const from = site ? frames.indexOf(site) + 1 : frames.length
  return frames.find((frame, i) => i >= from && frame.own && !LOCKING.test(frame.function))
}

/** Methods that lock as those of Go's locks do. */
const LOCKING = /\)?\.(?:R|Try|TryR)?Lock$/
const MAX_PLACES = 20

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

/** What is told of the other lines where goroutines wait for the same lock. */
export function behind(group: Group): string {
  return `${goroutines(group.count)} more ${verb(group.count, 'wait')} for it in ${group.what} at ${at(group.site)}`
}
