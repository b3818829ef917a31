/** What expressions give, and where it goes: notes about channels and about whatever may hold one. */
import type { Lowering } from './lowering.ts'
import { placeOf } from './scope.ts'
import type { Call, ChannelOp, Place, Sink, Use, Value } from './steps.ts'
import { bare, part, type Syntax, textOf } from './syntax.ts'

export const ELSEWHERE: Sink = { into: 'elsewhere' }
export const NOWHERE: Sink = { into: 'nowhere' }

const OTHER: Value = { is: 'other' }
/** nil, or a list or map that is made: nothing is in it yet. */
const EMPTY: Value = { is: 'struct', type: '', fields: [] }

export function givenBy(expression: Syntax, lowering: Lowering): Value {
  const node = bare(expression)
  switch (node.type) {
    case 'identifier':
    case 'selector_expression':
    case 'index_expression': {
      const place = placeOf(node, lowering.scope)
      if (node.type === 'identifier' && textOf(node) === 'nil' && !place?.root) return EMPTY
      return place?.path ? { is: 'place', place } : OTHER
    }
    case 'unary_expression': {
      const operand = part(node, 'operand')
      return part(node, 'operator')?.type === '<-' && operand ? elementOf(givenBy(operand, lowering)) : OTHER
    }
    case 'composite_literal':
      return structOf(node, lowering)
    case 'call_expression':
      return callValue(node, lowering)
    default:
      return OTHER
  }
}

export function elementOf(value: Value): Value {
  return value.is === 'place' ? { is: 'place', place: elementAt(value.place) } : OTHER
}

export function elementAt({ text, key, root, path }: Place): Place {
  return { text: `${text}[]`, key: `${key}[]`, root, path: path && [...path, '[]'] }
}

function structOf(node: Syntax, lowering: Lowering): Value {
  const type = part(node, 'type')
  const elements = part(node, 'body')?.parts ?? []
  const fields = elements.map((one, i): readonly [string, Value] => {
    if (one.type !== 'keyed_element') return [`${i}`, givenBy(innerOf(one), lowering)]
    const [key, value] = one.parts
    const inner = innerOf(key)
    return [inner.type === 'identifier' ? textOf(inner) : '[]', value ? givenBy(innerOf(value), lowering) : OTHER]
  })
  const isList = type !== undefined && /^(?:\[|map\[)/.test(textOf(type))
  const named = isList ? fields.map(([, value]) => ['[]', value] as const) : fields
  return { is: 'struct', type: type ? textOf(type) : '', fields: named }
}

/** Values of composite literals are wrapped. */
function innerOf(node: Syntax): Syntax {
  return node.type === 'literal_element' && node.parts[0] ? node.parts[0] : node
}

function callValue(node: Syntax, lowering: Lowering): Value {
  const args = part(node, 'arguments')?.parts ?? []
  const callee = bare(part(node, 'function') ?? node)
  const name = callee.type === 'identifier' && !lowering.scope.find(textOf(callee)) ? textOf(callee) : ''
  if (name === 'make')
    return args[0]?.type === 'channel_type' || /^chan\b/.test(args[0] ? textOf(args[0]) : '')
      ? { is: 'chan', capacity: args[1] ? textOf(args[1]) : '', line: node.line }
      : EMPTY
  if (name === 'append' && args[0]) return givenBy(args[0], lowering)
  if (name === 'new' && args[0]) return { is: 'struct', type: textOf(args[0]), fields: [] }
  const call = callOf(node, lowering)
  return call ? { is: 'call', call, result: 0 } : OTHER
}

/** undefined: what is called has no name. */
export function callOf(node: Syntax, lowering: Lowering): Call | undefined {
  const { scope } = lowering
  const callee = bare(part(node, 'function') ?? node)
  const args = part(node, 'arguments')?.parts ?? []
  const places = () => args.map(one => placeOf(one, scope))
  if (callee.type === 'identifier') {
    const name = textOf(callee)
    return { name, on: undefined, arguments: places(), isValue: scope.find(name) !== undefined }
  }
  const operand = part(callee, 'operand')
  if (callee.type !== 'selector_expression' || !operand) return undefined
  const name = textOf(part(callee, 'field') ?? callee)
  const on = placeOf(operand, scope)
  const value = on?.path ? OTHER : givenBy(operand, lowering)
  if (value.is === 'call' || (value.is === 'struct' && value.type !== ''))
    return { name, on, onValue: value, arguments: places(), isValue: false }
  return { name, on, arguments: places(), isValue: on === undefined }
}

export function noteOp(op: ChannelOp, channel: Syntax, line: number, lowering: Lowering): void {
  const { select, isDeferred } = lowering
  lowering.uses.push({ do: op, on: givenBy(channel, lowering), line, select, isDeferred })
}

export function noteGiven(value: Value, to: Sink, line: number, lowering: Lowering): void {
  // That a variable has something that is not known counts.
  const isNoted = to.into === 'place' || (to.into !== 'nowhere' && value.is !== 'other')
  if (isNoted) lowering.uses.push({ do: 'give', value, to, line, isDeferred: lowering.isDeferred })
}

/** What an expression gives goes there; parts of it are none of this function's business. */
export function noteUse(node: Syntax, to: Sink, lowering: Lowering): void {
  if (NOTED.has(node.type)) noteGiven(givenBy(node, lowering), to, node.line, lowering)
}

const NOTED = new Set(['identifier', 'selector_expression', 'index_expression', 'composite_literal', 'call_expression'])

export type Given = Extract<Use, { do: 'give' }>
