/**
 * Who is stuck, as the source says: everything that could serve what a goroutine waits for is in sight (`life.ts`), and no
 * living goroutine stands where it still comes by such a place, but those that are stuck themselves.
 */
import type { Finding, StackFrame, Standing, Standings } from '@unhang/core'
import { type Life, type Op, type Passing, Tracer } from './life.ts'
import type { Declared } from './package.ts'
import type { GoBody, Use } from './steps.ts'
import { type Packages, type Waiting, waitingAt } from './waiting.ts'

/** One thing that it offers, and the life of that. */
export type Offer = { readonly use: Use; readonly life: Life; readonly serving: readonly Op[] }

export type Known = Waiting & { readonly offers: readonly Use[]; readonly lives: readonly Offer[] }

/** Lines where goroutines wait that the source is read for. */
const MAX_PLACES = 60

const SERVES: Readonly<Record<string, RegExp>> = {
  send: /^(?:receive|range|close|anything)$/,
  receive: /^(?:send|close|anything)$/,
  range: /^(?:send|close|anything)$/,
  give: /^(?:Done|Signal|Broadcast|anything)$/,
}

/** Everybody who waits where the source tells for what. */
export function waitingsIn({ goroutines }: Standings, packages: Packages): readonly Known[] {
  const places = new Set<string>()
  const lives = new Map<string, readonly Offer[]>()
  return goroutines.flatMap(goroutine => {
    const place = stackOf(goroutine)
    if (places.size >= MAX_PLACES && !places.has(place)) return []
    const waiting = waitingAt(goroutine, packages)
    if (!waiting) return []
    places.add(place)
    const key = `${place} ${goroutine.createdBy?.function}:${goroutine.createdBy?.line}`
    const known = lives.get(key) ?? waiting.offers.flatMap(use => offerOf(use, waiting, packages))
    lives.set(key, known)
    return [{ ...waiting, lives: known }]
  })
}

const stackOf = ({ frames }: Standing) => frames.map(({ function: name, line }) => `${name}:${line}`).join(' ')

function offerOf(use: Use, waiting: Waiting, packages: Packages): readonly Offer[] {
  const value = use.do === 'give' ? use.value : use.on
  const { pkg, packageName } = waiting
  const life = new Tracer(pkg, packageName).lifeOf(waiting, value, frame => locate(frame, waiting, packages)?.declared)
  return [{ use, life, serving: life.ops.filter(({ what }) => SERVES[use.do].test(what)) }]
}

function locate(frame: StackFrame, { packageName, pkg }: Pick<Waiting, 'packageName' | 'pkg'>, packages: Packages) {
  if (!frame.function.startsWith(`${packageName}.`)) return undefined
  const located = packages.at(frame)
  return located?.pkg === pkg ? located : undefined
}

/** Of those the ones that nobody is left to serve. `others`: ids of those that are stuck for another reason. */
export function absentFor(
  waitings: readonly Known[],
  { goroutines, isWhole }: Standings,
  packages: Packages,
  others: ReadonlySet<number>,
): readonly Known[] {
  if (!isWhole) return []
  let stuck = waitings.filter(isInSight)
  // Thousands wait at one line alike, and what can serve one can serve all: once for each place, and for each stack.
  const able = new Map<Known['lives'], readonly number[]>()
  const stacks = goroutines.map(stackOf)
  for (const one of stuck) {
    if (able.has(one.lives)) continue
    const known = new Map<string, boolean>()
    const ids = goroutines.flatMap((other, i) => {
      const isServing = known.get(stacks[i]) ?? isAble(other, one, packages)
      known.set(stacks[i], isServing)
      return isServing ? [other.id] : []
    })
    able.set(one.lives, ids)
  }
  for (let size = -1; size !== stuck.length; ) {
    size = stuck.length
    const ids = new Set(stuck.map(({ goroutine }) => goroutine.id))
    const isFree = (id: number) => !ids.has(id) && !others.has(id)
    const served = new Set([...able].flatMap(([lives, serving]) => (serving.some(isFree) ? [lives] : [])))
    stuck = stuck.filter(({ lives }) => !served.has(lives))
  }
  return stuck
}

/** Nobody comes from where no goroutine is seen: a timer, another package. */
function isInSight({ lives }: Known): boolean {
  return lives.every(({ life, serving }) => life.isWhole && serving.every(({ by }) => by === 'goroutine'))
}

/** Does it still come by a place that serves what the other waits for? */
function isAble(goroutine: Standing, waiting: Known, packages: Packages): boolean {
  const places = waiting.lives.flatMap(({ life, serving }) => [...serving, ...leadingTo(serving, life.passings)])
  if (places.length === 0) return false
  return goroutine.frames.some((frame, i) => {
    const located = locate(frame, waiting, packages)
    if (!located) return false
    const { declared, body } = located
    return places.some(place => {
      if (place.declared !== declared || place.line < body.firstLine || place.line > body.lastLine) return false
      if ('to' in place && place.line === frame.line && i > 0 && isIn(goroutine.frames[i - 1], place.to)) {
        return isInLoop(frame.line, place.line, body)
      }
      if (place.isDeferred && place.body === body) return true
      return place.line >= frame.line || isInLoop(frame.line, place.line, body)
    })
  })
}

function isIn({ function: name }: StackFrame, { name: own }: Declared): boolean {
  return name.replace(/\[.*\]$/, '').endsWith(`.${own}`)
}

function isInLoop(a: number, b: number, { loops }: GoBody): boolean {
  return loops.some(({ firstLine, lastLine }) => [a, b].every(line => firstLine <= line && line <= lastLine))
}

/** Calls that take it to where it is served, however far. */
function leadingTo(serving: readonly Op[], passings: readonly Passing[]): readonly Passing[] {
  const functions = new Set(serving.map(({ declared }) => declared))
  const leading = new Set<Passing>()
  for (let size = -1; size !== leading.size; ) {
    size = leading.size
    for (const passing of passings)
      if (functions.has(passing.to)) {
        leading.add(passing)
        functions.add(passing.declared)
      }
  }
  return [...leading]
}

/** Those that a finding is about, in all. */
export function idsOf(findings: readonly Finding[]): ReadonlySet<number> {
  return new Set(findings.flatMap(({ waiters }) => waiters.goroutines))
}
