/** Which groups of a dump are looked at, and in what order: the longest wait first, then the most goroutines. */
import type { Grouping } from './group.ts'
import type { GroupList } from './snapshot.ts'

/** Texts are found anywhere, in either case; what is undefined or empty keeps all. */
export type DumpFilter = {
  /** In the name of any function of the stack. */
  readonly function?: string | undefined
  /** In what it waits for, or the name of a state: "chan send", "mutex", "running", "waiting", "leaked". */
  readonly state?: string | undefined
  /** Has waited for at least so long, as far as the dump shows it. */
  readonly minutes?: number | undefined
}

/** "unknown" where the form does not tell. */
export type DumpState = 'running' | 'runnable' | 'syscall' | 'waiting' | 'unknown'

/** The word in the brackets is a reason to wait, or one of the states (`gStatusStrings` in runtime/traceback.go). */
export function stateOf(reason: string): DumpState {
  switch (reason) {
    case '':
      return 'unknown'
    case 'running':
    case 'runnable':
    case 'syscall':
      return reason
    // Both are about to run on: the one had its stack moved, the other its processor taken.
    case 'copystack':
    case 'preempted':
      return 'runnable'
    default:
      return 'waiting'
  }
}

export type Selected = {
  /** Rows of the list, in order. */
  readonly order: Uint32Array
  /** Goroutines in them. */
  readonly goroutines: number
  /** Goroutines that are left out because their form does not tell what is asked. */
  readonly unknown: number
}

/** `minutes` is asked when the groups are made, for they are about single goroutines. */
export function selectGroups(list: GroupList, filter: DumpFilter): Selected {
  const judges = list.groupings.map(grouping => new Judge(grouping, filter))
  const order = new Uint32Array(list.length)
  let kept = 0
  let goroutines = 0
  let unknown = 0
  for (let at = 0; at < list.length; at++) {
    const judge = judges[list.source[at]]
    const group = list.group[at]
    if (!judge.hasFunction(group)) continue
    const state = judge.hasState(group)
    if (state === undefined) unknown += list.count[at]
    if (!state) continue
    order[kept++] = at
    goroutines += list.count[at]
  }
  return { order: sorted(list, order.subarray(0, kept)), goroutines, unknown }
}

function sorted(list: GroupList, order: Uint32Array): Uint32Array {
  const most = new Int32Array(list.length)
  for (const at of order) most[at] = list.groupings[list.source[at]].mostMinutes[list.group[at]]
  return order.sort((a, b) => most[b] - most[a] || list.count[b] - list.count[a] || a - b)
}

/** Does a group fit? Each function's name and each reason is looked at once. */
export class Judge {
  private readonly grouping: Grouping
  private readonly functionText: string
  private readonly stateText: string
  private readonly byFunction = new Map<number, boolean>()
  private readonly byReason = new Map<number, boolean | undefined>()

  constructor(grouping: Grouping, filter: DumpFilter) {
    this.grouping = grouping
    this.functionText = (filter.function ?? '').toLowerCase()
    this.stateText = (filter.state ?? '').trim().toLowerCase()
  }

  hasFunction(group: number): boolean {
    if (this.functionText === '') return true
    const { stacks, frames } = this.grouping.dump
    const stack = this.grouping.stack[group]
    if (stack < 0) return false
    for (let at = stacks.first[stack]; at < stacks.first[stack + 1]; at++)
      if (this.fits(frames.function[stacks.frame[at]])) return true
    return false
  }

  private fits(name: number): boolean {
    const known = this.byFunction.get(name)
    if (known !== undefined) return known
    const fits = this.grouping.dump.strings.text(name).toLowerCase().includes(this.functionText)
    this.byFunction.set(name, fits)
    return fits
  }

  /** undefined: nobody knows. */
  hasState(group: number): boolean | undefined {
    if (this.stateText === '') return true
    if (this.grouping.leaked[group] === 1 && this.stateText === 'leaked') return true
    const reason = this.grouping.reason[group]
    if (!this.byReason.has(reason)) this.byReason.set(reason, this.isState(this.grouping.dump.strings.text(reason)))
    return this.byReason.get(reason)
  }

  private isState(reason: string): boolean | undefined {
    const state = stateOf(reason)
    if (state === this.stateText) return true
    return state === 'unknown' ? undefined : reason.toLowerCase().includes(this.stateText)
  }
}
