/** Which rows a timeline has, in what order, under which keys. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { diagnose } from '../src/analysis/diagnose.ts'
import { IdOrder, orderBy } from '../src/base/order.ts'
import type { Layout, Selection, Timeline } from '../src/timeline/model.ts'
import { defaultExpanded, layoutRows } from '../src/timeline/rows/rows.ts'
import { createTimeline } from '../src/timeline/timeline.ts'
import { TraceBuilder } from '../src/trace/build.ts'
import { GoState, MetricKind, RangeKind, type Trace } from '../src/trace/tables.ts'
import { checkLayout } from './layout-invariants.ts'
import { openTrace } from './open-trace.ts'
import { ROOT } from './oracle.ts'
import { timelineFromText } from './timeline.ts'

/** Rows as a person sees them: "▾" is open, "▸" closed, "!" stuck; key in brackets, then label and note. */
function drawn(layout: Layout): string[] {
  return Array.from({ length: layout.rowCount }, (_, i) => {
    const { key, label, note, depth, expanded, stuck } = layout.rowAt(i)
    const sign = expanded === undefined ? '' : expanded ? '▾ ' : '▸ '
    return `${'  '.repeat(depth)}${sign}${stuck ? '! ' : ''}[${key}] ${label}${note === '' ? '' : ` · ${note}`}`
  })
}

function rowsOf(timeline: Timeline, expanded: readonly string[] = [], selection?: Selection): string[] {
  return drawn(layoutRows(timeline, { selection, expanded: new Set(expanded) }))
}

/** A selection of the goroutines with these ids. */
function keeping({ trace }: Timeline, ...ids: number[]): Selection {
  const keep = Uint8Array.from(trace.goroutines.id, id => (ids.includes(id) ? 1 : 0))
  return { keep, kept: ids.length, marks: undefined, marked: 0 }
}

const SMALL = timelineFromText(
  `
  G1 main.main     RRRRRRRRRR
  G2 runtime.bgsweep LLLLLLLLLL
  G3 main.worker   LLLLLRLLLL
  G4 main.worker   RLLLLLLLLL
  G5 main.worker   ..RRR.....
  G6 main.worker   ..R.......
  G7 a.com/x/store.run LLLLLLLLLL
  G8 a.com/x/store.run LLLLLLLLLR
  `,
  { L: { reason: 'sync' } },
)

test('goroutines stand in groups, the program above the runtime, a lone one without a group', () => {
  const timeline = createTimeline(SMALL, [])
  assert.deepEqual(rowsOf(timeline), [
    '[goroutines] goroutines',
    '▸ [f:main.worker] main.worker · 4',
    '▸ [f:a.com/x/store.run] store.run · 2',
    '[g1] main.main · goroutine 1',
    '[g2] runtime.bgsweep · goroutine 2',
  ])
  const layout = layoutRows(timeline, { selection: undefined, expanded: new Set() })
  assert.equal(layout.indexOf('f:main.main'), 3, 'a group of one is its goroutine')
  assert.equal(layout.indexOf('g3'), -1, 'a goroutine in a closed group has no row')
  assert.equal(layout.indexOfGoroutine(2), 1, 'but a place')
  assert.equal(layout.indexOf('f:nobody'), -1)
})

test('in a group: who stays longest where it is, then the dead, who lived longest first', () => {
  const open = rowsOf(createTimeline(SMALL, []), ['f:main.worker']).slice(1, 6)
  assert.deepEqual(open, ['▾ [f:main.worker] main.worker · 4', '  [g4] 4', '  [g3] 3', '  [g5] 5', '  [g6] 6'])
})

test('stuck goroutines and their groups are on top, and open at first', () => {
  const timeline = createTimeline(SMALL, [7])
  assert.deepEqual(defaultExpanded(timeline), ['f:a.com/x/store.run'])
  assert.deepEqual(rowsOf(timeline, defaultExpanded(timeline)), [
    '[goroutines] goroutines',
    '▾ ! [f:a.com/x/store.run] store.run · 1 stuck of 2',
    '  ! [g8] 8',
    '  [g7] 7',
    '▸ [f:main.worker] main.worker · 4',
    '[g1] main.main · goroutine 1',
    '[g2] runtime.bgsweep · goroutine 2',
  ])
  // Rows that are not there are no reason to fail.
  assert.deepEqual([...createTimeline(SMALL, [-1, 1e9, 0.5]).stuck], new Array(8).fill(0))
})

test('a filter leaves the groups that keep somebody, and says how many of how many', () => {
  const timeline = createTimeline(SMALL, [2])
  assert.deepEqual(rowsOf(timeline, ['f:main.worker'], keeping(timeline, 3, 6, 7)), [
    '[goroutines] goroutines',
    '▾ ! [f:main.worker] main.worker · 1 stuck, 2 of 4',
    '  ! [g3] 3',
    '  [g6] 6',
    '[g7] store.run · goroutine 7, 1 of 2',
  ])
  const nobody = layoutRows(timeline, { selection: keeping(timeline), expanded: new Set() })
  assert.deepEqual([drawn(nobody), nobody.kept], [['[goroutines] goroutines'], 0])
})

test('workers of the garbage collector are told by where they began or by the label that Go gives them', () => {
  const trace = built(builder => {
    for (const entry of ['runtime.gcBgMarkWorker', 'runtime.bgsweep', 'runtime.bgscavenge', 'main.gcBgMarkWorker', ''])
      goroutine(builder, entry)
    builder.goLabel(0, 4, builder.strings.internText('GC (idle)'))
    builder.goLabel(0, 3, builder.strings.internText('handler'))
  })
  const timeline = createTimeline(trace, [])
  assert.deepEqual([...timeline.isGcWorker], [1, 1, 0, 0, 1])
  assert.deepEqual(rowsOf(timeline), [
    '[goroutines] goroutines',
    '[g3] main.gcBgMarkWorker · goroutine 3',
    '[g4] unknown function · goroutine 4',
    '[g0] runtime.gcBgMarkWorker · goroutine 0',
    '[g1] runtime.bgsweep · goroutine 1',
    '[g2] runtime.bgscavenge · goroutine 2',
  ])
})

function built(build: (builder: TraceBuilder) => void): Trace {
  const builder = new TraceBuilder(new Uint8Array(0), 8)
  build(builder)
  return builder.freeze(26, 1000)
}

/** A goroutine that waits for the whole trace; its id is the next one, unless given. */
function goroutine(builder: TraceBuilder, entry: string, id = builder.goroutineCount): number {
  const g = builder.goroutine(id, Number.NaN, -1, -1)
  builder.ownStack(g, stackOf(builder, entry))
  builder.span(0, g, GoState.waiting, 0, -1, -1)
  return g
}

function stackOf(builder: TraceBuilder, name: string): number {
  if (name === '') return -1
  const { stacks, strings } = builder
  return stacks.stack([stacks.frameRow(strings.internText(name), strings.internText('main.go'), 1)], 1)
}

function everything(builder: TraceBuilder): void {
  const text = (name: string) => builder.strings.internText(name)
  builder.metric(0, MetricKind.heapGoal, 4)
  builder.metric(0, MetricKind.gomaxprocs, 4)
  builder.endRange(9, builder.rangeBegin(3, RangeKind.markAssist, text('GC mark assist'), 0, -1, -1))
  for (const id of [10, 2, 0]) builder.proc(id)
  for (const id of [4243, 4242]) builder.thread(id)
  builder.taskBegin(10, 7, 0, text('request'), 0, -1)
  builder.taskEnded(20, 7)
  builder.taskBegin(30, 7, 0, text('request'), 0, -1)
  builder.taskEnded(90, 7)
  builder.taskBegin(900, 8, 0, text('request'), 0, -1)
  builder.taskBegin(10, 9, 3, text('warm-up'), 0, -1)
  builder.endRegion(30, builder.regionBegin(20, 7, text('parse'), 0, -1))
  goroutine(builder, 'main.main')
}

test('all sections, closed', () => {
  assert.deepEqual(rowsOf(createTimeline(built(everything), [])), [
    '[heap] heap',
    '[goroutines] goroutines',
    '[thread-counts] threads',
    '[gomaxprocs] GOMAXPROCS',
    '[stw] stop the world · 0',
    '[gc] GC · 0',
    '[assist] GC mark assist · 1',
    '▸ [procs] procs · 3',
    '▸ [threads] threads · 2',
    '▸ [tasks] tasks · 5',
    '▸ [regions] regions · 1',
    '[g0] main.main · goroutine 0',
  ])
})

test('all sections, open: procs and threads by id, tasks that never ended first, then the longest', () => {
  const timeline = createTimeline(built(everything), [])
  assert.deepEqual(defaultExpanded(timeline), ['procs'])
  const open = rowsOf(timeline, ['procs', 'threads', 'tasks', 'regions', 'task:request', 'task:nobody']).slice(7, -1)
  assert.deepEqual(open, [
    '▾ [procs] procs · 3',
    '  [p0] P0',
    '  [p2] P2',
    '  [p10] P10',
    '▾ [threads] threads · 2',
    '  [m4242] thread 4242',
    '  [m4243] thread 4243',
    '▾ [tasks] tasks · 5',
    '  ▾ [task:request] request · 3',
    '    [t8] 8 · not ended',
    '    [t7.2] 7.2',
    '    [t7] 7',
    '  ▸ [task:warm-up] warm-up · 1',
    '  ▸ [task:] unknown type · 1',
    '▾ [regions] regions · 1',
    '  [region:parse] parse · 1',
  ])
})

test('of a type of 1,500 tasks 1,000 get rows, and the last row says how many do not', () => {
  const trace = built(builder => {
    const type = builder.strings.internText('request')
    for (let id = 1; id <= 1500; id++) {
      builder.taskBegin(1, id, 0, type, -1, -1)
      builder.taskEnded(1 + (id % 100), id)
    }
  })
  const timeline = createTimeline(trace, [])
  const expanded = new Set(['tasks', 'task:request'])
  const layout = layoutRows(timeline, { selection: undefined, expanded })
  const rows = checkLayout(timeline, layout, undefined, expanded)
  assert.equal(rows.length, 2 + 1000 + 1)
  assert.deepEqual([rows[2].key, rows[3].key], ['t99', 't199'])
  assert.deepEqual([rows[1002].kind, rows[1002].label], ['more', '500 more'])
  assert.equal(layout.indexOf('t1'), -1)
})

test('names that end alike are told apart by their paths; long ones are cut', () => {
  const long = `main.${'x'.repeat(100_000)}`
  const names = ['a.com/x/store.run', 'b.com/store.run', 'net/http.(*conn).serve', 'c.com/y.go', long]
  const trace = built(builder => {
    for (const name of names) goroutine(builder, name)
  })
  const timeline = createTimeline(trace, [])
  const layout = layoutRows(timeline, { selection: undefined, expanded: new Set() })
  const labels = names.map((_, g) => layout.rowAt(layout.indexOfGoroutine(g)).label)
  assert.deepEqual(labels.slice(0, 4), ['a.com/x/store.run', 'b.com/store.run', 'http.(*conn).serve', 'y.go'])
  assert.equal(labels[4].length, 200)
  assert.equal(layout.indexOf(`f:${long}`), layout.indexOfGoroutine(4))
})

test('functions whose names differ in broken UTF-8 alone are one group', () => {
  const bytes = Uint8Array.of(0x66, 0xff, 0x66, 0xfe)
  const builder = new TraceBuilder(bytes, 8)
  const stacks = [0, 2].map(offset =>
    builder.stacks.stack([builder.stacks.frameRow(builder.strings.intern(offset, 2), 0, 1)], 1),
  )
  for (const id of [1, 2, 3, 4]) builder.ownStack(builder.goroutine(id, Number.NaN, -1, -1), stacks[id % 2])
  const types = [0, 2].map(offset => builder.strings.intern(offset, 2))
  for (const type of types) builder.regionBegin(0, 0, type, 0, -1)
  const timeline = createTimeline(builder.freeze(26, 10), [])
  assert.deepEqual(rowsOf(timeline, ['regions']), [
    '[goroutines] goroutines',
    '▾ [regions] regions · 2',
    '  [region:f\ufffd] f\ufffd · 1',
    '  [region:f\ufffd~] f\ufffd · 1',
    '▸ [f:f\ufffd] f\ufffd · 4',
  ])
})

test('the experiment: ten goroutines stuck at the lock stand on top, one by one', () => {
  const trace = openTrace(readFileSync(join(ROOT, 'testdata/captures/go1.26.8/server-caught/server.trace')))
  const [finding] = diagnose([{ name: 'server.trace', kind: 'trace', trace }]).findings
  const stuck = finding.waiters.goroutines.map(id => trace.goroutines.id.indexOf(id))
  const timeline = createTimeline(trace, stuck)
  const rows = rowsOf(timeline, defaultExpanded(timeline))
  const top = rows.indexOf('▸ [threads] threads · 4') + 1
  assert.deepEqual(rows.slice(0, top), [
    '[heap] heap',
    '[goroutines] goroutines',
    '[thread-counts] threads',
    '[gomaxprocs] GOMAXPROCS',
    '[stw] stop the world · 2',
    '[gc] GC · 1',
    '[assist] GC mark assist · 1',
    '▾ [procs] procs · 2',
    '  [p0] P0',
    '  [p1] P1',
    '▸ [threads] threads · 4',
  ])
  const group = 'google.golang.org/grpc.(*Server).serveStreams.func2.1'
  assert.equal(rows[top], `▾ ! [f:${group}] grpc.(*Server).serveStreams.func2.1 · 10 stuck of 11`)
  const members = rows.slice(top + 1, top + 12)
  assert.ok(members.slice(0, 10).every(row => /^ {2}! \[g(\d+)\] \1$/.test(row)))
  // The eleventh took the lock and has ended.
  assert.equal(members[10], `  [g${finding.holder.goroutine}] ${finding.holder.goroutine}`)
  assert.ok(rows.slice(top + 12).every(row => !row.includes('!')))
})

// Few ids and names, so that they meet; among them one that other rows' keys begin with.
const ENTRIES = ['', 'main.main', 'main.a', 'x.io/p.run', 'y.io/p.run', 'runtime.main', 'runtime.bgsweep', 'procs']
const anyTrace = fc.record({
  goroutines: fc.array(
    fc.record({
      id: fc.oneof(fc.nat(5), fc.nat(2 ** 31), fc.constant(2 ** 63)),
      entry: fc.constantFrom(...ENTRIES),
      atNs: fc.nat(1000),
      isDead: fc.boolean(),
      isStuck: fc.boolean(),
      isKept: fc.boolean(),
    }),
    { maxLength: 40 },
  ),
  tasks: fc.array(fc.record({ id: fc.nat(4), type: fc.constantFrom('', 'a', 'b~', 'more:a'), isOver: fc.boolean() }), {
    maxLength: 12,
  }),
  procs: fc.uniqueArray(fc.nat(1000), { maxLength: 5 }),
  hasFilter: fc.boolean(),
  seed: fc.nat(),
})

test('of any trace, filter and open rows: each row is found by its key, each goroutine in its row or group', () => {
  const check = fc.property(anyTrace, ({ goroutines, tasks, procs, hasFilter, seed }) => {
    const trace = built(builder => {
      for (const { id, entry, atNs, isDead } of goroutines) {
        const g = goroutine(builder, entry, id)
        builder.span(atNs, g, GoState.running, 0, -1, -1)
        if (isDead) builder.die(atNs, g)
      }
      for (const id of procs) builder.proc(id)
      for (const { id, type, isOver } of tasks) {
        builder.taskBegin(id, id, 0, builder.strings.internText(type), 0, -1)
        if (isOver) builder.taskEnded(id * 3, id)
      }
    })
    const timeline = createTimeline(
      trace,
      goroutines.flatMap(({ isStuck }, g) => (isStuck ? [g] : [])),
    )
    const keep = hasFilter ? Uint8Array.from(goroutines, ({ isKept }) => (isKept ? 1 : 0)) : undefined
    const selection = keep && { keep, kept: 0, marks: undefined, marked: 0 }
    const keys = ['procs', 'threads', 'tasks', 'task:', 'task:a', 'task:b~', ...ENTRIES.map(name => `f:${name}`)]
    for (const expanded of [new Set(keys), new Set(keys.filter((_, i) => (seed >> i) & 1)), new Set<string>()])
      checkLayout(timeline, layoutRows(timeline, { selection, expanded }), keep, expanded)
  })
  fc.assert(check, { seed: 5, numRuns: 300 })
})

test('rows of a million goroutines are found both ways', () => {
  const count = 1_000_000
  const trace = built(builder => {
    const stack = stackOf(builder, 'main.client')
    for (let i = 0; i < count; i++) builder.ownStack(builder.goroutine(count - i, Number.NaN, -1, -1), stack)
  })
  const timeline = createTimeline(trace, [500])
  const keep = Uint8Array.from({ length: count }, (_, g) => (g % 3 === 0 ? 1 : 0))
  const expanded = new Set(['f:main.client'])
  const all = layoutRows(timeline, { selection: undefined, expanded })
  const some = layoutRows(timeline, { selection: { keep, kept: 0, marks: undefined, marked: 0 }, expanded })
  assert.deepEqual([all.rowCount, some.rowCount, some.kept], [2 + count, 2 + 333_334, 333_334])
  assert.equal(all.rowAt(2).subject, 500)
  for (const layout of [all, some])
    for (let i = 2; i < layout.rowCount; i += 9973) {
      const row = layout.rowAt(i)
      assert.equal(layout.indexOf(row.key), i)
      assert.equal(layout.indexOfGoroutine(row.subject), i)
    }
})

test('an order is stable and ascending for any keys: few or many, whole or not, in order by stretches', () => {
  const key = fc.oneof(fc.nat(9), fc.nat(5000), fc.integer({ min: 2 ** 32 - 9, max: 2 ** 32 + 9 }), fc.maxSafeNat())
  const whole = fc.array(key, { maxLength: 400, size: 'max' })
  const any = fc.array(fc.oneof(key, fc.double({ noNaN: true })), { maxLength: 200, size: 'max' })
  const stretch = any.map(list => list.sort((a, b) => a - b))
  const stretches = fc.array(stretch, { maxLength: 6 }).map(lists => lists.flat())
  const check = fc.property(fc.oneof(whole, any, stretches), list => {
    const order = orderBy(Float64Array.from(list))
    const expected = list.map((_, i) => i).sort((a, b) => (list[a] < list[b] ? -1 : list[a] > list[b] ? 1 : a - b))
    assert.deepEqual([...order], expected)
  })
  fc.assert(check, { seed: 5 })
})

test('words of ids: one spelling each, and only those that exist', () => {
  const ids = new IdOrder(Float64Array.of(7, 3, 7, 2 ** 63, 7))
  const words = [0, 1, 2, 3, 4].map(row => ids.wordOf(row))
  assert.deepEqual(words, ['7', '3', '7.2', '9223372036854776000', '7.3'])
  assert.deepEqual(
    words.map(word => ids.rowOf(word)),
    [0, 1, 2, 3, 4],
  )
  for (const word of ['', '7.1', '7.4', '07', '7.02', '4', '3.2', '-7', ' 7', '1e3', 'x'])
    assert.equal(ids.rowOf(word), -1)
})
