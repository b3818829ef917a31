/**
 * What Go's own leak search adds (Go 1.26, built with GOEXPERIMENT=goroutineleakprofile; `findGoroutineLeaks` in
 * runtime/mgc.go): the garbage collector calls a goroutine leaked when nothing that is alive can reach what it waits for. A full dump
 * marks it "(leaked)" from then on, the leak profile holds such goroutines alone.
 *
 *  1. a finding whose goroutines are so marked is certain
 *  2. those that no analysis has found become findings of their own
 *  3. where only the profile tells, which has no ids, lines and counts are compared
 *
 * `select {}` is meant to wait for ever, and is marked all the same: it is no finding.
 *
 * Where Go has ended the program because nobody could run any more, the same is said of all that wait, the main goroutine too.
 */
import { type Dump, isLeakProfile } from '../../dump/tables.ts'
import { type Finding, type FindingCause, type FindingKind, STRANDED_CAUSES } from '../diagnosis.ts'
import { ownFrame, waitsForOthers } from '../reach/idle.ts'
import { waitersSentence } from '../reach/stillness.ts'
import { headOf, siteOf } from '../scene/finding.ts'
import type { Group } from '../scene/groups.ts'
import { isObserver, type Scene, sceneOf } from '../scene/scene.ts'
import { isLockKind } from '../scene/waits.ts'
import { at, shortName, thousands, verb } from '../scene/words.ts'

/** The findings, with what the leak search says of them, and those that it alone knows. */
export function withLeaked(scene: Scene, findings: readonly Finding[]): readonly Finding[] {
  if (scene.dumpTables.at(-1)?.asleep) return byRow(scene, findings, waitingRows(scene), DEADLOCK)
  const lone = scene.trace === undefined && scene.dumpTables.every(isLeakProfile)
  const rows = lone ? everyRow(scene) : markedRows(scene)
  // Nothing else is in such a profile.
  if (lone)
    return [
      ...findings.map(finding => marked(finding, finding.waiters.count, SEARCH)),
      ...restOf(scene, findings, rows),
    ]
  if (rows.size > 0) return byRow(scene, findings, rows, SEARCH)
  const profile = scene.leakProfiles.at(-1)
  return profile ? byCount(scene, findings, profile) : findings
}

function everyRow(scene: Scene): Set<number> {
  return new Set(Array.from({ length: scene.standing.length }, (_, row) => row))
}

/**
 * Rows that wait for others in the program's own work, or in the middle of a library's; a test's runner waits for the
 * test.
 */
function waitingRows({ standing }: Scene): Set<number> {
  const waits = standing.places.map(place => waitsForOthers(place) || isMidWork(place))
  const rows = new Set<number>()
  for (let row = 0; row < standing.length; row++) if (waits[standing.place[row]]) rows.add(row)
  return rows
}

function isMidWork({ wait }: Group['places'][number]): boolean {
  return isLockKind(wait.kind) || wait.kind === 'waitgroup'
}

/** Rows of goroutines that a full dump marks. A leaked goroutine stays where it is. */
function markedRows({ dumpTables, standing }: Scene): Set<number> {
  const ids = new Set<number>()
  for (const { rows } of dumpTables) {
    for (let row = 0; row < rows.length; row++)
      if (rows.leaked[row] === 1 && !Number.isNaN(rows.id[row])) ids.add(rows.id[row])
  }
  const marked = new Set<number>()
  if (ids.size === 0) return marked
  for (let row = 0; row < standing.length; row++) if (ids.has(standing.id[row])) marked.add(row)
  return marked
}

function byRow(
  scene: Scene,
  findings: readonly Finding[],
  rows: ReadonlySet<number>,
  voice: Voice,
): readonly Finding[] {
  const rowOfId = new Map<number, number>()
  for (const row of rows) rowOfId.set(scene.standing.id[row], row)
  const told = new Set<number>()
  const known = findings.map(finding => {
    const { goroutines, count } = finding.waiters
    const listed = goroutines.flatMap(id => rowOfId.get(id) ?? [])
    // The list is cut, or there are no ids: those at one line are alike.
    const leaked = count > goroutines.length ? rowsAt(scene, rows, finding) : listed
    const leakedCount = countOf(scene, leaked)
    if (leakedCount === 0) return finding
    if (leakedCount < count && finding.certainty === 'possible') return without(scene, finding, leaked)
    for (const row of [...leaked, ...listed]) told.add(row)
    return marked(finding, leakedCount, voice)
  })
  return [...known, ...ownFindings(scene, narrowedTo(scene, rows, told), voice)]
}

/** What none of the findings is about, by line. */
function restOf(scene: Scene, findings: readonly Finding[], rows: ReadonlySet<number>): Finding[] {
  const told = new Set(findings.flatMap(finding => rowsAt(scene, rows, finding)))
  return ownFindings(scene, narrowedTo(scene, rows, told), SEARCH)
}

/** Rows of these at the finding's line that wait for the same kind of thing. */
function rowsAt(scene: Scene, rows: ReadonlySet<number>, { site, kind }: Finding): number[] {
  return scene.groups
    .filter(group => isAt(group, site) && kindOf(group) === kind)
    .flatMap(group => [...group.rows].filter(row => rows.has(row)))
}

function countOf({ standing }: Scene, rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + standing.count[row], 0)
}

function isAt({ site }: Group, { function: name, file, line }: Finding['site']): boolean {
  return site.function === name && site.file === file && site.line === line
}

/** The groups with these rows alone, less those that were told. */
function narrowedTo(scene: Scene, rows: ReadonlySet<number>, told: ReadonlySet<number>): Group[] {
  return scene.groups.flatMap(group => {
    const kept = group.rows.filter(row => rows.has(row) && !told.has(row))
    return kept.length === 0 ? [] : [narrowed(scene, group, kept)]
  })
}

function narrowed({ standing }: Scene, group: Group, rows: Uint32Array): Group {
  let count = 0
  let firstNs = standing.sinceNs[rows[0]]
  let newestNs = firstNs
  for (const row of rows) {
    count += standing.count[row]
    firstNs = Math.min(firstNs, standing.sinceNs[row])
    newestNs = Math.max(newestNs, standing.sinceNs[row])
  }
  return { ...group, rows, count, firstNs, newestNs }
}

/** A finding that is only worth a look, less those of its waiters that are certain. */
function without(scene: Scene, finding: Finding, rows: readonly number[]): Finding {
  const { waiters } = finding
  const ids = new Set(rows.map(row => scene.standing.id[row]))
  const goroutines = waiters.goroutines.filter(id => !ids.has(id))
  return { ...finding, waiters: { ...waiters, goroutines, count: waiters.count - countOf(scene, rows) } }
}

/** The finding with what Go says; `count` of its waiters are meant. */
function marked(finding: Finding, count: number, voice: Voice): Finding {
  const { waiters, kind, caller, evidence } = finding
  const all = count >= waiters.count
  const who = all ? (count === 1 ? 'it waits' : 'they wait') : `${thousands(count)} of them ${verb(count, 'wait')}`
  const head = caller ? 2 : 1
  const sentences = [...evidence.slice(0, head), voice.sentence(kind, who, false), ...evidence.slice(head)]
  const cause = finding.cause === 'unknown' && all ? (STRANDED_CAUSES[kind] ?? 'unknown') : finding.cause
  return { ...finding, cause, certainty: all ? 'certain' : finding.certainty, evidence: sentences }
}

const WAITED_FOR: Readonly<Partial<Record<FindingKind, string>>> = {
  'chan send': 'the channel that',
  'chan receive': 'the channel that',
  select: 'any channel that',
  mutex: 'the lock that',
  rwmutex: 'the lock that',
  waitgroup: 'the WaitGroup that',
  cond: 'the condition that',
}

function searchSentence(kind: FindingKind, who: string, isNil: boolean): string {
  if (isNil) return `Go's own leak search: nobody can ever serve the nil channel that ${who} for`
  return `Go's own leak search: nothing alive can reach ${WAITED_FOR[kind] ?? 'what'} ${who} for`
}

/** Which of Go's own checks speaks. */
type Voice = {
  readonly sentence: (kind: FindingKind, who: string, isNil: boolean) => string
  /** It speaks of the main goroutine as of any other. */
  readonly ofMain: boolean
}
const SEARCH: Voice = { sentence: searchSentence, ofMain: false }
const DEADLOCK: Voice = { sentence: deadlockSentence, ofMain: true }

function deadlockSentence(_: FindingKind, who: string): string {
  return `Go itself ended the program, as nobody could run any more ("all goroutines are asleep"): whatever ${who} for, no goroutine and no timer was left to give it`
}

function ownFindings(scene: Scene, groups: readonly Group[], voice: Voice): Finding[] {
  return groups
    .filter(group => kindOf(group) !== undefined && !isObserver(group.places[0]))
    .filter(group => voice.ofMain || !isMainAtRest(scene, group))
    .map(group => ownFinding(scene, group, voice))
}

/**
 * The main goroutine may have nothing left to do but to let the others run: `<-make(chan bool)` or a WaitGroup that is never
 * done say so as well as `select {}`. Or it waits for others that are leaked, and is none of the causes.
 */
function isMainAtRest(scene: Scene, { rows, places, kind }: Group): boolean {
  const id = scene.standing.id[rows[0]]
  return AT_REST.has(kind) && ownFrame(places[0])?.function === 'main.main' && (id === 1 || Number.isNaN(id))
}

const AT_REST: ReadonlySet<Group['kind']> = new Set<Group['kind']>([
  'chan receive',
  'select',
  'waitgroup',
  'forever',
  'unknown',
])

const NIL = /\(nil chan\)/

/** In the words of findings; undefined: it is meant to wait so, or is no wait. */
function kindOf({ kind, what }: Group): FindingKind | undefined {
  switch (kind) {
    case 'forever':
      return NIL.test(what) ? (what.startsWith('chan send') ? 'chan send' : 'chan receive') : undefined
    case 'once':
      return 'mutex'
    case 'unknown':
      // debug=1 leaves the runtime's frames out: of a channel, a select and `select {}` it shows the line alone.
      return 'select'
    case 'none':
    case 'system':
    case 'accept':
      return undefined
    default:
      return kind
  }
}

const LEAKED_CAUSES: Readonly<Partial<Record<FindingKind, FindingCause>>> = {
  ...STRANDED_CAUSES,
  mutex: 'forgotten-unlock',
  rwmutex: 'forgotten-unlock',
}

function ownFinding(scene: Scene, group: Group, voice: Voice): Finding {
  const kind = kindOf(group)!
  const caller = group.site.own ? undefined : ownFrame(group.places[0])
  const start = scene.startedAt(group.rows[0])
  const one = group.count === 1
  return {
    kind,
    cause: LEAKED_CAUSES[kind] ?? 'unknown',
    // What `select {}` looks like, too.
    certainty: group.kind === 'unknown' ? 'likely' : 'certain',
    ...headOf(scene, group),
    ...(caller ? { caller: siteOf(caller) } : {}),
    holder: { state: 'unknown' },
    evidence: [
      sentenceOf(group),
      ...(caller ? [`${one ? 'it was' : 'the first of them was'} called from ${at(caller)}`] : []),
      voice.sentence(kind, one ? 'it waits' : 'they wait', NIL.test(group.what)),
      ...(start ? [`started in ${at(start)}`] : []),
      ...(group.kind === 'unknown' ? [UNTOLD] : []),
    ],
    advice: adviceOf(kind, shortName((start ?? group.site).function)),
  }
}

const UNTOLD = 'this form of the dump does not tell a send, a receive, a select and `select {}` apart: the others do'

function sentenceOf(group: Group): string {
  return waitersSentence(group.kind === 'unknown' ? { ...group, what: 'a channel or select' } : group)
}

function adviceOf(kind: FindingKind, name: string): string {
  switch (kind) {
    case 'chan send':
      return `nobody has the channel any more: see who should receive, and on which path ${name} returns without; a buffer of one, or a select with a way out, frees the sender`
    case 'chan receive':
    case 'select':
      return `nobody has the channel any more: see who should send or close, and on which path ${name} returns without`
    case 'waitgroup':
      return 'compare what is added with the calls of Done, on every path: one of them was left out, or never started'
    case 'cond':
      return 'see whether the signal was given before the wait began, or wakes one where all must be woken'
    default:
      return `see on which path a caller of ${name} leaves without giving back what it took`
  }
}

/** By line and count, where the profile shows no ids, and no dump is marked. */
function byCount(scene: Scene, findings: readonly Finding[], profile: Dump): readonly Finding[] {
  const leaks = sceneOf(undefined, [profile])
  const told = [...findings]
  for (const own of ownFindings(leaks, leaks.groups, SEARCH)) {
    const same = told.findIndex(({ site, kind }) => kind === own.kind && isSite(site, own.site))
    if (same < 0) told.push(withIds(scene, own))
    else if (told[same].certainty !== 'possible' || told[same].waiters.count <= own.waiters.count)
      told[same] = marked(told[same], own.waiters.count, SEARCH)
    else {
      const { waiters } = told[same]
      told.splice(same, 1, { ...told[same], waiters: { ...waiters, count: waiters.count - own.waiters.count } }, own)
    }
  }
  return told
}

function isSite(a: Finding['site'], b: Finding['site']): boolean {
  return a.function === b.function && a.file === b.file && a.line === b.line
}

/** Who they are is known where nobody else stands there. */
function withIds(scene: Scene, own: Finding): Finding {
  const groups = scene.groups.filter(group => isAt(group, own.site) && kindOf(group) === own.kind)
  if (groups.length !== 1 || groups[0].count !== own.waiters.count) return own
  return { ...own, ...headOf(scene, groups[0]) }
}
