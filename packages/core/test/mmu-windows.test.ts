/** Windows over random utilisations: the fast answers against the plain ones. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SAMPLED_WINDOWS, sharesBelow } from '../src/spent/mmu/distribution.ts'
import { Part } from '../src/spent/mmu/part.ts'
import type { Series } from '../src/spent/mmu/utilisation.ts'
import { minimumOf, worstWindows } from '../src/spent/mmu/windows.ts'
import { allWindows, meanWithin, shareAtMost } from './mmu-slow.ts'

/** Levels as there are with four procs, in stays of 1 to `longest` ns. */
function series(longest: number, most: number): fc.Arbitrary<Series> {
  const stay = fc.record({ ns: fc.integer({ min: 1, max: longest }), level: fc.integer({ min: 0, max: 4 }) })
  return fc.array(stay, { minLength: 1, maxLength: most }).map(stays => {
    let endNs = 1000
    const timeNs = Float64Array.from(stays, ({ ns }) => {
      endNs += ns
      return endNs - ns
    })
    return { timeNs, value: Float64Array.from(stays, ({ level }) => level / 4), endNs, proc: -1 }
  })
}

/** Short and long ones, few and many, of which a part is asked for, and a window that fits into it. */
const CASE = fc.oneof(series(20, 8), series(1000, 60), series(3, 300), series(100_000, 1500)).chain(one => {
  const beginNs = one.timeNs[0]
  const lengthNs = one.endNs - beginNs
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  return fc.record({ one: fc.constant(one), from: share, to: share, window: share }).map(({ from, to, window }) => {
    const fromNs = beginNs + Math.floor(Math.min(from, to) * (lengthNs - 1))
    const toNs = Math.min(one.endNs, Math.max(fromNs + 1, beginNs + Math.ceil(Math.max(from, to) * lengthNs)))
    // Short windows as often as long ones.
    const windowNs = Math.max(1, Math.round((toNs - fromNs) ** window))
    return { one, fromNs, toNs, windowNs: Math.min(windowNs, toNs - fromNs) }
  })
})

const near = (a: number, b: number, message: string) =>
  assert.ok(Math.abs(a - b) < 1e-8, `${message}: ${a}, expected ${b}`)

test('the minimum is that of all windows', () => {
  fc.assert(
    fc.property(CASE, ({ one, fromNs, toNs, windowNs }) => {
      const part = new Part(one, fromNs, toNs)
      const least = allWindows(one, windowNs, fromNs, toNs).reduce((low, { mean }) => Math.min(low, mean), 1)
      near(minimumOf([part], windowNs), least, 'minimum')
      near(part.mean, meanWithin(one, fromNs, toNs), 'mean')
    }),
    { numRuns: 400 },
  )
})

test('of several parts the lowest counts; one that is shorter than the window counts as a whole', () => {
  fc.assert(
    fc.property(CASE, CASE, (a, b) => {
      const parts = [a, b].map(({ one, fromNs, toNs }) => new Part(one, fromNs, toNs))
      const least = Math.min(
        ...[a, b].flatMap(({ one, fromNs, toNs }) =>
          allWindows(one, Math.min(a.windowNs, toNs - fromNs), fromNs, toNs).map(({ mean }) => mean),
        ),
      )
      near(minimumOf(parts, a.windowNs), least, 'minimum')
    }),
    { numRuns: 100 },
  )
})

test('worst windows are the worst one, then the worst of those that overlap none of them', () => {
  fc.assert(
    fc.property(CASE, ({ one, fromNs, toNs, windowNs }) => {
      const worst = worstWindows([new Part(one, fromNs, toNs)], windowNs, 5)
      const taken: number[] = []
      for (const { startNs, endNs, utilisation, proc } of worst) {
        assert.equal(proc, -1)
        assert.equal(endNs - startNs, windowNs)
        assert.ok(startNs >= fromNs && endNs <= toNs, 'outside of the range')
        near(utilisation, meanWithin(one, startNs, endNs), 'utilisation')
        near(utilisation, lowestFree(one, windowNs, fromNs, toNs, taken), 'the worst of the rest')
        taken.push(startNs)
      }
      if (worst.length < 5) near(lowestFree(one, windowNs, fromNs, toNs, taken), 1, 'what is left out')
    }),
    { numRuns: 150 },
  )
})

/** The lowest of windows that overlap none of those taken; 1 where there is none. */
function lowestFree(one: Series, windowNs: number, fromNs: number, toNs: number, taken: readonly number[]): number {
  let lowest = 1
  const cuts = [...taken].sort((a, b) => a - b)
  for (const [i, endNs] of [...cuts, toNs].entries()) {
    const beginNs = i === 0 ? fromNs : cuts[i - 1] + windowNs
    if (endNs - beginNs < windowNs) continue
    for (const { mean } of allWindows(one, windowNs, beginNs, endNs)) lowest = Math.min(lowest, mean)
  }
  return lowest
}

test('percentiles: such a share of all windows has at most that much', () => {
  fc.assert(
    fc.property(CASE, fc.double({ min: 0.001, max: 0.6, noNaN: true }), ({ one, fromNs, toNs, windowNs }, share) => {
      const part = new Part(one, fromNs, toNs)
      const minimum = minimumOf([part], windowNs)
      const { values, isSampled } = sharesBelow([part], windowNs, [0, share], minimum)
      const [least, value] = values
      assert.equal(isSampled, false)
      assert.equal(least, minimum)
      if (toNs - fromNs === windowNs) {
        assert.equal(value, minimum)
        return
      }
      const windows = allWindows(one, windowNs, fromNs, toNs)
      assert.ok(shareAtMost(windows, value + 1e-6) >= share - 1e-6, 'too low')
      assert.ok(shareAtMost(windows, value - 1e-6) <= share + 1e-6, 'too high')
    }),
    { numRuns: 300 },
  )
})

test('percentiles of several procs are of all of their windows together', () => {
  const flat = (value: number, endNs: number): Series => ({
    timeNs: Float64Array.of(0),
    value: Float64Array.of(value),
    endNs,
    proc: 0,
  })
  const parts = [new Part(flat(0, 1100), 0, 1100), new Part(flat(0.5, 1100), 0, 1100), new Part(flat(1, 2100), 0, 2100)]
  const at = (share: number) => sharesBelow(parts, 100, [share], 0).values[0]
  near(at(0.24), 0, 'a quarter has nothing')
  near(at(0.26), 0.5, 'the next quarter has half')
  near(at(0.49), 0.5, 'until the half')
  near(at(0.51), 1, 'the rest has all')
})

test('where changes are too many, evenly spread windows stand for all, near enough to the share that is asked for', () => {
  const shares = [0.001, 0.01, 0.05]
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 30 }), fc.constantFrom(1, 300, 20_000), (seed, windowNs) => {
      const one = noise(seed, 60_000)
      const part = new Part(one, 0, one.endNs)
      const { values, isSampled } = sharesBelow([part], windowNs, shares, minimumOf([part], windowNs))
      assert.equal(isSampled, true)
      const begins = Float64Array.from({ length: 400_000 }, (_, i) => ((i + 0.5) / 400_000) * (one.endNs - windowNs))
      const means = part.meansOf(begins, windowNs).sort()
      for (const [k, share] of shares.entries()) {
        // Four standard deviations to either side.
        const offBy = 4 * Math.sqrt((share * (1 - share)) / SAMPLED_WINDOWS)
        const at = (of: number) => means[Math.max(0, Math.min(means.length - 1, Math.floor(of * means.length)))]
        assert.ok(values[k] >= at(share - offBy) - 1e-4, `${share}: ${values[k]} is too low`)
        assert.ok(values[k] <= at(share + offBy) + 1e-4, `${share}: ${values[k]} is too high`)
      }
    }),
    { numRuns: 12 },
  )
})

/** So many changes to any of five levels, some 1 µs apart. */
function noise(seed: number, changes: number): Series {
  let state = seed
  const below = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  let endNs = 0
  const timeNs = Float64Array.from({ length: changes }, () => {
    endNs += 1 + below(2000)
    return endNs
  })
  timeNs[0] = 0
  return { timeNs, value: timeNs.map(() => below(5) / 4), endNs: endNs + 1, proc: -1 }
}

test('a window of no length has nothing, and one longer than all is all of it', () => {
  const one: Series = { timeNs: Float64Array.of(0, 10), value: Float64Array.of(1, 0.5), endNs: 20, proc: -1 }
  const parts = [new Part(one, 0, 20)]
  assert.equal(minimumOf(parts, 0), 0)
  assert.deepEqual(worstWindows(parts, 0, 3), [])
  assert.equal(minimumOf(parts, 1000), 0.75)
  assert.deepEqual(worstWindows(parts, 1000, 3), [{ startNs: 0, endNs: 20, utilisation: 0.75, proc: -1 }])
})
