import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameBook } from '../src/analysis/scene/frames.ts'
import { isDependencyFile, isPlumbing, isStandard, packageOf, receiverOf } from '../src/analysis/scene/names.ts'
import { makePlace } from '../src/analysis/scene/standing.ts'
import { lockAddress, waitOf } from '../src/analysis/scene/waits.ts'

const book = new FrameBook()
const stack = (...names: string[]) => names.map((name, i) => book.frame(name, 'x.go', i + 1))

test('names of functions', () => {
  assert.equal(packageOf('google.golang.org/grpc.(*Server).Serve'), 'google.golang.org/grpc')
  assert.equal(packageOf('gopkg.in/acme/log%2ev2.(*Writer).run'), 'gopkg.in/acme/log%2ev2')
  assert.equal(packageOf('main.pump[go.shape.struct { a.b/c.D }].func1'), 'main')
  assert.equal(receiverOf('main.(*cart).total'), 'main.cart')
  assert.equal(receiverOf('main.(*list[...]).add'), 'main.list')
  assert.equal(receiverOf('main.cart.total'), 'main.cart')
  assert.equal(receiverOf('main.main.func1'), '')
  assert.equal(receiverOf('main.main'), '')
})

test('whose code it is', () => {
  for (const name of ['runtime.gopark', 'sync.(*Mutex).Lock', 'internal/poll.(*FD).Read', 'time.Sleep'])
    assert.ok(isPlumbing(name), name)
  for (const name of ['example.com/internal/store.Get', 'golang.org/x/sync/semaphore.x', 'time.AfterFunc'])
    assert.ok(!isPlumbing(name), name)
  assert.ok(isStandard('net/http.(*conn).serve'))
  assert.ok(!isStandard('network/http.Serve'))
  assert.ok(!isStandard('main.main'))
  assert.ok(isDependencyFile('google.golang.org/grpc@v1.64.0/server.go'))
  assert.ok(isDependencyFile('/src/app/vendor/github.com/a/b.go'))
  assert.ok(!isDependencyFile('shop/main.go'))
})

test('what a stack waits for, whatever the reason says', () => {
  const cases: [reason: string, frames: string[], kind: string, what: string][] = [
    ['sync', ['sync.(*Mutex).Lock', 'main.f'], 'mutex', 'sync.Mutex.Lock'],
    [
      'semacquire',
      ['sync.runtime_SemacquireMutex', 'sync.(*Mutex).lockSlow', 'sync.(*Mutex).Lock', 'main.f'],
      'mutex',
      'sync.Mutex.Lock',
    ],
    [
      'sync.Mutex.Lock',
      ['internal/sync.(*Mutex).lockSlow', 'sync.(*Mutex).Lock', 'sync.(*RWMutex).Lock', 'main.f'],
      'rwmutex',
      'sync.RWMutex.Lock',
    ],
    [
      '',
      ['runtime.gopark', 'runtime.semacquire1', 'sync.runtime_SemacquireRWMutexR', 'sync.(*RWMutex).RLock', 'main.f'],
      'rwmutex',
      'sync.RWMutex.RLock',
    ],
    ['sync', ['sync.(*Mutex).Lock', 'sync.(*Once).doSlow', 'sync.(*Once).Do', 'main.f'], 'once', 'sync.Once.Do'],
    ['semacquire', ['sync.runtime_Semacquire', 'sync.(*WaitGroup).Wait', 'main.f'], 'waitgroup', 'sync.WaitGroup.Wait'],
    ['semacquire', ['sync.runtime_notifyListWait', 'sync.(*Cond).Wait', 'main.f'], 'cond', 'sync.Cond.Wait'],
    ['', ['runtime.gopark', 'runtime.chansend', 'runtime.chansend1', 'main.f'], 'chan send', 'chan send'],
    ['chan receive', ['main.f'], 'chan receive', 'chan receive'],
    ['chan receive (nil chan)', ['main.f'], 'forever', 'chan receive (nil chan)'],
    ['', ['runtime.gopark', 'runtime.selectgo', 'main.f'], 'select', 'select'],
    ['select (no cases)', ['main.f'], 'forever', 'select (no cases)'],
    ['forever', ['runtime.chanrecv1', 'main.f'], 'forever', 'chan receive (nil chan)'],
    ['forever', ['runtime.chansend1', 'main.f'], 'forever', 'chan send (nil chan)'],
    ['forever', ['runtime.block', 'main.f'], 'forever', 'select (no cases)'],
    ['forever', ['main.f'], 'forever', 'forever'],
    [
      'IO wait',
      ['internal/poll.runtime_pollWait', 'internal/poll.(*FD).Read', 'net.(*conn).Read', 'main.f'],
      'network',
      'IO wait',
    ],
    ['network', ['internal/poll.(*FD).Accept', 'net.(*netFD).accept', 'main.f'], 'accept', 'IO wait'],
    ['sleep', ['time.Sleep', 'main.f'], 'sleep', 'sleep'],
    ['', ['runtime.gopark', 'runtime.bgsweep'], 'system', ''],
    ['finalizer wait', [], 'system', 'finalizer wait'],
    ['running', ['main.f'], 'none', 'running'],
    ['', [], 'unknown', ''],
    ['', ['main.f'], 'unknown', ''],
  ]
  for (const [reason, frames, kind, what] of cases) {
    assert.deepEqual(waitOf(stack(...frames), reason), { kind, what }, `${reason}: ${frames.join(' ‹ ')}`)
  }
})

test('the site is outside of runtime, sync and internal packages, and for a connection outside of the library', () => {
  const site = (reason: string, ...names: string[]) => {
    const frames = stack(...names)
    return makePlace(waitOf(frames, reason), frames).site?.function
  }
  assert.equal(site('sync', 'sync.(*Mutex).Lock', 'log.(*Logger).output', 'main.f'), 'log.(*Logger).output')
  assert.equal(
    site('network', 'internal/poll.(*FD).Read', 'net.(*netFD).Read', 'bufio.(*Reader).fill', 'main.ask'),
    'main.ask',
  )
  assert.equal(
    site('network', 'internal/poll.(*FD).Read', 'net.(*netFD).Read', 'net/http.(*conn).serve'),
    'net.(*netFD).Read',
  )
  assert.equal(site('', 'runtime.gopark'), undefined)
})

test('the address of a lock, from whichever argument is exact', () => {
  const address = (args: string[], ...names: string[]) => lockAddress(stack(...names), i => args[i] ?? '')
  assert.equal(
    address(
      ['0xc0000240f0?, 0xa0?', '0xdb35d8', '...'],
      'sync.runtime_SemacquireMutex',
      'sync.(*Mutex).lockSlow',
      'sync.(*Mutex).Lock',
      'main.f',
    ),
    '0xdb35d8',
  )
  assert.equal(
    address(['0xc0000a1efc, 0x0, 0x0', '...'], 'sync.runtime_SemacquireRWMutexR', 'sync.(*RWMutex).RLock', 'main.f'),
    '0xc0000a1ef0',
  )
  assert.equal(
    address(['0xc0000a1ef4, 0x0, 0x0', '...'], 'sync.runtime_SemacquireMutex', 'sync.(*Mutex).Lock', 'main.f'),
    '0xc0000a1ef0',
  )
  assert.equal(
    address(['0xc0000a1efc?', '...'], 'sync.runtime_SemacquireRWMutexR', 'sync.(*RWMutex).RLock', 'main.f'),
    '',
  )
})

test('where no reason is given, the line at which runtime/chan.go parks tells a nil channel from one that nobody serves', () => {
  const at = (name: string, line: number) => [
    book.frame('runtime.gopark', 'runtime/proc.go', 462),
    book.frame(`runtime.${name}`, '/usr/local/go/src/runtime/chan.go', line),
    book.frame(`runtime.${name}1`, '/usr/local/go/src/runtime/chan.go', 161),
    book.frame('main.f', 'x.go', 1),
  ]
  for (const line of [176, 181])
    assert.deepEqual(waitOf(at('chansend', line), ''), { kind: 'forever', what: 'chan send (nil chan)' })
  for (const line of [516, 533, 536])
    assert.deepEqual(waitOf(at('chanrecv', line), ''), { kind: 'forever', what: 'chan receive (nil chan)' })
  for (const line of [270, 283]) assert.equal(waitOf(at('chansend', line), '').kind, 'chan send')
  for (const line of [639, 664, 667]) assert.equal(waitOf(at('chanrecv', line), '').kind, 'chan receive')
  // A trace that sees the wait begin says so itself, and shows no more than the call.
  assert.equal(waitOf(at('chanrecv', 516), 'chan receive').kind, 'chan receive')
})
