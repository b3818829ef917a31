/**
 * A function of Go as steps. One walk over its syntax, with the names in scope at hand; literals that the function runs
 * itself become a part of it, those that it gives away become functions of their own.
 */
import { branching } from './branches.ts'
import { called, callSteps, evaluate, factOfValue, given, giveTo, tryCallOf } from './expressions.ts'
import {
  declareParameters,
  inBlock,
  type Literal,
  type Lowering,
  literalOf,
  literalsIn,
  noNotes,
  spawn,
} from './lowering.ts'
import { boundText, placeOf, Scope, Variables } from './scope.ts'
import type { Call, GoBody, Place, Sink, Step, Value } from './steps.ts'
import { bare, listed, part, partOfType, partsOf, type Syntax, textOf } from './syntax.ts'
import { ELSEWHERE, elementAt, givenBy, NOWHERE, noteGiven, noteOp } from './values.ts'

/** The function that a declaration declares, and the literals in it that others run. `name` as in GoBody. */
export function lowerFunction(declaration: Syntax, name: string): readonly GoBody[] {
  const lowering: Lowering = {
    variables: new Variables(),
    named: new Map(),
    name,
    spawned: new Map(),
    scope: new Scope(),
    ...noNotes(),
    depth: 0,
    select: undefined,
    isDeferred: false,
    statements: blockSteps,
  }
  const [receiver] = declareParameters(part(declaration, 'receiver'), 'receiver', lowering, false)
  const parameters = declareParameters(part(declaration, 'parameters'), 'parameter', lowering)
  declareParameters(part(declaration, 'result'), 'local', lowering, false)
  const body = part(declaration, 'body')
  const steps = body ? blockSteps(body, lowering) : []
  const { locks, uses, loops } = lowering
  const result = resultOf(part(declaration, 'result'))
  const whole = { name, depth: 0, firstLine: declaration.line, lastLine: declaration.endLine, isLiteral: false }
  const notes = { locks, uses, loops, start: 'call', givenTo: undefined } as const
  return [{ ...whole, receiver, parameters, result, steps, ...notes }, ...lowering.spawned.values()]
}

/** The type of the first result. */
function resultOf(result: Syntax | undefined): string {
  const first = result?.type === 'parameter_list' ? part(result.parts[0], 'type') : result
  return first ? textOf(first) : ''
}

function blockSteps(block: Syntax, lowering: Lowering): Step[] {
  return inBlock(lowering, () => statementsOf(block).flatMap(one => statement(one, lowering)))
}

/** A block holds a list, a case holds its list behind its values. */
function statementsOf(block: Syntax): readonly Syntax[] {
  return (partOfType(block, 'statement_list') ?? block).parts
}

function statement(node: Syntax, lowering: Lowering, label = ''): Step[] {
  switch (node.type) {
    case 'block':
      return blockSteps(node, lowering)
    case 'return_statement':
      return returnSteps(node, lowering)
    case 'defer_statement':
      return deferSteps(node, lowering)
    case 'go_statement':
      return goSteps(node, lowering)
    case 'short_var_declaration':
    case 'assignment_statement':
    case 'var_declaration':
    case 'inc_statement':
    case 'dec_statement':
      return settingSteps(node, lowering)
    case 'send_statement':
      return sendSteps(node, lowering)
    case 'labeled_statement':
      return labelSteps(node, lowering)
    case 'break_statement':
    case 'continue_statement':
    case 'goto_statement':
      // It may go back to anywhere.
      if (node.type === 'goto_statement') lowering.loops.push({ firstLine: 0, lastLine: Number.POSITIVE_INFINITY })
      return [{ do: 'jump', kind: jumpOf(node), label: labelOf(node) }]
    case 'const_declaration':
    case 'type_declaration':
    case 'fallthrough_statement':
      return []
    case 'expression_statement':
      return node.parts.flatMap(one =>
        one.type === 'call_expression' ? callSteps(one, lowering) : evaluate(one, lowering),
      )
    default:
      return branching(node, label, lowering, statement, statementsOf) ?? evaluateParts(node, lowering)
  }
}

const jumpOf = (node: Syntax) => node.type.slice(0, node.type.indexOf('_')) as 'break' | 'continue' | 'goto'

const evaluateParts = (node: Syntax, lowering: Lowering): Step[] => node.parts.flatMap(one => evaluate(one, lowering))

function labelOf(node: Syntax): string {
  const label = partOfType(node, 'label_name')
  return label ? textOf(label) : ''
}

function labelSteps(node: Syntax, lowering: Lowering): Step[] {
  const label = labelOf(node)
  const body = node.parts.filter(one => one.type !== 'label_name').flatMap(one => statement(one, lowering, label))
  return [{ do: 'label', label, body }]
}

function sendSteps(node: Syntax, lowering: Lowering): Step[] {
  const [channel, value] = [part(node, 'channel'), part(node, 'value')]
  if (channel) noteOp('send', channel, node.line, lowering)
  const on = channel && placeOf(channel, lowering.scope)
  const to: Sink = on?.path ? { into: 'place', place: elementAt(on) } : ELSEWHERE
  const steps = [...evaluate(channel, lowering, NOWHERE), ...evaluate(value, lowering, to)]
  const op = on ? { op: { do: 'send' as const, on } } : {}
  return [...steps, { do: 'wait', line: node.line, ...op }, ...(value ? given([value], lowering) : [])]
}

function returnSteps(node: Syntax, lowering: Lowering): Step[] {
  const values = listed(node.parts[0])
  const steps = values.flatMap((value, index) => evaluate(value, lowering, { into: 'result', index }))
  // Whoever gets what holds the lock may be meant to get it locked.
  return [...steps, ...given(values, lowering), { do: 'return', line: node.line }]
}

function deferSteps(node: Syntax, lowering: Lowering): Step[] {
  const call = node.parts.find(one => one.type === 'call_expression')
  if (!call) return evaluateParts(node, lowering)
  const around = lowering.isDeferred
  lowering.isDeferred = true
  const { before, run } = called(call, lowering)
  lowering.isDeferred = around
  return run.length === 0 ? [...before] : [...before, { do: 'defer', body: run, line: node.line }]
}

function goSteps(node: Syntax, lowering: Lowering): Step[] {
  const call = node.parts.find(one => one.type === 'call_expression')
  const callee = part(call, 'function')
  if (!call || !callee) return evaluateParts(node, lowering)
  if (callee.type === 'func_literal') {
    const args = part(call, 'arguments')?.parts ?? []
    const before = args.flatMap(one => evaluate(one, lowering, NOWHERE))
    const literal = literalOf(callee, lowering)
    giveTo(literal, args, lowering)
    return [...before, spawn(literal, lowering, undefined, true)]
  }
  const { before, run } = called(call, lowering)
  return [...before, { do: 'spawn', body: run }]
}

type Setting = {
  readonly names: readonly Syntax[]
  readonly values: Syntax | undefined
  readonly isDeclared: boolean
  readonly type: string
}

function settingSteps(node: Syntax, lowering: Lowering): Step[] {
  if (node.type === 'var_declaration') {
    const specs = (partOfType(node, 'var_spec_list') ?? node).parts.filter(one => one.type === 'var_spec')
    return specs.flatMap(spec => {
      const type = part(spec, 'type')
      const setting = { names: partsOf(spec, 'name'), values: part(spec, 'value'), isDeclared: true }
      return setSteps({ ...setting, type: type ? textOf(type) : '' }, lowering)
    })
  }
  const left = part(node, 'left')
  return setSteps(
    {
      names: left ? listed(left) : node.parts,
      values: part(node, 'right'),
      isDeclared: node.type === 'short_var_declaration',
      type: '',
    },
    lowering,
  )
}

function setSteps({ names, values: right, isDeclared, type }: Setting, lowering: Lowering): Step[] {
  const list = listed(right)
  const tried = names.length === 1 ? tryCallOf(list[0], lowering) : undefined
  if (tried) lowering.locks.push(tried)
  const literals = names.length === list.length ? literalsIn(right, lowering) : []
  const steps = list.flatMap((value, i) => (literals[i] ? [] : evaluate(value, lowering, NOWHERE)))
  const values = list.map(value => givenBy(value, lowering))
  // Only now: the new variable isn't seen by its own value.
  const sources = list.map(value => sourceOf(value, lowering))
  const texts = names.map((name, i) => {
    if (isDeclared && name.type === 'identifier') declare(name, list[i], sources[i], type, lowering)
    return boundText(name, lowering.scope)
  })
  noteSet(names, values, lowering)
  const kept = names.flatMap((name, i) => keepLiteral(name, literals[i], lowering))
  const isGiven = names.some(name => name.type !== 'identifier')
  const fact = names.length === 1 ? factOfValue(texts[0], list[0]) : undefined
  const set: Step = { do: 'set', texts, fact: fact ?? (tried && { text: texts[0], value: true }), tried }
  // Another variable for what holds the lock: it may be released by that name.
  const isMoved = !isDeclared && names.length === list.length
  return [...steps, ...(isGiven || isMoved ? given(list, lowering) : []), ...kept, set]
}

function noteSet(names: readonly Syntax[], values: readonly Value[], lowering: Lowering): void {
  const [first] = values
  for (const [i, name] of names.entries()) {
    if (textOf(name) === '_') continue
    // A key of a map is kept there, too.
    if (name.type === 'index_expression') evaluate(part(name, 'index'), lowering)
    const place = placeOf(name, lowering.scope)
    const to: Sink = place?.path ? { into: 'place', place } : ELSEWHERE
    const value =
      names.length === values.length ? values[i] : first?.is === 'call' ? { ...first, result: i } : undefined
    // `v, ok := <-ch`, `v, ok := m[k]`: the first is the value.
    const given = value ?? (i === 0 ? first : undefined)
    if (given) noteGiven(given, to, name.line, lowering)
  }
}

function sourceOf(value: Syntax, { scope }: Lowering): Place | Call | undefined {
  const place = placeOf(value, scope)
  if (!place || place.path) return place
  const callee = part(bare(value), 'function')
  const operand = part(callee, 'operand')
  const name = operand ? part(callee, 'field') : callee
  if (!name || (operand ? callee?.type !== 'selector_expression' : name.type !== 'identifier')) return undefined
  const on = operand && placeOf(operand, scope)
  return operand && !on
    ? undefined
    : { name: textOf(name), on, arguments: [], isValue: scope.find(textOf(name)) !== undefined }
}

/** `x, err := f()` declares x alone where err is of the same block. */
function declare(
  name: Syntax,
  value: Syntax | undefined,
  source: Place | Call | undefined,
  type: string,
  { scope, variables }: Lowering,
): void {
  const text = textOf(name)
  if (scope.own(text)) return
  scope.declare(variables.make(name, 'local', type === '' ? typeOfValue(value) : type, -1, source))
}

/** `T{}`, `&T{}`, `new(T)` and `x.(T)` tell their type. */
function typeOfValue(value: Syntax | undefined): string {
  if (!value) return ''
  if (value.type === 'composite_literal' || value.type === 'type_assertion_expression')
    return textOf(part(value, 'type') ?? value)
  if (value.type === 'unary_expression') return typeOfValue(part(value, 'operand'))
  const callee = part(value, 'function')
  const made = part(value, 'arguments')?.parts[0]
  return callee && made && textOf(callee) === 'new' ? textOf(made) : ''
}

/** A literal in a variable of its own is run where it is called; anywhere else it may be called by anybody. */
function keepLiteral(name: Syntax, literal: Literal | undefined, lowering: Lowering): Step[] {
  if (!literal) return []
  const variable = name.type === 'identifier' ? lowering.scope.find(textOf(name)) : undefined
  if (!variable || lowering.named.has(variable.id)) return [spawn(literal, lowering)]
  lowering.named.set(variable.id, literal)
  return []
}
