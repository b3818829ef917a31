/** Several locks that are shut at once, and nobody but those that wait for them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { draining, dumpOf, mutex, reading } from './drawn-dump.ts'
import { type Legend, timelineFromText } from './timeline.ts'

type Goroutine = readonly string[]

/** Twice the same: nothing moves. */
const still = (...goroutines: readonly Goroutine[]) =>
  diagnose([dumpOf(...goroutines), dumpOf(...goroutines)]).findings.map(
    ({ certainty, cause, site, holder }) => `${certainty} ${cause} :${site.line} ${holder.goroutine ?? holder.state}`,
  )

const SESSION = '0xc000067c20'
const waiter = (lock: string, at: string): Goroutine => ['sync.Mutex.Lock', ...mutex(lock), `main.(*session).${at}`]
const alter = waiter('0xc000056290', `alter(${SESSION}) 39`)
const prepare = waiter('0xc0000562a0', `prepare(${SESSION}) 49`)
const analyse = waiter('0xc0000562b0', `analyse(${SESSION}) 59`)

test('three methods of one value wait for three locks, and nobody else is there: a ring', () => {
  assert.deepEqual(still(alter, prepare, analyse), [
    'likely lock-order-cycle :39 11',
    'likely lock-order-cycle :49 12',
    'likely lock-order-cycle :59 10',
  ])
})

test('somebody else who may have one of the locks: no ring', () => {
  const sends: Goroutine = ['chan send', `main.(*session).flush(${SESSION}) 70`, 'main.run() 9']
  const told = still(alter, prepare, analyse, sends)
  assert.deepEqual(
    told.filter(text => text.includes('lock-order-cycle')),
    [],
  )
})

test('waiters on values that have nothing to do with each other, or crowds at each lock: no ring', () => {
  const other: Goroutine = ['sync.Mutex.Lock', ...mutex('0xc0000992a0'), 'main.(*mailer).post(0xc000099100) 80']
  assert.deepEqual(still(alter, other), ['likely forgotten-unlock :39 unknown', 'likely forgotten-unlock :80 unknown'])
  assert.deepEqual(
    still(alter, alter, prepare, prepare).filter(text => text.includes('lock-order-cycle')),
    [],
  )
})

test('two at one line, no argument tells of what: each has the lock of the other', () => {
  const move = (lock: string): Goroutine => ['sync.Mutex.Lock', ...mutex(lock), 'main.(*store).move(0x0?, 0x0?) 50']
  assert.deepEqual(still(move('0xc000056198'), move('0xc0000561b0')), [
    'likely lock-order-cycle :50 11',
    'likely lock-order-cycle :50 10',
  ])
})

test('two at one line whom different goroutines have started: the same fault may have been met twice', () => {
  const move = (lock: string, by: number): Goroutine => [
    'sync.Mutex.Lock',
    ...mutex(lock),
    'main.(*store).move(0x0?, 0x0?) 50',
    `by ${by} main.(*store).start 20`,
  ]
  const isRing = (...goroutines: Goroutine[]) => still(...goroutines).some(text => text.includes('lock-order-cycle'))
  assert.equal(isRing(move('0xc000056198', 7), move('0xc0000561b0', 8)), false)
  assert.equal(isRing(move('0xc000056198', 7), move('0xc0000561b0', 7)), true)
  const one = 'likely forgotten-unlock :50 unknown'
  assert.deepEqual(still(move('0xc000056198', 7), move('0xc0000561b0', 8)), [one, one])
})

test('a reader and a writer in methods of two values, both called on a third one', () => {
  const check = ['main.(*policies).allowed(0xc0000503e0) 38', 'main.(*authority).check(0xc0000503a0) 34']
  const apply = ['main.(*accounts).touch(0xc0000503c0) 53', 'main.(*authority).apply(0xc0000503a0) 49']
  assert.deepEqual(still(['sync.RWMutex.RLock', ...reading, ...check], ['sync.RWMutex.Lock', ...draining, ...apply]), [
    'likely lock-order-cycle :38 11',
    'likely lock-order-cycle :53 10',
  ])
})

test('two readers of one value that both want to write', () => {
  const grow = ['main.(*cache).grow(0xc0000503e0) 20', 'main.(*cache).get(0xc0000503e0) 31']
  const queued = [...mutex('0xc0000503e0'), 'sync.(*RWMutex).Lock(0x41a0d2?) 150']
  assert.deepEqual(still(['sync.RWMutex.Lock', ...draining, ...grow], ['sync.Mutex.Lock', ...queued, ...grow]), [
    'likely self-deadlock :20 10',
  ])
})

test('a reader that came before the writer that waits for readers waits for another lock', () => {
  const lock = (above: string[], at: string) => ({ reason: 'sync', stack: [...above, at] })
  const legend: Legend = {
    L: lock(['sync.(*RWMutex).RLock sync/rwmutex.go:74'], 'main.(*bank).statement main.go:21'),
    W: lock(
      ['sync.runtime_SemacquireRWMutex runtime/sema.go:105', 'sync.(*RWMutex).Lock sync/rwmutex.go:155'],
      'main.(*bank).merge main.go:30',
    ),
    Z: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.(*bank).merge main.go:28'] },
    C: { reason: 'chan receive', stack: ['main.main main.go:5'] },
  }
  const told = (reader: string, writer: string) =>
    diagnose([
      {
        name: 't',
        kind: 'trace' as const,
        trace: timelineFromText(
          `
          G1 main.main              CCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
          G7 main.(*bank).statement ${reader}
          G8 main.(*bank).merge     ${writer}
          `,
          legend,
        ),
      },
    ]).findings.map(({ cause, site, holder }) => `${cause} :${site.line} ${holder.goroutine ?? holder.state}`)
  const [early, late] = ['.RLLLLLLLLLLLLLLLLLLLLLLLLLLLL', 'RZZZRLLLLLLLLLLLLLLLLLLLLLLLLL']
  assert.deepEqual(told(early, late.replaceAll('L', 'W')), ['lock-order-cycle :21 8', 'lock-order-cycle :30 7'])
  assert.deepEqual(
    told(late, early.replaceAll('L', 'W')).filter(text => text.includes('lock-order-cycle')),
    [],
  )
})

test('the holder of one lock waits for another, which only the waiter for the first can have: these two were started by one', () => {
  const attach = (by: number): Goroutine => [
    'sync.Mutex.Lock',
    ...mutex('0xc00008e060'),
    'main.manager.attach({}, 0xc0000820c0, 0xc00008e060) 26',
    `by ${by} main.start 47`,
  ]
  const sync = (by: number): Goroutine => [
    'sync.Mutex.Lock',
    ...mutex('0xc0000820c0'),
    'main.(*reconciler).sync(0xc00008a010) 39',
    `by ${by} main.start 48`,
  ]
  assert.deepEqual(still(attach(7), sync(7)), ['likely lock-order-cycle :26 11', 'likely lock-order-cycle :39 10'])
  // Started apart they need not belong together: somebody may have left the second lock locked.
  assert.deepEqual(still(attach(7), sync(8)), ['likely forgotten-unlock :26 unknown', 'likely holder-blocked :39 10'])
})

test('two locks of different kinds that are shut, each with a waiter whom the same goroutine has started: a ring', () => {
  const legend: Legend = {
    C: { reason: 'chan receive', stack: ['main.main main.go:5'] },
    L: { reason: 'sync', stack: ['sync.(*Mutex).Lock sync/mutex.go:46', 'main.(*index).rebuild main.go:59'] },
    W: {
      reason: 'sync',
      stack: ['sync.runtime_SemacquireRWMutexR runtime/sema.go:100', 'sync.(*RWMutex).RLock sync/rwmutex.go:74'].concat(
        'main.(*spec).resolve main.go:67',
      ),
    },
    Z: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.boot main.go:28'] },
  }
  const told = (...by: readonly number[]) => {
    const pairs = by.map(
      (starter, i) => `
        G${10 + i}<3 main.(*index).rebuild           ...RLLLLLLLLLLLLLLLLLLLLLLLLLL
        G${20 + i}<${starter} main.(*spec).resolve   ...RWWWWWWWWWWWWWWWWWWWWWWWWWW`,
    )
    const text = `
      G1 main.main    CCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
      G3<1 main.boot  .RRR..........................
      G4<1 main.boot  .RRR..........................
      ${pairs.join('')}`
    const { findings } = diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, legend) }])
    return findings.map(({ cause, site, holder }) => `${cause} :${site.line} ${holder.goroutine ?? holder.state}`)
  }
  assert.deepEqual(told(3), ['lock-order-cycle :59 20', 'lock-order-cycle :67 10'])
  assert.ok(told(4).every(finding => !finding.startsWith('lock-order-cycle')))
})

test('of the same line with other locks, where one came and went since, none has the lock of the ring', () => {
  const [a, b, c, d] = ['0xc0000280a0', '0xc0000280b0', '0xc000028070', '0xc000028060']
  assert.deepEqual(
    still(
      ['sync.Mutex.Lock', ...mutex(b), `main.transfer(${a}, ${b}, 0x0?) 22`, 'by 7 main.pairs 42'],
      ['sync.Mutex.Lock', ...mutex(a), `main.transfer(${b}, ${a}, 0x0?) 22`, 'by 7 main.pairs 43'],
      ['sleep', 'time.Sleep(0xf4240) 363', `main.transfer(${c}, ${d}, 0x0?) 24`, 'main.pairs.func1() 36'],
    ),
    ['likely lock-order-cycle :22 11', 'likely lock-order-cycle :22 10'],
  )
})
