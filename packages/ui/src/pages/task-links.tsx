/** What the page "tasks" calls types, and its links: to a task's story, to a goroutine in the timeline. */
import { useContext } from 'preact/hooks'
import { format } from '../state/url.ts'
import { printable } from '../words.ts'
import { SessionContext } from './context.ts'
import { StepLink } from './links.tsx'
import { goGoroutine, goTasks, tasksHref } from './tasks-steps.ts'

export function typeName(type: string, show: 'tasks' | 'regions'): string {
  if (type === '' && show === 'tasks') return '(begin not seen)'
  return printable(type).trim() || '(no name)'
}

export function TaskLink({ id }: { readonly id: number }) {
  const session = useContext(SessionContext)
  return (
    <StepLink
      href={tasksHref(session, { task: id })}
      title={`the story of task ${id}`}
      onGo={() => goTasks(session, { task: id })}
    >
      {id}
    </StepLink>
  )
}

export function TaskGoroutine({ id, timeNs }: { readonly id: number; readonly timeNs: number }) {
  const session = useContext(SessionContext)
  const href = format({ ...session.store.place.value, page: 'timeline', span: { goroutineId: id, timeNs } })
  return (
    <StepLink href={href} title={`goroutine ${id} in the timeline`} onGo={() => goGoroutine(session, id, timeNs)}>
      g{id}
    </StepLink>
  )
}
