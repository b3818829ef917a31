/** Which rows of a long table are seen, and that every one of them can be reached, however many there are. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  AT_TOP,
  heightOf,
  offsetOf,
  type Plan,
  rowAt,
  SCROLLER_LIMIT,
  type Scroll,
  scrolled,
  scrolledTo,
  scrollerHeightOf,
  topToReveal,
} from '../src/widgets/virtual.ts'

const plan = fc
  .record({ length: fc.integer({ min: 1, max: 2_000_000 }), rowHeight: fc.integer({ min: 16, max: 60 }) })
  .chain(({ length, rowHeight }) =>
    fc.record({
      length: fc.constant(length),
      rowHeight: fc.constant(rowHeight),
      open: fc.integer({ min: -1, max: length - 1 }),
      openHeight: fc.integer({ min: 0, max: 5000 }),
    }),
  )
const view = fc.integer({ min: 100, max: 3000 })

test('the row at a position is the one that begins at or before it, and what is open belongs to its row', () => {
  fc.assert(
    fc.property(plan, fc.double({ min: 0, max: 1, noNaN: true }), (table, share) => {
      const y = Math.floor(share * (heightOf(table) - 1))
      const row = rowAt(table, y)
      assert.ok(offsetOf(table, row) <= y)
      if (row + 1 < table.length) assert.ok(offsetOf(table, row + 1) > y)
    }),
  )
})

test('a row that is to be seen is seen, by the least movement', () => {
  fc.assert(
    fc.property(plan, view, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (table, height, wanted, share) => {
      const row = wanted % table.length
      const before = Math.floor(share * heightOf(table))
      const top = topToReveal(table, row, before, height)
      const from = offsetOf(table, row)
      assert.ok(from >= top && from < top + height)
      assert.equal(topToReveal(table, row, top, height), top)
    }),
  )
})

/** A scroller as a browser has it: it moves by what it is told, and no further than its ends. */
class Scroller {
  scroll: Scroll = AT_TOP
  readonly table: Plan
  readonly view: number
  at = 0

  constructor(table: Plan, height: number) {
    this.table = table
    this.view = height
  }

  get most(): number {
    return Math.max(0, scrollerHeightOf(this.table) - this.view)
  }

  wheel(by: number): void {
    this.drag((this.at + by) / Math.max(1, this.most))
  }

  drag(share: number): void {
    this.at = Math.max(0, Math.min(this.most, share * this.most))
    this.scroll = scrolled(this.table, this.scroll, this.at, this.view)
    this.at = this.scroll.top - this.scroll.shift
  }
}

const MANY: Plan = { length: 1_000_000, rowHeight: 28, open: -1, openHeight: 0 }

test('a wheel moves a table that no browser has the height for by pixels, to its very ends', () => {
  const scroller = new Scroller(MANY, 600)
  assert.ok(heightOf(MANY) > SCROLLER_LIMIT)
  for (let i = 0; i < 50; i++) scroller.wheel(100)
  assert.equal(Math.round(scroller.scroll.top), 5000)
  scroller.drag(1)
  assert.equal(rowAt(MANY, scroller.scroll.top + 599), 999_999)
  for (let i = 0; i < 100; i++) scroller.wheel(-100)
  assert.equal(Math.round(scroller.scroll.top), heightOf(MANY) - 600 - 10_000)
  scroller.drag(0.5)
  assert.ok(Math.abs(scroller.scroll.top / (heightOf(MANY) - 600) - 0.5) < 1e-6)
  scroller.drag(0)
  assert.equal(scroller.scroll.top, 0)
})

test('wherever one is, the wheel reaches what is above and below', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999 }), fc.constantFrom(-1, 1), (row, way) => {
      const scroller = new Scroller(MANY, 600)
      scroller.scroll = scrolledTo(MANY, row * 28, 600)
      scroller.at = scroller.scroll.top - scroller.scroll.shift
      for (let i = 0; i < 500; i++) {
        const { top } = scroller.scroll
        scroller.wheel(way * 120)
        const end = way < 0 ? 0 : heightOf(MANY) - 600
        const moved = Math.abs(scroller.scroll.top - top)
        assert.ok(moved > 1 || Math.abs(top - end) < 1, `stuck at ${top}`)
        assert.ok(moved < 600)
      }
    }),
    { numRuns: 200 },
  )
})

test('a table that fits is scrolled by the browser alone', () => {
  const small: Plan = { length: 100, rowHeight: 28, open: 3, openHeight: 400 }
  assert.equal(scrollerHeightOf(small), 3200)
  assert.deepEqual(scrolled(small, AT_TOP, 120, 600), { top: 120, shift: 0 })
  assert.deepEqual(scrolledTo(small, 9999, 600), { top: 2600, shift: 0 })
})
