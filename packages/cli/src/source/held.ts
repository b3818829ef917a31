/** What becomes of a finding when the source tells who has the lock: the holder, and what that one waits for in turn. */
import { assembled, type Diagnosis, type Finding, isPlumbing, type Standing, type Standings, words } from '@unhang/core'
import type { Holder, Holders } from './holders.ts'

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

/** Who is known to wait for whom. */
export type WaitsFor = ReadonlyMap<number, number>

/** What the source makes of it; undefined: nothing, or nothing is hung. `isLeft`: a function is seen to leave it locked. */
export function withHolder(
  finding: Finding,
  holders: Holders,
  { goroutines }: Standings,
  waitsFor: WaitsFor,
  isLeft: boolean,
): Finding | undefined {
  const { holder, cause, certainty, waiters } = finding
  if (cause === 'contention') return undefined
  const { possible, free } = holders
  const isRefuted = holder.goroutine !== undefined && free.has(holder.goroutine)
  const found = holders.holder ?? backOf(finding, holders, waitsFor)
  if (found) {
    const isOther = holder.goroutine !== undefined && holder.goroutine !== found.goroutine.id
    // That one may have left it locked who has ended is a guess beside one that lives and has it.
    const isGuess = holder.state === 'exited' || isRefuted || certainty === 'possible'
    return isOther && !isGuess ? undefined : heldBy(finding, found)
  }
  const [other, ...more] = possible.filter(({ goroutine }) => !waiters.goroutines.includes(goroutine.id))
  if (isRefuted && certainty !== 'possible') {
    if (other && more.length === 0 && other.hold.isPossible) return heldBy(finding, { ...other, how: 'other' })
    if (!other && (isLeft || free.size === goroutines.length)) return leftLocked(finding)
  }
  return isLeft && free.size > 0 && possible.every(one => isLeftBefore(one, finding))
    ? leftBySomebody(finding, goroutines)
    : undefined
}

/** It waits there like the others: a call before this one may have left it locked. */
function isLeftBefore({ goroutine, hold }: Holders['possible'][number], { site }: Finding): boolean {
  const isThere = goroutine.frames.some(({ function: name, line }) => name === site.function && line === site.line)
  return isThere && !hold.isSure
}

/** Of several that hold such a lock, one waits for one that waits here: for it these are a ring. */
function backOf({ waiters }: Finding, { possible, isAll }: Holders, waitsFor: WaitsFor): Holder | undefined {
  if (!isAll || possible.some(({ hold }) => !hold.isSure)) return undefined
  const back = possible.filter(({ goroutine }) => waiters.goroutines.includes(waitsFor.get(goroutine.id) ?? -1))
  return back.length === 1 ? { ...back[0], how: 'other' } : undefined
}

/** Nobody that lives has it, and a path is seen on which it is left locked. */
function leftBySomebody(finding: Finding, goroutines: readonly Standing[]): Finding | undefined {
  const { cause, certainty, waiters } = finding
  if (cause !== 'unknown' && cause !== 'forgotten-unlock') return undefined
  const isSteady = goroutines.every(one => one.isSteady || !waiters.goroutines.includes(one.id))
  const isSurer = certainty === 'possible' && isSteady
  if (cause === 'forgotten-unlock' && !isSurer) return undefined
  return { ...finding, cause: 'forgotten-unlock', certainty: isSurer ? 'likely' : certainty }
}

/** Whoever was thought to have it has it not, nor has anybody else that lives. */
function leftLocked(finding: Finding): Finding {
  const { holder, evidence } = finding
  const said = `in the source, goroutine ${holder.goroutine} has not locked it where it stands, nor has anybody else that lives`
  const kept = evidence.filter(one => !one.startsWith(`goroutine ${holder.goroutine} `))
  return {
    ...finding,
    cause: 'forgotten-unlock',
    holder: { state: 'unknown' },
    evidence: [...kept, said],
    advice: 'see on which path a function that takes the lock leaves it locked: `defer` its Unlock',
  }
}

export function heldBy(finding: Finding, { goroutine, hold, how }: Holder): Finding {
  const { certainty, cause, holder, evidence, site } = finding
  const isKnown = holder.goroutine === goroutine.id && cause !== 'unknown' && cause !== 'forgotten-unlock'
  const isHung = goroutine.isSteady && !COMES_BACK.test(goroutine.reason)
  const { frame, lock } = hold
  const proven = CAUSES[how]
  const where = frame.file === site.file ? '' : ` of ${words.line(frame).replace(/:\d+$/, '')}`
  const still = hold.isSure ? 'and still held in' : 'on a way to'
  const end = hold.isSure ? '' : '; nobody else that lives can have it'
  const among = hold.isAgain && how === 'ring'
  const held = among
    ? againSentence(hold)
    : `in the source, \`${lock.lock.text}\` is locked in line ${lock.line}${where} ${still} line ${frame.line}, where goroutine ${goroutine.id} waits: ${goroutine.reason}${end}`
  return {
    ...finding,
    cause: isKnown ? cause : proven,
    certainty: certainty === 'possible' && isHung ? 'likely' : certainty,
    holder: {
      state: how === 'self' ? 'self' : 'waiting',
      // Which of them has the one that another waits for, is not known.
      ...(!among && { goroutine: goroutine.id }),
      function: frame.function,
      waitsFor: (isKnown && holder.waitsFor) || waitOf(goroutine),
    },
    evidence: [...evidence.filter(one => !one.endsWith(UNPROVEN) && !isOfOther(one, holder, goroutine.id)), held],
    advice: isKnown ? finding.advice : ADVICE[how](words.shortName(frame.function)),
  }
}

function againSentence({ lock }: Holder['hold']): string {
  return `in the source, line ${lock.line} takes one \`${lock.lock.text}\` after the other and keeps them: all that wait there may have some of them, and nobody else has any`
}

const CAUSES = { other: 'holder-blocked', self: 'self-deadlock', ring: 'lock-order-cycle' } as const

const ADVICE: Readonly<Record<Holder['how'], (name: string) => string>> = {
  other: name => `${name} waits with the lock held: release it before that wait, or bound the wait with a time-out`,
  self: name => `${name} takes a lock that it holds already: lock in one place, and call what needs it from there`,
  ring: name => `goroutines in ${name} take the same locks in different orders: give them one order`,
}

/** Why another was thought to have it, or to have left it locked. */
function isOfOther(sentence: string, { goroutine }: Finding['holder'], id: number): boolean {
  return goroutine !== undefined && goroutine !== id && sentence.startsWith(`goroutine ${goroutine} `)
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
  const changed = new Set(findings.filter((finding, i) => finding.holder !== diagnosis.findings[i].holder))
  const chained = findings.map((finding, i) => {
    const neighbours = findings.filter((_, other) => numbers[other] === numbers[i])
    const followed = chainedIn(finding, neighbours, changed, processes[numbers[i]])
    processAt.set(followed, numbers[i])
    return followed
  })
  return assembled(diagnosis, chained, finding => processAt.get(finding)!)
}

const isOfLock = ({ kind }: Finding) => kind === 'mutex' || kind === 'rwmutex'

export function chainedIn(
  finding: Finding,
  findings: readonly Finding[],
  changed: ReadonlySet<Finding>,
  standings: Standings | undefined,
): Finding {
  const { holder, waiters } = finding
  if (!isOfLock(finding)) return finding
  const parts: string[] = []
  const seen = new Set<number>()
  let isSelf = false
  let isChanged = changed.has(finding)
  for (let id = holder.goroutine; id !== undefined && !seen.has(id) && parts.length < MAX_LINKS; ) {
    const goroutine = standings?.goroutines.find(one => one.id === id)
    if (!goroutine) return finding
    parts.push(parts.length === 0 ? waitOf(goroutine) : `held by goroutine ${id}, which waits for ${waitOf(goroutine)}`)
    seen.add(id)
    // Who waits on a channel may be told to wait for one that waits here: that is no lock that is held.
    const next = findings.find(one => isOfLock(one) && one.waiters.goroutines.includes(id!))
    isSelf ||= next !== undefined && next.holder.goroutine === id
    isChanged ||= next !== undefined && changed.has(next)
    id = next?.holder.goroutine
  }
  if (isSelf && finding.cause === 'holder-blocked' && parts.length === 1) return { ...finding, cause: 'self-deadlock' }
  const isCircle = waiters.goroutines.some(id => seen.has(id))
  const isBroken = finding.cause === 'lock-order-cycle' && isChanged && !isCircle && parts.length > 0
  const cause = isBroken
    ? 'holder-blocked'
    : isCircle && finding.cause === 'holder-blocked'
      ? 'lock-order-cycle'
      : undefined
  if (!isBroken && parts.length < 2) return finding
  return { ...finding, ...(cause && { cause }), holder: { ...holder, waitsFor: parts.join(', ') } }
}
