/**
 * Is a lock released on every path of the functions that take it?
 *
 *  1. the lock is the one that the waiting line locks; all functions of the package that take it are looked at
 *  2. of each, the paths that leave it locked (`flow.ts`)
 *  3. a function may be meant to return with it locked: where a caller releases it, the caller is to be judged; where
 *     anybody else releases what he has not taken, nobody can be (`handover.ts`)
 *
 * A judgement is about text, by names: likely, never certain.
 */
import { Effects } from './effects.ts'
import { Handover, locking } from './handover.ts'
import type { GoFile, GoPackage } from './package.ts'
import type { LockTaken } from './steps.ts'
import { type Found, judged, type Taker } from './taker.ts'

export type Release = {
  /** As the waiting line calls it: "s.mu". */
  readonly lock: LockTaken
  /** Those that leave it locked. */
  readonly leaving: readonly Taker[]
  readonly takers: readonly Taker[]
  /** Every function that takes it was looked at, and none lets it out of sight. */
  readonly isSure: boolean
}

/** Functions that take one lock; more are read by nobody. */
const MAX_TAKERS = 60

/** undefined: no lock is taken in that line, as far as the source tells. */
export function releaseAt(pkg: GoPackage, file: GoFile, line: number): Release | undefined {
  const site = takenAt(pkg, file, line)
  if (!site) return undefined
  const owner = pkg.owners.ownerOf(site.lock.lock)
  const found = [...takersOf(pkg, site, owner)]
  const effects = new Effects(pkg)
  const takers = found.slice(0, MAX_TAKERS).map(one => judged(one, owner, effects))
  const isWhole = !pkg.isCut && found.length <= MAX_TAKERS
  const leaving = isWhole ? new Handover(pkg, owner).toBlame(takers) : []
  const isSure = isWhole && takers.every(taker => taker.isSure && taker.leaves === undefined)
  return { lock: site.lock, leaving: sorted(leaving, site), takers, isSure }
}

function takenAt(pkg: GoPackage, file: GoFile, line: number): Found | undefined {
  const declared = pkg.functionsOf(file).find(one => one.firstLine <= line && line <= one.lastLine)
  if (!declared) return undefined
  // The innermost: a literal lies in the function around it.
  const bodies = pkg.bodiesOf(declared).filter(body => body.firstLine <= line && line <= body.lastLine)
  for (const body of bodies.toSorted((a, b) => b.firstLine - a.firstLine)) {
    const lock = body.locks.find(one => one.line === line)
    if (lock) return { declared, body, lock }
  }
  return undefined
}

/** Each lock of each function once: of several lines that take it, the first. */
function* takersOf(pkg: GoPackage, site: Found, owner: string | undefined): Generator<Found> {
  const call = owner === undefined ? undefined : locking(owner, LOCKS)
  const others = !call ? [] : pkg.matching(text => call.test(text)).filter(one => one !== site.declared)
  for (const declared of [site.declared, ...others])
    for (const body of pkg.bodiesOf(declared)) {
      const seen = new Set<string>()
      for (const lock of body.locks) {
        const { key } = lock.lock
        const isSame = key === site.lock.lock.key && declared === site.declared
        if (seen.has(`${key} ${lock.mode}`) || !(isSame || (owner && pkg.owners.ownerOf(lock.lock) === owner))) continue
        seen.add(`${key} ${lock.mode}`)
        yield { declared, body, lock }
      }
    }
}

const LOCKS = '(?:Try)?R?Lock'

/** The waiting function first, then those of its file, in the order of the text. */
function sorted(takers: readonly Taker[], site: Found): readonly Taker[] {
  const rank = ({ declared }: Taker) => (declared === site.declared ? 0 : declared.file === site.declared.file ? 1 : 2)
  return takers.toSorted((a, b) => rank(a) - rank(b) || a.lock.line - b.lock.line)
}
