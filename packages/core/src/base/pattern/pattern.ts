/**
 * Does a text match a regular expression anywhere? In time proportional to the text: sets of instructions become the
 * states of an automaton when they are first met, and each character leads from one to the next. JavaScript's own
 * expressions may take hours for forty letters, and these are written by whoever wrote the address of a page.
 */
import { type Assertion, parsePattern } from './parse.ts'
import { compileProgram, type Instruction } from './program.ts'
import { holds, LAST, type Ranges, WORD } from './ranges.ts'

export { PatternError } from './parse.ts'

export type Pattern = { readonly source: string; readonly matches: (text: string) => boolean }

/** In the syntax of Go's tools (RE2). Throws `PatternError` for what is none. */
export function compilePattern(source: string): Pattern {
  const automaton = new Automaton(compileProgram(parsePattern(source)))
  return { source, matches: text => automaton.matches(text) }
}

/** What stands beside a place between characters; of interest to assertions alone. */
const Side = { edge: 0, word: 1, line: 2, other: 3 } as const
type Side = (typeof Side)[keyof typeof Side]

/** Numbers of states; others follow. */
const UNKNOWN = 0
const MATCH = 1
/** When there are more states all are forgotten: an expression that makes many uses each hardly twice. */
const MOST_STATES = 1000

/** `left` is what stands before the next character, `next` the states by class of it; the last one is for the end. */
type State = { readonly at: readonly number[]; readonly left: Side; readonly next: Int32Array }

class Automaton {
  private readonly program: readonly Instruction[]
  private readonly hasAssertions: boolean
  /** Where classes of characters begin: those of one class are in the same sets. */
  private readonly starts: Int32Array
  private readonly classOfLow = new Uint16Array(256)
  private states: State[] = []
  private numbers = new Map<string, number>()

  constructor(program: readonly Instruction[]) {
    this.program = program
    this.hasAssertions = program.some(({ op }) => op === 'assertion')
    this.starts = classStarts(program, this.hasAssertions)
    for (let point = 0; point < 256; point++) this.classOfLow[point] = this.search(point)
    this.forget()
  }

  matches(text: string): boolean {
    let number = this.numberOf([0], Side.edge)
    for (let i = 0; i < text.length; i++) {
      let point = text.charCodeAt(i)
      if (point >= 0xd800 && point < 0xdc00) {
        point = text.codePointAt(i)!
        if (point > 0xffff) i++
      }
      const kind = point < 256 ? this.classOfLow[point] : this.search(point)
      const known = this.states[number].next[kind]
      number = known === UNKNOWN ? this.step(number, kind) : known
      if (number === MATCH) return true
    }
    const end = this.starts.length
    return (this.states[number].next[end] || this.finish(number, end)) === MATCH
  }

  private forget(): void {
    // Two that nothing leads from: the numbers of no state.
    const none = { at: [], left: Side.other, next: new Int32Array(0) }
    this.states = [none, none]
    this.numbers = new Map()
  }

  private numberOf(at: readonly number[], left: Side): number {
    const key = `${left}:${at.join()}`
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    if (this.states.length >= MOST_STATES) this.forget()
    const number = this.states.push({ at, left, next: new Int32Array(this.starts.length + 1) }) - 1
    this.numbers.set(key, number)
    return number
  }

  private search(point: number): number {
    let low = 0
    let high = this.starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (this.starts[middle] <= point) low = middle
      else high = middle
    }
    return low
  }

  /** The state behind a character of the class. */
  private step(number: number, kind: number): number {
    const state = this.states[number]
    const point = this.starts[kind]
    const right = this.sideOf(point)
    const reached = this.reach(state, right)
    if (reached === undefined) {
      state.next[kind] = MATCH
      return MATCH
    }
    // A match may begin behind any character.
    const at = new Set([0])
    for (const place of reached) {
      const instruction = this.program[place]
      if (instruction.op === 'set' && holds(instruction.ranges, point)) at.add(place + 1)
    }
    const next = this.numberOf(
      [...at].sort((a, b) => a - b),
      right,
    )
    // Where all states were forgotten meanwhile, this one is of no use any more.
    state.next[kind] = next
    return next
  }

  private finish(number: number, end: number): number {
    const state = this.states[number]
    state.next[end] = this.reach(state, Side.edge) === undefined ? MATCH : number
    return state.next[end]
  }

  /** The instructions that a state comes to before it needs a character; undefined: the match. */
  private reach({ at, left }: State, right: Side): readonly number[] | undefined {
    const { program } = this
    const seen = new Set<number>()
    const todo = [...at]
    for (let place = todo.pop(); place !== undefined; place = todo.pop()) {
      if (seen.has(place)) continue
      seen.add(place)
      const instruction = program[place]
      if (instruction.op === 'match') return undefined
      if (instruction.op === 'fork') todo.push(instruction.first, instruction.second)
      else if (instruction.op === 'jump') todo.push(instruction.to)
      else if (instruction.op === 'assertion' && isTrue(instruction.what, left, right)) todo.push(place + 1)
    }
    return [...seen]
  }

  private sideOf(point: number): Side {
    if (!this.hasAssertions) return Side.edge
    if (point === 10) return Side.line
    return holds(WORD, point) ? Side.word : Side.other
  }
}

function isTrue(what: Assertion, left: Side, right: Side): boolean {
  if (what === 'begin') return left === Side.edge
  if (what === 'end') return right === Side.edge
  if (what === 'lineBegin') return left === Side.edge || left === Side.line
  if (what === 'lineEnd') return right === Side.edge || right === Side.line
  return ((left === Side.word) !== (right === Side.word)) === (what === 'word')
}

function classStarts(program: readonly Instruction[], hasAssertions: boolean): Int32Array {
  const starts = new Set([0])
  const split = (ranges: Ranges) => {
    for (let i = 0; i < ranges.length; i += 2) {
      starts.add(ranges[i])
      if (ranges[i + 1] < LAST) starts.add(ranges[i + 1] + 1)
    }
  }
  for (const instruction of program) if (instruction.op === 'set') split(instruction.ranges)
  if (hasAssertions) for (const ranges of [WORD, [10, 10]]) split(ranges)
  return Int32Array.from(starts).sort()
}
