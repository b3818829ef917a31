/** The functions that frames are of, and a profile's stacks as stacks of functions: what tables and flames add up. */
import { remembered } from '../../base/remembered.ts'
import { StackInterner } from '../../base/stacks.ts'
import { TextNumbers } from '../../base/text-numbers.ts'
import type { Trace } from '../../trace/tables.ts'
import type { StackSums } from './tree.ts'

/** One row for each name. */
export type Functions = {
  readonly length: number
  readonly name: Int32Array //    row in strings; 0: frames without a name
  readonly file: Int32Array //    row in strings: of the first frame that has the name
  readonly ofFrame: Int32Array // by row of frames: row here
}

export const functionsOf = remembered(numberFunctions)

function numberFunctions({ frames, strings }: Trace): Functions {
  const texts = new TextNumbers(strings)
  const ofFrame = new Int32Array(frames.length)
  const file: number[] = []
  for (let frame = 0; frame < frames.length; frame++) {
    const number = texts.of(frames.function[frame])
    if (number === file.length) file.push(frames.file[frame])
    ofFrame[frame] = number
  }
  const name = Int32Array.from(texts.rows, (row, number) => (texts.text(number) === '' ? 0 : row))
  return { length: name.length, name, file: Int32Array.from(file), ofFrame }
}

/** Stacks that differ in lines alone are one: those of row i are function[first[i]] … function[first[i + 1] - 1]. */
export type FunctionStacks = {
  readonly length: number
  readonly first: Uint32Array
  readonly function: Uint32Array // rows in `Functions`, innermost first
  readonly count: Float64Array
  readonly ns: Float64Array
}

/** In the order in which they are first met; one without functions is that of whatever has no stack. */
export function functionStacks(trace: Trace, profile: StackSums): FunctionStacks {
  const { stacks } = trace
  const { ofFrame } = functionsOf(trace)
  const interner = new StackInterner()
  const rowOf = new Int32Array(profile.length)
  const path: number[] = []
  for (let i = 0; i < profile.length; i++) {
    path.length = 0
    for (let at = stacks.first[profile.stack[i]]; at < stacks.first[profile.stack[i] + 1]; at++)
      path.push(ofFrame[stacks.frame[at]])
    rowOf[i] = interner.stack(path, path.length)
  }
  const { length, first, frame } = interner.freeze().stacks
  const count = new Float64Array(length)
  const ns = new Float64Array(length)
  for (let i = 0; i < profile.length; i++) {
    count[rowOf[i]] += profile.count[i]
    ns[rowOf[i]] += profile.ns[i]
  }
  return { length, first, function: frame, count, ns }
}
