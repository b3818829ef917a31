import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import type { Finding } from '../src/analysis/diagnosis.ts'
import { type Legend, TICK_NS, timelineFromText } from './timeline.ts'

// The program that these timelines draw: take() locks in line 10; what it does with the lock held stands in line 12.
const take = (line: number, ...above: string[]) => [...above, `main.take main.go:${line}`, 'main.handle main.go:30']
const LEGEND: Legend = {
  L: { reason: 'sync', stack: take(10, 'sync.(*Mutex).Lock sync/mutex.go:46') },
  W: {
    reason: 'sync',
    stack: take(10, 'sync.(*Mutex).Lock sync/mutex.go:46', 'sync.(*RWMutex).Lock sync/rwmutex.go:150'),
  },
  K: {
    reason: 'sync',
    stack: ['sync.(*Mutex).Lock sync/mutex.go:46', 'main.other main.go:50', 'main.serve main.go:60'],
  },
  B: { reason: 'chan receive', stack: take(12) },
  N: {
    reason: 'network',
    stack: take(12, 'internal/poll.(*FD).Read internal/poll/fd_unix.go:165', 'net.(*conn).Read net/net.go:196'),
  },
  Z: { reason: 'sleep', stack: take(12, 'time.Sleep runtime/time.go:300') },
  S: { syscall: true, stack: take(12, 'syscall.write syscall/z.go:1') },
  I: { reason: 'chan receive', stack: ['main.loop main.go:70', 'main.handle main.go:31'] },
  C: { reason: 'chan receive', stack: ['main.main main.go:5'] },
  // Stacks of wakers.
  '1': { stack: ['sync.(*Mutex).Unlock sync/mutex.go:65', 'main.take main.go:14', 'main.handle main.go:30'] },
  '2': { stack: ['sync.(*Mutex).Unlock sync/mutex.go:65', 'main.take main.go:14', 'main.handle main.go:30'] },
  '3': { stack: ['sync.(*Mutex).Unlock sync/mutex.go:65', 'main.take main.go:14', 'main.handle main.go:30'] },
}

function findings(text: string, legend = LEGEND): readonly Finding[] {
  return diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, legend) }]).findings
}

function only(text: string): Finding {
  const found = findings(text)
  assert.equal(found.length, 1, JSON.stringify(found, undefined, 1))
  return found[0]
}

test('a lock that a goroutine took and left', () => {
  const finding = only(`
    G1 main.main    CCCCCCCCCCCCCCCCCCCCCCCCC
    G7 main.handle  .RSR.....................
    G8 main.handle  ..RLLLLLLLLLLLLLLLLLLLLLL
    G9 main.handle  ...RLLLLLLLLLLLLLLLLLLLLL
  `)
  assert.equal(finding.kind, 'mutex')
  assert.equal(finding.cause, 'forgotten-unlock')
  assert.equal(finding.certainty, 'likely')
  assert.deepEqual(finding.site, { function: 'main.take', file: 'main.go', line: 10 })
  assert.deepEqual(finding.waiters, {
    count: 2,
    goroutines: [8, 9],
    longestNs: 22 * TICK_NS,
    sinceStart: false,
    sinceNs: 3 * TICK_NS,
  })
  assert.deepEqual(finding.holder, { state: 'exited', goroutine: 7, function: 'main.take' })
})

test('nothing was seen of the one that took it but its life', () => {
  const finding = only(`
    G7 main.handle  .RR......................
    G8 main.handle  ...RLLLLLLLLLLLLLLLLLLLLL
  `)
  assert.deepEqual(finding.holder, { state: 'exited', goroutine: 7, function: 'main.handle' })
  assert.ok(finding.evidence.some(sentence => sentence.includes('goroutine 7 began as the waiters did')))
})

test('a lock that was handed on and then kept by the last one', () => {
  const finding = only(`
    G1 main.handle  .RRRRR.....................
    G2 main.handle  ..LLL1RR...................
    G3 main.handle  ...LLLLLLLLLLLLLLLLLLLLLLLLL
  `)
  assert.deepEqual(finding.holder, { state: 'exited', goroutine: 2, function: 'main.take' })
})

test('contention: the lock is handed on until the end', () => {
  assert.deepEqual(
    findings(`
    G1 main.handle  .RRRLLLLLLL3RRRLLLLLLL3RRRLLLL
    G2 main.handle  ..LL1RRLLLLLLL3RRRLLLLLLL3RRRL
    G3 main.handle  ...LLLL2RRRLLLLL1RRLLLLLLLLL2R
  `),
    [],
  )
})

test('a long critical section that ends is none', () => {
  assert.deepEqual(
    findings(`
    G1 main.handle  .RZZZZZZZZZZZZZZZZZZZZZZZrR..
    G2 main.handle  ..RLLLLLLLLLLLLLLLLLLLLLLL1RR
  `),
    [],
  )
})

test('a lock shut a moment before the trace ends is none', () => {
  assert.deepEqual(
    findings(`
    G1 main.handle  RRRRRRRRRRRRRRRRRRRRR....
    G2 main.handle  .......................RL
  `),
    [],
  )
})

test('a holder that waits for the network with the lock held', () => {
  const finding = only(`
    G1 main.handle  .RNNNNNNNNNNNNNNNNNNNNNNNNN
    G2 main.handle  ..RLLLLLLLLLLLLLLLLLLLLLLLL
    G3 main.handle  ..RLLLLLLLLLLLLLLLLLLLLLLLL
  `)
  assert.equal(finding.cause, 'holder-blocked')
  assert.equal(finding.certainty, 'likely')
  assert.deepEqual(finding.holder, {
    state: 'waiting',
    goroutine: 1,
    function: 'main.take',
    waitsFor: 'IO wait in main.take (main.go:12)',
  })
})

test('a holder that sleeps comes back: worth a look, no hang', () => {
  const text = `
    G1 main.handle  .RZZZZZZZZZZZZZZZZZZZZZZZZZ
    G2 main.handle  ..RLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.equal(only(text).cause, 'contention')
  assert.equal(diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, LEGEND) }]).verdict, 'healthy')
})

test('a holder that computes is running, not gone', () => {
  const finding = only(`
    G1 main.handle  .RSRRRRRRRRRRRRRRRRRRRRRRRR
    G2 main.handle  ...RLLLLLLLLLLLLLLLLLLLLLLL
  `)
  assert.equal(finding.holder.state, 'running')
  assert.equal(finding.certainty, 'possible')
})

test('a goroutine that left the lock and went on to wait for work', () => {
  const finding = only(`
    G1 main.handle  .RSRIIIIIIIIIIIIIIIIIIIIIII
    G2 main.handle  ...RLLLLLLLLLLLLLLLLLLLLLLL
  `)
  assert.equal(finding.cause, 'forgotten-unlock')
  assert.equal(finding.holder.state, 'waiting')
  assert.equal(finding.holder.goroutine, 1)
})

test('all that is known is that they have waited since before the trace', () => {
  const finding = only(`
    G1 main.main    CCCCCCCCCCCCCCCCCCCCC
    G2 main.handle  LLLLLLLLLLLLLLLLLLLLL
    G3 main.handle  LLLLLLLLLLLLLLLLLLLLL
  `)
  assert.equal(finding.cause, 'forgotten-unlock')
  assert.equal(finding.certainty, 'likely')
  assert.equal(finding.waiters.sinceStart, true)
  assert.equal(finding.waiters.sinceNs, undefined)
  assert.deepEqual(finding.holder, { state: 'unknown' })
})

test('many locks at one line: those that were passed over are stuck, those that move are not', () => {
  const finding = only(`
    G1 main.handle  .RSR.........................
    G2 main.handle  ..RLLLLLLLLLLLLLLLLLLLLLLLLL
    G3 main.handle  ....RRRRRRRRRRRRRRRRRRRRR3RR
    G4 main.handle  .....RLLL3RRRLLL3RRLLL3RRLL3
    G5 main.handle  .......RLLLL3RRLLL3RRLLL3RRL
  `)
  assert.deepEqual(finding.waiters.goroutines, [2])
  assert.equal(finding.cause, 'forgotten-unlock')
})

test('with nobody who could have left it, another stuck lock is named instead of a guess', () => {
  const found = findings(`
    G1 main.handle  RRLLLLLLLLLLLLLLLLLLLLLLLLLL
    G2 main.serve   RRKKKKKKKKKKKKKKKKKKKKKKKKKK
  `)
  assert.deepEqual(
    found.map(finding => [finding.cause, finding.holder.state]),
    [
      ['unknown', 'unknown'],
      ['unknown', 'unknown'],
    ],
  )
})

test('readers and a writer of one lock: of many readers none is accused', () => {
  const reader = (line: number) => [`sync.(*RWMutex).RLock sync/rwmutex.go:70`, `main.read main.go:${line}`]
  const finding = findings(
    `
    G1 main.read    .RR.......................
    G2 main.read    .RR.......................
    G3 main.write   ...WWWWWWWWWWWWWWWWWWWWWWW
    G4 main.read    ....QQQQQQQQQQQQQQQQQQQQQQ
    G5 main.read    ....QQQQQQQQQQQQQQQQQQQQQQ
  `,
    { ...LEGEND, Q: { reason: 'sync', stack: reader(80) } },
  )
  assert.deepEqual(
    finding.map(({ kind, cause, waiters, holder }) => [kind, cause, waiters.count, holder.state, holder.goroutine]),
    [
      ['rwmutex', 'forgotten-unlock', 2, 'exited', undefined],
      ['rwmutex', 'forgotten-unlock', 1, 'exited', undefined],
    ],
  )
})

// Another function of the program that may have the same lock: a method of the same type, or only of the same package.
const store = (method: string, line: number, ...above: string[]) => [
  ...above,
  `main.(*store).${method} main.go:${line}`,
  'main.(*store).loop main.go:95',
]
const STORE: Legend = {
  G: {
    reason: 'sync',
    stack: [
      'sync.(*Mutex).Lock sync/mutex.go:46',
      'main.(*store).get main.go:84',
      'net/http.(*conn).serve http/server.go:1',
    ],
  },
  T: { reason: 'select', stack: store('refresh', 90, 'net/http.(*persistConn).roundTrip http/transport.go:2') },
  Y: { reason: 'sleep', stack: store('compact', 92, 'time.Sleep runtime/time.go:300') },
  I: { reason: 'select', stack: ['main.(*store).loop main.go:97'] },
}

test('a living goroutine in another method of the same type: no innocent is accused, and nobody is said to be gone', () => {
  const [finding] = findings(
    `
    G1 main.(*store).loop      TTTTTTTTTTTTTTTTTTTTTTTTTTTT
    G2 net/http.(*conn).serve  .RR.........................
    G3 net/http.(*conn).serve  ....GGGGGGGGGGGGGGGGGGGGGGGG
  `,
    STORE,
  )
  assert.equal(finding.cause, 'unknown')
  assert.equal(finding.certainty, 'likely')
  assert.deepEqual(finding.holder, { state: 'unknown' })
  assert.ok(finding.evidence.some(sentence => sentence.startsWith('goroutine 1 is in a method of the same type')))
})

test('one that sleeps there will come back, one that idles in its own loop is no suspect', () => {
  const causes = (letter: string) =>
    findings(
      `
    G1 main.(*store).loop      ${letter.repeat(28)}
    G2 net/http.(*conn).serve  .RR.........................
    G3 net/http.(*conn).serve  ....GGGGGGGGGGGGGGGGGGGGGGGG
  `,
      STORE,
    ).map(finding => [finding.cause, finding.certainty])
  assert.deepEqual(causes('Y'), [['contention', 'possible']])
  assert.deepEqual(causes('I'), [['forgotten-unlock', 'likely']])
})

test('a sight of somebody in the function counts only if nobody began there after it', () => {
  const finding = only(`
    G7 main.handle  .RSR.........................
    G8 main.handle  .....RR......................
    G9 main.handle  ........RLLLLLLLLLLLLLLLLLLLL
  `)
  assert.equal(finding.holder.goroutine, 8)
})
