/** Goroutines that nobody is left to wake, and their healthy neighbours, as dumps taken one after the other show them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose, readDump } from '../src/index.ts'
import { brief, findingsOf, SERVER, waiting } from './stranded-dumps.ts'

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
    ['io.(*pipe).read(0xc000600000, {0xc000700000, 0x200, 0x200})', 'no-sender', 'select'],
    ['net.(*pipe).write(0xc000600000, {0xc000700000, 0x5, 0x5})', 'no-receiver', 'select'],
    ['database/sql.(*DB).conn(0xc000600000, {0x8a2000, 0xa4f960}, 0x1)', 'pool-exhausted', 'semaphore'],
  ] as const
  for (const [library, cause, kind] of cases) {
    const [finding, ...more] = findingsOf(inLibrary(41, 'select', library, 'main.(*shop).order.func1()'))
    assert.deepEqual([finding.certainty, finding.cause, finding.kind], ['likely', cause, kind])
    assert.equal(finding.caller?.function, 'main.(*shop).order.func1')
    assert.deepEqual(more, [])
  }
  // Whoever else has a connection has none of that pipe's ends.
  const reader = `
goroutine 60 [IO wait]:
internal/poll.runtime_pollWait(0x7f0000003000, 0x72)
	/go/src/runtime/netpoll.go:345 +0x85
net.(*netFD).Read(0xc000800000, {0xc000900000, 0x200, 0x200})
	/go/src/net/fd_posix.go:55 +0x25
main.listen()
	/src/app/listen.go:9 +0x45
created by main.main in goroutine 1
	/src/app/main.go:81 +0x33
`
  const pipe = inLibrary(41, 'select', 'net.(*pipe).write(0xc000600000, {0xc000700000, 0x5})', 'main.greet()')
  assert.equal(findingsOf(pipe, reader)[0]?.certainty, 'likely')
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

test('a select in a call whose context never ends is left behind like a receive; one that may have a timer is not', () => {
  const said = (args: string, ...callers: string[]) => {
    const at = '\n\t/src/app/work.go:26 +0x45\n'
    return findingsOf(waiting(41, 'select', [`main.(*shop).take(${args})`, ...callers].join(at), 30, 40))[0]?.certainty
  }
  assert.equal(said('0xc000400000, {0x794030, 0xa54ba0}', 'main.(*shop).fill(...)'), 'likely')
  assert.equal(said('0xc000400000, {0x794030, 0xc000130000}', 'main.(*shop).fill(...)'), 'possible')
  assert.equal(said('0xc000400000, {0x794030, 0xa54ba0}, 0x3b9aca00', 'main.(*shop).fill(...)'), 'possible')
  assert.equal(said('0xc000400000, {0x708200, 0x5}', 'main.(*shop).fill(...)'), 'possible')
  assert.equal(said('0xc000400000, {0x794030, 0xa54ba0}'), 'possible')
})

test('of calls that somebody picked out of a dump, those that wait in a pool; more of them in a form without states', () => {
  const told = (text: string) =>
    diagnose([{ name: 'd', kind: 'dump', dump: readDump(new TextEncoder().encode(text)) }]).findings.map(
      ({ certainty, cause, site, waiters }) => `${certainty} ${cause} ${site.function} ${waiters.count}`,
    )
  const pool = 'database/sql.(*DB).conn'
  const picked = [41, 42].map(
    id =>
      `goroutine ${id} [select, 9 minutes]:\n${pool}(0xc000600000)\n\t/go/src/database/sql/sql.go:1183 +0x7\nmain.find()\n\t/src/app/find.go:9 +0x45\ncreated by net/http.(*Server).Serve\n\t/go/src/net/http/server.go:2795 +0x33\n`,
  )
  assert.deepEqual(told(picked.join('\n')), [`likely pool-exhausted ${pool} 2`])
  const counted = (count: number) =>
    `goroutine profile: total ${count}\n${count} @ 0x432aa0 0x9ca93c 0xa17457\n#\t0x9ca93b\t${pool}+0x7ab\t/go/src/database/sql/sql.go:1183\n#\t0xa17456\tmain.find+0x246\t/src/app/find.go:9\n`
  assert.deepEqual(told(counted(300)), [`possible pool-exhausted ${pool} 300`])
  assert.deepEqual(told(counted(1)), [])
})
