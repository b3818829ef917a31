/** A dump as JSON, and how its forms complete each other. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDump } from '../src/dump/read.ts'
import { DUMP_SCHEMA, dumpReport } from '../src/dump/report.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

const WAITER = (id: number, minutes: string) => `goroutine ${id} [sync.Mutex.Lock${minutes}]:
sync.runtime_SemacquireMutex(0xc000012345, 0x0, 0x1)
\t/go/src/runtime/sema.go:95 +0x25
sync.(*Mutex).Lock(...)
\t/go/src/sync/mutex.go:46
main.lockers()
\t/app/main.go:24 +0x1d
created by main.main in goroutine 1
\t/app/main.go:45 +0x25

`
const MAIN = `goroutine 1 [running]:
main.main()
\t/app/main.go:50 +0x25

`
const DEBUG2 = MAIN + WAITER(17, '') + WAITER(18, ', 3 minutes') + WAITER(19, ', 5 minutes')
const DEBUG1 = `goroutine profile: total 6
4 @ 0x1 0x2 0x3
#\t0x1\tsync.runtime_SemacquireMutex+0x25\t/go/src/runtime/sema.go:95
#\t0x2\tsync.(*Mutex).Lock+0x1\t/go/src/sync/mutex.go:46
#\t0x3\tmain.lockers+0x1d\t/app/main.go:24

1 @ 0x4
#\t0x4\tmain.main+0x25\t/app/main.go:50
#\t0x5\truntime.main+0x1\t/go/src/runtime/proc.go:250

1 @ 0x6
#\t0x6\tmain.other+0x25\t/app/main.go:60

`
const report = (...texts: string[]) => dumpReport(texts.map(text => readDump(bytes(text))))

test('one whole dump: groups with state, reason, minutes, site, frames, creator and ids', () => {
  const { schema, goroutines, complete, lost, groups } = report(DEBUG2)
  assert.deepEqual({ schema, goroutines, complete, lost }, { schema: DUMP_SCHEMA, goroutines: 4, complete: true, lost: undefined }) // biome-ignore format: one line
  assert.deepEqual(groups[0], {
    count: 3,
    state: 'waiting',
    reason: 'sync.Mutex.Lock',
    minutes: [0, 5],
    site: { function: 'main.lockers', file: '/app/main.go', line: 24 },
    frames: [
      { function: 'sync.runtime_SemacquireMutex', file: '/go/src/runtime/sema.go', line: 95 },
      { function: 'sync.(*Mutex).Lock', file: '/go/src/sync/mutex.go', line: 46 },
      { function: 'main.lockers', file: '/app/main.go', line: 24 },
    ],
    createdBy: { function: 'main.main', file: '/app/main.go', line: 45 },
    goroutines: [17, 18, 19],
  })
  assert.deepEqual([groups[1].state, groups[1].reason, groups[1].goroutines], ['running', '', [1]])
})

test('a whole debug=2 stands alone: the other form was taken at another moment', () => {
  assert.deepEqual(report(DEBUG1, DEBUG2), report(DEBUG2))
})

test('debug=1 alone: counts and stacks, states unknown', () => {
  const { goroutines, complete, groups } = report(DEBUG1)
  assert.deepEqual([goroutines, complete], [6, true])
  assert.deepEqual(groups.map(({ count, state, goroutines: ids }) => [count, state, ids.length]), [[4, 'unknown', 0], [1, 'unknown', 0], [1, 'unknown', 0]]) // biome-ignore format: one line
})

test('a cut dump says what is lost; another form completes it', () => {
  const cut = DEBUG2.slice(0, DEBUG2.indexOf('goroutine 19') + 95)
  const alone = report(cut)
  assert.equal(alone.complete, false)
  assert.ok(alone.lost && alone.lost.length > 0)
  const both = report(cut, DEBUG1)
  assert.deepEqual([both.goroutines, both.complete, both.lost], [6, true, undefined])
  assert.deepEqual(
    both.groups.map(({ count, state, reason, site }) => [count, state, reason, site?.function]),
    [
      [4, 'waiting', 'sync.Mutex.Lock', 'main.lockers'],
      [1, 'running', '', 'main.main'],
      [1, 'unknown', '', 'main.other'],
    ],
  )
  assert.deepEqual(report(DEBUG1, cut), both)
})

test('where goroutines with one stack are in two states, nobody guesses in which the missing ones are', () => {
  const mixed = `${MAIN}${WAITER(17, '')}${WAITER(18, '').replace('sync.Mutex.Lock', 'runnable')}goroutine 20 [sel`
  const { groups } = report(mixed, DEBUG1)
  assert.deepEqual(
    groups.map(({ count, state }) => [count, state]).filter(([count]) => count !== 1),
    [[2, 'unknown']],
  )
  assert.equal(
    groups.reduce((sum, { count }) => sum + count, 0),
    6,
  )
})

test('a frame that could not be read is no cut: the dump is complete, and says what is missing', () => {
  const broken = DEBUG2.replace('main.lockers()', 'main.lockers)(')
  const alone = report(broken)
  assert.deepEqual([alone.goroutines, alone.complete, alone.lost?.length], [4, true, 1])
  // Of another moment: nothing of it is mixed in.
  assert.deepEqual(report(broken, DEBUG1), alone)
  assert.deepEqual(report(DEBUG2, broken), report(DEBUG2), 'the unharmed one is preferred')
  const both = report(`${broken}goroutine 20 [sel`, DEBUG1)
  assert.deepEqual([both.goroutines, both.complete], [6, true])
  assert.deepEqual(
    both.lost?.map(({ cut }) => cut),
    [undefined],
    'what was cut came from the other form',
  )
})
