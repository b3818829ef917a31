/**
 * Who ends a context: whoever calls the function that was made with it, or with one that it was made of. Of a group's context
 * that is whoever waits for the group, or a member that ends. One with a deadline ends by itself (`clocks.ts`).
 */
import type { ContextSources, Life, Locate } from './life.ts'
import type { Place, Value } from './steps.ts'
import { Tracer } from './tracer.ts'
import { usesOf } from './uses.ts'
import type { Located, Waiting } from './waiting.ts'

/** The context of `<-ctx.Done()`; undefined: it is something else that is received from. */
export function contextIn(value: Value, { pkg }: Located): Place | undefined {
  if (value.is !== 'call' || value.call.name !== 'Done' || value.call.arguments.length > 0) return undefined
  const { on } = value.call
  const type = on?.path && pkg.owners.textOf(on)
  return type === undefined || type === '' || type === 'context.Context' ? on : undefined
}

export function contextLife(waiting: Waiting, context: Place, locate: Locate): Life {
  const { pkg, packageName } = waiting
  const found = noSources()
  const own = new Tracer(pkg, packageName, found)
  const { isWhole, lost } = own.lifeOf(waiting, { is: 'place', place: context }, locate)
  const made = found.made.map(one => ({
    ...one,
    line: usesOf(pkg, packageName).lineOf(one.declared, one.call),
    capacity: '',
    by: one.call.name,
  }))
  const lives = made.map(one => {
    const tracer = new Tracer(pkg, packageName)
    const life = tracer.lifeOfResult(one, one.by === 'WithContext' ? 0 : 1)
    const ops = life.ops.filter(({ what }) => ENDS.test(what)).map(op => ({ ...op, what: 'call' }))
    return { ...life, ops, ofCalls: tracer.spread.ofCalls(made) }
  })
  const ofCalls = own.spread.ofCalls(made)
  return {
    ops: lives.flatMap(({ ops }) => ops),
    passings: lives.flatMap(({ passings }) => passings),
    made,
    isWhole: isWhole && !found.isTimed && lives.every(life => life.isWhole),
    lost: isWhole ? lives.find(life => !life.isWhole)?.lost : lost,
    ofCalls: ofCalls.filter(one => lives.every(life => life.ofCalls.some(({ declared }) => declared === one.declared))),
  }
}

const noSources = (): ContextSources => ({ made: [], isTimed: false, isEndless: false })

/** A deadline, or a signal, ends it, wherever it comes from. */
export function isTimed({ pkg, packageName, declared }: Located, context: Place): boolean {
  const found = noSources()
  const isWhole = new Tracer(pkg, packageName, found).contextSources(declared, context)
  return isWhole && found.isTimed && !found.isEndless
}

const ENDS = /^(?:call|Wait|Done)$/
