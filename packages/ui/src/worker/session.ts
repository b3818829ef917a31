/** The worker's memory: what is open, with its filter and its rows. Answers each request of `protocol.ts`. */
import {
  applyFilter,
  buildMinimap,
  buildScene,
  completeFilter,
  type Dump,
  describeAt,
  type Layout,
  layoutRows,
  MAX_COLUMNS,
  parseFilter,
  rangeSums,
  type Scene,
  type Selection,
  searchTimeline,
  spanAt,
  spanDetail,
  stepMarked,
  stretchAt,
  type Timeline,
} from '@unhang/core'
import type { DetailWithPlaces, LayoutInfo, RequestName, Requests, SceneRequest, SpanPlace } from '../protocol.ts'
import { answerTo } from './answer.ts'
import { compareHandlers } from './compare.ts'
import { completedBy } from './dumps.ts'
import { functionHandlers } from './functions.ts'
import { Groups } from './groups.ts'
import { mmuHandlers } from './mmu.ts'
import { type OpenResult, openSources, type Report } from './open.ts'
import { profileHandlers } from './profiles.ts'
import { taskHandlers } from './tasks.ts'

type Shown = {
  timeline: Timeline
  /** The same with the stuck ones marked: from the next layout on, for what is on the screen has the rows of this one. */
  answered: Timeline | undefined
  isAnswered: boolean
  readonly dumps: readonly Dump[]
  selection: Selection | undefined
  layout: Layout
}

/** Searching goes back and forth between a few filters; each costs a pass over all spans, and a byte for each. */
const FILTERS_KEPT = 2

export class Session {
  private open: OpenResult | undefined
  private shown: Shown[] = []
  private groups: Groups | undefined
  private filters: { readonly timeline: Timeline; readonly text: string; readonly selection: Selection }[] = []
  private readonly report: (id: number) => Report
  /** Of pages of numbers: they keep what they summed last. */
  private readonly numbers = {
    ...functionHandlers(
      index => this.at(index).timeline.trace,
      index => (this.at(index).answered ?? this.at(index).timeline).stuck,
    ),
    ...profileHandlers(index => this.at(index).timeline.trace),
    ...taskHandlers(index => this.at(index).timeline.trace),
    ...mmuHandlers(index => this.at(index).timeline.trace),
    ...compareHandlers(index => this.at(index).timeline.trace),
  }

  constructor(report: (id: number) => Report) {
    this.report = report
  }

  /** Throws for a request that cannot be answered; the session lives on. */
  async answer<N extends RequestName>(id: number, name: N, ask: Requests[N]['ask']): Promise<Requests[N]['answer']> {
    const handlers: { [K in RequestName]: (ask: Requests[K]['ask']) => unknown } = {
      open: ({ sources }) => this.openSources(sources, this.report(id)),
      answer: asked => this.findAnswer(asked, this.report(id)),
      layout: ({ trace, filter, expanded }) => this.layout(this.at(trace), filter, expanded),
      scene: ({ trace, request }) => this.scene(this.at(trace), request),
      minimap: ({ trace, columns }) => buildMinimap(this.at(trace).timeline, limited(columns)),
      rowsOf: ({ trace, keys }) => keys.map(key => this.at(trace).layout.indexOf(key)),
      spanAt: ({ trace, row, timeNs }) => spanAtRow(this.at(trace), row, timeNs),
      stretchAt: ({ trace, row, timeNs, nsPerColumn }) => stretchAtRow(this.at(trace), row, timeNs, nsPerColumn),
      spanOf: ({ trace, goroutineId, timeNs }) => spanOf(this.at(trace), goroutineId, timeNs),
      detail: ({ trace, span }) => this.detail(trace, span),
      describe: ({ trace, row, timeNs, nsPerColumn }) => describeRow(this.at(trace), row, timeNs, nsPerColumn),
      step: ({ trace, filter, from, direction }) => this.step(this.at(trace).timeline, filter, from, direction),
      search: ({ trace, text, limit }) => searchTimeline(this.at(trace).timeline, text, limit),
      complete: ({ trace, text, caret }) => completeFilter(this.at(trace).timeline, text, caret),
      ...this.numbers,
      mmu: asked => this.numbers.mmu(asked, this.report(id)),
      groups: groupsAsk => this.grouped().list(groupsAsk),
      groupRows: ({ list, from, count }) => this.grouped().rows(list, from, count),
      groupAt: ({ list, key }) => this.grouped().indexOf(list, key),
      groupDetail: ({ list, index }) => this.grouped().detail(list, index),
      sums: ({ trace, startNs, endNs }) => {
        const { timeline, selection } = this.at(trace)
        return rangeSums(timeline, selection, startNs, endNs)
      },
    }
    return (await handlers[name](ask)) as Requests[N]['answer']
  }

  private at(trace: number): Shown {
    const shown = this.shown[trace]
    if (!shown) throw new Error(`there is no trace number ${trace}`)
    return shown
  }

  private grouped(): Groups {
    if (!this.groups) throw new Error('nothing is open')
    return this.groups
  }

  private detail(trace: number, span: number): DetailWithPlaces | undefined {
    const found = detailOf(this.at(trace), span)
    if (!found || isSystem(found.detail.name)) return found
    const { id, openEnd, startNs } = found.detail
    return { ...found, moment: this.grouped().momentOf(trace, id, openEnd, startNs) }
  }

  private async openSources(sources: Requests['open']['ask']['sources'], report: Report) {
    // What was open before is let go first: two large traces at once may be more than the tab can hold.
    this.open = undefined
    this.shown = []
    this.filters = []
    this.groups = undefined
    const open = await openSources(sources, report)
    this.open = open
    this.groups = new Groups(open.moments)
    this.shown = open.timelines.map((timeline, i) => {
      const expanded = new Set(open.opened.expanded[i])
      return {
        timeline,
        answered: undefined,
        isAnswered: false,
        dumps: open.dumps[i],
        selection: undefined,
        layout: layoutRows(timeline, { selection: undefined, expanded }),
      }
    })
    return open.opened
  }

  private async findAnswer(asked: Requests['answer']['ask'], report: Report) {
    const { open } = this
    if (!open) throw new Error('nothing is open')
    const { answered, timelines } = await answerTo(open, asked, report)
    if (this.open !== open) throw new Error('something else is open')
    this.groups?.setFindings(answered.diagnosis.findings)
    for (const [i, shown] of this.shown.entries()) shown.answered = timelines[i]
    return answered
  }

  private layout(shown: Shown, filter: string, expanded: readonly string[]): LayoutInfo {
    if (shown.answered) {
      this.filters = this.filters.filter(known => known.timeline !== shown.timeline)
      shown.timeline = shown.answered
      shown.answered = undefined
      shown.isAnswered = true
    }
    const { timeline } = shown
    const parsed = parseFilter(filter)
    const isAll = filter.trim() === '' || 'error' in parsed
    shown.selection = isAll ? undefined : this.selectionOf(timeline, filter)
    shown.layout = layoutRows(timeline, { selection: shown.selection, expanded: new Set(expanded) })
    const goroutines = timeline.trace.goroutines.length
    return {
      isAnswered: shown.isAnswered,
      rowCount: shown.layout.rowCount,
      tallRows: shown.layout.tallRows,
      kept: shown.selection?.kept ?? goroutines,
      goroutines,
      marked: shown.selection?.marked ?? 0,
      hasMarks: shown.selection?.marks !== undefined,
      filterError: 'error' in parsed ? parsed.error : undefined,
    }
  }

  private selectionOf(timeline: Timeline, text: string): Selection {
    const known = this.filters.find(filter => filter.timeline === timeline && filter.text === text)
    if (known) return known.selection
    const parsed = parseFilter(text)
    if ('error' in parsed) throw new Error(parsed.error.message)
    const selection = applyFilter(timeline, parsed.filter)
    this.filters = [{ timeline, text, selection }, ...this.filters].slice(0, FILTERS_KEPT)
    return selection
  }

  private step(timeline: Timeline, filter: string, from: number, direction: 1 | -1): number {
    return stepMarked(timeline, this.selectionOf(timeline, filter), from, direction)
  }

  private scene({ timeline, layout, selection }: Shown, request: SceneRequest): Scene {
    return buildScene(timeline, layout, selection, { ...request, columns: limited(request.columns) })
  }
}

/** One of the runtime's own, which dumps leave out. */
function isSystem(name: string): boolean {
  return name.startsWith('runtime.') && name !== 'runtime.main'
}

function limited(columns: number): number {
  return Math.max(1, Math.min(MAX_COLUMNS, Math.round(columns) || 1))
}

function spanAtRow({ timeline, layout }: Shown, row: number, timeNs: number): number {
  return row >= 0 && row < layout.rowCount ? spanAt(timeline, layout.rowAt(row), timeNs) : -1
}

function stretchAtRow({ timeline, layout }: Shown, row: number, timeNs: number, nsPerColumn: number) {
  return row >= 0 && row < layout.rowCount ? stretchAt(timeline, layout.rowAt(row), timeNs, nsPerColumn) : undefined
}

function describeRow({ timeline, layout, selection }: Shown, row: number, timeNs: number, nsPerColumn: number) {
  return row >= 0 && row < layout.rowCount
    ? describeAt(timeline, layout.rowAt(row), timeNs, nsPerColumn, selection)
    : []
}

/** The span in which a goroutine was at a time: of its spans the last that had begun. */
function spanOf({ timeline: { trace } }: Shown, goroutineId: number, timeNs: number): number {
  const g = trace.goroutines.id.indexOf(goroutineId)
  if (g < 0) return -1
  const { first, row } = trace.spansOf
  let low = first[g]
  let high = first[g + 1]
  if (low === high) return -1
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (trace.spans.startNs[row[middle]] <= timeNs) low = middle
    else high = middle
  }
  return row[low]
}

function detailOf(shown: Shown, span: number): DetailWithPlaces | undefined {
  const { timeline, layout, dumps } = shown
  const traced = spanDetail(timeline, span)
  if (!traced) return undefined
  const detail = completedBy(dumps, traced)
  const rowOf = (goroutine: number) => layout.indexOfGoroutine(goroutine)
  const { entry } = timeline.groups
  const place: SpanPlace = {
    row: rowOf(detail.goroutine),
    groupKey: `f:${timeline.trace.strings.text(entry[timeline.groups.groupOf[detail.goroutine]])}`,
    startNs: detail.startNs,
    endNs: detail.endNs,
  }
  return {
    detail,
    place,
    wokenByRow: detail.wokenBy ? rowOf(detail.wokenBy.goroutine) : -1,
    wokeRows: detail.woke.map(({ goroutine }) => rowOf(goroutine)),
    moment: undefined,
  }
}
