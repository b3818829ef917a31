/** Where in the code something of the user's began or waits, and what a wait is called. Bounded: names may be of any length. */

import { FrameBook } from '../../analysis/scene/frames.ts'
import { waitName } from '../../analysis/scene/wait-classes.ts'
import { waitOf } from '../../analysis/scene/waits.ts'
import { capped } from '../../base/printable.ts'
import { remembered } from '../../base/remembered.ts'
import { GoState, type Trace } from '../../trace/tables.ts'

export type PlaceText = { readonly function: string; readonly file: string; readonly line: number }

/** Longer than any name that a person wrote; a log may hold a whole request. */
const MOST_TEXT = 2000

export function textAt({ strings }: Trace, row: number): string {
  return capped(strings.text(row), MOST_TEXT)
}

/** The innermost frame outside of the runtime, sync and runtime/trace itself; else the innermost; -1: no stack. */
export function frameOf({ stacks, frames, strings }: Trace, stack: number): number {
  if (stack < 0) return -1
  const { first, frame } = stacks
  for (let i = first[stack]; i < first[stack + 1]; i++)
    if (!PLUMBING.test(strings.text(frames.function[frame[i]]))) return frame[i]
  return first[stack] < first[stack + 1] ? frame[first[stack]] : -1
}

const PLUMBING = /^(?:runtime|sync|internal|syscall)(?:\/[^.]*)?\.|^time\.Sleep$|^$/

export function placeText(trace: Trace, frame: number): PlaceText | undefined {
  if (frame < 0) return undefined
  const { frames } = trace
  return { function: textAt(trace, frames.function[frame]), file: textAt(trace, frames.file[frame]), line: frames.line[frame] } // biome-ignore format: one object
}

const bookOf = remembered((_: Trace) => new FrameBook())

/** What a span waits for in Go's words where its stack tells ("sync.Mutex.Lock"), else as the trace says it; '' for other states. */
export function waitText(trace: Trace, span: number): string {
  const { stateReason, stack } = trace.spans
  if ((stateReason[span] & 3) !== GoState.waiting) return ''
  const said = textAt(trace, trace.reasons[stateReason[span] >>> 2])
  return capped(waitName(waitOf(bookOf(trace).stack(trace, stack[span]), said).what, said), MOST_TEXT)
}
