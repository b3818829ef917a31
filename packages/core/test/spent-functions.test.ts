/** Where goroutines spent their time: drawn by hand, against sums that are slow and plain, and on every trace at hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { summarize } from '../src/analysis/summary.ts'
import { codeOfReason, STAY_KINDS, StayCode } from '../src/spent/functions/kinds.ts'
import { livesOf, WHOLE_COLUMN } from '../src/spent/functions/lives.ts'
import {
  columnOf,
  FUNCTION_SORTS,
  functionsNamed,
  GOROUTINE_SORTS,
  orderFunctions,
  orderGoroutines,
} from '../src/spent/functions/order.ts'
import { waitsOfGoroutine } from '../src/spent/functions/reasons.ts'
import { functionsReport, reportGoroutine } from '../src/spent/functions/report.ts'
import { spentFunctions, spentGoroutines } from '../src/spent/functions/tables.ts'
import { type Scope, scopeOf, wholeScope } from '../src/spent/scope.ts'
import { TraceBuilder } from '../src/trace/build.ts'
import { GoState, placeOf, RangeKind, spanEndNs, type Trace } from '../src/trace/tables.ts'
import { checkItsScopes, checkRandomScopes, drawnLives, near, testTraces, ticks } from './drawn-lives.ts'
import { TICK_NS, timelineFromText } from './timeline.ts'

function reportOf(trace: Trace, scope: Scope = wholeScope(trace)) {
  const table = spentFunctions(trace, scope)
  return functionsReport(trace, table, orderFunctions(trace, table, 'name')).functions
}

test('a function has the time of its goroutines, by what they did', () => {
  const [file, idle, main, worker] = reportOf(drawnLives())
  assert.deepEqual([file.function, ticks(file.runningNs), ticks(file.syscallNs)], ['main.file', 1, 7])
  assert.deepEqual(
    [main.function, main.goroutines, ticks(main.totalNs), ticks(main.waitingByKindNs.channel)],
    ['main.main', 1, 8, 4],
  )
  assert.deepEqual([worker.goroutines, ticks(worker.totalNs), ticks(worker.runnableNs)], [2, 13, 3])
  assert.deepEqual([ticks(worker.waitingByKindNs.sync), ticks(worker.waitingByKindNs.network)], [4, 2])
  assert.deepEqual(worker.waitingNs, { sync: 4 * TICK_NS, network: 2 * TICK_NS })
  // What Go gives no reason for is told by the stack, where there is one.
  assert.deepEqual(
    [idle.waitingByKindNs.select, idle.waitingByKindNs.unknown, idle.waitingByKindNs.sleep].map(ticks),
    [4, 2, 2],
  )
  assert.deepEqual(idle.waitingNs, { '': 6 * TICK_NS, sleep: 2 * TICK_NS })
})

test('a range has what lies within it, and no function that was not there', () => {
  const trace = drawnLives()
  const scope = scopeOf(trace, { range: { startNs: 0, endNs: TICK_NS / 2 } })
  assert.deepEqual(
    reportOf(trace, scope).map(row => [row.function, row.totalNs]),
    ['main.file', 'main.idle', 'main.main'].map(name => [name, TICK_NS / 2]),
  )
  const late = reportOf(trace, scopeOf(trace, { range: { startNs: 6.5 * TICK_NS, endNs: 8 * TICK_NS } }))
  const worker = late.find(row => row.function === 'main.worker')
  assert.deepEqual([worker?.goroutines, ticks(worker!.runningNs), ticks(worker!.totalNs)], [2, 0.5, 2])
})

test('a goroutine has its birth, its death, the first and the last that it did in the range', () => {
  const trace = drawnLives()
  const of = (startNs: number, endNs: number) => {
    const table = spentGoroutines(trace, scopeOf(trace, { function: 'main.worker', range: { startNs, endNs } }))
    return Array.from(orderGoroutines(trace, table, 'id'), row => reportGoroutine(trace, table, row))
  }
  const [second, third] = of(0, 8 * TICK_NS)
  assert.deepEqual([second.birthNs, second.deathNs], [TICK_NS, null])
  assert.deepEqual([third.birthNs, third.deathNs], [TICK_NS, 7 * TICK_NS])
  assert.deepEqual(second.lastSpan, { startNs: 4 * TICK_NS, state: 'waiting', reason: 'sync' })
  const [within] = of(2.5 * TICK_NS, 4 * TICK_NS)
  assert.deepEqual([within.firstSpan.state, within.lastSpan.state], ['running', 'running'])
  assert.equal(ticks(within.totalNs), 1.5)
})

test("Go's reasons are of these kinds", () => {
  const kind = (reason: string) => STAY_KINDS[codeOfReason(reason)]
  assert.equal(kind('sync'), 'sync')
  assert.equal(kind('sync.(*Cond).Wait'), 'sync')
  assert.equal(kind('synctest'), 'other')
  assert.equal(kind('chan send'), 'channel')
  assert.equal(kind('GC background sweeper wait'), 'gc')
  assert.equal(kind('wait until GC ends'), 'gc')
  assert.equal(kind('system goroutine wait'), 'other')
  assert.equal(kind('forever'), 'other')
})

test("assists are the goroutine's, a sweep is its own where it ran from begin to end of it", () => {
  const build = new TraceBuilder(new Uint8Array(0), 64)
  const place = placeOf(build.proc(0), build.thread(1))
  const g = build.goroutine(1, Number.NaN, -1, -1)
  const other = build.goroutine(2, Number.NaN, -1, -1)
  build.span(0, other, GoState.runnable, 0, -1, -1)
  build.span(0, g, GoState.running, 0, place, -1)
  const assist = build.rangeBegin(10, RangeKind.markAssist, 0, g, -1, -1)
  build.endRange(30, assist)
  const sweep = build.rangeBegin(30, RangeKind.gcSweep, 0, -1, 0, -1)
  build.endRange(35, sweep)
  const lost = build.rangeBegin(40, RangeKind.gcSweep, 0, -1, 0, -1)
  build.span(50, g, GoState.runnable, 0, -1, -1)
  build.span(50, other, GoState.running, 0, place, -1)
  build.endRange(60, lost)
  const trace = build.freeze(26, 100)
  const table = spentGoroutines(trace, wholeScope(trace))
  assert.deepEqual([...table.assistNs], [20, 0])
  assert.deepEqual([...table.sweepNs], [5, 0])
  const half = spentGoroutines(trace, scopeOf(trace, { range: { startNs: 20, endNs: 33 } }))
  assert.deepEqual([half.assistNs[0], half.sweepNs[0]], [10, 3])
})

test("a sweep on a proc that a system call has lost is nobody's", () => {
  const build = new TraceBuilder(new Uint8Array(0), 64)
  const place = placeOf(build.proc(0), build.thread(1))
  const g = build.goroutine(1, Number.NaN, -1, -1)
  build.span(0, g, GoState.running, 0, place, -1)
  build.span(10, g, GoState.syscall, 0, place, -1)
  const sweep = build.rangeBegin(30, RangeKind.gcSweep, 0, -1, 0, -1)
  build.endRange(35, sweep)
  const trace = build.freeze(26, 100)
  assert.deepEqual([...spentGoroutines(trace, wholeScope(trace)).sweepNs], [0])
})

test('a life is a strip of shares, empty where nobody was', () => {
  const trace = drawnLives()
  const lives = livesOf(trace, [2], 0, 8 * TICK_NS, 4)
  const at = (column: number) => [...lives.subarray(column * 4, column * 4 + 4)]
  const half = Math.round(WHOLE_COLUMN / 2)
  assert.deepEqual(at(0), [0, half, 0, 0])
  assert.deepEqual(at(1), [half, half, 0, 0])
  assert.deepEqual(at(2), [0, 0, WHOLE_COLUMN, 0])
  assert.deepEqual(at(3), [half, 0, 0, 0])
})

/** Time of each goroutine by kind, span by span. */
function slowKinds(trace: Trace, { fromNs, toNs, keep }: Scope): Map<number, number[]> {
  const found = new Map<number, number[]>()
  for (let g = 0; g < trace.goroutines.length; g++) {
    if (keep && keep[g] === 0) continue
    for (let at = trace.spansOf.first[g]; at < trace.spansOf.first[g + 1]; at++) {
      const span = trace.spansOf.row[at]
      const ns = Math.min(toNs, spanEndNs(trace, g, at)) - Math.max(fromNs, trace.spans.startNs[span])
      if (ns <= 0) continue
      const sums = found.get(g) ?? found.set(g, [0, 0, 0, 0]).get(g)!
      sums[trace.spans.stateReason[span] & 3] += ns
    }
  }
  return found
}

function checkScope(trace: Trace, scope: Scope): void {
  const table = spentGoroutines(trace, scope)
  const slow = slowKinds(trace, scope)
  let stays = 0
  table.goroutine.forEach((g, row) => {
    const [running, runnable, waiting, syscall] = slow.get(g) ?? [0, 0, 0, 0]
    near(table.kindNs[StayCode.running][row], running, 'running')
    near(table.kindNs[StayCode.runnable][row], runnable, 'runnable')
    near(table.kindNs[StayCode.syscall][row], syscall, 'syscall')
    near(table.waitingNs[row], waiting, 'waiting')
    near(
      Object.values(waitsOfGoroutine(trace, scope, g)).reduce((a, b) => a + b, 0),
      waiting,
      'reasons',
    )
    stays += table.totalNs[row]
    slow.delete(g)
  })
  assert.equal(slow.size, 0, 'somebody was there and is not in the table')
  checkFunctions(trace, scope, stays)
  for (const sort of GOROUTINE_SORTS) {
    const order = orderGoroutines(trace, table, sort)
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      [...table.goroutine.keys()],
      sort,
    )
    if (sort === 'id' || sort === 'birth' || sort === 'death') continue
    const column = columnOf(table, sort)
    for (let i = 1; i < order.length; i++) assert.ok(column[order[i - 1]] + 1 >= column[order[i]], sort)
  }
}

function checkFunctions(trace: Trace, scope: Scope, totalNs: number): void {
  const functions = spentFunctions(trace, scope)
  const report = functionsReport(trace, functions, orderFunctions(trace, functions, 'total'))
  near(
    report.functions.reduce((sum, row) => sum + row.totalNs, 0),
    totalNs,
    'functions',
  )
  for (const row of report.functions) {
    near(row.runningNs + row.runnableNs + row.syscallNs + row.waitingTotalNs, row.totalNs, row.function)
    near(
      Object.values(row.waitingNs).reduce((a, b) => a + b, 0),
      row.waitingTotalNs,
      `${row.function} by reason`,
    )
    near(
      Object.values(row.waitingByKindNs).reduce((a, b) => a + b, 0),
      row.waitingTotalNs,
      `${row.function} by kind`,
    )
  }
  for (const sort of FUNCTION_SORTS) {
    const order = orderFunctions(trace, functions, sort)
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      [...functions.entryRow.keys()],
      sort,
    )
    assert.deepEqual([...orderFunctions(trace, functions, sort, true)].length, order.length)
  }
}

test('a part of a name keeps the functions with it, in the order that they have', () => {
  const trace = drawnLives()
  const functions = spentFunctions(trace, wholeScope(trace))
  const named = (text: string) => {
    const order = orderFunctions(trace, functions, 'name')
    return Array.from(functionsNamed(trace, functions, order, text), row => trace.strings.text(functions.entry[row]))
  }
  const all = named('')
  assert.equal(all.length, functions.length)
  for (const text of ['main.', 'WORK', all[1].slice(2), 'nobody', '('])
    assert.deepEqual(
      named(text),
      all.filter(name => name.toLowerCase().includes(text.toLowerCase())),
      text,
    )
  assert.deepEqual(named('nobody'), [])
})

test('any trace and range: as span by span', () => {
  checkRandomScopes(checkScope)
})

test('a trace of no length, one without stacks, ids that come back, names of any length, many functions', () => {
  const still = timelineFromText('  G1 main.main R', {})
  const none = { ...still, durationNs: 0 }
  checkScope(none, wholeScope(none))
  assert.ok(livesOf(none, [0], 0, 0, 10).every(share => share === 0))
  const build = new TraceBuilder(new Uint8Array(0), 64)
  for (let i = 0; i < 20_000; i++) {
    // Each id three times: born and dead one after the other, as threads of C that call into Go.
    const g = build.goroutine(Math.floor(i / 3), i, -1, -1)
    const name = build.strings.internText(i % 3 === 0 ? '' : `f${i}${i === 1 ? 'x'.repeat(100_000) : ''}`)
    if (i % 3 > 0) build.ownStack(g, build.stacks.stack([build.stacks.frameRow(name, name, 1)], 1))
    build.span(i, g, GoState.waiting, build.reason(build.strings.internText(`r${i % 5000}`)), -1, -1)
    build.die(i + 1, g)
  }
  const many = build.freeze(26, 30_000)
  const report = reportOf(many)
  assert.equal(report.length, 2 * Math.floor(20_000 / 3) + 2)
  assert.equal(report[0].function, '')
  // Of the same id, each time by another function: it counts once for each.
  assert.equal(report[0].goroutines, Math.ceil(20_000 / 3))
  assert.equal(
    report.reduce((sum, row) => sum + row.totalNs, 0),
    20_000,
  )
})

/** What `summarize` says of the same, where an id is one goroutine: its functions are those of its first life. */
function checkSummary(trace: Trace): void {
  const { functions, goroutines } = summarize(trace)
  const hasTwins = new Set(trace.goroutines.id).size < trace.goroutines.length
  const report = reportOf(trace)
  const sum = (of: (row: (typeof report)[number]) => number) => report.reduce((total, row) => total + of(row), 0)
  near(
    sum(row => row.runningNs),
    Object.values(functions).reduce((total, row) => total + row.runningNs, 0),
    'running',
  )
  if (hasTwins) return
  assert.equal(
    sum(row => row.goroutines),
    goroutines,
  )
  assert.deepEqual(report.map(row => row.function).sort(), Object.keys(functions).sort())
  for (const row of report) {
    const { goroutines: count, runningNs, runnableNs, waitingNs, syscallNs } = functions[row.function]
    assert.equal(row.goroutines, count, row.function)
    near(row.runningNs, runningNs, `${row.function} running`)
    near(row.runnableNs, runnableNs, `${row.function} runnable`)
    near(row.waitingTotalNs, waitingNs, `${row.function} waiting`)
    near(row.syscallNs, syscallNs, `${row.function} syscall`)
  }
  const { waitReasons } = summarize(trace)
  const waits = new Map<string, number>()
  for (const row of report)
    for (const [reason, ns] of Object.entries(row.waitingNs)) waits.set(reason, (waits.get(reason) ?? 0) + ns)
  for (const [reason, { ns }] of Object.entries(waitReasons)) near(waits.get(reason) ?? 0, ns, reason)
}

testTraces(trace => {
  checkSummary(trace)
  checkItsScopes(trace, checkScope)
})
