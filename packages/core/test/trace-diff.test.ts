/** Two traces side by side: drawn by hand, against sums that are slow and plain, by laws, and on every trace at hand. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FrameBook } from '../src/analysis/scene/frames.ts'
import { waitName } from '../src/analysis/scene/wait-classes.ts'
import { waitOf } from '../src/analysis/scene/waits.ts'
import { SiteFinder } from '../src/dump/site.ts'
import { type TraceDiff, traceDiff } from '../src/spent/diff/diff.ts'
import { diffScopes } from '../src/spent/diff/scopes.ts'
import { type Scope, type ScopeAsk, ScopeError, wholeScope } from '../src/spent/scope.ts'
import { GoState, spanEndNs, type Trace } from '../src/trace/tables.ts'
import { openTrace } from './open-trace.ts'
import { ROOT } from './oracle.ts'
import { randomTrace } from './random-trace.ts'
import { TICK_NS, timelineFromText } from './timeline.ts'

const lockAt = (line: number) => ({
  reason: 'sync',
  stack: ['sync.(*Mutex).Lock sync/mutex.go:1', `main.(*cache).Get app/cache.go:${line}`, 'main.worker app/main.go:9'],
})
const LEGEND = {
  L: lockAt(42),
  M: lockAt(57),
  C: { reason: 'chan receive', stack: ['runtime.chanrecv1 runtime/chan.go:1', 'main.worker app/main.go:7'] },
  N: { reason: 'network' },
  S: { syscall: true },
}

/** Ten ticks of 50 ms. */
const BEFORE = timelineFromText(
  `
  G1 main.main    RRRRRCCCCC
  G2 main.worker  RRRRRRRRLL
  G3 main.old     SSSSSSSSSS
`,
  LEGEND,
)
/** Twenty. */
const AFTER = timelineFromText(
  `
  G7 main.main    RRRRRRRRRRCCCCCCCCCC
  G8 main.worker  RRRRMMMMMMMMMMMMMMMM
  G9 main.worker  RRRRMMMMMMMMMMMMMMLL
  G5 main.young   NNNNNNNNNNNNNNNNNNrr
`,
  LEGEND,
)

const diffOf = (before: Trace, after: Trace, ask: ScopeAsk = {}): TraceDiff => {
  const [from, to] = diffScopes(before, after, ask)
  return traceDiff({ name: 'before', trace: before, scope: from }, { name: 'after', trace: after, scope: to })
}

const ticks = (ns: number) => ns / TICK_NS
const near = (a: number, b: number) => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b))

describe('two traces', () => {
  it('are compared by the second of trace', () => {
    const { before, after, functions, waits } = diffOf(BEFORE, AFTER)
    assert.deepEqual([ticks(before.endNs), before.goroutines, ticks(after.endNs), after.goroutines], [10, 3, 20, 4])
    const rows = functions.map(({ function: of, kind, presence, changeNs }) => [of, kind, presence, changeNs / 1e6])
    assert.deepEqual(rows, [
      ['main.worker', 'sync', 'both', 1400], // two of ten ticks before, 32 of twenty after
      ['main.young', 'network', 'new', 900],
      ['main.young', 'runnable', 'new', 100],
      ['main.worker', 'running', 'both', -400],
      ['main.old', 'syscall', 'gone', -1000],
    ])
    const [sync] = functions
    assert.deepEqual([ticks(sync.before.totalNs), ticks(sync.after.totalNs)], [2, 32])
    assert.deepEqual([sync.before.goroutines, sync.after.goroutines], [1, 2])
    assert.deepEqual([ticks(sync.before.perGoroutineNs), ticks(sync.after.perGoroutineNs)], [2, 16])
    assert.deepEqual(
      waits.map(({ function: of, reason, at }) => [of, reason, at]),
      [
        ['main.worker', 'sync.Mutex.Lock', 'main.(*cache).Get'],
        ['main.young', 'IO wait', ''],
      ],
    )
    const [lock] = waits
    // Of several lines of the function the one that has the most.
    assert.deepEqual([lock.before.site?.line, lock.after.site?.line], [42, 57])
    assert.deepEqual([lock.before.waits, lock.after.waits], [1, 3])
  })

  it('are told apart in sentences, what weighs most first', () => {
    assert.deepEqual(diffOf(BEFORE, AFTER).summary, [
      'main.worker waits 1.4 s a second longer for sync.Mutex.Lock in main.(*cache).Get at app/cache.go:57 (1.6 s instead of 200 ms)',
      'main.old is 1 s a second shorter in calls of the system (none instead of 1 s)',
      'main.worker runs 400 ms a second shorter (400 ms instead of 800 ms)',
      'main.young waits 100 ms a second longer for a processor (100 ms instead of none)',
      '1 of 4 goroutines is of a function that only the later trace has: main.young (1)',
      '1 of 3 goroutines is of a function that only the earlier trace has: main.old (1)',
    ])
    assert.deepEqual(diffOf(BEFORE, BEFORE).summary, ['nothing differs'])
  })

  it('are not told apart where they hardly differ', () => {
    const one = timelineFromText(`G1 main.main ${'R'.repeat(1000)}`, LEGEND)
    const other = timelineFromText(`G1 main.main ${'R'.repeat(995)}rrrrr`, LEGEND)
    const diff = diffOf(one, other)
    assert.equal(diff.functions.length, 2)
    assert.deepEqual(diff.summary, ['nothing waits or runs more than 10 ms a second longer or shorter'])
  })

  it('may have had no stacks, or no length', () => {
    const bare = timelineFromText('G1 main.main RRQQ', { Q: { reason: 'sync' } })
    const { waits, summary } = diffOf(timelineFromText('G1 main.main RRRR', {}), bare)
    assert.deepEqual([waits[0].reason, waits[0].at, waits[0].after.site], ['sync', '', undefined])
    assert.match(summary.join('\n'), /main\.main waits 500 ms a second longer for sync \(500 ms instead of none\)/)
    const nothing = timelineFromText('', {})
    assert.equal(diffOf(nothing, nothing).functions.length, 0)
    assert.equal(diffOf(nothing, BEFORE).after.goroutines, 3)
  })

  it('are asked about within one scope; what one of them does not have is new, or gone', () => {
    const early = diffOf(BEFORE, AFTER, { range: { startNs: 0, endNs: 4 * TICK_NS } })
    assert.deepEqual(
      early.functions.map(({ function: of, kind, changeNs }) => [of, kind, changeNs / 1e6]),
      [
        ['main.worker', 'running', 1000],
        ['main.young', 'network', 1000],
        ['main.old', 'syscall', -1000],
      ],
    )
    const young = diffOf(BEFORE, AFTER, { function: 'main.young' })
    assert.deepEqual([young.before.goroutines, young.after.goroutines], [0, 1])
    assert.ok(young.functions.every(({ presence }) => presence === 'new'))
    assert.throws(() => diffOf(BEFORE, AFTER, { function: 'main.nobody' }), ScopeError)
    // The earlier ends before that.
    assert.throws(() => diffOf(BEFORE, AFTER, { range: { startNs: 15 * TICK_NS, endNs: 20 * TICK_NS } }), ScopeError)
  })

  it('are told apart by versions of Go that call the same wait by other words', () => {
    const old = timelineFromText('G1 main.main RRLL', { L: { ...lockAt(42), reason: 'sync' } }, 19)
    const now = timelineFromText('G1 main.main RRLL', { L: { ...lockAt(42), reason: '' } }, 26)
    assert.deepEqual(diffOf(old, now).waits, [])
    assert.deepEqual([diffOf(old, now).before.goVersion, diffOf(old, now).after.goVersion], ['1.19', '1.26'])
  })
})

/** How long each function waited for what where, goroutine by goroutine, span by span. */
function slowWaits(trace: Trace, scope: Scope): Map<string, { ns: number; waits: number }> {
  const sums = new Map<string, { ns: number; waits: number }>()
  const { goroutines, spans, spansOf, strings, frames, reasons } = trace
  const book = new FrameBook()
  const sites = new SiteFinder(trace)
  for (let g = 0; g < goroutines.length; g++)
    for (let at = spansOf.first[g]; at < spansOf.first[g + 1]; at++) {
      const row = spansOf.row[at]
      if ((spans.stateReason[row] & 3) !== GoState.waiting) continue
      const ns = Math.min(spanEndNs(trace, g, at), scope.toNs) - Math.max(spans.startNs[row], scope.fromNs)
      if (!(ns > 0)) continue
      const said = strings.text(reasons[spans.stateReason[row] >>> 2])
      const stack = spans.stack[row]
      const site = sites.site(stack > 0 ? stack : -1)
      const where = site < 0 ? '' : strings.text(frames.function[site])
      const reason = waitName(waitOf(stack > 0 ? book.stack(trace, stack) : [], said).what, said)
      const key = [strings.text(Math.max(0, goroutines.entry[g])), reason, where].join('\n')
      const sum = sums.get(key) ?? { ns: 0, waits: 0 }
      sums.set(key, { ns: sum.ns + ns, waits: sum.waits + 1 })
    }
  return sums
}

/** Nothing at all, as long as the other. */
function emptied(trace: Trace): Trace {
  return { ...timelineFromText('', {}), durationNs: trace.durationNs }
}

/** What holds of every two traces. */
function checkLaws(before: Trace, after: Trace, ask: ScopeAsk = {}): void {
  const there = diffOf(before, after, ask)
  const back = diffOf(after, before, ask)
  const keyed = (diff: TraceDiff) =>
    new Map(
      [...diff.functions, ...diff.waits].map(row => [
        'kind' in row ? `${row.kind}\n${row.function}` : `${row.reason}\n${row.at}\n${row.function}`,
        row,
      ]),
    )
  const [one, other] = [keyed(there), keyed(back)]
  assert.deepEqual([...one.keys()].sort(), [...other.keys()].sort())
  for (const [key, row] of one) {
    const turned = other.get(key)!
    assert.equal(turned.changeNs, -row.changeNs)
    assert.deepEqual([turned.before, turned.after], [row.after, row.before])
    assert.ok(near(row.after.perSecondNs - row.before.perSecondNs, row.changeNs))
  }
  for (const rows of [there.functions, there.waits])
    for (let i = 1; i < rows.length; i++) assert.ok(rows[i - 1].changeNs >= rows[i].changeNs)
  assert.deepEqual([diffOf(before, before, ask).functions, diffOf(before, before, ask).waits], [[], []])
  checkWaits(before)
}

/** Against nothing, a comparison has all that there is: the waits of a function are those of its kinds. */
function checkWaits(trace: Trace): void {
  const { functions, waits } = diffOf(emptied(trace), trace)
  const slow = slowWaits(trace, wholeScope(trace))
  assert.equal(waits.length, [...slow.values()].filter(({ ns }) => ns / trace.durationNs >= 1e-12).length)
  const byFunction = new Map<string, number>()
  for (const { function: of, reason, at, after } of waits) {
    const sum = slow.get([of, reason, at].join('\n'))
    assert.ok(sum && near(sum.ns, after.totalNs), `${of} ${reason} ${at}: ${sum?.ns} and ${after.totalNs}`)
    assert.ok(after.waits >= sum.waits)
    byFunction.set(of, (byFunction.get(of) ?? 0) + after.totalNs)
  }
  for (const { function: of, kind, after } of functions)
    if (!['running', 'runnable', 'syscall'].includes(kind))
      byFunction.set(of, (byFunction.get(of) ?? 0) - after.totalNs)
  for (const [of, ns] of byFunction) assert.ok(Math.abs(ns) < 1 + 1e-6 * trace.durationNs, `${of}: ${ns} ns apart`)
}

describe('any two traces', () => {
  it('obey the laws of comparing, and agree with plain sums', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (one, other) => checkLaws(randomTrace(one), randomTrace(other))),
      { numRuns: 200 },
    )
  })

  const captures = join(ROOT, 'testdata/captures')
  for (const version of readdirSync(captures).filter(name => name.startsWith('go')))
    it(`obey them, as the captures of ${version} do`, () => {
      const traces = readdirSync(join(captures, version)).map(scene =>
        openTrace(new Uint8Array(readFileSync(join(captures, version, scene, 'server.trace')))),
      )
      for (let i = 1; i < traces.length; i++) checkLaws(traces[i - 1], traces[i])
    })
})
