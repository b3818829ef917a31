/** A long table in its scroller: which rows are made, and how it moves by wheel, scroll bar and keys. */
import { type Signal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { AT_TOP, heightOf, type Plan, rowAt, type Scroll, scrolled, scrolledTo, topToReveal } from './virtual.ts'

/** Rows beyond the edge that are made, so that a short movement finds them there. */
const OVERSCAN = 6
/** Before the style sheet is measured. */
const ROW_HEIGHT = 28

export type VirtualScroll = {
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
  onScroll(): void
  reveal(row: number): void
}

/** The row that has details below it, as high as they are; -1: none. */
export type OpenRow = Pick<Plan, 'open' | 'openHeight'>

const NONE_OPEN: OpenRow = { open: -1, openHeight: 0 }

/**
 * `list`: names what is shown; another begins at its top, unless it has the open row. The scroller has rows of class
 * `body` and one of class `head`.
 */
export function useVirtualScroll(length: number, list: string | number, opened = NONE_OPEN): VirtualScroll {
  const root = useRef<HTMLDivElement>(null)
  const scroll = useSignal(AT_TOP)
  const view = useSignal(600)
  const rowHeight = useSignal(ROW_HEIGHT)
  const active = useSignal(0)
  const plan: Plan = { length, rowHeight: rowHeight.value, ...opened }
  const latest = useRef(plan)
  latest.current = plan
  const goTo = (top: number) => {
    scroll.value = scrolledTo(latest.current, top, view.peek())
    place(root.current, scroll.peek())
  }
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
    const heightAt = (selector: string) => element.querySelector<HTMLElement>(selector)?.offsetHeight ?? 0
    const measure = () => {
      rowHeight.value = heightAt('.body') || ROW_HEIGHT
      view.value = Math.max(rowHeight.peek(), element.clientHeight - heightAt('.head'))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [view, rowHeight, length > 0])
  // A shorter table ends above where one looked.
  useLayoutEffect(() => {
    const most = Math.max(0, heightOf(plan) - view.peek())
    if (scroll.peek().top > most) goTo(most)
    if (active.peek() >= length) active.value = Math.max(0, length - 1)
  })
  const shown = useRef(list)
  useLayoutEffect(() => {
    if (shown.current === list) return
    shown.current = list
    if (latest.current.open >= 0) return
    active.value = 0
    goTo(0)
  }, [list])
  const { top } = scroll.value
  return {
    root,
    plan,
    scroll: scroll.value,
    first: Math.max(0, rowAt(plan, top) - OVERSCAN),
    last: Math.min(length - 1, rowAt(plan, top + view.value) + OVERSCAN),
    page: Math.max(1, Math.floor(view.value / plan.rowHeight) - 1),
    active,
    onScroll,
    reveal: row => goTo(topToReveal(latest.current, row, scroll.peek().top, view.peek())),
  }
}

function place(element: HTMLElement | null, { top, shift }: Scroll): void {
  if (element && Math.abs(element.scrollTop - (top - shift)) >= 1) element.scrollTop = top - shift
}
