/** Loops that went round while somebody waited: what their turns do for others shows, for they wake them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { type Legend, timelineFromText } from './timeline.ts'

const LEGEND: Legend = {
  C: { reason: 'select (no cases)', stack: ['runtime.block runtime/select.go:104', 'main.main main.go:5'] },
  P: { reason: 'chan receive', stack: ['runtime.chanrecv1 runtime/chan.go:509', 'main.(*disk).await disk.go:20'] },
  G: { reason: 'sync', stack: ['sync.(*WaitGroup).Wait sync/waitgroup.go:118', 'main.(*disk).await disk.go:20'] },
  S: { reason: 'chan send', stack: ['runtime.chansend1 runtime/chan.go:161', 'main.(*disk).await disk.go:20'] },
  Q: {
    reason: 'chan receive',
    stack: [
      'runtime.chanrecv1 runtime/chan.go:509',
      'main.(*disk).await disk.go:20',
      'net/http.HandlerFunc.ServeHTTP net/http/server.go:2322',
      'net/http.(*conn).serve net/http/server.go:2109',
    ],
  },
  T: { reason: 'chan receive', stack: ['runtime.chanrecv2 runtime/chan.go:514', 'main.(*disk).reap disk.go:40'] },
  N: { reason: 'network', stack: ['net.(*conn).Read net/net.go:179', 'main.(*disk).reap disk.go:42'] },
  X: { reason: 'chan receive', stack: ['runtime.chanrecv1 runtime/chan.go:509', 'main.other o.go:9'] },
  go: { stack: ['main.boot main.go:9'] },
}

const sureOf = (text: string) =>
  diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, LEGEND) }])
    .findings.filter(({ certainty }) => certainty !== 'possible')
    .map(({ site, waiters }) => `${site.function} ${waiters.goroutines}`)

/** One that waits from the first tick on, and a loop of the same type beside it; both were started by one that has ended. */
const beside = (waits: string, turns: string, ...more: string[]) => {
  const reap = `TTT${turns}TTT`
  return sureOf(`
    G1 main.main          ${'C'.repeat(reap.length)}
    G6<1 main.boot        RRR${'.'.repeat(reap.length - 3)}
    G7<6 main.(*disk).await ${waits.repeat(reap.length)}
    G8<6 main.(*disk).reap  ${reap}
    ${more.map(row => row.padEnd(reap.length)).join('\n')}
  `)
}
const STUCK = ['main.(*disk).await 7']

test('a loop of the clock whose many turns woke nobody does not wake who waits beside it, though it works on the same', () => {
  assert.deepEqual(beside('P', 'rRTT'.repeat(12)), STUCK)
  // It may look for something to come, and a few turns are no proof of anything.
  assert.deepEqual(beside('P', 'rRTT'.repeat(8)), [])
})

test('a loop that did something for somebody may do it for the other one as well', () => {
  const other = (wake: string) => `G9<6 main.other         RXXX${'X'.repeat(16)}${wake}RR${'.'.repeat(31)}`
  assert.deepEqual(beside('P', 'rRTT'.repeat(12), other('r')), STUCK)
  assert.deepEqual(beside('P', 'rRTT'.repeat(12), other('4')), [])
})

test('a loop that asks a remote tells of it when there is an answer', () => {
  assert.deepEqual(beside('P', 'rNRTT'.repeat(12)), [])
})

test('who waits for a loop to end, or for its turn in a long poll, waits rightly', () => {
  assert.deepEqual(beside('G', 'rRTT'.repeat(12)), [])
  assert.deepEqual(beside('Q', 'rRTT'.repeat(12)), [])
})

test('a loop that gets work may get the piece that is waited for; of who sends it has taken nothing each time', () => {
  const feeder = `G9<1 main.(*disk).feed   ${'R'.repeat(54)}`
  assert.deepEqual(beside('P', '5RTT'.repeat(12), feeder), [])
  assert.deepEqual(beside('S', '5RTT'.repeat(12), feeder), STUCK)
})

const GROUP: Legend = {
  C: LEGEND.C,
  P: { reason: 'chan receive', stack: ['runtime.chanrecv2 runtime/chan.go:514', 'main.(*sum).drain sum.go:40'] },
  go: { stack: ['main.merge sum.go:10'] },
}

test('work came from those that were started with it, who have ended as their starter has: it does not idle', () => {
  const merged = (starter: string) =>
    diagnose([
      {
        name: 't',
        kind: 'trace',
        trace: timelineFromText(
          `
    G1 main.main           CCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G6<1 main.merge        RRR...........................
    G7<6 main.(*sum).drain .RPPP4RPPP5RPPPPPPPPPPPPPPPPPP
    G8<${starter} main.(*sum).part  .RRRRRR.......................
    G9<${starter} main.(*sum).part  .RRRRRRRRRRR..................
  `,
          GROUP,
        ),
      },
    ])
      .findings.filter(({ certainty }) => certainty !== 'possible')
      .map(({ site, waiters }) => `${site.function} ${waiters.goroutines}`)
  assert.deepEqual(merged('6'), ['main.(*sum).drain 7'])
  // Others come with work, too.
  assert.deepEqual(merged('1'), [])
})
