/** The range under a pointer and under keys: plain numbers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dragged, gripAt, pressed } from '../src/widgets/brush.ts'

const WHOLE = 10e9
const RANGE = { startNs: 2e9, endNs: 4e9 }

test('a handle is taken hold of within a few pixels, the window between them, and beside it a new range begins', () => {
  const at = (x: number) => gripAt(x, 1000, RANGE, WHOLE)
  assert.deepEqual(
    [at(195), at(206), at(300), at(394), at(405), at(500)],
    ['start', 'start', 'window', 'end', 'end', 'none'],
  )
  assert.equal(gripAt(300, 1000, undefined, WHOLE), 'none')
})

test('of two handles at one place each is reached from its own side', () => {
  const narrow = { startNs: 2e9, endNs: 2.001e9 }
  assert.equal(gripAt(198, 1000, narrow, WHOLE), 'start')
  assert.equal(gripAt(203, 1000, narrow, WHOLE), 'end')
})

test('drags: a new range in either direction, an end that passes the other, a window that stops at the edge', () => {
  assert.deepEqual(dragged('none', RANGE, 600, 500, 1000, WHOLE), { startNs: 5e9, endNs: 6e9 })
  assert.deepEqual(dragged('start', RANGE, 200, 500, 1000, WHOLE), { startNs: 4e9, endNs: 5e9 })
  assert.deepEqual(dragged('end', RANGE, 400, 2000, 1000, WHOLE), { startNs: 2e9, endNs: 10e9 })
  assert.deepEqual(dragged('window', RANGE, 300, 1300, 1000, WHOLE), { startNs: 8e9, endNs: 10e9 })
  assert.deepEqual(dragged('window', RANGE, 300, -700, 1000, WHOLE), { startNs: 0, endNs: 2e9 })
  assert.equal(dragged('none', RANGE, 600, 601, 1000, WHOLE), undefined)
})

test('keys move one handle, and never past the other', () => {
  assert.deepEqual(pressed('ArrowRight', 'start', RANGE, WHOLE), { startNs: 2.1e9, endNs: 4e9 })
  assert.deepEqual(pressed('PageDown', 'end', RANGE, WHOLE), { startNs: 2e9, endNs: 3e9 })
  assert.deepEqual(pressed('End', 'end', RANGE, WHOLE), { startNs: 2e9, endNs: 10e9 })
  assert.deepEqual(pressed('End', 'start', RANGE, WHOLE), { startNs: 4e9 - 1e6, endNs: 4e9 })
  assert.equal(pressed('a', 'start', RANGE, WHOLE), undefined)
})

const numbers = { noNaN: true, noDefaultInfinity: true } as const

test('a key leaves a range alone that is narrower than the keys make one, and within the whole', () => {
  const whole = 1_000_000
  const last = { startNs: 999_950, endNs: whole }
  assert.deepEqual(pressed('ArrowLeft', 'end', last, whole), last)
  assert.deepEqual(pressed('End', 'end', last, whole), last)
  assert.deepEqual(pressed('ArrowRight', 'start', last, whole), last)
  const first = { startNs: 0, endNs: 50 }
  assert.deepEqual(pressed('ArrowRight', 'start', first, whole), first)
  assert.deepEqual(pressed('Home', 'end', first, whole), first)
})

test('whatever is dragged and pressed, a range lies within the whole and ends after its begin', () => {
  const ranges = fc
    .tuple(fc.double({ min: 0, max: 1, ...numbers }), fc.double({ min: 0, max: 1, ...numbers }))
    .filter(([a, b]) => a < b)
  const grips = fc.constantFrom('start' as const, 'end' as const, 'window' as const, 'none' as const)
  const xs = fc.integer({ min: -2000, max: 4000 })
  const keys = fc.constantFrom('ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End')
  fc.assert(
    fc.property(
      ranges,
      grips,
      xs,
      xs,
      fc.integer({ min: 1000, max: 1e12 }),
      keys,
      ([a, b], grip, from, to, whole, key) => {
        const range = { startNs: Math.floor(a * whole), endNs: Math.ceil(b * whole) }
        const results = [dragged(grip, range, from, to, 1000, whole)]
        if (grip === 'start' || grip === 'end') results.push(pressed(key, grip, range, whole))
        for (const result of results) {
          if (!result) continue
          assert.ok(
            result.startNs >= 0 && result.startNs < result.endNs && result.endNs <= whole,
            JSON.stringify(result),
          )
        }
      },
    ),
  )
})
