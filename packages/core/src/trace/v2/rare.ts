/**
 * Events that come seldom: garbage collection, stop-the-world, metrics, tasks, regions, logs, labels and experiments
 * (`internal/trace/order.go`). Kept out of the hot loop, because a branch first met there throws its machine code away.
 */
import { MetricKind, RangeKind } from '../tables.ts'
import { needsGoroutine } from './goroutines.ts'
import { BAD, DONE, type Sched, WAIT } from './sched.ts'
import { Ev } from './wire.ts'

/** `a` to `d` are the event's numbers after its time. */
export function rareEvent(
  s: Sched,
  type: number,
  thread: number,
  a: number,
  b: number,
  c: number,
  d: number,
  offset: number,
): number {
  const ns = s.last[0]
  switch (type) {
    case Ev.gcActive:
    case Ev.gcBegin:
    case Ev.gcEnd:
      return gcEvent(s, type, ns, thread, a, b, offset)
    case Ev.gcSweepBegin:
    case Ev.gcSweepActive:
    case Ev.gcSweepEnd:
      return sweep(s, type, ns, thread, a, offset)
    case Ev.gcMarkAssistActive:
      return assistActive(s, thread, a)
    case Ev.gcMarkAssistBegin:
      return goRangeBegin(s, s.assists, ns, thread, RangeKind.markAssist, -1, s.stack(a, offset))
    case Ev.gcMarkAssistEnd:
      return goRangeEnd(s, s.assists, ns, thread, 'GCMarkAssistBegin')
    case Ev.stwBegin:
      return goRangeBegin(s, s.stops, ns, thread, RangeKind.stopTheWorld, s.string(a, offset), s.stack(b, offset))
    case Ev.stwEnd:
      return goRangeEnd(s, s.stops, ns, thread, 'STWBegin')
    case Ev.heapAlloc:
    case Ev.heapGoal:
      return heapMetric(s, type, ns, thread, a)
    default:
      return type >= Ev.firstExperimental ? experimental(s, type) : annotation(s, type, ns, thread, a, b, c, d, offset)
  }
}

/** Not so rare in programs that log into their trace. */
export function userLog(
  s: Sched,
  thread: number,
  task: number,
  category: number,
  message: number,
  stack: number,
  offset: number,
): number {
  if (needsGoroutine(s, thread) === BAD) return BAD
  const g = s.goOf(thread)
  s.builder.logNow(task, s.string(category, offset), s.message(message, offset), g, s.stack(stack, offset))
  return DONE
}

function experimental(s: Sched, type: number): number {
  return type <= Ev.lastExperimental ? DONE : s.bad(`bad event type found while ordering: ${type}`)
}

function annotation(
  s: Sched,
  type: number,
  ns: number,
  thread: number,
  a: number,
  b: number,
  c: number,
  d: number,
  offset: number,
): number {
  if (needsGoroutine(s, thread) === BAD) return BAD
  const g = s.goOf(thread)
  switch (type) {
    case Ev.procsChange:
      s.builder.metric(ns, MetricKind.gomaxprocs, a)
      return DONE
    case Ev.goLabel:
      s.builder.goLabel(ns, g, s.string(a, offset))
      return DONE
    case Ev.userTaskBegin:
      if (s.activeTasks.has(a)) return s.bad(`task ID conflict: ${a}`)
      s.activeTasks.add(a)
      s.builder.taskBegin(ns, a, b, s.string(c, offset), g, s.stack(d, offset))
      return DONE
    case Ev.userTaskEnd:
      s.activeTasks.delete(a)
      s.builder.taskEnded(ns, a)
      return DONE
    case Ev.userRegionBegin:
      return regionBegin(s, ns, g, a, s.string(b, offset), s.stack(c, offset))
    case Ev.userRegionEnd:
      return regionEnd(s, ns, g, a, s.string(b, offset), s.stack(c, offset))
    default:
      return s.bad(`bad event type found while ordering: ${type}`)
  }
}

function regionBegin(s: Sched, ns: number, g: number, task: number, type: number, stack: number): number {
  const region = s.builder.regionBegin(ns, task, type, g, stack)
  s.regionKeys.push(task)
  s.regionKeys.push(type)
  s.regionKeys.push(s.goRegions.get(g) ?? -1)
  s.goRegions.set(g, s.openRegions.push(region))
  return DONE
}

/** Regions nest: the end must be that of the innermost one; one that began before the trace has no begin. */
function regionEnd(s: Sched, ns: number, g: number, task: number, type: number, stack: number): number {
  const open = s.goRegions.get(g) ?? -1
  if (open < 0) {
    s.builder.endRegion(ns, s.builder.regionBegin(Number.NaN, task, type, g, stack))
    return DONE
  }
  const keys = s.regionKeys.data
  if (keys[open * 3] !== task || keys[open * 3 + 1] !== type)
    return s.bad('misuse of region: region end when the inner-most active region start event is another')
  s.builder.endRegion(ns, s.openRegions.data[open])
  const around = keys[open * 3 + 2]
  if (around < 0) s.goRegions.delete(g)
  else s.goRegions.set(g, around)
  return DONE
}

function gcEvent(
  s: Sched,
  type: number,
  ns: number,
  thread: number,
  seq: number,
  stack: number,
  offset: number,
): number {
  const learns = type === Ev.gcActive ? s.initial : type === Ev.gcBegin && s.gcState === -1
  if (learns) {
    if (type === Ev.gcActive && s.gcState !== -1 && !s.resync)
      return s.bad("GCActive in the first generation isn't first GC event")
  } else if (seq !== s.gcSeq + 1) return WAIT
  else {
    const wrong = gcStateWrong(s, type)
    if (wrong !== '') return s.bad(wrong)
    if (needsGoroutine(s, thread) === BAD) return BAD
  }
  const running = s.gcState === 1
  s.gcSeq = seq
  s.gcState = type === Ev.gcEnd ? 0 : 1
  if (type === Ev.gcEnd) s.builder.endRange(ns, s.gcRange)
  else if (!running || type === Ev.gcBegin)
    s.gcRange = s.rangeBegin(
      type === Ev.gcActive ? 0 : ns,
      RangeKind.gcMark,
      -1,
      -1,
      -1,
      type === Ev.gcBegin ? s.stack(stack, offset) : -1,
    )
  return DONE
}

function gcStateWrong(s: Sched, type: number): string {
  if (type === Ev.gcActive && s.gcState !== 1) return 'encountered GCActive while GC was not in progress'
  if (type === Ev.gcBegin && s.gcState === 1) return 'encountered GCBegin while GC was already in progress'
  if (type === Ev.gcEnd && s.gcState === 0) return 'encountered GCEnd when GC was not in progress'
  if (type === Ev.gcEnd && s.gcState === -1) return 'encountered GCEnd when GC was in an undetermined state'
  return ''
}

function sweep(s: Sched, type: number, ns: number, thread: number, a: number, offset: number): number {
  const active = type === Ev.gcSweepActive
  const proc = active ? s.findProc(a) : s.procOf(thread)
  if (proc < 0)
    return s.bad(active ? `encountered GCSweepActive for unknown proc ${a}` : "expected a proc but didn't have one")
  const open = s.procSweep[proc]
  if (type === Ev.gcSweepEnd) {
    if (open < 0) return s.bad('tried to end event GCSweepBegin, but not in-flight')
    s.builder.endRange(ns, open)
    s.procSweep[proc] = -1
    return DONE
  }
  if (active && !s.initial) return open < 0 ? s.bad('resource is missing active range: GCSweepBegin') : DONE
  if (open >= 0 && s.resync) return DONE
  if (open >= 0) return s.bad('discovered event already in-flight for when starting event GCSweepBegin')
  const range = s.rangeBegin(active ? 0 : ns, RangeKind.gcSweep, -1, -1, proc, active ? -1 : s.stack(a, offset))
  if (active) s.builder.stateRange(ns, range, s.procOf(thread))
  s.procSweep[proc] = range
  return DONE
}

function assistActive(s: Sched, thread: number, id: number): number {
  const g = s.living(id)
  if (g < 0) return s.bad(`uninitialized goroutine ${id} found during GCMarkAssistActive`)
  if (s.assists.has(g)) {
    return s.initial && !s.resync ? s.bad('found named active range already in first gen: GCMarkAssistBegin') : DONE
  }
  if (!s.initial) return s.bad('resource is missing active range: GCMarkAssistBegin')
  const range = s.rangeBegin(0, RangeKind.markAssist, -1, g, -1, -1)
  s.builder.stateRange(s.last[0], range, s.procOf(thread))
  s.assists.set(g, range)
  return DONE
}

function goRangeBegin(
  s: Sched,
  open: Map<number, number>,
  ns: number,
  thread: number,
  kind: RangeKind,
  reason: number,
  stack: number,
): number {
  if (needsGoroutine(s, thread) === BAD) return BAD
  const g = s.goOf(thread)
  if (open.has(g))
    return s.bad(
      `discovered event already in-flight for when starting event ${kind === RangeKind.markAssist ? 'GCMarkAssistBegin' : 'STWBegin'}`,
    )
  open.set(g, s.rangeBegin(ns, kind, reason, g, -1, stack))
  return DONE
}

function goRangeEnd(s: Sched, open: Map<number, number>, ns: number, thread: number, name: string): number {
  if (needsGoroutine(s, thread) === BAD) return BAD
  const g = s.goOf(thread)
  const range = open.get(g)
  if (range === undefined) return s.bad(`tried to end event ${name}, but not in-flight`)
  s.builder.endRange(ns, range)
  open.delete(g)
  return DONE
}

function heapMetric(s: Sched, type: number, ns: number, thread: number, value: number): number {
  if (s.procOf(thread) < 0) return s.bad("expected a proc but didn't have one")
  s.builder.metric(ns, type === Ev.heapAlloc ? MetricKind.heapAlloc : MetricKind.heapGoal, value)
  return DONE
}
