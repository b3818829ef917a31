/** The functions that a value goes through, and in which of them all of its ways begin. */
import type { Made, OwnCall } from './life.ts'
import { type Declared, type GoPackage, shownName } from './package.ts'
import type { Uses } from './uses.ts'

type Making = Pick<Made, 'declared' | 'line'>

export class Spread {
  private readonly pkg: GoPackage
  private readonly uses: Uses
  /** They may have got it, or what it is a part of, from callers that are not known one by one. */
  private readonly asked = new Set<Declared>()
  /** All that ever have it, and of these those that have it from a caller, or give it to one. */
  private readonly having = new Set<Declared>()
  private readonly sharing = new Set<Declared>()

  constructor(pkg: GoPackage, uses: Uses) {
    this.pkg = pkg
    this.uses = uses
  }

  noteHaving(declared: Declared): void {
    this.having.add(declared)
  }

  noteSharing(declared: Declared): void {
    this.sharing.add(declared)
  }

  noteAsked(declared: Declared): void {
    this.asked.add(declared)
    this.sharing.add(declared)
  }

  /** Functions of which each call makes one of its own, that no other call ever meets. */
  ofCalls(made: readonly Making[]): readonly OwnCall[] {
    const own = this.maker(made)
    // Everything that it goes through begins in a call of this one, and ends there.
    const [outermost, ...more] = [...this.having].filter(one => !this.sharing.has(one))
    const all = [own, more.length === 0 ? outermost : undefined]
    const declared = [...new Set(all.filter(one => one !== undefined))]
    return declared.map(one => ({ declared: one, names: new Set(this.runBy(one).map(shownName)) }))
  }

  /** The function, and those that it alone calls, without a `go`. */
  private runBy(declared: Declared): readonly Declared[] {
    const run = new Set([declared])
    for (let size = 0; size < run.size; ) {
      size = run.size
      for (const one of this.having) if (!run.has(one) && this.isRunBy(one, run)) run.add(one)
    }
    return [...run]
  }

  private isRunBy(declared: Declared, run: ReadonlySet<Declared>): boolean {
    const callers = this.uses.callersOf(declared)
    if (callers.length === 0 || this.uses.isOpen(declared)) return false
    const call = new RegExp(`(?<![\\p{L}\\p{N}_])${declared.name}\\s*[([]`, 'u')
    return callers.every(caller => {
      const literals = this.pkg.bodiesOf(caller).filter(({ isLiteral }) => isLiteral)
      const lines = caller.text
        .split('\n')
        .flatMap((text, i) => (call.test(text) ? [{ text, at: caller.firstLine + i }] : []))
      const isPlain = ({ text, at }: (typeof lines)[number]) =>
        !/\bgo\s/.test(text) && !literals.some(({ firstLine, lastLine }) => firstLine <= at && at <= lastLine)
      return run.has(caller) && lines.every(isPlain)
    })
  }

  private maker(made: readonly Making[]): Declared | undefined {
    const [first] = made
    if (!first || this.asked.has(first.declared)) return undefined
    const literals = this.pkg.bodiesOf(first.declared).filter(({ isLiteral }) => isLiteral)
    const isOwn = ({ declared, line }: Making) =>
      declared === first.declared && !literals.some(one => one.firstLine <= line && line <= one.lastLine)
    return made.every(isOwn) ? first.declared : undefined
  }
}
