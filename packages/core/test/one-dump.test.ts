/** What one dump alone tells: crowds, excerpts, and stacks that somebody has cut. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose, readDump } from '../src/index.ts'

/** "certainty cause kind function count" of each finding. */
function said(text: string): string[] {
  const dump = readDump(new TextEncoder().encode(text))
  return diagnose([{ name: 'dump', kind: 'dump', dump }]).findings.map(
    ({ certainty, cause, kind, site, waiters }) => `${certainty} ${cause} ${kind} ${site.function} ${waiters.count}`,
  )
}

/** Go before 1.21 does not say which goroutine created it. */
const sender = (id: number, minutes = 21) => `goroutine ${id} [chan send, ${minutes} minutes]:
main.(*puller).copy(0xc000${String(id).padStart(6, '0')}, 0x7)
	/src/puller.go:625 +0x39c
created by main.(*puller).run
	/src/puller.go:626 +0x6bc
`
const several = (n: number, minutes?: number) =>
  Array.from({ length: n }, (_, i) => sender(100 + i, minutes)).join('\n')

test('several that have waited for minutes to send at one line are no generators, whoever started them', () => {
  assert.deepEqual(said(several(3)), ['likely no-receiver chan send main.(*puller).copy 3'])
  assert.deepEqual(said(several(2)), ['possible no-receiver chan send main.(*puller).copy 2'])
})

test('a crowd is counted, though a part of it only is looked at one by one', () => {
  assert.deepEqual(said(several(1234)), ['likely no-receiver chan send main.(*puller).copy 1234'])
})

const WAITGROUP = (minutes: string) => `goroutine 57 [semacquire${minutes}]:
sync.runtime_Semacquire(0xc420b4969c)
	/usr/local/go/src/runtime/sema.go:56 +0x39
sync.(*WaitGroup).Wait(0xc420b49690)
	/usr/local/go/src/sync/waitgroup.go:131 +0x72
main.syncAll()
	/src/watcher.go:152 +0x272
created by main.listen
	/src/watcher.go:109 +0x291
`

test('a WaitGroup in an excerpt is worth a look once the wait is long', () => {
  assert.deepEqual(said(WAITGROUP(', 4937 minutes')), ['possible never-done waitgroup main.syncAll 1'])
  assert.deepEqual(said(WAITGROUP('')), [])
})

test('of a wait for a lock whose stack is cut above the program its last frame is the site', () => {
  const text = (minutes: string) => `goroutine 22 [semacquire${minutes}]:
sync.runtime_SemacquireMutex(0xc0001d2c84, 0xc0277ef400, 0x1)
	runtime/sema.go:71 +0x47
sync.(*Mutex).lockSlow(0xc0001d2c80)
	sync/mutex.go:138 +0x105
sync.(*RWMutex).Lock(0xc0001d2c80)
	sync/rwmutex.go:98 +0x90
`
  assert.deepEqual(said(text(', 649 minutes')), ['likely unknown rwmutex sync.(*RWMutex).Lock 1'])
  assert.deepEqual(said(text('')), ['possible unknown rwmutex sync.(*RWMutex).Lock 1'])
})

const POOL = (count: number) => `goroutine profile: total ${count}
${count} @ 0x432aa0 0x44224b 0x9ca93c 0x9cd106 0x73bbf5
#	0x9ca93b	database/sql.(*DB).conn+0x7ab		/usr/local/go/src/database/sql/sql.go:1183
#	0x9cd105	database/sql.(*DB).query+0x65		/usr/local/go/src/database/sql/sql.go:1565
#	0x73bbf4	net/http.(*conn).serve+0x874		/usr/local/go/src/net/http/server.go:1890
`

test('who waits for a connection of the pool is told of, though the program’s own frames were left out', () => {
  assert.deepEqual(said(POOL(30)), ['possible pool-exhausted semaphore database/sql.(*DB).conn 30'])
  assert.deepEqual(said(POOL(30_633)), ['likely pool-exhausted semaphore database/sql.(*DB).conn 30633'])
})

/** A receiver that who started it has left, in a program that rests. */
const left = (id: number, creator: number) => `goroutine ${id} [chan receive]:
main.(*mux).call(0xc000${String(id).padStart(6, '0')}, 0x7)
	/src/mux.go:62 +0x39
created by main.(*mux).open in goroutine ${creator}
	/src/mux.go:62 +0x6b
`
const REST = 'goroutine 1 [select (no cases)]:\nmain.main()\n\t/src/main.go:9 +0x1d\n'

test('a loop that was left may be a ticker’s, and in one dump each of several may have its own', () => {
  const known = (...parts: string[]) => said([REST, ...parts].join('\n'))
  assert.deepEqual(known(left(20, 7)), ['possible no-sender chan receive main.(*mux).call 1'])
  assert.deepEqual(known(left(20, 7), left(21, 7)), ['possible no-sender chan receive main.(*mux).call 2'])
  assert.deepEqual(known(left(20, 7), left(21, 8)), ['possible no-sender chan receive main.(*mux).call 2'])
})

const CALLED = (minutes: string) => `goroutine 42 [chan receive${minutes}]:
main.(*pool).sync(0xc000513e60)
	/src/pool.go:47 +0x148
main.(*beacon).loop(0xc0001b6980)
	/src/beacon.go:50 +0x2d8
created by main.register in goroutine 1
	/src/beacon.go:29 +0x14c
`

test('of an excerpt, who has waited for minutes in the middle of a call is worth a look; of a whole dump it is not', () => {
  const found = ['possible no-sender chan receive main.(*pool).sync 1']
  assert.deepEqual(said(CALLED(', 1 minutes')), found)
  assert.deepEqual(said(CALLED('')), [])
  assert.deepEqual(said(`${REST}\n${CALLED(', 1 minutes')}`), [])
})

test('who waits for a Once that nobody is seen in is worth a look once the wait is long', () => {
  const once = (minutes: string) => `goroutine 9 [semacquire${minutes}]:
sync.runtime_SemacquireMutex(0xc0004c7100, 0x0, 0x1)
	/go/src/runtime/sema.go:71 +0x47
sync.(*Mutex).lockSlow(0xc0004c70fc)
	/go/src/sync/mutex.go:138 +0xfc
sync.(*Once).doSlow(0xc0004c70f8, 0xc006105868)
	/go/src/sync/once.go:62 +0x122
main.(*server).stop(0xc0004c6e00)
	/src/server.go:68 +0x6a
created by main.serve
	/src/server.go:9 +0x6b
`
  assert.deepEqual(said(once(', 2 minutes')), ['possible unknown mutex main.(*server).stop 1'])
  assert.deepEqual(said(once('')), [])
})

test('senders whose receivers are paced by a clock are served in time', () => {
  const sender = (id: number) => `goroutine ${id} [chan send]:
main.main.func1()
	/src/main.go:52 +0x39
created by main.serve in goroutine 1
	/src/live.go:62 +0x6b
`
  const paced = (id: number) => `goroutine ${id} [select]:
main.(*limiter).wait(0x0?, {0x792350, 0xa51940})
	/src/main.go:28 +0x6b
main.send(0xc000010a098, 0xc00011a1c0)
	/src/main.go:38 +0x68
created by main.main in goroutine 1
	/src/main.go:49 +0x45
`
  const clock = `goroutine 22 [chan receive]:
main.newLimiter.func1()
	/src/main.go:17 +0x7f
created by main.newLimiter in goroutine 1
	/src/main.go:16 +0xa5
`
  const dump = [REST, clock, paced(23), paced(24), sender(27), sender(28)].join('\n')
  assert.deepEqual(
    said(dump).filter(text => !text.startsWith('possible')),
    [],
  )
})
