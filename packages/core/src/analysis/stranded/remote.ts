/**
 * Crowds that wait for a slot, and the calls that have the slots. A thousand goroutines at `limit <- token` are no cause:
 * they go on when one of those that got past that line comes back. So the question is what these wait for:
 *
 *   crowd    main.fetch:40  chan send
 *   slots    select ‹ transport.wait ‹ … ‹ main.fetch:42         past the same line of the same function
 *   reader   IO wait ‹ transport.reader                          the one that would wake them: it waits for the remote
 */
import type { Finding } from '../diagnosis.ts'
import { waitsForOthers } from '../reach/idle.ts'
import { forkOf } from '../reach/inside.ts'
import { headOf, minutesOf, siteOf } from '../scene/finding.ts'
import type { Frame } from '../scene/frames.ts'
import { cameBefore, type Group } from '../scene/groups.ts'
import { presentInDumps, type Scene } from '../scene/scene.ts'
import type { Place } from '../scene/standing.ts'
import { isLockKind, type WaitKind } from '../scene/waits.ts'
import { partnersSeen, readerFor, readsNetwork, servedByOthers, slotsGoRound, wakersSeen } from '../scene/wakers.ts'
import { at, duration, goroutine, goroutines, shortName, thousands, verb } from '../scene/words.ts'
import { stuckIn } from './stuck.ts'

/** Calls that have been out for less are answered slowly, at worst. */
const STILL_NS = 500e6
/** What only may be stuck gets twice that before it is named. */
const LONG_NS = 1e9
/** Comparing every stack of a hostile input with every other would never end; the biggest crowds tell the story. */
const MAX_CROWDS = 20
const MAX_GROUPS = 300
const MAX_PLACES = 20
/** The call that takes a slot is at most a few helpers away from the line that goes on. */
const MAX_CALLERS = 3

type Crowd = { readonly group: Group; readonly holders: readonly Group[]; readonly fork: Frame | undefined }

/** Findings about slots and calls. `explained` are groups that other findings account for. */
export function remoteFindings(scene: Scene): Finding[] {
  const still = scene.groups.filter(group => !isIdle(group)).map(group => unmoved(scene, group))
  const crowds = still
    .filter(group => mayWaitForSlot(group) || takesSlots(scene, group))
    .slice(0, MAX_CROWDS)
    .map(group => crowdOf(scene, group))
  const findings: Finding[] = []
  const named = new Set<Frame>()
  for (const crowd of crowds) {
    const holders = crowd.holders.map(group => unmoved(scene, group)).filter(group => group.count > 0)
    if (holders.some(group => isLockKind(group.kind))) continue
    const [main] = holders
    if (!main || named.has(main.site) || moves(scene, main)) continue
    named.add(main.site)
    findings.push(...answerFor(scene, crowd, holders))
  }
  for (const group of still.slice(0, MAX_CROWDS)) {
    const calls = group.count > 1 && !named.has(group.site) && callsFromOwnCode(group)
    const finding = calls ? loneCalls(scene, group) : undefined
    if (finding) findings.push(finding)
  }
  return findings
}

function isIdle(group: Group): boolean {
  return group.kind === 'accept' || group.kind === 'forever' || group.kind === 'unknown' || isLockKind(group.kind)
}

/** Those of a group that have not moved for a while. Without a trace, all of them. */
function unmoved(scene: Scene, group: Group): Group {
  return scene.trace ? cameBefore(group, scene.standing, scene.endNs - STILL_NS) : group
}

/**
 * A send, or a wait in a library that the program's own code has called: idle workers wait in their own code for a
 * receive or a select, and libraries' own goroutines in the function that they began with.
 */
function mayWaitForSlot(group: Group): boolean {
  if (group.count === 0) return false
  if (group.kind === 'chan send') return true
  if ((group.kind !== 'select' && group.kind !== 'chan receive') || group.site.own) return false
  return group.places.some(({ frames }) => frames.at(-1) !== group.site && frames.some(frame => frame.own))
}

/** Slots may as well be received: what the group waits for is given back by those that got past that line. */
function takesSlots(scene: Scene, group: Group): boolean {
  if (!scene.trace || group.kind !== 'chan receive' || !group.site.own || group.count < 2) return false
  const passed = scene.groups.slice(0, MAX_GROUPS).some(other => other.site !== group.site && pastOf(group, other))
  return passed && slotsGoRound(scene.trace, scene.book, group.site)
}

function crowdOf(scene: Scene, group: Group): Crowd {
  const holders: Group[] = []
  let fork: Frame | undefined
  for (const other of scene.groups.slice(0, MAX_GROUPS)) {
    if (other === group || other.site === group.site) continue
    const went = pastOf(group, other) ?? startedPast(scene, group, other)
    if (!went) continue
    holders.push(other)
    fork ??= went
  }
  return { group, holders: holders.length > 0 ? holders : receiversOf(scene, group), fork }
}

/**
 * Where those stand now that were seen to take what the group sends, most of them first. One that idles in a library has
 * gone on: a server's connection waits for its next request.
 */
function receiversOf(scene: Scene, group: Group): Group[] {
  if (!scene.trace || group.kind !== 'chan send') return []
  const partners = partnersSeen(scene.trace, scene.book, group.site)
  const met = (other: Group) =>
    other.rows.reduce((n, row) => n + (partners.has(scene.standing.traceRow[row]) ? 1 : 0), 0)
  return scene.groups
    .slice(0, MAX_GROUPS)
    .filter(other => other !== group && other.site !== group.site)
    .filter(other => other.places.some(place => place.frames.some(frame => frame.own)))
    .map(other => ({ other, count: met(other) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ other }) => other)
}

/** The frame where members of `other` have got past the line where the group waits. */
function pastOf(group: Group, other: Group): Frame | undefined {
  for (const waiter of group.places.slice(0, MAX_PLACES)) {
    for (const place of other.places.slice(0, MAX_PLACES)) {
      const fork = forkOf(waiter.frames, place.frames)
      if (!fork || fork.went.line <= fork.stayed.line) continue
      const callers = waiter.frames.indexOf(fork.stayed) - waiter.frames.indexOf(group.site)
      const near = callers >= 0 && callers <= MAX_CALLERS
      if (near && (fork.stayed.own || fork.stayed.package === group.site.package)) return fork.went
    }
  }
  return undefined
}

/** Rows whose start is looked at: where one was started, all of a kind mostly were. */
const MAX_STARTS = 20

/**
 * Where a goroutine takes the slots one by one and starts another for each: those of `other` were started behind the
 * line where the group waits, by the same function.
 */
function startedPast(scene: Scene, group: Group, other: Group): Frame | undefined {
  if (group.kind !== 'chan send') return undefined
  const lines = group.places.slice(0, MAX_PLACES).map(place => place.site)
  for (const row of other.rows.subarray(0, MAX_STARTS)) {
    const start = scene.startedAt(row)
    if (start && lines.some(site => site && site.function === start.function && site.line < start.line)) return start
  }
  return undefined
}

type Answer = { readonly remote: boolean; readonly reader: number; readonly evidence: readonly string[] }

/** What would wake the group: bytes from a remote, itself or through the goroutine that reads them? */
function answerOf(scene: Scene, group: Group): Answer {
  const [place] = group.places
  if (readsNetwork(place)) return { remote: true, reader: -1, evidence: [] }
  const reader = readerSeen(scene, group) ?? readerFor(place, scene.standing)
  if (reader < 0) return { remote: false, reader, evidence: [] }
  const there = scene.standing.places[scene.standing.place[reader]]
  const id = scene.standing.id[reader]
  const where = shortName(there.frames.at(-1)?.function ?? '')
  return {
    remote: true,
    reader,
    evidence: [`${goroutine(id)} (${where}) would wake them, and itself waits to read from the network`],
  }
}

/** The row of a goroutine that was seen to wake others from this wait and now reads from the network. */
function readerSeen(scene: Scene, group: Group): number | undefined {
  if (!scene.trace) return undefined
  const { standing } = scene
  for (const g of wakersSeen(scene.trace, scene.book, group.site)) {
    const row = scene.rowOf[g]
    if (row >= 0 && readsNetwork(standing.places[standing.place[row]])) return row
  }
  return undefined
}

function answerFor(scene: Scene, crowd: Crowd, holders: readonly Group[]): Finding[] {
  const answers = holders.map(group => ({ group, answer: answerOf(scene, group) }))
  const remote = answers.find(({ answer }) => answer.remote)
  if (remote) return [remoteFinding(scene, remote.group, remote.answer, crowd)]
  if (!mayBePool(scene, crowd)) return []
  // One look at a pool in full use proves nothing.
  return scene.trace || isStill(scene, crowd.group, LONG_NS) ? [exhaustedFinding(scene, crowd, holders)] : []
}

/**
 * Whoever gives a slot back got past that line before. What others take there are messages: whether anybody is left to
 * take them is asked elsewhere (`stuck.ts`).
 */
function mayBePool({ trace, book }: Scene, { group, fork }: Crowd): boolean {
  if (group.kind !== 'chan send' || !group.site.own) return true
  return fork !== undefined && (trace === undefined || !servedByOthers(trace, book, group.site))
}

function remoteFinding(scene: Scene, calls: Group, answer: Answer, crowd: Crowd | undefined): Finding {
  const { standing } = scene
  const reader = answer.reader >= 0 ? standing.places[standing.place[answer.reader]] : undefined
  const { site } = calls
  return {
    kind: 'network',
    cause: 'remote',
    certainty: crowd && isStill(scene, calls, STILL_NS) ? 'likely' : 'possible',
    ...headOf(scene, calls),
    ...callerOf(calls, crowd?.fork),
    holder: reader
      ? {
          state: 'waiting',
          ...idOf(standing.id[answer.reader]),
          ...functionOf(reader),
          waitsFor: `${reader.wait.what}${reader.site ? ` in ${at(reader.site)}` : ''}`,
        }
      : { state: 'unknown' },
    evidence: [
      `${goroutines(calls.count)} ${verb(calls.count, 'wait')} for an answer in ${at(site)}${stillFor(scene, calls)}`,
      ...calledFrom(calls, crowd?.fork),
      ...answer.evidence,
      ...(crowd ? [`${crowdSentence(crowd)}: they go on when one of these calls comes back`] : []),
      ...dumpSentence(scene, calls),
    ],
    advice: 'look at the other end: it was asked and has not answered; a time-out on these calls would free them',
  }
}

function crowdSentence({ group, fork }: Crowd): string {
  const where = `${goroutines(group.count)} more ${verb(group.count, 'wait')} in ${group.what} at ${at(group.site)}`
  return fork ? `${where}, a line that these, or who started them, have passed` : `${where}, for these to take it`
}

/** Slots are taken by goroutines that wait for something else than a remote. */
function exhaustedFinding(scene: Scene, crowd: Crowd, holders: readonly Group[]): Finding {
  const { group } = crowd
  const [main] = holders
  const long = isStill(scene, group, LONG_NS) && isStill(scene, main, LONG_NS)
  const comesBack = main.kind === 'sleep' || isAwaited(scene, main)
  return {
    kind: group.kind as Finding['kind'],
    cause: 'pool-exhausted',
    // A lone one that waits for a slow one is no crowd at a pool; if nobody comes, it is told as stranded.
    certainty: long && !comesBack && group.count > 1 ? 'likely' : 'possible',
    ...headOf(scene, group),
    holder: {
      state: 'waiting',
      ...idOf(scene.standing.id[main.rows[0]]),
      ...functionOf(main.places[0]),
      waitsFor: `${main.what} in ${at(main.site)}`,
    },
    evidence: [
      `${goroutines(group.count)} ${verb(group.count, 'wait')} in ${group.what} at ${at(group.site)}${stillFor(scene, group)}`,
      ...holders.map(
        other =>
          `${goroutines(other.count)} got past that line and ${verb(other.count, 'wait')} in ${other.what} at ${at(other.site)}${stillFor(scene, other)}`,
      ),
      'nothing shows who would wake these',
    ],
    advice: `look at what ${shortName(main.site.function)} waits for: it has the slots`,
  }
}

/** Do these wait for another goroutine of the program, which is at work as far as is known? */
function isAwaited(scene: Scene, { places, rows }: Group): boolean {
  if (!places.some(waitsForOthers)) return false
  const members = new Set(rows)
  return !stuckIn(scene).stuck.some(({ row }) => members.has(row))
}

/** Does the program's own code wait there for an answer? Servers and idle connections wait in a library's own goroutines. */
function callsFromOwnCode(group: Group): boolean {
  return group.places.some(place => place.frames.some(frame => frame.own) && (readsNetwork(place) || !place.site?.own))
}

const MAY_BE_CALL: ReadonlySet<WaitKind> = new Set<WaitKind>(['network', 'select', 'chan receive', 'cond'])

/** Calls without a crowd behind them: a subscription looks the same, so it is only worth a look. */
function loneCalls(scene: Scene, group: Group): Finding | undefined {
  if (!MAY_BE_CALL.has(group.kind) || !isStill(scene, group, LONG_NS)) return undefined
  const answer = answerOf(scene, group)
  return answer.remote ? remoteFinding(scene, group, answer, undefined) : undefined
}

/** Has nobody of the group moved for that long? Dumps tell by the minutes, or by showing the same twice. */
function isStill(scene: Scene, group: Group, ns: number): boolean {
  if (scene.trace) return scene.endNs - group.firstNs >= ns
  const present = presentInDumps(scene, group)
  if (present.length > 1) return Math.min(...present) > 0
  return minutesOf(scene, group) >= 1
}

/** Do several dumps show that not all of them stayed? */
function moves(scene: Scene, group: Group): boolean {
  const present = presentInDumps(scene, group)
  return !scene.trace && present.length > 1 && Math.min(...present) < group.count
}

function stillFor(scene: Scene, group: Group): string {
  if (!scene.trace) return ''
  if (group.firstNs === 0) return `; none moved in the ${duration(scene.endNs)} of the trace`
  return `; the first for ${duration(scene.endNs - group.firstNs)}`
}

function dumpSentence(scene: Scene, group: Group): string[] {
  const present = presentInDumps(scene, group).filter(n => n > 0)
  if (present.length === 0 || (!scene.trace && present.length === 1)) return []
  return [
    `${thousands(Math.min(...present))} of them stand there in ${present.length === 1 ? 'the dump' : `${present.length} dumps`} too`,
  ]
}

/** Where the program's own code called, if the site is not its own. */
function callersOf(group: Group): Frame[] {
  const callers = new Set<Frame>()
  if (group.site.own) return []
  for (const place of group.places.slice(0, MAX_PLACES)) {
    const own = place.frames.find(frame => frame.own)
    if (own) callers.add(own)
  }
  return [...callers]
}

/** Best where it went on after it had its slot: that is the program's own logic, not code that was generated for it. */
function callerOf(group: Group, fork: Frame | undefined): Pick<Finding, 'caller'> {
  const [first] = callersOf(group)
  const forked = first && fork?.own && group.places.some(place => place.frames.includes(fork))
  const caller = forked ? fork : first
  return caller ? { caller: siteOf(caller) } : {}
}

function calledFrom(group: Group, fork: Frame | undefined): string[] {
  const { caller } = callerOf(group, fork)
  const others = callersOf(group).length - 1
  if (!caller) return []
  return [`called from ${at(caller)}${others > 0 ? ` and ${others} more ${verb(others, 'places', 'place')}` : ''}`]
}

function idOf(id: number): { goroutine?: number } {
  return Number.isNaN(id) ? {} : { goroutine: id }
}

function functionOf(place: Place): { function?: string } {
  const root = place.frames.at(-1)
  return root ? { function: root.function } : {}
}
