/**
 * Per function: what was spent in itself, and what in it and all that it called; and of one function who called it and
 * whom it calls. As `go tool pprof -top` and `-peek` add up: of a function that calls itself each stack counts once.
 */
import type { Trace } from '../../trace/tables.ts'
import { type Functions, functionsOf } from './functions.ts'
import type { Total } from './profile.ts'
import type { StackSums, Weight } from './tree.ts'

/** One row for each function on a stack of the profile, in the order that was asked for. */
export type Top = {
  readonly length: number
  readonly name: Int32Array // row in strings; 0: frames without a name
  readonly selfCount: Float64Array
  readonly selfNs: Float64Array
  readonly cumulativeCount: Float64Array
  readonly cumulativeNs: Float64Array
}

export type TopOrder = { readonly by?: Weight; readonly cumulative?: boolean }

/** Sorted by self, or cumulative, then by the other, then by name; largest first. */
export function topOf(trace: Trace, profile: StackSums, { by = 'time', cumulative = false }: TopOrder = {}): Top {
  const functions = functionsOf(trace)
  const sums = new Sums(functions.length)
  sums.add(trace, profile, functions)
  const self = by === 'time' ? sums.selfNs : sums.selfCount
  const all = by === 'time' ? sums.cumulativeNs : sums.cumulativeCount
  const [first, second] = cumulative ? [all, self] : [self, all]
  const order = Array.from({ length: functions.length }, (_, k) => k).filter(k => sums.cumulativeCount[k] > 0)
  const text = (k: number) => trace.strings.text(functions.name[k])
  order.sort((a, b) => first[b] - first[a] || second[b] - second[a] || (text(a) < text(b) ? -1 : 1))
  return {
    length: order.length,
    name: Int32Array.from(order, k => functions.name[k]),
    selfCount: Float64Array.from(order, k => sums.selfCount[k]),
    selfNs: Float64Array.from(order, k => sums.selfNs[k]),
    cumulativeCount: Float64Array.from(order, k => sums.cumulativeCount[k]),
    cumulativeNs: Float64Array.from(order, k => sums.cumulativeNs[k]),
  }
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

  add({ stacks }: Trace, profile: StackSums, { ofFrame, length }: Functions): void {
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

export type Neighbour = { readonly name: string; readonly count: number; readonly ns: number }

/** One function with those around it, largest first. */
export type Peek = {
  readonly name: string
  readonly self: Total
  readonly cumulative: Total
  readonly callers: readonly Neighbour[]
  readonly callees: readonly Neighbour[]
}

/** undefined: no stack of the profile has a function of that name. */
export function peekAt(trace: Trace, profile: StackSums, name: string, by: Weight = 'time'): Peek | undefined {
  const functions = functionsOf(trace)
  const k = functions.name.findIndex(row => trace.strings.text(row) === name)
  const around = new Around(functions.length, k)
  if (k >= 0) around.add(trace, profile, functions)
  if (around.cumulative.count === 0) return undefined
  const listed = (sums: Sums): Neighbour[] => {
    const count = sums.cumulativeCount
    const ns = sums.cumulativeNs
    const weight = by === 'time' ? ns : count
    const rows = Array.from(count.keys()).filter(row => count[row] > 0)
    const found = rows.map(row => ({ row, name: trace.strings.text(functions.name[row]) }))
    found.sort((a, b) => weight[b.row] - weight[a.row] || (a.name < b.name ? -1 : 1))
    return found.map(({ row, name }) => ({ name, count: count[row], ns: ns[row] }))
  }
  const { self, cumulative, callers, callees } = around
  return { name, self, cumulative, callers: listed(callers), callees: listed(callees) }
}

/** What is around function k. A call counts once for each stack, one to itself does not: as `newGraph` of pprof does. */
class Around {
  readonly self = { count: 0, ns: 0 }
  readonly cumulative = { count: 0, ns: 0 }
  readonly callers: Sums
  readonly callees: Sums
  private readonly k: number
  private readonly calledIn: Int32Array
  private readonly callsIn: Int32Array

  constructor(functions: number, k: number) {
    this.k = k
    this.callers = new Sums(functions)
    this.callees = new Sums(functions)
    this.calledIn = new Int32Array(functions)
    this.callsIn = new Int32Array(functions)
  }

  add({ stacks }: Trace, profile: StackSums, { ofFrame }: Functions): void {
    const { k, calledIn, callsIn } = this
    for (let i = 0; i < profile.length; i++) {
      const begin = stacks.first[profile.stack[i]]
      const end = stacks.first[profile.stack[i] + 1]
      const count = profile.count[i]
      const ns = profile.ns[i]
      let isMet = false
      for (let at = begin; at < end; at++) {
        if (ofFrame[stacks.frame[at]] !== k) continue
        if (at === begin) spend(this.self, count, ns)
        if (!isMet) spend(this.cumulative, count, ns)
        isMet = true
        if (at + 1 < end) around(this.callers, calledIn, ofFrame[stacks.frame[at + 1]], k, i, count, ns)
        if (at > begin) around(this.callees, callsIn, ofFrame[stacks.frame[at - 1]], k, i, count, ns)
      }
    }
  }
}

function spend(total: { count: number; ns: number }, count: number, ns: number): void {
  total.count += count
  total.ns += ns
}

function around(sums: Sums, met: Int32Array, other: number, k: number, i: number, count: number, ns: number): void {
  if (other === k || met[other] === i + 1) return
  met[other] = i + 1
  sums.cumulativeCount[other] += count
  sums.cumulativeNs[other] += ns
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
