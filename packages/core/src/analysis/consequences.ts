/**
 * Which findings follow from another: their goroutines wait for one that another finding is about, or for the very lock
 * that it is about. A circle follows from its most damning member.
 */
import type { Certainty, Finding } from './diagnosis.ts'

const CERTAINTIES: readonly Certainty[] = ['certain', 'likely', 'possible']

/**
 * The findings, ranked as they came, each followed by those that follow from it (`follows`: its index in the result);
 * what only may be comes last. What is sure never follows from what only may be.
 */
export function withConsequences(ranked: readonly Finding[]): Finding[] {
  const roots = rootsOf(ranked)
  const families = ranked.flatMap((_, i) =>
    roots[i] === i ? [i, ...ranked.flatMap((_, other) => (other !== i && roots[other] === i ? [other] : []))] : [],
  )
  const isPossible = (index: number) => ranked[index].certainty === 'possible'
  const order = [...families.filter(index => !isPossible(index)), ...families.filter(isPossible)]
  const placeOf = new Map(order.map((index, place) => [index, place]))
  return order.map(index =>
    roots[index] === index ? ranked[index] : { ...ranked[index], follows: placeOf.get(roots[index])! },
  )
}

/** Of each finding the one at the end of its chain; itself where it follows from none. */
function rootsOf(ranked: readonly Finding[]): number[] {
  const explains = explanationsOf(ranked)
  return ranked.map((_, start) => {
    const way = [start]
    for (let at = explains[start]; at !== undefined; at = explains[at]) {
      const circle = way.indexOf(at)
      if (circle >= 0) return Math.min(...way.slice(circle))
      way.push(at)
    }
    return way[way.length - 1]
  })
}

/** Of each finding the one it waits for, by its index. */
function explanationsOf(ranked: readonly Finding[]): (number | undefined)[] {
  const waitingIn = new Map<number, number>()
  const byLock = new Map<string, number>()
  ranked.forEach(({ waiters, lock }, i) => {
    for (const id of waiters.goroutines) if (!waitingIn.has(id)) waitingIn.set(id, i)
    if (lock !== undefined && !byLock.has(lock)) byLock.set(lock, i)
  })
  const isSurer = (a: Finding, b: Finding) => CERTAINTIES.indexOf(a.certainty) <= CERTAINTIES.indexOf(b.certainty)
  return ranked.map((finding, i) => {
    const { holder, lock } = finding
    const candidates = [
      holder.goroutine === undefined ? undefined : waitingIn.get(holder.goroutine),
      lock === undefined ? undefined : byLock.get(lock),
    ]
    return candidates.find(other => other !== undefined && other !== i && isSurer(ranked[other], finding))
  })
}
