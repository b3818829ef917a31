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
