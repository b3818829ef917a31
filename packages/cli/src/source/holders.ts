/**
 * Who has the lock that others wait for, as the source tells: one that waits where it holds it on every path. That it is the
 * same lock is told by the value that it belongs to, by a variable of the package, or by there being nobody else: where each
 * function that takes it releases it, only one that stands in such a function has it.
 */
import { type Finding, words } from '@unhang/core'
import type { Standing, Standings } from './goroutines.ts'
import { type Hold, holdOf, receiverOf } from './holding.ts'
import type { GoFile, GoPackage } from './package.ts'
import type { Release } from './release.ts'
import type { Found } from './taker.ts'

export type Holder = {
  readonly goroutine: Standing
  readonly hold: Hold
  /** `self`: it waits for it itself. `ring`: each of those that wait there has one, and waits for another's. */
  readonly how: 'other' | 'self' | 'ring'
}

/** undefined: nobody is known to have it. */
export function holderOf(
  pkg: GoPackage,
  file: GoFile,
  finding: Finding,
  { lock, takers, isSure }: Release,
  { goroutines, isWhole }: Standings,
): Holder | undefined {
  const { site } = finding
  const own = takers.find(one => one.declared.file === file && one.body.locks.some(({ line }) => line === site.line))
  if (!own) return undefined
  const sought = { site: { ...own, lock } satisfies Found, owner: pkg.owners.ownerOf(lock.lock) }
  const ids = new Set(finding.waiters.goroutines)
  const receivers = goroutines.flatMap(one => {
    const frame = ids.has(one.id)
      ? one.frames.find(({ function: name, line }) => name === site.function && line === site.line)
      : undefined
    return frame ? [receiverOf(own.body, lock, frame)] : []
  })
  const receiver = receivers.every(one => one === receivers[0]) ? receivers[0] : undefined
  const packageName = words.packageOf(site.function)
  const holding = goroutines.flatMap(goroutine => {
    const hold = holdOf(pkg, packageName, goroutine, sought)
    const isOther = hold?.receiver !== undefined && receiver !== undefined && hold.receiver !== receiver
    return hold && !isOther ? [{ goroutine, hold }] : []
  })
  const isVariable = sought.owner?.startsWith('var ') === true
  const candidates = holding.filter(({ goroutine }) => !ids.has(goroutine.id))
  const proven = candidates.filter(
    ({ hold }) => hold.isSure && (isVariable || (receiver !== undefined && hold.receiver === receiver)),
  )
  if (proven.length === 1) return { ...proven[0], how: 'other' }
  // Somebody has it, and nobody else can.
  const isAll = isSure && isWhole && isPrivate(pkg, sought.owner) && holding.every(({ hold }) => hold.isSure)
  if (!isAll || holding.length === 0) return undefined
  const last = holding[holding.length - 1]
  if (holding.length === 1) return { ...last, how: candidates.length === 1 ? 'other' : 'self' }
  return candidates.length === 0 ? { ...last, how: 'ring' } : undefined
}

/** No other package can take it by that name, and nobody by another one. */
function isPrivate(pkg: GoPackage, owner: string | undefined): boolean {
  const name = /(?:^var |\.)([\p{Ll}_][^.]*)$/u.exec(owner ?? '')?.[1]
  if (name === undefined) return false
  const address = new RegExp(`&\\s*(?:[\\p{L}\\p{N}_.[\\]]*\\.)?${name}(?![\\p{L}\\p{N}_])`, 'u')
  return !pkg.files.some(({ text }) => address.test(text))
}
