/**
 * The rules for goroutine events (`internal/trace/order.go`): when each may happen, and what it changes. Each is
 * called with the event's numbers and answers DONE, WAIT or BAD; nothing is changed unless it answers DONE.
 */
import { GoState } from '../tables.ts'
import { BAD, DONE, GoStatus, ProcStatus, type Sched, WAIT } from './sched.ts'
import { Ev, NO_ID } from './wire.ts'

const GO_NAMES = ['Bad', 'Runnable', 'Running', 'Syscall', 'Waiting']

/** Most events need a running goroutine on a proc (`userGoReqs`). */
export function needsGoroutine(s: Sched, thread: number): number {
  if (s.procOf(thread) < 0) return s.bad("expected a proc but didn't have one")
  if (s.goOf(thread) < 0) return s.bad("expected a goroutine but didn't have one")
  return DONE
}

export function goCreate(
  s: Sched,
  type: number,
  thread: number,
  id: number,
  newStack: number,
  stack: number,
  offset: number,
): number {
  if (s.procOf(thread) < 0) return s.bad("expected a proc but didn't have one")
  const creator = s.goOf(thread)
  if (creator >= 0 && s.status(creator) !== GoStatus.running)
    return s.bad("GoCreate event for goroutine that's not Running")
  if (s.living(id) >= 0) return s.bad(`tried to create goroutine (${id}) that already exists`)
  const blocked = type === Ev.goCreateBlocked
  const at = s.stack(stack, offset)
  const row = s.addGoroutine(id, blocked ? GoStatus.waiting : GoStatus.runnable, s.last[0], creator, at)
  s.builder.ownStack(row, s.stack(newStack, offset))
  if (blocked) s.builder.spanNow(row, GoState.waiting, -1, s.stack(newStack, offset))
  else s.builder.spanNow(row, GoState.runnable, creator, at)
  return DONE
}

/** A goroutine appears out of C, in a system call. */
export function goCreateSyscall(s: Sched, thread: number, id: number): number {
  if (s.goOf(thread) >= 0) return s.bad('expected no goroutine but had one')
  if (s.living(id) >= 0) return s.bad(`tried to create goroutine (${id}) in syscall that already exists`)
  const row = s.addGoroutine(id, GoStatus.syscall, s.last[0], -1, -1)
  s.bindGo(thread, row)
  s.builder.spanNow(row, GoState.syscall, s.placeOf(thread), -1)
  return DONE
}

export function goStart(s: Sched, thread: number, id: number, seq: number): number {
  const row = s.ids.find(id)
  if (row < 0 || s.status(row) !== GoStatus.runnable || !s.follows(row, seq)) return WAIT
  if (s.procOf(thread) < 0) return s.bad("expected a proc but didn't have one")
  if (s.goOf(thread) >= 0) return s.bad('expected no goroutine but had one')
  s.setStatus(row, GoStatus.running)
  s.setSeq(row, seq)
  s.bindGo(thread, row)
  s.builder.spanNow(row, GoState.running, s.placeOf(thread), -1)
  return DONE
}

export function goDestroy(s: Sched, thread: number): number {
  if (needsGoroutine(s, thread) === BAD) return BAD
  const row = s.goOf(thread)
  if (s.status(row) !== GoStatus.running) return s.bad("GoDestroy event for goroutine that's not Running")
  s.setStatus(row, GoStatus.none)
  s.bindGo(thread, -1)
  s.builder.die(s.last[0], row)
  return DONE
}

/** A goroutine that C called ends; its proc, if it has one, is taken to be lost. */
export function goDestroySyscall(s: Sched, thread: number): number {
  const row = s.goOf(thread)
  if (row < 0) return s.bad("expected a goroutine but didn't have one")
  if (s.status(row) !== GoStatus.syscall) return s.bad("GoDestroySyscall event for goroutine that's not Syscall")
  const proc = s.procOf(thread)
  if (proc >= 0) {
    if (s.procStatus[proc] !== ProcStatus.syscall)
      return s.bad(`proc ${s.procIds[proc]} in unexpected state ${s.procStatus[proc]} during GoDestroySyscall`)
    s.procStatus[proc] = ProcStatus.syscallAbandoned
    s.bindProc(thread, -1)
    s.extraProc++
    s.last[0]++
  }
  s.setStatus(row, GoStatus.none)
  s.bindGo(thread, -1)
  s.builder.die(s.last[0], row)
  return DONE
}

/** The running goroutine yields (stays runnable) or blocks. */
export function goLeave(s: Sched, type: number, thread: number, reason: number, stack: number, offset: number): number {
  if (needsGoroutine(s, thread) === BAD) return BAD
  const row = s.goOf(thread)
  if (s.status(row) !== GoStatus.running)
    return s.bad(`${type === Ev.goStop ? 'GoStop' : 'GoBlock'} event for goroutine that's not Running`)
  const blocks = type === Ev.goBlock
  s.setStatus(row, blocks ? GoStatus.waiting : GoStatus.runnable)
  s.bindGo(thread, -1)
  const at = s.stack(stack, offset)
  s.builder.ownStack(row, at)
  const state = blocks ? GoState.waiting : GoState.runnable
  s.builder.spanNow(row, state | (s.reason(reason, offset) << 2), -1, at)
  return DONE
}

/** Anything may wake a goroutine, the runtime's own threads included. */
export function goUnblock(s: Sched, thread: number, id: number, seq: number, stack: number, offset: number): number {
  const row = s.ids.find(id)
  if (row < 0 || s.status(row) !== GoStatus.waiting || !s.follows(row, seq)) return WAIT
  s.setStatus(row, GoStatus.runnable)
  s.setSeq(row, seq)
  const waker = s.goOf(thread)
  s.builder.spanNow(row, GoState.runnable, waker, s.stack(stack, offset))
  return DONE
}

/** A coroutine switch is three transitions: the next one is woken, the running one blocks or ends, the next one runs. */
export function goSwitch(s: Sched, type: number, thread: number, id: number, seq: number): number {
  if (needsGoroutine(s, thread) === BAD) return BAD
  const row = s.goOf(thread)
  if (s.status(row) !== GoStatus.running) return s.bad("GoSwitch event for goroutine that's not Running")
  const next = s.ids.find(id)
  if (next < 0 || s.status(next) !== GoStatus.waiting || !s.follows(next, seq)) return WAIT
  s.builder.spanNow(next, GoState.runnable, row, -1)
  s.last[0]++
  if (type === Ev.goSwitch) {
    s.setStatus(row, GoStatus.waiting)
    s.builder.spanNow(row, GoState.waiting, -1, -1)
  } else {
    s.setStatus(row, GoStatus.none)
    s.builder.die(s.last[0], row)
  }
  s.setStatus(next, GoStatus.running)
  s.setSeq(next, seq)
  s.bindGo(thread, next)
  s.last[0]++
  s.builder.spanNow(next, GoState.running, s.placeOf(thread), -1)
  return DONE
}

export function goSyscallBegin(s: Sched, thread: number, seq: number, stack: number, offset: number): number {
  if (needsGoroutine(s, thread) === BAD) return BAD
  const row = s.goOf(thread)
  const proc = s.procOf(thread)
  if (s.status(row) !== GoStatus.running) return s.bad("GoSyscallBegin event for goroutine that's not Running")
  if (!s.procFollows(proc, seq))
    return s.bad(`failed to advance GoSyscallBegin: can't make sequence: ${s.procSeq[proc]} -> ${seq}`)
  s.setStatus(row, GoStatus.syscall)
  s.procStatus[proc] = ProcStatus.syscall
  s.setProcSeq(proc, seq)
  const at = s.stack(stack, offset)
  s.builder.ownStack(row, at)
  s.builder.spanNow(row, GoState.syscall, s.placeOf(thread), at)
  return DONE
}

export function goSyscallEnd(s: Sched, thread: number): number {
  if (needsGoroutine(s, thread) === BAD) return BAD
  const row = s.goOf(thread)
  const proc = s.procOf(thread)
  if (s.status(row) !== GoStatus.syscall) return s.bad("GoSyscallEnd event for goroutine that's not Syscall")
  if (s.procStatus[proc] !== ProcStatus.syscall)
    return s.bad(`expected proc ${s.procIds[proc]} in state Syscall, but got ${s.procStatus[proc]} instead`)
  s.setStatus(row, GoStatus.running)
  s.procStatus[proc] = ProcStatus.running
  s.builder.spanNow(row, GoState.running, s.placeOf(thread), -1)
  return DONE
}

/** It waits until its thread has lost the proc: by ProcStop, or because another thread stole it. */
export function goSyscallEndBlocked(s: Sched, thread: number): number {
  const proc = s.procOf(thread)
  if (proc >= 0 && s.procStatus[proc] === ProcStatus.syscall) return WAIT
  const row = s.goOf(thread)
  if (row < 0) return s.bad("expected a goroutine but didn't have one")
  if (s.status(row) !== GoStatus.syscall) return s.bad("GoSyscallEndBlocked event for goroutine that's not Syscall")
  s.setStatus(row, GoStatus.runnable)
  s.bindGo(thread, -1)
  s.builder.spanNow(row, GoState.runnable, -1, -1)
  return DONE
}

/** Each generation states every goroutine; the first one tells what was so since the trace began. */
export function goStatus(
  s: Sched,
  thread: number,
  id: number,
  threadId: number,
  status: number,
  stack: number,
  offset: number,
): number {
  if (status < GoStatus.runnable || status > GoStatus.waiting)
    return s.bad(`invalid status for goroutine ${id}: ${status}`)
  const known = s.living(id)
  if (known >= 0 && s.status(known) !== status && !s.resync)
    return s.bad(
      `inconsistent status for goroutine ${id}: old ${GO_NAMES[s.status(known)]} vs. new ${GO_NAMES[status]}`,
    )
  if (known < 0 && !s.initial)
    return s.bad(
      `found goroutine status for new goroutine after the first generation: id=${id} status=${GO_NAMES[status]}`,
    )
  const bound = status === GoStatus.syscall ? syscallThread(s, thread, known, id, threadId) : thread
  if (bound < 0) return BAD
  const had = s.goOf(bound)
  if (status === GoStatus.running && had >= 0 && had !== known && !s.resync)
    return s.bad(`inconsistent thread for running goroutine ${id}: thread runs another one`)
  const row =
    known >= 0 ? known : s.addGoroutine(id, status, sinceStart(s, id, status, bound) ? Number.NaN : s.last[0], -1, -1)
  const changes = known < 0 || s.status(row) !== status
  s.setSeq(row, 0)
  s.setStatus(row, status)
  s.show(bound)
  if (status === GoStatus.running || status === GoStatus.syscall) s.bindGo(bound, row)
  const at = s.stack(stack, offset)
  if (changes) stateAnew(s, row, status, bound, at)
  else s.builder.adoptStack(row, at)
  return DONE
}

/**
 * Does a goroutine that is stated for the first time exist since the trace began? One that runs does not if its proc
 * was started since, or its thread has run another; behind damage only one that needs no proc can be believed to.
 */
function sinceStart(s: Sched, id: number, status: number, thread: number): boolean {
  if (s.generation !== 1 || s.ids.find(id) >= 0) return false
  if (status === GoStatus.waiting || status === GoStatus.runnable) return true
  const proc = s.procOf(thread)
  return !s.damaged && !s.hasRun(thread) && (status === GoStatus.syscall || proc < 0 || s.procStarted[proc] === 0)
}

/** The thread that sits in the system call: not always the one that says so. -1: inconsistent (BAD). */
function syscallThread(s: Sched, thread: number, row: number, id: number, threadId: number): number {
  if (threadId >= NO_ID) {
    s.bad(`found goroutine ${id} in syscall without a thread`)
    return -1
  }
  const known = s.findThread(threadId)
  if (known < 0) return s.thread(threadId)
  // The first generation binds a thread by its own words; else it must have been seen with this goroutine.
  const learns = s.resync || (known === thread && s.initial)
  // Threads are known ahead of their events: one on which nothing has run may have sat there all the while.
  const hasSat = known !== thread && !s.hasRun(known) && s.procOf(known) < 0
  if (learns || hasSat || (row >= 0 && s.goOf(known) === row)) return known
  s.bad(`inconsistent thread for syscalling goroutine ${id}: thread has goroutine row ${s.goOf(known)}`)
  return -1
}

const STATES = [GoState.waiting, GoState.runnable, GoState.running, GoState.syscall, GoState.waiting] as const

/** A state that is learned from a statement: since the trace began, or, in later generations, since what was lost. */
function stateAnew(s: Sched, row: number, status: number, thread: number, stack: number): void {
  const state = STATES[status]
  const runs = status === GoStatus.running || status === GoStatus.syscall
  s.builder.ownStack(row, stack)
  const now = s.last[0]
  if (s.builder.isOlder(row) && !s.builder.hasSpans(row)) {
    s.builder.stated(now, row)
    s.last[0] = 0
  }
  s.builder.spanNow(row, state, runs ? s.placeOf(thread) : -1, state === GoState.running ? -1 : stack)
  s.last[0] = now
}
