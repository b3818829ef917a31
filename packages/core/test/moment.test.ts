/** A moment of a trace as a dump: who lives then, in which state, where, since when. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { momentOf } from '../src/analysis/scene/moment.ts'
import { dumpDiff } from '../src/dump/diff-report.ts'
import { readDump } from '../src/dump/read.ts'
import { dumpReport } from '../src/dump/report.ts'
import { openTrace } from './open-trace.ts'
import { TICK_NS, timelineFromText } from './timeline.ts'

const LOCK = ['sync.(*Mutex).Lock sync/mutex.go:90', 'main.handle main.go:26', 'main.main main.go:9']
const READ = ['syscall.Read syscall/a.go:1', 'main.load main.go:40']
const LEGEND = { L: { reason: 'sync', stack: LOCK }, S: { syscall: true, stack: READ }, N: { reason: '' } }

const TRACE = timelineFromText(
  `
    G1 main.main     RLLLLLLL
    G2 main.late     ..RLLLLL
    G3 main.gone     RRS..
    G4 runtime.bgsweep LLLLLLLL
    G5 main.old      NNNNNNNN
  `,
  LEGEND,
)

const shown = (timeNs?: number) => {
  const { dump, sinceNs, system } = momentOf(TRACE, timeNs)
  const { id, reason, stack } = dump.rows
  const rows = Array.from(id, (one, row) => {
    const top = stack[row] < 0 ? -1 : dump.stacks.frame[dump.stacks.first[stack[row]]]
    const name = top < 0 ? '' : dump.strings.text(dump.frames.function[top])
    return [one, dump.strings.text(reason[row]), name, sinceNs[row] / TICK_NS]
  })
  return { rows, system, total: dump.total }
}

test('at the end: those that live, without the runtime', () => {
  assert.deepEqual(shown(), {
    rows: [
      [1, 'sync.Mutex.Lock', 'sync.(*Mutex).Lock', 1],
      [2, 'sync.Mutex.Lock', 'sync.(*Mutex).Lock', 3],
      [5, 'waiting', '', 0],
    ],
    system: 1,
    total: 3,
  })
})

test('at a time: neither those to come nor those that are gone, each in the state that it was in then', () => {
  assert.deepEqual(shown(2.5 * TICK_NS).rows, [
    [1, 'sync.Mutex.Lock', 'sync.(*Mutex).Lock', 1],
    [2, 'running', '', 2],
    [3, 'syscall', 'syscall.Read', 2],
    [5, 'waiting', '', 0],
  ])
  assert.deepEqual(shown(0).rows.map(([id, reason]) => [id, reason]), [[1, 'running'], [3, 'running'], [5, 'waiting']]) // biome-ignore format: one line
  assert.deepEqual(
    shown(3 * TICK_NS).rows.map(([id]) => id),
    [1, 2, 5],
    'at its death a goroutine is no more',
  )
  assert.deepEqual(shown(-1).rows, [])
})

test('whole minutes are in it, as in the header of a dump', () => {
  const { dump } = momentOf(TRACE, 125e9)
  assert.deepEqual([...dump.rows.minutes], [2, 2, 2])
  assert.deepEqual([...momentOf(TRACE).dump.rows.minutes], [-1, -1, -1])
})

test('two moments compare as two dumps do', () => {
  const at = (ticks: number) => ({ name: `${ticks}`, dumps: [momentOf(TRACE, ticks * TICK_NS).dump] })
  const report = dumpDiff(at(2.5), at(7), {})
  assert.deepEqual([report.by, report.moves], ['ids', { appeared: 0, vanished: 1, moved: 1, still: 2 }])
  const lock = report.groups.find(({ reason }) => reason === 'sync.Mutex.Lock')
  assert.deepEqual(lock?.ids, { arrived: [2], still: [1] })
  assert.deepEqual(dumpDiff(at(0), at(7), {}).summary, [
    '1 goroutine appeared in main.handle (sync.Mutex.Lock), 1 moved there, none vanished: a hang?',
  ])
})

const CAPTURE = fileURLToPath(new URL('../../../testdata/captures/go1.26.8/server-caught/', import.meta.url))

test('the end of a real trace and the dump after it show the same ten at the same line', () => {
  const trace = openTrace(new Uint8Array(readFileSync(`${CAPTURE}server.trace`)))
  const dump = readDump(new Uint8Array(readFileSync(`${CAPTURE}goroutines.debug2.txt`)))
  const ten = (report: ReturnType<typeof dumpReport>) => {
    const group = report.groups.find(({ site }) => site?.function.endsWith('AcquireLock'))
    return { ids: group?.goroutines, reason: group?.reason, line: group?.site?.line, by: group?.createdBy?.function }
  }
  const moment = ten(dumpReport([momentOf(trace).dump]))
  assert.equal(moment.ids?.length, 10)
  assert.deepEqual(moment, ten(dumpReport([dump])))
})
