/** The functions of a trace, each once, and in which of them goroutines began: what `fn:` and the search look through. */
import { remembered } from '../../base/remembered.ts'
import { TextNumbers } from '../../base/text-numbers.ts'
import type { Trace } from '../../trace/tables.ts'
import type { Timeline } from '../model.ts'

export type Functions = {
  /** Names, and the same in small letters. A function is an index into these. */
  readonly names: readonly string[]
  readonly lower: readonly string[]
  /** By row in frames. */
  readonly ofFrame: Int32Array
  /** The function that each goroutine began with; -1: unknown. */
  readonly entryOf: Int32Array
}

export const functionsOf = remembered(listFunctions)

function listFunctions({ trace, groups }: Timeline): Functions {
  const texts = new TextNumbers(trace.strings)
  // What has no name is met first, so that the others stand one behind it.
  texts.of(-1)
  const number = (row: number) => texts.of(row) - 1
  const ofFrame = Int32Array.from(trace.frames.function, number)
  const ofGroup = Int32Array.from(groups.entry, number)
  const entryOf = new Int32Array(trace.goroutines.length)
  for (let g = 0; g < entryOf.length; g++) entryOf[g] = ofGroup[groups.groupOf[g]]
  const names = texts.rows.slice(1).map(row => trace.strings.text(row))
  return { names, lower: names.map(name => name.toLowerCase()), ofFrame, entryOf }
}

/** For each stack the bits of the functions on it. */
export function bitsOfStacks({ stacks }: Trace, functions: Functions, bitsOf: Int32Array): Int32Array {
  const bits = new Int32Array(stacks.length)
  for (let stack = 0; stack < stacks.length; stack++) {
    const end = stacks.first[stack + 1]
    let sum = 0
    for (let i = stacks.first[stack]; i < end; i++) {
      const index = functions.ofFrame[stacks.frame[i]]
      if (index >= 0) sum |= bitsOf[index]
    }
    bits[stack] = sum
  }
  return bits
}
