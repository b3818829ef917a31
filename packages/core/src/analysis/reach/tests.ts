/**
 * Tests, and what people show of a dump. A test's function does one piece of work, and does not idle; nor does what it has
 * started for that, once it has given up waiting.
 */
import { MINUTE_NS } from '../scene/finding.ts'
import type { Scene } from '../scene/scene.ts'
import { givesUp, isOfTest, type Waiter } from './idle.ts'
import { listsAll, reachOf } from './reach.ts'

/** Goroutines that somebody picks by hand. */
const MAX_PICKED = 12

/** Is this a part of a dump, small enough to be chosen by somebody who wondered about just these? */
export function isPicked(scene: Scene): boolean {
  const { trace, dumps, standing } = scene
  return !trace && dumps.length === 1 && standing.length <= MAX_PICKED && !listsAll(scene)
}

/**
 * Is it a test's own goroutine, of which somebody shows that it does not go on, by minutes, by a part of a dump, or by a
 * test that gave up; or was it started by that one? A select may have the test's time-out among its cases.
 */
export function testsIn(scene: Scene): (waiter: Waiter) => boolean {
  if (scene.trace) return () => false
  const { givenUp } = reachOf(scene)
  const shows = isPicked(scene) || scene.standing.places.some(givesUp)
  return ({ row, place, stillNs }) => {
    if (place.wait.kind === 'select') return false
    return (isOfTest(place) && (shows || stillNs >= MINUTE_NS)) || (shows && givenUp(row))
  }
}
