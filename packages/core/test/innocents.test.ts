/** Healthy goroutines that stand as stuck ones do, each beside the stuck one that it is to be told from. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { type Legend, timelineFromText } from './timeline.ts'

const sure = (text: string, legend: Legend) =>
  diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, { ...COMMON, ...legend }) }])
    .findings.filter(({ certainty }) => certainty !== 'possible')
    .map(({ cause, site, waiters }) => `${cause} ${site.function}:${site.line} ${waiters.goroutines}`)

const accept = (...frames: string[]) => ({
  reason: 'network',
  stack: ['internal/poll.(*FD).Accept internal/poll/fd_unix.go:9', 'net.(*netFD).accept net/fd_unix.go:150', ...frames],
})
const COMMON: Legend = {
  A: accept('net/http.(*Server).Serve net/http/server.go:3', 'main.main main.go:3'),
  Z: { reason: 'sleep', stack: ['time.Sleep time/sleep.go:1', 'main.main.func1 main.go:60'] },
}

const KEYS: Legend = {
  S: { reason: 'select', stack: ['runtime.selectgo runtime/select.go:9', 'main.(*keys).work k.go:31'] },
  go: { stack: ['main.(*keys).send k.go:24', 'net/http.(*conn).serve net/http/server.go:9'] },
}

test('a worker that requests feed: the one that brought the last piece of work has ended, the next will come', () => {
  const text = (feeder: string) => `
    G1 main.main               AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G5<1 net/http.(*conn).serve   .RRRRR........................
    G6<1 ${feeder}            ........RRRR..................
    G7<5 main.(*keys).work     ....RSSSSS3RSSSSSSSSSSSSSSSSSSS
  `
  assert.deepEqual(sure(text('net/http.(*conn).serve'), KEYS), [])
  assert.deepEqual(sure(text('main.importAll        '), KEYS), ['no-sender main.(*keys).work:31 7'])
})

const POOL: Legend = {
  W: { reason: 'chan receive', stack: ['runtime.chanrecv2 runtime/chan.go:9', 'main.(*pool).worker p.go:26'] },
  F: { reason: 'chan receive', stack: ['runtime.chanrecv1 runtime/chan.go:9', 'main.serve.func1 p.go:59'] },
  M: { reason: 'chan receive', stack: ['runtime.chanrecv1 runtime/chan.go:9', 'main.(*pool).ask p.go:70'] },
  go: { stack: ['main.serve p.go:34'] },
}

test('a pool without work, and a closure that waits for the end: a server at rest', () => {
  const text = (...more: string[]) => `
    G1 main.main       AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G5<1 main.serve       .RRRR.........................
    ${more.join('\n    ')}
  `
  const pool = [
    'G6<5 main.(*pool).worker .RWWWWWWWWWWWWWWWWWWWWWWWWWWWW',
    'G7<5 main.(*pool).worker .RWWWWWWWWWWWWWWWWWWWWWWWWWWWW',
  ]
  const follower = 'G8<5 main.serve.func1 ..RFFFFFFFFFFFFFFFFFFFFFFFFFFF'
  const asks = 'G9<5 main.(*pool).ask ..RMMMMMMMMMMMMMMMMMMMMMMMMMMM'
  assert.deepEqual(sure(text(...pool, follower), POOL), [])
  // Nobody else is there: what it waits for was left.
  assert.deepEqual(sure(text(follower), POOL), ['no-sender main.serve.func1:59 8'])
  // Who waits for one answer is stuck, and the pool beside it is without work.
  assert.deepEqual(sure(text(...pool, asks), POOL), ['no-sender main.(*pool).ask:70 9'])
})

test('a remote that lives in the same program, and sleeps before it answers, where nobody saw who started it', () => {
  const legend = (accepts: Legend[string]): Legend => ({
    L: accepts,
    Q: { reason: 'sync', stack: ['sync.(*Mutex).Lock sync/mutex.go:46', 'main.(*client).ask c.go:21'] },
    N: {
      reason: 'network',
      stack: ['internal/poll.(*FD).Read internal/poll/fd_unix.go:165', 'main.(*client).ask c.go:24'],
    },
  })
  const text = `
    G1 main.main       AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    G7 main.boot.func1 LLLLLLLLLLLLLLLLLLLLLLLLLLLLLL
    G8 main.boot.func1.1 ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ
    G9 main.run        NNNNNNNNNNNNNNNNNNNNNNNNNNNNNN
    G10 main.run       QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ
  `
  assert.deepEqual(
    sure(text, legend(accept('net.(*TCPListener).Accept net/tcpsock.go:9', 'main.boot.func1 m.go:33'))),
    [],
  )
  assert.deepEqual(sure(text, legend(COMMON.A)), ['holder-blocked main.(*client).ask:21 10'])
})
