/** Who can still wake those that wait: neighbours that are seen to go round are none, partners are. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/analysis/diagnose.ts'
import { type Legend, timelineFromText } from './timeline.ts'

const LEGEND: Legend = {
  C: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.main main.go:5'] },
  S: { reason: 'chan send', stack: ['main.(*cart).fill cart.go:10'] },
  Z: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.beat beat.go:20'] },
  Y: { reason: 'sleep', stack: ['time.Sleep runtime/time.go:300', 'main.(*cart).drain cart.go:30'] },
  go: { stack: ['main.order order.go:40'] },
}

const sureSites = (text: string) =>
  diagnose([{ name: 't', kind: 'trace', trace: timelineFromText(text, LEGEND) }])
    .findings.filter(({ certainty }) => certainty !== 'possible')
    .map(({ site }) => site.function)

test('a heartbeat that was started beside it, and went round while it waited, does not receive what it sends', () => {
  const sites = sureSites(`
    G1 main.main            CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G6<1 main.order         RRRRR.........................................
    G7<6 main.(*cart).fill  .RRSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G8<6 main.beat          .RZZZZZrRZZZZZrRZZZZZrRZZZZZrRZZZZZrRZZZZZrRZZ
  `)
  assert.deepEqual(sites, ['main.(*cart).fill'])
})

test('a trace that begins in the middle of a turn does not say where it is: it counts', () => {
  const sites = (beat: string) => {
    const text = `
    G1 main.main            CCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G6<1 main.order         RRR..........................
    G7<6 main.(*cart).fill  SSSSSSSSSSSSSSSSSSSSSSSSSSSSS
    G8<6 main.beat          ${beat}
  `
    return diagnose([
      { name: 't', kind: 'trace', trace: timelineFromText(text, { ...LEGEND, Q: { reason: 'sleep' } }) },
    ])
      .findings.filter(({ certainty }) => certainty !== 'possible')
      .map(({ site }) => site.function)
  }
  assert.deepEqual(sites('QQQrRZZZZZZZrRZZZZZZZrRZZZZZZ'), ['main.(*cart).fill'])
  assert.deepEqual(sites('QQQQQQQQQQQQrRZZZZZZZrRZZZZZZ'), [])
})

test('one that works on the same may receive it in a later turn; one in its first turn is on its way', () => {
  const beside = (row: string) =>
    sureSites(`
    G1 main.main            CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G6<1 main.order         RRRRR.........................................
    G7<6 main.(*cart).fill  .RRSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS
    ${row}
  `)
  assert.deepEqual(beside('G8<6 main.(*cart).drain .RYYYYYrRYYYYYrRYYYYYrRYYYYYrRYYYYYrRYYYYYrRYY'), [])
  assert.deepEqual(beside('G8<6 main.beat          .RZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ'), [])
})

test('a loop of a ticker beside them: who waits for all is stuck with one of them, and only waits where all go round', () => {
  const legend: Legend = {
    ...LEGEND,
    W: { reason: 'sync', stack: ['sync.(*WaitGroup).Wait sync/waitgroup.go:118', 'main.order order.go:44'] },
    T: { reason: 'chan receive', stack: ['main.tick tick.go:20'] },
  }
  const sites = (cart: string) =>
    diagnose([
      {
        name: 't',
        kind: 'trace',
        trace: timelineFromText(
          `
    G1 main.main            CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC
    G6 main.order           RRRWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW
    G7<6 main.(*cart).fill  ${cart}
    G8<6 main.tick          .RTTTTTrRTTTTTrRTTTTTrRTTTTTrRTTTTTrRTTTTTrRTT
  `,
          legend,
        ),
      },
    ])
      .findings.filter(({ certainty }) => certainty !== 'possible')
      .map(({ site }) => site.function)
      .sort()
  assert.deepEqual(sites('.RRSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS'), ['main.(*cart).fill', 'main.order'])
  assert.deepEqual(sites('.RRTTTTrRTTTTTrRTTTTTrRTTTTTrRTTTTTrRTTTTTrRTT'), [])
})

test('main that went once round its sleep while one waits to be done only stays alive; in its first turn it may come', () => {
  const legend: Legend = {
    ...LEGEND,
    W: { reason: 'sync', stack: ['sync.(*WaitGroup).Wait sync/waitgroup.go:118', 'main.main.func1 main.go:9'] },
    go: { stack: ['main.main main.go:4'] },
  }
  const sites = (main: string) =>
    diagnose([
      {
        name: 't',
        kind: 'trace',
        trace: timelineFromText(
          `
    G1 main.main            ${main}
    G7<1 main.main.func1    .RWWWWWWWWWWWWWWWWWWWWWWWWWWWW
  `,
          legend,
        ),
      },
    ])
      .findings.filter(({ certainty }) => certainty !== 'possible')
      .map(({ site }) => site.function)
  assert.deepEqual(sites('RRRCCCCCCCCCCrRCCCCCCCCCCrRCCC'), ['main.main.func1'])
  assert.deepEqual(sites('RRRCCCCCCCCCCCCCCCCCCCCCCCCCCC'), [])
})
