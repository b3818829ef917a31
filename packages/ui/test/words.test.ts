/** The page says what the terminal says. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  DIAGNOSIS_SCHEMA,
  type Diagnosis,
  type Finding,
  formatBytes,
  formatNs,
  titleOf as titleSaid,
} from '@unhang/core'
import {
  columnText,
  formatMoment,
  functionText,
  healthOf,
  holderOf,
  inputsInShort,
  isSourceOf,
  placeText,
  printable,
  problemsOf,
  refusedText,
  titleOf,
} from '../src/words.ts'

const FINDING: Finding = {
  kind: 'mutex',
  cause: 'forgotten-unlock',
  certainty: 'likely',
  site: { function: 'main.(*server).AcquireLock', file: 'seed/server/main.go', line: 26 },
  waiters: { count: 10, goroutines: [41, 42], longestNs: 9.3e9, sinceStart: false, sinceNs: 0.71e9 },
  holder: { state: 'exited', goroutine: 35 },
  evidence: ['ten stand there', 'nobody released it'],
  advice: 'look for a missing `defer mu.Unlock()`',
}
const diagnosisOf = (findings: readonly Finding[], looked: Diagnosis['looked']): Diagnosis => ({
  schema: DIAGNOSIS_SCHEMA,
  verdict: findings.some(({ certainty }) => certainty !== 'possible') ? 'hang' : 'healthy',
  inputs: [{ name: 'server.trace', kind: 'trace', goroutines: looked.goroutines, complete: true }],
  findings,
  looked,
})

describe('sentences', () => {
  it('are the terminal’s, on one line and of bounded length', () => {
    const name = `main.\n\u202e<b>${'x'.repeat(100_000)}`
    const holder = { state: 'waiting', goroutine: 3, function: name, waitsFor: name } as const
    const hostile: Finding = { ...FINDING, holder, kind: 'select' }
    assert.equal(titleOf(hostile), titleSaid(hostile))
    assert.match(holderOf(hostile), /^goroutine 3 in main\. <b>x+…$/)
    assert.ok(holderOf(hostile).length <= 1000)
    const site = { function: name, file: name, line: 3 }
    const busiestLock = { site, waits: 3, waitedNs: 4e7, longestNs: 1e6, durationNs: 1e9 }
    const { word, sentence } = healthOf(diagnosisOf([], { goroutines: 29, placeUnknown: 0, busiestLock }))
    assert.equal(word, 'HEALTHY')
    assert.match(sentence, /^29 goroutines; no lock, slot or call was found stuck; busiest lock main\. <b>x+…$/)
    assert.ok(sentence.length <= 1000)
  })

  it('of problems say where, what and what is lost', () => {
    const problems = [{ offset: 12345, message: 'expected a batch', lost: 'the last second' }]
    const input = { name: 'a.trace', kind: 'trace', goroutines: 1, complete: false, problems } as const
    assert.deepEqual(problemsOf(input), ['a.trace, byte 12,345: expected a batch. Lost: the last second'])
  })
})

describe('numbers', () => {
  it('of time are the terminal’s', () => {
    assert.deepEqual(
      [
        0,
        1,
        999,
        1000,
        12_345,
        999_499,
        999_500,
        5e8,
        999_499_999,
        1e9,
        9.3e9,
        99e9,
        100e9,
        4000e9,
        2e15,
        Number.NaN,
      ].map(formatNs),
      [
        '0 ns',
        '1 ns',
        '999 ns',
        '1 µs',
        '12.3 µs',
        '999 µs',
        '1 ms',
        '500 ms',
        '999 ms',
        '1 s',
        '9.3 s',
        '99 s',
        '1 min 40 s',
        '1 h 6 min',
        '555 h 33 min',
        '?',
      ],
    )
  })

  it('of bytes have three digits', () => {
    assert.deepEqual([0, 999, 1000, 1234, 89_400_000, 2 ** 31].map(formatBytes), [
      '0 B',
      '999 B',
      '1 kB',
      '1.23 kB',
      '89.4 MB',
      '2.15 GB',
    ])
  })

  it('of moments are as fine as what is looked at', () => {
    assert.equal(formatMoment(713_204_112, 2e9, 10e9), '0.713 s')
    assert.equal(formatMoment(713_204_112, 1e6, 10e9), '0.713204 s')
    assert.equal(formatMoment(713_204_112, 0, 10e9), '0.713204112 s', 'in one piece: groups read as two numbers')
    assert.equal(formatMoment(157_952, 5e8, 0.7e9), '0.2 ms')
    assert.equal(formatMoment(0, 5e9, 10e9), '0.000 s')
    assert.equal(formatMoment(Number.NaN, 1, 1), '?')
  })
})

describe('names of strangers', () => {
  it('stay on one line, in one direction, and short', () => {
    assert.equal(printable('a\n\u202eb\u0007<script>'), 'a b <script>')
    assert.equal(printable('x'.repeat(100_000)).length, 200)
    assert.ok(functionText(`main.${'x'.repeat(100_000)}`).length <= 200)
    assert.ok(placeText({ file: `${'y/'.repeat(50_000)}main.go`, line: 7 }).endsWith('y/main.go:7'))
    assert.equal(placeText({ file: '', line: 0 }), '')
  })
})

describe('a line of source', () => {
  it('fits a lock only if it locks', () => {
    assert.equal(isSourceOf(FINDING, FINDING.site, 'mu.Lock()'), true)
    assert.equal(isSourceOf(FINDING, FINDING.site, 'return nil'), false)
    assert.equal(isSourceOf({ ...FINDING, kind: 'chan send' }, FINDING.site, 'return nil'), true)
    assert.equal(isSourceOf(FINDING, { ...FINDING.site, line: 7 }, 'handle(x)'), true)
  })
})

it('of what was not opened begin with what it is', () => {
  const said = refusedText('expected a Go execution trace, plain or gzipped; found an empty input. Was it interrupted?')
  assert.equal(said, 'found an empty input. Was it interrupted?')
  assert.equal(refusedText('the trace ends after its header'), 'the trace ends after its header')
})

it('what is open, in short: by the last parts of names, what is of one kind counted', () => {
  const input = (name: string, kind: 'trace' | 'dump') => ({ name, kind })
  assert.equal(inputsInShort([]), '')
  assert.equal(inputsInShort([input('/home/me/incident/server.trace', 'trace')]), 'incident/server.trace')
  assert.equal(
    inputsInShort([input('a/b/c.trace', 'trace'), input('a/b/1.txt', 'dump'), input('a/b/2.txt', 'dump')]),
    'b/c.trace · 2 dumps',
  )
  const dumps = ['1', '2', '3', '4', '5'].map(name => input(`C:\\dumps\\${name}.txt`, 'dump'))
  assert.equal(inputsInShort(dumps), 'dumps/1.txt · dumps/2.txt · dumps/3.txt · 2 more dumps')
})

describe('columnText', () => {
  it('says what a column has no room for in fewer words', () => {
    const hourNs = 3600e9
    const said = [0.4e9, 250e9, 0.5 * hourNs, 1.58 * hourNs, 11.55 * hourNs, 1142.2 * hourNs, 12_345 * hourNs]
    assert.deepEqual(said.map(columnText), [
      '400 ms',
      '4 min 10 s',
      '30 min',
      '94.8 min',
      '11.6 h',
      '1,142 h',
      '12,345 h',
    ])
  })

  it('never takes more than the widest of short times', () => {
    for (let ns = 1; ns < 1e18; ns *= 1.0037) assert.ok(columnText(ns).length <= 10, columnText(ns))
  })
})
