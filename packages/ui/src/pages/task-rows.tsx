/** The lists of the page "tasks": its columns, and the rows that the worker gave. */

import { useSignal } from '@preact/signals'
import { formatCount, formatNs, type LogFound, type RegionRow, type TaskRow } from '@unhang/core'
import { useContext } from 'preact/hooks'
import { traceOf } from '../state/store.ts'
import { Dash } from '../widgets/dash.tsx'
import { Marked } from '../widgets/marked.tsx'
import { formatMoment, printable } from '../words.ts'
import { useAsked } from './asked.ts'
import { SessionContext } from './context.ts'
import { TaskGoroutine, TaskLink, typeName } from './task-links.tsx'
import { type ListColumn, STEP, TaskList } from './task-list.tsx'
import { SpentBar } from './task-spent.tsx'
import { goTasks, regionPlace } from './tasks-steps.ts'

/** As much of a log as the worker tells. */
const MESSAGE = 204

type Listed = { readonly list: number; readonly length: number; readonly longestNs: number }

type RowOf = { taskRows: TaskRow; regionRows: RegionRow }

/** What of the list is here: asked for again when it is another list, or another part of it is looked at. */
function useRows<N extends keyof RowOf>(name: N, list: number) {
  const want = useSignal({ from: 0, count: STEP })
  const { answer } = useAsked(name, { list, ...want.value })
  const here = answer as { readonly from: number; readonly rows: readonly RowOf[N][] } | undefined
  const onWant = (from: number, count: number) => {
    if (want.peek().from !== from || want.peek().count !== count) want.value = { from, count }
  }
  return { rowAt: (index: number): RowOf[N] | undefined => here?.rows[index - here.from], onWant }
}

function Began({ startNs }: { readonly startNs: number | null }) {
  const { store } = useContext(SessionContext)
  const traceNs = traceOf(store)?.durationNs ?? 0
  return <>{startNs === null ? <span class="dim">before</span> : formatMoment(startNs, traceNs, traceNs)}</>
}

type TookProps = { readonly ns: number; readonly longestNs: number; readonly isOpen: boolean }

function Took({ ns, longestNs, isOpen }: TookProps) {
  return (
    <span class={`took${isOpen ? ' open' : ''}`}>
      <span class="took-bar" aria-hidden="true" style={{ width: `${longestNs > 0 ? (ns / longestNs) * 100 : 0}%` }} />
      <span class="took-text">
        {formatNs(ns)}
        {isOpen ? ' so far' : ''}
      </span>
    </span>
  )
}

const countColumns: readonly ListColumn<TaskRow>[] = [
  {
    title: 'goroutines',
    sort: 'goroutines',
    falls: true,
    kind: 'count number',
    cell: row => formatCount(row.goroutines),
  },
  { title: 'regions', sort: 'regions', falls: true, kind: 'regions number', cell: row => formatCount(row.regions) },
  { title: 'logs', sort: 'logs', falls: true, kind: 'logs number', cell: row => formatCount(row.logs) },
  { title: 'part of', sort: 'parent', falls: false, kind: 'parent number', cell: row => (row.parent > 0 ? <TaskLink id={row.parent} /> : <Dash />) }, // biome-ignore format: one line
]

/** In place of the counts, while a log is looked for: the first that fits. */
const logColumn: ListColumn<TaskRow> = {
  title: 'log',
  sort: undefined,
  falls: false,
  kind: 'log',
  cell: ({ found }) => (found ? <FoundLog found={found} /> : null),
}

function FoundLog({ found: { category, message, count, atNs } }: { readonly found: LogFound }) {
  const { store } = useContext(SessionContext)
  const traceNs = traceOf(store)?.durationNs ?? 0
  const { log } = store.place.value.tasks
  return (
    <span class="found-log" title={`at ${formatMoment(atNs, traceNs, traceNs)}`}>
      {category === '' ? null : (
        <span class="dim">
          <Marked text={printable(category, 60)} sought={log} />:{' '}
        </span>
      )}
      <Marked text={printable(message, MESSAGE)} sought={log} />
      {count > 1 ? <span class="dim"> and {formatCount(count - 1)} more</span> : null}
    </span>
  )
}

type Timed = Pick<TaskRow, 'startNs' | 'endNs' | 'durationNs'>

/** When it began, what it took, and whether it ever `ended`. */
function timeColumns(longestNs: number, ended: string): readonly ListColumn<Timed>[] {
  return [
    { title: 'began', sort: 'start', falls: false, kind: 'start number', cell: row => <Began startNs={row.startNs} /> },
    { title: 'took', sort: 'duration', falls: true, kind: 'took-cell', cell: row => <Took ns={row.durationNs} longestNs={longestNs} isOpen={row.endNs === null} /> }, // biome-ignore format: one line
    { title: 'state', sort: 'state', falls: false, kind: 'state', cell: row => (row.endNs === null ? `never ${ended}` : ended) }, // biome-ignore format: one line
  ]
}

export function TaskRows({ listed }: { readonly listed: Listed }) {
  const session = useContext(SessionContext)
  const { rowAt, onWant } = useRows('taskRows', listed.list)
  const { log } = session.store.place.value.tasks
  const columns: readonly ListColumn<TaskRow>[] = [
    { title: 'task', sort: 'id', falls: false, kind: 'id', cell: row => <TaskLink id={row.id} /> },
    { title: 'type', sort: 'type', falls: false, kind: 'type', cell: row => typeName(row.type, row.startNs === null ? 'tasks' : 'regions') }, // biome-ignore format: one line
    ...timeColumns(listed.longestNs, 'ended'),
    ...(log === '' ? countColumns : [logColumn]),
  ]
  const chosen = session.store.place.value.tasks.task
  return (
    <TaskList
      label="tasks"
      kind={log === '' ? 'tasks' : 'logs'}
      length={listed.length}
      list={listed.list}
      columns={columns}
      rowAt={rowAt}
      onWant={onWant}
      isChosen={row => row.id === chosen}
      onOpen={row => goTasks(session, { task: row.id === chosen ? undefined : row.id })}
      onBack={chosen === undefined ? undefined : () => goTasks(session, { task: undefined })}
    />
  )
}

export function RegionRows({ listed }: { readonly listed: Listed }) {
  const session = useContext(SessionContext)
  const { rowAt, onWant } = useRows('regionRows', listed.list)
  const startOf = (row: RegionRow) => row.startNs ?? 0
  const columns: readonly ListColumn<RegionRow>[] = [
    { title: 'type', sort: 'type', falls: false, kind: 'type', cell: row => typeName(row.type, 'regions') },
    ...timeColumns(listed.longestNs, 'closed'),
    {
      title: 'waiting',
      sort: 'waiting',
      falls: true,
      kind: 'time-spent',
      cell: row => <SpentBar spent={row} totalNs={row.durationNs} />,
    },
    { title: 'goroutine', sort: 'goroutine', falls: false, kind: 'goroutine number', cell: row => (row.goroutine === null ? <Dash /> : <TaskGoroutine id={row.goroutine} timeNs={startOf(row)} />) }, // biome-ignore format: one line
    {
      title: 'task',
      sort: 'task',
      falls: false,
      kind: 'id number',
      cell: row => (row.task > 0 ? <TaskLink id={row.task} /> : <Dash />),
    },
  ]
  return (
    <TaskList
      label="regions"
      kind="regions"
      length={listed.length}
      list={listed.list}
      columns={columns}
      rowAt={rowAt}
      onWant={onWant}
      isChosen={() => false}
      onOpen={row => session.go(regionPlace(session, row.type, startOf(row), startOf(row) + row.durationNs), 'push')}
    />
  )
}
