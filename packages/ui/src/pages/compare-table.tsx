/** A row for each thing that differs, with a bar for either trace; each leads into the timelines of both. */
import { type FunctionChange, formatCount, formatNs, quoteExactly, type SpentSide, type WaitChange } from '@unhang/core'
import { useContext } from 'preact/hooks'
import type { ComparePart, CompareSort } from '../protocol/compare.ts'
import type { ComparePlace } from '../state/compare-url.ts'
import { traceIndexOf } from '../state/store.ts'
import { format } from '../state/url.ts'
import { orderOf, SortMark } from '../widgets/sort-mark.tsx'
import { functionText, placeText, printable } from '../words.ts'
import { SessionContext } from './context.ts'
import { StepLink } from './links.tsx'
import { Nothing } from './numbers.tsx'

type Change = FunctionChange | WaitChange
type Go = (change: Partial<ComparePlace>) => void

type TableProps = {
  readonly part: ComparePart
  readonly place: ComparePlace
  readonly against: number
  readonly onGo: Go
}

const COLUMNS: readonly { readonly sort: CompareSort; readonly title: string; readonly hint: string }[] = [
  { sort: 'name', title: 'function', hint: 'that goroutines began with' },
  { sort: 'before', title: 'earlier', hint: 'per second of the earlier trace' },
  { sort: 'after', title: 'later', hint: 'per second of the later trace' },
  { sort: 'change', title: 'change', hint: 'later less earlier' },
]

export function CompareTable({ part, place, against, onGo }: TableProps) {
  const { rows, length, mostNs } = part
  if (length === 0) return <Nothing title="Nothing differs" />
  const more = length - rows.length
  return (
    <>
      <table class="compare-table">
        <thead>
          <tr>
            <Head column={COLUMNS[0]} place={place} onGo={onGo} />
            <th scope="col">{place.table === 'waits' ? 'waits for' : 'state'}</th>
            {COLUMNS.slice(1, 3).map(column => (
              <Head key={column.sort} column={column} place={place} onGo={onGo} />
            ))}
            <th scope="col" class="compare-bars-head">
              both
            </th>
            <Head column={COLUMNS[3]} place={place} onGo={onGo} />
            <th scope="col" class="number">
              {place.table === 'waits' ? 'waits' : 'goroutines'}
            </th>
            <th scope="col">timelines</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={keyOf(row)} row={row} mostNs={mostNs} against={against} />
          ))}
        </tbody>
      </table>
      {more > 0 ? (
        <p class="dim compare-more">
          and {formatCount(more)} more: <code>unhang diff … --limit {length}</code>
        </p>
      ) : null}
    </>
  )
}

function keyOf(row: Change): string {
  return 'kind' in row ? `${row.kind}\n${row.function}` : `${row.reason}\n${row.at}\n${row.function}`
}

type HeadProps = { readonly column: (typeof COLUMNS)[number]; readonly place: ComparePlace; readonly onGo: Go }

function Head({ column: { sort, title, hint }, place, onGo }: HeadProps) {
  const isSorted = place.sort === sort
  // Names begin with the first, times with the most.
  const order = isSorted ? orderOf((sort === 'name') === place.isReversed) : undefined
  return (
    <th scope="col" class={sort === 'name' ? undefined : 'number'} aria-sort={order}>
      <button
        type="button"
        class="plain"
        title={hint}
        onClick={() => onGo({ sort, isReversed: isSorted && !place.isReversed })}
      >
        {title}
        <SortMark order={order} />
      </button>
    </th>
  )
}

type RowProps = { readonly row: Change; readonly mostNs: number; readonly against: number }

function Row({ row, mostNs, against }: RowProps) {
  const { store } = useContext(SessionContext)
  const { before, after, presence, changeNs } = row
  const counts = 'kind' in row ? [before.goroutines, after.goroutines] : [row.before.waits, row.after.waits]
  return (
    <tr>
      <th scope="row" class="code" title={printable(row.function)}>
        {row.function === '' ? <span class="dim">unknown</span> : functionText(row.function)}
        {presence === 'both' ? null : <span class="dim"> {presence}</span>}
      </th>
      <td class={'kind' in row ? undefined : 'compare-wait'}>{'kind' in row ? row.kind : <Wait row={row} />}</td>
      <td class="number">{timeText(before)}</td>
      <td class="number">{timeText(after)}</td>
      <td class="compare-bars" aria-hidden="true">
        <Bar class="compare-before" ns={before.perSecondNs} mostNs={mostNs} />
        <Bar class="compare-after" ns={after.perSecondNs} mostNs={mostNs} />
      </td>
      <td class={`number ${changeNs > 0 ? 'compare-more-time' : ''}`}>
        {changeNs > 0 ? '+' : '−'}
        {formatNs(Math.abs(changeNs))}
      </td>
      <td class="number">
        {counts[0] === counts[1] ? formatCount(counts[0]) : `${formatCount(counts[0])} → ${formatCount(counts[1])}`}
      </td>
      <td class="compare-links">
        {before.totalNs > 0 ? <ToTimeline row={row} trace={against} side="earlier" /> : null}{' '}
        {after.totalNs > 0 ? <ToTimeline row={row} trace={traceIndexOf(store)} side="later" /> : null}
      </td>
    </tr>
  )
}

function Wait({ row: { reason, at, function: of, before, after } }: { readonly row: WaitChange }) {
  const site = after.site ?? before.site
  const place = site ? placeText(site) : ''
  return (
    <>
      {reason === '' ? <span class="dim">unknown</span> : printable(reason, 60)}
      {at === '' || at === of ? null : <span class="code dim"> {functionText(at)}</span>}
      {place === '' ? null : (
        <span class="code dim" title={site ? printable(site.file, 500) : undefined}>
          {' '}
          {place}
        </span>
      )}
    </>
  )
}

const timeText = ({ perSecondNs }: SpentSide) => (perSecondNs === 0 ? '–' : formatNs(perSecondNs))

function Bar({ class: name, ns, mostNs }: { readonly class: string; readonly ns: number; readonly mostNs: number }) {
  const percent = mostNs > 0 ? (ns / mostNs) * 100 : 0
  return <div class={`compare-bar ${name}`} style={{ width: `${percent}%` }} />
}

/** Longer ones stand in no address. */
const NAME_LIMIT = 500
const STATES: ReadonlySet<string> = new Set(['running', 'runnable', 'syscall'])

/** The goroutines of the function in its trace, and what of them is meant marked. */
function ToTimeline(props: { readonly row: Change; readonly trace: number; readonly side: string }) {
  const session = useContext(SessionContext)
  const { row, trace, side } = props
  const { place, opened } = session.store
  const filter = filterOf(row)
  if (filter === undefined) return null
  const isShown = trace === traceIndexOf(session.store)
  const { range } = place.value
  // A range that counts for both is one of both timelines.
  const kept = isShown || place.value.compare.isOfBoth ? range : undefined
  const change = {
    page: 'timeline' as const,
    trace,
    filter,
    range: kept,
    view: kept && { ...kept, top: 0 },
    span: undefined,
    expanded: undefined,
  }
  const name = printable(opened.value?.traces[trace]?.name ?? '')
  return (
    <StepLink
      href={format({ ...place.value, ...change })}
      title={`${filter} in ${name}`}
      onGo={() => session.go(change, 'push')}
    >
      {side}
    </StepLink>
  )
}

function filterOf(row: Change): string | undefined {
  const { function: name } = row
  if (name === '' || name.length > NAME_LIMIT) return undefined
  const of = `fn:${quoteExactly(name)}`
  if ('kind' in row) return STATES.has(row.kind) ? `${of} state:${row.kind}` : `${of} state:waiting`
  return row.reason === '' ? `${of} state:waiting` : `${of} reason:${quoteExactly(row.reason)}`
}
