/** What terminal and page both say of a finding, and of health. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DIAGNOSIS_SCHEMA, type Diagnosis, type Finding, healthOf, holderOf, titleOf } from '../src/index.ts'

const FINDING: Finding = {
  kind: 'mutex',
  cause: 'forgotten-unlock',
  certainty: 'likely',
  site: { function: 'main.(*server).AcquireLock', file: 'seed/server/main.go', line: 26 },
  waiters: { count: 10, goroutines: [41, 42], longestNs: 9.3e9, sinceStart: false, sinceNs: 0.71e9 },
  holder: { state: 'exited', goroutine: 35 },
  evidence: [],
  advice: '',
}
const of = (cause: Finding['cause'], count = 10, more: Partial<Finding> = {}): Finding => ({
  ...FINDING,
  cause,
  waiters: { ...FINDING.waiters, count },
  ...more,
})

describe('a title', () => {
  const titles: readonly (readonly [Finding, string])[] = [
    [of('forgotten-unlock'), '10 goroutines wait for a lock that nobody is left to release'],
    [of('lock-order-cycle', 2), '2 goroutines wait for locks that are held in a circle'],
    [of('never-done', 1), '1 goroutine waits for others that never say Done'],
    [of('no-sender', 1), '1 goroutine waits to receive, and nobody is left to send'],
    [of('no-sender', 1, { kind: 'select' }), '1 goroutine waits in a select, and nobody is left to serve it'],
    [of('no-receiver', 1200), '1,200 goroutines wait to send, and nobody is seen to receive'],
    [of('remote', 0), 'an unknown number of goroutines wait for an answer from another process'],
    // All have been let in: it is the place that is told of.
    [of('contention', 0), 'goroutines wait for a lock that is held for long'],
    [of('unknown', 1), '1 goroutine waits (mutex), and who would wake it is unclear'],
    [of('unknown', 2, { kind: 'cond' }), '2 goroutines wait (cond), and who would wake them is unclear'],
  ]
  for (const [finding, title] of titles) it(title, () => assert.equal(titleOf(finding), title))
})

describe('a holder', () => {
  const waiting = { state: 'waiting', goroutine: 3, function: 'a.org/b/main.f', waitsFor: 'a channel' } as const
  const holders: readonly (readonly [Finding, string])[] = [
    [of('forgotten-unlock'), 'goroutine 35 took it and has ended without releasing it'],
    [
      of('forgotten-unlock', 1, { holder: { state: 'exited' } }),
      'gone: no living goroutine is where it could be released',
    ],
    [of('no-sender', 1), 'gone: goroutine 35 started it and has ended'],
    [of('no-receiver', 2), 'gone: goroutine 35 started them and has ended'],
    [of('holder-blocked', 2, { holder: waiting }), 'goroutine 3 in main.f, which waits for a channel'],
    [
      of('self-deadlock', 1, { holder: { ...waiting, state: 'self' } }),
      'goroutine 3 in main.f, one of those that wait for it',
    ],
    [of('contention', 2, { holder: { state: 'running', function: 'main.f' } }), 'a goroutine in main.f, running'],
    [of('contention', 2, { holder: { state: 'unknown' } }), 'unknown'],
    [of('remote', 2), 'the remote'],
    [of('remote', 2, { holder: waiting }), 'the remote; goroutine 3 reads what it sends'],
  ]
  for (const [finding, text] of holders) it(text, () => assert.equal(holderOf(finding), text))
})

describe('health', () => {
  const site = { function: 'main.f', file: 'main.go', line: 3 }
  const busiestLock = { site, waits: 3, waitedNs: 4e7, longestNs: 1e6, durationNs: 1e9 }
  const diagnosisOf = (looked: Diagnosis['looked'], complete = true, findings: readonly Finding[] = []): Diagnosis => ({
    schema: DIAGNOSIS_SCHEMA,
    verdict: 'healthy',
    inputs: [{ name: 'server.trace', kind: 'trace', goroutines: looked.goroutines, complete }],
    findings,
    looked,
  })
  const said = (diagnosis: Diagnosis) => {
    const { word, sentence } = healthOf(diagnosis)
    return `${word}: ${sentence}`
  }

  it('says what was looked for', () => {
    const looked = { goroutines: 29, placeUnknown: 0 }
    assert.equal(said(diagnosisOf(looked)), 'HEALTHY: 29 goroutines; no lock, slot or call was found stuck')
    assert.equal(
      said(diagnosisOf(looked, false)),
      'HEALTHY: 29 goroutines; no lock, slot or call was found stuck in what could be read',
    )
    assert.equal(
      said(diagnosisOf(looked, true, [FINDING])),
      'HEALTHY: 29 goroutines; no lock, slot or call was found stuck for sure, 1 is worth a look',
    )
    assert.equal(
      said(diagnosisOf(looked, false, [FINDING])),
      'NOT SURE: 29 goroutines; no lock, slot or call was found stuck in what could be read for sure, 1 is worth a look',
    )
    assert.equal(
      said(diagnosisOf({ goroutines: 1, placeUnknown: 0, busiestLock })),
      'HEALTHY: 1 goroutine; no lock, slot or call was found stuck; busiest lock main.f (main.go:3), 3 waits of 40 ms in all, 1 ms at most',
    )
    const openTasks = { count: 2, type: 'checkout', longestNs: 3.24e7 }
    const open = (tasks: object) => said(diagnosisOf({ goroutines: 1, placeUnknown: 0, openTasks: { ...openTasks, ...tasks } })).split('; ').at(-1) // biome-ignore format: one line
    assert.equal(open({}), '2 user tasks are open at the end, "checkout" for 32.4 ms at most')
    assert.equal(open({ count: 1 }), '1 user task is open at the end, "checkout" for 32.4 ms')
    assert.equal(open({ type: '\n' }), '2 user tasks are open at the end, for 32.4 ms at most')
    assert.ok(open({ type: 'x'.repeat(1e5) })!.length < 120)
  })

  it('is no word for what could not be seen', () => {
    const blind = { goroutines: 1_000_000, placeUnknown: 999_999 }
    assert.match(said(diagnosisOf(blind)), /^NOTHING SEEN: 999,999 of 1,000,000 goroutines wait since before .* add a/)
    assert.match(
      said(diagnosisOf(blind, false)),
      /^NOTHING SEEN: 999,999 of .* lost with what is missing: capture anew/,
    )
    assert.match(said(diagnosisOf({ goroutines: 0, placeUnknown: 0 })), /^NOTHING SEEN: no goroutine is in what was/)
  })
})
