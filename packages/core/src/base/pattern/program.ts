/** An expression as instructions (K. Thompson, 1968): what of it can come next is a set of their numbers. */
import { type Assertion, type Node, PatternError } from './parse.ts'
import type { Ranges } from './ranges.ts'

/** `set`: one character, then the next instruction. `fork`: both. `jump`: there. `assertion`: if it holds, the next. */
export type Instruction =
  | { readonly op: 'set'; readonly ranges: Ranges }
  | { readonly op: 'assertion'; readonly what: Assertion }
  | { op: 'fork'; first: number; second: number }
  | { op: 'jump'; to: number }
  | { readonly op: 'match' }

/** Of 1,000 letters one can make a million instructions by repeating repeats. */
const MOST_INSTRUCTIONS = 2000

/** Throws `PatternError` for an expression that repeats too much. */
export function compileProgram(node: Node): readonly Instruction[] {
  const program: Instruction[] = []
  emit(program, node)
  push(program, { op: 'match' })
  return program
}

function push<T extends Instruction>(program: Instruction[], instruction: T): T {
  if (program.length >= MOST_INSTRUCTIONS) throw new PatternError('expression too large: it repeats too much')
  program.push(instruction)
  return instruction
}

function emit(program: Instruction[], node: Node): void {
  if (node.is === 'set') push(program, { op: 'set', ranges: node.ranges })
  else if (node.is === 'assertion') push(program, { op: 'assertion', what: node.what })
  else if (node.is === 'all') for (const part of node.of) emit(program, part)
  else if (node.is === 'any') emitAny(program, node.of)
  else emitRepeat(program, node.of, node.least, node.most)
}

function emitAny(program: Instruction[], of: readonly Node[]): void {
  const ends: { to: number }[] = []
  for (const [i, part] of of.entries()) {
    const isLast = i === of.length - 1
    const fork = isLast ? undefined : push(program, { op: 'fork', first: program.length + 1, second: 0 })
    emit(program, part)
    if (!isLast) ends.push(push(program, { op: 'jump', to: 0 }))
    if (fork) fork.second = program.length
  }
  for (const end of ends) end.to = program.length
}

function emitRepeat(program: Instruction[], of: Node, least: number, most: number): void {
  for (let i = 0; i < least; i++) emit(program, of)
  if (most === Number.POSITIVE_INFINITY) {
    const loop = push(program, { op: 'fork', first: program.length + 1, second: 0 })
    const at = program.length - 1
    emit(program, of)
    push(program, { op: 'jump', to: at })
    loop.second = program.length
    return
  }
  const forks: { second: number }[] = []
  for (let i = least; i < most; i++) {
    forks.push(push(program, { op: 'fork', first: program.length + 1, second: 0 }))
    emit(program, of)
  }
  for (const fork of forks) fork.second = program.length
}
