/**
 * The session with a window, a worker and a timeline that do as they are told: what the place says is what is shown,
 * whichever way one comes there, and what comes late for an earlier wish changes nothing.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { WorkerLike } from '../src/client.ts'
import { goToHit, jumpToSpan, run, showFinding, showWaiter, stepHit } from '../src/pages/jumps.ts'
import { Session } from '../src/pages/session.ts'
import type {
  DetailWithPlaces,
  LayoutInfo,
  Opened,
  RequestName,
  Requests,
  ToWorker,
  TraceInfo,
} from '../src/protocol.ts'
import { createStore } from '../src/state/store.ts'
import { parse } from '../src/state/url.ts'
import type { TimelineView, TimeMark, View } from '../src/timeline/contract.ts'

const TRACE: TraceInfo = {
  name: 'server.trace',
  goVersion: '1.26',
  durationNs: 4e9,
  goroutines: 29,
  spans: 1000,
  procs: 2,
  reasons: [''],
  problems: [],
  expanded: ['procs'],
}
const LAYOUT: LayoutInfo = {
  rowCount: 10,
  tallRows: 2,
  kept: 29,
  goroutines: 29,
  marked: 0,
  hasMarks: false,
  filterError: undefined,
}
const OPENED = {
  traces: [TRACE, { ...TRACE, name: 'client.trace', expanded: [] }],
  diagnosis: {
    verdict: 'hang',
    inputs: [],
    findings: [{ certainty: 'likely', waiters: { count: 10, sinceNs: 1.7e9 } }],
  },
  findingPlaces: [{ trace: 0, spans: [7, 8] }],
  refused: [],
} as unknown as Opened
/** The same, with the goroutines of the finding in the second trace. */
const ELSEWHERE: Opened = { ...OPENED, findingPlaces: [{ trace: 1, spans: [700, 701] }] }

/** A window with a history that can be walked. */
class FakeWindow {
  entries = ['/']
  at = 0
  private readonly listeners = new Map<string, (() => void)[]>()
  readonly location: { readonly pathname: string; readonly search: string; readonly hash: string }
  readonly history = {
    pushState: (_state: unknown, _title: string, url: string) => {
      this.entries = [...this.entries.slice(0, this.at + 1), url]
      this.at++
    },
    replaceState: (_state: unknown, _title: string, url: string) => {
      this.entries[this.at] = url
    },
  }
  constructor(hash = '') {
    this.entries[0] += hash
    const hashNow = () => new URL(this.entries[this.at], 'http://x').hash
    this.location = {
      pathname: '/',
      search: '',
      get hash() {
        return hashNow()
      },
    }
  }
  addEventListener(name: string, listener: () => void): void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener])
  }
  fire(name: string): void {
    for (const listener of this.listeners.get(name) ?? []) listener()
  }
  setTimeout = () => 1
  clearTimeout = () => {}
  back(): void {
    this.at--
    this.fire('popstate')
    this.fire('hashchange')
  }
}

type Answers = { [N in RequestName]?: (ask: Requests[N]['ask']) => unknown }

/** Goroutine 41 has spans 1 to 9, each a second long, from the second of its number on. */
function detailOf(span: number, row: number): DetailWithPlaces {
  const detail = { span, id: 41, startNs: span * 1e8, endNs: (span + 1) * 1e8, previous: span - 1, next: span + 1 }
  const place = { row, groupKey: 'f:main.worker', startNs: detail.startNs, endNs: detail.endNs }
  return {
    detail: { ...detail, wokenBy: undefined },
    place,
    wokenByRow: -1,
    wokeRows: [],
  } as unknown as DetailWithPlaces
}

class FakeWorker implements WorkerLike {
  onmessage: WorkerLike['onmessage'] = null
  onerror: WorkerLike['onerror'] = null
  onmessageerror: WorkerLike['onmessageerror'] = null
  readonly asked: { name: RequestName; ask: unknown }[] = []
  readonly answers: Answers
  constructor(answers: Answers) {
    this.answers = {
      open: () => OPENED,
      layout: () => LAYOUT,
      spanOf: ({ timeNs }) => Math.floor(timeNs / 1e8),
      detail: ({ span }) => detailOf(span, 5),
      rowsOf: ({ keys }) => keys.map(() => -1),
      sums: ask => ({ ...ask, stateNs: [1, 2, 3, 4] }),
      step: ({ from, direction }) => (from + direction > 9 ? -1 : from + direction),
      ...answers,
    }
  }
  postMessage(message: unknown): void {
    const { id, name, ask } = message as ToWorker
    this.asked.push({ name, ask })
    queueMicrotask(() => {
      const answer = this.answers[name]?.(ask as never)
      this.onmessage?.({ data: { id, answer } } as MessageEvent)
    })
  }
  terminate(): void {}
  names(): string {
    return this.asked.map(({ name }) => name).join(' ')
  }
}

class FakeView implements TimelineView {
  readonly calls: string[] = []
  marks: readonly string[] = []
  view: View = { startNs: 0, endNs: 1, top: 0 }
  setTrace(trace: number, _info: TraceInfo, layout: LayoutInfo): void {
    this.calls.push(`trace ${trace} rows ${layout.rowCount}`)
  }
  setView(view: View): void {
    this.view = view
    this.calls.push(`view ${view.startNs} ${view.endNs}`)
  }
  setSelected(detail: DetailWithPlaces | undefined): void {
    this.calls.push(`selected ${detail?.detail.span}`)
  }
  setRange(range: unknown): void {
    this.calls.push(`range ${JSON.stringify(range)}`)
  }
  setMarks(marks: readonly TimeMark[]): void {
    this.marks = marks.map(({ timeNs, text }) => `${timeNs} ${text}`)
  }
  setNamesWidth(): void {}
  reveal(row: number): void {
    this.calls.push(`reveal ${row}`)
  }
  run(): boolean {
    return false
  }
  restyle(): void {}
  destroy(): void {}
  take(): string[] {
    return this.calls.splice(0)
  }
}

const settle = () => new Promise(resolve => setImmediate(resolve))

async function setUp(hash = '', answers: Answers = {}) {
  const window = new FakeWindow(hash)
  const workers: FakeWorker[] = []
  const session = new Session(createStore(), window as unknown as Window, () => {
    workers.push(new FakeWorker(answers))
    return workers[workers.length - 1]
  })
  await session.open([{ name: 'server.trace', url: '/captures/0', size: 10 }])
  const view = new FakeView()
  session.attach(view)
  await settle()
  return {
    window,
    session,
    view,
    store: session.store,
    worker: () => workers[workers.length - 1],
    hash: () => window.location.hash,
  }
}

describe('the session', () => {
  it('shows what the address says', async () => {
    const { view, store, worker } = await setUp('#timeline?t=1s-2s&g=41@300000000&range=1s-1.5s&filter=g:41&open=')
    assert.deepEqual(view.take(), [
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
    const { view, hash } = await setUp('', { open: () => ELSEWHERE })
    assert.deepEqual(view.take(), [
      'trace 1 rows 10',
      'view 0 4000000000',
      'selected undefined',
      'range undefined',
      'reveal 5',
    ])
    assert.equal(hash(), '')
    const other = await setUp('#answer?trace=1', { open: () => ELSEWHERE })
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
    const { session, store, view } = await setUp('#answer?trace=1&filter=fn:x&range=1s-2s', { open: () => ELSEWHERE })
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
    const { view, hash, session } = await setUp('#timeline?g=41@500000000')
    await settle()
    assert.equal(hash(), '#timeline?g=41@500000000&open=procs,f:main.worker')
    assert.equal(view.take().at(-1), 'reveal 5')
    await session.select(7)
    assert.ok(!view.take().includes('reveal 5'), 'what is clicked on is in sight')
    const own = await setUp('#timeline?t=0.1s-0.2s&g=41@500000000')
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
    const nothing = { traces: [], diagnosis: undefined, findingPlaces: [], refused }
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
