/**
 * Who idles, as far as is known: its work comes from outside, from who started it, from a library, from a signal. What
 * idles is no wait in vain, though nobody shows who ends it.
 */
import type { Tie } from '../reach/partners.ts'
import { reachOf } from '../reach/reach.ts'
import type { Served } from '../reach/served.ts'
import { signalHearers } from '../reach/signals.ts'
import { receivesOnce } from '../reach/unseen.ts'
import { beginsAtSite } from '../reach/unshown.ts'
import type { Scene } from '../scene/scene.ts'
import { idles, isReached, isStartedIn, type Node } from './judged.ts'

/** Does this node idle, those being the others that wait? */
export type Idles = (node: Node, nodes: ReadonlyMap<number, Node>) => boolean

/** Takes out whoever idles, and whoever does so because of that; but for those that hold what others wait for. */
export function withoutIdle(nodes: Map<number, Node>, idles: Idles, holders: ReadonlySet<number>): readonly Node[] {
  const taken: Node[] = []
  let before: number
  do {
    before = nodes.size
    for (const node of [...nodes.values()]) {
      if (holders.has(node.row) || !idles(node, nodes)) continue
      nodes.delete(node.row)
      taken.push(node)
    }
  } while (nodes.size < before)
  return taken
}

export function idlersIn(scene: Scene, served: Served): Idles {
  const hearers = signalHearers(scene)
  const reach = reachOf(scene)
  const comesBack = comeBackIn(scene, served)
  let awaited: ReadonlyMap<number, Tie> | undefined
  return (node, nodes) => {
    awaited ??= soleReceivers(nodes)
    if (node.unseen === 'beside' && node.place.wait.kind === 'waitgroup') return !isBesideLock(node, nodes)
    if (node.lock !== undefined || !(idles(node) || node.hearsEnd)) return false
    if (node.forOwn) return false
    // A select may have let go of its ticker, and wait for other things since.
    const stopped = node.place.wait.kind === 'chan receive' && served.stopped(node.row)
    if (served.byNobody(node.row) > 0 && !stopped) return true
    // Whoever it has started to wait for the end of its work will not be done, and then it will not be told.
    if (node.children.some(row => nodes.get(row)?.place.wait.kind === 'waitgroup')) return false
    if (!stopped && comesBack(node) && !served.passedOver(node.row)) return true
    // One that has started others most likely waits for them; whoever started it and waits itself, for this one.
    if (node.children.some(row => nodes.has(row)) || isStartedIn(node, nodes)) return false
    if (node.unseen && receivesOnce(node.place) && isBesideLock(node, nodes)) return false
    if (awaited.get(node.row) === 'type' ? !mayLoopThere(node) : awaited.has(node.row)) return false
    // Who listens for signals is the main goroutine, or whoever asked for them, or one that it has started.
    if (hearers.size > 0 && (node.anchor === 'main' || hearers.has(reach.creatorId(node.row)))) return true
    // Whoever started it is in the function still, but does not wait: what that has handed out may call from a library.
    return isReached(node)
  }
}

/** By these one has the other end of a channel; others are merely near. */
const STRONG: ReadonlySet<Tie> = new Set<Tie>(['value', 'type', 'scope', 'seen'])

/**
 * Those who alone could receive what somebody sends, and do not, though they only wait themselves: whatever they wait for,
 * they are in the middle of something. Of one that is merely of the same type, its twin may be meant.
 */
function soleReceivers(nodes: ReadonlyMap<number, Node>): ReadonlyMap<number, Tie> {
  const rows = new Map<number, Tie>()
  for (const { place, partners, young } of nodes.values()) {
    if (place.wait.kind !== 'chan send' || young) continue
    const strong = [...partners].filter(([, tie]) => STRONG.has(tie))
    if (strong.length === 1) rows.set(...strong[0])
  }
  return rows
}

/** Does it wait where a loop asks for its next piece of work? */
function mayLoopThere({ place }: Node): boolean {
  return beginsAtSite(place) && !receivesOnce(place)
}

/** Did one come back to its line that was started by the same goroutine? Others have other channels. */
function comeBackIn(scene: Scene, { comeBack }: Served): (node: Node) => boolean {
  if (comeBack.size === 0) return () => false
  const reach = reachOf(scene)
  const origins = new Map([...comeBack].map(([line, rows]) => [line, new Set(rows.map(reach.creatorId))]))
  return ({ row, place }) => {
    const known = place.site && origins.get(place.site)
    if (!known) return false
    const id = reach.creatorId(row)
    return Number.isNaN(id) || known.has(id) || known.has(Number.NaN)
  }
}

/** Does somebody wait for a lock, in vain, who could wake it? It has that lock, more likely than that it idles. */
function isBesideLock({ partners }: Node, nodes: ReadonlyMap<number, Node>): boolean {
  return [...partners].some(([row, tie]) => tie !== 'around' && tie !== 'library' && nodes.get(row)?.lock !== undefined)
}
