/** Dumps of tests that gave up waiting, and parts of dumps: what somebody shows because it does not go on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/index.ts'
import { dumpOf, mutex, wholeDumpOf } from './drawn-dump.ts'

type Drawn = readonly string[]
const said = (dump: ReturnType<typeof dumpOf>) =>
  diagnose([dump]).findings.map(({ certainty, cause, site }) => `${certainty} ${cause} ${site.function}`)
const sure = (...goroutines: Drawn[]) => said(wholeDumpOf(...goroutines)).filter(text => text.startsWith('likely'))

/** As `testing` shows a test that panics, and what it has started. */
const failed = (root: string): Drawn => [
  'running',
  'panic(0x68aea0, 0xc4200dc030) 500',
  'main.testActive(0xc420088180, 0xc42006c540) 36',
  `${root} 610`,
  'by 1 testing.(*T).Run 646',
]
const started = (state: string, ...frames: string[]): Drawn => [state, ...frames, 'created by main.testActive 30']
const waits = started(
  'semacquire',
  'sync.runtime_notifyListWait(0xc420010a10, 0x0) 267',
  'sync.(*Cond).Wait(0xc420010a00) 57',
  'main.(*plugin).waitActive(0xc42006c540) 159',
)

test('what a test waits for that gave up is stuck; a program that panics says nothing of who idles', () => {
  assert.deepEqual(sure(failed('testing.tRunner(0xc420088180, 0x71a608)'), waits), [
    'likely lost-signal main.(*plugin).waitActive',
  ])
  assert.deepEqual(sure(failed('main.serve(0xc420088180)'), waits), [])
})

test('loops that a test has started are part of what it waits for', () => {
  const stop = started(
    'semacquire',
    'sync.runtime_Semacquire(0xc82006a518) 47',
    'sync.(*WaitGroup).Wait(0xc82006a50c) 127',
    'main.(*stopper).stop(0xc82006a4e0) 127',
  )
  const loop = started('chan receive', 'main.testActive.func1(0xc82006a780, 0xc82006a4e0) 193')
  const other = started('chan receive', 'main.testActive.func1(0xc82006a840, 0xc82006a600) 193')
  assert.deepEqual(sure(failed('testing.tRunner(0xc420088180, 0x71a608)'), loop, other, stop), [
    'likely no-sender main.testActive.func1',
    'likely never-done main.(*stopper).stop',
  ])
})

test('a test that has received for minutes in its own goroutine does not idle; without minutes it may wait for a timer', () => {
  const receives = (state: string): Drawn => [
    state,
    'main.(*client).close(0xc4202f06e0) 117',
    'main.TestClose(0xc4202ea0f0) 300',
    'testing.tRunner(0xc4202ea0f0, 0xd0e238) 777',
    'created by testing.(*T).Run 824',
  ]
  assert.deepEqual(sure(receives('chan receive, 9 minutes')), ['likely no-sender main.(*client).close'])
  assert.deepEqual(sure(receives('chan receive')), [])
  assert.deepEqual(sure(receives('select, 9 minutes')), [])
})

test('whom somebody shows in a send in the middle of a call is stuck; of a whole dump it may be a generator', () => {
  const sends: Drawn = [
    'chan send',
    'main.(*watcher).send(0xc000348390) 852',
    'main.(*watcher).process(0xc000348390) 879',
    'created by main.newWatcher 766',
  ]
  const plain: Drawn = ['chan send', 'main.(*watcher).send(0xc000348390) 852', 'created by main.newWatcher 766']
  assert.deepEqual(said(dumpOf(sends)), ['likely no-receiver main.(*watcher).send'])
  assert.deepEqual(said(dumpOf(plain)), ['possible no-receiver main.(*watcher).send'])
  assert.deepEqual(said(wholeDumpOf(sends)), ['possible no-receiver main.(*watcher).send'])
})

test('who was given another lock has not the one that others wait for', () => {
  const waiter: Drawn = [
    'sync.Mutex.Lock',
    ...mutex('0xc420439d30'),
    'main.(*breaker).request.func1.1() 126',
    'main.(*breaker).maybe(0xc420401bc0) 67',
    'main.(*breaker).request.func1(0xc420401bc0, 0xc420439d30) 125',
    'created by main.(*breaker).request 123',
  ]
  const sender = (lock: string): Drawn => [
    'chan send',
    'main.(*breaker).maybe(0xc420401bc0) 63',
    `main.(*breaker).request.func1(0xc420401bc0, ${lock}) 125`,
    'created by main.(*breaker).request 123',
  ]
  const causes = (lock: string) => said(dumpOf(waiter, sender(lock)))
  assert.equal(causes('0xc420439d30').includes('likely holder-blocked main.(*breaker).request.func1.1'), true)
  assert.equal(
    causes('0xc4204818d0').some(text => text.includes('holder-blocked')),
    false,
  )
})

test('a stream of gRPC lasts as long as its client wants', () => {
  const stream = (serves: string): Drawn => [
    'chan receive, 37 minutes',
    'main.(*feed).watch(0xc0000100c0) 20',
    'main.handler(0xc0000100c0) 9',
    `google.golang.org/grpc.(*Server).${serves}(0xc000020000) 1650`,
    'google.golang.org/grpc.(*Server).handleStream(0xc000020000) 1790',
    'by 1 google.golang.org/grpc.(*Server).serveStreams 1000',
  ]
  assert.deepEqual(said(wholeDumpOf(stream('processUnaryRPC'))), ['possible no-sender main.(*feed).watch'])
  assert.deepEqual(said(wholeDumpOf(stream('processStreamingRPC'))), [])
})
