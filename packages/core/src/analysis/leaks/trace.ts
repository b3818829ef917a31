/**
 * Growth as a trace sees it: goroutines that are born, come to a line, and stay. Whoever waits there longer than others
 * were let wait, by far, was left; when each of those came tells whether they come all the time.
 */
import { GoState, type Trace } from '../../trace/tables.ts'
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import type { Scene } from '../scene/scene.ts'
import type { Growth } from './leaks.ts'

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

// Loops over a group's rows count: an iterator makes an object for each of a million.

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
  const { rows } = group
  let born = 0
  for (let i = 0; i < rows.length; i++) {
    const g = traceRow[rows[i]]
    if (g >= 0 && birthNs[g] >= 0) born++
  }
  return born
}

function growthOf(scene: Scene, trace: Trace, group: Group, use: Use): Growth | undefined {
  const settledNs = Math.max(SETTLED_NS, MUCH_LONGER * use.longestNs)
  const untilNs = trace.durationNs - settledNs
  if (untilNs < MIN_WINDOW_NS) return undefined
  const tally = tallyOf(scene, group, untilNs, use.newestNs)
  if (tally.arrivals < MIN_GROWN) return undefined
  // Where none was served, those count too that have just come.
  const isAll = use.ended === 0
  const { sinceNs, count } = scene.standing
  const rows = isAll ? group.rows : group.rows.filter(row => count[row] > 0 && sinceNs[row] <= untilNs)
  const after = isAll ? group.count : tally.lost
  return {
    by: 'trace',
    group: { ...group, rows, count: after },
    before: after - (isAll ? tally.came : tally.arrivals),
    after,
    ...livesOf(scene, trace, group),
    left: use.ended,
    longestNs: use.longestNs,
    passedOver: tally.passedOver / Math.max(1, tally.lost),
    comeBack: use.again > use.ended / 2,
    ...steadinessOf(tally.byPart, tally.arrivals),
    overNs: trace.durationNs,
  }
}

/** Of many a finer picture is drawn. */
const MANY = 16
const PARTS = 8

/** Goroutines of a group: a million of them are counted in one pass. */
type Tally = {
  /** Those that have waited for long. */
  lost: number
  /** Of these, who came while it was traced, by part of that time; and who was passed over. */
  arrivals: number
  readonly byPart: Uint32Array
  passedOver: number
  /** All that came while it was traced. */
  came: number
}

function tallyOf({ standing }: Scene, group: Group, untilNs: number, newestNs: number): Tally {
  const { sinceNs, count } = standing
  const { rows } = group
  const tally: Tally = { lost: 0, arrivals: 0, byPart: new Uint32Array(PARTS), passedOver: 0, came: 0 }
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]
    const ns = sinceNs[row]
    if (ns > 0) tally.came += count[row]
    if (count[row] === 0 || !(ns <= untilNs)) continue
    tally.lost += count[row]
    if (ns < newestNs) tally.passedOver += count[row]
    if (!(ns > 0)) continue
    tally.arrivals++
    tally.byPart[Math.min(PARTS - 1, Math.floor((ns / untilNs) * PARTS))]++
  }
  return tally
}

/**
 * Did they come all the time? In most parts of it, no part having more than half of them, and to the very end: what has
 * come to rest has grown to its size.
 */
function steadinessOf(byPart: Uint32Array, total: number): Pick<Growth, 'parts' | 'filled' | 'steady'> {
  const counts = total >= MANY ? byPart : byPart.subarray(0, PARTS / 2).map((_, i) => byPart[2 * i] + byPart[2 * i + 1])
  const parts = counts.length
  const filled = counts.filter(count => count > 0).length
  const most = Math.max(...counts)
  const tail = counts.subarray(parts - parts / 4).reduce((sum, count) => sum + count, 0)
  return { parts, filled, steady: filled >= parts * (3 / 4) && most <= total / 2 && tail >= total / 12 }
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
  const siteAt = scene.book.sites(trace, new Map(sites.map((site, i) => [site, i])))
  // At most MAX_GROUPS sites: narrow columns, since the goroutines come in any order.
  const waitsAt = new Int8Array(trace.goroutines.length).fill(-1)
  const leftAt = new Int8Array(trace.goroutines.length).fill(-1)
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

/** Of all that the same `go` statements started: how many were born while they were traced, and how many ended. */
function livesOf(scene: Scene, trace: Trace, group: Group): { born: number; ended: number } {
  const { creationStack, birthNs, deathNs, length } = trace.goroutines
  const started = new Uint8Array(trace.stacks.length)
  const { rows } = group
  const { traceRow } = scene.standing
  for (let i = 0; i < rows.length; i++) {
    const g = traceRow[rows[i]]
    if (g >= 0 && birthNs[g] >= 0 && creationStack[g] > 0) started[creationStack[g]] = 1
  }
  let born = 0
  let ended = 0
  for (let g = 0; g < length; g++) {
    if (!(creationStack[g] > 0) || started[creationStack[g]] === 0) continue
    if (birthNs[g] >= 0) born++
    if (!Number.isNaN(deathNs[g])) ended++
  }
  return { born, ended }
}
