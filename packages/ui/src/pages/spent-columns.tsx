/** Columns that the tables of functions and of goroutines share: the times, in the words of the command line. */
import { formatNs, type SpentColumn } from '@unhang/core'
import type { SpentRow } from '../protocol/functions.ts'
import { Dash } from '../widgets/dash.tsx'
import { STATES } from '../widgets/state-bar.tsx'
import { columnText } from '../words.ts'
import type { GridColumn } from './spent-grid.tsx'

const TITLES: Readonly<Record<SpentColumn, readonly [title: string, hint: string]>> = {
  total: ['total', 'how long they were there, added up'],
  waiting: ['waiting', 'all waits'],
  running: ['running', 'on a processor'],
  runnable: ['runnable', 'ready, and waited for a processor: scheduler latency'],
  syscall: ['syscall', 'in a call of the system'],
  sync: ['sync', 'waited for locks, wait groups and conditions'],
  select: ['select', 'waited in a select'],
  channel: ['channel', 'waited to send or to receive'],
  network: ['network', 'waited for the network'],
  sleep: ['sleep', 'slept'],
  gc: ['GC', 'waited for the garbage collector'],
  other: ['other', "waited for another reason of Go's"],
  unknown: ['unknown', 'waited, and neither a reason nor a stack tells for what'],
  assist: ['assist', 'helped the garbage collector to mark, within the times before'],
  sweep: ['sweep', 'swept memory, within the times before'],
  stw: ['stop', 'stopped the world, within the times before'],
}

/** Of all that waits took, the kinds of them are parts. */
const ORDER: readonly SpentColumn[] = [
  'running',
  'runnable',
  'syscall',
  'waiting',
  'sync',
  'select',
  'channel',
  'network',
  'sleep',
  'gc',
  'other',
  'unknown',
  'assist',
  'sweep',
  'stw',
]

export function totalColumn<Row extends SpentRow>(): GridColumn<SpentColumn, Row> {
  const [title, hint] = TITLES.total
  return { name: 'total', title, hint, sort: 'total', falls: true, width: 5.5, cell: row => timeCell(row.totalNs) }
}

/** Those in which anything happened. */
export function timeColumns<Row extends SpentRow>(columns: readonly SpentColumn[]): GridColumn<SpentColumn, Row>[] {
  return ORDER.filter(column => columns.includes(column)).map(column => {
    const at = columns.indexOf(column)
    const [title, hint] = TITLES[column]
    const cell = (row: Row) => timeCell(row.times[at])
    const state = STATES.find(name => name === column)
    return { name: column, title, hint, sort: column, falls: true, width: 5.5, state, cell }
  })
}

/** What is 0 must not be searched for in a column of times. */
function timeCell(ns: number) {
  if (ns === 0) return <Dash />
  const text = columnText(ns)
  return text === formatNs(ns) ? text : <span title={formatNs(ns)}>{text}</span>
}

/** "running 20 %, waiting 80 %" */
export function sharesText({ stateNs, totalNs }: SpentRow): string {
  const shares = STATES.map((state, i) => ({
    state,
    share: totalNs > 0 ? Math.round((stateNs[i] / totalNs) * 100) : 0,
  }))
  return shares
    .filter(({ share }) => share > 0)
    .map(({ state, share }) => `${state} ${share} %`)
    .join(', ')
}

/** A bar of shares; the words are for who does not see it. */
export function ShareBar({ row }: { readonly row: SpentRow }) {
  return (
    <span class="state-bar" role="img" aria-label={sharesText(row)} title={sharesText(row)}>
      {STATES.map((state, i) => (
        <span
          key={state}
          class={`state-part ${state}`}
          style={{ width: `${row.totalNs > 0 ? (row.stateNs[i] / row.totalNs) * 100 : 0}%` }}
        />
      ))}
    </span>
  )
}
