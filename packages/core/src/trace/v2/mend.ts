/**
 * Makes a damaged trace go on: where no thread's next event may happen, the conditions of the earliest one are made
 * true. What is made up is as little as can be: a goroutine that starts was runnable, one that is woken waited.
 */
import { GoState } from '../tables.ts'
import { GoStatus, ProcStatus, type Sched } from './sched.ts'
import { Ev } from './wire.ts'

/** `a` and `b` are the event's first two numbers after its time. */
export function mend(s: Sched, type: number, thread: number, a: number, b: number): void {
  switch (type) {
    case Ev.goStart:
      detachGoroutine(s, s.threadG[thread])
      s.threadG[thread] = -1
      return mendGoroutine(s, a, b, GoStatus.runnable)
    case Ev.goUnblock:
    case Ev.goSwitch:
    case Ev.goSwitchDestroy:
      return mendGoroutine(s, a, b, GoStatus.waiting)
    case Ev.procStart:
      return mendProcStart(s, thread, a, b)
    case Ev.procSteal: {
      const proc = s.proc(a)
      releaseProc(s, proc)
      s.procStatus[proc] = ProcStatus.syscallAbandoned
      s.procSeq[proc] = s.genBase + b - 1
      return
    }
    case Ev.goSyscallEndBlocked: {
      const proc = s.threadP[thread]
      if (proc >= 0) s.procStatus[proc] = ProcStatus.idle
      s.threadP[thread] = -1
      return
    }
    case Ev.gcActive:
    case Ev.gcBegin:
    case Ev.gcEnd:
      s.gcSeq = a - 1
      s.gcState = type === Ev.gcBegin ? 0 : 1
  }
}

function mendGoroutine(s: Sched, id: number, seq: number, status: number): void {
  const known = s.living(id)
  const row = known >= 0 ? known : s.addGoroutine(id, GoStatus.none, s.last[0], -1, -1)
  if (s.goStatus[row] !== status) {
    detachGoroutine(s, row)
    s.goStatus[row] = status
    const state = status === GoStatus.runnable ? GoState.runnable : GoState.waiting
    s.last[0]++
    s.builder.span(s.last[0], row, state, 0, -1, -1)
  }
  s.goSeq[row] = s.genBase + seq - 1
}

/** A goroutine that is said to be elsewhere leaves its thread; running, it is at least runnable. */
function detachGoroutine(s: Sched, row: number): void {
  if (row < 0) return
  for (let i = 0; i < s.threadIds.length; i++) if (s.threadG[i] === row) s.threadG[i] = -1
  if (s.goStatus[row] !== GoStatus.running && s.goStatus[row] !== GoStatus.syscall) return
  s.goStatus[row] = GoStatus.runnable
  s.last[0]++
  s.builder.span(s.last[0], row, GoState.runnable, 0, -1, -1)
}

function mendProcStart(s: Sched, thread: number, id: number, seq: number): void {
  const had = s.threadP[thread]
  if (had >= 0) s.procStatus[had] = ProcStatus.idle
  s.threadP[thread] = -1
  const proc = s.proc(id)
  releaseProc(s, proc)
  s.procStatus[proc] = ProcStatus.idle
  s.procSeq[proc] = s.genBase + seq - 1
}

function releaseProc(s: Sched, proc: number): void {
  for (let i = 0; i < s.threadIds.length; i++) if (s.threadP[i] === proc) s.threadP[i] = -1
}
