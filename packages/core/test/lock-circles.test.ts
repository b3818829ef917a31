/** Circles of locks with each other, with channels, with a Once; and healthy neighbours that look like them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { draining, dumpOf, mutex, reading, wholeDumpOf } from './drawn-dump.ts'
import { type Legend, timelineFromText } from './timeline.ts'

type Goroutine = readonly string[]
type Input = Parameters<typeof diagnose>[0][number]

const gist = (...inputs: Input[]) =>
  diagnose(inputs).findings.map(({ certainty, cause, kind, site, holder }) =>
    [certainty, cause, kind, `:${site.line}`, holder.state, holder.goroutine ?? ''].join(' ').trim(),
  )
/** Twice the same: nothing moves. */
const still = (...goroutines: readonly Goroutine[]) => gist(dumpOf(...goroutines), dumpOf(...goroutines))

const LOCK = '0xc000012340'
const inOnce = (address: string) => [...mutex(address), 'sync.(*Once).doSlow(0x0?, 0x0?) 70', 'sync.(*Once).Do(...) 65']
const ONCE = ['sync.(*Once).doSlow(0x0?, 0x7de9f8) 78', 'sync.(*Once).Do(...) 65']

test('a Once that is called within its own call waits for itself', () => {
  assert.deepEqual(
    still([
      'sync.Mutex.Lock',
      ...inOnce(LOCK),
      'main.(*loader).get() 30',
      'main.(*loader).load() 20',
      ...ONCE,
      'main.(*loader).get() 30',
    ]),
    ['likely self-deadlock mutex :30 self 10'],
  )
})

test('a call inside of a Once that waits for a goroutine of its own, which needs the Once', () => {
  assert.deepEqual(
    still(
      ['chan receive', 'main.(*loader).load() 20', ...ONCE, 'main.(*loader).get() 30', 'main.run() 5'],
      ['sync.Mutex.Lock', ...inOnce(LOCK), 'main.(*loader).get() 30', 'main.help() 9', 'by 10 main.(*loader).load 19'],
    )[0],
    'likely holder-blocked mutex :30 waiting 10',
  )
})

test('two Onces, each called within the other', () => {
  const call = (outer: string, inner: string, lock: string): Goroutine => [
    'sync.Mutex.Lock',
    ...inOnce(lock),
    `main.${inner}() 8`,
    `main.${outer}() 7`,
    ...ONCE,
    `main.${outer} 6`,
  ]
  assert.deepEqual(
    still(call('start.func1', 'start.func1.1', LOCK), call('start.func2', 'start.func2.1', '0xc000012380')),
    ['likely lock-order-cycle mutex :8 waiting 11', 'likely lock-order-cycle mutex :8 waiting 10'],
  )
})

test('a loop that runs for good inside of a Once is a design, and a slow call is none of anybody', () => {
  const waiter = ['sync.Mutex.Lock', ...inOnce(LOCK), 'main.(*keeper).run() 30', 'main.work() 9']
  const inside = (state: string) => [state, 'main.(*keeper).loop() 20', ...ONCE, 'main.(*keeper).run() 30']
  for (const state of ['select', 'sleep'])
    assert.deepEqual(
      still(waiter, inside(state)).filter(finding => !finding.startsWith('possible')),
      [],
    )
})

test('closures of one function: one sends with the lock, the other one receives behind it', () => {
  const sends = ['chan send', 'main.start.func1() 12', 'by 3 main.start 11']
  const locks = ['sync.Mutex.Lock', ...mutex(LOCK), 'main.start.func2() 18', 'by 3 main.start 17']
  assert.ok(still(sends, locks).includes('likely holder-blocked mutex :18 waiting 10'))
  // Where another one could receive, and is at work, the sender has somebody to wait for.
  const receives = ['sleep', 'time.Sleep(0x5f5e100) 300', 'main.start.func3() 24', 'by 3 main.start 23']
  assert.ok(!still(sends, locks, receives).some(finding => finding.includes('holder-blocked')))
})

test('a ring of three at one line, told apart by the arguments', () => {
  const [a, b, c] = ['0xc000014100', '0xc000014108', '0xc000014110']
  const dine = (left: string, right: string) => ['sync.Mutex.Lock', ...mutex(right), `main.dine(${left}, ${right}) 20`]
  assert.deepEqual(still(dine(a, b), dine(b, c), dine(c, a)), [
    'likely lock-order-cycle mutex :20 waiting 11',
    'likely lock-order-cycle mutex :20 waiting 12',
    'likely lock-order-cycle mutex :20 waiting 10',
  ])
})

test('who waits for a lock of a ring, and is not in it, waits for a holder that is blocked', () => {
  const legend: Legend = {
    S: {
      reason: 'sync',
      stack: ['sync.(*Mutex).Lock sync/mutex.go:46', 'main.(*pump).on a.go:9', 'main.(*pump).run a.go:5'],
    },
    Q: { reason: 'sync', stack: ['sync.(*Mutex).Lock sync/mutex.go:46', 'main.(*tap).open b.go:4'] },
    T: {
      reason: 'sync',
      stack: ['sync.(*Mutex).Lock sync/mutex.go:46', 'main.(*pump).run a.go:5', 'main.(*tap).open b.go:7'],
    },
  }
  const text = `
    G1 main.pump  SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G2 main.tap   TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT
    G3 main.tap   QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ
  `
  const findings = diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, legend) }]).findings
  assert.equal(findings.find(({ site }) => site.line === 4)?.cause, 'holder-blocked')
})

test('one whole dump: neighbours at work elsewhere take nothing back, one that may have the lock does', () => {
  const waiter = ['sync.Mutex.Lock', ...mutex(LOCK), 'main.(*store).put(0xc000012340) 10', 'main.handle() 30']
  const sleeper = (name: string) => ['sleep', 'time.Sleep(0x5f5e100) 300', `${name} 40`, 'main.loop() 5']
  const clock = sleeper('main.(*clock).tick(0xc000099990)')
  assert.deepEqual(gist(wholeDumpOf(clock, waiter)), ['likely forgotten-unlock mutex :10 unknown'])
  assert.match(gist(wholeDumpOf(sleeper('main.(*store).flush(0xc000012340)'), waiter))[0], /^possible/)
  assert.match(gist(dumpOf(clock, waiter))[0], /^possible/)
})

test('two dumps: where one of the first waiters has gone on, or the holder is another one, the lock moves', () => {
  const waiter = (line = 10) => ['sync.Mutex.Lock', ...mutex(LOCK), `main.(*store).put() ${line}`, 'main.loop() 5']
  const holder = ['chan receive', 'main.(*store).put() 12', 'main.loop() 5']
  const moved = gist(dumpOf(waiter(), waiter(), holder), dumpOf(waiter(), holder, waiter()))
  assert.deepEqual(moved, [])
  const stays = gist(dumpOf(waiter(), waiter(), holder), dumpOf(waiter(), waiter(), holder))
  assert.equal(stays[0], 'likely holder-blocked mutex :10 waiting 12')
})

test('pointers that the compiler does not vouch for: who sends, or waits for ever, in a method of the type has the lock', () => {
  const waiter = ['sync.Mutex.Lock', ...mutex(LOCK), 'main.(*stock).count(0xc000055550?) 32', 'main.handle() 9']
  for (const state of ['chan send', 'select (no cases)', 'chan receive (nil chan)'])
    assert.ok(
      still(waiter, [state, 'main.(*stock).add(0xc000077770?) 28', 'main.take() 8']).includes(
        'likely holder-blocked mutex :32 waiting 11',
      ),
    )
})

const sleeping = (...frames: string[]) => ({ reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', ...frames] })
const locking = (...frames: string[]) => ({ reason: 'sync', stack: ['sync.(*Mutex).Lock sync/mutex.go:46', ...frames] })

test('one of the type that sleeps since before the lock was shut may have it, and comes back; a loop that sleeps in turns does not', () => {
  const legend: Legend = { S: sleeping('main.(*crew).doze c.go:60'), L: locking('main.(*crew).count c.go:58') }
  const verdict = (sleeper: string) =>
    diagnose([
      {
        name: 't',
        kind: 'trace',
        trace: timelineFromText(
          `
          G1 main.(*crew).doze   ${sleeper}
          G2 main.(*crew).count  ...RLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
          `,
          legend,
        ),
      },
    ]).findings.map(({ certainty, cause }) => `${certainty} ${cause}`)
  assert.deepEqual(verdict('RRRSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS'), ['possible contention'])
  assert.deepEqual(verdict('RSSSSRSSSSRSSSSRSSSSRSSSSRSSSSRSSS'), ['likely forgotten-unlock'])
})

test('a value with two locks, each held by a sleeper: who only waits is part of no circle', () => {
  const asleep = (name: string) => ['sleep', 'time.Sleep(0x5f5e100) 300', `main.(*depot).${name}(${LOCK}) 12`]
  const found = still(
    asleep('pack'),
    asleep('list'),
    ['sync.Mutex.Lock', ...mutex(LOCK), `main.(*depot).add(${LOCK}) 20`],
    ['sync.RWMutex.Lock', ...draining, `main.(*depot).change(${LOCK}) 30`],
    ['sync.RWMutex.RLock', ...reading, `main.(*depot).look(${LOCK}) 40`],
  )
  assert.deepEqual(
    found.map(finding => finding.split(' ').slice(0, 2).join(' ')),
    ['possible contention', 'possible contention', 'possible contention'],
  )
})

test('a ring of three types, in a trace alone: each waits in a method of the next, called from one of its own', () => {
  const turn = (own: string, next: string, line: number) =>
    locking(`main.(*${next}).touch r.go:${line}`, `main.(*${own}).step r.go:${line + 50}`)
  const legend: Legend = { A: turn('a', 'b', 1), B: turn('b', 'c', 2), C: turn('c', 'a', 3) }
  const text = `
    G1 main.(*a).step  AAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G2 main.(*b).step  BBBBBBBBBBBBBBBBBBBBBBBBBBBBB
    G3 main.(*c).step  CCCCCCCCCCCCCCCCCCCCCCCCCCCCC
  `
  assert.deepEqual(gist({ name: 't', kind: 'trace', trace: timelineFromText(text, legend) }), [
    'likely lock-order-cycle mutex :1 waiting 2',
    'likely lock-order-cycle mutex :2 waiting 3',
    'likely lock-order-cycle mutex :3 waiting 1',
  ])
})

const READERS: Legend = {
  Q: {
    reason: 'sync',
    stack: ['sync.(*RWMutex).RLock sync/rw.go:70', 'main.(*tank).watch t.go:29', 'main.(*tank).watchers t.go:36'],
  },
  W: { reason: 'sync', stack: ['sync.(*RWMutex).Lock sync/rw.go:155', 'main.(*tank).clean t.go:42'] },
  Z: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.(*tank).watchers t.go:37'] },
}

test('a loop that reads again and again let go each time; a reader that had not gone round may read twice', () => {
  const causes = (reader: string) =>
    diagnose([
      {
        name: 't',
        kind: 'trace',
        trace: timelineFromText(
          `
          G1 main.(*tank).watchers  ${reader}QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ
          G2 main.(*tank).clean     .........RWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW
          `,
          READERS,
        ),
      },
    ]).findings.map(({ cause }) => cause)
  assert.deepEqual(causes('RZRZRZRZRZRZRR'), ['forgotten-unlock', 'forgotten-unlock'])
  assert.deepEqual(causes('RRRRRRRRRRRRRR'), ['self-deadlock', 'self-deadlock'])
})

test('the same circle, met several times: each has the lock of one of those that wait', () => {
  const legend: Legend = {
    D: { reason: 'chan send', stack: ['main.(*batch).add a.go:32', 'main.fill a.go:8'] },
    L: { reason: 'sync', stack: ['sync.(*Mutex).Lock sync/mutex.go:46', 'main.(*batch).size a.go:37'] },
  }
  const text = (senders: number, waiters: number) =>
    Array.from({ length: senders + waiters }, (_, i) =>
      i < senders
        ? `G${i + 2} main.fill DDDDDDDDDDDDDDDDDDDDDD`
        : `G${i + 2} main.(*batch).size LLLLLLLLLLLLLLLLLLLLLL`,
    ).join('\n')
  const said = (senders: number, waiters: number) =>
    gist({ name: 't', kind: 'trace', trace: timelineFromText(text(senders, waiters), legend) }).filter(finding =>
      finding.includes('mutex'),
    )
  assert.deepEqual(said(1, 1), ['likely holder-blocked mutex :37 waiting 2'])
  assert.deepEqual(said(2, 3), ['likely holder-blocked mutex :37 waiting 2'])
  // Where more stand there than wait for a lock, they wait behind the lock.
  assert.ok(said(3, 1).every(finding => !finding.includes('holder-blocked')))
})

test('the same circle, met twice: who started the waiter tells which of two has its lock', () => {
  const pop = (queue: string, by: number): Goroutine => [
    'sync.Cond.Wait',
    'sync.(*Cond).Wait(0x0?) 71',
    `main.(*queue).pop(${queue}) 25`,
    'main.(*broker).consume(0x0?) 34',
    `by ${by} main.start 56`,
  ]
  const publish = (broker: string, by: number): Goroutine => [
    'sync.RWMutex.Lock',
    ...draining,
    `main.(*broker).publish(${broker}) 37`,
    `by ${by} main.start 58`,
  ]
  const dump = wholeDumpOf(
    pop('0xc000070000', 7),
    pop('0xc000071000', 8),
    publish('0xc000080000', 7),
    publish('0xc000081000', 8),
  )
  const said = diagnose([dump, dump]).findings.filter(({ kind }) => kind === 'rwmutex')
  assert.deepEqual(said.map(({ cause, waiters, holder }) => [cause, waiters.goroutines[0], holder.goroutine]).sort(), [
    ['holder-blocked', 12, 10],
    ['holder-blocked', 13, 11],
  ])
})
