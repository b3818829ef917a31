/** Frames and openings of the page: which count, how they are judged, how they are told. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { drawnFrames, frameFigures, judgePage, percentile } from '../budgets.mjs'
import { seenNs } from '../page-moves.mjs'
import { pageMisses, pageTable } from '../report.mjs'

const draws = (startMs, lengthMs = startMs.map(() => 1)) => ({ startMs, lengthMs })

test('a percentile is one of the numbers: the smallest that so many do not exceed', () => {
  const numbers = Array.from({ length: 100 }, (_, i) => 100 - i)
  assert.equal(percentile(numbers, 0.95), 95)
  assert.equal(percentile(numbers, 1), 100)
  assert.equal(percentile([7], 0.5), 7)
  assert.ok(Number.isNaN(percentile([], 0.95)))
})

test('only frames in which something was drawn count, each once', () => {
  const atMs = [0, 10, 14, 30, 31]
  assert.deepEqual(drawnFrames({ frames: { atMs }, draws: draws([2]) }), [10])
  // Two drawings in one frame, one before the first frame, one after the last.
  assert.deepEqual(drawnFrames({ frames: { atMs: [5, 20, 22] }, draws: draws([1, 6, 7, 21, 40]) }), [15, 2])
  assert.deepEqual(drawnFrames({ frames: { atMs: [] }, draws: draws([1]) }), [])
})

test('with 60 frames a second those are late that left one out', () => {
  const frames = { atMs: [0, 17, 51, 67], shownMs: [0, 16.7, 50.1, 66.8] }
  const recorded = { frames, draws: draws([1, 18, 52], [3, 5, 4]) }
  const figures = frameFigures(recorded, recorded)
  assert.deepEqual(figures.frameMs, { count: 3, p50: 17, p95: 34, max: 34 })
  assert.equal(figures.drawMs.max, 5)
  assert.equal(figures.lateShare.toFixed(2), '0.33')
})

test('how much is seen stands in the address', () => {
  assert.equal(Math.round(seenNs('http://127.0.0.1:1/#timeline?t=0.7s-0.70001s&top=3')), 10_000)
  assert.equal(Math.round(seenNs('http://127.0.0.1:1/?measure#answer?top=3&t=-0.1s-1.5s')), 1_600_000_000)
  assert.equal(seenNs('http://127.0.0.1:1/'), undefined)
})

const spread = (p50, p95, max) => ({ count: 100, p50, p95, max })
const move = p95 => ({
  width: 1280,
  height: 720,
  narrowestNs: 9800,
  frameMs: spread(2, p95, 40),
  drawMs: spread(1, 3.04, 9),
  shownMs: spread(16.7, 16.8, 33),
  lateShare: 0.015,
})
const judged = (viewMs, p95, isBig = false) =>
  judgePage({
    kind: 'dry',
    isBig,
    fileBytes: 97e6,
    openings: [
      { viewMs, diagnoseMs: 900 },
      { viewMs: viewMs + 200, diagnoseMs: 700 },
      { viewMs: viewMs + 9000, diagnoseMs: 5000 },
    ],
    moves: [move(p95)],
    memory: { bytes: 600e6, peakBytes: 900e6 },
  })

test('the page has a second more than the opening without it, a frame 16 ms', () => {
  assert.deepEqual(pageMisses([judged(1700, 16)]), [])
  // A big trace is there for its frames.
  assert.deepEqual(pageMisses([judged(99_000, 16, true)]), [])
  assert.deepEqual(pageMisses([judged(1890, 20)]), [
    'MISSED  dry: page drawn after 2.09 s, budget 1.90 s: over by 10 % (1.89 s to 0.90 s, 2.09 s to 0.70 s, 10.89 s to 5.00 s)',
    'MISSED  dry at 1280 × 720: frame 20.0 ms at the 95th percentile, budget 16 ms: over by 25 % (drawing 3.0 ms)',
  ])
})

test('one table for openings and memory, one for movements', () => {
  const [openings, moves] = pageTable([judged(1700, 12)], true).split('\n\n')
  assert.match(
    openings,
    /^kind +file +page drawn +diagnose +budget +tab +tab, peak\ndry +97 MB +1\.90 s +0\.90 s +≤ 1\.90 s met/,
  )
  assert.match(openings, / 600 MB +900 MB$/)
  assert.match(
    moves,
    /\ndry +1280 × 720 +9\.8 µs +100 +2\.0 ms \/ 12\.0 ms \/ 40\.0 ms +≤ 16 ms met +1\.0 ms \/ 3\.0 ms/,
  )
  assert.match(moves, / 1\.5 %$/)
  assert.doesNotMatch(pageTable([{ ...judged(1, 1), memory: undefined }], false), /budget|met/)
})
