/**
 * Who waits for a lock, and who has it, as the source tells: beside the waits of `absent.ts` a part of the same question. A
 * waiter is stuck for good where whoever has its lock is, and that one may wait for anything.
 */
import { type Finding, isPlumbing, type StackFrame, type Standing, type Standings, words } from '@unhang/core'
import { chainedIn, heldBy } from './held.ts'
import { type Holder, holdersOf } from './holders.ts'
import { type Release, releaseAt } from './release.ts'
import type { Located, Packages } from './waiting.ts'

export type Locked = {
  readonly goroutine: Standing
  readonly frame: StackFrame
  readonly holder: Holder
  /** Ids of those that have it; of a ring's no one is known to have this one, and all of them have one. */
  readonly by: readonly number[]
}

/** Lines where goroutines wait for locks that the source is read for; of each all goroutines are asked. */
const MAX_PLACES = 60
const MAX_ASKED = 20_000

const LOCKS = /^sync\.(?:Mutex\.Lock|RWMutex\.R?Lock)/

type Place = { readonly frame: StackFrame; readonly waiters: Standing[] }

/** Those of whose lock the holder is told. */
export function lockedIn(standings: Standings, packages: Packages): readonly Locked[] {
  const releases = new Map<string, Release | undefined>()
  return placesOf(standings).flatMap(({ frame, waiters }) => {
    const located = packages.at(frame)
    if (!located) return []
    const key = `${frame.file}:${frame.line}`
    if (!releases.has(key)) releases.set(key, releaseAt(located.pkg, located.file, frame.line))
    const release = releases.get(key)
    return release ? lockedAt(frame, waiters, located, release, standings) : []
  })
}

/** Of one line each value has a lock of its own, as far as the stack shows it. */
function placesOf({ goroutines, isWhole }: Standings): readonly Place[] {
  const places = new Map<string, Place>()
  const most = Math.min(MAX_PLACES, Math.ceil(MAX_ASKED / Math.max(1, goroutines.length)))
  for (const goroutine of isWhole ? goroutines : []) {
    const frame = LOCKS.test(goroutine.reason) ? siteOf(goroutine) : undefined
    if (!frame) continue
    const key = `${frame.function} ${frame.file}:${frame.line} ${/^\w*/.exec(frame.args)?.[0]}`
    const place = places.get(key)
    if (place) place.waiters.push(goroutine)
    else if (places.size < most) places.set(key, { frame, waiters: [goroutine] })
  }
  return [...places.values()]
}

function siteOf({ frames }: Standing): StackFrame | undefined {
  const frame = frames.find(one => !isPlumbing(one.function, one.file))
  return frame && !words.isStandard(frame.function) && !words.isDependencyFile(frame.file) ? frame : undefined
}

function lockedAt(
  frame: StackFrame,
  waiters: readonly Standing[],
  { pkg, file }: Located,
  release: Release,
  standings: Standings,
): readonly Locked[] {
  const { holder, possible } = holdersOf(pkg, file, findingAt(frame, waiters), release, standings)
  if (!holder) return []
  const by = holder.how === 'ring' ? possible.map(({ goroutine }) => goroutine.id) : [holder.goroutine.id]
  return waiters.map(goroutine => ({ goroutine, frame, holder, by }))
}

/** A finding lists so many. */
const MAX_IDS = 100

function findingAt({ function: name, file, line }: StackFrame, waiters: readonly Standing[]): Finding {
  const [{ reason }] = waiters
  const count = waiters.length
  return {
    kind: reason.includes('RW') ? 'rwmutex' : 'mutex',
    cause: 'unknown',
    certainty: 'likely',
    site: { function: name, file, line },
    waiters: {
      count,
      goroutines: waiters.map(({ id }) => id).slice(0, MAX_IDS),
      longestNs: Math.max(...waiters.map(({ waitedNs }) => waitedNs)),
      sinceStart: true,
    },
    holder: { state: 'unknown' },
    evidence: [`${count === 1 ? '1 goroutine waits' : `${count} goroutines wait`} there: ${reason}`],
    advice: '',
  }
}

/** One for each line of those that are stuck. `told`: what was said of them before, which nothing made sure. */
export function lockFindings(locked: readonly Locked[], told: readonly Finding[]): readonly Finding[] {
  const groups = new Map<string, Locked[]>()
  for (const one of locked) {
    const key = `${one.frame.function} ${one.frame.file}:${one.frame.line}`
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups.values()].map(group => {
    const [{ frame, holder }] = group
    const own = findingAt(
      frame,
      group.map(({ goroutine }) => goroutine),
    )
    const before = told.find(one => isSame(one, own))
    return { ...heldBy(before ?? own, holder), certainty: 'likely' as const }
  })
}

/** Of the same waiters, and with the same holder. */
function isSame({ cause, site, waiters }: Finding, own: Finding): boolean {
  if (cause === 'contention' || site.function !== own.site.function || site.line !== own.site.line) return false
  return waiters.count === own.waiters.count && waiters.goroutines.every(id => own.waiters.goroutines.includes(id))
}

/** What each holder waits for in turn, to the end. */
export function chained(findings: readonly Finding[], changed: readonly Finding[], standings: Standings) {
  const among = new Set(changed)
  return findings.map(finding => (among.has(finding) ? chainedIn(finding, findings, among, standings) : finding))
}
