/** What may stand at the caret of a filter: keys with what they do, and values that occur in the trace. */
import { isStandard } from '../../analysis/scene/names.ts'
import { goroutines, thousands } from '../../analysis/scene/words.ts'
import { GO_STATE_NAMES, RangeKind } from '../../trace/tables.ts'
import type { Timeline } from '../model.ts'
import { capped, entryOf } from '../texts.ts'
import { functionCountsOf } from './counts.ts'
import { quote, tokensOf, type Value } from './lex.ts'
import { type Offer, offersOf } from './offers.ts'
import { DURING, IS, KEYS, MAX_FILTER_LENGTH, NOTES } from './spec.ts'

/** Replaces `text[from, to)` by `insert`. */
export type FilterCompletion = {
  readonly from: number
  readonly to: number
  readonly insert: string
  readonly note: string
}
type Choice = { readonly insert: string; readonly note: string }

const MAX_CHOICES = 20
/** A stranger's function may be called 100 kB: it is looked for by its beginning. */
const MAX_NAME = 300
const MAX_NOTE = 120

export function completeFilter(timeline: Timeline, text: string, caret: number): FilterCompletion[] {
  if (text.length > MAX_FILTER_LENGTH) return []
  const at = Math.min(Math.max(0, Math.trunc(caret) || 0), text.length)
  const before = tokensOf(text.slice(0, at))
  const token = before[before.length - 1]
  // Behind a space, unless that is within quotes, a new term begins.
  if (token === undefined || token.to < at) return placed(keyChoices(''), at, at)
  const value = token.values[token.values.length - 1]
  if (token.key !== undefined) {
    const choices = valueChoices(timeline, token.key, value).map(choice => ({
      ...choice,
      insert: value.sign + choice.insert,
    }))
    return placed(choices, value.from, valueEnd(text, value.from, at))
  }
  const isWord = token.values.length === 1 && value.sign === '' && !value.quoted
  if (!isWord) return []
  const end = valueEnd(text, token.keyFrom, at)
  return placed([...keyChoices(value.text), ...wordChoices(timeline, value)], token.keyFrom, end)
}

function placed(choices: readonly Choice[], from: number, to: number): FilterCompletion[] {
  return choices.slice(0, MAX_CHOICES).map(({ insert, note }) => ({ from, to, insert, note: capped(note, MAX_NOTE) }))
}

/** Where the value ends that the caret is in; at the caret where a quote is open, for all behind it seems to be quoted. */
function valueEnd(text: string, from: number, caret: number): number {
  const token = tokensOf(text).find(({ to }) => to >= caret)
  if (!token || token.openQuote >= 0) return caret
  if (token.keyFrom === from) {
    // A key that is there already is exchanged, not doubled.
    return token.key === undefined ? token.values[0].to : token.keyFrom + token.key.length + 1
  }
  return token.values.find(value => value.from === from)?.to ?? caret
}

function keyChoices(typed: string): Choice[] {
  const start = typed.toLowerCase()
  return KEYS.filter(([key]) => key.startsWith(start)).map(([key, note]) => ({ insert: `${key}:`, note }))
}

/** A word is a function's or a reason's. */
function wordChoices(timeline: Timeline, value: Value): Choice[] {
  if (value.text === '') return []
  const words = matching(offersOf(timeline).words, value.text.toLowerCase(), 'wait')
  const reasons = words.map(({ insert, note }) => ({ insert: `reason:${insert}`, note }))
  const functions = functionChoices(timeline, value.text.toLowerCase())
  return [...reasons, ...functions.map(({ insert, note }) => ({ insert: `fn:${insert}`, note }))]
}

function valueChoices(timeline: Timeline, key: string, value: Value): Choice[] {
  const typed = value.text.toLowerCase()
  const offers = offersOf(timeline)
  switch (key) {
    case 'fn':
      return functionChoices(timeline, typed)
    case 'reason': {
      const isExact = value.sign === '='
      const words = isExact ? [] : matching(offers.words, typed, 'wait')
      const others = offers.reasons.filter(({ text }) => !words.some(word => word.insert === text))
      return [...words, ...matching(others, typed, 'time')]
    }
    case 'state':
      return listed(GO_STATE_NAMES, typed, (_, i) => counted(offers.states[i], 'stay'))
    case 'task':
      return matching(offers.tasks, typed, 'task')
    case 'region':
      return matching(offers.regions, typed, 'region')
    case 'label':
      return matching(offers.labels, typed, 'time')
    case 'during':
      return listed(DURING, typed, (word, i) => `${NOTES[word]}, ${counted(rangesOf(timeline, i), 'time')}`)
    case 'is':
      return listed(IS, typed, word => NOTES[word])
    case 'longer':
    case 'shorter':
      return lengthChoices(typed)
    case 'g':
    case 'with':
      return goroutineChoices(timeline, typed.replace(/^g/, ''), key === 'with' ? 'g' : '')
    case 'proc':
      return idChoices(timeline.trace.procs.id, typed, 'processor')
    case 'thread':
      return idChoices(timeline.trace.threads.id, typed, 'thread')
    default:
      return []
  }
}

function counted(count: number, unit: string): string {
  return `${thousands(count)} ${unit}${count === 1 ? '' : 's'}`
}

function listed<T extends string>(words: readonly T[], typed: string, note: (word: T, i: number) => string): Choice[] {
  return words.flatMap((word, i) => (word.startsWith(typed) ? [{ insert: word, note: note(word, i) }] : []))
}

function matching(offers: readonly Offer[], typed: string, unit: string): Choice[] {
  const choices: Choice[] = []
  for (const { text, count, note } of offers) {
    if (choices.length === MAX_CHOICES) break
    if (!text.toLowerCase().includes(typed)) continue
    choices.push({
      insert: quote(cut(text)),
      note: note === '' ? counted(count, unit) : `${note}, ${thousands(count)}`,
    })
  }
  return choices
}

/** Halves of pairs of surrogates are no characters. */
function cut(text: string): string {
  return text.length <= MAX_NAME ? text : text.slice(0, MAX_NAME).replace(/[\ud800-\udbff]$/, '')
}

/** Those that begin so behind a dot or slash, then those that have it anywhere; each by how many goroutines have them. */
function functionChoices(timeline: Timeline, typed: string): Choice[] {
  const { functions, goroutines: counts, byCount, exact } = functionCountsOf(timeline)
  const begin: number[] = []
  const inside: number[] = []
  for (const index of byCount) {
    // From there on nobody was seen in them: they stand on stacks of other things.
    if (exact && counts[index] === 0) break
    const found = functions.lower[index].indexOf(typed)
    if (found < 0) continue
    const begins = found === 0 || /[./*]/.test(functions.lower[index][found - 1])
    // Before anything is typed the program's own functions are more likely meant than `runtime.gopark`.
    if (begins && !(typed === '' && isStandard(functions.names[index]))) begin.push(index)
    else if (inside.length < MAX_CHOICES) inside.push(index)
    if (begin.length === MAX_CHOICES) break
  }
  return [...begin, ...inside].map(index => ({
    insert: quote(cut(functions.names[index])),
    note: exact ? goroutines(counts[index]) : `at least ${goroutines(Math.max(1, counts[index]))}`,
  }))
}

function rangesOf({ trace }: Timeline, during: number): number {
  const kind = [RangeKind.gcMark, RangeKind.stopTheWorld, RangeKind.markAssist, RangeKind.gcSweep][during]
  let count = 0
  for (let row = 0; row < trace.ranges.length; row++) if (trace.ranges.kind[row] === kind) count++
  return count
}

/** "10" becomes 10ns, 10us, 10ms, 10s, 10m. */
function lengthChoices(typed: string): Choice[] {
  const lengths = /^\d+(\.\d+)?$/.test(typed)
    ? ['ns', 'us', 'ms', 's', 'm'].map(unit => typed + unit)
    : ['10us', '100us', '1ms', '10ms', '100ms', '1s'].filter(length => length.startsWith(typed))
  return lengths.map(insert => ({ insert, note: '' }))
}

/** Stuck ones first. */
function goroutineChoices(timeline: Timeline, typed: string, prefix: string): Choice[] {
  const { id, length } = timeline.trace.goroutines
  const choices: Choice[] = []
  for (const wanted of [1, 0]) {
    for (let g = 0; g < length && choices.length < MAX_CHOICES; g++) {
      if (timeline.stuck[g] !== wanted) continue
      const text = String(id[g])
      if (!text.startsWith(typed)) continue
      const name = entryOf(timeline.trace, g)
      choices.push({ insert: prefix + text, note: wanted === 1 ? `stuck, ${name}` : name })
    }
  }
  return choices
}

function idChoices(ids: Float64Array, typed: string, unit: string): Choice[] {
  const fitting = Array.from(ids).filter(id => String(id).startsWith(typed))
  return fitting.sort((a, b) => a - b).map(id => ({ insert: String(id), note: `${unit} ${id}` }))
}
