/** All that is known of one process, gathered once; the analyses look at nothing else. */
import { type Dump, isLeakProfile } from '../../dump/tables.ts'
import type { Trace } from '../../trace/tables.ts'
import { countedIn, withoutIds } from './counted.ts'
import { type Frame, FrameBook } from './frames.ts'
import { type Group, groupsOf } from './groups.ts'
import { type LockUse, type LockUses, lockUsesOf } from './locks.ts'
import { type Showing, showingOf } from './sharing.ts'
import { completed, type Place, type Standing, standingOfDump, standingOfTrace } from './standing.ts'
import { isLockKind } from './waits.ts'

export type Scene = {
  readonly book: FrameBook
  readonly trace: Trace | undefined
  /** Of the trace, completed by the dumps; of the fullest dump where there is no trace. */
  readonly standing: Standing
  /** Row in the standing of each of the trace's goroutines; -1 for those that have ended. */
  readonly rowOf: Int32Array
  /** Dumps that know ids, each on its own. */
  readonly dumps: readonly Standing[]
  /** All dumps, of whatever form, as they were read. Leak profiles are among them where they are all there is. */
  readonly dumpTables: readonly Dump[]
  /** Of goroutines that Go calls leaked, and of no others. */
  readonly leakProfiles: readonly Dump[]
  readonly groups: readonly Group[]
  /** The groups that wait for locks, the biggest first; hostile inputs have many, real ones a few. */
  readonly lockGroups: readonly Group[]
  readonly uses: LockUses
  /** Where a goroutine of the standing was started (the line of the `go` statement), by its row; undefined: unknown. */
  readonly startedAt: (row: number) => Frame | undefined
  /** When the trace ends; NaN without one. */
  readonly endNs: number
}

const NO_USES: LockUses = { releasedNs: new Map(), bySite: new Map<never, LockUse>() }

/** Each line costs a look at every stack, and, where it is stuck, at every span. */
const MAX_LOCK_LINES = 30
/** A hundred thousand goroutines with a lock each stand at as many places: of these a few lines are looked at. */
const MAX_LOOKS = 600_000
const MIN_LOCK_LINES = 4

export function sceneOf(trace: Trace | undefined, all: readonly Dump[]): Scene {
  const book = new FrameBook()
  // Who is not in a profile of leaked goroutines is not gone.
  const whole = all.filter(dump => !isLeakProfile(dump))
  const dumps = whole.length > 0 || trace ? whole : all
  const standings = dumps.map(dump => standingOfDump(dump, book))
  const withIds = standings.filter((_, i) => dumps[i].form === 'debug2')
  const standing = trace
    ? countedIn(completed(standingOfTrace(trace, book), withIds), trace, withoutIds(dumps, standings), book)
    : fullest(standings, withIds)
  const groups = groupsOf(standing)
  const lines = Math.max(MIN_LOCK_LINES, Math.min(MAX_LOCK_LINES, Math.floor(MAX_LOOKS / standing.places.length)))
  return {
    book,
    trace,
    standing,
    rowOf: rowsOfTrace(standing, trace?.goroutines.length ?? 0),
    dumps: withIds,
    dumpTables: dumps,
    leakProfiles: all.filter(isLeakProfile),
    groups,
    lockGroups: groups.filter(group => isLockKind(group.kind)).slice(0, lines),
    uses: trace ? lockUsesOf(trace, book) : NO_USES,
    startedAt: startLookup(trace, dumps, book, standing),
    endNs: trace ? trace.durationNs : Number.NaN,
  }
}

function startLookup(
  trace: Trace | undefined,
  dumps: readonly Dump[],
  book: FrameBook,
  standing: Standing,
): (row: number) => Frame | undefined {
  let showing: Showing | undefined
  // An older dump may say who started it where the newest does not.
  let byId: Map<number, Frame> | undefined
  const byStack = new Map<number, { readonly frame: Frame | undefined }>()
  // Asked millions of times of some thousand rows, where goroutines wait in crowds; null: not asked for yet.
  const known: (Frame | undefined | null)[] = new Array(standing.length).fill(null)
  const startOf = (row: number) => {
    const g = standing.traceRow[row]
    const stack = trace && g >= 0 ? trace.goroutines.creationStack[g] : -1
    let traced = byStack.get(stack)
    if (!traced && trace && stack > 0) {
      // A million goroutines come from a few `go` statements.
      traced = { frame: book.stack(trace, stack).find(frame => !frame.plumbing) }
      byStack.set(stack, traced)
    }
    if (traced?.frame) return traced.frame
    showing ??= showingOf(standing, dumps)
    const dump = dumps[showing.dump[row]]
    const creation = showing.row[row] < 0 ? -1 : dump.rows.createdBy[showing.row[row]]
    if (creation >= 0) return book.row(dump, creation)
    byId ??= startsInDumps(dumps, book)
    return byId.get(standing.id[row])
  }
  return row => {
    const start = known[row]
    if (start !== null) return start
    known[row] = startOf(row)
    return known[row]
  }
}

function startsInDumps(dumps: readonly Dump[], book: FrameBook): Map<number, Frame> {
  const byId = new Map<number, Frame>()
  for (const dump of dumps) {
    const { id, createdBy, length } = dump.rows
    for (let row = 0; row < length; row++) {
      if (createdBy[row] >= 0 && !Number.isNaN(id[row])) byId.set(id[row], book.row(dump, createdBy[row]))
    }
  }
  return byId
}

function rowsOfTrace(standing: Standing, goroutines: number): Int32Array {
  const rowOf = new Int32Array(goroutines).fill(-1)
  for (let row = 0; row < standing.length; row++) if (standing.traceRow[row] >= 0) rowOf[standing.traceRow[row]] = row
  return rowOf
}

/** Where a goroutine of the trace stands; undefined for one that has ended. */
export function placeOfGoroutine(scene: Scene, g: number): Place | undefined {
  const row = scene.rowOf[g]
  return row < 0 ? undefined : scene.standing.places[scene.standing.place[row]]
}

/** The newest dump with ids (they come in order of time, as far as the caller knows it), else the newest at all. */
function fullest(standings: readonly Standing[], withIds: readonly Standing[]): Standing {
  return withIds.at(-1) ?? standings.at(-1)!
}

/** Ids that an answer lists; the count says how many there are. */
const MAX_IDS = 100

/** Ids of a group's goroutines, ascending; the first 100. */
export function idsOf(standing: Standing, rows: Uint32Array | readonly number[]): number[] {
  // A million waiters are not sorted for a hundred ids.
  const ids: number[] = []
  for (let i = 0; i < rows.length; i++) {
    const id = standing.id[rows[i]]
    if (!(ids.length < MAX_IDS || id < ids[ids.length - 1]) || Number.isNaN(id)) continue
    let at = ids.length
    while (at > 0 && ids[at - 1] > id) at--
    ids.splice(at, 0, id)
    if (ids.length > MAX_IDS) ids.pop()
  }
  return ids
}

/** How many of a group's goroutines each dump shows at that very line. */
export function presentInDumps(scene: Scene, group: Group): readonly number[] {
  const known = present.get(scene) ?? new Map<Group, readonly number[]>()
  present.set(scene, known)
  const counts = known.get(group) ?? countInDumps(scene, group)
  known.set(group, counts)
  return counts
}
const present = new WeakMap<Scene, Map<Group, readonly number[]>>()

function countInDumps(scene: Scene, group: Group): readonly number[] {
  if (scene.dumps.length === 0) return []
  const ids = new Set<number>()
  for (const row of group.rows) ids.add(scene.standing.id[row])
  return scene.dumps.map(dump => {
    let present = 0
    for (let row = 0; row < dump.length; row++) {
      const place = dump.places[dump.place[row]]
      if (place.site === group.site && place.wait.kind === group.kind && ids.has(dump.id[row])) present++
    }
    return present
  })
}

/** Does this goroutine serve the capture itself (`net/http/pprof`, `runtime/trace`)? */
export function isObserver(place: Place): boolean {
  return place.frames.some(isObserving)
}

/** A frame of what writes dumps and traces. */
export function isObserving({ package: name, function: functionName }: Frame): boolean {
  return OBSERVERS.has(name) || functionName === 'runtime.Stack'
}
const OBSERVERS = new Set(['net/http/pprof', 'runtime/pprof', 'runtime/trace', 'runtime/debug'])
