/** One task's story beside the tables: who is left of it, a picture of its time, and all that happened in words. */
import { aroundText, formatCount, formatNs, type PartOfTask, type StoryEvent, type TaskStory } from '@unhang/core'
import { useContext, useEffect, useRef } from 'preact/hooks'
import { traceIndexOf, traceOf } from '../state/store.ts'
import { format } from '../state/url.ts'
import { Marked } from '../widgets/marked.tsx'
import { counted, formatMoment, functionText, placeText, printable } from '../words.ts'
import { useAsked } from './asked.ts'
import { SessionContext } from './context.ts'
import { StepLink } from './links.tsx'
import { TaskGoroutine, TaskLink, typeName } from './task-links.tsx'
import { StoryPicture } from './task-picture.tsx'
import { goTasks, timelinePlace } from './tasks-steps.ts'

const COLUMNS = 400
const MESSAGE = 400
/** Deeper regions are not told apart by their place any more. */
const DEEPEST = 12

export function Story({ id }: { readonly id: number }) {
  const session = useContext(SessionContext)
  const { store } = session
  const { answer, error } = useAsked('taskStory', { trace: traceIndexOf(store), id, columns: COLUMNS })
  const close = (
    <button
      type="button"
      class="plain"
      aria-label="close the story"
      onClick={() => goTasks(session, { task: undefined })}
    >
      ✕
    </button>
  )
  if (!answer || answer.story.id !== id)
    return (
      <aside class="story" aria-label={`task ${id}`}>
        <header>
          <h2>task {id}</h2>
          {close}
        </header>
        <p class="dim" role="status">
          {error
            ? printable(error)
            : answer === undefined
              ? 'There is no such task in this trace, or it is still looked for.'
              : '…'}
        </p>
      </aside>
    )
  const { story, fromNs, toNs } = answer
  const place = timelinePlace(session, id, fromNs, toNs)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrolled by keys, too
    <aside class="story" aria-label={`task ${id}`} tabIndex={0} data-scrolls="">
      <header>
        <h2>
          {id === 0 ? 'what belongs to no task' : `task ${id}`}{' '}
          {id === 0 ? '' : typeName(story.type, story.startNs === null ? 'tasks' : 'regions')}
        </h2>
        {close}
      </header>
      <Head story={story} />
      <p>
        <StepLink href={format({ ...store.place.value, ...place })} onGo={() => session.go(place, 'push')}>
          show in timeline
        </StepLink>
      </p>
      {story.isUnended ? <Left story={story} /> : null}
      <StoryPicture shown={answer} />
      <Events story={story} />
    </aside>
  )
}

function Head({ story }: { readonly story: TaskStory }) {
  const { store } = useContext(SessionContext)
  const traceNs = traceOf(store)?.durationNs ?? 0
  const { startNs, endNs, durationNs, goroutine, place, parent, counts, id, subtasks, subtaskCount } = story
  const at = (ns: number) => formatMoment(ns, Math.max(durationNs, 1), traceNs)
  return (
    <>
      {id === 0 ? null : (
        <p>
          {startNs === null ? 'from before the trace' : `from ${at(startNs)}`}{' '}
          {endNs === null ? (
            <strong class="tasks-open">never ended: open for {formatNs(durationNs)}</strong>
          ) : (
            `to ${at(endNs)}: ${formatNs(durationNs)}`
          )}
        </p>
      )}
      {goroutine === null ? null : (
        <p class="dim">
          begun by <TaskGoroutine id={goroutine} timeNs={startNs ?? 0} />
          {place ? ` at ${functionText(place.function)} ${placeText(place)}` : ''}
        </p>
      )}
      {parent ? (
        <p>
          part of task <TaskLink id={parent.id} /> {typeName(parent.type, 'regions')}
          {parent.isUnended ? ', which never ended' : ''}
        </p>
      ) : null}
      <p class="dim">
        {counted(counts.regions, 'region')}
        {counts.unendedRegions > 0 ? ` (${formatCount(counts.unendedRegions)} never closed)` : ''},{' '}
        {counted(counts.logs, 'log')}
        {id === 0 ? '' : `, ${counted(story.partCount, 'goroutine')}`}
      </p>
      {subtaskCount > 0 ? (
        <p>
          {counted(subtaskCount, 'sub-task')}:{' '}
          {subtasks.slice(0, 12).map(({ id: sub, type, isUnended }) => (
            <span key={sub} class="subtask">
              <TaskLink id={sub} /> {typeName(type, 'regions')}
              {isUnended ? <strong class="tasks-open"> never ended</strong> : ''}
            </span>
          ))}
          {subtaskCount > 12 ? `and ${formatCount(subtaskCount - 12)} more` : ''}
        </p>
      ) : null}
    </>
  )
}

/** Who is there to end it, and what each waits for. */
function Left({ story }: { readonly story: TaskStory }) {
  const left = story.parts.filter(({ now }) => now.state !== 'ended')
  return (
    <section>
      <h3>left of it when the trace ends</h3>
      {left.length === 0 ? <p>None of its goroutines: nobody is left to end it.</p> : null}
      <ul class="story-left">
        {left.slice(0, 20).map(part => (
          <Stands key={part.goroutine} part={part} />
        ))}
      </ul>
    </section>
  )
}

function Stands({ part }: { readonly part: PartOfTask }) {
  const { store } = useContext(SessionContext)
  const traceNs = traceOf(store)?.durationNs ?? 0
  const { now, open, elsewhere } = part
  return (
    <li>
      <TaskGoroutine id={part.goroutine} timeNs={now.sinceNs} />{' '}
      <span class="code">{functionText(part.function) || 'unknown'}</span>{' '}
      <strong>
        {now.state}
        {now.wait === '' ? '' : ` (${printable(now.wait)})`}
      </strong>{' '}
      for {formatNs(traceNs - now.sinceNs)}
      {now.place ? (
        <div class="code">
          at {functionText(now.place.function)} {placeText(now.place)}
        </div>
      ) : null}
      {open.length > 0 ? <div>in region {open.map(({ type }) => typeName(type, 'regions')).join(' › ')}</div> : null}
      {elsewhere ? (
        <div class="dim">
          has acted for task <TaskLink id={elsewhere.id} /> {typeName(elsewhere.type, 'regions')} since
        </div>
      ) : null}
    </li>
  )
}

function Events({ story }: { readonly story: TaskStory }) {
  const { store } = useContext(SessionContext)
  const traceNs = traceOf(store)?.durationNs ?? 0
  const { log } = store.place.value.tasks
  const { events, omitted, durationNs } = story
  const sought = log.toLowerCase()
  const fits = events.map(({ what, name, message = '' }) => what === 'log' && log !== '' && [name, message].some(text => text.toLowerCase().includes(sought))) // biome-ignore format: one question
  const first = fits.indexOf(true)
  const firstRow = useRef<HTMLTableRowElement>(null)
  // Who came for what a log says sees it.
  useEffect(() => firstRow.current?.scrollIntoView({ block: 'nearest' }), [story.id, log])
  const rows = events.map((event, i) => (
    <tr key={i} {...(i === first ? { ref: firstRow } : {})} class={fits[i] ? `${event.what} found` : event.what}>
      <td class="number">{formatMoment(event.atNs, Math.max(durationNs, 1), traceNs)}</td>
      <td class="number dim">
        {i > 0 && event.atNs > events[i - 1].atNs ? `+${formatNs(event.atNs - events[i - 1].atNs)}` : ''}
      </td>
      <td>{event.goroutine === null ? '' : <TaskGoroutine id={event.goroutine} timeNs={event.atNs} />}</td>
      <td class="what" style={{ paddingLeft: `${0.5 + Math.min(event.depth, DEEPEST)}rem` }}>
        <What event={event} log={log} />
      </td>
    </tr>
  ))
  if (omitted.count > 0)
    rows.splice(
      omitted.at,
      0,
      <tr key="omitted">
        <td colSpan={4}>
          … {formatCount(omitted.count)} more (unhang tasks … --task {story.id} --json has them)
        </td>
      </tr>,
    )
  return (
    <section>
      <h3>story</h3>
      <table class="story-events">
        <thead>
          <tr>
            <th scope="col">at</th>
            <th scope="col">later by</th>
            <th scope="col">goroutine</th>
            <th scope="col">what</th>
          </tr>
        </thead>
        <tbody>{rows}</tbody>
      </table>
    </section>
  )
}

function What({ event, log }: { readonly event: StoryEvent; readonly log: string }) {
  const { what, name, message = '', durationNs = 0, isUnended, isUnbegun, subtask } = event
  const took = isUnended ? (
    <strong class="tasks-open">never ended</strong>
  ) : (
    <span class="dim">{formatNs(durationNs)}</span>
  )
  if (what === 'log')
    return (
      <>
        <span class="dim">
          log <Marked text={name === '' ? '' : `${printable(aroundText(name, log, 60), 64)}: `} sought={log} />
        </span>
        <Marked text={printable(aroundText(message, log, MESSAGE), MESSAGE + 4)} sought={log} />
      </>
    )
  if (what === 'task-begin' || what === 'task-end') return <>task {what === 'task-begin' ? 'begins' : 'ends'}</>
  const isBegin = what.endsWith('begin')
  return (
    <>
      {subtask === undefined ? 'region' : 'task'} {subtask === undefined ? null : <TaskLink id={subtask} />}{' '}
      <strong>{typeName(name, 'regions')}</strong> {isBegin ? 'begins' : 'ends'}{' '}
      {isBegin ? took : isUnbegun ? <span class="dim">(began before the trace)</span> : null}
    </>
  )
}
