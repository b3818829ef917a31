/**
 * A dump that is cut (Go gives up at 64 MiB) shows a crowd at a lock, and not who has it: that one may be among those that
 * are lost. Another form of the dump, which counts all, shows at which lines these are.
 */
import type { Dump } from '../../dump/tables.ts'
import type { Finding } from '../diagnosis.ts'
import type { Group } from '../scene/groups.ts'
import { isObserver, type Scene } from '../scene/scene.ts'
import { standingOfDump } from '../scene/standing.ts'
import { at, goroutines, shortName } from '../scene/words.ts'
import { ownFrame } from './idle.ts'
import { haveTypeInCommon } from './kin.ts'

/**
 * No lock that moves has so many waiters, but for the moment in which they all come: one that lets in a goroutine each
 * millisecond needs a second for them.
 */
export const CROWD = 1000
/** Named in the evidence. */
const MAX_NAMED = 3

export function isCut({ problems }: Dump): boolean {
  return problems.some(({ cut }) => cut)
}

/** Does nothing but a cut text tell who stands where? */
export function isPartOnly({ trace, dumpTables }: Scene): boolean {
  const texts = dumpTables.filter(({ form }) => form === 'debug2')
  return trace === undefined && texts.length > 0 && texts.every(isCut)
}

export function crowdSize(groups: readonly Group[]): number {
  return groups.reduce((count, group) => count + group.count, 0)
}

/** What is said of a lock whose holder the text does not show. `sure`: it was seen not to move. */
export function lostVerdict(
  scene: Scene,
  groups: readonly Group[],
  sure: boolean,
): Pick<Finding, 'cause' | 'certainty' | 'holder' | 'evidence' | 'advice'> {
  const [{ site }] = groups
  const beyond = beyondCut(scene, groups)
  const ask =
    beyond.length > 0 ? '' : ': take /debug/pprof/goroutine?debug=1 as well, which has all of them, in few bytes, and'
  return {
    cause: 'unknown',
    certainty: sure || crowdSize(groups) >= CROWD ? 'likely' : 'possible',
    holder: { state: 'unknown' },
    evidence: ['the dump is cut, and in what is left nobody has the lock: one of those that are lost may', ...beyond],
    advice: `see who of the lost goroutines is in code of ${site.receiver === '' ? shortName(site.function) : site.receiver}, and waits for something else${ask === '' ? '' : `${ask} give both to unhang`}`,
  }
}

/** Places of the program's own that another form shows and the cut text does not, methods of the lock's type first. */
function beyondCut({ dumpTables, book, standing }: Scene, groups: readonly Group[]): string[] {
  const whole = dumpTables.findLast(dump => dump.form !== 'debug2' && !isCut(dump))
  if (!whole) return []
  const lines = new Set(standing.places.map(place => ownFrame(place)))
  const all = standingOfDump(whole, book)
  const counts = new Array<number>(all.places.length).fill(0)
  for (let row = 0; row < all.length; row++) counts[all.place[row]] += all.count[row]
  const found = all.places.flatMap((place, i) => {
    const own = ownFrame(place)
    if (!own || counts[i] === 0 || lines.has(own) || isObserver(place)) return []
    return [{ own, what: place.wait.what, count: counts[i], near: haveTypeInCommon(place, groups[0].places[0]) }]
  })
  return found
    .sort((a, b) => Number(b.near) - Number(a.near) || a.count - b.count)
    .slice(0, MAX_NAMED)
    .map(
      ({ own, what, count, near }) =>
        `the other form of the dump shows ${goroutines(count)} that the text has lost, in ${at(own)}${what === '' ? '' : `: ${what}`}${near ? `; ${count === 1 ? 'it works' : 'they work'} on the lock's own type` : ''}`,
    )
}
