/** A profile as JSON, for scripts. */
import type { Trace } from '../../trace/tables.ts'
import type { Scope } from '../scope.ts'
import { type Profile, type ProfileKind, type Total, totalOf } from './profile.ts'
import { type Peek, type Top, topOf } from './top.ts'
import type { Granularity, Weight } from './tree.ts'

export const PROFILE_SCHEMA = 'unhang.profile/1'

/** What `unhang profile --format json` prints; `stacks` is written behind the rest, stack by stack. */
export type ProfileReport = {
  readonly schema: typeof PROFILE_SCHEMA
  readonly kind: ProfileKind
  /** `functions` and `peek` have a row for each line. */
  readonly granularity?: 'lines'
  /** Of the trace, and of what was asked about. */
  readonly durationNs: number
  readonly range: { readonly startNs: number; readonly endNs: number }
  /** All stacks together. */
  readonly total: Total
  /** Stays that go on when the trace ends; `isCounted`: they are among the stacks. */
  readonly unended: Total & { readonly isCounted: boolean }
  /** Waits since before the trace, which does not say what for. Only kind block has them. */
  readonly reasonless: Total
  /** As the table has them, in its order. */
  readonly functions: readonly ReportFunction[]
  /** Of the function that was asked for. */
  readonly peek?: Peek
  readonly frames: readonly { readonly function: string; readonly file: string; readonly line: number }[]
  /** `frames` are places in the list of that name, innermost first; none: no stack is known. */
  readonly stacks: readonly (Total & { readonly frames: readonly number[] })[]
}

export type ReportFunction = {
  readonly name: string
  readonly file: string
  /** By line alone; 0: not known. */
  readonly line?: number
  readonly selfCount: number
  readonly selfNs: number
  readonly cumulativeCount: number
  readonly cumulativeNs: number
}

export type ReportAsk = {
  readonly by?: Weight
  readonly unended?: boolean
  readonly peek?: Peek | undefined
  readonly granularity?: Granularity
}

/** In pieces, as `foldedText`. */
export function* profileJson(
  trace: Trace,
  profile: Profile,
  scope: Scope,
  { by = 'time', unended = false, peek, granularity = 'functions' }: ReportAsk,
): Generator<string, void, undefined> {
  const head: Omit<ProfileReport, 'functions' | 'frames' | 'stacks'> = {
    schema: PROFILE_SCHEMA,
    kind: profile.kind,
    ...(granularity === 'lines' ? { granularity } : {}),
    durationNs: trace.durationNs,
    range: { startNs: scope.fromNs, endNs: scope.toNs },
    total: totalOf(profile),
    unended: { count: profile.unended.count, ns: profile.unended.ns, isCounted: unended },
    reasonless: profile.reasonless,
    ...(peek ? { peek } : {}),
  }
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n`
  yield* listOf('functions', reportFunctions(trace, topOf(trace, profile, { by, granularity }), granularity))
  yield ',\n'
  // By row of frames: its place in the list, + 1.
  const placeOf = new Int32Array(trace.frames.length)
  yield* listOf('frames', reportFrames(trace, profile, placeOf))
  yield ',\n'
  yield* listOf('stacks', reportStacks(trace, profile, placeOf))
  yield '\n}\n'
}

/** A property with a list, an element a line. */
function* listOf(name: string, elements: Iterable<object>): Generator<string, void, undefined> {
  yield `  "${name}": [`
  let comma = ''
  for (const element of elements) {
    yield `${comma}\n    ${JSON.stringify(element)}`
    comma = ','
  }
  yield comma === '' ? ']' : '\n  ]'
}

function* reportFunctions(
  trace: Trace,
  top: Top,
  granularity: Granularity,
): Generator<ReportFunction, void, undefined> {
  for (let i = 0; i < top.length; i++)
    yield {
      name: trace.strings.text(top.name[i]),
      file: trace.strings.text(top.file[i]),
      ...(granularity === 'lines' ? { line: top.line[i] } : {}),
      selfCount: top.selfCount[i],
      selfNs: top.selfNs[i],
      cumulativeCount: top.cumulativeCount[i],
      cumulativeNs: top.cumulativeNs[i],
    }
}

/** Those on stacks of the profile; notes in `placeOf` which comes where. */
function* reportFrames({ stacks, frames, strings }: Trace, profile: Profile, placeOf: Int32Array) {
  let places = 0
  for (let i = 0; i < profile.length; i++)
    for (let at = stacks.first[profile.stack[i]]; at < stacks.first[profile.stack[i] + 1]; at++) {
      const frame = stacks.frame[at]
      if (placeOf[frame] > 0) continue
      placeOf[frame] = ++places
      const file = strings.text(frames.file[frame])
      yield { function: strings.text(frames.function[frame]), file, line: frames.line[frame] }
    }
}

function* reportStacks({ stacks }: Trace, profile: Profile, placeOf: Int32Array) {
  for (let i = 0; i < profile.length; i++) {
    const path = stacks.frame.subarray(stacks.first[profile.stack[i]], stacks.first[profile.stack[i] + 1])
    yield { count: profile.count[i], ns: profile.ns[i], frames: Array.from(path, frame => placeOf[frame] - 1) }
  }
}
