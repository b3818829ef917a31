/** Statements at which paths part, as steps: if, switch, select, for. */
import { condition, evaluate } from './expressions.ts'
import { inBlock, type Lowering } from './lowering.ts'
import { boundText, placeOf } from './scope.ts'
import type { Branch, Fact, Step } from './steps.ts'
import { listed, part, partOfType, partsOf, type Syntax } from './syntax.ts'
import { elementOf, givenBy, NOWHERE, noteGiven, noteOp } from './values.ts'

type Statement = (node: Syntax, lowering: Lowering, label?: string) => Step[]
type StatementsOf = (block: Syntax) => readonly Syntax[]

/** undefined: the statement is none of these. */
export function branching(
  node: Syntax,
  label: string,
  lowering: Lowering,
  statement: Statement,
  statementsOf: StatementsOf,
): Step[] | undefined {
  const context = { lowering, statement, statementsOf }
  switch (node.type) {
    case 'if_statement':
      return inBlock(lowering, () => ifSteps(node, context))
    case 'for_statement':
      return inBlock(lowering, () => loopSteps(node, label, context))
    case 'expression_switch_statement':
      return inBlock(lowering, () => switchSteps(node, label, context))
    case 'type_switch_statement':
      return inBlock(lowering, () => typeSwitchSteps(node, label, context))
    case 'select_statement':
      return selectSteps(node, label, context)
    default:
      return undefined
  }
}

type Context = { readonly lowering: Lowering; readonly statement: Statement; readonly statementsOf: StatementsOf }

function initializerSteps(node: Syntax, { lowering, statement }: Context): Step[] {
  const initializer = part(node, 'initializer')
  return initializer ? statement(initializer, lowering) : []
}

function ifSteps(node: Syntax, context: Context): Step[] {
  const { lowering, statement } = context
  const first = initializerSteps(node, context)
  const { steps, yes, no } = condition(part(node, 'condition'), lowering)
  const branchOf = (branch: Branch, block: Syntax | undefined): Branch => ({
    facts: branch.facts,
    body: [...branch.body, ...(block ? statement(block, lowering) : [])],
  })
  const whether: Step = {
    do: 'if',
    yes: branchOf(yes, part(node, 'consequence')),
    no: branchOf(no, part(node, 'alternative')),
  }
  return [...first, ...steps, whether]
}

function loopSteps(node: Syntax, label: string, context: Context): Step[] {
  const { lowering, statement } = context
  lowering.loops.push({ firstLine: node.line, lastLine: node.endLine })
  const body = part(node, 'body')
  const range = partOfType(node, 'range_clause')
  if (range) {
    const right = part(range, 'right')
    if (right) noteOp('range', right, node.line, lowering)
    const before = evaluate(right, lowering, NOWHERE)
    const head: Step[] = [{ do: 'wait', line: node.line }, ...rangeHead(range, lowering)]
    const loop = { isEndless: false, isCounted: true, head, post: [], exit: [], label }
    return [...before, { do: 'loop', ...loop, body: body ? statement(body, lowering) : [] }]
  }
  const clause = partOfType(node, 'for_clause')
  const first = clause ? initializerSteps(clause, context) : []
  const test = clause ? part(clause, 'condition') : node.parts.find(one => one.field !== 'body')
  const { steps, yes, no } = condition(test, lowering)
  const update = clause && part(clause, 'update')
  const inner = body ? statement(body, lowering) : []
  const loop: Step = {
    do: 'loop',
    isEndless: test === undefined,
    isCounted: test !== undefined && update !== undefined,
    head: steps,
    body: [...yes.body, ...inner],
    post: update ? statement(update, lowering) : [],
    exit: no.body,
    label,
  }
  return [...first, loop]
}

/** The variables of a range are others in each round. */
function rangeHead(range: Syntax, lowering: Lowering): Step[] {
  const left = part(range, 'left')
  const right = part(range, 'right')
  if (!left) return []
  const names = listed(left)
  const isDeclared = range.source.slice(left.to, right?.from ?? range.to).includes(':=')
  const over = right && placeOf(right, lowering.scope)
  if (isDeclared)
    for (const [i, name] of names.entries()) {
      // The second is the element; of a channel there is one alone.
      const isElement = i === 1 || names.length === 1
      const from = isElement && over?.path ? { ...over, path: [...over.path, '[]'] } : undefined
      lowering.scope.declare(lowering.variables.make(name, 'local', '', -1, from))
    }
  const element = names.length === 1 ? names[0] : names[1]
  const place = element && placeOf(element, lowering.scope)
  if (right && place?.path)
    noteGiven(elementOf(givenBy(right, lowering)), { into: 'place', place }, range.line, lowering)
  return [{ do: 'set', texts: names.map(name => boundText(name, lowering.scope)) }]
}

function caseBody(one: Syntax, { lowering, statement, statementsOf }: Context): Pick<Branch, 'body' | 'fallsThrough'> {
  const list = partOfType(one, 'statement_list')
  const statements = list ? statementsOf(one) : []
  const body = inBlock(lowering, () => statements.flatMap(inner => statement(inner, lowering)))
  return { body, fallsThrough: statements.at(-1)?.type === 'fallthrough_statement' }
}

function switchSteps(node: Syntax, label: string, context: Context): Step[] {
  const { lowering } = context
  const first = initializerSteps(node, context)
  const value = part(node, 'value')
  const tag = value && boundText(value, lowering.scope)
  const steps = [...first, ...evaluate(value, lowering, NOWHERE)]
  const branches: Branch[] = []
  const against: Fact[] = []
  let defaultAt = -1
  for (const one of node.parts) {
    if (one.type === 'default_case') defaultAt = branches.push({ facts: [], ...caseBody(one, context) }) - 1
    if (one.type !== 'expression_case') continue
    const values = listed(part(one, 'value'))
    const test = caseTest(values, tag, lowering)
    steps.push(...test.steps)
    const { body, fallsThrough } = caseBody(one, context)
    branches.push({ facts: test.facts, body: [...test.body, ...body], fallsThrough: fallsThrough === true })
    against.push(...test.against)
  }
  if (defaultAt >= 0) branches[defaultAt] = { ...branches[defaultAt], facts: against }
  return [...steps, { do: 'choose', branches, isWhole: defaultAt >= 0, otherwise: against, label }]
}

type CaseTest = {
  readonly steps: readonly Step[]
  readonly facts: readonly Fact[]
  readonly against: readonly Fact[]
  readonly body: readonly Step[]
}

/** Of several values nothing is known but that it was one of them. */
function caseTest(values: readonly Syntax[], tag: string | undefined, lowering: Lowering): CaseTest {
  if (tag !== undefined) {
    const text = `${tag}==${values.map(value => boundText(value, lowering.scope)).join()}`
    const steps = values.flatMap(value => evaluate(value, lowering))
    return { steps, facts: [{ text, value: true }], against: [{ text, value: false }], body: [] }
  }
  if (values.length !== 1)
    return { steps: values.flatMap(value => evaluate(value, lowering)), facts: [], against: [], body: [] }
  const { steps, yes, no } = condition(values[0], lowering)
  return { steps, facts: yes.facts, against: no.facts, body: yes.body }
}

function typeSwitchSteps(node: Syntax, label: string, context: Context): Step[] {
  const { lowering } = context
  const steps = [...initializerSteps(node, context), ...evaluate(part(node, 'value'), lowering)]
  const alias = part(node, 'alias')
  for (const name of listed(alias)) {
    lowering.scope.declare(lowering.variables.make(name, 'local', ''))
    const place = placeOf(name, lowering.scope)
    if (place) noteGiven({ is: 'other' }, { into: 'place', place }, node.line, lowering)
  }
  const cases = node.parts.filter(one => one.type === 'type_case' || one.type === 'default_case')
  const branches = cases.map(one => ({ facts: [], ...caseBody(one, context) }))
  const isWhole = cases.some(one => one.type === 'default_case')
  return [...steps, { do: 'choose', branches, isWhole, otherwise: [], label }]
}

function selectSteps(node: Syntax, label: string, context: Context): Step[] {
  const cases = node.parts.filter(one => one.type === 'communication_case' || one.type === 'default_case')
  // `select {}` waits for good.
  if (cases.length === 0) return [{ do: 'wait', line: node.line }, { do: 'stop' }]
  const { lowering } = context
  const select = { line: node.line, hasDefault: cases.some(one => one.type === 'default_case') }
  const branches = cases.map(one =>
    inBlock(lowering, () => {
      const communication = part(one, 'communication')
      lowering.select = select
      const first = communication ? communicationSteps(communication, context) : []
      lowering.select = undefined
      const { body } = caseBody(one, context)
      return { facts: [], body: [...first, ...body] }
    }),
  )
  return [
    { do: 'wait', line: node.line },
    { do: 'choose', branches, isWhole: true, otherwise: [], label },
  ]
}

function communicationSteps(node: Syntax, { lowering, statement }: Context): Step[] {
  if (node.type !== 'receive_statement') return statement(node, lowering)
  const right = part(node, 'right')
  const steps = evaluate(right, lowering, NOWHERE)
  const names = partsOf(node, 'left').flatMap(listed)
  const isDeclared = node.source.slice(node.from, part(node, 'right')?.from ?? node.to).includes(':=')
  const value = right && givenBy(right, lowering)
  if (isDeclared) for (const name of names) lowering.scope.declare(lowering.variables.make(name, 'local', ''))
  const place = names[0] && placeOf(names[0], lowering.scope)
  if (value && place?.path) noteGiven(value, { into: 'place', place }, node.line, lowering)
  return [...steps, { do: 'set', texts: names.map(name => boundText(name, lowering.scope)) }]
}
