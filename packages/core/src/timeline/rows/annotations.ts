/** The rows of what the program itself told of: tasks and regions, by their types, most used first. */
import { thousands } from '../../analysis/scene/words.ts'
import { IdOrder, orderBy } from '../../base/order.ts'
import { remembered } from '../../base/remembered.ts'
import type { RowIndex, Trace } from '../../trace/tables.ts'
import type { Row, Timeline } from '../model.ts'
import { Outline, type Part, PLAIN_ROW, partOf, shortened } from './part.ts'
import { heading } from './sections.ts'

/** So many tasks of a type get rows of their own; what is beyond is seen in the row of the type. */
export const MAX_TASK_ROWS = 1000

/** Rows of a table by their type, the type of most rows first. */
type Types = {
  readonly type: Int32Array // row in strings
  readonly key: readonly string[]
  readonly numberOf: ReadonlyMap<string, number> // by key
  readonly members: RowIndex
}

function typesOf(trace: Trace, prefix: string, types: Int32Array): Types {
  const numberOfType = new Map<number, number>()
  const found: number[] = []
  const kindOf = new Uint32Array(types.length)
  for (let row = 0; row < types.length; row++) {
    const type = Math.max(0, types[row])
    let number = numberOfType.get(type)
    if (number === undefined) {
      number = found.push(type) - 1
      numberOfType.set(type, number)
    }
    kindOf[row] = number
  }
  const counts = new Float64Array(found.length)
  for (const kind of kindOf) counts[kind]++
  const order = orderBy(counts.map(count => types.length - count))
  const place = new Uint32Array(found.length)
  for (let i = 0; i < order.length; i++) place[order[i]] = i
  const type = Int32Array.from(order, kind => found[kind])
  const members = groupRows(
    kindOf.map(kind => place[kind]),
    found.length,
  )
  return { type, members, ...keysOf(trace, prefix, type) }
}

/** Two types may differ in broken UTF-8 alone, which shows as the same text. */
function keysOf(trace: Trace, prefix: string, types: Int32Array): Pick<Types, 'key' | 'numberOf'> {
  const numberOf = new Map<string, number>()
  const key = Array.from(types, (type, i) => {
    let name = `${prefix}${trace.strings.text(type)}`
    while (numberOf.has(name)) name += '~'
    numberOf.set(name, i)
    return name
  })
  return { key, numberOf }
}

function groupRows(groupOf: Uint32Array, groups: number): RowIndex {
  const first = new Uint32Array(groups + 1)
  for (const group of groupOf) first[group + 1]++
  for (let group = 0; group < groups; group++) first[group + 1] += first[group]
  const next = first.slice(0, groups)
  const row = new Uint32Array(groupOf.length)
  for (let i = 0; i < groupOf.length; i++) row[next[groupOf[i]]++] = i
  return { first, row }
}

const taskTypes = remembered(({ trace }: Timeline) => typesOf(trace, 'task:', trace.tasks.type))
const regionTypes = remembered(({ trace }: Timeline) => typesOf(trace, 'region:', trace.regions.type))
const taskIds = remembered(({ trace }: Timeline) => new IdOrder(trace.tasks.id))

export function regionsPart(timeline: Timeline, expanded: ReadonlySet<string>): Part {
  const count = timeline.trace.regions.length
  if (count === 0) return partOf([])
  const isOpen = expanded.has('regions')
  const head = heading('regions', count, isOpen)
  if (!isOpen) return partOf([head])
  const types = regionTypes(timeline)
  return {
    rowCount: 1 + types.type.length,
    rowAt: index => (index === 0 ? head : typeRow(timeline.trace, types, 'regionType', index - 1, undefined)),
    indexOf(key) {
      const type = types.numberOf.get(key)
      if (type !== undefined) return 1 + type
      return key === head.key ? 0 : -1
    },
  }
}

export function tasksPart(timeline: Timeline, expanded: ReadonlySet<string>): Part {
  const count = timeline.trace.tasks.length
  if (count === 0) return partOf([])
  const isOpen = expanded.has('tasks')
  const head = heading('tasks', count, isOpen)
  return isOpen ? new OpenTasks(timeline, head, expanded) : partOf([head])
}

class OpenTasks implements Part {
  private readonly timeline: Timeline
  private readonly head: Row
  private readonly types: Types
  private readonly outline: Outline
  private readonly lists = new Map<number, Uint32Array>() // of the open types

  constructor(timeline: Timeline, head: Row, expanded: ReadonlySet<string>) {
    this.timeline = timeline
    this.head = head
    this.types = taskTypes(timeline)
    const counts = new Uint32Array(this.types.type.length)
    for (const key of expanded) {
      const type = this.types.numberOf.get(key)
      if (type === undefined) continue
      const list = tasksInOrder(timeline, type)
      this.lists.set(type, list)
      counts[type] = list.length + (list.length < this.countOf(type) ? 1 : 0)
    }
    this.outline = new Outline(counts)
  }

  get rowCount(): number {
    return 1 + this.outline.rowCount
  }

  private countOf(type: number): number {
    return this.types.members.first[type + 1] - this.types.members.first[type]
  }

  rowAt(index: number): Row {
    if (index === 0) return this.head
    const { parent, child } = this.outline.at(index - 1)
    const list = this.lists.get(parent)
    if (child < 0 || !list) return typeRow(this.timeline.trace, this.types, 'taskType', parent, list !== undefined)
    return child < list.length ? this.taskRow(list[child]) : this.moreRow(parent, list.length)
  }

  private taskRow(task: number): Row {
    const { trace } = this.timeline
    const word = taskIds(this.timeline).wordOf(task)
    const note = Number.isNaN(trace.tasks.endNs[task]) ? 'not ended' : ''
    return { ...PLAIN_ROW, key: `t${word}`, kind: 'task', subject: task, label: word, note, depth: 2 }
  }

  private moreRow(type: number, shown: number): Row {
    const label = `${thousands(this.countOf(type) - shown)} more`
    const key = `more:${this.types.key[type]}`
    return { ...PLAIN_ROW, key, kind: 'more', subject: this.types.type[type], label, depth: 2 }
  }

  indexOf(key: string): number {
    if (key === this.head.key) return 0
    const type = this.types.numberOf.get(key)
    if (type !== undefined) return 1 + this.outline.startOf(type)
    if (key.startsWith('more:')) return this.indexOfMore(key.slice('more:'.length))
    const task = key.startsWith('t') ? taskIds(this.timeline).rowOf(key.slice(1)) : -1
    return task < 0 ? -1 : this.indexOfTask(task)
  }

  private indexOfMore(typeKey: string): number {
    const type = this.types.numberOf.get(typeKey)
    const list = type === undefined ? undefined : this.lists.get(type)
    if (type === undefined || !list || list.length === this.countOf(type)) return -1
    return 1 + this.outline.startOf(type) + 1 + list.length
  }

  /** Lists are short; that of each open type is looked through. */
  private indexOfTask(task: number): number {
    for (const [type, list] of this.lists) {
      const child = list.indexOf(task)
      if (child >= 0) return 1 + this.outline.startOf(type) + 1 + child
    }
    return -1
  }
}

function typeRow(
  trace: Trace,
  types: Types,
  kind: 'taskType' | 'regionType',
  number: number,
  expanded: boolean | undefined,
): Row {
  const subject = types.type[number]
  const label = shortened(trace.strings.text(subject)) || 'unknown type'
  const note = thousands(types.members.first[number + 1] - types.members.first[number])
  return { ...PLAIN_ROW, key: types.key[number], kind, subject, label, note, depth: 1, expanded }
}

const orders = remembered((_: Timeline) => new Map<number, Uint32Array>())

/** The tasks of a type that get rows: those that never ended, then the longest. */
function tasksInOrder(timeline: Timeline, type: number): Uint32Array {
  const known = orders(timeline).get(type)
  if (known) return known
  const { tasks, durationNs } = timeline.trace
  const { first, row } = taskTypes(timeline).members
  const rows = row.subarray(first[type], first[type + 1])
  const keys = Float64Array.from(rows, task => {
    const startNs = Number.isNaN(tasks.startNs[task]) ? 0 : tasks.startNs[task]
    const isOver = !Number.isNaN(tasks.endNs[task])
    const lengthNs = (isOver ? tasks.endNs[task] : durationNs) - startNs
    return Math.round((isOver ? 2 : 1) * 2 * durationNs - lengthNs)
  })
  const order = orderBy(keys)
    .subarray(0, MAX_TASK_ROWS)
    .map(i => rows[i])
  orders(timeline).set(type, order)
  return order
}
