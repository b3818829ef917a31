/**
 * Who had a part in a task: what each goroutine did from its first act for the task on, and where it stands when the trace
 * ends. Of a task that never ended the parts of its sub-tasks that never ended belong to it: one of them may be what it
 * waits for.
 */
import { positionAt } from '../../trace/lookup.ts'
import { GO_STATE_NAMES, GoState, lastSpanOf, spanEndNs, type Trace } from '../../trace/tables.ts'
import { Part, taskLinks } from './links.ts'
import { frameOf, type PlaceText, placeText, textAt, waitText } from './places.ts'

export type PartOfTask = {
  /** Go's id. */
  readonly goroutine: number
  readonly function: string
  /** The task whose part it has: this one, or a sub-task. */
  readonly task: number
  readonly how: readonly ('began' | 'region' | 'log' | 'inherits')[]
  /** From its first act for the task to the end of task or goroutine. */
  readonly fromNs: number
  readonly toNs: number
  readonly runningNs: number
  readonly runnableNs: number
  readonly waitingNs: number
  readonly syscallNs: number
  /** What it waited for between the two, the longest first. */
  readonly waits: readonly { readonly reason: string; readonly ns: number; readonly count: number }[]
  /** Regions of the task that it has not closed, outermost first. */
  readonly open: readonly { readonly type: string; readonly sinceNs: number }[]
  readonly now: Standing
  /** It has acted for another task since: this one is not what it is at. */
  readonly elsewhere: { readonly id: number; readonly type: string; readonly sinceNs: number } | undefined
}

/** Where a goroutine stands when the trace ends. */
export type Standing = {
  readonly state: 'running' | 'runnable' | 'waiting' | 'syscall' | 'ended'
  /** What it waits for; '' for other states. */
  readonly wait: string
  readonly sinceNs: number
  readonly place: PlaceText | undefined
}

const MOST_OPEN = 20

/** The parts of a task, at most `limit`; those that may be what it waits for come first. */
export function partsOf(trace: Trace, task: number, limit: number): { parts: PartOfTask[]; partCount: number } {
  const members = membersOf(trace, task)
  const open = openRegions(trace, members)
  const rank = ({ g }: Member) => (trace.goroutines.deathNs[g] >= 0 ? 2 : open.has(g) ? 0 : 1)
  const order = [...members.values()].map((member, at) => ({ member, at, rank: rank(member) }))
  order.sort((a, b) => a.rank - b.rank || a.at - b.at)
  const chosen = order.slice(0, limit).map(({ member }) => member)
  const all = new Set([task, ...[...members.values()].map(member => member.task)])
  const acts = lastActs(trace, chosen, all)
  const parts = chosen.map(member => partOf(trace, task, member, open.get(member.g) ?? [], { all, acts }))
  return { parts, partCount: members.size }
}

type Member = { readonly g: number; readonly task: number; readonly part: number }

/** By goroutine, those of the task itself first. */
function membersOf(trace: Trace, task: number): Map<number, Member> {
  const { children, goroutines } = taskLinks(trace)
  const { endNs } = trace.tasks
  const members = new Map<number, Member>()
  const seen = new Set([task])
  for (const at of seen) {
    for (let i = goroutines.first[at]; i < goroutines.first[at + 1]; i++) {
      const g = goroutines.row[i]
      const known = members.get(g)
      // Who only inherits a task, and writes logs for its sub-task, is at that.
      if (!known || known.part === Part.inherits) members.set(g, { g, task: at, part: goroutines.part[i] })
    }
    if (!Number.isNaN(endNs[at])) continue
    // A set that grows is walked to its end, and holds each once: tasks that are their own ancestors end too.
    for (let i = children.first[at]; i < children.first[at + 1]; i++)
      if (Number.isNaN(endNs[children.row[i]])) seen.add(children.row[i])
  }
  return members
}

function openRegions(trace: Trace, members: Map<number, Member>): Map<number, number[]> {
  const { regions } = taskLinks(trace)
  const { endNs, goroutine } = trace.regions
  const open = new Map<number, number[]>()
  for (const task of new Set([...members.values()].map(member => member.task))) {
    for (let i = regions.first[task]; i < regions.first[task + 1]; i++) {
      const row = regions.row[i]
      if (!Number.isNaN(endNs[row]) || goroutine[row] < 0) continue
      const known = open.get(goroutine[row])
      if (known) known.push(row)
      else open.set(goroutine[row], [row])
    }
  }
  return open
}

/** The last act of each chosen goroutine for any task: a row in tasks, when, and the first act for this one or its own. */
type LastActs = ReadonlyMap<number, { task: number; atNs: number; firstNs: number }>

function lastActs(trace: Trace, chosen: readonly Member[], own: ReadonlySet<number>): LastActs {
  const { tasks, regions, logs } = trace
  const acts = new Map(chosen.map(({ g }) => [g, { task: -1, atNs: -1, firstNs: Number.NaN }]))
  const act = (g: number, task: number, atNs: number) => {
    const known = acts.get(g)
    if (!known || task < 0 || Number.isNaN(atNs)) return
    if (atNs >= known.atNs) Object.assign(known, { task, atNs })
    if (own.has(task) && !(known.firstNs <= atNs)) known.firstNs = atNs
  }
  for (let row = 0; row < tasks.length; row++) act(tasks.goroutine[row], row, tasks.startNs[row])
  const { first, row: ofGoroutine } = taskLinks(trace).regionsOfGoroutine
  for (const { g } of chosen) {
    for (let i = first[g]; i < first[g + 1]; i++) {
      const row = ofGoroutine[i]
      act(g, regions.task[row], Number.isNaN(regions.startNs[row]) ? 0 : regions.startNs[row])
    }
  }
  const isChosen = new Uint8Array(trace.goroutines.length)
  for (const { g } of chosen) isChosen[g] = 1
  for (let row = 0; row < logs.length; row++)
    if (logs.goroutine[row] >= 0 && isChosen[logs.goroutine[row]] === 1)
      act(logs.goroutine[row], logs.task[row], logs.timeNs[row])
  return acts
}

type Acts = { readonly all: ReadonlySet<number>; readonly acts: LastActs }

function partOf(trace: Trace, task: number, member: Member, open: readonly number[], { all, acts }: Acts): PartOfTask {
  const { goroutines, tasks, regions, durationNs } = trace
  const { g, task: own, part } = member
  const act = acts.get(g)
  const birthNs = Number.isNaN(goroutines.birthNs[g]) ? 0 : goroutines.birthNs[g]
  const beganNs = (part & Part.inherits) !== 0 ? birthNs : (act?.firstNs ?? Number.NaN)
  const beganAnywayNs = Number.isNaN(tasks.startNs[own]) ? birthNs : Math.max(birthNs, tasks.startNs[own])
  const fromNs = Number.isNaN(beganNs) ? beganAnywayNs : beganNs
  const ends = [tasks.endNs[task], goroutines.deathNs[g], durationNs].filter(ns => !Number.isNaN(ns))
  const toNs = Math.max(fromNs, Math.min(...ends))
  const isElsewhere = open.length === 0 && act && act.task >= 0 && !all.has(act.task)
  return {
    goroutine: goroutines.id[g],
    function: textAt(trace, goroutines.entry[g]),
    task: tasks.id[own],
    how: (['began', 'region', 'log', 'inherits'] as const).filter(how => (part & Part[how]) !== 0),
    fromNs,
    toNs,
    ...statesBetween(trace, g, fromNs, toNs),
    open: open.slice(0, MOST_OPEN).map(row => ({
      type: textAt(trace, regions.type[row]),
      sinceNs: Number.isNaN(regions.startNs[row]) ? 0 : regions.startNs[row],
    })),
    now: standingOf(trace, g),
    elsewhere: isElsewhere
      ? { id: tasks.id[act.task], type: textAt(trace, tasks.type[act.task]), sinceNs: act.atNs }
      : undefined,
  }
}

type Between = Pick<PartOfTask, 'runningNs' | 'runnableNs' | 'waitingNs' | 'syscallNs' | 'waits'>

/** What a goroutine did in a stretch of time. */
export function statesBetween(trace: Trace, g: number, fromNs: number, toNs: number): Between {
  const { spansOf, spans } = trace
  const sums = [0, 0, 0, 0]
  const waits = new Map<string, { reason: string; ns: number; count: number }>()
  // Most waits are at few lines.
  const byKey = new Map<number, { reason: string; ns: number; count: number }>()
  for (let at = Math.max(positionAt(trace, g, fromNs), spansOf.first[g]); at < spansOf.first[g + 1]; at++) {
    const span = spansOf.row[at]
    if (spans.startNs[span] > toNs) break
    const ns = Math.min(spanEndNs(trace, g, at), toNs) - Math.max(spans.startNs[span], fromNs)
    if (!(ns > 0)) continue
    const state = spans.stateReason[span] & 3
    sums[state] += ns
    if (state !== GoState.waiting) continue
    const key = (spans.stack[span] + 1) * 0x4000 + (spans.stateReason[span] >>> 2)
    let wait = byKey.get(key)
    if (!wait) {
      const reason = waitText(trace, span) || 'unknown'
      wait = waits.get(reason) ?? { reason, ns: 0, count: 0 }
      waits.set(reason, wait)
      byKey.set(key, wait)
    }
    wait.ns += ns
    wait.count++
  }
  const [runningNs, runnableNs, waitingNs, syscallNs] = sums
  return { runningNs, runnableNs, waitingNs, syscallNs, waits: [...waits.values()].sort((a, b) => b.ns - a.ns) }
}

/** Where a goroutine stands when the trace ends. */
export function standingOf(trace: Trace, g: number): Standing {
  const { goroutines, spans } = trace
  if (goroutines.deathNs[g] >= 0) return { state: 'ended', wait: '', sinceNs: goroutines.deathNs[g], place: undefined }
  const span = lastSpanOf(trace, g)
  if (span < 0) return { state: 'runnable', wait: '', sinceNs: 0, place: undefined }
  const state = (spans.stateReason[span] & 3) as GoState
  // A runnable one's stack is that of whoever woke it.
  const isOwn = state === GoState.waiting || state === GoState.syscall
  return {
    state: GO_STATE_NAMES[state],
    wait: waitText(trace, span),
    sinceNs: spans.startNs[span],
    place: isOwn ? placeText(trace, frameOf(trace, spans.stack[span])) : undefined,
  }
}

/** By column of a stretch of time: the state in which the goroutine was longest, + 1; 0: it was not there. */
export function stripOf(trace: Trace, g: number, fromNs: number, toNs: number, columns: number): Uint8Array {
  const { spansOf, spans } = trace
  const strip = new Uint8Array(columns)
  const columnNs = (toNs - fromNs) / columns
  const longestNs = new Float64Array(columns)
  if (!(columnNs > 0)) return strip
  for (let at = Math.max(positionAt(trace, g, fromNs), spansOf.first[g]); at < spansOf.first[g + 1]; at++) {
    const startNs = Math.max(spans.startNs[spansOf.row[at]], fromNs)
    const endNs = Math.min(spanEndNs(trace, g, at), toNs)
    if (startNs >= toNs) break
    const last = Math.min(columns - 1, Math.floor((endNs - fromNs) / columnNs))
    for (let c = Math.max(0, Math.floor((startNs - fromNs) / columnNs)); c <= last; c++) {
      const ns = Math.min(endNs, fromNs + (c + 1) * columnNs) - Math.max(startNs, fromNs + c * columnNs)
      if (!(ns > longestNs[c])) continue
      longestNs[c] = ns
      strip[c] = (spans.stateReason[spansOf.row[at]] & 3) + 1
    }
  }
  return strip
}
