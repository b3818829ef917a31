/** Tasks and regions on a drawn trace, and against plain, slow versions of the same. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ScopeError, scopeOf, wholeScope } from '../src/spent/scope.ts'
import { BUCKETS, bucketFromNs, bucketOf } from '../src/spent/tasks/buckets.ts'
import { latencyOf } from '../src/spent/tasks/latency.ts'
import { taskLinks } from '../src/spent/tasks/links.ts'
import { tasksReport } from '../src/spent/tasks/lists.ts'
import { aroundText } from '../src/spent/tasks/logs.ts'
import { stripOf } from '../src/spent/tasks/parts.ts'
import { regionRows, regionTypes, sortRegions } from '../src/spent/tasks/regions.ts'
import { taskRowOf, taskStory } from '../src/spent/tasks/story.ts'
import { sortTasks, taskRows, taskTypes } from '../src/spent/tasks/tasks.ts'
import { validate } from '../src/trace/validate.ts'
import { shopTrace } from './drawn-tasks.ts'
import { TICK_NS } from './timeline.ts'

const shop = shopTrace()
const idsOf = (rows: Uint32Array) => Array.from(rows, row => shop.tasks.id[row])
const asked = (ask: Parameters<typeof scopeOf>[1], filter = {}) => idsOf(taskRows(shop, scopeOf(shop, ask), filter))
const ticks = (from: number, to: number) => ({ startNs: from * TICK_NS, endNs: to * TICK_NS })

test('the drawn trace is a sound one', () => {
  // A drawing has no procs.
  assert.deepEqual(
    validate(shop).filter(fault => !fault.includes('is on proc 0 of 0')),
    [],
  )
})

test('types: what ended has a latency, what never ended stands first', () => {
  const { types, count, unended, background } = taskTypes(shop, taskRows(shop, wholeScope(shop)))
  const shown = types.map(({ type, count, complete, unended, unbegun, latency }) => [
    type,
    [count, complete, unended, unbegun],
    latency ? latency.totalNs / TICK_NS : undefined,
  ])
  assert.deepEqual(shown, [
    ['checkout', [1, 0, 1, 0], undefined],
    ['query', [1, 0, 1, 0], undefined],
    ['request', [1, 1, 0, 0], 3],
    ['report', [1, 1, 0, 0], 2],
    ['', [1, 0, 0, 1], undefined],
  ])
  assert.deepEqual([count, unended, background], [5, 2, { regions: 1, logs: 1 }])
})

test('a range asks for the tasks that overlap it, a function and a goroutine for those it has a part in', () => {
  assert.deepEqual(asked({}), [1, 2, 3, 9, 4])
  assert.deepEqual(asked({ range: ticks(4.5, 10) }), [2, 3, 4])
  assert.deepEqual(asked({ range: ticks(0, 0.5) }), [9])
  assert.deepEqual(asked({ function: 'main.reserve.func1' }), [2, 3])
  assert.deepEqual(asked({ function: 'main.load.func1' }), [1], 'who is started in a region inherits its task')
  assert.deepEqual(asked({ goroutines: [1] }), [1, 2, 4], 'a log is a part')
  assert.deepEqual(asked({ region: 'parse' }), [1, 2], 'goroutine 1 had a part in both while it parsed')
})

test('filters: never ended, at least so long, less than so long', () => {
  assert.deepEqual(asked({}, { unended: true }), [2, 3])
  assert.deepEqual(asked({}, { type: 'request' }), [1])
  assert.deepEqual(asked({}, { minNs: 3 * TICK_NS }), [1, 2, 3, 9], 'what is still open took at least so long')
  assert.deepEqual(asked({}, { maxNs: 3 * TICK_NS }), [4], 'of what is open, or began before, nobody knows the latency')
  assert.deepEqual(asked({}, { minNs: 2 * TICK_NS, maxNs: 4 * TICK_NS }), [1, 4])
})

test('a text in a log: in its category or message, whatever the case; of the background, too', () => {
  assert.deepEqual(asked({}, { log: 'asks FOR' }), [3])
  assert.deepEqual(asked({}, { log: 'Note' }), [2], 'a category')
  assert.deepEqual(asked({}, { log: '' }), [1, 2, 3], 'whatever they say, they logged')
  assert.deepEqual(asked({}, { log: 'of no task' }), [])
  assert.deepEqual(asked({ range: ticks(4.5, 10) }, { log: 'e' }), [2, 3], 'the range is that of tasks')
  const report = tasksReport(shop, wholeScope(shop), { log: 'o' })
  assert.deepEqual(
    report.tasks.map(({ id, found }) => [id, found?.count, found?.category, found?.message]),
    [
      [2, 1, 'note', 'beside it'],
      [3, 1, 'stock', 'asks for one piece'],
      [1, 1, '', 'done'],
    ],
  )
  assert.equal(report.tasks[0].found?.atNs, 2 * TICK_NS)
  assert.equal(report.backgroundFound?.message, 'of no task')
  assert.equal('found' in tasksReport(shop, wholeScope(shop), {}).tasks[0], false)
})

test('of a long log so much is told that what is sought is in it', () => {
  const text = `${'a'.repeat(300)}Needle${'b'.repeat(300)}`
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 700 }), limit => {
      const around = aroundText(text, 'needle', limit)
      assert.ok(around.includes('Needle') && around.length <= limit + 2, `${limit}: ${around}`)
    }),
  )
  assert.equal(aroundText('short', 'r', 10), 'short')
  assert.equal(aroundText('nothing of it in here', 'x', 7), 'nothing…')
})

test('what is not there is told with what is near', () => {
  const fails = (ask: () => unknown, found: string, remedy: RegExp) =>
    assert.throws(ask, error => error instanceof ScopeError && error.found === found && remedy.test(error.remedy))
  fails(() => asked({}, { type: 'check' }), "'check'", /did you mean 'checkout'\?/)
  fails(() => asked({}, { type: 'zzz' }), "'zzz'", /it has 'request', 'checkout', 'query'/)
  fails(() => regionRows(shop, wholeScope(shop), { type: 'pars' }), "'pars'", /did you mean 'parse'\?/)
  fails(() => taskRowOf(shop, 7), 'no task 7', /the nearest are 4 and 9/)
  const one = { ...shop, tasks: { ...shop.tasks, length: 1, id: shop.tasks.id.slice(0, 1) } }
  fails(() => taskRowOf(one, 99), 'no task 99', /the nearest is \d+$/)
  const none = { ...shop, tasks: { ...shop.tasks, length: 0 } }
  fails(() => tasksReport(none, wholeScope(none), {}), 'none', /trace\.NewTask/)
})

test('sorting: every column, both ways', () => {
  const rows = taskRows(shop, wholeScope(shop))
  assert.deepEqual(idsOf(sortTasks(shop, rows, 'state')), [2, 3, 1, 9, 4])
  assert.deepEqual(idsOf(sortTasks(shop, rows, 'id', true)), [9, 4, 3, 2, 1])
  assert.deepEqual(idsOf(sortTasks(shop, rows, 'type')), [9, 2, 3, 4, 1])
  assert.deepEqual(idsOf(sortTasks(shop, rows, 'duration')), [4, 1, 9, 3, 2])
  assert.deepEqual(idsOf(sortTasks(shop, rows, 'goroutines', true)).slice(0, 1), [2])
  assert.deepEqual(idsOf(sortTasks(shop, rows, 'parent', true)).slice(0, 1), [3])
  const regions = regionRows(shop, wholeScope(shop))
  const names = (sorted: Uint32Array) => Array.from(sorted, row => shop.strings.text(shop.regions.type[row]))
  assert.deepEqual(names(sortRegions(shop, regions, 'state')), ['reserve', 'load', 'parse', 'since before'])
  assert.deepEqual(names(sortRegions(shop, regions, 'waiting', true)).slice(0, 1), ['reserve'])
})

test('regions: their time by what was done in it; those around others hold theirs too', () => {
  const shown = regionTypes(shop, regionRows(shop, wholeScope(shop))).map(
    ({ type, place, spent, totalNs, latency }) => [
      type,
      place?.line,
      [totalNs, spent.runningNs, spent.runnableNs, spent.waitingNs].map(ns => ns / TICK_NS),
      spent.waits.map(({ reason, ns }) => [reason, ns / TICK_NS]),
      latency?.count,
    ],
  )
  assert.deepEqual(shown, [
    ['reserve', 18, [8.5, 0.5, 0, 8], [['chan receive', 8]], undefined],
    ['load', 18, [2.5, 1.75, 0.75, 0], [], 1],
    ['parse', 18, [1, 0.5, 0.5, 0], [], 1],
    ['since before', undefined, [0.5, 0.5, 0, 0], [], undefined],
  ])
})

test('the story of a task that ended, in the order of time', () => {
  const { events, startNs, endNs, parts, place, counts } = taskStory(shop, taskRowOf(shop, 1))
  assert.deepEqual(
    events.map(({ atNs, what, name, depth, goroutine }) => [atNs / TICK_NS, what, name, depth, goroutine]),
    [
      [1, 'task-begin', 'request', 0, 1],
      [1.25, 'region-begin', 'load', 0, 1],
      [2.5, 'region-begin', 'parse', 1, 1],
      [3.5, 'region-end', 'parse', 1, 1],
      [3.75, 'region-end', 'load', 0, 1],
      [3.8, 'log', '', 0, 1],
      [4, 'task-end', 'request', 0, null],
    ],
  )
  assert.deepEqual([startNs, endNs, place?.line, counts], [TICK_NS, 4 * TICK_NS, 17, { regions: 2, logs: 1, unendedRegions: 0 }]) // biome-ignore format: one line
  const shown = parts.map(part => [part.goroutine, part.how, part.fromNs / TICK_NS, part.toNs / TICK_NS, part.waits.map(({ reason }) => reason)]) // biome-ignore format: one line
  assert.deepEqual(shown, [
    [1, ['began', 'region', 'log'], 1, 4, []],
    [3, ['inherits'], 2, 4, ['sleep']],
  ])
})

test('the story of a task that never ended says where those stand who are left of it and of its sub-tasks', () => {
  const { parts, subtasks, isUnended } = taskStory(shop, taskRowOf(shop, 2))
  assert.deepEqual([isUnended, subtasks.map(({ id, isUnended: open }) => [id, open])], [true, [[3, true]]])
  const shown = parts.map(({ goroutine, task, now, open, elsewhere }) => [
    goroutine,
    task,
    [now.state, now.wait, now.place && `${now.place.function}:${now.place.line}`, now.sinceNs / TICK_NS],
    open.map(({ type }) => type),
    elsewhere?.id,
  ])
  assert.deepEqual(shown, [
    [2, 2, ['waiting', 'chan receive', 'main.reserve:131', 2], ['reserve'], undefined],
    [1, 2, ['running', '', undefined, 4], [], 4],
    [4, 3, ['waiting', 'sync.Mutex.Lock', 'main.take:135', 3], [], undefined],
  ])
})

test('a long story keeps its first and its last events, and says how many are between', () => {
  const { events, omitted } = taskStory(shop, taskRowOf(shop, 1), { events: 4, parts: 1, subtasks: 1 })
  assert.deepEqual([events.map(({ what }) => what), omitted], [['task-begin', 'region-begin', 'log', 'task-end'], { count: 3, at: 2 }]) // biome-ignore format: one line
  assert.deepEqual(
    taskStory(shop, taskRowOf(shop, 0)).events.map(({ name }) => name),
    ['since before', 'tick'],
  )
})

test('a strip shows the state that lasts longest in each column', () => {
  assert.deepEqual([...stripOf(shop, 2, 0, 10 * TICK_NS, 10)], [0, 0, 1, 3, 1, 0, 0, 0, 0, 0])
  assert.deepEqual([...stripOf(shop, 0, TICK_NS, TICK_NS, 2)], [0, 0])
})

test('parts of each task once, with all that makes them parts', () => {
  const { goroutines } = taskLinks(shop)
  const of = (row: number) => Array.from(goroutines.row.subarray(goroutines.first[row], goroutines.first[row + 1]))
  assert.deepEqual(of(0), [0, 2])
  assert.deepEqual(of(1), [1, 0, 3])
  assert.deepEqual(of(2), [1, 3])
  assert.equal(goroutines.part[goroutines.first[0]], 1 | 2 | 4)
})

test('buckets: five a decade, each duration in the one whose borders are around it', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e17, noNaN: true }), ns => {
      const bucket = bucketOf(ns)
      assert.ok(bucketFromNs(bucket) <= ns && (ns < bucketFromNs(bucket + 1) || bucket === BUCKETS - 1))
    }),
  )
  assert.deepEqual([0, 1, 999, 1000, 1e6, 1e9].map(bucketOf), [0, 0, 14, 15, 30, 45])
})

test('latencies against the definitions of their words', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 300 }), list => {
      const made = latencyOf(Float64Array.from(list))
      assert.ok(made)
      const rank = (percent: number) => list.toSorted((a, b) => a - b).find((ns, _, all) => all.filter(x => x <= ns).length * 100 >= percent * all.length) // biome-ignore format: one question
      assert.deepEqual([made.p50Ns, made.p95Ns, made.p99Ns], [rank(50), rank(95), rank(99)])
      assert.deepEqual([made.minNs, made.maxNs, made.count], [Math.min(...list), Math.max(...list), list.length])
      for (const { fromNs, toNs, count } of made.histogram)
        assert.equal(count, list.filter(ns => ns >= fromNs && ns < toNs).length)
      assert.equal(
        made.histogram.reduce((sum, { count }) => sum + count, 0),
        list.length,
      )
      assert.ok(made.histogram[0].count > 0 && (made.histogram.at(-1)?.count ?? 0) > 0)
    }),
  )
  assert.equal(latencyOf(new Float64Array(0)), undefined)
})
