/**
 * Who wakes those that wait at a place: seen in the trace, or, where nothing moved while it was traced, told by whose
 * code it is. A call that waits for an answer is woken by the goroutine that reads the connection.
 */
import { GoState, type Trace } from '../../trace/tables.ts'
import type { Frame, FrameBook } from './frames.ts'
import type { Place, Standing } from './standing.ts'

/** Rows of goroutines that woke somebody from a wait at this site, the most frequent first. */
export function wakersSeen(trace: Trace, book: FrameBook, site: Frame): number[] {
  const { place } = trace.spans
  const times = new Map<number, number>()
  forEachWake(trace, book, site, row => {
    if (place[row] >= 0) times.set(place[row], (times.get(place[row]) ?? 0) + 1)
  })
  return [...times].sort((a, b) => b[1] - a[1]).map(([g]) => g)
}

/** Calls `visit` with the row of each runnable span that ended a wait at this site, in order of time. */
function forEachWake(trace: Trace, book: FrameBook, site: Frame, visit: (row: number) => void): void {
  const { spans } = trace
  const atSite = stacksAt(trace, book, site)
  const waits = new Uint8Array(trace.goroutines.length)
  for (let row = 0; row < spans.length; row++) {
    const state = spans.stateReason[row] & 3
    const g = spans.goroutine[row]
    if (state === GoState.waiting) waits[g] = spans.stack[row] > 0 ? atSite[spans.stack[row]] : 0
    else if (state === GoState.runnable && waits[g] === 1) {
      waits[g] = 0
      visit(row)
    }
  }
}

/** The other side of a channel, seen from the line that sends: whom that line woke, and who woke those that waited there. */
export function partnersSeen(trace: Trace, book: FrameBook, site: Frame): Set<number> {
  const { spans } = trace
  const partners = new Set(wakersSeen(trace, book, site))
  const atSite = stacksAt(trace, book, site)
  for (let row = 0; row < spans.length; row++) {
    const woken = (spans.stateReason[row] & 3) === GoState.runnable && spans.place[row] >= 0
    if (woken && spans.stack[row] > 0 && atSite[spans.stack[row]] === 1) partners.add(spans.goroutine[row])
  }
  return partners
}

/** So many of those that were let in must have been by one that came out. */
const SHARE_OF_ROUNDS = 0.9
const ROUNDS = 3

/**
 * Do slots go round at this line: is whoever waits there woken from within the very function, by one that got past the
 * line before and gives its slot back? Workers that wait for jobs are woken by others.
 */
export function slotsGoRound(trace: Trace, book: FrameBook, site: Frame): boolean {
  const { wakes, within } = servicesAt(trace, book, site)
  return within >= ROUNDS && within >= SHARE_OF_ROUNDS * wakes
}

/** Were those that were woken at this line mostly woken from elsewhere than from the function that they wait in? */
export function servedByOthers(trace: Trace, book: FrameBook, site: Frame): boolean {
  const { wakes, within } = servicesAt(trace, book, site)
  return 2 * within < wakes
}

/** How many were woken at this line, and how many of them from within the very function. */
function servicesAt(trace: Trace, book: FrameBook, site: Frame): { readonly wakes: number; readonly within: number } {
  const { spans, stacks } = trace
  const known = new Map<number, boolean>()
  const isWithin = (stack: number) => {
    const before = known.get(stack)
    if (before !== undefined) return before
    let found = false
    for (let at = stacks.first[stack]; at < stacks.first[stack + 1] && !found; at++)
      found = isPartOf(book.row(trace, stacks.frame[at]).function, site.function)
    known.set(stack, found)
    return found
  }
  let wakes = 0
  let within = 0
  forEachWake(trace, book, site, row => {
    if (spans.stack[row] <= 0) return
    wakes++
    if (isWithin(spans.stack[row])) within++
  })
  return { wakes, within }
}

/** The function itself, or one that is written in it: a deferred closure gives back what the function took. */
function isPartOf(name: string, functionName: string): boolean {
  return name.startsWith(functionName) && /^(\.(func|(go|defer)wrap)\d.*)?$/.test(name.slice(functionName.length))
}

/** 1 for each stack whose innermost frame, plumbing aside, is this one. */
function stacksAt(trace: Trace, book: FrameBook, site: Frame): Uint8Array {
  const { stacks } = trace
  const atSite = new Uint8Array(stacks.length)
  for (let stack = 1; stack < stacks.length; stack++) {
    if (book.site(trace, stack) === site) atSite[stack] = 1
  }
  return atSite
}

/** Does this place wait for bytes from a connection itself? */
export function readsNetwork(place: Place): boolean {
  return place.wait.kind === 'network'
}

/**
 * A row of the standing that reads from the network in the same piece of code as `place` waits in: methods of one type
 * (the same value, where arguments tell), or one package where that is somebody else's library. -1: none.
 */
export function readerFor(place: Place, standing: Standing): number {
  const run = ownRun(place)
  const readers = standing.places.map(other => readsNetwork(other) && serves(run, place, other))
  if (!readers.includes(true)) return -1
  for (let row = 0; row < standing.length; row++) if (readers[standing.place[row]]) return row
  return -1
}

/** The frames of a place from its site outwards, as long as they are of one package. */
function ownRun(place: Place): readonly Frame[] {
  if (!place.site) return []
  const from = place.frames.indexOf(place.site)
  let to = from
  while (to < place.frames.length && place.frames[to].package === place.site.package) to++
  return place.frames.slice(from, to)
}

function serves(run: readonly Frame[], place: Place, reader: Place): boolean {
  return reader.frames.some((frame, i) => {
    if (frame.plumbing) return false
    const twin = run.find(own => own.receiver !== '' && own.receiver === frame.receiver)
    if (twin) return !differentValues(place.args?.[place.frames.indexOf(twin)], reader.args?.[i])
    // Inside of a library that is nobody's main program, one package is one mechanism. net/http is client and server.
    return !frame.standard && !frame.own && run.some(own => own.package === frame.package)
  })
}

function differentValues(a: string | undefined, b: string | undefined): boolean {
  const left = /^0x[0-9a-f]{6,16}(?=,|$)/.exec(a ?? '')?.[0]
  const right = /^0x[0-9a-f]{6,16}(?=,|$)/.exec(b ?? '')?.[0]
  return left !== undefined && right !== undefined && left !== right
}
