import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { moveBy } from '../src/timeline/commands.ts'
import { between, easeOut } from '../src/timeline/motion.ts'
import {
  clampView,
  type Extent,
  fit,
  minWidthNs,
  panBy,
  revealRow,
  rowToUnit,
  seenRows,
  timeToX,
  unitCount,
  unitToRow,
  whole,
  xToTime,
  zoomAt,
} from '../src/timeline/viewport.ts'

const EXTENT: Extent = { durationNs: 1000, rowCount: 100, tallRows: 3, seenUnits: 20 }
const near = (a: number, b: number, within = 1e-6) => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`)

test('a time under the pointer stays there while zooming, until the trace ends', () => {
  const view = { startNs: 200, endNs: 600, top: 0 }
  const zoomed = zoomAt(view, EXTENT, 300, 0.5)
  assert.deepEqual(zoomed, { startNs: 250, endNs: 450, top: 0 })
  near(timeToX(zoomed, 800, 300), timeToX(view, 800, 300))
  assert.deepEqual(zoomAt(view, EXTENT, 300, 100), { startNs: 0, endNs: 1000, top: 0 })
  const narrow = zoomAt(view, EXTENT, 300, 1e-9)
  near(narrow.endNs - narrow.startNs, 10)
  near(timeToX(narrow, 800, 300), 200)
})

test('moving ends a tenth of a screen beyond the trace', () => {
  const view = { startNs: 100, endNs: 200, top: 0 }
  assert.deepEqual(panBy(view, EXTENT, -1e9), { startNs: -10, endNs: 90, top: 0 })
  assert.deepEqual(panBy(view, EXTENT, 1e9, 1e9), { startNs: 910, endNs: 1010, top: 83 })
  assert.deepEqual(panBy(whole(EXTENT), EXTENT, 300), whole(EXTENT), 'all of it does not move')
})

test('whatever comes from an address becomes a valid view', () => {
  for (const [startNs, endNs] of [
    [Number.NaN, 5],
    [7, 7],
    [9, 3],
    [0, Number.POSITIVE_INFINITY],
  ]) {
    assert.deepEqual(clampView({ startNs, endNs, top: Number.NaN }, EXTENT), { startNs: 0, endNs: 1000, top: 0 })
  }
  const any = fc.record({ startNs: fc.double(), endNs: fc.double(), top: fc.double() })
  fc.assert(
    fc.property(any, view => {
      const { startNs, endNs, top } = clampView(view, EXTENT)
      return (
        endNs - startNs >= 9.99 &&
        endNs - startNs <= 1000.01 &&
        startNs >= -100 &&
        endNs <= 1100 &&
        top >= 0 &&
        top <= 83
      )
    }),
  )
})

test('a trace without length or rows has a view all the same', () => {
  const none = { durationNs: 0, rowCount: 0, tallRows: 3, seenUnits: 0 }
  assert.deepEqual(clampView({ startNs: 4, endNs: 9, top: 3 }, none), { startNs: 0, endNs: 10, top: 0 })
  assert.deepEqual(seenRows(0, none), { first: 0, end: 0 })
})

test('a trace of 100 days is not zoomed to where doubles are too coarse for pixels', () => {
  const days = { ...EXTENT, durationNs: 100 * 86_400e9 }
  const least = minWidthNs(days)
  assert.ok(least > 1000)
  const end = zoomAt(whole(days), days, days.durationNs, 1e-30)
  const times = Array.from({ length: 2560 }, (_, x) => xToTime(end, 2560, x))
  assert.equal(new Set(times).size, 2560, 'every pixel has a time of its own')
})

test('tall rows count two units', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4].map(row => rowToUnit(row, 3)),
    [0, 2, 4, 6, 7],
  )
  assert.deepEqual(
    [0, 1.9, 2, 5.5, 6, 6.9, 7].map(unit => unitToRow(unit, 3)),
    [0, 0, 1, 2, 3, 3, 4],
  )
  assert.equal(unitCount(EXTENT), 103)
  assert.equal(unitCount({ ...EXTENT, rowCount: 2 }), 4)
  assert.deepEqual(seenRows(1.5, EXTENT), { first: 0, end: 19 })
  assert.deepEqual(seenRows(83, EXTENT), { first: 80, end: 100 })
})

test('rows of three million are found and revealed', () => {
  const many = { ...EXTENT, rowCount: 3_000_000 }
  const top = revealRow(0, 2_999_999, many)
  assert.equal(top, 3_000_003 - 20)
  assert.equal(unitToRow(rowToUnit(2_345_678, 3), 3), 2_345_678)
  assert.equal(revealRow(top, 2_999_990, many), top, 'what is seen is not scrolled to')
  assert.equal(revealRow(0, 1000, many), 1003.5 - 10, 'in the middle')
})

test('a span is fitted with air, a moment with the least width', () => {
  assert.deepEqual(fit(400, 500, EXTENT, 2), { startNs: 390, endNs: 510, top: 2 })
  const moment = fit(400, 400, EXTENT, 0)
  assert.deepEqual([moment.startNs, moment.endNs], [395, 405])
})

test('easing keeps the point that both views show at the same place, and ends exactly', () => {
  const from = { startNs: 0, endNs: 1e9, top: 0 }
  const to = { startNs: 2e8 - 200, endNs: 2e8 + 800, top: 10 }
  // The time at a fifth of both.
  for (const eased of [0.1, 0.5, 0.9]) {
    const view = between(from, to, eased)
    near((2e8 - view.startNs) / (view.endNs - view.startNs), 0.2, 1e-6)
    near(view.endNs - view.startNs, 1e9 * 1e-6 ** eased, 1)
    near(view.top, 10 * eased)
  }
  assert.equal(between(from, to, 1), to)
  const moved = between(from, { startNs: 100, endNs: 1e9 + 100, top: 0 }, 0.5)
  near(moved.startNs, 50)
  assert.deepEqual([easeOut(-1), easeOut(0), easeOut(1), easeOut(9)], [0, 0, 1, 1])
  assert.ok(easeOut(0.5) > 0.8)
})

test('commands move; others are left to the page', () => {
  const view = { startNs: 200, endNs: 600, top: 5.5 }
  const around = { atNs: 400, selection: undefined }
  assert.equal(moveBy('help', view, EXTENT, around), undefined)
  assert.deepEqual(moveBy('left', view, EXTENT, around), { startNs: 150, endNs: 550, top: 5.5 })
  assert.equal(moveBy('pageDown', view, EXTENT, around)?.top, 24.5)
  assert.equal(moveBy('bottom', view, EXTENT, around)?.top, 83)
  assert.deepEqual(moveBy('fitSelection', view, EXTENT, around), { startNs: 0, endNs: 1000, top: 5.5 })
  const selection = { startNs: 100, endNs: 200, row: 90 }
  assert.deepEqual(moveBy('fitSelection', view, EXTENT, { atNs: 0, selection }), { startNs: 90, endNs: 210, top: 83 })
  const zoomed = moveBy('zoomIn', view, EXTENT, around)!
  near((zoomed.startNs + zoomed.endNs) / 2, 400)
  near(zoomed.endNs - zoomed.startNs, 400 / 1.5)
})
