/** Answers the page "compare". Scopes are kept: what was measured of a trace belongs to its scope. */
import {
  diffScopes,
  type FunctionChange,
  type Scope,
  scopeOf,
  type Trace,
  type TraceDiff,
  traceDiff,
  type WaitChange,
  wholeScope,
} from '@unhang/core'
import type { CompareAsk, ComparePart, CompareRequests } from '../protocol/compare.ts'
import type { Handlers, TraceAt } from './handlers.ts'

/** More are read by nobody; the command has them all. */
const MOST_ROWS = 300
/** Two traces, as a whole and in a range. */
const SCOPES_KEPT = 4
/** A function may be called 100 kB. */
const NAME_LIMIT = 2000

type Change = FunctionChange | WaitChange

export function compareHandlers(at: TraceAt): Handlers<CompareRequests> {
  const scopes = new KeptScopes()
  let last: { readonly key: string; readonly of: Trace; readonly diff: TraceDiff } | undefined
  return {
    compare(ask) {
      const { trace, against, scope, isOfBoth } = ask
      const after = at(trace)
      const before = at(against)
      const key = JSON.stringify([trace, against, scope, isOfBoth])
      if (last?.key !== key || last.of !== after) {
        const [from, to] = isOfBoth ? diffScopes(before, after, scope) : [wholeScope(before), scopeOf(after, scope)]
        const side = (of: Trace, of_: Scope) => ({ name: '', trace: of, scope: scopes.kept(of, of_) })
        last = { key, of: after, diff: traceDiff(side(before, from), side(after, to)) }
      }
      return partOf(last.diff, ask)
    },
  }
}

function partOf(diff: TraceDiff, { table, sort, isReversed }: CompareAsk): ComparePart {
  const { before, after, summary } = diff
  const all: readonly Change[] = table === 'functions' ? diff.functions : diff.waits
  const rows = all.toSorted(orderOf(sort))
  if (isReversed) rows.reverse()
  const mostNs = all.reduce((most, row) => Math.max(most, row.before.perSecondNs, row.after.perSecondNs), 0)
  return { before, after, summary, rows: rows.slice(0, MOST_ROWS).map(shortened), length: rows.length, mostNs }
}

function orderOf(sort: CompareAsk['sort']): (a: Change, b: Change) => number {
  if (sort === 'name') return (a, b) => (a.function < b.function ? -1 : a.function > b.function ? 1 : 0)
  if (sort === 'change') return (a, b) => b.changeNs - a.changeNs
  return (a, b) => b[sort].perSecondNs - a[sort].perSecondNs
}

function shortened<C extends Change>(change: C): C {
  const short = (text: string) => text.slice(0, NAME_LIMIT)
  if ('kind' in change) return { ...change, function: short(change.function) }
  const side = ({ site, ...rest }: WaitChange['before']) => ({
    ...rest,
    site: site && { ...site, function: short(site.function), file: site.file.slice(-NAME_LIMIT) },
  })
  const { function: of, at, before, after } = change
  return { ...change, function: short(of), at: short(at), before: side(before), after: side(after) }
}

class KeptScopes {
  private scopes: { readonly trace: Trace; readonly scope: Scope }[] = []

  /** The same object for the same scope. */
  kept(trace: Trace, scope: Scope): Scope {
    const isSame = (one: Scope) => one.fromNs === scope.fromNs && one.toNs === scope.toNs
    const known = this.scopes.find(one => one.trace === trace && isSame(one.scope)) ?? { trace, scope }
    // What was asked for last goes last: the side that stays as it is outlives each range that is drawn on the other.
    this.scopes = [known, ...this.scopes.filter(one => one !== known)].slice(0, SCOPES_KEPT)
    return known.scope
  }
}
