/**
 * The tables that are filled event by event and need nothing of each other: ranges, metrics, tasks, regions, logs,
 * samples, labels. The part of `TraceBuilder` that is long and simple.
 */
import { f64, i32, u8 } from '../base/column.ts'
import type { RangeKind, Trace } from './tables.ts'

export class EventTables {
  /** The time of `spanNow` and `logNow`. A typed array: a float64 handed from call to call is an object on the heap each time. */
  readonly now = new Float64Array(1)

  private readonly rangeKind = u8()
  private readonly rangeName = i32()
  private readonly rangeStart = f64()
  private readonly rangeEnd = f64()
  private readonly rangeGoroutine = i32()
  private readonly rangeProc = i32()
  private readonly rangeStack = i32()
  private readonly statedRange = i32()
  private readonly statedTime = f64()
  private readonly statedProc = i32()

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

  /** A range that was active when the trace began is known by now, from a thread with that proc. */
  stateRange(timeNs: number, row: number, proc: number): void {
    this.statedRange.push(row)
    this.statedTime.push(timeNs)
    this.statedProc.push(proc)
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
    this.now[0] = timeNs
    this.logNow(taskId, category, message, goroutine, stack)
  }

  /** The same at the time in `now`. */
  logNow(taskId: number, category: number, message: number, goroutine: number, stack: number): void {
    this.logTime.push(this.now[0])
    this.logGoroutine.push(goroutine)
    this.logTask.push(taskId === 0 ? -1 : this.task(taskId))
    this.logCategory.push(category)
    this.logMessage.push(message)
    this.logStack.push(stack)
  }

  /** Makes room for so many logs, a guess: what is never written costs nothing. */
  protected reserveLogs(logs: number): void {
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

  protected addLabel(timeNs: number, goroutine: number, label: number): void {
    this.labelTime.push(timeNs)
    this.labelGoroutine.push(goroutine)
    this.labelText.push(label)
  }

  protected freezeSmallTables(): Pick<
    Trace,
    'ranges' | 'metrics' | 'tasks' | 'regions' | 'logs' | 'samples' | 'labels'
  > {
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
        stated: {
          length: this.statedRange.length,
          range: this.statedRange.freeze(),
          timeNs: this.statedTime.freeze(),
          proc: this.statedProc.freeze(),
        },
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
