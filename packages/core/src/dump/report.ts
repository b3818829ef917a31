/** A goroutine dump as JSON, schema "unhang.dump/1": its groups, of all forms of it that are given. */
import type { Problem } from '../base/errors.ts'
import { idsOf } from './group.ts'
import { DEFAULT_LIKENESS, type Likeness, withoutPointers } from './likeness.ts'
import { type DumpFilter, type DumpState, type Selected, selectGroups, stateOf } from './select.ts'
import { type GroupList, listGroups, snapshotOf } from './snapshot.ts'
import type { Dump } from './tables.ts'

export const DUMP_SCHEMA = 'unhang.dump/1'

export type ReportFrame = {
  readonly function: string
  readonly file: string
  readonly line: number
  /** At the levels that compare them: "0xc000012345, 0x1"; a pointer that may differ is "*". */
  readonly args?: string
}

export type ReportGroup = {
  readonly count: number
  /** "unknown" where the form does not tell. */
  readonly state: DumpState
  /** What a waiting one waits for, in the dump's words ("chan receive"); '' otherwise. */
  readonly reason: string
  /** Shortest and longest wait shown, as lower bounds. */
  readonly minutes: readonly [number, number]
  /** Innermost frame outside of runtime, sync and internal packages. */
  readonly site?: ReportFrame
  readonly frames: readonly ReportFrame[]
  /** Go left frames out of the middle. */
  readonly elided?: true
  readonly createdBy?: ReportFrame
  /** Go's own leak detection says that nothing can wake them. */
  readonly leaked?: true
  /** So many are locked to their thread. */
  readonly locked?: number
  /** The first 100 ids, where the form has ids. */
  readonly goroutines: readonly number[]
}

export type DumpReport = {
  readonly schema: typeof DUMP_SCHEMA
  /** The best count known from all forms. */
  readonly goroutines: number
  /** false: cut short, and no other form completes it. A frame that could not be read leaves it complete. */
  readonly complete: boolean
  /** Where and why something is missing; absent where nothing is. */
  readonly lost?: readonly Problem[]
  readonly like: Likeness
  /** Present where a filter was asked for. */
  readonly selection?: DumpFilter & {
    /** Goroutines that it keeps. */
    readonly goroutines: number
    /** Goroutines that are left out because their form does not tell what is asked. */
    readonly unknown: number
  }
  /** The longest wait first, then the most goroutines. */
  readonly groups: readonly ReportGroup[]
}

export type ReportOptions = DumpFilter & { readonly like?: Likeness | undefined }

/** What is known from all forms of one dump, given in any order; at least one. */
export function dumpReport(dumps: readonly Dump[], options: ReportOptions = {}): DumpReport {
  const { like = DEFAULT_LIKENESS, minutes } = options
  const snapshot = snapshotOf(dumps)
  const list = listGroups(snapshot, { like, minutes })
  const selected = selectGroups(list, options)
  const { goroutines, complete, lost } = snapshot
  const untold = minutes === undefined ? selected.unknown : goroutines - timed(snapshot.main)
  return {
    schema: DUMP_SCHEMA,
    goroutines,
    complete,
    ...(lost.length > 0 && { lost }),
    like,
    ...(isFilter(options) && { selection: selection(options, selected, untold) }),
    groups: reportGroups(list, selected.order),
  }
}

/** Goroutines whose header would show minutes. */
function timed(dump: Dump): number {
  return dump.form === 'debug2' ? dump.total : 0
}

function isFilter({ function: name, state, minutes }: DumpFilter): boolean {
  return Boolean(name) || Boolean(state) || minutes !== undefined
}

function selection({ function: name, state, minutes }: DumpFilter, { goroutines }: Selected, unknown: number) {
  return {
    ...(name && { function: name }),
    ...(state && { state }),
    ...(minutes !== undefined && { minutes }),
    goroutines,
    unknown: Math.max(0, unknown),
  }
}

/** Groups of a list as plain data; those with one stack share its frames. */
export function reportGroups(list: GroupList, order: Uint32Array): ReportGroup[] {
  const writers = list.groupings.map(({ dump }) => new FrameWriter(dump))
  return Array.from(order, at => reportGroup(list, at, writers[list.source[at]]))
}

function reportGroup(list: GroupList, at: number, frames: FrameWriter): ReportGroup {
  const grouping = list.groupings[list.source[at]]
  const group = list.group[at]
  const reason = grouping.dump.strings.text(grouping.reason[group])
  const state = stateOf(reason)
  const site = grouping.site[group]
  const createdBy = grouping.createdBy[group]
  return {
    count: list.count[at],
    state,
    reason: state === 'waiting' ? reason : '',
    minutes: [grouping.leastMinutes[group], grouping.mostMinutes[group]],
    ...(site >= 0 && { site: frames.frame(site) }),
    frames: frames.stack(grouping.stack[group], grouping.row[grouping.first[group]], grouping.like),
    ...(grouping.elided[group] === 1 && { elided: true }),
    ...(createdBy >= 0 && { createdBy: frames.frame(createdBy) }),
    ...(grouping.leaked[group] === 1 && { leaked: true }),
    ...(grouping.locked[group] > 0 && { locked: grouping.locked[group] }),
    goroutines: idsOf(grouping, group),
  }
}

/** Frames as plain data, each made once. */
export class FrameWriter {
  private readonly dump: Dump
  private readonly frames: (ReportFrame | undefined)[] = []
  private readonly stacks = new Map<number, readonly ReportFrame[]>()

  constructor(dump: Dump) {
    this.dump = dump
  }

  frame(row: number): ReportFrame {
    const { frames, strings } = this.dump
    const known = this.frames[row]
    if (known) return known
    const made = {
      function: strings.text(frames.function[row]),
      file: strings.text(frames.file[row]),
      line: frames.line[row],
    }
    this.frames[row] = made
    return made
  }

  /** The stack as a row has it; with the row's arguments where the level looks at them. */
  stack(stack: number, row: number, like: Likeness): readonly ReportFrame[] {
    if (stack < 0) return []
    if (like === 'exact' || like === 'pointers') return this.withArgs(this.plain(stack), row, like)
    const known = this.stacks.get(stack)
    if (known) return known
    const made = this.plain(stack)
    this.stacks.set(stack, made)
    return made
  }

  private plain(stack: number): readonly ReportFrame[] {
    const { first, frame } = this.dump.stacks
    return Array.from(frame.subarray(first[stack], first[stack + 1]), row => this.frame(row))
  }

  private withArgs(frames: readonly ReportFrame[], row: number, like: Likeness): readonly ReportFrame[] {
    const { rows, frameArgs, strings } = this.dump
    const from = rows.firstArg[row]
    return frames.map((frame, i) => {
      const args = from + i < rows.firstArg[row + 1] ? strings.text(frameArgs[from + i]) : ''
      return args === '' ? frame : { ...frame, args: like === 'exact' ? args : withoutPointers(args) }
    })
  }
}
