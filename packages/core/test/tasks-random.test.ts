/** How regions' time was spent and who belongs to which task, on random traces, against versions that are slow and plain. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { wholeScope } from '../src/spent/scope.ts'
import { taskLinks } from '../src/spent/tasks/links.ts'
import { regionRows, regionTypes } from '../src/spent/tasks/regions.ts'
import { regionEndNs, regionStartNs, spendingOf } from '../src/spent/tasks/spending.ts'
import { taskRowOf, taskStory } from '../src/spent/tasks/story.ts'
import { taskRows, taskTypes } from '../src/spent/tasks/tasks.ts'
import { TraceBuilder } from '../src/trace/build.ts'
import { GoState, RangeKind, spanEndNs, type Trace } from '../src/trace/tables.ts'
import { openTrace } from './open-trace.ts'
import { ROOT } from './oracle.ts'

type Step = { readonly who: number; readonly laterNs: number; readonly what: number; readonly task: number }

const STEPS = fc.array(
  fc.record({ who: fc.nat(4), laterNs: fc.nat(9), what: fc.nat(11), task: fc.nat(3) }),
  { maxLength: 120 },
) // biome-ignore format: one record

/** Goroutines that do what a random list says: start others, change their state, open and close regions, help the collector. */
function randomTrace(steps: readonly Step[]): Trace {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const names = ['a', 'b', 'c'].map(text => builder.strings.internText(text))
  const reasons = ['sync', 'sleep', 'select'].map(text => builder.reason(builder.strings.internText(text)))
  const open: number[][] = []
  const assists: number[] = []
  const rows: number[] = []
  let nowNs = 0
  for (const { who, laterNs, what, task } of steps) {
    nowNs += laterNs
    const g = rows[who]
    if (g === undefined) {
      const creator = rows.find(row => row !== undefined) ?? -1
      const isOld = creator < 0 || what === 0
      rows[who] = builder.goroutine(who + 1, isOld ? Number.NaN : nowNs, isOld ? -1 : creator, -1)
      builder.span(isOld ? 0 : nowNs, rows[who], GoState.running, 0, -1, -1)
      open[who] = []
    } else if (what < 4) {
      const state = what as GoState
      builder.span(nowNs, g, state, state === GoState.waiting ? reasons[task % 3] : 0, -1, -1)
    } else if (what < 7) open[who].push(builder.regionBegin(nowNs, task, names[what % 3], g, -1))
    else if (what < 9) {
      const last = open[who].pop()
      builder.endRegion(nowNs, last ?? builder.regionBegin(Number.NaN, task, names[what % 3], g, -1))
    } else if (what === 9) {
      if (assists[who] === undefined)
        assists[who] = builder.rangeBegin(nowNs, RangeKind.markAssist, names[0], g, -1, -1)
      else {
        builder.endRange(nowNs, assists[who])
        delete assists[who]
      }
    } else if (what === 10) builder.log(nowNs, task, names[0], names[1], g, -1)
    else if (who === 4) {
      builder.die(nowNs, g)
      delete rows[who]
    }
  }
  return builder.freeze(26, nowNs)
}

/** What a goroutine did between two times, span by span. */
function slowSpent(trace: Trace, g: number, fromNs: number, toNs: number): number[] {
  const sums = [0, 0, 0, 0]
  for (let at = trace.spansOf.first[g]; at < trace.spansOf.first[g + 1]; at++) {
    const row = trace.spansOf.row[at]
    const ns = Math.min(spanEndNs(trace, g, at), toNs) - Math.max(trace.spans.startNs[row], fromNs)
    if (ns > 0) sums[trace.spans.stateReason[row] & 3] += ns
  }
  return sums
}

function slowAssist({ ranges, durationNs }: Trace, g: number, fromNs: number, toNs: number): number {
  let sum = 0
  for (let row = 0; row < ranges.length; row++) {
    if (ranges.kind[row] !== RangeKind.markAssist || ranges.goroutine[row] !== g) continue
    const endNs = Number.isNaN(ranges.endNs[row]) ? durationNs : ranges.endNs[row]
    sum += Math.max(0, Math.min(endNs, toNs) - Math.max(ranges.startNs[row], fromNs))
  }
  return sum
}

/** Every region's time as the plain version has it, and its waits by reason adding up to those of all reasons. */
function checkSpending(trace: Trace): void {
  const { regions } = trace
  const { runningNs, runnableNs, waitingNs, syscallNs, assistNs, waits } = spendingOf(trace)
  for (let row = 0; row < regions.length; row++) {
    if (regions.goroutine[row] < 0) continue
    const [fromNs, toNs] = [regionStartNs(trace, row), regionEndNs(trace, row)]
    const slow = slowSpent(trace, regions.goroutine[row], fromNs, toNs)
    const made = [runningNs[row], runnableNs[row], waitingNs[row], syscallNs[row]]
    for (const [state, ns] of made.entries())
      assert.ok(Math.abs(ns - slow[state]) < 1, `region ${row}: ${made}, ${slow}`)
    assert.ok(Math.abs(assistNs[row] - slowAssist(trace, regions.goroutine[row], fromNs, toNs)) < 1)
    let waited = 0
    for (let i = waits.first[row]; i < waits.first[row + 1]; i++) waited += waits.ns[i]
    assert.ok(Math.abs(waited - waitingNs[row]) < 1)
  }
}

test("regions' time on random traces", () => {
  fc.assert(
    fc.property(STEPS, steps => checkSpending(randomTrace(steps))),
    { numRuns: 500 },
  )
})

/** The task of the innermost region that is open where a goroutine is started, as Go's own loop over events has it. */
function slowInherited(trace: Trace, g: number): number {
  const { regions, goroutines } = trace
  const creator = goroutines.creator[g]
  if (creator < 0) return -1
  const atNs = goroutines.birthNs[g]
  const open = [...regions.goroutine.keys()].filter(
    row => regions.goroutine[row] === creator && regionStartNs(trace, row) <= atNs && !(regions.endNs[row] <= atNs),
  )
  // The innermost began last; of those that began before the trace it ends first.
  const innermost = open.toSorted((a, b) => regionStartNs(trace, b) - regionStartNs(trace, a) || (Number.isNaN(regions.startNs[a]) ? a - b : b - a))[0] // biome-ignore format: one order
  if (innermost === undefined) return slowInherited(trace, creator)
  return regions.task[innermost] < 0 ? trace.tasks.length : regions.task[innermost]
}

test('what a goroutine inherits, on random traces', () => {
  const named = (trace: Trace): Trace => ({
    ...trace,
    goroutines: { ...trace.goroutines, entry: trace.goroutines.entry.map(() => trace.regions.type[0] ?? 0) },
  })
  fc.assert(
    fc.property(STEPS, steps => {
      const trace = named(randomTrace(steps))
      const { inherited } = taskLinks(trace)
      for (let g = 0; g < inherited.length; g++)
        if (trace.regions.length > 0) assert.equal(inherited[g], slowInherited(trace, g))
    }),
    { numRuns: 500 },
  )
})

const FOLDERS = [join(ROOT, 'testdata/traces'), join(ROOT, '../shared/traces')].filter(existsSync)

test('shares add up in every trace at hand', () => {
  let seen = 0
  for (const file of FOLDERS.flatMap(folder => readdirSync(folder).map(name => join(folder, name)))) {
    if (!file.endsWith('.trace')) continue
    const trace = openTrace(readFileSync(file))
    checkSpending(trace)
    const rows = taskRows(trace, wholeScope(trace))
    const { types, count, unended } = taskTypes(trace, rows)
    assert.equal(types.reduce((sum, type) => sum + type.count, 0), count) // biome-ignore format: one line
    assert.equal(rows.length, trace.tasks.length)
    assert.ok(types.every(type => (type.latency?.count ?? 0) === type.complete) && unended <= count)
    const regions = regionTypes(trace, regionRows(trace, wholeScope(trace)))
    assert.equal(regions.reduce((sum, type) => sum + type.count, 0), trace.regions.length) // biome-ignore format: one line
    for (const row of rows.subarray(0, 100)) {
      const { parts } = taskStory(trace, taskRowOf(trace, trace.tasks.id[row]))
      for (const part of parts) {
        const ns = part.runningNs + part.runnableNs + part.waitingNs + part.syscallNs
        assert.ok(ns <= part.toNs - part.fromNs + 1)
      }
    }
    seen += rows.length + trace.regions.length
  }
  assert.ok(seen > 0, 'no trace at hand has tasks or regions')
})

test('two hundred thousand regions within each other, and as many waits, take no square of time', () => {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const name = builder.strings.internText('deep')
  const reasons = Array.from({ length: 40 }, (_, i) => builder.reason(builder.strings.internText(`reason ${i}`)))
  const g = builder.goroutine(1, Number.NaN, -1, -1)
  const rows: number[] = []
  const depth = 200_000
  for (let i = 0; i < depth; i++) {
    builder.span(i, g, i % 2 === 0 ? GoState.waiting : GoState.running, i % 2 === 0 ? reasons[i % 40] : 0, -1, -1)
    rows.push(builder.regionBegin(i, 1, name, g, -1))
  }
  for (const [i, row] of rows.reverse().entries()) builder.endRegion(depth + i, row)
  const trace = builder.freeze(26, 2 * depth)
  const { waitingNs, runningNs } = spendingOf(trace)
  assert.equal(waitingNs[0] + runningNs[0], 2 * depth - 1)
  const { parts } = taskStory(trace, taskRowOf(trace, 1))
  assert.equal(parts[0].open.length, 0)
})
