/** A long table of tasks or regions: only the rows on the screen are made, and asked for. Keys move a mark in it. */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useContext, useLayoutEffect, useRef } from 'preact/hooks'
import type { TasksPlace } from '../state/tasks-url.ts'
import { cellProps, gridProps, ROW_GROUP, rowProps, titleProps } from '../widgets/tree-grid.ts'
import { AT_TOP, offsetOf, type Plan, rowAt, scrolled, scrolledTo, scrollerHeightOf, topToReveal } from '../widgets/virtual.ts' // biome-ignore format: one line
import { SessionContext } from './context.ts'
import { gridCommandOf, indexAfter } from './group-keys.ts'
import { goTasks } from './tasks-steps.ts'

/** As the style sheet has it. */
const ROW_HEIGHT = 26
const OVERSCAN = 8
/** Rows are asked for in such steps, so that a wheel's turn asks once. */
export const STEP = 50

export type ListColumn<Row> = {
  readonly title: string
  readonly sort: TasksPlace['sort']
  /** Numbers fall first. */
  readonly falls: boolean
  readonly kind: string
  cell(row: Row): ComponentChildren
}

type ListProps<Row> = {
  readonly label: string
  readonly length: number
  readonly columns: readonly ListColumn<Row>[]
  /** undefined: not here yet. */
  rowAt(index: number): Row | undefined
  /** Which rows are wanted, from a multiple of `STEP` on. */
  onWant(from: number, count: number): void
  isChosen(row: Row): boolean
  onOpen(row: Row): void
}

export function TaskList<Row>(props: ListProps<Row>) {
  const { label, length, columns } = props
  const root = useRef<HTMLDivElement>(null)
  const scroll = useSignal(AT_TOP)
  const view = useSignal(400)
  const active = useSignal(0)
  const plan: Plan = { length, rowHeight: ROW_HEIGHT, open: -1, openHeight: 0 }
  useLayoutEffect(() => {
    const element = root.current!
    const observer = new ResizeObserver(() => {
      view.value = Math.max(ROW_HEIGHT, element.clientHeight - ROW_HEIGHT)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [view])
  const goTo = (top: number) => {
    scroll.value = scrolledTo(plan, top, view.peek())
    if (root.current) root.current.scrollTop = scroll.peek().top - scroll.peek().shift
  }
  const first = Math.max(0, rowAt(plan, scroll.value.top) - OVERSCAN)
  const last = Math.min(length - 1, rowAt(plan, scroll.value.top + view.value) + OVERSCAN)
  const from = Math.floor(first / STEP) * STEP
  const count = Math.ceil((last + 1 - from) / STEP) * STEP
  useLayoutEffect(() => props.onWant(from, count), [from, count, length])
  const at = Math.min(active.value, length - 1)
  const pressed = (event: KeyboardEvent) => {
    const command = event.target === root.current ? gridCommandOf(event) : undefined
    if (!command || command === 'clear' || command === 'close') return
    event.preventDefault()
    const to = indexAfter(command, at, length, Math.floor(view.peek() / ROW_HEIGHT) - 1)
    const row = props.rowAt(at)
    if (to !== undefined) {
      active.value = to
      goTo(topToReveal(plan, to, scroll.peek().top, view.peek()))
    } else if (row) props.onOpen(row)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role comes with the others of its properties
    <div
      ref={root}
      class={`task-list of-${label}`}
      {...gridProps({
        label,
        rows: length + 1,
        columns: columns.length,
        active: at >= first ? `task-row-${at}` : undefined,
      })}
      data-scrolls=""
      onScroll={() => {
        scroll.value = scrolled(plan, scroll.peek(), root.current?.scrollTop ?? 0, view.peek())
      }}
      onKeyDown={pressed}
    >
      <Titles columns={columns} />
      <div class="task-rows" {...ROW_GROUP} style={{ height: `${scrollerHeightOf(plan)}px` }}>
        {Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i).map(index => {
          const row = props.rowAt(index)
          const chosen = row !== undefined && props.isChosen(row)
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the table has the keys
            // biome-ignore lint/a11y/noStaticElementInteractions: its role comes with the others of its properties
            <div
              key={index}
              id={`task-row-${index}`}
              class={`task-row${chosen ? ' chosen' : ''}${index === at ? ' active' : ''}`}
              {...rowProps(index + 2, 1, undefined, chosen)}
              style={{ transform: `translateY(${offsetOf(plan, index) - scroll.value.shift}px)` }}
              onClick={() => {
                active.value = index
                if (row && document.getSelection()?.isCollapsed !== false) props.onOpen(row)
              }}
            >
              {columns.map(({ kind, cell }, column) => (
                <div key={kind} class={`task-cell ${kind}`} {...cellProps(column + 1)}>
                  {row ? cell(row) : null}
                </div>
              ))}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function Titles<Row>({ columns }: { readonly columns: readonly ListColumn<Row>[] }) {
  const session = useContext(SessionContext)
  const { sort, isDescending } = session.store.place.value.tasks
  return (
    <div class="task-titles" {...ROW_GROUP}>
      <div class="task-row head" {...rowProps(1)}>
        {columns.map(({ title, sort: own, falls, kind }) => {
          const isOwn = own === sort
          const next = isOwn ? !isDescending : falls
          return (
            <div
              key={kind}
              class={`task-cell ${kind}`}
              {...titleProps(isOwn ? (isDescending ? 'descending' : 'ascending') : undefined)}
            >
              <button type="button" class="plain" onClick={() => goTasks(session, { sort: own, isDescending: next })}>
                {title}
                <span aria-hidden="true">{isOwn ? (isDescending ? ' ▾' : ' ▴') : ''}</span>
              </button>
            </div>
          )
        })}
      </div>
    </div>
  )
}
