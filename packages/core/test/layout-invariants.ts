/** What is true of every layout, whatever trace, filter and open rows it was made of. */
import assert from 'node:assert/strict'
import type { Layout, Row, Timeline } from '../src/timeline/model.ts'

/** Asserts it, and returns the rows. */
export function checkLayout(
  timeline: Timeline,
  layout: Layout,
  keep: Uint8Array | undefined,
  expanded: ReadonlySet<string>,
): Row[] {
  const rows = Array.from({ length: layout.rowCount }, (_, i) => layout.rowAt(i))
  rows.forEach((row, i) => {
    assert.equal(layout.indexOf(row.key), i, `row ${i} is called ${row.key}`)
    assert.equal(row.kind === 'counter', i < layout.tallRows, 'the tall rows are the counters')
    assert.ok(row.label.length > 0 && row.label.length <= 200 && row.note.length <= 200)
    if (row.expanded !== undefined) assert.equal(row.expanded, expanded.has(row.key), row.key)
    // Nothing stands below what is not open, and no deeper than one step.
    const parent = rows[i - 1]
    if (row.depth > (parent?.depth ?? 0)) {
      assert.equal(row.depth, parent.depth + 1)
      assert.equal(parent.expanded, true)
    }
  })
  assert.throws(() => layout.rowAt(layout.rowCount), RangeError)
  assert.throws(() => layout.rowAt(-1), RangeError)
  checkGoroutines(timeline, layout, rows, keep)
  checkStuckOnTop(timeline, rows)
  return rows
}

function checkGoroutines(timeline: Timeline, layout: Layout, rows: readonly Row[], keep: Uint8Array | undefined): void {
  const { groups, stuck, trace } = timeline
  const alone = new Set<number>()
  const closed = new Set<number>()
  let kept = 0
  for (let g = 0; g < trace.goroutines.length; g++) {
    const index = layout.indexOfGoroutine(g)
    if (keep && keep[g] !== 1) {
      assert.equal(index, -1, `goroutine row ${g} is filtered out`)
      continue
    }
    kept++
    const row = rows[index]
    if (row.kind === 'goroutine') {
      assert.equal(row.subject, g)
      assert.equal(row.stuck, stuck[g] === 1)
      alone.add(index)
    } else {
      assert.deepEqual([row.kind, row.subject, row.expanded], ['group', groups.groupOf[g], false])
      closed.add(index)
    }
    const group = layout.indexOf(`f:${trace.strings.text(groups.entry[groups.groupOf[g]])}`)
    assert.ok(group === index || (group >= 0 && group < index), 'a goroutine stands in or below its group')
  }
  assert.equal(layout.kept, kept)
  assert.equal(layout.indexOfGoroutine(-1), -1)
  assert.equal(layout.indexOfGoroutine(trace.goroutines.length), -1)
  // No row of a goroutine that is not there, no group without a goroutine.
  assert.equal(rows.filter(row => row.kind === 'goroutine').length, alone.size)
  assert.equal(rows.filter(row => row.kind === 'group' && row.expanded === false).length, closed.size)
}

function checkStuckOnTop({ groups }: Timeline, rows: readonly Row[]): void {
  const isOfStuckGroup = ({ kind, subject }: Row) =>
    groups.stuckCount[kind === 'group' ? subject : groups.groupOf[subject]] > 0
  const tops = rows.filter(({ kind, depth }) => (kind === 'group' || kind === 'goroutine') && depth === 0)
  for (let i = 1; i < tops.length; i++)
    assert.ok(isOfStuckGroup(tops[i - 1]) || !isOfStuckGroup(tops[i]), 'groups with stuck goroutines come first')
  for (let i = 1; i < rows.length; i++) {
    const [before, row] = [rows[i - 1], rows[i]]
    if (row.kind === 'goroutine' && row.depth === 1 && before.depth === 1)
      assert.ok(before.stuck || !row.stuck, 'in a group the stuck come first')
  }
}
