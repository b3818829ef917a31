/** Scenes into rectangles into pixels: asserted arrays, and pictures written as letters. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MARKED, OPEN_END, OPEN_START, PAINTS, Paint, type Scene, STUCK } from '@unhang/core'
import { orderLayers, placeScene } from '../src/timeline/layers.ts'
import { paintFrame, rowTop } from '../src/timeline/paint-frame.ts'
import { PaintList, Pattern, RECT, TEXT } from '../src/timeline/paint-list.ts'
import { rowStyle } from '../src/timeline/paint-rows.ts'
import { TONES, Tone } from '../src/timeline/palette.ts'
import { fillPixels } from '../src/timeline/pixels.ts'
import type { Extent } from '../src/timeline/viewport.ts'
import { type RowContent, rowOf, sceneOf } from './timeline-scene.ts'

const { running, runnable, waiting, syscall, gc } = Paint
/** Rows of 12 pixels: 11 and a gap of 1; running is 11 high, runnable 7, waiting 3, syscall 9. */
const UNIT = 12

type Shot = { readonly width: number; readonly rows?: number; readonly startNs?: number; readonly endNs?: number }

function listOf(
  layers: Scene[],
  { width, rows = 1, startNs = 0, endNs = width }: Shot,
  more: Partial<Extent> = {},
  hasMarks = false,
) {
  const list = new PaintList()
  const extent = { durationNs: 1000, rowCount: rows, tallRows: 0, seenUnits: rows, ...more }
  const height = (rows + extent.tallRows) * UNIT
  list.clear(width, height)
  paintFrame(list, layers, { startNs, endNs, top: 0 }, extent, rowStyle(1, UNIT, hasMarks, extent.durationNs))
  return list
}

function rectsOf(list: PaintList): number[][] {
  return Array.from({ length: list.rectCount }, (_, i) => [...list.rects.slice(i * RECT, (i + 1) * RECT)])
}

/** A letter a pixel: R running, r runnable, w waiting, s syscall, G, x hatching, | between boxes, M mark, ' tick, - band, . nothing. */
const LETTERS = (() => {
  const letters = new Array<string>(TONES).fill('?')
  ;[...'RrwsGSU'].forEach((letter, paint) => {
    letters[paint] = letter
    letters[paint + PAINTS] = 'd'
  })
  letters[Tone.background] = '.'
  letters[Tone.band] = '-'
  letters[Tone.stuck] = 'x'
  letters[Tone.mark] = 'M'
  letters[Tone.tick] = "'"
  for (let paint = 0; paint < 2 * PAINTS; paint++) letters[Tone.part + paint] = '|'
  return letters
})()
const WORDS = Uint32Array.from({ length: TONES }, (_, tone) => tone + 100)

function pictureOf(list: PaintList): string[] {
  const pixels = new Uint32Array(list.width * list.height)
  fillPixels(pixels, list, WORDS, 1)
  return Array.from({ length: list.height }, (_, y) => {
    return [...pixels.subarray(y * list.width, (y + 1) * list.width)].map(word => LETTERS[word - 100]).join('')
  })
}

test('state is told by height: 11, 7, 3 and 9 of 11 pixels', () => {
  const boxes = [
    [0, 4, running],
    [4, 8, runnable],
    [8, 12, waiting],
    [12, 14, syscall],
    [14, 16, gc],
  ] as const
  const list = listOf([sceneOf({ columns: 16 }, [{ boxes }])], { width: 16 })
  assert.deepEqual(pictureOf(list), [
    'RRRR..........GG',
    'RRRR..........GG',
    'RRRR........ssGG',
    'RRRR........ssGG',
    'RRRRrrrr....ssGG',
    'RRRRrrrr....ssGG',
    'RRRRrrrr....ssGG',
    'RRRRrrrr....ssGG',
    'RRRRrrrrwwwwssGG',
    'RRRRrrrrwwwwssGG',
    'RRRRrrrrwwwwssGG',
    '................',
  ])
})

test('a long system call has notches that stay with it when it is moved', () => {
  const scene = sceneOf({ columns: 60 }, [{ boxes: [[2, 56, syscall]] }])
  const top = (startNs: number) => pictureOf(listOf([scene], { width: 60, startNs, endNs: startNs + 60 }))[2]
  assert.equal(top(0), '..sss..ssssssssssssssssssssss..ssssssssssssssssssssss..s....')
  assert.equal(top(4), `${top(0).slice(4)}....`)
})

test('boxes of one colour side by side are told apart by a darker hair: there is no gap', () => {
  const boxes = [
    [0, 5, running],
    [5, 10, running],
    [10, 12, running],
  ] as const
  const [line] = pictureOf(listOf([sceneOf({ columns: 12 }, [{ boxes }])], { width: 12 }))
  assert.equal(line, 'RRRRR|RRRRRR', 'not where a box is hardly more than the hair')
})

test('the hair between boxes is a darker tone of their colour, dimmed where they are', () => {
  const boxes = [
    [0, 6, runnable, MARKED],
    [6, 12, runnable],
  ] as const
  const hair = (hasMarks: boolean) => {
    const list = listOf([sceneOf({ columns: 12 }, [{ boxes }])], { width: 12 }, {}, hasMarks)
    return rectsOf(list).filter(([, , , , tone]) => tone >= Tone.part)
  }
  assert.deepEqual(hair(false), [[6, 4, 7, 11, Tone.part + runnable, Pattern.plain]])
  assert.deepEqual(hair(true), [[6, 4, 7, 11, Tone.part + PAINTS + runnable, Pattern.plain]])
})

test('a pause is seen at any zoom: two fifths of the row at least', () => {
  const shares = [[2, { [Paint.stw]: 1 }] as const, [5, { [gc]: 200 }] as const]
  const heights = (kind: 'ranges' | 'goroutine') => {
    const list = listOf([sceneOf({ columns: 8 }, [{ row: { kind }, shares }])], { width: 8 })
    return rectsOf(list).map(([, y0, , y1]) => y1 - y0)
  }
  assert.deepEqual(heights('ranges'), [5, 9])
  assert.deepEqual(heights('goroutine'), [2, 9])
})

test('a stuck wait is hatched, and the hatching moves with the trace', () => {
  const scene = sceneOf({ columns: 40 }, [{ boxes: [[0, 40, waiting, STUCK]] }])
  const lines = pictureOf(listOf([scene], { width: 14 })).slice(8, 11)
  assert.deepEqual(lines, ['wwwwxwwwwwxwww', 'wwwxwwwwwxwwww', 'wwxwwwwwxwwwww'])
  const moved = pictureOf(listOf([scene], { width: 14, startNs: 3, endNs: 17 })).slice(8, 11)
  assert.deepEqual(
    moved.map(line => line.slice(0, 11)),
    lines.map(line => line.slice(3)),
  )
})

const SHARES = [
  [0, { [running]: 128, [waiting]: 127 }],
  [1, { [running]: 1, [waiting]: 254 }],
  [2, { [syscall]: 85, [runnable]: 85 }],
  [3, { [waiting]: 255 }, STUCK],
] as const

test('a column of many is a stack: each as high as its part, busy ones below, nothing vanishes', () => {
  const list = listOf([sceneOf({ columns: 4 }, [{ row: { kind: 'group' }, shares: SHARES }])], { width: 4 })
  assert.deepEqual(rectsOf(list), [
    [0, 5, 1, 11, running, Pattern.plain],
    [0, 0, 1, 5, waiting, Pattern.plain],
    [1, 9, 2, 11, running, Pattern.plain],
    [1, 0, 2, 9, waiting, Pattern.plain],
    [2, 7, 3, 11, syscall, Pattern.plain],
    [2, 4, 3, 7, runnable, Pattern.plain],
    [3, 0, 4, 11, waiting, Pattern.hatched],
  ])
})

test('a column of one goroutine is the mean of its boxes: a state that fills it is as high as a box', () => {
  const full = [0, 1, 2, 3].map(paint => [paint, { [paint]: 255 }] as const)
  const one = (shares: RowContent['shares']) =>
    rectsOf(listOf([sceneOf({ columns: 4 }, [{ shares: shares! }])], { width: 4 }))
  assert.deepEqual(
    one(full).map(([, y0, , y1, paint]) => [paint, y1 - y0]),
    [
      [running, 11],
      [runnable, 7],
      [waiting, 3],
      [syscall, 9],
    ],
  )
  assert.deepEqual(one(SHARES), [
    [0, 5, 1, 11, running, Pattern.plain],
    [0, 4, 1, 5, waiting, Pattern.plain],
    [1, 9, 2, 11, running, Pattern.plain],
    [1, 8, 2, 9, waiting, Pattern.plain],
    [2, 8, 3, 11, syscall, Pattern.plain],
    [2, 6, 3, 8, runnable, Pattern.plain],
    [3, 8, 4, 11, waiting, Pattern.hatched],
  ])
})

test('heights of a full column never pass the row, however many states have a bit of it', () => {
  const bits = { 0: 1, 1: 1, 2: 248, 3: 1, 4: 1, 5: 1, 6: 1 }
  const list = listOf([sceneOf({ columns: 1 }, [{ row: { kind: 'group' }, shares: [[0, bits, STUCK]] }])], { width: 1 })
  const column = pictureOf(list)
    .map(line => line[0])
    .join('')
  assert.match(column, /^[wx]+SUrsGRR\.$/)
  assert.equal(column.length, UNIT)
})

test('a stuck goroutine with a share too small for a pixel is seen', () => {
  const scene = sceneOf({ columns: 1 }, [{ shares: [[0, { [running]: 254, [waiting]: 1 }, STUCK]] }])
  const hatched = rectsOf(listOf([scene], { width: 1 })).filter(rect => rect[5] === Pattern.hatched)
  assert.deepEqual(hatched, [[0, 0, 1, 2, waiting, Pattern.hatched]])
})

test('where a filter marks, the marked stand out and the others are dimmed', () => {
  const boxes = [
    [0, 4, running, MARKED],
    [4, 8, running],
  ] as const
  const shares = [
    [8, { [running]: 255 }, MARKED],
    [9, { [running]: 255 }],
  ] as const
  const scene = sceneOf({ columns: 10 }, [{ boxes, shares }])
  const lines = pictureOf(listOf([scene], { width: 10 }, {}, true))
  assert.equal(lines[0], 'MMMM|dddMd')
  assert.equal(lines[2], 'RRRR|dddRd')
  assert.equal(pictureOf(listOf([scene], { width: 10 }))[0], 'RRRR|RRRRR', 'without such a filter all are alike')
})

test('what was not over, or had begun before, frays at the ends of the trace and only there', () => {
  const boxes = [[0, 30, running, OPEN_START | OPEN_END]] as const
  const scene = sceneOf({ columns: 30 }, [{ boxes }])
  const line = (durationNs: number) => pictureOf(listOf([scene], { width: 30 }, { durationNs }))[0]
  assert.equal(line(30), 'R.R.R.RRRRRRRRRRRRRRRRRR.R.R.R')
  assert.equal(line(1000), 'R.R.R.RRRRRRRRRRRRRRRRRRRRRRRR', 'it goes on to the right of the scene')
})

test('ticks nearer than three pixels are one', () => {
  const scene = sceneOf({ columns: 12 }, [{ ticks: [0, 0.5, 2, 3.4, 5, 11.9] }])
  const lines = pictureOf(listOf([scene], { width: 12 }))
  assert.equal(lines[2], "'..'.......'")
  assert.equal(lines[3], '............')
})

test('a label has the part of its box that is seen, and none where that is too little', () => {
  const boxes = [
    [0, 100, running, 0, 7, 'main.run'],
    [100, 140, waiting, 0, 8, 'select'],
    [140, 160, gc, 0, 9, 'GC'],
  ] as const
  const scene = sceneOf({ columns: 160 }, [{ boxes }])
  const list = listOf([scene], { width: 160, startNs: 60, endNs: 220 })
  assert.deepEqual(list.texts.slice(0, list.textCount), ['main.run', 'select'])
  assert.deepEqual([...list.textRoom.slice(0, 2 * TEXT)], [0, 0, 40, 11, running, 0, 40, 0, 80, 11, waiting, 1])
})

test('a scene for other pixels is moved and stretched: x = offset + scale · column', () => {
  const scene = sceneOf({ columns: 10, startNs: 100, endNs: 200 }, [{ boxes: [[2, 4, running]] }])
  const place = { offset: 0, scale: 0 }
  placeScene(scene, { startNs: 110, endNs: 150, top: 0 }, 8, place)
  assert.deepEqual(place, { offset: -2, scale: 2 })
  assert.equal(pictureOf(listOf([scene], { width: 8, startNs: 110, endNs: 150 }))[0], '..RRRR..')
  assert.equal(pictureOf(listOf([scene], { width: 8, startNs: 80, endNs: 240 }))[0], '..R.....', 'shrunk to a pixel')
})

test('a scene that fits is not stretched by rounding, only moved by whole pixels', () => {
  const scene = sceneOf({ columns: 1000, startNs: 0.3, endNs: 1000.3001 }, [{}])
  const place = { offset: 0, scale: 0 }
  placeScene(scene, { startNs: 100, endNs: 1100, top: 0 }, 1000, place)
  assert.deepEqual(place, { offset: -100, scale: 1 })
})

test('where the best scene ends the next one shows, and nothing is drawn twice', () => {
  const fine = sceneOf({ columns: 6, startNs: 4, endNs: 10 }, [{ boxes: [[0, 6, running]] }])
  const coarse = sceneOf({ columns: 4, startNs: 0, endNs: 16 }, [{ boxes: [[0, 4, gc]] }, { boxes: [[1, 2, gc]] }])
  const layers = [coarse, fine]
  orderLayers(layers, { startNs: 0, endNs: 16, top: 0 }, 16)
  assert.deepEqual(layers, [fine, coarse])
  const list = listOf(layers, { width: 16, rows: 2 })
  const lines = pictureOf(list)
  assert.equal(lines[0], 'GGGGRRRRRRGGGGGG')
  assert.equal(lines[UNIT], '....GGGG........', 'a row that only the coarse one has')
  assert.deepEqual(
    rectsOf(list).map(([x0, , x1]) => [x0, x1]),
    [
      [4, 10],
      [0, 4],
      [10, 16],
      [4, 8],
    ],
  )
})

test('nearest in resolution comes first; the coarser of two equally far', () => {
  const [quarter, same, four] = [0.25, 1, 4].map(scale =>
    sceneOf({ columns: 100, startNs: 0, endNs: 100 * scale }, [{}]),
  )
  const layers = [quarter, four, same]
  orderLayers(layers, { startNs: 0, endNs: 100, top: 0 }, 100)
  assert.deepEqual(layers, [same, four, quarter])
})

test('rows of which nothing is known have their place; headings have a band', () => {
  const scene = sceneOf({ columns: 3 }, [{ row: rowOf({ kind: 'heading' }) }, {}])
  const lines = pictureOf(listOf([scene], { width: 3, rows: 3 }))
  assert.deepEqual(
    [0, 1, 2].map(row => lines[row * UNIT]),
    ['---', '...', '---'],
  )
})

test('a tall row takes two units, and scrolling cuts the first row', () => {
  assert.deepEqual(
    [0, 1, 2].map(row => rowTop(row, { startNs: 0, endNs: 1, top: 0.5 }, 1, UNIT)),
    [-6, 18, 30],
  )
})

const values = (...numbers: number[]) => Float32Array.from(numbers)

test('a stacked counter is areas on each other; equal neighbours are one rectangle', () => {
  const series = [
    { name: 'a', paint: running, values: values(11.5, 11.5, 23) },
    { name: 'b', paint: waiting, values: values(11.5, Number.NaN, 0) },
  ]
  const counter = { row: 0, kind: 'goroutines', stacked: true, max: 23, unit: 'count', series } as const
  const scene = sceneOf({ columns: 3 }, [{ row: { kind: 'counter' } }], [counter])
  const list = listOf([scene], { width: 3 }, { tallRows: 1 })
  assert.deepEqual(rectsOf(list), [
    [0, 11, 2, 23, running, 0],
    [2, 0, 3, 23, running, 0],
    [0, 0, 1, 11, waiting, 0],
  ])
})

test('other counters are lines, the first on a light ground; what is not known is not drawn', () => {
  const series = [
    { name: 'heap', paint: running, values: values(Number.NaN, 10, 10, 5) },
    { name: 'goal', paint: gc, values: values(20, 20, 20, 20) },
  ]
  const counter = { row: 0, kind: 'heap', stacked: false, max: 23, unit: 'bytes', series } as const
  const scene = sceneOf({ columns: 4 }, [{ row: { kind: 'counter' } }], [counter])
  const lines = pictureOf(listOf([scene], { width: 4 }, { tallRows: 1 }))
  assert.equal(lines[3], 'GGGG')
  assert.equal(lines[13], '.RRR', 'the step is joined by an upright')
  assert.equal(lines[16], '.ddR')
  assert.equal(lines[18], '.ddR')
  assert.equal(lines[20], '.ddd')
})

test('a scene drawn twice gives the same picture, also in a list and pixels that were used before', () => {
  const content = Array.from({ length: 5 }, (_, row) => ({
    boxes: [[3 * row, 3 * row + 20, row % PAINTS, row % 2 ? MARKED : STUCK, row, 'name'] as const],
    shares: Array.from({ length: 20 }, (_, i) => [40 + i, { 0: 9 * i, 2: 255 - 9 * i, 3: 0 }, i % 3] as const),
    ticks: [1, 5, 33.3],
  }))
  const scene = sceneOf({ columns: 64, startNs: -7, endNs: 57 }, content)
  const shot = { width: 50, rows: 5, startNs: 1.3, endNs: 40.7 }
  const first = listOf([scene], shot, {}, true)
  const used = listOf([sceneOf({ columns: 50 }, [{ boxes: [[0, 50, gc]] }])], { width: 50, rows: 5 })
  const pixels = new Uint32Array(50 * 5 * UNIT)
  fillPixels(pixels, used, WORDS, 1)
  used.clear(50, 5 * UNIT)
  const extent = { durationNs: 1000, rowCount: 5, tallRows: 0, seenUnits: 5 }
  paintFrame(used, [scene], { ...shot, top: 0 }, extent, rowStyle(1, UNIT, true, 1000))
  assert.deepEqual(rectsOf(used), rectsOf(first))
  fillPixels(pixels, used, WORDS, 1)
  const fresh = new Uint32Array(50 * 5 * UNIT)
  fillPixels(fresh, first, WORDS, 1)
  assert.deepEqual(pixels, fresh)
})

test('a list grows with what is put into it and cuts what lies outside', () => {
  const list = new PaintList()
  list.clear(100, 100)
  for (let i = 0; i < 20_000; i++) list.add(i % 100, 0, (i % 100) + 1, 1, i % PAINTS)
  list.add(-5, -5, 500, 500, gc)
  list.add(100, 0, 120, 5, gc)
  list.add(5, 5, 5, 9, gc)
  assert.equal(list.rectCount, 20_001)
  assert.deepEqual(rectsOf(list)[20_000], [0, 0, 100, 100, gc, 0])
  assert.deepEqual(rectsOf(list)[12_345], [45, 0, 46, 1, 12_345 % PAINTS, 0])
})
