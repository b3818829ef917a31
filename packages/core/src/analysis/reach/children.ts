/**
 * Goroutines that one waits for which it has started itself: a WaitGroup, or a channel on which they are to answer. Who
 * has living children, started in a function that it still is in, does not idle: it waits for them.
 */

import type { Scene } from '../scene/scene.ts'
import type { WaitKind } from '../scene/waits.ts'
import { at, thousands } from '../scene/words.ts'
import { reachOf } from './reach.ts'

const FOR_OTHERS: ReadonlySet<WaitKind> = new Set<WaitKind>([
  'waitgroup',
  'chan receive',
  'select',
  'cond',
  'semaphore',
])

/** Rows of the living goroutines that this one has started in a function that is on its stack, and may wait for. */
export function awaitedChildren(scene: Scene, row: number): readonly number[] {
  const place = scene.standing.places[scene.standing.place[row]]
  if (!FOR_OTHERS.has(place.wait.kind) || Number.isNaN(scene.standing.id[row])) return []
  const children = reachOf(scene).startedBy(scene.standing.id[row])
  if (children.length === 0) return children
  const functions = new Set(place.frames.filter(frame => !frame.plumbing).map(frame => frame.function))
  return children.filter(child => {
    const start = scene.startedAt(child)
    return start !== undefined && functions.has(start.function)
  })
}

/** Ids that a sentence lists. */
const MAX_NAMED = 3

/** "for goroutines 7 and 8, which wait for chan send in main.send (main.go:9)"; '' where it has no such children. */
export function childrenClause(scene: Scene, children: readonly number[]): string {
  if (children.length === 0) return ''
  const { standing } = scene
  const place = standing.places[standing.place[children[0]]]
  const ids = children.slice(0, MAX_NAMED).map(row => String(standing.id[row]))
  const more = children.length > MAX_NAMED ? [`${thousands(children.length - MAX_NAMED)} more`] : []
  const who = [...ids, ...more]
  const list = who.length === 1 ? `goroutine ${who[0]}` : `goroutines ${who.slice(0, -1).join(', ')} and ${who.at(-1)}`
  const all = children.every(row => standing.places[standing.place[row]].site === place.site)
  const subject = children.length === 1 || all ? 'which' : `of which ${ids[0]}`
  const does =
    place.wait.kind === 'none'
      ? 'is at work'
      : `${children.length === 1 || !all ? 'waits' : 'wait'} for ${place.wait.what}`
  return `for ${list}, ${subject} ${does}${place.site ? ` in ${at(place.site)}` : ''}`
}
