/** Several lines that wait for one lock, and locks that wait for each other. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { readDump } from '../src/dump/read.ts'
import { type Legend, timelineFromText } from './timeline.ts'

type Input = Parameters<typeof diagnose>[0][number]

const traced = (text: string, legend: Legend): Input => ({
  name: 't',
  kind: 'trace',
  trace: timelineFromText(text, legend),
})
const gist = (...inputs: Input[]) =>
  diagnose(inputs).findings.map(f => `${f.certainty} ${f.cause} :${f.site.line} ${f.waiters.count} ${f.holder.state}`)

const MUTEX = 'sync.(*Mutex).Lock sync/mutex.go:46'

test('a goroutine that takes the read lock and then the write lock waits for itself', () => {
  const legend: Legend = {
    Q: {
      reason: 'sync',
      stack: ['sync.(*RWMutex).RLock sync/rw.go:70', 'main.(*index).find i.go:14', 'main.work m.go:5'],
    },
    W: {
      reason: 'sync',
      stack: [
        'sync.(*RWMutex).Lock sync/rw.go:150',
        'main.(*index).add i.go:23',
        'main.(*index).find i.go:17',
        'main.work m.go:5',
      ],
    },
  }
  const text = `
    G1 main.work  WWWWWWWWWWWWWWWWWWWWWWWWW
    G2 main.work  QQQQQQQQQQQQQQQQQQQQQQQQQ
    G3 main.work  QQQQQQQQQQQQQQQQQQQQQQQQQ
  `
  assert.deepEqual(gist(traced(text, legend)), [
    'likely self-deadlock :14 2 waiting',
    'likely self-deadlock :23 1 self',
  ])
})

const CROSS: Legend = {
  A: { reason: 'sync', stack: [MUTEX, 'main.(*audit).note l.go:24', 'main.(*books).move l.go:20', 'main.work m.go:5'] },
  B: {
    reason: 'sync',
    stack: [MUTEX, 'main.(*books).sum l.go:38', 'main.(*audit).report l.go:34', 'main.look m.go:6'],
  },
  C: { reason: 'sync', stack: [MUTEX, 'main.(*books).move l.go:15', 'main.work m.go:5'] },
}

test('a circle is seen where no address tells the locks apart, by the types whose methods cross', () => {
  const text = `
    G1 main.work  AAAAAAAAAAAAAAAAAAAAAAAAA
    G2 main.look  BBBBBBBBBBBBBBBBBBBBBBBBB
    G3 main.work  CCCCCCCCCCCCCCCCCCCCCCCCC
    G4 main.work  CCCCCCCCCCCCCCCCCCCCCCCCC
  `
  assert.deepEqual(gist(traced(text, CROSS)).sort(), [
    'likely lock-order-cycle :15 2 waiting',
    'likely lock-order-cycle :24 1 waiting',
    'likely lock-order-cycle :38 1 waiting',
  ])
})

/** A debug=2 dump of goroutines that wait for a mutex; frames as "function line". */
function dumpOf(...waits: [lock: string, ...frames: string[]][]): Input {
  const text = waits.map(([lock, ...frames], i) => {
    const lines = frames.map(frame => `${frame.split(' ')[0]}(...)\n\t/src/l.go:${frame.split(' ')[1]} +0x1d\n`)
    return `goroutine ${i + 1} [sync.Mutex.Lock]:\nsync.(*Mutex).Lock(${lock})\n\t/go/src/sync/mutex.go:46 +0x1d\n${lines.join('')}`
  })
  return { name: 'd', kind: 'dump', dump: readDump(new TextEncoder().encode(text.join('\n'))) }
}

test('a circle of locks is told at each of its lines, and each says who has the lock', () => {
  const books = '0xc000010000'
  const audit = '0xc000020000'
  const dump = dumpOf(
    [audit, 'main.(*audit).note 24', 'main.(*books).move 20', 'main.work 5'],
    [books, 'main.(*books).sum 38', 'main.(*audit).report 34', 'main.look 6'],
    [books, 'main.(*books).move 15', 'main.work 5'],
    [audit, 'main.(*audit).report 29', 'main.look 6'],
  )
  const { findings } = diagnose([dump, dump])
  assert.deepEqual(
    findings.map(({ cause, site, holder, lock }) => [cause, site.line, holder.goroutine, lock]),
    [
      ['lock-order-cycle', 24, 2, audit],
      ['lock-order-cycle', 29, 2, audit],
      ['lock-order-cycle', 38, 1, books],
      ['lock-order-cycle', 15, 1, books],
    ],
  )
})

test('one lock and several lines: a finding at each, which accuses none of them', () => {
  const hub = '0xc000010000'
  const dump = dumpOf(
    [hub, 'main.(*hub).join 13', 'main.a 5'],
    [hub, 'main.(*hub).leave 14', 'main.b 6'],
    [hub, 'main.(*hub).size 16', 'main.c 7'],
  )
  const { findings, verdict } = diagnose([dump])
  assert.equal(verdict, 'hang')
  assert.deepEqual(
    findings.map(({ cause, site, waiters, lock }) => [cause, site.line, waiters.goroutines, lock]),
    [
      ['forgotten-unlock', 13, [1], hub],
      ['forgotten-unlock', 14, [2], hub],
      ['forgotten-unlock', 16, [3], hub],
    ],
  )
  assert.match(findings[0].advice, /^one of the functions that take this lock .*l\.go:13, .*l\.go:14, .*l\.go:16/)
})

const TAKE: Legend = {
  L: { reason: 'sync', stack: [MUTEX, 'main.(*shard).load s.go:20', 'main.handle m.go:7'] },
  C: { reason: 'select', stack: ['lib.Get lib.go:9', 'main.(*shard).load s.go:22', 'main.handle m.go:7'] },
  Z: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.(*shard).load s.go:22', 'main.handle m.go:7'] },
}

test('several that have waited behind the line all the time may have a lock each', () => {
  const text = `
    G1 main.handle  CCCCCCCCCCCCCCCCCCCCCCCCC
    G2 main.handle  CCCCCCCCCCCCCCCCCCCCCCCCC
    G3 main.handle  LLLLLLLLLLLLLLLLLLLLLLLLL
    G4 main.handle  LLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(gist(traced(text, TAKE)), ['likely unknown :20 2 unknown'])
})

test('where the line locks several locks, who was let in there had another one', () => {
  const text = `
    G1 main.handle  .RSR.........................
    G2 main.handle  ..RLLLLLLLLLLLLLLLLLLLLLLLLLL
    G3 main.handle  ....RRRRRRRRRRRRRRRRRRRRR3RRR
    G4 main.handle  .....RLLL3RRZZL3RRZLLL3RRRZZZ
    G5 main.handle  .......RLLLL3RRLLL3RRLLL3RRRL
  `
  const legend = {
    ...TAKE,
    S: { syscall: true, stack: ['syscall.write z.go:1', 'main.(*shard).load s.go:22', 'main.handle m.go:7'] },
  }
  assert.deepEqual(gist(traced(text, legend)), ['likely forgotten-unlock :20 1 unknown'])
})
