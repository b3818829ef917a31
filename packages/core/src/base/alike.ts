/** Damage repeats: one lost table of names is a problem with each of a hundred stacks. People are told once. */
import type { Problem } from './errors.ts'

/** A problem, and how many more differ from it in their numbers alone. */
export type AlikeProblems = { readonly problem: Problem; readonly more: number }

/** Problems of one kind together, each kind by its first, in their order. */
export function alikeProblems(problems: readonly Problem[]): AlikeProblems[] {
  const kinds = new Map<string, { problem: Problem; more: number }>()
  for (const problem of problems) {
    const kind = `${problem.message}\n${problem.lost}`.replace(/\d[\d,.]*/g, '#')
    const known = kinds.get(kind)
    if (known) known.more++
    else kinds.set(kind, { problem, more: 0 })
  }
  return [...kinds.values()]
}
