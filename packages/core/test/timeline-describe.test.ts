/** What the tooltip says of each kind of row: at a span, between spans, and where spans are narrower than a column. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { describeAt } from '../src/timeline/detail/describe.ts'
import { percentText, sizeText } from '../src/timeline/detail/describe-words.ts'
import type { Row, RowKind, Selection, Timeline } from '../src/timeline/model.ts'
import { momentText } from '../src/timeline/moments.ts'
import { layoutRows } from '../src/timeline/rows/rows.ts'
import { createTimeline } from '../src/timeline/timeline.ts'
import { TraceBuilder } from '../src/trace/build.ts'
import { GoState, MetricKind, placeOf, RangeKind } from '../src/trace/tables.ts'
import { openTrace } from './open-trace.ts'
import { ROOT } from './oracle.ts'
import { TICK_NS, timelineFromText } from './timeline.ts'

const row = (kind: RowKind, subject: number, key = '', label = ''): Row => ({
  key,
  kind,
  subject,
  label,
  note: '',
  depth: 0,
  expanded: undefined,
  stuck: false,
})

const LOCK = {
  reason: 'sync',
  stack: ['sync.(*Mutex).Lock sync/mutex.go:90', 'example.com/a/shop.Pay /src/a/shop/pay.go:20'],
}
const CALL = { syscall: true, stack: ['syscall.read sys.go:1', 'main.work main.go:22'] }
const UNLOCK = { stack: ['sync.(*Mutex).Unlock sync/mutex.go:210', 'main.free main.go:30'] }

function story(): Timeline {
  const text = `
    G7  main.waker            RRRRrRRRRR
    G9  example.com/a/shop.F  .RLL1RSSRRLLLL
    G11 main.short            ..RRRR.
  `
  return createTimeline(timelineFromText(text, { L: LOCK, S: CALL, '1': UNLOCK }), [1])
}

const at = (timeline: Timeline, of: Row, tick: number, columnTicks = 0.001) =>
  describeAt(timeline, of, (tick + 0.5) * TICK_NS, columnTicks * TICK_NS)

test('a wait of a goroutine: how long, whose, for what and where, and who ended it', () => {
  assert.deepEqual(at(story(), row('goroutine', 1), 3), [
    'waiting 100 ms, 100.0 ms → 200.0 ms',
    'goroutine 9 shop.F',
    'sync.Mutex.Lock at shop.Pay (shop/pay.go:20)',
    'woken by goroutine 7 main.waker',
  ])
})

test('the last wait of a stuck one says so, and that it is not over', () => {
  assert.deepEqual(at(story(), row('goroutine', 1), 12), [
    "waiting at least 200 ms, 500.0 ms → the trace's end, stuck",
    'goroutine 9 shop.F',
    'sync.Mutex.Lock at shop.Pay (shop/pay.go:20)',
  ])
})

test('who was woken, who calls, who runs since before the trace', () => {
  const timeline = story()
  assert.deepEqual(at(timeline, row('goroutine', 1), 4), [
    'runnable 50.0 ms, 200.00 ms → 250.00 ms',
    'goroutine 9 shop.F',
    'woken by goroutine 7 main.waker',
  ])
  assert.deepEqual(at(timeline, row('goroutine', 1), 6), [
    'syscall 100 ms, 300.0 ms → 400.0 ms',
    'goroutine 9 shop.F',
    'called at main.work (main.go:22)',
  ])
  assert.deepEqual(at(timeline, row('goroutine', 0), 1), [
    'running at least 200 ms, before the trace → 200.0 ms',
    'goroutine 7 main.waker',
  ])
})

test('before its birth and after its death a goroutine is not there', () => {
  const timeline = story()
  assert.deepEqual(at(timeline, row('goroutine', 2), 0), [
    'goroutine 11 main.short',
    'not there yet: begins at 100.00 ms',
  ])
  assert.deepEqual(at(timeline, row('goroutine', 2), 8), ['goroutine 11 main.short', 'ended at 300.00 ms'])
})

test('where spans are narrower than a column it says what is in the column', () => {
  assert.deepEqual(describeAt(story(), row('goroutine', 1), 5 * TICK_NS, 10 * TICK_NS), [
    '6 spans, 0 ms → 500 ms',
    'running 44 %, waiting 22 %, syscall 22 %, runnable 11 %',
    'goroutine 9 shop.F',
  ])
})

test('a group counts who is there, all or those that a filter keeps', () => {
  const text = `
    G1 main.a RRRR
    G2 main.a LLLL
    G3 main.a ..LL
    G4 main.a LL.
    G5 main.b RRRR
  `
  const timeline = createTimeline(timelineFromText(text, { L: LOCK }), [1])
  const group = row('group', timeline.groups.groupOf[0], 'f:main.a', 'main.a')
  assert.deepEqual(at(timeline, group, 0), [
    'main.a',
    '3 goroutines at 25.00 ms',
    'running 1, waiting 2',
    '1 of them stuck',
    '4 goroutines over the whole trace',
  ])
  const keep = Uint8Array.of(1, 0, 1, 1, 1)
  const selection: Selection = { keep, kept: 4, marks: undefined, marked: 0 }
  assert.deepEqual(describeAt(timeline, group, 2.5 * TICK_NS, 1, selection).slice(1, 3), [
    '2 goroutines at 125.000000 ms',
    'running 1, waiting 1',
  ])
})

/** Procs, threads, and one of each kind of thing that is told of. */
function busy(): Timeline {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const name = (text: string) => builder.strings.internText(text)
  const stack = builder.stacks.stack([builder.stacks.frameRow(name('main.work'), name('/src/main.go'), 7)], 1)
  const [p0, p1] = [builder.proc(0), builder.proc(1)]
  const [m8, m9] = [builder.thread(8), builder.thread(9)]
  const g = [1, 2, 3].map(id => {
    const made = builder.goroutine(id, Number.NaN, -1, -1)
    builder.ownStack(made, stack)
    return made
  })
  const wait = builder.reason(name('chan receive'))
  builder.metric(0, MetricKind.heapAlloc, 4_190_000)
  builder.metric(0, MetricKind.gomaxprocs, 2)
  builder.span(0, g[0], GoState.running, 0, placeOf(p0, m8), -1)
  builder.span(0, g[2], GoState.waiting, wait, -1, stack)
  // Proc 1 changes hands every microsecond.
  for (let ns = 0; ns < 100_000; ns += 2000) {
    builder.span(ns, g[1], GoState.running, 0, placeOf(p1, m9), -1)
    builder.span(ns + 1000, g[1], GoState.waiting, wait, -1, stack)
  }
  builder.metric(500_000, MetricKind.heapAlloc, 812)
  builder.metric(500_000, MetricKind.heapGoal, 8e6)
  builder.span(900_000, g[0], GoState.waiting, wait, -1, stack)
  return createTimeline(builder.freeze(26, 1_000_000), [])
}

test('a proc and a thread: who is on it, that nobody is, or who shares a column', () => {
  const timeline = busy()
  const lines = ['running at least 900 µs, before the trace → 0.9000 ms', 'goroutine 1 main.work', 'P0 · thread 8']
  assert.deepEqual(describeAt(timeline, row('proc', 0), 100, 10), lines)
  assert.deepEqual(describeAt(timeline, row('thread', 0), 100, 10), lines)
  assert.deepEqual(describeAt(timeline, row('proc', 0), 950_000, 10_000), ['P0', 'idle at 0.95 ms'])
  assert.deepEqual(describeAt(timeline, row('proc', 1), 50_000, 20_000), [
    '10 stays of goroutines, 0.04 ms → 0.06 ms',
    'running 50 %, idle 50 %',
    'all of it main.work',
    'P1',
  ])
  assert.deepEqual(describeAt(timeline, row('heading', -1, 'procs'), 960_000, 1e6), [
    '2 procs at 1 ms',
    'without a goroutine 2',
  ])
})

test('counters at a time', () => {
  const timeline = busy()
  assert.deepEqual(describeAt(timeline, row('counter', 0), 100, 1e6), [
    'heap 4.00 MiB',
    'next collection at not known yet',
    'at 0 ms',
  ])
  assert.deepEqual(describeAt(timeline, row('counter', 0), 600_000, 1e6), [
    'heap 812 B',
    'next collection at 7.63 MiB',
    'at 1 ms',
  ])
  assert.deepEqual(describeAt(timeline, row('counter', 1), 500, 1e6), ['3 goroutines at 0 ms', 'running 2, waiting 1'])
  assert.deepEqual(describeAt(timeline, row('counter', 2), 500, 1e6), ['2 threads at 0 ms', 'running 2'])
  assert.deepEqual(describeAt(timeline, row('counter', 3), 500, 1e6)[0], 'GOMAXPROCS 2')
})

/** Two tasks of a type, a region, logs, and pauses of two kinds. */
function told(): Timeline {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const name = (text: string) => builder.strings.internText(text)
  const stack = builder.stacks.stack([builder.stacks.frameRow(name('main.handle'), name('/src/app/main.go'), 7)], 1)
  const g = builder.goroutine(5, Number.NaN, -1, -1)
  builder.ownStack(g, stack)
  builder.span(0, g, GoState.running, 0, -1, -1)
  builder.taskBegin(100_000, 1, 0, name('order'), g, stack)
  builder.taskBegin(200_000, 2, 1, name('pay'), g, stack)
  const region = builder.regionBegin(210_000, 2, name('GET /api/users'), g, stack)
  builder.log(220_000, 2, name('sql'), name('select 1\nfrom dual'), g, stack)
  builder.log(220_010, 2, name(''), name('done'), g, stack)
  builder.endRegion(300_000, region)
  builder.taskEnded(400_000, 2)
  builder.endRange(
    20_000,
    builder.rangeBegin(10_000, RangeKind.stopTheWorld, name('stop-the-world (GC mark)'), g, -1, stack),
  )
  for (let ns = 500_000; ns < 510_000; ns += 1000)
    builder.endRange(ns + 500, builder.rangeBegin(ns, RangeKind.gcSweep, name('sweep'), -1, builder.proc(ns), -1))
  return createTimeline(builder.freeze(26, 1_000_000), [])
}

const typeRow = (timeline: Timeline, kind: RowKind, label: string, types: Int32Array): Row =>
  row(kind, types[Array.from(types, type => timeline.trace.strings.text(type)).indexOf(label)], '', label)

test('tasks: where they are, whose, of which other one, and what was logged', () => {
  const timeline = told()
  const pay = [
    'task 2 pay',
    '200 µs, 0.2000 ms → 0.4000 ms',
    'begun by goroutine 5 main.handle',
    'part of task 1 order',
  ]
  const site = 'at main.handle (app/main.go:7)'
  assert.deepEqual(describeAt(timeline, row('task', 1), 300_000, 10), [...pay, site])
  assert.deepEqual(describeAt(timeline, row('task', 1), 220_000, 100), [
    ...pay,
    site,
    'logged at 0.2200 ms: sql: select 1 from dual, and 1 more beside it',
  ])
  const type = typeRow(timeline, 'taskType', 'order', timeline.trace.tasks.type)
  assert.deepEqual(describeAt(timeline, type, 500_000, 10).slice(0, 2), [
    'task 1 order',
    "at least 900 µs, 0.1000 ms → the trace's end",
  ])
  assert.deepEqual(describeAt(timeline, type, 50_000, 10), ['order', 'none at 0.05000 ms'])
  assert.deepEqual(describeAt(timeline, row('heading', -1, 'tasks'), 250_000, 1000), [
    '2 tasks going on at 0.250 ms',
    '2 tasks in the trace',
  ])
})

test('beside a CPU sample: where the program was, and who had called', () => {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const frame = (name: string, line: number) =>
    builder.stacks.frameRow(builder.strings.internText(name), builder.strings.internText('/src/rich/main.go'), line)
  const stack = builder.stacks.stack([frame('main.burn', 5), frame('main.burnHot', 9), frame('main.main', 20)], 3)
  const g = builder.goroutine(5, Number.NaN, -1, -1)
  const place = placeOf(builder.proc(0), -1)
  builder.span(0, g, GoState.running, 0, place, -1)
  builder.sample(58_000, g, place, stack)
  builder.sample(60_000, g, place, -1)
  const timeline = createTimeline(builder.freeze(26, 1_000_000), [])
  const last = (row: Row, timeNs: number, nsPerColumn: number) => describeAt(timeline, row, timeNs, nsPerColumn).at(-1)
  const text = 'CPU sample at 0.0580 ms: main.burn (rich/main.go:5) ‹ main.burnHot ‹ main.main'
  assert.equal(last(row('goroutine', g), 57_800, 100), text)
  assert.equal(last(row('proc', 0), 58_250, 100), text)
  assert.equal(last(row('goroutine', g), 57_600, 100), 'P0', 'a few pixels beside it is not at it')
  assert.equal(last(row('goroutine', g), 59_500, 1000), 'CPU sample at 0.060 ms, and 1 more beside it', 'the nearest')
})

test('regions', () => {
  const timeline = told()
  const type = typeRow(timeline, 'regionType', 'GET /api/users', timeline.trace.regions.type)
  assert.deepEqual(describeAt(timeline, type, 250_000, 10), [
    'region GET /api/users',
    '90.0 µs, 0.21000 ms → 0.30000 ms',
    'goroutine 5 main.handle',
    'part of task 2 pay',
    'at main.handle (app/main.go:7)',
  ])
})

test('pauses: one, several within a column, none', () => {
  const timeline = told()
  const stw = row('ranges', RangeKind.stopTheWorld, 'stw', 'stop the world')
  assert.deepEqual(describeAt(timeline, stw, 15_000, 10), [
    'stop-the-world (GC mark)',
    '10.0 µs, 0.01000 ms → 0.02000 ms',
    'goroutine 5 main.handle',
    'at main.handle (app/main.go:7)',
  ])
  assert.deepEqual(describeAt(timeline, stw, 30_000, 10), ['stop the world', 'none at 0.03000 ms'])
  const sweep = row('ranges', RangeKind.gcSweep, 'sweep', 'GC sweep')
  assert.deepEqual(describeAt(timeline, sweep, 505_000, 20_000), [
    'GC sweep',
    '10 of them within 20.0 µs',
    '5.00 µs in all',
  ])
})

test('of a crowd it says about how many', () => {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const count = 50_000
  for (let i = 0; i < count; i++) {
    const g = builder.goroutine(i, Number.NaN, -1, -1)
    builder.span(0, g, i % 5 === 0 ? GoState.runnable : i === 8 ? GoState.running : GoState.waiting, 0, -1, -1)
  }
  const timeline = createTimeline(builder.freeze(26, 1000), [])
  const lines = describeAt(timeline, row('group', 0, 'f:', 'unknown'), 500, 1)
  assert.equal(lines[1], '50,000 goroutines at 0.500 µs')
  assert.match(lines[2], /^about (39|40|41),000 waiting, about (9,\d00|10,000|11,000) runnable(, some running)?$/)
})

test('hostile names stay on their lines, and those short', () => {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const evil = builder.strings.internText(`main.\u202eevil\n<script>${'x'.repeat(100_000)}`)
  const stack = builder.stacks.stack([builder.stacks.frameRow(evil, evil, 1)], 1)
  const g = builder.goroutine(1, Number.NaN, -1, -1)
  builder.ownStack(g, stack)
  builder.goLabel(0, g, evil)
  builder.span(0, g, GoState.waiting, builder.reason(evil), -1, stack)
  const timeline = createTimeline(builder.freeze(26, 1000), [])
  for (const kind of ['goroutine', 'group'] as const) {
    const lines = describeAt(timeline, row(kind, 0, '', `a\nb${'y'.repeat(300)}`), 500, 1)
    assert.ok(lines.length >= 3)
    for (const line of lines) {
      assert.ok(line.length <= 200, `${line.length}`)
      assert.doesNotMatch(line, /[\n\u202e]/)
    }
  }
})

test('whatever is asked of a real trace, there are few lines and short ones', () => {
  const timeline = createTimeline(openTrace(readFileSync(join(ROOT, 'testdata/traces/go1.26.trace'))), [0])
  const { durationNs } = timeline.trace
  let layout = layoutRows(timeline, { selection: undefined, expanded: new Set() })
  for (let depth = 0; depth < 3; depth++) {
    const keys = Array.from({ length: layout.rowCount }, (_, i) => layout.rowAt(i).key)
    layout = layoutRows(timeline, { selection: undefined, expanded: new Set(keys) })
  }
  const kinds = new Set<RowKind>()
  const times = fc.oneof(
    fc.double({ min: 0, max: durationNs, noNaN: true }),
    fc.constantFrom(0, durationNs, -1, durationNs + 1, Number.NaN, Number.POSITIVE_INFINITY),
  )
  const widths = fc.oneof(
    fc.integer({ min: 0, max: 10 }).map(n => durationNs / 10 ** n),
    fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY),
  )
  fc.assert(
    fc.property(fc.nat(layout.rowCount - 1), times, widths, (index, timeNs, nsPerColumn) => {
      const of = layout.rowAt(index)
      kinds.add(of.kind)
      const lines = describeAt(timeline, of, timeNs, nsPerColumn)
      assert.equal(lines.length === 0, !(timeNs >= 0 && timeNs <= durationNs), of.key)
      assert.ok(lines.length <= 8)
      for (const line of lines) assert.doesNotMatch(line, /NaN|undefined|Infinity|^$/)
    }),
    { numRuns: 3000, seed: 7 },
  )
  for (const kind of ['counter', 'ranges', 'heading', 'proc', 'thread', 'task', 'regionType', 'group', 'goroutine'])
    assert.ok(kinds.has(kind as RowKind), kind)
})

test('numbers as they are said', () => {
  assert.deepEqual([0, 999, 1000, 89 * 2 ** 20, 1.5 * 2 ** 50].map(sizeText), [
    '0 B',
    '999 B',
    '0.977 KiB',
    '89.0 MiB',
    '1.50 PiB',
  ])
  assert.deepEqual([0.001, 0.5, 0.999, 1].map(percentText), ['< 1 %', '50 %', '99 %', '100 %'])
})

test('a moment has the unit of its trace and the digits that one looks for', () => {
  const moments = (traceNs: number) => [1e8, 1e6, 5e5, 1, 0].map(stepNs => momentText(712_345_678, stepNs, traceNs))
  assert.deepEqual(moments(10e9), ['0.7 s', '0.712 s', '0.7123 s', '0.712345678 s', '0.712345678 s'])
  assert.deepEqual(moments(0.9e9), ['712 ms', '712 ms', '712.3 ms', '712.345678 ms', '712.345678 ms'])
  assert.deepEqual([momentText(940, 10, 5000), momentText(-1, 1e9, 10e9)], ['0.94 µs', '0 s'])
})
