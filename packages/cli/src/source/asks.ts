/** Which findings source can tell more about. Apart from the rest, which loads a parser. */
import type { Finding } from '@unhang/core'

/** Locks that somebody seems to have left locked, or has and nobody knows who. */
export function asksSource({ kind, cause, holder }: Finding): boolean {
  if (kind !== 'mutex' && kind !== 'rwmutex') return false
  return cause === 'forgotten-unlock' || holder.state === 'unknown' || holder.state === 'exited'
}
