/** The page "MMU" without a browser: its axis, its address, and what the worker answers. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { DEFAULT_MMU, MMU_WORK } from '@unhang/core'
import fc from 'fast-check'
import { TraceBuilder } from '../../core/src/trace/build.ts'
import { MetricKind, RangeKind } from '../../core/src/trace/tables.ts'
import { lengthAt, nearestAt, placeAt, stepped, tensOf } from '../src/pages/mmu-axis.ts'
import type { Requests } from '../src/protocol.ts'
import { formatMmu, MMU_START, type MmuPlace, parseMmu } from '../src/state/mmu-url.ts'
import { parse } from '../src/state/url.ts'
import { mmuHandlers } from '../src/worker/mmu.ts'
import { Session } from '../src/worker/session.ts'

const trace = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../testdata/traces/${name}.trace`, import.meta.url)))

test('the axis: what stands at a place has that place, and the nearest is the nearest by factor', () => {
  const lengths = Float64Array.of(1e3, 1e4, 1e5, 1e6, 2e6)
  assert.equal(placeAt(lengths, 1e3), 0)
  assert.equal(placeAt(lengths, 2e6), 1)
  assert.equal(placeAt(lengths, 1), 0)
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), place => {
      assert.ok(Math.abs(placeAt(lengths, lengthAt(lengths, place)) - place) < 1e-9)
    }),
  )
  assert.deepEqual(
    [1, 3000, 3200, 9e9].map(ns => nearestAt(lengths, ns)),
    [0, 0, 1, 4],
  )
  assert.deepEqual(tensOf(lengths), [1e3, 1e4, 1e5, 1e6])
  assert.equal(placeAt(Float64Array.of(7, 7), 7), 0)
})

test('keys go along the axis and stop at its ends', () => {
  assert.deepEqual(
    ['ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End', 'x'].map(key => stepped(key, 4, 6)),
    [3, 5, 5, 0, 0, 5, undefined],
  )
})

const place: fc.Arbitrary<MmuPlace> = fc.record(
  {
    choice: fc.record(
      { work: fc.subarray([...MMU_WORK]), perProc: fc.boolean(), asGo: fc.boolean() },
      { noNullPrototype: true },
    ),
    hasShares: fc.boolean(),
    windowNs: fc.option(fc.integer({ min: 1, max: 1e12 }), { nil: undefined }),
  },
  { noNullPrototype: true },
)

test('its address is read as it was written, and garbage is as if it were not there', () => {
  fc.assert(
    fc.property(place, value => {
      const read = (parts: readonly string[]) => parse(`#mmu?${parts.join('&')}`)
      assert.deepEqual(read(formatMmu(value, { time: ns => `${ns}` })).mmu, value)
    }),
  )
  assert.deepEqual(
    parseMmu(
      new Map([
        ['mmu.window', '-1s'],
        ['mmu.view', 'x'],
      ]),
      { time: () => undefined },
    ),
    MMU_START,
  )
  assert.deepEqual(parse('#mmu?mmu.flags=sweep,stw,cpu').mmu.choice, { ...DEFAULT_MMU, work: ['stw', 'sweep'] })
})

type Ask<N extends 'mmu' | 'mmuWorst'> = Requests[N]['ask']

async function opened(name: string) {
  const session = new Session(() => () => {})
  const bytes = new Uint8Array(trace(name)).buffer
  await session.answer(1, 'open', { sources: [{ name, bytes }] })
  return {
    mmu: (ask: Partial<Ask<'mmu'>> = {}) =>
      session.answer(2, 'mmu', { trace: 0, choice: DEFAULT_MMU, hasShares: false, ...ask }),
    worst: (ask: Partial<Ask<'mmuWorst'>> = {}) =>
      session.answer(3, 'mmuWorst', { trace: 0, choice: DEFAULT_MMU, windowNs: 1e5, ...ask }),
  }
}

test('the worker: a curve, its usual lengths among it, and the worst windows of one of them', async () => {
  const { mmu, worst } = await opened('go1.26')
  const told = await mmu({ hasShares: true })
  assert.ok(told.missing === undefined)
  const { curve, usual } = told
  for (const [i, ns] of usual.windowNs.entries()) {
    const at = curve.windowNs.indexOf(ns)
    assert.ok(at >= 0, `${ns} ns`)
    assert.equal(curve.minimum[at], usual.minimum[i])
    assert.deepEqual(
      curve.shares.map(values => values[at]),
      usual.shares.map(values => values[i]),
    )
  }
  const lowest = await worst()
  assert.equal(lowest?.minimum, usual.minimum[usual.windowNs.indexOf(1e5)])
  assert.equal(lowest?.windows[0].utilisation, lowest?.minimum)
  // A window longer than the range is all of it.
  const range = { startNs: 1.2e6, endNs: 1.3e6 }
  assert.deepEqual(
    (await worst({ range, windowNs: 1e9 }))?.windows.map(({ startNs, endNs }) => [startNs, endNs]),
    [[1.2e6, 1.3e6]],
  )
})

/** A collector that stops the world so many times: percentiles of a curve over it are some work. */
function busyTrace(stops: number) {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  builder.proc(0)
  builder.thread(0)
  builder.metric(0, MetricKind.gomaxprocs, 2)
  const name = builder.strings.internText('stop-the-world (GC mark termination)')
  let timeNs = 1000
  for (let i = 0; i < stops; i++) {
    const row = builder.rangeBegin(timeNs, RangeKind.stopTheWorld, name, -1, -1, -1)
    builder.endRange(timeNs + 100 + ((i * 7919) % 900), row)
    timeNs += 1000 + ((i * 104_729) % 20_000)
  }
  return builder.freeze(26, timeNs)
}

test('the worker: a curve lets others have their turn, tells how far it is, and ends where it is asked anew', async () => {
  const busy = busyTrace(100_000)
  const { mmu, mmuStop, mmuWorst } = mmuHandlers(() => busy)
  const ask = { trace: 0, choice: DEFAULT_MMU, hasShares: true }
  const progress: string[] = []
  const first = mmu(ask, ({ stage, done, total }) => progress.push(`${stage} ${done} of ${total}`))
  const given = assert.rejects(first, /something else is asked/)
  const range = { startNs: 0, endNs: busy.durationNs / 2 }
  const last: number[] = []
  const second = mmu({ ...ask, range }, ({ done, total }) => last.push(done / total))
  // Another question has its answer long before.
  const order: string[] = []
  const worst = mmuWorst({ trace: 0, choice: DEFAULT_MMU, range, windowNs: 1e6 })
  await Promise.all([
    Promise.resolve(worst).then(() => order.push('worst')),
    second.then(() => order.push('curve')),
    given,
  ])
  assert.deepEqual(order, ['worst', 'curve'])
  const told = await second
  assert.ok(told.missing === undefined && told.endNs === range.endNs)
  assert.equal(progress[0], 'measuring 0 of 0')
  assert.ok(last.length > 20 && last.slice(2).every((share, i) => share >= last[i + 1]), `${last}`)
  assert.equal(last.at(-1), 1)
  const third = assert.rejects(
    mmu(ask, () => {}),
    /something else is asked/,
  )
  await mmuStop({})
  await third
})

test('the worker: why nothing is known', async () => {
  const { mmu, worst } = await opened('go1.26')
  const range = { startNs: 0, endNs: 1000 }
  assert.match((await mmu({ range })).missing ?? '', /it is known from 0\.000024064 s/)
  assert.equal(await worst({ range }), undefined)
})
