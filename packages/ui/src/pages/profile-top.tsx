/** The table of functions: what was spent in each itself, and with all that it called. Only rows that are seen are made. */
import { formatCount, formatNs, shareText } from '@unhang/core'
import { useContext, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ProfileAsk, ProfileHead, TopAnswer, TopRow, TopSort } from '../protocol/profiles.ts'
import { format } from '../state/url.ts'
import { ROW_GROUP, rowProps, titleProps } from '../widgets/tree-grid.ts'
import { AT_TOP, offsetOf, type Plan, rowAt, scrolled, scrollerHeightOf } from '../widgets/virtual.ts'
import { counted, functionText, printable } from '../words.ts'
import { useAsked } from './asked.ts'
import { SessionContext } from './context.ts'
import { StepLink } from './links.tsx'
import { Nothing } from './numbers.tsx'
import { goProfiles, STAY_WORDS, totalOfHead } from './profile-place.ts'
import { NoProfile, ProfileSums } from './profile-sums.tsx'

/** Before the style sheet is measured. */
const ROW_HEIGHT = 24
const tableProps = (rows: number) =>
  ({ role: 'table', tabIndex: 0, 'aria-label': 'functions', 'aria-rowcount': rows + 1 }) as const
const CELL = { role: 'cell' } as const
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
      <ProfileSums ask={ask} head={answer?.head} more={answer ? counted(answer.length, 'function') : ''} />
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
  const root = useRef<HTMLDivElement>(null)
  const [scroll, setScroll] = useState(AT_TOP)
  const [view, setView] = useState(600)
  const [rowHeight, setRowHeight] = useState(ROW_HEIGHT)
  const plan: Plan = { length: answer.length, rowHeight, open: -1, openHeight: 0 }
  useLayoutEffect(() => {
    const measure = () => {
      const row = root.current?.querySelector<HTMLElement>('.top-row')?.offsetHeight || ROW_HEIGHT
      setRowHeight(row)
      setView(Math.max(row, (root.current?.clientHeight ?? 600) - row))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(root.current!)
    return () => observer.disconnect()
  }, [])
  const first = Math.max(0, rowAt(plan, scroll.top) - 4)
  const last = Math.min(answer.length - 1, rowAt(plan, scroll.top + view) + 4)
  return (
    <div
      ref={root}
      class="top-table"
      {...tableProps(answer.length)}
      aria-busy={isOld}
      data-scrolls=""
      onScroll={event => {
        const next = scrolled(plan, scroll, event.currentTarget.scrollTop, view)
        setScroll(next)
        onRow(rowAt(plan, next.top))
      }}
    >
      <Titles ask={ask} />
      <div class="top-rows" {...ROW_GROUP} style={{ height: `${scrollerHeightOf(plan)}px` }}>
        {Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i).map(index => (
          <Row
            key={index}
            index={index}
            y={offsetOf(plan, index) - scroll.shift}
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
    ['name', 'function', 'the name'],
  ]
  return (
    <div class="top-head" {...ROW_GROUP}>
      <div class="top-row" {...rowProps(1)}>
        {titles.map(([own, text, hint]) => {
          const isFalling = (own === 'name') === isReversed
          const order = own === sort ? (isFalling ? 'descending' : 'ascending') : undefined
          return (
            <div key={own} class={`top-cell ${own}`} {...titleProps(order)}>
              <button
                type="button"
                class="plain"
                title={hint}
                onClick={() => goProfiles(session, { sort: own, isReversed: own === sort && !isReversed })}
              >
                {text}
                <span aria-hidden="true">{order === undefined ? '' : order === 'descending' ? ' ▾' : ' ▴'}</span>
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
  readonly row: TopRow | undefined
  readonly head: ProfileHead
}

function Row({ index, y, row, head }: RowProps) {
  const session = useContext(SessionContext)
  const { place } = session.store
  const { at } = place.value.profiles
  const state = row && row.name === at && at !== '' ? ' active' : ''
  return (
    <div class={`top-row body${state}`} {...rowProps(index + 2)} style={{ transform: `translateY(${y}px)` }}>
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
            {row.name === '' ? (
              <span class="dim">no stack known</span>
            ) : (
              <StepLink
                href={format({ ...place.value, profiles: { ...place.value.profiles, at: row.name } })}
                title={printable(row.name, 1000)}
                onGo={() => goProfiles(session, { at: row.name })}
              >
                <span class="code">{functionText(row.name)}</span>
              </StepLink>
            )}
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
