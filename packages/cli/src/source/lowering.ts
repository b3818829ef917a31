/** What the parts of the lowering have in common while they go through a function. */
import { Scope, type Variables } from './scope.ts'
import type { GoBody, LockTaken, Step, Variable } from './steps.ts'
import { listed, part, partsOf, type Syntax, textOf } from './syntax.ts'

/** A literal that was gone through: what becomes of it, its use tells. */
export type Literal = {
  readonly steps: readonly Step[]
  readonly locks: readonly LockTaken[]
  readonly parameters: readonly Variable[]
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
    for (const name of names.length > 0 ? names.map(textOf) : ['_']) {
      const variable = lowering.variables.make(name, kind, text, isPositional ? made.length : -1)
      lowering.scope.declare(variable)
      made.push(variable)
    }
  }
  return made
}

export function literalOf(node: Syntax, lowering: Lowering): Literal {
  const around = lowering.locks
  lowering.locks = []
  try {
    return inBlock(lowering, () => {
      const parameters = declareParameters(part(node, 'parameters'), 'parameter', lowering)
      declareParameters(part(node, 'result'), 'local', lowering, false)
      const body = part(node, 'body')
      const steps = body ? lowering.statements(body, lowering) : []
      return { steps, locks: lowering.locks, parameters, firstLine: node.line, lastLine: node.endLine }
    })
  } finally {
    lowering.locks = around
  }
}

/** The literal runs as a part of this function. */
export function runHere(literal: Literal, isHere: boolean, lowering: Lowering): Step {
  lowering.locks.push(...literal.locks)
  return { do: 'run', body: literal.steps, isHere, endLine: literal.lastLine }
}

/** The literal is a function of its own; whether and when it runs is not seen. */
export function spawn(literal: Literal, lowering: Lowering): Step {
  const own = { name: lowering.name, isLiteral: true, receiver: undefined, result: '' }
  if (!lowering.spawned.has(literal)) lowering.spawned.set(literal, { ...own, ...literal })
  return { do: 'spawn', body: literal.steps }
}

/** Every expression of a list that is a literal in itself, else undefined at its position. */
export function literalsIn(list: Syntax | undefined, lowering: Lowering): (Literal | undefined)[] {
  return listed(list).map(one => (one.type === 'func_literal' ? literalOf(one, lowering) : undefined))
}
