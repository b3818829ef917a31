/** A window, a worker and a timeline that do as they are told, with a session between them. */
import type { WorkerLike } from '../src/client.ts'
import { Session } from '../src/pages/session.ts'
import type {
  Answered,
  DetailWithPlaces,
  LayoutInfo,
  Opened,
  Progress,
  RequestName,
  Requests,
  ToWorker,
  TraceInfo,
} from '../src/protocol.ts'
import { createStore } from '../src/state/store.ts'
import type { RowEdge, TimelineView, TimeMark, View } from '../src/timeline/contract.ts'

export const TRACE: TraceInfo = {
  name: 'server.trace',
  goVersion: '1.26',
  durationNs: 4e9,
  goroutines: 29,
  spans: 1000,
  procs: 2,
  reasons: [''],
  problems: [],
}
export const LAYOUT: LayoutInfo = {
  isAnswered: true,
  rowCount: 10,
  tallRows: 2,
  kept: 29,
  goroutines: 29,
  marked: 0,
  hasMarks: false,
  filterError: undefined,
}
export const OPENED: Opened = {
  inputs: [{ name: 'server.trace', kind: 'trace', goroutines: 29, complete: true }],
  traces: [TRACE, { ...TRACE, name: 'client.trace' }],
  expanded: [['procs'], []],
  dumps: [],
  refused: [],
}
export const ANSWERED = {
  diagnosis: {
    verdict: 'hang',
    inputs: [],
    findings: [{ certainty: 'likely', waiters: { count: 10, sinceNs: 1.7e9 } }],
  },
  hasSource: false,
  expanded: [['procs'], []],
  findingPlaces: [{ trace: 0, spans: [7, 8] }],
  findingGroups: [undefined],
} as unknown as Answered
/** The same, with the goroutines of the finding in the second trace. */
export const ELSEWHERE: Answered = { ...ANSWERED, findingPlaces: [{ trace: 1, spans: [700, 701] }] }

/** A window with a history that can be walked. */
export class FakeWindow {
  document = { visibilityState: 'visible' }
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

export type Answers = { [N in RequestName]?: (ask: Requests[N]['ask']) => unknown }

/** Goroutine 41 has spans 1 to 9, each a second long, from the second of its number on. */
export function detailOf(span: number, row: number): DetailWithPlaces {
  const detail = { span, id: 41, startNs: span * 1e8, endNs: (span + 1) * 1e8, previous: span - 1, next: span + 1 }
  const place = { row, groupKey: 'f:main.worker', startNs: detail.startNs, endNs: detail.endNs }
  return {
    detail: { ...detail, wokenBy: undefined },
    place,
    wokenByRow: -1,
    wokeRows: [],
  } as unknown as DetailWithPlaces
}

export class FakeWorker implements WorkerLike {
  onmessage: WorkerLike['onmessage'] = null
  onerror: WorkerLike['onerror'] = null
  onmessageerror: WorkerLike['onmessageerror'] = null
  readonly asked: { name: RequestName; ask: unknown }[] = []
  readonly answers: Answers
  constructor(answers: Answers) {
    this.answers = {
      open: () => OPENED,
      answer: () => ANSWERED,
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
    queueMicrotask(async () => {
      try {
        const answer = await this.answers[name]?.(ask as never)
        this.onmessage?.({ data: { id, answer } } as MessageEvent)
      } catch (error) {
        this.onmessage?.({ data: { id, error: (error as Error).message } } as MessageEvent)
      }
    })
  }
  terminate(): void {}
  /** Progress of what was asked first by this name. */
  say(name: RequestName, progress: Progress): void {
    const id = this.asked.findIndex(one => one.name === name) + 1
    this.onmessage?.({ data: { id, progress } } as MessageEvent)
  }
  die(message: string): void {
    this.onerror?.({ message, preventDefault() {} } as unknown as ErrorEvent)
  }
  names(): string {
    return this.asked.map(({ name }) => name).join(' ')
  }
}

export class FakeView implements TimelineView {
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
  top: RowEdge | undefined
  edge(): RowEdge | undefined {
    return this.top
  }
  setEdge(row: number, unitsOut: number): void {
    this.calls.push(`edge ${row} ${unitsOut}`)
  }
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

export const settle = () => new Promise(resolve => setImmediate(resolve))

type Until = {
  /** What the window was before it was opened. */
  readonly visibility?: string
}

/** As far as the model: captures are open, and nothing of them has been drawn. */
export async function setUpModel(hash = '', answers: Answers = {}, { visibility = 'visible' }: Until = {}) {
  const window = new FakeWindow(hash)
  window.document.visibilityState = visibility
  const workers: FakeWorker[] = []
  const session = new Session(createStore(), window as unknown as Window, {
    makeWorker: () => {
      workers.push(new FakeWorker(answers))
      return workers[workers.length - 1]
    },
    startWorker: async () => new FakeWorker(answers),
    begin: async () => ({ sources: [], remarks: [], isServed: false }),
    source: async () => undefined,
    edited: async () => undefined,
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

/** As far as the answer. */
export async function setUp(hash = '', answers: Answers = {}) {
  const page = await setUpModel(hash, answers)
  const before = page.view.take()
  page.session.events.onDrawn?.()
  await settle()
  /** `before`: what the timeline was told before the answer was there. */
  return { ...page, before }
}
