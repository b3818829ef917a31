/** The lowest utilisation that any window of a length has, and where the worst windows are: exact to a billionth. */
import { type InTurns, inOneGo } from '../../base/turns.ts'
import type { Lowest, Part } from './part.ts'

export type WorstWindow = {
  readonly startNs: number
  readonly endNs: number
  /** Mean within the window, 0 … 1. */
  readonly utilisation: number
  /** Id of the proc; -1: all procs together. */
  readonly proc: number
}

/** A series that is shorter than the window counts as a whole, as in Go. */
export function minimumOf(parts: readonly Part[], windowNs: number): number {
  return inOneGo(minimumIn(parts, windowNs))
}

export function* minimumIn(parts: readonly Part[], windowNs: number): InTurns<number> {
  if (windowNs <= 0) return 0
  const best: Lowest = { value: 1, beginNs: 0, part: undefined }
  for (const part of parts) {
    if (best.value === 0) break
    const ns = Math.min(windowNs, part.lengthNs)
    yield* part.lowestIn(part.boundsFor(ns), ns, part.fromNs, part.toNs - ns, best)
  }
  return best.value
}

/** Where windows of a part may still begin, both ends included, and the lowest of these. */
type Free = { readonly fromNs: number; readonly toNs: number; readonly lowest: Lowest }

/** One part, with what is left of it. */
type Rest = { readonly part: Part; readonly windowNs: number; readonly bounds: Float64Array; free: Free[] }

/**
 * The worst window, then the worst of those that do not overlap it, and so on; at most `most`. Windows in which the
 * program had everything are not among them.
 */
export function worstWindows(parts: readonly Part[], windowNs: number, most: number): readonly WorstWindow[] {
  if (windowNs <= 0) return []
  const rests = parts.map(part => restOf(part, Math.min(windowNs, part.lengthNs)))
  const found: WorstWindow[] = []
  while (found.length < most) {
    const worst = worstOf(rests)
    if (!worst) break
    const { rest, lowest } = worst
    const endNs = lowest.beginNs + rest.windowNs
    found.push({ startNs: lowest.beginNs, endNs, utilisation: lowest.value, proc: rest.part.proc })
    for (const other of rests) exclude(other, lowest.beginNs, endNs)
  }
  return found
}

function restOf(part: Part, windowNs: number): Rest {
  const rest: Rest = { part, windowNs, bounds: part.boundsFor(windowNs), free: [] }
  rest.free = freeOf(rest, part.fromNs, part.toNs - windowNs)
  return rest
}

function freeOf({ part, bounds, windowNs }: Rest, fromNs: number, toNs: number): Free[] {
  if (toNs < fromNs) return []
  const lowest: Lowest = { value: 1, beginNs: fromNs, part: undefined }
  part.lowest(bounds, windowNs, fromNs, toNs, lowest)
  return lowest.part ? [{ fromNs, toNs, lowest }] : []
}

function worstOf(rests: readonly Rest[]): { rest: Rest; lowest: Lowest } | undefined {
  let worst: { rest: Rest; lowest: Lowest } | undefined
  for (const rest of rests)
    for (const { lowest } of rest.free) if (!worst || lowest.value < worst.lowest.value) worst = { rest, lowest }
  return worst
}

/** Nothing that begins so that it overlaps [startNs, endNs) is free any more. */
function exclude(rest: Rest, startNs: number, endNs: number): void {
  rest.free = rest.free.flatMap(free => {
    const beforeNs = startNs - rest.windowNs
    if (free.toNs <= beforeNs || free.fromNs >= endNs) return [free]
    return [
      ...freeOf(rest, free.fromNs, Math.min(free.toNs, beforeNs)),
      ...freeOf(rest, Math.max(free.fromNs, endNs), free.toNs),
    ]
  })
}
