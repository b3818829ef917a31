/** What the parts of the lowering have in common while they go through a function. */
import { Scope, type Variables } from './scope.ts'
import type { Given, GoBody, LockTaken, Loop, Notes, Select, Step, Use, Variable } from './steps.ts'
import { listed, part, partsOf, type Syntax, textOf } from './syntax.ts'

/** A literal that was gone through: what becomes of it, its use tells. */
export type Literal = {
  readonly steps: readonly Step[]
  readonly locks: readonly LockTaken[]
  readonly uses: readonly Use[]
  readonly loops: readonly Loop[]
  readonly parameters: readonly Variable[]
  readonly depth: number
  readonly firstLine: number
  readonly lastLine: number
}

export type Lowering = {
  readonly variables: Variables
  /** Literals in variables, by the variable's id. */
  readonly named: Map<number, Literal>
  /** Of the function outside of all literals. */
  readonly name: string
  /** Literals that others may run. */
  readonly spawned: Map<Literal, GoBody>
  /** These change while blocks and literals are entered and left. */
  scope: Scope
  locks: LockTaken[]
  uses: Use[]
  loops: Loop[]
  /** Literals around. */
  depth: number
  /** The select whose case is gone through. */
  select: Select | undefined
  /** What is gone through runs when the function is left. */
  isDeferred: boolean
  /** Goes through the statements of a literal: expressions hold them, and they hold expressions. */
  readonly statements: (block: Syntax, lowering: Lowering) => Step[]
}

/** With a scope of its own. */
export function inBlock<T>(lowering: Lowering, work: () => T): T {
  const around = lowering.scope
  lowering.scope = new Scope(around)
  try {
    return work()
  } finally {
    lowering.scope = around
  }
}

/** Declares what a parameter list names, from position 0 on; results and the receiver have no position. */
export function declareParameters(
  list: Syntax | undefined,
  kind: Variable['kind'],
  lowering: Lowering,
  isPositional = true,
): Variable[] {
  const made: Variable[] = []
  for (const one of list?.parts ?? []) {
    const type = part(one, 'type')
    const names = partsOf(one, 'name')
    const text = type ? textOf(type) : ''
    // A parameter without a name has a position, too.
    for (const name of names.length > 0 ? names : [one]) {
      const variable = lowering.variables.make(name, kind, text, isPositional ? made.length : -1)
      lowering.scope.declare(variable)
      made.push(variable)
    }
  }
  return made
}

export function literalOf(node: Syntax, lowering: Lowering): Literal {
  const { locks, uses, loops, select, depth } = lowering
  Object.assign(lowering, { ...noNotes(), select: undefined, depth: depth + 1 })
  try {
    return inBlock(lowering, () => {
      const parameters = declareParameters(part(node, 'parameters'), 'parameter', lowering)
      declareParameters(part(node, 'result'), 'local', lowering, false)
      const body = part(node, 'body')
      const steps = body ? lowering.statements(body, lowering) : []
      const { locks, uses, loops } = lowering
      return { steps, locks, uses, loops, parameters, depth: depth + 1, firstLine: node.line, lastLine: node.endLine }
    })
  } finally {
    Object.assign(lowering, { locks, uses, loops, select, depth })
  }
}

export function noNotes(): Notes {
  return { locks: [], uses: [], loops: [] }
}

/** The literal runs as a part of this function. */
export function runHere(literal: Literal, isHere: boolean, lowering: Lowering): Step {
  lowering.locks.push(...literal.locks)
  // What it returns is not what the function returns.
  lowering.uses.push(
    ...literal.uses.map(use => (use.do === 'give' && use.to.into === 'result' ? { ...use, to: GONE } : use)),
  )
  lowering.loops.push(...literal.loops)
  return { do: 'run', body: literal.steps, isHere, endLine: literal.lastLine }
}

const GONE = { into: 'elsewhere' } as const

/** The literal is a function of its own; whether and when it runs is not seen, unless `go` runs it. */
export function spawn(literal: Literal, lowering: Lowering, givenTo?: Given, isStarted = false): Step {
  const start = isStarted ? ('go' as const) : ('given' as const)
  const own = { name: lowering.name, isLiteral: true, receiver: undefined, result: '', start, givenTo }
  const known = lowering.spawned.get(literal)
  // Whoever else has it may run it, too.
  if (!known) lowering.spawned.set(literal, { ...own, ...literal })
  else if (!isStarted) lowering.spawned.set(literal, { ...known, start, givenTo: undefined })
  return { do: 'spawn', body: literal.steps }
}

/** Every expression of a list that is a literal in itself, else undefined at its position. */
export function literalsIn(list: Syntax | undefined, lowering: Lowering): (Literal | undefined)[] {
  return listed(list).map(one => (one.type === 'func_literal' ? literalOf(one, lowering) : undefined))
}
