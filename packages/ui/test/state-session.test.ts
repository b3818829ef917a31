/**
 * The session with a window, a worker and a timeline that do as they are told: what the place says is what is shown,
 * whichever way one comes there, and what comes late for an earlier wish changes nothing.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { goToHit, jumpToSpan, run, showFinding, showWaiter, stepHit } from '../src/pages/jumps.ts'
import type { Opened } from '../src/protocol.ts'
import { parse } from '../src/state/url.ts'
import { detailOf, ELSEWHERE, LAYOUT, OPENED, settle, setUp } from './fakes.ts'

describe('the session', () => {
  it('shows what the address says', async () => {
    const { before, store, worker } = await setUp(
      '#timeline?trace=1&t=1s-2s&g=41@300000000&range=1s-1.5s&filter=g:41&open=',
    )
    assert.deepEqual(before, [
      'trace 0 rows 10',
      'view 1000000000 2000000000',
      'range {"startNs":1000000000,"endNs":1500000000}',
      'selected 3',
    ])
    assert.deepEqual(worker().asked.find(({ name }) => name === 'layout')?.ask, {
      trace: 0,
      filter: 'g:41',
      expanded: [],
    })
    assert.equal(store.detail.value?.detail.id, 41)
    assert.deepEqual(store.sums.value?.stateNs, [1, 2, 3, 4])
  })

  it('shows the trace that the answer is about, and its stuck goroutines, to who asked for nothing', async () => {
    const { view, before, hash } = await setUp('', { answer: () => ELSEWHERE })
    assert.equal(before[0], 'trace 0 rows 10')
    assert.deepEqual(view.take(), [
      'trace 1 rows 10',
      'view 0 4000000000',
      'selected undefined',
      'range undefined',
      'reveal 5',
    ])
    assert.equal(hash(), '')
    const other = await setUp('#answer?trace=1', { answer: () => ELSEWHERE })
    assert.equal(other.view.take()[0], 'trace 0 rows 10')
  })

  it('keeps movements in the entry that is there, and makes entries of steps', async () => {
    const { session, window, view, store, hash } = await setUp()
    assert.equal(hash(), '')
    session.events.onView({ startNs: 0, endNs: 4e9, top: 0 }, true)
    assert.equal(hash(), '', 'the whole trace stands in no address')
    session.events.onView({ startNs: 1e9, endNs: 2e9, top: 0 }, false)
    assert.equal(hash(), '')
    session.events.onView({ startNs: 1e9, endNs: 2e9, top: 3 }, true)
    assert.equal(hash(), '#answer?t=1s-2s&top=3')
    assert.equal(window.entries.length, 1)
    view.take()
    await session.select(7)
    assert.equal(hash(), '#answer?t=1s-2s&top=3&g=41@700000000')
    assert.equal(window.entries.length, 2)
    assert.deepEqual(view.take(), ['selected 7'], 'what the user moved to is not moved back')
    window.back()
    await settle()
    assert.equal(store.place.value.span, undefined)
    assert.equal(store.detail.value, undefined)
    assert.ok(view.take().includes('selected undefined'))
  })

  it('goes into the row of the goroutine itself, and says where that is', async () => {
    const { session, view, worker, hash } = await setUp()
    view.take()
    await jumpToSpan(session, 3)
    assert.deepEqual(parse(hash()).expanded, ['procs', 'f:main.worker'])
    assert.deepEqual(parse(hash()).span, { goroutineId: 41, timeNs: 3e8 })
    assert.equal(view.take().at(-1), 'reveal 5')
    worker().asked.length = 0
    await run(session, 'nextSpan')
    assert.doesNotMatch(worker().names(), /layout/, 'the group is open already')
    assert.equal(session.store.detail.value?.detail.span, 4)
  })

  it('opens no group for a goroutine that stands by itself', async () => {
    const { session, store } = await setUp('', { rowsOf: () => [7] })
    await jumpToSpan(session, 3)
    assert.equal(store.place.value.expanded, undefined)
  })

  it('says that the filter hides what a link leads to', async () => {
    const { session, store } = await setUp('', { detail: ({ span }) => detailOf(span, -1) })
    await jumpToSpan(session, 3)
    assert.equal(store.notice.value, 'goroutine 41 is hidden by the filter')
  })

  it('shows a finding in the trace that has it', async () => {
    const { session, store, view } = await setUp('#answer?trace=1&filter=fn:x&range=1s-2s', { answer: () => ELSEWHERE })
    view.take()
    await showFinding(session, 0)
    const { page, trace, filter, range, span } = store.place.value
    assert.deepEqual({ page, trace, filter, range }, { page: 'timeline', trace: 1, filter: '', range: undefined })
    assert.deepEqual(span, { goroutineId: 41, timeNs: 700e8 })
    assert.ok(view.take().includes('trace 1 rows 10'))
    await showWaiter(session, 0, 41)
    assert.equal(store.place.value.span?.timeNs, 4e9)
  })

  it('steps through the hits of a search until there is none', async () => {
    const { session, store } = await setUp()
    await run(session, 'nextHit')
    assert.match(store.notice.value, /search \(\/\) or filter \(F\) first/)
    await goToHit(session, { kind: 'reason', text: 'mutex', note: '', filter: 'reason:mutex' })
    assert.equal(store.detail.value?.detail.span, 0)
    await stepHit(session, 1)
    assert.equal(store.detail.value?.detail.span, 1)
    await session.select(9)
    await stepHit(session, 1)
    assert.equal(store.detail.value?.detail.span, 9)
    assert.match(store.notice.value, /no further hit/)
  })

  it('clears the nearest thing first', async () => {
    const { session, store } = await setUp('#timeline?g=41@300000000&range=1s-2s&filter=g:41')
    store.isHelpOpen.value = true
    const left = () => [
      store.isHelpOpen.value,
      store.place.value.range !== undefined,
      store.place.value.span !== undefined,
      store.place.value.filter !== '',
    ]
    const seen = [left()]
    for (let i = 0; i < 4; i++) {
      await run(session, 'clear')
      seen.push(left())
    }
    assert.deepEqual(seen, [
      [true, true, true, true],
      [false, true, true, true],
      [false, false, true, true],
      [false, false, false, true],
      [false, false, false, false],
    ])
  })

  it('marks the moment that the open finding speaks of, in its own trace', async () => {
    const { session, view } = await setUp()
    assert.deepEqual(view.marks, ['1700000000 1.700 s: the first of 10 begins to wait'])
    await session.go({ trace: 1 }, 'push')
    assert.deepEqual(view.marks, [])
  })

  it('brings the span of an address into sight: opens its group and scrolls, once', async () => {
    const { view, hash, session } = await setUp('#timeline?trace=1&g=41@500000000')
    await settle()
    assert.equal(hash(), '#timeline?trace=1&g=41@500000000&open=procs,f:main.worker')
    assert.equal(view.take().at(-1), 'reveal 5')
    await session.select(7)
    assert.ok(!view.take().includes('reveal 5'), 'what is clicked on is in sight')
    const own = await setUp('#timeline?trace=1&t=0.1s-0.2s&g=41@500000000')
    await settle()
    assert.ok(!own.view.take().some(call => call.startsWith('reveal')), 'an address that says where to look is obeyed')
  })

  it('steps from the span that is wanted, though the details are still those of the one before', async () => {
    const { session, store } = await setUp()
    await session.select(3)
    store.place.value = { ...store.place.value, span: { goroutineId: 41, timeNs: 5e8 } }
    await run(session, 'nextSpan')
    assert.equal(store.place.value.span?.timeNs, 6e8)
  })

  it('ends with the last of many filters, even where an earlier one comes again', async () => {
    const { session, store, view, worker } = await setUp()
    view.take()
    worker().answers.layout = ({ filter }) => ({ ...LAYOUT, rowCount: 100 + filter.length })
    await Promise.all(['a', 'ab', '', 'abc', 'a'].map(filter => session.go({ filter }, 'replace')))
    assert.equal(store.layout.value?.rowCount, 101)
    assert.equal(
      view
        .take()
        .filter(call => call.startsWith('trace'))
        .at(-1),
      'trace 0 rows 101',
    )
    // The worker shows what it was asked for last.
    const layouts = worker().asked.filter(({ name }) => name === 'layout')
    assert.deepEqual(layouts.at(-1)?.ask, { trace: 0, filter: 'a', expanded: ['procs'] })
  })

  it('lives on when the worker refuses, and when nothing could be opened', async () => {
    const refused = [{ name: 'cat.png', message: 'is no capture', isExecutable: false }]
    const nothing: Opened = { ...OPENED, inputs: [], traces: [], expanded: [], refused }
    const { session, store, worker } = await setUp('', { open: () => nothing })
    assert.equal(store.phase.value, 'empty')
    assert.deepEqual(store.opened.value?.refused, refused)
    await session.open([{ name: 'server.trace', url: '/captures/0', size: 10 }])
    worker().onerror?.({ message: 'out of memory', preventDefault() {} } as unknown as ErrorEvent)
    assert.match(store.trouble.value ?? '', /out of memory/)
    await session.select(3)
    assert.equal(store.place.value.span, undefined)
  })
})
