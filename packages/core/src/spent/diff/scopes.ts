/** What of two traces is compared: the same scope of both. A function that one of them does not have is new, or gone. */
import type { Trace } from '../../trace/tables.ts'
import { requireSomebody, type Scope, type ScopeAsk, ScopeError, scopeOf } from '../scope.ts'

/** Throws `ScopeError` for what neither has. */
export function diffScopes(before: Trace, after: Trace, ask: ScopeAsk): readonly [Scope, Scope] {
  const one = scopeOrError(before, ask)
  const other = scopeOrError(after, ask)
  if (one instanceof ScopeError && other instanceof ScopeError) throw one
  const scopes = [scopeIn(before, one, ask), scopeIn(after, other, ask)] as const
  requireSomebody(ask, ...scopes)
  return scopes
}

function scopeOrError(trace: Trace, ask: ScopeAsk): Scope | ScopeError {
  try {
    return scopeOf(trace, ask)
  } catch (error) {
    if (error instanceof ScopeError) return error
    throw error
  }
}

/** Nobody, where all that is missing is who is asked about; a range that lies behind the trace's end is an error. */
function scopeIn(trace: Trace, scope: Scope | ScopeError, { range }: ScopeAsk): Scope {
  if (!(scope instanceof ScopeError)) return scope
  return { ...scopeOf(trace, { range }), keep: new Uint8Array(trace.goroutines.length) }
}
