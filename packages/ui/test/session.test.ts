/** The worker without a worker: real captures opened, and every request of the protocol answered. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Answered, Opened, Progress, RequestName, Requests, Source } from '../src/protocol.ts'
import { Session } from '../src/worker/session.ts'

const CAPTURES = fileURLToPath(new URL('../../../testdata/captures/go1.26.8', import.meta.url))

function source(name: string): Source {
  const bytes = readFileSync(join(CAPTURES, name))
  return { name, bytes: new Uint8Array(bytes).buffer }
}
const made = (name: string, text: string): Source => ({ name, bytes: new TextEncoder().encode(text).buffer })

class Page {
  readonly progress: Progress[] = []
  private readonly session = new Session(() => progress => this.progress.push(progress))
  private id = 0
  ask<N extends RequestName>(name: N, ask: Requests[N]['ask']): Promise<Requests[N]['answer']> {
    return this.session.answer(++this.id, name, ask)
  }
}

async function opened(...sources: Source[]): Promise<{ page: Page; opened: Opened & Answered }> {
  const page = new Page()
  const open = await page.ask('open', { sources })
  return { page, opened: { ...open, ...(await page.ask('answer', { isServed: false })) } }
}

test('the experiment: from the answer to the line where a waiter stands, and to whoever woke it last', async () => {
  const { page, opened: answer } = await opened(source('server-caught/server.trace'))
  assert.equal(answer.diagnosis.verdict, 'hang')
  assert.equal(answer.findingPlaces[0].trace, 0)
  assert.equal(answer.findingPlaces[0].spans.length, 10)
  await page.ask('layout', { trace: 0, filter: '', expanded: answer.expanded[0] })
  const found = await page.ask('detail', { trace: 0, span: answer.findingPlaces[0].spans[0] })
  assert.equal(found?.detail.state, 'waiting')
  assert.ok(found.detail.stuck)
  assert.ok(found.detail.stack.some(frame => frame.function.endsWith('AcquireLock') && frame.line > 0))
  assert.ok(found.place.row >= 0)
  assert.ok(answer.expanded[0].includes(found.place.groupKey), 'the stuck group is open at first')
  const before = await page.ask('detail', { trace: 0, span: found.detail.previous })
  assert.equal(before?.detail.next, found.detail.span)
})

test('functions and goroutines are stuck from the answer on, and in the range that is looked at', async () => {
  const page = new Page()
  await page.ask('open', { sources: [source('server-caught/server.trace')] })
  const part = { trace: 0, isReversed: false, from: 0, count: 100 }
  const functions = async (range?: { startNs: number; endNs: number }) => {
    const scope = range ? { range } : {}
    return (await page.ask('spentFunctions', { ...part, scope, name: '', sort: 'total' })).rows
  }
  const goroutines = async (range?: { startNs: number; endNs: number }) => {
    const [{ name }] = (await functions()).filter(row => row.name.endsWith('serveStreams.func2.1'))
    const ask = { ...part, scope: range ? { range } : {}, name, stays: undefined }
    return page.ask('spentGoroutines', { ...ask, sort: 'id' })
  }
  assert.ok((await functions()).every(({ stuck }) => stuck === 0))
  assert.ok((await goroutines()).rows.every(({ isStuck }) => !isStuck))
  const { diagnosis } = await page.ask('answer', { isServed: false })
  const marked = (await functions()).filter(({ stuck }) => stuck > 0)
  assert.deepEqual(
    marked.map(({ name, stuck, goroutines: all }) => [name.split('.').slice(-3).join('.'), stuck, all]),
    [['serveStreams.func2.1', 10, 11]],
  )
  assert.equal((await page.ask('spentFunction', { trace: 0, scope: {}, name: marked[0].name })).stuck, 10)
  const { rows } = await goroutines()
  const stuck = rows.filter(({ isStuck }) => isStuck)
  assert.deepEqual(
    stuck.map(({ id }) => id),
    [...diagnosis.findings[0].waiters.goroutines].sort((a, b) => a - b),
  )
  // Since when: the begin of the very wait that the details tell of.
  const found = await page.ask('detail', { trace: 0, span: stuck[0].span })
  assert.equal(found?.detail.state, 'waiting')
  assert.equal(stuck[0].stuckSinceNs, found.detail.startNs)
  assert.ok(rows.every(row => row.isStuck || row.stuckSinceNs === undefined))
  const early = { startNs: 0, endNs: 1e9 }
  assert.ok((await functions(early)).every(row => row.stuck === 0))
  const late = await goroutines({ startNs: 3e9, endNs: 3.5e9 })
  assert.deepEqual([late.fromNs, late.toNs, late.rows.length], [3e9, 3.5e9, 10])
})

test('progress: every stage, by bytes, never backwards within one', async () => {
  const { page } = await opened(source('server-caught/server.trace'))
  const stages = page.progress.map(({ stage }) => stage)
  assert.deepEqual([...new Set(stages)], ['reading', 'diagnosing', 'source', 'drawing'])
  const reading = page.progress.filter(({ stage }) => stage === 'reading')
  assert.equal(reading.at(-1)!.done, reading.at(-1)!.total)
  for (let i = 1; i < reading.length; i++) assert.ok(reading[i].done >= reading[i - 1].done)
})

test('where an old trace does not say where its goroutines stand, the dump beside it does', async () => {
  const old = '../go1.19.8/server-late'
  const { page, opened: answer } = await opened(source(`${old}/goroutines.debug2.txt`), source(`${old}/server.trace`))
  const place = answer.findingPlaces.find(({ spans }) => spans.length > 0)
  const found = await page.ask('detail', { trace: 0, span: place!.spans[0] })
  assert.equal(found?.detail.stackIs, 'blocked at, as the dump shows it')
  assert.ok(found.detail.stack.some(frame => frame.function.startsWith('main.') && frame.line > 0))
  assert.notEqual(found.detail.reason, '')
  const alone = await opened(source(`${old}/server.trace`))
  const bare = await alone.page.ask('detail', { trace: 0, span: place!.spans[0] })
  assert.deepEqual(bare?.detail.stack, [])
})

test('a filter keeps, marks, and says what is wrong with it', async () => {
  const { page, opened: answer } = await opened(source('server-caught/server.trace'))
  const [expanded] = answer.expanded
  const all = await page.ask('layout', { trace: 0, filter: '', expanded })
  assert.equal(all.kept, all.goroutines)
  const ten = await page.ask('layout', { trace: 0, filter: 'fn:AcquireLock longer:10ms state:waiting', expanded })
  assert.equal(ten.kept, 10)
  assert.equal(ten.marked, 10)
  assert.ok(ten.rowCount < all.rowCount)
  const wrong = await page.ask('layout', { trace: 0, filter: 'longer:soon', expanded })
  assert.match(wrong.filterError?.message ?? '', /longer/)
  assert.equal(wrong.rowCount, all.rowCount)
  const next = await page.ask('step', {
    trace: 0,
    filter: 'fn:AcquireLock longer:10ms state:waiting',
    from: -1,
    direction: 1,
  })
  assert.ok(answer.findingPlaces[0].spans.includes(next))
})

test('a scene has rows and boxes, and what a row shows at a time is the span that it says', async () => {
  const { page, opened: answer } = await opened(source('server-caught/server.trace'))
  const [{ durationNs }] = answer.traces
  const [expanded] = answer.expanded
  const { rowCount } = await page.ask('layout', { trace: 0, filter: '', expanded })
  const request = { startNs: 0, endNs: durationNs, columns: 400, firstRow: 0, rowCount }
  const scene = await page.ask('scene', { trace: 0, request })
  assert.equal(scene.rows.length, rowCount)
  const row = scene.rows.findIndex(({ kind, stuck }) => kind === 'goroutine' && stuck)
  const box = scene.boxFirst[row + 1] - 1
  const timeNs = (((scene.boxX0[box] + scene.boxX1[box]) / 2) * durationNs) / 400
  assert.equal(await page.ask('spanAt', { trace: 0, row, timeNs }), scene.boxRef[box])
  assert.equal((await page.ask('rowsOf', { trace: 0, keys: [scene.rows[row].key, 'nobody'] })).join(), `${row},-1`)
  assert.ok((await page.ask('describe', { trace: 0, row, timeNs, nsPerColumn: durationNs / 400 })).length > 0)
  const sums = await page.ask('sums', { trace: 0, startNs: 0, endNs: durationNs })
  assert.ok(sums.stateNs[2] > 0)
})

test('a selection in a URL: the goroutine and a time lead back to the span', async () => {
  const { page, opened: answer } = await opened(source('server-caught/server.trace'))
  const span = answer.findingPlaces[0].spans[3]
  const { detail } = (await page.ask('detail', { trace: 0, span }))!
  assert.equal(await page.ask('spanOf', { trace: 0, goroutineId: detail.id, timeNs: detail.startNs }), span)
  assert.equal(await page.ask('spanOf', { trace: 0, goroutineId: 123456789, timeNs: 0 }), -1)
  assert.equal(await page.ask('spanOf', { trace: 0, goroutineId: Number.NaN, timeNs: Number.NaN }), -1)
})

test('client and server: each finding leads into the trace of its own goroutines', async () => {
  const { opened: answer } = await opened(source('client-caught/server.trace'), source('server-caught/server.trace'))
  assert.deepEqual(
    answer.traces.map(({ name }) => name),
    ['client-caught/server.trace', 'server-caught/server.trace'],
  )
  const lock = answer.diagnosis.findings.findIndex(({ cause }) => cause === 'forgotten-unlock')
  const remote = answer.diagnosis.findings.findIndex(({ cause }) => cause === 'remote')
  assert.equal(answer.findingPlaces[lock].trace, 1)
  assert.equal(answer.findingPlaces[remote].trace, 0)
})

test('what is no capture is refused with a message, and the rest is shown', async () => {
  const bad: Source[] = [
    made('empty', ''),
    made('image.png', '\u0089PNG\r\n\u001a\n'),
    made('future.trace', 'go 1.99 trace\0\0\0 and more'),
    made('server', '\u007fELF\u0002\u0001\u0001'),
  ]
  const { opened: answer } = await opened(...bad, source('server-caught/server.trace'))
  assert.equal(answer.traces.length, 1)
  assert.deepEqual(
    answer.refused.map(({ name }) => name),
    bad.map(({ name }) => name),
  )
  for (const { message } of answer.refused) assert.doesNotMatch(message, /fault of unhang/)
  assert.deepEqual(
    answer.refused.map(({ isExecutable }) => isExecutable),
    [false, false, false, true],
  )
  const nothing = await new Page().ask('open', { sources: [made('empty', '')] })
  assert.deepEqual([nothing.inputs, nothing.traces, nothing.dumps], [[], [], []])
})

test('requests that make no sense are refused, and the session answers the next', async () => {
  const { page } = await opened(source('server-caught/server.trace'))
  await assert.rejects(page.ask('minimap', { trace: 7, columns: 100 }), /no trace number 7/)
  assert.equal(await page.ask('detail', { trace: 0, span: 1e9 }), undefined)
  assert.equal(await page.ask('spanAt', { trace: 0, row: -5, timeNs: 0 }), -1)
  assert.equal((await page.ask('minimap', { trace: 0, columns: 1e12 })).columns, 16_384)
})
