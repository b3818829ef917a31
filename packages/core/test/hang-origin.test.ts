/** Whether the one that left a lock shut is gone, where nobody saw it: only those that come and go are. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { readDump } from '../src/dump/read.ts'
import { type Legend, timelineFromText } from './timeline.ts'

type Stay = readonly [state: string, frames: readonly string[], createdBy?: string | undefined]

/** A debug=2 dump; frames as "function file:line". */
function dumpOf(...stays: readonly Stay[]) {
  const text = stays.map(([state, frames, createdBy], i) => {
    const all = createdBy ? [...frames, createdBy] : frames
    const lines = all.map((frame, k) => {
      const [name, place] = frame.split(' ')
      return `${k < frames.length ? `${name}(...)` : `created by ${name} in goroutine 1`}\n\t/src/${place} +0x1d\n`
    })
    return `goroutine ${i + 1} [${state}]:\n${lines.join('')}`
  })
  return { name: 'd', kind: 'dump' as const, dump: readDump(new TextEncoder().encode(text.join('\n'))) }
}

function holder(...inputs: Parameters<typeof diagnose>[0]): string {
  const findings = diagnose(inputs).findings.filter(({ kind }) => kind === 'mutex')
  assert.deepEqual(
    findings.map(({ cause }) => cause),
    ['forgotten-unlock'],
  )
  return findings[0].holder.state
}

const LOCK = ['sync.(*Mutex).Lock sync/mutex.go:46', 'main.(*shop).take main.go:10']
const READ = ['internal/poll.(*FD).Read internal/poll/fd_unix.go:165', 'net.(*conn).Read net/net.go:196']
const waiters = (root: string, createdBy?: string): Stay[] =>
  [1, 2, 3].map(() => ['sync.Mutex.Lock', [...LOCK, root], createdBy])
const serve = (line: number): Stay => [
  'IO wait',
  [...READ, `lib.(*Server).serve lib.go:${line}`, 'main.main main.go:90'],
]

test('handlers, one for each request, and the loop that starts them: the one before them is gone', () => {
  const byClosure = dumpOf(serve(50), ...waiters('lib.(*Server).serve.func1.2 lib.go:55'))
  const byGo = dumpOf(serve(50), ...waiters('lib.handle lib.go:99', 'lib.(*Server).serve lib.go:55'))
  assert.equal(holder(byClosure), 'exited')
  assert.equal(holder(byGo), 'exited')
})

test('a connection that is no longer read, started by a loop that accepts', () => {
  const connection: Stay = [
    'sync.WaitGroup.Wait',
    ['sync.(*WaitGroup).Wait sync/wg.go:9', 'lib.(*Server).serve lib.go:70'],
    'lib.Listen lib.go:20',
  ]
  const listener: Stay = [
    'IO wait',
    ['internal/poll.(*FD).Accept fd.go:1', 'lib.Listen lib.go:18', 'main.main main.go:90'],
  ]
  assert.equal(holder(dumpOf(listener, connection, ...waiters('lib.(*Server).serve.func1 lib.go:55'))), 'exited')
  assert.equal(holder(dumpOf(connection, ...waiters('lib.(*Server).serve.func1 lib.go:55'))), 'unknown')
})

test('workers of a pool, started once: each may have been round before', () => {
  const main: Stay = ['chan send', ['main.main main.go:31']]
  assert.equal(
    holder(dumpOf(['chan receive', main[1]], ...waiters('main.worker main.go:8', 'main.main main.go:28'))),
    'unknown',
  )
})

test('one that lives and works on the same type may have left it', () => {
  const ticker: Stay = ['chan receive', ['main.(*shop).refresh main.go:60']]
  assert.equal(holder(dumpOf(serve(50), ticker, ...waiters('lib.(*Server).serve.func1 lib.go:55'))), 'unknown')
})

test('waiters that were born in the trace show that they are started one by one', () => {
  const legend: Legend = {
    L: { reason: 'sync', stack: [...LOCK, 'main.handle main.go:30'] },
    Z: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.main main.go:95'] },
  }
  const text = (late: string) => `
    G1 main.main    ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ
    G2 main.handle  LLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
    G3 main.handle  ${late}
  `
  const traced = (late: string) => ({ name: 't', kind: 'trace' as const, trace: timelineFromText(text(late), legend) })
  assert.equal(holder(traced('....RLLLLLLLLLLLLLLLLLLLLLLLLL')), 'exited')
  assert.equal(holder(traced('LLLLLLLLLLLLLLLLLLLLLLLLLLLLLL')), 'unknown')
})

test('a lock whose address a cut dump shows of some waiters only is one lock', () => {
  const frames = [...LOCK, 'main.handle main.go:30']
  const trace = timelineFromText(['G1', 'G2', 'G3'].map(id => `${id} main.handle ${'L'.repeat(30)}`).join('\n'), {
    L: { reason: 'sync', stack: frames },
  })
  const text = `goroutine 1 [sync.Mutex.Lock]:
sync.(*Mutex).Lock(0xc000012340)
\tsync/mutex.go:46 +0x1d
main.(*shop).take(0xc000012340)
\tmain.go:10 +0x1d
main.handle()
\tmain.go:30 +0x1d
`
  const dump = readDump(new TextEncoder().encode(text))
  const { findings } = diagnose([
    { name: 't', kind: 'trace', trace },
    { name: 'd', kind: 'dump', dump },
  ])
  assert.deepEqual(
    findings.map(({ waiters }) => waiters.count),
    [3],
  )
})
