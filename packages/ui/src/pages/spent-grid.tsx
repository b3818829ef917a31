/**
 * A table of where the time went: sorted by a click on a title, or Enter on it; only the rows on the screen are made, and
 * asked of the worker as they come into sight. The focus is the table's, and a mark goes from row to row.
 */
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Sorted } from '../state/functions-url.ts'
import { orderOf, SortMark } from '../widgets/sort-mark.tsx'
import { type StateName, Swatch } from '../widgets/state-bar.tsx'
import { cellProps, gridProps, ROW_GROUP, rowProps, titleProps } from '../widgets/tree-grid.ts'
import { offsetOf, scrollerHeightOf } from '../widgets/virtual.ts'
import { useVirtualScroll } from '../widgets/virtual-scroll.ts'
import { pressedInList } from './list-keys.ts'

export type GridColumn<Sort extends string, Row> = {
  readonly name: string
  readonly title: string
  readonly hint: string
  /** undefined: nothing to sort by. */
  readonly sort: Sort | undefined
  /** The largest comes first, unless it is turned round. */
  readonly falls: boolean
  /** In rem. */
  readonly width: number
  /** It takes what room is left, and no more than half of a small window. */
  readonly grows?: boolean
  /** A state's colour, before the title. */
  readonly state?: StateName | undefined
  cell(row: Row, index: number): ComponentChildren
}

type GridProps<Sort extends string, Row> = {
  readonly label: string
  readonly columns: readonly GridColumn<Sort, Row>[]
  readonly length: number
  /** Names what is shown: another begins at its top. */
  readonly list: string
  readonly sort: Sorted<Sort>
  /** It is there in place of what had the focus. */
  readonly takesFocus: boolean
  /** undefined: on its way. */
  rowAt(index: number): Row | undefined
  onSort(sort: Sorted<Sort>): void
  onOpen(row: Row): void
  /** Escape; undefined: there is nothing to go back to. */
  readonly onBack?: (() => void) | undefined
  /** Rows that are seen. */
  onSeen(first: number, last: number): void
}

export function SpentGrid<Sort extends string, Row>(props: GridProps<Sort, Row>) {
  const { label, columns, length, list, sort, takesFocus, rowAt, onSort, onOpen, onBack, onSeen } = props
  const seen = useVirtualScroll(length, list)
  const { root, plan, first, last, active } = seen
  const { shift } = seen.scroll
  useEffect(() => onSeen(first, last), [first, last, list])
  useEffect(() => {
    if (takesFocus && document.activeElement === document.body) root.current?.focus({ preventScroll: true })
  }, [])
  const open = (index: number) => {
    active.value = index
    const row = rowAt(index)
    if (row !== undefined) onOpen(row)
  }
  const id = (index: number) => `spent-${index}`
  const tracks = tracksOf(columns)
  const isMade = active.value >= first && active.value <= last
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role comes with the others of its properties
    <div
      ref={root}
      class="spent-grid"
      {...gridProps(
        {
          label,
          rows: length + 1,
          columns: columns.length,
          active: isMade ? id(active.value) : undefined,
        },
        'grid',
      )}
      data-scrolls=""
      onScroll={seen.onScroll}
      onKeyDown={event => {
        pressedInList(event, seen, open, onBack)
      }}
    >
      <Titles columns={columns} sort={sort} tracks={tracks} onSort={onSort} />
      <div
        class="spent-rows"
        {...ROW_GROUP}
        style={{ height: `${scrollerHeightOf(plan)}px`, minWidth: tracks.minWidth }}
      >
        {Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i).map(index => {
          const row = rowAt(index)
          const isActive = index === active.value
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the table has the keys
            // biome-ignore lint/a11y/noStaticElementInteractions: its role comes with the others of its properties
            <div
              key={index}
              id={id(index)}
              class={isActive ? 'spent-row body active' : 'spent-row body'}
              {...rowProps(index + 2, undefined, undefined, isActive)}
              style={{ ...tracks, transform: `translateY(${offsetOf(plan, index) - shift}px)` }}
              onClick={() => {
                // Whoever marks a name to copy it opens nothing.
                if (document.getSelection()?.isCollapsed !== false) open(index)
              }}
            >
              {columns.map((column, i) => (
                <div key={column.name} class={`spent-cell ${column.name}`} {...cellProps(i + 1)}>
                  {row === undefined ? null : column.cell(row, index)}
                </div>
              ))}
            </div>
          )
        })}
      </div>
    </div>
  )
}

type Tracks = { readonly gridTemplateColumns: string; readonly minWidth: string }

/** Of all rows the same, whatever is in them. */
function tracksOf(columns: readonly { readonly width: number; readonly grows?: boolean }[]): Tracks {
  const least = ({ width, grows }: (typeof columns)[number]) => (grows ? `min(${width}rem, 45vw)` : `${width}rem`)
  return {
    gridTemplateColumns: columns
      .map(column => (column.grows ? `minmax(${least(column)}, 1fr)` : least(column)))
      .join(' '),
    minWidth: `calc(${columns.map(least).join(' + ')})`,
  }
}

type TitlesProps<Sort extends string, Row> = {
  readonly columns: readonly GridColumn<Sort, Row>[]
  readonly sort: Sorted<Sort>
  readonly tracks: Tracks
  onSort(sort: Sorted<Sort>): void
}

function Titles<Sort extends string, Row>({ columns, sort, tracks, onSort }: TitlesProps<Sort, Row>) {
  return (
    <div class="spent-top" {...ROW_GROUP}>
      <div class="spent-row head" {...rowProps(1)} style={tracks}>
        {columns.map(({ name, title, hint, sort: own, falls, state }) => {
          const isOwn = own !== undefined && own === sort.column
          const isFalling = falls !== sort.isReversed
          return (
            <div key={name} class={`spent-cell ${name}`} {...titleProps(isOwn ? orderOf(isFalling) : undefined)}>
              {own === undefined ? (
                <span title={hint}>{title}</span>
              ) : (
                <button
                  type="button"
                  class="plain"
                  title={hint}
                  onClick={() => onSort({ column: own, isReversed: isOwn && !sort.isReversed })}
                >
                  {state ? <Swatch state={state} /> : null}
                  {title}
                  <SortMark order={isOwn ? orderOf(isFalling) : undefined} />
                </button>
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}
