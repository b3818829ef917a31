/**
 * Frames as analyses see them, the same object for the same place in every trace and dump of a process: so that
 * "is it the same line" is one comparison. Made only for stacks that matter; what a name says is worked out once.
 */
import type { FrameTable, StackTable } from '../../base/stacks.ts'
import type { StringTable } from '../../base/strings.ts'
import type { Site } from '../diagnosis.ts'
import { isDependencyFile, isPlumbing, isStandard, packageOf, receiverOf } from './names.ts'

export type Frame = Site & {
  readonly package: string
  /** "main.server" for its methods; '' for a plain function. */
  readonly receiver: string
  /** Of runtime, sync or an internal package of Go itself. */
  readonly plumbing: boolean
  /** Of the standard library. */
  readonly standard: boolean
  /** Neither of the standard library nor of a module that the program only uses. */
  readonly own: boolean
}

export type WithStacks = { readonly strings: StringTable; readonly frames: FrameTable; readonly stacks: StackTable }

/** No analysis needs more of a stack, and a hostile one may be endless. */
const MAX_FRAMES = 512

export class FrameBook {
  private readonly known = new Map<string, Frame>()
  private readonly byRow = new WeakMap<FrameTable, (Frame | undefined)[]>()

  frame(functionName: string, file: string, line: number): Frame {
    const key = `${functionName}\n${file}\n${line}`
    const known = this.known.get(key)
    if (known) return known
    const standard = isStandard(functionName)
    const frame: Frame = {
      function: functionName,
      file,
      line,
      package: packageOf(functionName),
      receiver: receiverOf(functionName),
      plumbing: isPlumbing(functionName),
      standard,
      own: !standard && !isDependencyFile(file),
    }
    this.known.set(key, frame)
    return frame
  }

  /** The frames of a stack row, innermost first; none for row -1. */
  stack(model: WithStacks, stackRow: number): Frame[] {
    if (stackRow < 0) return []
    const from = model.stacks.first[stackRow]
    const count = Math.min(model.stacks.first[stackRow + 1] - from, MAX_FRAMES)
    const frames: Frame[] = new Array(count)
    for (let i = 0; i < count; i++) frames[i] = this.row(model, model.stacks.frame[from + i])
    return frames
  }

  /** Where a stack waits: its innermost frame, plumbing aside; undefined for stacks that have none, and for row -1. */
  site(model: WithStacks, stackRow: number): Frame | undefined {
    if (stackRow < 0) return undefined
    const { first, frame } = model.stacks
    for (let at = first[stackRow]; at < first[stackRow + 1]; at++) {
      const known = this.row(model, frame[at])
      if (!known.plumbing) return known
    }
    return undefined
  }

  /** For each stack the number that `index` gives its site; -1: none. */
  sites(model: WithStacks, index: ReadonlyMap<Frame, number>): Int32Array {
    const siteAt = new Int32Array(model.stacks.length).fill(-1)
    for (let stack = 1; stack < siteAt.length; stack++) {
      const site = this.site(model, stack)
      if (site) siteAt[stack] = index.get(site) ?? -1
    }
    return siteAt
  }

  row(model: WithStacks, frameRow: number): Frame {
    let rows = this.byRow.get(model.frames)
    if (!rows) {
      rows = []
      this.byRow.set(model.frames, rows)
    }
    const known = rows[frameRow]
    if (known) return known
    const { frames, strings } = model
    const frame = this.frame(
      strings.text(frames.function[frameRow]),
      strings.text(frames.file[frameRow]),
      frames.line[frameRow],
    )
    rows[frameRow] = frame
    return frame
  }
}
