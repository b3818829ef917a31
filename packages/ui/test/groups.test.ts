/** Groups of goroutines as the worker answers the page: of dumps, of traces, of both, and what two moments differ in. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Answered, GroupRow, GroupsAsk, GroupsInfo, MomentRef, Opened, RequestName, Requests, Source } from '../src/protocol.ts' // biome-ignore format: one line
import { Session } from '../src/worker/session.ts'

const CAPTURES = fileURLToPath(new URL('../../../testdata/captures/go1.26.8/server-caught', import.meta.url))
const file = (name: string): Source => ({ name, bytes: new Uint8Array(readFileSync(join(CAPTURES, name))).buffer })
const made = (name: string, text: string): Source => ({ name, bytes: new TextEncoder().encode(text).buffer })
const dump = (index: number): MomentRef => ({ kind: 'dump', index })
const trace = (atNs?: number): MomentRef => ({ kind: 'trace', index: 0, atNs })

class Page {
  readonly opened: Opened & Answered
  private readonly session: Session
  private constructor(session: Session, opened: Opened & Answered) {
    this.session = session
    this.opened = opened
  }
  static async of(...sources: Source[]): Promise<Page> {
    const session = new Session(() => () => undefined)
    const opened = await session.answer(0, 'open', { sources })
    return new Page(session, { ...opened, ...(await session.answer(0, 'answer', { isServed: false })) })
  }
  ask<N extends RequestName>(name: N, ask: Requests[N]['ask']): Promise<Requests[N]['answer']> {
    return this.session.answer(1, name, ask)
  }
  async list(of: MomentRef, more: Partial<GroupsAsk> = {}): Promise<{ info: GroupsInfo; rows: readonly GroupRow[] }> {
    const ask: GroupsAsk = { of, against: undefined, like: 'lines', filter: {}, sort: 'wait', ...more }
    const info = await this.ask('groups', ask)
    const rows = await this.ask('groupRows', { list: info.list, from: 0, count: 1000 })
    assert.ok(rows)
    return { info, rows }
  }
}

const goroutine = (id: number, state: string, name: string, arg = '0x1') => `goroutine ${id} [${state}]:\n${name}(${arg})\n\t/src/a.go:10 +0x1\ncreated by main.main in goroutine 1\n\t/src/main.go:7 +0x1\n\n` // biome-ignore format: one line

const TEXT = [
  goroutine(1, 'running', 'main.main'),
  goroutine(5, 'chan send, 2 minutes', 'main.query', '0xc000012340'),
  goroutine(6, 'chan send, 7 minutes', 'main.query', '0xc000012380'),
  goroutine(7, 'chan send', 'main.query', '0x2'),
  goroutine(8, 'sync.Mutex.Lock, 3 minutes', 'main.<b>lock</b>'),
  goroutine(9, 'sync.Mutex.Lock, 3 minutes', 'main.<b>lock</b>'),
].join('')

test('a dump alone: the longest wait first, then the most; by count and by name, where that is asked', async () => {
  const page = await Page.of(made('a.txt', TEXT))
  const order = async (more: Partial<GroupsAsk>) =>
    (await page.list(dump(0), more)).rows.map(({ site, count }) => `${site?.function} ${count}`)
  assert.deepEqual(await order({}), ['main.query 3', 'main.<b>lock</b> 2', 'main.main 1'])
  assert.deepEqual(await order({ sort: 'count' }), ['main.query 3', 'main.<b>lock</b> 2', 'main.main 1'])
  assert.deepEqual(await order({ sort: 'name' }), ['main.<b>lock</b> 2', 'main.main 1', 'main.query 3'])
  const { info, rows } = await page.list(dump(0))
  assert.deepEqual(info.states, { running: 1, runnable: 0, waiting: 5, syscall: 0, unknown: 0 })
  assert.deepEqual([info.length, info.all, info.goroutines, info.kept], [3, 3, 6, 6])
  assert.deepEqual(
    rows.map(({ leastNs, mostNs, isAtLeast }) => [leastNs / 60e9, mostNs / 60e9, isAtLeast]),
    [
      [0, 7, true],
      [3, 3, true],
      [0, 0, false],
    ],
  )
})

test('the four levels of likeness', async () => {
  const page = await Page.of(
    made('a.txt', TEXT + goroutine(20, 'chan send', 'main.query').replace('a.go:10', 'a.go:11')),
  )
  const lengths: number[] = []
  for (const like of ['exact', 'pointers', 'lines', 'functions'] as const)
    lengths.push((await page.list(dump(0), { like })).info.length)
  assert.deepEqual(lengths, [6, 5, 4, 3])
})

test('filters in the words of the command, and what is kept', async () => {
  const page = await Page.of(made('a.txt', TEXT))
  const kept = async (filter: GroupsAsk['filter']) => {
    const { info, rows } = await page.list(dump(0), { filter })
    return [info.kept, ...rows.map(({ count, site }) => `${count} ${site?.function}`)]
  }
  assert.deepEqual(await kept({ function: 'QUERY' }), [3, '3 main.query'])
  assert.deepEqual(await kept({ state: 'mutex' }), [2, '2 main.<b>lock</b>'])
  assert.deepEqual(await kept({ minutes: 3 }), [3, '1 main.query', '2 main.<b>lock</b>'])
  assert.deepEqual(await kept({ function: 'nobody' }), [0])
})

test('a group is found by any goroutine of it, at every level, and said to be hidden or not there', async () => {
  const page = await Page.of(made('a.txt', TEXT))
  for (const like of ['exact', 'pointers', 'lines', 'functions'] as const) {
    const { info } = await page.list(dump(0), { like })
    const index = await page.ask('groupAt', { list: info.list, key: 'g6' })
    const detail = await page.ask('groupDetail', { list: info.list, index })
    assert.ok(detail?.ids[0].ids.some(({ id }) => id === 6))
  }
  const { info } = await page.list(dump(0), { filter: { state: 'mutex' } })
  assert.equal(await page.ask('groupAt', { list: info.list, key: 'g6' }), -1)
  assert.equal(await page.ask('groupAt', { list: info.list, key: 'g600' }), -2)
  assert.equal(await page.ask('groupAt', { list: info.list - 1, key: 'g8' }), -2)
  assert.equal(await page.ask('groupRows', { list: info.list - 1, from: 0, count: 10 }), undefined)
  assert.equal(await page.ask('groupDetail', { list: info.list, index: 99 }), undefined)
})

test('an open group has its stack, its arguments and whose they are, who made it, and its ids', async () => {
  const page = await Page.of(made('a.txt', TEXT))
  const { info } = await page.list(dump(0))
  const detail = await page.ask('groupDetail', { list: info.list, index: 0 })
  assert.deepEqual(detail?.frames, [{ function: 'main.query', file: '/src/a.go', line: 10, args: '0xc000012340' }])
  assert.equal(detail.argsOf, 5)
  assert.equal(detail.creator, 1)
  assert.equal(detail.row.createdBy?.function, 'main.main')
  assert.deepEqual(detail.ids, [{ kind: '', count: 3, ids: [5, 6, 7].map(id => ({ id, isTraced: false })) }])
  assert.equal(detail.trace, -1)
})

test('two dumps: what appeared, vanished and still waits, by id; what grew comes first', async () => {
  const later = [5, 6, 7, 30, 31].map(id => goroutine(id, 'chan send, 9 minutes', 'main.query')).join('')
  const page = await Page.of(made('a.txt', TEXT), made('b.txt', later + goroutine(8, 'running', 'main.free')))
  const { info, rows } = await page.list(dump(1), { against: dump(0), sort: 'change' })
  assert.deepEqual(info.compared?.moves, { appeared: 2, vanished: 2, moved: 1, still: 3 })
  assert.deepEqual([info.compared?.by, info.compared?.before, info.compared?.after], ['ids', 6, 6])
  assert.match(info.compared?.summary.join() ?? '', /2 goroutines appeared in main.query/)
  assert.deepEqual(rows[0].change, { before: 3, came: 2, gone: 0, still: 3 })
  assert.equal(rows[0].mostNs, 9 * 60e9)
  const detail = await page.ask('groupDetail', { list: info.list, index: 0 })
  const ids = detail?.ids.map(({ kind, count, ids: some }) => [kind, count, some.map(({ id }) => id).join(' ')])
  assert.deepEqual(ids, [['appeared', 2, '30 31'], ['still', 3, '5 6 7']]) // biome-ignore format: one line
  const gone = rows.find(({ count }) => count === 0)
  assert.deepEqual(gone?.change?.still, 0)
  const where = await page.ask('groupAt', { list: info.list, key: 'g9' })
  assert.equal(rows[where].site?.function, 'main.<b>lock</b>', 'one that has vanished is found where it was')
})

test('a dump without ids: groups are named by rows, and what it does not tell is said', async () => {
  const page = await Page.of(file('goroutines.debug1.txt'))
  assert.equal(page.opened.dumps[0].form, 'debug1')
  const { info, rows } = await page.list(dump(0))
  assert.ok(rows.every(({ key, state }) => /^r\d+$/.test(key) && state === 'unknown'))
  assert.equal(info.states.unknown, info.goroutines)
  const ten = rows.findIndex(({ count }) => count === 10)
  assert.equal(await page.ask('groupAt', { list: info.list, key: rows[ten].key }), ten)
  assert.equal((await page.list(dump(0), { filter: { minutes: 1 } })).info.unknown, info.goroutines)
})

test('a trace alone: where they stand at its end, or at any time of it', async () => {
  const page = await Page.of(file('server.trace'))
  assert.deepEqual(page.opened.findingGroups[0], { of: trace(), key: 'g32' })
  const { info, rows } = await page.list(trace())
  const ten = rows.find(({ count }) => count === 10)
  assert.ok(ten?.site?.function.endsWith('AcquireLock'))
  assert.equal(ten?.finding, 0)
  assert.equal(ten?.isAtLeast, false, 'a trace saw them begin to wait')
  assert.ok(info.system > 0)
  const before = await page.list(trace(1.5e9))
  assert.ok(before.rows.every(({ site }) => !site?.function.endsWith('AcquireLock')))
  const both = await page.list(trace(), { against: trace(1.5e9), sort: 'change' })
  assert.deepEqual(both.rows[0].change, { before: 0, came: 10, gone: 0, still: 0 })
})

test('both: the dump has arguments, the trace since when, and each id is in it', async () => {
  const page = await Page.of(file('server.trace'), file('goroutines-before.debug2.txt'), file('goroutines.debug2.txt'))
  assert.deepEqual(page.opened.dumps.map(({ trace: of }) => of), [0, 0]) // biome-ignore format: one line
  assert.deepEqual(page.opened.findingGroups[0], { of: dump(1), key: 'g32' })
  const { info, rows } = await page.list(dump(1))
  const index = rows.findIndex(({ count }) => count === 10)
  assert.ok(Math.abs(rows[index].mostNs - 2.29e9) < 0.01e9, 'no header shows it: it is less than a minute')
  const detail = await page.ask('groupDetail', { list: info.list, index })
  assert.equal(detail?.trace, 0)
  assert.ok(detail.ids[0].ids.every(({ isTraced }) => isTraced))
  assert.ok(detail.frames.some(({ args }) => args !== ''))
  const span = page.opened.findingPlaces[0].spans[0]
  assert.deepEqual((await page.ask('detail', { trace: 0, span }))?.moment, dump(1))
})

test('a dump that Go cut is completed by its other form', async () => {
  const whole = readFileSync(join(CAPTURES, 'goroutines.debug2.txt'))
  const half = { name: 'x/goroutines.debug2.txt', bytes: new Uint8Array(whole.subarray(0, 6000)).buffer }
  const other = { ...file('goroutines.debug1.txt'), name: 'x/goroutines.debug1.txt' }
  const alone = await (await Page.of(half)).list(dump(0))
  assert.equal(alone.info.isCut, true)
  const page = await Page.of({ ...half, bytes: new Uint8Array(whole.subarray(0, 6000)).buffer }, other)
  const { info, rows } = await page.list(dump(0))
  // The forms were taken one after the other: one goroutine is in the first alone.
  assert.equal(info.goroutines, 17)
  assert.equal(rows.reduce((sum, { count }) => sum + count, 0), 18) // biome-ignore format: one line
  const completing = rows.find(({ key }) => key.startsWith('c'))
  assert.ok(completing)
  assert.equal(await page.ask('groupAt', { list: info.list, key: completing.key }), rows.indexOf(completing))
})

test('moments that are not there are refused, and the worker answers the next', async () => {
  const page = await Page.of(made('a.txt', TEXT))
  await assert.rejects(page.list(dump(7)), /no dump number 8/)
  await assert.rejects(page.list(trace()), /no trace number 1/)
  assert.equal((await page.list(dump(0))).info.length, 3)
})
