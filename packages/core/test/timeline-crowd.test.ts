/** Groups, counters of goroutines and the minimap against the tables they were made of. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MARKED, PAINTS, type Selection, STUCK, type Timeline } from '../src/timeline/model.ts'
import { layoutRows } from '../src/timeline/rows/rows.ts'
import { crowdOf, meansOfAll } from '../src/timeline/scene/crowd.ts'
import { buildMinimap, buildScene } from '../src/timeline/scene/scene.ts'
import { windowOf } from '../src/timeline/scene/window.ts'
import { createTimeline } from '../src/timeline/timeline.ts'
import { TraceBuilder } from '../src/trace/build.ts'
import { GoState, lastSpanOf, spanEndNs } from '../src/trace/tables.ts'
import { stories, traceOf } from './made-up-trace.ts'

const SEED = 7

type Stay = {
  readonly g: number
  readonly startNs: number
  readonly endNs: number
  readonly state: number
  span: number
}

function staysOf({ trace }: Timeline, keep: Uint8Array | undefined): Stay[] {
  const stays: Stay[] = []
  for (let g = 0; g < trace.goroutines.length; g++)
    for (let at = trace.spansOf.first[g]; at < trace.spansOf.first[g + 1]; at++) {
      const span = trace.spansOf.row[at]
      const state = trace.spans.stateReason[span] & 3
      const stay = { g, startNs: trace.spans.startNs[span], endNs: spanEndNs(trace, g, at), state, span }
      if (!keep || keep[g] === 1) stays.push(stay)
    }
  return stays
}

/** How many are alive at once, at most: at some birth. */
function peakOf(stays: readonly Stay[]): number {
  const lives = new Map<number, { fromNs: number; toNs: number }>()
  for (const { g, startNs, endNs } of stays) {
    const life = lives.get(g)
    lives.set(g, { fromNs: Math.min(startNs, life?.fromNs ?? startNs), toNs: Math.max(endNs, life?.toNs ?? endNs) })
  }
  const all = [...lives.values()]
  // Who lives until the end lives at the end.
  return Math.max(
    0,
    ...all.map(({ fromNs }) => all.filter(o => o.fromNs <= fromNs && (o.toNs > fromNs || o.fromNs === fromNs)).length),
  )
}

const worlds = stories(900).chain(story => {
  const { durationNs } = traceOf(story)
  const part = fc.double({ min: -0.2, max: 1.2, noNaN: true })
  const zoom = fc
    .record({ from: part, to: part, columns: fc.integer({ min: 1, max: 30 }) })
    .map(({ from, to, columns }) => ({
      startNs: Math.min(from, to) * durationNs,
      endNs: Math.max(from, to) * durationNs + 0.5,
      columns,
    }))
  return fc.record({ story: fc.constant(story), zoom, everyNth: fc.nat(6), drop: fc.nat(8) })
})

function overlapNs({ startNs, endNs }: Stay, fromNs: number, lengthNs: number): number {
  return Math.max(0, Math.min(endNs, fromNs + lengthNs) - Math.max(startNs, fromNs))
}

test('goroutines by state are counted right in every column, of all and of those that a filter keeps', () => {
  fc.assert(
    fc.property(worlds, ({ story, zoom, drop }) => {
      const timeline = createTimeline(traceOf(story), [])
      const window = windowOf(zoom)
      if (!window) throw new Error('a zoom without a width')
      const keep = Uint8Array.from({ length: timeline.trace.goroutines.length }, (_, g) => (g === drop ? 0 : 1))
      const counted = [
        { means: meansOfAll(timeline, window), stays: staysOf(timeline, undefined) },
        { means: crowdOf(timeline, undefined).means(0, window), stays: staysOf(timeline, undefined) },
        { means: crowdOf(timeline, keep).means(0, window), stays: staysOf(timeline, keep) },
      ]
      for (const { means, stays } of counted)
        for (let c = 0; c < zoom.columns; c++) {
          const expected = new Float64Array(5)
          for (const stay of stays)
            expected[stay.state] += overlapNs(stay, zoom.startNs + c * window.nsPerColumn, window.nsPerColumn)
          for (let k = 0; k < 5; k++) {
            const mean = means[c * 5 + k]
            assert.ok(Math.abs(mean - expected[k] / window.nsPerColumn) < 1e-4, `column ${c}, state ${k}: ${mean}`)
          }
        }
      assert.equal(crowdOf(timeline, keep).peak[0], peakOf(staysOf(timeline, keep)))
    }),
    { seed: SEED, numRuns: 200 },
  )
})

test('a group is as high as it ever was, marked where a marked span is, stuck since the first of its stuck waits', () => {
  fc.assert(
    fc.property(worlds, ({ story, zoom, everyNth, drop }) => {
      const trace = traceOf(story)
      const stuck = Array.from({ length: trace.goroutines.length }, (_, g) => g).filter(g => story.isStuck[g])
      const timeline = createTimeline(trace, stuck)
      const keep = Uint8Array.from({ length: trace.goroutines.length }, (_, g) => (g === drop ? 0 : 1))
      const marks = Uint8Array.from({ length: trace.spans.length }, (_, span) => (span % everyNth === 0 ? 1 : 0))
      const selection: Selection = { keep, kept: 0, marks: everyNth === 0 ? undefined : marks, marked: 1 }
      const stays = staysOf(timeline, keep)
      const peak = peakOf(stays)
      const layout = groupAlone(timeline)
      // What is kept from another filter must not show through.
      const other = { ...selection, keep: undefined, marks: marks.map(mark => 1 - mark) }
      buildScene(timeline, layout, other, { ...zoom, firstRow: 0, rowCount: 1 })
      const scene = buildScene(timeline, layout, selection, { ...zoom, firstRow: 0, rowCount: 1 })
      const nsPerColumn = (zoom.endNs - zoom.startNs) / zoom.columns
      const parts = new Float64Array(zoom.columns * 4)
      for (const [i, c] of scene.shareColumn.entries()) {
        for (let k = 0; k < 4; k++) parts[c * 4 + k] = scene.shares[i * PAINTS + k] / 255
        const inColumn = stays.filter(stay => overlapNs(stay, zoom.startNs + c * nsPerColumn, nsPerColumn) > 0)
        const isMarked = everyNth !== 0 && inColumn.some(({ span }) => marks[span] === 1)
        const isStuck = inColumn.some(({ g, span, state }) => {
          return timeline.stuck[g] === 1 && span === lastSpanOf(trace, g) && state === GoState.waiting
        })
        assert.equal((scene.shareFlags[i] & MARKED) !== 0, isMarked, `column ${c} is marked`)
        if (isStuck) assert.equal(scene.shareFlags[i] & STUCK, STUCK, `column ${c} is stuck`)
      }
      for (let c = 0; c < zoom.columns; c++)
        for (let k = 0; k < 4; k++) {
          const ns = stays.reduce((sum, stay) => {
            return stay.state === k ? sum + overlapNs(stay, zoom.startNs + c * nsPerColumn, nsPerColumn) : sum
          }, 0)
          const expected = peak === 0 ? 0 : ns / nsPerColumn / peak
          assert.ok(Math.abs(parts[c * 4 + k] - expected) < 4 / 255, `column ${c}, state ${k}`)
        }
    }),
    { seed: SEED, numRuns: 200 },
  )
})

function groupAlone(timeline: Timeline) {
  const layout = layoutRows(timeline, { selection: undefined, expanded: new Set() })
  const row = {
    key: 'f:',
    kind: 'group',
    subject: 0,
    label: '',
    note: '',
    depth: 0,
    expanded: false,
    stuck: false,
  } as const
  return { ...layout, rowCount: 1, rowAt: () => row }
}

test('who does nothing is counted exactly, where a column is less than a time is rounded by', () => {
  const builder = new TraceBuilder(new Uint8Array(0), 8)
  for (let id = 1; id <= 1000; id++) builder.span(id, builder.goroutine(id, id, -1, -1), GoState.waiting, 0, -1, -1)
  const timeline = createTimeline(builder.freeze(26, 2e13), [])
  const window = windowOf({ startNs: 1e13, endNs: 1e13 + 1, columns: 16_384 })
  if (!window) throw new Error('a zoom without a width')
  const expected = new Float64Array(16_384 * 5).map((_, i) => (i % 5 === GoState.waiting ? 1000 : 0))
  assert.deepEqual(meansOfAll(timeline, window), expected)
})

test('the minimap shows what runs among many that wait', () => {
  fc.assert(
    fc.property(stories(300), story => {
      const timeline = createTimeline(traceOf(story), [])
      const columns = 20
      const { shares } = buildMinimap(timeline, columns)
      const window = windowOf({ startNs: 0, endNs: timeline.trace.durationNs, columns })
      if (!window) throw new Error('a trace without a length')
      const means = meansOfAll(timeline, window)
      for (let c = 0; c < columns; c++) {
        const column = shares.subarray(c * PAINTS, (c + 1) * PAINTS)
        assert.ok(column.reduce((sum, share) => sum + share, 0) <= 255)
        for (let k = 0; k < 4; k++) assert.equal(column[k] > 0, means[c * 5 + k] > 0)
      }
    }),
    { seed: SEED, numRuns: 100 },
  )
})
