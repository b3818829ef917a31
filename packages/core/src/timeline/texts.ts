/** Texts of a trace as a page is handed them: bounded, for a stranger's function may be called 100 kB. */
import { FrameBook } from '../analysis/scene/frames.ts'
import { isPlumbing } from '../analysis/scene/names.ts'
import { waitName } from '../analysis/scene/wait-classes.ts'
import { waitOf } from '../analysis/scene/waits.ts'
import { capped } from '../base/printable.ts'
import { GoState, type Trace } from '../trace/tables.ts'
import type { FrameText } from './model.ts'

export { capped }

/** More than any name that a person wrote or a compiler made of type arguments. */
const MAX_TEXT = 2000
/** `runtime.Callers` is asked for 128 at most; older formats allow more. */
const MAX_FRAMES = 500

/** The text of a row in strings; '' for -1. */
export function textOf(trace: Trace, row: number): string {
  return capped(trace.strings.text(row), MAX_TEXT)
}

/** The name of the function that a goroutine began with; '' where it is not known. */
export function entryOf(trace: Trace, g: number): string {
  return textOf(trace, trace.goroutines.entry[g])
}

/** The reason of a span as the trace says it: "sync", "preempted"; '' where there is none. */
export function reasonOf(trace: Trace, span: number): string {
  return textOf(trace, trace.reasons[trace.spans.stateReason[span] >>> 2])
}

const waitNames = new WeakMap<Trace, Map<number, string>>()

/** The same, but for waits as a dump says it, where the stack tells: "sync.Mutex.Lock". */
export function waitOrReasonOf(trace: Trace, span: number): string {
  const said = reasonOf(trace, span)
  const { stateReason, stack } = trace.spans
  if ((stateReason[span] & 3) !== GoState.waiting) return said
  const key = (stateReason[span] >>> 2) * trace.stacks.length + Math.max(stack[span], 0)
  const names = waitNames.get(trace) ?? new Map<number, string>()
  waitNames.set(trace, names)
  // Few stacks are many boxes: a timeline asks for each label of each scene.
  const name = names.get(key) ?? waitName(waitOf(new FrameBook().stack(trace, stack[span]), said).what, said)
  names.set(key, name)
  return name
}

/** The frames of a stack, innermost first; none for -1. */
export function framesOf(trace: Trace, stack: number): FrameText[] {
  if (stack < 0) return []
  const { first, frame } = trace.stacks
  const end = Math.min(first[stack + 1], first[stack] + MAX_FRAMES)
  const texts: FrameText[] = []
  for (let i = first[stack]; i < end; i++) texts.push(frameText(trace, frame[i]))
  return texts
}

function frameText(trace: Trace, frame: number): FrameText {
  const { frames } = trace
  return {
    function: textOf(trace, frames.function[frame]),
    file: textOf(trace, frames.file[frame]),
    line: frames.line[frame],
  }
}

/** The innermost frame outside of runtime, sync, syscall and internal packages, else the innermost one; undefined: no stack. */
export function siteOf(trace: Trace, stack: number): FrameText | undefined {
  if (stack <= 0) return undefined
  const { first, frame } = trace.stacks
  for (let i = first[stack]; i < first[stack + 1]; i++) {
    const name = trace.strings.text(trace.frames.function[frame[i]])
    if (name !== '' && !isPlumbing(name) && !name.startsWith('syscall.')) return frameText(trace, frame[i])
  }
  return first[stack + 1] > first[stack] ? frameText(trace, frame[first[stack]]) : undefined
}
