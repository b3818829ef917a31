/** Who waits for itself, and who only looks so: by what a trace saw of those that were there before. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { dumpOf, mutex } from './drawn-dump.ts'
import { type Legend, timelineFromText } from './timeline.ts'

const LOCK = 'sync.(*Mutex).Lock /go/src/sync/mutex.go:46'
const WRITE = ['sync.runtime_SemacquireRWMutex /go/src/sync/x.go:105', 'sync.(*RWMutex).Lock /go/src/sync/x.go:155']
const READ = ['sync.runtime_SemacquireRWMutexR /go/src/sync/x.go:100', 'sync.(*RWMutex).RLock /go/src/sync/x.go:74']
const MAIN: Legend = {
  A: { reason: 'network', stack: ['internal/poll.(*FD).Accept internal/poll/fd_unix.go:9', 'main.main /src/a.go:3'] },
}
const gist = ({ findings }: ReturnType<typeof diagnose>) =>
  findings
    .filter(({ kind }) => kind === 'mutex' || kind === 'rwmutex')
    .map(({ certainty, cause, site, holder }) => `${certainty} ${cause} :${site.line} ${holder.state}`)
const traced = (text: string, legend: Legend) =>
  gist(diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, { ...MAIN, ...legend }) }]))

test('that another one began alike and has ended says less than the method further out on the stack', () => {
  const stack = [LOCK, 'main.(*bus).on /src/a.go:20', 'main.boot.func1 /src/a.go:80', 'main.(*bus).emit /src/a.go:28']
  const text = `
    G1 main.main AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G8 main.run  .RR.....................................
    G9 main.run  ....RLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(traced(text, { L: { reason: 'sync', stack: [...stack, 'main.run /src/a.go:9'] } }), [
    'likely self-deadlock :20 self',
  ])
  assert.deepEqual(traced(text, { L: { reason: 'sync', stack: [...stack.slice(0, 2), 'main.run /src/a.go:9'] } }), [
    'likely forgotten-unlock :20 exited',
  ])
})

test('a closure that is called back by the method that the goroutine began with, through somebody else', () => {
  const waits = ['sync.Mutex.Lock', ...mutex('0xc000012340'), 'main.(*watchers).add.func1() 26']
  const told = (...frames: string[]) =>
    gist(diagnose([dumpOf([...waits, ...frames, 'main.(*watchers).notify(0x0?) 35'])]))
  assert.deepEqual(told('main.start.func1(0x1) 43'), ['likely self-deadlock :26 self'])
  // By nobody else: a loop of the type's own, which calls what it was given between its own locks.
  assert.deepEqual(told(), ['possible forgotten-unlock :26 unknown'])
})

test('a function that calls itself goes from value to value', () => {
  const frames = [LOCK, 'main.(*trie).add /src/a.go:30', 'main.(*trie).add /src/a.go:41', 'main.run /src/a.go:9']
  const text = `
    G1 main.main AAAAAAAAAAAAAAAAAAAAAAAAA
    G9 main.run  LLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(traced(text, { L: { reason: 'sync', stack: frames } }), ['likely forgotten-unlock :30 unknown'])
})

test('a reader that came when the writer waited already does not have its read lock', () => {
  const legend: Legend = {
    W: { reason: 'sync', stack: [...WRITE, 'main.(*tree).insert /src/a.go:42'] },
    L: { reason: 'sync', stack: [...READ, 'main.(*tree).iterate /src/a.go:21', 'main.(*tree).has /src/a.go:33'] },
    S: { reason: 'sleep', stack: ['time.Sleep /go/src/time/x.go:1', 'main.(*tree).has /src/a.go:32'] },
  }
  const late = `
    G1 main.main           AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G8 main.(*tree).insert .WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW
    G9 main.(*tree).has    ...RLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(traced(late, legend), ['likely forgotten-unlock :42 unknown', 'likely forgotten-unlock :21 unknown'])
  const before = `
    G1 main.main           AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G8 main.(*tree).insert ..WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW
    G9 main.(*tree).has    .SSSLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(traced(before, legend), ['likely self-deadlock :42 waiting', 'likely self-deadlock :21 self'])
})

test('a reader that began in a method of the type is no more than one of those that may have the lock', () => {
  const legend: Legend = {
    R: { reason: 'sync', stack: [...READ, 'main.(*ledger).tip /src/a.go:17', 'main.(*ledger).answer /src/a.go:36'] },
    W: { reason: 'sync', stack: [...WRITE, 'main.(*ledger).grow /src/a.go:30'] },
    C: { reason: 'chan receive', stack: ['runtime.chanrecv1 runtime/chan.go:9', 'main.(*ledger).audit /src/a.go:27'] },
  }
  const text = `
    G1 main.main             AAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G7 main.(*ledger).answer RRRRRRRRRRRRRRRRRRRRRRRRRRRRR
    G8 main.(*ledger).audit  CCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G9 main.(*ledger).grow   WWWWWWWWWWWWWWWWWWWWWWWWWWWWW
  `
  const ends = text.replaceAll('R', 'Q')
  const told = traced(ends, { ...legend, Q: legend.R! })
  assert.ok(told.every(finding => !finding.includes('self-deadlock')))
  const alone = traced(ends.replace(/.*audit.*/, ''), { ...legend, Q: legend.R! })
  assert.ok(alone.every(finding => finding.includes('self-deadlock')))
})

test('a lock that is shut for less than a second is told of where nobody is at work who could have it', () => {
  const legend: Legend = {
    L: { reason: 'sync', stack: [LOCK, 'main.(*stats).add /src/a.go:22'] },
    S: { reason: 'sleep', stack: ['time.Sleep /go/src/time/x.go:1', 'main.(*stats).flush /src/a.go:40'] },
  }
  const text = `
    G1 main.main         AAAAAAAAAAAAAAAAAAA
    G9 main.(*stats).add ......RLLLLLLLLLLLL
  `
  assert.deepEqual(traced(text, legend), ['likely forgotten-unlock :22 unknown'])
  const flushes = `${text}
    G7 main.(*stats).flush SSSSSSSSSSSSSSSSSSS
  `
  assert.ok(traced(flushes, legend).every(finding => finding.startsWith('possible')))
})

test('one that came after the last one who was seen to get the lock may have it', () => {
  const legend: Legend = {
    S: { reason: 'chan send', stack: ['runtime.chansend1 runtime/chan.go:9', 'main.(*bus).publish /src/a.go:22'] },
    W: {
      reason: 'sync',
      stack: [...WRITE, 'main.(*bus).unsubscribe /src/a.go:29', 'main.(*bus).subscriber /src/a.go:38'],
    },
  }
  const text = `
    G1 main.main            AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G4 main.setup           ..RRRRRRRRRR.........................
    G6<4 main.(*bus).subscriber ..RWWR...............................
    G8<4 main.(*bus).publish    .........RSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G9<4 main.(*bus).subscriber ..........RWWWWWWWWWWWWWWWWWWWWWWWWWW
  `
  assert.deepEqual(traced(text, legend), ['likely holder-blocked :29 waiting'])
})

const CLOSURE = [LOCK, 'main.(*obj).locked /src/a.go:17']
const TWINS: Legend = {
  L: { reason: 'sync', stack: [...CLOSURE, 'main.jobs.func2 /src/a.go:37', 'main.(*obj).locked /src/a.go:19'] },
  W: { reason: 'sync', stack: [...CLOSURE, 'main.jobs.func1 /src/a.go:28'] },
  Z: { reason: 'sleep', stack: ['time.Sleep /go/src/time/x.go:1', 'main.(*obj).locked /src/a.go:19'] },
}

test('who waits for itself, beside others that go round at the same line with another lock', () => {
  const text = `
    G1 main.main       AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G6 main.jobs.func2 ....RLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
    G7 main.jobs.func1 .ZZWW8ZZWW8ZZWW8ZZWW8ZZWW8ZZWW8ZZWW8ZZWW8Z
    G8 main.jobs.func1 .WW7ZZWW7ZZWW7ZZWW7ZZWW7ZZWW7ZZWW7ZZWW7ZZW
  `
    .replaceAll('8Z', '4Z')
    .replaceAll('7Z', '3Z')
  assert.deepEqual(traced(text, TWINS), ['likely self-deadlock :17 self'])
})
