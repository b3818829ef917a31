/** The row that keys mean: where it goes, what it opens and selects, and what it leaves to others. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Row } from '@unhang/core'
import type { DetailWithPlaces } from '../src/protocol.ts'
import { Camera } from '../src/timeline/camera.ts'
import type { Stage } from '../src/timeline/deeds.ts'
import { RowCursor } from '../src/timeline/row-cursor.ts'
import { rowOf } from './timeline-scene.ts'

/** Two counters, a heading, a group that is open with two goroutines, and many more of them. */
const ROWS: readonly Row[] = [
  rowOf({ key: 'heap', kind: 'counter' }),
  rowOf({ key: 'goroutines', kind: 'counter' }),
  rowOf({ key: 'procs', kind: 'heading', expanded: false }),
  rowOf({ key: 'f:main.worker', kind: 'group', expanded: true }),
  ...Array.from({ length: 96 }, (_, i) => rowOf({ key: `g${i}`, label: `${i}` })),
]
/** Goroutine 0 is not there before the middle. */
const SPANS = new Map<number, (timeNs: number) => number>([
  [4, (timeNs: number) => (timeNs < 500 ? -1 : 40)],
  [5, (timeNs: number) => (timeNs < 500 ? 50 : 51)],
])

function setUp() {
  const calls: string[] = []
  const camera = new Camera(() => {})
  camera.reset({ durationNs: 1000, rowCount: ROWS.length, tallRows: 2, seenUnits: 20 })
  const stage = {
    trace: 0,
    range: undefined,
    camera,
    rowAt: (row: number) => ROWS[row],
    move: (view: Parameters<Camera['move']>[0]) => camera.move(view, false, 0),
    ask: async (name: string, ask: { row: number; timeNs: number; keys: string[] }) =>
      name === 'rowsOf' ? ask.keys.map(key => (key === 'procs' ? 7 : -1)) : (SPANS.get(ask.row)?.(ask.timeNs) ?? -1),
    events: {
      onToggle: (key: string) => calls.push(`toggle ${key}`),
      onSelect: (span: number) => calls.push(`select ${span}`),
    },
  }
  const cursor = new RowCursor(stage as unknown as Stage)
  return { cursor, camera, calls, settle: () => new Promise(resolve => setImmediate(resolve)) }
}

const selectedAt = (row: number) => ({ place: { row } }) as unknown as DetailWithPlaces

test('up and down go from row to row and scroll no further than they must', () => {
  const { cursor, camera } = setUp()
  cursor.run('down', undefined)
  assert.deepEqual([cursor.row, camera.target.top], [0, 0])
  for (let i = 0; i < 17; i++) cursor.run('down', undefined)
  assert.deepEqual([cursor.row, camera.target.top], [17, 0], 'the last that is seen')
  cursor.run('down', undefined)
  assert.deepEqual([cursor.row, camera.target.top], [18, 1])
  for (let i = 0; i < 30; i++) cursor.run('up', undefined)
  assert.deepEqual([cursor.row, camera.target.top], [0, 0])
})

test('it begins at the selection, or where one looks', () => {
  const { cursor, camera } = setUp()
  cursor.run('down', selectedAt(6))
  assert.equal(cursor.row, 7)
  camera.move({ ...camera.target, top: 50.5 }, false, 0)
  cursor.run('down', undefined)
  assert.equal(cursor.row, 49, 'the first that is seen whole: it had been left behind')
  cursor.goTo(60)
  assert.equal(cursor.row, 60, 'a jump takes it along')
})

test('Enter and o open what opens; Enter selects the last span of a goroutine', async () => {
  const { cursor, calls, settle } = setUp()
  for (let i = 0; i < 3; i++) cursor.run('down', undefined)
  assert.equal(cursor.run('followWaker', undefined), true)
  assert.equal(cursor.run('toggleRow', undefined), true)
  for (let i = 0; i < 3; i++) cursor.run('down', undefined)
  assert.equal(cursor.run('toggleRow', undefined), undefined, 'a goroutine does not open')
  assert.equal(cursor.run('followWaker', undefined), true)
  await settle()
  assert.deepEqual(calls, ['toggle procs', 'toggle procs', 'select 51'])
  assert.equal(cursor.run('followWaker', selectedAt(5)), undefined, 'in its own row Enter follows the waker')
  cursor.isMeant = false
  assert.equal(cursor.run('followWaker', undefined), undefined, 'the pointer has been moved since')
})

test('a bracket without a selection takes the first goroutine that is seen, or the marked one', async () => {
  const { cursor, calls, settle } = setUp()
  assert.equal(cursor.run('nextSpan', undefined), true)
  await settle()
  assert.deepEqual(calls, ['select 40'], 'it was not there at the begin')
  for (let i = 0; i < 6; i++) cursor.run('down', undefined)
  cursor.run('nextSpan', selectedAt(4))
  await settle()
  cursor.run('previousSpan', selectedAt(4))
  await settle()
  assert.deepEqual(calls.slice(1), ['select 50', 'select 51'])
  assert.equal(cursor.run('nextSpan', selectedAt(5)), undefined, 'from a selection the page steps')
})

test('it stays on its row when others come or go, and goes with it', async () => {
  const { cursor } = setUp()
  for (let i = 0; i < 3; i++) cursor.run('down', undefined)
  await cursor.follow()
  assert.equal(cursor.row, 7)
  cursor.run('down', undefined)
  await cursor.follow()
  assert.equal(cursor.row, -1)
  cursor.run('down', undefined)
  assert.equal(cursor.run('clear', selectedAt(5)), undefined, 'the selection goes first')
  assert.equal(cursor.run('clear', undefined), true)
  assert.equal(cursor.row, -1)
})
