/** A long table of tasks or regions: only the rows on the screen are made, and asked for. Keys move a mark in it. */
import type { ComponentChildren } from 'preact'
import { useContext, useLayoutEffect } from 'preact/hooks'
import type { TasksPlace } from '../state/tasks-url.ts'
import { orderOf, SortMark } from '../widgets/sort-mark.tsx'
import { cellProps, gridProps, ROW_GROUP, rowProps, titleProps } from '../widgets/tree-grid.ts'
import { offsetOf, scrollerHeightOf } from '../widgets/virtual.ts'
import { useVirtualScroll } from '../widgets/virtual-scroll.ts'
import { SessionContext } from './context.ts'
import { pressedInList } from './list-keys.ts'
import { goTasks } from './tasks-steps.ts'

/** Rows are asked for in such steps, so that a wheel's turn asks once. */
export const STEP = 50

export type ListColumn<Row> = {
  readonly title: string
  /** undefined: nothing to sort by. */
  readonly sort: TasksPlace['sort'] | undefined
  /** Numbers fall first. */
  readonly falls: boolean
  readonly kind: string
  cell(row: Row): ComponentChildren
}

type ListProps<Row> = {
  readonly label: string
  /** Which columns it has, for its style. */
  readonly kind: string
  readonly length: number
  /** Names what is shown: another begins at its top. */
  readonly list: number
  readonly columns: readonly ListColumn<Row>[]
  /** undefined: not here yet. */
  rowAt(index: number): Row | undefined
  /** Which rows are wanted, from a multiple of `STEP` on. */
  onWant(from: number, count: number): void
  isChosen(row: Row): boolean
  onOpen(row: Row): void
  /** Escape; undefined: there is nothing to go back to. */
  readonly onBack?: (() => void) | undefined
}

export function TaskList<Row>(props: ListProps<Row>) {
  const { label, kind: columnsKind, length, list, columns, onBack } = props
  const seen = useVirtualScroll(length, list)
  const { root, plan, first, last, active } = seen
  const { shift } = seen.scroll
  const from = Math.floor(first / STEP) * STEP
  const count = Math.ceil((last + 1 - from) / STEP) * STEP
  useLayoutEffect(() => props.onWant(from, count), [from, count, length])
  const open = (index: number) => {
    active.value = index
    const row = props.rowAt(index)
    if (row !== undefined) props.onOpen(row)
  }
  const at = active.value
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role comes with the others of its properties
    <div
      ref={root}
      class={`task-list of-${columnsKind}`}
      {...gridProps({
        label,
        rows: length + 1,
        columns: columns.length,
        active: at >= first && at <= last ? `task-row-${at}` : undefined,
      })}
      data-scrolls=""
      onScroll={seen.onScroll}
      onKeyDown={event => pressedInList(event, seen, open, onBack)}
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
              class={`task-row body${chosen ? ' chosen' : ''}${index === at ? ' active' : ''}`}
              {...rowProps(index + 2, 1, undefined, chosen)}
              style={{ transform: `translateY(${offsetOf(plan, index) - shift}px)` }}
              onClick={() => {
                // Whoever marks a name to copy it opens nothing.
                if (document.getSelection()?.isCollapsed !== false) open(index)
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
          const isOwn = own !== undefined && own === sort
          const next = isOwn ? !isDescending : falls
          const order = isOwn ? orderOf(isDescending) : undefined
          return (
            <div key={kind} class={`task-cell ${kind}`} {...titleProps(order)}>
              {own === undefined ? (
                title
              ) : (
                <button type="button" class="plain" onClick={() => goTasks(session, { sort: own, isDescending: next })}>
                  {title}
                  <SortMark order={order} />
                </button>
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}
