/**
 * Does a lock move? One that is handed on, or that was shut a moment ago, is contention and no finding. A trace tells by
 * the wakes at the line, dumps by showing the same goroutines twice or by the minutes of the wait.
 */
import { MINUTE_NS, minutesOf } from '../scene/finding.ts'
import { cameBefore, type Group } from '../scene/groups.ts'
import { REQUEUE_NS } from '../scene/locks.ts'
import { presentInDumps, type Scene } from '../scene/scene.ts'
import type { Standing } from '../scene/standing.ts'
import { at, duration, goroutines, moment, thousands, verb } from '../scene/words.ts'
import { insideOf } from './inside.ts'

/** Locks are held for microseconds; one that is shut this long may still be an honest slow section. */
export const BRIEF_NS = 100e6
/** A living holder that waits somewhere may come back: only after this long is it worth the verdict. */
export const LONG_NS = 1e9
/** A section of that length is worth the verdict, whether it ends or not. */
export const VERY_LONG_NS = 20e9
/** A lock is called stuck only after many times the longest that it was held before. */
const MANY_TIMES_HELD = 5

export type Stillness = {
  /** How long nothing has moved there; a lower bound. NaN: one dump alone does not tell. */
  readonly ns: number
  readonly strong: boolean
  readonly evidence: readonly string[]
}

/** A line whose lock nobody releases, with those of its waiters that wait for that one. */
export type ShutLine = { readonly group: Group; readonly still: Stillness }

/**
 * Locks wake in the order of arrival (runtime/sema.go). Where one that came later was woken before one that still
 * waits, the line locks several locks, and only those that were passed over are stuck.
 */
export function overtaken(scene: Scene, group: Group): Group {
  const newest = scene.uses.bySite.get(group.site)?.newestWokenSinceNs ?? Number.NaN
  return newest > group.firstNs ? cameBefore(group, scene.standing, newest) : group
}

/** Was anybody woken at that line who came later than one that still waits? */
export function isPassedOver(scene: Scene, group: Group): boolean {
  return (scene.uses.bySite.get(group.site)?.newestWokenSinceNs ?? Number.NaN) > group.firstNs
}

/** Says for how long nobody has been let in; undefined where it moves or was shut a moment ago. */
export function stillness(scene: Scene, group: Group): Stillness | undefined {
  return scene.trace ? stillInTrace(scene, group) : stillInDumps(scene, group)
}

/** When anything moved last at the line, in the trace's time: the first came, or one was let in. */
function lastMoveNs(scene: Scene, group: Group): number {
  const use = scene.uses.bySite.get(group.site)
  const wokenNs = use && !isPassedOver(scene, group) ? use.lastWakeNs : 0
  return Math.max(group.firstNs, wokenNs, scene.uses.releasedNs.get(group.site.function) ?? 0)
}

/**
 * When the lock of a jam was shut at the latest: when the first waiter came, or, where one was let in after that, when
 * that one came back to the queue, because another was quicker (sync/mutex.go). NaN without a trace.
 */
export function shutNsOf(scene: Scene, jam: readonly Group[]): number {
  if (!scene.trace) return Number.NaN
  const firstNs = Math.min(...jam.map(group => group.firstNs))
  const movedNs = Math.max(...jam.map(group => (firstNs === 0 ? 0 : lastMoveNs(scene, group))))
  return jam.some(group => movedNs > group.firstNs && lastMoveNs(scene, group) === movedNs)
    ? movedNs + REQUEUE_NS
    : firstNs
}

function stillInTrace(scene: Scene, group: Group): Stillness | undefined {
  const use = scene.uses.bySite.get(group.site)
  const passedOver = isPassedOver(scene, group)
  const lastWakeNs = lastMoveNs(scene, group)
  const ns = scene.endNs - lastWakeNs
  if (ns < Math.max(BRIEF_NS, MANY_TIMES_HELD * (use?.longestHeldNs ?? 0))) return undefined
  const evidence = [`${waitersSentence(group)}${sinceClause(group)}; ${stillClause(scene, group, lastWakeNs)}`]
  const present = presentInDumps(scene, group)
  const most = Math.max(0, ...present)
  if (most > 0) {
    const who =
      most < group.count
        ? `${thousands(most)} of them stand`
        : most === 1
          ? 'it stands'
          : `all ${thousands(most)} stand`
    evidence.push(`${who} at that line in ${dumps(present)} too`)
  }
  evidence.push(...minutesSentence(minutesOf(scene, group)))
  if (passedOver)
    evidence.push(`${goroutines(use?.waits ?? 0)} that came later got a lock at that line: these wait for another one`)
  return { ns, strong: true, evidence }
}

function minutesSentence(minutes: number): string[] {
  return minutes >= 1 ? [`a dump shows a wait of at least ${thousands(minutes)} min there`] : []
}

/** "10 goroutines wait in sync.Mutex.Lock at main.take (shop/main.go:10)". */
export function waitersSentence({ count, what, site }: Group): string {
  return `${goroutines(count)} ${verb(count, 'wait')} in ${what} at ${at(site)}`
}

function sinceClause({ count, firstNs }: Group): string {
  if (firstNs === 0) return ' since before the trace began'
  return `, ${count === 1 ? '' : 'the first '}since ${moment(firstNs)}`
}

function stillClause(scene: Scene, { firstNs }: Group, lastWakeNs: number): string {
  const after = duration(scene.endNs - lastWakeNs)
  if (lastWakeNs > firstNs) return `one was let in at ${moment(lastWakeNs)}, and nobody in the ${after} after`
  return firstNs === 0 ? `none moved in its ${after}` : `none was woken in the ${after} until the trace ends`
}

/** Which dumps show them: often all but the first, which was taken before anybody waited. */
function dumps(present: readonly number[]): string {
  const showing = present.filter(n => n > 0).length
  if (present.length === 1) return 'the dump'
  if (showing === present.length) return showing === 2 ? 'both dumps' : `all ${showing} dumps`
  const sinceThen = present.slice(-showing).every(n => n > 0)
  if (!sinceThen) return `${showing} of ${present.length} dumps`
  return showing === 1 ? 'the last dump' : `the last ${showing} dumps`
}

function stillInDumps(scene: Scene, group: Group): Stillness | undefined {
  const present = sinceShut(scene, group)
  const minutes = minutesOf(scene, group)
  if (minutes < 1 && movedBetween(scene, group)) return undefined
  const again = present.length > 1 ? Math.min(...present) : 0
  if (present.length > 1 && again === 0 && minutes < 1) return undefined
  // Somebody at work inside, or woken and on the way in, in any of the dumps: it moves.
  if (minutes < 1 && scene.dumps.some(dump => insideOf(group, dump)?.place.wait.kind === 'none')) return undefined
  const evidence = [waitersSentence(group)]
  evidence.push(...minutesSentence(minutes))
  if (again > 0)
    evidence.push(
      `${thousands(again)} of them ${verb(again, 'stand')} there in ${present.length === scene.dumps.length ? 'all' : 'the last'} ${present.length} dumps`,
    )
  return { ns: minutes >= 1 ? minutes * MINUTE_NS : Number.NaN, strong: minutes >= 1 || again > 0, evidence }
}

/**
 * Did the lock move between two dumps? Those that waited first are let in first, so who has gone from the line took
 * others with it; and who holds a lock that does not move is the same all the time.
 */
function movedBetween(scene: Scene, group: Group): boolean {
  const seen = scene.dumps.map(dump => waitersIn(dump, group))
  const gone = seen.some((ids, i) => i + 1 < seen.length && [...ids].some(id => !seen[i + 1].has(id)))
  if (gone) return true
  const holders = scene.dumps.flatMap((dump, i) => (seen[i].size > 0 ? [holderIdIn(dump, group)] : []))
  const known = holders.filter(id => !Number.isNaN(id))
  return known.some(id => id !== known[0])
}

/** Ids of those that wait for this very lock; where no dump tells locks apart, of all at that line. */
function waitersIn(dump: Standing, { site, kind, lock, object }: Group): Set<number> {
  const ids = new Set<number>()
  const same = dump.places.map(
    place =>
      place.site === site &&
      place.wait.kind === kind &&
      (lock === '' || place.lock === '' || place.lock === lock) &&
      (object === '' || place.object === '' || place.object === object),
  )
  for (let row = 0; row < dump.length; row++) if (same[dump.place[row]]) ids.add(dump.id[row])
  return ids
}

function holderIdIn(dump: Standing, group: Group): number {
  const inside = insideOf(group, dump)
  return inside?.how === 'function' ? dump.id[inside.row] : Number.NaN
}

/**
 * How many of a group each dump shows at its line, less the first dumps in which nobody at all waits there: the lock was
 * not shut yet, and they say nothing of it. Where others waited there instead, it moved.
 */
function sinceShut(scene: Scene, group: Group): readonly number[] {
  const present = presentInDumps(scene, group)
  const shut = scene.dumps.findIndex(dump =>
    dump.places.some(({ site, wait }) => site === group.site && wait.kind === group.kind),
  )
  return shut > 0 ? present.slice(shut) : present
}
