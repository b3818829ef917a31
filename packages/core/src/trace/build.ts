/**
 * The only writer of a `Trace`. Readers call it with plain numbers, in the order of time; it checks nothing: ordering,
 * sequence numbers and states belong to the reader of each format.
 */
import { f64, grown, i32 } from '../base/column.ts'
import type { Problem } from '../base/errors.ts'
import { StackInterner } from '../base/stacks.ts'
import { StringInterner } from '../base/strings.ts'
import { EventTables } from './build-events.ts'
import { EVENT_KINDS, type GoState, type RowIndex, type Trace } from './tables.ts'

/** 14 bits of `stateReason`; a trace with more different reasons is a hostile one. */
const MAX_REASONS = 1 << 14
/** Damage can repeat a million times; the first ones tell the story. */
const MAX_PROBLEMS = 100

export class TraceBuilder extends EventTables {
  readonly strings: StringInterner
  readonly stacks = new StackInterner()
  readonly eventCounts = new Float64Array(EVENT_KINDS.length)
  clock: { atNs: number; unixNs: number } | undefined

  // Goroutines.
  goroutineCount = 0
  private goId = new Float64Array(64)
  private entry = new Int32Array(64)
  private creator = new Int32Array(64)
  private creationStack = new Int32Array(64)
  private birthNs = new Float64Array(64)
  private deathNs = new Float64Array(64)
  private statedNs = new Float64Array(64)
  private label = new Int32Array(64)
  /** Two numbers a goroutine, side by side because each span writes both: its last span (-1: none), how many it has. */
  private goSpans = new Int32Array(128)

  // Spans.
  spanTotal = 0
  private spanStart: Float64Array
  private spanGoroutine: Uint32Array
  private spanState: Uint16Array
  private spanPlace: Int32Array
  private spanStack: Int32Array

  private readonly reasonRows = i32()
  private readonly reasonOf = new Map<number, number>()
  private readonly procId = f64()
  private readonly threadId = f64()
  private readonly generationNs = f64()

  private readonly problemList: Problem[] = []
  private problemsMore = 0
  private readonly bytes: Uint8Array

  /** `bytes` is the (uncompressed) input, which strings point into; `spans` a guess at their number. */
  constructor(bytes: Uint8Array, spans: number) {
    super()
    this.bytes = bytes
    this.strings = new StringInterner(bytes)
    const capacity = Math.max(64, spans)
    this.spanStart = new Float64Array(capacity)
    this.spanGoroutine = new Uint32Array(capacity)
    this.spanState = new Uint16Array(capacity)
    this.spanPlace = new Int32Array(capacity)
    this.spanStack = new Int32Array(capacity)
    this.reason(0)
  }

  /** Adds a goroutine and returns its row. `birthNs` is NaN for one that existed when the trace began. */
  goroutine(id: number, birthNs: number, creator: number, creationStack: number): number {
    const row = this.goroutineCount++
    if (row === this.goId.length) this.growGoroutines()
    this.goId[row] = id
    this.entry[row] = -1
    this.creator[row] = creator
    this.creationStack[row] = creationStack
    this.birthNs[row] = birthNs
    this.deathNs[row] = Number.NaN
    this.label[row] = -1
    this.goSpans[row * 2] = -1
    return row
  }

  private growGoroutines(atLeast = 0): void {
    this.goId = grown(this.goId, atLeast)
    this.entry = grown(this.entry, atLeast)
    this.creator = grown(this.creator, atLeast)
    this.creationStack = grown(this.creationStack, atLeast)
    this.birthNs = grown(this.birthNs, atLeast)
    this.deathNs = grown(this.deathNs, atLeast)
    this.statedNs = grown(this.statedNs, atLeast)
    this.label = grown(this.label, atLeast)
    this.goSpans = grown(this.goSpans, 2 * atLeast)
  }

  /** A stack of the goroutine's own: its outermost function is where the goroutine began, if that isn't known yet. */
  ownStack(g: number, stack: number): void {
    if (stack > 0 && this.entry[g] < 1) this.entry[g] = this.stacks.rootFunction(stack)
  }

  /** The goroutine changes into `state` at `timeNs`; `reason` from `reason()`, place and stack as in `SpanTable`. */
  span(timeNs: number, g: number, state: GoState, reason: number, place: number, stack: number): void {
    this.now[0] = timeNs
    this.spanNow(g, state | (reason << 2), place, stack)
  }

  /** The same at the time in `now`, with state and reason packed already. */
  spanNow(g: number, stateReason: number, place: number, stack: number): void {
    const row = this.spanTotal++
    if (row === this.spanStart.length) this.growSpans()
    this.spanStart[row] = this.now[0]
    this.spanGoroutine[row] = g
    this.spanState[row] = stateReason
    this.spanPlace[row] = place
    this.spanStack[row] = stack
    this.goSpans[g * 2] = row
    this.goSpans[g * 2 + 1]++
  }

  private growSpans(): void {
    this.spanStart = grown(this.spanStart)
    this.spanGoroutine = grown(this.spanGoroutine)
    this.spanState = grown(this.spanState)
    this.spanPlace = grown(this.spanPlace)
    this.spanStack = grown(this.spanStack)
  }

  /** When the goroutine's last span so far began; NaN where it has none. */
  lastSpanNs(g: number): number {
    const row = this.goSpans[g * 2]
    return row < 0 ? Number.NaN : this.spanStart[row]
  }

  /** Did the goroutine exist when the trace began? */
  isOlder(g: number): boolean {
    return Number.isNaN(this.birthNs[g])
  }

  hasSpans(g: number): boolean {
    return this.goSpans[g * 2] !== -1
  }

  /** A restatement brings a stack for the span that goes on: taken where the span's real event had none. */
  adoptStack(g: number, stack: number): void {
    if (stack <= 0) return
    this.ownStack(g, stack)
    const row = this.goSpans[g * 2]
    if (row >= 0 && this.spanStack[row] <= 0) this.spanStack[row] = stack
  }

  die(timeNs: number, g: number): void {
    this.deathNs[g] = timeNs
  }

  /** What is known of a goroutine since the trace began was said only then. */
  stated(timeNs: number, g: number): void {
    this.statedNs[g] = timeNs
  }

  /** The reason's row for a string row. */
  reason(stringRow: number): number {
    const known = this.reasonOf.get(stringRow)
    if (known !== undefined) return known
    if (this.reasonRows.length >= MAX_REASONS) {
      this.problem(0, `more than ${MAX_REASONS} different reasons`, 'reasons beyond that number are shown as none')
      return 0
    }
    const row = this.reasonRows.push(stringRow)
    this.reasonOf.set(stringRow, row)
    return row
  }

  proc(id: number): number {
    return this.procId.push(id)
  }

  thread(id: number): number {
    return this.threadId.push(id)
  }

  generation(timeNs: number): void {
    this.generationNs.push(timeNs)
  }

  /** Makes room for so many goroutines and logs, a guess: what is never written costs nothing. */
  reserve(goroutines: number, logs: number): void {
    if (this.goId.length < goroutines) this.growGoroutines(goroutines)
    this.reserveLogs(logs)
  }

  goLabel(timeNs: number, goroutine: number, label: number): void {
    this.addLabel(timeNs, goroutine, label)
    this.label[goroutine] = label
  }

  problem(offset: number, message: string, lost: string): void {
    if (this.problemList.length < MAX_PROBLEMS) this.problemList.push({ offset, message, lost })
    else this.problemsMore++
  }

  /** Ends the building. `durationNs` is the time of the last event. */
  freeze(version: number, durationNs: number): Trace {
    if (this.problemsMore > 0) {
      const last = this.problemList[MAX_PROBLEMS - 1]
      this.problemList[MAX_PROBLEMS - 1] = {
        ...last,
        message: `${last.message}; and ${this.problemsMore} more problems`,
      }
    }
    const spans = this.spanTotal
    const goroutines = this.goroutineCount
    return {
      version,
      byteLength: this.bytes.length,
      durationNs,
      clock: this.clock,
      generationNs: this.generationNs.freeze(),
      strings: this.strings.freeze(),
      ...this.stacks.freeze(),
      reasons: this.reasonRows.freeze(),
      goroutines: {
        length: goroutines,
        id: this.goId.subarray(0, goroutines),
        entry: this.entry.subarray(0, goroutines),
        creator: this.creator.subarray(0, goroutines),
        creationStack: this.creationStack.subarray(0, goroutines),
        birthNs: this.birthNs.subarray(0, goroutines),
        deathNs: this.deathNs.subarray(0, goroutines),
        statedNs: this.statedNs.subarray(0, goroutines),
        label: this.label.subarray(0, goroutines),
      },
      spans: {
        length: spans,
        startNs: this.spanStart.subarray(0, spans),
        goroutine: this.spanGoroutine.subarray(0, spans),
        stateReason: this.spanState.subarray(0, spans),
        place: this.spanPlace.subarray(0, spans),
        stack: this.spanStack.subarray(0, spans),
      },
      spansOf: this.indexSpans(),
      procs: { length: this.procId.length, id: this.procId.freeze() },
      threads: { length: this.threadId.length, id: this.threadId.freeze() },
      ...this.freezeSmallTables(),
      eventCounts: this.eventCounts,
      problems: this.problemList,
    }
  }

  private indexSpans(): RowIndex {
    const first = new Uint32Array(this.goroutineCount + 1)
    for (let g = 0; g < this.goroutineCount; g++) first[g + 1] = first[g] + this.goSpans[g * 2 + 1]
    const next = first.slice()
    const row = new Uint32Array(this.spanTotal)
    const goroutine = this.spanGoroutine
    for (let i = 0; i < this.spanTotal; i++) row[next[goroutine[i]]++] = i
    return { first, row }
  }
}
