/** What narrows the lists of the page "tasks": typed, or chosen above, and taken away again. */
import { formatCount, formatNs, parseTimeText, timeText } from '@unhang/core'
import { useContext } from 'preact/hooks'
import type { RegionsListed, TasksListed } from '../protocol/tasks.ts'
import { type TasksPlace, TYPE_LIMIT } from '../state/tasks-url.ts'
import { counted } from '../words.ts'
import { SessionContext } from './context.ts'
import { StepLink } from './links.tsx'
import { typeName } from './task-links.tsx'
import { goTasks, tasksHref } from './tasks-steps.ts'
import { TypedField } from './typed-field.tsx'

export function TaskFilters({ listed }: { readonly listed: TasksListed | RegionsListed }) {
  const session = useContext(SessionContext)
  const { type, isOpen, minNs, maxNs, show, log } = session.store.place.value.tasks
  const never = `never ${show === 'tasks' ? 'ended' : 'closed'}`
  return (
    <div class="tasks-chips">
      {show === 'tasks' ? <LogField log={log} /> : null}
      <LeastField minNs={minNs} maxNs={maxNs} isFirst={show === 'regions'} />
      <button type="button" aria-pressed={isOpen} onClick={() => goTasks(session, { isOpen: !isOpen })}>
        {never} {listed.unended > 0 ? formatCount(listed.unended) : ''}
      </button>
      {type === undefined ? null : (
        <button type="button" class="chip" title="all types" onClick={() => goTasks(session, { type: undefined })}>
          {typeName(type, show)} <span aria-hidden="true">✕</span>
        </button>
      )}
      {maxNs === undefined ? null : (
        <button
          type="button"
          class="chip"
          title="of any length"
          onClick={() => goTasks(session, { minNs: undefined, maxNs: undefined })}
        >
          {minNs === undefined ? '' : `at least ${formatNs(minNs)}, `}below {formatNs(maxNs)}{' '}
          <span aria-hidden="true">✕</span>
        </button>
      )}
      <span class="dim" role="status">
        {listed.length < listed.count ? `${formatCount(listed.length)} of ` : ''}
        {counted(listed.count, show === 'tasks' ? 'task' : 'region')}
      </span>
      {'backgroundFits' in listed && listed.backgroundFits > 0 ? <Beside count={listed.backgroundFits} /> : null}
    </div>
  )
}

/** Logs that were looked for, too, and are of no task. */
function Beside({ count }: { readonly count: number }) {
  const session = useContext(SessionContext)
  return (
    <span class="dim">
      and{' '}
      <StepLink href={tasksHref(session, { task: 0 })} onGo={() => goTasks(session, { task: 0 })}>
        {counted(count, 'log')} of no task
      </StepLink>
    </span>
  )
}

/** Goes on where the address says; false: it is there. */
function useStep() {
  const session = useContext(SessionContext)
  return (change: Partial<TasksPlace>, way: 'push' | 'replace') => {
    const { tasks } = session.store.place.peek()
    if (Object.entries(change).every(([name, to]) => tasks[name as keyof TasksPlace] === to)) return false
    goTasks(session, change, way)
    return true
  }
}

function LogField({ log }: { readonly log: string }) {
  const go = useStep()
  return (
    <TypedField
      name="log"
      label="keep the tasks with this in a log"
      hint="text in a log"
      value={log}
      isFirst={true}
      limit={TYPE_LIMIT}
      listSelector=".task-list"
      onText={(text, way) => go({ log: text }, way)}
    />
  )
}

type LeastProps = { readonly minNs: number | undefined; readonly maxNs: number | undefined; readonly isFirst: boolean }

/** What a bar of a histogram chose is told beside it, as from and to. */
function LeastField({ minNs, maxNs, isFirst }: LeastProps) {
  const go = useStep()
  const value = minNs === undefined || maxNs !== undefined ? '' : timeText(minNs)
  return (
    <TypedField
      name="least"
      label="took at least so long: 500us, 10ms, 1.5s"
      hint="at least 10ms"
      value={value}
      isFirst={isFirst}
      limit={TYPE_LIMIT}
      listSelector=".task-list"
      isWrong={text => text.trim() !== '' && parseTimeText(text) === undefined}
      onText={(text, way) => {
        const ns = parseTimeText(text)
        if (text.trim() === '' ? value === '' : ns === undefined) return false
        return go({ minNs: ns, maxNs: undefined }, way)
      }}
    />
  )
}
