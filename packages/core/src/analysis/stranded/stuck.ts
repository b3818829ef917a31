/**
 * Who is stuck: the greatest set of goroutines that wait for each other and for nobody else.
 *
 *  1. all that wait for another goroutine, in the program's own work, and did not move (`idle.ts`)
 *  2. with the goroutines that may wake each of them (`partners.ts`)
 *  3. whoever idles by what is known of it is taken out: its work comes from where nobody looks
 *  4. whoever has a partner that is able to go on is taken out, until nothing changes
 *  5. what is left hangs together in parts; a part counts if nobody outside could reach into it, or if one of them waits
 *     as no idle goroutine does
 */

import { type InTurns, inOneGo } from '../../base/turns.ts'
import { holderInside } from '../holders/jam.ts'
import { ableIn, isParked } from '../reach/able.ts'
import { minutesAt, servesOthersSince } from '../reach/aged.ts'
import { awaitedChildren } from '../reach/children.ts'
import { hasEndlessContext } from '../reach/contexts.ts'
import { isServing, type Waiter, waitersOf, waitsIdly } from '../reach/idle.ts'
import type { Inside } from '../reach/inside.ts'
import { partnersIn, type Tie } from '../reach/partners.ts'
import { reachOf } from '../reach/reach.ts'
import { seriesIn } from '../reach/series.ts'
import { type Served, servedOf } from '../reach/served.ts'
import { hearsSignal } from '../reach/signals.ts'
import { stillness } from '../reach/stillness.ts'
import { servesOthersIn } from '../reach/takers.ts'
import { isPicked, testsIn } from '../reach/tests.ts'
import { companyIn, isNewcomer, isSomebodyBusy, isUnseen, receivesOnce } from '../reach/unseen.ts'
import { beginsAtSite, isPooled, mayHearEnd, mayLoop, mayRunOut } from '../reach/unshown.ts'
import type { Frame } from '../scene/frames.ts'
import type { Scene } from '../scene/scene.ts'
import { exactAddress } from '../scene/waits.ts'
import { apartIn, tiesIn } from './beside.ts'
import { idlersIn, withoutIdle } from './idlers.ts'
import { crowdedIn, judged, NOTHING_KNOWN, type Node, OLD_NS, repeatedIn, type Stuck } from './judged.ts'

export type { Stuck }

/** Stuck goroutines of a process, but for those that wait for locks; and what the trace saw of their lines. */
export function stuckIn(scene: Scene): Found {
  return inOneGo(stuckInTurns(scene))
}

export function* stuckInTurns(scene: Scene): InTurns<Found> {
  const found = known.get(scene) ?? (yield* find(scene))
  known.set(scene, found)
  return found
}

type Found = {
  readonly stuck: readonly Stuck[]
  readonly served: Served
  /** Rows that wait for somebody who is able to come, and who these are. */
  readonly able: ReadonlyMap<number, readonly number[]>
}
const known = new WeakMap<Scene, Found>()

function* find(scene: Scene): InTurns<Found> {
  const waiters = waitersOf(scene)
  yield
  const nodes = new Map<number, Node>()
  if (waiters.length > 0) for (const node of yield* lockNodes(scene)) nodes.set(node.row, node)
  const candidates = new Set([...nodes.keys(), ...waiters.map(({ row }) => row)])
  const waits = (row: number) => candidates.has(row)
  yield
  const served = servedOf(scene, waiters, waits)
  if (waiters.length === 0) return { stuck: [], served, able: new Map() }
  yield
  const partners = partnersIn(scene, waiters, served, waits)
  yield
  const reach = reachOf(scene)
  const company = companyIn(scene)
  const busy = isSomebodyBusy(scene)
  const fresh = freshIn(scene, waiters)
  const isTests = testsIn(scene)
  const picked = isPicked(scene)
  for (const waiter of waiters) {
    yield
    const creator = reach.creator(waiter.row)
    const isSetUp = isSetUpOnly(scene, served, waiter.row)
    const leftByServer = !isSetUp && isLeftByServer(scene, served, waiter.row)
    const overtaken = isOvertaken(scene, served, waiter, creator)
    const endless = hasEndlessContext(waiter.place, reach.shown(waiter.row))
    const unseen = isUnseen(scene, waiter.row, reach.creatorId(waiter.row)) ? company(waiter.row) : undefined
    const parked = creator >= 0 && isParked(scene, creator, waiter.row)
    const unserved = (unseen !== undefined || parked) && waiter.place.wait.kind === 'chan send' && !busy
    const hearsEnd =
      (!endless && mayHearEnd(reach, waiter.row, scene.standing.id[waiter.row], waiter.place)) ||
      mayRunOut(reach, waiter.row, waiter.place, waiter.stillNs)
    const loops = mayLoop(scene, waiter.row, isSetUp)
    const isLeft = reach.creatorState(waiter.row) === 'gone'
    const newcomer = isLeft && isNewcomer(scene, waiter.row) && !isPooled(scene, waiter.row)
    const known = {
      newcomer,
      past: served.past(waiter.row),
      creator,
      lock: undefined,
      leftByServer,
      overtaken,
      endless,
      hearsEnd,
      loops,
      unseen,
      unserved,
      served: fresh(waiter),
      midWork: isTests(waiter),
      underWay: (waiter.stillNs >= OLD_NS || picked) && !beginsAtSite(waiter.place),
      byTimer: scene.startedAt(waiter.row)?.function === 'time.goFunc',
    }
    const ties = partners(waiter)
    const serves = servesOthersSince(scene, waiter, ties.partners)
    const own = new Map([...ties.partners].filter(([row, tie]) => !serves(row, tie)))
    nodes.set(waiter.row, { ...waiter, ...ties, partners: own, ...known })
  }
  const holders = new Set([...nodes.values()].flatMap(({ lock, partners: holder }) => (lock ? [...holder.keys()] : [])))
  const idlers = withoutIdle(nodes, idlersIn(scene, served), holders)
  // One that has gone on from where it began may be paced by a clock, and comes back to what is sent.
  const idle = new Set(idlers.filter(({ place }) => beginsAtSite(place)).map(({ row }) => row))
  const able = yield* withoutAble(scene, served, nodes, idle)
  const repeated = repeatedIn(nodes, row => reach.creatorId(row))
  const isApart = apartIn(scene.startedAt)
  const crowded = crowdedIn(nodes)
  const stuck = partsOf(nodes).flatMap(part => judged(withoutFresh(scene, part), repeated, isApart, crowded))
  // A program ends that way, and what the listener has started is stuck for another reason.
  return {
    stuck: stuck.map(one => (hearsSignal(scene, one.row) ? { ...one, certainty: 'possible' } : one)),
    served,
    able,
  }
}

function isLeftByServer({ trace }: Scene, served: Served, row: number): boolean {
  const waker = served.lastWaker(row)
  if (!trace || waker < 0) return false
  const { deathNs, entry } = trace.goroutines
  // A connection ends, and the next one brings more.
  const isOfRequest = entry[waker] >= 0 && isServing({ function: trace.strings.text(entry[waker]) })
  return !Number.isNaN(deathNs[waker]) && !isOfRequest && served.byNobody(row) === 0
}

/** Did others that were started later, where it was, come and go, each with what it sends, or without having to? */
function isOvertaken(scene: Scene, served: Served, { row, place }: Waiter, creator: number): boolean {
  const sinceNs = scene.standing.sinceNs[row]
  if (served.taken(row)?.overtook(scene.standing.traceRow[creator] ?? -1, sinceNs)) return true
  return place.wait.kind === 'chan send' && seriesIn(scene)(row, sinceNs)
}

/** Did whoever started it also give it its work so far? One who sets up a loop, and is done, is no server that has left. */
function isSetUpOnly({ trace, standing }: Scene, served: Served, row: number): boolean {
  const waker = served.lastWaker(row)
  if (!trace || waker < 0 || served.past(row).sends) return false
  return trace.goroutines.creator[standing.traceRow[row]] === waker
}

/** More waiters of one lock than this tell nothing new. */
const MAX_LOCK_ROWS = 64

function* lockNodes(scene: Scene): InTurns<Node[]> {
  const still = scene.lockGroups.map(group => stillness(scene, group)?.ns)
  const sites = new Set(scene.lockGroups.filter((_, i) => still[i] !== undefined).map(({ site }) => site))
  const nodes: Node[] = []
  for (const [i, group] of scene.lockGroups.entries()) {
    yield
    // Another lock of the same line, that was shut a moment ago.
    const young = still[i] === undefined
    if (young && !sites.has(group.site)) continue
    const holder = holderInside(scene, group)
    // A loop that runs inside of a Once keeps others out for good, and means to.
    if (group.kind === 'once' && holder && mayStay(scene, holder)) continue
    const partners = new Map<number, Tie>(holder ? [[holder.row, 'value']] : [])
    for (const row of group.rows.subarray(0, MAX_LOCK_ROWS))
      nodes.push({
        row,
        place: scene.standing.places[scene.standing.place[row]],
        stillNs: still[i] ?? Number.NaN,
        young,
        anchor: 'unknown' as const,
        partners,
        ...NOTHING_KNOWN,
        lock: group,
      })
  }
  return nodes
}

/** Neither for one answer, nor for those that it has started. */
function mayStay(scene: Scene, { row, place }: Inside): boolean {
  return waitsIdly(place) && !receivesOnce(place) && awaitedChildren(scene, row).length === 0
}

/**
 * Takes out all who have a partner that can go on. `idle`: of these nothing more is known than that they may idle; at the
 * other end of what somebody sends they do not, or they would have taken it.
 */
function* withoutAble(
  scene: Scene,
  served: Served,
  nodes: Map<number, Node>,
  idle: ReadonlySet<number>,
): InTurns<Found['able']> {
  const waitFor = new Map<number, number[]>()
  const able = new Map<number, number[]>()
  const isAble = ableIn(scene)
  const servesOthers = servesOthersIn(scene, served.taken, row => nodes.has(row))
  for (const node of nodes.values()) {
    yield
    const { row, partners, children } = node
    const withStuck = children.some(child => nodes.has(child))
    for (const [partner, tie] of partners) {
      if ((node.overtaken && partner === node.creator) || servesOthers(partner, tie, row)) continue
      const rows = waitFor.get(partner)
      if (rows) rows.push(row)
      else waitFor.set(partner, [row])
      if (nodes.has(partner) || (node.unserved && idle.has(partner))) continue
      if (isAble(partner, tie, node, withStuck)) able.set(row, [...(able.get(row) ?? []), partner])
    }
  }
  const open = [...able.keys()]
  for (let row = open.pop(); row !== undefined; row = open.pop())
    // Who listens for a signal ends the program, whoever else could wake it; that serves nobody.
    if (nodes.delete(row) && !hearsSignal(scene, row)) open.push(...(waitFor.get(row) ?? []))
  return able
}

/**
 * Do some that show no minutes wait as idle goroutines do at a line where others have for minutes? Workers of one pool do, and
 * each may wait long for its turn; but not who was called there, and works on another value, as far as arguments show.
 */
function freshIn(scene: Scene, waiters: readonly Waiter[]): (waiter: Waiter) => boolean {
  const lines = new Map<Frame, Set<string>>()
  const old = new Set<Frame>()
  const reach = reachOf(scene)
  const workedOn = ({ row, place }: Waiter) => {
    const shown = beginsAtSite(place) ? undefined : reach.shown(row)
    return exactAddress(shown?.args[shown.frames.indexOf(place.site!)])
  }
  for (const waiter of waiters) {
    const { row, place } = waiter
    if (scene.trace || !place.site || !waitsIdly(place)) continue
    if (waiter.stillNs >= OLD_NS) old.add(place.site)
    if (minutesAt(scene, row) > 0) continue
    lines.set(place.site, (lines.get(place.site) ?? new Set()).add(workedOn(waiter)))
  }
  return waiter => {
    const { site } = waiter.place
    const values = site && old.has(site) ? lines.get(site) : undefined
    const value = values ? workedOn(waiter) : ''
    return values !== undefined && (value === '' || values.has('') || values.has(value))
  }
}

/** Who shows no minutes beside those that do, and waits as idle goroutines do, has come round meanwhile. */
function withoutFresh(scene: Scene, part: readonly Node[]): readonly Node[] {
  if (scene.trace || !part.some(({ stillNs }) => stillNs >= OLD_NS)) return part
  return part.filter(({ row, lock, place }) => lock !== undefined || !waitsIdly(place) || minutesAt(scene, row) > 0)
}

/** Those that are tied to each other, in parts. */
function partsOf(nodes: ReadonlyMap<number, Node>): Node[][] {
  const tied = tiesIn(nodes)
  const seen = new Set<number>()
  const parts: Node[][] = []
  for (const start of nodes.keys()) {
    if (seen.has(start)) continue
    seen.add(start)
    const part: Node[] = []
    const open = [start]
    for (let row = open.pop(); row !== undefined; row = open.pop()) {
      part.push(nodes.get(row)!)
      for (const next of tied.get(row) ?? []) {
        if (seen.has(next)) continue
        seen.add(next)
        open.push(next)
      }
    }
    parts.push(part)
  }
  return parts
}
