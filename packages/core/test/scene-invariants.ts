/** What is true of every scene, whatever trace, rows, stretch of time and width it was made of. */
import assert from 'node:assert/strict'
import { type CounterLine, type Layout, PAINTS, type Row, type Scene, type Timeline } from '../src/timeline/model.ts'

/** Float32 tells neighbours among 16,384 columns by about this. */
const ROUNDING = 0.002
const ALL_FLAGS = 15

/** Asserts it; `place` says in messages which scene it was. */
export function checkScene(timeline: Timeline, layout: Layout, scene: Scene, place: string): void {
  const { firstRow, rowCount, rows, columns } = scene
  const shown = Math.max(0, Math.min(rowCount, layout.rowCount - firstRow))
  assert.deepEqual(
    rows.map(row => row.key),
    Array.from({ length: shown }, (_, i) => layout.rowAt(firstRow + i).key),
    place,
  )
  const boxes = checkFirst(scene.boxFirst, rows.length, place)
  for (const column of ['boxX0', 'boxX1', 'boxPaint', 'boxFlags', 'boxReason', 'boxRef', 'boxLabel'] as const)
    assert.equal(scene[column].length, boxes, `${place}: ${column}`)
  const shares = checkFirst(scene.shareFirst, rows.length, place)
  assert.deepEqual(
    [scene.shareColumn.length, scene.shareFlags.length, scene.shares.length],
    [shares, shares, shares * PAINTS],
  )
  assert.equal(scene.tickX.length, checkFirst(scene.tickFirst, rows.length, place))
  rows.forEach((row, r) => {
    const name = `${place}, row ${row.key}`
    checkBoxes(timeline, scene, r, name)
    checkShares(scene, r, name)
    checkNothingTwice(scene, r, name)
    for (let i = scene.tickFirst[r]; i < scene.tickFirst[r + 1]; i++) {
      assert.ok(scene.tickX[i] >= 0 && scene.tickX[i] <= columns, `${name}: tick at ${scene.tickX[i]}`)
      assert.ok(i === scene.tickFirst[r] || scene.tickX[i] >= scene.tickX[i - 1], `${name}: ticks in order`)
    }
    if (row.kind === 'goroutine') checkTimeSpent(timeline, scene, r, name)
  })
  checkCounters(scene, place)
}

function checkFirst(first: Uint32Array, rows: number, place: string): number {
  assert.equal(first.length, rows + 1, place)
  assert.equal(first[0], 0, place)
  for (let r = 0; r < rows; r++) assert.ok(first[r] <= first[r + 1], `${place}: first ascends`)
  return first[rows]
}

function refsOf({ trace }: Timeline, { kind }: Row): number {
  if (kind === 'ranges') return trace.ranges.length
  if (kind === 'task' || kind === 'taskType') return trace.tasks.length
  return kind === 'regionType' ? trace.regions.length : trace.spans.length
}

function checkBoxes(timeline: Timeline, scene: Scene, r: number, name: string): void {
  const refs = refsOf(timeline, scene.rows[r])
  for (let i = scene.boxFirst[r]; i < scene.boxFirst[r + 1]; i++) {
    const [x0, x1] = [scene.boxX0[i], scene.boxX1[i]]
    assert.ok(x0 >= 0 && x0 < x1 && x1 <= scene.columns, `${name}: a box from ${x0} to ${x1}`)
    if (i > scene.boxFirst[r]) assert.ok(x0 >= scene.boxX1[i - 1] - ROUNDING, `${name}: boxes overlap at ${x0}`)
    assert.ok(scene.boxPaint[i] < PAINTS && scene.boxFlags[i] <= ALL_FLAGS, name)
    assert.ok(scene.boxReason[i] < timeline.trace.reasons.length, name)
    assert.ok(scene.boxRef[i] >= -1 && scene.boxRef[i] < refs, `${name}: a box shows row ${scene.boxRef[i]} of ${refs}`)
    assert.ok(scene.boxLabel[i] >= -1 && scene.boxLabel[i] < scene.labels.length, name)
  }
}

function checkShares(scene: Scene, r: number, name: string): void {
  for (let i = scene.shareFirst[r]; i < scene.shareFirst[r + 1]; i++) {
    const column = scene.shareColumn[i]
    assert.ok(column < scene.columns, name)
    if (i > scene.shareFirst[r]) assert.ok(column > scene.shareColumn[i - 1], `${name}: columns in order`)
    const sum = shareSum(scene.shares, i)
    assert.ok(sum > 0 && sum <= 255, `${name}: column ${column} is ${sum} of 255 full`)
    assert.ok(scene.shareFlags[i] <= ALL_FLAGS, name)
  }
}

function shareSum(shares: Uint8Array, at: number): number {
  return shares.subarray(at * PAINTS, (at + 1) * PAINTS).reduce((sum, share) => sum + share, 0)
}

/** Where a column is mixed, no box lies over it. */
function checkNothingTwice(scene: Scene, r: number, name: string): void {
  let box = scene.boxFirst[r]
  for (let i = scene.shareFirst[r]; i < scene.shareFirst[r + 1]; i++) {
    const column = scene.shareColumn[i]
    while (box < scene.boxFirst[r + 1] && scene.boxX1[box] <= column + ROUNDING) box++
    if (box < scene.boxFirst[r + 1])
      assert.ok(scene.boxX0[box] >= column + 1 - ROUNDING, `${name}: a box over mixed column ${column}`)
  }
}

/** A goroutine is in some state as long as it lives: what is drawn of it is as wide as that. */
function checkTimeSpent({ trace }: Timeline, scene: Scene, r: number, name: string): void {
  const g = scene.rows[r].subject
  const at = trace.spansOf.first[g]
  if (at === trace.spansOf.first[g + 1]) return
  const { startNs, endNs, columns } = scene
  const bornNs = trace.spans.startNs[trace.spansOf.row[at]]
  const diedNs = Number.isNaN(trace.goroutines.deathNs[g]) ? trace.durationNs : trace.goroutines.deathNs[g]
  const livedNs = Math.max(0, Math.min(endNs, diedNs) - Math.max(startNs, bornNs))
  let drawn = 0
  for (let i = scene.boxFirst[r]; i < scene.boxFirst[r + 1]; i++) drawn += scene.boxX1[i] - scene.boxX0[i]
  for (let i = scene.shareFirst[r]; i < scene.shareFirst[r + 1]; i++) drawn += shareSum(scene.shares, i) / 255
  const lived = (livedNs / (endNs - startNs)) * columns
  // Each mixed column is rounded by half of 1 / 255, or by one for each paint that hardly happened.
  const mixed = scene.shareFirst[r + 1] - scene.shareFirst[r]
  const slack = 0.05 + (mixed * PAINTS) / 255 + (scene.boxFirst[r + 1] - scene.boxFirst[r]) * ROUNDING
  assert.ok(Math.abs(drawn - lived) <= slack, `${name}: lived for ${lived} columns, drawn are ${drawn}`)
}

function checkCounters({ counters, rows, columns }: Scene, place: string): void {
  const isCounter = rows.flatMap((row, r) => (row.kind === 'counter' ? [r] : []))
  assert.deepEqual(
    counters.map(line => line.row),
    isCounter,
    `${place}: each counter row has its lines`,
  )
  for (const line of counters) {
    assert.ok(Number.isFinite(line.max) && line.max > 0, `${place}: ${line.kind} up to ${line.max}`)
    assert.ok(line.series.length > 0)
    for (const { name, paint, values } of line.series) {
      assert.ok(name !== '' && paint < PAINTS)
      assert.equal(values.length, columns, `${place}: ${line.kind}`)
    }
    for (let x = 0; x < columns; x++) checkHeight(line, x, place)
  }
}

function checkHeight({ kind, max, series, stacked }: CounterLine, x: number, place: string): void {
  const known = series.map(({ values }) => values[x]).filter(value => !Number.isNaN(value))
  const height = known.length === 0 ? 0 : stacked ? known.reduce((sum, value) => sum + value, 0) : Math.max(...known)
  assert.ok(
    known.every(value => value >= 0) && height <= max * 1.0001 + ROUNDING,
    `${place}: ${kind} is ${height} of ${max} high in column ${x}`,
  )
}
