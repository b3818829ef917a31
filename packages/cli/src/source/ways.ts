/** Ways from a variable through its fields and elements to what is looked for. */
import type { Place, Value } from './steps.ts'

/** What is left of `rest` in a place; undefined: it is another one. */
export function leftOf({ path }: Place, rest: readonly string[]): readonly string[] | undefined {
  if (!path || path.length - 1 > rest.length) return undefined
  return path.slice(1).every((step, i) => step === rest[i]) ? rest.slice(path.length - 1) : undefined
}

/** A value and those that it is made of, with the way to each. */
export function partsOf(
  value: Value,
  path: readonly string[] = [],
): readonly { value: Value; path: readonly string[] }[] {
  if (value.is !== 'struct') return [{ value, path }]
  return value.fields.flatMap(([name, inner]) => partsOf(inner, [...path, name]))
}

export function partAt(value: Value, path: readonly string[]): Value | undefined {
  if (path.length === 0 || value.is === 'place' || value.is === 'call') return value
  const inner = value.is === 'struct' ? value.fields.find(([name]) => name === path[0])?.[1] : undefined
  return inner && partAt(inner, path.slice(1))
}
