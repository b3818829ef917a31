/** `unhang tasks` for people: types with what they took, then those that never ended and where they stand, or the list. */
import {
  aroundText,
  formatCount,
  formatNs,
  type LogFound,
  type TaskFilter,
  type TaskRow,
  type TasksReport,
  type TaskType,
  type Trace,
  taskRowOf,
  taskStory,
} from '@unhang/core'
import { counted } from './frames.ts'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'
import { type Alignment, table } from './table.ts'
import { standingLines } from './task-story.ts'
import { beginText, latencyTexts, MOST_LISTED, more, rangeText, typesText, typeText } from './task-words.ts'

/** Lines of what is many. */
const UNENDED = 5
const STANDING = 3
const MESSAGE = 100

type Asked = {
  readonly name: string
  readonly trace: Trace
  readonly report: TasksReport
  readonly filter: TaskFilter
}

export function tasksText({ name, trace, report, filter }: Asked, colors: Colors): string {
  const { count, unended, types, background, backgroundFound } = report
  const open = unended > 0 ? `, ${colors.red(`${formatCount(unended)} of them never ended`)}` : ''
  const asked = `${formatNs(trace.durationNs)}${rangeText(trace, report)}`
  const head = `${colors.bold(printable(name))}   ${asked}   ${counted(count, 'task')} of ${counted(types.length, 'type')}${open}\n`
  const beside = backgroundFound
    ? `${counted(backgroundFound.count, 'log')} with that text ${backgroundFound.count === 1 ? 'belongs' : 'belong'} to no task: unhang tasks … --task 0\n`
    : ''
  if (count === 0) {
    const sentence =
      'No task is left: ask for less with --type, --unended, --min, --max, --log, --goroutine, --function, --region and --range.'
    return `${head}\n${sentence}\n${beside && `\n${beside}`}`
  }
  const isList = Object.keys(filter).length > 0
  const sections = [head, typesText('tasks', types, nameOf, colors), ...latencyTexts(types, colors)]
  const { log } = filter
  if (isList) sections.push(log === undefined ? listText(trace, report, colors) : logsText(trace, report, log, colors))
  else if (unended > 0) sections.push(unendedText(trace, report, colors))
  if (!isList && background.regions + background.logs > 0)
    sections.push(`${backgroundText(background)} belong to no task: unhang tasks … --task 0\n`)
  if (beside) sections.push(beside)
  return sections.join('\n')
}

export function backgroundText({ regions, logs }: TasksReport['background']): string {
  return `${counted(regions, 'region')} and ${counted(logs, 'log')}`
}

function nameOf({ type, unbegun, count }: TaskType): string {
  return type === '' && unbegun === count ? '(begin not seen)' : typeText(type)
}

function listText(trace: Trace, { tasks, omitted }: TasksReport, colors: Colors): string {
  const head = ['task', 'begin', 'took', '', 'goroutines', 'regions', 'logs', 'part of', 'type']
  const rows = tasks
    .slice(0, MOST_LISTED)
    .map(task => [
      String(task.id),
      beginText(task.startNs, trace.durationNs),
      formatNs(task.durationNs),
      task.endNs === null ? 'so far' : '',
      formatCount(task.goroutines),
      formatCount(task.regions),
      formatCount(task.logs),
      task.parent === 0 ? '' : String(task.parent),
      task.type === '' && task.startNs === null ? '(begin not seen)' : typeText(task.type),
    ])
  const title = `${colors.bold('tasks')}   those that never ended first, then the longest`
  return `${title}\n${table([head, ...rows], [...'rrrlrrrrl'] as Alignment[])}${more(tasks.length - rows.length + omitted)}`
}

/** Tasks by what their logs say: the first that fits of each. */
function logsText(trace: Trace, { tasks, omitted }: TasksReport, log: string, colors: Colors): string {
  const head = ['task', 'took', '', 'type', 'at', 'log']
  const shown = tasks.slice(0, MOST_LISTED)
  const rows = shown.map(task => [
    String(task.id),
    formatNs(task.durationNs),
    task.endNs === null ? 'so far' : '',
    task.type === '' && task.startNs === null ? '(begin not seen)' : typeText(task.type),
    beginText(task.found?.atNs ?? null, trace.durationNs),
    task.found ? foundText(task.found, log) : '',
  ])
  const title = `${colors.bold('tasks')}   those that never ended first, then the longest; the story of one: unhang tasks … --task ID`
  return `${title}\n${table([head, ...rows], [...'rrllrl'] as Alignment[])}${more(tasks.length - shown.length + omitted)}`
}

function foundText({ category, message, count }: LogFound, log: string): string {
  const said = aroundText(category === '' ? message : `${category}: ${message}`, log, MESSAGE)
  return `${printable(said, MESSAGE + 2)}${count > 1 ? `  (and ${formatCount(count - 1)} more)` : ''}`
}

/** Who waits for what, in the longest tasks that never ended: what people come for. */
function unendedText(trace: Trace, { tasks, unended }: TasksReport, colors: Colors): string {
  const open = new Set(tasks.map(task => (task.endNs === null ? task.id : 0)))
  // Parts of a task that never ended are told with it.
  const told = tasks.filter(task => isTold(task) && !(task.parent > 0 && open.has(task.parent)))
  const shown = told.slice(0, UNENDED)
  const lines = [colors.bold('never ended')]
  for (const task of shown) {
    const since = task.startNs === null ? 'before the trace' : beginText(task.startNs, trace.durationNs)
    lines.push(`  task ${task.id}  ${typeText(task.type)}  open for ${formatNs(task.durationNs)}, since ${since}`)
    const limits = { events: 0, parts: STANDING + 1, subtasks: 0 }
    const { parts } = taskStory(trace, taskRowOf(trace, task.id), limits)
    const left = parts.filter(({ now }) => now.state !== 'ended')
    for (const part of left.slice(0, STANDING)) lines.push(...standingLines(part, trace.durationNs, colors, 4))
    if (left.length > STANDING) lines.push('    … and more')
    if (left.length === 0) lines.push('    none of its goroutines is left to end it')
  }
  const rest = unended - shown.length
  if (rest > 0) lines.push(`  … ${formatCount(rest)} more, parts of these among them: unhang tasks … --unended`)
  lines.push('', 'The story of one: unhang tasks … --task ID')
  return `${lines.join('\n')}\n`
}

/** A task that is only mentioned, as another one's parent, has nothing to tell. */
function isTold(task: TaskRow): boolean {
  return task.endNs === null && (task.startNs !== null || task.goroutines > 0)
}
