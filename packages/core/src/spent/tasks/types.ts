/** Tasks and regions by the name of their type. */
import { remembered } from '../../base/remembered.ts'
import { TextNumbers } from '../../base/text-numbers.ts'
import type { Trace } from '../../trace/tables.ts'
import { ScopeError } from '../scope.ts'

export type Types = {
  readonly length: number
  readonly names: readonly string[]
  /** By row of the table: which type. */
  readonly of: Uint32Array
}

const made = {
  tasks: remembered((trace: Trace) => byName(trace, trace.tasks.type, trace.tasks.length)),
  regions: remembered((trace: Trace) => byName(trace, trace.regions.type, trace.regions.length)),
}

export function typesOf(trace: Trace, table: 'tasks' | 'regions'): Types {
  return made[table](trace)
}

function byName({ strings }: Trace, type: Int32Array, length: number): Types {
  const texts = new TextNumbers(strings)
  const of = new Uint32Array(length)
  for (let row = 0; row < length; row++) of[row] = texts.of(type[row])
  return { length: texts.rows.length, names: texts.rows.map(row => strings.text(row)), of }
}

const MOST_OFFERED = 3

/** The number of a type; throws `ScopeError` with what is near where there is none of that name. */
export function typeNumber(trace: Trace, table: 'tasks' | 'regions', name: string): number {
  const { names } = typesOf(trace, table)
  const number = names.indexOf(name)
  if (number >= 0) return number
  const sought = name.toLowerCase()
  const near = names.filter(other => other !== '' && (other.toLowerCase().includes(sought) || sought.includes(other.toLowerCase()))) // biome-ignore format: one question
  const offered = (near.length > 0 ? near : names.filter(other => other !== '')).slice(0, MOST_OFFERED)
  const list = offered.map(other => `'${other}'`).join(', ')
  throw new ScopeError(
    `a type of user ${table} in this trace`,
    `'${name}'`,
    near.length > 0 ? `did you mean ${list}?` : `it has ${list === '' ? 'none with a name' : list}`,
  )
}
