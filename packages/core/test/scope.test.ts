/** What a scope asks about, and the stays that are left of it: drawn by hand, and against sums that are slow and plain. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseRangeText, parseTimeText, rangeText, timeText } from '../src/spent/range-text.ts'
import { type Scope, ScopeError, scopeOf, wholeScope } from '../src/spent/scope.ts'
import { staysIn } from '../src/spent/stays.ts'
import { GO_STATE_NAMES, spanEndNs, type Trace } from '../src/trace/tables.ts'
import { TICK_NS, timelineFromText } from './timeline.ts'

const LEGEND = { L: { reason: 'sync' }, C: { reason: 'chan receive' }, S: { syscall: true } }

const TRACE = timelineFromText(
  `
  G1 main.main     RRRRCCCCRR
  G2 main.worker   rRLLLLLLLL
  G3 main.worker   ..rRSSR...
  G7 cache.worker  LLLLLLLLLL
  `,
  LEGEND,
)

/** "g2 waiting 3", in ticks; "…" behind what goes on when the trace ends. */
function told(trace: Trace, scope: Scope): string[] {
  const lines: string[] = []
  for (const { count, span, ns, isOver } of staysIn(trace, scope)) {
    for (let i = 0; i < count; i++) {
      const { stateReason, goroutine } = trace.spans
      const id = trace.goroutines.id[goroutine[span[i]]]
      lines.push(`g${id} ${GO_STATE_NAMES[stateReason[span[i]] & 3]} ${ns[i] / TICK_NS}${isOver[i] ? '' : '…'}`)
    }
  }
  return lines.sort()
}

test('of the whole trace each span is a stay', () => {
  assert.deepEqual(told(TRACE, wholeScope(TRACE)), [
    'g1 running 2…',
    'g1 running 4',
    'g1 waiting 4',
    'g2 runnable 1',
    'g2 running 1',
    'g2 waiting 8…',
    'g3 runnable 1',
    'g3 running 1',
    'g3 running 1',
    'g3 syscall 2',
    'g7 waiting 10…',
  ])
})

test('a range cuts them; whether one is over is asked of the whole trace', () => {
  const range = { startNs: 3 * TICK_NS, endNs: 5 * TICK_NS }
  assert.deepEqual(told(TRACE, scopeOf(TRACE, { range })), [
    'g1 running 1',
    'g1 waiting 1',
    'g2 waiting 2…',
    'g3 running 1',
    'g3 syscall 1',
    'g7 waiting 2…',
  ])
})

test('a function, goroutines, both, and a range without an end', () => {
  const range = { startNs: 8 * TICK_NS, endNs: Number.POSITIVE_INFINITY }
  assert.deepEqual(told(TRACE, scopeOf(TRACE, { function: 'main.worker', range })), ['g2 waiting 2…'])
  assert.deepEqual(told(TRACE, scopeOf(TRACE, { goroutines: [1, 7], range })), ['g1 running 2…', 'g7 waiting 2…'])
  assert.deepEqual(told(TRACE, scopeOf(TRACE, { function: 'main.worker', goroutines: [7, 3] })).length, 4)
})

test('stretches of goroutines narrow each stay to what lies within them', () => {
  const within = {
    first: Uint32Array.of(0, 2, 3, 3, 3),
    startNs: Float64Array.of(1, 6, 0).map(ticks => ticks * TICK_NS),
    endNs: Float64Array.of(5, 9, 3).map(ticks => ticks * TICK_NS),
  }
  const lines = told(TRACE, { ...wholeScope(TRACE), within }).filter(line => !/ 0…?$/.test(line))
  assert.deepEqual(lines, [
    'g1 running 1…',
    'g1 running 3',
    'g1 waiting 3',
    'g2 runnable 1',
    'g2 running 1',
    'g2 waiting 1…',
  ])
})

const WRONG = [
  ['a function that is not there', { function: 'worker' }, /'worker'.*did you mean main\.worker, or cache\.worker\?/],
  [
    'a function that was mistyped',
    { function: 'main.wroker' },
    /'main\.wroker'.*did you mean main\.worker, or cache\.worker\?/,
  ],
  ['a function like none', { function: 'zzz' }, /'zzz'.*unhang functions FILE/],
  ['a goroutine that is not there', { goroutines: [1, 99] }, /no goroutine 99/],
  ['a region where there is none', { region: 'x' }, /this trace has no regions/],
  ['a range behind the trace', { range: { startNs: 9e9, endNs: 10e9 } }, /a range within a trace of 500 ms/],
  ['a range that ends before it begins', { range: { startNs: 2, endNs: 1 } }, /ends after its begin/],
] as const

for (const [name, ask, message] of WRONG) {
  test(`told what is wrong with ${name}`, () => {
    assert.throws(
      () => scopeOf(TRACE, ask),
      error => error instanceof ScopeError && message.test(error.message),
    )
  })
}

const STEPS = fc.array(
  fc.record({
    who: fc.nat(4),
    length: fc.integer({ min: 1, max: 3 }),
    letter: fc.constantFrom('R', 'r', 'L', 'C', 'S'),
  }),
  { minLength: 1, maxLength: 40 },
)

test('in any trace, range and choice of goroutines the stays are the spans, cut', () => {
  fc.assert(
    fc.property(STEPS, fc.nat(100), fc.nat(100), fc.nat(31), (steps, a, b, bits) => {
      const rows = ['', '', '', '', '']
      for (const { who, length, letter } of steps) rows[who] += letter.repeat(length)
      const text = rows
        .map((states, i) => (states === '' ? '' : `G${i + 1} main.f${i} ${'.'.repeat(i)}${states}.`))
        .join('\n')
      const trace = timelineFromText(text, LEGEND)
      const fromNs = (Math.min(a, b) / 100) * trace.durationNs
      const toNs = (Math.max(a, b) / 100) * trace.durationNs
      const keep = Uint8Array.from({ length: trace.goroutines.length }, (_, g) => (bits >> g) & 1)
      const sums = new Map<number, number>()
      for (const { count, span, ns } of staysIn(trace, { fromNs, toNs, keep, within: undefined }))
        for (let i = 0; i < count; i++) sums.set(span[i], (sums.get(span[i]) ?? 0) + ns[i])
      for (let g = 0; g < trace.goroutines.length; g++) {
        for (let at = trace.spansOf.first[g]; at < trace.spansOf.first[g + 1]; at++) {
          const row = trace.spansOf.row[at]
          const ns = Math.min(toNs, spanEndNs(trace, g, at)) - Math.max(fromNs, trace.spans.startNs[row])
          const expected = keep[g] === 1 && ns > 0 ? ns : 0
          assert.ok(Math.abs((sums.get(row) ?? 0) - expected) < 1e-6, `span ${row}: ${sums.get(row)} and ${expected}`)
        }
      }
    }),
  )
})

test('ranges as people type them', () => {
  const of = (text: string) => parseRangeText(text)
  assert.deepEqual(of('0.8s-0.9s'), { startNs: 0.8e9, endNs: 0.9e9 })
  assert.deepEqual(of('120ms-1.5s'), { startNs: 120e6, endNs: 1.5e9 })
  assert.deepEqual(of('1h-2h'), { startNs: 3600e9, endNs: 7200e9 })
  assert.deepEqual(of('5-7ms'), { startNs: 5e6, endNs: 7e6 })
  assert.deepEqual(of(' 2s - '), { startNs: 2e9, endNs: Number.POSITIVE_INFINITY })
  assert.deepEqual(of('-100us'), { startNs: 0, endNs: 100e3 })
  for (const wrong of ['', '-', '2s', '3s-2s', '1s-1s', 'a-b', '1d-2d', '-1s-2s', '1s-2s-3s', `${'9'.repeat(400)}s-`])
    assert.equal(of(wrong), undefined, wrong)
})

test('times as people type them, and written so that they are read back', () => {
  for (const [text, ns] of [
    ['500us', 500e3],
    ['1.5s', 1.5e9],
    [' 10 ms ', 10e6],
    ['2m', 120e9],
    ['7µs', 7e3],
    ['12ns', 12],
  ] as const)
    assert.equal(parseTimeText(text), ns, text)
  for (const wrong of ['', '10', '0ms', '-1ms', '1d', 'ms', '0.1ns', `${'9'.repeat(400)}s`])
    assert.equal(parseTimeText(wrong), undefined, wrong)
  assert.deepEqual([10e6, 1.5e9, 250, 1e3].map(timeText), ['10ms', '1.5s', '250ns', '1us'])
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e13 }), ns => {
      assert.equal(parseTimeText(timeText(ns)), ns)
    }),
  )
})

test('a range that is written is read back', () => {
  const times = fc.integer({ min: 0, max: 1e13 })
  fc.assert(
    fc.property(times, times, (a, b) => {
      fc.pre(a !== b)
      const range = { startNs: Math.min(a, b), endNs: Math.max(a, b) }
      assert.deepEqual(parseRangeText(rangeText(range)), range)
    }),
  )
})
