/** Goroutines that nobody is left to wake, and their healthy neighbours, as dumps taken one after the other show them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose, type Finding, readDump } from '../src/index.ts'

/** Main stands in its select, and an accept loop may bring new work. */
const SERVER = `goroutine 1 [select (no cases)]:
main.main()
	/src/app/main.go:90 +0x20

goroutine 7 [IO wait]:
internal/poll.runtime_pollWait(0x7f0000001000, 0x72)
	/go/src/runtime/netpoll.go:345 +0x85
internal/poll.(*FD).Accept(0xc000100000)
	/go/src/internal/poll/fd_unix.go:611 +0x2ac
net.(*netFD).accept(0xc000100000)
	/go/src/net/fd_unix.go:172 +0x29
net/http.(*Server).Serve(0xc000120000, {0x8a1000, 0xc000130000})
	/go/src/net/http/server.go:3285 +0x30c
created by main.main in goroutine 1
	/src/app/main.go:80 +0x33
`

/** A goroutine in `call` at `line`, started by a goroutine that is gone where \`creator\` is not listed. */
function waiting(id: number, state: string, call: string, line: number, creator: number): string {
  return `
goroutine ${id} [${state}]:
${call}
	/src/app/work.go:${line} +0x45
created by main.(*shop).order in goroutine ${creator}
	/src/app/work.go:20 +0x8f
`
}

/** The findings of two dumps that show the same. */
function findingsOf(...goroutines: string[]): readonly Finding[] {
  const text = new TextEncoder().encode([SERVER, ...goroutines].join(''))
  const inputs = ['before', 'after'].map(name => ({ name, kind: 'dump' as const, dump: readDump(text) }))
  return diagnose(inputs).findings
}

const brief = ({ certainty, cause, site, waiters }: Finding) => [certainty, cause, site.function, waiters.count]

test('a sender whose receiver has left is named, with who started it', () => {
  const [finding, ...more] = findingsOf(waiting(41, 'chan send', 'main.(*shop).order.func1()', 26, 40))
  assert.deepEqual(brief(finding), ['likely', 'no-receiver', 'main.(*shop).order.func1', 1])
  assert.equal(finding.holder.state, 'exited')
  assert.equal(finding.holder.goroutine, 40)
  assert.deepEqual(more, [])
})

test('a receiver left behind by a goroutine that has ended has nobody to wait for; one whose creator lives idles', () => {
  const receiver = (id: number, creator: number) =>
    waiting(id, 'chan receive', 'main.(*shop).order.func1()', 26, creator)
  const [finding, ...more] = findingsOf(receiver(41, 40), receiver(51, 50))
  assert.deepEqual(brief(finding), ['likely', 'no-sender', 'main.(*shop).order.func1', 2])
  assert.deepEqual(more, [])
  assert.deepEqual(findingsOf(receiver(41, 1)), [])
  // Back in a library's loop, whoever started it serves the next: what is left behind once may be a lazy worker.
  const connection = `
goroutine 40 [IO wait]:
internal/poll.runtime_pollWait(0x7f0000002000, 0x72)
	/go/src/runtime/netpoll.go:345 +0x85
net/http.(*conn).serve(0xc000200000, {0x8a1000, 0xc000130000})
	/go/src/net/http/server.go:2100 +0x5f4
created by net/http.(*Server).Serve in goroutine 7
	/go/src/net/http/server.go:3285 +0x4b4
`
  for (const { certainty } of findingsOf(connection, receiver(41, 40))) assert.equal(certainty, 'possible')
})

test('whoever started it is alive, in the very function: it may still come', () => {
  const parent = `
goroutine 40 [IO wait]:
internal/poll.runtime_pollWait(0x7f0000002000, 0x72)
	/go/src/runtime/netpoll.go:345 +0x85
net.(*conn).Read(0xc000200000, {0xc000300000, 0x1000, 0x1000})
	/go/src/net/net.go:185 +0x45
main.(*shop).order(0xc000400000)
	/src/app/work.go:31 +0x9a
created by main.main in goroutine 1
	/src/app/main.go:70 +0x33
`
  const findings = findingsOf(parent, waiting(41, 'chan send', 'main.(*shop).order.func1()', 26, 40))
  assert.deepEqual(findings.filter(({ certainty }) => certainty !== 'possible').map(brief), [])
})

test('who sleeps for an hour in that function will not come for what is sent; who sleeps for a second will', () => {
  const parent = (ns: number) => `
goroutine 40 [sleep]:
time.Sleep(0x${ns.toString(16)})
	/go/src/runtime/time.go:363 +0x165
main.(*shop).order(0xc000400000)
	/src/app/work.go:31 +0x9a
created by main.main in goroutine 1
	/src/app/main.go:70 +0x33
`
  const sure = (ns: number, state: string) =>
    findingsOf(parent(ns), waiting(41, state, 'main.(*shop).order.func1()', 26, 40))
      .filter(({ certainty }) => certainty !== 'possible')
      .map(brief)
  assert.deepEqual(sure(3600e9, 'chan send'), [['likely', 'no-receiver', 'main.(*shop).order.func1', 1]])
  assert.deepEqual(sure(1e9, 'chan send'), [])
  // A worker idles until its next piece of work, which may come once an hour.
  assert.deepEqual(sure(3600e9, 'chan receive'), [])
})

test('one dump tells where the program is at rest; while something of it runs, it proves no wait', () => {
  const running = `
goroutine 70 [runnable]:
main.(*shop).count(0xc000400000)
	/src/app/work.go:60 +0x20
created by main.main in goroutine 1
	/src/app/main.go:71 +0x33
`
  const sender = waiting(41, 'chan send', 'main.(*shop).order.func1()', 26, 40)
  const verdict = (text: string) =>
    diagnose([{ name: 'dump', kind: 'dump', dump: readDump(new TextEncoder().encode(text)) }]).verdict
  assert.equal(verdict(SERVER + sender), 'hang')
  assert.equal(verdict(SERVER + sender + running), 'healthy')
})

test('a nil channel wakes nobody for certain; select {} is meant to stay', () => {
  const [finding, ...more] = findingsOf(
    waiting(41, 'chan receive (nil chan)', 'main.(*shop).order.func1()', 26, 1),
    waiting(42, 'select (no cases)', 'main.(*shop).order.func2()', 36, 1),
  )
  assert.deepEqual(brief(finding), ['certain', 'no-sender', 'main.(*shop).order.func1', 1])
  assert.deepEqual(more, [])
})

test('a parent and the child that it waits for, each in vain: both are told', () => {
  const parent = (creator: number) => `
goroutine 60 [chan receive]:
main.(*election).run(0xc000500000)
	/src/app/work.go:44 +0x77
created by main.start in goroutine ${creator}
	/src/app/work.go:21 +0x8f
`
  const child = `
goroutine 61 [chan receive]:
main.(*election).campaign(0xc000500000)
	/src/app/work.go:54 +0x77
created by main.(*election).run in goroutine 60
	/src/app/work.go:41 +0x8f
`
  const told = findingsOf(parent(40), child)
  assert.deepEqual(told.map(brief).sort(), [
    ['likely', 'no-sender', 'main.(*election).campaign', 1],
    ['likely', 'no-sender', 'main.(*election).run', 1],
  ])
  assert.deepEqual(told.map(({ holder }) => holder.goroutine).sort(), [60, 61])
  // Started by the main goroutine, what both of them idle for may come from outside.
  assert.deepEqual(findingsOf(parent(1), child), [])
})

test('a send waits in vain though main sleeps, or a library accepts connections', () => {
  const main = `goroutine 1 [sleep]:
time.Sleep(0x34630b8a000)
	/go/src/runtime/time.go:195 +0x115
main.main()
	/src/app/main.go:90 +0x20
`
  const text = new TextEncoder().encode(
    main +
      SERVER.slice(SERVER.indexOf('\ngoroutine 7')) +
      waiting(41, 'chan send', 'main.(*shop).stop()', 26, 1).replace('main.(*shop).order in', 'main.main in'),
  )
  const { findings } = diagnose(['a', 'b'].map(name => ({ name, kind: 'dump' as const, dump: readDump(text) })))
  assert.deepEqual(findings.map(brief), [['likely', 'no-receiver', 'main.(*shop).stop', 1]])
})

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

test('a WaitGroup whose waiter only its own creator waits for: that one is no worker of it', () => {
  // main serves no work, but is in the function still that started the collector.
  const collector = (creator: number) => `
goroutine 41 [chan receive]:
main.(*query).collect(0xc000600000)
	/src/app/query.go:30 +0x45
created by main.main in goroutine ${creator}
	/src/app/main.go:80 +0x8f
`
  const closer = `
goroutine 42 [sync.WaitGroup.Wait]:
sync.(*WaitGroup).Wait(0xc000500008)
	/go/src/sync/waitgroup.go:118 +0x48
main.(*query).start.func1()
	/src/app/query.go:22 +0x45
created by main.(*query).start in goroutine 41
	/src/app/query.go:21 +0x8f
`
  assert.deepEqual(findingsOf(collector(1), closer).map(brief), [
    ['likely', 'no-sender', 'main.(*query).collect', 1],
    ['likely', 'never-done', 'main.(*query).start.func1', 1],
  ])
  const worker = `
goroutine 43 [chan receive]:
main.(*query).work(0xc000600000)
	/src/app/query.go:40 +0x45
created by main.(*query).start in goroutine 41
	/src/app/query.go:19 +0x8f
`
  const sure = findingsOf(collector(1), closer, worker).filter(({ certainty }) => certainty !== 'possible')
  assert.deepEqual(sure.map(brief), [])
})

test('one of those that a WaitGroup waits for sleeps for a minute: it will be done', () => {
  const waiter = `
goroutine 41 [sync.WaitGroup.Wait]:
sync.(*WaitGroup).Wait(0xc000500008)
	/go/src/sync/waitgroup.go:118 +0x48
main.(*shop).close(0xc000400000)
	/src/app/work.go:44 +0x77
created by main.(*shop).order in goroutine 40
	/src/app/work.go:21 +0x8f
`
  const member = `
goroutine 42 [sleep]:
time.Sleep(0xdf8475800)
	/go/src/runtime/time.go:195 +0x125
main.(*shop).close.func1()
	/src/app/work.go:40 +0x45
created by main.(*shop).close in goroutine 41
	/src/app/work.go:39 +0x8f
`
  assert.deepEqual(findingsOf(waiter, member).map(brief), [])
})

test('who waits in the middle of a request does not idle, unless it may be a long poll', () => {
  const request = (state: string) => `
goroutine 51 [${state}]:
main.(*store).do(0xc000600000)
	/src/app/store.go:30 +0x45
main.(*store).ServeHTTP(0xc000600000, {0x8a1000, 0xc000130000}, 0xc000140000)
	/src/app/store.go:20 +0x45
net/http.serverHandler.ServeHTTP({0xc000150000?}, {0x8a1000?, 0xc000130000?}, 0x6?)
	/go/src/net/http/server.go:3210 +0x8e
net/http.(*conn).serve(0xc000160000, {0x8a2000, 0xc000170000})
	/go/src/net/http/server.go:2092 +0x5d0
created by net/http.(*Server).Serve in goroutine 7
	/go/src/net/http/server.go:3360 +0x485
`
  assert.deepEqual(findingsOf(request('chan receive')).map(brief), [['likely', 'no-sender', 'main.(*store).do', 1]])
  assert.deepEqual(findingsOf(request('sync.Cond.Wait')).map(brief), [['likely', 'lost-signal', 'main.(*store).do', 1]])
  assert.deepEqual(findingsOf(request('select')).map(brief), [])
  // The store's own loop is alive, and it may still answer.
  const loop = `
goroutine 52 [sleep]:
time.Sleep(0x3b9aca00)
	/go/src/runtime/time.go:195 +0x125
main.(*store).loop(0xc000600000)
	/src/app/store.go:40 +0x45
created by main.main in goroutine 1
	/src/app/main.go:80 +0x8f
`
  assert.deepEqual(findingsOf(request('chan receive'), loop).map(brief), [])
})

/** In a library's function that the program's own `call` has called; started by one that has ended. */
function inLibrary(id: number, state: string, library: string, call: string, creator = 40): string {
  return `
goroutine ${id} [${state}]:
${library}
	/src/lib/lib.go:112 +0x33
${call}
	/src/app/work.go:26 +0x45
created by main.(*shop).order in goroutine ${creator}
	/src/app/work.go:20 +0x8f
`
}

test('pools and pipes of libraries: told as what they are, at the line of the program that called', () => {
  const cases = [
    ['io.(*pipe).write(0xc000600000, {0xc000700000, 0x5, 0x5})', 'no-receiver', 'select'],
    ['database/sql.(*DB).conn(0xc000600000, {0x8a2000, 0xa4f960}, 0x1)', 'pool-exhausted', 'semaphore'],
  ] as const
  for (const [library, cause, kind] of cases) {
    const [finding, ...more] = findingsOf(inLibrary(41, 'select', library, 'main.(*shop).order.func1()'))
    assert.deepEqual([finding.certainty, finding.cause, finding.kind], ['likely', cause, kind])
    assert.equal(finding.caller?.function, 'main.(*shop).order.func1')
    assert.deepEqual(more, [])
  }
  // Any other library's select may have a timer among its cases.
  for (const { certainty } of findingsOf(inLibrary(41, 'select', 'net/rpc.wait()', 'main.(*shop).order.func1()')))
    assert.equal(certainty, 'possible')
})

test('who has ended, but let connections in before, has left workers behind whose work comes by them', () => {
  const call = 'main.(*shop).next()\n\t/src/app/work.go:9 +0x12\nmain.(*shop).order.func1()'
  const receiver = waiting(41, 'chan receive', call, 26, 40)
  const inlet = SERVER.slice(SERVER.indexOf('\ngoroutine 7')).replace('goroutine 7', 'goroutine 8')
  const opened = inlet.replace('created by main.main in goroutine 1', 'created by main.(*shop).order in goroutine 40')
  assert.equal(findingsOf(receiver, inlet)[0]?.certainty, 'likely')
  for (const { certainty } of findingsOf(receiver, opened)) assert.equal(certainty, 'possible')
})

test('who takes the dump wakes nobody', () => {
  const dumper = `
goroutine 40 [running]:
runtime/pprof.writeGoroutineStacks({0x7d4fa0, 0xc000192000})
	/go/src/runtime/pprof/pprof.go:764 +0x6a
main.(*shop).order(0xc000400000)
	/src/app/work.go:31 +0x9a
created by main.main in goroutine 1
	/src/app/main.go:70 +0x33
`
  const sender = waiting(41, 'chan send', 'main.(*shop).order.func1()', 26, 40)
  assert.deepEqual(findingsOf(sender, dumper).map(brief), [['likely', 'no-receiver', 'main.(*shop).order.func1', 1]])
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
  const text = new TextEncoder().encode(
    SERVER + parent + mover(51, '0xc000400008') + mover(52, '0xc000400108') + gossip,
  )
  const { findings } = diagnose([{ name: 'dump', kind: 'dump', dump: readDump(text) }])
  const sure = findings.filter(({ certainty }) => certainty !== 'possible')
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
  const text = new TextEncoder().encode(SERVER + parent + flusher)
  const { findings } = diagnose([{ name: 'dump', kind: 'dump', dump: readDump(text) }])
  const sure = findings.filter(({ certainty }) => certainty !== 'possible')
  assert.deepEqual(sure.map(brief), [['likely', 'no-receiver', 'main.(*splitter).split', 1]])
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
