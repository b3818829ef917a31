/**
 * What the dumps opened beside a trace know of its goroutines: traces up to Go 1.22 do not say where one stands that
 * never moved while they were taken, and the dump of the same process does.
 */
import type { Dump, FrameText, Process, SpanDetail, Timeline } from '@unhang/core'

/** Go prints at most 100 frames; a stranger's dump may have more. */
const MAX_FRAMES = 200
const MAX_TEXT = 1000

/** For each timeline the dumps with ids of its process, the newest last. */
export function dumpsOf(processes: readonly Process[], timelines: readonly Timeline[]): readonly (readonly Dump[])[] {
  return timelines.map(({ trace }) => {
    const dumps = processes.find(process => process.trace === trace)?.dumps ?? []
    return dumps.filter(({ form }) => form === 'debug2')
  })
}

/** The detail of a last span, completed: only what the trace does not say is taken from the dump. */
export function completedBy(dumps: readonly Dump[], detail: SpanDetail): SpanDetail {
  if (!detail.openEnd || detail.state !== 'waiting' || detail.stack.length > 0) return detail
  for (const dump of dumps.toReversed()) {
    const row = dump.rows.id.indexOf(detail.id)
    if (row < 0 || dump.rows.stack[row] < 0) continue
    const createdBy = dump.rows.createdBy[row]
    return {
      ...detail,
      reason: detail.reason === '' ? textOf(dump, dump.rows.reason[row]) : detail.reason,
      stack: stackOf(dump, dump.rows.stack[row]),
      stackIs: 'blocked at, as the dump shows it',
      creationStack:
        detail.creationStack.length === 0 && createdBy >= 0 ? [frameOf(dump, createdBy)] : detail.creationStack,
    }
  }
  return detail
}

function stackOf(dump: Dump, stack: number): FrameText[] {
  const { first, frame } = dump.stacks
  const frames: FrameText[] = []
  for (let i = first[stack]; i < Math.min(first[stack + 1], first[stack] + MAX_FRAMES); i++)
    frames.push(frameOf(dump, frame[i]))
  return frames
}

function frameOf(dump: Dump, row: number): FrameText {
  const { frames } = dump
  return {
    function: textOf(dump, frames.function[row]),
    file: textOf(dump, frames.file[row]),
    line: frames.line[row],
  }
}

function textOf(dump: Dump, row: number): string {
  return dump.strings.text(row).slice(0, MAX_TEXT)
}
