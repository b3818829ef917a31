/** What two dumps differ in: by ids where both have them, else by counts; and never more said than is known. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type DumpDiffReport, dumpDiff } from '../src/dump/diff-report.ts'
import { readDump } from '../src/dump/read.ts'
import type { ReportOptions } from '../src/dump/report.ts'

type One = { readonly id: number; readonly fn: string; readonly reason?: string; readonly by?: string }

const textOf = (all: readonly One[]) =>
  all
    .map(({ id, fn, reason = 'chan send', by = 'main.main' }) => `goroutine ${id} [${reason}]:\n${fn}(0x${id})\n\t/src/a.go:10 +0x1\ncreated by ${by}\n\t/src/b.go:7 +0x1\n\n`) // biome-ignore format: one line
    .join('')
const many = (fn: string, from: number, to: number, reason?: string): One[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ id: from + i, fn, ...(reason && { reason }) }))
const dump = (text: string) => readDump(new TextEncoder().encode(text))
const diff = (before: string, after: string, options: ReportOptions = {}) =>
  dumpDiff({ name: 'a', dumps: [dump(before)] }, { name: 'b', dumps: [dump(after)] }, options)
const of = (before: readonly One[], after: readonly One[], options: ReportOptions = {}) =>
  diff(textOf(before), textOf(after), options)
const row = (report: DumpDiffReport, fn: string) => report.groups.find(({ site }) => site?.function === fn)

test('appeared, vanished, moved and still there, by id', () => {
  const report = of(
    [{ id: 1, fn: 'main.a' }, { id: 2, fn: 'main.b' }, { id: 3, fn: 'main.c' }, { id: 4, fn: 'main.b' }],
    [{ id: 1, fn: 'main.a' }, { id: 3, fn: 'main.b' }, { id: 4, fn: 'main.b' }, { id: 5, fn: 'main.a' }],
  ) // biome-ignore format: one line each
  assert.deepEqual([report.schema, report.by], ['unhang.dumpdiff/1', 'ids'])
  assert.deepEqual(report.moves, { appeared: 1, vanished: 1, moved: 1, still: 2 })
  assert.deepEqual(row(report, 'main.b')?.moves, { appeared: 0, vanished: 1, still: 1, arrived: 1, left: 0 })
  assert.deepEqual(row(report, 'main.b')?.ids, { vanished: [2], arrived: [3], still: [4] })
  assert.deepEqual(row(report, 'main.a')?.ids, { appeared: [5], still: [1] })
  assert.deepEqual(row(report, 'main.c')?.moves, { appeared: 0, vanished: 0, still: 0, arrived: 0, left: 1 })
  assert.deepEqual(report.groups.map(({ site, before, after }) => [site?.function, before, after]), [['main.a', 1, 2], ['main.c', 1, 0], ['main.b', 2, 2]]) // biome-ignore format: one line
})

test('another reason is another place', () => {
  const report = of([{ id: 1, fn: 'main.a', reason: 'running' }], [{ id: 1, fn: 'main.a' }])
  assert.deepEqual(report.moves, { appeared: 0, vanished: 0, moved: 1, still: 0 })
})

test('growth that nobody leaves is asked to be a leak, in numbers', () => {
  const report = of(many('main.query.func1', 1, 5), many('main.query.func1', 1, 38))
  assert.deepEqual(report.summary, ['33 goroutines appeared in main.query.func1 (chan send), none vanished: a leak?'])
})

test('growth with coming and going is told without asking', () => {
  const report = of(many('main.work', 1, 10), [...many('main.work', 6, 10), ...many('main.work', 20, 29)])
  assert.deepEqual(report.summary, ['10 goroutines appeared in main.work (chan send), 5 vanished'])
})

test('one more goroutine is no sentence', () => {
  assert.deepEqual(of([{ id: 1, fn: 'main.a' }], many('main.a', 1, 2)).summary, [])
})

test('who stands at a lock in both is asked to hang; who waits for work is not', () => {
  const lock = (from: number, to: number) => many('example.com/shop/db.(*Pool).Get', from, to, 'sync.Mutex.Lock')
  assert.deepEqual(of([...lock(1, 10), ...many('main.idle', 20, 90)], [...lock(1, 10), ...many('main.idle', 20, 90)]).summary, ['10 goroutines stand in db.(*Pool).Get (sync.Mutex.Lock) in both dumps: a hang?', 'no goroutine appeared, vanished or moved']) // biome-ignore format: one line
  // Before Go 1.20 the reason was one for all semaphores: the frames tell.
  const old = 'goroutine 7 [semacquire]:\nsync.(*Mutex).Lock(0x1)\n\t/go/src/sync/mutex.go:1 +0x1\nmain.get()\n\t/a.go:2 +0x1\n\n' // biome-ignore format: one line
  assert.match(diff(old, old).summary[0], /^1 goroutine stands in main\.get \(semacquire\) in both dumps: a hang\?/)
})

test('a new crowd at a lock is a question about a hang', () => {
  const report = of([{ id: 1, fn: 'main.a' }], [{ id: 1, fn: 'main.a' }, ...many('main.get', 2, 10, 'sync.RWMutex.RLock')]) // biome-ignore format: one line
  assert.match(
    report.summary[0],
    /9 goroutines appeared in main\.get \(sync\.RWMutex\.RLock\), none vanished: a hang\?/,
  )
})

test('minutes that shrink tell that the dumps may be the wrong way round', () => {
  const at = (minutes: number) => many('main.a', 1, 3, `select, ${minutes} minutes`)
  assert.match(of(at(9), at(4)).summary[0], /^3 goroutines have waited longer in the first dump than in the second/)
  assert.deepEqual(of(at(4), at(9)).summary, ['no goroutine appeared, vanished or moved'])
})

test('ids of another process are not matched', () => {
  const before = many('main.a', 1, 8).map(one => ({ ...one, by: 'main.first' }))
  const after = many('main.a', 1, 9).map(one => ({ ...one, by: 'main.second' }))
  const report = of(before, after)
  assert.deepEqual([report.by, report.moves], ['counts', undefined])
  assert.match(report.summary[0], /two processes/)
})

const DEBUG1 = (count: number) => `goroutine profile: total ${count}\n${count} @ 0x1 0x2\n#\t0x1\tmain.query+0x1\t/src/a.go:10\n#\t0x2\truntime.goexit+0x1\t/go/src/runtime/asm.s:1\n` // biome-ignore format: one line

test('without ids only counts are compared, across forms too', () => {
  const report = diff(DEBUG1(5), DEBUG1(38))
  assert.deepEqual([report.by, report.groups.length], ['counts', 1])
  assert.deepEqual(report.summary, ['33 more goroutines in main.query, 38 instead of 5: a leak?'])
  const mixed = diff(textOf(many('main.query', 1, 5)), DEBUG1(38), { like: 'exact' })
  assert.deepEqual([mixed.by, mixed.like], ['counts', 'lines'], 'what one form does not tell is not compared')
  assert.deepEqual(mixed.groups.map(({ before, after }) => [before, after]), [[5, 38]]) // biome-ignore format: one line
})

test('what a cut dump does not show has not vanished', () => {
  const text = textOf(many('main.a', 1, 20))
  const cut = text.slice(0, text.indexOf('goroutine 15') + 30)
  const report = diff(text, cut)
  assert.equal(report.by, 'counts')
  assert.equal(report.after.complete, false)
  assert.match(report.summary[0], /a dump is not whole/)
  // The other form knows the counts.
  const counts = 'goroutine profile: total 20\n20 @ 0x1\n#\t0x1\tmain.a+0x1\t/src/a.go:10\n'
  const helped = dumpDiff({ name: 'a', dumps: [dump(text)] }, { name: 'b', dumps: [dump(cut), dump(counts)] })
  assert.deepEqual(helped.groups.map(({ before, after }) => [before, after]), [[20, 20]]) // biome-ignore format: one line
})

test('filters keep places; the sentences are about all', () => {
  const report = of(many('main.a', 1, 3), [...many('main.a', 1, 3), ...many('main.b', 10, 15, 'select')], { state: 'chan send' }) // biome-ignore format: one line
  assert.deepEqual(report.selection, { state: 'chan send', before: 3, after: 3 })
  assert.deepEqual(report.groups.length, 1)
  assert.match(report.summary[0], /main\.b/)
})

const someone = fc.record({ id: fc.integer({ min: 1, max: 12 }), fn: fc.constantFrom('main.a', 'main.b', 'main.c') })
const moment = fc.uniqueArray(someone, { selector: ({ id }) => id, minLength: 1, maxLength: 12 })

test('at every place: before = still + left + vanished, after = still + arrived + appeared', () => {
  fc.assert(
    fc.property(moment, moment, (before, after) => {
      const report = of(before, after)
      const sums = { appeared: 0, vanished: 0, still: 0, arrived: 0 }
      for (const { moves, before: was, after: is } of report.groups) {
        assert.ok(moves)
        assert.equal(was, moves.still + moves.left + moves.vanished)
        assert.equal(is, moves.still + moves.arrived + moves.appeared)
        for (const kind of ['appeared', 'vanished', 'still', 'arrived'] as const) sums[kind] += moves[kind]
      }
      const ids = (all: readonly One[]) => new Set(all.map(({ id }) => id))
      assert.equal(sums.appeared, after.filter(({ id }) => !ids(before).has(id)).length)
      assert.equal(sums.vanished, before.filter(({ id }) => !ids(after).has(id)).length)
      const same = (a: One) => before.some(b => b.id === a.id && b.fn === a.fn)
      assert.equal(sums.still, after.filter(same).length)
      assert.deepEqual(report.moves, { appeared: sums.appeared, vanished: sums.vanished, moved: sums.arrived, still: sums.still }) // biome-ignore format: one line
    }),
  )
})
