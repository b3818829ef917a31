/** How long stays lasted, by their kind: drawn by hand, and on every trace at hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  BUCKET_NS,
  bucketOf,
  findStays,
  HISTOGRAMS,
  lifeHistogram,
  stayHistograms,
} from '../src/spent/functions/histograms.ts'
import { STAY_KINDS } from '../src/spent/functions/kinds.ts'
import { goroutinesReport } from '../src/spent/functions/report.ts'
import { spentGoroutines } from '../src/spent/functions/tables.ts'
import { type Scope, wholeScope } from '../src/spent/scope.ts'
import type { Trace } from '../src/trace/tables.ts'
import { checkItsScopes, checkRandomScopes, drawnLives, near, testTraces, ticks } from './drawn-lives.ts'
import { TICK_NS } from './timeline.ts'

test('histograms have each stay once, and know which were longer than the range shows', () => {
  const trace = drawnLives()
  const histograms = stayHistograms(trace, wholeScope(trace))
  const sum = (name: (typeof HISTOGRAMS)[number], column: 'count' | 'ns' | 'cut') =>
    histograms[HISTOGRAMS.indexOf(name)][column].reduce((a, b) => a + b, 0)
  assert.deepEqual([sum('runnable', 'count'), sum('runnable', 'ns'), sum('runnable', 'cut')], [2, 3 * TICK_NS, 0])
  // G1 and G5 ran before the trace began; of the four runs of others each is seen whole.
  assert.deepEqual([sum('running', 'count'), sum('running', 'cut')], [5, 2])
  assert.deepEqual([sum('sync', 'count'), sum('sync', 'cut')], [1, 1])
  assert.deepEqual([sum('network', 'count'), sum('network', 'cut')], [1, 0])
  assert.equal(sum('waiting', 'count'), 6)
  const lives = lifeHistogram(trace, spentGoroutines(trace, wholeScope(trace)))
  assert.deepEqual([lives.count.reduce((a, b) => a + b), lives.cut.reduce((a, b) => a + b)], [5, 4])
})

test('a bucket tells who is in it, and its longest', () => {
  const trace = drawnLives()
  const bucket = bucketOf(4 * TICK_NS)
  const found = findStays(trace, wholeScope(trace), { kind: 'waiting', fromBucket: bucket, toBucket: bucket }, 2)
  assert.deepEqual([...found.goroutines], [1, 1, 0, 1, 0])
  assert.deepEqual(
    found.longest.map(({ ns }) => ticks(ns)),
    [4, 4],
  )
})

test('buckets begin at 1, 2 and 5 times a power of ten', () => {
  assert.deepEqual(BUCKET_NS.slice(0, 8), [0, 1, 2, 5, 10, 20, 50, 100])
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), ns => {
      const bucket = bucketOf(ns)
      assert.ok(
        BUCKET_NS[bucket] <= ns && ns < (BUCKET_NS[bucket + 1] ?? Number.POSITIVE_INFINITY),
        `${ns} in ${bucket}`,
      )
    }),
  )
  for (const [bucket, ns] of BUCKET_NS.entries()) assert.equal(bucketOf(ns), bucket)
})

function checkHistograms(trace: Trace, scope: Scope): void {
  const histograms = stayHistograms(trace, scope)
  const kinds = histograms.slice(0, STAY_KINDS.length)
  near(
    kinds.reduce((sum, { ns }) => sum + ns.reduce((a, b) => a + b, 0), 0),
    spentGoroutines(trace, scope).totalNs.reduce((a, b) => a + b, 0),
    'histograms',
  )
  for (const { count, cut } of histograms) assert.ok(count.every((n, bucket) => cut[bucket] <= n))
  const all = findStays(trace, scope, { kind: 'waiting', fromBucket: 0, toBucket: BUCKET_NS.length - 1 }, 3)
  const longest = all.longest.map(({ ns }) => ns)
  assert.deepEqual(
    longest,
    [...longest].sort((a, b) => b - a),
  )
}

test('any trace and range: each stay is in one bucket, and all of them are the time spent', () => {
  checkRandomScopes(checkHistograms)
})

test('a trace of no length has no stay', () => {
  const still = { ...drawnLives(), durationNs: 0 }
  checkHistograms(still, wholeScope(still))
})

testTraces(trace => {
  checkItsScopes(trace, checkHistograms)
  const { count, histograms } = goroutinesReport(trace, spentGoroutines(trace, wholeScope(trace)))
  assert.equal(
    (histograms.life ?? []).reduce((sum, bucket) => sum + bucket.count, 0),
    count,
  )
})
