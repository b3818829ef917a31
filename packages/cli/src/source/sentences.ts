/** What the source says, in sentences that carry the lines. */
import { type LockTaker, type Site, words } from '@unhang/core'
import type { Taker } from './taker.ts'

/** "server/main.go: locked in line 26, no Unlock of `mu` in `AcquireLock`, none deferred". */
export function takerSentence(said: LockTaker, { body, deferredLines }: Taker, site: Site): string {
  const { lock, unlock } = namesOf(said)
  const where = `${words.line(said).replace(/:\d+$/, '')}: locked in line ${said.line}`
  const name = body.isLiteral ? `a function literal in ${functionName(said, site)}` : functionName(said, site)
  if (!said.releases) return `${where}, no ${unlock} of \`${lock}\` in ${name}, none deferred`
  const deferred =
    deferredLines.length > 0 ? `the one deferred in line ${deferredLines[0]} is not on that path` : 'none deferred'
  const leaves = said.leaves
  return leaves?.kind === 'return'
    ? `${where}, the return in line ${leaves.line} leaves ${name} without an ${unlock} of \`${lock}\`, ${deferred}`
    : `${where}, ${name} ends in line ${leaves?.line} on a path without an ${unlock} of \`${lock}\`, ${deferred}`
}

/** "every path of `Get` and `Set`, which take `s.mu`, releases it, as the source says". */
export function releasedSentence(functions: readonly LockTaker[], count: number, site: Site): string {
  const names = [...new Set(functions.map(one => functionName(one, site)))]
  const shown = names.slice(0, MAX_NAMED)
  const more =
    names.length > MAX_NAMED || count > functions.length
      ? ` and ${Math.max(names.length, count) - shown.length} more`
      : ''
  const [{ lock }] = functions.map(namesOf)
  const take = names.length === 1 ? 'which takes' : 'which take'
  return `in the source, every path of ${shown.join(', ')}${more}, ${take} \`${lock}\`, releases it`
}

const MAX_NAMED = 4

/** Where to look, and what is usually written there. */
export function adviceOf(said: LockTaker): string {
  const { lock, unlock } = namesOf(said)
  const add = `\`defer ${lock}.${unlock}()\``
  const at = words.line(said)
  if (!said.releases || !said.leaves) return `add ${add} behind ${at}`
  const end =
    said.leaves.kind === 'return' ? `the return in line ${said.leaves.line}` : `the end in line ${said.leaves.line}`
  return `unlock \`${lock}\` before ${end} of ${words.line(said).replace(/:\d+$/, '')}, or ${add} behind line ${said.line}`
}

function namesOf({ call }: LockTaker): { readonly lock: string; readonly unlock: string } {
  const dot = call.lastIndexOf('.')
  return { lock: call.slice(0, dot), unlock: call.endsWith('.RLock()') ? 'RUnlock' : 'Unlock' }
}

/** The function that waits by its name alone, others as in a stack. */
function functionName(said: LockTaker, site: Site): string {
  const name = words.shortName(said.function)
  return site.function.startsWith(said.function) ? `\`${name.slice(name.lastIndexOf('.') + 1)}\`` : `\`${name}\``
}
