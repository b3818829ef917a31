/**
 * A goroutine dump as JSON, schema "unhang.dump/1". Several forms of one dump complete each other: `debug=2` has states
 * and ids, but Go cuts it at 64 MiB; `debug=1` and the protobuf have every stack with its count.
 */
import type { Problem } from '../base/errors.ts'
import { type DumpGroup, groupDump } from './group.ts'
import type { Dump } from './tables.ts'

export const DUMP_SCHEMA = 'unhang.dump/1'

export type ReportFrame = { readonly function: string; readonly file: string; readonly line: number }

export type ReportGroup = {
  readonly count: number
  /** "unknown" where the form does not tell. */
  readonly state: 'running' | 'runnable' | 'syscall' | 'waiting' | 'unknown'
  /** What a waiting one waits for, in the dump's words ("chan receive"); '' otherwise. */
  readonly reason: string
  /** Shortest and longest wait shown, as lower bounds. */
  readonly minutes: readonly [number, number]
  /** Innermost frame outside of runtime, sync and internal packages. */
  readonly site?: ReportFrame
  readonly frames: readonly ReportFrame[]
  readonly createdBy?: ReportFrame
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
  /** The largest first. */
  readonly groups: readonly ReportGroup[]
}

/** What is known from all forms of one dump, given in any order; at least one. */
export function dumpReport(dumps: readonly Dump[]): DumpReport {
  const main = bestOf(dumps.filter(({ form }) => form === 'debug2')) ?? bestOf(dumps)!
  const counted = bestOf(dumps.filter(dump => dump.form !== 'debug2'))
  const whole = isWhole(main)
  const helped = !whole && counted !== undefined && counted !== main
  const groups = reportGroups(main)
  const complete = whole || (helped && isWhole(counted))
  const lost = complete ? main.problems.filter(({ cut }) => !cut) : main.problems
  return {
    schema: DUMP_SCHEMA,
    goroutines: whole ? main.total : Math.max(main.total, counted?.total ?? 0),
    complete,
    ...(lost.length > 0 && { lost }),
    groups: helped ? completed(withoutStump(main, groups, counted), reportGroups(counted)) : groups,
  }
}

function isWhole(dump: Dump): boolean {
  return !dump.problems.some(({ cut }) => cut)
}

/** The whole one, unharmed if there is one, else the one with the most in it; of equals the last, which is the newest. */
function bestOf(dumps: readonly Dump[]): Dump | undefined {
  const worth = (dump: Dump) =>
    dump.problems.length === 0 ? Number.POSITIVE_INFINITY : isWhole(dump) ? Number.MAX_VALUE : dump.total
  return dumps.reduce<Dump | undefined>((best, dump) => (best && worth(best) > worth(dump) ? best : dump), undefined)
}

function reportGroups(dump: Dump): ReportGroup[] {
  return groupDump(dump).map(group => reportGroup(dump, group))
}

function reportGroup(dump: Dump, group: DumpGroup): ReportGroup {
  const reason = dump.strings.text(group.reason)
  const state = stateOf(reason)
  const site = group.site === -1 ? undefined : reportFrame(dump, group.site)
  const createdBy = group.createdBy === -1 ? undefined : reportFrame(dump, group.createdBy)
  return {
    count: group.count,
    state,
    reason: state === 'waiting' ? reason : '',
    minutes: group.minutes,
    ...(site && { site }),
    frames: framesOf(dump, group.stack),
    ...(createdBy && { createdBy }),
    goroutines: group.goroutines,
  }
}

/** The word in the brackets is a reason to wait, or one of the states (`gStatusStrings` in runtime/traceback.go). */
function stateOf(reason: string): ReportGroup['state'] {
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

function framesOf(dump: Dump, stack: number): readonly ReportFrame[] {
  if (stack < 0) return []
  const { first, frame } = dump.stacks
  return Array.from(frame.subarray(first[stack], first[stack + 1]), row => reportFrame(dump, row))
}

function reportFrame({ frames, strings }: Dump, row: number): ReportFrame {
  return {
    function: strings.text(frames.function[row]),
    file: strings.text(frames.file[row]),
    line: frames.line[row],
  }
}

/** So many frames tell two stacks apart; the forms cut deep ones at different depths (32, 100, 128). */
const KEY_FRAMES = 30

/** The same in every form: the protobuf shows the runtime's frames on top of a stack, the texts leave them out. */
function keyOf({ frames }: ReportGroup): string {
  const from = frames.findIndex(frame => !frame.function.startsWith('runtime.'))
  const shown = frames.slice(Math.max(0, from), Math.max(0, from) + KEY_FRAMES)
  const own = shown.filter(frame => !/^runtime\.(?:main|goexit)$/.test(frame.function))
  return own.map(frame => `${frame.function} ${frame.file}:${frame.line}`).join('\n')
}

/** Leaves out the goroutine in whose middle the dump was cut: the other form has its whole stack. */
function withoutStump(main: Dump, groups: readonly ReportGroup[], counted: Dump): readonly ReportGroup[] {
  const lastId = main.rows.id[main.rows.length - 1]
  const stump = groups.find(group => group.count === 1 && group.goroutines[0] === lastId)
  if (!stump) return groups
  const key = keyOf(stump)
  return reportGroups(counted).some(group => keyOf(group) === key) ? groups : groups.filter(group => group !== stump)
}

/** Adds the goroutines that a cut dump no longer shows; which state those are in is known where all of a stack share it. */
function completed(groups: readonly ReportGroup[], counted: readonly ReportGroup[]): ReportGroup[] {
  const byKey = new Map<string, ReportGroup[]>()
  for (const group of groups) {
    const key = keyOf(group)
    byKey.set(key, [...(byKey.get(key) ?? []), group])
  }
  const seen = new Set<string>()
  for (const group of counted) {
    const key = keyOf(group)
    const known = seen.has(key) ? [] : (byKey.get(key) ?? [])
    seen.add(key)
    const missing = group.count - known.reduce((sum, { count }) => sum + count, 0)
    if (missing <= 0) continue
    if (known.length === 1) byKey.set(key, [{ ...known[0], count: known[0].count + missing }])
    else byKey.set(key, [...(byKey.get(key) ?? []), { ...group, count: missing }])
  }
  return [...byKey.values()].flat().sort((a, b) => b.count - a.count)
}
