/**
 * Where every living goroutine stands at the end of a trace, or in a dump: the common ground of both, on which the
 * analyses work. Goroutines with the same stack and reason share a `Place`, so a million of them cost a few columns.
 *
 *   rows    id   place   sinceNs   traceRow        places   wait (kind)   frames   siteAt   lock
 *   0       41     0       7.1e8      12            0       mutex         Lock ‹ AcquireLock ‹ handler …
 *   1       42     0       7.1e8      13            1       network       …
 */
import { grown } from '../../base/column.ts'
import type { Dump } from '../../dump/tables.ts'
import { GoState, type Trace } from '../../trace/tables.ts'
import type { Frame, FrameBook } from './frames.ts'
import { knownWait } from './libraries.ts'
import { exactAddress, isLockFunction, isLockKind, lockAddress, plumbingDepth, type Wait, waitOf } from './waits.ts'

export type Place = {
  readonly wait: Wait
  /** Innermost first; empty where no stack is known. For one that runs: its newest stack of its own. */
  readonly frames: readonly Frame[]
  /**
   * The innermost frame outside of runtime, sync and internal packages; of a read or write on a connection, outside of
   * the standard library, where there is one (`net.(*netFD).Read` names no call). Of a wait for a lock or a WaitGroup whose
   * stack somebody has cut there, its last frame. Undefined where there is none.
   */
  readonly site: Frame | undefined
  /** Address of the lock waited for; '' unknown. */
  readonly lock: string
  /** Of a wait for a lock: the receiver, or first argument, of the site, where it is exact; '' unknown. */
  readonly object: string
  /** What stands between the parentheses of each frame; only from dumps; '' where goroutines at the place differ. */
  readonly args?: readonly string[]
  /** A plain receive, by the runtime's own frame, which only traces show; where a dump completes one, it is kept here. */
  readonly receivesOnce?: boolean
  /** Somebody left out how it began: its outermost frame is in the middle of something. */
  readonly isCut?: boolean
}

export type Standing = {
  readonly length: number
  readonly id: Float64Array //     NaN: unknown
  readonly count: Uint32Array //   goroutines that the row stands for; 1 but for grouped dumps
  readonly place: Int32Array //    row in places
  readonly sinceNs: Float64Array // when it came there, in the trace's time; 0: before the trace; NaN: unknown
  readonly traceRow: Int32Array // row in the trace's goroutines; -1
  readonly minutes: Int32Array //  of the wait, a lower bound; -1: none shown
  readonly places: readonly Place[]
}

const RUNNING: Wait = { kind: 'none', what: 'running' }

class Rows {
  length = 0
  id: Float64Array
  count: Uint32Array
  place: Int32Array
  sinceNs: Float64Array
  traceRow: Int32Array
  minutes: Int32Array
  readonly places: Place[] = []

  /** `room`: how many rows there may be; memory that none of them touches costs nothing. */
  constructor(room = 64) {
    this.id = new Float64Array(room)
    this.count = new Uint32Array(room)
    this.place = new Int32Array(room)
    this.sinceNs = new Float64Array(room)
    this.traceRow = new Int32Array(room)
    this.minutes = new Int32Array(room)
  }

  push(id: number, count: number, place: number, sinceNs: number, traceRow: number, minutes: number): void {
    if (this.length === this.id.length) this.grow()
    const row = this.length++
    this.id[row] = id
    this.count[row] = count
    this.place[row] = place
    this.sinceNs[row] = sinceNs
    this.traceRow[row] = traceRow
    this.minutes[row] = minutes
  }

  private grow(): void {
    this.id = grown(this.id)
    this.count = grown(this.count)
    this.place = grown(this.place)
    this.sinceNs = grown(this.sinceNs)
    this.traceRow = grown(this.traceRow)
    this.minutes = grown(this.minutes)
  }
}

export function makePlace(wait: Wait, frames: readonly Frame[], lock = '', args?: readonly string[]): Place {
  const plain = frames[plumbingDepth(frames)]
  const caller = wait.kind === 'network' ? frames.find(frame => !frame.standard) : undefined
  const site =
    caller ?? plain ?? (isOfCaller(wait) && CALLED.test(frames.at(-1)?.function ?? '') ? frames.at(-1) : undefined)
  if (!args) return { wait, frames, site, lock, object: '' }
  const object = isLockKind(wait.kind) && site ? valueIn(site, args[frames.indexOf(site)]) : ''
  return { wait, frames, site, lock, object, args }
}

/** What programs call. */
const CALLED = /^sync\.\(\*(Mutex|RWMutex|WaitGroup)\)\.(R?Lock|Wait)$/

/** Somebody has called for it, and goes on afterwards; a Once may be all that a goroutine is for. */
function isOfCaller({ kind }: Wait): boolean {
  return kind === 'mutex' || kind === 'rwmutex' || kind === 'waitgroup'
}

/**
 * What the first argument of a frame points to. Up to Go 1.16 an interface is two arguments, of which the first is its
 * type's: all handlers of requests have it in common. Of methods it is the receiver, which may be a variable of a package.
 */
function valueIn({ receiver }: Frame, args: string): string {
  const address = exactAddress(args)
  return receiver === '' && OF_A_TYPE.test(address) ? '' : address
}
/** In the program, or mapped beside it, and not on Go's heap. */
const OF_A_TYPE = /^0x(?:[0-9a-f]{1,7}|[57][0-9a-f]{11})$/

/** Where the goroutines stand that are alive when the trace ends. */
export function standingOfTrace(trace: Trace, book: FrameBook): Standing {
  const { goroutines, spans, spansOf } = trace
  const { id, deathNs, length } = goroutines
  const { stateReason, stack, startNs } = spans
  const rows = new Rows(length + 1)
  const placeOf = placeMemo(trace, book, rows.places)
  for (let g = 0; g < length; g++) {
    const end = spansOf.first[g + 1]
    if (!Number.isNaN(deathNs[g]) || end === spansOf.first[g]) continue
    const span = spansOf.row[end - 1]
    const state = stateReason[span] & 3
    const waits = state === GoState.waiting || state === GoState.syscall
    const place = waits ? placeOf(stack[span], stateReason[span]) : placeOf(ownStackBefore(trace, g), 0)
    rows.push(id[g], 1, place, startNs[span], g, -1)
  }
  return rows
}

/** A row of `places` for a stack and a stateReason; the same row for the same pair. */
function placeMemo(trace: Trace, book: FrameBook, places: Place[]): (stack: number, stateReason: number) => number {
  // Nearly always a stack comes with one reason only: that pair is found without hashing.
  const firstPlace = new Int32Array(trace.stacks.length + 1).fill(-1)
  const firstReason = new Int32Array(trace.stacks.length + 1)
  const others = new Map<number, number>()
  return (stack, stateReason) => {
    const slot = Math.max(stack, 0)
    if (firstPlace[slot] >= 0 && firstReason[slot] === stateReason) return firstPlace[slot]
    const key = slot * 0x10000 + stateReason
    const known = firstPlace[slot] < 0 ? undefined : others.get(key)
    if (known !== undefined) return known
    const row = places.push(placeInTrace(trace, book, stack, stateReason)) - 1
    if (firstPlace[slot] < 0) {
      firstPlace[slot] = row
      firstReason[slot] = stateReason
    } else others.set(key, row)
    return row
  }
}

function placeInTrace(trace: Trace, book: FrameBook, stack: number, stateReason: number): Place {
  const frames = book.stack(trace, stack)
  const state = stateReason & 3
  if (state !== GoState.waiting && state !== GoState.syscall) return makePlace(RUNNING, frames)
  const reason = state === GoState.syscall ? 'syscall' : trace.strings.text(trace.reasons[stateReason >> 2])
  return makePlace(waitOf(frames, reason), frames)
}

/** How far to look back: running, runnable and a short wait alternate, and each cycle has a stack of its own. */
const LOOK_BACK = 6

/** The newest stack of a running or runnable goroutine's own; -1 where it has none lately. */
function ownStackBefore(trace: Trace, g: number): number {
  const { spans, spansOf } = trace
  const last = spansOf.first[g + 1] - 1
  for (let at = last; at >= Math.max(spansOf.first[g], last - LOOK_BACK); at--) {
    const row = spansOf.row[at]
    const state = spans.stateReason[row] & 3
    const preempted = state === GoState.runnable && spans.place[row] < 0
    if ((state !== GoState.runnable || preempted) && spans.stack[row] > 0) return spans.stack[row]
  }
  return -1
}

/** Where the goroutines of a dump stand. */
export function standingOfDump(dump: Dump, book: FrameBook): Standing {
  const rows = new Rows()
  const known = new Map<string, { place: number; firstRow: number; args: string[] }>()
  for (let r = 0; r < dump.rows.length; r++) {
    const { stack, reason, id, count, minutes } = dump.rows
    const lock = lockOf(dump, book, r)
    const key = `${stack[r]} ${reason[r]} ${lock} ${lock === '' ? objectOf(dump, book, r) : ''}`
    let seen = known.get(key)
    if (seen) keepCommonArgs(dump, seen, r)
    else {
      const args = argsOf(dump, r)
      seen = { place: rows.places.push(placeInDump(dump, book, r, args)) - 1, firstRow: r, args }
      known.set(key, seen)
    }
    rows.push(id[r], count[r], seen.place, Number.NaN, -1, minutes[r])
  }
  completeCut(rows.places)
  return rows
}

/** Whose stack was cut off behind the call that waits does so where the others of that function do, if that is one line. */
function completeCut(places: Place[]): void {
  const cut = places.filter(({ site }) => site !== undefined && site.file === '')
  if (cut.length === 0 || cut.length === places.length) return
  for (const place of cut) {
    const { site, wait, frames } = place
    const lines = new Set(
      places.flatMap(other =>
        other.site?.function === site?.function && other.site?.file !== '' && other.wait.what === wait.what
          ? [other.site]
          : [],
      ),
    )
    const [line] = lines
    if (lines.size !== 1 || !line) continue
    places[places.indexOf(place)] = {
      ...place,
      site: line,
      frames: frames.map(frame => (frame === site ? line : frame)),
    }
  }
}

function placeInDump(dump: Dump, book: FrameBook, row: number, args: readonly string[]): Place {
  const frames = book.stack(dump, dump.rows.stack[row])
  const wait = waitOf(frames, dump.strings.text(dump.rows.reason[row]))
  if (wait.kind === 'unknown' && dump.rows.count[row] > 1) {
    // The form hides states: several in a call of which it is known what it waits for wait for it.
    const known = makePlace({ kind: 'select', what: 'select' }, frames, '', args)
    if (knownWait(known)?.midWork) return known
  }
  const place = makePlace(wait, frames, isLockKind(wait.kind) ? lockOf(dump, book, row) : '', args)
  const { createdBy, elided } = dump.rows
  const isCut = dump.form === 'debug2' && createdBy[row] < 0 && frames.length > 0 && !ROOT.test(frames.at(-1)!.function)
  return isCut && elided[row] === 0 ? { ...place, isCut } : place
}
/** What the main goroutine, those of C and those of the runtime begin with. */
const ROOT = /^main\.main$|\.init(?:\.\d+)?$|^runtime\.|^_cgo/

/** Arguments speak for a place only as far as all goroutines there have the same. */
function keepCommonArgs(dump: Dump, seen: { firstRow: number; args: string[] }, row: number): void {
  const first = dump.rows.firstArg[seen.firstRow]
  const from = dump.rows.firstArg[row]
  for (let i = 0; i < seen.args.length; i++) {
    if (dump.frameArgs[first + i] !== dump.frameArgs[from + i]) seen.args[i] = ''
  }
}

/** The address of the lock that a row of a dump waits for; '' where it waits for none or none is shown. */
function lockOf(dump: Dump, book: FrameBook, row: number): string {
  const { rows, stacks } = dump
  const from = rows.firstArg[row]
  if (rows.firstArg[row + 1] === from || rows.stack[row] < 0) return ''
  const first = stacks.first[rows.stack[row]]
  // The lock's frames are the innermost ones: a look at the first spares making the others.
  if (stacks.first[rows.stack[row] + 1] === first || !book.row(dump, stacks.frame[first]).plumbing) return ''
  return lockAddress(book.stack(dump, rows.stack[row]), i => dump.strings.text(dump.frameArgs[from + i]))
}

/** What the site of a wait for a lock has for a receiver: it tells locks apart whose own address is not shown. */
function objectOf(dump: Dump, book: FrameBook, row: number): string {
  const { rows, stacks, frames, strings, frameArgs } = dump
  const args = rows.firstArg[row]
  if (rows.firstArg[row + 1] === args || rows.stack[row] < 0) return ''
  const first = stacks.first[rows.stack[row]]
  const end = stacks.first[rows.stack[row] + 1]
  for (let at = first; at < end && book.row(dump, stacks.frame[at]).plumbing; at++) {
    const below = at + 1 < end ? book.row(dump, stacks.frame[at + 1]) : undefined
    if (!below || below.plumbing || !isLockFunction(strings.text(frames.function[stacks.frame[at]]))) continue
    return valueIn(below, strings.text(frameArgs[args + at + 1 - first]))
  }
  return ''
}

function argsOf(dump: Dump, row: number): string[] {
  const args: string[] = []
  for (let i = dump.rows.firstArg[row]; i < dump.rows.firstArg[row + 1]; i++) {
    args.push(dump.strings.text(dump.frameArgs[i]))
  }
  return args
}

/**
 * The trace's goroutines, completed by what a dump of the same process knows of them: the stack where the trace has
 * none, and the address of the lock. A goroutine that moved after the dump was taken keeps what the trace says.
 */
export function completed(traceStanding: Standing, dumps: readonly Standing[]): Standing {
  if (dumps.length === 0) return traceStanding
  const inDump = placesById(dumps)
  const places = traceStanding.places.slice()
  const place = traceStanding.place.slice()
  const minutes = traceStanding.minutes.slice()
  const rowOf = [new Map<Place, number>(), new Map<Place, number>()]
  for (let row = 0; row < traceStanding.length; row++) {
    const known = inDump.get(traceStanding.id[row])
    if (!known) continue
    const traced = places[place[row]]
    if (traced.wait.kind !== 'none' && known.place.site === traced.site) minutes[row] = known.minutes
    if (!completes(traced, known.place, traceStanding.sinceNs[row])) continue
    const once = isPlainReceive(traced.frames)
    let added = rowOf[Number(once)].get(known.place)
    if (added === undefined) {
      added = places.push(once ? { ...known.place, receivesOnce: true } : known.place) - 1
      rowOf[Number(once)].set(known.place, added)
    }
    place[row] = added
    minutes[row] = known.minutes
  }
  return { ...traceStanding, places, place, minutes }
}

/** A receive that does not ask whether the channel is closed. */
export function isPlainReceive(frames: readonly Frame[]): boolean {
  return frames.some(frame => frame.function === 'runtime.chanrecv1')
}

function completes(traced: Place, dumped: Place, sinceNs: number): boolean {
  if (traced.wait.kind === 'none') return false
  // Only one that did not move while it was traced can be said to stand where the dump, taken before or after, has it.
  if (traced.frames.length === 0) return sinceNs === 0 && dumped.wait.kind !== 'none'
  if (dumped.site !== traced.site) return false
  // Traces restate a wait without its reason, so only the dump knows that its channel is nil.
  if (dumped.wait.kind === 'forever') return sinceNs === 0 && traced.wait.kind !== 'forever'
  if (dumped.wait.kind !== traced.wait.kind) return false
  return dumped.lock !== '' || dumped.object !== '' || (dumped.args !== undefined && isSameWay(traced, dumped))
}

/** The same frames below those of runtime and sync, of which a dump shows more, or fewer. */
function isSameWay(a: Place, b: Place): boolean {
  const [from, to] = [plumbingDepth(a.frames), plumbingDepth(b.frames)]
  if (a.frames.length - from !== b.frames.length - to) return false
  for (let i = from; i < a.frames.length; i++) if (a.frames[i] !== b.frames[i - from + to]) return false
  return true
}

function placesById(dumps: readonly Standing[]): Map<number, { place: Place; minutes: number }> {
  const byId = new Map<number, { place: Place; minutes: number }>()
  for (const dump of dumps) {
    for (let row = 0; row < dump.length; row++) {
      if (Number.isNaN(dump.id[row])) continue
      byId.set(dump.id[row], { place: dump.places[dump.place[row]], minutes: dump.minutes[row] })
    }
  }
  return byId
}
