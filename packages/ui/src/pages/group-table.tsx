/**
 * The table of groups: a tree grid of which only the rows on the screen are made, so that half a million of them scroll
 * like fifty. The focus is the table's, and a mark goes from row to row; a row that is open has its details below it.
 */
import type { Signal } from '@preact/signals'
import { useContext, useLayoutEffect, useRef } from 'preact/hooks'
import type { GroupRow, GroupSort, GroupsInfo } from '../protocol.ts'
import { orderOf, SortMark } from '../widgets/sort-mark.tsx'
import { cellProps, gridProps, ROW_GROUP, rowProps, titleProps } from '../widgets/tree-grid.ts'
import { offsetOf, scrollerHeightOf } from '../widgets/virtual.ts'
import { SessionContext } from './context.ts'
import { GroupPanel } from './group-detail.tsx'
import { gridCommandOf, indexAfter } from './group-keys.ts'
import { type Column, columnsOf, GroupCells } from './group-row.tsx'
import { type GroupScroll, useGroupScroll } from './group-scroll.ts'
import { againstOf, momentOf, sortOf } from './moments.ts'

export function GroupTable() {
  const { groups } = useContext(SessionContext)
  const info = groups.info.value
  if (!info) return <div class="groups-table" />
  if (info.length === 0) return <Nobody info={info} />
  return <Table info={info} />
}

function Nobody({ info }: { readonly info: GroupsInfo }) {
  const session = useContext(SessionContext)
  const none = { function: '', state: '', minutes: undefined }
  return (
    <div class="groups-table groups-none">
      {info.all === 0 && info.goroutines === 0 ? (
        <p>No goroutine lives at this moment.</p>
      ) : (
        <p>
          No group fits the filter.{' '}
          <button type="button" onClick={() => session.goGroups(none, 'push')}>
            clear the filter
          </button>
        </p>
      )}
    </div>
  )
}

function Table({ info }: { readonly info: GroupsInfo }) {
  const { groups } = useContext(SessionContext)
  const seen = useGroupScroll(info)
  const { root, plan, first, last, active, openHeight } = seen
  const { shift } = seen.scroll
  const { open } = plan
  const toggle = useToggle(active)
  const columns = columnsOf(info)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role comes with the others of its properties
    <div
      ref={root}
      class={`groups-table ${info.compared ? `compared by-${info.compared.by}` : ''}`}
      {...gridProps({
        label: 'groups of goroutines',
        rows: info.length + 1,
        columns: columns.length,
        active: active.value >= first && active.value <= last ? rowId(active.value) : undefined,
      })}
      data-scrolls=""
      onScroll={seen.onScroll}
      onKeyDown={event => {
        if (event.target === root.current && pressed(event, seen, toggle)) event.preventDefault()
      }}
    >
      <Titles columns={columns} />
      <div class="groups-rows" {...ROW_GROUP} style={{ height: `${scrollerHeightOf(plan)}px` }}>
        {range(first, last).map(index => (
          <Row
            key={index}
            index={index}
            row={groups.rowAt(index)}
            y={offsetOf(plan, index) - shift}
            isOpen={index === open}
            isActive={index === active.value}
            info={info}
            columns={columns}
            onToggle={toggle}
          />
        ))}
        {open >= first && open <= last ? (
          <Details
            y={offsetOf(plan, open) + plan.rowHeight - shift}
            rowIndex={open + 2}
            columns={columns.length}
            onHeight={height => {
              openHeight.value = height
            }}
          />
        ) : null}
      </div>
    </div>
  )
}

function useToggle(active: Signal<number>): (index: number) => void {
  const session = useContext(SessionContext)
  const { groups } = session
  return index => {
    active.value = index
    const row = groups.rowAt(index)
    if (row) session.goGroups({ group: index === groups.open.peek() ? '' : row.key }, 'push')
  }
}

/** Does what a key asks; false: it asks nothing of the table. */
function pressed(event: KeyboardEvent, seen: GroupScroll, toggle: (index: number) => void): boolean {
  const command = gridCommandOf(event)
  if (!command || command === 'clear') return false
  const { active, plan, page } = seen
  const at = active.peek()
  const to = indexAfter(command, at, plan.length, page)
  if (to !== undefined) {
    active.value = to
    seen.reveal(to)
  } else if (command === 'toggle' || (command === 'open') === (at !== plan.open)) toggle(at)
  return true
}

function Titles({ columns }: { readonly columns: readonly Column[] }) {
  const session = useContext(SessionContext)
  const { store } = session
  const of = momentOf(store)
  const sort = sortOf(store.place.value.groups.sort, of && againstOf(store, of))
  const by = (to: GroupSort) => session.goGroups({ sort: to }, 'push')
  return (
    <div class="groups-top" {...ROW_GROUP}>
      <div class="groups-row head" {...rowProps(1)}>
        {columns.map(({ name, title, sort: own, hint, falls }) => (
          <div
            key={name}
            class={`groups-cell ${name}`}
            {...titleProps(own === undefined || own !== sort ? undefined : orderOf(falls))}
          >
            {own === undefined ? (
              <span title={hint}>{title}</span>
            ) : (
              <button type="button" class="plain" title={hint} onClick={() => by(own)}>
                {title}
                <SortMark order={own === sort ? orderOf(falls) : undefined} />
              </button>
            )}
          </div>
        ))}
      </div>
    </div>
  )
}

type RowProps = {
  readonly index: number
  readonly row: GroupRow | undefined
  readonly y: number
  readonly isOpen: boolean
  readonly isActive: boolean
  readonly info: GroupsInfo
  readonly columns: readonly Column[]
  onToggle(index: number): void
}

function Row({ index, row, y, isOpen, isActive, info, columns, onToggle }: RowProps) {
  const state = `${isOpen ? ' open' : ''}${isActive ? ' active' : ''}${row?.finding === -1 ? '' : ' found'}`
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the table has the keys
    // biome-ignore lint/a11y/noStaticElementInteractions: its role comes with the others of its properties
    <div
      id={rowId(index)}
      class={`groups-row body${state}`}
      {...rowProps(index + 2, 1, isOpen, isActive)}
      style={{ transform: `translateY(${y}px)` }}
      onClick={() => {
        // Whoever marks a name to copy it opens nothing.
        if (document.getSelection()?.isCollapsed !== false) onToggle(index)
      }}
    >
      {row ? <GroupCells row={row} isOpen={isOpen} most={info.most} columns={columns} /> : <div {...cellProps(1)} />}
    </div>
  )
}

type DetailsProps = {
  readonly y: number
  readonly rowIndex: number
  readonly columns: number
  onHeight(height: number): void
}

/** Below the open row, as high as it is. */
function Details({ y, rowIndex, columns, onHeight }: DetailsProps) {
  const { groups } = useContext(SessionContext)
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const measure = () => onHeight(element.current?.offsetHeight ?? 0)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element.current!)
    return () => observer.disconnect()
  }, [])
  const detail = groups.detail.value
  return (
    <div ref={element} class="groups-details" {...rowProps(rowIndex, 2)} style={{ transform: `translateY(${y}px)` }}>
      <div {...cellProps(1, columns)}>{detail ? <GroupPanel detail={detail} /> : null}</div>
    </div>
  )
}

function rowId(index: number): string {
  return `group-${index}`
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
}
