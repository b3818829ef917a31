/**
 * Expressions as steps: what is called in which order, and where a lock, or who has it, is given away. What an
 * expression computes is of no interest.
 */
import { type Literal, type Lowering, literalOf, runHere, spawn } from './lowering.ts'
import { boundText, placeOf, variablePlace } from './scope.ts'
import type { Branch, Call, Fact, Mode, Place, Sink, Step } from './steps.ts'
import { bare, part, type Syntax, textOf } from './syntax.ts'
import { callOf, ELSEWHERE, elementAt, givenBy, NOWHERE, noteGiven, noteOp, noteUse } from './values.ts'

type LockCall = { readonly do: 'lock' | 'unlock'; readonly mode: Mode; readonly isTry: boolean }

/** Of sync.Mutex, sync.RWMutex and sync.Locker. */
const LOCK_CALLS: ReadonlyMap<string, LockCall> = new Map([
  ['Lock', { do: 'lock', mode: 'W', isTry: false }],
  ['RLock', { do: 'lock', mode: 'R', isTry: false }],
  ['TryLock', { do: 'lock', mode: 'W', isTry: true }],
  ['TryRLock', { do: 'lock', mode: 'R', isTry: true }],
  ['Unlock', { do: 'unlock', mode: 'W', isTry: false }],
  ['RUnlock', { do: 'unlock', mode: 'R', isTry: false }],
])

// After these nothing of the function runs but what it deferred: log, testing, zap and their likes; os.Exit; runtime.
const STOPS = /^(?:Fatal|Panic)\w*$|^(?:FailNow|SkipNow|Goexit|Exit|ExitOnError)$/
// Other things have a method Skip, too.
const TEST_STOPS = /^Skipf?$/
const TESTS = /^(?:t|b|f|tb)$/

/** The steps of evaluating an expression, in order; what it gives goes to `to`. */
export function evaluate(node: Syntax | undefined, lowering: Lowering, to: Sink = ELSEWHERE): Step[] {
  if (!node) return []
  noteUse(node, to, lowering)
  switch (node.type) {
    case 'func_literal':
      return [spawn(literalOf(node, lowering), lowering, to.into === 'argument' ? to : undefined)]
    case 'call_expression':
      return isLockOfOthers(node) ? partSteps(node, lowering) : callSteps(node, lowering)
    case 'identifier': {
      // A literal in a variable that is not called but given somewhere.
      const literal = namedLiteral(node, lowering)
      return literal ? [spawn(literal, lowering, to.into === 'argument' ? to : undefined)] : []
    }
    case 'selector_expression':
      return selectorSteps(node, lowering)
    case 'index_expression':
      return [
        ...evaluate(part(node, 'operand'), lowering, NOWHERE),
        ...evaluate(part(node, 'index'), lowering, NOWHERE),
      ]
    case 'binary_expression':
      return partSteps(node, lowering, NOWHERE)
    case 'parenthesized_expression':
      return partSteps(node, lowering, to)
    case 'type_conversion_expression':
      return [...partSteps(node, lowering), ...genericCall(node, lowering)]
    case 'composite_literal':
      return [...elementSteps(node, lowering), ...given(elementsOf(node), lowering)]
    case 'unary_expression':
      return unarySteps(node, lowering, to)
    default:
      return partSteps(node, lowering)
  }
}

function unarySteps(node: Syntax, lowering: Lowering, to: Sink): Step[] {
  const operator = part(node, 'operator')?.type
  const operand = part(node, 'operand')
  if (operator === '<-' && operand) {
    noteOp('receive', operand, node.line, lowering)
    noteGiven(givenBy(node, lowering), to, node.line, lowering)
    const on = placeOf(operand, lowering.scope)
    const op = on ? { op: { do: 'receive' as const, on } } : {}
    return [...partSteps(node, lowering, NOWHERE), { do: 'wait', line: node.line, ...op }]
  }
  // Whoever has its address may change it.
  const isAddress = operator === '&' && operand?.type === 'identifier'
  const set: Step[] = isAddress ? [{ do: 'set', texts: [boundText(operand, lowering.scope)] }] : []
  const isSame = operator === '&' || operator === '*'
  return [...partSteps(node, lowering, isSame ? to : NOWHERE), ...set]
}

/** Where the elements go is noted of the whole; names of fields are no variables. */
function elementSteps(node: Syntax, lowering: Lowering): Step[] {
  return (part(node, 'body')?.parts ?? []).flatMap(one => {
    const value = one.type === 'keyed_element' ? one.parts.at(-1) : one
    const inner = value?.type === 'literal_element' ? value.parts[0] : value
    // `{...}` in a list of structs.
    if (inner?.type === 'literal_value')
      return elementSteps({ ...node, parts: [{ ...inner, field: 'body' }] }, lowering)
    const isWhole = inner !== undefined && givenBy(inner, lowering).is !== 'other'
    return evaluate(inner, lowering, isWhole ? NOWHERE : ELSEWHERE)
  })
}

/** `f[int](x)`, which looks like a conversion. */
function genericCall(node: Syntax, lowering: Lowering): Step[] {
  const type = part(node, 'type')
  const name = type?.type === 'generic_type' ? part(type, 'type') : undefined
  const operand = part(node, 'operand')
  if (!name || !operand) return []
  const call = { name: textOf(name), on: undefined, arguments: placesOf([operand], lowering), isValue: false }
  return [callStep(node, call)]
}

const partSteps = (node: Syntax, lowering: Lowering, to: Sink = ELSEWHERE): Step[] =>
  node.parts.flatMap(one => evaluate(one, lowering, to))

function selectorSteps(node: Syntax, lowering: Lowering): Step[] {
  const operand = part(node, 'operand')
  const name = textOf(part(node, 'field') ?? node)
  const place = operand && LOCK_CALLS.has(name) ? placeOf(operand, lowering.scope) : undefined
  // Its method as a value: it may be called by anybody.
  const hand: Step[] = place ? [{ do: 'hand', place, isOwner: false }] : []
  // Of a place only the whole of it goes somewhere.
  const isPath = placeOf(node, lowering.scope)?.path !== undefined
  return [...evaluate(operand, lowering, isPath ? NOWHERE : ELSEWHERE), ...hand]
}

function elementsOf(node: Syntax): readonly Syntax[] {
  if (node.type === 'composite_literal') return elementsOf(part(node, 'body') ?? { ...node, type: '', parts: [] })
  return node.parts.flatMap(one => {
    const value = part(one, 'value') ?? (one.type === 'keyed_element' ? one.parts.at(-1) : one)
    return value?.type === 'literal_element' ? value.parts : value ? [value] : []
  })
}

/** Places that go where they are not followed. */
export function given(values: readonly Syntax[], lowering: Lowering): Step[] {
  return values.flatMap(value => {
    const node = bare(value)
    const place = node.type === 'call_expression' ? undefined : placeOf(node, lowering.scope)
    return place ? [{ do: 'hand' as const, place, isOwner: true }] : []
  })
}

function namedLiteral(node: Syntax, { scope, named }: Lowering): Literal | undefined {
  const variable = scope.find(textOf(node))
  return variable && named.get(variable.id)
}

/** What a call does before the function itself runs (`before`: arguments), and the function. */
export type Called = { readonly before: readonly Step[]; readonly run: readonly Step[] }

/** The methods of sync give nothing back: `unlock, err := mu.Lock()` calls another one of that name. */
function isLockOfOthers(node: Syntax): boolean {
  const callee = bare(part(node, 'function') ?? node)
  const lockCall = callee.type === 'selector_expression' && LOCK_CALLS.get(textOf(part(callee, 'field') ?? callee))
  return lockCall !== false && lockCall !== undefined && !lockCall.isTry
}

/** A call that is a statement: what it gives back, nobody takes. */
export function callSteps(node: Syntax, lowering: Lowering): Step[] {
  const { before, run } = called(node, lowering)
  return [...before, ...run]
}

export function called(node: Syntax, lowering: Lowering): Called {
  const callee = calleeOf(node)
  const args = part(node, 'arguments')?.parts ?? []
  if (callee.type === 'func_literal') {
    const before = args.flatMap(one => evaluate(one, lowering, NOWHERE))
    const literal = literalOf(callee, lowering)
    giveTo(literal, args, lowering)
    return { before, run: [runHere(literal, true, lowering)] }
  }
  const named = callee.type === 'identifier' ? namedLiteral(callee, lowering) : undefined
  if (named) giveTo(named, args, lowering)
  const before = named
    ? args.flatMap(one => evaluate(one, lowering, NOWHERE))
    : argumentSteps(node, callee, args, lowering)
  // What ends a context has one argument at most.
  if (!named && args.length <= 1 && isOfValue(callee, lowering)) noteOp('call', callee, node.line, lowering)
  if (callee.type === 'identifier') return { before, run: plainCall(node, callee, args, lowering) }
  const operand = part(callee, 'operand')
  if (callee.type === 'selector_expression' && operand) {
    const call = callOf(node, lowering)
    const on: Sink | undefined = call && { into: 'argument', call, index: -1 }
    const run = methodCall(node, operand, textOf(part(callee, 'field') ?? callee), args, lowering)
    return { before: [...evaluate(operand, lowering, on ?? ELSEWHERE), ...before], run }
  }
  // The result of a call is called: it may do what its maker was given to do.
  const inner = callee.type === 'call_expression' ? (part(callee, 'arguments')?.parts ?? []) : []
  const on = part(part(callee, 'function'), 'operand')
  const hand = given(on ? [on, ...inner] : inner, lowering)
  return { before: [...evaluate(callee, lowering), ...before, ...hand], run: [] }
}

/** A variable, or what may be a field. */
function isOfValue(callee: Syntax, { scope }: Lowering): boolean {
  return callee.type === 'identifier' ? scope.find(textOf(callee)) !== undefined : callee.type === 'selector_expression'
}

/** Arguments become the parameters of a literal. */
export function giveTo({ parameters }: Literal, args: readonly Syntax[], lowering: Lowering): void {
  for (const [i, one] of args.entries()) {
    const variable = parameters[i]
    const to: Sink = variable ? { into: 'place', place: variablePlace(variable) } : ELSEWHERE
    noteGiven(givenBy(one, lowering), to, one.line, lowering)
  }
}

/** These look at a value, and give it nowhere. */
const LOOKS = /^(?:len|cap|print|println|delete|make|new|min|max|clear)$/

function argumentSteps(node: Syntax, callee: Syntax, args: readonly Syntax[], lowering: Lowering): Step[] {
  const call = callOf(node, lowering)
  const name = callee.type === 'identifier' && call && !call.isValue ? call.name : ''
  if (name === 'close' && args[0]) noteOp('close', args[0], node.line, lowering)
  const [list] = args
  const listPlace = name === 'append' && list ? placeOf(list, lowering.scope) : undefined
  return args.flatMap((one, index) => {
    if (name === 'close' || LOOKS.test(name) || (name === 'append' && index === 0))
      return evaluate(one, lowering, NOWHERE)
    if (listPlace?.path) return evaluate(one, lowering, { into: 'place', place: elementAt(listPlace) })
    return evaluate(one, lowering, call && name !== 'append' ? { into: 'argument', call, index } : ELSEWHERE)
  })
}

/** `f[int](x)` is a call of f, to the grammar one of an element, or a conversion. */
function calleeOf(node: Syntax): Syntax {
  const callee = bare(part(node, 'function') ?? node)
  const operand = part(callee, 'operand')
  return callee.type === 'index_expression' && operand ? bare(operand) : callee
}

function plainCall(node: Syntax, callee: Syntax, args: readonly Syntax[], lowering: Lowering): Step[] {
  const name = textOf(callee)
  const literal = namedLiteral(callee, lowering)
  if (literal) return [runHere(literal, false, lowering)]
  const isValue = lowering.scope.find(name) !== undefined
  if (!isValue && name === 'panic') return [{ do: 'stop' }]
  if (!isValue && name === 'append') return given(args, lowering)
  return [callStep(node, { name, on: undefined, arguments: placesOf(args, lowering), isValue })]
}

function methodCall(node: Syntax, operand: Syntax, name: string, args: readonly Syntax[], lowering: Lowering): Step[] {
  const on = placeOf(operand, lowering.scope)
  const lockCall = args.length === 0 ? LOCK_CALLS.get(name) : undefined
  if (lockCall && on) {
    const { mode, isTry } = lockCall
    // Had or not, and nobody looks: it may be had.
    if (isTry) return []
    if (lockCall.do === 'lock') lowering.locks.push({ lock: on, mode, line: node.line })
    return [{ do: lockCall.do, lock: on, mode, line: node.line }]
  }
  if (STOPS.test(name) || (TEST_STOPS.test(name) && TESTS.test(textOf(operand)))) return [{ do: 'stop' }]
  return [callStep(node, { name, on, arguments: placesOf(args, lowering), isValue: false })]
}

const callStep = (node: Syntax, call: Call): Step => ({ do: 'call', call, line: node.line })

const placesOf = (args: readonly Syntax[], lowering: Lowering): (Place | undefined)[] =>
  args.map(one => placeOf(one, lowering.scope))

/** A condition: what is run to know it, and what is known behind it. */
export type Condition = { readonly steps: readonly Step[]; readonly yes: Branch; readonly no: Branch }

export function condition(node: Syntax | undefined, lowering: Lowering): Condition {
  if (!node) return { steps: [], yes: NOTHING, no: NOTHING }
  if (node.type === 'parenthesized_expression') return condition(node.parts[0], lowering)
  const operator = part(node, 'operator')?.type
  if (operator === '!' && node.type === 'unary_expression') {
    const { steps, yes, no } = condition(part(node, 'operand'), lowering)
    return { steps, yes: no, no: yes }
  }
  if (operator === '&&' || operator === '||') {
    const [left, right] = [condition(part(node, 'left'), lowering), condition(part(node, 'right'), lowering)]
    const steps = [...left.steps, ...right.steps]
    return operator === '&&'
      ? { steps, yes: both(left.yes, right.yes), no: NOTHING }
      : { steps, yes: NOTHING, no: both(left.no, right.no) }
  }
  const tried = tryCallOf(node, lowering)
  if (tried) {
    lowering.locks.push(tried)
    return { steps: [], yes: { facts: [], body: [{ do: 'lock', ...tried }] }, no: NOTHING }
  }
  const fact = factOf(node, lowering)
  const against = { ...fact, value: !fact.value }
  return {
    steps: evaluate(node, lowering),
    yes: { facts: [fact], body: [] },
    no: { facts: [against], body: [] },
  }
}

const NOTHING: Branch = { facts: [], body: [] }

const both = (a: Branch, b: Branch): Branch => ({ facts: [...a.facts, ...b.facts], body: [...a.body, ...b.body] })

/** `mu.TryLock()`: the lock that is had where it is true. */
export function tryCallOf(node: Syntax | undefined, lowering: Lowering) {
  const callee = node?.type === 'call_expression' ? part(node, 'function') : undefined
  const operand = part(callee, 'operand')
  const field = part(callee, 'field')
  const lockCall = field && LOCK_CALLS.get(textOf(field))
  const lock = operand && lockCall?.isTry ? placeOf(operand, lowering.scope) : undefined
  return node && lock && lockCall ? { lock, mode: lockCall.mode, line: node.line } : undefined
}

/** `a != b` is `a == b`, and false. */
function factOf(node: Syntax, { scope }: Lowering): Fact {
  const [left, right] = [part(node, 'left'), part(node, 'right')]
  const operator = part(node, 'operator')?.type
  if (left && right && (operator === '==' || operator === '!='))
    return { text: `${boundText(left, scope)}==${boundText(right, scope)}`, value: operator === '==' }
  return { text: boundText(node, scope), value: true }
}

/** What is known of a variable that was set to that. */
export function factOfValue(variable: string, value: Syntax | undefined): Fact | undefined {
  if (value?.type === 'true' || value?.type === 'false') return { text: variable, value: value.type === 'true' }
  // Where the function is left without a panic, and no other way of leaving is looked at.
  const isRecover = value?.type === 'call_expression' && textOf(value) === 'recover()'
  return value?.type === 'nil' || isRecover ? { text: `${variable}==nil`, value: true } : undefined
}
