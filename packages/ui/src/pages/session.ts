/**
 * What the page does. Every step of the user changes the place (`go`), and `show` brings worker, timeline and store to
 * where the place says: a click, a reload and the "back" button take the same way.
 */
import { batch } from '@preact/signals'
import { type Client, Crashed, createClient, Superseded } from '../client.ts'
import type { LayoutInfo, Source } from '../protocol.ts'
import type { GroupsPlace } from '../state/groups-url.ts'
import {
  expandedOf,
  forgetOpened,
  groupsPageOf,
  hasTimelineShown,
  isSettled,
  pinned,
  type Store,
  tellRead,
  traceIndexOf,
  traceOf,
  wholeOf,
  withProgress,
} from '../state/store.ts'
import { type Place, START, type View } from '../state/url.ts'
import type { Ask, TimelineEvents, TimelineView } from '../timeline/contract.ts'
import { messageOf } from '../words.ts'
import { type Address, createAddress, type Way } from './address.ts'
import { Answering } from './answering.ts'
import { droppedBefore, forgotten, namesOf, rememberDropped } from './dropped.ts'
import { lookForEdits } from './edited.ts'
import { type Found, readFiles } from './files.ts'
import { shortened } from './frame.ts'
import { GroupsView } from './groups.ts'
import { holdingRow, stuckRow } from './held-row.ts'
import type { Home } from './home.ts'
import { marksOf } from './marks.ts'
import { pinnedMoment } from './moments.ts'

type LayoutTask = { readonly key: string; readonly answer: Promise<LayoutInfo> }

export class Session {
  readonly store: Store
  readonly ask: Ask
  readonly events: TimelineEvents
  readonly groups: GroupsView
  readonly home: Home
  timeline: TimelineView | undefined
  /** Behind a jump into the timeline its keys should be at hand. */
  focusTimeline: () => void = () => {}
  private readonly client: Client
  private readonly answering: Answering
  private isServed = false
  private readonly address: Address
  private readonly waiting: (() => void)[] = []
  /** Counts what was asked for: what comes late for an earlier wish is dropped. */
  private turn = 0
  private opening = 0
  private layoutTask: LayoutTask | undefined
  private shownTask: LayoutTask | undefined
  private shownSpan = ''
  private shownRange = ''
  /** The view that the timeline shows, or is on its way to; what the user moves meanwhile is not put back. */
  private shownView: View | undefined | 'none' = 'none'
  /** What an address names has been brought into sight; what is selected by a click is there already. */
  private hasArrived = false
  /** The row of the selected span, where it is known already. */
  private spanRow: { readonly key: string; readonly row: number } | undefined

  constructor(store: Store, window: Window, home: Home) {
    this.store = store
    this.home = home
    this.client = createClient(home.makeWorker, message => this.crashed(message))
    this.ask = this.client.ask
    this.groups = new GroupsView(store, this.ask, () => this.answering.seen('groups'))
    this.answering = new Answering(store, this.client, () => window.document.visibilityState === 'hidden')
    window.addEventListener('visibilitychange', () => this.answering.look())
    // Whoever comes back may come from an editor.
    window.addEventListener('focus', () => this.isServed && lookForEdits(store, home))
    this.address = createAddress(window, place => {
      this.store.place.value = place
      this.store.notice.value = ''
      this.hasArrived = false
      this.show(true)
    })
    store.place.value = this.address.read()
    this.events = {
      onView: (view, settled) => {
        this.answering.hasMoved = true
        if (!settled) return
        this.put(
          { view: this.isWhole(view) ? undefined : { ...shortened(view), top: Number(view.top.toFixed(2)) } },
          'replace',
        )
        this.shownView = this.store.place.value.view
      },
      onSelect: span => this.select(span),
      onRange: range => this.go({ range: range && shortened(range) }, 'soon'),
      onToggle: key => this.toggle(key),
      onDrawn: () => this.answering.seen('timeline'),
    }
  }

  /** Opens what the page was started with. */
  async start(): Promise<void> {
    const { sources, remarks, isServed, report } = await this.home.begin()
    this.isServed = isServed
    this.store.remarks.value = remarks
    this.store.report.value = report
    if (report) await this.openFound(report.captures, remarks)
    else if (sources.length > 0) await this.open(sources)
    else {
      this.store.phase.value = 'empty'
      this.store.remarks.value = [...remarks, ...forgotten(this.store.place.value)]
    }
  }

  /** Opens what was dropped or chosen, instead of what is open. */
  async openFiles(found: readonly Found[]): Promise<void> {
    if (found.length === 0) {
      this.store.notice.value = 'no file is in what was dropped'
      return
    }
    const { store } = this
    store.report.value = undefined
    await this.openFound(found, [], () => {
      const names = namesOf(found)
      // Dropped again after a reload, they are shown as they were left.
      const isAgain = this.opening === 1 && droppedBefore() === names
      if (!isAgain) this.put({ ...START, page: store.place.value.page }, 'replace')
      rememberDropped(names)
    })
  }

  private async openFound(found: readonly Found[], said: readonly string[], onRead = () => {}): Promise<void> {
    const { store } = this
    const turn = this.begin(found.map(({ name, file }) => ({ name, size: file.size })))
    const { sources, remarks } = await readFiles(
      found,
      (name, size) => turn === this.opening && tellRead(store, name, size),
    )
    if (turn !== this.opening) return
    onRead()
    store.remarks.value = [...said, ...remarks]
    await this.open(sources)
  }

  async open(sources: readonly Source[]): Promise<void> {
    const { store } = this
    const sizeOf = (source: Source) => ('bytes' in source ? source.bytes.byteLength : source.size)
    const turn = this.begin(sources.map(source => ({ name: source.name, size: sizeOf(source) })))
    try {
      const opened = await this.client.open(sources, progress => {
        store.openings.value = withProgress(store.openings.value, progress)
      })
      if (turn !== this.opening) return
      batch(() => {
        store.opened.value = opened
        store.phase.value = opened.inputs.length === 0 ? 'empty' : 'open'
      })
      if (opened.inputs.length > 0) this.answer(turn)
      await this.show(false)
    } catch (error) {
      if (turn !== this.opening || error instanceof Superseded) return
      batch(() => {
        if (!(error instanceof Crashed) || store.trouble.value === undefined) store.trouble.value = messageOf(error)
        store.phase.value = 'empty'
      })
    }
  }

  /** Shows what the captures say when that is found: the stuck ones stand first then, and are marked. */
  private async answer(turn: number, isAgain = false): Promise<void> {
    const { store } = this
    try {
      const answered = await this.answering.answer({ isServed: this.isServed, told: store.report.value?.told })
      if (turn !== this.opening) return
      batch(() => {
        store.answered.value = answered
        // Lines that are shown are asked for anew: they are to be those that the answer was found with.
        if (isAgain) store.sources.value = new Map()
      })
      this.layoutTask = undefined
      this.groups.refresh()
      if (!this.answering.hasMoved) this.shownView = 'none'
      await holdingRow(this, this.answering.hasMoved, () => this.show(false))
    } catch (error) {
      if (turn !== this.opening || error instanceof Superseded) return
      store.analysis.value = error instanceof Crashed ? 'its reader stopped before there was one' : messageOf(error)
      await this.show(false)
    }
  }

  /** Asks what the source says as it is now. */
  readAnew(): Promise<void> {
    this.store.edited.value = undefined
    return this.answer(this.opening, true)
  }

  private begin(files: readonly { readonly name: string; readonly size: number }[]): number {
    batch(() => {
      this.forget()
      forgetOpened(this.store)
      this.store.openings.value = files.map(file => ({ ...file, progress: undefined }))
      this.store.phase.value = 'opening'
    })
    return ++this.opening
  }

  private forget(): void {
    this.layoutTask = undefined
    this.shownTask = undefined
    this.shownView = 'none'
    this.shownSpan = ''
    this.shownRange = ''
    this.spanRow = undefined
    this.groups.forget()
    this.answering.forget()
  }

  private crashed(message: string): void {
    batch(() => {
      this.store.trouble.value = message
      // What is on the screen stays readable; only nothing new can be asked.
      if (this.store.phase.value === 'opening') this.store.phase.value = 'empty'
    })
  }

  /** The timeline is on the page, or gone from it. */
  attach(timeline: TimelineView | undefined, focus: () => void = () => {}): void {
    this.timeline = timeline
    this.focusTimeline = focus
    this.shownTask = undefined
    this.shownView = 'none'
    this.shownSpan = ''
    this.shownRange = ''
    if (!timeline) return
    this.show(false)
    for (const tell of this.waiting.splice(0)) tell()
  }

  /** The timeline is on the page, where it is to be seen: another page has none, and comes to it in its own time. */
  mounted(): Promise<void> {
    return this.timeline || !hasTimelineShown(this.store)
      ? Promise.resolve()
      : new Promise(tell => this.waiting.push(tell))
  }

  /** Changes the place without showing it: it is what is shown already. */
  private put(change: Partial<Place>, way: Way): void {
    this.store.place.value = pinned(this.store, { ...this.store.place.value, ...change })
    this.address.write(this.store.place.value, way)
  }

  go(change: Partial<Place>, way: Way, animate = true): Promise<void> {
    this.store.notice.value = ''
    this.put(change, way)
    return this.show(animate)
  }

  private async show(animate: boolean): Promise<void> {
    const turn = ++this.turn
    const { store } = this
    this.groups.show()
    this.answering.look()
    const trace = traceOf(store)
    if (store.phase.value !== 'open' || !trace) return
    try {
      const task = this.layoutFor(store.place.value)
      const layout = await task.answer
      if (turn !== this.turn) return
      const isNew = this.shownTask !== task
      if (isNew) {
        this.shownTask = task
        store.layout.value = layout
        this.timeline?.setTrace(traceIndexOf(store), trace, layout)
      }
      this.timeline?.setMarks(marksOf(store))
      this.showView(animate)
      if (isNew) stuckRow(this).then(row => row >= 0 && turn === this.turn && this.timeline?.reveal(row, false))
      await Promise.all([this.showSpan(isNew), this.showRange(isNew)])
      // With the answer rows change their places: whoever arrives goes there then.
      if (!this.hasArrived && this.timeline && isSettled(store) && turn === this.turn) await this.arrive()
    } catch (error) {
      if (error instanceof Superseded || error instanceof Crashed) return
      store.notice.value = messageOf(error)
      // No picture comes of this.
      this.answering.seen('timeline')
    }
  }

  private layoutFor(place: Place): LayoutTask {
    const trace = traceIndexOf(this.store)
    const ask = { trace, filter: place.filter, expanded: expandedOf(this.store) }
    const key = JSON.stringify(ask)
    if (this.layoutTask?.key !== key) {
      const answer = this.ask('layout', ask)
      const task = { key, answer }
      this.layoutTask = task
      answer.catch(() => {
        if (this.layoutTask === task) this.layoutTask = undefined
      })
    }
    return this.layoutTask!
  }

  /** Where everybody starts stands in no address. */
  private isWhole({ startNs, endNs, top }: View): boolean {
    const trace = traceOf(this.store)
    return trace !== undefined && startNs === 0 && top === 0 && endNs === wholeOf(trace).endNs
  }

  private showView(animate: boolean): void {
    const trace = traceOf(this.store)
    const { view } = this.store.place.value
    if (!trace || !this.timeline || view === this.shownView) return
    this.shownView = view
    this.timeline.setView(view ?? { ...wholeOf(trace), top: 0 }, animate, !isSettled(this.store))
  }

  private async showSpan(isNew: boolean): Promise<void> {
    const { store } = this
    const { span } = store.place.value
    const trace = traceIndexOf(store)
    const key = span ? `${trace} ${span.goroutineId} ${span.timeNs}` : ''
    if (!isNew && key === this.shownSpan) return
    this.shownSpan = key
    const row = span ? await this.rowOf(trace, span, key) : -1
    const detail = row < 0 ? undefined : await this.ask('detail', { trace, span: row })
    // The worker answers in order: whatever comes last for the span that is wanted is the newest.
    if (this.shownSpan !== key) return
    store.detail.value = detail
    this.timeline?.setSelected(detail)
    if (span && !detail) store.notice.value = `goroutine ${span.goroutineId} is not in this trace`
  }

  private async rowOf(trace: number, span: NonNullable<Place['span']>, key: string): Promise<number> {
    if (this.spanRow?.key !== key) {
      const row = await this.ask('spanOf', { trace, goroutineId: span.goroutineId, timeNs: span.timeNs })
      this.spanRow = { key, row }
    }
    return this.spanRow.row
  }

  /** An address may name a span alone: then its row is opened and scrolled to. */
  private async arrive(): Promise<void> {
    this.hasArrived = true
    const { store } = this
    const { span, view, expanded } = store.place.value
    const found = store.detail.value
    if (!span || view || !found || found.place.row < 0) return
    if (expanded === undefined) {
      const keys = [`g${found.detail.id}`]
      const [own] = await this.ask('rowsOf', { trace: traceIndexOf(store), keys })
      if (own < 0) await this.go({ expanded: [...expandedOf(store), found.place.groupKey] }, 'replace', false)
    }
    this.timeline?.reveal(store.detail.value?.place.row ?? found.place.row, false)
  }

  private async showRange(isNew: boolean): Promise<void> {
    const { store } = this
    // Elsewhere nobody sees these sums, and each page has its own to wait for.
    const range = hasTimelineShown(store) ? store.place.value.range : undefined
    const trace = traceIndexOf(store)
    const key = range ? `${trace} ${range.startNs} ${range.endNs}` : ''
    if (!isNew && key === this.shownRange) return
    this.shownRange = key
    this.timeline?.setRange(range)
    if (!range) {
      store.sums.value = undefined
      return
    }
    const sums = await this.ask('sums', { trace, ...range })
    if (this.shownRange === key) store.sums.value = sums
  }

  /** Selects a span where it is drawn; -1: nothing. */
  async select(span: number): Promise<void> {
    const trace = traceIndexOf(this.store)
    const found = span < 0 ? undefined : await this.ask('detail', { trace, span }).catch(() => undefined)
    if (!found) {
      if (this.store.place.value.span) await this.go({ span: undefined }, 'push')
      return
    }
    const { id, startNs } = found.detail
    this.spanRow = { key: `${trace} ${id} ${startNs}`, row: span }
    await this.go({ span: { goroutineId: id, timeNs: startNs } }, 'push')
  }

  /** Changes what the table of goroutines shows; its open group is another one then, unless it is named. */
  goGroups(change: Partial<GroupsPlace>, way: Way): Promise<void> {
    const groups = pinnedMoment(this.store, { ...this.store.place.value.groups, ...change })
    return this.go({ page: groupsPageOf(this.store), groups }, way)
  }

  toggle(key: string): Promise<void> {
    const open = expandedOf(this.store)
    return this.go({ expanded: open.includes(key) ? open.filter(other => other !== key) : [...open, key] }, 'push')
  }
}
