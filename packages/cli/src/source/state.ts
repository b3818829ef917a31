/** What is known of one lock at one point of a path, and how two paths that meet there become one. */
import type { Fact, Step } from './steps.ts'

export type State = {
  /** 1: taken and not released; 2: read-locked twice; 0: as at the begin; -1: released what the caller had taken. */
  readonly balance: number
  /** Where it was taken. */
  readonly line: number
  /** Where a literal was left that had taken it; 0: none. */
  readonly leftLine: number
  /** False: what became of it is not followed any more. */
  readonly isSure: boolean
  /** Somebody else can release it, now and whenever it is taken again. */
  readonly isHanded: boolean
  /** Taken at any time on this path. */
  readonly wasTaken: boolean
  /** To run when the function is left, the last one first. */
  readonly deferred: readonly Deferred[]
  readonly facts: ReadonlyMap<string, Known>
}

export type Deferred = { readonly body: readonly Step[]; readonly line: number }

/** `past`: behind the statement that asked. */
export type Known = { readonly value: boolean; readonly isPast: boolean }

export const BEGIN: State = {
  balance: 0,
  line: 0,
  leftLine: 0,
  isSure: true,
  isHanded: false,
  wasTaken: false,
  deferred: [],
  facts: new Map(),
}

/** States that meet; more say nothing new to a reader either. */
const MAX_STATES = 48

/** Each state once. Where conditions make too many of them, conditions are forgotten: `isCut` where even that is too much. */
export function merged(states: readonly State[]): { readonly states: readonly State[]; readonly isCut: boolean } {
  if (states.length < 2) return { states, isCut: false }
  let once = distinct(states)
  if (once.length <= MAX_STATES) return { states: once, isCut: false }
  once = distinct(once.map(state => ({ ...state, facts: new Map() })))
  return { states: once.slice(0, MAX_STATES), isCut: once.length > MAX_STATES }
}

function distinct(states: readonly State[]): State[] {
  const byKey = new Map<string, State>()
  for (const state of states) {
    const key = keyOf(state)
    if (!byKey.has(key)) byKey.set(key, state)
  }
  return [...byKey.values()]
}

export function keyOf(state: State): string {
  const { balance, line, leftLine, isSure, isHanded, wasTaken, deferred, facts } = state
  const flags = `${balance} ${line} ${leftLine} ${isSure} ${isHanded} ${wasTaken}`
  return `${flags} ${deferred.map(one => one.line).join()} ${factsKey(facts)}`
}

/** Paths share what they know. */
const factsKeys = new WeakMap<State['facts'], string>()

function factsKey(facts: State['facts']): string {
  if (facts.size === 0) return ''
  let key = factsKeys.get(facts)
  if (key === undefined) {
    key = [...facts]
      .map(([text, { value, isPast }]) => `${text}=${value}${isPast}`)
      .sort()
      .join('\n')
    factsKeys.set(facts, key)
  }
  return key
}

/** The states in which these facts can be, knowing them; none is known to be false. */
export function assume(states: readonly State[], facts: readonly Fact[]): readonly State[] {
  if (facts.length === 0) return states
  return states.flatMap(state => {
    let known: Map<string, Known> | undefined
    for (const { text, value } of facts) {
      const before = (known ?? state.facts).get(text)
      if ((before && before.value !== value) || text === String(!value)) return []
      if (before) continue
      known ??= new Map(state.facts)
      known.set(text, { value, isPast: false })
    }
    return [known ? { ...state, facts: known } : state]
  })
}

/** Behind the statement that asked for them. */
export function past(states: readonly State[], facts: readonly Fact[]): readonly State[] {
  if (facts.length === 0) return states
  return states.map(state => {
    let known: Map<string, Known> | undefined
    for (const { text } of facts) {
      const before = (known ?? state.facts).get(text)
      if (!before || before.isPast) continue
      known ??= new Map(state.facts)
      known.set(text, { ...before, isPast: true })
    }
    return known ? { ...state, facts: known } : state
  })
}

/** Facts that the test keeps. */
export function keeping(state: State, isKept: (text: string, known: Known) => boolean): State {
  if (state.facts.size === 0) return state
  const kept = [...state.facts].filter(([text, known]) => isKept(text, known))
  return kept.length === state.facts.size ? state : { ...state, facts: new Map(kept) }
}

/** Is this variable or place a part of that text? "x#1" is none of "x#12" and "xx#1", "s#1.a" none of "s#1.ab". */
export function isMentioned(place: string, text: string): boolean {
  for (let at = text.indexOf(place); at >= 0; at = text.indexOf(place, at + 1)) {
    const [before, after] = [text[at - 1] ?? '', text[at + place.length] ?? '']
    if (!WORD.test(before) && before !== '.' && !WORD.test(after) && after !== '#') return true
  }
  return false
}

const WORD = /[\p{L}\p{N}_]/u

/** Nobody but this function changes a variable of its own. */
export function isOwn(text: string): boolean {
  return !text.includes('.') && !text.includes('(') && !text.includes('[') && text.includes('#')
}
