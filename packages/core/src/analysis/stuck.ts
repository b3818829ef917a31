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
import { awaitedChildren } from './children.ts'
import type { Frame } from './frames.ts'
import type { Group } from './groups.ts'
import { looksIdle, waitersOf } from './idle.ts'
import type { Inside } from './inside.ts'
import { holderInside } from './jam.ts'
import { type Anchor, partnersIn, type Tie } from './partners.ts'
import { reachOf } from './reach.ts'
import type { Scene } from './scene.ts'
import { type Served, servedOf } from './served.ts'
import type { Place } from './standing.ts'
import { stillness } from './stillness.ts'
import type { WaitKind } from './waits.ts'

export type Stuck = {
  readonly row: number
  readonly place: Place
  readonly anchor: Anchor
  readonly stillNs: number
  /** Those that could wake it are stuck themselves; rows with their ties. */
  readonly partners: ReadonlyMap<number, Tie>
  readonly certainty: 'likely' | 'possible'
}

type Node = {
  readonly row: number
  readonly place: Place
  readonly stillNs: number
  readonly anchor: Anchor
  readonly partners: ReadonlyMap<number, Tie>
  readonly young: boolean
  /** The main goroutine has started it. */
  readonly ofMain: boolean
  readonly children: readonly number[]
  readonly closed: boolean
  readonly lock: Group | undefined
}

/** Where whoever started it is alive elsewhere, it may still come: less is known then. */
const REACHED: ReadonlySet<Anchor> = new Set<Anchor>(['away', 'library', 'main', 'unknown'])

/** Stuck goroutines of a process, but for those that wait for locks; and what the trace saw of their lines. */
export function stuckIn(scene: Scene): { readonly stuck: readonly Stuck[]; readonly served: Served } {
  const waiters = waitersOf(scene)
  const nodes = new Map<number, Node>()
  if (waiters.length > 0) for (const node of lockNodes(scene)) nodes.set(node.row, node)
  const candidates = new Set([...nodes.keys(), ...waiters.map(({ row }) => row)])
  const waits = (row: number) => candidates.has(row)
  const served = servedOf(scene, waiters, waits)
  if (waiters.length === 0) return { stuck: [], served }
  const partners = partnersIn(scene, waiters, served, waits)
  const reach = reachOf(scene)
  for (const waiter of waiters) {
    const ofMain = reach.creatorId(waiter.row) === 1
    nodes.set(waiter.row, { ...waiter, ...partners(waiter), ofMain, lock: undefined })
  }
  const signals = hearsSignals(scene)
  const holders = new Set([...nodes.values()].flatMap(({ lock, partners: holder }) => (lock ? [...holder.keys()] : [])))
  for (const node of [...nodes.values()])
    if (!holders.has(node.row) && idles(node, nodes, served, signals)) nodes.delete(node.row)
  withoutAble(scene, nodes)
  const repeated = repeatedIn(nodes, row => reach.creatorId(row))
  return { stuck: partsOf(nodes).flatMap(part => judged(part, repeated)), served }
}

/** More waiters of one lock than this tell nothing new. */
const MAX_LOCK_ROWS = 64

function lockNodes(scene: Scene): Node[] {
  const still = scene.lockGroups.map(group => stillness(scene, group)?.ns)
  const sites = new Set(scene.lockGroups.filter((_, i) => still[i] !== undefined).map(({ site }) => site))
  return scene.lockGroups.flatMap((group, i) => {
    // Another lock of the same line, that was shut a moment ago.
    const young = still[i] === undefined
    if (young && !sites.has(group.site)) return []
    const holder = holderInside(scene, group)
    // A loop that runs inside of a Once keeps others out for good, and means to.
    if (group.kind === 'once' && holder && looksIdle(holder.place.wait.kind) && !waitsForChildren(scene, holder))
      return []
    const partners = new Map<number, Tie>(holder ? [[holder.row, 'value']] : [])
    return [...group.rows.subarray(0, MAX_LOCK_ROWS)].map(row => ({
      row,
      place: scene.standing.places[scene.standing.place[row]],
      stillNs: still[i] ?? Number.NaN,
      young,
      anchor: 'unknown' as const,
      partners,
      ofMain: false,
      children: [],
      closed: false,
      lock: group,
    }))
  })
}

function waitsForChildren(scene: Scene, { row }: Inside): boolean {
  return awaitedChildren(scene, row).length > 0
}

/** Does it idle, as far as is known? Its work comes from outside: from who started it, from a library, from a signal. */
function idles(node: Node, nodes: ReadonlyMap<number, Node>, served: Served, signals: boolean): boolean {
  if (!looksIdle(node.place.wait.kind)) return false
  if (served.byNobody(node.row) > 0) return true
  if (node.place.site && served.lines.has(node.place.site) && !served.passedOver(node.row)) return true
  // Who listens for signals is the main goroutine, or one that it has started.
  if (signals && (node.anchor === 'main' || node.ofMain)) return true
  if (!REACHED.has(node.anchor)) return false
  // Whoever started it waits itself, most likely for this one.
  if (node.anchor === 'away' && isStartedIn(node, nodes)) return false
  // One that has started others most likely waits for them.
  return !node.children.some(row => nodes.has(row))
}

/** Somebody has asked for signals: os/signal keeps a goroutine for them. */
function hearsSignals(scene: Scene): boolean {
  return scene.standing.places.some(place => place.frames.some(frame => frame.function === 'os/signal.loop'))
}

/** Takes out all who have a partner that can go on. */
function withoutAble(scene: Scene, nodes: Map<number, Node>): void {
  const waitFor = new Map<number, number[]>()
  const able = new Set<number>()
  for (const { row, partners } of nodes.values()) {
    for (const [partner, tie] of partners) {
      const rows = waitFor.get(partner)
      if (rows) rows.push(row)
      else waitFor.set(partner, [row])
      if (!nodes.has(partner) && isAble(scene, partner, tie)) able.add(row)
    }
  }
  const open = [...able]
  for (let row = open.pop(); row !== undefined; row = open.pop())
    if (nodes.delete(row)) open.push(...(waitFor.get(row) ?? []))
}

/** At work, and so on its way to the other end. */
const AT_WORK: ReadonlySet<WaitKind> = new Set<WaitKind>(['none', 'sleep', 'network', 'syscall'])

function isAble(scene: Scene, row: number, tie: Tie): boolean {
  const { kind } = scene.standing.places[scene.standing.place[row]].wait
  return tie === 'around' ? AT_WORK.has(kind) : kind !== 'forever' && kind !== 'system'
}

/** Those that are tied to each other, in parts. */
function partsOf(nodes: ReadonlyMap<number, Node>): Node[][] {
  const tied = new Map<number, number[]>()
  const tie = (a: number, b: number) => {
    const rows = tied.get(a)
    if (rows) rows.push(b)
    else tied.set(a, [b])
  }
  for (const { row, partners } of nodes.values()) {
    for (const partner of partners.keys()) {
      if (!nodes.has(partner)) continue
      tie(row, partner)
      tie(partner, row)
    }
  }
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

/** Whoever started it is one of these. */
function isStartedIn({ partners }: Node, rows: { has(row: number): boolean }): boolean {
  return [...partners].some(([row, tie]) => tie === 'creator' && rows.has(row))
}

/**
 * Lines where goroutines of several that have ended wait, each for its own: what was left behind once may be a worker
 * without work, what is left behind again and again is none.
 */
function repeatedIn(nodes: ReadonlyMap<number, Node>, creatorId: (row: number) => number): ReadonlySet<Frame> {
  const first = new Map<Frame, number>()
  const repeated = new Set<Frame>()
  for (const { row, place, anchor } of nodes.values()) {
    if (!place.site || (anchor !== 'gone' && anchor !== 'left')) continue
    const creator = creatorId(row)
    if (Number.isNaN(creator)) continue
    const known = first.get(place.site)
    if (known === undefined) first.set(place.site, creator)
    else if (known !== creator) repeated.add(place.site)
  }
  return repeated
}

function judged(part: readonly Node[], repeated: ReadonlySet<Frame>): Stuck[] {
  const waiting = part.filter(node => node.lock === undefined && !node.young)
  const rows = new Set(part.map(({ row }) => row))
  const reached = waiting.some(node => REACHED.has(node.anchor) && !isStartedIn(node, rows))
  const atWork = part.some(node => node.lock !== undefined || !looksIdle(node.place.wait.kind))
  if (waiting.length === 0 || (reached && !atWork)) return []
  return waiting.flatMap(node => {
    const found = certaintyOf(node, part.length > 1)
    if (found === undefined) return []
    // All of them wait as idle goroutines do: what may come from outside, by a request, no input shows.
    const certainty = atWork || (node.place.site && repeated.has(node.place.site)) ? found : 'possible'
    const { row, place, anchor, stillNs } = node
    const partners = new Map([...node.partners].filter(([partner]) => rows.has(partner)))
    return [{ row, place, anchor, stillNs, partners, certainty }]
  })
}

/** `others`: it is not alone in this. Undefined: too little speaks for it. */
function certaintyOf(node: Node, others: boolean): Stuck['certainty'] | undefined {
  const { place, anchor, stillNs, closed } = node
  const { kind } = place.wait
  // Nothing is known of where it comes from, so nothing of who could reach it. A sender is in the middle of something.
  if (anchor === 'unknown' && !others && kind !== 'chan send') return undefined
  if (Number.isNaN(stillNs)) return 'possible'
  if (others) return 'likely'
  // One of its cases may be a timer's, which no input shows.
  if (kind === 'select') return 'possible'
  // A generator waits to send until somebody wants its next value.
  return (anchor === 'away' || anchor === 'unknown') && !closed ? 'possible' : 'likely'
}
