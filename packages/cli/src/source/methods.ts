/** Methods that are given to be run, and what is run in a group. */
import { calledBy } from './calls.ts'
import { importOf } from './clocks.ts'
import type { Declared, GoPackage } from './package.ts'
import { runsHere } from './runners.ts'
import type { Call, GoBody, Place, Value } from './steps.ts'
import type { Uses } from './uses.ts'
import type { Given } from './values.ts'

/** `s.run`, not called, where it is a method of the package. */
export function methodOf(pkg: GoPackage, place: Place): Declared | undefined {
  const { functions, isGuess } = calledBy(pkg, methodCall(place))
  return functions.length === 1 && !isGuess ? functions[0] : undefined
}

function methodCall(place: Place): Call {
  const path = place.path ?? []
  const on = { ...place, path: path.slice(0, -1) }
  return { name: path.at(-1) ?? '', on, arguments: [], isValue: false }
}

/** Whoever has it has what it is a method of. */
export function isMethodValue(pkg: GoPackage, { path }: Place, rest: readonly string[]): boolean {
  const name = path?.at(-1)
  if (!path || name === undefined || path.length - 1 > rest.length) return false
  if (path.slice(1, -1).some((step, i) => step !== rest[i])) return false
  return pkg.named(name).some(({ receiver }) => receiver !== '')
}

/** What the method is called on where it is given to be run. */
export function runMethod(pkg: GoPackage, { value, to }: Given, declared: Declared): Value | undefined {
  if (value.is !== 'place' || value.place.path?.at(-1) !== declared.name || to.into !== 'argument') return undefined
  if (!runsHere(to.call, pkg) || methodOf(pkg, value.place) !== declared) return undefined
  return { is: 'place', place: { ...value.place, path: value.place.path.slice(0, -1) } }
}

/** What a group runs that gets it in this line: a literal, or a method of the package; [] for anything else. */
export function startedAt(
  pkg: GoPackage,
  uses: Uses,
  declared: Declared,
  line: number,
): readonly { readonly declared: Declared; readonly body: GoBody }[] {
  const literals = pkg
    .bodiesOf(declared)
    .filter(one => one.isLiteral && one.givenTo?.call.name === 'Go' && one.firstLine === line)
  if (literals.length > 0) return literals.map(body => ({ declared, body }))
  return uses.in(declared).flatMap(({ use }) => {
    if (use.do !== 'give' || use.line !== line || use.value.is !== 'place') return []
    if (use.to.into !== 'argument' || use.to.call.name !== 'Go' || use.to.index !== 0) return []
    const method = methodOf(pkg, use.value.place)
    const [body] = method ? pkg.bodiesOf(method) : []
    return method && body ? [{ declared: method, body }] : []
  })
}

/** They only look at it, or run what is theirs. */
export function isHarmless(pkg: GoPackage, { name, on }: Call, index: number): boolean {
  const of = importOf(on, pkg)
  if (of !== undefined) return /^(?:fmt|log|slog|errors|reflect\.TypeOf)$/.test(of)
  const type = index === -1 && on ? pkg.owners.typeOf(on) : undefined
  // A function in a field is not given what it lies in.
  if (type !== undefined && pkg.owners.fieldsOf(type).includes(name)) return true
  return index === -1 && /^(?:R?(?:Un)?[Ll]ock|TryR?Lock|Error|String)$/.test(name)
}
