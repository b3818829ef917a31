import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Areas,
  type Change,
  Gestures,
  type Grabs,
  type Pointer,
  wheelChange,
  zoneAt,
} from '../src/timeline/gestures.ts'

const AREAS: Areas = {
  width: 1000,
  height: 500,
  namesWidth: 200,
  minimapHeight: 36,
  rulerHeight: 24,
  scrollbarWidth: 12,
}
const GRABS: Grabs = { brush: { x0: 300, x1: 400 }, range: { x0: 500, x1: 600 }, thumb: { y0: 100, y1: 150 } }
const at = (x: number, y: number, more: Partial<Pointer> = {}): Pointer => {
  return { id: 1, x, y, isTouch: false, selects: false, ...more }
}

/** Presses at the first place, moves over the others, lets go at the last. */
function drag(...places: Pointer[]): Change[] {
  const gestures = new Gestures()
  const changes = gestures.down(places[0], AREAS, GRABS)
  for (const place of places.slice(1)) changes.push(...gestures.move(place))
  return [...changes, ...gestures.up(places[places.length - 1])]
}

test('every place of the timeline is in one zone', () => {
  const zones = [
    [100, 10],
    [500, 10],
    [500, 50],
    [990, 50],
    [100, 300],
    [200, 300],
    [500, 300],
    [995, 300],
    [995, 10],
  ]
  assert.deepEqual(
    zones.map(([x, y]) => zoneAt(AREAS, x, y)),
    ['corner', 'minimap', 'ruler', 'corner', 'names', 'divider', 'plot', 'scrollbar', 'minimap'],
  )
})

test('a drag in the plot moves the window the other way, by all of it', () => {
  const changes = drag(at(500, 300), at(503, 300), at(510, 320), at(540, 290))
  assert.deepEqual(changes, [
    { kind: 'move', byX: -10, byY: -20, eased: false },
    { kind: 'move', byX: -30, byY: 30, eased: false },
    { kind: 'move', byX: 0, byY: 0, eased: false },
    { kind: 'end' },
  ])
})

test('a hand that trembles clicks', () => {
  assert.deepEqual(drag(at(500, 300), at(502, 301)), [{ kind: 'click', zone: 'plot', x: 502, y: 301 }, { kind: 'end' }])
  const finger = { isTouch: true }
  assert.equal(drag(at(500, 300, finger), at(506, 302, finger))[0].kind, 'click')
})

test('with shift, or on the ruler, a drag selects a range, from the left to the right', () => {
  const shifted = { selects: true }
  const changes = drag(at(700, 300, shifted), at(650, 300, shifted))
  assert.deepEqual(changes, [
    { kind: 'range', x0: 650, x1: 700, isDone: false },
    { kind: 'range', x0: 650, x1: 700, isDone: true },
    { kind: 'end' },
  ])
  assert.deepEqual(drag(at(700, 50), at(720, 50))[0], { kind: 'range', x0: 700, x1: 720, isDone: false })
})

test("the range's edges can be taken on the ruler and drawn across each other", () => {
  assert.deepEqual(drag(at(598, 50), at(650, 50))[0], { kind: 'range', x0: 500, x1: 650, isDone: false })
  assert.deepEqual(drag(at(502, 50), at(700, 50))[0], { kind: 'range', x0: 600, x1: 700, isDone: false })
})

test('the brush moves, is resized at its edges, or is drawn anew', () => {
  const first = (from: number, to: number) => drag(at(from, 10), at(to, 10))[0]
  assert.deepEqual(first(350, 380), { kind: 'brush', x0: 330, x1: 430 })
  assert.deepEqual(first(399, 449), { kind: 'brush', x0: 300, x1: 450 })
  assert.deepEqual(first(301, 281), { kind: 'brush', x0: 280, x1: 400 })
  assert.deepEqual(first(301, 451), { kind: 'brush', x0: 400, x1: 450 })
  assert.deepEqual(first(700, 640), { kind: 'brush', x0: 640, x1: 700 })
})

test('names scroll, the divider divides, the scrollbar answers the press itself', () => {
  assert.deepEqual(drag(at(50, 300), at(90, 280))[0], { kind: 'move', byX: 0, byY: 20, eased: false })
  assert.deepEqual(drag(at(201, 300), at(250, 300))[0], { kind: 'divide', namesWidth: 250 })
  assert.deepEqual(drag(at(995, 120), at(995, 160))[0], { kind: 'scrollTo', y: 120, grabY: 20 })
  assert.deepEqual(drag(at(995, 400))[0], { kind: 'scrollTo', y: 400, grabY: 25 })
})

test('two fingers zoom at their middle; the one that stays goes on dragging', () => {
  const gestures = new Gestures()
  const touch = { isTouch: true }
  gestures.down(at(500, 300, touch), AREAS, GRABS)
  assert.deepEqual(gestures.down(at(600, 300, { id: 2, isTouch: true }), AREAS, GRABS), [])
  assert.deepEqual(gestures.move(at(700, 300, { id: 2, isTouch: true })), [
    { kind: 'move', byX: -50, byY: 0, eased: false },
    { kind: 'zoom', x: 600, factor: 0.5, eased: false },
  ])
  assert.deepEqual(gestures.up(at(500, 300, touch)), [])
  assert.deepEqual(gestures.move(at(690, 300, { id: 2, isTouch: true })), [
    { kind: 'move', byX: 10, byY: 0, eased: false },
  ])
  const ends = gestures.up(at(690, 300, { id: 2, isTouch: true }))
  assert.deepEqual(ends[ends.length - 1], { kind: 'end' })
  assert.equal(gestures.isActive, false)
})

test('a pointer taken away ends the gesture, once', () => {
  const gestures = new Gestures()
  gestures.down(at(500, 300), AREAS, GRABS)
  gestures.move(at(550, 300))
  assert.deepEqual(gestures.cancel(), [{ kind: 'end' }])
  assert.deepEqual(gestures.cancel(), [])
  assert.deepEqual(gestures.up(at(550, 300)), [])
})

const wheel = { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, shiftKey: false }

test('a notch zooms at the pointer, in and out by the same', () => {
  const zoomIn = wheelChange('plot', 500, { ...wheel, deltaY: -100 })
  const zoomOut = wheelChange('plot', 500, { ...wheel, deltaY: 100 })
  assert.ok(zoomIn?.kind === 'zoom' && zoomOut?.kind === 'zoom')
  assert.equal(zoomIn.x, 500)
  assert.ok(zoomIn.factor < 1)
  assert.ok(Math.abs(zoomIn.factor * zoomOut.factor - 1) < 1e-12)
  assert.deepEqual(wheelChange('plot', 500, { ...wheel, deltaY: 6.25, deltaMode: 1 }), zoomOut, 'counted in lines')
  assert.ok(zoomIn.eased)
  assert.equal(wheelChange('plot', 500, { ...wheel, deltaY: -3 })?.kind, 'zoom')
})

test('shift, sideways wheels and the names move instead', () => {
  const move = (byX: number, byY: number) => ({ kind: 'move', byX, byY, eased: true })
  assert.deepEqual(wheelChange('plot', 0, { ...wheel, deltaY: 100, shiftKey: true }), move(100, 0))
  assert.deepEqual(
    wheelChange('plot', 0, { ...wheel, deltaX: 100, shiftKey: true }),
    move(100, 0),
    'turned by the system',
  )
  assert.deepEqual(wheelChange('plot', 0, { ...wheel, deltaX: -90, deltaY: 20 }), move(-90, 0))
  assert.deepEqual(wheelChange('names', 0, { ...wheel, deltaY: 100 }), move(0, 100))
  assert.deepEqual(wheelChange('scrollbar', 0, { ...wheel, deltaY: 100 }), move(0, 100))
})

test('a pinch of a touch pad zooms, also over the names; wild steps are cut', () => {
  const pinch = wheelChange('names', 0, { ...wheel, deltaY: -5, ctrlKey: true })
  assert.ok(pinch?.kind === 'zoom' && pinch.x === undefined && pinch.factor < 0.96)
  const wild = wheelChange('plot', 0, { ...wheel, deltaY: 1e300 })
  assert.ok(wild?.kind === 'zoom' && wild.factor < 4)
  assert.equal(wheelChange('plot', 0, { ...wheel, deltaY: Number.NaN }), undefined)
  assert.equal(wheelChange('corner', 0, { ...wheel, deltaY: 100 }), undefined)
})
