/** What lies under a point: in scenes, and in words. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MARKED, OPEN_END, Paint, STUCK } from '@unhang/core'
import { hitRow, tickNear } from '../src/timeline/hit.ts'
import { pointAt, pointedAt, questionAt, spanOf } from '../src/timeline/pointing.ts'
import { sizesOf } from '../src/timeline/surface.ts'
import { tooltipLines } from '../src/timeline/tooltip-lines.ts'
import { sceneOf } from './timeline-scene.ts'

const { running, waiting, gc } = Paint
const boxes = [
  [2, 4, running, 0, 20],
  [4, 9, waiting, STUCK, 21],
  [12, 13, running, 0, 22],
] as const
const shares = [
  [9, { [running]: 51, [waiting]: 204 }],
  [11, { [gc]: 255 }],
] as const
const scene = sceneOf({ columns: 20, startNs: 1000, endNs: 3000, firstRow: 5 }, [
  { boxes: [[0, 20, gc]] },
  { boxes, shares },
  {},
])

test('boxes and columns are found by binary search, in their own row', () => {
  const kinds = Array.from({ length: 15 }, (_, x) => {
    const hit = hitRow(scene, 1, x + 0.5)
    return hit.kind === 'box' ? hit.box : hit.kind === 'shares' ? `column ${hit.column}` : '.'
  })
  assert.deepEqual(kinds, ['.', '.', 1, 1, 2, 2, 2, 2, 2, 'column 9', '.', 'column 11', 3, '.', '.'])
  assert.deepEqual(hitRow(scene, 2, 5), { kind: 'nothing' })
  assert.deepEqual(hitRow(scene, 0, 5), { kind: 'box', box: 0 })
})

test('an edge belongs to what begins there; a little beside a box is the box', () => {
  assert.deepEqual(hitRow(scene, 1, 4), { kind: 'box', box: 2 })
  assert.deepEqual(hitRow(scene, 1, 13.5), { kind: 'nothing' })
  assert.deepEqual(hitRow(scene, 1, 13.5, 1), { kind: 'box', box: 3 })
  assert.deepEqual(hitRow(scene, 1, 1.5, 1), { kind: 'box', box: 1 })
  assert.deepEqual(hitRow(scene, 1, 11.5, 1), { kind: 'shares', share: 1, column: 11 }, 'what is hit wins')
})

const SIZES = sizesOf(1000, 500, 2, 16, 200)
const EXTENT = { durationNs: 10_000, rowCount: 8, tallRows: 2, seenUnits: SIZES.seenUnits }

test('a point of the screen is a row and the time of the middle of its pixel', () => {
  const view = { startNs: 1000, endNs: 3000, top: 0 }
  const { plotWidth, unitPx, areas } = SIZES
  assert.deepEqual([plotWidth, unitPx], [1576, 36])
  const top = areas.minimapHeight + areas.rulerHeight
  const point = pointAt(areas.namesWidth, top, view, EXTENT, SIZES)
  assert.deepEqual([point.x, point.row], [0, 0])
  assert.ok(Math.abs(point.timeNs - (1000 + 1000 / 1576)) < 1e-9)
  const rows = [17, 35, 36, 71, 72, 90].map(y => pointAt(500, top + y, view, EXTENT, SIZES).row)
  assert.deepEqual(rows, [0, 0, 1, 1, 2, 3], 'tall rows first')
  assert.equal(pointAt(500, top + 18 * 10, view, EXTENT, SIZES).row, -1, 'below the last')
  assert.equal(pointAt(500, top - 1, view, EXTENT, SIZES).row, -1)
  assert.equal(pointAt(500, top, { ...view, top: 2.5 }, EXTENT, SIZES).row, 1)
})

test('the scene names the span, unless there are several or the row shows something else', () => {
  const at = (row: number, timeNs: number) => ({ x: 0, row, timeNs, nsPerPx: 100 })
  const pointed = pointedAt([scene], at(6, 1500), 1)!
  assert.equal(spanOf(pointed), 21)
  assert.equal(spanOf(pointedAt([scene], at(6, 1950), 1)!), undefined, 'a column of several')
  assert.equal(spanOf(pointedAt([scene], at(5, 1500), 1)!), undefined, 'no reference')
  assert.equal(pointedAt([scene], at(9, 1500), 1), undefined, 'a row that the scene does not have')
  assert.equal(pointedAt([scene], at(6, 4000), 1), undefined)
  const task = sceneOf({ columns: 20 }, [{ row: { kind: 'task' }, boxes: [[0, 9, Paint.user, 0, 3]] }])
  assert.equal(spanOf(pointedAt([task], { x: 0, row: 0, timeNs: 5, nsPerPx: 1 }, 1)!), undefined, 'a task is no span')
})

test('all pixels of a box are one question, those of a column each their own', () => {
  const ask = () => Promise.reject(new Error('not asked'))
  const key = (timeNs: number) => {
    const point = { x: 0, row: 6, timeNs, nsPerPx: 100 }
    return questionAt(pointedAt([scene], point, 1)!, point, 0, ask).key
  }
  assert.equal(key(1450), key(1800))
  assert.notEqual(key(1450), key(1250))
  assert.notEqual(key(1910), key(1950))
})

test('beside a tick there is another question: what was logged or sampled there', () => {
  const ticked = sceneOf({ columns: 20, startNs: 1000, endNs: 3000 }, [
    { boxes: [[0, 20, running, 0, 20]], ticks: [8, 9] },
  ])
  assert.deepEqual(
    [4.9, 5, 8.4, 8.6, 12, 12.1].map(column => tickNear(ticked, 0, column, 3)),
    [-1, 0, 0, 1, 1, -1],
  )
  const ask = () => Promise.reject(new Error('not asked'))
  const key = (timeNs: number) => {
    const point = { x: 0, row: 0, timeNs, nsPerPx: 100 }
    return questionAt(pointedAt([ticked], point, 1)!, point, 0, ask).key
  }
  assert.equal(key(1100), key(2900))
  assert.equal(key(1750), key(1800), 'the same tick')
  assert.equal(new Set([1100, 1800, 1950].map(key)).size, 3)
})

test('the tooltip says at once what the scene knows', () => {
  const reasons = ['', 'sync.Mutex.Lock']
  const lines = (part: Parameters<typeof sceneOf>[1][number], column: number) => {
    return tooltipLines(sceneOf({ columns: 10, startNs: 0, endNs: 1e6 }, [part]), 0, column, reasons, 0)
  }
  const stuck = { boxes: [[2, 8, waiting, STUCK, 3, undefined, 1]] } as const
  assert.deepEqual(lines(stuck, 3), ['stuck · waiting · sync.Mutex.Lock', '600 µs', 'goroutine 1'])
  assert.deepEqual(lines(stuck, 9), [])
  const open = { boxes: [[2, 10, running, OPEN_END | MARKED, 3, 'main.run']] } as const
  assert.deepEqual(lines(open, 3), ['running · main.run', 'at least 800 µs, fits the filter', 'goroutine 1'])
  const mixed = {
    row: { label: 'P0', kind: 'proc', note: 'idle\n<b>' },
    shares: [[4, { [running]: 204, [gc]: 1 }]],
  } as const
  assert.deepEqual(lines(mixed, 4.2), ['running 80 % · GC < 1 %', 'of 100 µs', 'P0 · idle·<b>'])
})

test('over a counter the tooltip has its values', () => {
  const series = [
    { name: 'heap', paint: running, values: Float32Array.of(1024, 3 * 1024 * 1024) },
    { name: 'goal', paint: gc, values: Float32Array.of(Number.NaN, 4e9) },
  ]
  const counter = { row: 0, kind: 'heap', stacked: false, max: 5e9, unit: 'bytes', series } as const
  const heap = sceneOf({ columns: 2 }, [{ row: { kind: 'counter', label: 'heap' } }], [counter])
  assert.deepEqual(tooltipLines(heap, 0, 0.5, [], 0), ['heap', 'heap 1 KiB', 'goal not known yet'])
  assert.deepEqual(tooltipLines(heap, 0, 1.5, [], 0), ['heap', 'heap 3 MiB', 'goal 3.73 GiB'])
})
