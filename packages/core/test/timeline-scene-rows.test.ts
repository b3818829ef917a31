/** What a scene shows of each kind of row, on traces small enough to be read. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  MARKED,
  MAX_COLUMNS,
  OPEN_END,
  OPEN_START,
  PAINTS,
  Paint,
  type Row,
  type Scene,
  STUCK,
} from '../src/timeline/model.ts'
import { layoutRows } from '../src/timeline/rows/rows.ts'
import { buildMinimap, buildScene, spanAt } from '../src/timeline/scene/scene.ts'
import { createTimeline } from '../src/timeline/timeline.ts'
import { tracksOf } from '../src/timeline/tracks.ts'
import { TraceBuilder } from '../src/trace/build.ts'
import { GoState, MetricKind, placeOf, RangeKind, type Trace } from '../src/trace/tables.ts'
import { TICK_NS, timelineFromText } from './timeline.ts'

const ALL = new Set(['procs', 'threads', 'tasks', 'regions', 'task:request', 'f:main.worker'])

/** All rows of a trace in a window; and, by key, what is drawn of each. */
function sceneOf(trace: Trace, columns: number, startNs = 0, endNs = trace.durationNs, stuck: number[] = []) {
  const timeline = createTimeline(trace, stuck)
  const layout = layoutRows(timeline, { selection: undefined, expanded: ALL })
  const scene = buildScene(timeline, layout, undefined, { startNs, endNs, columns, firstRow: 0, rowCount: 1000 })
  const index = (key: string) => scene.rows.findIndex(row => row.key === key)
  return {
    timeline,
    scene,
    rowOf: (key: string) => scene.rows[index(key)],
    boxes: (key: string) => boxesOf(scene, index(key)),
    shares: (key: string) => sharesOf(scene, index(key)),
    ticks: (key: string) => [...scene.tickX.subarray(scene.tickFirst[index(key)], scene.tickFirst[index(key) + 1])],
    counter: (key: string) => scene.counters.find(line => line.row === index(key)),
  }
}

/** "x0 to x1 paint", its ref and label. */
function boxesOf(scene: Scene, r: number): string[] {
  assert.ok(r >= 0, 'there is no such row')
  const texts: string[] = []
  for (let i = scene.boxFirst[r]; i < scene.boxFirst[r + 1]; i++) {
    const paint = Object.keys(Paint)[scene.boxPaint[i]]
    const flags = [
      scene.boxFlags[i] & MARKED ? ' marked' : '',
      scene.boxFlags[i] & STUCK ? ' stuck' : '',
      scene.boxFlags[i] & OPEN_START ? ' from before' : '',
      scene.boxFlags[i] & OPEN_END ? ' until after' : '',
    ].join('')
    const label = scene.boxLabel[i] < 0 ? '' : ` "${scene.labels[scene.boxLabel[i]]}"`
    texts.push(`${scene.boxX0[i]} to ${scene.boxX1[i]} ${paint} ${scene.boxRef[i]}${flags}${label}`)
  }
  return texts
}

function sharesOf(scene: Scene, r: number): string[] {
  assert.ok(r >= 0, 'there is no such row')
  const texts: string[] = []
  for (let i = scene.shareFirst[r]; i < scene.shareFirst[r + 1]; i++) {
    const parts = Object.keys(Paint).flatMap((name, k) => {
      const share = scene.shares[i * PAINTS + k]
      return share === 0 ? [] : [`${name} ${share}`]
    })
    const flags = `${scene.shareFlags[i] & MARKED ? ' marked' : ''}${scene.shareFlags[i] & STUCK ? ' stuck' : ''}`
    texts.push(`${scene.shareColumn[i]}: ${parts.join(', ')}${flags}`)
  }
  return texts
}

const LOCK = { L: { reason: 'sync.Mutex.Lock', stack: ['sync.(*Mutex).Lock mutex.go:1', 'main.lock main.go:1'] } }

test('a goroutine: boxes from edge to edge, with what it is, since when and until when it is known', () => {
  const { boxes, shares } = sceneOf(
    timelineFromText('G1 main.main RRLLLLLLLL\nG2 main.other ..rR......', LOCK),
    100,
    undefined,
    undefined,
    [0],
  )
  assert.deepEqual(boxes('g1'), [
    '0 to 20 running 0 from before',
    '20 to 100 waiting 1 stuck until after "sync.Mutex.Lock"',
  ])
  assert.deepEqual(boxes('g2'), ['20 to 30 runnable 2', '30 to 40 running 3'])
  assert.deepEqual([...shares('g1'), ...shares('g2')], [])
})

test('stretches narrower than a column are mixed, and what is cut off their neighbours with them', () => {
  const trace = timelineFromText('G1 main.main RLRLRLRLLLLLLLLLLLLLLLLL', LOCK)
  const { boxes, shares } = sceneOf(trace, 6)
  assert.deepEqual(shares('g1'), ['0: running 127, waiting 128', '1: running 127, waiting 128'])
  assert.deepEqual(boxes('g1'), ['2 to 6 waiting 7 until after'])
  // The long wait begins within the first column, beside what is mixed there.
  const wide = sceneOf(trace, 3)
  assert.deepEqual(wide.shares('g1'), ['0: running 127, waiting 128'])
  assert.deepEqual(wide.boxes('g1'), ['1 to 3 waiting 7 until after'])
})

test('a stuck goroutine shows as stuck where all of its waiting is less than a column', () => {
  const text = `G1 main.main ${'R'.repeat(199)}L`
  const { shares, boxes } = sceneOf(timelineFromText(text, LOCK), 2, 0, undefined, [0])
  assert.deepEqual(boxes('g1'), ['0 to 1 running 0 from before'])
  assert.deepEqual(shares('g1'), ['1: running 252, waiting 3 stuck'])
})

test('a proc and its thread: who ran, cut off where the proc was taken from a system call', () => {
  const builder = new TraceBuilder(new Uint8Array(0), 8)
  const main = builder.strings.internText('example.org/app/server.(*Conn).serve')
  const [p, m, n] = [builder.proc(0), builder.thread(11), builder.thread(12)]
  const a = builder.goroutine(41, Number.NaN, -1, -1)
  const b = builder.goroutine(42, 30, -1, -1)
  const stack = builder.stacks.stack([builder.stacks.frameRow(main, 0, 1)], 1)
  builder.ownStack(a, stack)
  builder.span(0, a, GoState.running, 0, placeOf(p, m), -1)
  builder.span(20, a, GoState.syscall, 0, placeOf(p, m), stack)
  builder.span(30, b, GoState.runnable, 0, a, -1)
  builder.span(50, b, GoState.running, 0, placeOf(p, n), -1)
  builder.die(70, b)
  const { timeline, boxes, rowOf } = sceneOf(builder.freeze(26, 100), 200)
  assert.deepEqual(boxes('p0'), [
    '0 to 40 running 0 from before "server.(*Conn).serve g41"',
    '40 to 100 syscall 1 "server.(*Conn).serve g41"',
    '100 to 140 running 3 "g42"',
  ])
  assert.deepEqual(boxes('m11'), [
    '0 to 40 running 0 from before "server.(*Conn).serve g41"',
    '40 to 200 syscall 1 until after "server.(*Conn).serve g41"',
  ])
  assert.deepEqual(boxes('m12'), ['100 to 140 running 3 "g42"'])
  const at = [0, 19, 20, 49, 50, 69, 70, 100].map(ns => spanAt(timeline, rowOf('p0'), ns))
  assert.deepEqual(at, [0, 0, 1, 1, 3, 3, -1, -1])
  assert.deepEqual(
    [0, 60, 100].map(ns => spanAt(timeline, rowOf('m11'), ns)),
    [0, 1, 1],
  )
})

test('a stay longer than a length can say, and one of a fraction of a nanosecond, end where they end', () => {
  const builder = new TraceBuilder(new Uint8Array(0), 8)
  const place = placeOf(builder.proc(0), builder.thread(1))
  const a = builder.goroutine(1, Number.NaN, -1, -1)
  builder.span(0, a, GoState.running, 0, place, -1)
  builder.span(9e9, a, GoState.waiting, 0, -1, -1)
  builder.span(10e9, a, GoState.running, 0, place, -1)
  builder.span(10e9 + 0.5, a, GoState.waiting, 0, -1, -1)
  const trace = builder.freeze(26, 12e9)
  const { timeline, boxes, rowOf } = sceneOf(trace, 12)
  assert.deepEqual(boxes('p0'), ['0 to 9 running 0 from before'])
  assert.deepEqual(
    [8.9e9, 9e9, 10e9 + 0.4, 10e9 + 0.5].map(ns => spanAt(timeline, rowOf('p0'), ns)),
    [0, -1, 2, -1],
  )
  assert.equal(tracksOf(timeline), tracksOf(timeline))
})

function annotated(): Trace {
  const builder = new TraceBuilder(new Uint8Array(0), 8)
  const text = (words: string) => builder.strings.internText(words)
  const g = builder.goroutine(41, Number.NaN, -1, -1)
  const place = placeOf(builder.proc(0), builder.thread(1))
  builder.span(0, g, GoState.running, 0, place, -1)
  const end = (ns: number, row: number) => builder.endRange(ns, row)
  const stopped = text('stop-the-world (GC mark termination)')
  end(210, builder.rangeBegin(200, RangeKind.stopTheWorld, stopped, g, -1, -1))
  end(300, builder.rangeBegin(100, RangeKind.gcMark, text('GC concurrent mark phase'), -1, -1, -1))
  end(600, builder.rangeBegin(400, RangeKind.gcSweep, text('GC incremental sweep'), -1, 0, -1))
  end(700, builder.rangeBegin(500, RangeKind.gcSweep, text('GC incremental sweep'), -1, 0, -1))
  builder.rangeBegin(900, RangeKind.gcMark, text('GC concurrent mark phase'), -1, -1, -1)
  builder.taskBegin(100, 7, 0, text('request'), g, -1)
  builder.taskEnded(500, 7)
  builder.taskBegin(600, 8, 0, text('request'), g, -1)
  builder.taskBegin(700, 9, 0, text('request'), g, -1)
  builder.taskEnded(800, 9)
  builder.endRegion(300, builder.regionBegin(200, 7, text('parse'), g, -1))
  builder.regionBegin(Number.NaN, 7, text('outer'), g, -1)
  for (const ns of [150, 151, 152, 450]) builder.log(ns, 7, 0, text('hello'), g, -1)
  for (const ns of [10, 11, 500, 990]) builder.sample(ns, g, place, -1)
  return builder.freeze(26, 1000)
}

test('garbage collections, stop-the-world, sweeps: overlapping ones are one', () => {
  const { boxes } = sceneOf(annotated(), 1000)
  assert.deepEqual(boxes('gc'), [
    '100 to 300 gc 1 "GC concurrent mark phase"',
    '900 to 1000 gc 4 until after "GC concurrent mark phase"',
  ])
  assert.deepEqual(boxes('stw'), ['200 to 210 stw 0'])
  assert.deepEqual(sceneOf(annotated(), 8000).boxes('stw'), ['1600 to 1680 stw 0 "GC mark termination"'])
  assert.deepEqual(boxes('sweep'), ['400 to 700 gc -1'])
})

test('tasks and regions, with the logs of tasks and samples as ticks', () => {
  const { boxes, ticks } = sceneOf(annotated(), 1000)
  assert.deepEqual(boxes('task:request'), ['100 to 500 user 0 "request"', '600 to 1000 user -1 until after'])
  assert.deepEqual(boxes('t7'), ['100 to 500 user 0 "request"'])
  assert.deepEqual(boxes('t8'), ['600 to 1000 user 1 until after "request"'])
  assert.deepEqual(boxes('region:parse'), ['200 to 300 user 0 "g41"'])
  assert.deepEqual(boxes('region:outer'), ['0 to 1000 user 1 from before until after "g41"'])
  assert.deepEqual(ticks('t7'), [150, 151, 152, 450])
  assert.deepEqual(ticks('t8'), [])
  // One a column.
  const narrow = sceneOf(annotated(), 10)
  assert.deepEqual(narrow.ticks('t7'), [1.5, 4.5])
  for (const key of ['g41', 'p0', 'm1'])
    assert.deepEqual(
      narrow.ticks(key).map(x => x.toFixed(1)),
      ['0.1', '5.0', '9.9'],
      key,
    )
  assert.deepEqual(sceneOf(annotated(), 100, 490, 590).ticks('g41'), [10])
})

function withMetrics(
  readings: readonly (readonly [ns: number, kind: number, value: number])[],
  durationNs: number,
): Trace {
  const builder = new TraceBuilder(new Uint8Array(0), 8)
  for (const [ns, kind, value] of readings) builder.metric(ns, kind, value)
  return builder.freeze(26, durationNs)
}

test('heap: the largest of each column, carried on, unknown before the first reading; a goal that is none is none', () => {
  const { heapAlloc, heapGoal, gomaxprocs } = MetricKind
  const { counter } = sceneOf(
    withMetrics(
      [
        [20, heapAlloc, 100],
        [25, heapAlloc, 900],
        [29, heapAlloc, 300],
        [20, heapGoal, 2 ** 64],
        [60, heapGoal, 4000],
        [0, gomaxprocs, 2],
        [55, gomaxprocs, 4],
      ],
      100,
    ),
    10,
  )
  const heap = counter('heap')
  const { NaN: no } = Number
  assert.deepEqual([heap?.max, heap?.unit, heap?.stacked], [4000, 'bytes', false])
  assert.deepEqual([...(heap?.series[0].values ?? [])], [no, no, 900, 300, 300, 300, 300, 300, 300, 300])
  assert.deepEqual([...(heap?.series[1].values ?? [])], [no, no, no, no, no, no, 4000, 4000, 4000, 4000])
  const procs = counter('gomaxprocs')
  assert.deepEqual([...(procs?.series[0].values ?? [])], [2, 2, 2, 2, 2, 3, 4, 4, 4, 4])
  assert.equal(procs?.max, 4)
})

test('a peak among 100,000 readings is seen in its column', () => {
  const readings = Array.from(
    { length: 100_000 },
    (_, i) => [i, MetricKind.heapAlloc, i === 77_777 ? 5000 : i % 100] as const,
  )
  const { counter } = sceneOf(withMetrics(readings, 100_000), 10)
  assert.deepEqual([...(counter('heap')?.series[0].values ?? [])], [99, 99, 99, 99, 99, 99, 99, 5000, 99, 99])
})

test('goroutines and threads by state: means of each column', () => {
  const text = 'G1 main.main RRRR\nG2 main.worker .LLL\nG3 main.worker .SS.\nG4 main.worker ...r'
  const { counter } = sceneOf(timelineFromText(text, { ...LOCK, S: { syscall: true } }), 2)
  const values = (key: string) =>
    Object.fromEntries(counter(key)?.series.map(({ name, values }) => [name, [...values]]) ?? [])
  assert.deepEqual(values('goroutines'), {
    running: [1, 1],
    GC: [0, 0],
    syscall: [0.5, 0.5],
    runnable: [0, 0.5],
    waiting: [0.5, 1],
  })
  assert.equal(counter('goroutines')?.max, 3)
})

test('a group of goroutines: how many are in which state, of its largest number', () => {
  const text = 'G1 main.worker RRLL\nG2 main.worker .RRL\nG3 main.worker ..rL\nG4 main.worker ..L.'
  const trace = timelineFromText(text, LOCK)
  const { shares, boxes } = sceneOf(trace, 4)
  assert.deepEqual(shares('f:main.worker'), [
    '0: running 64',
    '1: running 128',
    '2: running 64, runnable 64, waiting 127',
    '3: waiting 191',
  ])
  assert.deepEqual(boxes('f:main.worker'), [])
  assert.deepEqual(sceneOf(trace, 2, 0, 2 * TICK_NS).shares('f:main.worker'), ['0: running 64', '1: running 128'])
})

test('windows beside the trace, without length, without end, of a nanosecond: nothing is thrown, nothing is NaN', () => {
  const odd: [number, number, number][] = [
    [-500, -100, 10],
    [2000, 3000, 10],
    [-500, 3000, 7],
    [500, 500, 10],
    [600, 500, 10],
    [Number.NaN, 500, 10],
    [0, Number.POSITIVE_INFINITY, 10],
    [0, 1000, 0],
    [0, 1000, Number.NaN],
    [0, 1000, -3],
    [500, 501, MAX_COLUMNS],
    [0, 1000, MAX_COLUMNS + 1000],
    [0, 1e300, 10],
  ]
  for (const [startNs, endNs, columns] of odd) {
    const { scene, boxes } = sceneOf(annotated(), columns, startNs, endNs)
    const name = `${startNs} to ${endNs}, ${columns} columns`
    assert.ok(scene.columns >= 0 && scene.columns <= MAX_COLUMNS, name)
    assert.ok(
      [...scene.boxX0, ...scene.boxX1, ...scene.tickX].every(x => x >= 0 && x <= scene.columns),
      name,
    )
    for (const { max, series, kind } of scene.counters) {
      assert.ok(max > 0, name)
      if (kind !== 'heap')
        assert.ok(
          series.every(({ values }) => values.every(value => value >= 0)),
          `${name}: ${kind}`,
        )
    }
    assert.equal(
      boxes('g41').length,
      startNs < 1000 && endNs > 0 && endNs < 1e300 && startNs < endNs && columns > 0 ? 1 : 0,
      name,
    )
  }
})

test('an empty trace, one without length, rows that are not there', () => {
  const empty = new TraceBuilder(new Uint8Array(0), 8).freeze(26, 0)
  assert.deepEqual(sceneOf(empty, 10, 0, 100).scene.rows, [])
  const builder = new TraceBuilder(new Uint8Array(0), 8)
  builder.span(0, builder.goroutine(1, Number.NaN, -1, -1), GoState.running, 0, placeOf(builder.proc(0), -1), -1)
  const instant = builder.freeze(26, 0)
  const { timeline, boxes } = sceneOf(instant, 10, 0, 100)
  assert.deepEqual(boxes('p0'), [])
  assert.deepEqual([...buildMinimap(timeline, 3).shares], new Array(3 * PAINTS).fill(0))
  assert.deepEqual(buildMinimap(timeline, Number.NaN), { columns: 0, shares: new Uint8Array(0) })
  const layout = layoutRows(timeline, { selection: undefined, expanded: ALL })
  const rowsAt = (firstRow: number, rowCount: number): readonly Row[] =>
    buildScene(timeline, layout, undefined, { startNs: 0, endNs: 9, columns: 9, firstRow, rowCount }).rows
  assert.deepEqual([rowsAt(1e9, 5), rowsAt(0, 0), rowsAt(Number.NaN, Number.NaN), rowsAt(0, -4)], [[], [], [], []])
  assert.equal(rowsAt(-7, 1e9).length, layout.rowCount)
})
