/** The story of one task for people: where those stand who are left of it, what happened in order, who had a part. */
import {
  formatCount,
  formatNs,
  momentText,
  type PartOfTask,
  type StoryEvent,
  stepOfStretch,
  type TaskStory,
  words,
} from '@unhang/core'
import { counted, stateColored } from './frames.ts'
import type { Colors } from './output.ts'
import { printable } from './printable.ts'
import { type Alignment, table } from './table.ts'
import { more, placeWords, spentCells, typeText } from './task-words.ts'

const NAME = 60
const MESSAGE = 120
/** Lines of what is many. */
const EVENTS = 200
const PARTS = 20
/** Deeper regions are not told apart by their place any more. */
const DEEPEST = 20

export function storyText(traceNs: number, story: TaskStory, colors: Colors): string {
  const sections = [
    headText(traceNs, story, colors),
    story.isUnended ? leftText(traceNs, story, colors) : '',
    eventsText(traceNs, story, colors),
    partsText(story, colors),
  ]
  return sections.filter(text => text !== '').join('\n')
}

function headText(traceNs: number, story: TaskStory, colors: Colors): string {
  const { id, type, startNs, parent, place, goroutine, counts } = story
  const regions = counted(counts.regions, 'region')
  const logs = counted(counts.logs, 'log')
  if (id === 0) return `${colors.bold('no task')}   ${regions} and ${logs} belong to none\n`
  const name = startNs === null && type === '' ? '(type not seen)' : typeText(type)
  const lines = [`${colors.bold(`task ${id}`)}  ${name}   ${lifeText(traceNs, story, colors)}`]
  if (goroutine !== null) lines.push(`  begun by goroutine ${goroutine}${place ? ` at ${placeWords(place)}` : ''}`)
  if (parent) {
    const open = parent.isUnended ? ', which never ended' : ''
    lines.push(`  part of task ${parent.id} ${typeText(parent.type)}${open}`)
  }
  const open = counts.unendedRegions > 0 ? ` (${formatCount(counts.unendedRegions)} never closed)` : ''
  const parts = [
    `${regions}${open}`,
    logs,
    counted(story.subtaskCount, 'sub-task'),
    counted(story.partCount, 'goroutine'),
  ]
  return `${lines.join('\n')}\n  ${parts.join(', ')}\n`
}

function lifeText(traceNs: number, { startNs, endNs, durationNs }: TaskStory, colors: Colors): string {
  const at = (ns: number) => momentText(ns, stepOfStretch(Math.max(durationNs, 1)), traceNs)
  const begin = startNs === null ? 'from before the trace' : `from ${at(startNs)}`
  if (endNs === null) return `${begin}, ${colors.red(`never ended: open for ${formatNs(durationNs)}`)}`
  return `${begin} to ${at(endNs)}: ${startNs === null ? 'at least ' : ''}${formatNs(durationNs)}`
}

function leftText(traceNs: number, { parts }: TaskStory, colors: Colors): string {
  const left = parts.filter(({ now }) => now.state !== 'ended')
  if (left.length === 0) return `${colors.bold('left')}   none of its goroutines: nobody is left to end it\n`
  const lines = left.slice(0, PARTS).flatMap(part => standingLines(part, traceNs, colors, 2))
  return `${colors.bold('left of it when the trace ends')}\n${lines.join('\n')}\n${more(left.length - PARTS)}`
}

/** Where a goroutine stands when the trace ends. */
export function standingLines(part: PartOfTask, traceNs: number, colors: Colors, indent: number): string[] {
  const { goroutine, now, open, elsewhere } = part
  const margin = ' '.repeat(indent)
  const state = now.wait === '' ? now.state : `${now.state} (${printable(now.wait, NAME)})`
  const colored =
    now.state === 'ended' ? state : stateColored(state, { state: now.state, reason: '', minutes: [0, 0] }, colors)
  const lines = [
    `${margin}goroutine ${goroutine}  ${functionText(part)}  ${colored} for ${formatNs(traceNs - now.sinceNs)}`,
  ]
  if (now.place) lines.push(`${margin}  at ${placeWords(now.place)}`)
  if (open.length > 0) lines.push(`${margin}  in region ${open.map(({ type }) => typeText(type)).join(' › ')}`)
  if (elsewhere) lines.push(`${margin}  has acted for task ${elsewhere.id} ${typeText(elsewhere.type)} since`)
  return lines
}

function functionText(part: PartOfTask): string {
  return printable(words.shortName(part.function), NAME) || '(unknown)'
}

function eventsText(traceNs: number, { events, omitted, durationNs }: TaskStory, colors: Colors): string {
  if (events.length === 0) return ''
  const all = events.length + omitted.count
  const half = Math.ceil(EVENTS / 2)
  const shown = all <= EVENTS ? events : [...events.slice(0, half), ...events.slice(events.length - (EVENTS - half))]
  const rows = shown.map((event, i) => {
    const laterNs = i === 0 ? 0 : event.atNs - shown[i - 1].atNs
    return [
      momentText(event.atNs, stepOfStretch(Math.max(durationNs, 1)), traceNs),
      laterNs > 0 ? `+${formatNs(laterNs)}` : '',
      event.goroutine === null ? '' : `g${event.goroutine}`,
      '  '.repeat(Math.min(event.depth, DEEPEST)) + eventText(event),
    ]
  })
  if (all > EVENTS) rows.splice(half, 0, ['…', '', '', `${formatCount(all - EVENTS)} more (--json has them)`])
  return `${colors.bold('story')}\n${table(rows, [...'rrrl'] as Alignment[])}`
}

function eventText({ what, name, message = '', durationNs = 0, isUnended, isUnbegun, subtask }: StoryEvent): string {
  const took = isUnended ? 'never ended' : formatNs(durationNs)
  switch (what) {
    case 'task-begin':
      return 'task begins'
    case 'task-end':
      return 'task ends'
    case 'log':
      return `log ${name === '' ? '' : `${typeText(name)}: `}${printable(message, MESSAGE)}`
    case 'region-begin':
      return `region ${typeText(name)} begins (${isUnended ? 'never closed' : took})`
    case 'region-end':
      return `region ${typeText(name)} ends${isUnbegun ? ' (began before the trace)' : ''}`
    case 'subtask-begin':
      return `task ${subtask} ${typeText(name)} begins (${took})`
    case 'subtask-end':
      return `task ${subtask} ${typeText(name)} ends`
  }
}

function partsText({ parts, partCount }: TaskStory, colors: Colors): string {
  if (parts.length === 0) return ''
  const head = ['goroutine', 'running', 'runnable', 'waiting', 'syscall', 'waits for', 'part', 'function']
  const rows = parts.slice(0, PARTS).map(part => {
    const waits = part.waits.slice(0, 2).map(({ reason, ns }) => `${printable(reason, 30)} ${formatNs(ns)}`)
    return [String(part.goroutine), ...spentCells(part), waits.join(', '), part.how.join(', '), functionText(part)]
  })
  const title = `${colors.bold('goroutines')}   each from its first act for the task on`
  return `${title}\n${table([head, ...rows], [...'rrrrrlll'] as Alignment[])}${more(partCount - rows.length)}`
}
