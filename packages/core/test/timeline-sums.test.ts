/** Sums over a stretch of time against sums that are slow and plain, and against those of the whole trace. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { FrameBook } from '../src/analysis/scene/frames.ts'
import { waitName } from '../src/analysis/scene/wait-classes.ts'
import { waitOf } from '../src/analysis/scene/waits.ts'
import { summarize } from '../src/analysis/summary.ts'
import { rangeSums } from '../src/timeline/detail/sums.ts'
import type { RangeSums, Selection } from '../src/timeline/model.ts'
import { createTimeline } from '../src/timeline/timeline.ts'
import { TraceBuilder } from '../src/trace/build.ts'
import { GO_STATE_NAMES, GoState, RangeKind, spanEndNs, type Trace } from '../src/trace/tables.ts'
import { validate } from '../src/trace/validate.ts'
import { openTrace } from './open-trace.ts'
import { ROOT } from './oracle.ts'
import { TICK_NS, timelineFromText } from './timeline.ts'

const REASONS = ['', 'sync', 'chan receive']
const ENTRIES = ['main.a', 'main.b']

/** What happens next: to which goroutine, how much later, and what. */
type Step = { readonly who: number; readonly laterNs: number; readonly what: number }

/**
 * Goroutines come, change their state and go as `steps` say; the first `older` of them were there before the trace, and
 * are first heard of in the middle of it.
 */
function randomTrace(steps: readonly Step[], older: number): Trace {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const reasons = REASONS.map(text => builder.reason(builder.strings.internText(text)))
  const rows = new Map<number, number>()
  let nowNs = 0
  for (const { who, laterNs, what } of steps) {
    nowNs += laterNs
    const g = rows.get(who)
    const state = (what & 3) as GoState
    const reason = state === GoState.waiting ? reasons[what % 3] : 0
    if (g === undefined) {
      const isOld = who < older
      const made = builder.goroutine(who, isOld ? Number.NaN : nowNs, -1, -1)
      const name = builder.strings.internText(ENTRIES[who % 2])
      builder.ownStack(made, builder.stacks.stack([builder.stacks.frameRow(name, name, 1)], 1))
      builder.span(isOld ? 0 : nowNs, made, state, reason, -1, -1)
      rows.set(who, made)
    } else if (what === 11) {
      builder.die(nowNs, g)
      // Whoever has died is not heard of again: its number goes on as another one's.
      rows.delete(who)
    } else builder.span(nowNs, g, state, reason, -1, -1)
  }
  const trace = builder.freeze(26, nowNs)
  return { ...trace, goroutines: { ...trace.goroutines, id: trace.goroutines.id.map((_, row) => row) } }
}

/** The same as `rangeSums`, span by span. */
function slowSums(trace: Trace, keep: Uint8Array | undefined, fromNs: number, toNs: number) {
  const stateNs = [0, 0, 0, 0]
  const reasons: { [reason: string]: [ns: number, spans: number] } = {}
  const functions: { [name: string]: [ns: number, goroutines: number] } = {}
  let goroutines = 0
  for (let g = 0; g < trace.goroutines.length; g++) {
    if (keep && keep[g] === 0) continue
    let isThere = false
    for (let at = trace.spansOf.first[g]; at < trace.spansOf.first[g + 1]; at++) {
      const row = trace.spansOf.row[at]
      const startNs = trace.spans.startNs[row]
      const endNs = spanEndNs(trace, g, at)
      // Of one that lives on the last moment belongs to its last span.
      const isEternal = at + 1 === trace.spansOf.first[g + 1] && Number.isNaN(trace.goroutines.deathNs[g])
      const isHeld = startNs <= fromNs ? endNs > fromNs || isEternal : startNs < toNs
      if (!isHeld) continue
      isThere = true
      const state = trace.spans.stateReason[row] & 3
      const ns = Math.min(endNs, toNs) - Math.max(startNs, fromNs)
      stateNs[state] += ns
      const name = trace.strings.text(trace.goroutines.entry[g])
      functions[name] ??= [0, 0]
      if (state === GoState.running) functions[name][0] += ns
      if (state !== GoState.waiting) continue
      const said = trace.strings.text(trace.reasons[trace.spans.stateReason[row] >>> 2])
      const { what } = waitOf(new FrameBook().stack(trace, trace.spans.stack[row]), said)
      const reason = waitName(what, said) || 'unknown'
      reasons[reason] ??= [0, 0]
      reasons[reason][0] += ns
      reasons[reason][1]++
    }
    if (!isThere) continue
    goroutines++
    functions[trace.strings.text(trace.goroutines.entry[g])][1]++
  }
  return { goroutines, stateNs, reasons, functions }
}

function assertSame(sums: RangeSums, slow: ReturnType<typeof slowSums>): void {
  assert.equal(sums.goroutines, slow.goroutines)
  assert.deepEqual(sums.stateNs, slow.stateNs)
  assert.deepEqual(Object.fromEntries(sums.reasons.map(({ reason, ns, spans }) => [reason, [ns, spans]])), slow.reasons)
  const ran = Object.entries(slow.functions).filter(([, [ns]]) => ns > 0)
  assert.deepEqual(
    Object.fromEntries(sums.functions.map(({ name, runningNs, goroutines }) => [name, [runningNs, goroutines]])),
    Object.fromEntries(ran),
  )
}

const step = fc.record({ who: fc.nat(5), laterNs: fc.nat(20), what: fc.nat(11) })

test('any stretch of any trace sums up as span by span', () => {
  let spans = 0
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.nat(4),
      fc.array(fc.tuple(fc.nat(1200), fc.nat(1200)), { minLength: 1, maxLength: 8 }),
      fc.nat(63),
      (steps, older, stretches, kept) => {
        const trace = randomTrace(steps, older)
        assert.deepEqual(validate(trace), [])
        spans += trace.spans.length
        const timeline = createTimeline(trace, [])
        const keep = Uint8Array.from({ length: trace.goroutines.length }, (_, g) => (kept >> (g % 6)) & 1)
        const selection: Selection = { keep, kept: 0, marks: undefined, marked: 0 }
        for (const [a, b] of stretches) {
          const fromNs = Math.min(a, b, trace.durationNs)
          const toNs = Math.min(Math.max(a, b), trace.durationNs)
          assertSame(rangeSums(timeline, undefined, fromNs, toNs), slowSums(trace, undefined, fromNs, toNs))
          assertSame(rangeSums(timeline, selection, fromNs, toNs), slowSums(trace, keep, fromNs, toNs))
        }
      },
    ),
    { numRuns: 500, seed: 5 },
  )
  assert.ok(spans > 1000)
})

test('longest first, and the unknown has a name', () => {
  const trace = timelineFromText(
    `G1 main.a LLLLLrUURRRR
     G2 main.b RRRRRRRRUUUU`,
    { L: { reason: 'sync' }, U: { reason: '' } },
  )
  const sums = rangeSums(createTimeline(trace, []), undefined, 0, trace.durationNs)
  assert.deepEqual(sums.reasons, [
    { reason: 'unknown', ns: 6 * TICK_NS, spans: 2 },
    { reason: 'sync', ns: 5 * TICK_NS, spans: 1 },
  ])
  assert.deepEqual(sums.functions, [
    { name: 'main.b', runningNs: 8 * TICK_NS, goroutines: 1 },
    { name: 'main.a', runningNs: 4 * TICK_NS, goroutines: 1 },
  ])
})

test('a wait is called by its stack: since Go 1.22 a trace says "sync" of whatever package sync does', () => {
  const trace = timelineFromText('G1 main.a LLLRWW', {
    L: { reason: 'sync', stack: ['sync.(*Mutex).Lock sync/mutex.go:46', 'main.a a.go:7'] },
    W: { reason: 'sync', stack: ['sync.(*WaitGroup).Wait sync/waitgroup.go:118', 'main.a a.go:8'] },
  })
  const { reasons } = rangeSums(createTimeline(trace, []), undefined, 0, trace.durationNs)
  assert.deepEqual(
    reasons.map(({ reason, ns }) => [reason, ns / TICK_NS]),
    [
      ['sync.Mutex.Lock', 3],
      ['sync.WaitGroup.Wait', 2],
    ],
  )
})

test('a stretch is cut to the trace, one that ends before it begins is empty', () => {
  const trace = timelineFromText('G1 main.a RRRR', {})
  const timeline = createTimeline(trace, [])
  const of = (from: number, to: number) => {
    const { startNs, endNs, stateNs } = rangeSums(timeline, undefined, from, to)
    return [startNs / TICK_NS, endNs / TICK_NS, stateNs[0] / TICK_NS]
  }
  assert.deepEqual(of(-5 * TICK_NS, 100 * TICK_NS), [0, 4, 4])
  assert.deepEqual(of(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY), [0, 4, 4])
  assert.deepEqual(of(Number.NaN, Number.NaN), [0, 4, 4])
  assert.deepEqual(of(3 * TICK_NS, 1 * TICK_NS), [3, 3, 0])
})

test('collections and stops of the world count where they meet the stretch', () => {
  const trace = timelineFromText('G1 main.a RRRRRRRRRR', {})
  const kind = Uint8Array.of(RangeKind.gcMark, RangeKind.stopTheWorld, RangeKind.gcSweep, RangeKind.stopTheWorld)
  const none = new Int32Array(4).fill(-1)
  const startNs = Float64Array.of(0, 2, 3, 8).map(tick => tick * TICK_NS)
  const endNs = Float64Array.of(3, 4, 9, Number.NaN).map(tick => tick * TICK_NS)
  const columns = { kind, name: new Int32Array(4), startNs, endNs, goroutine: none, proc: none, stack: none }
  const ranges = { length: 4, ...columns, stated: trace.ranges.stated }
  const timeline = createTimeline({ ...trace, ranges }, [])
  const of = (from: number, to: number) => {
    const { gcNs, stwNs, stwCount } = rangeSums(timeline, undefined, from * TICK_NS, to * TICK_NS)
    return [gcNs / TICK_NS, stwNs / TICK_NS, stwCount]
  }
  assert.deepEqual(of(0, 10), [3, 4, 2])
  assert.deepEqual(of(1, 3), [2, 1, 1])
  assert.deepEqual(of(4, 8), [0, 0, 0])
  assert.deepEqual(of(9, 10), [0, 1, 1])
})

const FOLDERS = ['testdata/traces', '../shared/traces'].map(folder => join(ROOT, folder)).filter(existsSync)

for (const folder of FOLDERS)
  for (const file of readdirSync(folder).filter(name => name.endsWith('.trace')))
    test(`${file}: over the whole trace as its summary, and by parts as span by span`, () => {
      const trace = openTrace(readFileSync(join(folder, file)))
      const timeline = createTimeline(trace, [])
      const whole = rangeSums(timeline, undefined, 0, trace.durationNs)
      const { states, waitReasons } = summarize(trace)
      GO_STATE_NAMES.forEach((name, state) => {
        near(whole.stateNs[state], states[name]?.ns ?? 0)
      })
      const sum = (values: readonly { readonly ns: number }[]) => values.reduce((all, { ns }) => all + ns, 0)
      near(sum(whole.reasons), sum(Object.values(waitReasons)))
      for (let part = 0; part < 10; part++) {
        const [fromNs, toNs] = [part, part + 1].map(i => (trace.durationNs * i) / 10)
        const sums = rangeSums(timeline, undefined, fromNs, toNs)
        const slow = slowSums(trace, undefined, fromNs, toNs)
        assert.equal(sums.goroutines, slow.goroutines)
        slow.stateNs.forEach((ns, state) => {
          near(sums.stateNs[state], ns)
        })
        assert.equal(
          sums.reasons.reduce((sum, { spans }) => sum + spans, 0),
          Object.values(slow.reasons).reduce((sum, [, spans]) => sum + spans, 0),
        )
      }
    })

/** Sums of fractions of nanoseconds depend on their order. */
function near(found: number, expected: number): void {
  assert.ok(Math.abs(found - expected) <= 1e-9 * Math.max(1e6, expected), `${found}, expected ${expected}`)
}
