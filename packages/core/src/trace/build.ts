/**
 * The only writer of a `Trace`. Readers call it with plain numbers, in the order of time; it checks nothing: ordering,
 * sequence numbers and states belong to the reader of each format.
 */
import { f64, grown, i32, u8 } from '../base/column.ts'
import type { Problem } from '../base/errors.ts'
import { StackInterner } from '../base/stacks.ts'
import { StringInterner } from '../base/strings.ts'
import { EVENT_KINDS, type GoState, type RangeKind, type RowIndex, type Trace } from './tables.ts'

/** 14 bits of `stateReason`; a trace with more different reasons is a hostile one. */
const MAX_REASONS = 1 << 14
/** Damage can repeat a million times; the first ones tell the story. */
const MAX_PROBLEMS = 100

export class TraceBuilder {
  readonly strings: StringInterner
  readonly stacks = new StackInterner()
  readonly eventCounts = new Float64Array(EVENT_KINDS.length)
  clock: { atNs: number; unixNs: number } | undefined
  /** The time of `spanNow`. A typed array, because a float64 handed from call to call is an object on the heap each time. */
  readonly now = new Float64Array(1)

  // Goroutines.
  goroutineCount = 0
  private goId = new Float64Array(64)
  private entry = new Int32Array(64)
  private creator = new Int32Array(64)
  private creationStack = new Int32Array(64)
  private birthNs = new Float64Array(64)
  private deathNs = new Float64Array(64)
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

  private readonly rangeKind = u8()
  private readonly rangeName = i32()
  private readonly rangeStart = f64()
  private readonly rangeEnd = f64()
  private readonly rangeGoroutine = i32()
  private readonly rangeProc = i32()
  private readonly rangeStack = i32()

  private readonly metricKind = u8()
  private readonly metricTime = f64()
  private readonly metricValue = f64()

  private readonly taskRowOf = new Map<number, number>()
  private readonly taskId = f64()
  private readonly taskParent = i32()
  private readonly taskType = i32()
  private readonly taskStart = f64()
  private readonly taskEnd = f64()
  private readonly taskGoroutine = i32()
  private readonly taskStack = i32()

  private readonly regionTask = i32()
  private readonly regionType = i32()
  private readonly regionStart = f64()
  private readonly regionEnd = f64()
  private readonly regionGoroutine = i32()
  private readonly regionStack = i32()

  private readonly logTime = f64()
  private readonly logGoroutine = i32()
  private readonly logTask = i32()
  private readonly logCategory = i32()
  private readonly logMessage = i32()
  private readonly logStack = i32()

  private readonly sampleTime = f64()
  private readonly sampleGoroutine = i32()
  private readonly samplePlace = i32()
  private readonly sampleStack = i32()

  private readonly labelTime = f64()
  private readonly labelGoroutine = i32()
  private readonly labelText = i32()

  private readonly problemList: Problem[] = []
  private problemsMore = 0
  private readonly bytes: Uint8Array

  /** `bytes` is the (uncompressed) input, which strings point into; `spans` a guess at their number. */
  constructor(bytes: Uint8Array, spans: number) {
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

  setCreator(g: number, creator: number, creationStack: number): void {
    this.creator[g] = creator
    this.creationStack[g] = creationStack
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

  /** Begins a range and returns its row; `name` is a string row, `proc` and `goroutine` are rows or -1. */
  rangeBegin(timeNs: number, kind: RangeKind, name: number, goroutine: number, proc: number, stack: number): number {
    this.rangeKind.push(kind)
    this.rangeName.push(name)
    this.rangeStart.push(timeNs)
    this.rangeGoroutine.push(goroutine)
    this.rangeProc.push(proc)
    this.rangeStack.push(stack)
    return this.rangeEnd.push(Number.NaN)
  }

  endRange(timeNs: number, row: number): void {
    if (row >= 0) this.rangeEnd.data[row] = timeNs
  }

  metric(timeNs: number, kind: number, value: number): void {
    this.metricKind.push(kind)
    this.metricTime.push(timeNs)
    this.metricValue.push(value)
  }

  /** The row of a task id that is only mentioned; a begin that comes later fills it. 0 (background) is -1. */
  task(id: number): number {
    if (id === 0) return -1
    const known = this.taskRowOf.get(id)
    if (known !== undefined) return known
    const row = this.taskId.push(id)
    this.taskRowOf.set(id, row)
    this.taskParent.push(-1)
    this.taskType.push(0)
    this.taskStart.push(Number.NaN)
    this.taskEnd.push(Number.NaN)
    this.taskGoroutine.push(-1)
    this.taskStack.push(-1)
    return row
  }

  taskBegin(timeNs: number, id: number, parentId: number, type: number, goroutine: number, stack: number): void {
    // Ids may be used again after an end: then it is another task.
    const known = this.taskRowOf.get(id)
    if (known !== undefined && !(Number.isNaN(this.taskStart.data[known]) && Number.isNaN(this.taskEnd.data[known])))
      this.taskRowOf.delete(id)
    const row = this.task(id)
    if (row < 0) return
    this.taskParent.data[row] = this.task(parentId)
    this.taskType.data[row] = type
    this.taskStart.data[row] = timeNs
    this.taskGoroutine.data[row] = goroutine
    this.taskStack.data[row] = stack
  }

  taskEnded(timeNs: number, id: number): void {
    const row = this.task(id)
    // A task may be ended twice: Go forgets it at the first time.
    if (row >= 0 && Number.isNaN(this.taskEnd.data[row])) this.taskEnd.data[row] = timeNs
  }

  /** Begins a region and returns its row. */
  regionBegin(timeNs: number, taskId: number, type: number, goroutine: number, stack: number): number {
    this.regionTask.push(this.task(taskId))
    this.regionType.push(type)
    this.regionStart.push(timeNs)
    this.regionGoroutine.push(goroutine)
    this.regionStack.push(stack)
    return this.regionEnd.push(Number.NaN)
  }

  endRegion(timeNs: number, row: number): void {
    if (row >= 0) this.regionEnd.data[row] = timeNs
  }

  log(timeNs: number, taskId: number, category: number, message: number, goroutine: number, stack: number): void {
    this.logTime.push(timeNs)
    this.logGoroutine.push(goroutine)
    this.logTask.push(this.task(taskId))
    this.logCategory.push(category)
    this.logMessage.push(message)
    this.logStack.push(stack)
  }

  /** Makes room for so many goroutines and logs, a guess: what is never written costs nothing. */
  reserve(goroutines: number, logs: number): void {
    while (this.goId.length < goroutines) this.growGoroutines(goroutines)
    for (const column of [
      this.logTime,
      this.logGoroutine,
      this.logTask,
      this.logCategory,
      this.logMessage,
      this.logStack,
    ])
      column.reserve(logs)
  }

  sample(timeNs: number, goroutine: number, place: number, stack: number): void {
    this.sampleTime.push(timeNs)
    this.sampleGoroutine.push(goroutine)
    this.samplePlace.push(place)
    this.sampleStack.push(stack)
  }

  goLabel(timeNs: number, goroutine: number, label: number): void {
    this.labelTime.push(timeNs)
    this.labelGoroutine.push(goroutine)
    this.labelText.push(label)
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

  private freezeSmallTables(): Pick<Trace, 'ranges' | 'metrics' | 'tasks' | 'regions' | 'logs' | 'samples' | 'labels'> {
    return {
      ranges: {
        length: this.rangeKind.length,
        kind: this.rangeKind.freeze(),
        name: this.rangeName.freeze(),
        startNs: this.rangeStart.freeze(),
        endNs: this.rangeEnd.freeze(),
        goroutine: this.rangeGoroutine.freeze(),
        proc: this.rangeProc.freeze(),
        stack: this.rangeStack.freeze(),
      },
      metrics: {
        length: this.metricKind.length,
        kind: this.metricKind.freeze(),
        timeNs: this.metricTime.freeze(),
        value: this.metricValue.freeze(),
      },
      tasks: {
        length: this.taskId.length,
        id: this.taskId.freeze(),
        parent: this.taskParent.freeze(),
        type: this.taskType.freeze(),
        startNs: this.taskStart.freeze(),
        endNs: this.taskEnd.freeze(),
        goroutine: this.taskGoroutine.freeze(),
        stack: this.taskStack.freeze(),
      },
      regions: {
        length: this.regionTask.length,
        task: this.regionTask.freeze(),
        type: this.regionType.freeze(),
        startNs: this.regionStart.freeze(),
        endNs: this.regionEnd.freeze(),
        goroutine: this.regionGoroutine.freeze(),
        stack: this.regionStack.freeze(),
      },
      logs: {
        length: this.logTime.length,
        timeNs: this.logTime.freeze(),
        goroutine: this.logGoroutine.freeze(),
        task: this.logTask.freeze(),
        category: this.logCategory.freeze(),
        message: this.logMessage.freeze(),
        stack: this.logStack.freeze(),
      },
      samples: {
        length: this.sampleTime.length,
        timeNs: this.sampleTime.freeze(),
        goroutine: this.sampleGoroutine.freeze(),
        place: this.samplePlace.freeze(),
        stack: this.sampleStack.freeze(),
      },
      labels: {
        length: this.labelTime.length,
        timeNs: this.labelTime.freeze(),
        goroutine: this.labelGoroutine.freeze(),
        label: this.labelText.freeze(),
      },
    }
  }
}
