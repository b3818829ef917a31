/**
 * Who listens for signals. os/signal keeps a goroutine for them, which the first call of Notify has started; whoever made
 * that call, or the main goroutine, mostly listens, and a program ends that way.
 */
import type { Scene } from '../scene/scene.ts'
import { waitsIdly } from './idle.ts'
import { reachOf } from './reach.ts'
import { beginsAtSite } from './unshown.ts'

const known = new WeakMap<Scene, ReadonlySet<number>>()

/** Ids of who may listen, or start those who do: the main goroutine, and who asked first; none where nobody listens. */
export function signalHearers(scene: Scene): ReadonlySet<number> {
  let hearers = known.get(scene)
  if (!hearers) {
    hearers = hearersIn(scene)
    known.set(scene, hearers)
  }
  return hearers
}

function hearersIn(scene: Scene): ReadonlySet<number> {
  const { standing } = scene
  const loop = standing.places.findIndex(({ frames }) => frames.some(frame => frame.function === 'os/signal.loop'))
  if (loop < 0) return new Set()
  return new Set([1, reachOf(scene).creatorId(standing.place.subarray(0, standing.length).indexOf(loop))])
}

/** Does it wait, in the function that it began with, and has asked for signals? */
export function hearsSignal(scene: Scene, row: number): boolean {
  const { id, place, places } = scene.standing
  const hearers = signalHearers(scene)
  if (Number.isNaN(id[row]) || !hearers.has(id[row]) || !waitsIdly(places[place[row]])) return false
  return places[place[row]].site?.function === 'main.main' || beginsAtSite(places[place[row]])
}
