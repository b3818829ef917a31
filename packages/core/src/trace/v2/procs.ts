/** The rules for procs (`internal/trace/order.go`): start, stop, theft, and what each generation states of them. */
import { DONE, GoStatus, ProcStatus, type Sched, WAIT } from './sched.ts'

/** As Go prints them: an abandoned proc has no name of its own. */
const PROC_NAMES = ['Bad', 'Running', 'Idle', 'Syscall', 'Bad']

export function procStart(s: Sched, thread: number, id: number, seq: number): number {
  const proc = s.findProc(id)
  if (proc < 0 || s.procStatus[proc] !== ProcStatus.idle || !s.procFollows(proc, seq)) return WAIT
  // A thread that still has a proc sits in a system call whose proc is about to be stolen.
  if (s.procOf(thread) >= 0) return WAIT
  s.procStatus[proc] = ProcStatus.running
  s.procStarted[proc] = 1
  s.setProcSeq(proc, seq)
  s.bindProc(thread, proc)
  return DONE
}

export function procStop(s: Sched, thread: number): number {
  const proc = s.procOf(thread)
  if (proc < 0) return s.bad("event ProcStop for proc (-1) that doesn't exist")
  const status = s.procStatus[proc]
  if (status !== ProcStatus.running && status !== ProcStatus.syscall)
    return s.bad("ProcStop event for proc that's not Running or Syscall")
  const row = s.goOf(thread)
  if (row >= 0 && s.status(row) === GoStatus.running && !s.damaged)
    return s.bad('ProcStop event while a goroutine runs on the proc')
  s.procStatus[proc] = ProcStatus.idle
  s.bindProc(thread, -1)
  return DONE
}

export function procSteal(s: Sched, thread: number, id: number, seq: number, fromId: number): number {
  const proc = s.findProc(id)
  if (proc < 0 || !s.procFollows(proc, seq)) return WAIT
  const status = s.procStatus[proc]
  if (status !== ProcStatus.syscall && status !== ProcStatus.syscallAbandoned) return WAIT
  // Abandoned: its thread may have moved on, and is left alone.
  if (status === ProcStatus.syscall) {
    const from = s.findThread(fromId)
    if (from < 0) return s.bad(`stole proc from non-existent thread ${fromId}`)
    if (s.procOf(from) !== proc) return s.bad(stolenFromWrong(s, from === thread, id, fromId, s.procOf(from)))
    s.bindProc(from, -1)
  }
  s.procStatus[proc] = ProcStatus.idle
  s.setProcSeq(proc, seq)
  return DONE
}

function stolenFromWrong(s: Sched, self: boolean, id: number, fromId: number, has: number): string {
  const got = has < 0 ? -1 : s.procIds[has]
  return self
    ? `tried to self-steal proc ${id} (thread ${fromId}), but got proc ${got} instead`
    : `tried to steal proc ${id} from thread ${fromId}, but got proc ${got} instead`
}

export function procStatus(s: Sched, thread: number, id: number, status: number): number {
  if (status < ProcStatus.running || status > ProcStatus.syscallAbandoned)
    return s.bad(`invalid status for proc ${id}: ${status}`)
  const known = s.findProc(id)
  const old = known < 0 ? ProcStatus.none : s.procStatus[known]
  // A thief calls a proc abandoned whose owner was seen in its system call: nothing is lost, and it stays the owner's.
  const kept = status === ProcStatus.syscallAbandoned && old === ProcStatus.syscall
  const owner = known < 0 ? -1 : s.ownerOf(known)
  if (kept && owner < 0) return s.bad(`failed to find sched context for proc ${id} that's about to be stolen`)
  if (known >= 0 && old !== status && !kept && !s.resync)
    return s.bad(`inconsistent status for proc ${id}: old ${PROC_NAMES[old]} vs. new ${PROC_NAMES[status]}`)
  const binds = status === ProcStatus.running || status === ProcStatus.syscall
  if (binds && owner >= 0 && owner !== thread && !s.resync)
    return s.bad(`inconsistent thread for proc ${id}: thread ${s.threadIds[owner]} has it`)
  const proc = s.proc(id)
  s.setProcSeq(proc, 0)
  if (kept) return DONE
  s.procStatus[proc] = status
  if (binds) s.bindProc(thread, proc)
  return DONE
}
