/** Where a jump leads, and what the store makes of what it holds. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { framed, showing } from '../src/pages/frame.ts'
import type { Progress } from '../src/protocol.ts'
import { type Opening, withProgress } from '../src/state/store.ts'

const WHOLE = { startNs: 0, endNs: 10e9 }

const rangeIn = (endNs: number) =>
  fc
    .tuple(fc.nat({ max: endNs }), fc.nat({ max: endNs }))
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({ startNs: Math.min(a, b), endNs: Math.max(a, b) }))

describe('a jump', () => {
  it('frames a wait with what came before it', () => {
    assert.deepEqual(framed({ startNs: 5e9, endNs: 6e9 }, WHOLE), { startNs: 4.72e9, endNs: 6.12e9 })
    assert.deepEqual(framed({ startNs: 5e9, endNs: 10e9 }, WHOLE), { startNs: 3e9, endNs: 10.14e9 }, 'and it is open')
    assert.deepEqual(framed({ startNs: 0, endNs: 10e9 }, WHOLE), WHOLE)
  })

  it('stays where the span’s begin is seen well', () => {
    const seen = { startNs: 4e9, endNs: 6e9 }
    assert.equal(showing({ startNs: 5e9, endNs: 5.1e9 }, seen, WHOLE), seen)
    assert.equal(showing({ startNs: 5e9, endNs: 9e9 }, seen, WHOLE), seen)
  })

  it('moves without zooming to a span of a size that fits', () => {
    const seen = { startNs: 0, endNs: 1e9 }
    assert.deepEqual(showing({ startNs: 5e9, endNs: 5.1e9 }, seen, WHOLE), { startNs: 4.8e9, endNs: 5.8e9 })
  })

  it('moves without zooming to a span that is longer than what is seen', () => {
    const to = showing({ startNs: 5e9, endNs: 9e9 }, { startNs: 0, endNs: 1e9 }, WHOLE)
    assert.deepEqual(to, { startNs: 4.95e9, endNs: 5.95e9 })
  })

  it('zooms to a span too short to be seen, to a tenth at most', () => {
    const widthAfter = (lengthNs: number, seenNs: number) => {
      const { startNs, endNs } = showing({ startNs: 5e9, endNs: 5e9 + lengthNs }, { startNs: 0, endNs: seenNs }, WHOLE)
      return endNs - startNs
    }
    assert.equal(widthAfter(1000, 10e9), 1e9)
    assert.equal(widthAfter(1000, 1e6), 1e5)
    assert.equal(widthAfter(10e6, 10e9), 1e9, 'a thousandth is hardly a pixel')
    assert.equal(widthAfter(20e6, 10e9), 10e9, 'two of them are')
  })

  it('ends within the trace, in whole nanoseconds, with the begin in sight', () => {
    const whole = { startNs: 0, endNs: 1e9 }
    fc.assert(
      fc.property(rangeIn(1e9), rangeIn(1e9), (span, seen) => {
        for (const to of [framed(span, whole), showing(span, seen, whole)]) {
          assert.ok(to.startNs >= 0 && to.endNs <= (span.endNs < 1e9 ? 1e9 : 1.02e9) && to.startNs < to.endNs)
          assert.ok(Number.isInteger(to.startNs) && Number.isInteger(to.endNs))
          assert.ok(span.startNs >= to.startNs && span.startNs < to.endNs)
        }
      }),
      { seed: 7, numRuns: 2000 },
    )
  })
})

describe('progress', () => {
  const report = (name: string, done: number): Progress => ({ stage: 'reading', name, done, total: 10 })
  const files = (...names: string[]): Opening[] => names.map(name => ({ name, size: 10, progress: undefined }))

  it('goes to the file in question', () => {
    const after = withProgress(files('a', 'b'), report('b', 4))
    assert.deepEqual(
      after.map(({ progress }) => progress?.done),
      [undefined, 4],
    )
  })

  it('of two files of one name goes to the first that is not read', () => {
    let openings: readonly Opening[] = files('a', 'a')
    for (const done of [5, 10, 3]) openings = withProgress(openings, report('a', done))
    assert.deepEqual(
      openings.map(({ progress }) => progress?.done),
      [10, 3],
    )
  })

  it('about a file that nobody opened changes nothing', () => {
    const openings = files('a')
    assert.equal(withProgress(openings, report('b', 1)), openings)
  })
})
