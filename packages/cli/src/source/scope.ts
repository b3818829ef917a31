/** Which variable a name is, and which place an expression: two of the same text may be two locks. */
import type { Call, Place, Variable } from './steps.ts'
import { bare, part, type Syntax, textOf } from './syntax.ts'

/** Names of a block; those around it are found too. */
export class Scope {
  private readonly around: Scope | undefined
  private readonly names = new Map<string, Variable>()

  constructor(around?: Scope) {
    this.around = around
  }

  find(name: string): Variable | undefined {
    return this.names.get(name) ?? this.around?.find(name)
  }

  /** Of this block alone: `:=` gives a variable of the same block another value. */
  own(name: string): Variable | undefined {
    return this.names.get(name)
  }

  declare(variable: Variable): void {
    if (variable.name !== '_') this.names.set(variable.name, variable)
  }
}

/** Counts variables of a function and the literals in it. */
export class Variables {
  private next = 1

  make(name: Syntax, kind: Variable['kind'], type: string, index = -1, from?: Place | Call): Variable {
    const text = name.type === 'identifier' ? textOf(name) : '_'
    return { id: this.next++, name: text, kind, type, index, line: name.line, from }
  }
}

const bound = ({ name, id }: Variable) => `${name}#${id}`

/** The place that is a variable itself. */
export function variablePlace(variable: Variable): Place {
  return { text: variable.name, key: bound(variable), root: variable, path: [variable.name] }
}

/** The text without spaces, variables with their numbers. */
export function boundText(node: Syntax, scope: Scope): string {
  if (node.type === 'identifier') {
    const variable = scope.find(textOf(node))
    return variable ? bound(variable) : textOf(node)
  }
  let text = ''
  let at = node.from
  for (const one of node.parts) {
    text += node.source.slice(at, one.from) + boundText(one, scope)
    at = one.to
  }
  return (text + node.source.slice(at, node.to)).replace(/\s+/g, '')
}

const PLACES = new Set(['identifier', 'selector_expression', 'index_expression', 'call_expression'])

/** The place that an expression names, or points to; undefined: it is a value. */
export function placeOf(expression: Syntax, scope: Scope): Place | undefined {
  const node = bare(expression)
  if (!PLACES.has(node.type)) return undefined
  const path = pathOf(node)
  return { text: textOf(node).replace(/\s+/g, ''), key: keyOf(node, scope), root: rootOf(node, scope), path }
}

function keyOf(expression: Syntax, scope: Scope): string {
  const node = bare(expression)
  const operand = part(node, 'operand')
  if (operand && node.type === 'selector_expression')
    return `${keyOf(operand, scope)}.${textOf(part(node, 'field') ?? node)}`
  const index = part(node, 'index')
  if (operand && index && node.type === 'index_expression')
    return `${keyOf(operand, scope)}[${boundText(index, scope)}]`
  return boundText(node, scope)
}

function pathOf(expression: Syntax): readonly string[] | undefined {
  const node = bare(expression)
  if (node.type === 'identifier') return [textOf(node)]
  const operand = part(node, 'operand')
  if (!operand || (node.type !== 'selector_expression' && node.type !== 'index_expression')) return undefined
  const path = pathOf(operand)
  const field = part(node, 'field')
  return path && [...path, field ? textOf(field) : '[]']
}

function rootOf(expression: Syntax, scope: Scope): Variable | undefined {
  const node = bare(expression)
  if (node.type === 'identifier') return scope.find(textOf(node))
  const inner = part(node, 'operand') ?? part(node, 'function')
  return inner && rootOf(inner, scope)
}
