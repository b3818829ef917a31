/** The page "tasks": what a program's own tasks and regions took, which never ended, and the story of one. */
import { formatCount, formatNs, type RegionType, type TaskType } from '@unhang/core'
import type { ComponentChildren } from 'preact'
import { useContext } from 'preact/hooks'
import type { RegionsListed, TasksListed } from '../protocol/tasks.ts'
import { traceIndexOf } from '../state/store.ts'
import { format } from '../state/url.ts'
import { Dash } from '../widgets/dash.tsx'
import { Histogram } from '../widgets/histogram.tsx'
import { counted, functionText, isUnseenType, placeText, printable } from '../words.ts'
import { useAsked } from './asked.ts'
import { SessionContext } from './context.ts'
import { StepLink } from './links.tsx'
import { Nothing, Numbers, scopeOfPage } from './numbers.tsx'
import { TaskFilters } from './task-filters.tsx'
import { typeName } from './task-links.tsx'
import { RegionRows, TaskRows } from './task-rows.tsx'
import { SpentBar } from './task-spent.tsx'
import { Story } from './task-story.tsx'
import { filterOf, goTasks, profilePlace, showKind, tasksHref } from './tasks-steps.ts'

export function Tasks() {
  return (
    <Numbers name="tasks and regions" about="what a program's own tasks took">
      <Body />
    </Numbers>
  )
}

function Body() {
  const { store } = useContext(SessionContext)
  const { show, sort, isDescending, task } = store.place.value.tasks
  const asked = { trace: traceIndexOf(store), scope: scopeOfPage(store), filter: filterOf(store), isDescending }
  const tasks = useAsked('tasks', show === 'tasks' ? { ...asked, sort: sort as never } : undefined)
  const regions = useAsked('regions', show === 'regions' ? { ...asked, sort: sort as never } : undefined)
  const { answer, error, isOld } = show === 'tasks' ? tasks : regions
  if (error) return <Nothing title={printable(error)} />
  if (!answer) return null
  return (
    <div class={`tasks${task === undefined ? '' : ' with-story'}`} aria-busy={isOld}>
      <div class="tasks-main">
        <Kinds listed={answer} />
        {answer.isAny ? (
          <>
            {tasks.answer && show === 'tasks' ? <TaskTypes listed={tasks.answer} /> : null}
            {regions.answer && show === 'regions' ? <RegionTypes listed={regions.answer} /> : null}
            <TaskFilters listed={answer} />
            {answer.length === 0 ? (
              <Nothing title={`no ${show === 'tasks' ? 'task' : 'region'} is left of ${formatCount(answer.count)}`} />
            ) : show === 'tasks' ? (
              <TaskRows listed={answer} />
            ) : (
              <RegionRows listed={answer} />
            )}
          </>
        ) : (
          <None show={show} />
        )}
      </div>
      {task === undefined ? null : <Story id={task} />}
    </div>
  )
}

/** Tasks or regions, with how many there are. */
function Kinds({ listed }: { readonly listed: TasksListed | RegionsListed }) {
  const session = useContext(SessionContext)
  const { show } = session.store.place.value.tasks
  return (
    <div class="tasks-kinds">
      <fieldset class="segments">
        <legend class="unseen">which are shown</legend>
        {(['tasks', 'regions'] as const).map(kind => (
          <button key={kind} type="button" aria-pressed={kind === show} onClick={() => showKind(session, kind)}>
            {kind}
          </button>
        ))}
      </fieldset>
      {listed.isAny ? (
        <span class="tasks-said" role="status">
          {counted(listed.count, show === 'tasks' ? 'task' : 'region')}
          {listed.unended > 0 ? (
            <strong class="tasks-open">
              {' '}
              {formatCount(listed.unended)} never {show === 'tasks' ? 'ended' : 'closed'}
            </strong>
          ) : null}
        </span>
      ) : null}
      <Background of={listed.background} />
    </div>
  )
}

/** What belongs to no task has a story, too. */
function Background({ of: { regions, logs } }: { readonly of: TasksListed['background'] }) {
  const session = useContext(SessionContext)
  if (regions + logs === 0) return null
  const said = [[regions, 'region'] as const, [logs, 'log'] as const].filter(([count]) => count > 0)
  return (
    <span class="tasks-beside">
      <StepLink href={tasksHref(session, { task: 0 })} onGo={() => goTasks(session, { task: 0 })}>
        {said.map(([count, what]) => counted(count, what)).join(' and ')} of no task
      </StepLink>
    </span>
  )
}

function None({ show }: { readonly show: 'tasks' | 'regions' }) {
  return show === 'tasks' ? (
    <Nothing title="This trace has no user tasks">
      <p>
        A program makes them around each piece of its work: <code>ctx, task := trace.NewTask(ctx, "checkout")</code> of{' '}
        <code>runtime/trace</code>, then <code>defer task.End()</code>. Logs and regions made with that context belong
        to it, on whatever goroutine.
      </p>
    </Nothing>
  ) : (
    <Nothing title="This trace has no user regions">
      <p>
        A program makes them around a part of a goroutine's work:{' '}
        <code>defer trace.StartRegion(ctx, "load").End()</code> of <code>runtime/trace</code>.
      </p>
    </Nothing>
  )
}

/** Beyond these a table of types is a list. */
const TYPES = 200

function TaskTypes({ listed }: { readonly listed: TasksListed }) {
  return (
    <TypesTable heads={['never ended']} caption="types of tasks" omitted={listed.types.length - TYPES}>
      {listed.types.slice(0, TYPES).map(type => (
        <TypeRow key={type.type} of={type} show="tasks" />
      ))}
    </TypesTable>
  )
}

function RegionTypes({ listed }: { readonly listed: RegionsListed }) {
  return (
    <TypesTable
      heads={['never closed', 'where it went']}
      caption="types of regions"
      omitted={listed.types.length - TYPES}
    >
      {listed.types.slice(0, TYPES).map((type, i) => (
        <TypeRow key={i} of={type} show="regions" region={type} />
      ))}
    </TypesTable>
  )
}

type TypesTableProps = {
  readonly caption: string
  readonly heads: readonly string[]
  readonly omitted: number
  readonly children: ComponentChildren
}

function TypesTable({ caption, heads, omitted, children }: TypesTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrolled by keys, too
    <section class="tasks-types" aria-label={caption} tabIndex={0} data-scrolls="">
      <table>
        <thead>
          <tr>
            {['type', 'count', ...heads, 'median', '95 %', '99 %', 'longest', 'latencies'].map(head => (
              <th key={head} scope="col" class={/^(type|latencies|where)/.test(head) ? '' : 'number'}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
      {omitted > 0 ? <p class="dim">and {formatCount(omitted)} more types</p> : null}
    </section>
  )
}

function ProfileLink({ region }: { readonly region: string }) {
  const session = useContext(SessionContext)
  const place = profilePlace(session, region)
  const title = `the profile of what goroutines did within regions ${typeName(region, 'regions')}`
  return (
    <StepLink
      href={format({ ...session.store.place.value, ...place })}
      title={title}
      onGo={() => session.go(place, 'push')}
    >
      profile
    </StepLink>
  )
}

/** Where a type's regions begin. */
function Place({ of }: { readonly of: NonNullable<RegionType['place']> }) {
  const text = `${functionText(of.function)} ${placeText(of)}`
  return (
    <span class="dim code" title={text}>
      {' '}
      {text}
    </span>
  )
}

type TypeRowProps = {
  readonly of: TaskType | RegionType
  readonly show: 'tasks' | 'regions'
  readonly region?: RegionType
}

function TypeRow({ of, show, region }: TypeRowProps) {
  const session = useContext(SessionContext)
  const { type: chosen, minNs, maxNs } = session.store.place.value.tasks
  const { type, count, unended, latency } = of
  const pick = (change: Parameters<typeof goTasks>[1]) => goTasks(session, { type, ...change })
  const isChosen = chosen === type
  const name = typeName(type, show === 'tasks' && isUnseenType(of) ? 'tasks' : 'regions')
  return (
    <tr class={isChosen ? 'chosen' : ''}>
      <th scope="row">
        <button
          type="button"
          class="plain link"
          title={name}
          aria-pressed={isChosen}
          onClick={() => goTasks(session, { type: isChosen ? undefined : type, minNs: undefined, maxNs: undefined })}
        >
          {name}
        </button>
        {region?.place ? <Place of={region.place} /> : null}
      </th>
      <td class="number">{formatCount(count)}</td>
      <td class="number">
        {unended > 0 ? (
          <button
            type="button"
            class="plain link tasks-open"
            onClick={() => pick({ isOpen: true, minNs: undefined, maxNs: undefined })}
          >
            {formatCount(unended)}
          </button>
        ) : (
          <Dash />
        )}
      </td>
      {region ? (
        <td class="time-spent">
          <SpentBar spent={region.spent} totalNs={region.totalNs} />
          <ProfileLink region={region.type} />
        </td>
      ) : null}
      {(['p50Ns', 'p95Ns', 'p99Ns', 'maxNs'] as const).map(name => (
        <td key={name} class="number">
          {latency ? formatNs(latency[name]) : <Dash />}
        </td>
      ))}
      <td>
        {latency ? (
          <Histogram
            of={name}
            histogram={latency.histogram}
            minNs={isChosen ? minNs : undefined}
            maxNs={isChosen ? maxNs : undefined}
            onPick={({ fromNs, toNs }) => pick({ isOpen: false, minNs: fromNs, maxNs: toNs })}
          />
        ) : (
          <Dash />
        )}
      </td>
    </tr>
  )
}
