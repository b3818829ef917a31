/**
 * People show a few goroutines of a dump: those that they wonder about. Who could wake them is not among what is shown, so
 * nothing is concluded; but one that has waited for minutes in the middle of a call is worth a look.
 */
import { type Finding, type FindingKind, STRANDED_CAUSES } from '../diagnosis.ts'
import { FOR_OTHERS, ownFrame, waitsForOthers } from '../reach/idle.ts'
import { waitersSentence } from '../reach/stillness.ts'
import { isPicked } from '../reach/tests.ts'
import { beginsAtSite } from '../reach/unshown.ts'
import { headOf, minutesOf, siteOf } from '../scene/finding.ts'
import type { Group } from '../scene/groups.ts'
import type { Scene } from '../scene/scene.ts'
import type { Place } from '../scene/standing.ts'
import { at, goroutines, shortName, thousands } from '../scene/words.ts'

/** Of waits that none of these findings is about. */
export function excerptFindings(scene: Scene, known: readonly Finding[]): Finding[] {
  const { standing, groups } = scene
  if (!isPicked(scene)) return []
  const told = new Set(known.flatMap(({ waiters }) => waiters.goroutines))
  return groups
    .filter(group => FOR_OTHERS.has(group.kind) && group.places.every(isMidCall) && minutesOf(scene, group) >= 1)
    .filter(group => !group.rows.some(row => told.has(standing.id[row])))
    .map(group => findingOf(scene, group))
}

/** It has called others of its program to get there, and is not the main goroutine, which waits for the program's end. */
function isMidCall(place: Place): boolean {
  return waitsForOthers(place) && !beginsAtSite(place) && place.frames.at(-1)?.function !== 'main.main'
}

function findingOf(scene: Scene, group: Group): Finding {
  const caller = group.site.own ? undefined : ownFrame(group.places[0])
  return {
    kind: group.kind as FindingKind,
    cause: STRANDED_CAUSES[group.kind as FindingKind] ?? 'unknown',
    certainty: 'possible',
    ...headOf(scene, group),
    ...(caller ? { caller: siteOf(caller) } : {}),
    holder: { state: 'unknown' },
    evidence: [
      waitersSentence(group),
      ...(caller ? [`called from ${at(caller)}`] : []),
      `a dump shows a wait of at least ${thousands(minutesOf(scene, group))} min there`,
      `the dump is an excerpt of ${goroutines(scene.standing.length)}: who could end that wait may be among the others`,
    ],
    advice: `look in the whole dump for who else is in the package of ${shortName(group.site.function)}, and waits, too`,
  }
}
