/**
 * Scenes against the tables they were made of, column by column: whatever the trace, the zoom and the offset, what is
 * drawn of a row is the time that was spent there, and what is hit is what was drawn.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Layout,
  MARKED,
  PAINTS,
  Paint,
  type Row,
  type Scene,
  type Selection,
  STUCK,
  type Timeline,
} from '../src/timeline/model.ts'
import { buildScene, spanAt } from '../src/timeline/scene/scene.ts'
import { createTimeline } from '../src/timeline/timeline.ts'
import { GoState, procOf, spanEndNs, type Trace, threadOf } from '../src/trace/tables.ts'
import { PROCS, type Story, stories, THREADS, traceOf } from './made-up-trace.ts'

const SEED = 5

/** A stay of a row in a paint, as the tables have it. */
type Stay = { readonly startNs: number; readonly endNs: number; readonly paint: number; readonly span: number }

function row(kind: Row['kind'], subject: number): Row {
  return { key: `${kind}${subject}`, kind, subject, label: '', note: '', depth: 0, expanded: undefined, stuck: false }
}

function layoutOf(rows: readonly Row[]): Layout {
  return {
    rowCount: rows.length,
    tallRows: 0,
    rowAt: index => rows[index],
    indexOf: key => rows.findIndex(other => other.key === key),
    indexOfGoroutine: () => -1,
    kept: 0,
  }
}

/** All spans with their ends, by goroutine. */
function spansWithEnds({ trace, isGcWorker }: Timeline): Stay[] {
  const stays: Stay[] = []
  for (let g = 0; g < trace.goroutines.length; g++)
    for (let at = trace.spansOf.first[g]; at < trace.spansOf.first[g + 1]; at++) {
      const span = trace.spansOf.row[at]
      const state = trace.spans.stateReason[span] & 3
      const paint = state === GoState.running && isGcWorker[g] === 1 ? Paint.gc : state
      stays.push({ startNs: trace.spans.startNs[span], endNs: spanEndNs(trace, g, at), paint, span })
    }
  return stays.sort((a, b) => a.startNs - b.startNs || a.span - b.span)
}

function staysOf(timeline: Timeline, { kind, subject }: Row): Stay[] {
  const { spans } = timeline.trace
  const all = spansWithEnds(timeline)
  if (kind === 'goroutine') return all.filter(({ span }) => spans.goroutine[span] === subject)
  const placed = kind === 'proc' ? procOf : threadOf
  const there = all.filter(({ span }) => {
    const state = spans.stateReason[span] & 3
    return (state === GoState.running || state === GoState.syscall) && placed(spans.place[span]) === subject
  })
  return there.map((stay, i) => ({ ...stay, endNs: Math.min(stay.endNs, there[i + 1]?.startNs ?? stay.endNs) }))
}

type Zoom = { readonly startNs: number; readonly endNs: number; readonly columns: number }

function zooms(durationNs: number): fc.Arbitrary<Zoom> {
  const part = fc.double({ min: -0.2, max: 1.2, noNaN: true })
  return fc
    .record({ from: part, to: part, columns: fc.integer({ min: 1, max: 40 }), isWhole: fc.boolean() })
    .map(({ from, to, columns, isWhole }) => ({
      startNs: isWhole ? 0 : Math.min(from, to) * durationNs,
      endNs: isWhole ? durationNs : Math.max(from, to) * durationNs + 0.5,
      columns,
    }))
}

/** How much of each column each paint has. */
function drawnParts(scene: Scene, r: number): Float64Array[] {
  const parts = Array.from({ length: scene.columns }, () => new Float64Array(PAINTS))
  for (let i = scene.boxFirst[r]; i < scene.boxFirst[r + 1]; i++)
    for (let c = Math.floor(scene.boxX0[i]); c < scene.boxX1[i]; c++)
      parts[c][scene.boxPaint[i]] += Math.min(c + 1, scene.boxX1[i]) - Math.max(c, scene.boxX0[i])
  for (let i = scene.shareFirst[r]; i < scene.shareFirst[r + 1]; i++)
    for (let k = 0; k < PAINTS; k++) parts[scene.shareColumn[i]][k] += scene.shares[i * PAINTS + k] / 255
  return parts
}

function trueParts(stays: readonly Stay[], { startNs, endNs, columns }: Zoom): Float64Array[] {
  const nsPerColumn = (endNs - startNs) / columns
  return Array.from({ length: columns }, (_, c) => {
    const parts = new Float64Array(PAINTS)
    for (const stay of stays) parts[stay.paint] += overlapNs(stay, startNs + c * nsPerColumn, nsPerColumn) / nsPerColumn
    return parts
  })
}

function overlapNs({ startNs, endNs }: Stay, fromNs: number, lengthNs: number): number {
  return Math.max(0, Math.min(endNs, fromNs + lengthNs) - Math.max(startNs, fromNs))
}

/** A share is rounded to one of 255; what hardly happened is rounded up, and taken from the largest. */
const ROUNDED = 1.01 / 255
const ROUNDED_UP = 5 / 255

function assertParts(drawn: Float64Array[], expected: Float64Array[], name: string): void {
  for (const [c, parts] of expected.entries()) {
    const most = parts.indexOf(Math.max(...parts))
    for (let k = 0; k < PAINTS; k++)
      assert.ok(
        Math.abs(drawn[c][k] - parts[k]) <= (k === most ? ROUNDED_UP : ROUNDED),
        `${name}, column ${c}, paint ${k}: drawn ${drawn[c][k]}, spent ${parts[k]}`,
      )
  }
}

function stuckRows(trace: Trace, { isStuck }: Story): number[] {
  return Array.from({ length: trace.goroutines.length }, (_, g) => g).filter(g => isStuck[g])
}

const ROWS = [
  ...Array.from({ length: 5 }, (_, g) => row('goroutine', g)),
  ...Array.from({ length: PROCS }, (_, p) => row('proc', p)),
  ...Array.from({ length: THREADS }, (_, m) => row('thread', m)),
]

/** A timeline, a zoom and a selection of every so manieth span; 0: no selection. */
const worlds = stories(700).chain(story => {
  const trace = traceOf(story)
  const zoom = zooms(trace.durationNs)
  return fc.record({
    story: fc.constant(story),
    zoom,
    again: zoom,
    everyNth: fc.oneof(fc.nat(9), fc.constantFrom(60, 200)),
  })
})

function worldOf(story: Story, everyNth: number) {
  const trace = traceOf(story)
  const timeline = createTimeline(trace, stuckRows(trace, story))
  const rows = ROWS.filter(({ kind, subject }) => kind !== 'goroutine' || subject < trace.goroutines.length)
  const marks = Uint8Array.from({ length: trace.spans.length }, (_, span) => (span % everyNth === 0 ? 1 : 0))
  const selection: Selection | undefined = everyNth === 0 ? undefined : { keep: undefined, kept: 0, marks, marked: 1 }
  return { trace, timeline, rows, selection }
}

test('what is drawn of a goroutine, proc or thread is the time it spent, in each column and paint', () => {
  fc.assert(
    fc.property(worlds, ({ story, zoom, again, everyNth }) => {
      const { timeline, rows, selection } = worldOf(story, everyNth)
      for (const asked of [zoom, again]) {
        const scene = buildScene(timeline, layoutOf(rows), selection, { ...asked, firstRow: 0, rowCount: 99 })
        for (const [r, { key }] of rows.entries())
          assertParts(drawnParts(scene, r), trueParts(staysOf(timeline, rows[r]), asked), key)
      }
    }),
    { seed: SEED, numRuns: 300 },
  )
})

test('a box is what is found in its middle, with its state, reason and flags', () => {
  fc.assert(
    fc.property(worlds, ({ story, zoom, everyNth }) => {
      const { trace, timeline, rows, selection } = worldOf(story, everyNth)
      const scene = buildScene(timeline, layoutOf(rows), selection, { ...zoom, firstRow: 0, rowCount: 99 })
      const nsPerColumn = (zoom.endNs - zoom.startNs) / zoom.columns
      for (const [r, shown] of rows.entries())
        for (let i = scene.boxFirst[r]; i < scene.boxFirst[r + 1]; i++) {
          const ns = zoom.startNs + ((scene.boxX0[i] + scene.boxX1[i]) / 2) * nsPerColumn
          const span = scene.boxRef[i]
          assert.equal(spanAt(timeline, shown, ns), span, `${shown.key} at ${ns}`)
          assert.equal(scene.boxReason[i], trace.spans.stateReason[span] >> 2)
          const isMarked = selection?.marks?.[span] === 1
          assert.equal((scene.boxFlags[i] & MARKED) !== 0, isMarked)
          assert.equal((scene.boxFlags[i] & STUCK) !== 0, shown.kind === 'goroutine' && isStuckSpan(timeline, span))
        }
    }),
    { seed: SEED, numRuns: 200 },
  )
})

function isStuckSpan({ trace, stuck }: Timeline, span: number): boolean {
  const g = trace.spans.goroutine[span]
  const last = trace.spansOf.row[trace.spansOf.first[g + 1] - 1]
  return stuck[g] === 1 && span === last && (trace.spans.stateReason[span] & 3) === GoState.waiting
}

test('a column is marked, or stuck, where something in it is', () => {
  fc.assert(
    fc.property(worlds, ({ story, zoom, everyNth }) => {
      const { timeline, rows, selection } = worldOf(story, everyNth)
      // What is kept from another filter must not show through.
      const other = { keep: undefined, kept: 0, marks: new Uint8Array(timeline.trace.spans.length), marked: 0 }
      buildScene(timeline, layoutOf(rows), other, { ...zoom, firstRow: 0, rowCount: 99 })
      const scene = buildScene(timeline, layoutOf(rows), selection, { ...zoom, firstRow: 0, rowCount: 99 })
      const nsPerColumn = (zoom.endNs - zoom.startNs) / zoom.columns
      for (const [r, shown] of rows.entries()) {
        const stays = staysOf(timeline, shown)
        for (let i = scene.shareFirst[r]; i < scene.shareFirst[r + 1]; i++) {
          const fromNs = zoom.startNs + scene.shareColumn[i] * nsPerColumn
          const inColumn = stays.filter(stay => overlapNs(stay, fromNs, nsPerColumn) > 1e-6 * nsPerColumn)
          const isMarked = inColumn.some(({ span }) => selection?.marks?.[span] === 1)
          const isStuck = shown.kind === 'goroutine' && inColumn.some(({ span }) => isStuckSpan(timeline, span))
          const place = `${shown.key}, column ${scene.shareColumn[i]}`
          assert.equal((scene.shareFlags[i] & MARKED) !== 0, isMarked, `${place} is marked`)
          assert.equal((scene.shareFlags[i] & STUCK) !== 0, isStuck, `${place} is stuck`)
        }
      }
    }),
    { seed: SEED, numRuns: 200 },
  )
})
