/** What becomes of the findings when the source tells who is stuck: surer ones, and those that nothing else told. */
import { type Finding, type FindingCause, type FindingKind, STRANDED_CAUSES, type Standings } from '@unhang/core'
import { absentFor, idsOf, type Known, type Offer } from './absent.ts'
import { chained, lockedIn, lockFindings } from './locked.ts'
import { NOBODY_LEFT, offerSentence, partSentence } from './telling.ts'
import type { Packages } from './waiting.ts'

/** Of one process: `findings` are its own. */
export function withAbsent(
  findings: readonly Finding[],
  waitings: readonly Known[],
  standings: Standings,
  packages: Packages,
): readonly Finding[] {
  // Whoever waits for a lock that moves, gets it.
  const sure = findings.filter(({ certainty, cause }) => certainty !== 'possible' && cause !== 'contention')
  const absent = absentFor(waitings, lockedIn(standings, packages), standings, packages, idsOf(sure))
  const holding = new Set([
    ...findings.filter(isOfLock).map(({ holder }) => holder.goroutine),
    ...absent.locked.flatMap(({ by }) => by),
  ])
  const stuck = absent.stuck.filter(one => holding.has(one.goroutine.id) || !isIdle(one))
  const byId = new Map(stuck.map(one => [one.goroutine.id, one]))
  const told = findings.map(finding => {
    const { goroutines, count } = finding.waiters
    const known = goroutines.map(id => byId.get(id))
    const [first] = known
    const timed = timedBy(finding, waitings)
    if (timed) return timed
    const part = first ? undefined : partOf(finding, waitings)
    if (part) return { ...finding, evidence: [...finding.evidence, ...part] }
    if (!first || count > goroutines.length || known.includes(undefined) || !isSameKind(finding, first)) return finding
    return withSentences(finding, first)
  })
  const surely = told.filter(({ certainty }) => certainty !== 'possible')
  const named = idsOf(surely)
  // More of those that are told already come and go there.
  const isTold = ({ frame }: Known) =>
    surely.some(({ site }) => site.function === frame.function && site.file === frame.file && site.line === frame.line)
  const left = stuck.filter(one => !named.has(one.goroutine.id) && !isTold(one))
  const shut = lockFindings(
    absent.locked.filter(one => !named.has(one.goroutine.id)),
    told,
  )
  const more = [...groupsOf(left).map(findingOf), ...shut]
  const covered = idsOf(more)
  // What was only worth a look is told now.
  const rest = told.filter(
    one => one.certainty !== 'possible' || !one.waiters.goroutines.every(id => covered.has(id)) || more.length === 0,
  )
  const ids = new Set([...named, ...covered])
  const all = rest.map(finding =>
    isHeldForGood(finding, ids) ? { ...finding, certainty: 'likely' as const } : finding,
  )
  return chained([...all, ...more], shut, standings)
}

const isOfLock = ({ kind }: Finding) => kind === 'mutex' || kind === 'rwmutex'

/** Whoever was seen to have the lock never comes back. */
function isHeldForGood({ kind, cause, certainty, holder }: Finding, stuck: ReadonlySet<number>): boolean {
  const isOpen = certainty === 'possible' && cause === 'holder-blocked' && (kind === 'mutex' || kind === 'rwmutex')
  return isOpen && holder.goroutine !== undefined && stuck.has(holder.goroutine)
}

/** A timer's function sends or closes there: no goroutine need be left for that. */
function timedBy(finding: Finding, waitings: readonly Known[]): Finding | undefined {
  const ids = new Set(finding.waiters.goroutines)
  const known = waitings.find(one => ids.has(one.goroutine.id) && isSameKind(finding, one))
  const op = known?.lives.flatMap(({ serving }) => serving).find(({ by }) => by === 'timer')
  if (!op || finding.certainty !== 'likely') return undefined
  const said = `in the source, a timer's function serves it in line ${op.line} of ${op.declared.file.name}: it wakes by itself`
  return { ...finding, certainty: 'possible', evidence: [...finding.evidence, said] }
}

/** What is seen of a life of which only a part is in sight. */
function partOf(finding: Finding, waitings: readonly Known[]): readonly string[] | undefined {
  if (finding.certainty === 'certain') return undefined
  const ids = new Set(finding.waiters.goroutines)
  const known = waitings.find(one => ids.has(one.goroutine.id) && isSameKind(finding, one))
  const said = known?.lives.flatMap(offer => (offer.life.isWhole ? [] : (partSentence(offer, known) ?? [])))
  return said && said.length > 0 ? said : undefined
}

/** Nothing ever comes there: who waits so is meant to wait for good. Whoever makes a context that ends, means it to end. */
function isIdle({ kind, lives, goroutine }: Known): boolean {
  const isNever = ({ serving, life }: Offer) =>
    serving.length === 0 && !life.made.some(({ by }) => by?.startsWith('With'))
  return kind !== 'send' && kind !== 'Acquire' && (goroutine.id === 1 || lives.every(isNever))
}

const KINDS: Readonly<Record<Known['kind'], readonly FindingKind[]>> = {
  send: ['chan send'],
  receive: ['chan receive'],
  select: ['select'],
  Wait: ['waitgroup', 'cond'],
  Acquire: ['semaphore', 'select'],
}

function isSameKind({ kind, site, caller, cause }: Finding, { kind: own, frame }: Known): boolean {
  const isThere = [site, caller].some(one => one?.line === frame.line && one.function === frame.function)
  return KINDS[own].includes(kind) && isThere && cause !== 'remote'
}

function withSentences(finding: Finding, known: Known): Finding {
  const evidence = [...finding.evidence, ...sentencesOf(known)]
  const cause = finding.cause === 'no-sender' ? causeOf(known) : finding.cause
  return { ...finding, cause, certainty: finding.certainty === 'possible' ? 'likely' : finding.certainty, evidence }
}

/** A select sends what it has to say; beside that it looks for its end, which is closed and sends nothing. */
function causeOf(known: Known): FindingCause {
  const isEnd = ({ use, serving }: Offer) => use.do === 'receive' && serving.every(({ what }) => ENDS.test(what))
  const isSender = known.lives.some(({ use }) => use.do === 'send')
  const isOfSender = isSender && known.lives.every(one => one.use.do === 'send' || isEnd(one))
  return isOfSender ? 'no-receiver' : (STRANDED_CAUSES[kindOf(known)] ?? 'unknown')
}

const ENDS = /^(?:close|call)$/

function sentencesOf(known: Known): readonly string[] {
  return [...known.lives.map(offer => offerSentence(offer, known)), NOBODY_LEFT]
}

export function groupsOf(stuck: readonly Known[]): readonly (readonly Known[])[] {
  const groups = new Map<string, Known[]>()
  for (const one of stuck) {
    const key = `${one.frame.function} ${one.frame.file}:${one.frame.line} ${one.kind}`
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups.values()]
}

/** A finding lists so many. */
const MAX_IDS = 100

export function findingOf(group: readonly Known[]): Finding {
  const [first] = group
  const { frame } = first
  const kind = kindOf(first)
  const ids = group.map(({ goroutine }) => goroutine.id).sort((a, b) => a - b)
  const count = ids.length
  return {
    kind,
    cause: causeOf(first),
    certainty: 'likely',
    site: { function: frame.function, file: frame.file, line: frame.line },
    waiters: {
      count,
      goroutines: ids.slice(0, MAX_IDS),
      longestNs: Math.max(...group.map(({ goroutine }) => goroutine.waitedNs)),
      sinceStart: true,
    },
    holder: { state: 'unknown' },
    evidence: [
      `${count === 1 ? '1 goroutine waits' : `${count} goroutines wait`} there: ${first.goroutine.reason}`,
      ...sentencesOf(first),
    ],
    advice: ADVICE[kind] ?? '',
  }
}

function kindOf({ kind, goroutine, lives }: Known): FindingKind {
  if (kind !== 'Wait') return KINDS[kind][0]
  const isCond =
    /Cond/.test(goroutine.reason) || lives.some(({ serving }) => serving.some(({ what }) => /^(?:Si|Br)/.test(what)))
  return isCond ? 'cond' : 'waitgroup'
}

const ADVICE: { readonly [kind in FindingKind]?: string } = {
  'chan send': 'see on which path the receiver leaves: a buffer of one, or a select with a way out, frees the sender',
  'chan receive': 'see on which path nobody sends or closes',
  select: 'see on which path nobody serves one of its cases; a case for its end frees it',
  waitgroup: 'call Done on every path: `defer` it where the goroutine begins',
  semaphore: 'release what was acquired on every path: `defer` it',
  cond: 'look at the condition in a loop around the Wait, and give the signal after each change of it',
}
