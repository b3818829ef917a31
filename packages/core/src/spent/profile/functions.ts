/**
 * The functions that frames are of, or their lines, and a profile's stacks as stacks of these: what tables and files add
 * up. Granularity is pprof's word for it (`-functions`, `-lines`).
 */
import { remembered } from '../../base/remembered.ts'
import { StackInterner } from '../../base/stacks.ts'
import { TextNumbers } from '../../base/text-numbers.ts'
import type { Granularity, StackSums, Stacks } from './tree.ts'

/** One row for each name; by line for each line of it. */
export type Functions = {
  readonly length: number
  readonly name: Int32Array //    row in strings; 0: frames without a name
  readonly file: Int32Array //    row in strings: by function of the first frame that has the name
  readonly line: Uint32Array //   0: by function, or it is not known
  readonly ofFrame: Int32Array // by row of frames: row here
}

export const functionsOf = remembered(numberFunctions)
const linesOf = remembered(numberLines)

export function placesOf(trace: Stacks, granularity: Granularity): Functions {
  return granularity === 'lines' ? linesOf(trace) : functionsOf(trace)
}

function numberFunctions({ frames, strings }: Stacks): Functions {
  const texts = new TextNumbers(strings)
  const ofFrame = new Int32Array(frames.length)
  const file: number[] = []
  for (let frame = 0; frame < frames.length; frame++) {
    const number = texts.of(frames.function[frame])
    if (number === file.length) file.push(frames.file[frame])
    ofFrame[frame] = number
  }
  const name = Int32Array.from(texts.rows, (row, number) => (texts.text(number) === '' ? 0 : row))
  const line = new Uint32Array(name.length)
  return { length: name.length, name, file: Int32Array.from(file), line, ofFrame }
}

/** What pprof calls a line: of a function in a file. A function may have two files, where code is generated. */
function numberLines(trace: Stacks): Functions {
  const { frames, strings } = trace
  const functions = functionsOf(trace)
  const files = new TextNumbers(strings)
  const known = new Map<string, number>()
  const ofFrame = new Int32Array(frames.length)
  const rows: number[] = []
  for (let frame = 0; frame < frames.length; frame++) {
    const key = `${functions.ofFrame[frame]} ${files.of(frames.file[frame])} ${frames.line[frame]}`
    const number = known.get(key) ?? rows.push(frame) - 1
    known.set(key, number)
    ofFrame[frame] = number
  }
  return {
    length: rows.length,
    name: Int32Array.from(rows, frame => functions.name[functions.ofFrame[frame]]),
    file: Int32Array.from(rows, frame => frames.file[frame]),
    line: Uint32Array.from(rows, frame => frames.line[frame]),
    ofFrame,
  }
}

/** By function stacks that differ in lines alone are one: those of row i are function[first[i]] … function[first[i + 1] - 1]. */
export type FunctionStacks = {
  readonly length: number
  readonly first: Uint32Array
  readonly function: Uint32Array // rows in `Functions`, innermost first
  readonly count: Float64Array
  readonly ns: Float64Array
}

/** In the order in which they are first met; one without functions is that of whatever has no stack. */
export function functionStacks(trace: Stacks, profile: StackSums, granularity: Granularity): FunctionStacks {
  const { stacks } = trace
  const { ofFrame } = placesOf(trace, granularity)
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
