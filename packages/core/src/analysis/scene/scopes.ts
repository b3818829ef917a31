/**
 * Which functions a function is written in, by how the linker spells closures. A closure reaches what the functions around
 * it have made, so whoever is in one of them may reach the same channel.
 *
 *   main.(*pool).run.func1.2      main.(*pool).run
 *   main.worker.gowrap1           main.worker                 (`go f(x)` in it)
 *   main.New.(*pool).run.func1    main.(*pool).run, main.New  (run was inlined into New)
 */
import { outerFunctions, packageOf } from './names.ts'

/** One function among those that a name is joined of: "(*pool).run", "New[...]", "New". */
const PART = /\(\*?[^)]*\)\.[^.[\]]+(?:\[[^\]]*\])?|[^.[\]]+(?:\[[^\]]*\])?/g

/** The name without what marks closures: the function that it was written in, at the outermost. */
function outermostOf(functionName: string): string {
  return outerFunctions(functionName).at(-1) ?? functionName
}

const known = new Map<string, readonly string[]>()
/** Programs have some thousands of functions on their stacks; hostile inputs have more. */
const MAX_KNOWN = 20_000

/** Names of the functions that it is written in or was inlined into, itself without closures first. */
export function scopesOf(functionName: string): readonly string[] {
  const before = known.get(functionName)
  if (before) return before
  const scopes = workOut(functionName)
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(functionName, scopes)
  return scopes
}

function workOut(functionName: string): readonly string[] {
  const name = outermostOf(functionName)
  if (name === functionName) return [name]
  const pkg = packageOf(name)
  const scopes = new Set([name])
  // Only closures carry the names of several functions.
  const parts = name.slice(pkg.length + 1).match(PART) ?? []
  if (parts.length > 1) {
    for (const part of [parts[0], ...parts.slice(1)]) {
      const outer = outermostOf(`${pkg}.${part}`)
      if (outer !== pkg) scopes.add(outer)
    }
  }
  return [...scopes]
}

/** The types whose methods a function is written in: "main.pool" of "main.New.(*pool).run.func1". */
export function receiversOf(functionName: string): readonly string[] {
  const pkg = packageOf(functionName)
  const receivers: string[] = []
  for (const [, name] of functionName.slice(pkg.length).matchAll(/\.\(\*?([^)[]+)[^)]*\)/g))
    receivers.push(`${pkg}.${name}`)
  return receivers
}
