/** What a trace teaches of a line: who wakes those that wait there, and whether anybody like that is left for the others. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { type Legend, timelineFromText } from './timeline.ts'

const LEGEND: Legend = {
  C: { reason: 'select (no cases)', stack: ['runtime.block runtime/select.go:104', 'main.main main.go:5'] },
  // Both wait for answers at the same line: one after the other, and one that was called alone.
  W: { reason: 'chan receive', stack: ['main.(*round).gather round.go:20', 'main.serve serve.go:9'] },
  V: { reason: 'chan receive', stack: ['main.(*round).gather round.go:20'] },
  Z: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.(*round).ask round.go:30'] },
  go: { stack: ['main.(*round).gather round.go:15'] },
}

const sureSites = (text: string) =>
  diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, LEGEND) }])
    .findings.filter(({ certainty }) => certainty !== 'possible')
    .map(({ site, waiters }) => `${site.function} ${waiters.goroutines}`)

const round = (serve: string, ...more: string[]) => `
    G1 main.main             CCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G6<1 main.serve          ${serve}
    G7<6 main.(*round).gather VVVVVVVVVVVVVVVVVVVVVVVVVVVVVV
    G21<6 main.(*round).ask  .RRRRRR.......................
    G22<6 main.(*round).ask  .........RRRRRR...............
    G23<6 main.(*round).ask  .................RRRRRR.......
    ${more.join('\n    ')}
`

test('where each was woken by what it had started for that, one that has nobody left of these is stuck', () => {
  assert.deepEqual(sureSites(round('RWWWWW4RRWWWWW5RRRWWWWW6RRRRRR')), ['main.(*round).gather 7'])
})

test('helpers that were there when it began to wait may be its own; what others have started later is not', () => {
  const serve = 'RWWWWW4RRWWWWW5RRRWWWWW6RRRRRR'
  assert.deepEqual(sureSites(round(serve, 'G9<6 main.(*round).ask   ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ')), [])
  assert.deepEqual(sureSites(round(serve, 'G25<6 main.(*round).ask  ......................RZZZZZZZ')), [
    'main.(*round).gather 7',
  ])
  assert.deepEqual(sureSites(round(serve, 'G25<7 main.(*round).ask  ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ')), [])
})

test('two such services, or one by somebody else, teach nothing: it may idle', () => {
  assert.deepEqual(sureSites(round('RWWWWW4RRWWWWW5RRRRRRRRRRRRRRR')), [])
  const other = 'G8<1 main.feed           RRRRRRRRRRRRRRRRRRRRRRRRRRRRRR'
  assert.deepEqual(sureSites(round('RWWWWW4RRWWWWW5RRRWWWWW6RWWW7R', other)), [])
})

const QUEUE: Legend = {
  C: { reason: 'select (no cases)', stack: ['runtime.block runtime/select.go:104', 'main.main main.go:5'] },
  // A command of the loop's sends to the loop's own queue.
  S: { reason: 'chan send', stack: ['main.(*room).post room.go:20', 'main.(*room).loop room.go:30'] },
  P: { reason: 'chan receive', stack: ['main.(*room).loop room.go:29'] },
  Z: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.scene main.go:9'] },
  2: { stack: ['main.(*room).post room.go:20', 'main.scene main.go:8'] },
  go: { stack: ['main.scene main.go:7'] },
}

const sureOf = (text: string, legend: Legend) =>
  diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, legend) }])
    .findings.filter(({ certainty }) => certainty !== 'possible')
    .map(({ site, waiters }) => `${site.function} ${waiters.goroutines}`)

test('a receiver that is back at its line receives nothing from one who waits to send, nor does who sends to it', () => {
  const rooms = (scene: string, loop: string, ...more: string[]) => `
    G1 main.main           CCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G6<1 main.scene        ${scene}
    G7<6 main.(*room).loop SSSSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G8<6 main.(*room).loop ${loop}
    ${more.join('\n')}
  `
  const scene = 'ZZZZrRZZZZZZrRZZZZZZrRZZZZZZrR'
  assert.deepEqual(sureOf(rooms(scene, 'PPPPPP2RPPPPPP2RPPPPPP2RPPPPPP'), QUEUE), ['main.(*room).post 7'])
  // Caught in the middle of a command, it has been there three times all the same.
  assert.deepEqual(sureOf(rooms(scene, 'PPPPPP2RPPPPPP2RPPPPPP2RRRRRRR'), QUEUE), ['main.(*room).post 7'])
  assert.deepEqual(sureOf(rooms(scene, 'RRRRRRRRPPPPPP2RPPPPPP2RRRRRRR'), QUEUE), [])
  // Nobody was seen to take what is sent there.
  assert.deepEqual(sureOf(rooms(scene, 'PPPPPPrRPPPPPPrRPPPPPPrRPPPPPP'), QUEUE), [])
})

test('who has started it and took from three that it started later does not come back for the first', () => {
  const legend: Legend = {
    C: QUEUE.C,
    S: { reason: 'chan send', stack: ['main.pull.func1 pull.go:20'] },
    W: { reason: 'select', stack: ['main.pull pull.go:25', 'main.scene main.go:8'] },
    Z: QUEUE.Z,
    4: { stack: ['main.pull.func1 pull.go:20'] },
    5: { stack: ['main.pull.func1 pull.go:20'] },
    6: { stack: ['main.pull.func1 pull.go:20'] },
    go: { stack: ['main.pull pull.go:18', 'main.scene main.go:8'] },
  }
  const pulls = (scene: string, third: string) => `
    G1 main.main              CCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G6<1 main.scene           ${scene}
    G7<6 main.pull.func1      .RSSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G21<6 main.pull.func1     ...RRRRR......................
    G22<6 main.pull.func1     .........RRRRRR...............
    ${third}
  `
  const third = 'G23<6 main.pull.func1     .................RRRRRR.......'
  assert.deepEqual(sureOf(pulls('RRRWWWW4RWWWWW5RRRWWWWW6ZZZZZZ', third), legend), ['main.pull.func1 7'])
  // Two are too few: it may come for any of them.
  assert.deepEqual(sureOf(pulls('RRRWWWW4RWWWWW5RRRZZZZZZZZZZZZ', ''), legend), [])
})

test('a sender whose creator is parked for good has nobody, unless somebody at work could come for it', () => {
  const legend: Legend = {
    C: QUEUE.C,
    S: { reason: 'chan send', stack: ['main.(*tunnel).copy tunnel.go:20'] },
    Z: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.(*sink).run sink.go:9'] },
    W: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.main main.go:9'] },
    go: { stack: ['main.open tunnel.go:9'] },
  }
  const tunnel = (main: string, ...more: string[]) => `
    G1 main.main             ${main.padEnd(30, main)}
    G7<1 main.(*tunnel).copy ..RSSSSSSSSSSSSSSSSSSSSSSSSSSS
    ${more.join('\n')}
  `
  assert.deepEqual(sureOf(tunnel('C'), legend), ['main.(*tunnel).copy 7'])
  assert.deepEqual(sureOf(tunnel('C', `G8<1 main.(*sink).run ${'Z'.repeat(30)}`), legend), [])
  assert.deepEqual(sureOf(tunnel('W'), legend), [])
  // It went once round its sleep, and did not come for it.
  assert.deepEqual(sureOf(tunnel(`${'W'.repeat(15)}rR${'W'.repeat(13)}`), legend), ['main.(*tunnel).copy 7'])
})

const TWINS: Legend = {
  C: { reason: 'select (no cases)', stack: ['runtime.block runtime/select.go:104', 'main.main main.go:5'] },
  L: { reason: 'select', stack: ['runtime.selectgo runtime/select.go:327', 'main.(*call).await call.go:20'] },
  P: { reason: 'chan receive', stack: ['runtime.chanrecv1 runtime/chan.go:509', 'main.(*call).await call.go:20'] },
  3: { stack: ['runtime.chansend1 runtime/chan.go:161', 'main.answer call.go:30'] },
  4: { stack: ['runtime.chanrecv1 runtime/chan.go:509', 'main.collect call.go:40'] },
  go: { stack: ['main.begin call.go:10'] },
}

/** One that goes on, and another that waits at the same line; who has started them has ended, and who woke the first. */
const twins = (first: string, second: string, waker: string) => `
    G1 main.main            CCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G6<1 main.begin         RRRRRRRRRRRRRRRRR.............
    G4<6 main.answer        .RRRRRRRRRRRR.................
    G5<6 main.collect       .RRRRRRRRRRRR.................
    G7<6 main.(*call).await ${first.replaceAll('w', waker)}
    G8<6 main.(*call).await ${second}
`

test('a line where each was woken by a goroutine, went on and ended is no place to idle: no timer ends a select there', () => {
  const causes = (first: string, second: string, waker: string) =>
    diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(twins(first, second, waker), TWINS) }])
      .findings.filter(({ certainty }) => certainty !== 'possible')
      .map(({ cause, waiters }) => `${cause} ${waiters.goroutines}`)
  const left = '................RLLLLLLLLLLLLL'
  assert.deepEqual(causes('.RLLLLwR......................', left, '3'), ['no-sender 8'])
  // Whom a receiver wakes has sent.
  assert.deepEqual(causes('.RLLLLwR......................', left, '4'), ['no-receiver 8'])
  // A timer woke it, or it came back for more, or lives on: a loop, perhaps, or a call with a deadline.
  assert.deepEqual(causes('.RLLLLwR......................', left, 'r'), [])
  assert.deepEqual(causes('.RLLLLwRLLLwR.................', left, '3'), [])
  assert.deepEqual(causes('.RLLLLwRRRRRRRRRRRRRRRRRRRRRRR', left, '3'), [])
})

test('a receive that was seen for a moment only is no ticker where goroutines have woken those that waited there', () => {
  const late = '.....................RPPPPPPPP'
  assert.deepEqual(sureOf(twins('.RPPPPwR......................', late, '3'), TWINS), ['main.(*call).await 8'])
  assert.deepEqual(sureOf(twins('.RPPPPwR......................', late, 'r'), TWINS), [])
})

test('a ticker that ticked, and then no more for many times as long, was stopped: who receives from it is stuck', () => {
  const legend: Legend = {
    C: TWINS.C,
    go: TWINS.go,
    P: { ...TWINS.P, stack: ['runtime.chanrecv2 runtime/chan.go:514', 'main.beat b.go:9'] },
  }
  const beat = (states: string, to = legend) =>
    sureOf(
      `
    G1 main.main   ${'C'.repeat(states.length)}
    G6<1 main.boot RRR${'.'.repeat(states.length - 3)}
    G7<6 main.beat ${states}
  `,
      to,
    )
  assert.deepEqual(beat(`.RPPrRPPrRPPrR${'P'.repeat(30)}`), ['main.beat 7'])
  assert.deepEqual(beat(`.RPPrRPPrRPPrR${'P'.repeat(15)}`), [])
  // Twice is no pace; and a select may have let go of its ticker.
  assert.deepEqual(beat(`.RPPrRPPrR${'P'.repeat(30)}`), [])
  const select: Legend = {
    C: TWINS.C,
    P: { reason: 'select', stack: ['runtime.selectgo runtime/select.go:351', 'main.beat b.go:9'] },
  }
  assert.deepEqual(beat(`.RPPrRPPrRPPrR${'P'.repeat(30)}`, select), [])
})
