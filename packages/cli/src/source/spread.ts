/** The functions that a value goes through, and in which of them all of its ways begin. */
import type { Made } from './life.ts'
import type { Declared, GoPackage } from './package.ts'

type Making = Pick<Made, 'declared' | 'line'>

export class Spread {
  private readonly pkg: GoPackage
  /** They may have got it, or what it is a part of, from callers that are not known one by one. */
  private readonly asked = new Set<Declared>()
  /** All that ever have it, and of these those that have it from a caller, or give it to one. */
  private readonly having = new Set<Declared>()
  private readonly sharing = new Set<Declared>()

  constructor(pkg: GoPackage) {
    this.pkg = pkg
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
  ofCalls(made: readonly Making[]): readonly Declared[] {
    const own = this.maker(made)
    // Everything that it goes through begins in a call of this one, and ends there.
    const [outermost, ...more] = [...this.having].filter(one => !this.sharing.has(one))
    const all = [own, more.length === 0 ? outermost : undefined]
    return [...new Set(all.filter(one => one !== undefined))]
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
