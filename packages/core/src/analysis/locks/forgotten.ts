/**
 * A lock that nobody alive stands inside of: whoever took it last has left without unlocking. Who that was is said as
 * far as the events carry (`holders.ts`); else the holder is gone, or unknown.
 */
import type { Certainty, Finding } from '../diagnosis.ts'
import { type LastTaker, lastTakerOf } from '../holders/holders.ts'
import { insideOfLine, locksSeveral } from '../holders/jam.ts'
import { type Suspect, suspectsOf } from '../holders/suspects.ts'
import { crowdsInside } from '../reach/inside.ts'
import { CROWD, crowdSize, isPartOnly, lostVerdict } from '../reach/lost.ts'
import { comePerRequest, mayBeLeftByLiving, wereStartedApart } from '../reach/origin.ts'
import { anyAtWork, isAtRest } from '../reach/rest.ts'
import { enteredNs } from '../reach/stay.ts'
import { BRIEF_NS, LONG_NS, type ShutLine, type Stillness, shutNsOf, VERY_LONG_NS } from '../reach/stillness.ts'
import { behind, headOf } from '../scene/finding.ts'
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import { isObserver, placeOfGoroutine, type Scene } from '../scene/scene.ts'
import { findingKind } from '../scene/waits.ts'
import { at, goroutine, goroutines, line, moment, shortName, verb } from '../scene/words.ts'

/** The findings about the lines of a lock that was left locked, or that somebody has who can only be suspected. */
export function forgottenFindings(scene: Scene, lines: readonly ShutLine[], jam: readonly Group[]): Finding[] {
  const verdict = verdictOf(scene, lines, jam)
  return lines.map(({ group, still }) => ({
    kind: findingKind(group.kind),
    ...verdict,
    ...headOf(scene, group),
    evidence: [...still.evidence, ...jam.filter(({ site }) => site !== group.site).map(behind), ...verdict.evidence],
  }))
}

type Verdict = Pick<Finding, 'cause' | 'certainty' | 'holder' | 'evidence' | 'advice'>

/** What is said of all lines of the lock alike. */
function verdictOf(scene: Scene, lines: readonly ShutLine[], jam: readonly Group[]): Verdict {
  const [{ group, still }] = lines
  const groups = lines.map(each => each.group)
  const taker = lastTakerOf(scene, jam)
  const certainty = forgottenCertainty(scene, groups, still, taker)
  const suspects = doubtsOf(scene, jam, taker, !scene.trace && !still.strong && !isAtRest(scene, jam))
  const others = taker
    ? []
    : [
        ...crowdSentences(scene, group),
        ...severalSentence(scene, group),
        ...endsChainOf(scene, jam),
        ...otherLockWaiters(scene, jam).map(maybeHolder),
      ]
  if (suspects.length > 0 || others.length > 0) return unproven(scene, groups, still, certainty, suspects, others)
  if (!taker && group.site.standard) return unproven(scene, groups, still, certainty, [], [LIBRARY_LOCK])
  if (!taker && isPartOnly(scene)) return lostVerdict(scene, groups, still.strong)
  const siblings = idleSiblings(scene, jam)
  return {
    cause: 'forgotten-unlock',
    certainty,
    holder: holderOf(scene, jam, taker, siblings),
    evidence: [...takerSentences(scene, group, taker), nobodySentence(groups, siblings), ...earlierCall(jam, taker)],
    advice: forgottenAdvice(groups, taker),
  }
}

/**
 * The living ones that may have the lock. Who was seen in the locking function leaves no doubt; who only began as the
 * waiters did, less than one that works on the lock's own type.
 */
function doubtsOf(scene: Scene, jam: readonly Group[], taker: LastTaker | undefined, alone: boolean): Suspect[] {
  if (taker && taker.proof !== 'sibling' && taker.proof !== 'package') return []
  const suspects = suspectsOf(scene, jam, alone)
  return !taker || taker.others >= MANY ? suspects : suspects.filter(({ kin }) => PROPER.has(kin))
}

/** More than that it was there, or near. */
const PROPER: ReadonlySet<Suspect['kin']> = new Set<Suspect['kin']>(['type', 'value', 'sibling'])

/** Where so many have been through and left the lock free, the last of them is no more suspect than another. */
const MANY = 10

/** Stuck, but who has the lock is a guess: the guess stands in the evidence. */
function unproven(
  scene: Scene,
  groups: readonly Group[],
  still: Stillness,
  certainty: Certainty,
  suspects: readonly Suspect[],
  evidence: readonly string[],
): Verdict {
  const back = suspects.length > 0 && suspects.every(suspect => suspect.comesBack) && !(still.ns >= VERY_LONG_NS)
  // One dump alone tells a suspect that is stuck from one that is at work where nobody is at work at all.
  const alone = !scene.trace && !still.strong && crowdSize(groups) < CROWD
  // Of a stack that was cut above the program nobody knows who else is in its code.
  const atRest = isAtRest(scene, groups) && !groups.some(({ site }) => site.plumbing)
  const unsure = alone && !atRest && (suspects.length === 0 || anyAtWork(scene))
  return {
    cause: back ? 'contention' : 'unknown',
    certainty: back || unsure ? 'possible' : scene.trace || still.strong ? certainty : 'likely',
    holder: { state: 'unknown' },
    evidence: [...evidence, ...suspects.slice(0, MAX_SUSPECTS).map(suspect => suspectSentence(scene, suspect))],
    advice: groups[0].site.standard
      ? `see who else calls ${shortName(groups[0].site.function)}, and what that call waits for`
      : `see which of the functions that take the lock of ${shortName(groups[0].site.function)} can wait, or return, without unlocking`,
  }
}

const LIBRARY_LOCK =
  'the lock belongs to the standard library, which leaves none locked: one that is not seen here has it, in a call that does not return'

/** More than these are no suspicion. */
const MAX_SUSPECTS = 3

function suspectSentence(scene: Scene, { row, place, frame, kin }: Suspect): string {
  const what = {
    value: 'works on the same value',
    type: frame.receiver === '' ? 'is in the function that this one is written in' : 'is in a method of the same type',
    sibling: 'was started by whoever started the waiters',
    package: 'is in the same package',
    moment: scene.trace ? 'began to wait when the lock was shut' : 'is in the middle of something',
  }
  const waits = place.wait.kind === 'none' ? 'runs' : `waits for ${place.wait.what}`
  return `${goroutine(scene.standing.id[row])} ${what[kin]}, in ${at(frame)}, and ${waits}: it may have the lock, nothing proves it`
}

function forgottenAdvice(groups: readonly Group[], taker: LastTaker | undefined): string {
  const [group] = groups
  const what = 'look for a path without an Unlock'
  const behindLines = groups.some(({ site }) => site.file === '')
    ? ''
    : ` after ${groups.map(({ site }) => line(site)).join(', ')}`
  if (taker?.frame && taker.frame.function !== group.site.function)
    return `${shortName(taker.frame.function)}, or what it calls or returns to, leaves without unlocking: ${what}, as a missing \`defer\``
  if (groups.length > 1)
    return `one of the functions that take this lock leaves without unlocking: ${what}${behindLines}, as a missing \`defer\``
  return `${shortName(group.site.function)}, or what it calls or returns to, leaves without unlocking: ${what}${behindLines}, as a missing \`defer\``
}

function crowdSentences(scene: Scene, group: Group): string[] {
  return crowdsInside(group, scene.standing)
    .filter(crowd =>
      crowd.rows.slice(0, MAX_LOOKED_AT).some(row => wasThere(scene, row, crowd.frame, shutNsOf(scene, [group]))),
    )
    .map(
      ({ frame, place, count }) =>
        `${goroutines(count)} ${verb(count, 'wait')} for ${place.wait.what} behind that line, in ${at(frame)}: with a lock each, or behind the unlock`,
    )
}

/**
 * One waiter for each of several locks at a line: each may have what another one waits for, unless different goroutines
 * started them.
 */
function severalSentence(scene: Scene, group: Group): string[] {
  const others = scene.lockGroups.filter(
    other => other.site === group.site && other !== group && !wereStartedApart(scene, [group], [other]),
  )
  if (others.length === 0 || [group, ...others].some(each => each.count > 1 || insideOfLine(scene, each))) return []
  return [
    `${goroutines(others.length)} more ${verb(others.length, 'wait')} at that line, for ${others.length === 1 ? 'another lock' : 'other locks'}: for each other, or for locks that were left locked`,
  ]
}

/** Looking at each of a million would tell no more. */
const MAX_LOOKED_AT = 50

/** May it have been in that function when the lock was shut? */
function wasThere(scene: Scene, row: number, frame: Frame, shutNs: number): boolean {
  const g = scene.standing.traceRow[row]
  return !scene.trace || g < 0 || enteredNs(scene.trace, g, frame) <= shutNs
}

/**
 * Who has another lock, as far as is seen, waits for this one, and no address tells them apart: then this one may be held
 * by those that wait for the other.
 */
function endsChainOf(scene: Scene, jam: readonly Group[]): string[] {
  if (jam.some(({ lock }) => lock !== '')) return []
  const waiting = new Set(jam.flatMap(group => group.places))
  return scene.lockGroups.flatMap(other => {
    const inside = jam.includes(other) ? undefined : insideOfLine(scene, other)
    if (!inside || !waiting.has(inside.place)) return []
    const who = goroutine(scene.standing.id[inside.row])
    return [
      `${who} waits here, and has, or is to have, the lock that ${goroutines(other.count)} ${verb(other.count, 'wait')} for at ${at(other.site)}: these may hold this one`,
    ]
  })
}

/**
 * Groups that wait for other locks, where the trace shows nobody who could have left this one shut: one of them may hold
 * it. Not those of whose lock the holder is seen, and none that is shown to wait for another, if this one was shut before
 * the trace.
 */
function otherLockWaiters(scene: Scene, jam: readonly Group[]): Group[] {
  if (!scene.trace) return []
  const late = jam.some(group => group.firstNs === 0)
  if (late && jam.some(({ lock }) => lock !== '')) return []
  return scene.lockGroups.filter(
    other =>
      !jam.some(({ site }) => site === other.site) &&
      other.site.package === jam[0].site.package &&
      scene.endNs - other.firstNs >= BRIEF_NS &&
      !insideOfLine(scene, other),
  )
}

function maybeHolder(group: Group): string {
  return `${goroutines(group.count)} ${verb(group.count, 'wait')} for a lock at ${at(group.site)}: for this one, or with this one held`
}

function forgottenCertainty(
  scene: Scene,
  jam: readonly Group[],
  still: Stillness,
  taker: LastTaker | undefined,
): Certainty {
  if (!scene.trace) {
    const size = crowdSize(jam)
    const many = size > 1
    // Of the locks of a table some are always held for a moment.
    return still.strong ||
      size >= CROWD ||
      isAtRest(scene, jam) ||
      (many && !othersAtWork(scene, jam[0]) && !locksSeveral(scene, jam[0]))
      ? 'likely'
      : 'possible'
  }
  if ((taker && !isGuess(jam[0], taker)) || still.ns >= LONG_NS) return 'likely'
  return isAtRest(scene, jam) ? 'likely' : 'possible'
}

/** Does a running goroutine have the lock's package on its stack? Then one dump alone proves little. */
function othersAtWork(scene: Scene, group: Group): boolean {
  return scene.standing.places.some(
    place => place.wait.kind === 'none' && place.frames.some(frame => frame.package === group.site.package),
  )
}

function holderOf(
  scene: Scene,
  jam: readonly Group[],
  taker: LastTaker | undefined,
  siblings: number,
): Finding['holder'] {
  if (taker && scene.trace) {
    const id = scene.trace.goroutines.id[taker.goroutine]
    const functionName =
      taker.frame?.function ??
      scene.trace.strings.text(scene.trace.goroutines.entry[taker.goroutine]).replace(/-fm$/, '')
    const named = functionName === '' ? { goroutine: id } : { goroutine: id, function: functionName }
    // A connection's goroutine that has ended served requests as those that live do.
    if (taker.proof === 'package' || (taker.proof === 'sibling' && servesMany(jam))) return { state: 'unknown' }
    if (!Number.isNaN(taker.deathNs))
      return isGuess(jam[0], taker) ? { state: 'exited' } : { state: 'exited', ...named }
    const place = placeOfGoroutine(scene, taker.goroutine)
    if (!place || place.wait.kind === 'none') return { state: 'running', ...named }
    return { state: 'waiting', ...named, waitsFor: `${place.wait.what}${place.site ? ` in ${at(place.site)}` : ''}` }
  }
  // Shut before anybody looked. Goroutines that began as the waiters did and idle may be the one, and so may a waiter,
  // unless each of them is there for one request only.
  const before = !scene.trace || jam.some(group => group.firstNs === 0)
  if (!before || siblings > 0 || servesMany(jam)) return { state: 'unknown' }
  return { state: comePerRequest(scene, jam) && !mayBeLeftByLiving(scene, jam) ? 'exited' : 'unknown' }
}

/** Of many that began as the waiters did, or of readers, who share a lock, none is the one more than another. */
function isGuess(group: Group, { others, proof }: LastTaker): boolean {
  if (proof === 'package') return true
  if (group.kind === 'rwmutex' && others > 0) return proof === 'sibling' || proof === 'inside'
  return proof === 'sibling' && others >= MANY
}

/** Living goroutines that began as the waiters did, stand elsewhere, and so may have been through that function. */
function idleSiblings(scene: Scene, jam: readonly Group[]): number {
  const own = new Set(jam.flatMap(group => group.places))
  const entries = new Set([...own].map(place => place.frames.at(-1)?.function))
  const { standing } = scene
  let siblings = 0
  for (let row = 0; row < standing.length; row++) {
    const place = standing.places[standing.place[row]]
    if (own.has(place) || place.frames.length === 0 || isObserver(place)) continue
    if (entries.has(place.frames.at(-1)!.function)) siblings += standing.count[row]
  }
  return siblings
}

function takerSentences(scene: Scene, group: Group, taker: LastTaker | undefined): string[] {
  const { trace } = scene
  if (!taker || !trace) return []
  const who = `goroutine ${trace.goroutines.id[taker.goroutine]}`
  const sentence = {
    woken: `${who} was handed the lock at ${moment(taker.atNs)}, and nobody was woken after it`,
    past: `${who} got past that line: at ${moment(taker.atNs)} it was in ${taker.frame ? at(taker.frame) : ''}`,
    inside: `${who} was in ${taker.frame ? at(taker.frame) : shortName(group.site.function)} at ${moment(taker.atNs)}, before the first waiter came`,
    sibling: `${who} began as the waiters did, ran before the first of them blocked, and never waited for this lock`,
    package: `${who} is the only one that began in package ${group.site.package}, ran before the first waiter blocked and has ended`,
  }[taker.proof]
  const ended = Number.isNaN(taker.deathNs)
    ? livesSentence(scene, group, taker)
    : `it ended at ${moment(taker.deathNs)} without waking any of the waiters`
  const others =
    taker.others > 0 ? [`${goroutines(taker.others)} more were seen there before it, and are gone or elsewhere`] : []
  return [`${sentence}; ${ended}`, ...others]
}

function livesSentence(scene: Scene, { site }: Group, { goroutine: g }: LastTaker): string {
  const place = placeOfGoroutine(scene, g)
  const there = place?.frames.some(frame => frame.function === site.function)
  return there ? 'it is alive, and in that function' : 'it is alive but has left that function'
}

/** A connection's goroutine serves one request after the other (net/http/server.go): to return is not to end. */
function servesMany(jam: readonly Group[]): boolean {
  return jam.some(group => group.places.some(place => place.frames.at(-1)?.function === 'net/http.(*conn).serve'))
}

/** Where nobody else is left to have taken it, it was one of those that wait for it now. */
function earlierCall(jam: readonly Group[], taker: LastTaker | undefined): string[] {
  if (taker || !servesMany(jam)) return []
  return [
    "a connection's goroutine serves one request after the other: one of the waiters may have taken it in an earlier one",
  ]
}

function nobodySentence(groups: readonly Group[], siblings: number): string {
  const where =
    groups.length > 1
      ? 'any of these functions behind those lines'
      : `${shortName(groups[0].site.function)} behind that line`
  const sentence = `no other living goroutine is in ${where}`
  if (siblings === 0) return sentence
  return `${sentence}; ${goroutines(siblings)} of the same origin ${verb(siblings, 'stand')} elsewhere`
}
