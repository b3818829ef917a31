/** Who runs a literal: the function around it, a goroutine of its own, a timer, or anybody whom it was given to. */
import { calledBy } from './calls.ts'
import { importOf } from './clocks.ts'
import type { Declared, GoPackage } from './package.ts'
import type { Call, Given, GoBody, Variable } from './steps.ts'
import { partsOf } from './ways.ts'

export type Runner = 'goroutine' | 'timer' | 'anybody'

/** Where a function does it. */
export type Doing = {
  readonly declared: Declared
  readonly body: GoBody
  readonly line: number
  readonly isDeferred: boolean
  readonly by: Runner
}

/** Of literals around a use, inside of the function that the variable is declared in: who runs them? */
export function runnerAt(pkg: GoPackage, declared: Declared, body: GoBody, owner: GoBody | undefined): Runner {
  const runners = literalsAround(pkg, declared, body, owner).map(literal => runnerOf(literal, pkg))
  return runners.find(by => by === 'timer') ?? runners.find(by => by !== 'goroutine') ?? 'goroutine'
}

export function literalsAround(
  pkg: GoPackage,
  declared: Declared,
  body: GoBody,
  owner: GoBody | undefined,
): readonly GoBody[] {
  return pkg
    .bodiesOf(declared)
    .filter(one => one.isLiteral && isWithin(body, one) && one !== owner && (!owner || isWithin(one, owner)))
}

/** The innermost function that a variable is declared in; its parameters stand in its first line. */
export function ownerOf(bodies: readonly GoBody[], variable: Variable): GoBody | undefined {
  const owning = bodies.filter(
    ({ firstLine, lastLine, parameters }) =>
      parameters.includes(variable) || (firstLine < variable.line && variable.line <= lastLine),
  )
  return owning.toSorted((a, b) => b.firstLine - a.firstLine)[0] ?? bodies[0]
}

const isWithin = (inner: GoBody, outer: GoBody) =>
  outer.firstLine <= inner.firstLine && inner.lastLine <= outer.lastLine

function runnerOf({ start, givenTo }: GoBody, pkg: GoPackage): Runner {
  if (start !== 'given') return 'goroutine'
  if (!givenTo) return 'anybody'
  const { call } = givenTo
  if (callsOf(pkg, givenTo).length > 0) return 'goroutine'
  if (call.name === 'AfterFunc') return 'timer'
  const of = importOf(call.on, pkg)
  if (of !== undefined) return /^(?:sort|slices|strings|maps)$/.test(of) ? 'goroutine' : 'anybody'
  return runsHere(call, pkg) ? 'goroutine' : 'anybody'
}

/** Lines of a function of the package at which it calls what it is given there; [] where it may do more with it. */
export function callsOf(pkg: GoPackage, { call, index }: Given): readonly Doing[] {
  const { functions, isGuess } = calledBy(pkg, call)
  const [declared, ...more] = functions
  const bodies = declared && more.length === 0 && !isGuess ? pkg.bodiesOf(declared) : []
  const variable = bodies[0]?.parameters[index]
  if (!variable || variable.type.startsWith('...')) return []
  const uses = bodies.flatMap(body =>
    body.uses.flatMap(use => {
      const values = partsOf(use.do === 'give' ? use.value : use.on)
      return values.some(({ value }) => value.is === 'place' && value.place.root === variable) ? [{ use, body }] : []
    }),
  )
  if (uses.some(({ use, body }) => use.do !== 'call' || (body.isLiteral && body.start === 'given'))) return []
  return uses.map(({ use: { line, isDeferred }, body }) => ({ declared, body, line, isDeferred, by: 'goroutine' }))
}

/** Group and Once run it in a goroutine, or at once. */
export function runsHere(call: Call, pkg: GoPackage): boolean {
  const type = call.on && pkg.owners.typeOf(call.on)
  const from = call.on?.root?.from
  const isGroup = type === 'errgroup.Group' || (from && 'name' in from && from.name === 'WithContext')
  if (call.name === 'Go') return isGroup || type === 'sync.WaitGroup'
  return call.name === 'Do' && /^(?:sync\.Once|singleflight\.Group)$/.test(type ?? '')
}
