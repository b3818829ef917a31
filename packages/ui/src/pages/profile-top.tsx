/** The table of functions: what was spent in each itself, and with all that it called. Only rows that are seen are made. */
import { formatCount, formatNs, shareText } from '@unhang/core'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { ProfileAsk, ProfileHead, TopAnswer, TopRow, TopSort } from '../protocol/profiles.ts'
import { orderOf, SortMark } from '../widgets/sort-mark.tsx'
import { gridProps, ROW_GROUP, rowProps, titleProps } from '../widgets/tree-grid.ts'
import { offsetOf, scrollerHeightOf } from '../widgets/virtual.ts'
import { useVirtualScroll } from '../widgets/virtual-scroll.ts'
import { counted, printable } from '../words.ts'
import { useAsked } from './asked.ts'
import { SessionContext } from './context.ts'
import { pressedInList } from './list-keys.ts'
import { Nothing } from './numbers.tsx'
import { ProfileLink } from './profile-link.tsx'
import { atPlace, goProfiles, isAt, STAY_WORDS, totalOfHead } from './profile-place.ts'
import { NoProfile, ProfileSums } from './profile-sums.tsx'

const COLUMNS = 5
const CELL = { role: 'gridcell' } as const
const rowId = (index: number) => `top-${index}`
/** Rows come by pages of this many, with one around what is seen. */
const PAGE = 100

export function ProfileTop({ ask }: { readonly ask: ProfileAsk }) {
  const session = useContext(SessionContext)
  const { sort, isReversed } = session.store.place.value.profiles
  const [page, setPage] = useState(0)
  const from = Math.max(0, page - 1) * PAGE
  const { answer, error, isOld } = useAsked('profileTop', { ...ask, sort, isReversed, from, count: 3 * PAGE })
  const isEmpty = answer !== undefined && totalOfHead(answer.head, ask.weight) === 0
  return (
    <>
      <ProfileSums
        ask={ask}
        head={answer?.head}
        more={answer ? counted(answer.length, ask.granularity === 'lines' ? 'line' : 'function') : ''}
      />
      {error ? <Nothing title={printable(error, 500)} /> : null}
      {answer && isEmpty ? <NoProfile ask={ask} head={answer.head} /> : null}
      {answer && !isEmpty ? (
        <Table ask={ask} answer={answer} isOld={isOld} onRow={row => setPage(Math.floor(row / PAGE))} />
      ) : null}
    </>
  )
}

type TableProps = {
  readonly ask: ProfileAsk
  readonly answer: TopAnswer
  readonly isOld: boolean
  onRow(row: number): void
}

function Table({ ask, answer, isOld, onRow }: TableProps) {
  const session = useContext(SessionContext)
  const { at, sort, isReversed } = session.store.place.value.profiles
  const seen = useVirtualScroll(answer.length, `${ask.kind} ${ask.granularity} ${sort} ${isReversed}`)
  const { root, plan, first, last, active } = seen
  useEffect(() => onRow(first), [first])
  const open = (index: number) => {
    const row = answer.rows[index - answer.from]
    if (row && row.name !== '') goProfiles(session, atPlace(row))
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role comes with the others of its properties
    <div
      ref={root}
      class="top-table"
      {...gridProps(
        {
          label: 'functions',
          rows: answer.length + 1,
          columns: COLUMNS,
          active: active.value >= first && active.value <= last ? rowId(active.value) : undefined,
        },
        'grid',
      )}
      aria-busy={isOld}
      data-scrolls=""
      onScroll={seen.onScroll}
      onKeyDown={event =>
        pressedInList(event, seen, open, at === '' ? undefined : () => goProfiles(session, { at: '', line: '' }))
      }
    >
      <Titles ask={ask} />
      <div class="top-rows" {...ROW_GROUP} style={{ height: `${scrollerHeightOf(plan)}px` }}>
        {Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i).map(index => (
          <Row
            key={index}
            index={index}
            y={offsetOf(plan, index) - seen.scroll.shift}
            isActive={index === active.value}
            row={answer.rows[index - answer.from]}
            head={answer.head}
          />
        ))}
      </div>
    </div>
  )
}

function Titles({ ask }: { readonly ask: ProfileAsk }) {
  const session = useContext(SessionContext)
  const { sort, isReversed } = session.store.place.value.profiles
  const [, many] = STAY_WORDS[ask.kind]
  const titles: readonly (readonly [TopSort, string, string])[] = [
    ['self', 'self', 'spent in the function itself'],
    ['stays', `self ${many}`, 'how often it was in the function itself'],
    ['cumulative', 'cumulative', 'spent in it and in all that it called'],
    ['cumulativeStays', `cumulative ${many}`, 'how often it was in it or in what it called'],
    ['name', ask.granularity === 'lines' ? 'line' : 'function', 'the name'],
  ]
  return (
    <div class="top-head" {...ROW_GROUP}>
      <div class="top-row head" {...rowProps(1)}>
        {titles.map(([own, text, hint]) => {
          const isFalling = (own === 'name') === isReversed
          const order = own === sort ? orderOf(isFalling) : undefined
          return (
            <div key={own} class={`top-cell ${own}`} {...titleProps(order)}>
              <button
                type="button"
                class="plain"
                title={hint}
                onClick={() => goProfiles(session, { sort: own, isReversed: own === sort && !isReversed })}
              >
                {text}
                <SortMark order={order} />
              </button>
            </div>
          )
        })}
      </div>
    </div>
  )
}

type RowProps = {
  readonly index: number
  readonly y: number
  /** The keys are at it. */
  readonly isActive: boolean
  readonly row: TopRow | undefined
  readonly head: ProfileHead
}

function Row({ index, y, isActive, row, head }: RowProps) {
  const session = useContext(SessionContext)
  const { at, line } = session.store.place.value.profiles
  const isChosen = row !== undefined && isAt(row, at, line)
  return (
    <div
      id={rowId(index)}
      class={`top-row body${isChosen ? ' chosen' : ''}${isActive ? ' active' : ''}`}
      {...rowProps(index + 2, undefined, undefined, isActive)}
      style={{ transform: `translateY(${y}px)` }}
    >
      {row ? (
        <>
          <Spent value={formatNs(row.selfNs)} part={row.selfNs} whole={head.total.ns} tone={row.tone} />
          <div class="top-cell stays" {...CELL}>
            {formatCount(row.selfCount)}
          </div>
          <Spent value={formatNs(row.cumulativeNs)} part={row.cumulativeNs} whole={head.total.ns} tone={row.tone} />
          <div class="top-cell cumulativeStays" {...CELL}>
            {formatCount(row.cumulativeCount)}
          </div>
          <div class="top-cell name" {...CELL}>
            <ProfileLink at={row} unknown="no stack known" />
          </div>
        </>
      ) : (
        <div class="top-cell" {...CELL} />
      )}
    </div>
  )
}

type SpentProps = { readonly value: string; readonly part: number; readonly whole: number; readonly tone: number }

function Spent({ value, part, whole, tone }: SpentProps) {
  const share = whole > 0 ? Math.min(1, part / whole) : 0
  return (
    <div class="top-cell amount" {...CELL}>
      <span class={`top-share tone${tone}`} style={{ width: `${100 * share}%` }} aria-hidden="true" />
      <span class="top-value">{value}</span>
      <span class="top-percent">{shareText(part, whole)}</span>
    </div>
  )
}
