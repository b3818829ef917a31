import assert from 'node:assert/strict'
import { test } from 'node:test'
import { summarize } from '../src/analysis/summary.ts'
import { TraceBuilder } from '../src/trace/build.ts'
import { EventKind, GoState, placeOf, type Trace } from '../src/trace/tables.ts'

const NOBODY = -1

function builder(): TraceBuilder {
  return new TraceBuilder(new Uint8Array(16), 8)
}

/** The row of a stack of "function:line", innermost first. */
function stack(build: TraceBuilder, ...frames: string[]): number {
  const rows = frames.map(frame => {
    const [name, line] = frame.split(':')
    return build.stacks.frameRow(build.strings.internText(name), 0, Number(line))
  })
  return build.stacks.stack(rows, rows.length)
}

function reason(build: TraceBuilder, text: string): number {
  return build.reason(build.strings.internText(text))
}

/** A trace of one goroutine that waits from its begin to its end. */
function waiting(why: string, ...frames: string[]): Trace {
  const build = builder()
  const g = build.goroutine(7, Number.NaN, NOBODY, NOBODY)
  build.span(0, g, GoState.waiting, reason(build, why), NOBODY, stack(build, ...frames))
  return build.freeze(26, 100)
}

test("a waiting goroutine's place is its innermost frame outside of runtime, sync and internal", () => {
  const at = (...frames: string[]) => Object.keys(summarize(waiting('sync', ...frames)).waitingAtEnd)[0]
  assert.equal(
    at('runtime.gopark:1', 'internal/sync.(*Mutex).Lock:2', 'sync.(*Mutex).Lock:3', 'main.f:4'),
    'sync @ main.f:4',
  )
  assert.equal(at('runtime.gopark:1', 'runtime.forcegchelper:2'), 'sync @ runtime.gopark:1')
  assert.equal(at('runtime/trace.Start:1', 'main.main:2'), 'sync @ runtime/trace.Start:1')
  assert.equal(at('syncthing.f:5'), 'sync @ syncthing.f:5')
  assert.equal(at(), 'sync @ ')
})

test('spans end with the next one, with a death, with the trace; each counts once', () => {
  const build = builder()
  const place = placeOf(build.proc(0), build.thread(9))
  const first = build.goroutine(1, Number.NaN, NOBODY, NOBODY)
  build.span(0, first, GoState.running, 0, place, NOBODY)
  const child = build.goroutine(2, 10, first, stack(build, 'main.main:3'))
  build.ownStack(child, stack(build, 'main.child:1'))
  build.span(10, child, GoState.runnable, 0, first, NOBODY)
  build.span(30, first, GoState.waiting, reason(build, 'sleep'), NOBODY, NOBODY)
  build.span(30, child, GoState.running, 0, place, NOBODY)
  build.die(70, child)
  const summary = summarize(build.freeze(26, 100))
  assert.deepEqual(summary.states, {
    runnable: { count: 1, ns: 20 },
    running: { count: 2, ns: 70 },
    waiting: { count: 1, ns: 70 },
  })
  assert.deepEqual(summary.waitReasons, { sleep: { count: 1, ns: 70 } })
  assert.deepEqual(summary.functions, {
    '': { goroutines: 1, runningNs: 30, runnableNs: 0, waitingNs: 70, syscallNs: 0 },
    'main.child': { goroutines: 1, runningNs: 40, runnableNs: 20, waitingNs: 0, syscallNs: 0 },
  })
  assert.deepEqual(summary.atEnd, { waiting: 1 })
  assert.deepEqual([summary.goroutines, summary.procs, summary.threads, summary.durationNs], [2, 1, 1, 100])
  assert.equal('error' in summary, false)
})

test('an id that lives twice is one goroutine, under the function that either life names', () => {
  const build = builder()
  for (const [birthNs, deathNs] of [
    [10, 20],
    [30, 50],
  ]) {
    const g = build.goroutine(50, birthNs, NOBODY, NOBODY)
    if (birthNs === 30) build.ownStack(g, stack(build, 'C.callback:1'))
    build.span(birthNs, g, GoState.syscall, 0, placeOf(-1, -1), NOBODY)
    build.die(deathNs, g)
  }
  const summary = summarize(build.freeze(26, 60))
  assert.equal(summary.goroutines, 1)
  assert.deepEqual(summary.functions, {
    'C.callback': { goroutines: 1, runningNs: 0, runnableNs: 0, waitingNs: 0, syscallNs: 30 },
  })
  assert.deepEqual(summary.atEnd, {})
})

test('a goroutine that is only mentioned is none', () => {
  const build = builder()
  build.goroutine(3, Number.NaN, NOBODY, NOBODY)
  assert.deepEqual([summarize(build.freeze(26, 5)).goroutines, summarize(build.freeze(26, 5)).functions], [0, {}])
})

test('what was going on when the trace began is no begin', () => {
  const build = builder()
  const name = build.strings.internText('GC concurrent mark phase')
  build.rangeBegin(0, 0, name, NOBODY, NOBODY, NOBODY)
  build.rangeBegin(5, 0, name, NOBODY, NOBODY, NOBODY)
  const type = build.strings.internText('request')
  build.taskEnded(6, 4)
  build.taskBegin(7, 5, 0, type, NOBODY, NOBODY)
  build.regionBegin(Number.NaN, 5, type, NOBODY, NOBODY)
  build.regionBegin(8, 5, type, NOBODY, NOBODY)
  const { ranges, tasks, regions } = summarize(build.freeze(26, 9))
  assert.deepEqual(
    { ranges, tasks, regions },
    { ranges: { 'GC concurrent mark phase': 1 }, tasks: { request: 1 }, regions: { request: 1 } },
  )
})

test('metrics have samples, least and greatest; events their kinds; a problem is the error', () => {
  const build = builder()
  for (const value of [5, 3, 9]) build.metric(1, 0, value)
  build.eventCounts[EventKind.metric] = 3
  build.eventCounts[EventKind.goroutine] = 2
  build.problem(16, 'no frequency event found', 'the clock')
  const { metrics, events, transitions, error } = summarize(build.freeze(26, 9))
  assert.deepEqual(metrics, { '/memory/classes/heap/objects:bytes': [3, 3, 9] })
  assert.deepEqual([events, transitions, error], [{ metric: 3 }, { goroutine: 2 }, 'no frequency event found'])
})

test('names that JavaScript knows are names like others', () => {
  const trace = waiting('__proto__', 'main.f:1')
  assert.deepEqual(Object.keys(summarize(trace).waitReasons), ['__proto__'])
  assert.match(JSON.stringify(summarize(trace)), /"waitReasons":\{"__proto__":\{"count":1,"ns":100\}\}/)
})
