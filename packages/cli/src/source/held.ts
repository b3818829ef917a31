/** What becomes of a finding when the source tells who has the lock: the holder, and what that one waits for in turn. */
import { assembled, type Diagnosis, type Finding, isPlumbing, words } from '@unhang/core'
import type { Standing, Standings } from './goroutines.ts'
import type { Holder } from './holders.ts'

/** The process whose goroutines wait there. */
export function processOf({ site, waiters }: Finding, processes: readonly Standings[]): Standings | undefined {
  const ids = new Set(waiters.goroutines)
  return processes.find(({ goroutines }) =>
    goroutines.some(({ id, frames }) => ids.has(id) && frames.some(frame => frame.function === site.function)),
  )
}

/** -1: none is known. */
export function processNumber(finding: Finding, processes: readonly Standings[]): number {
  const process = processOf(finding, processes)
  return process ? processes.indexOf(process) : -1
}

/** These end by themselves, as far as one look tells. */
const COMES_BACK = /^(?:IO wait|sleep|syscall)/

/** undefined: somebody else is known to have it, or nothing is hung. */
export function heldBy(finding: Finding, { goroutine, hold, how }: Holder): Finding | undefined {
  const { certainty, cause, holder, evidence, site } = finding
  const isOther = holder.goroutine !== undefined && holder.goroutine !== goroutine.id
  if (cause === 'contention' || (isOther && certainty !== 'possible')) return undefined
  const isKnown = holder.goroutine === goroutine.id && cause !== 'unknown' && cause !== 'forgotten-unlock'
  const isHung = goroutine.isSteady && !COMES_BACK.test(goroutine.reason)
  const { frame, lock } = hold
  const proven = CAUSES[how]
  const where = frame.file === site.file ? '' : ` of ${words.line(frame).replace(/:\d+$/, '')}`
  const held = `in the source, \`${lock.lock.text}\` is locked in line ${lock.line}${where} and still held in line ${frame.line}, where goroutine ${goroutine.id} waits: ${goroutine.reason}`
  return {
    ...finding,
    cause: isKnown ? cause : proven,
    certainty: certainty === 'possible' && isHung ? 'likely' : certainty,
    holder: {
      state: how === 'self' ? 'self' : 'waiting',
      goroutine: goroutine.id,
      function: frame.function,
      waitsFor: (isKnown && holder.waitsFor) || waitOf(goroutine),
    },
    evidence: [...evidence.filter(one => !one.endsWith(UNPROVEN)), held],
    advice: isKnown ? finding.advice : ADVICE[how](words.shortName(frame.function)),
  }
}

const CAUSES = { other: 'holder-blocked', self: 'self-deadlock', ring: 'lock-order-cycle' } as const

const ADVICE: Readonly<Record<Holder['how'], (name: string) => string>> = {
  other: name => `${name} waits with the lock held: release it before that wait, or bound the wait with a time-out`,
  self: name => `${name} takes a lock that it holds already: lock in one place, and call what needs it from there`,
  ring: name => `goroutines in ${name} take the same locks in different orders: give them one order`,
}

const UNPROVEN = 'it may have the lock, nothing proves it'

function waitOf({ reason, frames }: Standing): string {
  const site = frames.find(frame => !isPlumbing(frame.function, frame.file))
  return site ? `${reason} in ${words.at(site)}` : reason
}

/** Longer chains than this tell nobody more. */
const MAX_LINKS = 8

/** The diagnosis with other findings, each holder's chain followed to its end. */
export function withHolders(
  diagnosis: Diagnosis,
  findings: readonly Finding[],
  processes: readonly Standings[],
): Diagnosis {
  if (findings.every((finding, i) => finding.holder === diagnosis.findings[i].holder)) return { ...diagnosis, findings }
  const numbers = findings.map(finding => processNumber(finding, processes))
  const processAt = new Map<Finding, number>()
  const chained = findings.map((finding, i) => {
    const neighbours = findings.filter((_, other) => numbers[other] === numbers[i])
    const followed = chainedIn(finding, neighbours, processes[numbers[i]])
    processAt.set(followed, numbers[i])
    return followed
  })
  return assembled(diagnosis, chained, finding => processAt.get(finding)!)
}

const isOfLock = ({ kind }: Finding) => kind === 'mutex' || kind === 'rwmutex'

function chainedIn(finding: Finding, findings: readonly Finding[], standings: Standings | undefined): Finding {
  const { holder, waiters } = finding
  if (!isOfLock(finding)) return finding
  const parts: string[] = []
  const seen = new Set<number>()
  let isSelf = false
  for (let id = holder.goroutine; id !== undefined && !seen.has(id) && parts.length < MAX_LINKS; ) {
    const goroutine = standings?.goroutines.find(one => one.id === id)
    if (!goroutine) return finding
    parts.push(parts.length === 0 ? waitOf(goroutine) : `held by goroutine ${id}, which waits for ${waitOf(goroutine)}`)
    seen.add(id)
    // Who waits on a channel may be told to wait for one that waits here: that is no lock that is held.
    const next = findings.find(
      one => isOfLock(one) && one.waiters.goroutines.includes(id!) && one.holder.goroutine !== undefined,
    )
    isSelf ||= next !== undefined && next.holder.goroutine === id
    id = next?.holder.goroutine
  }
  if (isSelf && finding.cause === 'holder-blocked' && parts.length === 1) return { ...finding, cause: 'self-deadlock' }
  if (parts.length < 2) return finding
  const isCircle = waiters.goroutines.some(id => seen.has(id))
  return {
    ...finding,
    ...(isCircle && finding.cause === 'holder-blocked' && { cause: 'lock-order-cycle' as const }),
    holder: { ...holder, waitsFor: parts.join(', ') },
  }
}
