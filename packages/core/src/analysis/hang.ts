/**
 * Locks that nobody releases. For every line at which goroutines wait for a lock:
 *
 *  1. does it move? A lock that is handed on, or that was shut a moment ago, is contention and no finding (`stillness`)
 *  2. does a living goroutine stand inside? Then it is the holder, and what it waits for is followed (`inside.ts`)
 *  3. else whoever took the lock last is gone from there without unlocking (`holders.ts`): the forgotten unlock
 *
 * Nothing here knows a program's names: who could still wake the waiters is the only question.
 */
import { chainOf } from './chain.ts'
import type { Certainty, Finding, FindingCause } from './diagnosis.ts'
import { cameBefore, type Group } from './groups.ts'
import { type LastTaker, lastTakerOf } from './holders.ts'
import type { Inside } from './inside.ts'
import { holderInside, jamOf } from './jam.ts'
import { idsOf, isObserver, placeOfGoroutine, presentInDumps, type Scene } from './scene.ts'
import { isLockKind } from './waits.ts'
import { at, duration, goroutine, goroutines, line, moment, verb } from './words.ts'

/** Locks are held for microseconds; one that is shut this long may still be an honest slow section. */
const BRIEF_NS = 100e6
/** A lock is called stuck only after many times the longest that it was held before. */
const MANY_TIMES_HELD = 5
/** A living holder that waits somewhere may come back: only after this long is it worth the verdict. */
const LONG_NS = 1e9

export type LockFinding = { readonly finding: Finding; readonly group: Group }

/** Findings about locks that do not move. */
export function lockFindings(scene: Scene): LockFinding[] {
  const findings: LockFinding[] = []
  for (const group of scene.groups) {
    if (!isLockKind(group.kind)) continue
    const stuck = overtaken(scene, group)
    const still = stillness(scene, stuck)
    if (!still) continue
    const finding = findingOf(scene, stuck, still)
    if (finding) findings.push({ finding, group })
  }
  return findings
}

/**
 * Locks wake in the order of arrival (runtime/sema.go). Where one that came later was woken before one that still
 * waits, the line locks several locks, and only those that were passed over are stuck.
 */
function overtaken(scene: Scene, group: Group): Group {
  const newest = scene.uses.bySite.get(group.site)?.newestWokenSinceNs ?? Number.NaN
  return newest > group.firstNs ? cameBefore(group, scene.standing, newest) : group
}

/** Was anybody woken at that line who came later than one that still waits? */
function isPassedOver(scene: Scene, group: Group): boolean {
  return (scene.uses.bySite.get(group.site)?.newestWokenSinceNs ?? Number.NaN) > group.firstNs
}

type Stillness = {
  /** How long nothing has moved there; a lower bound. NaN: one dump alone does not tell. */
  readonly ns: number
  readonly strong: boolean
  readonly evidence: readonly string[]
}

/** Says for how long nobody has been let in; undefined where it moves or was shut a moment ago. */
function stillness(scene: Scene, group: Group): Stillness | undefined {
  return scene.trace ? stillInTrace(scene, group) : stillInDumps(scene, group)
}

function stillInTrace(scene: Scene, group: Group): Stillness | undefined {
  const use = scene.uses.bySite.get(group.site)
  const passedOver = isPassedOver(scene, group)
  const wokenNs = use && !passedOver ? use.lastWakeNs : 0
  const lastWakeNs = Math.max(group.firstNs, wokenNs, scene.uses.releasedNs.get(group.site.function) ?? 0)
  const ns = scene.endNs - lastWakeNs
  if (ns < Math.max(BRIEF_NS, MANY_TIMES_HELD * (use?.longestHeldNs ?? 0))) return undefined
  const evidence = [`${waitersSentence(group)}${sinceClause(group)}; ${stillClause(scene, group, lastWakeNs)}`]
  const present = presentInDumps(scene, group)
  const most = Math.max(0, ...present)
  if (most > 0) {
    const who = most < group.count ? `${most} of them stand` : most === 1 ? 'it stands' : `all ${most} stand`
    evidence.push(`${who} at that line in ${dumps(present)} too`)
  }
  if (passedOver)
    evidence.push(`${goroutines(use?.waits ?? 0)} that came later got a lock at that line: these wait for another one`)
  return { ns, strong: true, evidence }
}

function waitersSentence({ count, what, site }: Group): string {
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

function dumps(present: readonly number[]): string {
  const showing = present.filter(n => n > 0).length
  return present.length === 1
    ? 'the dump'
    : showing === present.length
      ? `all ${showing} dumps`
      : `${showing} of ${present.length} dumps`
}

function stillInDumps(scene: Scene, group: Group): Stillness | undefined {
  const present = presentInDumps(scene, group)
  const minutes = group.rows.reduce((least, row) => Math.max(least, scene.standing.minutes[row]), -1)
  const again = present.length > 1 ? Math.min(...present) : 0
  if (present.length > 1 && again === 0 && minutes < 1) return undefined
  const evidence = [waitersSentence(group)]
  if (minutes >= 1) evidence.push(`the dump shows a wait of at least ${minutes} min there`)
  if (again > 0) evidence.push(`${again} of them ${verb(again, 'stand')} there in all ${present.length} dumps`)
  return { ns: minutes >= 1 ? minutes * 60e9 : Number.NaN, strong: minutes >= 1 || again > 0, evidence }
}

function findingOf(scene: Scene, group: Group, still: Stillness): Finding | undefined {
  // Where the line locks several locks, one that came later is inside of another.
  const inside = holderInside(scene, group, isPassedOver(scene, group) ? group.firstNs : undefined)
  return inside ? heldFinding(scene, group, still, inside) : forgottenFinding(scene, group, still)
}

/** A living goroutine stands inside: what does it wait for? */
function heldFinding(scene: Scene, group: Group, still: Stillness, inside: Inside): Finding | undefined {
  const { wait } = inside.place
  // The forms of a dump that hide states do not tell whether it waits at all.
  if (wait.kind === 'unknown') return undefined
  // A timer, or the processor itself, will bring it back.
  const comesBack = wait.kind === 'none' || wait.kind === 'sleep'
  if (comesBack && !(still.ns >= LONG_NS)) return undefined
  const itself = group.lock !== '' && inside.place.lock === group.lock
  const chain = chainOf(scene, inside, new Set([group.site]))
  const cause = comesBack
    ? 'contention'
    : itself
      ? 'self-deadlock'
      : chain.cyclic
        ? 'lock-order-cycle'
        : 'holder-blocked'
  const stuck = still.ns >= LONG_NS || (!scene.trace && still.strong) || itself || chain.cyclic
  const id = scene.standing.id[inside.row]
  return {
    ...head(scene, group, still, cause, !comesBack && stuck ? 'likely' : 'possible'),
    holder: {
      state: wait.kind === 'none' ? 'running' : itself ? 'self' : 'waiting',
      ...(Number.isNaN(id) ? {} : { goroutine: id }),
      function: inside.frame.function,
      ...(chain.text === '' ? {} : { waitsFor: chain.text }),
    },
    evidence: [...still.evidence, insideSentence(inside, id), ...chain.evidence],
    advice: HELD_ADVICE[cause](inside.frame.function),
  }
}

const HELD_ADVICE: Readonly<Record<string, (functionName: string) => string>> = {
  contention: name => `shorten what ${name} does with the lock held`,
  'self-deadlock': name =>
    `${name} takes a lock that it holds already: lock in one place, and call what needs it from there`,
  'lock-order-cycle': name =>
    `${name} and the others in the circle take the same locks in different orders: give them one order`,
  'holder-blocked': name =>
    `${name} waits with the lock held: release it before that wait, or bound the wait with a time-out`,
}

function insideSentence(inside: Inside, id: number): string {
  const where = `${goroutine(id)} is alive in ${at(inside.frame)}`
  const how = {
    function: 'behind the line that locks',
    caller: 'behind the call that locks',
    receiver: 'a method of the same value',
  }[inside.how]
  return `${where}, ${how}`
}

/** Nobody alive stands inside: whoever took it last has left without unlocking. */
function forgottenFinding(scene: Scene, group: Group, still: Stillness): Finding {
  const jam = jamOf(scene, group)
  const taker = lastTakerOf(scene, jam)
  const siblings = idleSiblings(scene, jam)
  const others = taker ? [] : otherLockWaiters(scene, jam)
  const certainty = forgottenCertainty(scene, group, still, taker)
  return {
    ...head(scene, group, still, others.length > 0 ? 'unknown' : 'forgotten-unlock', certainty),
    holder: others.length > 0 ? { state: 'unknown' } : holderOf(scene, jam, taker, siblings),
    evidence: [
      ...still.evidence,
      ...jam.slice(1).map(behind),
      ...takerSentences(scene, group, taker),
      nobodySentence(group, siblings),
      ...others.map(maybeHolder),
    ],
    advice:
      others.length > 0
        ? `compare the order in which ${group.site.function} and ${others[0].site.function} take their locks`
        : forgottenAdvice(group),
  }
}

function forgottenAdvice({ site }: Group): string {
  return `${site.function}, or what it calls or returns to, leaves without unlocking: look for a path without an Unlock after ${line(site)}, as a missing \`defer\``
}

function behind(group: Group): string {
  return `${goroutines(group.count)} more ${verb(group.count, 'wait')} for it in ${group.what} at ${at(group.site)}`
}

/**
 * Groups that wait for other locks, where the trace saw this one being shut and nobody who could have left it so: one of
 * them may hold it. A lock that was shut before the trace, or is shown to be another, does not come into question.
 */
function otherLockWaiters(scene: Scene, jam: readonly Group[]): Group[] {
  if (!scene.trace || jam.some(group => group.firstNs === 0)) return []
  return scene.groups.filter(
    other =>
      isLockKind(other.kind) &&
      !jam.includes(other) &&
      other.site.package === jam[0].site.package &&
      scene.endNs - other.firstNs >= BRIEF_NS,
  )
}

function maybeHolder(group: Group): string {
  return `${goroutines(group.count)} ${verb(group.count, 'wait')} for another lock at ${at(group.site)}, and may hold this one`
}

function forgottenCertainty(scene: Scene, group: Group, still: Stillness, taker: LastTaker | undefined): Certainty {
  if (!scene.trace) return still.strong || (group.count > 1 && !othersAtWork(scene, group)) ? 'likely' : 'possible'
  if (taker || still.ns >= LONG_NS) return 'likely'
  return 'possible'
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
      taker.frame?.function ?? scene.trace.strings.text(scene.trace.goroutines.entry[taker.goroutine])
    const named = functionName === '' ? { goroutine: id } : { goroutine: id, function: functionName }
    if (!Number.isNaN(taker.deathNs))
      return isGuess(jam[0], taker) ? { state: 'exited' } : { state: 'exited', ...named }
    const place = placeOfGoroutine(scene, taker.goroutine)
    if (!place || place.wait.kind === 'none') return { state: 'running', ...named }
    return { state: 'waiting', ...named, waitsFor: `${place.wait.what}${place.site ? ` in ${at(place.site)}` : ''}` }
  }
  // Shut before anybody looked. Goroutines that began as the waiters did and idle may be the one.
  if (servesMany(jam)) return { state: 'unknown' }
  const before = !scene.trace || jam.some(group => group.firstNs === 0)
  return { state: before && siblings === 0 ? 'exited' : 'unknown' }
}

/** Readers share a lock: of many that only may have been there, none is the one more than another. */
function isGuess(group: Group, taker: LastTaker): boolean {
  return group.kind === 'rwmutex' && taker.others > 0 && (taker.proof === 'sibling' || taker.proof === 'inside')
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
    inside: `${who} was in ${taker.frame ? at(taker.frame) : group.site.function} at ${moment(taker.atNs)}, before the first waiter came`,
    sibling: `${who} began as the waiters did, ran before the first of them blocked, and never waited for this lock`,
    package: `${who} is the only one that began in package ${group.site.package}, ran before the first waiter blocked and has ended`,
  }[taker.proof]
  const ended = Number.isNaN(taker.deathNs)
    ? 'it is alive but has left that function'
    : `it ended at ${moment(taker.deathNs)} without waking any of the waiters`
  const others =
    taker.others > 0 ? [`${goroutines(taker.others)} more ran there before it, and are gone or elsewhere`] : []
  return [`${sentence}; ${ended}`, ...others]
}

/** A connection's goroutine serves one request after the other (net/http/server.go): to return is not to end. */
function servesMany(jam: readonly Group[]): boolean {
  return jam.some(group => group.places.some(place => place.frames.at(-1)?.function === 'net/http.(*conn).serve'))
}

function nobodySentence(group: Group, siblings: number): string {
  const sentence = `no other living goroutine is in ${group.site.function} behind that line`
  if (siblings === 0) return sentence
  return `${sentence}; ${goroutines(siblings)} of the same origin ${verb(siblings, 'stand')} elsewhere`
}

function head(
  scene: Scene,
  group: Group,
  still: Stillness,
  cause: FindingCause,
  certainty: Certainty,
): Omit<Finding, 'holder' | 'evidence' | 'advice'> {
  const { function: functionName, file, line: lineNumber } = group.site
  const sinceStart = !scene.trace || group.firstNs === 0
  return {
    kind: group.kind as Finding['kind'],
    cause,
    certainty,
    site: { function: functionName, file, line: lineNumber },
    waiters: {
      count: group.count,
      goroutines: idsOf(scene.standing, group.rows),
      longestNs: scene.trace ? scene.endNs - group.firstNs : Number.isNaN(still.ns) ? 0 : still.ns,
      sinceStart,
      ...(sinceStart ? {} : { sinceNs: group.firstNs }),
    },
  }
}
