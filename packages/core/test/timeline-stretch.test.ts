/** Bars that are no spans: which stretch of time a point of them means. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stretchAt } from '../src/timeline/detail/stretch-at.ts'
import type { Row, RowKind } from '../src/timeline/model.ts'
import { createTimeline } from '../src/timeline/timeline.ts'
import { TraceBuilder } from '../src/trace/build.ts'
import { RangeKind } from '../src/trace/tables.ts'

const row = (kind: RowKind, subject: number): Row => ({
  key: '',
  kind,
  subject,
  label: '',
  note: '',
  depth: 0,
  expanded: undefined,
  stuck: false,
})

test('a pause, a task, a region: from its begin to its end; several within a pixel are one', () => {
  const builder = new TraceBuilder(new Uint8Array(0), 64)
  const name = (text: string) => builder.strings.internText(text)
  const g = builder.goroutine(5, Number.NaN, -1, -1)
  builder.endRange(20_000, builder.rangeBegin(10_000, RangeKind.gcMark, name('mark'), g, -1, -1))
  for (const ns of [500_000, 501_000, 502_000])
    builder.endRange(ns + 500, builder.rangeBegin(ns, RangeKind.stopTheWorld, name('stop'), -1, -1, -1))
  builder.taskBegin(100_000, 1, 0, name('order'), g, -1)
  builder.taskBegin(200_000, 2, 1, name('order'), g, -1)
  builder.taskEnded(400_000, 2)
  builder.endRegion(300_000, builder.regionBegin(210_000, 2, name('GET'), g, -1))
  const trace = builder.freeze(26, 1_000_000)
  const timeline = createTimeline(trace, [])
  const at = (kind: RowKind, subject: number, timeNs: number, nsPerColumn = 100) => {
    const found = stretchAt(timeline, row(kind, subject), timeNs, nsPerColumn)
    return found && [found.startNs, found.endNs]
  }
  assert.deepEqual(at('ranges', RangeKind.gcMark, 12_000), [10_000, 20_000])
  assert.deepEqual(at('ranges', RangeKind.gcMark, 20_150), [10_000, 20_000], 'a little beside it')
  assert.equal(at('ranges', RangeKind.gcMark, 20_300), undefined)
  assert.equal(at('ranges', RangeKind.markAssist, 12_000), undefined)
  assert.deepEqual(at('ranges', RangeKind.stopTheWorld, 501_200), [501_000, 501_500])
  assert.deepEqual(at('ranges', RangeKind.stopTheWorld, 501_200, 10_000), [500_000, 502_500])
  assert.deepEqual(at('taskType', trace.tasks.type[0], 250_000), [200_000, 400_000], 'the innermost')
  assert.deepEqual(at('taskType', trace.tasks.type[0], 900_000), [100_000, 1_000_000], 'to the end where none was seen')
  assert.deepEqual(at('task', 0, 250_000), [100_000, 1_000_000])
  assert.deepEqual(at('regionType', trace.regions.type[0], 250_000), [210_000, 300_000])
  assert.equal(at('goroutine', g, 250_000), undefined)
})
