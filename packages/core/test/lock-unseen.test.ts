/** Locks that were shut before the trace began: it shows stacks, and neither addresses nor who started whom. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { type Legend, timelineFromText } from './timeline.ts'

const LOCK = 'sync.(*Mutex).Lock sync/mutex.go:46'
const beat = { reason: 'sync', stack: [LOCK, 'main.(*cluster).beat c.go:38'] }

/** Each of these stands there from the beginning to the end. */
function gist(legend: Legend, ...letters: string[]): string[] {
  const text = letters.map((letter, i) => `G${i + 2} main.run ${letter.repeat(24)}`).join('\n')
  const { findings } = diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, legend) }])
  return findings
    .filter(({ kind }) => kind === 'mutex' || kind === 'rwmutex')
    .map(({ certainty, cause, site, holder }) => `${certainty} ${cause} :${site.line} ${holder.goroutine ?? ''}`.trim())
}

test('a method of the type that waits for a signal on the lock of another type has its own', () => {
  const cond = (...frames: string[]): Legend => ({
    L: beat,
    C: { reason: 'sync', stack: ['sync.(*Cond).Wait sync/cond.go:71', ...frames, 'main.run m.go:5'] },
  })
  const start = 'main.(*cluster).start c.go:33'
  assert.deepEqual(gist(cond('main.(*member).await c.go:26', start), 'L', 'C'), ['likely holder-blocked :38 3'])
  // A method that waits itself has let go of what it waits on.
  assert.deepEqual(gist(cond(start), 'L', 'C'), ['likely forgotten-unlock :38'])
})

test('a method of the type that waits for one answer in the middle of something; who takes what comes may idle', () => {
  const asks = (receive: string, ...above: string[]): Legend => ({
    L: beat,
    A: { reason: 'chan receive', stack: [`${receive} runtime/chan.go:500`, 'main.(*cluster).ask c.go:50', ...above] },
  })
  assert.deepEqual(gist(asks('runtime.chanrecv1', 'main.serve m.go:9'), 'L', 'A'), ['likely holder-blocked :38 3'])
  assert.deepEqual(gist(asks('runtime.chanrecv2', 'main.serve m.go:9'), 'L', 'A'), ['likely forgotten-unlock :38'])
})

test('of those that stand at a line, more than wait for the lock, none has it; of as many, each may have one', () => {
  const legend: Legend = {
    L: beat,
    S: { reason: 'chan send', stack: ['main.(*cluster).note c.go:22', 'main.run m.go:5'] },
    W: { reason: 'sync', stack: ['sync.(*WaitGroup).Wait sync/waitgroup.go:206', 'main.(*cluster).stop c.go:39'] },
  }
  assert.deepEqual(gist(legend, 'L', 'S', 'S', 'W'), ['likely holder-blocked :38 5'])
  assert.deepEqual(gist(legend, 'L', 'L', 'W', 'W'), ['likely holder-blocked :38 4'])
})

test('who has a lock of the type at one line, and waits at another, waits for itself', () => {
  const legend: Legend = {
    S: { reason: 'sync', stack: [LOCK, 'main.(*boiler).String b.go:22', 'main.(*boiler).set b.go:31'] },
    L: { reason: 'sync', stack: [LOCK, 'main.(*boiler).set b.go:28'] },
    O: { reason: 'sync', stack: [LOCK, 'main.(*valve).turn v.go:22', 'main.(*boiler).set b.go:31'] },
  }
  assert.ok(gist(legend, 'S', 'L').includes('likely self-deadlock :22 2'))
  // Another type has a lock of its own.
  assert.ok(gist(legend, 'O', 'L').every(said => !said.includes('self-deadlock')))
})

test('rings met several times: as many at each line as wait for the next lock', () => {
  const locks = (...frames: string[]) => ({ reason: 'sync', stack: [LOCK, ...frames] })
  const legend: Legend = {
    A: locks('main.(*wal).append w.go:31', 'main.(*index).split w.go:28'),
    B: locks('main.(*pages).flush w.go:41', 'main.(*wal).checkpoint w.go:38'),
    C: locks('main.(*index).forget w.go:51', 'main.(*pages).shrink w.go:48'),
  }
  assert.deepEqual(gist(legend, 'A', 'B', 'C', 'A', 'B', 'C').sort(), [
    'likely lock-order-cycle :31 3',
    'likely lock-order-cycle :41 4',
    'likely lock-order-cycle :51 2',
  ])
  assert.ok(gist(legend, 'A', 'B', 'C', 'C').every(said => !said.startsWith('likely lock-order-cycle :41')))
})

test('one that stood there long before the others came has it, unless somebody else was seen to get the lock since', () => {
  const legend: Legend = {
    L: beat,
    F: { reason: '', stack: ['runtime.block runtime/select.go:104', 'main.(*cluster).guard c.go:22'] },
    S: { syscall: true, stack: ['syscall.write syscall/z.go:1', 'main.(*cluster).beat c.go:40'] },
  }
  const said = (other: string) => {
    const text = `
      G2 main.guard  .RFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF
      G3 main.beat   ${other}
      G4 main.beat   ................RLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
    `
    const { findings } = diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, legend) }])
    return findings.filter(({ kind }) => kind === 'mutex').map(({ cause, holder }) => `${cause} ${holder.goroutine}`)
  }
  assert.deepEqual(said('................................................'), ['holder-blocked 2'])
  assert.deepEqual(said('........RSSR....................................'), ['forgotten-unlock 3'])
})

test('two methods of one type, one waiter each, both straight from their callers: most types have one lock', () => {
  const locks = (...frames: string[]) => ({ reason: 'sync', stack: [LOCK, ...frames] })
  const legend: Legend = {
    L: locks('main.(*server).serve s.go:33', 'main.run m.go:9'),
    D: locks('main.(*server).drain s.go:53', 'main.stop m.go:12'),
    O: locks('main.(*queue).push q.go:20', 'main.fill m.go:14'),
  }
  assert.deepEqual(gist(legend, 'L', 'D'), ['likely forgotten-unlock :33', 'likely forgotten-unlock :53'])
  // Two types have two; and of two that are shut, with nobody else there, each waiter has the other one's.
  assert.deepEqual(gist(legend, 'L', 'O'), ['likely lock-order-cycle :33 3', 'likely lock-order-cycle :20 2'])
  assert.deepEqual(gist(legend, 'L', 'O', 'O'), ['likely unknown :20', 'likely unknown :33'])
})

test('a stranger that started the waiter and waits for it is no suspect', () => {
  const legend: Legend = {
    L: beat,
    W: { reason: 'chan receive', stack: ['shop.test t.go:56', 'shop.run t.go:20'] },
    go: { stack: ['shop.test t.go:55', 'shop.run t.go:20'] },
  }
  const causes = (by: string) => {
    const text = `
      G1 main.main            RRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRR
      G2 shop.run             RRRRRRRRRWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW
      G3<${by} main.(*cluster).beat .......RRLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
    `
    const { findings } = diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, legend) }])
    return findings.filter(({ kind }) => kind === 'mutex').map(({ cause }) => cause)
  }
  assert.deepEqual(causes('2'), ['forgotten-unlock'])
  assert.deepEqual(causes('1'), ['unknown'])
})

test('who reads from a remote in a method of the type may have the lock', () => {
  const legend: Legend = {
    L: beat,
    N: {
      reason: 'network',
      stack: ['internal/poll.(*FD).Read fd.go:165', 'net.(*conn).Read net/net.go:196', 'main.(*cluster).sync c.go:24'],
    },
  }
  assert.deepEqual(gist(legend, 'L', 'L', 'N'), ['likely holder-blocked :38 4'])
  // Of several at a line one may well read in a loop of its own.
  assert.deepEqual(gist(legend, 'L', 'L', 'N', 'N'), ['possible holder-blocked :38 4'])
})

test('each waits for itself, where each was started by another goroutine', () => {
  const legend: Legend = {
    L: { reason: 'sync', stack: [LOCK, 'main.(*lru).size l.go:39', 'main.(*lru).add l.go:20', 'main.fill m.go:8'] },
    go: { stack: ['main.scene m.go:30'] },
  }
  const causes = (other: string) => {
    const text = `
      G2 main.scene    RRR.....................
      G3 main.scene    RRR.....................
      G4<2 main.fill   .RLLLLLLLLLLLLLLLLLLLLLL
      G5<${other} main.fill   .RLLLLLLLLLLLLLLLLLLLLLL
    `
    return diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, legend) }]).findings.map(f => f.cause)
  }
  assert.deepEqual(causes('3'), ['self-deadlock'])
  // Of a crowd that one goroutine started, one at most has the lock that all wait for.
  assert.ok(!causes('2').includes('self-deadlock'))
})

test('a loop that came to its select for the first time when the lock was shut idles there', () => {
  const legend: Legend = {
    L: beat,
    I: { reason: 'select', stack: ['main.(*cluster).loop c.go:60'] },
    B: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.(*cluster).loop c.go:62'] },
  }
  const causes = (loop: string) => {
    const text = `
      G2 main.loop  ${loop}
      G3 main.beat  ........RLLLLLLLLLLLLLLLLLLLLLLLLLLLL
    `
    const { findings } = diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, legend) }])
    return findings.filter(({ kind }) => kind === 'mutex').map(({ cause }) => cause)
  }
  assert.deepEqual(causes('.......RRIIIIIIIIIIIIIIIIIIIIIIIIIIII'), ['forgotten-unlock'])
  assert.deepEqual(causes('..RBBBBRRIIIIIIIIIIIIIIIIIIIIIIIIIIII'), ['unknown'])
})

test('two at one line that came there by different ways, each through another method of the type', () => {
  const waits = (...from: string[]) => ({
    reason: 'sync',
    stack: [LOCK, 'main.(*actor).state a.go:25', 'main.(*actor).poke a.go:34', ...from, 'main.(*actor).run a.go:19'],
  })
  const legend: Legend = { A: waits('main.setup.func1 a.go:47'), B: waits('main.setup.func2 a.go:48') }
  assert.deepEqual(gist(legend, 'A', 'B'), ['likely lock-order-cycle :25 3'])
  assert.deepEqual(gist(legend, 'A', 'A'), ['likely forgotten-unlock :25'])
})
