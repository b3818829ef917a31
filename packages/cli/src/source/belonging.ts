/**
 * Which call of a function a goroutine belongs to: it runs in it, or was started by it, or by one that was. Of two calls of
 * one function each has what it makes for itself.
 */
import type { Standing, Standings } from '@unhang/core'
import type { OwnCall } from './life.ts'

/** Who started whom; more are followed by nobody. */
const MAX_GENERATIONS = 8

export class Belonging {
  private readonly byId: ReadonlyMap<number, Standing>
  private readonly known = new Map<OwnCall, Map<Standing, number | undefined>>()

  constructor({ goroutines }: Standings) {
    this.byId = new Map(goroutines.map(one => [one.id, one]))
  }

  /** The goroutine that runs that call; undefined: not known, or there are two. */
  callOf(goroutine: Standing, packageName: string, call: OwnCall): number | undefined {
    const known = this.known.get(call) ?? new Map<Standing, number | undefined>()
    this.known.set(call, known)
    if (!known.has(goroutine)) known.set(goroutine, this.find(goroutine, packageName, call))
    return known.get(goroutine)
  }

  private find(goroutine: Standing, packageName: string, { names }: OwnCall): number | undefined {
    const is = (name: string | undefined) =>
      name?.startsWith(`${packageName}.`) === true &&
      names.has(name.slice(packageName.length + 1).replace(/\[\.\.\.\]$/, ''))
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
