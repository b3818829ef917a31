/** Only some stacks of a profile: by expressions over the names and files of their functions, as pprof's. */
import type { Pattern } from '../../base/pattern/pattern.ts'
import type { Trace } from '../../trace/tables.ts'
import { type Profile, totalOf } from './profile.ts'
import type { StackSums } from './tree.ts'

export type Focus = {
  /** Keep stacks with a frame that matches. */
  readonly focus?: Pattern | undefined
  /** Then drop those with a frame that matches. */
  readonly ignore?: Pattern | undefined
}

/** Of waits for nobody knows what it is not known whether they match. */
const NONE = { count: 0, ns: 0 }

const IGNORED = 2
const FOCUSED = 1

/** As `FilterSamplesByName` of pprof: with either expression, what has no stack is dropped. */
export function focused(trace: Trace, profile: Profile, { focus, ignore }: Focus): Profile {
  if (!focus && !ignore) return profile
  const marks = markFrames(trace, focus, ignore)
  const rows = kept(trace, profile.unended.rows, marks)
  return { ...profile, ...kept(trace, profile, marks), unended: { ...totalOf(rows), rows }, reasonless: NONE }
}

function kept(trace: Trace, { length, stack, count, ns }: StackSums, marks: Uint8Array): StackSums {
  const rows: number[] = []
  for (let i = 0; i < length; i++) if (isKept(trace, stack[i], marks)) rows.push(i)
  return {
    length: rows.length,
    stack: Int32Array.from(rows, i => stack[i]),
    count: Float64Array.from(rows, i => count[i]),
    ns: Float64Array.from(rows, i => ns[i]),
  }
}

/** By frame. Each name is asked once, though it stands in many lines. */
function markFrames({ frames, strings }: Trace, focus: Pattern | undefined, ignore: Pattern | undefined): Uint8Array {
  const known = new Map<number, number>()
  const markOf = (row: number): number => {
    let mark = known.get(row)
    if (mark === undefined) {
      const text = strings.text(row)
      mark = (ignore?.matches(text) ? IGNORED : 0) | (!focus || focus.matches(text) ? FOCUSED : 0)
      known.set(row, mark)
    }
    return mark
  }
  return Uint8Array.from({ length: frames.length }, (_, f) => markOf(frames.function[f]) | markOf(frames.file[f]))
}

function isKept({ stacks }: Trace, stack: number, marks: Uint8Array): boolean {
  let all = 0
  for (let at = stacks.first[stack]; at < stacks.first[stack + 1]; at++) all |= marks[stacks.frame[at]]
  return all === FOCUSED
}
