/** Who has a slot, and who has only been there before. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import type { Diagnosis } from '../src/analysis/diagnosis.ts'
import { type Legend, timelineFromText } from './timeline.ts'

const SEND: Legend[string] = { reason: 'chan send', stack: ['main.ask main.go:96', 'main.answered.gowrap1 main.go:85'] }
const READ = ['internal/poll.(*FD).Read internal/poll/fd_unix.go:165', 'net.(*netFD).Read net/fd_posix.go:68']
const TAKES = { stack: ['runtime.chanrecv1 runtime/chan.go:500', 'main.answered main.go:88'] }

/** Goroutine 9 has taken what 10 sent and reads now; 11 to 14 send to others that have gone on, too. */
function causes(entry: string, callers: readonly string[]): string[] {
  const legend: Legend = { S: SEND, N: { reason: 'network', stack: [...READ, ...callers] }, '1': TAKES }
  const trace = timelineFromText(
    `
    G9 ${entry}                  RRRRNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN
    G10 main.answered.gowrap1    SSS1R.............................
    G11 main.answered.gowrap1    SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G12 main.answered.gowrap1    SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G13 main.answered.gowrap1    SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G14 main.answered.gowrap1    SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS
  `,
    legend,
  )
  const { findings } = diagnose([{ kind: 'trace', name: 't', trace }])
  return findings.map(({ certainty, cause }) => `${certainty} ${cause}`)
}

test('a receiver that asks a remote keeps those waiting that send to it', () => {
  const said = causes('main.consume', ['main.ask main.go:120', 'main.consume main.go:110'])
  assert.ok(said.includes('likely remote'), String(said))
})

test('a connection of a server that idles after its request was served is no remote call', () => {
  const serve = ['net/http.(*connReader).backgroundRead net/http/server.go:702']
  const said = causes('net/http.(*connReader).backgroundRead', serve)
  assert.ok(!said.some(cause => cause.endsWith('remote')), String(said))
})

const trace = (text: string, legend: Legend) => ({
  name: 't',
  kind: 'trace' as const,
  trace: timelineFromText(text, legend),
})

const gist = ({ verdict, findings }: Diagnosis) => [
  verdict,
  ...findings.map(f => [f.certainty, f.kind, f.cause, f.site.function, f.waiters.count, f.holder.state].join(' | ')),
]

const CLIENT: Legend = {
  Q: { reason: 'chan send', stack: ['main.fetch main.go:40', 'main.main.func2 main.go:50'] },
  A: {
    reason: 'select',
    stack: [
      'example.com/rpc.(*call).wait rpc@v1.2.0/call.go:30',
      'example.com/rpc.Invoke rpc@v1.2.0/call.go:9',
      'main.fetch main.go:42',
      'main.main.func2 main.go:50',
    ],
  },
  N: {
    reason: 'network',
    stack: [
      'internal/poll.(*FD).Read internal/poll/fd_unix.go:165',
      'net.(*conn).Read net/net.go:196',
      'example.com/rpc.(*conn).reader rpc@v1.2.0/conn.go:80',
    ],
  },
  G: { reason: 'sync', stack: ['sync.(*WaitGroup).Wait sync/waitgroup.go:116', 'main.main main.go:60'] },
  Z: {
    reason: 'sleep',
    stack: ['time.Sleep runtime/time.go:300', 'main.fetch main.go:42', 'main.main.func2 main.go:50'],
  },
}

test('a crowd waits for slots, and those that have them wait for a remote: the remote is the cause', () => {
  const diagnosis = diagnose([
    trace(
      `
    G1 main.main                        GGGGGGGGGGGGGGGGGGGGGGGGG
    G2 example.com/rpc.(*conn).reader   NNNNNNNNNNNNNNNNNNNNNNNNN
    G3 main.main.func2                  ARAAAAAAAAAAAAAAAAAAAAAAA
    G4 main.main.func2                  AAAAAAAAAAAAAAAAAAAAAAAAA
    G5 main.main.func2                  QQQQQQQQQQQQQQQQQQQQQQQQQ
    G6 main.main.func2                  QQQQQQQQQQQQQQQQQQQQQQQQQ
    G7 main.main.func2                  QQQQQQQQQQQQQQQQQQQQQQQQQ
  `,
      CLIENT,
    ),
  ])
  assert.deepEqual(gist(diagnosis), ['hang', 'likely | network | remote | example.com/rpc.(*call).wait | 2 | waiting'])
  const [{ holder, caller, evidence }] = diagnosis.findings
  assert.equal(holder.goroutine, 2)
  assert.deepEqual(caller, { function: 'main.fetch', file: 'main.go', line: 42 })
  assert.ok(evidence.some(sentence => sentence.startsWith('3 goroutines more wait in chan send at main.fetch')))
})

test('slots that are received, and given back by those that got past that line', () => {
  const legend = (waker: string): Legend => ({
    ...CLIENT,
    Q: { reason: 'chan receive', stack: ['main.fetch main.go:40', 'main.main.func2 main.go:50'] },
    '2': { stack: ['runtime.chansend1 runtime/chan.go:100', waker, 'main.main.func2 main.go:50'] },
  })
  const text = `
    G2 example.com/rpc.(*conn).reader   NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN
    G3 main.main.func2                  RRRRRRRRRRRRRAAAAAAAAAAAAAAAAAAAAAAAAA
    G4 main.main.func2                  QQ2RQQ2RQQ2RQQQQQQQQQQQQQQQQQQQQQQQQQQ
    G5 main.main.func2                  QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ
  `
  const told = (waker: string) => gist(diagnose([trace(text, legend(waker))]))
  assert.deepEqual(told('main.fetch.func1 main.go:41'), [
    'hang',
    'likely | network | remote | example.com/rpc.(*call).wait | 1 | waiting',
  ])
  // Workers get their jobs from elsewhere: those that wait are idle.
  assert.deepEqual(told('main.feed main.go:20'), ['healthy'])
})

test('calls that come back keep the crowd moving: healthy', () => {
  const diagnosis = diagnose([
    trace(
      `
    G2 example.com/rpc.(*conn).reader   NRNRNRNRNRNRNRNRNRNRNRNRN
    G3 main.main.func2                  AAA1RRQQQ4RRAAA1RRQQQ4RRA
    G4 main.main.func2                  QQQ2RRAAA1RRQQQ2RRAAA1RRQ
  `,
      CLIENT,
    ),
  ])
  assert.deepEqual(gist(diagnosis), ['healthy'])
})

test('slots taken by goroutines that sleep come free again: worth a look at most', () => {
  const diagnosis = diagnose([
    trace(
      `
    G3 main.main.func2   ZZZZZZZZZZZZZZZZZZZZZZZZZZ
    G4 main.main.func2   QQQQQQQQQQQQQQQQQQQQQQQQQQ
  `,
      CLIENT,
    ),
  ])
  assert.equal(diagnosis.verdict, 'healthy')
})

test('workers that take jobs from a channel and call a remote, and the one that feeds them', () => {
  const legend: Legend = {
    ...CLIENT,
    J: { reason: 'chan receive', stack: ['main.worker main.go:70'] },
    C: { ...CLIENT.A, stack: [...(CLIENT.A.stack ?? []).slice(0, 2), 'main.ask main.go:80', 'main.worker main.go:71'] },
    S: { reason: 'chan send', stack: ['main.feed main.go:20', 'main.main main.go:10'] },
    '1': { stack: ['runtime.chansend1 runtime/chan.go:100', 'main.feed main.go:20', 'main.main main.go:10'] },
  }
  const diagnosis = diagnose([
    trace(
      `
    G1 main.main                        RRRRRSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G2 example.com/rpc.(*conn).reader   NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN
    G3 main.worker                      JJ1RCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G4 main.worker                      JJJ1CCCCCCCCCCCCCCCCCCCCCCCCCCCC
  `,
      legend,
    ),
  ])
  assert.deepEqual(gist(diagnosis), ['hang', 'likely | network | remote | example.com/rpc.(*call).wait | 2 | waiting'])
})

const ASKERS: Legend = {
  Q: { reason: 'chan send', stack: ['main.(*actor).Ask actor.go:40', 'main.client main.go:50'] },
  A: { reason: 'chan receive', stack: ['main.(*actor).Ask actor.go:41', 'main.client main.go:50'] },
  Z: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.(*actor).loop actor.go:20'] },
  S: { reason: 'chan send', stack: ['main.(*actor).loop actor.go:21'] },
  1: { stack: ['main.(*actor).loop actor.go:19'] },
}

test('what an actor takes are messages, and no slots: nobody who got past the line gives one back', () => {
  const said = (loop: string, first = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA') =>
    diagnose([
      trace(
        `
    G5 main.(*actor).loop ${loop}
    G6 main.client        ${first}
    G7 main.client        QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ
    G8 main.client        QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ
  `,
        ASKERS,
      ),
    ]).findings.filter(({ certainty }) => certainty !== 'possible')
  // It works on the first one's message.
  assert.deepEqual(said('ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ'), [])
  // It was seen to take one, and waits for ever to answer: they send to nobody.
  const stuck = said('RRRRSSSSSSSSSSSSSSSSSSSSSSSSSS', 'QQQ1AAAAAAAAAAAAAAAAAAAAAAAAAA')
  assert.ok(!stuck.some(({ cause }) => cause === 'pool-exhausted'), JSON.stringify(stuck.map(({ cause }) => cause)))
})
