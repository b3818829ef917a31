/**
 * Waits on a nil channel: nobody can ever wake them, so no partner is looked for. `select {}` is no such wait: who writes
 * it wants to stay. The main goroutine in its main function may want that, too.
 */
import type { Finding } from '../diagnosis.ts'
import { ownFrame } from '../reach/idle.ts'
import { headOf, siteOf } from '../scene/finding.ts'
import type { Group } from '../scene/groups.ts'
import { isObserver, type Scene } from '../scene/scene.ts'
import { at, goroutines, verb } from '../scene/words.ts'

const NIL = /^chan (send|receive) \(nil chan\)/

export function nilChannelFindings(scene: Scene): Finding[] {
  return scene.groups.filter(group => isStuck(scene, group)).map(group => findingOf(scene, group))
}

function isStuck(scene: Scene, group: Group): boolean {
  const { kind, what, places, rows } = group
  if (kind !== 'forever' || !NIL.test(what)) return false
  const parked = rows.length === 1 && scene.standing.id[rows[0]] === 1 && group.site.function === 'main.main'
  return !parked && places.some(place => ownFrame(place) !== undefined && !isObserver(place))
}

function findingOf(scene: Scene, group: Group): Finding {
  const sends = group.what.startsWith('chan send')
  const caller = group.site.own ? undefined : ownFrame(group.places[0])
  const does = sends ? verb(group.count, 'send') : verb(group.count, 'receive')
  return {
    kind: sends ? 'chan send' : 'chan receive',
    cause: sends ? 'no-receiver' : 'no-sender',
    certainty: 'certain',
    ...headOf(scene, group),
    ...(caller ? { caller: siteOf(caller) } : {}),
    holder: { state: 'unknown' },
    evidence: [
      `${goroutines(group.count)} ${does} on a nil channel at ${at(group.site)}: that blocks for ever, whatever others do`,
      ...(caller ? [`called from ${at(caller)}`] : []),
    ],
    advice: caller
      ? 'the channel is nil: a context without an end has no Done channel, and a field that nobody has set is nil'
      : 'the channel is nil when it comes there: see where it should have been made, or why it was set to nil',
  }
}
