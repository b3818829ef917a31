/**
 * Every trace in `testdata` has a timeline: all rows open, at every zoom, filtered and not, nothing throws, and what
 * `layout-invariants.ts` and `scene-invariants.ts` say is true.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { FormatError } from '../src/base/errors.ts'
import { describeAt } from '../src/timeline/detail/describe.ts'
import { spanDetail } from '../src/timeline/detail/detail.ts'
import { rangeSums } from '../src/timeline/detail/sums.ts'
import { type Layout, MAX_COLUMNS, PAINTS, type SceneRequest, type Timeline } from '../src/timeline/model.ts'
import { layoutRows } from '../src/timeline/rows/rows.ts'
import { buildMinimap } from '../src/timeline/scene/minimap.ts'
import { buildScene } from '../src/timeline/scene/scene.ts'
import { spanAt } from '../src/timeline/scene/span-at.ts'
import { createTimeline } from '../src/timeline/timeline.ts'
import { type Track, trackEndNs, tracksOf } from '../src/timeline/tracks.ts'
import { readTrace } from '../src/trace/read.ts'
import { GoState, lastSpanOf, spanEndNs, type Trace } from '../src/trace/tables.ts'
import { readFixture } from '../src/trace/text.ts'
import { checkLayout } from './layout-invariants.ts'
import { DAMAGES, damaged } from './mutate.ts'
import { openTrace } from './open-trace.ts'
import { ROOT } from './oracle.ts'
import { checkScene } from './scene-invariants.ts'

/** Draws damages anew and fifty times as often; else the same ones each time, so that a red test is the change's own fault. */
const DEEP = process.env.UNHANG_DEEP === '1'

function traces(): { name: string; bytes: Uint8Array }[] {
  return ['captures', 'traces', 'text'].flatMap(folder => {
    const path = join(ROOT, 'testdata', folder)
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()
    return names.flatMap(name => {
      const isText = folder === 'text' && name.endsWith('.test')
      if (!isText && !name.endsWith('.trace')) return []
      const file = readFileSync(join(path, name))
      return [{ name: `${folder}/${name}`, bytes: isText ? readFixture(file.toString()).trace : new Uint8Array(file) }]
    })
  })
}

/** Whoever waits until the end, every other one: findings say less, but a scene must bear it. */
function someStuck(trace: Trace): number[] {
  const rows: number[] = []
  for (let g = 0; g < trace.goroutines.length; g += 2) {
    const span = lastSpanOf(trace, g)
    if (span >= 0 && (trace.spans.stateReason[span] & 3) === GoState.waiting) rows.push(g)
  }
  return rows
}

/** All keys there are: what opens may hold what opens. */
function allKeys(timeline: Timeline): Set<string> {
  const keys = new Set(['procs', 'threads', 'tasks', 'regions'])
  const layout = layoutRows(timeline, { selection: undefined, expanded: keys })
  for (let i = 0; i < layout.rowCount; i++) if (layout.rowAt(i).expanded !== undefined) keys.add(layout.rowAt(i).key)
  return keys
}

/** From the whole trace to a few nanoseconds, and beyond its ends. */
function windowsOf(durationNs: number): { startNs: number; endNs: number }[] {
  const middle = durationNs / 2
  const inside = [1, 0.3, 0.01, 1e-4].map(part => middle * part)
  return [
    ...inside.map(half => ({ startNs: middle - half, endNs: middle + half })),
    { startNs: middle - 5, endNs: middle + 5 },
    { startNs: 0, endNs: 1000 },
    { startNs: -durationNs, endNs: 2 * durationNs },
    { startNs: durationNs * 0.9, endNs: durationNs * 1.1 },
    { startNs: durationNs + 10, endNs: durationNs + 20 },
  ].filter(({ startNs, endNs }) => endNs > startNs)
}

for (const { name, bytes } of traces()) {
  const trace = openTrace(bytes)
  const timeline = createTimeline(trace, someStuck(trace))
  const expanded = allKeys(timeline)
  const keep = Uint8Array.from({ length: trace.goroutines.length }, (_, g) => (g % 3 === 1 ? 0 : 1))
  const marks = Uint8Array.from({ length: trace.spans.length }, (_, span) => (span % 5 === 0 ? 1 : 0))
  const selection = { keep, kept: keep.filter(kept => kept === 1).length, marks, marked: Math.ceil(marks.length / 5) }
  const all = layoutRows(timeline, { selection: undefined, expanded })
  const kept = layoutRows(timeline, { selection, expanded })
  const closed = layoutRows(timeline, { selection: undefined, expanded: new Set() })

  test(`${name}: rows`, () => {
    checkLayout(timeline, all, undefined, expanded)
    checkLayout(timeline, kept, keep, expanded)
    checkLayout(timeline, closed, undefined, new Set())
  })

  test(`${name}: scenes`, () => {
    for (const { startNs, endNs } of windowsOf(trace.durationNs))
      for (const columns of [1, 7, 800]) {
        const request = { startNs, endNs, columns, firstRow: 0, rowCount: 10_000 }
        const place = `${startNs} to ${endNs} in ${columns} columns`
        checkScene(timeline, all, buildScene(timeline, all, undefined, request), place)
        checkScene(timeline, kept, buildScene(timeline, kept, selection, request), `${place}, filtered`)
        checkScene(timeline, closed, buildScene(timeline, closed, undefined, request), `${place}, closed`)
      }
    const wide = { startNs: 0, endNs: trace.durationNs, columns: MAX_COLUMNS, firstRow: 3, rowCount: 20 }
    if (trace.durationNs > 0) checkScene(timeline, all, buildScene(timeline, all, undefined, wide), 'wide')
  })

  test(`${name}: a scene is a function of what it is asked for`, () => {
    const request: SceneRequest = { startNs: 0, endNs: trace.durationNs, columns: 300, firstRow: 0, rowCount: 10_000 }
    const fresh = createTimeline(trace, someStuck(trace))
    const again = layoutRows(fresh, { selection: undefined, expanded })
    assert.deepEqual(buildScene(fresh, again, undefined, request), buildScene(timeline, all, undefined, request))
    checkSplit(timeline, all, request)
  })

  test(`${name}: what is under the pointer`, () => checkUnderPointer(timeline, all))

  test(`${name}: nobody is on a proc or thread longer than in the state`, () => {
    const { procs, threads } = tracksOf(timeline)
    for (const track of [procs, threads]) checkTrack(trace, track)
  })

  test(`${name}: minimap and sums`, () => {
    for (const columns of [1, 300, 4000]) {
      const map = buildMinimap(timeline, columns)
      assert.deepEqual([map.columns, map.shares.length], [columns, columns * PAINTS])
      for (let x = 0; x < columns; x++) {
        const sum = map.shares.subarray(x * PAINTS, (x + 1) * PAINTS).reduce((a, b) => a + b, 0)
        assert.ok(sum <= 255, `column ${x} is ${sum} of 255 full`)
      }
    }
    const whole = rangeSums(timeline, undefined, 0, trace.durationNs)
    const half = rangeSums(timeline, undefined, 0, trace.durationNs / 2)
    const rest = rangeSums(timeline, undefined, trace.durationNs / 2, trace.durationNs)
    whole.stateNs.forEach((ns, state) => {
      assert.ok(Math.abs(ns - half.stateNs[state] - rest.stateNs[state]) < 1, `state ${state} adds up`)
    })
  })
}

test('whatever is done to the bytes of a trace: what still opens has a timeline', () => {
  const seeds = traces().flatMap(({ bytes }) => (bytes.length < 20_000 ? [bytes] : []))
  const index = fc.nat(seeds.length - 1)
  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const kind = fc.constantFrom(...(Object.keys(DAMAGES) as (keyof typeof DAMAGES)[]))
  const damages = fc.array(fc.record({ kind, a: place, b: place, n: fc.nat(1000) }), { minLength: 1, maxLength: 4 })
  const property = fc.property(index, index, damages, (i, j, list) => {
    const trace = openIfPossible(list.reduce((bytes, damage) => damaged(bytes, damage, seeds[j]), seeds[i]))
    if (!trace) return
    const timeline = createTimeline(trace, someStuck(trace))
    const expanded = allKeys(timeline)
    const layout = layoutRows(timeline, { selection: undefined, expanded })
    checkLayout(timeline, layout, undefined, expanded)
    for (const { startNs, endNs } of windowsOf(trace.durationNs)) {
      const request = { startNs, endNs, columns: 60, firstRow: 0, rowCount: 10_000 }
      checkScene(timeline, layout, buildScene(timeline, layout, undefined, request), `${startNs} to ${endNs}`)
    }
    checkUnderPointer(timeline, layout)
  })
  fc.assert(property, DEEP ? { numRuns: 10_000 } : { numRuns: 200, seed: 1122 })
})

function openIfPossible(bytes: Uint8Array): Trace | undefined {
  try {
    return readTrace(bytes)
  } catch (error) {
    if (error instanceof FormatError) return undefined
    throw error
  }
}

/** Rows asked for in two pieces are those asked for at once. */
function checkSplit(timeline: Timeline, layout: Layout, request: SceneRequest): void {
  const whole = buildScene(timeline, layout, undefined, request)
  const cut = layout.rowCount >> 1
  const below = buildScene(timeline, layout, undefined, { ...request, firstRow: cut })
  assert.deepEqual(below.rows, whole.rows.slice(cut))
  const boxes = whole.boxFirst[cut]
  assert.deepEqual(below.boxX0, whole.boxX0.slice(boxes))
  assert.deepEqual(below.boxRef, whole.boxRef.slice(boxes))
  assert.deepEqual(below.shares, whole.shares.slice(whole.shareFirst[cut] * PAINTS))
}

/** The span that a row shows holds the moment, and can be told of; every row can be described anywhere. */
function checkUnderPointer(timeline: Timeline, layout: Layout): void {
  const { trace } = timeline
  const nsPerColumn = trace.durationNs / 100
  const times = [-1, 0, 0.123, 0.5, 0.77, 1, 1.1].map(part => part * trace.durationNs)
  for (let i = 0; i < layout.rowCount; i++) {
    const row = layout.rowAt(i)
    for (const timeNs of times) {
      const lines = describeAt(timeline, row, timeNs, nsPerColumn)
      assert.ok(
        lines.every(line => typeof line === 'string' && line.length < 5000),
        row.key,
      )
      const span = spanAt(timeline, row, timeNs)
      if (span < 0) continue
      assert.ok(holds(trace, span, timeNs), `${row.key} at ${timeNs} shows span ${span}`)
      if (row.kind === 'goroutine') assert.equal(trace.spans.goroutine[span], row.subject)
      assert.equal(spanDetail(timeline, span)?.span, span)
    }
  }
}

function checkTrack(trace: Trace, track: Track): void {
  for (let of = 0; of + 1 < track.first.length; of++)
    for (let at = track.first[of]; at < track.first[of + 1]; at++) {
      const span = track.row[at]
      const endNs = trackEndNs(trace, track, of, at)
      assert.ok(trace.spans.startNs[span] <= endNs && holds(trace, span, endNs), `span ${span} is there until ${endNs}`)
      if (at > track.first[of]) assert.ok(trackEndNs(trace, track, of, at - 1) <= trace.spans.startNs[span])
    }
}

function holds(trace: Trace, span: number, timeNs: number): boolean {
  const at = trace.spansOf.row.indexOf(span, trace.spansOf.first[trace.spans.goroutine[span]])
  return trace.spans.startNs[span] <= timeNs && timeNs <= spanEndNs(trace, trace.spans.goroutine[span], at)
}
