/** First the picture, then the answer: in which order the worker is asked, and what the page is meanwhile. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { run } from '../src/pages/jumps.ts'
import { momentOf } from '../src/pages/moments.ts'
import type { Answered, GroupRow, GroupsInfo, Opened } from '../src/protocol.ts'
import { expandedOf, traceIndexOf, traceOf } from '../src/state/store.ts'
import { parse } from '../src/state/url.ts'
import { ANSWERED, type Answers, ELSEWHERE, LAYOUT, OPENED, settle, setUp, setUpModel } from './fakes.ts'

const DUMP = { name: 'a.txt', form: 'debug2', goroutines: 3, trace: -1 } as const
const DUMPS: Opened = { ...OPENED, traces: [], expanded: [], dumps: [DUMP, { ...DUMP, name: 'b.txt' }] }
const OF_DUMPS: Answered = {
  ...ANSWERED,
  expanded: [],
  findingPlaces: [{ trace: -1, spans: [] }],
  findingGroups: [{ of: { kind: 'dump', index: 0 }, key: 'g7' }],
}
const INFO = { length: 1, kept: 3, reasons: [], isCut: false } as unknown as GroupsInfo
let lists = 0
const GROUPS: Answers = {
  open: () => DUMPS,
  answer: () => OF_DUMPS,
  groups: () => ({ ...INFO, list: ++lists }),
  groupRows: () => [{ key: 'g7', count: 3, finding: -1 } as GroupRow],
  groupAt: () => 0,
  groupDetail: () => ({ row: { key: 'g7' } }),
}
const SEVERAL: Opened = { ...OPENED, expanded: [['procs'], ['procs']] }

describe('the answer', () => {
  it('is asked for when the timeline is drawn, and the page is there before', async () => {
    const { session, worker, store, view } = await setUpModel()
    assert.deepEqual([store.phase.value, store.answered.value], ['open', undefined])
    assert.ok(view.take().includes('trace 0 rows 10'))
    assert.doesNotMatch(worker().names(), /answer/)
    session.events.onDrawn?.()
    await settle()
    assert.match(worker().names(), /^open layout .*answer/)
    assert.equal(store.answered.value?.diagnosis.verdict, 'hang')
    // Its rows are others now: those that are stuck stand first.
    assert.match(worker().names(), /answer layout/)
    assert.ok(view.take().includes('reveal 5'))
  })

  it('is asked for at once where no picture comes: nobody looks, there is no trace, or it cannot be laid out', async () => {
    const hidden = await setUpModel('', {}, { visibility: 'hidden' })
    assert.equal(hidden.store.answered.value?.diagnosis.verdict, 'hang')
    const dumps = await setUpModel('#timeline', GROUPS)
    assert.match(dumps.worker().names(), /^open answer/)
    const broken = await setUpModel('', { layout: () => Promise.reject(new Error('out of room')) })
    assert.equal(broken.store.answered.value?.diagnosis.verdict, 'hang')
    assert.match(broken.store.notice.value, /out of room/)
  })

  it('comes after all when the window is hidden before anything is drawn', async () => {
    const { window, store } = await setUpModel()
    window.document.visibilityState = 'hidden'
    window.fire('visibilitychange')
    await settle()
    assert.equal(store.answered.value?.diagnosis.verdict, 'hang')
  })

  it('is asked for behind the groups, where these are looked at, and marks them', async () => {
    let answer: (value: Answered) => void = () => {}
    const coming = new Promise<Answered>(resolve => {
      answer = resolve
    })
    const { session, worker, store } = await setUpModel('#goroutines?of=dump1', { ...GROUPS, answer: () => coming })
    await settle()
    assert.match(worker().names(), /^open groups groupRows answer$/)
    assert.deepEqual([session.groups.info.value?.kept, session.groups.rowAt(0)?.finding], [3, -1])
    worker().answers.groupRows = () => [{ key: 'g7', count: 3, finding: 0 } as GroupRow]
    answer(OF_DUMPS)
    await settle()
    assert.equal(store.answered.value, OF_DUMPS)
    assert.equal(session.groups.rowAt(0)?.finding, 0)
    assert.match(worker().names(), /answer groupRows$/, 'what is on the page stays: no other list is asked for')
  })

  it('is asked for behind the groups, where dumps are all there is and these stand in the place of a timeline', async () => {
    const { session, worker, hash } = await setUpModel('#answer?of=dump1', GROUPS)
    assert.match(worker().names(), /^open groups groupRows answer groupRows$/)
    await session.goGroups({ group: 'g7' }, 'push')
    assert.equal(hash(), '#answer?of=dump1&group=g7', 'the answer stays above them')
    await session.go({ page: 'timeline' }, 'push')
    await session.goGroups({ group: 'g7' }, 'push')
    assert.equal(hash(), '#goroutines?of=dump1&group=g7')
  })

  it('tells how far it has come', async () => {
    const { session, worker, store } = await setUpModel('', { answer: () => new Promise(() => {}) })
    session.events.onDrawn?.()
    await settle()
    const progress = { stage: 'diagnosing', name: '', done: 2, total: 4 } as const
    worker().say('answer', progress)
    assert.deepEqual(store.analysis.value, progress)
    await session.open([{ name: 'other.trace', url: '/captures/0', size: 10 }])
    assert.equal(store.analysis.value, undefined)
  })

  it('that cannot be found leaves a page that works', async () => {
    const { store, session, hash } = await setUp('', { answer: () => Promise.reject(new Error('no memory')) })
    assert.deepEqual([store.answered.value, store.analysis.value], [undefined, 'no memory'])
    assert.equal(traceOf(store)?.name, 'server.trace')
    await session.select(7)
    assert.match(hash(), /g=41@700000000/)
  })

  it('never comes of a worker that died in the middle, and the page says so; the next file is opened', async () => {
    const { store, session, worker } = await setUpModel('', { answer: () => new Promise(() => {}) })
    session.events.onDrawn?.()
    await settle()
    worker().die('out of memory')
    await settle()
    assert.match(store.trouble.value ?? '', /out of memory/)
    assert.deepEqual([store.phase.value, store.analysis.value], ['open', 'its reader stopped before there was one'])
    await session.open([{ name: 'server.trace', url: '/captures/0', size: 10 }])
    worker().answers.answer = () => ANSWERED
    await settle()
    assert.deepEqual([store.trouble.value, store.analysis.value], [undefined, undefined])
  })

  it('to what was open before is nobody’s any more', async () => {
    let answer: (value: Answered) => void = () => {}
    const coming = new Promise<Answered>(resolve => {
      answer = resolve
    })
    const { session, store } = await setUpModel('', { answer: () => coming })
    session.events.onDrawn?.()
    await settle()
    await session.open([{ name: 'other.trace', url: '/captures/0', size: 10 }])
    answer(ELSEWHERE)
    await settle()
    assert.equal(store.answered.value, undefined)
  })
})

describe('before the answer is there', () => {
  it('what is done in a trace stays in it, wherever the answer lies', async () => {
    const { session, store, view, hash } = await setUpModel('', { open: () => SEVERAL, answer: () => ELSEWHERE })
    await session.select(3)
    assert.match(hash(), /trace=1&g=41@300000000/)
    session.events.onDrawn?.()
    await settle()
    assert.equal(traceIndexOf(store), 0)
    assert.ok(!view.take().some(call => call.startsWith('trace 1')))
  })

  it('an address that names a place in the answer’s trace waits for it', async () => {
    const { store, view, worker } = await setUpModel('#timeline?g=41@300000000', {
      open: () => SEVERAL,
      answer: () => ELSEWHERE,
    })
    // There is nothing to be drawn before: so the answer is asked for at once.
    assert.doesNotMatch(worker().names(), /^open layout/)
    await settle()
    assert.equal(traceIndexOf(store), 1)
    assert.equal(view.take()[0], 'trace 1 rows 10')
  })

  it('a group that an address names is looked for in the answer’s moment, and one that is opened in its own', async () => {
    const named = await setUpModel('#goroutines?group=g7', GROUPS)
    await settle()
    assert.deepEqual(momentOf(named.store), { kind: 'dump', index: 0 })
    assert.equal(named.store.notice.value, '')
    const asked = named.worker().asked.filter(({ name }) => name === 'groups')
    assert.deepEqual(
      asked.map(({ ask }) => (ask as { of: unknown }).of),
      [{ kind: 'dump', index: 0 }],
    )
    const opened = await setUpModel('#goroutines', { ...GROUPS, answer: () => new Promise(() => {}) })
    await opened.session.goGroups({ group: 'g7' }, 'push')
    assert.match(opened.hash(), /of=dump2/)
  })

  it('rows that are open stay open, and the answer’s own are open where nobody chose', async () => {
    const answered = { ...ANSWERED, expanded: [['procs', 'f:main.worker'], []] }
    const chosen = await setUpModel('', { answer: () => answered })
    await chosen.session.toggle('procs')
    chosen.session.events.onDrawn?.()
    await settle()
    assert.deepEqual(expandedOf(chosen.store), [])
    const { store } = await setUp('', { answer: () => answered })
    assert.deepEqual(expandedOf(store), ['procs', 'f:main.worker'])
  })

  it('who has moved keeps the row at the upper edge, and who has not gets the rows of the address', async () => {
    const moved = await setUpModel('#timeline?trace=1', { rowsOf: () => [9] })
    moved.view.view = { startNs: 0, endNs: 4e9, top: 5.5 }
    moved.view.top = { key: 'f:main.worker', unitsOut: 0.5 }
    moved.session.events.onView({ startNs: 0, endNs: 4e9, top: 5.5 }, true)
    moved.view.take()
    moved.session.events.onDrawn?.()
    await settle()
    assert.ok(moved.view.take().includes('edge 9 0.5'))
    const own = await setUp('#timeline?trace=1&t=1s-2s&top=30', { rowsOf: () => [9] })
    assert.ok(own.before.includes('view 1000000000 2000000000'))
    const after = own.view.take()
    assert.ok(after.includes('view 1000000000 2000000000') && !after.some(call => call.startsWith('edge')))
    assert.match(own.hash(), /top=30/)
  })

  it('filter, search and back work as ever', async () => {
    const { session, store, window, worker } = await setUpModel('', { answer: () => new Promise(() => {}) })
    session.events.onDrawn?.()
    worker().answers.layout = () => ({ ...LAYOUT, kept: 1 })
    await session.go({ filter: 'g:41' }, 'push')
    assert.equal(store.layout.value?.kept, 1)
    await run(session, 'nextHit')
    assert.equal(store.detail.value?.detail.span, 0)
    window.back()
    window.back()
    await settle()
    assert.deepEqual([store.place.value.filter, store.place.value.span], ['', undefined])
    assert.equal(parse(window.location.hash).filter, '')
  })
})
