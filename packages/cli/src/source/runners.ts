/** Who runs a literal: the function around it, a goroutine of its own, a timer, or anybody whom it was given to. */
import { importOf } from './clocks.ts'
import type { Declared, GoPackage } from './package.ts'
import type { GoBody, Variable } from './steps.ts'

export type Runner = 'goroutine' | 'timer' | 'anybody'

/** Of literals around a use, inside of the function that the variable is declared in: who runs them? */
export function runnerAt(pkg: GoPackage, declared: Declared, body: GoBody, owner: GoBody | undefined): Runner {
  const around = pkg
    .bodiesOf(declared)
    .filter(one => one.isLiteral && isWithin(body, one) && one !== owner && (!owner || isWithin(one, owner)))
  const runners = around.map(literal => runnerOf(literal, pkg))
  return runners.find(by => by === 'timer') ?? runners.find(by => by !== 'goroutine') ?? 'goroutine'
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
  const of = importOf(givenTo.on, pkg)
  if (givenTo.name === 'AfterFunc') return 'timer'
  if (of !== undefined) return /^(?:sort|slices|strings|maps)$/.test(of) ? 'goroutine' : 'anybody'
  const type = givenTo.on && pkg.owners.typeOf(givenTo.on)
  const from = givenTo.on?.root?.from
  const isGroup = type === 'errgroup.Group' || (from && 'name' in from && /^WithContext$/.test(from.name))
  if (givenTo.name === 'Go' && (isGroup || type === 'sync.WaitGroup')) return 'goroutine'
  return givenTo.name === 'Do' && type === 'sync.Once' ? 'goroutine' : 'anybody'
}
