/**
 * Which findings follow from another: their goroutines wait for one that another finding is about, or for the very lock
 * that it is about. A circle follows from its most damning member.
 */
import type { Certainty, Finding } from '../diagnosis.ts'

/** Ids of goroutines and locks are those of a process. */
type ProcessOf = (finding: Finding) => number

const CERTAINTIES: readonly Certainty[] = ['certain', 'likely', 'possible']

/**
 * The findings, ranked as they came, each followed by those that follow from it (`follows`: its index in the result);
 * what only may be comes last. What is sure never follows from what only may be, and nothing from what is unknown itself.
 */
export function withConsequences(ranked: readonly Finding[], processOf: ProcessOf = () => 0): Finding[] {
  const roots = rootsOf(ranked, processOf)
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
function rootsOf(ranked: readonly Finding[], processOf: ProcessOf): number[] {
  const explanation = explanationsOf(ranked, processOf)
  return ranked.map((_, start) => {
    const way = [start]
    for (let at = explanation[start]; at !== undefined; at = explanation[at]) {
      const circle = way.indexOf(at)
      if (circle >= 0) return Math.min(...way.slice(circle))
      way.push(at)
    }
    return way[way.length - 1]
  })
}

/** Of each finding the one it waits for, by its index. */
function explanationsOf(ranked: readonly Finding[], processOf: ProcessOf): (number | undefined)[] {
  const first = new Map<string, number>()
  const keys = ({ waiters, lock }: Finding, process: number) => [
    ...waiters.goroutines.map(id => goroutineKey(process, id)),
    ...(lock === undefined ? [] : [lockKey(process, lock)]),
  ]
  ranked.forEach((finding, i) => {
    for (const key of keys(finding, processOf(finding))) if (!first.has(key)) first.set(key, i)
  })
  const explains = (a: Finding, b: Finding) =>
    a.cause !== 'unknown' && CERTAINTIES.indexOf(a.certainty) <= CERTAINTIES.indexOf(b.certainty)
  return ranked.map((finding, i) => {
    const { holder, lock } = finding
    const process = processOf(finding)
    const candidates = [
      holder.goroutine === undefined ? undefined : first.get(goroutineKey(process, holder.goroutine)),
      lock === undefined ? undefined : first.get(lockKey(process, lock)),
    ]
    return candidates.find(other => other !== undefined && other !== i && explains(ranked[other], finding))
  })
}

const goroutineKey = (process: number, id: number) => `${process} goroutine ${id}`
const lockKey = (process: number, lock: string) => `${process} lock ${lock}`
