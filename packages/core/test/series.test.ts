/** What one `go` statement starts again and again: what came and went tells of the next one, and of one left behind. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { type Legend, timelineFromText } from './timeline.ts'

const LEGEND: Legend = {
  C: { reason: 'select (no cases)', stack: ['runtime.block runtime/select.go:104', 'main.main main.go:5'] },
  // A node's steps report to whoever started them, and waits for the first report only.
  S: { reason: 'chan send', stack: ['main.(*node).step node.go:20'] },
  W: { reason: 'chan receive', stack: ['main.(*scaler).run scaler.go:9'] },
  E: { reason: 'select', stack: ['main.(*node).end node.go:30', 'main.(*scaler).run scaler.go:10'] },
  Z: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.(*node).step node.go:19'] },
  go: { stack: ['main.(*node).end node.go:28'] },
}

const sureOf = (text: string, legend = LEGEND) =>
  diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, legend) }])
    .findings.filter(({ certainty }) => certainty !== 'possible')
    .map(({ site, waiters }) => `${site.function} ${waiters.goroutines}`)

const left = (...more: string[]) =>
  sureOf(`
    G1 main.main          CCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G6<1 main.(*scaler).run RRRRWWWWrRRWWWWrRRRWWWWrRWWWWW
    G7<6 main.(*node).step .RSSSSSSSSSSSSSSSSSSSSSSSSSSSS
    ${more.join('\n')}
  `)

test('a sender that others followed, which came and went, was left behind by whoever started all of them', () => {
  const followers = [
    'G21<6 main.(*node).step ..........RRRR................',
    'G22<6 main.(*node).step ..............RRRR............',
    'G23<6 main.(*node).step ........................RRR...',
  ]
  assert.deepEqual(left(...followers), ['main.(*node).step 7'])
  // Its next value may be asked for yet.
  assert.deepEqual(left(...followers.slice(1)), [])
  // One that was there before, and one that stays, are no followers.
  assert.deepEqual(left(...followers.slice(1), 'G24<6 main.(*node).step RRRRR.........................'), [])
})

test('who does the same as the starter of a sender has senders of its own', () => {
  const legend: Legend = {
    ...LEGEND,
    go: { stack: ['main.main main.go:4'] },
  }
  const twin = (run: string, step: string, from = 6) =>
    sureOf(
      `
    G1 main.main            CCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G6<1 main.(*scaler).run RRRRRWWWWWWWWWWWWWWWWWWWWWWWWW
    G8<1 main.(*scaler).run ${run}
    G7<${from} main.(*node).step   ${step}
    G21<6 main.(*node).step ......RRRR....................
    G22<6 main.(*node).step ..........RRRR................
    G23<6 main.(*node).step ..............RRRRR...........
  `,
      legend,
    )
  const sends = '.RSSSSSSSSSSSSSSSSSSSSSSSSSSSS'
  assert.deepEqual(twin('EEErREEEErREEEErREEEErREEErRRR', sends), ['main.(*node).step 7'])
  // It may be on its way to that one still, or is what has started it.
  assert.deepEqual(twin('RRRREEEEEEEEEEEEEEEEEErREEEEEE', sends), [])
  assert.deepEqual(twin('EEErREEEErREEEErREEEErREEErRRR', sends, 8), [])
})

test('one of many that come and go while somebody waits does no more for that one than they did', () => {
  const legend: Legend = {
    C: LEGEND.C,
    P: { reason: 'chan receive', stack: ['runtime.chanrecv1 runtime/chan.go:509', 'main.(*node).up node.go:40'] },
    Z: LEGEND.Z,
    go: { stack: ['main.(*scaler).serve scaler.go:30'] },
  }
  const last = (states: string, ...more: string[]) =>
    sureOf(
      `
    G1 main.main             CCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G5<1 main.boot           RR............................
    G7<5 main.(*node).up     PPPPPPPPPPPPPPPPPPPPPPPPPPPPPP
    G8<1 main.(*scaler).serve CCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G21<8 main.(*node).step  ..RRR.........................
    G22<8 main.(*node).step  .......RRRR...................
    ${more.join('\n')}
    G29<8 main.(*node).step  ${states}
  `,
      legend,
    )
  const third = 'G23<8 main.(*node).step  ............RRRR..............'
  assert.deepEqual(last('..........................RZZZ', third), ['main.(*node).up 7'])
  assert.deepEqual(last('..........................RZZZ'), [])
  assert.deepEqual(last('ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ', third), [])
})

test('what a timer has called, which nobody started, has nobody who waits for it', () => {
  const called = (states: string) =>
    diagnose([
      {
        name: 't',
        kind: 'trace',
        trace: timelineFromText(
          `
    G1 main.main                CCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G7 main.(*node).start.func1 ${states}
  `,
          {
            ...LEGEND,
            S: { reason: 'chan send', stack: ['main.(*node).step node.go:20', 'main.(*node).start.func1 n.go:7'] },
          },
        ),
      },
    ]).findings.find(({ site }) => site.function === 'main.(*node).step')
  const finding = called('....RSSSSSSSSSSSSSSSSSSSSSSSSS')
  assert.equal(finding?.certainty, 'likely')
  assert.equal(finding?.holder.state, 'unknown')
  assert.ok(finding?.evidence.includes('a timer has called it'))
})

test('one that was seen to begin, and to wait for one thing, is no ticker, however short the look; several may have a time each', () => {
  const receive = (functionName: string): Legend => ({
    C: LEGEND.C,
    P: { reason: 'chan receive', stack: [`${functionName} runtime/chan.go:509`, 'main.(*lease).watch lease.go:18'] },
    go: { stack: ['main.grant lease.go:9'] },
  })
  const watch = (states: string, functionName = 'runtime.chanrecv1', ...more: string[]) =>
    sureOf(
      `
    G1 main.main            CCCCCCCCCCCCCCCCCC
    G6<1 main.grant         RRRRRRR...........
    G7<6 main.(*lease).watch ${states}
    ${more.join('\n')}
  `,
      receive(functionName),
    )
  assert.deepEqual(watch('.....RPPPPPPPPPPPP'), ['main.(*lease).watch 7'])
  assert.deepEqual(watch('.....RPPPPPPPPPPPP', 'runtime.chanrecv2'), [])
  assert.deepEqual(watch('RRRRRRPPPPPPPPPPPP'), [])
  assert.deepEqual(watch('.RPPrRPPPPPPPPPPPP'), [])
  assert.deepEqual(watch('.....RPPPPPPPPPPPP', 'runtime.chanrecv1', 'G8<6 main.(*lease).watch .....RPPPPPPPPPPPP'), [])
})
