/** What may end a wait though no goroutine shows it: loops that requests or tickers feed, contexts, timers of selects. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { brief, findingsOf, stack } from './stranded-dumps.ts'
import { type Legend, timelineFromText } from './timeline.ts'

const RANGE: Legend[string] = {
  reason: 'chan receive',
  stack: ['runtime.chanrecv2 runtime/chan.go:514', 'main.(*mill).work mill.go:10'],
}
const LEGEND: Legend = {
  B: { reason: 'select (no cases)', stack: ['runtime.block runtime/select.go:102', 'main.main main.go:5'] },
  F: RANGE,
  O: { ...RANGE, stack: ['runtime.chanrecv1 runtime/chan.go:509', 'main.(*mill).work mill.go:10'] },
  W: { reason: 'sync', stack: ['sync.(*WaitGroup).Wait sync/waitgroup.go:118', 'main.(*mill).close mill.go:30'] },
  M: { reason: 'chan receive', stack: ['runtime.chanrecv1 runtime/chan.go:509', 'main.(*mill).ask mill.go:40'] },
}

const sureSites = (rows: string, legend = LEGEND) => {
  const text = `
    G1 main.main            BBBBBBBBBBBBBBBBBBBBBBBBBBBBBB
    ${rows}
  `
  const { findings } = diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, legend) }])
  return findings.filter(({ certainty }) => certainty !== 'possible').map(({ site }) => site.function)
}

const GONE = 'G6 main.setup           RRR...........................'

test('a loop that somebody left who has ended may get its work from requests; one plain receive is none', () => {
  const left = (wait: string) => sureSites(`${GONE}\n G7<6 main.(*mill).work ${wait.repeat(30)}`)
  assert.deepEqual(left('F'), [])
  assert.deepEqual(left('O'), ['main.(*mill).work'])
})

test('a loop whose end or answer others wait for, or that many have left, does not idle', () => {
  const work = 'main.(*mill).work'
  const beside = (row: string) => sureSites(`${GONE}\n G7<6 ${work} ${'F'.repeat(30)}\n ${row}`).sort()
  assert.deepEqual(beside(`G8<6 main.(*mill).close ${'W'.repeat(30)}`), ['main.(*mill).close', work])
  assert.deepEqual(beside(`G8<6 main.(*mill).ask ${'M'.repeat(30)}`), ['main.(*mill).ask', work])
  const again = `${GONE}\n${GONE.replace('G6', 'G9')}\n G7<6 ${work} ${'F'.repeat(30)}\n G8<9 ${work} ${'F'.repeat(30)}`
  assert.deepEqual(sureSites(again), [work])
})

test('a loop that was seen to begin, and not for a request, was left by a piece of work', () => {
  const begun = `${GONE}\n G7<6 main.(*mill).work .R${'F'.repeat(28)}`
  assert.deepEqual(sureSites(begun, { ...LEGEND, go: { stack: ['main.setup main.go:20'] } }), ['main.(*mill).work'])
  // Of a pool the same goroutine starts several at one line.
  const pool = `${begun}\n G8<6 main.(*mill).work .R${'F'.repeat(28)}`
  assert.deepEqual(sureSites(pool, { ...LEGEND, go: { stack: ['main.setup main.go:20'] } }), [])
  const lazily = ['main.setup main.go:20', 'main.handle main.go:30', 'net/http.(*conn).serve net/http/server.go:2092']
  assert.deepEqual(sureSites(begun, { ...LEGEND, go: { stack: lazily } }), [])
})

test('a loop that whoever started it gave its first work was set up by that one, and others may feed it', () => {
  const legend: Legend = {
    ...LEGEND,
    2: { stack: ['runtime.chansend1 runtime/chan.go:161', 'main.setup main.go:22'] },
    go: { stack: ['main.setup main.go:20'] },
  }
  const fed = (by: string, ...rows: string[]) => {
    const loop = `G7<6 main.(*mill).work .RFFF${by}R${'F'.repeat(23)}`
    return sureSites(['G6 main.setup RRRRRRRR......................', ...rows, loop].join('\n'), legend)
  }
  assert.deepEqual(fed('2'), [])
  // Another one that has ended took the end of it along.
  assert.deepEqual(fed('3', 'G9 main.order RRRRRRRR......................'), ['main.(*mill).work'])
})

test('two selects that wait for each other may have a timer each', () => {
  const legend: Legend = {
    ...LEGEND,
    A: { reason: 'select', stack: ['runtime.selectgo runtime/select.go:351', 'main.try try.go:10'] },
    D: { reason: 'select', stack: ['runtime.selectgo runtime/select.go:351', 'main.(*dialer).dial try.go:30'] },
    go: { stack: ['main.try try.go:8'] },
  }
  const pair = (row: string) => sureSites(`${GONE}\n G7<6 main.try .R${'A'.repeat(28)}\n ${row}`, legend)
  assert.deepEqual(pair(`G8<7 main.try.func1 ..R${'D'.repeat(27)}`), [])
})

const session = (args: string) => [`main.(*session).expire(0xc000110000${args}) 17`, 'main.login.func1() 23']

test('who receives with a context in its hands may wait for a deadline', () => {
  const waits = (id: number, args: string) => stack(id, 'chan receive', session(args), `main.login 23 by ${id - 10}`)
  const likely = (args: string) => findingsOf(waits(41, args), waits(42, args)).filter(f => f.certainty === 'likely')
  assert.deepEqual(likely('').map(brief), [['likely', 'no-sender', 'main.(*session).expire', 2]])
  // A name: an address, and a length.
  assert.equal(likely(', {0x8a1000, 0xc}').length, 1)
  assert.deepEqual(likely(', {0x8a1000, 0xc000130000}').map(brief), [])
  assert.deepEqual(likely(', {0x8a1000?, 0xc000130000?}').map(brief), [])
})

test('a handler may wait for its client to leave, as long as the client is there', () => {
  const frames = [
    'main.(*feed).hold(0xc000600000, {0x8a1000, 0xc000130000}, 0xc000140000) 20',
    'net/http.(*conn).serve(0xc000160000, {0x8a2000, 0xc000170000}) /go/src/net/http/server.go:2092',
  ]
  const request = stack(51, 'chan receive', frames, 'net/http.(*Server).Serve 3360 by 7')
  const reads = ['net/http.(*connReader).backgroundRead(0xc000180000) /go/src/net/http/server.go:690']
  const reader = stack(52, 'IO wait', reads, 'net/http.(*connReader).startBackgroundRead 686 by 51')
  assert.deepEqual(findingsOf(request, reader).map(brief), [])
  assert.deepEqual(findingsOf(request).map(brief), [['likely', 'no-sender', 'main.(*feed).hold', 1]])
  const h2 = frames[1].replace('(*conn).serve', '(*http2serverConn).runHandler')
  const stream = stack(53, 'chan receive', [frames[0], h2], 'net/http.(*http2serverConn).scheduleHandler 6347 by 9')
  assert.deepEqual(
    findingsOf(stream)
      .filter(f => f.certainty !== 'possible')
      .map(brief),
    [],
  )
})

test('who sleeps for half a minute, with the very value that they wait on in its hands, wakes them after that', () => {
  const serve = 'net/http.(*conn).serve(0xc000160000, {0x8a2000, 0xc000170000}) /go/src/net/http/server.go:2092'
  const start = 'net/http.(*Server).Serve 3360 by 7'
  const request = stack(51, 'chan receive', ['main.(*images).get(0xc000600000) 22', serve], start)
  const sleep = ['time.Sleep(0x6fc23ac00) /go/src/runtime/time.go:195', 'main.(*images).get(0xc000600000) 30', serve]
  assert.deepEqual(findingsOf(request, stack(52, 'sleep', sleep, start)).map(brief), [])
  assert.deepEqual(findingsOf(request).map(brief), [['likely', 'no-sender', 'main.(*images).get', 1]])
})

test('what was started by whoever has asked for signals may wait for one, though that one has ended', () => {
  const loop = (by: number) =>
    stack(
      30,
      'syscall',
      [
        'os/signal.signal_recv() /go/src/runtime/sigqueue.go:152',
        'os/signal.loop() /go/src/os/signal/signal_unix.go:23',
      ],
      `os/signal.Notify.func1.1 151 by ${by}`,
    )
  const part = stack(
    41,
    'chan receive',
    ['main.(*app).stop(0xc000600000) 22', 'main.setup.func1() 30'],
    'main.setup 29 by 20',
  )
  assert.deepEqual(findingsOf(part, loop(20)).map(brief), [])
  assert.deepEqual(findingsOf(part, loop(1)).map(brief), [['likely', 'no-sender', 'main.(*app).stop', 1]])
  // Main ends at a signal, and has started what is stuck for another reason.
  const group = stack(
    42,
    'sync.WaitGroup.Wait',
    ['sync.(*WaitGroup).Wait(0xc000200000) /go/src/sync/waitgroup.go:118', 'main.(*batch).wait(0xc000200000) 50'],
    'main.main 20 by 1',
  )
  const quits = '\ngoroutine 1 [chan receive]:\nmain.main()\n\t/src/app/main.go:41 +0xb8\n'
  const mainSaid = (...others: string[]) =>
    findingsOf(quits, group, ...others).map(({ site, certainty }) => `${certainty} ${site.function}`)
  assert.deepEqual(mainSaid(loop(1)), ['likely main.(*batch).wait', 'possible main.main'])
  assert.deepEqual(mainSaid().sort(), ['likely main.(*batch).wait', 'likely main.main'])
})
