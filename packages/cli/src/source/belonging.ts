/**
 * Which call of a function a goroutine belongs to: it runs in it, or was started by it, or by one that was. Of two calls of
 * one function each has what it makes for itself.
 */
import type { Standing, Standings } from '@unhang/core'
import { type Declared, shownName } from './package.ts'

/** Who started whom; more are followed by nobody. */
const MAX_GENERATIONS = 8

export class Belonging {
  private readonly byId: ReadonlyMap<number, Standing>
  private readonly known = new Map<Declared, Map<Standing, number | undefined>>()

  constructor({ goroutines }: Standings) {
    this.byId = new Map(goroutines.map(one => [one.id, one]))
  }

  /** The goroutine that runs that call; undefined: not known, or there are two. */
  callOf(goroutine: Standing, packageName: string, declared: Declared): number | undefined {
    const known = this.known.get(declared) ?? new Map<Standing, number | undefined>()
    this.known.set(declared, known)
    if (!known.has(goroutine)) known.set(goroutine, this.find(goroutine, packageName, declared))
    return known.get(goroutine)
  }

  private find(goroutine: Standing, packageName: string, declared: Declared): number | undefined {
    const name = `${packageName}.${shownName(declared)}`
    const is = (other: string | undefined) => other?.replace(/\[\.\.\.\]$/, '') === name
    let one: Standing | undefined = goroutine
    for (let left = MAX_GENERATIONS; one && left > 0; left--) {
      const isIn = one.frames.some(frame => is(frame.function))
      const isOf = is(one.createdBy?.function)
      if (isIn || isOf) return isIn && isOf ? undefined : isIn ? one.id : one.creator
      one = one.creator === undefined ? undefined : this.byId.get(one.creator)
    }
    return undefined
  }
}
