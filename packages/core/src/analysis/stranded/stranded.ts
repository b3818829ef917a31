/**
 * Findings about goroutines that nobody is left to wake: senders, receivers, those that wait for a Done or a signal. One
 * for each line; what each waits for in turn stands in the evidence, and as the holder.
 */
import type { InTurns } from '../../base/turns.ts'
import { type Finding, type FindingKind, STRANDED_CAUSES } from '../diagnosis.ts'
import { MAX_OF_PLACE, ownFrame } from '../reach/idle.ts'
import { CROWD } from '../reach/lost.ts'
import type { Tie } from '../reach/partners.ts'
import type { Past } from '../reach/past.ts'
import { reachOf } from '../reach/reach.ts'
import type { Served } from '../reach/served.ts'
import { waitersSentence } from '../reach/stillness.ts'
import { isCalledByTimer } from '../reach/unshown.ts'
import { headOf, minutesOf, siteOf } from '../scene/finding.ts'
import type { Frame } from '../scene/frames.ts'
import type { Group } from '../scene/groups.ts'
import { knownWait } from '../scene/libraries.ts'
import { presentInDumps, type Scene } from '../scene/scene.ts'
import { at, duration, goroutine, goroutines, moment, shortName, thousands, verb } from '../scene/words.ts'
import type { Stuck } from './judged.ts'
import { nilChannelFindings } from './nil-channels.ts'
import { stuckInTurns } from './stuck.ts'

/** A crowd at one line, and what is known of its members. */
type Crowd = { readonly group: Group; readonly stuck: readonly Stuck[] }

export function* strandedFindings(scene: Scene): InTurns<Finding[]> {
  const { stuck, served } = yield* stuckInTurns(scene)
  const nil = nilChannelFindings(scene)
  if (stuck.length === 0) return nil
  return [...nil, ...crowdsOf(scene, stuck).map(crowd => findingOf(scene, served, crowd))]
}

function crowdsOf(scene: Scene, stuck: readonly Stuck[]): Crowd[] {
  const byRow = new Map(stuck.map(one => [one.row, one]))
  return scene.groups.flatMap(group => {
    const members = [...(byRow.size > group.rows.length ? group.rows : byRow.keys())].filter(
      row => byRow.has(row) && group.places.includes(scene.standing.places[scene.standing.place[row]]),
    )
    if (members.length === 0) return []
    const known = members.map(row => byRow.get(row)!)
    const sure = known.filter(({ certainty }) => certainty === 'likely')
    const those = sure.length > 0 ? sure : known
    return [{ group: narrowed(scene, group, rowsLike(scene, group, those)), stuck: those }]
  })
}

/** The rows of these; of a place where no more were looked at, and all of those are stuck, the others are taken for the same. */
function rowsLike({ standing }: Scene, group: Group, those: readonly Stuck[]): readonly number[] {
  const rows = those.map(({ row }) => row)
  if (rows.length < MAX_OF_PLACE) return rows
  const counts = new Map<number, number>()
  for (const row of rows) counts.set(standing.place[row], (counts.get(standing.place[row]) ?? 0) + 1)
  const known = new Set(rows)
  const isFull = (row: number) => counts.get(standing.place[row]) === MAX_OF_PLACE
  return [...rows, ...group.rows.filter(row => !known.has(row) && isFull(row))]
}

/** The group with these rows only. */
function narrowed(scene: Scene, group: Group, rows: readonly number[]): Group {
  const { standing } = scene
  const sinceNs = rows.map(row => standing.sinceNs[row])
  return {
    ...group,
    rows: Uint32Array.from(rows),
    count: rows.reduce((count, row) => count + standing.count[row], 0),
    firstNs: sinceNs.reduce((a, b) => Math.min(a, b)),
    newestNs: sinceNs.reduce((a, b) => Math.max(a, b)),
  }
}

function findingOf(scene: Scene, served: Served, { group, stuck }: Crowd): Finding {
  const [first] = stuck
  const partner = partnerOf(scene, first)
  const caller = group.site.own ? undefined : ownFrame(first.place)
  const library = knownWait(first.place)
  const past = served.past(first.row)
  const creators = creatorsOf(scene, group.rows)
  const sends = group.kind === 'chan send' || (group.kind === 'select' && past.sends)
  return {
    kind: library?.kind ?? (group.kind as FindingKind),
    cause: library?.cause ?? (sends ? 'no-receiver' : STRANDED_CAUSES[group.kind as FindingKind]) ?? 'unknown',
    certainty: library?.kind === 'semaphore' && group.count >= CROWD ? 'likely' : first.certainty,
    ...headOf(scene, group),
    ...(caller ? { caller: siteOf(caller) } : {}),
    holder: holderOf(scene, first, partner, creators),
    evidence: [
      `${waitersSentence(group)}${sinceClause(scene, group)}`,
      ...(library ? [`what ends that wait is ${library.what}`] : []),
      ...(caller ? [`${group.count === 1 ? 'it was' : 'the first of them was'} called from ${at(caller)}`] : []),
      ...dumpsSentence(scene, group),
      ...startSentences(scene, first, creators),
      ...wakerSentences(scene, served, stuck),
      ...(past.once ? [pastSentence(past)] : []),
      ...partnerSentences(scene, stuck, partner),
    ],
    advice: library?.advice ?? adviceOf(group, startedIn(scene, first), partner !== undefined),
  }
}

function sinceClause(scene: Scene, { count, firstNs }: Group): string {
  if (!scene.trace) return ''
  if (firstNs === 0) return ` since before the trace began; none moved in its ${duration(scene.endNs)}`
  const since = `${count === 1 ? '' : 'the first '}since ${moment(firstNs)}`
  return `, ${since}; none was woken in the ${duration(scene.endNs - firstNs)} until the trace ends`
}

function dumpsSentence(scene: Scene, group: Group): string[] {
  const present = presentInDumps(scene, group)
  const showing = present.filter(n => n > 0)
  const minutes = minutesOf(scene, group)
  const sentences: string[] = []
  if (showing.length > 0 && (scene.trace || showing.length > 1)) {
    const where = showing.length === 1 ? 'a dump shows' : `${thousands(showing.length)} dumps show`
    sentences.push(`${where} ${thousands(Math.min(...showing))} of them there too`)
  }
  if (minutes >= 1) sentences.push(`a dump shows a wait of at least ${thousands(minutes)} min there`)
  return sentences
}

function startedIn(scene: Scene, { row }: Stuck): Frame | undefined {
  return scene.startedAt(row)
}

function startSentences(scene: Scene, first: Stuck, who: readonly number[]): string[] {
  const start = startedIn(scene, first)
  if (isCalledByTimer(scene, first.row)) return ['a timer has called it']
  if (!start) return []
  const where = `in ${at(start)}`
  if (first.anchor === 'gone') {
    const ended =
      who.length === 1 ? `${goroutine(who[0])}, which has ended` : `${goroutines(who.length)} that have ended`
    return [`started ${where} by ${ended}`]
  }
  if (first.anchor === 'left' && who.length === 1)
    return [`started ${where} by ${goroutine(who[0])}, which has returned from there and serves others now`]
  if (who.length === 1) return [`started ${where} by ${goroutine(who[0])}, which is alive`]
  return [`started ${where}`]
}

function creatorsOf(scene: Scene, rows: Group['rows']): number[] {
  const reach = reachOf(scene)
  const ids = new Set<number>()
  for (const row of rows) ids.add(reach.creatorId(row))
  ids.delete(Number.NaN)
  return [...ids]
}

function wakerSentences(scene: Scene, served: Served, [first]: readonly Stuck[]): string[] {
  const waker = served.lastWaker(first.row)
  if (waker < 0 || !scene.trace) return []
  const { id, deathNs } = scene.trace.goroutines
  const ended = Number.isNaN(deathNs[waker]) ? 'it is alive' : `it ended at ${moment(deathNs[waker])}`
  return [`${goroutine(id[waker])} was the last to wake ${goroutine(scene.standing.id[first.row])} there; ${ended}`]
}

function pastSentence({ sends }: Past): string {
  const how = sends ? 'by one that received' : 'by another goroutine, never by a timer'
  return `whoever else was woken at that line was woken ${how}, went on and has ended`
}

/** The closest ties first: who is most likely to have the other end. */
const CLOSENESS: readonly Tie[] = ['value', 'seen', 'child', 'creator', 'sibling', 'scope', 'around', 'type', 'library']
/** Named in the evidence. */
const MAX_NAMED = 3

type Partner = { readonly row: number; readonly tie: Tie }

function partnersOf({ partners }: Stuck): Partner[] {
  return [...partners]
    .map(([row, tie]) => ({ row, tie }))
    .sort((a, b) => CLOSENESS.indexOf(a.tie) - CLOSENESS.indexOf(b.tie))
}

function partnerOf(scene: Scene, stuck: Stuck): Partner | undefined {
  return partnersOf(stuck).find(({ row }) => scene.standing.places[scene.standing.place[row]].site !== undefined)
}

function partnerSentences(scene: Scene, stuck: readonly Stuck[], partner: Partner | undefined): string[] {
  const [first] = stuck
  const { standing } = scene
  if (!partner) return [nobodySentence(scene, first, stuck.length)]
  return partnersOf(first)
    .slice(0, MAX_NAMED)
    .map(({ row, tie }) => {
      const place = standing.places[standing.place[row]]
      const where = place.site ? ` at ${at(place.site)}` : ''
      return `${goroutine(standing.id[row])}, ${TIES[tie]}, itself waits for ${place.wait.what}${where}`
    })
}

const TIES: Readonly<Record<Tie, string>> = {
  value: 'which has a pointer in common with it',
  seen: 'which has woken it before',
  child: 'which it has started',
  creator: 'which has started it',
  sibling: 'which the same goroutine has started',
  scope: 'in the same function',
  around: 'in a function around it',
  type: 'in a method of the same type',
  library: 'in the same library',
}

function nobodySentence(scene: Scene, first: Stuck, count: number): string {
  const own = ownFrame(first.place)
  const start = startedIn(scene, first)
  const names = [...new Set([own, start].filter(frame => frame !== undefined).map(frame => shortName(frame.function)))]
  return `no other living goroutine is in ${names.join(' or ')}, or has a pointer in common with ${count === 1 ? 'it' : 'them'}`
}

function holderOf(scene: Scene, first: Stuck, partner: Partner | undefined, who: readonly number[]): Finding['holder'] {
  const { standing } = scene
  if (partner) {
    const place = standing.places[standing.place[partner.row]]
    const id = standing.id[partner.row]
    const frame = ownFrame(place) ?? place.site
    return {
      state: 'waiting',
      ...(Number.isNaN(id) ? {} : { goroutine: id }),
      ...(frame ? { function: frame.function } : {}),
      waitsFor: `${place.wait.what}${place.site ? ` in ${at(place.site)}` : ''}`,
    }
  }
  if (first.anchor !== 'gone' || isCalledByTimer(scene, first.row)) return { state: 'unknown' }
  const start = startedIn(scene, first)
  return {
    state: 'exited',
    ...(who.length === 1 ? { goroutine: who[0] } : {}),
    ...(start ? { function: start.function } : {}),
  }
}

function adviceOf(group: Group, start: Frame | undefined, mutual: boolean): string {
  const name = shortName((start?.standard === false ? start : group.site).function)
  if (mutual) return 'they wait for each other: see which of them should have gone on, and give it a way out'
  switch (group.kind) {
    case 'chan send':
      return `see who should receive there, and on which path ${name} returns without: a buffer of one, or a select with a way out, frees the sender`
    case 'chan receive':
      return `see who should send or close there, and on which path ${name} returns without`
    case 'select':
      return `see who should serve one of its cases, and on which path ${name} returns without; a case for its end frees it`
    case 'waitgroup':
      return 'compare what is added with the calls of Done, on every path: one of them was left out, or never started'
    case 'cond':
      return 'see whether the signal was given before the wait began, or wakes one where all must be woken; check the condition in a loop'
    default:
      return `see on which path ${shortName(group.site.function)}'s callers return without giving back what they took ${verb(group.count, 'here')}`
  }
}
