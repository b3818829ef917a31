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
      // Whoever is bound to the thread is pushed away, see `Sched.bindGo`.
      s.bindGo(thread, -1)
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
      s.setProcSeq(proc, b - 1)
      return
    }
    case Ev.goSyscallEndBlocked: {
      const proc = s.procOf(thread)
      if (proc >= 0) s.procStatus[proc] = ProcStatus.idle
      s.bindProc(thread, -1)
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
  let row = s.living(id)
  if (row < 0 || s.status(row) !== status) {
    s.detach(row)
    s.last[0]++
    if (row < 0) row = s.addGoroutine(id, status, s.last[0], -1, -1)
    s.setStatus(row, status)
    s.builder.spanNow(row, status === GoStatus.runnable ? GoState.runnable : GoState.waiting, -1, -1)
  }
  s.setSeq(row, seq - 1)
}

function mendProcStart(s: Sched, thread: number, id: number, seq: number): void {
  const had = s.procOf(thread)
  if (had >= 0) s.procStatus[had] = ProcStatus.idle
  s.bindProc(thread, -1)
  const proc = s.proc(id)
  releaseProc(s, proc)
  s.procStatus[proc] = ProcStatus.idle
  s.setProcSeq(proc, seq - 1)
}

function releaseProc(s: Sched, proc: number): void {
  const owner = s.ownerOf(proc)
  if (owner >= 0) s.bindProc(owner, -1)
}
