/**
 * Growth as two dumps or more of one process show it: by ids, where the first and the last have them, else by counts of
 * equal lines. Two moments do not tell what happened in between: a pool that grows looks as a leak does, so more is asked
 * of them than of a trace.
 */
import type { DumpForm } from '../../dump/tables.ts'
import { isCut } from '../reach/lost.ts'
import type { Frame } from '../scene/frames.ts'
import { type Group, groupsOf } from '../scene/groups.ts'
import type { Scene } from '../scene/scene.ts'
import { type Standing, standingOfDump } from '../scene/standing.ts'
import type { Growth } from './leaks.ts'

/** A few more may be requests on their way. */
const MIN_GROWN = 16
/** Groups that are looked at: those that grew most. */
const MAX_GROUPS = 30

/** Groups that grew from the first dump to the last one; `mayLeak` says which kinds of waits count. */
export function growthInDumps(scene: Scene, mayLeak: (group: Group) => boolean): Growth[] {
  const series = seriesOf(scene)
  if (!series) return []
  const counts = series.standings.map(countsBySite)
  const growth = (group: Group) => countAt(counts.at(-1)!, group) - countAt(counts[0], group)
  const grown = series.groups
    .filter(group => mayLeak(group) && growth(group) >= MIN_GROWN)
    .sort((a, b) => growth(b) - growth(a))
    .slice(0, MAX_GROUPS)
  if (grown.length === 0) return []
  const network = series.groups
    .filter(({ kind }) => kind === 'network')
    .reduce((sum, group) => sum + Math.max(0, growth(group)), 0)
  const known = series.by === 'ids' ? idsOf(series.standings[0]) : undefined
  return grown.map(group => {
    const steps = counts.map(one => countAt(one, group))
    const moves = known ? movesOf(series.standings, group, known) : { born: growth(group), left: 0 }
    return {
      by: series.by,
      group: { ...group, count: steps.at(-1)! },
      before: steps[0],
      after: steps.at(-1)!,
      born: moves.born,
      ended: 0,
      left: moves.left,
      longestNs: 0,
      passedOver: 0,
      comeBack: false,
      steady: isSteady(steps),
      parts: steps.length - 1,
      filled: steps.length - 1,
      overNs: Number.NaN,
      // As many came from outside: clients that stay.
      ...(network >= growth(group) / 2 ? { withClients: true } : {}),
    }
  })
}

type Series = {
  readonly by: 'ids' | 'counts'
  readonly standings: readonly Standing[]
  /** Of the last one; their rows are those of the scene's standing, and none where that is another one. */
  readonly groups: readonly Group[]
}

/** The dumps that can be compared: whole ones with ids, else those of one form. */
function seriesOf(scene: Scene): Series | undefined {
  const { dumpTables, dumps, groups } = scene
  const texts = dumpTables.filter(({ form }) => form === 'debug2')
  if (dumps.length > 1 && !texts.some(isCut)) return { by: 'ids', standings: dumps, groups }
  for (const form of ['proto', 'debug1'] satisfies DumpForm[]) {
    const those = dumpTables.filter(dump => dump.form === form && !isCut(dump))
    if (those.length < 2) continue
    const standings = those.map(dump => standingOfDump(dump, scene.book))
    const isScene = !scene.trace && dumps.length === 0 && dumpTables.at(-1) === those.at(-1)
    return { by: 'counts', standings, groups: isScene ? groups : groupsOf(standings.at(-1)!).map(withoutRows) }
  }
  return undefined
}

function withoutRows(group: Group): Group {
  return { ...group, rows: new Uint32Array(0) }
}

/** Goroutines by line, then by what they wait for. */
type Counts = ReadonlyMap<Frame, ReadonlyMap<string, number>>

function countsBySite(standing: Standing): Counts {
  const byPlace = new Float64Array(standing.places.length)
  for (let row = 0; row < standing.length; row++) byPlace[standing.place[row]] += standing.count[row]
  const counts = new Map<Frame, Map<string, number>>()
  for (const [i, { site, wait }] of standing.places.entries()) {
    if (!site) continue
    const atSite = counts.get(site) ?? new Map<string, number>()
    counts.set(site, atSite)
    atSite.set(wait.kind, (atSite.get(wait.kind) ?? 0) + byPlace[i])
  }
  return counts
}

function countAt(counts: Counts, { site, kind }: Group): number {
  return counts.get(site)?.get(kind) ?? 0
}

function idsOf({ id, length }: Standing): Set<number> {
  const ids = new Set<number>()
  for (let row = 0; row < length; row++) ids.add(id[row])
  return ids
}

/** Who is new in the process, and who was there and no longer is. */
function movesOf(standings: readonly Standing[], group: Group, known: ReadonlySet<number>) {
  const there = (standing: Standing) => {
    const ids = new Set<number>()
    const is = standing.places.map(({ site, wait }) => site === group.site && wait.kind === group.kind)
    for (let row = 0; row < standing.length; row++) if (is[standing.place[row]]) ids.add(standing.id[row])
    return ids
  }
  const [before, after] = [there(standings[0]), there(standings.at(-1)!)]
  let born = 0
  for (const id of after) if (!known.has(id)) born++
  let left = 0
  for (const id of before) if (!after.has(id)) left++
  return { born, left }
}

/** By three dumps or more: did they become more each time? */
function isSteady(steps: readonly number[]): boolean {
  const mean = (steps.at(-1)! - steps[0]) / (steps.length - 1)
  return steps.length > 2 && steps.every((count, i) => i === 0 || count - steps[i - 1] >= mean / 3)
}
