/**
 * A channel with room for n as a pool of n, of which a send takes a slot and a receive gives it back, or a semaphore of x/sync.
 * To the paths of a function that is a lock (`flow.ts`): where is a slot kept?
 */
import { Effects, type SeenAs } from './effects.ts'
import type { Declared, GoPackage } from './package.ts'
import type { GoBody, Place } from './steps.ts'
import { judged, type Taker } from './taker.ts'
import { asLocks, isOfSemaphore, unlocksIn } from './tokens.ts'

export type Slots = {
  /** A function that keeps a slot on some path, and gives it back on others. */
  readonly keeping: Taker & { readonly leaves: NonNullable<Taker['leaves']> }
  /** Where slots are taken and given back, all of it. */
  readonly users: readonly Declared[]
  /** Lines of the receives that give one back in that function. */
  readonly givenLines: readonly number[]
}

/** undefined: not used as a pool, or each function gives back what it takes, or not all of it is in sight. */
export function slotsOf(pkg: GoPackage, packageName: string, place: Place): Slots | undefined {
  const owner = pkg.owners.ownerOf(place)
  const name = /(?:^var |\.)([\p{L}_][^.[\]]*)$/u.exec(owner ?? '')?.[1]
  if (owner === undefined || name === undefined) return undefined
  // Another package may give slots back.
  if (packageName !== 'main' && /^\p{Lu}/u.test(name)) return undefined
  const is = (other: Place) => pkg.owners.ownerOf(other) === owner
  const named = new RegExp(`(?<![\\p{L}\\p{N}_])${name}(?![\\p{L}\\p{N}_])`, 'u')
  const isUse = ({ uses }: GoBody) =>
    uses.some(use => {
      if (use.do !== 'give') return use.on.is === 'place' && is(use.on.place)
      return use.value.is === 'place' && is(use.value.place) && isOfSemaphore(use)
    })
  const mentioning = pkg.matching(text => named.test(text))
  const users = mentioning.filter(declared => pkg.bodiesOf(declared).some(isUse))
  // What has no room hands over, and is no pool.
  const made = new RegExp(
    `(?<![\\p{L}\\p{N}_])${name}\\s*:?=?\\s*(?:make\\(chan\\b[^\\n()]*,|semaphore\\.NewWeighted\\()`,
    'u',
  )
  if (!pkg.files.some(({ text }) => made.test(text))) return undefined
  const seenAs: SeenAs = {
    view: body => asLocks(body, is),
    touches: /<-|\bAcquire\(|\bRelease\(|\bpanic\(|\bExit\(|\bFatal/,
  }
  const effects = new Effects(pkg, undefined, seenAs)
  const keeping: Taker[] = []
  for (const declared of mentioning)
    for (const own of pkg.bodiesOf(declared)) {
      if (!isInSight(own, is)) return undefined
      const body = seenAs.view(own)
      const lock = { mode: 'W', key: undefined, owner } as const
      if (effects.pathsOf(declared, body, lock).releasesForeign) return undefined
      const [taken] = body.locks
      if (taken) keeping.push(judged({ declared, body, lock: taken }, owner, effects))
    }
  const [taker] = keeping.filter(({ leaves, releases }) => leaves && releases)
  if (pkg.isCut || !taker?.leaves) return undefined
  const givenLines = unlocksIn(taker.body.steps)
  return { keeping: { ...taker, leaves: taker.leaves }, users, givenLines }
}

/** It is taken from and given to, made, and nothing else: neither closed, nor given away. */
function isInSight({ uses, isLiteral, start }: GoBody, is: (place: Place) => boolean): boolean {
  const isOfOthers = isLiteral && start === 'given'
  return uses.every(use => {
    if (use.do === 'give') {
      if (use.value.is !== 'place' || !is(use.value.place)) return true
      return use.to.into === 'nowhere' || (isOfSemaphore(use) && !isOfOthers)
    }
    if (use.on.is !== 'place' || !is(use.on.place)) return true
    return (use.do === 'send' || use.do === 'receive') && !isOfOthers
  })
}
