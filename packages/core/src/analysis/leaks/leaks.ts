/**
 * Goroutines that become more and more at one line: a leak, where nobody will ever serve them. Growth alone is none: a
 * burst is worked off, a pool grows to its size, clients come and stay. So a leak is likely only where
 *
 *   - they came all the time that was looked, to the end (`leaks-trace.ts`), or were many before and became many more
 *     (`leaks-dumps.ts`)
 *   - none of them went on, or those that did had waited for a moment only
 *   - nobody keeps them: whoever started them has ended or returned, and they have no relatives at work (`leaks-kin.ts`)
 */
import type { Finding, FindingKind } from '../diagnosis.ts'
import { FOR_OTHERS, ownFrame } from '../reach/idle.ts'
import { waitersSentence } from '../reach/stillness.ts'
import { headOf, siteOf } from '../scene/finding.ts'
import type { Group } from '../scene/groups.ts'
import { isObserver, type Scene } from '../scene/scene.ts'
import type { WaitKind } from '../scene/waits.ts'
import { at, goroutines } from '../scene/words.ts'
import { growthInDumps } from './dumps.ts'
import { doesGrow, isLikelyLeak } from './judged.ts'
import { type Kin, kinOf } from './kin.ts'
import { growthInTrace } from './trace.ts'
import { crowdSentences, growthSentences, kinSentences, leakAdvice } from './words.ts'

/** What was seen of a group that grew. */
export type Growth = {
  readonly by: 'trace' | 'ids' | 'counts'
  /** Those that are there at the end; where others were served in no time, those that were not. */
  readonly group: Group
  readonly before: number
  readonly after: number
  /** Of the same origin: born while it was looked, and ended. */
  readonly born: number
  readonly ended: number
  /** Waits there that ended, and the longest of them; by dumps, goroutines that were there and are no longer. */
  readonly left: number
  readonly longestNs: number
  /** Share of those that came after which others came, and were served: whoever was passed over waits for something else. */
  readonly passedOver: number
  /** Those that were served came back to wait there again: it is where they idle. */
  readonly comeBack: boolean
  /** They came all the time; of two dumps it cannot be told. */
  readonly steady: boolean
  readonly parts: number
  readonly filled: number
  /** NaN: how long it was looked is unknown. */
  readonly overNs: number
  /** By dumps: as many connections came. */
  readonly withClients?: boolean
}

/** Waits that another goroutine must end, or that nobody ends, or that a form of a dump hides. */
const MAY_LEAK: ReadonlySet<WaitKind> = new Set<WaitKind>([...FOR_OTHERS, 'forever', 'unknown'])

/** `grows`: they come all the time and none goes on, whatever else speaks for a leak, or against one. */
export type Leak = { readonly finding: Finding; readonly grows: boolean }

/** Goroutine leaks of one process. */
export function leaksIn(scene: Scene): Leak[] {
  const mayLeak = (group: Group) => MAY_LEAK.has(group.kind) && !group.places.some(isObserver)
  const traced = growthInTrace(scene, scene.groups.filter(mayLeak))
  const seen = new Set(traced.map(({ group }) => group.site))
  const dumped = growthInDumps(scene, mayLeak).filter(({ group }) => !seen.has(group.site))
  const found = [...traced, ...dumped].flatMap(growth => leakOf(scene, growth) ?? [])
  return found.length > 0 ? found : crowdsIn(scene, mayLeak)
}

/** Of those that grew, so many belong to somebody: it is their clients, or calls, that become more. */
const MOST = 0.5

function leakOf(scene: Scene, growth: Growth): Leak | undefined {
  // By counts alone a burst and clients that came are not told from what grows.
  if (growth.by === 'counts' && (growth.withClients || growth.before * 4 < growth.after)) return undefined
  const kin = kinOf(scene, growth.group.rows)
  // Clients that come and stay, calls that are under way.
  if (kin.bound > MOST) return undefined
  const certainty = isLikelyLeak(growth, kin) ? 'likely' : 'possible'
  const finding = findingFor(scene, growth.group, kin, certainty, growthSentences(growth))
  return { finding, grows: doesGrow(growth, kin) }
}

function findingFor(
  scene: Scene,
  group: Group,
  kin: Kin | undefined,
  certainty: Finding['certainty'],
  sentences: readonly string[],
): Finding {
  const start = kin?.start
  const called = ownFrame(group.places[0]) ?? (start?.own ? start : undefined)
  const caller = group.site.own ? undefined : called
  return {
    kind: kindOf(group),
    cause: 'goroutine-leak',
    certainty,
    ...headOf(scene, group),
    ...(caller ? { caller: siteOf(caller) } : {}),
    holder: holderOf(kin),
    evidence: [
      group.what === '' ? `${goroutines(group.count)} wait at ${at(group.site)}` : waitersSentence(group),
      ...(caller ? [`the program's own code that they come from is ${at(caller)}`] : []),
      ...sentences,
      ...(kin ? kinSentences(kin) : []),
    ],
    advice: leakAdvice(group, start),
  }
}

function kindOf({ kind, what }: Group): FindingKind {
  // A wait that never ends is on a nil channel, or a select without cases.
  if (kind === 'forever')
    return what.startsWith('chan send') ? 'chan send' : what.startsWith('chan') ? 'chan receive' : 'select'
  // debug=1 does not tell a receive from a send or a select; most of those that leak receive.
  return kind === 'unknown' ? 'chan receive' : (kind as FindingKind)
}

function holderOf(kin: Kin | undefined): Finding['holder'] {
  if (!kin?.start || kin.ended === 0 || kin.ended < kin.creators.length) return { state: 'unknown' }
  const [id] = kin.creators
  return { state: 'exited', ...(kin.creators.length === 1 ? { goroutine: id } : {}), function: kin.start.function }
}

/** A dump alone shows no growth, but a crowd that has nobody beside it is worth a second dump. */
const CROWD = 1000
const CROWD_SHARE = 0.8
const NEXT_SHARE = 0.1

function crowdsIn(scene: Scene, mayLeak: (group: Group) => boolean): Leak[] {
  const { standing, trace, groups } = scene
  const [first, next] = groups
  if (trace || !first?.site.own || !mayLeak(first) || first.count < CROWD) return []
  const total = standing.count.subarray(0, standing.length).reduce((sum, count) => sum + count, 0)
  if (first.count < total * CROWD_SHARE || (next?.count ?? 0) > first.count * NEXT_SHARE) return []
  const finding = findingFor(scene, first, undefined, 'possible', crowdSentences(first, total, next))
  return [{ finding, grows: false }]
}
