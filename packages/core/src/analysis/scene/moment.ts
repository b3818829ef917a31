/**
 * A moment of a trace as a goroutine dump shows it: who lives, in which state, where. So whatever groups, filters and
 * compares dumps does the same with any moment of a trace, and two of its moments tell who never moved in between.
 *
 * Its waits have the words of dumps: a trace says "sync" of a wait for a mutex, and that it is one stands in the stack.
 * As in Go's own dumps, goroutines of the runtime are left out (`isSystemGoroutine` in runtime/traceback.go).
 */
import { MoreStrings } from '../../base/strings.ts'
import type { Dump } from '../../dump/tables.ts'
import { GO_STATE_NAMES, GoState, type Trace } from '../../trace/tables.ts'
import { FrameBook } from './frames.ts'
import { waitOf } from './waits.ts'

export type Moment = {
  readonly dump: Dump
  /** By row of the dump: when it came into its state, in the trace's time; 0: before the trace, or with its begin. */
  readonly sinceNs: Float64Array
  /** Goroutines of the runtime, which are not in it. */
  readonly system: number
}

const NS_PER_MINUTE = 60e9

/** The goroutines that live at a time, the trace's end unless told. */
export function momentOf(trace: Trace, timeNs = trace.durationNs): Moment {
  const { goroutines, spans, strings } = trace
  const reasons = new Reasons(trace)
  const isSystem = systemEntries(trace)
  const rows = new Rows(goroutines.length)
  let system = 0
  for (let g = 0; g < goroutines.length; g++) {
    const at = spanAt(trace, g, timeNs)
    if (at < 0) continue
    if (isSystem(goroutines.entry[g])) {
      system++
      continue
    }
    const span = trace.spansOf.row[at]
    const state = spans.stateReason[span] & 3
    const stack = ownStack(trace, g, at)
    const creator = goroutines.creator[g]
    rows.id[rows.length] = goroutines.id[g]
    const reason = state === GoState.waiting ? reasons.of(stack, spans.stateReason[span] >> 2) : state
    rows.reason[rows.length] = strings.length + reason
    rows.minutes[rows.length] = state === GoState.waiting ? minutesOf(timeNs - spans.startNs[span]) : -1
    rows.stack[rows.length] = stack
    rows.createdBy[rows.length] = innermost(trace, goroutines.creationStack[g])
    rows.creator[rows.length] = creator < 0 ? Number.NaN : goroutines.id[creator]
    rows.labels[rows.length] = goroutines.label[g] > 0 ? goroutines.label[g] : -1
    rows.sinceNs[rows.length] = spans.startNs[span]
    rows.length++
  }
  const { frames, stacks } = trace
  const texts = new MoreStrings(strings, reasons.texts)
  const dump = { form: 'debug2', byteLength: 0, total: rows.length, strings: texts, frames, stacks } as const
  return {
    dump: { ...dump, rows: rows.table(), asleep: false, frameArgs: new Int32Array(0), problems: [] },
    sinceNs: rows.sinceNs.subarray(0, rows.length),
    system,
  }
}

/** What is waited for, in Go's words ("sync.Mutex.Lock"), worked out once for each stack and reason. */
class Reasons {
  readonly texts: string[] = [...GO_STATE_NAMES]
  private readonly trace: Trace
  private readonly book = new FrameBook()
  private readonly known = new Map<number, number>()
  private readonly byText = new Map<string, number>()

  constructor(trace: Trace) {
    this.trace = trace
  }

  /** Index in `texts`. */
  of(stack: number, reason: number): number {
    const pair = (stack + 1) * 0x10000 + reason
    const known = this.known.get(pair)
    if (known !== undefined) return known
    const said = this.trace.strings.text(this.trace.reasons[reason])
    const { what } = waitOf(stack < 0 ? [] : this.book.stack(this.trace, stack), said)
    const made = this.indexOf(what || said || GO_STATE_NAMES[GoState.waiting])
    this.known.set(pair, made)
    return made
  }

  private indexOf(text: string): number {
    const known = this.byText.get(text)
    if (known !== undefined) return known
    this.byText.set(text, this.texts.length)
    return this.texts.push(text) - 1
  }
}

/** As the header of a dump shows it: none where it is less than one. */
function minutesOf(waitedNs: number): number {
  const minutes = Math.floor(waitedNs / NS_PER_MINUTE)
  return minutes > 0 ? minutes : -1
}

/** Columns of a dump, as long as there may be goroutines. */
class Rows {
  length = 0
  readonly id: Float64Array
  readonly reason: Int32Array
  readonly minutes: Int32Array
  readonly stack: Int32Array
  readonly createdBy: Int32Array
  readonly creator: Float64Array
  readonly labels: Int32Array
  readonly sinceNs: Float64Array

  constructor(room: number) {
    this.id = new Float64Array(room)
    this.reason = new Int32Array(room)
    this.minutes = new Int32Array(room)
    this.stack = new Int32Array(room)
    this.createdBy = new Int32Array(room)
    this.creator = new Float64Array(room)
    this.labels = new Int32Array(room)
    this.sinceNs = new Float64Array(room)
  }

  table(): Dump['rows'] {
    const { length } = this
    return {
      length,
      id: this.id.subarray(0, length),
      count: new Uint32Array(length).fill(1),
      reason: this.reason.subarray(0, length),
      minutes: this.minutes.subarray(0, length),
      stack: this.stack.subarray(0, length),
      firstArg: new Uint32Array(length + 1),
      createdBy: this.createdBy.subarray(0, length),
      creator: this.creator.subarray(0, length),
      labels: this.labels.subarray(0, length),
      locked: new Uint8Array(length),
      leaked: new Uint8Array(length),
      elided: new Uint8Array(length),
    }
  }
}

/** Where in `spansOf.row` the span stands in which a goroutine is at a time; -1: it does not live then. */
function spanAt({ goroutines, spans, spansOf }: Trace, g: number, timeNs: number): number {
  // At its very death it is no more; where none is known, it lives on.
  if (goroutines.birthNs[g] > timeNs || goroutines.deathNs[g] <= timeNs) return -1
  let low = spansOf.first[g]
  let high = spansOf.first[g + 1]
  if (low === high || spans.startNs[spansOf.row[low]] > timeNs) return -1
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (spans.startNs[spansOf.row[middle]] <= timeNs) low = middle
    else high = middle
  }
  return low
}

/** How far to look back: running, runnable and a short wait alternate, and each cycle has a stack of its own. */
const LOOK_BACK = 6

/** The stack of the span, or of one that runs, of whom a trace has none, the newest one before; -1: unknown. */
function ownStack({ spans, spansOf }: Trace, g: number, last: number): number {
  for (let at = last; at >= Math.max(spansOf.first[g], last - LOOK_BACK); at--) {
    const row = spansOf.row[at]
    const state = spans.stateReason[row] & 3
    // What a runnable one's span has is its waker's, unless it was preempted.
    const isOwn = state !== GoState.runnable || spans.place[row] < 0
    if (isOwn && spans.stack[row] > 0) return spans.stack[row]
    if (state === GoState.waiting || state === GoState.syscall) return -1
  }
  return -1
}

function innermost({ stacks }: Trace, stack: number): number {
  if (stack <= 0 || stacks.first[stack] === stacks.first[stack + 1]) return -1
  return stacks.frame[stacks.first[stack]]
}

/** By the function it began with: is it the runtime's own? Each name is looked at once. */
function systemEntries({ strings }: Trace): (entry: number) => boolean {
  const known = new Map<number, boolean>()
  return entry => {
    let isSystem = known.get(entry)
    if (isSystem === undefined) {
      const name = strings.text(entry)
      isSystem = name.startsWith('runtime.') && name !== 'runtime.main'
      known.set(entry, isSystem)
    }
    return isSystem
  }
}
