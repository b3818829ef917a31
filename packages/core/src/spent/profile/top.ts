/**
 * Per function, or per line: what was spent in itself, and what in it and all that it called; and of one function who
 * called it and whom it calls. As `go tool pprof -top` and `-peek` add up: of what calls itself each stack counts once.
 */
import type { Trace } from '../../trace/tables.ts'
import { type Functions, placesOf } from './functions.ts'
import type { Total } from './profile.ts'
import type { Granularity, StackSums, Stacks, Weight } from './tree.ts'

/** One row for each function, or line, on a stack of the profile, in the order that was asked for. */
export type Top = {
  readonly length: number
  readonly name: Int32Array // row in strings; 0: frames without a name
  readonly file: Int32Array // row in strings: of its first frame
  readonly line: Uint32Array // 0: by function, or it is not known
  readonly selfCount: Float64Array
  readonly selfNs: Float64Array
  readonly cumulativeCount: Float64Array
  readonly cumulativeNs: Float64Array
}

export type TopOrder = { readonly by?: Weight; readonly cumulative?: boolean; readonly granularity?: Granularity }

/** Sorted by self, or cumulative, then by the other, then by name and line; largest first. */
export function topOf(
  trace: Stacks,
  profile: StackSums,
  { by = 'time', cumulative = false, granularity = 'functions' }: TopOrder = {},
): Top {
  const functions = placesOf(trace, granularity)
  const sums = new Sums(functions.length)
  sums.add(trace, profile, functions)
  const self = by === 'time' ? sums.selfNs : sums.selfCount
  const all = by === 'time' ? sums.cumulativeNs : sums.cumulativeCount
  const [first, second] = cumulative ? [all, self] : [self, all]
  const order = Array.from({ length: functions.length }, (_, k) => k).filter(k => sums.cumulativeCount[k] > 0)
  order.sort((a, b) => first[b] - first[a] || second[b] - second[a] || byPlace(trace, functions, a, b))
  return {
    length: order.length,
    name: Int32Array.from(order, k => functions.name[k]),
    file: Int32Array.from(order, k => functions.file[k]),
    line: Uint32Array.from(order, k => functions.line[k]),
    selfCount: Float64Array.from(order, k => sums.selfCount[k]),
    selfNs: Float64Array.from(order, k => sums.selfNs[k]),
    cumulativeCount: Float64Array.from(order, k => sums.cumulativeCount[k]),
    cumulativeNs: Float64Array.from(order, k => sums.cumulativeNs[k]),
  }
}

function byPlace({ strings }: Stacks, { name, file, line }: Functions, a: number, b: number): number {
  return (
    compared(strings.text(name[a]), strings.text(name[b])) ||
    compared(strings.text(file[a]), strings.text(file[b])) ||
    line[a] - line[b]
  )
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** By row of `Functions`. */
class Sums {
  readonly selfCount: Float64Array
  readonly selfNs: Float64Array
  readonly cumulativeCount: Float64Array
  readonly cumulativeNs: Float64Array

  constructor(functions: number) {
    this.selfCount = new Float64Array(functions)
    this.selfNs = new Float64Array(functions)
    this.cumulativeCount = new Float64Array(functions)
    this.cumulativeNs = new Float64Array(functions)
  }

  add({ stacks }: Stacks, profile: StackSums, { ofFrame, length }: Functions): void {
    const { selfCount, selfNs, cumulativeCount, cumulativeNs } = this
    // By function: the last row of the profile that it was met in, + 1.
    const met = new Int32Array(length)
    for (let i = 0; i < profile.length; i++) {
      const begin = stacks.first[profile.stack[i]]
      const end = stacks.first[profile.stack[i] + 1]
      for (let at = begin; at < end; at++) {
        const k = ofFrame[stacks.frame[at]]
        if (at === begin) {
          selfCount[k] += profile.count[i]
          selfNs[k] += profile.ns[i]
        }
        if (met[k] === i + 1) continue
        met[k] = i + 1
        cumulativeCount[k] += profile.count[i]
        cumulativeNs[k] += profile.ns[i]
      }
    }
  }
}

/** `file` and `line`: by line alone. */
export type Neighbour = {
  readonly name: string
  readonly file?: string
  readonly line?: number
  readonly count: number
  readonly ns: number
}

/** One function with those around it, largest first. */
export type Peek = {
  readonly name: string
  readonly self: Total
  readonly cumulative: Total
  readonly callers: readonly Neighbour[]
  readonly callees: readonly Neighbour[]
}

export type PeekAsk = {
  readonly by?: Weight
  /** Of those around it. */
  readonly granularity?: Granularity
  /** Only this line of the function. */
  readonly at?: { readonly file: string; readonly line: number } | undefined
}

/** undefined: no stack of the profile has a function of that name, or that line of it. */
export function peekAt(
  trace: Stacks,
  profile: StackSums,
  name: string,
  { by = 'time', granularity = 'functions', at }: PeekAsk = {},
): Peek | undefined {
  const places = placesOf(trace, granularity)
  const around = new Around(places, framesOf(trace, name, at))
  around.add(trace, profile)
  if (around.cumulative.count === 0) return undefined
  const listed = (sums: Sums): Neighbour[] => {
    const count = sums.cumulativeCount
    const ns = sums.cumulativeNs
    const weight = by === 'time' ? ns : count
    const rows = Array.from(count.keys()).filter(row => count[row] > 0)
    rows.sort((a, b) => weight[b] - weight[a] || byPlace(trace, places, a, b))
    const text = (row: number) => trace.strings.text(row)
    return rows.map(row => ({
      name: text(places.name[row]),
      ...(granularity === 'lines' ? { file: text(places.file[row]), line: places.line[row] } : {}),
      count: count[row],
      ns: ns[row],
    }))
  }
  const { self, cumulative, callers, callees } = around
  return { name, self, cumulative, callers: listed(callers), callees: listed(callees) }
}

/** By row of frames: 1 where it is of the function, and of the line. */
function framesOf({ frames, strings }: Stacks, name: string, at: PeekAsk['at']): Uint8Array {
  const known = new Map<number, boolean>()
  const isNamed = (row: number) => {
    let found = known.get(row)
    if (found === undefined) {
      found = strings.text(Math.max(0, row)) === name
      known.set(row, found)
    }
    return found
  }
  const isAt = (frame: number) =>
    at === undefined || (frames.line[frame] === at.line && strings.text(frames.file[frame]) === at.file)
  return Uint8Array.from({ length: frames.length }, (_, frame) =>
    isNamed(frames.function[frame]) && isAt(frame) ? 1 : 0,
  )
}

/** What is around some frames. A call counts once for each stack, one to itself does not: as `newGraph` of pprof does. */
class Around {
  readonly self = { count: 0, ns: 0 }
  readonly cumulative = { count: 0, ns: 0 }
  readonly callers: Sums
  readonly callees: Sums
  private readonly ofFrame: Int32Array
  private readonly isOf: Uint8Array
  private readonly calledIn: Int32Array
  private readonly callsIn: Int32Array

  constructor({ length, ofFrame }: Functions, isOf: Uint8Array) {
    this.ofFrame = ofFrame
    this.isOf = isOf
    this.callers = new Sums(length)
    this.callees = new Sums(length)
    this.calledIn = new Int32Array(length)
    this.callsIn = new Int32Array(length)
  }

  add({ stacks }: Stacks, profile: StackSums): void {
    const { isOf } = this
    for (let i = 0; i < profile.length; i++) {
      const begin = stacks.first[profile.stack[i]]
      const end = stacks.first[profile.stack[i] + 1]
      const count = profile.count[i]
      const ns = profile.ns[i]
      let isMet = false
      for (let at = begin; at < end; at++) {
        if (isOf[stacks.frame[at]] === 0) continue
        if (at === begin) spend(this.self, count, ns)
        if (!isMet) spend(this.cumulative, count, ns)
        isMet = true
        if (at + 1 < end) this.beside(this.callers, this.calledIn, stacks.frame[at + 1], i, count, ns)
        if (at > begin) this.beside(this.callees, this.callsIn, stacks.frame[at - 1], i, count, ns)
      }
    }
  }

  private beside(sums: Sums, met: Int32Array, frame: number, i: number, count: number, ns: number): void {
    const other = this.ofFrame[frame]
    if (this.isOf[frame] === 1 || met[other] === i + 1) return
    met[other] = i + 1
    sums.cumulativeCount[other] += count
    sums.cumulativeNs[other] += ns
  }
}

function spend(total: { count: number; ns: number }, count: number, ns: number): void {
  total.count += count
  total.ns += ns
}

const MOST_OFFERED = 3

/** Names of functions on stacks of the profile, those with the most time first. */
function namesOf(trace: Trace, profile: StackSums): readonly string[] {
  const top = topOf(trace, profile, { cumulative: true })
  return Array.from(top.name, row => trace.strings.text(row)).filter(name => name !== '')
}

/** The function that is meant by its name, by what comes behind a dot, or by a part, where no other has that. */
export function functionMeant(trace: Trace, profile: StackSums, text: string): string | undefined {
  const names = namesOf(trace, profile)
  for (const isMeant of [
    (name: string) => name === text,
    (name: string) => name.endsWith(`.${text}`),
    (name: string) => name.includes(text),
  ]) {
    const found = names.filter(isMeant)
    if (found.length > 0) return found.length === 1 ? found[0] : undefined
  }
  return undefined
}

/** Functions of the profile whose names hold the text, or its last part, whatever its case. */
export function functionsLike(trace: Trace, profile: StackSums, text: string): readonly string[] {
  const sought = text.toLowerCase()
  const last = sought.slice(sought.lastIndexOf('.') + 1)
  const names = namesOf(trace, profile)
  const holding = (part: string) => (part === '' ? [] : names.filter(name => name.toLowerCase().includes(part)))
  const found = holding(sought)
  return (found.length > 0 ? found : holding(last)).slice(0, MOST_OFFERED)
}
