/**
 * Who stands where, as the newest input of a process that knows goroutines by their ids shows it: plain data, for whoever
 * has the source and not the captures.
 */
import { momentOf } from './analysis/scene/moment.ts'
import { type DiagnoseInput, type Process, processesOf, type Role } from './analysis/scene/processes.ts'
import { FrameWriter } from './dump/report.ts'
import type { Dump } from './dump/tables.ts'

export type StackFrame = {
  readonly function: string
  readonly file: string
  readonly line: number
  /** "0xc000012345, 0x1"; '' where the input has none. */
  readonly args: string
}

export type Standing = {
  readonly id: number
  /** In the dump's words: "chan receive"; "running" and the like for one that does not wait. */
  readonly reason: string
  /** Innermost first. */
  readonly frames: readonly StackFrame[]
  /** The creating function, and the line of its `go`. */
  readonly createdBy?: StackFrame
  /** Id of the creating goroutine, where that is known. */
  readonly creator?: number
  /** How long it has stood there, as far as is seen. */
  readonly waitedNs: number
  /** Seen at the same place in an input before, or for a minute and more. */
  readonly isSteady: boolean
}

export type Standings = {
  readonly goroutines: readonly Standing[]
  /** Every goroutine that lives is among them, with its whole stack. */
  readonly isWhole: boolean
}

const NONE: Standings = { goroutines: [], isWhole: false }

/** Goroutines of one process; more are not gone through for one answer. */
const MAX_GOROUTINES = 20_000
/** Of a trace: nothing that waits that long is on its way. */
const STEADY_NS = 900e6

/** One for each process that goroutines are known of. */
export function standingsOf(
  inputs: readonly DiagnoseInput[],
  roles: readonly (Role | undefined)[] = [],
): readonly Standings[] {
  return processesOf(inputs, roles).map(standingsIn)
}

function standingsIn({ trace, dumps }: Process): Standings {
  const known = dumps.filter(({ form }) => form === 'debug2')
  const isCrowd = (dump: Dump | undefined) => dump !== undefined && dump.rows.length > MAX_GOROUTINES
  // Of a dump too large to be gone through the trace's million is not asked for, either.
  if (isCrowd(known.at(-1))) return NONE
  const moment = trace && momentOf(trace)
  const newest = known.at(-1) ?? moment?.dump
  if (!newest || isCrowd(newest)) return NONE
  const before = [...known.slice(0, -1), ...(moment && known.length > 0 ? [moment.dump] : [])].map(placesIn)
  const writer = new FrameWriter(newest)
  const { rows, strings } = newest
  const goroutines = Array.from({ length: rows.length }, (_, row) => {
    const frames = writer.stack(rows.stack[row], row, 'exact').map(frame => ({ ...frame, args: frame.args ?? '' }))
    const sinceNs = newest === moment?.dump ? trace!.durationNs - moment.sinceNs[row] : 0
    const place = placeOf(frames)
    const createdBy = rows.createdBy[row]
    return {
      ...(createdBy >= 0 && { createdBy: { ...writer.frame(createdBy), args: '' } }),
      ...(rows.creator[row] >= 0 && { creator: rows.creator[row] }),
      id: rows.id[row],
      waitedNs: Math.max(sinceNs, rows.minutes[row] > 0 ? rows.minutes[row] * 60e9 : 0),
      reason: rows.reason[row] < 0 ? '' : strings.text(rows.reason[row]),
      frames,
      isSteady:
        sinceNs > STEADY_NS || rows.minutes[row] >= 1 || before.some(places => places.get(rows.id[row]) === place),
    }
  })
  const problems = newest === moment?.dump ? trace!.problems : newest.problems
  const isWhole = problems.length === 0 && !rows.elided.includes(1) && goroutines.every(one => one.frames.length > 0)
  return { goroutines, isWhole }
}

function placesIn(dump: Dump): ReadonlyMap<number, string> {
  const writer = new FrameWriter(dump)
  const { rows } = dump
  return new Map(
    Array.from({ length: rows.length }, (_, row) => [
      rows.id[row],
      placeOf(writer.stack(rows.stack[row], row, 'lines')),
    ]),
  )
}

/** Dumps leave out frames of the runtime that traces have. */
function placeOf(frames: readonly Omit<StackFrame, 'args'>[]): string {
  const shown = frames.filter(frame => !/^(?:runtime|internal)[./]/.test(frame.function))
  return shown.map(frame => `${frame.function}:${frame.line}`).join('\n')
}
