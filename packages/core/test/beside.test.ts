/** What one goroutine has set up: who hangs, and who idles beside that. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findingsOf, stack } from './stranded-dumps.ts'

const BOOT = 'main.boot 20 by 30'
const sure = (...goroutines: string[]) =>
  findingsOf(...goroutines)
    .filter(({ certainty }) => certainty !== 'possible')
    .map(({ site }) => site.function)
    .sort()

const cond = [
  'sync.runtime_notifyListWait(0xc000200010, 0x0) /go/src/runtime/sema.go:606',
  'sync.(*Cond).Wait(0xc000200000) /go/src/sync/cond.go:71',
]
const push = stack(50, 'chan send, 2 minutes', ['main.(*feed).push(0xc000300000) 41'], BOOT)
const take = stack(
  51,
  'sync.Cond.Wait, 2 minutes',
  [...cond, 'main.(*inbox).take(0xc000210000) 22', 'main.boot.func1() 51'],
  BOOT,
)
const loop = stack(52, 'chan receive, 2 minutes', ['main.(*mailer).work(0xc000220000) 61'], BOOT)

test('who waits as idle goroutines do, with nothing in common with a hang but whoever set up both, idles beside it', () => {
  assert.deepEqual(sure(push, take), ['main.(*feed).push'])
  assert.deepEqual(sure(push, loop), ['main.(*feed).push'])
  assert.deepEqual(sure(take), ['main.(*inbox).take'])
})

test('a type, a value or a function in common makes it wait for them', () => {
  const sink = stack(53, 'chan receive, 2 minutes', ['main.(*feed).sink(0xc000310000) 46'], BOOT)
  assert.deepEqual(sure(push, sink), ['main.(*feed).push', 'main.(*feed).sink'])
  const given = stack(53, 'chan receive, 2 minutes', ['main.eat(0xc000300000) 46'], BOOT)
  assert.deepEqual(sure(push, given), ['main.(*feed).push', 'main.eat'])
  const closures = [
    stack(50, 'chan send, 2 minutes', ['main.boot.func2() 41'], BOOT),
    stack(53, 'chan receive, 2 minutes', ['main.boot.func3() 46'], BOOT),
  ]
  assert.deepEqual(sure(...closures), ['main.boot.func2', 'main.boot.func3'])
  // What it has to do with is tied to them in turn.
  const between = stack(54, 'chan receive, 2 minutes', ['main.copy(0xc000310000, 0xc000320000) 48'], BOOT)
  const last = stack(55, 'chan receive, 2 minutes', ['main.(*out).drain(0xc000320000) 49'], BOOT)
  assert.deepEqual(sure(push, sink, between, last), [
    'main.(*feed).push',
    'main.(*feed).sink',
    'main.(*out).drain',
    'main.copy',
  ])
})

test('workers of one kind have their function in common, and each its own work', () => {
  const run = (id: number, state: string, ...frames: string[]) =>
    stack(id, state, [...frames, `main.(*actor).run(...) ${frames.length > 0 ? 22 : 20}`], BOOT)
  const asks = run(61, 'chan send, 2 minutes', 'main.(*actor).ask(0xc000300000) 41')
  assert.deepEqual(sure(asks, run(62, 'chan receive, 2 minutes'), run(63, 'chan receive, 2 minutes')), [
    'main.(*actor).ask',
  ])
})

test('who was given a time-out that is still ahead may be woken by what runs then', () => {
  const acquire = (args: string) =>
    stack(51, 'sync.Cond.Wait, 2 minutes', [...cond, `main.(*pool).acquire(${args}) 22`], BOOT)
  // Five minutes, a millisecond, what may be left over from another call.
  assert.deepEqual(sure(acquire('0xc000210000, 0x45d964b800')), [])
  assert.deepEqual(sure(acquire('0xc000210000, 0xf4240')), ['main.(*pool).acquire'])
  assert.deepEqual(sure(acquire('0xc000210000, 0x45d964b800?')), ['main.(*pool).acquire'])
})
