/**
 * Profiles drawn as text, for tests of what is made of them: a line is a stack, innermost first, with its stays and their
 * nanoseconds. "f:7" is line 7 of f.
 *
 *   lock f main   3 300
 *   send f main   5 500
 */
import { StackInterner } from '../src/base/stacks.ts'
import { StringInterner } from '../src/base/strings.ts'
import type { StackSums, Stacks } from '../src/spent/profile/tree.ts'

export type DrawnStack = { readonly frames: readonly string[]; readonly count: number; readonly ns: number }
export type DrawnProfile = { readonly stacks: Stacks; readonly sums: StackSums }

export function profileFromText(text: string): DrawnProfile {
  const rows = text.split('\n').flatMap(line => {
    const words = line.trim().split(/\s+/)
    if (words.length < 2) return []
    const [count, ns] = words.slice(-2).map(Number)
    return [{ frames: words.slice(0, -2), count, ns }]
  })
  return profileFrom(rows)
}

export function profileFrom(rows: readonly DrawnStack[]): DrawnProfile {
  const strings = new StringInterner(new Uint8Array(0))
  const interner = new StackInterner()
  const stack = rows.map(({ frames }) => {
    const frameRows = frames.map(frame => {
      const [, name, line = '1'] = /^(.*?)(?::(\d+))?$/s.exec(frame)!
      return interner.frameRow(strings.internText(name), strings.internText('a.go'), Number(line))
    })
    return interner.stack(frameRows, frameRows.length)
  })
  const sums = {
    length: rows.length,
    stack: Int32Array.from(stack),
    count: Float64Array.from(rows, ({ count }) => count),
    ns: Float64Array.from(rows, ({ ns }) => ns),
  }
  return { stacks: { strings: strings.freeze(), ...interner.freeze() }, sums }
}
