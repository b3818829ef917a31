/** Locks in a row: who has one waits for the next, and the last one for something else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { draining, mutex, wholeDumpOf } from './drawn-dump.ts'
import { type Legend, timelineFromText } from './timeline.ts'

type Input = Parameters<typeof diagnose>[0][number]

const gist = (...inputs: Input[]) =>
  diagnose(inputs)
    .findings.filter(({ kind }) => kind === 'mutex' || kind === 'rwmutex')
    .map(({ certainty, cause, site, holder }) =>
      `${certainty} ${cause} :${site.line} ${holder.state} ${holder.goroutine ?? ''}`.trim(),
    )
const traced = (text: string, legend: Legend) =>
  gist({ name: 't', kind: 'trace', trace: timelineFromText(text, legend) })
const still = (...goroutines: readonly (readonly string[])[]) =>
  gist(wholeDumpOf(...goroutines), wholeDumpOf(...goroutines))

const LOCK = 'sync.(*Mutex).Lock sync/mutex.go:46'
const locks = (...frames: string[]) => ({ reason: 'sync', stack: [LOCK, ...frames] })

const CHAIN: Legend = {
  V: { reason: 'chan receive', stack: ['runtime.chanrecv1 runtime/chan.go:5', 'main.(*volume).attach v.go:31'] },
  P: locks('main.(*volume).path v.go:34', 'main.(*pod).start p.go:41'),
  N: locks('main.(*pod).phase p.go:44', 'main.(*node).summary n.go:52'),
  C: locks('main.(*node).cordon n.go:57', 'main.(*cluster).drain c.go:64'),
  J: locks('main.(*cluster).join c.go:67'),
}

test('a chain of four, no address told: each waits in a method of the next, called from one of its own', () => {
  const text = `
    G1 main.run  VVVVVVVVVVVVVVVVVVVVVVVVVVVVV
    G2 main.run  PPPPPPPPPPPPPPPPPPPPPPPPPPPPP
    G3 main.run  NNNNNNNNNNNNNNNNNNNNNNNNNNNNN
    G4 main.run  CCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G5 main.run  JJJJJJJJJJJJJJJJJJJJJJJJJJJJJ
  `
  assert.deepEqual(traced(text, CHAIN).slice(0, 3), [
    'likely holder-blocked :44 waiting 2',
    'likely holder-blocked :57 waiting 3',
    'likely holder-blocked :67 waiting 4',
  ])
})

test('who calls into another type when the lock of its own is shut already does not have that', () => {
  const text = `
    G1 main.idle  RRRRRRRRRRRRRRRRRRRRRRRRRRRRR
    G5 main.run   .RJJJJJJJJJJJJJJJJJJJJJJJJJJJ
    G4 main.run   .........RCCCCCCCCCCCCCCCCCCC
  `
  assert.ok(traced(text, CHAIN).every(finding => !finding.startsWith('likely holder-blocked :67')))
})

const VALUE = '0xc000066080'
const wantsToPut = (...frames: string[]) => [
  'sync.RWMutex.Lock',
  ...draining,
  `main.(*cache).put(${VALUE}) 38`,
  ...frames,
]
const COMPILES = [`main.(*cache).compile(${VALUE}) 47`, 'by 3 main.start 60']

test('a writer that a reader waits for: that one has its read lock, not the method that the writer began with', () => {
  const waits = ['chan receive', 'main.(*cache).get(0x0?, 0x1?) 29', 'by 3 main.start 62']
  assert.deepEqual(still(wantsToPut(...COMPILES), waits), ['likely holder-blocked :38 waiting 11'])
  // Nobody else is there: then it reads and writes itself.
  assert.deepEqual(still(wantsToPut(...COMPILES)), ['likely self-deadlock :38 self 10'])
})

test('a loop that receives beside one that waits for itself may idle, and has not the lock, however long it is seen', () => {
  const [lock, idles] = ['0xc000012340', ['chan receive', 'main.(*store).collect(...) 34', 'by 3 main.newStore 28']]
  const looks = ['main.(*store).lookup(0x0?, 0x4) 51', `main.(*store).release(${lock}, 0x3) 63`, 'by 3 main.work 70']
  const waits = ['sync.Mutex.Lock', ...mutex(lock), ...looks]
  assert.deepEqual(gist(wholeDumpOf(waits, idles)), ['likely self-deadlock :51 self 10'])
  assert.deepEqual(still(waits, idles), ['likely self-deadlock :51 self 10'])
})

test('a loop on the same value that the clock feeds has no read lock', () => {
  const ticks = ['chan receive', 'main.(*cache).expire(0x0?) 70', 'main.run(...) 3', 'by 1 main.main 9']
  assert.deepEqual(still(wantsToPut(...COMPILES), ticks), ['likely self-deadlock :38 self 10'])
})

const WAITS: Legend = {
  A: { reason: 'network', stack: ['internal/poll.(*FD).Accept internal/poll/fd_unix.go:9', 'main.main a.go:3'] },
  L: locks('main.(*replica).onVote r.go:42', 'main.run r.go:9'),
  C: {
    reason: 'sync',
    stack: ['sync.(*Cond).Wait sync/cond.go:71', 'main.(*box).await b.go:25', 'main.(*replica).campaign r.go:39'],
  },
  V: { reason: 'chan send', stack: ['runtime.chansend1 runtime/chan.go:9', 'main.(*replica).onVote r.go:45'] },
  S: { reason: 'sleep', stack: ['time.Sleep time/sleep.go:1', 'main.start.func2 r.go:61'] },
}

test('who comes in and goes again behind the line where others wait has another lock', () => {
  const text = `
    G1 main.main  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G6 main.start.func2 .SSSSSRVR.SSSSSSRVR.SSSSSSRVR.SSSSSSSSSS
    G7 main.campaign  .RCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G8 main.run   ...RLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(traced(text, WAITS), ['likely holder-blocked :42 waiting 7'])
  // Who was in there already when the first one came may have left it locked.
  const before = `
    G1 main.main  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G6 main.start.func2 .RVVVVVVVVRSSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G8 main.run   ...RLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(traced(before, WAITS), ['likely forgotten-unlock :42 waiting 6'])
})

const inOnce = (receive: string): Legend => ({
  W: {
    reason: 'sync',
    stack: [
      LOCK,
      'sync.(*Once).doSlow sync/once.go:74',
      'sync.(*Once).Do sync/once.go:69',
      'main.(*conn).dial d.go:19',
    ],
  },
  I: {
    reason: 'chan receive',
    stack: [
      `${receive} runtime/chan.go:5`,
      'main.(*conn).dial.func1 d.go:20',
      'sync.(*Once).doSlow sync/once.go:78',
      'sync.(*Once).Do sync/once.go:69',
      'main.(*conn).dial d.go:19',
    ],
  },
})

test('one that waits for one answer inside of a Once; a loop in there means to stay', () => {
  const text = `
    G1 main.run  IIIIIIIIIIIIIIIIIIIIIIIIIIIII
    G2 main.run  WWWWWWWWWWWWWWWWWWWWWWWWWWWWW
  `
  assert.deepEqual(traced(text, inOnce('runtime.chanrecv1')), ['likely holder-blocked :19 waiting 1'])
  assert.deepEqual(traced(text, inOnce('runtime.chanrecv2')), ['possible holder-blocked :19 waiting 1'])
})

test('a lock is held in a write to a pipe that nobody is left to read: no remote, so no answer comes', () => {
  const legend: Legend = {
    A: WAITS.A,
    L: locks('main.(*console).resize c.go:27', 'main.run r.go:9'),
    W: {
      reason: 'select',
      stack: [
        'io.(*pipe).write io/pipe.go:86',
        'io.(*PipeWriter).Write io/pipe.go:161',
        'main.(*console).write c.go:23',
      ],
    },
  }
  const text = `
    G1 main.main  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G3 main.start .RRRR...................................
    G6<3 main.(*console).write ..RWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW
    G8<3 main.run   ...RLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(traced(text, legend), ['likely holder-blocked :27 waiting 6'])
})

const ROUND: Legend = {
  A: WAITS.A,
  L: locks('main.(*round).play r.go:23', 'main.run r.go:9'),
  B: { reason: 'sleep', stack: ['time.Sleep time/sleep.go:1', 'main.(*round).play r.go:22'] },
  P: { reason: 'sleep', stack: ['time.Sleep time/sleep.go:1', 'main.(*round).play r.go:26'] },
  S: { reason: 'sleep', stack: ['time.Sleep time/sleep.go:1', 'main.loop r.go:61'] },
  W: {
    reason: 'sync',
    stack: ['sync.(*WaitGroup).Wait sync/waitgroup.go:9', 'main.(*round).close r.go:32', 'main.game r.go:55'],
  },
}

test('who comes past the line after others wait there has another lock, though it was in the function before', () => {
  const text = `
    G1 main.main  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G6 main.run   ..RBBBBBBRPPR...........................
    G7 main.game  .RWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW
    G8<7 main.run   ...RLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  assert.deepEqual(traced(text, ROUND), ['likely holder-blocked :23 waiting 7'])
})

test('who stands behind the line when the trace ends, and came in since others wait there, has another lock', () => {
  const inside = (before: string) => `
    G1 main.main  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G6 main.loop  ${before}
    G8 main.run   ...RLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
  `
  const since = inside('.RPPRSSRPPRSSRPPRSSRPPRSSRPPRSSRPPRSSRPP')
  assert.ok(traced(since, ROUND).every(finding => !finding.endsWith(' 6')))
  const all = inside('.RPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP')
  assert.deepEqual(traced(all, ROUND), ['possible contention :23 waiting 6'])
})

test('a line that locks several locks, and a crowd at it: each has what another one waits for', () => {
  const settles = (lock: string) => [
    'sync.Mutex.Lock',
    ...mutex(lock),
    'main.(*bank).settle(0x0?) 22',
    'by 3 main.settle 40',
  ]
  const [a, b, c] = ['0xc0000600b0', '0xc0000600c0', '0xc0000600d0']
  assert.ok(still(settles(a), settles(b), settles(a), settles(c)).every(told => told.includes('lock-order-cycle')))
  // Of one lock nobody there has another one: somebody who is gone has left it locked.
  assert.ok(still(settles(a), settles(a), settles(a)).every(told => told.includes('forgotten-unlock')))
})

const TWICE: Legend = {
  A: WAITS.A,
  Q: {
    reason: 'sync',
    stack: [
      'sync.runtime_SemacquireRWMutexR sync/x.go:1',
      'sync.(*RWMutex).RLock sync/rwmutex.go:74',
      'main.(*store).get s.go:18',
      'main.(*store).walk s.go:26',
    ],
  },
  W: {
    reason: 'sync',
    stack: [
      'sync.runtime_SemacquireRWMutex sync/x.go:1',
      'sync.(*RWMutex).Lock sync/rwmutex.go:155',
      'main.(*store).compact s.go:31',
    ],
  },
  S: { reason: 'sleep', stack: ['time.Sleep time/sleep.go:1', 'main.(*store).serve s.go:38'] },
}

test('a reader that reads again behind a writer, beside a loop of the type that the clock drives', () => {
  const text = (serve: string) => `
    G1 main.main          AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G7 main.(*store).walk    QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ
    G8 main.(*store).compact WWWWWWWWWWWWWWWWWWWWWWWWWWWWWW
    G9 main.(*store).serve   ${serve}
  `
  const rounds = traced(text('SSSSSRSSSSSRSSSSSRSSSSSRSSSSSS'), TWICE)
  assert.ok(rounds.includes('likely self-deadlock :18 self 7'), rounds.join())
  // One that has slept there all the time may have the read lock.
  assert.ok(!traced(text('S'.repeat(30)), TWICE).some(told => told.includes('self-deadlock')))
})

test('a lock that has not moved for the whole trace, and who waits for a remote with it', () => {
  const legend: Legend = {
    A: WAITS.A,
    L: locks('main.(*table).size t.go:32', 'main.run r.go:9'),
    N: {
      reason: 'network',
      stack: ['internal/poll.(*FD).Read internal/poll/fd_unix.go:165', 'main.(*table).refresh t.go:24'],
    },
  }
  const text = (since: string) => `
    G1 main.main  ${'A'.repeat(30)}
    G7 main.run   ${since}${'N'.repeat(27)}
    G8 main.run   ${since}${'L'.repeat(27)}
  `
  assert.deepEqual(traced(text('NNN').replace('NNNLLL', 'LLLLLL'), legend), ['likely holder-blocked :32 waiting 7'])
  assert.ok(traced(text('..R'), legend).every(told => !told.startsWith('likely holder-blocked')))
})
