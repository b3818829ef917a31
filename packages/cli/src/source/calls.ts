/** Which functions of the package a call calls: told by its name, and by the type it is called on as far as that is known. */
import type { Declared, GoPackage } from './package.ts'
import type { Call } from './steps.ts'

export type Called = {
  readonly functions: readonly Declared[]
  /** By the name alone. */
  readonly isGuess: boolean
}

const NOBODY: Called = { functions: [], isGuess: false }
/** Types in types. */
const MAX_EMBEDDED = 4

export function calledBy(pkg: GoPackage, { name, on, onValue, isValue }: Call): Called {
  const named = isValue ? [] : pkg.named(name)
  if (named.length === 0) return NOBODY
  if (!on && !onValue) return { functions: named.filter(({ receiver }) => receiver === ''), isGuess: false }
  const type = onValue ? pkg.owners.typeOfValue(onValue) : on && pkg.owners.typeOf(on)
  if (type !== undefined) return { functions: methodsOf(pkg, type, named, MAX_EMBEDDED), isGuess: false }
  const isImported = on !== undefined && on.root === undefined && on.path?.length === 1 && pkg.isImport(on.path[0])
  return isImported ? NOBODY : { functions: named.filter(({ receiver }) => receiver !== ''), isGuess: true }
}

function methodsOf(pkg: GoPackage, type: string, named: readonly Declared[], left: number): readonly Declared[] {
  const own = named.filter(({ receiver }) => receiver === type)
  if (own.length > 0 || left === 0) return own
  return pkg.owners.embeddedIn(type).flatMap(embedded => methodsOf(pkg, embedded, named, left - 1))
}
