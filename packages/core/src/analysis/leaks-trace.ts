/**
 * Growth as a trace sees it: goroutines that are born, come to a line, and stay. Whoever waits there longer than others
 * were let wait, by far, was left; when each of those came tells whether they come all the time.
 */
import { GoState, type Trace } from '../trace/tables.ts'
import type { Frame } from './frames.ts'
import type { Group } from './groups.ts'
import type { Growth } from './leaks.ts'
import type { Scene } from './scene.ts'

/** Waits of work in progress are mostly shorter. */
const SETTLED_NS = 400e6
/** So many times longer than the longest wait that ended. */
const MUCH_LONGER = 4
/** Less time than this tells nothing of growth. */
const MIN_WINDOW_NS = 500e6
/** Came there while it was traced. */
const MIN_GROWN = 8
/** Groups that are looked at: those that grew most. */
const MAX_GROUPS = 30

/** Groups that grew while they were traced. */
export function growthInTrace(scene: Scene, groups: readonly Group[]): Growth[] {
  const { trace } = scene
  if (!trace) return []
  const grown = groups
    .map(group => ({ group, born: bornThere(scene, trace, group) }))
    .filter(({ born }) => born >= MIN_GROWN)
    .sort((a, b) => b.born - a.born)
    .slice(0, MAX_GROUPS)
  if (grown.length === 0) return []
  const uses = usesOf(
    scene,
    trace,
    grown.map(({ group }) => group.site),
  )
  return grown.flatMap(({ group }) => growthOf(scene, trace, group, uses.get(group.site)!) ?? [])
}

/** How many were born while they were traced, and wait there now. */
function bornThere(scene: Scene, trace: Trace, group: Group): number {
  // None came after the trace had begun.
  if (!(group.newestNs > 0)) return 0
  const { birthNs } = trace.goroutines
  const { traceRow } = scene.standing
  let born = 0
  for (const row of group.rows) {
    const g = traceRow[row]
    if (g >= 0 && birthNs[g] >= 0) born++
  }
  return born
}

function growthOf(scene: Scene, trace: Trace, group: Group, use: Use): Growth | undefined {
  const settledNs = Math.max(SETTLED_NS, MUCH_LONGER * use.longestNs)
  const untilNs = trace.durationNs - settledNs
  if (untilNs < MIN_WINDOW_NS) return undefined
  const { sinceNs, count } = scene.standing
  const lost = group.rows.filter(row => count[row] > 0 && sinceNs[row] <= untilNs)
  const arrivals = lost.filter(row => sinceNs[row] > 0)
  if (arrivals.length < MIN_GROWN) return undefined
  const rows = use.ended === 0 ? group.rows : lost
  const { born, ended } = livesOf(scene, trace, group)
  const parts = partsOf(
    Float64Array.from(arrivals, row => sinceNs[row]),
    untilNs,
  )
  const total = use.ended === 0 ? group.count : lost.reduce((sum, row) => sum + count[row], 0)
  const grown = use.ended === 0 ? rows.filter(row => sinceNs[row] > 0).length : arrivals.length
  return {
    by: 'trace',
    group: { ...group, rows, count: total },
    before: total - grown,
    after: total,
    born,
    ended,
    left: use.ended,
    longestNs: use.longestNs,
    passedOver: share(lost, row => sinceNs[row] < use.newestNs),
    comeBack: use.again > use.ended / 2,
    steady: parts.steady,
    parts: parts.parts,
    filled: parts.filled,
    overNs: trace.durationNs,
  }
}

function share(rows: Uint32Array, is: (row: number) => boolean): number {
  let n = 0
  for (const row of rows) if (is(row)) n++
  return n / Math.max(1, rows.length)
}

/** Of many a finer picture is drawn. */
const MANY = 16
const PARTS = 8

/**
 * Did they come all the time? In most parts of it, no part having more than half of them, and to the very end: what has
 * come to rest has grown to its size.
 */
function partsOf(times: Float64Array, untilNs: number): { parts: number; filled: number; steady: boolean } {
  const parts = times.length >= MANY ? PARTS : PARTS / 2
  const counts = new Uint32Array(parts)
  for (const ns of times) counts[Math.min(parts - 1, Math.floor((ns / untilNs) * parts))]++
  const filled = counts.filter(count => count > 0).length
  const most = Math.max(...counts)
  const tail = counts.subarray(parts - parts / 4).reduce((sum, count) => sum + count, 0)
  const steady = filled >= parts * (3 / 4) && most <= times.length / 2 && tail >= times.length / 12
  return { parts, filled, steady }
}

/** Waits at a line that ended. */
type Use = {
  ended: number
  longestNs: number
  /** When the last of them had begun. */
  newestNs: number
  /** Goroutines that came back to the line. */
  again: number
}

function usesOf(scene: Scene, trace: Trace, sites: readonly Frame[]): Map<Frame, Use> {
  const uses = sites.map((): Use => ({ ended: 0, longestNs: 0, newestNs: -1, again: 0 }))
  const siteAt = sitesOfStacks(scene, trace, new Map(sites.map((site, i) => [site, i])))
  const waitsAt = new Int32Array(trace.goroutines.length).fill(-1)
  const leftAt = new Int32Array(trace.goroutines.length).fill(-1)
  const sinceNs = new Float64Array(trace.goroutines.length)
  const { startNs, goroutine, stateReason, stack, length } = trace.spans
  for (let row = 0; row < length; row++) {
    const g = goroutine[row]
    const at = waitsAt[g]
    if (at >= 0) {
      const use = uses[at]
      use.ended++
      use.longestNs = Math.max(use.longestNs, startNs[row] - sinceNs[g])
      use.newestNs = Math.max(use.newestNs, sinceNs[g])
      leftAt[g] = at
    }
    const waits = (stateReason[row] & 3) === GoState.waiting && stack[row] > 0
    waitsAt[g] = waits ? siteAt[stack[row]] : -1
    if (waitsAt[g] < 0) continue
    sinceNs[g] = startNs[row]
    if (leftAt[g] === waitsAt[g]) uses[waitsAt[g]].again++
  }
  return new Map(sites.map((site, i) => [site, uses[i]]))
}

function sitesOfStacks(scene: Scene, trace: Trace, index: ReadonlyMap<Frame, number>): Int32Array {
  const { stacks } = trace
  const siteAt = new Int32Array(stacks.length).fill(-1)
  for (let stack = 1; stack < stacks.length; stack++) {
    let at = stacks.first[stack]
    const end = stacks.first[stack + 1]
    while (at < end && scene.book.row(trace, stacks.frame[at]).plumbing) at++
    if (at < end) siteAt[stack] = index.get(scene.book.row(trace, stacks.frame[at])) ?? -1
  }
  return siteAt
}

/** Of all that the same `go` statements started: how many were born while they were traced, and how many ended. */
function livesOf(scene: Scene, trace: Trace, group: Group): { born: number; ended: number } {
  const { creationStack, birthNs, deathNs, length } = trace.goroutines
  const started = new Set<number>()
  for (const row of group.rows) {
    const g = scene.standing.traceRow[row]
    if (g >= 0 && birthNs[g] >= 0 && creationStack[g] > 0) started.add(creationStack[g])
  }
  let born = 0
  let ended = 0
  for (let g = 0; g < length; g++) {
    if (!started.has(creationStack[g])) continue
    if (birthNs[g] >= 0) born++
    if (!Number.isNaN(deathNs[g])) ended++
  }
  return { born, ended }
}
