/** Is what grew a leak? What is asked for depends on how much was seen: a trace saw each wait, dumps two moments. */
import { looksIdle } from '../reach/idle.ts'
import { pointersOf } from '../scene/pointers.ts'
import type { Kin } from './kin.ts'
import type { Growth } from './leaks.ts'

/** Of those that have relatives at work. */
const FEW = 0.25
/** Of those that nobody keeps, or that were passed over. */
const NEARLY_ALL = 0.8
/** So many that one goroutine may have them all in hand: shards that are loaded one by one, a pool. */
const MANY = 100
/** Fewer may be the tail of a burst. */
const SOME = 16
/** Different goroutines started them. */
const SEVERAL = 4
/** What one goroutine starts, one after the other, for so long, is no warm-up. */
const LONG_NS = 1.5e9

export function isLikelyLeak(growth: Growth, kin: Kin): boolean {
  const grown = growth.after - growth.before
  if (kin.bound > FEW || grown < SOME) return false
  // Left behind again and again: by several that have ended, or by one that serves others now.
  const apart = kin.left >= NEARLY_ALL && (kin.creators.length >= SEVERAL || kin.returned > 0)
  switch (growth.by) {
    case 'trace':
      return growth.steady && isTraced(growth, grown, apart)
    case 'ids':
      return growth.left === 0 && isMatched(growth, grown, apart, kin)
    default:
      return growth.withClients !== true && (growth.steady || isFull(growth, grown, 1)) && grown >= MANY
  }
}

/** They come all the time and none goes on: where it is known that nobody will serve them, that is a leak. */
export function doesGrow(growth: Growth, { bound }: Kin): boolean {
  const { by, before, after, left, steady } = growth
  if (bound > FEW || after - before < SOME) return false
  if (by === 'trace') return steady && (left === 0 || arePassedOver(growth))
  return left === 0 && growth.withClients !== true && (steady || isFull(growth, after - before, 1 / 4))
}

/** There were so many when it began, measured by those that came: what just begins to grow may end soon. */
function isFull({ before }: Growth, grown: number, times: number): boolean {
  return before >= grown * times
}

/** Others that came later were served and went their way: these wait for what nobody serves, each for its own. */
function arePassedOver(growth: Growth): boolean {
  const { passedOver, comeBack, after, before } = growth
  return !comeBack && (passedOver >= NEARLY_ALL || (passedOver > 0 && isFull(growth, after - before, 1 / 4)))
}

function isTraced(growth: Growth, grown: number, apart: boolean): boolean {
  const { group, left, overNs } = growth
  // Nothing can end it.
  if (group.kind === 'forever') return true
  if (left > 0) return arePassedOver(growth) && (apart || grown >= MANY)
  // A case of a select may be a timer, that has not come yet for the first of them.
  if (!isFull(growth, grown, group.kind === 'select' ? 1 / 2 : 1 / 4)) return false
  return apart || (grown >= MANY && overNs >= LONG_NS)
}

function isMatched(growth: Growth, grown: number, apart: boolean, kin: Kin): boolean {
  const { group, steady } = growth
  // Before Go 1.21 nothing tells who started them.
  if (kin.creators.length === 0) return growth.withClients !== true && isFull(growth, grown, 1) && grown >= MANY
  if (!looksIdle(group.kind) && group.kind !== 'forever') return apart && isFull(growth, grown, 1 / 4)
  if (sharesValue(growth)) return false
  if (!apart) return steady && grown >= MANY && isFull(growth, grown, 1 / 2)
  return steady || (grown >= 2 * SOME && isFull(growth, grown, 1 / 2))
}

/** All of them have a pointer in common, as the workers of a pool have: who holds that may serve them all. */
function sharesValue({ group: { places } }: Growth): boolean {
  return places[0].args?.some(text => pointersOf(text).length > 0) ?? false
}
