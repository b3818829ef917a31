/**
 * The page "goroutines", less its looks: asks the worker for the groups that the address names, keeps the rows that are
 * on the screen and those around them, and the group that is open.
 */
import { batch, type Signal, signal } from '@preact/signals'
import { Crashed, Superseded } from '../client.ts'
import type { GroupDetail, GroupRow, GroupsAsk, GroupsInfo } from '../protocol.ts'
import { hasGroupsShown, type Store } from '../state/store.ts'
import type { Ask } from '../timeline/contract.ts'
import { messageOf } from '../words.ts'
import { groupsAskOf } from './moments.ts'

/** Rows come by pages; a screen has some fifty. */
export const PAGE = 100
/** More are not kept: who scrolls on does not come back to all of them. */
const PAGES_KEPT = 40
/** What takes longer than this is shown to be under way. */
const PATIENCE_MS = 200

type Answer = { readonly info: GroupsInfo; readonly rows: readonly GroupRow[] }
type Task = { readonly key: string; readonly answer: Promise<Answer> }

export class GroupsView {
  readonly info: Signal<GroupsInfo | undefined> = signal(undefined)
  readonly pages: Signal<ReadonlyMap<number, readonly GroupRow[]>> = signal(new Map())
  readonly detail: Signal<GroupDetail | undefined> = signal(undefined)
  /** Index of the open group; -1: none. */
  readonly open: Signal<number> = signal(-1)
  readonly isBusy: Signal<boolean> = signal(false)
  /** A row that is to be brought into sight; a new object each time. */
  readonly wanted: Signal<{ readonly index: number } | undefined> = signal(undefined)
  private readonly store: Store
  private readonly ask: Ask
  private readonly onShown: () => void
  private turn = 0
  /** The list that was asked for last: the worker holds no other. */
  private task: Task | undefined
  private shownTask: Task | undefined
  private openKey = ''
  private readonly coming = new Set<number>()

  /** `onShown`: rows are on the page, or cannot come. */
  constructor(store: Store, ask: Ask, onShown: () => void) {
    this.store = store
    this.ask = ask
    this.onShown = onShown
  }

  /** Something else is being opened. */
  forget(): void {
    this.turn++
    this.task = undefined
    this.shownTask = undefined
    this.openKey = ''
    batch(() => {
      this.info.value = undefined
      this.pages.value = new Map()
      this.detail.value = undefined
      this.open.value = -1
    })
  }

  /** Brings the table to where the address says. */
  async show(): Promise<void> {
    const { store } = this
    if (!hasGroupsShown(store) || store.phase.value !== 'open') return
    const ask = groupsAskOf(store)
    if (!ask) return
    const turn = ++this.turn
    const task = this.taskOf(ask)
    const isNew = task !== this.shownTask
    const timer = isNew ? setTimeout(() => this.busy(turn), PATIENCE_MS) : undefined
    try {
      const { info, rows } = await task.answer
      if (turn !== this.turn || (!isNew && store.place.value.groups.group === this.openKey)) return
      const [index, detail] = await this.found(info)
      if (turn !== this.turn) return
      batch(() => {
        if (isNew) this.put(task, info, rows)
        this.putOpen(index, detail)
      })
      this.onShown()
    } catch (error) {
      if (error instanceof Superseded || error instanceof Crashed || turn !== this.turn) return
      this.onShown()
      store.notice.value = messageOf(error)
    } finally {
      clearTimeout(timer)
      if (turn === this.turn) this.isBusy.value = false
    }
  }

  /** What is on the page, anew: it is known now whom the answer is about. */
  async refresh(): Promise<void> {
    const list = this.info.value?.list
    if (list === undefined) return
    try {
      for (const page of this.pages.value.keys()) {
        const rows = await this.ask('groupRows', { list, from: page * PAGE, count: PAGE })
        if (this.info.value?.list !== list) return
        if (rows) this.pages.value = new Map([...this.pages.value].map(one => (one[0] === page ? [page, rows] : one)))
      }
      const index = this.open.value
      const detail = index < 0 ? undefined : await this.ask('groupDetail', { list, index })
      if (detail && this.info.value?.list === list && this.open.value === index) this.detail.value = detail
    } catch (error) {
      if (!(error instanceof Superseded || error instanceof Crashed)) throw error
    }
  }

  private taskOf(ask: GroupsAsk): Task {
    const key = JSON.stringify(ask)
    if (this.task?.key === key) return this.task
    const task = { key, answer: this.askFor(ask) }
    this.task = task
    task.answer.catch(() => {
      if (this.task === task) this.task = undefined
    })
    return task
  }

  private async askFor(ask: GroupsAsk): Promise<Answer> {
    const info = await this.ask('groups', ask)
    const rows = (await this.ask('groupRows', { list: info.list, from: 0, count: PAGE })) ?? []
    return { info, rows }
  }

  private busy(turn: number): void {
    if (turn === this.turn) this.isBusy.value = true
  }

  /** The group that the address names, in a list. */
  private async found({ list }: GroupsInfo): Promise<[number, GroupDetail | undefined]> {
    const { group } = this.store.place.value.groups
    if (group === '') return [-1, undefined]
    const index = await this.ask('groupAt', { list, key: group })
    if (index >= 0) return [index, await this.ask('groupDetail', { list, index })]
    this.store.notice.value =
      index === -1 ? 'the filter hides this group' : `${groupWords(group)} is not in this moment`
    return [-1, undefined]
  }

  private put(task: Task, info: GroupsInfo, rows: readonly GroupRow[]): void {
    this.shownTask = task
    this.coming.clear()
    this.info.value = info
    this.pages.value = new Map([[0, rows]])
  }

  private putOpen(index: number, detail: GroupDetail | undefined): void {
    this.openKey = this.store.place.value.groups.group
    this.detail.value = detail
    this.open.value = index
    if (index >= 0) this.wanted.value = { index }
  }

  rowAt(index: number): GroupRow | undefined {
    return this.pages.value.get(Math.floor(index / PAGE))?.[index % PAGE]
  }

  /** Asks for the rows of a stretch that are not there yet. */
  want(from: number, to: number): void {
    const info = this.info.value
    if (!info || info.length === 0) return
    const last = Math.floor(Math.min(to, info.length - 1) / PAGE)
    for (let page = Math.max(0, Math.floor(from / PAGE)); page <= last; page++) this.load(page, info)
  }

  private async load(page: number, { list }: GroupsInfo): Promise<void> {
    if (this.coming.has(page) || this.pages.value.has(page)) return
    this.coming.add(page)
    const rows = await this.ask('groupRows', { list, from: page * PAGE, count: PAGE }).catch(() => undefined)
    if (this.info.value?.list !== list) return
    this.coming.delete(page)
    if (!rows) return
    // A map keeps the order in which its pages came.
    const kept = [...this.pages.value].slice(-PAGES_KEPT)
    this.pages.value = new Map([...kept, [page, rows]])
  }
}

function groupWords(key: string): string {
  return key.startsWith('g') ? `goroutine ${key.slice(1)}` : 'this group'
}
