/** The terms about goroutines as a whole: ids, user tasks and regions, labels, what they are, whom they have to do with. */
import type { StringTable } from '../../base/strings.ts'
import type { Timeline } from '../model.ts'
import { fitsText } from './plan.ts'
import type { Is, Term, TermOf, TextValue } from './spec.ts'
import { IdSet } from './values.ts'
import { interactingWith } from './with.ts'

export type GoroutineTerm = TermOf<'g' | 'task' | 'region' | 'label' | 'is' | 'with'>

/** By goroutine: 1 where all of these fit. */
export function fittingGoroutines(timeline: Timeline, terms: readonly GoroutineTerm[]): Uint8Array {
  const keep = new Uint8Array(timeline.trace.goroutines.length).fill(1)
  for (const term of terms) {
    const fits = fitting(timeline, term)
    const wanted = term.negated ? 0 : 1
    for (let g = 0; g < keep.length; g++) if (fits[g] !== wanted) keep[g] = 0
  }
  return keep
}

export function isAboutGoroutines(term: Term): term is GoroutineTerm {
  return ['g', 'task', 'region', 'label', 'is', 'with'].includes(term.key)
}

function fitting(timeline: Timeline, term: GoroutineTerm): Uint8Array {
  if (term.key === 'with') return interactingWith(timeline, term.centers)
  if (term.key === 'task') return inTasks(timeline, term)
  if (term.key === 'region') return inRegions(timeline, term.texts)
  if (term.key === 'label') return labelled(timeline, term.texts)
  return term.key === 'is' ? being(timeline, term.words) : withIds(timeline, term)
}

function withIds({ trace }: Timeline, term: TermOf<'g'>): Uint8Array {
  const { id, length } = trace.goroutines
  const wanted = new IdSet(term.ids)
  const fits = new Uint8Array(length)
  for (let g = 0; g < length; g++) if (wanted.has(id[g])) fits[g] = 1
  return fits
}

/** Those that began such a task, or have a region or a log in it. */
function inTasks({ trace }: Timeline, term: TermOf<'task'>): Uint8Array {
  const { tasks, regions, logs, goroutines, strings } = trace
  const fitsType = textLookup(strings, term.texts)
  const ids = new IdSet(term.ids)
  const wanted = new Uint8Array(tasks.length)
  const fits = new Uint8Array(goroutines.length)
  for (let row = 0; row < tasks.length; row++) {
    if (!ids.has(tasks.id[row]) && !fitsType(tasks.type[row])) continue
    wanted[row] = 1
    if (tasks.goroutine[row] >= 0) fits[tasks.goroutine[row]] = 1
  }
  for (const { length, task, goroutine } of [regions, logs]) {
    for (let row = 0; row < length; row++) {
      if (task[row] >= 0 && wanted[task[row]] === 1 && goroutine[row] >= 0) fits[goroutine[row]] = 1
    }
  }
  return fits
}

function inRegions({ trace }: Timeline, texts: readonly TextValue[]): Uint8Array {
  const { length, type, goroutine } = trace.regions
  const fitsType = textLookup(trace.strings, texts)
  const fits = new Uint8Array(trace.goroutines.length)
  for (let row = 0; row < length; row++) if (goroutine[row] >= 0 && fitsType(type[row])) fits[goroutine[row]] = 1
  return fits
}

/** Any label that they had. */
function labelled({ trace }: Timeline, texts: readonly TextValue[]): Uint8Array {
  const { labels, goroutines } = trace
  const fitsLabel = textLookup(trace.strings, texts)
  const fits = new Uint8Array(goroutines.length)
  for (let g = 0; g < fits.length; g++) if (fitsLabel(goroutines.label[g])) fits[g] = 1
  for (let row = 0; row < labels.length; row++) {
    if (labels.goroutine[row] >= 0 && fitsLabel(labels.label[row])) fits[labels.goroutine[row]] = 1
  }
  return fits
}

/** Asks each text once: a million regions have a handful of types. An unknown text fits nothing. */
function textLookup(strings: StringTable, texts: readonly TextValue[]): (row: number) => boolean {
  const known = new Uint8Array(strings.length)
  return row => {
    if (row <= 0) return false
    if (known[row] === 0) {
      const text = strings.text(row)
      const lower = text.toLowerCase()
      known[row] = texts.some(value => fitsText(value, text, lower)) ? 2 : 1
    }
    return known[row] === 2
  }
}

function being(timeline: Timeline, words: readonly Is[]): Uint8Array {
  const { birthNs, deathNs, length } = timeline.trace.goroutines
  const system = words.includes('system') ? systemGroups(timeline) : undefined
  const fits = new Uint8Array(length)
  for (const word of words) {
    for (let g = 0; g < length; g++) {
      if (word === 'stuck') fits[g] |= timeline.stuck[g]
      else if (word === 'system') fits[g] |= system?.[timeline.groups.groupOf[g]] ?? 0
      else if (word === 'alive' || word === 'ended') fits[g] |= Number.isNaN(deathNs[g]) === (word === 'alive') ? 1 : 0
      else fits[g] |= Number.isNaN(birthNs[g]) === (word === 'old') ? 1 : 0
    }
  }
  return fits
}

/** Go's own rule (`internal/trace`): all that begin in the runtime, but for the one that calls `main`. */
function systemGroups({ trace, groups }: Timeline): Uint8Array {
  return Uint8Array.from(groups.entry, row => {
    const name = trace.strings.text(row)
    return name.startsWith('runtime.') && name !== 'runtime.main' ? 1 : 0
  })
}
