/** Who idles and who does not, where the wait looks the same: WaitGroups, requests, loops of the clock's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose, readDump } from '../src/index.ts'
import { brief, findingsOf, stack, sureByOne, waiting } from './stranded-dumps.ts'

test('a WaitGroup whose workers are gone', () => {
  const waiter = `
goroutine 60 [sync.WaitGroup.Wait]:
sync.runtime_SemacquireWaitGroup(0xc000500008)
	/go/src/runtime/sema.go:110 +0x25
sync.(*WaitGroup).Wait(0xc000500000)
	/go/src/sync/waitgroup.go:118 +0x48
main.(*shop).close(0xc000400000)
	/src/app/work.go:44 +0x77
created by main.(*shop).order in goroutine 40
	/src/app/work.go:21 +0x8f
`
  const [finding] = findingsOf(waiter)
  assert.deepEqual(brief(finding), ['likely', 'never-done', 'main.(*shop).close', 1])
})

const WAITGROUP = 'sync.(*WaitGroup).Wait(0xc000500008) /go/src/sync/waitgroup.go:118'

test('a WaitGroup whose waiter only its own creator waits for: that one is no worker of it', () => {
  // main serves no work, but is in the function still that started the collector.
  const collector = stack(41, 'chan receive', ['main.(*query).collect(0xc000600000) 30'], 'main.main 80 by 1')
  const started = 'main.(*query).start 21 by 41'
  const closer = stack(42, 'sync.WaitGroup.Wait', [WAITGROUP, 'main.(*query).start.func1() 22'], started)
  assert.deepEqual(findingsOf(collector, closer).map(brief), [
    ['likely', 'no-sender', 'main.(*query).collect', 1],
    ['likely', 'never-done', 'main.(*query).start.func1', 1],
  ])
  const worker = stack(43, 'chan receive', ['main.(*query).work(0xc000600000) 40'], started)
  const sure = findingsOf(collector, closer, worker).filter(({ certainty }) => certainty !== 'possible')
  assert.deepEqual(sure.map(brief), [])
})

test('one of those that a WaitGroup waits for sleeps for a minute: it will be done', () => {
  const close = [WAITGROUP, 'main.(*shop).close(0xc000400000) 44']
  const waiter = stack(41, 'sync.WaitGroup.Wait', close, 'main.(*shop).order 21 by 40')
  const sleep = ['time.Sleep(0xdf8475800) /go/src/runtime/time.go:195', 'main.(*shop).close.func1() 40']
  assert.deepEqual(findingsOf(waiter, stack(42, 'sleep', sleep, 'main.(*shop).close 39 by 41')).map(brief), [])
})

test('who waits in the middle of a request does not idle, unless it may be a long poll', () => {
  const frames = [
    'main.(*store).do(0xc000600000) 30',
    'main.(*store).ServeHTTP(0xc000600000, {0x8a1000, 0xc000130000}, 0xc000140000) 20',
    'net/http.(*conn).serve(0xc000160000, {0x8a2000, 0xc000170000}) /go/src/net/http/server.go:2092',
  ]
  const request = (state: string) => stack(51, state, frames, 'net/http.(*Server).Serve 3360 by 7')
  assert.deepEqual(findingsOf(request('chan receive')).map(brief), [['likely', 'no-sender', 'main.(*store).do', 1]])
  assert.deepEqual(findingsOf(request('sync.Cond.Wait')).map(brief), [['likely', 'lost-signal', 'main.(*store).do', 1]])
  assert.deepEqual(findingsOf(request('select')).map(brief), [])
  // The store's own loop is alive, and it may still answer.
  const sleep = ['time.Sleep(0x3b9aca00) /go/src/runtime/time.go:195', 'main.(*store).loop(0xc000600000) 40']
  assert.deepEqual(findingsOf(request('chan receive'), stack(52, 'sleep', sleep, 'main.main 80 by 1')).map(brief), [])
})

test('workers that main waits for idle: nobody is accused, main included', () => {
  const main = `goroutine 1 [sync.WaitGroup.Wait]:
sync.(*WaitGroup).Wait(0xc000500000)
	/go/src/sync/waitgroup.go:118 +0x48
main.main()
	/src/app/main.go:90 +0x20

goroutine 41 [chan receive]:
main.(*shop).loop(0xc000400000)
	/src/app/work.go:26 +0x45
created by main.main in goroutine 1
	/src/app/main.go:80 +0x33
`
  const text = new TextEncoder().encode(main)
  const { findings } = diagnose(['a', 'b'].map(name => ({ name, kind: 'dump' as const, dump: readDump(text) })))
  assert.deepEqual(findings.filter(({ certainty }) => certainty !== 'possible').map(brief), [])
})

test('a loop that selects, a timer perhaps, holds no lock for all that one dump tells', () => {
  const mover = (id: number, lock: string) => `
goroutine ${id} [sync.Mutex.Lock]:
internal/sync.runtime_SemacquireMutex(0x0?, 0x0?, 0x0?)
	/go/src/runtime/sema.go:95 +0x25
sync.(*Mutex).Lock(${lock})
	/go/src/sync/mutex.go:46
main.(*shop).move(0x0?, 0x0?)
	/src/app/work.go:47 +0x45
created by main.moveBoth in goroutine 40
	/src/app/work.go:20 +0x8f
`
  const gossip = waiting(41, 'select', 'main.(*shop).gossip(0xc000400000)', 34, 40).replace(
    '.(*shop).order in',
    '.moveBoth in',
  )
  const parent = `
goroutine 40 [sync.WaitGroup.Wait]:
sync.(*WaitGroup).Wait(0xc000500000)
	/go/src/sync/waitgroup.go:118 +0x48
main.moveBoth(0xc000500000)
	/src/app/work.go:30 +0x20
created by main.main in goroutine 1
	/src/app/main.go:70 +0x33
`
  const sure = sureByOne(parent, mover(51, '0xc000400008'), mover(52, '0xc000400108'), gossip)
  assert.ok(sure.length > 0)
  for (const { site, holder } of sure) assert.doesNotMatch(`${site.function} ${holder.function}`, /gossip/)
})

test('what a function started that has returned since idles beside its creator: a ticker may wake it', () => {
  const parent = `
goroutine 40 [chan send]:
main.(*splitter).split(0xc000500000)
	/src/app/work.go:44 +0x77
main.sum(0x0?)
	/src/app/work.go:60 +0x77
created by main.main in goroutine 39
	/src/app/main.go:70 +0x33
`
  const flusher = waiting(41, 'chan receive', 'main.(*flusher).daemon(0xc000600000)', 74, 40).replace(
    '.(*shop).order in',
    '.newFlusher in',
  )
  assert.deepEqual(sureByOne(parent, flusher).map(brief), [['likely', 'no-receiver', 'main.(*splitter).split', 1]])
})

test('a loop with a ticker among its cases waits for no lock, though whoever started it does', () => {
  const parent = `
goroutine 40 [sync.Mutex.Lock, 2 minutes]:
internal/sync.(*Mutex).lockSlow(0xc000400008)
	/go/src/internal/sync/mutex.go:149 +0x15d
sync.(*Mutex).Lock(...)
	/go/src/sync/mutex.go:46
main.(*keeper).revoke(0xc000400000, 0x1)
	/src/app/work.go:47 +0x45
main.testRevoke(0x0?)
	/src/app/work.go:60 +0x77
created by main.main in goroutine 39
	/src/app/main.go:70 +0x33
`
  const loop = waiting(41, 'select, 2 minutes', 'main.(*keeper).expire(0xc000400000)', 34, 40).replace(
    '.(*shop).order in',
    '.newKeeper in',
  )
  const sure = findingsOf(parent, loop).filter(({ certainty }) => certainty !== 'possible')
  assert.ok(sure.length > 0)
  for (const { site } of sure) assert.equal(site.function, 'main.(*keeper).revoke')
})

test('main that listens for a signal, and the end of its program with it, is nobody whom a WaitGroup waits for', () => {
  const quit = `
goroutine 1 [chan receive]:
main.main()
	/src/app/main.go:90 +0x20
`
  const signals = stack(
    3,
    'syscall',
    ['os/signal.signal_recv() /go/src/runtime/sigqueue.go:152', 'os/signal.loop() /go/src/os/signal/signal_unix.go:23'],
    'os/signal.Notify.func1.1 152 by 1',
  )
  const waiter = stack(
    41,
    'sync.WaitGroup.Wait',
    ['sync.(*WaitGroup).Wait(0xc000500000) /go/src/sync/waitgroup.go:118', 'main.main.func1() 26'],
    'main.main 20 by 1',
  )
  const sure = (...goroutines: string[]) => {
    const text = new TextEncoder().encode(goroutines.join(''))
    return diagnose(['a', 'b'].map(name => ({ name, kind: 'dump' as const, dump: readDump(text) })))
      .findings.filter(({ certainty }) => certainty !== 'possible')
      .map(brief)
  }
  assert.deepEqual(sure(quit, signals, waiter), [['likely', 'never-done', 'main.main.func1', 1]])
  // One that idles, and who waits for it to be done, wait for the end of the program.
  const worker = waiting(42, 'chan receive', 'main.(*shop).loop(0xc000400000)', 26, 1).replace(
    '.(*shop).order in',
    '.main in',
  )
  assert.deepEqual(sure(quit, signals, waiter, worker), [])
})
