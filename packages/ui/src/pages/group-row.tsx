/** The cells of a row: how many, in which state, how long, where, who made them; of a comparison what changed. */
import { formatCount } from '@unhang/core'
import { useContext } from 'preact/hooks'
import type { GroupRow, GroupSort, GroupsInfo } from '../protocol.ts'
import { Swatch } from '../widgets/state-bar.tsx'
import { cellProps } from '../widgets/tree-grid.ts'
import { counted, functionText, placeText, printable, waitText } from '../words.ts'
import { SessionContext } from './context.ts'

export type Column = {
  readonly name: 'count' | 'before' | 'came' | 'gone' | 'still' | 'state' | 'wait' | 'where' | 'creator'
  readonly title: string
  readonly hint: string
  readonly sort?: GroupSort
  /** The largest first. */
  readonly falls?: boolean
}

const COUNT: Column = { name: 'count', title: 'goroutines', hint: 'the most first', sort: 'count', falls: true }
const REST: readonly Column[] = [
  { name: 'state', title: 'state', hint: 'what they wait for, or what else they do' },
  { name: 'wait', title: 'waits', hint: 'the longest wait first', sort: 'wait', falls: true },
  { name: 'where', title: 'where', hint: "by the name of the function that is not Go's own", sort: 'name' },
  { name: 'creator', title: 'created by', hint: 'the function that said go' },
]

export function columnsOf({ compared }: GroupsInfo): readonly Column[] {
  if (!compared) return [COUNT, ...REST]
  const before: Column = { name: 'before', title: 'before', hint: 'how many there were' }
  const now: Column = { ...COUNT, title: 'after' }
  if (compared.by === 'counts') {
    const change: Column = { name: 'came', title: 'change', hint: 'what grew first', sort: 'change', falls: true }
    return [before, now, change, ...REST]
  }
  return [
    before,
    now,
    { name: 'came', title: 'came', hint: 'appeared, or moved here; what grew first', sort: 'change', falls: true },
    { name: 'gone', title: 'gone', hint: 'vanished, or moved on' },
    { name: 'still', title: 'still', hint: 'the very same ones, at the same place in both' },
    ...REST,
  ]
}

type CellsProps = {
  readonly row: GroupRow
  readonly isOpen: boolean
  readonly most: number
  readonly columns: readonly Column[]
}

export function GroupCells({ row, isOpen, most, columns }: CellsProps) {
  return (
    <>
      {columns.map(({ name }, i) => (
        <div key={name} class={`groups-cell ${name}`} {...cellProps(i + 1)}>
          {i === 0 ? (
            <span class="groups-arrow" aria-hidden="true">
              {isOpen ? '▾' : '▸'}
            </span>
          ) : null}
          <Cell name={name} row={row} most={most} />
        </div>
      ))}
    </>
  )
}

function Cell({ name, row, most }: { readonly name: Column['name']; readonly row: GroupRow; readonly most: number }) {
  const { change } = row
  switch (name) {
    case 'count':
      return <Count count={row.count} most={most} />
    case 'before':
      return <>{formatCount(change?.before ?? 0)}</>
    case 'came':
      return <Signed value={cameOf(row)} />
    case 'gone':
      return <Signed value={-(change?.gone ?? 0)} />
    case 'still':
      return <>{formatCount(change?.still ?? 0)}</>
    case 'state':
      return <State row={row} />
    case 'wait':
      return <>{waitText(row)}</>
    case 'where':
      return <Where row={row} />
    case 'creator':
      return row.createdBy ? <span class="code dim">{functionText(row.createdBy.function)}</span> : null
  }
}

/** By ids who came; by counts how many more there are. */
function cameOf({ change, count }: GroupRow): number {
  if (!change) return 0
  return change.came + change.gone + change.still === 0 ? count - change.before : change.came
}

/** Beside the number a bar: which of them are many is seen without reading. */
function Count({ count, most }: { readonly count: number; readonly most: number }) {
  return (
    <>
      {most > 1 ? <span class="groups-share" aria-hidden="true" style={{ width: `${(count / most) * 100}%` }} /> : null}
      <span class="groups-number">{formatCount(count)}</span>
    </>
  )
}

function Signed({ value }: { readonly value: number }) {
  if (value === 0) return <span class="dim">0</span>
  return (
    <span class={value > 0 ? 'grown' : 'shrunk'}>
      {value > 0 ? `+${formatCount(value)}` : `−${formatCount(-value)}`}
    </span>
  )
}

export function State({ row }: { readonly row: GroupRow }) {
  const { state, reason, leaked } = row
  const isStuck = useIsStuck(row)
  return (
    <>
      {state === 'unknown' ? null : (
        <span class={isStuck ? 'groups-swatch stuck' : 'groups-swatch'}>
          <Swatch state={state} />
        </span>
      )}
      <span class="groups-reason">
        {state === 'unknown' ? <span class="dim">unknown</span> : printable(reason || state, 60)}
        {leaked ? <span class="stuck-word"> leaked</span> : null}
      </span>
    </>
  )
}

function Where({ row }: { readonly row: GroupRow }) {
  const isStuck = useIsStuck(row)
  if (!row.site) return <span class="dim">no frames</span>
  return (
    <>
      {isStuck ? (
        <span class="stuck-word" title="the answer is about these">
          !
        </span>
      ) : null}
      <span class="code groups-function">{functionText(row.site.function)}</span>
      <span class="code dim groups-place">{placeText(row.site)}</span>
    </>
  )
}

/** Those that a finding is about which is more than worth a look. */
export function useIsStuck({ finding }: GroupRow): boolean {
  const { store } = useContext(SessionContext)
  const found = store.answered.value?.diagnosis.findings[finding]
  return found !== undefined && found.certainty !== 'possible' && found.cause !== 'contention'
}

/** "10 goroutines wait in sync.Mutex.Lock". */
export function groupTitle({ count, state, reason }: GroupRow): string {
  const who = counted(count, 'goroutine')
  if (state === 'unknown') return `${who}, state unknown`
  return `${who}, ${state}${reason === '' || reason === state ? '' : ` (${printable(reason, 100)})`}`
}
