/** What is seen of the table of groups, and how it moves: by wheel and scroll bar, by keys, to a row that is wanted. */
import { type Signal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useContext, useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { GroupsInfo } from '../protocol.ts'
import { AT_TOP, heightOf, type Plan, rowAt, type Scroll, scrolled, scrolledTo, topToReveal } from '../widgets/virtual.ts' // biome-ignore format: one line
import { SessionContext } from './context.ts'

/** Rows beyond the edge that are made, so that a short movement finds them there. */
const OVERSCAN = 6
/** Before the style sheet is measured. */
const ROW_HEIGHT = 28

export type GroupScroll = {
  readonly root: RefObject<HTMLDivElement | null>
  readonly plan: Plan
  readonly scroll: Scroll
  /** Rows that are made. */
  readonly first: number
  readonly last: number
  /** Rows that a page has. */
  readonly page: number
  /** The row that the keys are at. */
  readonly active: Signal<number>
  readonly openHeight: Signal<number>
  onScroll(): void
  reveal(row: number): void
}

export function useGroupScroll(info: GroupsInfo): GroupScroll {
  const { groups } = useContext(SessionContext)
  const root = useRef<HTMLDivElement>(null)
  const scroll = useSignal(AT_TOP)
  const view = useSignal(600)
  const rowHeight = useSignal(ROW_HEIGHT)
  const openHeight = useSignal(0)
  const active = useSignal(0)
  const plan: Plan = {
    length: info.length,
    rowHeight: rowHeight.value,
    open: groups.open.value,
    openHeight: openHeight.value,
  }
  const latest = useRef(plan)
  latest.current = plan

  const goTo = (top: number) => {
    scroll.value = scrolledTo(latest.current, top, view.peek())
    place(root.current, scroll.peek())
  }
  const reveal = (row: number) => goTo(topToReveal(latest.current, row, scroll.peek().top, view.peek()))
  const onScroll = () => {
    const { top, shift } = scroll.peek()
    const at = root.current?.scrollTop ?? 0
    // What `goTo` did is no movement of the user's.
    if (Math.abs(at - (top - shift)) < 1) return
    scroll.value = scrolled(latest.current, scroll.peek(), at, view.peek())
    place(root.current, scroll.peek())
  }
  useLayoutEffect(() => {
    const element = root.current!
    const measure = () => {
      rowHeight.value = element.querySelector<HTMLElement>('.groups-row.body')?.offsetHeight || ROW_HEIGHT
      view.value = Math.max(rowHeight.peek(), element.clientHeight - headHeightOf(element))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [view, rowHeight])
  // A shorter table ends above where one looked.
  useLayoutEffect(() => {
    const most = Math.max(0, heightOf(plan) - view.peek())
    if (scroll.peek().top > most) goTo(most)
  })
  // Another list begins at its top, unless it has the open group.
  const list = useRef(info.list)
  useLayoutEffect(() => {
    if (list.current === info.list) return
    list.current = info.list
    if (groups.open.peek() >= 0) return
    active.value = 0
    goTo(0)
  }, [info.list])
  useWanted(openHeight, index => {
    active.value = index
    reveal(index)
  })

  const { top } = scroll.value
  const first = Math.max(0, rowAt(plan, top) - OVERSCAN)
  const last = Math.min(info.length - 1, rowAt(plan, top + view.value) + OVERSCAN)
  useEffect(() => groups.want(first, last), [groups, first, last, info])
  const page = Math.max(1, Math.floor(view.value / plan.rowHeight) - 1)
  return { root, plan, scroll: scroll.value, first, last, page, active, openHeight, onScroll, reveal }
}

/** Brings the open group into sight once, and once more when the height of its details is known. */
function useWanted(openHeight: Signal<number>, bring: (index: number) => void): void {
  const { groups } = useContext(SessionContext)
  const wanted = groups.wanted.value
  const done = useRef<typeof wanted>(undefined)
  useLayoutEffect(() => {
    if (!wanted || done.current === wanted) return
    bring(wanted.index)
    if (openHeight.value > 0) done.current = wanted
  }, [wanted, openHeight.value])
}

function place(element: HTMLElement | null, { top, shift }: Scroll): void {
  if (element && Math.abs(element.scrollTop - (top - shift)) >= 1) element.scrollTop = top - shift
}

function headHeightOf(element: HTMLElement): number {
  return element.querySelector<HTMLElement>('.groups-row.head')?.offsetHeight ?? 0
}
