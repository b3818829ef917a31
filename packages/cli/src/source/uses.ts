/** What the functions of a package do with values, and who calls whom: asked again and again, each found once. */
import { calledBy } from './calls.ts'
import type { Declared, GoPackage } from './package.ts'
import type { Call, GoBody, Use, Value } from './steps.ts'
import { partsOf } from './ways.ts'

export type Noted = { readonly use: Use; readonly body: GoBody }

const known = new WeakMap<GoPackage, Uses>()

export function usesOf(pkg: GoPackage, packageName: string): Uses {
  const uses = known.get(pkg) ?? new Uses(pkg, packageName)
  known.set(pkg, uses)
  return uses
}

export class Uses {
  private readonly pkg: GoPackage
  private readonly isMain: boolean
  private readonly ids = new Map<Declared, number>()
  private readonly noted = new Map<Declared, readonly Noted[]>()
  private readonly callers = new Map<Declared, readonly Declared[]>()
  private readonly open = new Map<Declared, boolean>()

  constructor(pkg: GoPackage, packageName: string) {
    this.pkg = pkg
    this.isMain = packageName === 'main'
  }

  in(declared: Declared): readonly Noted[] {
    return found(this.noted, declared, () =>
      this.pkg.bodiesOf(declared).flatMap(body => body.uses.map(use => ({ use: this.named(use), body }))),
    )
  }

  calls(call: Call, declared: Declared): boolean {
    return call.name === declared.name && calledBy(this.pkg, call).functions.includes(declared)
  }

  /** Those that may call it, or have its method run. */
  callersOf(declared: Declared): readonly Declared[] {
    return found(this.callers, declared, () => {
      const call = new RegExp(`(?<![\\p{L}\\p{N}_])${declared.name}\\s*[([)]`, 'u')
      return this.pkg.matching(text => call.test(text)).filter(one => one !== declared || isRecursive(one))
    })
  }

  /** Functions of other packages may call it; or it is a value that anybody may call. */
  isOpen(declared: Declared): boolean {
    const { name, receiver } = declared
    if (!this.isMain && /^\p{Lu}/u.test(name)) return true
    return found(this.open, declared, () => {
      const value = new RegExp(
        `${receiver === '' ? '(?<![\\p{L}\\p{N}_".])' : '\\.'}${name}(?![\\p{L}\\p{N}_(:="]|\\s*[([:=])`,
        'u',
      )
      return this.pkg.files.some(({ text }) => text.includes(name) && value.test(text.replace(NO_VALUES, '')))
    })
  }

  /** Of a call whose result goes somewhere. */
  lineOf(declared: Declared, call: Call): number {
    const given = this.in(declared).flatMap(({ use }) =>
      use.do === 'give' && partsOf(use.value).some(({ value }) => value.is === 'call' && value.call === call)
        ? [use.line]
        : [],
    )
    return given[0] ?? declared.firstLine
  }

  idOf(declared: Declared): number {
    return found(this.ids, declared, () => this.ids.size)
  }

  private named(use: Use): Use {
    return use.do === 'give' ? { ...use, value: this.withNames(use.value) } : use
  }

  /** `session{a, b}`: the fields by their names. */
  private withNames(value: Value): Value {
    if (value.is !== 'struct') return value
    const names = value.fields.some(([name]) => /^\d/.test(name)) ? this.pkg.owners.fieldsOf(value.type) : []
    const fields = value.fields.map(
      ([name, inner], i) => [/^\d/.test(name) ? (names[i] ?? '?') : name, this.withNames(inner)] as const,
    )
    if (fields.some(([name]) => name === '?')) return { is: 'other' }
    return { ...value, fields }
  }
}

/** Comments, and methods that are run where they are given: `once.Do(s.load)`. */
const NO_VALUES = /\/\/.*$|\.(?:Go|Do)\([\p{L}\p{N}_.]+\)/gmu

const isRecursive = ({ name, text }: Declared) => text.indexOf(`${name}(`) !== text.lastIndexOf(`${name}(`)

function found<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const before = map.get(key)
  if (before !== undefined) return before
  const made = make()
  map.set(key, made)
  return made
}
